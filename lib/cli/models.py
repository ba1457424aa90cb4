"""A model from a file, with what it says about itself, ready to be asked about images."""

from typing import NamedTuple

import numpy as np

from lib import nn, serialization
from lib.cli.errors import UserError
from lib.cli.options import CLASSES
from lib.cli.sources import SOURCES
from lib.training import log_probabilities


class Trained(NamedTuple):
    """A model, the data set it was made for, and which classes its scores stand for."""

    path: object
    model: nn.Module
    data: str
    classes: tuple  # None for an autoencoder, which has none

    @property
    def names(self):
        """What the classes are called."""
        return [SOURCES[self.data].classes[k] for k in self.classes]

    def __call__(self, images, views=None, batch_size=500):
        """Return the model's output for images of shape (N, 1, 28, 28).

        With ``views``, as ``training.log_probabilities`` takes them, the mean over these views.
        """
        if views is not None:
            return log_probabilities(self.model, images.astype(_dtype(self.model)), views)
        return _run(self.path, self.model, images, batch_size)


def describe(path):
    """Return what a model file says about itself."""
    try:
        return serialization.describe(path)
    except FileNotFoundError as error:
        raise _missing(path) from error


def open_model(path, data=None, digits=None):
    """Load a model and find out what its outputs mean.

    Parameters
    ----------
    path : Path
        The file.
    data : str, optional
        The data set to use it on; by default the one that the file names, or mnist.
    digits : sequence of int, optional
        The classes that its outputs stand for, where the file does not say; if empty, all, and a
        message about them names the option ``--digits``.

    Returns
    -------
    Trained

    Raises
    ------
    UserError
        The file is missing, or its model is not one for these images and these classes.
    ModelFileError
        It is damaged, or no model.
    """
    recipe = describe(path)["metadata"].get("recipe", {})
    if not _is_recipe(recipe):
        raise UserError(
            f"{path} does not say what its model was trained on; train one with: "
            "python -m lib train lenet5"
        )
    model = serialization.load(path)
    made_for = recipe.get("data", "mnist")
    if made_for not in SOURCES:
        raise UserError(f"{path} was trained on {made_for}; here only {', '.join(SOURCES)} will do")
    data = data or made_for
    if SOURCES[data].classes != SOURCES[made_for].classes:
        raise UserError(
            f"{path} was trained on {made_for}, whose classes are not those of {data}; "
            f"use --data {made_for} or a model that was trained on {data}"
        )
    output = _run(path, model, np.zeros((1, 1, 28, 28), np.float32), 1)
    if isinstance(model, nn.AutoEncoder):
        return Trained(path, model, data, None)
    classes = tuple(recipe.get("classes", digits or range(len(SOURCES[data].classes))))
    if output.shape != (1, len(classes)):
        outputs, advice = output[0].size, "use a model trained on it, with: python -m lib train"
        if digits is not None and 2 <= outputs < CLASSES:
            advice = f"say which it was trained on, such as --digits 0-{outputs - 1}"
        raise UserError(
            f"{path} has {outputs} outputs, but here are {len(classes)} classes; {advice}"
        )
    return Trained(path, model, data, classes)


def _is_recipe(recipe):
    """Return whether this is what ``train`` writes; a file may come from anybody."""
    return (
        isinstance(recipe, dict)
        and isinstance(recipe.get("data", ""), str)
        and isinstance(recipe.get("classes", []), list)
        and all(isinstance(k, int) and 0 <= k < CLASSES for k in recipe.get("classes", []))
        and recipe.get("classes", []) == sorted(set(recipe.get("classes", [])))
    )


def _run(path, model, images, batch_size):
    try:
        batches = [
            model(images[i : i + batch_size].astype(_dtype(model)))
            for i in range(0, len(images), batch_size)
        ]
    except (ValueError, TypeError) as error:
        raise UserError(f"{path} is not a model for images of 28×28: {error}") from error
    return np.concatenate(batches)


def _dtype(model):
    return model.parameters()[0].data.dtype


def _missing(path):
    return UserError(
        f"there is no model file {path}; check the name, or train one with: "
        "python -m lib train lenet5"
    )
