"""Steps 9 to 11: from the ink of one digit to an image like those of MNIST."""

import math

import numpy as np

from lib.recognition.resizing import resize

SIDE, BOX = 28, 20  # pixels: the image, and the box that MNIST fits each digit into
FINE = 3  # in step 10 strokes are made even on pixels so many times as fine
THINNEST = 2.8  # pixels of the box: the middle of MNIST's digits


def crop(ink):
    """Cut away the empty rim."""
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
    """Step 10: the longer side becomes 20 pixels, and no stroke is thinner than MNIST's."""
    fine = _fitted(ink, FINE * BOX)
    radius = round((FINE * THINNEST - stroke_width(fine)) / 2)
    return _fitted(_thicker(fine, radius) if radius > 0 else fine, BOX)


def _fitted(ink, size):
    ink = crop(ink)
    H, W = (max(1, round(n * size / max(ink.shape))) for n in ink.shape)
    small = resize(ink, H, W)
    return np.minimum(1, small / np.median(small[small > small.max() / 3]))


def _thicker(ink, radius):
    """Return for each pixel the most ink within a disc: strokes become wider by twice the radius."""
    H, W = ink.shape[0] + 2 * radius, ink.shape[1] + 2 * radius
    padded = np.pad(ink, 2 * radius)
    reach = range(2 * radius + 1)
    disc = [(i, j) for i in reach for j in reach if math.hypot(i - radius, j - radius) <= radius]
    return np.max([padded[i : i + H, j : j + W] for i, j in disc], axis=0)


def centre(small):
    """Step 11: the centre of mass moves into the middle of 28×28."""
    H, W = small.shape
    weights = small / small.sum()
    row, column = weights.sum(axis=1) @ np.arange(H), weights.sum(axis=0) @ np.arange(W)
    top, left = (
        int(np.clip(round((SIDE - 1) / 2 - c), 0, SIDE - n)) for c, n in ((row, H), (column, W))
    )
    image = np.zeros((SIDE, SIDE), dtype=np.float32)
    image[top : top + H, left : left + W] = small
    return image


def as_mnist(ink):
    return centre(scale(crop(ink)))
