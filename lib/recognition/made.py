"""Made pictures: digits on paper, with the troubles that real photographs have.

They are not photographs. Each trouble can be had alone, which shows what a step of the preparation
is for; what happens in real life only real pictures can tell.
"""

import io

import numpy as np

from lib.data.resample import resample
from lib.recognition.parts import widened
from lib.recognition.resizing import resize
from lib.recognition.strokes import draw, handwriting

SIDE = 360  # pixels: made pictures are square
PENS = {"thin pen": 2, "thick pen": 36}  # pixels; any other pen has 8
INKS = {"blue": (0.1, 0.15, 0.6), "red": (0.75, 0.1, 0.1), "green": (0.05, 0.45, 0.2)}
TROUBLES = (
    "shadow",
    "gradient",
    "ruled paper",
    "squared paper",
    "coloured ink",
    "faint pencil",
    "thin pen",
    "thick pen",
    "dark ground",
    "blur",
    "JPEG",
    "tilt",
    "small, in a corner",
)


def written(digit, rng, trouble=None):
    """Return the ink of a digit drawn by curves.

    Parameters
    ----------
    digit : int
        0 to 9.
    rng : numpy.random.Generator
        Decides the hand.
    trouble : {"thin pen", "thick pen"}, optional
        Two of the ``TROUBLES`` are in the ink, not in the photograph; others change nothing here.

    Returns
    -------
    ndarray of shape (360, 360), float32
        Ink between 0 and 1.
    """
    return draw(handwriting(digit, rng), SIDE, PENS.get(trouble, 8), rng.uniform(0.4, 0.7) * SIDE)


def enlarged(image, rng, trouble=None):
    """Return the ink of an image of MNIST as if a pen had written it.

    Parameters
    ----------
    image : ndarray of shape (28, 28), uint8
        A digit.
    rng : numpy.random.Generator
        Decides how large it becomes.
    trouble : {"thin pen", "thick pen"}, optional
        As for ``written``.

    Returns
    -------
    ndarray of shape (360, 360), float64
        Ink between 0 and 1.
    """
    size = int(rng.uniform(0.6, 0.95) * SIDE)
    level = {"thin pen": 0.75, "thick pen": 0.35}.get(trouble, 0.45)
    sharp = np.clip((resize(image / 255, size, size) - level) * size / 28 / 3 + 0.5, 0, 1)
    if trouble == "thick pen":
        sharp = np.maximum(sharp, widened(sharp > 0.5, 6, 6))
    before = (SIDE - size) // 2
    return np.pad(sharp, (before, SIDE - size - before))


def photograph(ink, rng, *troubles):
    """Return a picture of ink on paper, with the troubles of real photographs.

    Parameters
    ----------
    ink : ndarray of shape (H, W)
        How much ink is where, between 0 and 1.
    rng : numpy.random.Generator
        Decides the paper, and how bad each trouble is.
    *troubles : str
        Some of ``TROUBLES``.

    Returns
    -------
    ndarray of shape (H, W, 3), float32
        Red, green and blue between 0 and 1.

    Raises
    ------
    ValueError
        If there is no such trouble.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> photograph(written(7, rng), rng, "shadow", "ruled paper").shape
    (360, 360, 3)
    """
    if unknown := set(troubles) - set(TROUBLES):
        raise ValueError(f"there is no trouble {unknown.pop()!r}; there are {', '.join(TROUBLES)}")
    H, W = ink.shape
    y, x = np.mgrid[:H, :W] / max(H, W)
    paper = np.ones((H, W, 3)) * rng.uniform(0.75, 0.95) * [1, 0.98, rng.uniform(0.88, 1)]
    pen = np.array([0.1, 0.1, 0.12])
    if "tilt" in troubles:
        ink = _turned(ink, rng.choice([-1, 1]) * rng.uniform(15, 30))
    if "small, in a corner" in troubles:
        ink = _moved(ink, rng)
    if "coloured ink" in troubles:
        pen = np.array(list(INKS.values())[rng.integers(len(INKS))])
    if "dark ground" in troubles:
        paper, pen = 1 - paper, np.array([0.9, 0.9, 0.85])
    if "faint pencil" in troubles:
        ink = ink * rng.uniform(0.12, 0.25)
    if "ruled paper" in troubles or "squared paper" in troubles:
        apart = rng.integers(28, 60)
        lines = (np.arange(max(H, W)) + rng.integers(apart)) % apart < 2
        printed = lines[:H, None] | (lines[:W] & ("squared paper" in troubles))
        paper = paper * np.where(printed[..., None], [0.6, 0.68, 0.8], 1)
    picture = paper + ink[..., None] * (pen - paper)
    if "shadow" in troubles:
        angle, soft = rng.uniform(0, 2 * np.pi), rng.uniform(0.02, 0.1)
        beyond = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle) + rng.uniform(-0.2, 0.2)
        picture = picture * (1 - rng.uniform(0.4, 0.6) / (1 + np.exp(-beyond / soft)))[..., None]
    if "gradient" in troubles:
        angle = rng.uniform(0, 2 * np.pi)
        # From 0 to 1 across the picture: its diagonal is 1.42 sides long, and half of it 0.71.
        across = ((x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle) + 0.71) / 1.42
        picture = picture * (1 - rng.uniform(0.6, 0.8) * across)[..., None]
    if "blur" in troubles:
        picture = _blurred(picture, rng.integers(5, 11))
    picture = picture + rng.normal(0, 0.012, (H, W, 1))
    if "JPEG" in troubles:
        picture = _compressed(picture, int(rng.integers(4, 12)))
    return np.clip(picture, 0, 1).astype(np.float32)


def _turned(ink, degrees):
    """Turn about the middle."""
    H, W = ink.shape
    sin, cos = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    i, j = np.mgrid[:H, :W] - np.array([H - 1, W - 1])[:, None, None] / 2
    rows, columns = cos * i + sin * j + (H - 1) / 2, cos * j - sin * i + (W - 1) / 2
    return resample(ink[None], np.float32(rows)[None], np.float32(columns)[None])[0]


def _moved(ink, rng):
    """Make the digit a third as large, and put it anywhere."""
    H, W = (n // 3 for n in ink.shape)
    top, left = (rng.integers(n - m) for n, m in zip(ink.shape, (H, W), strict=True))
    moved = np.zeros_like(ink)
    moved[top : top + H, left : left + W] = resize(ink, H, W)
    return moved


def _blurred(picture, reach):
    """Replace each pixel twice by the mean of its neighbourhood."""
    for _ in range(2):
        for axis in (0, 1):
            lines = np.moveaxis(picture, axis, 0)
            padded = np.pad(lines, ((reach + 1, reach), (0, 0), (0, 0)), mode="edge")
            total = np.cumsum(padded, axis=0)
            mean = (total[2 * reach + 1 :] - total[: -2 * reach - 1]) / (2 * reach + 1)
            picture = np.moveaxis(mean, 0, axis)
    return picture


def _compressed(picture, quality):
    """Save as JPEG and read again."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(np.uint8(255 * np.clip(picture, 0, 1))).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file), dtype=np.float32) / 255
