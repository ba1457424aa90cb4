"""What a layer keeps: parameters, which are learned, and buffers, which are only remembered."""

import numpy as np

from lib.nn.inputs import require_floats


class Parameter:
    """An array that is learned, with the gradient that is learned from.

    Parameters
    ----------
    data : ndarray of floats
        The starting value. It is kept, not copied.

    Attributes
    ----------
    data : ndarray
        The current value.
    grad : ndarray, same shape and dtype as ``data``
        The gradient of the loss. It starts at zero and every ``backward`` *adds* to it.

    Raises
    ------
    TypeError
        If ``data`` is not an array of floats.

    Examples
    --------
    >>> w = Parameter(np.array([1.0, -2.0]))
    >>> w.grad += 2 * w.data  # what the backward pass of Σ w² does
    >>> w.data, w.grad
    (array([ 1., -2.]), array([ 2., -4.]))
    """

    def __init__(self, data):
        self.data = require_floats("Parameter", data)
        self.grad = np.zeros_like(data)

    def __repr__(self):
        return f"Parameter(shape={self.data.shape}, dtype={self.data.dtype})"


class Buffer:
    """An array that a layer keeps next to its weights: saved with them, but not learned.

    Parameters
    ----------
    data : ndarray
        The starting value. It is kept, not copied.

    Attributes
    ----------
    data : ndarray
        The current value; a layer changes it in ``forward``, as BatchNorm does its running mean.
    """

    def __init__(self, data):
        self.data = data
