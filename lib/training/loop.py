"""Training: the step that is repeated, and the epochs that repeat it."""

import math

import numpy as np

from lib.data import Dataset
from lib.nn.speed import short_buffers
from lib.optim import clip_grad_norm
from lib.training.checkpoint import Generators
from lib.training.evaluation import Evaluation, Mean, evaluate
from lib.training.history import Epoch, History

__all__ = ["fit", "train_step"]


def train_step(model, loss, optimizer, x, y, clip_norm=None):
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
    clip_norm : float, optional
        The greatest length the gradient may have; see ``optim.clip_grad_norm``.

    Returns
    -------
    float
        The loss of the batch before the step.
    """
    value, _ = _step(model, loss, optimizer, x, y, clip_norm)
    return value


@short_buffers()
def _step(model, loss, optimizer, x, y, clip_norm):
    """Return the loss and the predictions before the step, whose right answers can be counted."""
    optimizer.zero_grad()
    pred = model(x)
    value = loss(pred, y)
    model.backward_params(loss.backward())
    if clip_norm is not None:
        clip_grad_norm(optimizer.params, clip_norm)
    optimizer.step()
    return value, pred


# Weights that run away overflow on their way to nan: FloatingPointError says so better than
# NumPy's warnings.
@np.errstate(over="ignore", invalid="ignore")
def fit(
    model,
    loss,
    optimizer,
    train,
    *,
    epochs,
    validation=None,
    schedule=None,
    clip_norm=None,
    early_stopping=None,
    checkpoint=None,
    verbose=True,
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
    schedule : Schedule, optional
        What changes the learning rate: after every batch if it is ``per_batch``, as ``OneCycleLR``
        is, after every epoch otherwise.
    clip_norm : float, optional
        The greatest length the gradient of a batch may have.
    early_stopping : EarlyStopping, optional
        When to stop before ``epochs``; it watches the validation loss.
    checkpoint : Checkpoint, optional
        Where to keep the training, so that it can be stopped and go on to the same numbers.
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
    if checkpoint:
        training = _parts(model, optimizer, schedule, early_stopping, history, train, validation)
        checkpoint.start(training)
        if verbose and len(history):
            print(f"going on after epoch {len(history)} of {epochs}, from {checkpoint.path}")
    try:
        while len(history) < epochs and not (early_stopping and early_stopping.stopped):
            epoch = len(history) + 1
            trained = _train_epoch(model, loss, optimizer, train, epoch, schedule, clip_norm)
            validated = Evaluation(None, None)
            if validation is not None:
                validated = evaluate(model, loss, validation)
            history.epochs.append(Epoch(*trained, *validated))
            if verbose:
                print(_line(epoch, epochs, history.epochs[-1]), flush=True)
            if schedule and not schedule.per_batch:
                schedule.step()
            if early_stopping:
                early_stopping.watch(epoch, validated.loss, model)
            if checkpoint:
                checkpoint.save(training)
    except FloatingPointError as error:
        error.history = history
        raise
    finally:
        model.eval()
        if early_stopping:
            early_stopping.restore(model)
    return history


def _parts(model, optimizer, schedule, early_stopping, history, train, validation):
    """Return by name all that the next epoch depends on."""
    parts = {
        "model": model,
        "optimizer": optimizer,
        "schedule": schedule,
        "early stopping": early_stopping,
        "history": history,
        "generators": Generators(model=model, train=train, validation=validation),
    }
    return {name: part for name, part in parts.items() if part is not None}


def _train_epoch(model, loss, optimizer, train, epoch, schedule, clip_norm):
    model.train()
    mean = Mean()
    for x, y in train:
        value, pred = _step(model, loss, optimizer, x, y, clip_norm)
        if not math.isfinite(value):
            raise FloatingPointError(
                f"the training loss became {value} in epoch {epoch}; try a learning rate ten "
                f"times smaller than {optimizer.lr}, and look for nan in the data"
            )
        if schedule and schedule.per_batch:
            schedule.step()
        mean.add(pred, y, value)
    return mean.result()


def _line(epoch, epochs, measured):
    parts = [f"train loss {measured.train_loss:.4f}"]
    if measured.validation_loss is not None:
        parts.append(f"validation loss {measured.validation_loss:.4f}")
    if measured.validation_accuracy is not None:
        parts.append(f"validation accuracy {100 * measured.validation_accuracy:.2f} %")
    return f"epoch {epoch:{len(str(epochs))}}/{epochs} (measured {', '.join(parts)})"
