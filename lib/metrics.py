"""Metrics: how often a classifier is right, for whom, and what it takes for what."""

import numpy as np


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
    pred, y : ndarray
        As for ``accuracy``.
    num_classes : int, optional
        Without it, one more than the largest class seen.

    Returns
    -------
    ndarray of shape (K,)
        nan for a class that ``y`` does not hold.
    """
    matrix = confusion_matrix(pred, y, num_classes)
    rows = matrix.sum(axis=1)
    return np.where(rows > 0, matrix.diagonal() / np.maximum(rows, 1), np.nan)


def confusion_matrix(pred, y, num_classes=None):
    """Count for each true class (row) how often each class (column) was predicted.

    Parameters
    ----------
    pred, y : ndarray
        As for ``accuracy``.
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
    scores = np.ndim(pred) == 2
    k = num_classes or (np.shape(pred)[1] if scores else None)
    pred, y = _classes(pred, y)
    largest, smallest = max(pred.max(), y.max()), min(pred.min(), y.min())
    k = k or int(largest) + 1
    if smallest < 0 or largest >= k:
        wrong = smallest if smallest < 0 else largest
        raise ValueError(f"expected classes 0 … {k - 1} for {k} classes, got {wrong}")
    # Number the K² cells row by row; then counting cells is counting numbers.
    return np.bincount(k * y.astype(np.int64) + pred, minlength=k * k).reshape(k, k)


def _classes(pred, y):
    """Return predicted and true classes, both integers of shape (N,)."""
    pred, y = _decide("predictions", pred), _decide("labels", y)
    if pred.shape != y.shape:
        raise ValueError(f"{len(pred)} predictions do not fit {len(y)} labels")
    if len(y) == 0:
        raise ValueError("no rows, so no accuracy: the batch is empty")
    return pred, y


def _decide(what, values):
    values = np.asarray(values)
    if values.ndim == 2 and values.shape[1] > 1:
        return values.argmax(axis=1)
    if values.ndim != 1:
        raise ValueError(
            f"{what} must have shape (N,) or (N, K) with K ≥ 2, got {values.shape}; turn "
            "probabilities of one class into classes first: (p > 0.5).ravel()"
        )
    if values.dtype == bool:
        return values.astype(np.int64)
    if not np.issubdtype(values.dtype, np.integer):
        raise TypeError(
            f"{what} of shape (N,) must be integer classes, got {values.dtype}; turn "
            "probabilities into classes first: p > 0.5"
        )
    return values
