"""The recogniser of day 9: trained with what the preparation of a photograph leaves behind."""

import numpy as np

from lib import data
from lib.recognition import others
from lib.recognition.strokes import draw, handwriting

OTHER = 10  # the class of what is no digit


def digits_and_others(drawn=15_000, each=5_000):
    """Return MNIST, drawn digits, and an eleventh class of what is no digit, as (N, 1, 28, 28)."""
    rng = np.random.default_rng(0)
    x, y, x_test, y_test = data.load_mnist()
    labels = rng.integers(10, size=drawn)
    curves = [draw(handwriting(k, rng), 28, rng.uniform(1.5, 4)) for k in labels]
    rest = [
        others.letters(2 * each, rng),
        others.clothes(each // 2, rng),
        others.scribbles(each, rng),
        others.touching(each, x, rng),
        others.noise(each // 2, rng),
    ]
    rest = np.concatenate(rest)
    x = np.concatenate([x / np.float32(255), np.float32(curves), np.float32(rest)])[:, None]
    y = np.concatenate([y, labels, np.full(len(rest), OTHER)])
    return x, y, x_test[:, None] / np.float32(255), y_test
