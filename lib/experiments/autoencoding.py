"""The autoencoders of day 7: how few numbers does a digit need?"""

from dataclasses import replace
from functools import partial

from lib import models, nn, optim
from lib.experiments import data
from lib.experiments.experiment import Experiment
from lib.experiments.search import Search
from lib.optim import OneCycleLR


def autoencoder(latent, reported=None, *, lr=0.003, epochs=20, batch_size=128):
    """Return the dense autoencoder with a code of some numbers."""
    return Experiment(
        f"autoencoder_{latent}",
        f"784-128-64-{latent}-64-128-784",
        data=data.mnist_rows_to_themselves,
        model=partial(models.autoencoder, latent),
        optimizer=partial(optim.Adam, lr=lr),
        schedule=partial(OneCycleLR, max_lr=lr),
        epochs=epochs,
        batch_size=batch_size,
        loss=nn.MSELoss,
        reported=reported,
    )


def conv_autoencoder(latent, reported=None, *, lr=0.004, epochs=8, batch_size=128):
    """Return the convolutional autoencoder with a code of some numbers."""
    return Experiment(
        f"conv_autoencoder_{latent}",
        f"convolutions to a code of {latent} and back",
        data=data.mnist_to_itself,
        model=partial(models.conv_autoencoder, latent),
        optimizer=partial(optim.Adam, lr=lr),
        schedule=partial(OneCycleLR, max_lr=lr),
        epochs=epochs,
        batch_size=batch_size,
        loss=nn.MSELoss,
        reported=reported,
    )


AUTOENCODERS = [
    *[autoencoder(d, {2: 0.0518}.get(d)) for d in (1, 2, 4, 8, 16, 32, 64)],
    *[conv_autoencoder(d) for d in (2, 32)],
]


def tried(build):
    """Return one side of the search: an autoencoder with settings that a trial draws."""

    def side(trial):
        lr = trial.suggest_float("lr", 0.001, 0.02, log=True)
        batch_size = trial.suggest_categorical("batch_size", [64, 128])
        # A part of the images is enough to tell good rates from bad ones.
        return replace(build(2, lr=lr, epochs=4, batch_size=batch_size), samples=20_000)

    return side


AUTOENCODER_SEARCH = Search(
    "autoencoders",
    "a code of two numbers: dense layers against convolutions",
    {"dense": tried(autoencoder), "convolutional": tried(conv_autoencoder)},
    trials=12,
)
