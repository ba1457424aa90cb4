"""Checkpoints: a training on disk, so that it can be stopped and go on as if nothing had happened.

The next epoch depends on more than the weights. The optimiser remembers earlier steps, the schedule
has a clock, early stopping knows the best epoch, and random generators, which decide the order of
the batches and what dropout drops, are each somewhere in their endless sequence. A checkpoint keeps
all of it. Leave out one part and the training still goes on, to other numbers.
"""

import functools
import inspect
import os

import numpy as np

from lib.serialization.archive import ModelFileError, pack, read_archive, unpack, write_archive


class Checkpoint:
    """Keep a training in a file: before its first epoch, and again after each one.

    ``fit(..., checkpoint=Checkpoint("run.npz", resume=True))`` can be stopped at any time, with
    Ctrl-C, the stop button or a power cut. Run the same program again and it goes on after the last
    epoch that was finished, to the very numbers it would have reached without the stop.

    Parameters
    ----------
    path : str or Path
        The file.
    resume : bool, optional
        Whether to go on from the file, if there is one, or to start anew and replace it.

    Notes
    -----
    The file is written as models are (see ``lib.serialization``): a kill in the middle of writing
    leaves the checkpoint of the epoch before. It holds the weights, the optimiser, the schedule,
    early stopping, the history, and the state of every ``numpy.random.Generator`` in the model's
    layers, the loaders, and whatever these are made of. It does not hold the data.
    """

    def __init__(self, path, *, resume=False):
        self.path, self.resume = path, resume

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
        """Write the state of every part into the file, in one step."""
        arrays = {}
        states = {name: part.state_dict() for name, part in training.items()}
        write_archive(self.path, "checkpoint", {"training": pack(states, arrays)}, arrays)

    def load(self, training):
        """Give every part its state from the file: all of them or, on an error, none.

        Raises
        ------
        ModelFileError
            The file is not what it should be, or belongs to another training.
        """
        header, arrays = read_archive(self.path, "checkpoint")
        states = unpack(header["training"], arrays)
        if states.keys() != training.keys():
            raise ModelFileError(
                f"{self.path} keeps a training with {', '.join(states)}, this one has "
                f"{', '.join(training)}; give fit the same arguments, or resume=False"
            )
        before = {name: part.state_dict() for name, part in training.items()}
        try:
            for name, part in training.items():
                part.load_state_dict(states[name])
        except ValueError as error:
            for name, part in training.items():
                part.load_state_dict(before[name])
            raise ModelFileError(
                f"{self.path} keeps another training: {error}; or start anew with resume=False"
            ) from error


class Generators:
    """Every random generator that a training draws from, found by looking for them.

    Parameters
    ----------
    **things : object
        The model and the loaders. They are looked through to the last corner: the attributes of
        objects, the entries of lists, and the variables that a function uses.
    """

    def __init__(self, **things):
        self.found, seen = {}, set()
        for name, thing in things.items():
            self._look_through(name, thing, seen)

    def _look_through(self, name, thing, seen):
        if isinstance(thing, np.random.Generator):
            self.found[name] = thing  # one that is shared is found, and kept, in several places
        elif id(thing) not in seen:
            seen.add(id(thing))
            for part_name, part in _parts(thing).items():
                self._look_through(f"{name}.{part_name}", part, seen)

    def state_dict(self):
        """Return where in its sequence each generator is."""
        return {name: rng.bit_generator.state for name, rng in self.found.items()}

    def load_state_dict(self, state):
        """Set each generator to where it was.

        Raises
        ------
        ValueError
            Generators are missing, new, or of another kind.
        """
        if state.keys() != self.found.keys():
            raise ValueError(
                f"its random generators are {', '.join(state) or 'none'}, but those here are "
                f"{', '.join(self.found) or 'none'}"
            )
        for name, rng in self.found.items():
            rng.bit_generator.state = state[name]


def _parts(thing):
    """Return by name what an object is made of."""
    if isinstance(thing, dict):
        return thing
    if isinstance(thing, (list, tuple)):
        return dict(enumerate(thing))
    if isinstance(thing, functools.partial):
        return {"func": thing.func, "args": thing.args, "keywords": thing.keywords}
    if inspect.ismethod(thing):
        return {"self": thing.__self__}
    if inspect.isfunction(thing):
        variables = inspect.getclosurevars(thing)
        return {**variables.globals, **variables.nonlocals}
    if inspect.ismodule(thing) or inspect.isclass(thing):
        return {}
    return getattr(thing, "__dict__", {})
