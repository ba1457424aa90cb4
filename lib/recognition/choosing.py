"""Step 8: which parts are digits, and in which order they are read."""

import numpy as np

from lib.recognition.parts import find_parts, relabelled, widened

TOUCH = 0.03  # parts closer than twice this are one, all lengths being shares of a digit's size
STACKED = 0.2  # parts one above the other, with no more than this between them, are one
TALLEST = 1.6  # … if together they are no taller than this
SMALLEST = 0.45  # what is smaller is not a digit


def choose(ink):
    """Step 8: number the digits in the order in which they are read.

    Parameters
    ----------
    ink : ndarray of shape (H, W)
        Ink between 0 and 1.

    Returns
    -------
    ndarray of shape (H, W), int
        0 where there is no digit, otherwise its number, from 1.

    Notes
    -----
    The parts themselves tell how large a digit is in this picture: half of all ink is in larger
    ones, half in smaller ones. Pieces of one digit are joined: the bar of a 5 that touches nothing,
    the two halves of a faint 7.
    """
    parts = find_parts(ink)
    if not len(parts.ink):
        return parts.labels
    reach = max(1, round(TOUCH * _usual(parts.sizes, parts.ink)))
    joined = find_parts(widened(parts.labels > 0, reach, reach)).labels * (parts.labels > 0)
    parts = _joined_if_stacked(ink, relabelled(ink, joined))
    large = np.flatnonzero(parts.sizes >= SMALLEST * _usual(parts.sizes, parts.ink))
    number = np.zeros(len(parts.ink) + 1, dtype=int)
    number[1 + large[reading_order(parts.boxes[large])]] = np.arange(1, len(large) + 1)
    return number[parts.labels]


def _usual(sizes, ink):
    """Return the median of the sizes, each counted as often as its part has ink."""
    order = np.argsort(sizes)
    total = np.cumsum(ink[order])
    return sizes[order][np.searchsorted(total, total[-1] / 2)]


def _joined_if_stacked(ink, parts):
    """Join parts that are one above the other, and close."""
    tallest = TALLEST * _usual(parts.heights, parts.ink)
    gap = STACKED * _usual(parts.sizes, parts.ink)
    while (pair := _first_stacked(parts.boxes, tallest, gap)) is not None:
        number = np.arange(len(parts.ink) + 1)
        number[pair[1] + 1] = pair[0] + 1
        number = np.unique(number, return_inverse=True)[1]
        parts = relabelled(ink, number[parts.labels])
    return parts


def _first_stacked(boxes, tallest, gap):
    """Return two parts of which the second is right below the first, or None."""
    top, left, bottom, right = boxes.T
    overlap = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    narrower = np.minimum((right - left)[:, None], right - left)
    below = (top[:, None] <= top) & (top - bottom[:, None] < gap)
    low = np.maximum(bottom[:, None], bottom) - top[:, None] < tallest
    pairs = below & low & (overlap > narrower / 3) & ~np.eye(len(boxes), dtype=bool)
    return np.argwhere(pairs)[0] if pairs.any() else None


def reading_order(boxes):
    """Return the order in which parts are read: line by line, each from left to right.

    Parameters
    ----------
    boxes : ndarray of shape (P, 4)
        Top, left, bottom and right.

    Returns
    -------
    ndarray of shape (P,), int
        A part belongs to a line if it shares half its height, or half the line's, with it.
    """
    lines = []  # lists of parts
    for k in np.argsort(boxes[:, 0] + boxes[:, 2], kind="stable"):
        for line in lines:
            top, bottom = boxes[line, 0].mean(), boxes[line, 2].mean()
            shared = min(bottom, boxes[k, 2]) - max(top, boxes[k, 0])
            if shared > min(bottom - top, boxes[k, 2] - boxes[k, 0]) / 2:
                line.append(k)
                break
        else:
            lines.append([k])
    lines.sort(key=lambda line: boxes[line, 0].mean() + boxes[line, 2].mean())
    return np.array([k for line in lines for k in sorted(line, key=lambda k: boxes[k, 1])], int)
