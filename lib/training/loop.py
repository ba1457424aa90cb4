"""Training: the step that is repeated, and the epochs that repeat it."""

import math
import time
from contextlib import nullcontext
from functools import partial

import numpy as np

from lib.data import Dataset
from lib.nn.inputs import whole
from lib.nn.speed import short_buffers
from lib.optim import clip_grad_norm
from lib.optim.clipping import require_limit
from lib.training.checkpoint import Generators
from lib.training.conditions import Conditions, conditions
from lib.training.evaluation import Evaluation, Mean, evaluate
from lib.training.history import Epoch, History, Lap
from lib.training.workers import Workers, how_many

__all__ = ["epochs", "train_step"]


def train_step(model, loss, optimizer, x, y, clip_norm=None, workers=None):
    """Learn from one batch: forward, loss, backward, step.

    Parameters
    ----------
    model : Module
        What learns. It is put into training mode if ``fit`` or ``eval()`` left it in the other.
    loss : Loss
        What measures its mistakes.
    optimizer : Optimizer
        How it moves.
    x, y : ndarray
        One batch of inputs and targets, in the model's dtype.
    clip_norm : float, optional
        The greatest length the gradient may have; see ``optim.clip_grad_norm``.
    workers : Workers, optional
        The processes that find the gradient together.

    Returns
    -------
    float
        The loss of the batch before the step.

    Raises
    ------
    ValueError
        If ``optimizer`` holds parameters that are not the model's.

    Examples
    --------
    A training loop of your own, with a schedule that counts epochs. One that counts batches, as
    ``OneCycleLR`` does, would take its step right after ``train_step``:

    >>> from lib import models, nn, optim
    >>> from lib.data import DataLoader, make_moons
    >>> rng = np.random.default_rng(0)
    >>> moons = Dataset(*make_moons(200, 0.1, rng))
    >>> train = DataLoader(moons, batch_size=20, shuffle=True, rng=rng)
    >>> model = models.mlp((2, 16, 2), rng=rng, dtype=np.float64)
    >>> loss, adam = nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=0.05)
    >>> schedule = optim.StepLR(adam, step_size=2)
    >>> for epoch in range(4):
    ...     losses = [train_step(model, loss, adam, x, y) for x, y in train]
    ...     schedule.step()
    ...     print(f"mean loss {np.mean(losses):.2f}, next rate {adam.lr:g}")
    mean loss 0.45, next rate 0.05
    mean loss 0.28, next rate 0.005
    mean loss 0.25, next rate 0.005
    mean loss 0.25, next rate 0.0005
    """
    optimizer.require_parameters_of(model)
    if not model.training:
        model.train()
    value, _ = _step(model, loss, optimizer, x, y, clip_norm, workers)
    return value


@short_buffers()
def _step(model, loss, optimizer, x, y, clip_norm, workers):
    """Learn from one batch; return its loss and predictions, both from before the step."""
    optimizer.zero_grad()
    if workers:
        value, pred = workers.gradient(x, y)
    else:
        pred = model(x)
        value = loss(pred, y)
        model.backward_params(loss.backward())
    if clip_norm is not None:
        clip_grad_norm(optimizer.params, clip_norm)
    optimizer.step()
    return value, pred


def epochs(
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
    workers=1,
    history=None,
    on_batch=None,
):
    """Train a model, and yield after each epoch what was measured: ``fit`` with you in the loop.

    Parameters
    ----------
    model, loss, optimizer, train, epochs
        As in ``fit``.
    validation, schedule, clip_norm, early_stopping, checkpoint, workers
        As in ``fit``, all optional.
    history : History, optional
        Where to write down every epoch. If the training goes on from a checkpoint, it holds the
        finished ones when this function returns.
    on_batch : callable, optional
        Called after each training batch, to move a progress bar.

    Returns
    -------
    iterator of Epoch
        One for each epoch that is left to do. When an epoch is yielded, it is already in
        ``history`` and in the checkpoint.

    Raises
    ------
    FloatingPointError, ValueError
        As ``fit``.

    Examples
    --------
    >>> from lib import nn, optim
    >>> from lib.data import DataLoader
    >>> x, y = np.array([[0.0], [1.0], [2.0]]), np.array([[1.0], [3.0], [5.0]])
    >>> line = nn.Linear(1, 1, rng=np.random.default_rng(0), dtype=np.float64)
    >>> sgd = optim.SGD(line.parameters(), lr=0.3)
    >>> train = DataLoader(Dataset(x, y), batch_size=3)
    >>> for epoch in epochs(line, nn.MSELoss(), sgd, train, epochs=90):
    ...     if epoch.train_loss < 0.0001:
    ...         break
    >>> print(f"y = {line.weight.data[0, 0]:.1f} x + {line.bias.data[0]:.1f}")
    y = 2.0 x + 1.0
    """
    if isinstance(train, (tuple, Dataset)):
        raise TypeError("fit trains on batches: give it DataLoader(Dataset(x, y), batch_size, ...)")
    epochs = whole("fit", "epochs", epochs, at_least=1)
    if clip_norm is not None:
        require_limit("fit", "clip_norm", clip_norm)
    optimizer.require_parameters_of(model)
    if early_stopping is not None:
        if validation is None:
            raise ValueError("early_stopping watches the validation loss: give fit a validation=")
        early_stopping.start()
    history = History() if history is None else history
    count = how_many(workers, model, loss, getattr(train, "batch_size", 0))
    if checkpoint:
        rngs = Generators(checkpoint.rng, model, train=train, validation=validation)
        found = conditions(
            model,
            loss,
            optimizer,
            schedule,
            early_stopping,
            clip_norm,
            train,
            validation,
            rngs.named,
        )
        found["workers"] = count
        parts = {  # all that the next epoch depends on
            "conditions": Conditions(found),
            "model": model,
            "optimizer": optimizer,
            "schedule": schedule,
            "early stopping": early_stopping,
            "history": history,
            "generators": rngs,
        }
        parts = {name: part for name, part in parts.items() if part is not None}
        checkpoint.start(parts)

    # A generator of its own, so that all checks above run when epochs() is called, not when the
    # first epoch is asked for.
    def walk():
        try:
            with Workers(model, loss, count) if count > 1 else nullcontext() as team:
                step = partial(_step, model, loss, optimizer, clip_norm=clip_norm, workers=team)
                while len(history) < epochs and not (early_stopping and early_stopping.stopped):
                    epoch, lr = len(history) + 1, optimizer.lr
                    start, cpu = time.perf_counter(), time.process_time()
                    # Weights that run away overflow on their way to nan: FloatingPointError says so
                    # better than NumPy's warnings.
                    with np.errstate(over="ignore", invalid="ignore"):
                        trained = _train_epoch(
                            model, optimizer, train, epoch, step, schedule, on_batch
                        )
                        validated = Evaluation(None, None)
                        if validation is not None:
                            validated = evaluate(model, loss, validation)
                    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
                    history.epochs.append(Epoch(*trained, *validated))
                    history.laps.append(Lap(lr, seconds, cpu_seconds))
                    if schedule and not schedule.per_batch:
                        schedule.step()
                    if early_stopping:
                        early_stopping.watch(epoch, validated.loss, model)
                    if checkpoint:
                        checkpoint.save(parts)
                    yield history.epochs[-1]
        except FloatingPointError as error:
            error.history = history
            raise
        finally:
            model.eval()
            if early_stopping:
                early_stopping.restore(model)

    return walk()


def _train_epoch(model, optimizer, train, epoch, step, schedule, on_batch):
    """Walk through the training batches once; return the means over all rows."""
    model.train()
    mean = Mean()
    for x, y in train:
        value, pred = step(x, y)
        if not math.isfinite(value):
            raise FloatingPointError(
                f"the training loss became {value} in epoch {epoch}; try a learning rate ten "
                f"times smaller than {optimizer.lr}, and look for nan in the data"
            )
        if schedule and schedule.per_batch:
            schedule.step()
        mean.add(pred, y, value)
        if on_batch:
            on_batch()
    return mean.result()
