"""Windows: lay the numbers of images out so that a convolution is a matrix product.

To their users, images are ``(N, C, H, W)``. In *memory* they may lie in any order, and the order
decides the speed. Here it is ``(H, W, C, N)``, pixel by pixel with the images last:

* NumPy's inner loops run along the last axes in memory, now C·N numbers long instead of W;
* the pixels of a row that a window sees follow one another, so most of them need not be copied.

``to_rows`` makes that order, and ``to_images`` shows it as ``(N, C, H, W)`` without moving a
number. No other layer needs to know: NumPy's arithmetic keeps the order it finds.
"""

import numpy as np


def to_rows(x):
    """Return ``(N, C, H, W)`` images as a C-contiguous ``(H, W, C, N)`` array."""
    return np.ascontiguousarray(x.transpose(2, 3, 1, 0))


def to_images(rows):
    """Return an ``(H, W, C, N)`` array as ``(N, C, H, W)`` images: a view, nothing is copied."""
    return rows.transpose(3, 2, 0, 1)


def blank(shape, dtype):
    """Return zeros of shape ``(N, C, H, W)``, in memory ``(H, W, C, N)``."""
    N, C, H, W = shape
    return to_images(np.zeros((H, W, C, N), dtype))


def pad(x, padding, value=0):
    """Return ``(N, C, H, W)`` images as ``(H + 2 PH, W + 2 PW, C, N)``, ``value`` around them."""
    if padding == (0, 0):
        return to_rows(x)
    N, C, H, W = x.shape
    PH, PW = padding
    rows = np.empty((H + 2 * PH, W + 2 * PW, C, N), x.dtype)
    rows[:PH] = rows[PH + H :] = rows[:, :PW] = rows[:, PW + W :] = value
    rows[PH : PH + H, PW : PW + W] = x.transpose(2, 3, 1, 0)
    return rows


def count_windows(size, kernel, stride):
    """Return how many windows fit side by side: ``(size - kernel) // stride + 1``.

    What is left over at the end, when the stride does not divide it, is not looked at.
    """
    return (size - kernel) // stride + 1


def im2col(rows, kernel, stride):
    """Yield what the windows see, as columns: for one row of windows after the other.

    Parameters
    ----------
    rows : ndarray of shape (H, W, C, N)
        The images, padding included.
    kernel, stride : tuple of int
        Height and width of a window, and of the step from one to the next.

    Yields
    ------
    ndarray of shape (Wo, KW·KH·C, N)
        For each window of the row a matrix with one column for each image. It is the same memory
        every time: use it before asking for the next.

    Notes
    -----
    The columns of all rows would be KH·KW times the size of the images; those of one row stay in
    the processor's fast memory until they have been multiplied. And only KH of the KH·KW copies are
    made: once KH rows lie pixel by pixel, the numbers that a window sees follow each other, and
    those of the next window begin SW pixels later.
    """
    H, W, C, N = rows.shape
    (KH, KW), (SH, SW) = kernel, stride
    pixels = np.empty((W, KH, C, N), rows.dtype)
    pixel, _, line, number = pixels.strides
    shape = count_windows(W, KW, SW), KW * KH * C, N
    columns = np.lib.stride_tricks.as_strided(pixels, shape, (SW * pixel, line, number))
    for top in range(0, SH * count_windows(H, KH, SH), SH):
        pixels[...] = rows[top : top + KH].swapaxes(0, 1)
        yield columns


def col2im(columns, seen, kernel, stride):
    """Add the columns of one row of windows to the pixels they came from: ``im2col`` backwards.

    Parameters
    ----------
    columns : ndarray of shape (Wo, KW·KH·C, N)
        A share for each number that a window sees.
    seen : ndarray of shape (KH, W, C, N)
        The rows that the windows see. A pixel in several windows gets a share from each.
    kernel, stride : tuple of int
        As in ``im2col``.
    """
    (KH, KW), SW, Wo = kernel, stride[1], len(columns)
    shares = columns.reshape(Wo, KW, KH, *seen.shape[2:])
    pixels = seen.swapaxes(0, 1)
    for j in range(KW):
        pixels[j : j + SW * (Wo - 1) + 1 : SW] += shares[:, j]
