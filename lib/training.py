"""Training: the step that is repeated, the epochs that repeat it, and a look from outside."""

import math
from typing import NamedTuple

import numpy as np

from lib.data import DataLoader, Dataset
from lib.history import EarlyStopping, Epoch, History

__all__ = ["EarlyStopping", "Epoch", "Evaluation", "History", "evaluate", "fit", "train_step"]


def train_step(model, loss, optimizer, x, y):
    """Learn from one batch: forward, loss, backward, step.

    Parameters
    ----------
    model : Module
        What learns.
    loss : Loss
        What it is told about its mistakes.
    optimizer : Optimizer
        How it moves.
    x, y : ndarray
        One batch of inputs and targets, in the model's dtype.

    Returns
    -------
    float
        The loss of the batch before the step.
    """
    optimizer.zero_grad()
    value = loss(model(x), y)
    model.backward_params(loss.backward())
    optimizer.step()
    return value


class Evaluation(NamedTuple):
    """The mean loss over a data set, and the share of right answers (None for a regression).

    Attributes
    ----------
    loss : float
        The mean loss over all rows.
    accuracy : float or None
        The share of right answers, between 0 and 1.
    """

    loss: float
    accuracy: float | None


def evaluate(model, loss, data, batch_size=1000):
    """Measure a model on a data set, in evaluation mode and without learning from it.

    Parameters
    ----------
    model : Module
        What is measured. It is given back in the mode, training or evaluation, it came in.
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
    """
    if isinstance(data, tuple):
        data = Dataset(*data)
    if isinstance(data, Dataset):
        data = DataLoader(data, batch_size)
    was_training, mean = model.training, _Mean()
    model.eval()
    try:
        for x, y in data:
            mean.add(len(x), loss(model(x), y), loss.accuracy())
    finally:
        model.train(was_training)
    return mean.result()


# Weights that run away overflow on their way to nan: FloatingPointError says so better than
# NumPy's warnings.
@np.errstate(over="ignore", invalid="ignore")
def fit(
    model, loss, optimizer, train, *, epochs, validation=None, early_stopping=None, verbose=True
):
    """Train a model for some epochs, measuring as it goes.

    Parameters
    ----------
    model, loss, optimizer : Module, Loss, Optimizer
        What ``train_step`` needs.
    train : DataLoader
        The training batches. They reach the model as the data set holds them: convert images to
        the model's dtype beforehand.
    epochs : int
        How many times to walk through ``train``.
    validation : DataLoader, Dataset or tuple of two ndarrays, optional
        What to measure on after each epoch.
    early_stopping : EarlyStopping, optional
        When to stop before ``epochs``; it watches the validation loss.
    verbose : bool, optional
        Whether to print one line for each epoch.

    Returns
    -------
    History
        One row for each finished epoch.

    Raises
    ------
    FloatingPointError
        If the loss of a batch is nan or infinite, most often because the learning rate is too high.
        The epochs finished before are in the exception's attribute ``history``.
    ValueError
        If there is nothing to train on, or ``early_stopping`` has no ``validation`` to watch.

    Notes
    -----
    However it ends — all epochs done, stopped early, an error, or a press on the stop button — the
    model is left in evaluation mode, and with the weights of the best epoch if ``early_stopping``
    keeps them.
    """
    if isinstance(train, (tuple, Dataset)):
        raise TypeError("fit trains on batches: give it DataLoader(Dataset(x, y), batch_size, ...)")
    if epochs < 1:
        raise ValueError(f"fit expected epochs ≥ 1, got {epochs}")
    if early_stopping is not None:
        if validation is None:
            raise ValueError("early_stopping watches the validation loss: give fit a validation=")
        early_stopping.start()
    history = History()
    try:
        for epoch in range(1, epochs + 1):
            trained = _train_epoch(model, loss, optimizer, train, epoch, history)
            validated = Evaluation(None, None)
            if validation is not None:
                validated = evaluate(model, loss, validation)
            history.epochs.append(Epoch(*trained, *validated))
            if verbose:
                print(_line(epoch, epochs, history.epochs[-1]), flush=True)
            if early_stopping and early_stopping.should_stop(epoch, validated.loss, model):
                break
    finally:
        model.eval()
        if early_stopping:
            early_stopping.restore(model)
    return history


def _train_epoch(model, loss, optimizer, train, epoch, history):
    model.train()
    mean = _Mean()
    for x, y in train:
        value = train_step(model, loss, optimizer, x, y)
        if not math.isfinite(value):
            error = FloatingPointError(
                f"the training loss became {value} in epoch {epoch}; try a learning rate ten "
                f"times smaller than {optimizer.lr}, and look for nan in the data"
            )
            error.history = history
            raise error
        mean.add(len(x), value, loss.accuracy())
    return mean.result()


class _Mean:
    """The mean over rows of a loss and an accuracy that come in batches."""

    def __init__(self):
        self.rows, self.loss, self.accuracy = 0, 0.0, 0.0

    def add(self, rows, loss, accuracy):
        self.rows += rows
        self.loss += rows * loss
        self.accuracy = None if accuracy is None else self.accuracy + rows * accuracy

    def result(self):
        if self.rows == 0:
            raise ValueError("there were no batches: is the data set empty, or the loader used up?")
        accuracy = None if self.accuracy is None else self.accuracy / self.rows
        return Evaluation(self.loss / self.rows, accuracy)


def _line(epoch, epochs, measured):
    parts = [f"train loss {measured.train_loss:.4f}"]
    if measured.validation_loss is not None:
        parts.append(f"validation loss {measured.validation_loss:.4f}")
    if measured.validation_accuracy is not None:
        parts.append(f"validation accuracy {100 * measured.validation_accuracy:.2f} %")
    return f"epoch {epoch:{len(str(epochs))}}/{epochs} (measured {', '.join(parts)})"
