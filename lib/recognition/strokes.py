"""Digits drawn by curves: every way of writing them that MNIST's Americans hardly used.

A digit is a few strokes, a stroke a smooth curve through a few points. Moving each point a little at
random gives another hand; a pen of some width drawn along the curve gives an image. So we can make
what the network has seen too rarely: the European 1 with its long upstroke, the crossed 7, the 9
with a curled tail, the 4 closed at the top.
"""

import numpy as np

# Points (x, y) from the top left corner (0, 0) to the bottom right one (1, 1). A point given twice
# is a corner.
DIGITS = {
    0: [
        [[(0.55, 0), (0.15, 0.2), (0.1, 0.7), (0.5, 1), (0.85, 0.7), (0.8, 0.2), (0.5, 0.02)]],
        [[(0.6, 0.05), (0.3, 0.05), (0.1, 0.5), (0.4, 1), (0.8, 0.7), (0.8, 0.2), (0.45, 0), (0.3, 0.15)]],
        [
            [(0.55, 0), (0.15, 0.2), (0.1, 0.7), (0.5, 1), (0.88, 0.7), (0.85, 0.2), (0.5, 0)],
            [(0.8, 0.15), (0.2, 0.85)],
        ],
    ],
    1: [
        [[(0.5, 0), (0.5, 1)]],
        [[(0.3, 0.2), (0.55, 0), (0.55, 0), (0.55, 1)]],
        [[(0.1, 0.45), (0.55, 0), (0.55, 0), (0.5, 1)]],
        [[(0.25, 0.25), (0.5, 0), (0.5, 0), (0.5, 1)], [(0.15, 1), (0.85, 1)]],
        [[(0.1, 0.4), (0.5, 0), (0.5, 0), (0.5, 1)], [(0.1, 1), (0.9, 0.98)]],
    ],
    2: [
        [[(0.1, 0.25), (0.4, 0), (0.8, 0.2), (0.5, 0.6), (0.05, 1), (0.05, 1), (0.9, 1)]],
        [[(0.15, 0.2), (0.5, 0), (0.8, 0.25), (0.5, 0.7), (0.15, 0.95), (0.1, 0.8), (0.4, 0.85), (0.9, 1)]],
        [[(0.1, 0.1), (0.6, 0), (0.8, 0.3), (0.4, 0.7), (0.1, 1), (0.1, 1), (0.5, 0.92), (0.95, 0.98)]],
        [[(0.15, 0.05), (0.75, 0.1), (0.7, 0.45), (0.1, 0.98), (0.1, 0.98), (0.9, 0.95)]],
    ],
    3: [
        [[(0.15, 0.1), (0.5, 0), (0.8, 0.22), (0.4, 0.47), (0.4, 0.47), (0.85, 0.72), (0.5, 1), (0.1, 0.88)]],
        [[(0.1, 0), (0.85, 0), (0.85, 0), (0.4, 0.4), (0.4, 0.4), (0.85, 0.65), (0.55, 1), (0.1, 0.9)]],
        [[(0.1, 0.15), (0.55, 0), (0.75, 0.25), (0.45, 0.45), (0.38, 0.5), (0.5, 0.5), (0.85, 0.75), (0.4, 1), (0.1, 0.8)]],
    ],
    4: [
        [[(0.2, 0), (0.1, 0.6), (0.1, 0.6), (0.9, 0.55)], [(0.65, 0.2), (0.6, 1)]],
        [[(0.65, 0), (0.05, 0.65), (0.05, 0.65), (0.95, 0.65)], [(0.65, 0), (0.65, 1)]],
        [[(0.6, 1), (0.65, 0), (0.65, 0), (0.1, 0.6), (0.1, 0.6), (0.95, 0.6)]],
        [[(0.55, 0), (0.1, 0.6), (0.1, 0.6), (0.9, 0.6)], [(0.6, 0.35), (0.55, 1)]],
        [[(0.7, 0.02), (0.1, 0.45), (0.1, 0.45), (0.75, 0.48)], [(0.7, 0), (0.65, 1)]],
        [[(0.25, 0), (0.2, 0.5), (0.2, 0.5), (0.75, 0.5)], [(0.75, 0), (0.75, 1)]],
        [[(0.6, 0), (0.1, 0.55), (0.1, 0.55), (0.65, 0.5), (0.65, 0.3), (0.65, 0.3), (0.75, 1)]],
    ],
    5: [
        [[(0.85, 0), (0.25, 0), (0.25, 0), (0.2, 0.45), (0.2, 0.45), (0.6, 0.4), (0.85, 0.7), (0.5, 1), (0.1, 0.9)]],
        [[(0.25, 0.05), (0.2, 0.42), (0.2, 0.42), (0.65, 0.4), (0.8, 0.75), (0.4, 1), (0.05, 0.9)], [(0.25, 0.05), (0.9, 0)]],
        [[(0.2, 0.12), (0.2, 0.5), (0.2, 0.5), (0.7, 0.5), (0.75, 0.85), (0.3, 1), (0.05, 0.9)], [(0.25, 0.02), (0.9, 0.0)]],
        [[(0.85, 0), (0.2, 0), (0.2, 0), (0.2, 0.5), (0.2, 0.5), (0.8, 0.5), (0.8, 0.5), (0.8, 1), (0.8, 1), (0.1, 1)]],
        [[(0.9, 0), (0.4, 0.05), (0.2, 0.4), (0.6, 0.5), (0.75, 0.8), (0.35, 1), (0.05, 0.85)]],
    ],
    6: [
        [[(0.7, 0), (0.25, 0.35), (0.15, 0.75), (0.5, 1), (0.85, 0.75), (0.5, 0.52), (0.2, 0.7)]],
        [[(0.55, 0), (0.15, 0.6), (0.3, 0.98), (0.75, 0.9), (0.75, 0.6), (0.4, 0.55), (0.15, 0.75)]],
        [[(0.6, 0), (0.2, 0.5), (0.4, 0.95), (0.85, 0.9), (0.7, 0.6), (0.1, 0.85)]],
        [[(0.75, 0.05), (0.45, 0.02), (0.12, 0.55), (0.4, 1), (0.82, 0.78), (0.55, 0.5), (0.2, 0.65)]],
    ],
    7: [
        [[(0.05, 0.02), (0.85, 0), (0.85, 0), (0.35, 1)]],
        [[(0.05, 0.02), (0.85, 0), (0.85, 0), (0.35, 1)], [(0.25, 0.5), (0.85, 0.48)]],
        [[(0.05, 0.2), (0.1, 0), (0.1, 0), (0.9, 0), (0.9, 0), (0.45, 1)]],
        [[(0.08, 0.18), (0.1, 0.02), (0.1, 0.02), (0.85, 0), (0.85, 0), (0.5, 0.45), (0.4, 1)], [(0.3, 0.5), (0.8, 0.5)]],
        [[(0, 0.12), (0.2, 0.02), (0.5, 0.1), (0.85, 0), (0.85, 0), (0.4, 1)], [(0.2, 0.52), (0.8, 0.5)]],
        [[(0.1, 0.05), (0.75, 0.02), (0.75, 0.02), (0.7, 1)], [(0.45, 0.5), (0.95, 0.5)]],
    ],
    8: [
        [[(0.75, 0.12), (0.45, 0), (0.2, 0.2), (0.5, 0.45), (0.82, 0.75), (0.5, 1), (0.15, 0.78), (0.5, 0.48), (0.78, 0.2), (0.6, 0.02)]],
        [
            [(0.5, 0), (0.22, 0.22), (0.5, 0.45), (0.78, 0.22), (0.5, 0)],
            [(0.5, 0.45), (0.12, 0.72), (0.5, 1), (0.88, 0.72), (0.5, 0.45)],
        ],
        [[(0.8, 0), (0.3, 0.1), (0.3, 0.35), (0.7, 0.7), (0.55, 1), (0.2, 0.85), (0.4, 0.55), (0.8, 0.2), (0.85, 0.02)]],
    ],
    9: [
        [[(0.8, 0.2), (0.5, 0), (0.15, 0.25), (0.45, 0.5), (0.8, 0.2), (0.8, 0.2), (0.75, 1)]],
        [[(0.8, 0.2), (0.45, 0), (0.15, 0.28), (0.5, 0.5), (0.8, 0.2), (0.85, 0.6), (0.6, 1), (0.15, 0.9)]],
        [[(0.8, 0.15), (0.45, 0), (0.15, 0.25), (0.5, 0.48), (0.8, 0.2), (0.82, 0.7), (0.5, 1), (0.12, 0.95), (0.05, 0.75)]],
        [[(0.78, 0.1), (0.4, 0.02), (0.18, 0.28), (0.55, 0.45), (0.78, 0.15), (0.78, 0.15), (0.8, 0.75), (0.45, 1), (0.1, 0.85)]],
        [[(0.75, 0.45), (0.2, 0.45), (0.2, 0.45), (0.2, 0), (0.2, 0), (0.75, 0), (0.75, 0), (0.75, 1)]],
        [[(0.7, 0.05), (0.25, 0.05), (0.2, 0.4), (0.65, 0.4), (0.72, 0.05), (0.6, 1)]],
    ],
}  # fmt: skip


def curve(points, steps=8):
    """Return points along a smooth curve.

    Parameters
    ----------
    points : ndarray of shape (P, 2)
        Points (x, y) that it goes through; a point given twice is a corner.
    steps : int, optional
        How many points from each of them to the next.

    Returns
    -------
    ndarray of shape (n, 2)

    Notes
    -----
    A *Catmull-Rom spline*: with a point before, :math:`a`, and a point after, :math:`d`, the curve
    from :math:`b` to :math:`c` leaves :math:`b` in the direction :math:`c - a`, and arrives at
    :math:`c` in the direction :math:`d - b`.
    """
    corners = 1 + np.flatnonzero((points[1:] == points[:-1]).all(axis=1))
    t = np.arange(steps)[:, None, None] / steps
    path = []
    for piece in np.split(points, corners):
        p = np.concatenate([piece[:1], piece, piece[-1:]])
        a, b, c, d = p[:-3], p[1:-2], p[2:-1], p[3:]
        square = (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
        spline = 0.5 * (2 * b + (c - a) * t + square)  # (steps, pieces, 2)
        path += [spline.transpose(1, 0, 2).reshape(-1, 2), piece[-1:]]
    return np.concatenate(path)


def handwriting(digit, rng, wobble=0.04):
    """Return the strokes of a digit in some hand: a list of arrays (n, 2) of points (x, y).

    Parameters
    ----------
    digit : int
        0 to 9.
    rng : numpy.random.Generator
        Decides the hand.
    wobble : float, optional
        How far points move, as a share of the height.
    """
    strokes = DIGITS[digit][rng.integers(len(DIGITS[digit]))]
    width = rng.uniform(0.55, 1.0)
    moved = []
    for stroke in strokes:
        points, index = np.unique(stroke, axis=0, return_inverse=True)  # corners stay corners
        points = points + rng.normal(0, wobble, points.shape)
        moved.append(curve(points[index] * [width, 1]))
    return moved


def scribble(rng):
    """Return strokes that mean nothing: a dash, or more corners or more strokes than a digit has."""
    if rng.random() < 0.15:  # a dash, or the two of "="
        slope, count = rng.uniform(-0.4, 0.4), rng.integers(1, 3)
        return [np.array([[0, k / 2], [1, k / 2 + slope]]) for k in range(count)]
    strokes = []
    count = rng.integers(1, 5)
    for _ in range(count):
        n = rng.integers(6, 12) if count == 1 else rng.integers(2, 8)
        points = rng.random((n, 2)) if rng.random() < 0.5 else rng.normal(0, 0.35, (n, 2)).cumsum(0)
        strokes.append(curve(np.repeat(points, 2, axis=0) if rng.random() < 0.3 else points))
    return strokes


def draw(strokes, size, pen, box=20):
    """Draw strokes with a round pen.

    Parameters
    ----------
    strokes : list of ndarray of shape (n, 2)
        Points (x, y), in any unit.
    size : int
        Pixels along each side of the image.
    pen : float
        How wide strokes become, in pixels.
    box : float, optional
        How large the drawing becomes, in pixels; it is in the middle.

    Returns
    -------
    ndarray of shape (size, size), float32
        1 where the distance to the nearest stroke is less than half the pen, with soft edges.
    """
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (box - pen) / max((high - low).max(), 1e-6)
    nearest = np.full((size, size), np.inf, dtype=np.float32)  # squared distances
    y, x = np.mgrid[:size, :size].astype(np.float32)[..., None]
    for stroke in strokes:
        path = (stroke - (low + high) / 2) * scale + (size - 1) / 2
        (start, along) = path[:-1].astype(np.float32), np.diff(path, axis=0).astype(np.float32)
        dx, dy = x - start[:, 0], y - start[:, 1]  # (size, size, pieces)
        length = np.maximum((along**2).sum(axis=1), 1e-6)
        t = np.clip((dx * along[:, 0] + dy * along[:, 1]) / length, 0, 1)  # the nearest point
        distance = (dx - t * along[:, 0]) ** 2 + (dy - t * along[:, 1]) ** 2
        nearest = np.minimum(nearest, distance.min(axis=-1))
    return np.clip(pen / 2 + 0.5 - np.sqrt(nearest), 0, 1)
