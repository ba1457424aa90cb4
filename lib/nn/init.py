"""Where learning starts: random weights, neither too large nor too small.

A layer that adds up ``fan_in`` inputs of variance 1, each times a weight of variance v, gives
outputs of variance ``fan_in · v``. With ``v = 1 / fan_in`` signals keep their size from layer to
layer; every rule below is a variation on that.
"""

import math

import numpy as np

from lib.nn.inputs import require_generator


def xavier_uniform(shape, rng, dtype=np.float32):
    r"""Draw weights for tanh and sigmoid layers, all equally likely up to a bound.

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

    Raises
    ------
    ValueError
        If ``shape`` has fewer than two axes.
    TypeError
        If ``rng`` is not a generator.

    Notes
    -----
    .. math::

        W_{oi} \sim U(-b, b), \qquad
        b = \sqrt{\frac{6}{\text{fan}_{in} + \text{fan}_{out}}}

    The variance is :math:`b^2 / 3 = 2 / (\text{fan}_{in} + \text{fan}_{out})`, a compromise
    between keeping the size of the signal forwards and of the gradient backwards (Glorot and
    Bengio, 2010).

    Examples
    --------
    >>> w = xavier_uniform((100, 200), np.random.default_rng(0))
    >>> w.shape, bool(np.abs(w).max() <= np.sqrt(6 / 300))
    ((100, 200), True)
    """
    return uniform(shape, rng, bound=math.sqrt(6 / sum(_fans(shape))), dtype=dtype)


def xavier_normal(shape, rng, dtype=np.float32):
    r"""Draw weights for tanh and sigmoid layers from a normal distribution.

    Parameters
    ----------
    shape : tuple of int
        As in ``xavier_uniform``.
    rng : numpy.random.Generator
        Where the random numbers come from.
    dtype : dtype, optional
        The dtype of the result.

    Returns
    -------
    ndarray of shape ``shape``

    Notes
    -----
    .. math::

        W_{oi} \sim N\left(0, \frac{2}{\text{fan}_{in} + \text{fan}_{out}}\right)

    The second number is the variance, that of ``xavier_uniform`` (Glorot and Bengio, 2010).

    Examples
    --------
    >>> w = xavier_normal((100, 200), np.random.default_rng(0))
    >>> round(float(w.var() / (2 / 300)), 1)  # the variance, and what it should be
    1.0
    """
    return _normal(shape, rng, std=math.sqrt(2 / sum(_fans(shape))), dtype=dtype)


def he_uniform(shape, rng, dtype=np.float32):
    r"""Draw weights for ReLU layers, all equally likely up to a bound.

    Parameters
    ----------
    shape : tuple of int
        As in ``xavier_uniform``.
    rng : numpy.random.Generator
        Where the random numbers come from.
    dtype : dtype, optional
        The dtype of the result.

    Returns
    -------
    ndarray of shape ``shape``

    Notes
    -----
    .. math::

        W_{oi} \sim U(-b, b), \qquad b = \sqrt{\frac{6}{\text{fan}_{in}}}

    The variance is :math:`b^2 / 3 = 2 / \text{fan}_{in}`: ReLU throws half of the signal away, and
    the factor 2 makes up for it (He et al., 2015).

    Examples
    --------
    >>> w = he_uniform((16, 8, 5, 5), np.random.default_rng(0))  # 8 · 5 · 5 = 200
    >>> w.shape, bool(np.abs(w).max() <= np.sqrt(6 / 200))
    ((16, 8, 5, 5), True)
    """
    return uniform(shape, rng, bound=math.sqrt(6 / _fans(shape)[0]), dtype=dtype)


def he_normal(shape, rng, dtype=np.float32):
    r"""Draw weights for ReLU layers from a normal distribution.

    Parameters
    ----------
    shape : tuple of int
        As in ``xavier_uniform``.
    rng : numpy.random.Generator
        Where the random numbers come from.
    dtype : dtype, optional
        The dtype of the result.

    Returns
    -------
    ndarray of shape ``shape``

    Notes
    -----
    .. math::

        W_{oi} \sim N\left(0, \frac{2}{\text{fan}_{in}}\right)

    The second number is the variance, that of ``he_uniform``, for the same reason (He et al.,
    2015).

    Examples
    --------
    >>> w = he_normal((100, 784), np.random.default_rng(0))
    >>> x = np.random.default_rng(1).normal(size=(500, 784))
    >>> signal = np.maximum(x @ w.T, 0)  # one layer and its ReLU
    >>> round(float(np.mean(signal**2)), 1)  # as large as before
    1.0
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
        are drawn from :math:`U(-b, b)` with :math:`b = 1 / \sqrt{\text{fan}_{in}}`, as in PyTorch.
    dtype : dtype, optional
        The dtype of the results.
    biases : int
        How many biases: one for each output.

    Returns
    -------
    weight : ndarray of shape ``shape``
        The first weights.
    bias : ndarray of shape (biases,)
        The first biases.

    Examples
    --------
    >>> weight, bias = first_weights((10, 784), np.random.default_rng(0), biases=10)
    >>> weight.shape, bias.shape, bool(np.abs(weight).max() <= 1 / 28)  # √784 = 28
    ((10, 784), (10,), True)
    """
    if init is not None:
        return init(shape, rng, dtype), np.zeros(biases, dtype)
    bound = 1 / math.sqrt(_fans(shape)[0])
    weight = uniform(shape, rng, bound=bound, dtype=dtype)
    return weight, uniform((biases,), rng, bound=bound, dtype=dtype)


def uniform(shape, rng, *, bound, dtype=np.float32):
    """Draw numbers between ``-bound`` and ``bound``, all equally likely.

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
