"""What the remedies of day 6 do one by one: BatchNorm's pace, the highest rate, Dropout's place."""

from functools import partial

from lib import models, nn, optim
from lib.experiments import data
from lib.experiments.experiment import Experiment
from lib.experiments.search import Search
from lib.optim import OneCycleLR

# Plain SGD at one constant rate, until both networks have long stopped getting better.
PACE = [
    Experiment(
        f"pace_{name}",
        f"{title}, plain SGD, 20 epochs",
        data=data.mnist,
        model=model,
        optimizer=partial(optim.SGD, lr=0.05),
        epochs=20,
        batch_size=64,
    )
    for name, title, model in (
        ("plain", "three convolutions", models.cnn3),
        (
            "batchnorm",
            "three convolutions + BatchNorm",
            partial(models.cnn3, batch_norm=True),
        ),
    )
]
# Ten thousand images and thirty epochs are enough to learn by heart.
DECAY = [
    Experiment(
        f"decay_{decay:g}",
        f"784-256(ReLU)-10 on ten thousand images of clothes, weight decay {decay:g}",
        data=data.fashion_subset,
        model=partial(models.mlp, (784, 256, 10), nn.ReLU),
        optimizer=partial(optim.SGD, lr=0.05, momentum=0.9, weight_decay=decay),
        schedule=partial(OneCycleLR, max_lr=0.05),
        epochs=30,
        batch_size=64,
        validation=1000,
    )
    for decay in (0.0, 0.0003, 0.001, 0.003, 0.01, 0.03)
]
REMEDIES = [*PACE, *DECAY]


def at_any_rate(batch_norm):
    """Return one side of the search for the highest rate: plain SGD, at the rate of a trial."""

    def side(trial):
        return Experiment(
            "rate",
            "a rate",
            data=data.mnist,
            model=partial(models.cnn3, batch_norm=batch_norm),
            optimizer=partial(optim.SGD, lr=trial.suggest_float("lr", 0.01, 10, log=True)),
            epochs=3,
            batch_size=64,
            validation=5000,
            samples=20_000,
        )

    return side


RATES = Search(
    "rates",
    "plain SGD, without and with BatchNorm: the highest rate that still trains",
    {"plain": at_any_rate(False), "batchnorm": at_any_rate(True)},
    grid={"lr": [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0]},
)

# Where a layer of Dropout is put into cnn3 with BatchNorm: before the layers of these numbers.
PLACES = {
    "the pixels": (0,),
    "after each block": (4, 8, 12),
    "before each BatchNorm": (2, 6, 10, 14),
    "before the last layer": (16,),
    "the scores": (17,),
}


def with_dropout(places, p, *, rng):
    """Return three convolutions with BatchNorm, and Dropout in some places."""
    layers = list(models.cnn3(batch_norm=True, rng=rng).layers)
    for place in sorted(places, reverse=True):
        layers.insert(place, nn.Dropout(p, rng=rng))
    return nn.Sequential(*layers)


def dropping(places):
    """Return one side of the search for Dropout's place: a trial says how much to drop."""

    def side(trial):
        return Experiment(
            "dropout",
            "a place",
            data=data.mnist,
            model=partial(with_dropout, places, trial.suggest_float("p", 0, 0.5)),
            optimizer=partial(optim.Adam, lr=0.004),
            schedule=partial(OneCycleLR, max_lr=0.004),
            epochs=5,
            batch_size=64,
            validation=10_000,
            samples=20_000,
        )

    return side


DROPOUT = Search(
    "dropout",
    "three convolutions with BatchNorm, and Dropout in one place",
    {name: dropping(places) for name, places in PLACES.items()},
    grid={"p": [0.0, 0.1, 0.3, 0.5]},
)
