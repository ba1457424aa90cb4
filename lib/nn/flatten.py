"""Flatten: lay the pixels of each image out in one row, so that a linear layer can take them."""

import math

from lib.nn.module import Module, require_floats


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
        self.save(x.shape, output=y)
        return y

    # No number changes, only its place ⇒ the gradient goes back to the old places.
    def backward_input(self, grad_output):
        """Return ``grad_output`` in the shape of the input."""
        shape = self.saved(grad_output)
        return grad_output.reshape(shape)
