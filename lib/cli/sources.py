"""The data sets by the names they have on the command line, cut and scaled for a network."""

from typing import NamedTuple

import numpy as np

from lib import data
from lib.cli.errors import UserError
from lib.cli.options import words
from lib.data import image_sets

DIGITS = tuple("0123456789")
CLOTHES = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
           "ankle boot")  # fmt: skip
KANA = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")


class Source(NamedTuple):
    """A data set: how to load it, its files, and what its classes are called."""

    load: object
    files: image_sets.ImageSet
    classes: tuple


SOURCES = {
    "mnist": Source(data.load_mnist, image_sets.MNIST, DIGITS),
    "fashion-mnist": Source(data.load_fashion_mnist, image_sets.FASHION_MNIST, CLOTHES),
    "fashion-mnist-subset": Source(
        lambda download=False: data.load_fashion_mnist(subset=True),
        image_sets.FASHION_MNIST_SUBSET,
        CLOTHES,
    ),
    "kmnist": Source(data.load_kmnist, image_sets.KMNIST, KANA),
}


def load(name, *, download=False):
    """Load a data set by name; what is missing is said in terms of the command line."""
    source = SOURCES[name]
    try:
        return source.load(download=download)
    except data.MissingFileError as error:
        raise UserError(
            f"{name} is not here: {str(error).splitlines()[0].rstrip('.')}; "
            f"get it with: {mend(name)}"
        ) from error
    except data.DataError as error:
        message = str(error).replace(source.files.command, mend(name))
        raise UserError(message) from error


def mend(name):
    """Return the command that gets a data set, also where it is damaged."""
    if name == "fashion-mnist-subset":  # this one comes with the course and with nothing else
        return SOURCES[name].files.command
    return f"python -m lib data fetch {name}"


def draw(x, y, known, classes, samples, rng, what):
    """Choose the images of some classes, and of those some at random.

    Parameters
    ----------
    x : ndarray of shape (N, 28, 28), uint8
        The images.
    y : ndarray of shape (N,)
        Their classes.
    known : sequence of int
        The classes that the model knows; the first of them becomes class 0, and so on.
    classes : sequence of int
        Which of them to keep.
    samples : int or None
        How many images to keep; None for all.
    rng : numpy.random.Generator
        Draws them.
    what : str
        What the images are for, in messages.

    Returns
    -------
    x : ndarray of shape (samples, 1, 28, 28), float32
        The images, between 0 and 1.
    y : ndarray of shape (samples,), int64
        Their classes, from 0.
    """
    rows = np.flatnonzero(np.isin(y, classes))
    if samples is not None:
        if samples > len(rows):
            raise UserError(
                f"--samples {samples} is more than the {len(rows)} {what} images of the classes "
                f"{words(classes)}; leave it out to take them all"
            )
        rows = rng.permutation(rows)[:samples]
    return scaled(x[rows]), np.searchsorted(known, y[rows])


def scaled(x):
    """Return images of bytes as float32 between 0 and 1, with the axis of the one channel."""
    return x[:, None] / np.float32(255)
