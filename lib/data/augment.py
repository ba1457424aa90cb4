"""Augmentation: a digit that is moved, turned or bent a little is still the same digit.

Every distortion here is one question, asked for each pixel of the new image: from where in the old
image does it come? For a shift the answer is "two pixels further left", for a rotation it is a
product with a 2×2 matrix, for an elastic distortion it is a little random walk. The answers add up,
so any mixture of them reads the old image only once, and blurs it only once.
"""

import math

import numpy as np

from lib.data.resample import require_images, resample
from lib.nn.inputs import real, require_generator
from lib.nn.signatures import WithOptions

BLOCK = 64  # images at a time: their numbers then fit into the cache, which is three times as fast


class Augment(WithOptions):
    """Distort each image of a batch at random, each in its own way.

    Parameters
    ----------
    shift : int, optional
        Move by up to this many pixels in both directions. Whole pixels: a shift alone leaves the
        image sharp.
    rotation : float, optional
        Turn by up to this many degrees either way.
    scale : float, optional
        Enlarge by a factor between ``1 - scale`` and ``1 + scale``.
    shear : float, optional
        Slant by up to this much either way: with 0.1, by 1 pixel sideways for 10 pixels of height.
    elastic : float, optional
        Move each pixel on its own, by about this many pixels, neighbours by nearly the same.
    smoothness : float, optional
        How far apart, in pixels, the elastic movements of two pixels become different.
    pen : float, optional
        Make strokes thicker or thinner by up to about this many pixels on each side.
    rng : numpy.random.Generator
        Where the random numbers come from.

    Raises
    ------
    ValueError
        If a setting is negative, ``scale`` is 1 or more, or ``shift`` is not a whole number.

    Notes
    -----
    With the centre :math:`c` of the image, the pixel at :math:`p` of the new image is the point
    :math:`A^{-1} (p - c - t) + c + d(p)` of the old one, where :math:`A` is scale, then shear, then
    rotation, :math:`t` the shift, and :math:`d` the elastic field. Points between pixels are
    interpolated from the four around them; outside the image everything is 0.

    Shift, rotation, scale and shear cost hardly more together than one of them alone: each image is
    read once. An elastic field and a pen are work of their own.

    The elastic field is that of Simard, Steinkraus and Platt (2003): random numbers, smoothed by a
    Gaussian bell of width ``smoothness``. Smoothing along rows and columns is a product with a
    matrix from each side.

    A thicker pen mixes each pixel with the largest of itself and its four neighbours, a thinner one
    with the smallest: the *dilation* and *erosion* of mathematical morphology.

    Examples
    --------
    >>> strokes = np.zeros((3, 4, 4), np.uint8)  # three times the same stroke
    >>> strokes[:, 1:3, 1] = 9
    >>> augment = Augment(shift=1, rng=np.random.default_rng(0))
    >>> print(np.hstack(augment(strokes)))  # next to each other
    [[0 0 0 0 0 0 0 0 9 0 0 0]
     [0 0 9 0 0 0 0 0 9 0 0 0]
     [0 0 9 0 0 0 9 0 0 0 0 0]
     [0 0 0 0 0 0 9 0 0 0 0 0]]

    While training, a loader does it to each batch:

    >>> from lib.data import DataLoader, Dataset
    >>> data = Dataset(strokes, np.array([1, 1, 1]))
    >>> batches = DataLoader(data, batch_size=3, augment=augment)
    """

    def __init__(
        self, *, shift=0, rotation=0, scale=0, shear=0, elastic=0, smoothness=4, pen=0, rng
    ):
        settings = {
            "shift": shift,
            "rotation": rotation,
            "scale": scale,
            "shear": shear,
            "elastic": elastic,
            "smoothness": smoothness,
            "pen": pen,
        }
        for name, value in settings.items():
            real("Augment", name, value, at_least=0)
        if shift != int(shift):
            raise ValueError(f"Augment expected a shift of whole pixels, got {shift}")
        real("Augment", "scale", scale, at_least=0, below=1)
        real("Augment", "smoothness", smoothness, above=0)
        self.settings, self.rng = settings, require_generator(rng)

    def __call__(self, images):
        """Return distorted copies of the images.

        Parameters
        ----------
        images : ndarray of shape (N, H, W) or (N, C, H, W)
            A batch, with numbers of any kind. All channels of an image are distorted alike.

        Returns
        -------
        ndarray
            The new batch, in the same shape and dtype.

        Raises
        ------
        ValueError
            If these are not images.
        """
        images = require_images("Augment", images)
        augmented = np.empty_like(images)
        for start in range(0, len(images), BLOCK):
            block = images[start : start + BLOCK]
            rows, columns = self._where_from(len(block), *images.shape[-2:])
            if images.ndim == 3:
                augmented[start : start + BLOCK] = resample(block, rows, columns)
            else:
                for c in range(images.shape[1]):
                    augmented[start : start + BLOCK, c] = resample(block[:, c], rows, columns)
        return self._other_pens(augmented) if self.settings["pen"] else augmented

    def __repr__(self):
        shown = {name: value for name, value in self.settings.items() if value}
        if not self.settings["elastic"]:
            del shown["smoothness"]
        return f"Augment({', '.join(f'{name}={value}' for name, value in shown.items())})"

    def _where_from(self, N, H, W):
        """Return the row and the column of the old image for each pixel of the new ones."""
        inverse = np.linalg.inv(self._matrices(N)).astype(np.float32)
        furthest = int(self.settings["shift"])
        shift = self.rng.integers(-furthest, furthest, (2, N, 1), endpoint=True)
        centre = np.float32((H - 1) / 2), np.float32((W - 1) / 2)
        # (N, H) and (N, W): how far each row, and each column, of pixels is from the centre.
        i = np.arange(H, dtype=np.float32) - centre[0] - shift[0].astype(np.float32)
        j = np.arange(W, dtype=np.float32) - centre[1] - shift[1].astype(np.float32)
        places = []
        for axis in (0, 1):
            # The old place a·i + b·j + c is a part for each row plus a part for each column.
            down = inverse[:, axis, 0, None] * i + centre[axis]
            across = inverse[:, axis, 1, None] * j
            place = down[:, :, None] + across[:, None, :]  # (N, H, W)
            places.append(place + self._elastic(N, H, W) if self.settings["elastic"] else place)
        return places

    def _other_pens(self, images):
        """Make the strokes of each image thicker or thinner."""
        change = self.rng.uniform(-self.settings["pen"], self.settings["pen"], len(images))
        for extreme, amount in ((np.maximum, change), (np.minimum, -change)):
            while (amount > 0).any():
                share = np.clip(amount, 0, 1).astype(np.float32)
                rows = np.flatnonzero(share)
                old = images[rows]
                one_each = share[rows].reshape(-1, *[1] * (old.ndim - 1))  # (n, 1, 1), one an image
                mixed = old + one_each * (_neighbours(extreme, old).astype(np.float32) - old)
                images[rows] = np.rint(mixed) if old.dtype.kind in "iu" else mixed
                amount = amount - 1
        return images

    def _matrices(self, N):
        """Return a 2×2 matrix for each image, ``(N, 2, 2)``: scale, then shear, then rotation."""
        angle, scale, shear = (
            self.rng.uniform(-self.settings[name], self.settings[name], N)
            for name in ("rotation", "scale", "shear")
        )
        sin, cos = np.sin(np.radians(angle)), np.cos(np.radians(angle))
        turn = np.array([[cos, -sin], [sin, cos]])  # (2, 2, N)
        slant = np.array([[np.ones(N), np.zeros(N)], [-shear, np.ones(N)]])
        return np.einsum("ijn,jkn,n->nik", turn, slant, 1 + scale)

    def _elastic(self, N, H, W):
        """Return a smooth random field for each image, ``(N, H, W)``."""
        bells = [_bells(size, self.settings["smoothness"]) for size in (H, W)]
        noise = self.rng.random((N, bells[0].shape[1], bells[1].shape[1]), dtype=np.float32)
        # From -1 to 1 uniform numbers have the standard deviation 1/√3.
        noise = (2 * noise - 1) * np.float32(math.sqrt(3) * self.settings["elastic"])
        return bells[0] @ noise @ bells[1].T


def _neighbours(extreme, images):
    """Return the extreme of each pixel and its four neighbours."""
    new = images.copy()
    for axis in (-2, -1):
        a, b = np.moveaxis(images, axis, 0), np.moveaxis(new, axis, 0)
        b[1:] = extreme(b[1:], a[:-1])
        b[:-1] = extreme(b[:-1], a[1:])
    return new


def _bells(size, width):
    """Return one bell curve for each pixel of a row, ``(size, size // 2)``.

    A smooth field needs no random number for every pixel: number ``k`` lies at pixel ``2 k + ½``.
    Each row has length 1, so that the smoothed noise has the spread of the noise.
    """
    distance = np.arange(size)[:, None] - np.arange(0.5, size, 2)
    bells = np.exp(-0.5 * (distance / width) ** 2)
    return (bells / np.linalg.norm(bells, axis=1, keepdims=True)).astype(np.float32)
