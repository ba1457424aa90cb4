"""The autoencoders of days 7 and 10: how few numbers does a digit need, and which error counts?

They hold back the 10 000 images that day 8 holds back, so that the networks of day 8 and LeNet-5,
which look at what was drawn, have not learnt from the images it is measured on.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from lib import models, nn, optim
from lib.experiments import data
from lib.experiments.experiment import Experiment
from lib.experiments.records import RESULTS
from lib.experiments.search import Search
from lib.metrics import accuracy, sharpness
from lib.optim import OneCycleLR
from lib.serialization import load
from lib.training import log_probabilities
from lib.training.evaluation import evaluation_mode


def redrawn(network, images, labels, judge="day08_best"):
    """Measure what an autoencoder draws, whatever loss it has learnt from.

    Parameters
    ----------
    network : Module
        It gives images or rows of 784 pixels, which may be followed by the code.
    images : ndarray of shape (N, 1, 28, 28)
        What it is shown.
    labels : ndarray of shape (N,)
        Which digits they are.
    judge : str, optional
        Which classifier reads the drawings, ``results/JUDGE.npz``.

    Returns
    -------
    dict
        ``pixel_error``, the mean squared error; ``sharpness``, as a share of that of the images;
        ``read_accuracy``, how often the classifier reads the right digit.

    Examples
    --------
    In an experiment it is ``also=redrawn``. By hand, with a code of two numbers on 100 images:

    >>> images, labels, _, _ = data.mnist()
    >>> found = redrawn(load(RESULTS / "autoencoder_2.npz"), images[:100], labels[:100])
    >>> list(found), found["sharpness"] < 1  # the drawings are blurred
    (['pixel_error', 'sharpness', 'read_accuracy'], True)
    """
    with evaluation_mode(network):
        parts = [network(images[n : n + 250]) for n in range(0, len(images), 250)]
    drawn = np.concatenate([part.reshape(len(part), -1)[:, :784] for part in parts])
    drawn = drawn.reshape(images.shape)
    said = log_probabilities(load(RESULTS / f"{judge}.npz"), drawn)
    return {
        "pixel_error": float(np.mean((drawn - images) ** 2)),
        "sharpness": sharpness(drawn) / sharpness(images),
        "read_accuracy": accuracy(said, labels),
    }


def as_seen_by(network, layers, pixels):
    """Return the perceptual loss of the first layers of ``results/NETWORK.npz``."""
    return nn.PerceptualLoss(load(RESULTS / f"{network}.npz")[:layers], pixels)


# LeNet-5 up to its second pooling: 16 maps of 5 × 5. What these layers let through counts, and the
# pixels as well: without them the drawings were full of specks that LeNet-5 does not see.
AS_LENET_SEES = partial(as_seen_by, "lenet5", layers=6, pixels=1.0)
# name: what it is, how it is built, and its loss
KINDS = {
    f"autoencoder_{d}": (f"dense, a code of {d}", partial(models.autoencoder, d), nn.MSELoss)
    for d in (1, 2, 4, 8, 16, 32, 64)
}
KINDS |= {
    f"conv_autoencoder_{d}": (
        f"convolutions, a code of {d}",
        partial(models.conv_autoencoder, d),
        nn.MSELoss,
    )
    for d in (2, 32)
}
KINDS |= {
    "perceptual_2": (
        "convolutions, a code of 2, a loss that sees",
        partial(models.conv_autoencoder, 2),
        AS_LENET_SEES,
    ),
    "sparse_64": (
        "dense, a sparse code of 64",
        partial(models.sparse_autoencoder, 64),
        partial(nn.SparseLoss, 0.01),
    ),
    "variational_2": (
        "dense, a variational code of 2",
        partial(models.variational_autoencoder, 2),
        nn.VariationalLoss,
    ),
}
KEPT = {"autoencoder_2", "conv_autoencoder_2", "perceptual_2", "sparse_64", "variational_2"}


def drawing(name, *, lr, epochs, **size):
    """Return an experiment of one kind, with what the search chooses."""
    title, model, loss = KINDS[name]
    images = model.func is models.conv_autoencoder
    return Experiment(
        name,
        title,
        data=data.mnist,
        target=partial(data.as_drawn, shape=(1, 28, 28) if images else (784,)),
        model=partial(model, **size),
        optimizer=partial(optim.Adam, lr=lr),
        schedule=partial(OneCycleLR, max_lr=lr),
        epochs=epochs,
        batch_size=128,
        loss=loss,
        validation=10_000,
        also=redrawn,
        search="autoencoders",
        weights=name in KEPT,
        reported=0.0518 if name == "autoencoder_2" else None,
    )


def tried(name):
    """Return one side of the search: a kind of autoencoder with settings that a trial draws."""

    def side(trial):
        _, model, _ = KINDS[name]
        size = {"width": [128, 256]}
        if model.func is models.conv_autoencoder:
            size = {"channels": [8, 16]}
        settings = {word: trial.suggest_categorical(word, some) for word, some in size.items()}
        settings["lr"] = trial.suggest_float("lr", 0.001, 0.02, log=True)
        settings["epochs"] = trial.suggest_categorical("epochs", [4, 8, 12])
        # A part of the images is enough to tell good settings from bad ones.
        return replace(drawing(name, **settings), samples=15_000, validation=5000)

    return side


AUTOENCODER_SEARCH = Search(
    "autoencoders",
    "how wide, at which rate and for how long: every autoencoder with the same effort",
    {name: tried(name) for name in KINDS},
    trials=5,
)
# The best trial of each side.
CHOSEN = {
    "autoencoder_1": {"lr": 0.0061, "epochs": 12, "width": 256},
    "autoencoder_2": {"lr": 0.0061, "epochs": 12, "width": 256},
    "autoencoder_4": {"lr": 0.0061, "epochs": 12, "width": 256},
    "autoencoder_8": {"lr": 0.0061, "epochs": 12, "width": 256},
    "autoencoder_16": {"lr": 0.0061, "epochs": 12, "width": 256},
    "autoencoder_32": {"lr": 0.0061, "epochs": 12, "width": 256},
    "autoencoder_64": {"lr": 0.0061, "epochs": 12, "width": 256},
    "conv_autoencoder_2": {"lr": 0.0061, "epochs": 12, "channels": 16},
    "conv_autoencoder_32": {"lr": 0.0061, "epochs": 12, "channels": 16},
    "perceptual_2": {"lr": 0.0061, "epochs": 12, "channels": 16},
    "sparse_64": {"lr": 0.0024, "epochs": 12, "width": 256},
    "variational_2": {"lr": 0.0061, "epochs": 12, "width": 256},
}
AUTOENCODERS = [drawing(name, **settings) for name, settings in CHOSEN.items()]
