"""Metrics: how often a classifier is right, for whom, and whether it knows how sure it can be.

And for pictures: how sharp they are.
"""

import math
from typing import NamedTuple

import numpy as np

from lib.nn.inputs import whole


def accuracy(pred, y):
    """Return the share of right answers.

    Parameters
    ----------
    pred : ndarray of shape (N,) or (N, K)
        Predicted classes, or one score (logit, probability) for each class.
    y : ndarray of shape (N,) or (N, K)
        True classes, or one-hot rows.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError, TypeError
        If there are no rows, or the arrays do not fit together.

    Examples
    --------
    >>> accuracy(np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1]))
    0.5
    """
    pred, y = _classes(pred, y)
    return float(np.mean(pred == y))


def per_class_accuracy(pred, y, num_classes=None):
    """Return the share of right answers among the rows of each true class.

    Parameters
    ----------
    pred, y : ndarray of shape (N,) or (N, K)
        As for ``accuracy``.
    num_classes : int, optional
        Without it, one more than the largest class seen.

    Returns
    -------
    ndarray of shape (K,)
        nan for a class that ``y`` does not hold.

    Examples
    --------
    >>> per_class_accuracy(np.array([0, 1, 1, 1]), np.array([0, 0, 1, 1]))
    array([0.5, 1. ])
    """
    matrix = confusion_matrix(pred, y, num_classes)
    rows = matrix.sum(axis=1)
    return np.where(rows > 0, matrix.diagonal() / np.maximum(rows, 1), np.nan)


def confusion_matrix(pred, y, num_classes=None):
    """Count for each true class (row) how often each class (column) was predicted.

    Parameters
    ----------
    pred, y : ndarray of shape (N,) or (N, K)
        As for ``accuracy``: predictions first, as in a loss. In scikit-learn they come second.
    num_classes : int, optional
        Without it, one more than the largest class seen.

    Returns
    -------
    ndarray of shape (K, K), int64

    Examples
    --------
    >>> confusion_matrix(np.array([0, 1, 1, 1]), np.array([0, 0, 1, 1]))
    array([[1, 1],
           [0, 2]])
    """
    if num_classes is not None:
        k = whole("a metric", "num_classes", num_classes, 1)
    else:
        k = np.shape(pred)[1] if np.ndim(pred) == 2 else None
    pred, y = _classes(pred, y)
    if k is None:
        k = int(max(pred.max(), y.max())) + 1
    for classes in (pred, y):
        _require_range(classes, k)
    # Number the K² cells row by row; then counting cells is counting numbers.
    return np.bincount(k * y + pred, minlength=k * k).reshape(k, k)


class Reliability(NamedTuple):
    """How sure a classifier was and how often it was right, bin by bin.

    Attributes
    ----------
    confidence : ndarray of shape (bins,)
        The mean probability of the predicted class; nan for an empty bin.
    accuracy : ndarray of shape (bins,)
        The share of right answers; nan for an empty bin.
    count : ndarray of shape (bins,), int64
        How many rows there are.
    """

    confidence: np.ndarray
    accuracy: np.ndarray
    count: np.ndarray


def reliability(probabilities, y, bins=10):
    """Sort rows into bins of equal width by the probability of their predicted class.

    Parameters
    ----------
    probabilities : ndarray of shape (N, K)
        Each row adds up to 1.
    y : ndarray of shape (N,)
        True classes.
    bins : int, optional
        How many; the first begins at probability 0, the last ends at 1.

    Returns
    -------
    Reliability
        The three arrays of a reliability diagram.

    Raises
    ------
    ValueError, TypeError
        If these are not probabilities, or the arrays do not fit together.

    Examples
    --------
    Of the two answers between 0.5 and 1 one is wrong, although both are given with 0.9:

    >>> p = np.array([[0.9, 0.1], [0.9, 0.1], [0.5, 0.5]])
    >>> reliability(p, np.array([0, 1, 0]), bins=2)._asdict()
    {'confidence': array([0.5, 0.9]), 'accuracy': array([1. , 0.5]), 'count': array([1, 2])}
    """
    probabilities = np.asarray(probabilities)
    rows = probabilities.ndim == 2 and np.allclose(probabilities.sum(axis=1), 1, atol=1e-3)
    if not rows or probabilities.min(initial=0) < 0:
        raise ValueError(
            f"expected probabilities (N, K) with rows that add up to 1, got {probabilities.shape}; "
            "put scores through Softmax() first"
        )
    bins = whole("reliability", "bins", bins, 1)
    pred, y = _classes(probabilities, y)
    confidence = probabilities.max(axis=1).astype(np.float64)
    # (0, 0.1] is bin 0, (0.1, 0.2] is bin 1, and so on
    place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    count = np.bincount(place, minlength=bins)
    sure = np.bincount(place, confidence, bins)
    right = np.bincount(place, pred == y, bins)
    with np.errstate(invalid="ignore"):  # 0 / 0 = nan says that a bin is empty
        return Reliability(sure / count, right / count, count)


def expected_calibration_error(probabilities, y, bins=10):
    r"""Return how far confidence and accuracy are apart, on average over the rows.

    Parameters
    ----------
    probabilities : ndarray of shape (N, K)
        Each row adds up to 1.
    y : ndarray of shape (N,)
        True classes.
    bins : int, optional
        As for ``reliability``.

    Returns
    -------
    float
        0 if in every bin the mean probability is the share of right answers.

    Notes
    -----
    Guo et al. (2017):
    :math:`\sum_b \frac{n_b}{N} \, |\mathrm{accuracy}_b - \mathrm{confidence}_b|`.

    Examples
    --------
    >>> expected_calibration_error(np.array([[0.75, 0.25]]), np.array([0]))
    0.25
    """
    confidence, share, count = reliability(probabilities, y, bins)
    gap = np.abs(share - confidence)[count > 0]
    return float(gap @ count[count > 0] / count.sum())


class McNemar(NamedTuple):
    """Two classifiers on the same rows.

    Attributes
    ----------
    only_first, only_second : int
        How many rows only the first, and only the second, gets right.
    p_value : float
        How likely a split at least as uneven is if neither of the two is better.
    """

    only_first: int
    only_second: int
    p_value: float


def mcnemar(first, second, y):
    """Compare two classifiers on the same rows by McNemar's exact test.

    Parameters
    ----------
    first, second : ndarray of shape (N,) or (N, K)
        Predictions, as for ``accuracy``.
    y : ndarray of shape (N,)
        True classes.

    Returns
    -------
    McNemar
        The rows that only one of them gets right, and the p-value.

    Notes
    -----
    Rows that both get right, or both get wrong, say nothing about which is better. If neither is,
    each of the others falls to either side like a tossed coin; the test is that of the coin, on
    both sides (McNemar, 1947).

    Examples
    --------
    >>> y = np.zeros(8, int)
    >>> mcnemar(np.array([0, 0, 0, 0, 0, 0, 1, 1]), np.array([1, 1, 1, 1, 1, 0, 0, 1]), y)
    McNemar(only_first=5, only_second=1, p_value=0.21875)
    """
    first, labels = _classes(first, y)
    second, labels = _classes(second, y)
    only_first = int(np.sum((first == labels) & (second != labels)))
    only_second = int(np.sum((first != labels) & (second == labels)))
    n, fewer = only_first + only_second, min(only_first, only_second)
    tail = sum(math.comb(n, k) for k in range(fewer + 1)) / 2**n  # n tosses, at most `fewer` heads
    return McNemar(only_first, only_second, min(1.0, 2 * tail))


def sharpness(images):
    """Return how sharp the edges of images are: the squared steps between neighbouring pixels.

    Parameters
    ----------
    images : ndarray of shape (..., H, W)
        Pixels between 0 and 1.

    Returns
    -------
    float
        The mean over all images of the sum over all pairs of neighbours, side by side or one above
        the other.

    Notes
    -----
    An edge from 0 to 1 counts 1 if it is one step; spread over four pixels it counts four times
    (1/4)², which is 1/4. Without the square both would count the same.

    Examples
    --------
    >>> sharpness(np.array([[0.0, 0.0, 1.0, 1.0]])), sharpness(np.array([[0.0, 0.5, 1.0, 1.0]]))
    (1.0, 0.5)
    """
    images = np.asarray(images)
    steps = sum(np.square(np.diff(images, axis=axis)).sum(axis=(-2, -1)) for axis in (-2, -1))
    return float(np.mean(steps))


def _classes(pred, y):
    """Return predicted and true classes, both int64 of shape (N,)."""
    k = np.shape(pred)[1] if np.ndim(pred) == 2 else None
    pred, y = _decide("predictions", pred), _decide("labels", y)
    if pred.shape != y.shape:
        raise ValueError(f"{len(pred)} predictions do not fit {len(y)} labels")
    if len(y) == 0:
        raise ValueError("no rows, so no accuracy: the batch is empty")
    if k is not None:
        _require_range(y, k)
    return pred, y


def _require_range(classes, k):
    """Raise an error unless all classes are in 0 … k - 1."""
    low, high = classes.min(), classes.max()
    if low < 0 or high >= k:
        wrong = low if low < 0 else high
        raise ValueError(f"expected classes 0 … {k - 1} for {k} classes, got {wrong}")


def _decide(what, values):
    """Return one class for each row: the largest entry of scores, integers as they are."""
    values = np.asarray(values)
    if values.dtype.kind not in "biuf":
        raise TypeError(f"{what} must be numbers, got {values.dtype}")
    if values.ndim == 2 and values.shape[1] > 1:
        if np.isnan(values).any():
            raise ValueError(f"{what} hold nan, which is neither large nor small")
        return values.argmax(axis=1)
    whole_numbers = values.dtype.kind in "biu"
    if values.ndim != 1:
        fix = ""
        if values.shape[1:] == (1,):
            fix = f"; use {what}.ravel()"
            if not whole_numbers:
                fix = "; turn probabilities of one class into classes first: (p > 0.5).ravel()"
        raise ValueError(
            f"{what} must have shape (N,) or (N, K) with K ≥ 2, got {values.shape}{fix}"
        )
    if not whole_numbers:
        raise TypeError(
            f"{what} of shape (N,) must be integer classes, got {values.dtype}; turn "
            "probabilities into classes first: p > 0.5"
        )
    return values.astype(np.int64)
