"""Graphs: how numbers flow through a computation, and how units are joined in a network."""

import itertools

import matplotlib.pyplot as plt
import numpy as np

from lib.plot.style import BLUE, GREY, PALE, RED, WIDTH


def graph(nodes, edges):
    """Draw a computation graph: values run along its edges forwards, gradients backwards.

    Parameters
    ----------
    nodes : dict of {str: (float, float)}
        Where each node is drawn; its name is written into it.
    edges : sequence of (str, str, object, object)
        From which node, to which, the value (blue) and the gradient (bold, red). The value is on
        the left as one walks along the arrow: above one that points right. An empty string leaves
        one out.
    """
    places = np.array(list(nodes.values()), dtype=float)
    (left, low), (right, high) = places.min(axis=0), places.max(axis=0)
    unit = WIDTH / (right - left + 1.1)
    _, ax = plt.subplots(figsize=(WIDTH, unit * (high - low + 1.1)))
    upright = {"textcoords": "offset points", "ha": "center", "va": "center", "size": 11}
    bold = {"color": RED, "weight": "bold"}
    for a, b, value, gradient in edges:
        (x0, y0), (x1, y1) = nodes[a], nodes[b]
        ax.annotate(
            "",
            (x1, y1),
            (x0, y0),
            arrowprops={
                "arrowstyle": "-|>",
                "color": GREY,
                "shrinkA": 17,
                "shrinkB": 17,
                "lw": 1.2,
            },
        )
        along = np.array([x1 - x0, y1 - y0]) / np.hypot(x1 - x0, y1 - y0)
        up = np.array([-along[1], along[0]])
        for label, side, style in [(value, up, {"color": BLUE}), (gradient, -up, bold)]:
            label = str(label).replace("-", "−")
            # upright letters, 11 points high: as far from the arrow as their box needs there
            clear = 9 * abs(up[1]) + (3.5 * len(label) + 3) * abs(up[0])
            ax.annotate(label, ((x0 + x1) / 2, (y0 + y1) / 2), clear * side, **upright, **style)
    for name, (x, y) in nodes.items():
        ax.plot(x, y, "o", ms=30, mfc=PALE, mec=GREY, mew=1)
        ax.text(x, y, name, ha="center", va="center")
    ax.set(xlim=(left - 0.55, right + 0.55), ylim=(low - 0.55, high + 0.55))
    ax.axis("off")


def network(sizes, names=(), *, most=6):
    """Draw a network of fully connected layers: circles are units, lines between them are weights.

    Parameters
    ----------
    sizes : sequence of int
        Units in each layer. Of a layer with more than ``most`` the middle ones are left out, and
        dots stand for them.
    names : sequence of str, optional
        Written below the layers.
    most : int, optional
        The largest layer that is drawn in full.
    """
    _, ax = plt.subplots(figsize=(WIDTH, 2.9))
    columns = []
    for layer, size in enumerate(sizes):
        drawn = min(size, most)
        heights = np.arange(drawn) - (drawn - 1) / 2
        if size > most:  # leave the middle place for dots
            ax.text(layer, 0, "⋮", ha="center", va="center", size=13)
            heights = heights[np.abs(heights) > 0.5]
        columns.append(heights)
    for layer, (below, above) in enumerate(itertools.pairwise(columns)):
        for a in below:
            for b in above:
                ax.plot([layer, layer + 1], [a, b], color=GREY, lw=0.35, zorder=1)
    for layer, heights in enumerate(columns):
        x = np.full(len(heights), layer)
        ax.scatter(x, heights, s=90, c=PALE, ec=BLUE, lw=1.2, zorder=2)
        if layer < len(names):
            ax.text(layer, -most / 2 - 0.4, names[layer], ha="center", va="top")
    ax.set(xlim=(-0.5, len(sizes) - 0.5), ylim=(-most / 2 - 1.6, most / 2 + 0.2))
    ax.axis("off")
