"""Optimisers: given the gradient, where to step.

The gradient points uphill. Every optimiser steps downhill, and they differ in how far they go
along each weight and in what they remember of the steps before.
"""

import numpy as np

from lib.nn.module import Module, Parameter


class Optimizer:
    """The base of every optimiser: keeps the parameters and walks over them.

    A subclass defines ``update(i, parameter)``, the step of parameter number ``i``. The learning
    rate ``lr`` may be changed between steps.

    Parameters
    ----------
    params : list of Parameter
        What to learn: ``model.parameters()``.
    lr : float
        The learning rate.
    """

    def __init__(self, params, lr):
        if isinstance(params, Module):
            raise TypeError(f"{type(self).__name__} expected model.parameters(), got the model")
        self.params = list(params)
        if not self.params:
            raise ValueError(f"{type(self).__name__} got no parameters: nothing can be learned")
        if not all(isinstance(parameter, Parameter) for parameter in self.params):
            raise TypeError(f"{type(self).__name__} expected a list of Parameter objects")
        if len({id(parameter) for parameter in self.params}) < len(self.params):
            raise ValueError(f"{type(self).__name__} got a parameter twice; it would step twice")
        self.lr = self.not_negative("lr", lr)

    def step(self):
        """Move every parameter once, by its gradient."""
        for i, parameter in enumerate(self.params):
            self.update(i, parameter)

    def update(self, i, parameter):
        """Move one parameter, in place."""
        raise NotImplementedError(f"{type(self).__name__} must define update(i, parameter)")

    def zero_grad(self):
        """Set every gradient to zero; without it the next ``backward`` adds to the last one."""
        for parameter in self.params:
            parameter.grad.fill(0)

    def not_negative(self, name, value):
        """Return ``value`` if it is a number and at least 0."""
        if not value >= 0:
            raise ValueError(f"{type(self).__name__} expected {name} ≥ 0, got {value}")
        return value


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
        If a number is negative, or ``nesterov`` is asked for without momentum.

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
    >>> w = Parameter(np.array([1.0, -2.0]))
    >>> sgd = SGD([w], lr=0.1)
    >>> w.grad += 2 * w.data          # the gradient of Σ w²
    >>> sgd.step()
    >>> w.data
    array([ 0.8, -1.6])
    """

    def __init__(self, params, lr, momentum=0, nesterov=False, weight_decay=0):
        super().__init__(params, lr)
        self.momentum = self.not_negative("momentum", momentum)
        self.weight_decay = self.not_negative("weight_decay", weight_decay)
        self.nesterov = nesterov
        if nesterov and not momentum:
            raise ValueError("SGD with nesterov=True needs a momentum, for example 0.9")
        if momentum:
            self.velocity = [np.zeros_like(parameter.data) for parameter in self.params]

    def update(self, i, parameter):
        """Move one parameter against its gradient, in place."""
        g = parameter.grad
        if self.weight_decay:
            g = g + self.weight_decay * parameter.data
        if self.momentum:
            v = self.velocity[i]
            v *= self.momentum
            v += g
            g = g + self.momentum * v if self.nesterov else v
        parameter.data -= self.lr * g

    def __repr__(self):
        return (
            f"SGD(lr={self.lr}, momentum={self.momentum}, nesterov={self.nesterov}, "
            f"weight_decay={self.weight_decay})"
        )
