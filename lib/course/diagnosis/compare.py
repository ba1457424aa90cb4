"""Compare what came back with what was asked for: values, and one factor between them."""

import numpy as np

TOLERANCE = 1e-6


def number(value):
    """Return a value as an array of numbers, or None if it is none."""
    if isinstance(value, int) and abs(value) > 2**62:  # beyond int64, it would become an object
        value = float(value) if abs(value) < 1e300 else np.inf
    try:
        array = np.asarray(value)
    except Exception:  # ragged, or an object that refuses
        return None
    return array if array.dtype.kind in "biuf" else None


def equal(a, b, tolerance=TOLERANCE):
    """Tell whether two values are the same numbers in the same shape; nan equals nan."""
    a, b = number(a), number(b)
    if a is None or b is None or a.shape != b.shape:
        return False
    if a.size == 0:
        return True
    finite = np.abs(b[np.isfinite(b)].astype(float))
    scale = min(1.0, finite.max()) if finite.size else 1.0  # small numbers are compared as such
    with np.errstate(all="ignore"):
        return np.allclose(a, b, tolerance, tolerance * scale, equal_nan=True)


def unchanged(before, after):
    """Tell whether an argument holds the numbers it held; what holds no numbers passes."""
    a, b = number(before), number(after)
    if a is None:
        return True
    return b is not None and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")


class Pair:
    """One output of an answer in one case, and what it should be."""

    def __init__(self, exercise, seen, want, k):
        there = len(seen.got) > k
        self.case, self.tolerance = seen.case, exercise.tolerance
        self.error = None if there else seen.error
        self.got = number(seen.got[k]) if there else None
        self.want = number(want.got[k])
        self.right = self.agrees(self.want)

    def agrees(self, other):
        """Tell whether the output is equal to something else."""
        return other is not None and self.got is not None and equal(self.got, other, self.tolerance)


def factor(got, want):
    """Return the one number that ``want`` is multiplied with, or None."""
    if (
        got is None
        or want is None
        or got.shape != want.shape
        or "b" in (got.dtype.kind, want.dtype.kind)
    ):
        return None
    with np.errstate(all="ignore"):
        big = np.abs(want) > 1e-9
        if not big.any() or not np.isfinite(got).all():
            return None
        c = np.median(got[big] / want[big])
    return float(c) if np.isfinite(c) and c and equal(got, c * want) else None
