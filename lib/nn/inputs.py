"""What the layers require of their inputs, kept here so that their own files are about formulas.

Each function returns its argument if it is as it should be. Otherwise it raises an error of one
sentence: who wanted what, what came, and what to write instead.
"""

import math
from numbers import Integral, Real

import numpy as np

# float16 ends at 65504, which a sum of squares soon passes, and has no number as small as Adam's
# eps; bytes in another order than the processor's make every operation slow.
FLOATS = np.dtype(np.float32), np.dtype(np.float64)


def require_floats(who, x):
    """Return ``x`` if it is an array of float32 or float64."""
    if not isinstance(x, np.ndarray):
        raise TypeError(
            f"{who} expected a NumPy array, got {type(x).__name__}; use np.array(x, np.float32)"
        )
    if x.dtype not in FLOATS:
        if not np.issubdtype(x.dtype, np.floating):
            raise TypeError(
                f"{who} expected an array of floats, got {x.dtype}; "
                "use x.astype(np.float32), and divide pixels by 255"
            )
        raise TypeError(
            f"{who} expected float32 or float64, got {x.dtype}; use x.astype(np.float32)"
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


def require_scores(who, x):
    """Return ``x`` if it is an array of floats with at least one number along the last axis."""
    if require_floats(who, x).ndim == 0 or x.shape[-1] == 0:
        raise ValueError(f"{who} expected scores along the last axis, got {x.shape}")
    return x


def require_images(who, x, channels=None):
    """Return ``x`` if it is an array of floats of shape (N, C, H, W), with C channels if given."""
    if require_floats(who, x).ndim != 4 or channels not in (None, x.shape[1]):
        C = "C" if channels is None else channels
        raise ValueError(f"{who} expected images (N, {C}, H, W), got {x.shape}{_fix(x, channels)}")
    return x


def _fix(x, channels):
    """Return what makes images of ``x``, if that can be told from its shape."""
    batch, channel = "; add the batch axis: x[None]", "; add the channel axis: x[:, None]"
    if x.ndim == 2 and channels in (None, 1):
        return "; add the axes of the batch and of the channel: x[None, None]"
    if x.ndim == 3 and channels is None:  # one image in colour, or grey images
        return batch if x.shape[0] in (1, 3) else f"{channel}, or x[None] for one image"
    if x.ndim == 3 and x.shape[0] == channels:
        return batch
    if x.ndim == 3 and channels == 1:
        return channel
    if x.ndim == 4 and x.shape[3] == channels:
        return "; put the channels second: x.transpose(0, 3, 1, 2)"
    return ""


def require_dtype(who, x, dtype):
    """Return ``x``, an array of floats, if it has the dtype of the weights that it meets."""
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


def real(
    who, name, value, *, at_least=-math.inf, above=-math.inf, at_most=math.inf, below=math.inf
):
    """Return ``value`` as a Python float, if it is one finite number in the range."""
    number = isinstance(value, Real) and not isinstance(value, bool)
    if number and at_least <= value <= at_most and above < value < below:
        return float(value)
    low, high = max(at_least, above), min(at_most, below)
    less, more = "<" if above == low else "≤", "<" if below == high else "≤"
    if high < math.inf:
        rule = f"{low} {less} {name} {more} {high}"
    else:
        rule = f"a finite number {name} {'>' if less == '<' else '≥'} {low}"
    kind = ValueError if number else TypeError
    raise kind(f"{who} expected {rule}, got {value if number else repr(value)}")


def whole(who, name, value, at_least):
    """Return ``value`` as a Python int, if it is a whole number that is large enough."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{who} expected a whole number {name} ≥ {at_least}, got {value!r}")
    if value < at_least:
        raise ValueError(f"{who} expected {name} ≥ {at_least}, got {value}")
    return int(value)


def pair(name, value, least):
    """Return an int as ``(value, value)`` and a pair as it is, if no entry is less than asked."""
    both = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    numbers = all(isinstance(v, Integral) and not isinstance(v, bool) for v in both)
    if len(both) != 2 or not numbers or min(both) < least:
        fix = "; use np.pad before the layer, with any stride" if value == "same" else ""
        raise ValueError(f"{name} must be an integer ≥ {least}, or two of them, got {value!r}{fix}")
    return both
