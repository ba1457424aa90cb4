"""Steps 9 to 11: from the ink of one digit to an image like those of MNIST."""

import math

import numpy as np

from lib.data.resample import resample
from lib.recognition.resizing import resize

SIDE, BOX = 28, 20  # pixels: the image, and the box that MNIST fits each digit into
FINE = 3  # in step 10 strokes are made even on pixels this many times as fine
THINNEST = 2.8  # pixels of the box: the middle of MNIST's digits
UPRIGHT = 0.5  # pixels to the side for one pixel of height: up to here MNIST's writers slant


def straighten(ink):
    """Step 9: cut out the digit, and slant it back if it leans too far.

    Parameters
    ----------
    ink : ndarray of shape (H, W)
        The ink of one digit.

    Returns
    -------
    ndarray of shape (h, w)
        The digit, upright, without the empty rows and columns around it.

    Notes
    -----
    How far the columns drift from row to row is the slope of the line that fits the ink best:
    the covariance of row and column, divided by the variance of the row. MNIST's digits lean, and
    the network knows it; only what goes beyond is taken back, by moving each row to the side.
    """
    ink = crop(ink)
    H, W = ink.shape
    weights = ink / ink.sum()
    middle = _centre_of_mass(ink)
    row, column = np.arange(H) - middle[0], np.arange(W) - middle[1]
    slope = (row @ weights @ column) / max(row**2 @ weights.sum(axis=1), 1e-9)
    excess = slope - np.clip(slope, -UPRIGHT, UPRIGHT)
    if abs(excess) * H < 1:
        return ink
    margin = math.ceil(abs(excess) * H)
    wide = np.pad(ink, ((0, 0), (margin, margin)))[None]
    i, j = np.mgrid[:H, : wide.shape[2]].astype(np.float32)[:, None]
    return crop(resample(wide, i, j + np.float32(excess) * np.float32(row)[:, None])[0])


def crop(ink):
    """Return an image without its empty rim."""
    rows, columns = (np.flatnonzero((ink > 0).any(axis=axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def stroke_width(ink):
    """Return how wide strokes are, in pixels: twice the area divided by the length of the outline.

    Pixels have sides only along rows and columns, which makes an outline 4 / π times as long, on
    average over all directions.
    """
    mask = np.pad(ink > ink.max() / 2, 1)
    outline = sum(np.count_nonzero(np.diff(mask, axis=axis)) for axis in (0, 1)) * math.pi / 4
    return 2 * np.count_nonzero(mask) / outline


def scale(ink):
    """Step 10: make the longer side 20 pixels, and no stroke thinner than MNIST's usually are.

    Parameters
    ----------
    ink : ndarray of shape (H, W)
        The ink of one digit.

    Returns
    -------
    ndarray of shape (h, w)
        The larger of ``h`` and ``w`` is 20.

    Notes
    -----
    A hair line of a photograph would become a grey shade in a box of 20 pixels. So the digit is
    first scaled to three times the box, its strokes are widened by a disc, and then it shrinks.
    """
    fine = _fitted(ink, FINE * BOX)
    radius = round((FINE * THINNEST - stroke_width(fine)) / 2)
    return _fitted(_thicker(fine, radius) if radius > 0 else fine, BOX)


def _fitted(ink, size):
    """Return the digit with a longer side of ``size``, and its ink full again."""
    ink = crop(ink)
    H, W = (max(1, round(n * size / max(ink.shape))) for n in ink.shape)
    small = resize(ink, H, W)
    return np.minimum(1, small / np.median(small[small > small.max() / 3]))


def _thicker(ink, radius):
    """Return for each pixel the most ink within a disc: strokes grow by the radius all round."""
    H, W = ink.shape[0] + 2 * radius, ink.shape[1] + 2 * radius
    padded = np.pad(ink, 2 * radius)
    reach = range(2 * radius + 1)
    disc = [(i, j) for i in reach for j in reach if math.hypot(i - radius, j - radius) <= radius]
    return np.max([padded[i : i + H, j : j + W] for i, j in disc], axis=0)


def centre(ink):
    """Step 11: put the centre of mass into the middle of 28×28.

    Parameters
    ----------
    ink : ndarray of shape (H, W)
        A digit, no side longer than 28.

    Returns
    -------
    ndarray of shape (28, 28), float32
        The image for the network. The digit is moved by whole pixels, as in MNIST, and not beyond
        the rim.
    """
    H, W = ink.shape
    top, left = (
        int(np.clip(round((SIDE - 1) / 2 - middle), 0, SIDE - size))
        for middle, size in zip(_centre_of_mass(ink), (H, W), strict=True)
    )
    image = np.zeros((SIDE, SIDE), dtype=np.float32)
    image[top : top + H, left : left + W] = ink
    return image


def _centre_of_mass(ink):
    """Return the mean row and the mean column, each weighted with its share of the ink."""
    weights = ink / ink.sum()
    rows, columns = weights.sum(axis=1), weights.sum(axis=0)
    return rows @ np.arange(len(rows)), columns @ np.arange(len(columns))
