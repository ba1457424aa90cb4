"""The data of the experiments: images as floats between 0 and 1, in the shape the model takes."""

import numpy as np

from lib import data

# A test part for Iris, which has none of its own, and every validation part are always the same.
SPLIT_SEED = 0


def mnist(digits=None, standardise=False):
    """Return MNIST as images (N, 1, 28, 28); of some digits only, if they are given.

    With ``standardise``, all training pixels together have mean 0 and standard deviation 1.
    """
    parts = data.load_mnist()
    if digits is not None:
        parts = _only(digits, *parts)
    x_train, y_train, x_test, y_test = _images(parts)
    if standardise:
        mean, sd = x_train.mean(dtype=np.float64), x_train.std(dtype=np.float64)
        x_train, x_test = ((x - np.float32(mean)) / np.float32(sd) for x in (x_train, x_test))
    return x_train, y_train, x_test, y_test


def fashion_subset():
    """Return the part of Fashion-MNIST that comes with the course."""
    return _images(data.load_fashion_mnist(subset=True))


def kmnist():
    """Return KMNIST, where it has been downloaded."""
    return _images(data.load_kmnist())


def iris():
    """Return Iris, 50 of the 150 flowers for testing, each column scaled by the training rows."""
    x, y = data.load_iris()
    rng = np.random.default_rng(SPLIT_SEED)
    x_train, x_test, y_train, y_test = data.train_test_split(x, y, test_size=50, rng=rng)
    mean, sd = x_train.mean(axis=0), x_train.std(axis=0)
    x_train, x_test = ((a - mean) / sd for a in (x_train, x_test))
    return x_train.astype(np.float32), y_train, x_test.astype(np.float32), y_test


def mnist_rows_to_themselves():
    """Return MNIST with each image as its own target, in rows of 784 numbers."""
    x_train, _, x_test, _ = mnist()
    rows_train, rows_test = (x.reshape(len(x), -1) for x in (x_train, x_test))
    return rows_train, rows_train, rows_test, rows_test


def mnist_to_itself():
    """Return MNIST with each image as its own target."""
    x_train, _, x_test, _ = mnist()
    return x_train, x_train, x_test, x_test


def split(experiment, x, y):
    """Hold back the validation rows: ``x_train, x_validation, y_train, y_validation``."""
    rng = np.random.default_rng(SPLIT_SEED)
    return data.train_test_split(x, y, experiment.validation, rng, stratify=y.ndim == 1)


def _images(parts):
    x_train, y_train, x_test, y_test = parts
    x_train, x_test = (x[:, None] / np.float32(255) for x in (x_train, x_test))
    return x_train, y_train, x_test, y_test


def _only(digits, x_train, y_train, x_test, y_test):
    train, test = np.isin(y_train, digits), np.isin(y_test, digits)
    # the first of the digits becomes class 0, and so on
    y_train, y_test = (np.searchsorted(digits, y) for y in (y_train[train], y_test[test]))
    return x_train[train], y_train, x_test[test], y_test
