"""Steps 2 to 7: from a colour picture to ink on nothing."""

import numpy as np

from lib.recognition.resizing import resize

SMALL = 48  # pixels along the longer side of the copy whose medians are the background
BINS = 256


def grey(colours):
    """Step 2: one number a pixel, as bright as the eye finds it."""
    return colours @ np.array([0.299, 0.587, 0.114], dtype=colours.dtype)


def even_light(grey):
    """Step 3: subtract what is wide."""
    H, W = grey.shape
    scale = SMALL / max(H, W)
    h, w = max(1, round(H * scale)), max(1, round(W * scale))
    small = resize(grey, h, w)
    reach = SMALL // 4
    padded = np.pad(small, reach, mode="symmetric" if min(h, w) >= reach else "edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * reach + 1, 2 * reach + 1))
    background = np.median(windows.reshape(h, w, -1), axis=-1)
    return grey - resize(background, H, W)


def polarity(difference):
    """Step 4: ink is positive. What is rare is ink, so the longer tail is."""
    d = difference - np.median(difference)
    return np.maximum(0, d if (d**3).sum() > 0 else -d)


def denoise(ink):
    """Step 5: each pixel a weighted mean of itself and its 8 neighbours."""
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (1, 1)
        p = np.pad(ink, pad, mode="edge")
        a, b, c = (np.take(p, np.arange(k, k + ink.shape[axis]), axis=axis) for k in range(3))
        ink = (a + 2 * b + c) / 4
    return ink


def otsu(values):
    """Return the threshold that divides numbers into two groups, each as alike as can be."""
    counts, edges = np.histogram(values, BINS, (0, max(values.max(), 1e-6)))
    middles = (edges[:-1] + edges[1:]) / 2
    n = np.cumsum(counts)
    total = np.cumsum(counts * middles)
    below, above = n, n[-1] - n
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (total / below - (total[-1] - total) / above) ** 2
    return edges[1 + np.nanargmax(between[:-1])]


def threshold(ink):
    """Step 6: less than Otsu's threshold is 0, the ink's median and more is 1."""
    t = otsu(ink)
    kept = np.where(ink > t, ink, 0)
    if not kept.any():
        return kept
    return np.minimum(1, kept / np.median(kept[kept > 0]))
