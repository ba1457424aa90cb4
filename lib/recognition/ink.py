"""Steps 2 to 6: from colours to ink on nothing.

Paper is never white, and light never even. What is paper and what is ink can only be told by
comparing each pixel with its surroundings.
"""

import numpy as np

from lib.recognition.resizing import resize

COPY = 48  # pixels along the longer side of the small copy in which the light is measured
SOFT = 0.5  # added to the light before dividing by it, or the dark would be all noise
BINS = 256
FAINTEST = 0.03  # a threshold below 8 of 255 grey levels would take the paper's grain for ink


def grey(colours):
    """Step 2: how bright the eye finds each pixel.

    Parameters
    ----------
    colours : ndarray of shape (H, W, 3)
        Red, green and blue between 0 and 1.

    Returns
    -------
    ndarray of shape (H, W)
        0.299 red + 0.587 green + 0.114 blue, as in the television standard ITU-R BT.601.

    Examples
    --------
    >>> red, green, blue = np.eye(3)
    >>> grey(np.array([[red, green, blue]]))
    array([[0.299, 0.587, 0.114]])
    """
    return colours @ np.array([0.299, 0.587, 0.114], dtype=colours.dtype)


def even_light(grey):
    """Step 3: compare each pixel with the paper around it, the median of a wide neighbourhood.

    Parameters
    ----------
    grey : ndarray of shape (H, W)
        Brightness between 0 and 1.

    Returns
    -------
    ndarray of shape (H, W)
        How much brighter than the paper around it each pixel is, on white paper as a difference;
        where there is less light the difference counts more.

    Notes
    -----
    A shadow is wide and a stroke is thin: in a window of half the picture most pixels are paper, so
    the median is paper, whether the ink is darker or brighter. The medians are taken in a copy of
    48 pixels: the light changes too slowly for more. With the grey :math:`g` and the paper
    :math:`p`, the result is :math:`(g - p) (1 + s) / (p + s)`: half the light halves both, and
    :math:`s = 0.5` keeps the dark from becoming all noise.

    CLAHE, the usual remedy, stretches the contrast of each tile of the picture. That brings out the
    ink in a shadow, and the grain of blank paper as well. Here blank paper stays blank.
    """
    H, W = grey.shape
    h, w = (max(1, round(n * COPY / max(H, W))) for n in (H, W))
    reach = COPY // 4
    padded = np.pad(resize(grey, h, w), reach, mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * reach + 1, 2 * reach + 1))
    paper = resize(np.median(windows, axis=(-2, -1)), H, W)
    return (grey - paper) * (1 + SOFT) / (paper + SOFT)


def polarity(difference):
    """Step 4: make ink positive, whether it is darker or brighter than the paper.

    Parameters
    ----------
    difference : ndarray of shape (H, W)
        Brightness compared with the paper.

    Returns
    -------
    ndarray of shape (H, W)
        0 for paper; the further a pixel is on the side of the ink, the larger.

    Notes
    -----
    Ink is rare and far from the paper. The mean cube of the differences (the *skewness*, up to a
    factor) has the sign of the side with the longer tail.

    Examples
    --------
    >>> polarity(np.array([[0.1, -0.9, 0.1]])).round(1)  # dark ink on bright paper
    array([[0. , 0.9, 0. ]])
    """
    return np.maximum(difference if np.mean(difference**3) > 0 else -difference, 0)


def denoise(ink):
    """Step 5: each pixel becomes a weighted mean of itself and its eight neighbours.

    Parameters
    ----------
    ink : ndarray of shape (H, W)
        How far each pixel is from the paper, towards the ink: 0 is paper.

    Returns
    -------
    ndarray of shape (H, W)
        The weights are 1, 2, 1 down the columns and the same along the rows, divided by 16: single
        grains fade, strokes stay.

    Examples
    --------
    >>> grain = np.zeros((3, 3))
    >>> grain[1, 1] = 16
    >>> denoise(grain)
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    rows = np.pad(ink, ((1, 1), (0, 0)), mode="edge")
    ink = (rows[:-2] + 2 * rows[1:-1] + rows[2:]) / 4
    columns = np.pad(ink, ((0, 0), (1, 1)), mode="edge")
    return (columns[:, :-2] + 2 * columns[:, 1:-1] + columns[:, 2:]) / 4


def threshold(ink):
    """Step 6: what is less than Otsu's threshold becomes 0, full ink becomes 1.

    Parameters
    ----------
    ink : ndarray of shape (H, W)
        How far each pixel is from the paper, towards the ink: 0 is paper.

    Returns
    -------
    ndarray of shape (H, W)
        Between 0 and 1. The median of the ink counts as full, not its maximum: one dark spot
        would make all the rest pale.

    Notes
    -----
    Otsu's threshold (1979) divides the pixels into two groups, paper and ink, that are each as
    alike as can be. It is never below 0.03, or the grain of blank paper would be ink.
    """
    least = max(otsu(ink), FAINTEST)
    kept = np.where(ink > least, ink, 0)
    return np.minimum(kept / np.median(kept[kept > 0]), 1) if kept.any() else kept


def otsu(values):
    r"""Return the threshold that divides numbers into two groups that are each as alike as can be.

    Parameters
    ----------
    values : ndarray of any shape
        Numbers of 0 and more.

    Returns
    -------
    float
        It maximises :math:`n_0 n_1 (\mu_0 - \mu_1)^2`, the variance between the groups.

    Notes
    -----
    Otsu (1979). All 255 candidates are
    tried with running sums over one histogram.
    """
    counts, edges = np.histogram(values, BINS, (0, max(values.max(), 1e-9)))
    middles = (edges[:-1] + edges[1:]) / 2
    n, total = np.cumsum(counts), np.cumsum(counts * middles)  # of all bins up to each
    below, above = np.maximum(n[:-1], 1), np.maximum(n[-1] - n[:-1], 1)
    difference = total[:-1] / below - (total[-1] - total[:-1]) / above
    between = n[:-1] * (n[-1] - n[:-1]) * difference**2
    return edges[1 + np.argmax(between)]
