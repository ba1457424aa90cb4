"""RMSprop: divide each weight's gradient by its usual size, so that all weights move alike."""

import numpy as np

from lib.optim.optimizer import Optimizer


class RMSprop(Optimizer):
    r"""Gradient descent with a step of its own for every weight.

    A weight whose gradients are always tiny and one whose gradients are always huge take steps of
    about the same size: each gradient is divided by the root of its own running mean square.

    Parameters
    ----------
    params : list of Parameter
        What to learn: ``model.parameters()``.
    lr : float, optional
        The learning rate: about how far every weight goes in one step.
    alpha : float, optional
        How much of the running mean to keep in each step; it looks back about
        :math:`1 / (1 - \alpha)` steps.
    eps : float, optional
        Keeps the division finite where gradients are zero.
    weight_decay : float, optional
        Pull every weight towards zero, by adding this share of it to the gradient.
    momentum : float, optional
        How much of the last step's velocity to keep.

    Raises
    ------
    ValueError
        If a number is negative or not finite, ``eps`` is 0, or ``alpha`` or ``momentum`` is 1 or
        more, so that the past would never fade.

    Notes
    -----
    PyTorch's formulas (Hinton et al., 2012, without the momentum), with :math:`\lambda` the
    weight decay and :math:`\mu` the momentum:

    .. math::

        g \leftarrow \nabla L + \lambda w, \qquad
        s \leftarrow \alpha s + (1 - \alpha)\, g^2, \qquad
        v \leftarrow \mu v + \frac{g}{\sqrt{s} + \varepsilon}, \qquad
        w \leftarrow w - \eta v

    Examples
    --------
    >>> from lib import nn
    >>> w = nn.Parameter(np.array([1.0, -2.0]))
    >>> rmsprop = RMSprop([w], lr=0.01, alpha=0)   # no past: every step is ± lr
    >>> w.grad += [1e-3, -1e3]
    >>> rmsprop.step()
    >>> w.data
    array([ 0.9900001, -1.99     ])
    """

    shares = ("alpha", "momentum")

    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0):
        super().__init__(
            params, lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum
        )
        self.remember("mean_square")
        if momentum:
            self.remember("velocity")

    def update(self, w, g, mean_square, velocity=None):
        """Move one parameter by its gradient over the gradient's usual size, in place."""
        if self.weight_decay:
            g = g + self.weight_decay * w
        mean_square *= self.alpha
        mean_square += (1 - self.alpha) * g * g
        step = g / (np.sqrt(mean_square) + self.eps)
        if velocity is not None:
            velocity *= self.momentum
            velocity += step
            step = velocity
        w -= self.lr * step
