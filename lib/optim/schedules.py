"""Schedules: a large learning rate to get far, a small one to arrive.

A schedule changes the ``lr`` of its optimiser. It has a clock of its own, which ``step()`` moves on
by one. ``fit(..., schedule=...)`` does that for you: after every epoch for ``StepLR`` and
``CosineAnnealingLR``, after every batch for ``OneCycleLR``, as is usual in PyTorch.

Each schedule has a setting that says how long it lasts. Or tell it the ``epochs`` of the training
and the ``batches`` of an epoch, which all of them take.
"""

import math

from lib.nn.inputs import real, whole
from lib.nn.signatures import WithOptions
from lib.optim.optimizer import Optimizer


class Schedule(WithOptions):
    """The base of every schedule: counts steps and sets the learning rate.

    A schedule of your own defines ``lr_at(t)``, the learning rate at time ``t``. The time is 0 at
    first, and ``step()`` moves it on by one.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rate to set.
    **settings : float
        What the formula needs, all finite and none below 0.

    Attributes
    ----------
    base_lr : float
        The learning rate that the optimiser came with.
    steps : int
        The time on the schedule's clock.
    per_batch : bool
        Whether ``fit`` moves the clock after every batch or after every epoch.

    Examples
    --------
    >>> import numpy as np
    >>> from lib import nn, optim
    >>> class LinearDecay(Schedule):
    ...     def __init__(self, optimizer, epochs):
    ...         super().__init__(optimizer, epochs=epochs)
    ...
    ...     def lr_at(self, t):
    ...         return self.base_lr * (1 - t / self.epochs)
    >>> sgd = optim.SGD([nn.Parameter(np.zeros(1))], lr=0.5)
    >>> schedule = LinearDecay(sgd, epochs=4)
    >>> schedule.step()
    >>> sgd.lr, [schedule.lr_at(t) for t in range(5)]
    (0.375, [0.5, 0.375, 0.25, 0.125, 0.0])
    """

    per_batch = False
    counts = ()  # the settings that are whole numbers of epochs or batches

    def __init__(self, optimizer, **settings):
        name = type(self).__name__
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{name} expected an optimiser, got {type(optimizer).__name__}")
        for setting, value in settings.items():
            setattr(self, setting, self.checked(setting, value))
        self.names = tuple(settings)
        self.optimizer, self.base_lr, self.steps = optimizer, optimizer.lr, 0

    def checked(self, setting, value):
        """Return a setting, if it is in its range."""
        if setting in self.counts:
            return whole(type(self).__name__, setting, value, at_least=1)
        return real(type(self).__name__, setting, value, at_least=0)

    def lr_at(self, t):
        """Return the learning rate at time ``t``; ``[s.lr_at(t) for t in range(9)]`` to plot it.

        Parameters
        ----------
        t : int
            How many epochs are over; how many batches, if the schedule is ``per_batch``.

        Returns
        -------
        float
        """
        raise NotImplementedError(f"{type(self).__name__} must define lr_at(t)")

    def step(self):
        """Move the clock on by one and set the learning rate."""
        self.steps += 1
        self.set()

    def at(self, t):
        """Return the optimiser's settings at time ``t``: ``{"lr": 0.1}``."""
        return {"lr": float(self.lr_at(t))}

    def set(self):
        """Give the optimiser what it should have at this time."""
        for name, value in self.at(self.steps).items():
            setattr(self.optimizer, name, value)

    def settings(self):
        """Return the settings as a dictionary."""
        return {name: getattr(self, name) for name in self.names}

    def state_dict(self):
        """Return what ``load_state_dict`` needs to go on from here."""
        plan = {"schedule": type(self).__name__, "base_lr": self.base_lr, **self.settings()}
        return {"plan": plan, "steps": self.steps}

    def load_state_dict(self, state):
        """Go on from where ``state_dict()`` was taken; the optimiser has a state of its own.

        Parameters
        ----------
        state : dict
            What ``state_dict()`` returned.

        Raises
        ------
        ValueError
            If the state is that of another schedule.
        """
        own = self.state_dict()["plan"]
        plan = state.get("plan") if isinstance(state, dict) else state
        if plan != own:
            raise ValueError(
                f"{type(self).__name__} cannot go on from this state: it was {plan} and "
                f"is now {own}; build it as it was built then"
            )
        self.steps = whole(type(self).__name__, "steps", state.get("steps"), at_least=0)

    def __repr__(self):
        settings = "".join(f", {name}={value}" for name, value in self.settings().items())
        return f"{type(self).__name__}(base_lr={self.base_lr}{settings})"


class StepLR(Schedule):
    r"""Multiply the learning rate by ``gamma`` every ``step_size`` epochs.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rate to set.
    step_size : int, optional
        How many epochs each level lasts; by default a third of the training.
    gamma : float, optional
        The factor from one level to the next.
    epochs : int, optional
        How many epochs the training has; needed if there is no ``step_size``.
    batches : int, optional
        Not used, since this schedule counts epochs; all schedules take both.

    Raises
    ------
    TypeError
        If there is neither ``step_size`` nor ``epochs``.

    Notes
    -----
    :math:`\eta_t = \eta_0\, \gamma^{\lfloor t / \text{step\_size} \rfloor}`, as in PyTorch.

    Examples
    --------
    >>> import numpy as np
    >>> from lib import nn, optim
    >>> sgd = optim.SGD([nn.Parameter(np.zeros(1))], lr=0.5)
    >>> schedule = StepLR(sgd, step_size=2)
    >>> for epoch in range(4):
    ...     print(f"epoch {epoch}: {sgd.lr:.3f}")
    ...     schedule.step()
    epoch 0: 0.500
    epoch 1: 0.500
    epoch 2: 0.050
    epoch 3: 0.050
    """

    counts = ("step_size",)

    def __init__(self, optimizer, step_size=None, gamma=0.1, *, epochs=None, batches=None):
        if step_size is None:
            step_size = math.ceil(training_length("StepLR", "step_size", epochs=epochs) / 3)
        super().__init__(optimizer, step_size=step_size, gamma=gamma)

    def lr_at(self, t):
        """Return ``base_lr · gamma^(t // step_size)``."""
        return self.base_lr * self.gamma ** (t // self.step_size)


class CosineAnnealingLR(Schedule):
    r"""Lower the learning rate along half a cosine: slowly, then fast, then slowly.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rate to set.
    T_max : int, optional
        How many epochs it takes to reach ``eta_min``: the number of epochs you train for. After
        that the rate rises again.
    eta_min : float, optional
        The lowest learning rate.
    epochs : int, optional
        How many epochs the training has; needed if there is no ``T_max``.
    batches : int, optional
        Not used, since this schedule counts epochs; all schedules take both.

    Raises
    ------
    TypeError
        If there is neither ``T_max`` nor ``epochs``.

    Notes
    -----
    PyTorch's formula (Loshchilov and Hutter, 2017):

    .. math::

        \eta_t = \eta_{\min} + \tfrac12 (\eta_0 - \eta_{\min})
        \left(1 + \cos \frac{\pi t}{T_{\max}} \right)

    Examples
    --------
    >>> import numpy as np
    >>> from lib import nn, optim
    >>> sgd = optim.SGD([nn.Parameter(np.zeros(1))], lr=0.5)
    >>> schedule = CosineAnnealingLR(sgd, epochs=6)
    >>> print(*(f"{schedule.lr_at(t):.3f}" for t in range(7)))
    0.500 0.467 0.375 0.250 0.125 0.033 0.000
    """

    counts = ("T_max",)

    def __init__(self, optimizer, T_max=None, eta_min=0, *, epochs=None, batches=None):
        if T_max is None:
            T_max = training_length("CosineAnnealingLR", "T_max", epochs=epochs)
        super().__init__(optimizer, T_max=T_max, eta_min=eta_min)

    def lr_at(self, t):
        """Return the point at ``t`` of the cosine from ``base_lr`` down to ``eta_min``."""
        return cosine(self.base_lr, self.eta_min, t / self.T_max)


def training_length(schedule, setting, **length):
    """Return the product of ``epochs=`` and, if passed, ``batches=``; an error if one is None.

    ``schedule`` and ``setting`` are for the message: who needs it, and what could be given instead.
    """
    if None in length.values():
        raise TypeError(f"{schedule} needs {setting}, or {' and '.join(length)}")
    return math.prod(whole(schedule, name, number, at_least=1) for name, number in length.items())


def cosine(start, end, share):
    """Return the number that is a ``share`` of the way from ``start`` to ``end``.

    The way is half a cosine wave, flat at both ends. (cos goes from 1 to -1, so (1 + cos) / 2 goes
    from 1, which is all of ``start``, to 0, which is all of ``end``.)
    """
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2
