"""The recogniser: what a network says about the prepared images, and when not to believe it."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from lib import data, serialization
from lib.recognition.preparing import Prepared, prepare
from lib.serialization.archive import reading
from lib.training import log_probabilities

SHIPPED = Path(__file__).resolve().parents[2] / "results" / "recogniser.npz"


class Answer(NamedTuple):
    """What the network says about one digit.

    Attributes
    ----------
    probabilities : ndarray of shape (K,)
        One for each digit. They may add up to less than 1: the rest is for *no digit*.
    least : float
        The digit is refused if none of them reaches this.
    """

    probabilities: np.ndarray
    least: float

    @property
    def top(self):
        """The three likeliest digits, with their probabilities."""
        best = np.argsort(-self.probabilities, kind="stable")[:3]
        return [(int(k), float(self.probabilities[k])) for k in best]

    @property
    def digit(self):
        """The likeliest digit."""
        return self.top[0][0]

    @property
    def refused(self):
        """Whether it looks like no digit."""
        return self.top[0][1] < self.least


class Reading(NamedTuple):
    """What was read on a picture.

    Attributes
    ----------
    prepared : Prepared
        What each of the eleven steps made of the picture.
    answers : list of Answer
        One for each of ``prepared.digits``.
    """

    prepared: Prepared
    answers: list

    @property
    def refusal(self):
        """Why nothing is read, in a sentence, or None."""
        count, refused = len(self.answers), sum(answer.refused for answer in self.answers)
        if count == 0:
            return "nothing is written on it"
        if 2 * refused <= count:
            return None
        if count > 1:
            return f"{refused} of {count} marks on it look like no digit"
        (top, left, bottom, right), *_ = self.prepared.digits[0]
        if right - left > bottom - top:
            return "it looks like no digit, or like two that touch"
        return "it looks like no digit"

    @property
    def text(self):
        """The digits that are not refused, in reading order; empty if the picture is refused."""
        if self.refusal:
            return ""
        return "".join(str(answer.digit) for answer in self.answers if not answer.refused)


class Recogniser:
    """Reads the digits on pictures.

    Parameters
    ----------
    model : Module
        Takes images (N, 1, 28, 28) and gives scores.
    temperature : float, optional
        The scores are divided by it, which makes probabilities honest: see Notes.
    least : float, optional
        A digit whose probability is lower is refused.
    digits : int, optional
        How many of the scores are for digits; the others say *no digit*. All by default.

    Notes
    -----
    *Temperature scaling* (Guo et al., 2017): one number, chosen on validation images, which makes
    the network as sure as it is right. It changes no answer.

    Examples
    --------
    >>> from lib.recognition import made
    >>> rng = np.random.default_rng(0)
    >>> reading = Recogniser.load().read(made.photograph(made.written(7, rng), rng))
    >>> reading.text
    '7'
    >>> (answer,) = reading.answers
    >>> answer.digit, answer.refused, len(answer.probabilities)
    (7, False, 10)
    """

    def __init__(self, model, temperature=1.0, least=0.5, digits=None):
        self.model, self.temperature, self.least, self.digits = model, temperature, least, digits

    @classmethod
    def load(cls, path=SHIPPED):
        """Load a recogniser, with the numbers that were chosen for it and noted in its file.

        Parameters
        ----------
        path : str or Path, optional
            The file; the recogniser that comes with the course by default.

        Returns
        -------
        Recogniser

        Raises
        ------
        ModelFileError, FileNotFoundError
            If there is no such file, or no recogniser in it.
        """
        with reading(path):
            noted = serialization.describe(path)["metadata"]["recogniser"]
            return cls(
                serialization.load(path),
                temperature=float(noted["temperature"]),
                least=float(noted["least"]),
                digits=int(noted["digits"]),
            )

    def probabilities(self, images, tta=False):
        """Return how likely each class is.

        Parameters
        ----------
        images : ndarray of shape (N, 1, 28, 28)
            Prepared images.
        tta : bool, optional
            Test-time augmentation: look at nine views of each, moved by up to a pixel.

        Returns
        -------
        ndarray of shape (N, K), float64
            Each row adds up to 1.
        """
        scores = log_probabilities(self.model, images, data.shifts if tta else None)
        scores = scores.astype(np.float64) / self.temperature
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        return p / p.sum(axis=1, keepdims=True)

    def read(self, picture, tta=False):
        """Read a picture.

        Parameters
        ----------
        picture : str, Path, or ndarray of shape (H, W, 3)
            As for ``prepare``.
        tta : bool, optional
            As for ``probabilities``.

        Returns
        -------
        Reading

        Raises
        ------
        PictureError
            If the file cannot be read.
        """
        return self.answer(prepare(picture), tta)

    def answer(self, prepared, tta=False):
        """Ask the network about a picture that is prepared already.

        Parameters
        ----------
        prepared : Prepared
            What ``prepare`` returned.
        tta : bool, optional
            As for ``probabilities``.

        Returns
        -------
        Reading
        """
        if not prepared.digits:
            return Reading(prepared, [])
        p = self.probabilities(prepared.images, tta)
        return Reading(prepared, [Answer(row[: self.digits], self.least) for row in p])
