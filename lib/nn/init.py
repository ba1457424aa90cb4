"""Where learning starts: random weights, neither too large nor too small.

A layer that adds up ``fan_in`` inputs of variance 1, each times a weight of variance v, gives
outputs of variance ``fan_in · v``. With ``v = 1 / fan_in`` signals keep their size from layer to
layer; every rule below is a variation on that.
"""

import math

import numpy as np

from lib.nn.inputs import require_generator


def xavier_uniform(shape, rng, dtype=np.float32):
    r"""Draw weights for tanh and sigmoid layers from U(-b, b), b = √(6 / (fan_in + fan_out)).

    Parameters
    ----------
    shape : tuple of int
        ``(out, in)``, or ``(out, in, height, width)`` for a convolution.
    rng : numpy.random.Generator
        Where the random numbers come from.
    dtype : dtype, optional
        The numbers are drawn in float64 and rounded, so every dtype starts at the same weights.

    Returns
    -------
    ndarray of shape ``shape``

    Notes
    -----
    Variance :math:`2 / (\text{fan}_{in} + \text{fan}_{out})`, a compromise between keeping
    the size of the signal forwards and of the gradient backwards (Glorot and Bengio, 2010).
    """
    return uniform(shape, rng, bound=math.sqrt(6 / sum(_fans(shape))), dtype=dtype)


def xavier_normal(shape, rng, dtype=np.float32):
    """Draw weights for tanh and sigmoid layers from N(0, 2 / (fan_in + fan_out)).

    Parameters, result and source are those of ``xavier_uniform``.
    """
    return _normal(shape, rng, std=math.sqrt(2 / sum(_fans(shape))), dtype=dtype)


def he_uniform(shape, rng, dtype=np.float32):
    r"""Draw weights for ReLU layers from U(-b, b), b = √(6 / fan_in).

    Parameters and result are those of ``xavier_uniform``.

    Notes
    -----
    Variance :math:`2 / \text{fan}_{in}`: ReLU throws half of the signal away, and the factor
    2 makes up for it (He et al., 2015).
    """
    return uniform(shape, rng, bound=math.sqrt(6 / _fans(shape)[0]), dtype=dtype)


def he_normal(shape, rng, dtype=np.float32):
    """Draw weights for ReLU layers from N(0, 2 / fan_in).

    Parameters and result are those of ``xavier_uniform``, the reason is that of ``he_uniform``.
    """
    return _normal(shape, rng, std=math.sqrt(2 / _fans(shape)[0]), dtype=dtype)


def first_weights(shape, rng, init=None, dtype=np.float32, *, biases):
    r"""Draw the weights and the biases that a layer starts with.

    Parameters
    ----------
    shape : tuple of int
        ``(out, in)``, or ``(out, in, height, width)`` for a convolution.
    rng : numpy.random.Generator
        Where the random numbers come from.
    init : callable, optional
        One of the functions above for the weights; the biases then start at zero. Without it both
        start in :math:`\pm 1 / \sqrt{\text{fan}_{in}}`, as in PyTorch.
    dtype : dtype, optional
        The dtype of the results.
    biases : int
        How many biases: one for each output.

    Returns
    -------
    weight : ndarray of shape ``shape``
    bias : ndarray of shape (biases,)
    """
    if init is not None:
        return init(shape, rng, dtype), np.zeros(biases, dtype)
    bound = 1 / math.sqrt(_fans(shape)[0])
    weight = uniform(shape, rng, bound=bound, dtype=dtype)
    return weight, uniform((biases,), rng, bound=bound, dtype=dtype)


def uniform(shape, rng, *, bound, dtype=np.float32):
    """Draw from U(-bound, bound). ``Linear`` starts with ``bound = 1 / √fan_in``, as PyTorch does.

    Parameters
    ----------
    shape : tuple of int
        The shape of the result.
    rng : numpy.random.Generator
        Where the random numbers come from.
    bound : float
        The largest possible size of a weight.
    dtype : dtype, optional
        The dtype of the result.

    Returns
    -------
    ndarray of shape ``shape``
    """
    return require_generator(rng).uniform(-bound, bound, shape).astype(dtype)


def _normal(shape, rng, *, std, dtype):
    return require_generator(rng).normal(0, std, shape).astype(dtype)


def _fans(shape):
    """Return how many inputs one output adds up, and how many outputs one input reaches."""
    if len(shape) < 2:
        raise ValueError(f"a weight needs at least the axes (out, in), got shape {tuple(shape)}")
    fan_out, fan_in, *kernel = shape
    return fan_in * math.prod(kernel), fan_out * math.prod(kernel)
