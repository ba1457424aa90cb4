"""Views of an image for test-time augmentation: the same digit, moved or turned a little.

Augmentation draws its distortions at random, one for each image of a batch. Views are fixed: every
image is seen in the same few ways, and the answers are averaged.
"""

import numpy as np

from lib.data.resample import require_images, resample

__all__ = ["VIEWS", "rotations", "shifts"]


def rotations(images, degrees=(-10, -5, 0, 5, 10)):
    """Turn all images by each of a few angles about their centre.

    Parameters
    ----------
    images : ndarray of shape (N, H, W) or (N, C, H, W)
        Numbers of any kind.
    degrees : sequence of float, optional
        The angles; positive ones turn anticlockwise on the screen.

    Yields
    ------
    ndarray
        One view for each angle, in the shape and dtype of ``images``.

    Raises
    ------
    ValueError
        If these are not images.

    Examples
    --------
    >>> image = np.array([[[1, 2], [3, 4]]])
    >>> for view in rotations(image, degrees=(0, 90)):
    ...     print(view[0])
    [[1 2]
     [3 4]]
    [[2 4]
     [1 3]]
    """
    images = require_images("rotations", images)
    *_, H, W = images.shape
    flat = images.reshape(-1, H, W)
    i, j = np.arange(H) - (H - 1) / 2, np.arange(W) - (W - 1) / 2  # from the centre
    for angle in np.radians(degrees):
        # Where a pixel of the new image was in the old one: turned back by the angle.
        rows = np.cos(angle) * i[:, None] + np.sin(angle) * j + (H - 1) / 2
        columns = -np.sin(angle) * i[:, None] + np.cos(angle) * j + (W - 1) / 2
        places = (np.broadcast_to(p, flat.shape) for p in np.float32([rows, columns]))
        yield resample(flat, *places).reshape(images.shape)


def shifts(images, pixels=1):
    """Move all images by up to some pixels in each direction.

    Parameters
    ----------
    images : ndarray of shape (N, H, W) or (N, C, H, W)
        Numbers of any kind.
    pixels : int, optional
        The longest move up, down, left and right.

    Yields
    ------
    ndarray
        The nine views for one pixel, 25 for two, in the shape and dtype of ``images``. What enters
        at the border is 0.

    Raises
    ------
    ValueError
        If these are not images.

    Examples
    --------
    >>> image = np.array([[[1, 2], [3, 4]]])
    >>> first, *others = shifts(image)
    >>> print(first[0], len(others))  # moved down and to the right
    [[0 0]
     [0 1]] 8
    """
    images = require_images("shifts", images)
    *_, H, W = images.shape
    border = [(0, 0)] * (images.ndim - 2) + [(pixels, pixels)] * 2
    padded = np.pad(images, border)
    for down, right in np.ndindex(2 * pixels + 1, 2 * pixels + 1):
        yield padded[..., down : down + H, right : right + W]


VIEWS = {"rotations": rotations, "shifts": shifts}
