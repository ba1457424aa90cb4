"""Evaluation: how good is a model, measured from outside?"""

import math
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from lib.data import DataLoader, Dataset
from lib.metrics import accuracy
from lib.nn.activations import log_softmax
from lib.nn.inputs import whole
from lib.nn.speed import short_buffers

__all__ = ["Evaluation", "evaluate", "log_probabilities"]


class Evaluation(NamedTuple):
    """The mean loss over a data set, and the share of right answers if they are classes.

    Attributes
    ----------
    loss : float
        The mean loss over all rows.
    accuracy : float or None
        The share of right answers, between 0 and 1; None if the targets are not integer classes.
    """

    loss: float
    accuracy: float | None


@short_buffers()
def evaluate(model, loss, data, batch_size=250):
    """Measure a model on a data set, in evaluation mode and without learning from it.

    Parameters
    ----------
    model : Module
        What is measured. Afterwards every module is back in the mode it was in, training or
        evaluation.
    loss : Loss
        The measure.
    data : DataLoader, Dataset, or tuple of two ndarrays
        A DataLoader is walked through as it is, the others in batches of ``batch_size``.
    batch_size : int, optional
        How many rows at a time; the result does not depend on it.

    Returns
    -------
    Evaluation
        The named tuple ``(loss, accuracy)``, both means over all rows.

    Raises
    ------
    ValueError
        If there are no rows.
    FloatingPointError
        If the loss is nan.

    Examples
    --------
    >>> from lib import models, nn
    >>> from lib.data import make_moons
    >>> rng = np.random.default_rng(2)
    >>> model = models.mlp((2, 16, 2), rng=rng, dtype=np.float64)  # untrained
    >>> measured = evaluate(model, nn.CrossEntropyLoss(), make_moons(200, 0.1, rng))
    >>> print(f"loss {measured.loss:.2f}, accuracy {measured.accuracy:.0%}")
    loss 0.73, accuracy 50%
    """
    if isinstance(data, tuple):
        data = Dataset(*data)
    if isinstance(data, Dataset):
        data = DataLoader(data, batch_size)
    mean = Mean()
    with evaluation_mode(model):
        for x, y in data:
            pred = model(x)
            value = loss(pred, y)
            if math.isnan(value):
                raise FloatingPointError(
                    f"{type(loss).__name__} is nan in an evaluation; look for nan in the inputs "
                    "and in the weights"
                )
            mean.add(pred, y, value)
    return mean.result()


@short_buffers()
def log_probabilities(model, x, views=None, batch_size=250):
    """Return what a classifier thinks of each row, in evaluation mode.

    Parameters
    ----------
    model : Module
        A classifier that gives scores. Afterwards it is back in the mode it was in, training or
        evaluation.
    x : ndarray of shape (N, …)
        The rows.
    views : callable, optional
        Test-time augmentation: takes a batch of images and yields several views of it, as
        ``data.rotations`` and ``data.shifts`` do. The answers to all views are averaged.
    batch_size : int, optional
        How many rows at a time; the result does not depend on it.

    Returns
    -------
    ndarray of shape (N, K)
        Logarithms of probabilities that add up to 1 in each row, in the dtype of the scores.

    Raises
    ------
    ValueError
        If there are no rows.

    Notes
    -----
    The views' log-probabilities are averaged, as those of an ``Ensemble``'s members are, and then
    shifted so that the probabilities add up to 1.

    Examples
    --------
    >>> from lib import models
    >>> from lib.data import shifts
    >>> rng = np.random.default_rng(0)
    >>> model, x = models.lenet5(rng=rng), rng.random((3, 1, 28, 28), np.float32)
    >>> p = np.exp(log_probabilities(model, x, views=shifts))  # nine views of each
    >>> p.shape, p.sum(axis=1).round(4)
    ((3, 10), array([1., 1., 1.], dtype=float32))
    """
    if len(x) == 0:
        raise ValueError(f"log_probabilities got no rows: {np.shape(x)}")
    batch_size, answers = whole("log_probabilities", "batch_size", batch_size, at_least=1), []
    with evaluation_mode(model):
        for start in range(0, len(x), batch_size):
            batch = x[start : start + batch_size]
            seen = [batch] if views is None else views(batch)
            answers.append(np.mean([log_softmax(model(view)) for view in seen], axis=0))
    return log_softmax(np.concatenate(answers))


@contextmanager
def evaluation_mode(model):
    """Put a model into evaluation mode, and every module inside back into its own mode afterwards.

    A part of a network may be in evaluation mode while the rest learns, a BatchNorm for example
    whose averages are to stay as they are.
    """
    before = [(module, module.training) for _, module in model.named_modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in before:
            module.training = mode


class Mean:
    """The mean over rows of a loss and an accuracy that come in batches."""

    def __init__(self):
        self.rows, self.loss, self.accuracy = 0, 0.0, 0.0

    def add(self, pred, y, loss):
        """Take note of a batch: its predictions, its targets, and their mean loss."""
        rows = len(pred)
        self.rows += rows
        self.loss += rows * loss
        classes = pred.ndim == 2 and y.ndim == 1 and np.issubdtype(y.dtype, np.integer)
        self.accuracy = self.accuracy + rows * accuracy(pred, y) if classes else None

    def result(self):
        """Return the means as an ``Evaluation``."""
        if self.rows == 0:
            raise ValueError("there were no batches: is the data set empty, or the loader used up?")
        share = None if self.accuracy is None else self.accuracy / self.rows
        return Evaluation(self.loss / self.rows, share)
