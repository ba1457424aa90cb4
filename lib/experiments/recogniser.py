"""The recogniser of day 9: trained with what the preparation of a photograph leaves behind.

Everything that MNIST lacks is drawn: hands that write a 1 with a long upstroke or a 4 closed at the
top, and an eleventh class for what is not a digit.
"""

from functools import partial

import numpy as np

from lib import models, optim
from lib.data import Augment, load_mnist
from lib.experiments.experiment import Experiment
from lib.optim import OneCycleLR
from lib.recognition import others
from lib.recognition.strokes import draw, handwriting

OTHER = 10  # the class of what is not a digit


def digits_and_others(drawn=20_000, each=5_000):
    """Return MNIST with ``drawn`` more digits, and an eleventh class for what is not a digit.

    The test images are those of MNIST alone.
    """
    rng = np.random.default_rng(0)
    x, y, x_test, y_test = load_mnist()
    labels = rng.integers(10, size=drawn)
    no_digits = [
        others.letters(2 * each, rng),
        others.scribbles(each, rng),
        others.touching(each, x, rng),
        others.clothes(each // 2, rng),
        others.noise(each // 2, rng),
    ]
    x = [
        x / np.float32(255),
        np.float32([draw(handwriting(k, rng), 28, rng.uniform(1.5, 4)) for k in labels]),
        np.float32(np.concatenate(no_digits)),
    ]
    y = np.concatenate([y, labels, np.full(len(x[2]), OTHER)])
    return np.concatenate(x)[:, None], y, x_test[:, None] / np.float32(255), y_test


RECOGNISER = [
    Experiment(
        "recogniser",
        "the small network of day 8 for photographs: ten digits, and no digit",
        data=digits_and_others,
        model=partial(models.small_cnn, num_classes=11),
        optimizer=partial(optim.Adam, lr=0.004),
        schedule=partial(OneCycleLR, max_lr=0.004),
        augment=partial(Augment, shift=1, rotation=15, scale=0.1, shear=0.2, elastic=0.6, pen=1),
        epochs=12,
        batch_size=128,
    )
]
