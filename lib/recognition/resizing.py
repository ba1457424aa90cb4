"""Making an image smaller or larger: a product with a matrix from either side."""

import numpy as np


def resize(image, H, W):
    """Return an image with H rows and W columns.

    Parameters
    ----------
    image : ndarray of shape (h, w)
        The image.
    H, W : int
        The new size.

    Returns
    -------
    ndarray of shape (H, W)
        Smaller: each new pixel is the mean of the area that it covers. Larger: it is interpolated
        between the two nearest pixels, along rows and along columns.
    """
    h, w = image.shape
    return _weights(h, H) @ image @ _weights(w, W).T


def _weights(old, new):
    """Return ``(new, old)`` weights: how much of each old pixel goes into each new one."""
    size = old / new  # of a new pixel, in old ones
    if size >= 1:
        edges = np.arange(new + 1)[:, None] * size
        covered = np.clip(edges - np.arange(old), 0, 1)  # how much of each old pixel lies before
        return np.diff(covered, axis=0) / size
    middle = np.clip((np.arange(new) + 0.5) * size - 0.5, 0, old - 1)
    return np.maximum(0, 1 - abs(middle[:, None] - np.arange(old)))
