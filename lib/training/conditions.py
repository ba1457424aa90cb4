"""The conditions of a training: what has to be the same when it goes on, or the numbers change.

A checkpoint writes them down when a training starts, and compares them when it goes on. They are
the settings of every part, the seeds of the random generators, and a fingerprint of the data. How
many epochs there are to be is not a condition: a finished training can be given more.
"""

import hashlib

import numpy as np

from lib.data import Dataset

# What the operating system draws for a generator without a seed is far beyond this.
LARGEST_SEED = 2**64


class Conditions:
    """The conditions of a training, as one of the parts that a checkpoint keeps.

    Parameters
    ----------
    found : dict
        What ``conditions`` returned.
    """

    def __init__(self, found):
        self.found = found

    def state_dict(self):
        """Return the conditions."""
        return self.found

    def load_state_dict(self, state):
        """Compare the conditions with those of a checkpoint.

        Raises
        ------
        ValueError
            If one has changed; the message names both values.
        """
        for name in [*self.found, *state]:
            then, now = state.get(name, "not there"), self.found.get(name, "not there")
            if then != now:
                raise ValueError(f"{name} was {then} and is now {now}")


def conditions(
    model, loss, optimizer, schedule, early_stopping, clip_norm, train, validation, rngs
):
    """Return the conditions of a training by name, as JSON can hold them.

    Parameters
    ----------
    model, loss, optimizer, schedule, early_stopping, clip_norm, train, validation
        As in ``fit``.
    rngs : dict of str to numpy.random.Generator
        The generators by the names of what draws from them.
    """
    found = {}
    for prefix, module in model.named_modules():
        if not list(module.named_children()):
            found[f"model.{prefix}".rstrip(".")] = repr(module)
    found["dtype"] = ", ".join(sorted({str(p.data.dtype) for p in model.parameters()}))
    _add(found, "loss", loss, _plain_attributes(loss))
    _add(found, "schedule", schedule, schedule and schedule.settings())
    # What a schedule has changed since is compared as it was at the start.
    changed = schedule.at(0) if schedule and schedule.steps else {}
    _add(found, "optimizer", optimizer, optimizer.settings() | changed)
    _add(found, "early_stopping", early_stopping, early_stopping and early_stopping.settings())
    found["clip_norm"] = clip_norm
    for name, data in {"train": train, "validation": validation}.items():
        settings = {key: getattr(data, key, None) for key in ("batch_size", "shuffle", "drop_last")}
        _add(found, name, data, settings)
        augment = getattr(data, "augment", None)
        _add(found, f"{name}.augment", augment, getattr(augment, "settings", None))
        found |= _fingerprint(name, getattr(data, "dataset", data))
    for name, rng in rngs.items():
        found[f"the seed of {name}"] = _seed(rng.bit_generator.seed_seq)
    return found


def _add(found, name, part, settings):
    """Add what a part is and its settings; tuples become lists, as they do in JSON."""
    kind = getattr(part, "__qualname__", type(part).__name__)  # a function has a name of its own
    found[name] = None if part is None else kind
    for setting, value in (settings or {}).items():
        found[f"{name}.{setting}"] = list(value) if isinstance(value, tuple) else value


def _plain_attributes(part):
    """Return the attributes that are numbers, text or None, except private ones."""
    plain = (bool, int, float, str, type(None))
    return {
        name: value
        for name, value in vars(part).items()
        if not name.startswith("_") and isinstance(value, plain)
    }


def _seed(sequence):
    """Return what a generator was seeded with; None if that was drawn by the operating system."""
    seed, children = np.ravel(sequence.entropy).tolist(), list(sequence.spawn_key)
    if len(seed) == 1 and seed[0] > LARGEST_SEED:
        return None
    return seed[0] if len(seed) == 1 and not children else seed + children


def _fingerprint(name, data):
    """Return a data set's shapes, dtypes and the start of its SHA-256, if it is in arrays."""
    if isinstance(data, tuple):
        data = Dataset(*data)
    if not isinstance(data, Dataset):
        return {}
    digest = hashlib.sha256(np.ascontiguousarray(data.x))
    digest.update(np.ascontiguousarray(data.y))
    return {f"{name}.data": repr(data), f"{name}.fingerprint": digest.hexdigest()[:16]}
