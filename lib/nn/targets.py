"""What a target must be: the mistakes that would cost an evening are errors with a mend.

NumPy would broadcast targets ``(N,)`` against predictions ``(N, 1)`` to ``(N, N)``, take the label
-1 for the last class, and take the logarithm of a score. Each loss asks here before it computes.
"""

import numpy as np


def like_prediction(loss, pred, target):
    """Return ``target`` in the dtype of ``pred``, if it has the shape of ``pred``."""
    if target.shape != pred.shape:
        mend = ""
        if target.size == pred.size:  # such as (N,) and (N, 1), which would broadcast to (N, N)
            mend = "; use target.reshape(pred.shape)"
        raise ValueError(
            f"{type(loss).__name__} expected a target of shape {pred.shape}, like the prediction, "
            f"got {target.shape}{mend}"
        )
    return target.astype(pred.dtype, copy=False)


def shares(loss, what, values, mend=""):
    """Return ``values`` if none of them lies outside [0, 1]."""
    low, high = values.min(), values.max()
    if low < 0 or high > 1:
        raise ValueError(
            f"{type(loss).__name__} expected {what} between 0 and 1, got {low} to {high}{mend}"
        )
    return values


def classes(loss, pred, labels):
    """Return ``labels`` if they are one integer from 0 to K - 1 for each row of ``pred``."""
    name = type(loss).__name__
    if pred.ndim != 2 or labels.shape != pred.shape[:1]:
        mend = "; use labels.ravel()" if labels.shape == (len(pred), 1) else ""
        raise ValueError(
            f"{name} expected predictions (N, K) and labels (N,), "
            f"got {pred.shape} and {labels.shape}{mend}"
        )
    if not np.issubdtype(labels.dtype, np.integer):
        raise TypeError(
            f"{name} expected integer labels, got {labels.dtype}; use labels.astype(np.int64)"
        )
    K, low, high = pred.shape[1], labels.min(), labels.max()
    if low < 0 or high >= K:
        wrong = low if low < 0 else high
        raise ValueError(f"{name} expected labels 0 … {K - 1} for {K} classes, got {wrong}")
    return labels


def classes_or_probabilities(loss, pred, target):
    """Return ``target`` if it is a class, or a row of probabilities, for each row of ``pred``."""
    if pred.ndim == 2 and target.shape == pred.shape:
        t = shares(loss, "target probabilities", like_prediction(loss, pred, target))
        if np.abs(t.sum(axis=1) - 1).max() > 1e-3:
            raise ValueError(f"{type(loss).__name__} expected target rows that add up to 1")
        return t
    return classes(loss, pred, target)
