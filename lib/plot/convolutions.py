"""Convolution as pictures: a sliding template, the windows it visits, shapes along a network."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator

from lib.plot.style import BLUE, CLASSES, GREY, PALE, WIDTH


def sliding(picture, template, response, places=()):
    """Draw an image, the template that slides over it, and what the template sees at each place.

    Parameters
    ----------
    picture : ndarray of shape (H, W)
        The image.
    template : ndarray of shape (KH, KW)
        Its numbers are written into it.
    response : ndarray of shape (Ho, Wo)
        What the template sees at each place: red where it fits, blue where its opposite would,
        white at 0.
    places : sequence of (int, int), optional
        Windows to frame in the image, by the row and the column of their upper left corner, at most
        ten. The pixels of the response that belong to them are framed in the same colours.
    """
    figure, axes = plt.subplots(1, 3, figsize=(WIDTH, 2.3), width_ratios=[1, 0.62, 1])
    left, middle, right = axes
    left.imshow(picture)
    largest = np.abs(template).max() or 1.0
    middle.imshow(template, cmap="RdBu_r", vmin=-largest, vmax=largest)
    for (i, j), value in np.ndenumerate(template):
        dark = abs(value) > 0.7 * largest
        middle.text(
            j, i, f"{value:g}", ha="center", va="center", size=8, color="w" if dark else "k"
        )
    largest = np.abs(response).max() or 1.0
    drawn = right.imshow(response, cmap="RdBu_r", vmin=-largest, vmax=largest)
    figure.colorbar(drawn, ax=right, ticks=MaxNLocator(4, integer=True), shrink=0.8)
    KH, KW = np.shape(template)
    for (row, column), colour in zip(places, CLASSES, strict=False):
        frame = {"fill": False, "edgecolor": colour, "linewidth": 2}
        left.add_patch(plt.Rectangle((column - 0.5, row - 0.5), KW, KH, **frame))
        right.add_patch(plt.Rectangle((column - 0.5, row - 0.5), 1, 1, **frame))
    parts = {"image": picture, "template": template, "response": response}
    for ax, (name, part) in zip(axes, parts.items(), strict=True):
        ax.set_title(f"{name}, {len(part)} × {len(part[0])}")
        ax.set(xticks=[], yticks=[])
        ax.spines[["top", "right"]].set_visible(True)
        ax.grid(False)


def windows(cases):
    """Draw a row of pixels for each case, side by side, and under each the windows that visit it.

    Parameters
    ----------
    cases : sequence of (int, int, int, int)
        Size, kernel, stride and padding of each drawing. The kernel is no larger than the size and
        twice the padding.
    """
    tall = [2 + (size + 2 * p - k) // s for size, k, s, p in cases]
    height = 0.17 * max(tall) + 0.5
    _, axes = plt.subplots(1, len(cases), figsize=(WIDTH, height), squeeze=False)
    for ax, (size, kernel, stride, padding) in zip(axes.flat, cases, strict=True):
        for pixel in range(-padding, size + padding):
            inside = 0 <= pixel < size
            look = {"fc": "#B8D6E8" if inside else "white", "ec": GREY if inside else "#BBBBBB"}
            ax.add_patch(plt.Rectangle((pixel, 0), 1, 0.8, lw=0.8, **look))
            if not inside:
                ax.text(pixel + 0.5, 0.42, "0", ha="center", va="center", size=9, color="#666666")
        starts = range(-padding, size + padding - kernel + 1, stride)
        for number, start in enumerate(starts):
            ax.plot([start + 0.12, start + kernel - 0.12], [1.5 + number] * 2, color=BLUE, lw=3)
        ax.set_title(f"stride {stride}, padding {padding}:  {len(starts)} windows", size=9)
        widest = max(size + 2 * p for size, _, _, p in cases)
        ax.set(xlim=(size / 2 - widest / 2 - 0.2, size / 2 + widest / 2 + 0.2))
        ax.set_ylim(max(tall) + 0.2, -0.3)
        ax.axis("off")


def shapes(stages):
    """Draw the arrays that one image becomes on its way through a network.

    Parameters
    ----------
    stages : sequence of (str, tuple of int)
        What was done, and the shape it gave: ``(C, H, W)`` is drawn as a stack of C maps, ``(K,)``
        as a column of K numbers; at least one is a stack. Of a stack five maps are drawn at most.
        Maps are drawn to scale, stacks and columns are not.
    """
    _, ax = plt.subplots(figsize=(WIDTH, 1.75))
    largest = max(shape[-1] for _, shape in stages if len(shape) == 3)
    centre = 0.0
    for stage, (name, shape) in enumerate(stages):
        if len(shape) == 3:
            channels, height, width = shape
            side = np.array([width, height]) / largest * 0.62
            drawn = min(channels, 5)
            for k in reversed(range(drawn)):
                corner = np.array([centre, 0]) - side / 2 + (k - (drawn - 1) / 2) * 0.045
                ax.add_patch(plt.Rectangle(corner, *side, fc=PALE, ec=BLUE, lw=0.9))
            label = f"{channels}\n{height} × {width}"
        else:
            tall = min(1.0, 0.25 + 0.2 * np.log10(shape[0]) ** 2)
            ax.add_patch(
                plt.Rectangle((centre - 0.04, -tall / 2), 0.08, tall, fc=PALE, ec=BLUE, lw=0.9)
            )
            label = f"{shape[0]}\nnumbers"
        ax.text(centre, -0.62, label, ha="center", va="top", size=9)
        ax.text(centre, 0.62, name, ha="center", va="bottom", size=9, color="#9A6A00")
        if stage:
            arrow = {"arrowstyle": "-|>", "color": GREY, "lw": 1}
            ax.annotate("", (centre - 0.45, 0), (centre - 0.61, 0), arrowprops=arrow)
        centre += 1.06
    ax.set(xlim=(-0.55, centre - 0.5), ylim=(-1.1, 1.15), aspect="equal")
    ax.axis("off")
