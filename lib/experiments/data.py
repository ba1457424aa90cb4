"""The data of the experiments: images as floats between 0 and 1, in the shape the model takes."""

import numpy as np

from lib import data

SPLIT_SEED = 0  # Iris has no test part of its own; the one we draw is always the same


def images(load, classes=None):
    """Return images as floats between 0 and 1, ``x_train, y_train, x_test, y_test``.

    Parameters
    ----------
    load : callable
        Returns such arrays as ``lib.data.load_mnist`` does.
    classes : sequence of int, optional
        Only these; the first of them becomes class 0, and so on.

    Returns
    -------
    x_train, x_test : ndarray of shape (N, 1, 28, 28), float32
    y_train, y_test : ndarray of shape (N,), int64
        In the order in which ``load`` returns them.
    """
    x_train, y_train, x_test, y_test = load()
    if classes is not None:
        train, test = np.isin(y_train, classes), np.isin(y_test, classes)
        x_train, x_test = x_train[train], x_test[test]
        y_train, y_test = (np.searchsorted(classes, y) for y in (y_train[train], y_test[test]))
    x_train, x_test = (x[:, None] / np.float32(255) for x in (x_train, x_test))
    return x_train, y_train, x_test, y_test


def mnist(digits=None, standardise=False):
    """Return MNIST as images (N, 1, 28, 28); of some digits only, if they are given.

    With ``standardise``, all training pixels together have mean 0 and standard deviation 1.
    """
    x_train, y_train, x_test, y_test = images(data.load_mnist, digits)
    if standardise:
        mean, sd = x_train.mean(dtype=np.float64), x_train.std(dtype=np.float64)
        x_train, x_test = ((x - np.float32(mean)) / np.float32(sd) for x in (x_train, x_test))
    return x_train, y_train, x_test, y_test


def make_believe():
    """Return 20 000 training images of MNIST, and 10 000 others that play the part of a test set.

    MNIST's own test images are not among them.
    """
    x, y, _, _ = mnist()
    rows = np.random.default_rng(SPLIT_SEED).permutation(len(x))
    train, test = rows[:20_000], rows[20_000:30_000]
    return x[train], y[train], x[test], y[test]


def fashion_subset():
    """Return the part of Fashion-MNIST that comes with the course."""
    return images(lambda: data.load_fashion_mnist(subset=True))


def kmnist():
    """Return KMNIST, where it has been downloaded."""
    return images(data.load_kmnist)


def from_file(path):
    """Return data of your own, from a file that ``np.savez`` has written.

    Parameters
    ----------
    path : str
        The file, with arrays named ``x_train``, ``y_train``, ``x_test`` and ``y_test``. The record
        of an experiment names it, so keep it with the record.

    Returns
    -------
    x_train, y_train, x_test, y_test : ndarray
        As they are in the file.
    """
    with np.load(path) as file:
        return tuple(file[name] for name in ("x_train", "y_train", "x_test", "y_test"))


def iris():
    """Return Iris, 50 of the 150 flowers for testing, each column scaled by the training rows."""
    x, y = data.load_iris()
    rng = np.random.default_rng(SPLIT_SEED)
    x_train, x_test, y_train, y_test = data.train_test_split(x, y, test_size=50, rng=rng)
    mean, sd = x_train.mean(axis=0), x_train.std(axis=0)
    x_train, x_test = ((a - mean) / sd for a in (x_train, x_test))
    return x_train.astype(np.float32), y_train, x_test.astype(np.float32), y_test


# Records made before 1.0 name the next two.


def mnist_rows_to_themselves():
    """Return MNIST with each image as its own target, in rows of 784 numbers."""
    x_train, _, x_test, _ = mnist()
    rows_train, rows_test = (x.reshape(len(x), -1) for x in (x_train, x_test))
    return rows_train, rows_train, rows_test, rows_test


def mnist_to_itself():
    """Return MNIST with each image as its own target."""
    x_train, _, x_test, _ = mnist()
    return x_train, x_train, x_test, x_test


def as_drawn(x, shape):
    """Return the inputs as targets for a network that draws them in some shape."""
    return x.reshape(len(x), *shape)
