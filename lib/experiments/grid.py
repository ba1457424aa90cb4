"""The grid of day 6: four networks, three optimisers, four epochs."""

from functools import partial

from lib import models, optim
from lib.experiments import data
from lib.experiments.experiment import Experiment
from lib.optim import OneCycleLR

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
        partial(OneCycleLR, max_lr=0.05),
    ),
    "rmsprop": (
        partial(optim.RMSprop, lr=0.001),
        partial(OneCycleLR, max_lr=0.001, cycle_momentum=False),
    ),
    "adam": (partial(optim.Adam, lr=0.004), partial(OneCycleLR, max_lr=0.004)),
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
