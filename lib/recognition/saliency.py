"""Where does a network look? Hide a part of the image, and see how much the answer suffers."""

import numpy as np


def occlusion_map(model, image, k, size=5):
    """Return how much the score of a class falls when a square around each pixel is hidden.

    Parameters
    ----------
    model : Module
        Takes images (N, 1, H, W) and gives scores (N, K).
    image : ndarray of shape (H, W)
        What it is asked about.
    k : int
        The class.
    size : int, optional
        The side of the square in pixels, an odd number; hidden pixels become 0.

    Returns
    -------
    ndarray of shape (H, W)
        The score before minus the score with the square hidden.

    Notes
    -----
    Zeiler and Fergus (2014).
    """
    H, W = image.shape
    hidden = np.repeat(image[None], H * W, axis=0)
    half = size // 2
    for one, (i, j) in zip(hidden, np.ndindex(H, W), strict=True):
        one[max(0, i - half) : i + half + 1, max(0, j - half) : j + half + 1] = 0
    scores = np.concatenate([model(part[:, None])[:, k] for part in np.split(hidden, H)])
    return (model(image[None, None])[0, k] - scores).reshape(H, W)
