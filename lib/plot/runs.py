"""Many runs in one chart: lines with their spread, and one line for each setting that was tried."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogLocator, NullFormatter

from lib.plot.charts import label_ends
from lib.plot.style import BLUE, GREY, OTHERS, WIDTH


def bands(lines, x=None, *, xlabel, ylabel, log=False, ax=None):
    """Draw for each case the mean of its runs as a line in a band from the lowest to the highest.

    Parameters
    ----------
    lines : dict of {str: ndarray of shape (R, M)}
        For each case R runs of M numbers, named at the end of its line. R may differ.
    x : sequence of M numbers, optional
        Where they belong; 1, 2, … by default.
    xlabel, ylabel : str
        What is on the axes, with units.
    log : bool, optional
        Whether both axes are logarithmic.
    ax : Axes, optional
        Where to draw; a figure of its own by default.
    """
    ax = ax or plt.subplots(figsize=(WIDTH, 3.4))[1]
    ends, styles = [], ("-", "--", ":", "-.")
    for i, (name, runs) in enumerate(lines.items()):
        runs, colour = np.asarray(runs), OTHERS[i % len(OTHERS)]
        places = np.arange(1, runs.shape[1] + 1) if x is None else np.asarray(x)
        ax.fill_between(places, runs.min(axis=0), runs.max(axis=0), color=colour, alpha=0.2, lw=0)
        ax.plot(places, runs.mean(axis=0), styles[i % len(styles)], color=colour)
        ends.append((places[-1], runs[:, -1].mean(), name, colour))
    if log:
        ax.set(xscale="log", yscale="log")
        for axis, steps in ((ax.xaxis, [1]), (ax.yaxis, [1, 2, 5])):
            axis.set_major_locator(LogLocator(subs=steps))
            axis.set_major_formatter("{x:g}")
            axis.set_minor_formatter(NullFormatter())
    ax.set(xlabel=xlabel, ylabel=ylabel)
    label_ends(ax, ends)


def parallel(settings, values, *, label, log=(), best=5, worst=None):
    """Draw parallel coordinates: an axis for each setting, and a line across them for each trial.

    Parameters
    ----------
    settings : dict of {str: sequence of N numbers}
        What each trial had.
    values : sequence of N numbers
        What it came to, the lower the better: the last axis, with the best at the bottom.
    label : str
        What ``values`` are, with their unit.
    log : sequence of str, optional
        The settings that are drawn on a logarithmic axis: they are above 0.
    best : int, optional
        How many trials are drawn thick and blue; the others are thin and grey.
    worst : float, optional
        Values above it are drawn at it, so that a few bad trials do not press the good ones
        together. By default none is.
    """
    values = np.minimum(values, np.max(values) if worst is None else worst)
    columns = {**settings, label: values}
    heights = []
    _, ax = plt.subplots(figsize=(WIDTH, 3.2))
    for place, (name, column) in enumerate(columns.items()):
        column = np.asarray(column, float)
        low, high = column.min(), column.max()
        scaled = np.log(column) if name in log else column
        span = np.ptp(scaled) or 1
        heights.append((scaled - scaled.min()) / span)
        ax.plot([place, place], [0, 1], color=GREY, lw=0.8)  # it ends before its two numbers
        for height, end in ((-0.06, low), (1.06, high)):
            digits, _, power = f"{end:.2g}".partition("e")
            if power:
                digits = ("" if digits == "1" else digits + "·") + f"$10^{{{int(power)}}}$"
            ax.text(place, height, digits, ha="center", va="center", size=9)
    lines = np.array(heights).T  # (N, axes)
    order = np.argsort(values, kind="stable")
    for rank, trial in reversed(list(enumerate(order))):  # the best last, on top of the others
        good = rank < best
        look = {"color": BLUE, "lw": 1.8, "zorder": 3} if good else {"color": "#D0D0D0", "lw": 0.6}
        ax.plot(lines[trial], antialiased=False, **look)  # smooth lines would make a large file
    ax.set_xticks(range(len(columns)), columns)
    ax.tick_params(axis="x", length=0, pad=12)
    ax.set(yticks=[], xlim=(-0.4, len(columns) - 0.6), ylim=(-0.12, 1.1))
    ax.spines[:].set_visible(False)
    ax.grid(False)
