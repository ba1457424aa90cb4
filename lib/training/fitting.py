"""``fit``: train for some epochs, and print a line about each."""

from contextlib import closing

from lib.training import loop
from lib.training.history import History


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
    workers=1,
    verbose=True,
):
    """Train a model for some epochs, measuring as it goes.

    Parameters
    ----------
    model : Module
        What learns.
    loss : Loss
        What measures its mistakes.
    optimizer : Optimizer
        How it moves: ``optim.Adam(model.parameters())``, for example.
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
    workers : int or "auto", optional
        How many processes share out each batch; ``"auto"`` uses all cores where that pays. The
        numbers depend on how many there are: in their last digits, and in what Dropout drops.
    verbose : bool, optional
        Whether to print one line for each epoch.

    Returns
    -------
    History
        One row for each finished epoch.

    Raises
    ------
    FloatingPointError
        If the loss of a batch is nan or infinite, most often because the learning rate is too high,
        or the validation loss is nan. The epochs finished before are in the exception's attribute
        ``history``.
    ValueError, TypeError
        If there is nothing to train on, ``early_stopping`` has no ``validation`` to watch,
        ``optimizer`` holds the parameters of another model, or ``epochs``, ``clip_norm`` or
        ``workers`` is not such a number.
    WorkerError
        If a worker was killed. The last checkpoint is whole.

    Notes
    -----
    However it ends — all epochs done, stopped early, an error, or a press on the stop button — the
    model is left in evaluation mode, and with the weights of the best epoch if ``early_stopping``
    keeps them.

    Examples
    --------
    >>> import numpy as np
    >>> from lib import models, nn, optim
    >>> from lib.data import DataLoader, Dataset, make_moons, train_test_split
    >>> rng = np.random.default_rng(0)
    >>> x, y = make_moons(1000, 0.1, rng)
    >>> x_train, x_val, y_train, y_val = train_test_split(x, y, 250, rng)
    >>> train = DataLoader(Dataset(x_train, y_train), 20, shuffle=True, rng=rng)
    >>> model = models.mlp((2, 16, 2), rng=rng, dtype=np.float64)
    >>> adam = optim.Adam(model.parameters())
    >>> cycle = optim.OneCycleLR(adam, max_lr=0.1, epochs=3, batches=len(train))
    >>> history = fit(
    ...     model, nn.CrossEntropyLoss(), adam, train, epochs=3,
    ...     validation=(x_val, y_val), schedule=cycle, clip_norm=1.0,
    ... )
    epoch 1/3 (measured loss 0.3759, validation 0.2967, accuracy 86.00 %)
    epoch 2/3 (measured loss 0.2224, validation 0.1653, accuracy 92.80 %)
    epoch 3/3 (measured loss 0.1279, validation 0.1125, accuracy 96.40 %)
    >>> history.validation_accuracy
    [0.86, 0.928, 0.964]

    ``EarlyStopping`` and ``Checkpoint`` have examples of their own.
    """
    history = History()
    walk = loop.epochs(
        model,
        loss,
        optimizer,
        train,
        epochs=epochs,
        validation=validation,
        schedule=schedule,
        clip_norm=clip_norm,
        early_stopping=early_stopping,
        checkpoint=checkpoint,
        workers=workers,
        history=history,
    )
    if verbose and len(history):
        print(f"going on after epoch {len(history)} of {epochs}, from {checkpoint.path}")
    with closing(walk):
        for measured in walk:
            if verbose:
                print(_line(len(history), epochs, measured), flush=True)
    return history


def _line(epoch, epochs, measured):
    parts = [f"loss {measured.train_loss:.4f}"]
    if measured.validation_loss is not None:
        parts.append(f"validation {measured.validation_loss:.4f}")
    if measured.validation_accuracy is not None:
        parts.append(f"accuracy {100 * measured.validation_accuracy:.2f} %")
    return f"epoch {epoch:{len(str(epochs))}}/{epochs} (measured {', '.join(parts)})"
