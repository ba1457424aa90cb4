"""What a target must be: the mistakes that would cost an evening are errors with a remedy.

NumPy would broadcast targets ``(N,)`` against predictions ``(N, 1)`` to ``(N, N)``, take the label
-1 for the last class, and take the logarithm of a score. Each loss asks here before it computes.
"""

import numpy as np


def numbers(loss, target):
    """Return ``target`` as an array, if it holds real numbers."""
    target = np.asarray(target)
    if target.dtype.kind not in "biuf":
        raise TypeError(f"{type(loss).__name__} expected numbers as targets, got {target.dtype}")
    return target


def require_finite(loss, target):
    """Raise an error if ``target`` is the reason why the loss is nan or infinite."""
    if not np.isfinite(target).all():
        worst = target[~np.isfinite(target)][0]
        raise ValueError(f"{type(loss).__name__} expected finite targets, got {worst}")


def like_prediction(loss, pred, target):
    """Return ``target`` in the dtype of ``pred``, if it has the shape of ``pred``."""
    if target.shape != pred.shape:
        fix = ""
        if target.size == pred.size:  # such as (N,) and (N, 1), which would broadcast to (N, N)
            fix = "; use target.reshape(pred.shape)"
        raise ValueError(
            f"{type(loss).__name__} expected a target of shape {pred.shape}, like the prediction, "
            f"got {target.shape}{fix}"
        )
    return target.astype(pred.dtype, copy=False)


def shares(loss, what, values, fix=""):
    """Return ``values`` if none of them lies outside [0, 1]."""
    low, high = values.min(), values.max()
    if low < 0 or high > 1:
        raise ValueError(
            f"{type(loss).__name__} expected {what} between 0 and 1, got {low} to {high}{fix}"
        )
    return values


def classes(loss, pred, labels):
    """Return ``labels`` if they are one integer from 0 to K - 1 for each row of ``pred``."""
    name = type(loss).__name__
    if pred.ndim != 2 or labels.shape != pred.shape[:1]:
        raise ValueError(
            f"{name} expected predictions (N, K) and labels (N,), "
            f"got {pred.shape} and {labels.shape}{_fix(pred, labels)}"
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


def _fix(pred, labels):
    """Return what makes rows of predictions and labels, if that can be told from their shapes."""
    if pred.ndim == 2 and labels.shape == (len(pred), 1):
        return "; use labels.ravel()"
    if pred.ndim == 2 and labels.shape == pred.shape:
        return "; use labels.argmax(axis=1)"
    if pred.ndim == 1 and labels.ndim == 0:
        return "; use pred[None] and labels[None]"
    if pred.ndim > 2 and labels.shape == pred.shape[:-1]:
        return "; use pred.reshape(-1, pred.shape[-1]) and labels.ravel()"
    if pred.ndim > 2 and labels.shape == pred.shape[:1] + pred.shape[2:]:
        return "; use np.moveaxis(pred, 1, -1).reshape(-1, pred.shape[1]) and labels.ravel()"
    if pred.ndim > 2 and labels.shape == pred.shape[:1]:
        return "; put Flatten() last"
    return ""


def classes_or_probabilities(loss, pred, target):
    """Return ``target`` if it is a class, or a row of probabilities, for each row of ``pred``."""
    if pred.ndim == 2 and target.shape == pred.shape:
        t = shares(loss, "target probabilities", like_prediction(loss, pred, target))
        if np.abs(t.sum(axis=1) - 1).max() > 1e-3:
            raise ValueError(f"{type(loss).__name__} expected target rows that add up to 1")
        return t
    return classes(loss, pred, target)
