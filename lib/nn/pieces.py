"""A short cut for batch normalisation: cut the batch into pieces that stay in fast memory.

A formula such as ``(x - m) a + b`` is three operations on whole arrays for NumPy, and each fetches
every number from the main memory and brings one back. That takes longer than the arithmetic. In
pieces of 65 536 numbers, a quarter of a megabyte, the second operation finds in the processor's
fast memory what the first has left there.

The pieces are some pixels of all images. In the order ``(H, W, C, N)`` a pixel is C·N neighbouring
numbers, N for each channel, so the values for a channel are repeated N times and lie next to them.
"""

import numpy as np

from lib.nn.windows import to_images, to_rows

SIZE = 65_536  # numbers in a piece


def sums(x, mean, g=None):
    """Return ``Σ g`` and ``Σ g (x - m)`` over each channel; ``g`` is ``x - m`` if not given.

    ``x`` and ``g`` are images (N, C, H, W), ``mean`` has shape (C,). The sums are float64.
    """
    N, C = x.shape[:2]
    total, product, ones = np.zeros(C), np.zeros(C), np.ones(N, x.dtype)
    for (x_p, *rest), m in pieces((x,) if g is None else (x, g), mean):
        centred = (x_p - m).reshape(len(x_p), C, N)
        g_p = rest[0].reshape(len(x_p), C, N) if rest else centred
        total += np.vecdot(g_p, ones).sum(axis=0, dtype=np.float64)
        product += np.vecdot(g_p, centred).sum(axis=0, dtype=np.float64)
    return total, product


def affine(x, mean, a, b, g=None, c=None):
    """Return ``(x - m) a + b``, or with ``g`` and ``c`` ``((x - m) a + b + g) c``."""
    N, C, H, W = x.shape
    y = to_images(np.empty((H, W, C, N), x.dtype))
    if g is None:
        for (x_p, y_p), m_p, a_p, b_p in pieces((x, y), mean, a, b):
            np.subtract(x_p, m_p, out=y_p)
            y_p *= a_p
            y_p += b_p
    else:
        for (x_p, y_p, g_p), m_p, a_p, b_p, c_p in pieces((x, y, g), mean, a, b, c):
            np.subtract(x_p, m_p, out=y_p)
            y_p *= a_p
            y_p += b_p
            y_p += g_p
            y_p *= c_p
    return y


def pieces(images, *values):
    """Yield piece after piece of images (N, C, H, W), and one value for each channel to match."""
    N, C, H, W = images[0].shape
    lines = [to_rows(x).reshape(H * W, C * N) for x in images]
    values = [np.repeat(v.astype(lines[0].dtype), N) for v in values]
    pixels = max(1, SIZE // max(1, C * N))
    for start in range(0, H * W, pixels):
        yield [line[start : start + pixels] for line in lines], *values
