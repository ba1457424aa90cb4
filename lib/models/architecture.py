"""How a network was built: kept with it, so that a file of weights can build it again.

Every function of ``lib.models`` is marked ``@remembered``. The network it returns carries
``model.architecture``, for example
``{"name": "mlp", "arguments": {"sizes": [784, 30, 10], "activation": {"nn": "ReLU"}}}``: names and
numbers that fit into a file. Weights and their dtype come from the file, and the generator of the
first weights is forgotten, since ``load`` overwrites what it drew.
"""

import functools
import importlib
import inspect
import math

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
        if an argument cannot be written down (an activation that is not a class of ``lib.nn``).

    Examples
    --------
    >>> from lib import models
    >>> model = models.mlp((784, 30, 10), nn.ReLU, rng=np.random.default_rng(0))
    >>> model.architecture
    {'name': 'mlp', 'arguments': {'sizes': [784, 30, 10], 'activation': {'nn': 'ReLU'}}}
    """

    @functools.wraps(build)
    def building(*args, **kwargs):
        model = build(*args, **kwargs)
        given = inspect.signature(build).bind(*args, **kwargs).arguments
        try:
            kept = {name: value for name, value in given.items() if name not in FORGOTTEN}
            arguments = write_down(kept, "lib.nn")
        except TypeError:
            model.architecture = None
        else:
            model.architecture = {"name": build.__name__, "arguments": arguments}
        return model

    BUILDERS[build.__name__] = building
    return building


def rebuild(architecture, weights):
    """Build the network that ``architecture`` describes, with some first weights.

    Parameters
    ----------
    architecture : dict
        What ``model.architecture`` was.
    weights : int
        How many it may have at most: a description of a few words can ask for gigabytes.

    Returns
    -------
    Module
        Its weights are drawn from ``default_rng(0)``, for ``load`` to overwrite.

    Raises
    ------
    ValueError
        There is no such network, it takes other arguments, or it is larger.
    """
    rng = _Limited(weights)
    model = _built(architecture, rng)
    rng.left = np.inf  # a layer that keeps the generator, such as Dropout, may draw for ever
    return model


class _Limited(np.random.Generator):
    """``default_rng(0)`` for first weights, which draws no more than there are to be."""

    def __init__(self, weights):
        super().__init__(np.random.default_rng(0).bit_generator)
        self.weights = self.left = weights

    def uniform(self, low=0.0, high=1.0, size=None):
        return super().uniform(low, high, self._granted(size))

    def normal(self, loc=0.0, scale=1.0, size=None):
        return super().normal(loc, scale, self._granted(size))

    def _granted(self, size):
        self.left -= math.prod(np.atleast_1d(1 if size is None else size).tolist())
        if self.left < 0:
            raise ValueError(f"it has more than the {self.weights} weights that are kept")
        return size


def _built(architecture, rng):
    """Build a network, or the members of an ensemble, with first weights from ``rng``."""
    if "members" in architecture:
        return nn.Ensemble(*(_built(member, rng) for member in architecture["members"]))
    name, arguments = architecture["name"], architecture["arguments"]
    if name not in BUILDERS:
        raise ValueError(f"lib.models has no {name}, only {', '.join(sorted(BUILDERS))}")
    try:
        inspect.signature(BUILDERS[name]).bind(**arguments, rng=None)
    except TypeError as error:
        raise ValueError(f"lib.models.{name} takes other arguments now: {error}") from error
    return BUILDERS[name](**read_back(arguments, "lib.nn"), rng=rng)


def write_down(value, package="lib"):
    """Return how something was built as JSON can hold it: what ``read_back`` builds it from.

    Parameters
    ----------
    value : object
        Numbers, text, None, sequences and dictionaries of them; classes and functions of
        ``package``; and ``functools.partial`` of these.
    package : str, optional
        What the classes and functions are in.

    Returns
    -------
    object
        ``{"nn": "ReLU"}`` for a class of ``lib.nn``, ``{"name": "lib.models.mlp"}`` for any other
        name, ``{"call": …, "args": …, "settings": …}`` for a partial.

    Raises
    ------
    TypeError
        If there is anything else in it.

    Examples
    --------
    >>> from lib import optim
    >>> write_down([nn.ReLU, optim.SGD, 0.1])
    [{'nn': 'ReLU'}, {'name': 'lib.optim.SGD'}, 0.1]
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (tuple, list)):
        return [write_down(entry, package) for entry in value]
    if isinstance(value, dict):
        return {name: write_down(entry, package) for name, entry in value.items()}
    if isinstance(value, functools.partial):
        return {
            "call": _path(value.func, package),
            "args": write_down(value.args, package),
            "settings": write_down(value.keywords, package),
        }
    if isinstance(value, type) and getattr(nn, value.__name__, None) is value:
        return {"nn": value.__name__}
    return {"name": _path(value, package)}


def read_back(value, package="lib"):
    """Build what ``write_down`` was given, with tuples for lists.

    Parameters
    ----------
    value : object
        What ``write_down`` returned.
    package : str, optional
        What may be named: a file cannot call anything outside of it.

    Returns
    -------
    object

    Raises
    ------
    ValueError
        If something is named that ``package`` does not have.
    """
    if isinstance(value, list):
        return tuple(read_back(entry, package) for entry in value)
    if not isinstance(value, dict):
        return value
    if value.keys() == {"nn"}:
        return _find(f"lib.nn.{value['nn']}", package)
    if value.keys() == {"name"}:
        return _find(value["name"], package)
    if value.keys() == {"call", "args", "settings"}:
        # a setting may be called "name" or "nn", so each is read on its own
        settings = {name: read_back(entry, package) for name, entry in value["settings"].items()}
        function = _find(value["call"], package)
        return functools.partial(function, *read_back(value["args"], package), **settings)
    return {name: read_back(entry, package) for name, entry in value.items()}


def _path(function, package):
    """Return the shortest name that leads to a function: ``lib.optim.SGD``, not ``…sgd.SGD``."""
    folders = getattr(function, "__module__", "").split(".")
    name = getattr(function, "__qualname__", "")
    for depth in range(package.count(".") + 1, len(folders) + 1):
        module = ".".join(folders[:depth])
        if f"{module}.".startswith(f"{package}.") and (
            getattr(importlib.import_module(module), name, None) is function
        ):
            return f"{module}.{name}"
    raise TypeError(f"{function!r} cannot be written down")


def _find(path, package):
    """Return what a name such as ``lib.models.mlp`` belongs to."""
    module, _, name = path.rpartition(".")
    if not f"{module}.".startswith(f"{package}."):
        raise ValueError(f"{path} is not in {package}")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"there is no {path}") from error
