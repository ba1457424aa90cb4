"""Day 8, one step at a time: each row changes one thing of the row before.

Ten thousand images are held back to choose on. Learning rate, batch size, augmentation and label
smoothing are those of one earlier trial, which had looked at the test set once: 99.67 %.
"""

from functools import partial

from lib import models, nn, optim
from lib.data import Augment
from lib.experiments import data
from lib.experiments.distillation import taught
from lib.experiments.experiment import Experiment
from lib.experiments.search import Search
from lib.optim import OneCycleLR

AUGMENT = partial(Augment, shift=2, rotation=10, scale=0.1, shear=0.1)


def step(name, title, *, lr=0.005, epochs=16, batch_size=128, **changes):
    """Return one row: what all of them share, and its own part."""
    return Experiment(
        f"accuracy_{name}",
        title,
        data=data.mnist,
        optimizer=partial(optim.Adam, lr=lr),
        schedule=partial(OneCycleLR, max_lr=lr),
        epochs=epochs,
        batch_size=batch_size,
        validation=10_000,
        probabilities=True,
        **changes,
    )


def smoothing(amount):
    """Return the loss with smoothed labels."""
    return partial(nn.CrossEntropyLoss, label_smoothing=amount)


ACCURACY = [
    step("three_block", "three blocks", model=models.three_block_cnn, reported=0.991),
    step(
        "augment", "+ augmentation", model=models.three_block_cnn, augment=AUGMENT, reported=0.993
    ),
    step(
        "four_block",
        "+ a fourth block",
        model=models.four_block_cnn,
        augment=AUGMENT,
        reported=0.9944,
    ),
    step(
        "smoothing",
        "+ label smoothing",
        model=models.four_block_cnn,
        augment=AUGMENT,
        loss=smoothing(0.05),
        weights=True,
        reported=0.996,
    ),
    # What the search below found best: small batches, a high rate, and twice as much smoothing.
    step(
        "best",
        "settings by a search",
        model=models.cnn_5x5,
        augment=AUGMENT,
        loss=smoothing(0.1),
        lr=0.0085,
        batch_size=64,
        weights=True,
        search="accuracy",
    ),
    # One small network learns the labels. The other learns what six large ones say, those of
    # "smoothing" and "best": their weights are in day08_ensemble.npz.
    step("small", "small, taught by labels", model=models.small_cnn, augment=AUGMENT),
    step(
        "distilled",
        "small, taught by six",
        model=models.small_cnn,
        teach=partial(taught, teacher="day08_ensemble", augment=AUGMENT, copies=4),
        epochs=8,
        weights=True,
    ),
]
# What comes of choosing by the test set: 300 looks at one.
MAKE_BELIEVE = Experiment(
    "make_believe",
    "a small network on 10 000 images, tested after every epoch",
    data=data.make_believe,
    model=models.small_cnn,
    optimizer=partial(optim.Adam, lr=0.002),
    epochs=100,
    batch_size=128,
    validation=10_000,
    peek=True,
)


def tried(model):
    """Return one side of the search for the best network, with settings that a trial draws."""

    def side(trial):
        return step(
            "tried",
            "a trial",
            model=model,
            augment=AUGMENT,
            loss=smoothing(trial.suggest_categorical("label_smoothing", [0.0, 0.05, 0.1])),
            lr=trial.suggest_float("lr", 0.001, 0.02, log=True),
            batch_size=trial.suggest_categorical("batch_size", [64, 128]),
            epochs=5,
            samples=20_000,  # half of them to learn from; the other half is held back
        )

    return side


ACCURACY_SEARCH = Search(
    "accuracy",
    "four blocks of 3×3 against three convolutions of 5×5",
    {"four_block": tried(models.four_block_cnn), "cnn_5x5": tried(models.cnn_5x5)},
    trials=10,
)
