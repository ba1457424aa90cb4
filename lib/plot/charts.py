"""Numbers as charts: bars, curves over epochs, points in the plane and the classes around them."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.ticker import MaxNLocator

from lib.plot.style import (
    BLACK,
    BLUE,
    CLASSES,
    GREY,
    MARKERS,
    ON_WHITE,
    ORANGE,
    OTHERS,
    ROLES,
    WIDTH,
)


def bars(values, names=None, *, highlight=None, picture=None, xlabel="class", ylabel="probability"):
    """Draw one bar for each value, one of them highlighted.

    Parameters
    ----------
    values : ndarray of shape (K,)
        How high the bars are.
    names : sequence of K str, optional
        Written below the bars; their numbers by default.
    highlight : int, optional
        The bar drawn in orange and hatched.
    picture : ndarray of shape (H, W), optional
        An image drawn left of the bars: what the values are about.
    xlabel, ylabel : str, optional
        What the bars and their heights are, with units.
    """
    positions = np.arange(len(values))
    figure = plt.figure(figsize=(WIDTH, 2.4))
    if picture is None:
        ax = figure.subplots()
    else:
        left, ax = figure.subplots(1, 2, width_ratios=[1, 3])
        left.imshow(picture)
        left.axis("off")
    drawn = ax.bar(positions, values, color=BLUE, width=0.7)
    if highlight is not None:
        drawn[highlight].set(facecolor=ORANGE, edgecolor="white", hatch="//")
    ax.set_xticks(positions, positions if names is None else names)
    ax.set(xlabel=xlabel, ylabel=ylabel)


def curves(lines, *, xlabel="epoch", ylabel="loss", log=False, start=1, ax=None):
    """Draw curves over epochs or steps, each named at its end.

    Parameters
    ----------
    lines : dict of {str: sequence of float}
        The values of each curve, at least one. A name whose first word is train, validation or test
        gets the book's colour for it, any other a colour that means nothing.
    xlabel, ylabel : str, optional
        What is on the axes, with units.
    log : bool, optional
        Whether the axis of the values is logarithmic.
    start : int, optional
        Where the first value lies; the next ones follow at steps of 1.
    ax : Axes, optional
        Where to draw; a figure of its own by default.
    """
    ax = ax or plt.subplots()[1]
    roles = [ROLES.get(name.split()[0]) for name in lines]
    looks = [(colour, style) for style in ("-", "--", ":") for colour in OTHERS]
    others = itertools.cycle(looks)
    ends = []
    for (name, values), role in zip(lines.items(), roles, strict=True):
        colour, style = role or next(others)
        x = np.arange(start, start + len(values))
        ax.plot(x, values, style, color=colour)
        ends.append((x[-1], values[-1], name, colour))
    if log:
        ax.set_yscale("log")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10]))
    label_ends(ax, ends)


def label_ends(ax, ends):
    """Write each name right of its curve's end, pushed apart where they would overlap.

    ``ends`` are tuples (x, y, name, colour).
    """
    ax.figure.canvas.draw()  # so that positions in points are known
    to_points = 72 / ax.figure.dpi
    placed = -np.inf
    for x, y, name, colour in sorted(ends, key=lambda end: end[1]):
        height = ax.transData.transform((x, y))[1] * to_points
        shifted = max(height, placed + 12)
        placed = shifted
        ax.annotate(
            name,
            (x, y),
            (6, shifted - height),
            textcoords="offset points",
            color=ON_WHITE.get(colour, colour),  # pale letters would be hard to read
            va="center",
            size=9,
            annotation_clip=False,
        )


def scatter(x, y, names=None, *, xlabel="", ylabel="", ax=None):
    """Draw points in the plane, each class with its own colour and marker.

    Parameters
    ----------
    x : ndarray of shape (N, 2)
        The points.
    y : ndarray of shape (N,), int
        The class of each, 0 to 9.
    names : sequence of str, optional
        The classes' names, for the legend; their numbers by default.
    xlabel, ylabel : str, optional
        What is on the axes, with units.
    ax : Axes, optional
        Where to draw; a figure of its own by default.

    Returns
    -------
    Axes
        Where it was drawn.
    """
    ax = ax or plt.subplots(figsize=(WIDTH, 3.8))[1]
    for k in np.unique(y):
        label = str(k) if names is None else names[k]
        points = x[y == k].T
        ax.scatter(*points, s=28, c=CLASSES[k], marker=MARKERS[k], label=label, ec="white", lw=0.6)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def boundary(predict, x, y, names=None, *, xlabel="", ylabel="", ax=None):
    """Colour the plane by the class a model predicts there, with the points drawn over it.

    Parameters
    ----------
    predict : callable
        From points of shape (M, 2) to classes of shape (M,), 0 to 9. It is asked once, about the
        90 000 points of a grid.
    x : ndarray of shape (N, 2)
        The points drawn over it, which also decide how far the plane reaches.
    y : ndarray of shape (N,), int
        The true class of each, 0 to 9.
    names : sequence of str, optional
        The classes' names, for the legend; their numbers by default.
    xlabel, ylabel : str, optional
        What is on the axes, with units.
    ax : Axes, optional
        Where to draw; a figure of its own by default.
    """
    ax = scatter(x, y, names, xlabel=xlabel, ylabel=ylabel, ax=ax)
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    columns, rows = np.meshgrid(np.linspace(left, right, 300), np.linspace(low, high, 300))
    regions = predict(np.stack([columns.ravel(), rows.ravel()], axis=1)).reshape(columns.shape)
    shades = ListedColormap(CLASSES)
    ax.imshow(
        regions,
        shades,
        extent=(left, right, low, high),
        origin="lower",
        aspect="auto",
        vmin=0,
        vmax=len(CLASSES) - 1,
        alpha=0.18,
    )
    ax.grid(False)


def histograms(rows, *, limits=None, bins=40):
    """Draw small histograms: a row for each case, a column for each layer.

    All have the same horizontal axis. Each is as high as its own highest bar.

    Parameters
    ----------
    rows : dict of {str: sequence of ndarray}
        For each case the values of layer 1, 2, …; all rows as many layers.
    limits : (float, float), optional
        The common range of values; by default that of all of them. What lies beyond is counted in
        the outermost bars.
    bins : int, optional
        Bars in each histogram.
    """
    columns = max(len(layers) for layers in rows.values())
    size = (WIDTH, 0.3 + 1.05 * len(rows))
    _, grid = plt.subplots(len(rows), columns, figsize=size, sharex=True, squeeze=False)
    if limits is None:
        everything = [values for layers in rows.values() for values in layers]
        limits = min(map(np.min, everything)), max(map(np.max, everything))
    for (name, layers), axes in zip(rows.items(), grid, strict=True):
        axes[0].set_ylabel(name)
        for ax, values in zip(axes, layers, strict=True):
            ax.hist(np.clip(values, *limits).ravel(), bins=bins, range=limits, color=BLUE)
            ax.set(yticks=[], xlim=limits)
            ax.grid(False)
    for layer, ax in enumerate(grid[0], start=1):
        ax.set_title(f"layer {layer}")


def seeds(cases, *, xlabel):
    """Draw one row for each case: a dot for each run, and mean ± standard deviation below them.

    Parameters
    ----------
    cases : dict of {str: sequence of float}
        For each case one number for each run, from the first case at the top. The standard
        deviation is that of a sample, divided by n − 1; a single run has none.
    xlabel : str
        What the numbers are, with their unit.
    """
    _, ax = plt.subplots(figsize=(WIDTH, 0.7 + 0.45 * len(cases)))
    for row, values in enumerate(cases.values()):
        ax.plot(values, np.full(len(values), row - 0.14), "o", color=BLUE, markersize=5, alpha=0.7)
        spread = np.std(values, ddof=1) if len(values) > 1 else None
        ax.errorbar(np.mean(values), row + 0.14, xerr=spread, fmt="D", color=BLACK, capsize=4)
    ax.set_yticks(range(len(cases)), cases)
    ax.set(xlabel=xlabel, ylim=(len(cases) - 0.5, -0.5))
    ax.grid(axis="x", color="#DDDDDD")
    ax.grid(False, axis="y")


def reliability(cases):
    """Draw for each classifier how often it was right against how sure it was.

    Parameters
    ----------
    cases : dict of {str: Reliability}
        What ``metrics.reliability`` returned. The area of a dot grows with the rows in its bin;
        dots below the diagonal are too sure.
    """
    _, axes = plt.subplots(1, len(cases), figsize=(WIDTH, 2.9), sharey=True, squeeze=False)
    for ax, (name, (confidence, accuracy, count)) in zip(axes.flat, cases.items(), strict=True):
        ax.plot([0, 1], [0, 1], "--", color=GREY, linewidth=1)
        ax.plot(confidence, accuracy, color=BLUE, linewidth=1)
        area = 15 + 300 * count / count.sum()
        dots = {"color": BLUE, "edgecolor": "white", "zorder": 3, "clip_on": False}
        ax.scatter(confidence, accuracy, s=area, **dots)
        ax.set(title=name, xlabel="confidence", xlim=(-0.02, 1.06), ylim=(-0.02, 1.06))
        ax.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        ax.set_aspect("equal")
    axes[0, 0].set_ylabel("share of right answers")
