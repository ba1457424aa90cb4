"""Speed: the switch for all short cuts, and three settings that change no number.

Every layer is written down plainly, as a lesson derives it. Where that is too slow, one line hands
the work to a short cut in a file of its own: ``winograd.py``, ``tournament.py`` and ``pieces.py``.
Inside ``with nn.speed.plain():`` no short cut is taken; what comes out must be the same, but for
rounding.
"""

import contextlib
import contextvars
import multiprocessing
import os

import numpy as np

_allowed = contextvars.ContextVar("short cuts are allowed", default=True)


@contextlib.contextmanager
def plain():
    """Turn every short cut off, until the ``with`` block ends.

    What a layer returns stays the same, but for rounding; only the time changes.

    Examples
    --------
    >>> from lib import nn
    >>> rng = np.random.default_rng(0)
    >>> layer, x = nn.MaxPool2d(2), rng.normal(size=(8, 3, 28, 28))
    >>> with plain():
    ...     y = layer(x)
    >>> np.array_equal(y, layer(x))
    True
    """
    token = _allowed.set(False)
    try:
        yield
    finally:
        _allowed.reset(token)


def short_cuts():
    """Return whether short cuts may be taken."""
    return _allowed.get()


def one_blas_thread():
    """Let matrix products use one thread, unless ``OPENBLAS_NUM_THREADS`` asks for more.

    These products are too small for two threads to help, and where other programs run they wait for
    each other: measured, one thread was up to thirty times as fast. More cores are put to better
    use by ``fit(..., workers="auto")``. Importing ``lib.nn`` calls this.
    """
    if "OPENBLAS_NUM_THREADS" in os.environ and multiprocessing.parent_process() is None:
        return  # the reader set it; in a worker it was set by the parent process
    with contextlib.suppress(ImportError):  # NumPy alone is enough for everything else
        from threadpoolctl import threadpool_limits

        threadpool_limits(1, user_api="blas")


one_blas_thread()

# The C library gives memory back to the system as soon as more than twice the largest block it ever
# freed lies idle. The next step then fetches it again, page by page, which took LeNet-5 a third of
# its time. Having freed 31 MB once, it keeps them; in glibc 32 MB and more would not count. No page
# of this block is touched.
np.empty(31 << 20, np.uint8)


@contextlib.contextmanager
def short_buffers(size=1024):
    """Let NumPy walk along arrays of different shapes or dtypes without copying them first.

    When it broadcasts one operand or converts its dtype, NumPy fills a buffer of 8192 numbers with
    copies of it, unless the array is contiguous for as long as the buffer. The channels of a pixel,
    C·N numbers, are shorter than that; with a buffer of 1024 they are long enough, and a training
    step of LeNet-5 takes 7 % less time. ``train_step`` and ``evaluate`` run in it.
    """
    before = np.setbufsize(size)
    try:
        yield
    finally:
        np.setbufsize(before)
