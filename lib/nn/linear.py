"""The linear layer: every output is a weighted sum of all inputs, plus a bias.

    y = x Wᵀ + b

Turned round, with g = ∂L/∂y, each of the three that take part in y gets its gradient:

    ∂L/∂W = gᵀ x,    ∂L/∂b = Σₙ gₙ,    ∂L/∂x = g W
"""

import numpy as np

from lib.nn.init import first_weights
from lib.nn.inputs import require_dtype, require_rows, whole
from lib.nn.module import Module
from lib.nn.parameter import Parameter


class Linear(Module):
    r"""Compute ``y = x Wᵀ + b`` for each row: (N, in_features) becomes (N, out_features).

    Parameters
    ----------
    in_features : int
        Numbers in one input row.
    out_features : int
        Numbers in one output row.
    bias : bool, optional
        Whether to add ``b``.
    rng : numpy.random.Generator
        Where the starting weights come from.
    init : callable, optional
        A function of ``lib.nn.init`` for the weights; the bias then starts at zero. Without it
        both start in :math:`\pm 1 / \sqrt{\text{in\_features}}`, as in PyTorch.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Attributes
    ----------
    weight : Parameter of shape (out_features, in_features)
        One row of weights for each output.
    bias : Parameter of shape (out_features,), or None
        What each output adds.

    Notes
    -----
    With :math:`g = \partial L / \partial y` of shape (N, out):

    .. math::

        y_{no} = \sum_i x_{ni} W_{oi} + b_o \quad\Rightarrow\quad
        \frac{\partial L}{\partial W} = g^\top x, \quad
        \frac{\partial L}{\partial b} = \sum_n g_n, \quad
        \frac{\partial L}{\partial x} = g\, W

    Examples
    --------
    >>> layer = Linear(3, 2, rng=np.random.default_rng(0))
    >>> layer(np.ones((5, 3), dtype=np.float32)).shape
    (5, 2)
    """

    def __init__(self, in_features, out_features, *, bias=True, rng, init=None, dtype=np.float32):
        self.in_features = whole("Linear", "in_features", in_features, at_least=1)
        self.out_features = whole("Linear", "out_features", out_features, at_least=1)
        shape = self.out_features, self.in_features
        weight, offset = first_weights(shape, rng, init, dtype, biases=self.out_features)
        self.weight = Parameter(weight)
        self.bias = Parameter(offset) if bias else None

    # y = x Wᵀ + b
    def forward(self, x):
        """Return ``x Wᵀ + b``.

        Parameters
        ----------
        x : ndarray of shape (N, in_features)
            In the dtype of the weights.

        Returns
        -------
        ndarray of shape (N, out_features)

        Raises
        ------
        ValueError, TypeError
            If the shape or the dtype of ``x`` does not fit the weights.
        """
        require_rows("Linear", x, self.in_features)
        require_dtype("Linear", x, self.weight.data.dtype)
        y = x @ self.weight.data.T
        if self.bias is not None:
            y += self.bias.data
        self.save(x, output=y)
        return y

    # W takes part in y as x Wᵀ ⇒ ∂L/∂W = gᵀ x;  b is added to every row ⇒ ∂L/∂b = Σₙ gₙ
    def backward_params(self, grad_output):
        """Add ``gᵀ x`` to the weight's gradient and the sum of g's rows to the bias's."""
        x = self.saved(grad_output)
        self.weight.grad += grad_output.T @ x
        if self.bias is not None:
            self.bias.grad += grad_output.sum(axis=0)

    # x takes part in y as x Wᵀ ⇒ ∂L/∂x = g W
    def backward_input(self, grad_output):
        """Return ``g W``, of shape (N, in_features)."""
        self.require_gradient(grad_output)
        return grad_output @ self.weight.data

    def settings(self):
        """Return the sizes, as PyTorch prints them."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )
