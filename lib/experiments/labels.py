"""Few labels: which rows keep theirs, and what is learnt from them where only one layer learns."""

import numpy as np

from lib import nn

__all__ = ["codes", "of_each_class", "split_off_last"]


def of_each_class(y, count, rng):
    """Return the numbers of some rows, as many of each class as of any other, give or take one.

    Parameters
    ----------
    y : ndarray of shape (N,)
        The class of each row.
    count : int
        How many rows, from 1 to N.
    rng : numpy.random.Generator
        What draws them.

    Returns
    -------
    ndarray of shape (count,), int64
        In the order in which they were drawn: one row of each class in turn. Once a class has no
        rows left, the others go on.

    Raises
    ------
    ValueError
        If there are not so many rows.
    """
    if not 1 <= count <= len(y):
        raise ValueError(
            f"labels={count} is out of range: there are {len(y)} rows to learn from; "
            f"give a number from 1 to {len(y)}"
        )
    rows = rng.permutation(len(y))
    rank = np.empty(len(y), np.int64)  # a row's place among those of its class
    for k in np.unique(y):
        of_class = y[rows] == k
        rank[of_class] = np.arange(of_class.sum())
    return rows[np.argsort(rank, kind="stable")[:count]]


def split_off_last(model):
    """Return a network without its last layer, and a network that is this layer.

    Parameters
    ----------
    model : Sequential
        At least two layers; they are the same objects afterwards.

    Returns
    -------
    encoder, head : Sequential
    """
    *layers, last = model.layers
    return nn.Sequential(*layers), nn.Sequential(last)


def codes(encoder, x, batch_size=250):
    """Return what a network makes of each row, in evaluation mode.

    Parameters
    ----------
    encoder : Module
        The network. It is left in evaluation mode.
    x : ndarray of shape (N, …)
        The rows, at least one.
    batch_size : int, optional
        How many rows at a time; the result does not depend on it.

    Returns
    -------
    ndarray of shape (N, …)
    """
    encoder.eval()
    return np.concatenate([encoder(x[i : i + batch_size]) for i in range(0, len(x), batch_size)])
