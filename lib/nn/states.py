"""Checks of a state before it goes into a module: weights come from many places.

``torch.load``, ``np.load`` and ``safetensors`` all give dictionaries from names to arrays, or
nearly. If one does not fit, the error says why in one sentence, and which line helps.
"""

from collections.abc import Mapping

import numpy as np

OPTIONAL = "num_batches_tracked"  # BatchNorm counts for information only; old files have no count


def arrays_for(module, state):
    """Return an array for each parameter and buffer of ``module``, in its shape and dtype.

    Parameters
    ----------
    module : Module
        Where they are to go.
    state : dict of str to array
        The names and shapes of ``module.state_dict()``.

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    TypeError
        If ``state`` is not a dictionary, but a module for example.
    ValueError
        If names are missing or unexpected, or shapes differ: the message lists all of them. Or if
        an array holds something that is not a finite real number.
    """
    who = f"{type(module).__name__} cannot load this state"
    own = dict(module.named_state())
    state = _dictionary(who, state, own)
    arrays = {name: _array(who, name, value) for name, value in state.items()}
    problems = [f"missing {n}" for n in own if n not in arrays and n.split(".")[-1] != OPTIONAL]
    problems += [f"unexpected {name}" for name in arrays if name not in own]
    wanted = {name: kept.data for name, kept in own.items() if name in arrays}
    problems += [
        f"{name} has shape {arrays[name].shape}, expected {data.shape}"
        for name, data in wanted.items()
        if arrays[name].shape != data.shape
    ]
    if problems:
        raise ValueError(f"{who}: {'; '.join(problems)}")
    return {name: real_numbers(who, name, arrays[name], data) for name, data in wanted.items()}


def _dictionary(who, state, own):
    """Return ``state`` if it is a flat dictionary whose names have no common prefix."""
    if not isinstance(state, Mapping):
        fix = "model.state_dict()" if not hasattr(state, "state_dict") else "its .state_dict()"
        raise TypeError(f"{who}: it is a {type(state).__name__}, not a dictionary; use {fix}")
    inside = next((name for name, value in state.items() if isinstance(value, Mapping)), None)
    if inside is not None:
        raise ValueError(
            f"{who}: {inside!r} is a dictionary of its own, as in a checkpoint; use "
            f"state[{inside!r}] if it holds the weights"
        )
    start = next(iter(state), "").split(".")[0] + "."  # such as the "module." of DataParallel
    inner = [name.removeprefix(start) for name in state if name.startswith(start)]
    if own.keys().isdisjoint(state) and len(inner) == len(state) and own.keys() & set(inner):
        raise ValueError(
            f"{who}: its names begin with {start!r}; use "
            f"{{name.removeprefix({start!r}): value for name, value in state.items()}}"
        )
    return state


def _array(who, name, value):
    """Return ``value`` as an array of real numbers."""
    try:
        array = np.asarray(value)
    except (TypeError, RuntimeError, ValueError) as error:  # on a GPU, bfloat16, with a gradient …
        raise ValueError(
            f"{who}: {name} is a {type(value).__name__} that NumPy cannot read; use "
            "{name: value.detach().cpu().float() for name, value in state.items()}"
        ) from error
    if array.dtype.kind not in "biuf":
        fix = ""
        if array.dtype.name == "bfloat16":
            fix = "; use {name: value.astype(np.float32) for name, value in state.items()}"
        raise ValueError(f"{who}: {name} holds {array.dtype.name}, not real numbers{fix}")
    return array


def real_numbers(who, name, value, like):
    """Return ``value`` as an array in the dtype of ``like``, if that can hold every number."""
    array = _array(who, name, value)
    with np.errstate(over="ignore", invalid="ignore"):
        converted = array.astype(like.dtype)
    for numbers in (array, converted):
        if not np.isfinite(numbers).all():
            worst = array[~np.isfinite(numbers)][0]
            raise ValueError(f"{who}: {name} holds {worst}, which is not a number of {like.dtype}")
    return converted
