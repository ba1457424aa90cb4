"""Connected parts: which pixels of ink belong together."""

from typing import NamedTuple

import numpy as np


class Parts(NamedTuple):
    """The connected parts of an image.

    Attributes
    ----------
    labels : ndarray of shape (H, W), int
        0 where there is no ink, 1 to P in the parts.
    boxes : ndarray of shape (P, 4), int
        Top, left, bottom and right of each part, the last two exclusive.
    ink : ndarray of shape (P,)
        The sum of each part's pixels.
    """

    labels: np.ndarray
    boxes: np.ndarray
    ink: np.ndarray

    @property
    def heights(self):
        """How many rows each part spans."""
        return self.boxes[:, 2] - self.boxes[:, 0]

    @property
    def sizes(self):
        """The longer side of each part's box."""
        return np.max(self.boxes[:, 2:] - self.boxes[:, :2], axis=1, initial=0)


def find_parts(ink):
    """Return the connected parts of an image; pixels that share a corner are connected.

    Parameters
    ----------
    ink : ndarray of shape (H, W)
        Ink: everything above 0 is.

    Returns
    -------
    Parts

    Notes
    -----
    Runs of ink along each row are found first. Two runs of neighbouring rows that touch belong to
    one part. A *union-find* forest keeps track: each run points to another of its part, and the
    last one, which points to itself, names the part.
    """
    row, start, end = runs(ink > 0)
    parent = list(range(len(row)))

    def root(k):
        while parent[k] != k:
            parent[k] = parent[parent[k]]  # a shorter way for the next one who asks
            k = parent[k]
        return k

    first = np.searchsorted(row, np.arange(len(ink) + 1)).tolist()
    starts, ends = start.tolist(), end.tolist()
    for r in range(1, len(ink)):
        above, below = first[r - 1], first[r]
        while above < first[r] and below < first[r + 1]:
            if starts[above] <= ends[below] and starts[below] <= ends[above]:
                a, b = sorted((root(above), root(below)))
                parent[b] = a
            if ends[above] < ends[below]:
                above += 1
            else:
                below += 1
    names = np.unique([root(k) for k in range(len(row))], return_inverse=True)[1]
    return relabelled(ink, paint(ink.shape, row, start, end, names + 1))


def relabelled(ink, labels):
    """Return the ``Parts`` that labels describe, which are counted from 1 without a gap."""
    count = labels.max(initial=0)
    boxes = np.tile([*labels.shape, 0, 0], (count, 1))
    rows, columns = np.nonzero(labels)
    part = labels[rows, columns] - 1
    np.minimum.at(boxes[:, 0], part, rows)
    np.minimum.at(boxes[:, 1], part, columns)
    np.maximum.at(boxes[:, 2], part, rows + 1)
    np.maximum.at(boxes[:, 3], part, columns + 1)
    return Parts(labels, boxes, np.bincount(labels.ravel(), ink.ravel(), count + 1)[1:])


def runs(mask):
    """Return the row, the first column and the column after the last of each run along a row."""
    edge = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(edge == 1)
    return row, start, np.nonzero(edge == -1)[1]


def paint(shape, row, start, end, values):
    """Return an image in which each run has its value, and everything else 0."""
    change = np.zeros((shape[0], shape[1] + 1), dtype=int)
    np.add.at(change, (row, start), values)
    np.add.at(change, (row, end), -values)
    return np.cumsum(change, axis=1)[:, :-1]


def only(ink, parts, keep):
    """Return the ink of some parts: ``keep`` says for each whether it stays."""
    return ink * np.concatenate([[False], keep])[parts.labels]


def widened(mask, rows, columns):
    """Return a mask in which each pixel of ink has become a rectangle.

    Parameters
    ----------
    mask : ndarray of shape (H, W), bool
        Ink.
    rows, columns : int
        How far the rectangle reaches up and down, and to either side.

    Returns
    -------
    ndarray of shape (H, W), bool
        *Dilation* with a rectangle, by the difference of two running sums.
    """
    for axis, reach in enumerate((rows, columns)):
        lines = np.moveaxis(mask, axis, 0)
        total = np.cumsum(np.pad(lines, ((reach + 1, reach), (0, 0))), axis=0, dtype=int)
        mask = np.moveaxis(total[2 * reach + 1 :] > total[: len(lines)], 0, axis)
    return mask
