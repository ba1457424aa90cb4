"""From a photograph to a digit: the steps, the parts, the answers."""

import math

import matplotlib.pyplot as plt
import numpy as np

from lib.plot.style import BLUE, CLASSES, GREEN, GREY, ON_WHITE, ORANGE, RED, WIDTH

GRAINY = ("read", "grey", "even light", "polarity", "noise")  # steps that show the paper


def steps(prepared):
    """Draw the eleven steps from a picture to its digits, each under its name.

    Parameters
    ----------
    prepared : Prepared
        What ``lib.recognition.prepare`` returned. Steps 9 to 11 are drawn for the first digit; if
        none was found, they are left out.
    """
    pictures = dict(prepared.pictures)
    if prepared.digits:
        pictures |= prepared.digits[0].pictures
    H, W = prepared.pictures["grey"].shape
    tall = min(max(H / W, 0.2), 1.5)
    heights = [tall, tall, min(1, max(tall, 0.7))]  # the last four pictures are square
    _, axes = plt.subplots(
        3, 4, figsize=(WIDTH, sum(heights) * WIDTH / 4 + 0.9), height_ratios=heights
    )
    for ax in axes.flat:
        ax.axis("off")
    for number, (ax, (name, picture)) in enumerate(
        zip(axes.flat, pictures.items(), strict=False), 1
    ):
        ax.set_title(f"{number} · {name}", pad=3)
        step(name, _smaller(picture, 100) if name in GRAINY else picture, prepared, ax)


def step(name, picture, prepared=None, ax=None):
    """Draw what one step made of a picture.

    Parameters
    ----------
    name : str
        The name of the step in ``lib.recognition.STEPS``, which decides the colours. With any other
        name it is drawn as ink.
    picture : ndarray of shape (H, W) or (H, W, 3)
        What it returned. Up to step 5, pixels of a large picture are averaged: at most 450 remain
        along its longer side.
    prepared : Prepared, optional
        For step ``"parts"``: draws a box around each of its digits.
    ax : Axes, optional
        Where to draw; a figure of its own by default.
    """
    if ax is None:
        H, W = picture.shape[:2]
        scale = min(WIDTH / W, 3.2 / H)
        _, ax = plt.subplots(figsize=(WIDTH, scale * H + 0.1))
        ax.axis("off")
    if name in GRAINY:
        picture = _smaller(picture, 300)
    if name == "read":
        ax.imshow(picture)
    elif name == "grey":
        ax.imshow(picture, cmap="gray", vmin=0, vmax=1)
    elif name == "even light":
        most = np.abs(picture).max() or 1
        ax.imshow(picture, cmap="RdBu", vmin=-most, vmax=most)
    elif name == "parts":
        ax.imshow(picture > 0)
        for number, digit in enumerate(prepared.digits if prepared else ()):
            top, left, bottom, right = digit.box
            colour = CLASSES[number % len(CLASSES)]
            box = plt.Rectangle(
                (left, top), right - left, bottom - top, fill=False, ec=colour, lw=2
            )
            ax.add_patch(box)
    else:
        ax.imshow(picture, vmin=0)


def _smaller(picture, most):
    """Average whole squares of pixels until no side is much longer: grain makes files large."""
    k = max(1, round(max(picture.shape[:2]) / most))
    H, W = (n // k for n in picture.shape[:2])
    squares = picture[: H * k, : W * k].reshape(H, k, W, k, -1)
    return squares.mean(axis=(1, 3)).reshape(H, W, *picture.shape[2:])


def photographs(pictures, titles=None, *, columns=4, right=None):
    """Draw a grid of colour pictures, without axes.

    Parameters
    ----------
    pictures : sequence of N ndarray of shape (H, W, 3)
        Red, green and blue between 0 and 1. Sizes may differ; pixels of large pictures are
        averaged, and at most 90 remain along the longer side.
    titles : sequence of N str, optional
        One above each.
    columns : int, optional
        Pictures in a row.
    right : sequence of N bool, optional
        Marks each title: right in green with a tick, wrong in red with a cross.
    """
    rows = math.ceil(len(pictures) / columns)
    _, axes = plt.subplots(
        rows, columns, figsize=(WIDTH, rows * (WIDTH / columns + 0.25)), squeeze=False
    )
    for ax in axes.flat:
        ax.axis("off")
    for i, (ax, picture) in enumerate(zip(axes.flat, pictures, strict=False)):
        ax.imshow(_smaller(picture, 60))
        if titles is not None:
            mark, colour = "", plt.rcParams["axes.titlecolor"]
            if right is not None:
                mark, colour = (" ✓", ON_WHITE[GREEN]) if right[i] else (" ✗", RED)
            ax.set_title(f"{titles[i]}{mark}", color=colour, fontsize=9, pad=3)


def saliency(image, pictures, titles):
    """Draw an image, and next to it maps of what matters in it, each on its own scale around 0.

    Parameters
    ----------
    image : ndarray of shape (H, W)
        What the network was asked about.
    pictures : sequence of ndarray of shape (H, W)
        The maps, at least one. Red speaks for the answer, blue against it. The scale of each ends
        where 0.5 % of its pixels lie beyond: they are as red or blue as can be.
    titles : sequence of str
        One for the image and one for each map.
    """
    _, axes = plt.subplots(1, 1 + len(pictures), figsize=(WIDTH, 2.3))
    for ax, title in zip(axes, titles, strict=True):
        ax.axis("off")
        ax.set_title(title, pad=3)
    axes[0].imshow(image)
    for ax, picture in zip(axes[1:], pictures, strict=True):
        most = np.quantile(np.abs(picture), 0.995) or 1
        drawn = ax.imshow(picture / most, cmap="RdBu_r", vmin=-1, vmax=1)
    bar = axes[0].figure.colorbar(drawn, ax=axes, shrink=0.7, aspect=12)
    bar.set_ticks([-1, 0, 1], labels=["against", "0", "for"])


def refusals(curve, *, singles, others, chosen=None):
    """Draw how many non-digits are refused against how many digits are, threshold by threshold.

    Parameters
    ----------
    curve : sequence of dict
        For each threshold ``least``, and how many pictures it refuses: ``singles_refused`` of the
        single digits, ``others_refused`` of the pictures without a digit.
    singles, others : int
        How many single digits there are, and how many pictures without a digit.
    chosen : float, optional
        Marks the threshold of the curve that is nearest to it.
    """
    _, ax = plt.subplots(figsize=(WIDTH, 3))
    x = [100 * row["singles_refused"] / singles for row in curve]
    y = [100 * row["others_refused"] / others for row in curve]
    ax.plot(x, y, "-o", color=BLUE)
    together = {}  # thresholds that refuse the same share one label
    for row, point in zip(curve, zip(x, y, strict=True), strict=True):
        together.setdefault(point, []).append(f"{row['least']:g}")
    places = list(together)
    for point, after in zip(places, [*places[1:], (None, None)], strict=True):
        names = together[point]
        label = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        shift = (9, -4) if after[0] == point[0] else (7, -13)  # beside a rise, below the rest
        ax.annotate(label, point, xytext=shift, textcoords="offset points")
    ax.margins(y=0.1)
    if chosen is not None:
        nearest = min(range(len(curve)), key=lambda k: abs(curve[k]["least"] - chosen))
        ax.plot(x[nearest], y[nearest], "D", color=ORANGE, ms=9, zorder=3)
    ax.axhline(100, color=GREY, lw=0.8)
    ax.set(xlabel="digits refused (%)", ylabel="non-digits refused (%)", xlim=(-0.3, None))
