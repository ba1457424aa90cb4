"""Flatten: lay the pixels of each image out in one row, so that a linear layer can take them."""

import math
from numbers import Integral

import numpy as np

from lib.nn.inputs import require_floats, require_rows
from lib.nn.module import Module


class Flatten(Module):
    """Reshape ``(N, ...)`` to ``(N, D)``, with D the product of all axes but the first.

    Examples
    --------
    >>> import numpy as np
    >>> Flatten()(np.zeros((64, 28, 28), dtype=np.float32)).shape
    (64, 784)
    """

    def forward(self, x):
        """Return ``x`` with all axes after the first joined to one.

        Parameters
        ----------
        x : ndarray of shape (N, ...)
            A batch of floats.

        Returns
        -------
        ndarray of shape (N, D)

        Raises
        ------
        ValueError
            If ``x`` has no batch axis.
        """
        if require_floats("Flatten", x).ndim == 0:
            raise ValueError("Flatten expected a batch of shape (N, ...), got a single number")
        y = x.reshape(len(x), math.prod(x.shape[1:]))
        self.save(x, output=y)
        return y

    # No number changes, only its place ⇒ the gradient goes back to the old places.
    def backward_input(self, grad_output):
        """Return ``grad_output`` in the shape of the input, and in its order in memory."""
        x = self.saved(grad_output)
        grad = np.empty_like(x)
        grad[...] = grad_output.reshape(x.shape)
        return grad


class Unflatten(Module):
    """Reshape ``(N, D)`` to ``(N, ...)``: rows become images again, as a decoder needs them.

    Parameters
    ----------
    *shape : int
        What one row becomes. In PyTorch, ``Unflatten(1, shape)``.

    Examples
    --------
    >>> Unflatten(32, 7, 7)(np.zeros((64, 1568), dtype=np.float32)).shape
    (64, 32, 7, 7)
    """

    def __init__(self, *shape):
        if not shape or not all(isinstance(size, Integral) and size >= 1 for size in shape):
            inner = next((size for size in shape if isinstance(size, (tuple, list))), (32, 7, 7))
            raise ValueError(
                f"Unflatten expected the sizes alone, got {shape}; use "
                f"Unflatten({', '.join(map(str, inner))})"
            )
        self.shape = shape

    def forward(self, x):
        """Return ``x`` with its second axis split up.

        Parameters
        ----------
        x : ndarray of shape (N, D)
            With D the product of the sizes.

        Returns
        -------
        ndarray of shape (N, ...)

        Raises
        ------
        ValueError
            If ``x`` has another shape.
        """
        require_rows("Unflatten", x, math.prod(self.shape))
        y = x.reshape(len(x), *self.shape)
        self.save(None, output=y)
        return y

    def backward_input(self, grad_output):
        """Return ``grad_output`` as rows."""
        self.require_gradient(grad_output)
        return grad_output.reshape(len(grad_output), math.prod(self.shape))

    def settings(self):
        """Return the sizes."""
        return ", ".join(map(str, self.shape))
