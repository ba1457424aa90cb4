"""The figures that the commands leave behind."""

import matplotlib.pyplot as plt
import numpy as np

from lib import plot
from lib.cli.output import write_figure

ROWS = 3  # of images in a picture; mistakes fill at most half of it


def draw_curves(epochs, path):
    """Draw the losses and, of a classifier, the errors of all epochs."""
    names = ("loss", "error (%)") if epochs[0].validation_accuracy is not None else ("loss",)
    _, axes = plt.subplots(1, len(names), squeeze=False)
    for ax, name in zip(axes[0], names, strict=True):
        lines = {part: [_value(e, part, name) for e in epochs] for part in ("train", "validation")}
        plot.curves(lines, ylabel=name, ax=ax)
    write_figure(path)


def _value(epoch, part, name):
    if name == "loss":
        return getattr(epoch, f"{part}_loss")
    return 100 * (1 - getattr(epoch, f"{part}_accuracy"))


def draw_answers(images, y, answers, names, path):
    """Draw some images with a model's answers: the mistakes first, then some right ones.

    Parameters
    ----------
    images : ndarray of shape (N, 1, 28, 28)
        The images, in random order.
    y, answers : ndarray of shape (N,)
        What they show, and what the model said.
    names : sequence of str
        What the classes are called.
    path : Path
        The file to write.
    """
    short = max(map(len, names)) == 1
    columns = 8 if short else 5
    right = y == answers
    mistakes = np.flatnonzero(~right)[: ROWS * columns // 2]
    rows = np.concatenate([mistakes, np.flatnonzero(right)[: ROWS * columns - len(mistakes)]])
    but = ", not " if short else ",\nnot "
    titles = [
        names[a] if a == k else f"{names[a]}{but}{names[k]}"
        for a, k in zip(answers[rows], y[rows], strict=True)
    ]
    plot.images(images[rows, 0], titles, columns=columns, right=right[rows])
    write_figure(path)


def draw_pairs(images, drawn, path, columns=8):
    """Draw some originals, and below each what an autoencoder made of it."""
    pairs = np.concatenate([images[:columns, 0], drawn.reshape(-1, 28, 28)[:columns]])
    titles = ["original"] * (len(pairs) // 2) + ["drawn"] * (len(pairs) // 2)
    plot.images(pairs, titles, columns=len(pairs) // 2)
    write_figure(path)


def draw_steps(prepared, path):
    """Draw the eleven steps from a picture to its digits."""
    plot.steps(prepared)
    write_figure(path)
