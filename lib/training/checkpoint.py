"""Checkpoints: a training on disk, so that it can be stopped and go on as if nothing had happened.

The next epoch depends on more than the weights. The optimiser remembers earlier steps, the schedule
has a clock, early stopping knows the best epoch, and random generators, which decide the order of
the batches and what dropout drops, are each somewhere in their endless sequence. A checkpoint keeps
all of it. Leave out one part and the training still goes on, to other numbers.
"""

import os

import numpy as np

from lib.data import Dataset
from lib.files import printable
from lib.nn.signatures import WithOptions
from lib.serialization.archive import (
    ModelFileError,
    pack,
    read_archive,
    reading,
    unpack,
    write_archive,
)


class Checkpoint(WithOptions):
    """Keep a training in a file: before its first epoch, and again after each one.

    ``fit(..., checkpoint=Checkpoint("run.npz", rng=rng, resume=True))`` can be stopped at any time,
    with Ctrl-C, the stop button or a power cut. Run the same program again and it goes on after the
    last epoch that was finished, to the very numbers it would have reached without the stop.

    Parameters
    ----------
    path : str or Path
        The file.
    rng : numpy.random.Generator or sequence of them, optional
        Every generator that the training draws from: for the order of the batches, augmentation and
        Dropout. Those that the model's layers and the loaders show as ``rng`` must be among them.
    resume : bool, optional
        Whether to go on from the file, if there is one, or to start over and replace it. A training
        goes on only under the conditions it was started under: the settings of all its parts, the
        seeds and the data.

    Notes
    -----
    The file is written as models are (see ``lib.serialization``): a kill in the middle of writing
    leaves the checkpoint of the epoch before. It holds the weights, the optimiser, the schedule,
    early stopping, the history, the state of every generator in ``rng``, and the conditions. Of the
    data it holds a fingerprint only.

    Examples
    --------
    The second call of ``training`` stands for the next day. It does only what is left:

    >>> import tempfile
    >>> from lib import models, nn, optim
    >>> from lib.data import DataLoader, make_moons
    >>> from lib.training import fit
    >>> path = tempfile.mkdtemp() + "/run.npz"
    >>> def training(epochs):
    ...     rng = np.random.default_rng(0)
    ...     moons = Dataset(*make_moons(200, 0.1, rng))
    ...     train = DataLoader(moons, batch_size=20, shuffle=True, rng=rng)
    ...     model = models.mlp((2, 16, 2), rng=rng, dtype=np.float64)
    ...     adam = optim.Adam(model.parameters(), lr=0.05)
    ...     checkpoint = Checkpoint(path, rng=rng, resume=True)
    ...     return fit(
    ...         model, nn.CrossEntropyLoss(), adam, train, epochs=epochs,
    ...         checkpoint=checkpoint, verbose=False,
    ...     )
    >>> first, both = training(epochs=3), training(epochs=5)
    >>> len(first), len(both), both.train_loss[:3] == first.train_loss
    (3, 5, True)
    """

    def __init__(self, path, *, rng=(), resume=False):
        self.path, self.rng, self.resume = path, rng, resume

    def start(self, training):
        """Go on from the file, or write the first one.

        Parameters
        ----------
        training : dict
            The parts of the training by name, each with ``state_dict`` and ``load_state_dict``.
        """
        if self.resume and os.path.exists(self.path):
            self.load(training)
        else:
            self.save(training)

    def save(self, training):
        """Write the state of every part into the file, in one step.

        Parameters
        ----------
        training : dict
            As in ``start``.
        """
        arrays = {}
        states = {name: part.state_dict() for name, part in training.items()}
        write_archive(self.path, "checkpoint", {"training": pack(states, arrays)}, arrays)

    def load(self, training):
        """Give every part its state from the file: all of them or, on an error, none.

        Parameters
        ----------
        training : dict
            As in ``start``.

        Raises
        ------
        ModelFileError
            The file is not what it should be, or belongs to another training.
        """
        header, arrays = read_archive(self.path, "checkpoint")
        with reading(self.path):
            states = unpack(header["training"], arrays)
        before = {name: part.state_dict() for name, part in training.items()}
        try:
            # Files written before version 1.0 have no conditions.
            if "conditions" in states.keys() & training.keys():
                training["conditions"].load_state_dict(states["conditions"])
            missing = training.keys() - states.keys() - {"conditions"}
            if missing or states.keys() - training.keys():
                raise ValueError(f"it has {', '.join(states)}, this one has {', '.join(training)}")
            if "early stopping" in states and states["early stopping"]["best_state"] is not None:
                # These weights are needed at the end only; what is wrong with them is said now.
                training["model"].load_state_dict(states["early stopping"]["best_state"])
            for name in states:
                training[name].load_state_dict(states[name])
        except Exception as error:  # a file may say anything
            for name, part in training.items():
                part.load_state_dict(before[name])
            why = error if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
            raise ModelFileError(
                f"{self.path} keeps another training: {printable(str(why))}; give fit what it had "
                "then, or start over with resume=False"
            ) from error


class Generators:
    """The random generators of a training, under the names of what draws from them.

    Parameters
    ----------
    rng : numpy.random.Generator or sequence of them
        All that the training draws from.
    model : Module
        Its layers show the generator they draw from, if there is one, as ``rng``.
    **loaders : DataLoader, Dataset, tuple, list or None
        They show it as ``rng``, and what changes their batches as ``augment.rng``.

    Attributes
    ----------
    named : dict of str to Generator
        ``"model.4.rng"``, ``"train.rng"``, ``"train.augment.rng"``, and ``"rng[0]"`` for one that
        nothing shows.

    Raises
    ------
    ValueError
        If something draws from a generator that is not in ``rng``.
    TypeError
        If a loader, or its ``augment``, does not say what it draws from.
    """

    def __init__(self, rng, model, **loaders):
        rngs = [rng] if isinstance(rng, np.random.Generator) else list(rng)
        shown = {}
        for name, layer in model.named_modules():
            shown[f"model.{name}rng"] = getattr(layer, "rng", None)
        for name, loader in loaders.items():
            if not isinstance(loader, (Dataset, tuple, list, type(None))):
                shown[f"{name}.rng"] = _shown_rng(name, loader)
                if (augment := getattr(loader, "augment", None)) is not None:
                    shown[f"{name}.augment.rng"] = _shown_rng(f"{name}.augment", augment)
        self.named = {name: held for name, held in shown.items() if held is not None}
        for name, held in self.named.items():
            if not any(held is one for one in rngs):
                raise ValueError(
                    f"{name} is a generator that the checkpoint does not know; add it: "
                    "Checkpoint(path, rng=[...])"
                )
        for i, one in enumerate(rngs):
            if not any(one is held for held in self.named.values()):
                self.named[f"rng[{i}]"] = one

    def state_dict(self):
        """Return where in its sequence each generator is."""
        return {name: rng.bit_generator.state for name, rng in self.named.items()}

    def load_state_dict(self, state):
        """Set each generator to where it was.

        Parameters
        ----------
        state : dict
            What ``state_dict()`` returned.

        Raises
        ------
        ValueError
            Generators are missing, new, or of another kind.
        """
        # Up to version 0.1 a layer of a Sequential was called "layers.4", and is "4" now.
        state = {name.replace("layers.", ""): entry for name, entry in state.items()}
        if state.keys() != self.named.keys():
            raise ValueError(
                f"its random generators are {', '.join(state) or 'none'}, but those here are "
                f"{', '.join(self.named) or 'none'}"
            )
        for name, rng in self.named.items():
            rng.bit_generator.state = state[name]


def _shown_rng(name, holder):
    """Return the generator that ``holder`` draws from; None if nothing in it is random."""
    if not hasattr(holder, "rng"):
        raise TypeError(
            f"{name} ({type(holder).__name__}) does not show what it draws from, so a checkpoint "
            "cannot keep it; give it an attribute rng, which is None if nothing is random"
        )
    return holder.rng
