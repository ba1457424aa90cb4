"""The eleven steps in a row: from a file to the images that a network is asked about."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from lib.recognition.choosing import choose
from lib.recognition.cleaning import clean
from lib.recognition.ink import denoise, even_light, grey, polarity, threshold
from lib.recognition.parts import relabelled
from lib.recognition.quality import Quality, quality
from lib.recognition.reading import read
from lib.recognition.shapes import centre, scale, straighten

STEPS = MappingProxyType(
    {
        "read": read,
        "grey": grey,
        "even light": even_light,
        "polarity": polarity,
        "noise": denoise,
        "threshold": threshold,
        "clean": clean,
        "parts": choose,
        "straighten": straighten,
        "scale": scale,
        "centre": centre,
    }
)
FOR_EACH = ("straighten", "scale", "centre")  # these are taken for each digit on its own


class Digit(NamedTuple):
    """What may be a digit, cut out of its picture.

    Attributes
    ----------
    box : tuple of int
        Top, left, bottom and right in the picture, the last two exclusive.
    pictures : dict of str to ndarray
        What each of the last three steps made of it, by name.
    quality : Quality
        How well it can be seen.
    """

    box: tuple
    pictures: Mapping
    quality: Quality

    @property
    def image(self):
        """The image for the network, ``(28, 28)`` of float32."""
        return self.pictures["centre"]


class Prepared(NamedTuple):
    """A picture on its way to the network.

    Attributes
    ----------
    pictures : dict of str to ndarray
        What each of the first eight steps made of the whole picture, by name.
    digits : list of Digit
        In reading order; empty if there is nothing on the picture.
    """

    pictures: Mapping
    digits: list

    @property
    def images(self):
        """The images for the network, ``(N, 1, 28, 28)`` of float32."""
        images = [digit.image for digit in self.digits]
        return np.reshape(images, (-1, 1, 28, 28)).astype(np.float32)


def prepare(picture, steps=STEPS):
    """Take a picture through the eleven steps.

    Parameters
    ----------
    picture : str, Path, or ndarray of shape (H, W, 3)
        A file; or red, green and blue between 0 and 1, which need no reading.
    steps : mapping of str to callable, optional
        The functions to take, by the names and in the order of ``STEPS``.
        ``{**STEPS, "noise": lambda ink: ink}`` leaves the noise in.

    Returns
    -------
    Prepared

    Raises
    ------
    PictureError
        If the file cannot be read.

    Examples
    --------
    >>> from lib.recognition import made
    >>> rng = np.random.default_rng(0)
    >>> prepared = prepare(made.photograph(made.written(7, rng), rng))
    >>> list(prepared.pictures)
    ['read', 'grey', 'even light', 'polarity', 'noise', 'threshold', 'clean', 'parts']
    >>> list(prepared.digits[0].pictures)
    ['straighten', 'scale', 'centre']
    >>> prepared.images.shape
    (1, 1, 28, 28)
    """
    image = picture if isinstance(picture, np.ndarray) else steps["read"](picture)
    pictures = {"read": image}
    for name, step in steps.items():
        if name != "read" and name not in FOR_EACH:
            pictures[name] = image = step(image)
    digits = []
    for number, box in enumerate(relabelled(pictures["clean"], pictures["parts"]).boxes, 1):
        top, left, bottom, right = box
        place = np.s_[top:bottom, left:right]
        mask = pictures["parts"][place] == number
        image, taken = pictures["clean"][place] * mask, {}
        for name in FOR_EACH:
            taken[name] = image = steps[name](image)
        digits.append(Digit(tuple(map(int, box)), taken, quality(pictures["noise"][place], mask)))
    return Prepared(pictures, digits)
