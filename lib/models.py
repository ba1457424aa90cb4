"""The networks of the course, by name."""

import itertools

import numpy as np

from lib import nn


def mlp(sizes=(784, 128, 10), activation=nn.Tanh, *, num_classes=None, rng, dtype=np.float32):
    """Build a multi-layer perceptron: linear layers with an activation between any two.

    Parameters
    ----------
    sizes : sequence of int, optional
        How many numbers go in, through each hidden layer, and come out.
    activation : callable, optional
        Makes a new activation each time it is called: ``nn.Tanh``, ``nn.ReLU`` …
    num_classes : int, optional
        Replaces the last of ``sizes``.
    rng : numpy.random.Generator
        Where the starting weights come from.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Returns
    -------
    Sequential
        It starts with ``Flatten`` and ends with scores, to be trained with ``CrossEntropyLoss``.

    Raises
    ------
    ValueError
        If ``sizes`` has fewer than two entries.

    Examples
    --------
    >>> mlp((784, 30, 10), nn.ReLU, rng=np.random.default_rng(0))
    Sequential(
      (0): Flatten()
      (1): Linear(in_features=784, out_features=30, bias=True)
      (2): ReLU()
      (3): Linear(in_features=30, out_features=10, bias=True)
    )
    """
    if len(sizes) < 2:
        raise ValueError(f"mlp expected at least an input and an output size, got {sizes!r}")
    if num_classes is not None:
        sizes = (*sizes[:-1], num_classes)
    layers = [nn.Flatten()]
    for fan_in, fan_out in itertools.pairwise(sizes):
        layers += [nn.Linear(fan_in, fan_out, rng=rng, dtype=dtype), activation()]
    return nn.Sequential(*layers[:-1])
