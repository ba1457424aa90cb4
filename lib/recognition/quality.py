"""How well can a digit be seen? A score from contrast, size, shape and sharpness."""

from typing import NamedTuple

import numpy as np

GRADES = ((0.8, "Excellent"), (0.6, "Good"), (0.4, "Fair"), (0, "Poor"))
ADVICE = {
    "contrast": "use a darker pen, or more light",
    "size": "write larger, or go closer",
    "shape": "write one digit, with room around it",
    "sharpness": "hold the camera still, and wait until it has focused",
}


class Quality(NamedTuple):
    """How well a digit can be seen.

    Attributes
    ----------
    scores : dict of str to float
        ``"contrast"``, ``"size"``, ``"shape"`` and ``"sharpness"``, each between 0 and 1;
        ``quality`` says how they are measured.
    """

    scores: dict

    @property
    def lowest(self):
        """The name of the lowest score."""
        return min(self.scores, key=self.scores.get)

    @property
    def score(self):
        """The lowest score: a blurred digit is hard to read, however large it is."""
        return self.scores[self.lowest]

    @property
    def grade(self):
        """Excellent for a score of at least 0.8, Good from 0.6, Fair from 0.4, below that Poor."""
        return next(grade for least, grade in GRADES if self.score >= least)

    @property
    def advice(self):
        """What to do about the lowest score."""
        return ADVICE[self.lowest]


def quality(ink, mask):
    """Judge a digit by its ink before the threshold.

    Parameters
    ----------
    ink : ndarray of shape (H, W)
        How far each pixel is from the paper, between 0 and 1, in the box of the digit.
    mask : ndarray of shape (H, W), bool
        Where the digit is.

    Returns
    -------
    Quality

    Notes
    -----
    *Contrast*: the median of the ink; 0.3, between pencil and ballpoint, is full marks. *Size*: the
    longer side; 60 pixels are enough. *Shape*: width by height; hardly any of MNIST's digits is
    wider than high. *Sharpness*: how wide an edge is from paper to full ink, as the ink there
    rises; a fiftieth of the digit is sharp, a twelfth is not.

    Examples
    --------
    >>> from lib.recognition import made, prepare
    >>> rng = np.random.default_rng(0)
    >>> blurred = prepare(made.photograph(made.written(7, rng), rng, "blur")).digits[0].quality
    >>> blurred.lowest, blurred.advice
    ('sharpness', 'hold the camera still, and wait until it has focused')
    """
    H, W = mask.shape
    full = np.median(ink[mask])
    padded = np.pad(mask, 1)
    outline = mask & ~(padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:])
    rise = np.hypot(*np.gradient(np.pad(ink, 1, mode="edge")))[1:-1, 1:-1]
    edge = full / max(np.median(rise[outline]), 1e-6)  # pixels from paper to full ink
    scores = {
        "contrast": full / 0.3,
        "size": max(H, W) / 60,
        "shape": 2 - W / H,
        "sharpness": 1.3 - 15 * edge / max(H, W),
    }
    return Quality({name: float(np.clip(score, 0, 1)) for name, score in scores.items()})
