"""Arrays as pictures: images, pixels, weights, tables of numbers, confusion matrices."""

import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap, TwoSlopeNorm
from matplotlib.ticker import MaxNLocator

from lib.plot.style import GREEN, ON_WHITE, PALE, RED, WIDTH


def images(pictures, titles=None, *, columns=10, right=None):
    """Draw a grid of images in grey, without axes, all on one scale from white to black.

    Parameters
    ----------
    pictures : ndarray of shape (N, H, W)
        The images, row by row from the upper left. The lowest number of all is white, the highest
        black.
    titles : sequence of N str, optional
        One above each image.
    columns : int, optional
        Images in a row; with fewer images the rest of it stays empty.
    right : sequence of N bool, optional
        Marks each title: right in green with a tick, wrong in red with a cross. Without titles
        nothing is marked.
    """
    rows = math.ceil(len(pictures) / columns)
    cell = WIDTH / columns
    height = rows * (cell + (0.22 if titles is not None else 0))
    _, axes = plt.subplots(rows, columns, figsize=(WIDTH, height), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for i, (ax, picture) in enumerate(zip(axes.flat, pictures, strict=False)):
        ax.imshow(picture, vmin=np.min(pictures), vmax=np.max(pictures))
        if titles is None:
            continue
        mark, colour = "", plt.rcParams["axes.titlecolor"]
        if right is not None:
            mark, colour = (" ✓", ON_WHITE[GREEN]) if right[i] else (" ✗", RED)
        ax.set_title(
            f"{titles[i]}{mark}",
            color=colour,
            fontsize=9,
            fontweight="bold" if mark else None,
            pad=3,
        )


def pixels(picture):
    """Draw one image large, with the number of every pixel written into it.

    Parameters
    ----------
    picture : ndarray of shape (H, W), int
        At most about 20 pixels wide, or the numbers run into one another. They are written as they
        are: fractions would take too much room.
    """
    height, width = picture.shape
    _, ax = plt.subplots(figsize=(WIDTH, WIDTH * 0.72 * height / width))
    ax.imshow(picture, aspect="auto")
    dark = picture > picture.max() * 0.4
    for (i, j), value in np.ndenumerate(picture):
        ax.text(
            j, i, value, ha="center", va="center", size=7.5, color="w" if dark[i, j] else "#333"
        )
    ax.set(xlabel="column", ylabel="row")
    ax.grid(False)


def arrays(*parts, symbols=(), titles=()):
    """Draw arrays side by side as tables of numbers, with symbols such as + and = between them.

    Parameters
    ----------
    *parts : ndarray of shape (C,) or (R, C)
        What to draw, at least one. A vector ``(C,)`` is drawn as a row; what has the shape
        ``(R, 1)``, such as a sum with ``keepdims=True``, as a column; a single number as one cell.
    symbols : sequence of str, optional
        What to write after each part, usually one fewer than parts.
    titles : sequence of str, optional
        One above each part.

    Raises
    ------
    ValueError
        If there is no part, or one has more than two axes.
    """
    parts = [np.atleast_2d(part) for part in parts]
    if not parts or any(part.ndim > 2 for part in parts):
        shapes = ", ".join(str(part.shape) for part in parts) or "none"
        raise ValueError(f"arrays of one or two axes can be drawn, got {shapes}; take a part x[0]")
    gap, tall = 1.2, max(len(part) for part in parts)
    wide = sum(part.shape[1] for part in parts) + gap * (len(parts) - 1)
    unit = min(0.52, WIDTH / wide)
    _, ax = plt.subplots(figsize=(WIDTH, unit * (tall + 1.2)))
    left = 0.0
    for k, part in enumerate(parts):
        rows, columns = part.shape
        top = (tall - rows) / 2
        for (i, j), value in np.ndenumerate(part):
            box = plt.Rectangle((left + j, top + i), 1, 1, fc=PALE, ec="white", lw=2)
            ax.add_patch(box)
            ax.text(left + j + 0.5, top + i + 0.5, f"{value:g}", ha="center", va="center")
        if k < len(titles):
            ax.text(left + columns / 2, top - 0.25, titles[k], ha="center", va="bottom", size=9)
        left += columns
        if k < len(symbols):
            ax.text(left + gap / 2, tall / 2, symbols[k], ha="center", va="center", size=13)
        left += gap
    room = (WIDTH / unit - wide) / 2
    ax.set(xlim=(-room, wide + room), ylim=(tall + 0.1, -1.1))
    ax.axis("off")


def weights(pictures, titles=None, *, columns=5, label="weight"):
    """Draw weights as images: blue pulls down, red pushes up, white is 0; one shared scale.

    The scale ends where 0.2 % of all weights lie beyond it: they are as red or blue as can be.

    Parameters
    ----------
    pictures : ndarray of shape (N, H, W)
        The weights, row by row from the upper left.
    titles : sequence of N str, optional
        One above each picture.
    columns : int, optional
        Pictures in a row.
    label : str, optional
        What the colour bar says the numbers are.
    """
    rows = math.ceil(len(pictures) / columns)
    height = rows * (WIDTH * 0.88 / columns + (0.25 if titles is not None else 0.05))
    figure, axes = plt.subplots(rows, columns, figsize=(WIDTH, height), squeeze=False)
    largest = np.quantile(np.abs(pictures), 0.998) or 1  # a few extremes must not pale all the rest
    norm = TwoSlopeNorm(0, -largest, largest)
    for ax in axes.flat:
        ax.axis("off")
    for i, (ax, picture) in enumerate(zip(axes.flat, pictures, strict=False)):
        drawn = ax.imshow(picture, cmap="RdBu_r", norm=norm)
        if titles is not None:
            ax.set_title(titles[i], pad=3)
    figure.colorbar(drawn, ax=axes, label=label, extend="both", shrink=0.9, aspect=25)


def confusion(matrix, names=None):
    """Draw a confusion matrix: rows are true classes, columns predicted ones.

    Parameters
    ----------
    matrix : ndarray of shape (K, K), int
        Counts. Shading shows the mistakes; the diagonal, where all is well, is left pale.
    names : sequence of K str, optional
        The classes' names, along both axes; their numbers by default.
    """
    matrix = np.asarray(matrix)
    positions = np.arange(len(matrix))
    mistakes = matrix * (1 - np.eye(len(matrix)))
    _, ax = plt.subplots(figsize=(WIDTH, 4.6))
    pale = ListedColormap(plt.get_cmap("Oranges")(np.linspace(0, 0.55, 256)))  # black is read on it
    drawn = ax.imshow(mistakes, cmap=pale, vmax=max(1, mistakes.max()))
    for (i, j), count in np.ndenumerate(matrix):
        weight = "bold" if i == j else "normal"
        ax.text(j, i, count, ha="center", va="center", size=8, weight=weight)
    ax.set_xticks(positions, positions if names is None else names)
    ax.set_yticks(positions, positions if names is None else names)
    ax.set(xlabel="predicted", ylabel="true")
    ax.grid(False)
    bar = ax.figure.colorbar(drawn, label="images confused")
    bar.locator = MaxNLocator(integer=True)
