"""What the options of ``train`` ask for: a recipe, and the experiment that it describes.

A recipe is what ``history.json`` and the model files keep of a training: names and numbers.
"""

from functools import partial

import numpy as np

from lib import nn, optim
from lib.cli.errors import UserError
from lib.cli.options import words
from lib.cli.sources import SOURCES, training_images
from lib.data import Augment
from lib.experiments.data import as_drawn
from lib.experiments.experiment import Experiment
from lib.models.architecture import BUILDERS, write_down

VALIDATION = 0.1  # the share of the training images that the best epoch is chosen by


def one_cycle(optimizer, epochs, batches):
    """Return a one-cycle schedule up to the optimiser's own learning rate."""
    # Adam's momentum is the first of its betas, which is never 0.
    cycle_momentum = getattr(optimizer, "momentum", None) != 0
    try:
        return optim.OneCycleLR(
            optimizer, optimizer.lr, cycle_momentum=cycle_momentum, epochs=epochs, batches=batches
        )
    except ValueError as error:
        raise UserError(
            f"--schedule one-cycle has no room in {epochs * batches} batches; train for more "
            "epochs or in smaller batches"
        ) from error


# optimiser -> how to build it, and the learning rate that suits it
OPTIMIZERS = {
    "sgd": (optim.SGD, 0.05),
    "rmsprop": (optim.RMSprop, 0.001),
    "adam": (optim.Adam, 0.001),
    "adamw": (optim.AdamW, 0.001),
}
WITH_MOMENTUM = ("sgd", "rmsprop")  # the others have a running mean for it
SCHEDULES = {
    "constant": None,
    "step": optim.StepLR,
    "cosine": optim.CosineAnnealingLR,
    "one-cycle": one_cycle,
}
RATES = ", ".join(f"{rate:g} for {name}" for name, (_, rate) in OPTIMIZERS.items())


def new_recipe(model, settings):
    """Return what the options ask for, defaults filled in, as every file that is left keeps it."""
    name, momentum = settings["optimizer"], settings["momentum"]
    if momentum is not None and name not in WITH_MOMENTUM:
        raise UserError(
            f"--momentum {momentum:g} does not go with {name}, which has a momentum of its own; "
            "leave it out or use --optimizer sgd"
        )
    if momentum is None and name in WITH_MOMENTUM:
        settings["momentum"] = 0.9 if name == "sgd" else 0.0
    if settings["lr"] is None:
        settings["lr"] = OPTIMIZERS[name][1]
    return write_down({"model": model, **settings})


def experiment(recipe):
    """Return the experiment that a recipe describes, ready to be trained."""
    name, classes = recipe["model"], recipe["classes"]
    build, sizes = BUILDERS[name], {"num_classes": len(classes)}
    loss = partial(nn.CrossEntropyLoss, label_smoothing=recipe["label_smoothing"])
    target = None  # the labels
    sketch = build(rng=np.random.default_rng(0))
    if isinstance(sketch, nn.AutoEncoder):
        if recipe["augment"]:
            raise UserError(
                f"--augment does not go with {name}, which has to draw the very image it was "
                "shown; leave it out"
            )
        drawn = sketch(np.zeros((1, 1, 28, 28), np.float32))
        if recipe["label_smoothing"]:
            raise UserError(
                f"--label-smoothing does not go with {name}, which knows no labels; leave it out"
            )
        sizes, loss, target = {}, nn.MSELoss, partial(as_drawn, shape=drawn.shape[1:])
    optimizer, _ = OPTIMIZERS[recipe["optimizer"]]
    momentum = {} if recipe["momentum"] is None else {"momentum": recipe["momentum"]}
    every = len(classes) == len(SOURCES[recipe["data"]].classes)
    return Experiment(
        name,
        recipe["data"] if every else f"{recipe['data']}, classes {words(classes)}",
        data=partial(training_images, recipe["data"], classes, recipe["samples"]),
        model=partial(build, **sizes),
        optimizer=partial(
            optimizer, lr=recipe["lr"], weight_decay=recipe["weight_decay"], **momentum
        ),
        epochs=recipe["epochs"],
        batch_size=recipe["batch_size"],
        schedule=SCHEDULES[recipe["schedule"]],
        augment=partial(Augment, **recipe["augment"]) if recipe["augment"] else None,
        loss=loss,
        seeds=(recipe["seed"],),
        validation=VALIDATION,
        samples=recipe["samples"],
        target=target,
    )
