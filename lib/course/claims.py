"""Claims: what a lesson promises, measured in front of the reader.

A trained network never gives quite the same numbers on two machines. A lesson therefore promises
a bound and shows what it measured:

    ✓ test accuracy ≥ 92 % (measured 92.46 %)

Whatever may differ between machines is inside ``(measured …)``, or in a table behind a ``≈``. The
tests blank these and compare the rest, so a promise is held on every machine and the reader still
sees the number.
"""

import time

from lib.course.signs import say


class ClaimError(AssertionError):
    """A measured value broke the promise made for it.

    Examples
    --------
    >>> try:
    ...     claim("test accuracy", 0.9046, at_least=0.92)
    ... except ClaimError as error:
    ...     print(error)
    ✗ test accuracy ≥ 92 % is broken: measured 90.46 %
    """


def measured(value, spec=""):
    """Format a value that may differ between machines as ``(measured …)``.

    Parameters
    ----------
    value : object
        Anything ``format`` accepts.
    spec : str, optional
        Its format specification, such as ``".4f"``.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the text holds a ``)``: the tests could not tell where the measured part ends.

    Examples
    --------
    >>> print(f"loss {measured(0.28461, '.3f')}")
    loss (measured 0.285)
    """
    text = format(value, spec)
    if ")" in text:
        raise ValueError(f"measured() got {text!r}; leave out the ')', it marks the end")
    return f"(measured {text})"


def about(value, spec=""):
    """Format a number that may differ between machines for a table: ``≈ 97.95%``.

    Parameters
    ----------
    value : float
        The number.
    spec : str, optional
        Its format specification, such as ``".2%"``.

    Returns
    -------
    str

    Examples
    --------
    >>> print(f"two convolutions {about(0.99241, '.2%'):>10}")
    two convolutions   ≈ 99.24%
    """
    return f"≈ {value:{spec}}"


def claim(what, value, *, at_least=None, at_most=None, unit=None):
    """Print a promise and the value measured for it; raise if the promise is broken.

    Parameters
    ----------
    what : str
        What was measured, such as ``"test accuracy"``.
    value : float
        The measured value; for a percentage a fraction between 0 and 1.
    at_least, at_most : float, optional
        The promise: one of the two or both.
    unit : str, optional
        Printed behind the numbers. ``"%"`` also multiplies by 100 and is the default for anything
        called an accuracy.

    Raises
    ------
    ClaimError
        If the value lies outside its bound; a nan lies outside every bound.
    ValueError
        If no bound is given: that would promise nothing.

    Examples
    --------
    >>> claim("test accuracy", 0.9246, at_least=0.92)
    ✓ test accuracy ≥ 92 % (measured 92.46 %)
    """
    if at_least is None and at_most is None:
        raise ValueError(f"claim({what!r}) promises nothing; give at_least= or at_most=")
    if unit is None and what.endswith("accuracy"):
        unit = "%"
    scale = 100 if unit == "%" else 1
    suffix = "" if unit is None else f" {unit}"

    promises, kept = [], True
    if at_least is not None:
        promises.append(f"≥ {scale * at_least:g}{suffix}")
        kept = kept and value >= at_least
    if at_most is not None:
        promises.append(f"≤ {scale * at_most:g}{suffix}")
        kept = kept and value <= at_most
    promise = f"{what} {' and '.join(promises)}"
    number = f"{scale * value:.2f}" if unit == "%" else f"{value:.4g}"

    if not kept:
        raise ClaimError(f"✗ {promise} is broken: measured {number}{suffix}")
    say(f"✓ {promise} {measured(number + suffix)}")


def timed(what, function, *, repeats=5):
    """Run a function several times and print its shortest time.

    The shortest run is the one that other programs disturbed least.

    Parameters
    ----------
    what : str
        The name to print.
    function : callable
        Called without arguments.
    repeats : int, optional
        How often.

    Returns
    -------
    float
        The shortest time in seconds.

    Examples
    --------
    >>> seconds = timed("a sum in Python", lambda: sum(range(1000)))  # doctest: +ELLIPSIS
    a sum in Python (measured ...)
    """
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    best = min(times)
    if best >= 1:
        amount, unit = best, "s"
    elif best >= 1e-3:
        amount, unit = best * 1e3, "ms"
    else:
        amount, unit = best * 1e6, "µs"
    say(f"{what} {measured(f'{amount:.3g} {unit}')}")
    return best
