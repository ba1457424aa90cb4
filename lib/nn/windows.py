"""Windows: lay the numbers of an image out so that a convolution is a matrix product.

To everybody, images are ``(N, C, H, W)``. In *memory* they may lie in any order, and the order
decides the speed. Here it is ``(H, C, W, N)``, row by row with the images last:

* NumPy's inner loops run along the last axis in memory, now W·N numbers long instead of W;
* the rows that a window sees follow one another, and are copied from as one piece.

``frame`` makes that order and ``to_images`` shows it as ``(N, C, H, W)`` without moving a number.
No other layer needs to know: NumPy's arithmetic keeps the order it finds.
"""

import contextlib

import numpy as np

# The C library gives memory back to the system as soon as more than twice the largest block it ever
# freed lies idle. The next step then fetches it again, page by page, which took a quarter of the
# time of a small network. Having freed 31 MB once, it keeps them. No page of this block is touched.
np.empty(31 << 20, np.uint8)


@contextlib.contextmanager
def short_buffers(size=1024):
    """Let NumPy walk along arrays of different shapes or dtypes without copying them first.

    When it broadcasts one operand or converts its dtype, NumPy fills a buffer of 8192 numbers with
    copies of it, unless the array is contiguous for as long as the buffer. Rows of W·N numbers are
    shorter than that; with a buffer of 1024 they are long enough, and ``x * scale[:, None, None]``
    takes half the time. ``train_step`` and ``evaluate`` run in it.
    """
    before = np.setbufsize(size)
    try:
        yield
    finally:
        np.setbufsize(before)


def to_rows(x):
    """Return ``(N, C, H, W)`` images as a C-contiguous ``(H, C, W, N)`` array."""
    return np.ascontiguousarray(x.transpose(2, 1, 3, 0))


def to_images(rows):
    """Return an ``(H, C, W, N)`` array as ``(N, C, H, W)`` images: a view, nothing is copied."""
    return rows.transpose(3, 1, 0, 2)


def frame(x, padding):
    """Return ``(N, C, H, W)`` images as ``(H + 2 PH, C, W + 2 PW, N)``, with zeros around them."""
    if padding == (0, 0):
        return to_rows(x)
    N, C, H, W = x.shape
    PH, PW = padding
    rows = np.zeros((H + 2 * PH, C, W + 2 * PW, N), x.dtype)
    rows[PH : PH + H, :, PW : PW + W] = x.transpose(2, 1, 3, 0)
    return rows


def count_windows(size, kernel, stride):
    """Return how many windows fit side by side: ``(size - kernel) // stride + 1``.

    What is left over at the end, when the stride does not divide it, is not looked at.
    """
    return (size - kernel) // stride + 1


def slices(rows, kernel, stride):
    """Yield, for each row of windows, the KW slices of the image that they consist of.

    Parameters
    ----------
    rows : ndarray of shape (H, C, W, N)
        The images, padding included.
    kernel, stride : tuple of int
        Height and width of a window, and of the step from one to the next.

    Yields
    ------
    list of KW ndarrays of shape (KH, C, Wo, N)
        Views: the first column of every window, the second …
    """
    H, _, W, _ = rows.shape
    (KH, KW), (SH, SW) = kernel, stride
    span = SW * (count_windows(W, KW, SW) - 1) + 1
    for top in range(0, SH * count_windows(H, KH, SH), SH):
        seen = rows[top : top + KH]
        yield [seen[:, :, j : j + span : SW] for j in range(KW)]


def windows(rows, kernel, stride):
    """Yield, for each row of windows, a matrix of one column for each window.

    Parameters
    ----------
    rows, kernel, stride
        As in ``slices``.

    Yields
    ------
    ndarray of shape (KW·KH·C, Wo·N)
        The same memory every time: use it before asking for the next.

    Notes
    -----
    This is *im2col*, row by row. The matrix for all rows would be KH·KW times the size of the
    image; that of one row stays in the processor's fast memory until it has been multiplied.
    """
    X = None
    for columns in slices(rows, kernel, stride):
        if X is None:
            X = np.empty((len(columns), *columns[0].shape), rows.dtype)  # (KW, KH, C, Wo, N)
        for j, column in enumerate(columns):
            X[j] = column
        KW, KH, C, Wo, N = X.shape
        yield X.reshape(KW * KH * C, Wo * N)


def multiply(A, B, out):
    """Write the matrix product ``A B`` into ``out``, in pieces where that is faster.

    Before it multiplies, a BLAS copies matrices into an order of its own; OpenBLAS spares itself
    that where a product takes no more than a million multiplications. 64 columns at a time stay
    below that if ``A`` is small, as the templates of a first layer are.
    """
    (m, k), columns = A.shape, B.shape[1]
    if m * k * 64 <= 1_000_000 and columns % 64 == 0:
        B = B.reshape(k, -1, 64).transpose(1, 0, 2)  # (pieces, k, 64)
        out = out.reshape(m, -1, 64).transpose(1, 0, 2)
    np.matmul(A, B, out=out)
