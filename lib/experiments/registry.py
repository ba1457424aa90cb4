"""The experiments of the course, by name."""

from fnmatch import fnmatchcase
from functools import partial

from lib import models, nn, optim
from lib.data import Augment
from lib.experiments import data
from lib.experiments.experiment import Experiment

__all__ = ["EXPERIMENTS", "find"]

one_cycle = optim.OneCycleLR

CLASSIFIERS = [
    Experiment(
        "mlp_tanh_100",
        "784-128(Tanh)-10, 100 epochs of plain SGD",
        data=data.mnist,
        model=models.mlp,
        optimizer=partial(optim.SGD, lr=0.01),
        epochs=100,
        batch_size=64,
        reported=0.9782,
    ),
    Experiment(
        "mlp_tanh_100_standardised",
        "the same, with pixels of mean 0 and standard deviation 1",
        data=partial(data.mnist, standardise=True),
        model=models.mlp,
        optimizer=partial(optim.SGD, lr=0.01),
        epochs=100,
        batch_size=64,
        reported=0.9782,
    ),
    Experiment(
        "mlp",
        "784-128(Tanh)-10 with momentum and one cycle",
        data=data.mnist,
        model=models.mlp,
        optimizer=partial(optim.SGD, lr=0.1, momentum=0.9),
        schedule=partial(one_cycle, max_lr=0.1),
        epochs=10,
        batch_size=64,
        seeds=(0, 1, 2, 3, 4),
        reported=0.9782,
    ),
    Experiment(
        "iris",
        "Iris, three species from four lengths: 4-16(Tanh)-3",
        data=data.iris,
        model=partial(models.mlp, (4, 16, 3)),
        optimizer=partial(optim.SGD, lr=0.05, momentum=0.9),
        epochs=20,
        batch_size=16,
        seeds=(0, 1, 2, 3, 4),
        validation=20,
    ),
    Experiment(
        "fashion_mlp",
        "784-128(Tanh)-10 on 10 000 images of clothes",
        data=data.fashion_subset,
        model=models.mlp,
        optimizer=partial(optim.SGD, lr=0.1, momentum=0.9),
        schedule=partial(one_cycle, max_lr=0.1),
        epochs=10,
        batch_size=64,
        seeds=(0, 1, 2, 3, 4),
        validation=1000,
    ),
    Experiment(
        "fashion_cnn",
        "two convolutions on 10 000 images of clothes",
        data=data.fashion_subset,
        model=models.cnn2,
        optimizer=partial(optim.Adam, lr=0.004),
        schedule=partial(one_cycle, max_lr=0.004),
        epochs=8,
        batch_size=64,
        validation=1000,
    ),
    Experiment(
        "kmnist_cnn",
        "two convolutions on handwritten Japanese",
        data=data.kmnist,
        model=models.cnn2,
        optimizer=partial(optim.Adam, lr=0.004),
        schedule=partial(one_cycle, max_lr=0.004),
        epochs=8,
        batch_size=64,
    ),
    Experiment(
        "lenet5_0to3",
        "LeNet-5 on the digits 0 to 3",
        data=partial(data.mnist, digits=(0, 1, 2, 3)),
        model=partial(models.lenet5, num_classes=4),
        optimizer=partial(optim.SGD, lr=0.05, momentum=0.9),
        schedule=partial(one_cycle, max_lr=0.05),
        epochs=5,
        batch_size=64,
        validation=2000,
        reported=0.99,
    ),
    Experiment(
        "cnn2",
        "two convolutions, images shifted by up to one pixel",
        data=data.mnist,
        model=models.cnn2,
        optimizer=partial(optim.Adam, lr=0.004),
        schedule=partial(one_cycle, max_lr=0.004),
        augment=partial(Augment, shift=1),
        epochs=8,
        batch_size=64,
        reported=0.9914,
    ),
    Experiment(
        "cnn3",
        "three convolutions, images shifted by up to one pixel",
        data=data.mnist,
        model=models.cnn3,
        optimizer=partial(optim.Adam, lr=0.004),
        schedule=partial(one_cycle, max_lr=0.004),
        augment=partial(Augment, shift=1),
        epochs=8,
        batch_size=64,
        reported=0.9931,
    ),
]


# -- day 6: four networks, three optimisers -------------------------------------------------------

NETWORKS = {
    "plain": ("three convolutions", {}, 0.988),
    "dropout": ("three convolutions + Dropout", {"dropout": True}, 0.991),
    "batchnorm": ("three convolutions + BatchNorm", {"batch_norm": True}, 0.993),
    "both": (
        "three convolutions + BatchNorm + Dropout",
        {"batch_norm": True, "dropout": True},
        0.9936,
    ),
}
# The learning rates were chosen on validation images, one for each optimiser.
OPTIMIZERS = {
    "sgd": (
        partial(optim.SGD, lr=0.05, momentum=0.9, nesterov=True),
        partial(one_cycle, max_lr=0.05),
    ),
    "rmsprop": (
        partial(optim.RMSprop, lr=0.001),
        partial(one_cycle, max_lr=0.001, cycle_momentum=False),
    ),
    "adam": (partial(optim.Adam, lr=0.004), partial(one_cycle, max_lr=0.004)),
}
GRID = [
    Experiment(
        f"grid_{network}_{optimizer}",
        f"{title}, {step.func.__name__}",
        data=data.mnist,
        model=partial(models.cnn3, **parts) if parts else models.cnn3,
        optimizer=step,
        schedule=schedule,
        epochs=4,
        batch_size=64,
        reported=reported,
    )
    for network, (title, parts, reported) in NETWORKS.items()
    for optimizer, (step, schedule) in OPTIMIZERS.items()
]


# -- day 7: how small can a digit be? -------------------------------------------------------------


def autoencoder(latent, reported=None):
    """Return the dense autoencoder with a code of some numbers."""
    return Experiment(
        f"autoencoder_{latent}",
        f"784-128-64-{latent}-64-128-784",
        data=data.mnist_rows_to_themselves,
        model=partial(models.autoencoder, latent),
        optimizer=partial(optim.Adam, lr=0.003),
        schedule=partial(one_cycle, max_lr=0.003),
        epochs=20,
        batch_size=128,
        loss=nn.MSELoss,
        reported=reported,
    )


def conv_autoencoder(latent, reported=None):
    """Return the convolutional autoencoder with a code of some numbers."""
    return Experiment(
        f"conv_autoencoder_{latent}",
        f"convolutions to a code of {latent} and back",
        data=data.mnist_to_itself,
        model=partial(models.conv_autoencoder, latent),
        optimizer=partial(optim.Adam, lr=0.003),
        schedule=partial(one_cycle, max_lr=0.003),
        epochs=6,
        batch_size=128,
        loss=nn.MSELoss,
        reported=reported,
    )


AUTOENCODERS = [
    *[autoencoder(d, {2: 0.0518}.get(d)) for d in (1, 2, 4, 8, 16, 32, 64)],
    *[conv_autoencoder(d) for d in (2, 32)],
]

EXPERIMENTS = {e.name: e for e in [*CLASSIFIERS, *GRID, *AUTOENCODERS]}


def find(*patterns):
    """Return the experiments that have one of some names, in the order of the registry.

    Parameters
    ----------
    *patterns : str
        Names; ``*`` stands for anything, so ``"grid_*"`` for the whole grid.

    Returns
    -------
    list of Experiment

    Raises
    ------
    KeyError
        If nothing has such a name.

    Examples
    --------
    >>> [experiment.name for experiment in find("grid_both_*", "iris")]
    ['iris', 'grid_both_sgd', 'grid_both_rmsprop', 'grid_both_adam']
    """
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in EXPERIMENTS):
            close = ", ".join(_close(pattern))
            hint = (
                f"did you mean {close}?" if close else "python -m lib experiments list names them"
            )
            raise KeyError(f"there is no experiment {pattern}; {hint}")
    return [e for name, e in EXPERIMENTS.items() if any(fnmatchcase(name, p) for p in patterns)]


def _close(name):
    from difflib import get_close_matches

    return get_close_matches(name, EXPERIMENTS)
