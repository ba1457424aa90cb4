"""Digits drawn by curves: the ways of writing them that MNIST's Americans hardly used.

A digit is a few strokes, a stroke a smooth curve through a few points. Moving each point a little
at random gives another hand; a pen of some width drawn along the curve gives an image. So we can
make what the network has seen too rarely: the European 1 with its long upstroke, the crossed 7, the
9 with a curled tail, the 4 closed at the top.
"""

import numpy as np

# Points x,y in percent, from the top left corner 0,0 to the bottom right one 100,100. A point given
# twice is a corner; a slash ends a stroke.
HANDS = {
    0: [
        "55,0 15,20 10,70 50,100 85,70 80,20 50,2",
        "60,5 30,5 10,50 40,100 80,70 80,20 45,0 30,15",
        "55,0 15,20 10,70 50,100 88,70 85,20 50,0 / 80,15 20,85",
    ],
    1: [
        "50,0 50,100",
        "30,20 55,0 55,0 55,100",
        "10,45 55,0 55,0 50,100",
        "25,25 50,0 50,0 50,100 / 15,100 85,100",
        "10,40 50,0 50,0 50,100 / 10,100 90,98",
    ],
    2: [
        "10,25 40,0 80,20 50,60 5,100 5,100 90,100",
        "15,20 50,0 80,25 50,70 15,95 10,80 40,85 90,100",
        "10,10 60,0 80,30 40,70 10,100 10,100 50,92 95,98",
        "15,5 75,10 70,45 10,98 10,98 90,95",
    ],
    3: [
        "15,10 50,0 80,22 40,47 40,47 85,72 50,100 10,88",
        "10,0 85,0 85,0 40,40 40,40 85,65 55,100 10,90",
        "10,15 55,0 75,25 45,45 38,50 50,50 85,75 40,100 10,80",
    ],
    4: [
        "20,0 10,60 10,60 90,55 / 65,20 60,100",
        "65,0 5,65 5,65 95,65 / 65,0 65,100",
        "60,100 65,0 65,0 10,60 10,60 95,60",
        "55,0 10,60 10,60 90,60 / 60,35 55,100",
        "70,2 10,45 10,45 75,48 / 70,0 65,100",
        "25,0 20,50 20,50 75,50 / 75,0 75,100",
        "60,0 10,55 10,55 65,50 65,30 65,30 75,100",
    ],
    5: [
        "85,0 25,0 25,0 20,45 20,45 60,40 85,70 50,100 10,90",
        "25,5 20,42 20,42 65,40 80,75 40,100 5,90 / 25,5 90,0",
        "20,12 20,50 20,50 70,50 75,85 30,100 5,90 / 25,2 90,0",
        "85,0 20,0 20,0 20,50 20,50 80,50 80,50 80,100 80,100 10,100",
        "90,0 40,5 20,40 60,50 75,80 35,100 5,85",
    ],
    6: [
        "70,0 25,35 15,75 50,100 85,75 50,52 20,70",
        "55,0 15,60 30,98 75,90 75,60 40,55 15,75",
        "60,0 20,50 40,95 85,90 70,60 10,85",
        "75,5 45,2 12,55 40,100 82,78 55,50 20,65",
    ],
    7: [
        "5,2 85,0 85,0 35,100",
        "5,2 85,0 85,0 35,100 / 25,50 85,48",
        "5,20 10,0 10,0 90,0 90,0 45,100",
        "8,18 10,2 10,2 85,0 85,0 50,45 40,100 / 30,50 80,50",
        "0,12 20,2 50,10 85,0 85,0 40,100 / 20,52 80,50",
        "10,5 75,2 75,2 70,100 / 45,50 95,50",
    ],
    8: [
        "75,12 45,0 20,20 50,45 82,75 50,100 15,78 50,48 78,20 60,2",
        "50,0 22,22 50,45 78,22 50,0 / 50,45 12,72 50,100 88,72 50,45",
        "80,0 30,10 30,35 70,70 55,100 20,85 40,55 80,20 85,2",
    ],
    9: [
        "80,20 50,0 15,25 45,50 80,20 80,20 75,100",
        "80,20 45,0 15,28 50,50 80,20 85,60 60,100 15,90",
        "80,15 45,0 15,25 50,48 80,20 82,70 50,100 12,95 5,75",
        "78,10 40,2 18,28 55,45 78,15 78,15 80,75 45,100 10,85",
        "75,45 20,45 20,45 20,0 20,0 75,0 75,0 75,100",
        "70,5 25,5 20,40 65,40 72,5 60,100",
    ],
}


def _strokes(hand):
    """Return the strokes of one entry of ``HANDS``: arrays (n, 2) of points between 0 and 1."""
    strokes = [[point.split(",") for point in stroke.split()] for stroke in hand.split("/")]
    return [np.array(points, dtype=float) / 100 for points in strokes]


DIGITS = {digit: [_strokes(hand) for hand in hands] for digit, hands in HANDS.items()}


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
    """Return strokes that mean nothing: a dash, or too many corners or strokes for a digit."""
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
        start, along = path[:-1].astype(np.float32), np.diff(path, axis=0).astype(np.float32)
        dx, dy = x - start[:, 0], y - start[:, 1]  # (size, size, pieces)
        length = np.maximum((along**2).sum(axis=1), 1e-6)
        t = np.clip((dx * along[:, 0] + dy * along[:, 1]) / length, 0, 1)  # the nearest point
        distance = (dx - t * along[:, 0]) ** 2 + (dy - t * along[:, 1]) ** 2
        nearest = np.minimum(nearest, distance.min(axis=-1))
    return np.clip(pen / 2 + 0.5 - np.sqrt(nearest), 0, 1)
