"""Models in files: ``save(model, "digits.npz")`` today, ``model = load("digits.npz")`` next year.

A model file holds the weights under the names that ``state_dict()`` gives them, how the network was
built, and what you want to note about it. ``archive.py`` says how the file is protected.
"""

import numpy as np

from lib.files import printable
from lib.models.architecture import rebuild
from lib.serialization.archive import ModelFileError, read_archive, reading, write_archive
from lib.serialization.foreign import weights_of_others


def save(model, path, *, half=False, **metadata):
    """Save a model's weights, and how it was built, in one step.

    Parameters
    ----------
    model : Module
        What to save. A model that a function of ``lib.models`` built can be loaded without any
        further help; any other goes into a model that you build yourself.
    path : str or Path
        The file, ``"digits.npz"``. If there is one already it is replaced once the new one is
        complete.
    half : bool, optional
        Whether to round to float16: half the size of float32, and three significant digits, which
        change few answers if any. The model itself keeps its numbers.
    **metadata
        What you want to note: numbers, text, lists and dictionaries.

    Raises
    ------
    NotSavedError
        The disk is full, or the folder is missing or may not be written to. An older file is
        unchanged.
    TypeError
        Something in ``metadata`` is neither number nor text.
    ValueError
        ``half`` is asked for, and a number is not finite or beyond 65504.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from lib import models
    >>> path = tempfile.mkdtemp() + "/digits.npz"
    >>> save(models.mlp((784, 30, 10), rng=np.random.default_rng(0)), path, test_accuracy=0.961)
    >>> load(path)
    Sequential(
      (0): Flatten()
      (1): Linear(in_features=784, out_features=30, bias=True)
      (2): Tanh()
      (3): Linear(in_features=30, out_features=10, bias=True)
    )
    >>> describe(path)["metadata"]
    {'test_accuracy': 0.961}
    """
    header = {"architecture": getattr(model, "architecture", None), "metadata": metadata}
    state = model.state_dict()
    if half:
        with np.errstate(over="ignore"):  # said below, by name
            rounded = {k: a.astype(np.float16) for k, a in state.items() if a.dtype.kind == "f"}
        if lost := [name for name, array in rounded.items() if not np.isfinite(array).all()]:
            raise ValueError(
                f"float16 cannot hold {lost[0]}, which reaches {np.abs(state[lost[0]]).max():g}; "
                "its largest number is 65504: save with half=False"
            )
        state |= rounded
    write_archive(path, "model", header, state)


def load(path, into=None):
    """Load a model that ``save`` saved.

    Parameters
    ----------
    path : str or Path
        The file.
    into : Module, optional
        A model to load the weights into, in its own dtype. Needed if the file does not say how to
        build one.

    Returns
    -------
    Module
        The model, in evaluation mode: ``into``, or a new one in the dtype it was saved in, which is
        float32 if it was rounded to float16.

    Raises
    ------
    ModelFileError
        The file is damaged, is not a model of this library or is from a newer version of it; it
        does not say how to build the model, or ``into`` is another network. ``into`` is unchanged.
    FileNotFoundError
        There is no such file.
    """
    header, state = _read(path)
    with reading(path):
        model = _build(path, header["architecture"], state) if into is None else into
    try:
        model.load_state_dict(state)
    except ValueError as error:
        raise ModelFileError(f"{path} cannot be loaded: {printable(str(error))}") from error
    return model.eval()


def describe(path):
    """Return what a model file says about itself, without building the model.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    dict
        ``architecture``, ``metadata``, the versions ``library`` and ``numpy`` that wrote the file,
        and its ``format``.

    Raises
    ------
    ModelFileError, FileNotFoundError
        As ``load``.
    """
    header, _ = _read(path)
    return header


def _read(path):
    """Return header and arrays of a model file; say how another program's weights get in."""
    if (foreign := weights_of_others(path)) is not None:
        program, line = foreign
        raise ModelFileError(
            f"{path} is a file of {program}; build the model and use model.load_state_dict({line})"
        )
    return read_archive(path, "model")


def _build(path, architecture, state):
    """Return a new model for these weights, in their dtype; nothing is computed in float16."""
    if architecture is None:
        raise ModelFileError(
            f"{path} does not say how its model is built; build it yourself and use "
            "load(path, into=model)"
        )
    try:
        model = rebuild(architecture, sum(array.size for array in state.values()))
    except Exception as error:  # an architecture may say anything
        why = error if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
        raise ModelFileError(
            f"{path} cannot be built: {printable(str(why))}; build the model yourself and use "
            "load(path, into=model)"
        ) from error
    for name, parameter in model.named_parameters():
        if name in state and state[name].dtype not in (parameter.data.dtype, np.float16):
            return model.astype(state[name].dtype)
    return model
