"""Dropout: while learning, switch some units off at random, so that none can rely on another."""

import numpy as np

from lib.nn.inputs import real, require_floats, require_generator
from lib.nn.module import Module


# With k = 0 or 1 drawn for every number, P(k = 1) = 1 − p:  y = k x / (1 − p), whose mean over the
# draws is x  ⇒  ∂y/∂x = k / (1 − p)
class Dropout(Module):
    """Set a share ``p`` of all numbers to zero and scale the others up; in evaluation do nothing.

    Parameters
    ----------
    p : float, optional
        The probability that a number is dropped, at least 0 and less than 1.
    rng : numpy.random.Generator
        Where the random numbers come from; layers may share one.

    Raises
    ------
    ValueError, TypeError
        If ``p`` is not such a probability, or ``rng`` not a generator.

    Notes
    -----
    *Inverted* dropout: what is left is divided by :math:`1 - p` while training, so its mean stays
    the same and evaluation needs no correction (Srivastava et al., 2014).

    Examples
    --------
    >>> layer = Dropout(0.5, rng=np.random.default_rng(0))
    >>> layer(np.ones(8)), layer.eval()(np.ones(8))
    (array([2., 2., 2., 0., 0., 0., 0., 0.]), array([1., 1., 1., 1., 1., 1., 1., 1.]))
    """

    def __init__(self, p=0.5, *, rng):
        self.p = real("Dropout", "p", p, at_least=0, below=1)
        self.rng = require_generator(rng)

    def forward(self, x):
        """Return ``x`` with a share ``p`` of its numbers set to zero and the others scaled up."""
        require_floats("Dropout", x)
        if not self.training or self.p == 0:
            self.save(None, output=x)
            return x
        # The draws go to the places of x by their indices, however x lies in memory; the mask is
        # laid out like x, which makes the product fast.
        kept = np.empty_like(x, dtype=bool)
        kept[...] = self.rng.random(x.shape, np.float32) >= self.p
        y = x * kept
        y *= 1 / (1 - self.p)
        self.save(kept, output=y)
        return y

    def backward_input(self, grad_output):
        """Return the gradient where a number was kept, scaled up like it, and 0 elsewhere."""
        kept = self.saved(grad_output)
        if kept is None:
            return grad_output
        grad = grad_output * kept
        grad *= 1 / (1 - self.p)
        return grad

    def settings(self):
        """Return the probability."""
        return f"p={self.p}"
