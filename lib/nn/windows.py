"""Windows: lay the numbers of an image out so that a convolution is one matrix product.

To everybody, images are ``(N, C, H, W)``. In *memory* they may lie in any order, and the order
decides the speed. Here it is ``(H, C, W, N)``, row by row with the images last:

* NumPy's inner loops run along the last axis in memory, now N numbers or more instead of W;
* rows below one another are neighbours, so the KH rows that a window sees are one piece.

``to_rows`` makes that order and ``to_images`` shows it as ``(N, C, H, W)`` without moving a number.
No other layer needs to know: NumPy's arithmetic keeps the order it finds.
"""

import numpy as np

CACHE = 1 << 20  # numbers that fit a processor's fast memory, beside the matrix they meet


def to_rows(x):
    """Return ``(N, C, H, W)`` images as a C-contiguous ``(H, C, W, N)`` array."""
    return np.ascontiguousarray(x.transpose(2, 1, 3, 0))


def to_images(rows):
    """Return an ``(H, C, W, N)`` array as ``(N, C, H, W)`` images: a view, nothing is copied."""
    return rows.transpose(3, 1, 0, 2)


def pair(name, value, least):
    """Return ``(value, value)`` for an int, and a pair as it is, if no entry is less than asked."""
    both = (value, value) if isinstance(value, (int, np.integer)) else tuple(value)
    if len(both) != 2 or not all(isinstance(v, (int, np.integer)) and v >= least for v in both):
        raise ValueError(f"{name} must be an integer ≥ {least}, or two of them, got {value!r}")
    return both


def count_windows(size, kernel, stride, padding=0):
    """Return how many windows fit side by side: ``(size + 2 padding - kernel) // stride + 1``.

    What is left over at the far end, when the stride does not divide it, is not looked at.
    """
    return (size + 2 * padding - kernel) // stride + 1


def frame(x, size, offset=(0, 0), step=(1, 1)):
    """Lay images into a larger frame of zeros; what falls outside the frame is cut off.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        The images, in any memory order.
    size : tuple of int
        Height and width of the frame.
    offset : tuple of int
        Where pixel (0, 0) goes; it may be negative.
    step : tuple of int
        How far apart neighbours are laid: 2 leaves a zero between any two.

    Returns
    -------
    ndarray of shape (height, C, width, N)
        C-contiguous. Images that fill the frame as they are, are not copied.
    """
    N, C, H, W = x.shape
    if size == (H, W) and offset == (0, 0) and step == (1, 1):
        return to_rows(x)
    rows = np.zeros((size[0], C, size[1], N), x.dtype)
    (source_h, target_h), (source_w, target_w) = map(_fit, (H, W), size, offset, step)
    rows[target_h, :, target_w] = x.transpose(2, 1, 3, 0)[source_h, :, source_w]
    return rows


def _fit(length, size, offset, step):
    """Return which of ``length`` entries fall inside the frame, and where, as two slices."""
    first = max(0, -(offset // step))
    last = max(first, min(length, (size - 1 - offset) // step + 1))
    start = offset + step * first
    return slice(first, last), slice(start, start + step * (last - first), step)


def windows(rows, kernel, stride=(1, 1)):
    """Yield the windows of an image as matrices, a few output rows at a time.

    Parameters
    ----------
    rows : ndarray of shape (H, C, W, N)
        C-contiguous; padding included.
    kernel, stride : tuple of int
        Height and width of a window, and of the step from one to the next.

    Yields
    ------
    which : slice
        The output rows.
    matrices : ndarray of shape (len(which), KH·KW·C, Wo·N)
        For each of them a matrix with one column for each window. Read only.

    Notes
    -----
    Only the KW shifts along W are copied. The KH rows a window sees then follow one another in
    memory, and the next window down starts SH rows later: the matrices overlap, and are views.
    """
    H, C, W, N = rows.shape
    (KH, KW), (SH, SW) = kernel, stride
    Ho, Wo = count_windows(H, KH, SH), count_windows(W, KW, SW)
    at_once = max(1, CACHE // max(1, KW * C * Wo * N * SH))
    for first in range(0, Ho, at_once):
        last = min(first + at_once, Ho)
        band = rows[first * SH : (last - 1) * SH + KH]
        shifts = np.empty((len(band), KW, C, Wo, N), rows.dtype)
        for j in range(KW):
            shifts[:, j] = band[:, :, j : j + SW * (Wo - 1) + 1 : SW]
        row, _, channel, _, number = shifts.strides
        matrices = np.lib.stride_tricks.as_strided(
            shifts,
            shape=(last - first, KH * KW * C, Wo * N),
            strides=(SH * row, channel, number),
            writeable=False,
        )
        yield slice(first, last), matrices
