"""Maps: points in a plane, coloured by digit, and the pictures found there."""

import math

import matplotlib.pyplot as plt
import numpy as np

from lib.plot.style import CLASSES, WIDTH


def latent_map(points, labels, *, title=None, ticks=True, ax=None):
    """Draw many points in the ten digit colours, each digit written where most of its points lie.

    Parameters
    ----------
    points : ndarray of shape (N, 2)
        The points.
    labels : ndarray of shape (N,), int
        The digit of each point, 0 to 9. It is written at the point that has the others closest
        around it.
    title : str, optional
        Written above the map.
    ticks : bool, optional
        False where the axes have no unit and the numbers along them no meaning: then there is a
        frame in their place.
    ax : Axes, optional
        Where to draw; a figure of its own by default.
    """
    ax = ax or plt.subplots(figsize=(WIDTH, 4.6))[1]
    size = 4 if len(points) > 500 else 9
    # without smooth edges a figure of thousands of points is a quarter as large
    ax.scatter(*points.T, s=size, c=np.array(CLASSES)[labels], linewidths=0, antialiased=False)
    for digit in np.unique(labels):
        label = {"boxstyle": "circle,pad=0.2", "fc": "white", "ec": CLASSES[digit], "lw": 1.5}
        place = _densest(points[labels == digit])
        ax.text(*place, digit, ha="center", va="center", size=9, weight="bold", bbox=label)
    ax.set_title(title)
    ax.grid(False)
    if not ticks:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(True)


def _densest(points):
    """Return the point whose nearest tenth of the others lies closest around it."""
    some = points[:: math.ceil(len(points) / 500)]  # 500 are enough to find a crowd
    distances = np.linalg.norm(some[:, None] - some, axis=2)
    return some[np.sort(distances, axis=1)[:, len(some) // 10].argmin()]


def mosaic(pictures, columns, *, extent=None, xlabel="", ylabel=""):
    """Draw pictures of one size side by side, without gaps, as one large picture.

    Parameters
    ----------
    pictures : ndarray of shape (N, H, W)
        Row by row, from the upper left. They are drawn in 16 greys; the lowest number of all is
        white, the highest black.
    columns : int
        Pictures in a row; it must divide N.
    extent : (float, float, float, float), optional
        Left, right, lower and upper end, where the place of a picture means something.
    xlabel, ylabel : str, optional
        What the places mean; shown where ``extent`` is given.

    Raises
    ------
    ValueError
        If ``columns`` does not divide N.
    """
    pictures = np.asarray(pictures)
    N, H, W = pictures.shape
    if N % columns:
        raise ValueError(f"{columns} columns do not divide {N} pictures; leave some out")
    # (N, H, W) -> (rows, columns, H, W) -> (rows, H, columns, W) -> one picture
    sheet = pictures.reshape(-1, columns, H, W).swapaxes(1, 2).reshape(-1, columns * W)
    height = min(6.0, WIDTH * len(sheet) / sheet.shape[1])
    _, ax = plt.subplots(figsize=(WIDTH, height))
    sheet = (sheet - sheet.min()) / (np.ptp(sheet) or 1)
    sheet = np.round(15 * sheet)  # 16 greys keep the figure light
    ax.imshow(sheet, extent=extent, aspect="equal" if extent is None else "auto")
    ax.grid(False)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if extent is None:
        ax.axis("off")
