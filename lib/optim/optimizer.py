"""An optimiser: given the gradient, where to step.

The gradient points uphill. Every optimiser steps downhill, and they differ in how far they go
along each weight and in what they remember of the steps before. What they share is here; what
makes each of them itself is its ``update``, a formula of three or four lines.
"""

import numpy as np

from lib.nn.module import Module, Parameter


class Optimizer:
    """The base of every optimiser: keeps the parameters and walks over them.

    A subclass defines ``update(w, g, ...)``, the step of one parameter from its value ``w`` and its
    gradient ``g``, and calls ``remember`` for each array it wants to keep between steps; ``update``
    is then given those arrays too. Every setting is an attribute and may be changed between steps.

    Parameters
    ----------
    params : list of Parameter
        What to learn: ``model.parameters()``.
    **settings : float
        The learning rate ``lr`` and whatever else the formula needs, none below 0.

    Attributes
    ----------
    steps : int
        How many steps have been taken.

    Raises
    ------
    ValueError
        If there are no parameters, one is given twice, or a setting is negative.
    TypeError
        If ``params`` are not parameters.
    """

    def __init__(self, params, **settings):
        name = type(self).__name__
        if isinstance(params, Module):
            raise TypeError(f"{name} expected model.parameters(), got the model")
        self.params = list(params)
        if not self.params:
            raise ValueError(f"{name} got no parameters: nothing can be learned")
        if not all(isinstance(parameter, Parameter) for parameter in self.params):
            raise TypeError(f"{name} expected a list of Parameter objects")
        if len({id(parameter) for parameter in self.params}) < len(self.params):
            raise ValueError(f"{name} got a parameter twice; it would step twice")
        for setting, value in settings.items():
            if not np.all(np.asarray(value) >= 0):
                raise ValueError(f"{name} expected {setting} ≥ 0, got {value}")
            setattr(self, setting, _python(value))
        self.names = tuple(settings)
        self.memory = {}  # name -> one array for each parameter
        self.steps = 0

    def below_one(self, setting, *values):
        """Raise unless all values, shares of the past to keep in each step, are below 1."""
        if not max(values) < 1:
            raise ValueError(
                f"{type(self).__name__} expected {setting} below 1, got {max(values)}: "
                "the past would never fade"
            )

    def remember(self, name):
        """Keep one array for each parameter from step to step, zero at the start."""
        self.memory[name] = [np.zeros_like(parameter.data) for parameter in self.params]

    def step(self):
        """Move every parameter once, by its gradient."""
        self.steps += 1
        for parameter, *memory in zip(self.params, *self.memory.values(), strict=True):
            self.update(parameter.data, parameter.grad, *memory)

    def update(self, w, g, *memory):
        """Move one parameter's array ``w``, in place, by its gradient ``g``."""
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
        self.steps = state["steps"]
        for name, value in state["settings"].items():
            setattr(self, name, _python(value))
        for name, arrays in state["memory"].items():
            for array, value in zip(self.memory[name], arrays, strict=True):
                array[...] = value

    def __repr__(self):
        settings = ", ".join(f"{name}={value}" for name, value in self.settings().items())
        return f"{type(self).__name__}({settings})"


def _python(value):
    """Return a setting as Python's own numbers: a np.float64 would turn float32 into float64."""
    if isinstance(value, bool):
        return value
    return tuple(map(float, value)) if isinstance(value, (tuple, list)) else float(value)


def _outline(state):
    """Describe a state without its numbers: what, which settings, and arrays of which shapes."""
    memory = {name: [np.shape(a) for a in arrays] for name, arrays in state["memory"].items()}
    return f"{state['optimizer']}({', '.join(state['settings'])}) with the memory {memory}"
