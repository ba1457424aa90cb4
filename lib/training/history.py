"""What training remembers: the numbers of every epoch, and the weights of the best one."""

import math
from typing import NamedTuple

from lib.nn.inputs import real, whole
from lib.nn.signatures import WithOptions


class Epoch(NamedTuple):
    """What ``fit`` measured in one epoch; None for what it was not asked to, or could not.

    Attributes
    ----------
    train_loss : float
        The mean loss over the training batches, each as it was before its step.
    train_accuracy : float or None
        The share of right answers in them; None if the targets are not integer classes.
    validation_loss : float or None
        The loss on the validation data after the epoch; None if there are none.
    validation_accuracy : float or None
        The share of right answers there; None if there are none, or no classes.
    """

    train_loss: float
    train_accuracy: float | None
    validation_loss: float | None
    validation_accuracy: float | None


class Lap(NamedTuple):
    """What an epoch took, an entry of ``history.laps``.

    Attributes
    ----------
    lr : float
        The learning rate at its beginning.
    seconds : float
        How long it took by the clock, validation included.
    cpu_seconds : float
        How long this process was at work; what its workers did is not in it.
    """

    lr: float
    seconds: float
    cpu_seconds: float


class History:
    """What ``fit`` measured, epoch by epoch: ``history.train_loss`` is a list of floats.

    ``history["train_loss"]`` is the same list, and ``len(history)`` the number of finished epochs.
    The training columns are running means: each batch counts as it was *before* the step it caused,
    so they lag half an epoch behind validation.

    Attributes
    ----------
    epochs : list of Epoch
        The rows of the table.
    laps : list of Lap
        What each epoch took: ``history.laps[-1].seconds``.
    """

    names = Epoch._fields

    def __init__(self):
        self.epochs, self.laps = [], []

    def __len__(self):
        return len(self.epochs)

    def __getitem__(self, name):
        if name not in self.names:
            raise KeyError(f"History has {', '.join(self.names)}; not {name!r}")
        return [getattr(epoch, name) for epoch in self.epochs]

    def keys(self):
        """Return the names of the columns, so that ``dict(history)`` works."""
        return self.names

    @property
    def train_loss(self):
        """The mean loss over each epoch's training batches."""
        return self["train_loss"]

    @property
    def train_accuracy(self):
        """The share of right answers in each epoch's training batches."""
        return self["train_accuracy"]

    @property
    def validation_loss(self):
        """The validation loss after each epoch."""
        return self["validation_loss"]

    @property
    def validation_accuracy(self):
        """The validation accuracy after each epoch."""
        return self["validation_accuracy"]

    def state_dict(self):
        """Return the rows, for a checkpoint."""
        return {"epochs": list(map(list, self.epochs)), "laps": list(map(list, self.laps))}

    def load_state_dict(self, state):
        """Take the rows of ``state_dict()``."""
        epochs = [Epoch(*map(_number, row)) for row in state["epochs"]]
        # older files have no laps
        self.epochs, self.laps = epochs, [Lap(*map(float, row)) for row in state.get("laps", [])]

    def __repr__(self):
        return f"History({len(self)} epochs: {', '.join(self.names)})"


def _number(value):
    """Return a measured number, or None where there is none."""
    return None if value is None else float(value)


class EarlyStopping(WithOptions):
    """Stop when the validation loss has not fallen for a while, and go back to where it was best.

    Parameters
    ----------
    patience : int
        How many epochs in a row may pass without a new best.
    min_delta : float, optional
        How much lower than the best a loss must be to count as a new best.
    restore_best : bool, optional
        Whether ``fit`` ends with the weights of the best epoch or of the last.

    Attributes
    ----------
    best_loss : float
        The lowest validation loss so far.
    best_epoch : int or None
        The epoch of that loss, counted from 1.
    stopped : bool
        Whether the last epoch was one too many.

    Examples
    --------
    >>> import numpy as np
    >>> from lib import models, nn, optim
    >>> from lib.data import DataLoader, Dataset, make_moons
    >>> from lib.training import fit
    >>> rng = np.random.default_rng(0)
    >>> few, validation = make_moons(40, 0.3, rng), make_moons(400, 0.3, rng)
    >>> train = DataLoader(Dataset(*few), 20, shuffle=True, rng=rng)
    >>> model = models.mlp((2, 32, 2), rng=rng, dtype=np.float64)
    >>> adam = optim.Adam(model.parameters(), lr=0.1)
    >>> stopping = EarlyStopping(patience=5)
    >>> history = fit(
    ...     model, nn.CrossEntropyLoss(), adam, train, epochs=100, verbose=False,
    ...     validation=validation, early_stopping=stopping,
    ... )
    >>> len(history) < 100, len(history) - stopping.best_epoch  # 5 after the best
    (True, 5)
    """

    def __init__(self, patience, min_delta=0, restore_best=True):
        self.patience = whole("EarlyStopping", "patience", patience, at_least=1)
        self.min_delta = real("EarlyStopping", "min_delta", min_delta, at_least=0)
        self.restore_best = restore_best
        self.start()

    def start(self):
        """Forget earlier trainings."""
        self.best_loss, self.best_epoch, self._best_state = math.inf, None, None
        self.stopped = False

    def watch(self, epoch, validation_loss, model):
        """Take note of one epoch, and of whether it was one too many.

        Parameters
        ----------
        epoch : int
            Its number, counted from 1.
        validation_loss : float
            What was measured after it.
        model : Module
            Whose weights to keep if this is a new best.
        """
        if validation_loss < self.best_loss - self.min_delta:
            state = model.state_dict() if self.restore_best else None
            self.best_loss, self.best_epoch, self._best_state = validation_loss, epoch, state
        self.stopped = epoch - (self.best_epoch or 0) >= self.patience

    def restore(self, model):
        """Give the model the weights of the best epoch, if they were kept.

        Parameters
        ----------
        model : Module
            The one that was watched.
        """
        if self._best_state is not None:
            model.load_state_dict(self._best_state)

    def settings(self):
        """Return the settings as a dictionary."""
        names = ("patience", "min_delta", "restore_best")
        return {name: getattr(self, name) for name in names}

    def state_dict(self):
        """Return all that the next epoch depends on, for a checkpoint."""
        return {
            "best_loss": self.best_loss,
            "best_epoch": self.best_epoch,
            "best_state": self._best_state,
            "stopped": self.stopped,
        }

    def load_state_dict(self, state):
        """Go on from where ``state_dict()`` was taken."""
        epoch = state["best_epoch"]
        self.best_epoch = None if epoch is None else int(epoch)
        self.best_loss = float(state["best_loss"])
        self._best_state, self.stopped = state["best_state"], bool(state["stopped"])
