"""Reading an image between its pixels."""

import numpy as np


def resample(images, rows, columns):
    r"""Return the values of images at points that may lie between their pixels.

    Parameters
    ----------
    images : ndarray of shape (N, H, W)
        The images. Around them everything is 0.
    rows, columns : float32 ndarray of shape (N, H, W)
        For each new pixel, the point of the old image to look at.

    Returns
    -------
    ndarray of shape (N, H, W)
        The new images, in the dtype of ``images``.

    Notes
    -----
    *Bilinear interpolation*: with the point a share :math:`u` of the way down from pixel row
    :math:`i` and a share :math:`v` of the way right from column :math:`j`, the value is

    .. math::

        (1 - u) \big( (1 - v)\, x_{i,j} + v\, x_{i,j+1} \big)
        + u \big( (1 - v)\, x_{i+1,j} + v\, x_{i+1,j+1} \big)

    Examples
    --------
    >>> image = np.array([[[0.0, 10.0], [20.0, 30.0]]])
    >>> rows = np.float32([[[0, 0], [1, 1]]])
    >>> columns = np.float32([[[0, 1], [0.5, 0.5]]])
    >>> resample(image, rows, columns)  # the lower two between 20 and 30
    array([[[ 0., 10.],
            [25., 25.]]])
    """
    N, H, W = images.shape
    wide = W + 3  # a border of zeros, 1 before and 2 behind: no point needs pixels beyond it
    padded = np.zeros((N, H + 3, wide), np.result_type(images, np.float32))
    padded[:, 1 : H + 1, 1 : W + 1] = images
    rows, columns = np.clip(rows + 1, 0, H + 1), np.clip(columns + 1, 0, W + 1)
    i, j = np.floor(rows), np.floor(columns)
    u, v = rows - i, columns - j

    # Where in memory the pixel (i, j) of each image is; its neighbours are 1, wide, wide + 1 later.
    place = (i * wide + j).astype(np.intp) + np.arange(N)[:, None, None] * (H + 3) * wide
    above, above_right, below, below_right = (
        padded.ravel().take(place + offset) for offset in (0, 1, wide, wide + 1)
    )
    above += v * (above_right - above)
    below += v * (below_right - below)
    above += u * (below - above)
    return (np.rint(above) if images.dtype.kind in "iu" else above).astype(images.dtype, copy=False)


def require_images(name, images):
    """Return the images if they are (N, H, W) or (N, C, H, W); ``name`` says who needs them."""
    if np.ndim(images) not in (3, 4):
        raise ValueError(
            f"{name} expected images (N, H, W) or (N, C, H, W), got {np.shape(images)}; "
            "use x.reshape(-1, 28, 28) for rows of pixels"
        )
    return np.asarray(images)
