"""Stochastic gradient descent: step against the gradient, and keep some speed if you like."""

from lib.optim.optimizer import Optimizer


class SGD(Optimizer):
    r"""Stochastic gradient descent: a step against the gradient of one batch.

    Parameters
    ----------
    params : list of Parameter
        What to learn: ``model.parameters()``.
    lr : float
        The learning rate: how far to go.
    momentum : float, optional
        How much of the last step's velocity to keep; 0.9 is usual.
    nesterov : bool, optional
        Look one step of the velocity ahead.
    weight_decay : float, optional
        Pull every weight towards zero, by this share of itself.

    Raises
    ------
    ValueError
        If a number is negative or not finite, ``momentum`` is 1 or more, or ``nesterov`` is asked
        for without it.

    Notes
    -----
    PyTorch's formulas, with :math:`\lambda` the weight decay and :math:`\mu` the momentum:

    .. math::

        g \leftarrow \nabla L + \lambda w, \qquad
        v \leftarrow \mu v + g, \qquad
        w \leftarrow w - \eta \cdot \begin{cases}
            g & \mu = 0 \\ v & \text{momentum} \\ g + \mu v & \text{Nesterov}
        \end{cases}

    Examples
    --------
    >>> import numpy as np
    >>> from lib import nn
    >>> w = nn.Parameter(np.array([1.0, -2.0]))
    >>> sgd = SGD([w], lr=0.1)
    >>> w.grad += 2 * w.data          # the gradient of Σ w²
    >>> sgd.step()
    >>> w.data
    array([ 0.8, -1.6])
    """

    shares = ("momentum",)

    def __init__(self, params, lr, momentum=0, *, nesterov=False, weight_decay=0):
        super().__init__(
            params, lr=lr, momentum=momentum, nesterov=nesterov, weight_decay=weight_decay
        )
        if nesterov and not momentum:
            raise ValueError("SGD with nesterov=True needs a momentum, for example 0.9")
        if momentum:
            self.remember("velocity")

    def checked(self, setting, value):
        """Return a setting; ``nesterov`` is a yes or a no."""
        if setting != "nesterov":
            return super().checked(setting, value)
        if not isinstance(value, bool):
            raise TypeError(f"SGD expected nesterov=True or nesterov=False, got {value!r}")
        return value

    def update(self, w, g, velocity=None):
        """Move one parameter against its gradient, in place."""
        if self.weight_decay:
            g = g + self.weight_decay * w
        if velocity is not None:
            velocity *= self.momentum
            velocity += g
            g = g + self.momentum * velocity if self.nesterov else velocity
        w -= self.lr * g
