"""How a network was built: kept with it, so that a file of weights can build it again.

Every function of ``lib.models`` is marked ``@remembered``. The network it returns carries
``model.architecture``, for example
``{"name": "mlp", "arguments": {"sizes": [784, 30, 10], "activation": {"nn": "ReLU"}}}``: names and
numbers that fit into a file. Weights and their dtype come from the file, and the generator of the
first weights is forgotten, since ``load`` overwrites what it drew.
"""

import functools
import inspect

import numpy as np

from lib import nn

BUILDERS = {}  # name -> function of lib.models
FORGOTTEN = {"rng", "dtype"}


def remembered(build):
    """Make a function that returns a model leave in it how it was called.

    Parameters
    ----------
    build : callable
        A function such as ``lib.models.mlp``, with an argument ``rng``.

    Returns
    -------
    callable
        The same function, whose models have the attribute ``architecture``: a dictionary, or None
        if an argument cannot be written down (an activation that is no class of ``lib.nn``).
    """

    @functools.wraps(build)
    def building(*args, **kwargs):
        model = build(*args, **kwargs)
        given = inspect.signature(build).bind(*args, **kwargs).arguments
        try:
            arguments = {k: _write_down(v) for k, v in given.items() if k not in FORGOTTEN}
        except TypeError:
            model.architecture = None
        else:
            model.architecture = {"name": build.__name__, "arguments": arguments}
        return model

    BUILDERS[build.__name__] = building
    return building


def rebuild(architecture):
    """Build the network that ``architecture`` describes, with some first weights.

    Raises
    ------
    ValueError
        There is no such network, or it takes other arguments.
    """
    if "members" in architecture:
        return nn.Ensemble(*map(rebuild, architecture["members"]))
    name, arguments = architecture["name"], architecture["arguments"]
    if name not in BUILDERS:
        raise ValueError(f"lib.models has no {name}, only {', '.join(sorted(BUILDERS))}")
    try:
        inspect.signature(BUILDERS[name]).bind(**arguments, rng=None)
    except TypeError as error:
        raise ValueError(f"lib.models.{name} takes other arguments now: {error}") from error
    arguments = {key: _read_back(value) for key, value in arguments.items()}
    return BUILDERS[name](**arguments, rng=np.random.default_rng(0))


def _write_down(value):
    """Return an argument as numbers, text, lists and dictionaries."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (tuple, list)):
        return [_write_down(entry) for entry in value]
    if isinstance(value, type) and getattr(nn, value.__name__, None) is value:
        return {"nn": value.__name__}
    raise TypeError(f"{value!r} cannot be written down")


def _read_back(value):
    """Return what ``_write_down`` was given (lists for tuples)."""
    if isinstance(value, list):
        return [_read_back(entry) for entry in value]
    return getattr(nn, value["nn"]) if isinstance(value, dict) else value
