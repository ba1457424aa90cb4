"""What the layers ask of whatever is handed to them, so that their own files are about formulas.

Each function returns its argument if it is as it should be. Otherwise it raises an error of one
sentence: who wanted what, what came, and what to write instead.
"""

import numpy as np


def require_floats(who, x):
    """Return ``x`` if it is an array of floats."""
    if not isinstance(x, np.ndarray):
        raise TypeError(f"{who} expected a NumPy array, got {type(x).__name__}; use np.array(...)")
    if not np.issubdtype(x.dtype, np.floating):
        raise TypeError(
            f"{who} expected an array of floats, got {x.dtype}; "
            "use .astype(np.float32), and divide pixels by 255"
        )
    return x


def require_rows(who, x, features):
    """Return ``x`` if it is an array of floats of shape (N, features)."""
    if require_floats(who, x).ndim != 2 or x.shape[1] != features:
        fix = ""
        if x.ndim == 1 and x.size == features:
            fix = "; add the batch axis: x[None, :]"
        elif x.ndim > 2:
            fix = "; put Flatten() before it"
        raise ValueError(f"{who} expected input (N, {features}), got {x.shape}{fix}")
    return x


def require_images(who, x):
    """Return ``x`` if it is an array of floats of shape (N, C, H, W)."""
    if require_floats(who, x).ndim != 4:
        fix = "; add the channel axis: x[:, None]" if x.ndim == 3 else ""
        raise ValueError(f"{who} expected images (N, C, H, W), got {x.shape}{fix}")
    return x


def require_dtype(who, x, dtype):
    """Return ``x`` if it has the dtype of the weights that it meets."""
    if x.dtype != dtype:
        raise TypeError(
            f"{who} has {dtype} weights but got {x.dtype} input; use x.astype(np.{dtype}) or "
            f"model.astype(np.{x.dtype})"
        )
    return x


def require_generator(rng):
    """Return ``rng`` if it is a ``numpy.random.Generator``."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a NumPy generator, got {rng!r}; use rng=np.random.default_rng(0)"
        )
    return rng


def pair(name, value, least):
    """Return an int as ``(value, value)`` and a pair as it is, if no entry is less than asked."""
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(both) != 2 or not all(isinstance(v, (int, np.integer)) and v >= least for v in both):
        raise ValueError(f"{name} must be an integer ≥ {least}, or two of them, got {value!r}")
    return both
