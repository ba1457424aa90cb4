"""Step 7: remove what is not a digit by its place or size: lines of the paper, the rim, specks."""

import numpy as np

from lib.recognition.parts import find_parts, only, paint, runs, widened

# All lengths are shares of the picture's longer side.
THIN = 0.015  # lines of the paper are thinner than this
STRAIGHT = 1 / 16  # … and straight for at least this long
SPAN = 0.9  # … and cross so much of the picture
GAP = 1 / 12  # … with gaps of up to twice this
SPECK = 0.02  # what is smaller is a speck
DIGIT = 0.05  # if nothing away from the rim is this large, the digit must be what touches it


def clean(ink):
    """Step 7: take away the lines of the paper, specks, and what lies along the rim.

    Parameters
    ----------
    ink : ndarray of shape (H, W)
        Ink between 0 and 1.

    Returns
    -------
    ndarray of shape (H, W)
        Ink between 0 and 1, and 0 where something was taken away.

    Notes
    -----
    *Lines of the paper* are thin and cross the whole picture, and there are at least two of them.
    *Specks* are smaller than a fiftieth of the picture. *What lies along the rim*, a shadow or a
    finger, touches it for more than a third of its size.
    """
    return without_rim(without_specks(without_lines(ink)))


def without_lines(ink):
    """Take away ruled or squared lines, but not the strokes that cross them.

    A line is thin and crosses the whole picture, and it never comes alone: a 1 is a line as well.
    Where a stroke crosses it, the ink is not thin, and stays.
    """
    across, n = _lines(ink > 0)
    down, m = _lines(ink.T > 0)
    return np.where(across | down.T, 0, ink) if n + m > 1 else ink


def _lines(mask):
    """Return the pixels of lines from left to right, and how many lines there are."""
    W, height = mask.shape[1], _run_lengths(mask.T).T  # how many pixels of ink are above each other
    thin = mask & (height <= max(3, THIN * max(mask.shape)))
    straight = _run_lengths(widened(mask, 1, 0)) >= STRAIGHT * W
    closed = widened(thin & straight, 0, int(GAP * W))
    lines = find_parts(closed)
    long = lines.boxes[:, 3] - lines.boxes[:, 1] > SPAN * W
    pixels = thin & only(closed, lines, long)
    if pixels.any():  # a stroke that lies on a line makes it thicker
        pixels &= height <= 2 * np.median(height[pixels])
    return pixels, np.count_nonzero(long)


def _run_lengths(mask):
    """Return for each pixel of ink how long the run of ink along its row is."""
    row, start, end = runs(mask)
    return paint(mask.shape, row, start, end, end - start)


def without_specks(ink):
    """Take away what is too small."""
    parts = find_parts(ink)
    return only(ink, parts, parts.sizes >= SPECK * max(ink.shape))


def without_rim(ink):
    """Take away shadows, fingers and neighbours at the rim, if there is anything else.

    A digit that touches the rim touches it with the width of a stroke. What lies along the rim for
    more than a third of its size is not a digit, nor is what is twice as large as all inside.
    """
    parts = find_parts(ink)
    sides = (parts.labels[0], parts.labels[-1], parts.labels[:, 0], parts.labels[:, -1])
    along = np.max([np.bincount(side, minlength=len(parts.ink) + 1)[1:] for side in sides], axis=0)
    inside = parts.sizes[along == 0].max(initial=0)
    if inside < DIGIT * max(ink.shape):
        return ink
    return only(
        ink, parts, (along <= parts.sizes / 3) & ((along == 0) | (parts.sizes <= 2 * inside))
    )
