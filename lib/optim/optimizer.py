"""An optimiser: given the gradient, where to step.

The gradient points uphill. Every optimiser steps downhill, and they differ in how far they go
along each weight and in what they remember of the steps before. What they share is here; what
makes each of them itself is its ``update``, a formula of three or four lines.
"""

from collections.abc import Iterable

import numpy as np

from lib.nn.inputs import real, whole
from lib.nn.module import Module
from lib.nn.parameter import Parameter
from lib.nn.signatures import WithOptions
from lib.nn.states import real_numbers


class Optimizer(WithOptions):
    """The base of every optimiser: keeps the parameters and walks over them.

    An optimiser of your own defines ``update(w, g, ...)``, the step of one parameter from its value
    ``w`` and its gradient ``g``. It calls ``remember`` for each array it wants to keep between
    steps; ``update`` is then given those arrays, too. Every setting is an attribute and may be
    changed between steps.

    Parameters
    ----------
    params : list of Parameter
        What to learn: ``model.parameters()``.
    **settings : float
        The learning rate ``lr`` and whatever else the formula needs, all finite and none below 0.

    Attributes
    ----------
    steps : int
        How many steps have been taken.

    Raises
    ------
    ValueError
        If there are no parameters, one is given twice, or a setting is not in its range.
    TypeError
        If ``params`` are not parameters, or a setting is not a number.

    Examples
    --------
    Every weight moves by ``lr``, in the direction that its gradients agree on:

    >>> class SignMomentum(Optimizer):
    ...     def __init__(self, params, lr, momentum=0.9):
    ...         super().__init__(params, lr=lr, momentum=momentum)
    ...         self.remember("velocity")
    ...
    ...     def update(self, w, g, velocity):  # arrays, to be changed in place
    ...         velocity *= self.momentum
    ...         velocity += g
    ...         w -= self.lr * np.sign(velocity)
    >>> w = Parameter(np.array([1.0, -2.0]))
    >>> w.grad += [0.001, -1000.0]
    >>> SignMomentum([w], lr=0.1).step()
    >>> w.data
    array([ 0.9, -1.9])
    """

    shares = ()  # the settings that say how much of the past to keep in each step

    def __init__(self, params, **settings):
        self.params = parameter_list(type(self).__name__, params)
        for setting, value in settings.items():
            setattr(self, setting, self.checked(setting, value))
        self.names = tuple(settings)
        self.memory = {}  # name -> one array for each parameter
        self.steps = 0

    def checked(self, setting, value):
        """Return a setting as one of Python's numbers, if it is in its range.

        A np.float64 would turn float32 into float64; a share of 1 would never let the past fade.
        """
        name = type(self).__name__
        if setting in self.shares:
            return real(name, setting, value, at_least=0, below=1)
        if setting == "eps":
            return real(name, setting, value, above=0)
        return real(name, setting, value, at_least=0)

    def require_parameters_of(self, model):
        """Raise an error unless all parameters are those of ``model``; others would never learn."""
        own = {id(parameter) for parameter in model.parameters()}
        strangers = sum(id(parameter) not in own for parameter in self.params)
        if strangers:
            raise ValueError(
                f"{type(self).__name__} holds {len(self.params)} parameters, {strangers} of them "
                "not the model's, so they would never learn; build it with model.parameters()"
            )

    def remember(self, name):
        """Keep one array for each parameter from step to step, zero at the start.

        Parameters
        ----------
        name : str
            What it is called in ``state_dict()``; ``update`` gets the arrays in the order in which
            they were asked for.
        """
        self.memory[name] = [np.zeros_like(parameter.data) for parameter in self.params]

    def step(self):
        """Move every parameter once, by its gradient."""
        self.steps += 1
        for parameter, *memory in zip(self.params, *self.memory.values(), strict=True):
            self.update(parameter.data, parameter.grad, *memory)

    def update(self, w, g, *memory):
        """Move one parameter's array ``w``, in place, by its gradient ``g``.

        Parameters
        ----------
        w, g : ndarray
            The parameter's value and gradient, of the same shape and dtype.
        *memory : ndarray
            What ``remember`` keeps for this parameter, of that shape and dtype as well.
        """
        raise NotImplementedError(f"{type(self).__name__} must define update(w, g)")

    def zero_grad(self):
        """Set every gradient to zero; without it the next ``backward`` adds to the last one."""
        for parameter in self.params:
            parameter.grad.fill(0)

    # -- stopping and going on --------------------------------------------------------------------

    def settings(self):
        """Return the settings as they are now, ``{"lr": 0.1, ...}``."""
        return {name: getattr(self, name) for name in self.names}

    def state_dict(self):
        """Return all that the next step depends on, apart from the parameters, as copies."""
        return {
            "optimizer": type(self).__name__,
            "steps": self.steps,
            "settings": self.settings(),
            "memory": {name: [a.copy() for a in arrays] for name, arrays in self.memory.items()},
        }

    def load_state_dict(self, state):
        """Go on from where ``state_dict()`` was taken.

        Parameters
        ----------
        state : dict
            What ``state_dict()`` returned.

        Raises
        ------
        ValueError
            If the state is another optimiser's, or belongs to parameters of other shapes. Nothing
            is changed then.
        """
        own = self.state_dict()
        if _outline(own) != _outline(state):
            raise ValueError(
                f"{type(self).__name__} cannot go on from this state, which is that of "
                f"{_outline(state)} instead of {_outline(own)}; build it as it was built then"
            )
        steps = whole(type(self).__name__, "steps", state["steps"], at_least=0)
        settings = {name: self.checked(name, value) for name, value in state["settings"].items()}
        memory = {
            name: [
                real_numbers(type(self).__name__, name, value, like=array)
                for array, value in zip(self.memory[name], arrays, strict=True)
            ]
            for name, arrays in state["memory"].items()
        }
        self.steps = steps
        for name, value in settings.items():
            setattr(self, name, value)
        for name, arrays in memory.items():
            for array, value in zip(self.memory[name], arrays, strict=True):
                array[...] = value

    def __repr__(self):
        settings = ", ".join(f"{name}={value}" for name, value in self.settings().items())
        return f"{type(self).__name__}({settings})"


def parameter_list(who, params):
    """Return ``params`` as a list, if they are parameters and each is there once."""
    if isinstance(params, Module):
        raise TypeError(f"{who} expected model.parameters(), got the model")
    if isinstance(params, Parameter):
        raise TypeError(f"{who} expected a list of Parameter objects, got one; use [parameter]")
    params = list(params) if isinstance(params, Iterable) else [params]
    if not params:
        raise ValueError(f"{who} got no parameters: nothing can be learned")
    if any(isinstance(entry, dict) for entry in params):
        raise TypeError(f"{who} has no parameter groups; make one optimiser for each group")
    if all(isinstance(entry, tuple) and isinstance(entry[-1], Parameter) for entry in params):
        raise TypeError(f"{who} expected parameters without names; use model.parameters()")
    if not all(isinstance(parameter, Parameter) for parameter in params):
        raise TypeError(f"{who} expected a list of Parameter objects; use model.parameters()")
    if len({id(parameter) for parameter in params}) < len(params):
        raise ValueError(f"{who} got a parameter twice, to step twice; leave one of the two out")
    return params


def _outline(state):
    """Describe a state without its numbers: what, which settings, and arrays of which shapes."""
    try:
        memory = {name: [np.shape(a) for a in arrays] for name, arrays in state["memory"].items()}
        steps = "" if "steps" in state else " without a count of its steps"
        return (
            f"{state['optimizer']}({', '.join(state['settings'])}) with the memory {memory}{steps}"
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        return "no optimiser"
