"""One-cycle: warm up, go fast while the going is good, slow down to arrive."""

from lib.nn.inputs import real
from lib.optim.schedules import Schedule, cosine, training_length


class OneCycleLR(Schedule):
    r"""Warm up to a large learning rate, then anneal to almost nothing, all in one training.

    Early on the gradients point every which way and a large step may do harm, so the rate starts
    small. While it is large the momentum is small, and the other way round.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rate, and momentum or first beta, to set.
    max_lr : float
        The learning rate at the peak; the optimiser's own is not used.
    total_steps : int, optional
        How many batches there will be in all: ``epochs * len(train)``.
    pct_start : float, optional
        The share of the steps spent warming up.
    div_factor : float, optional
        The first rate is ``max_lr / div_factor``.
    final_div_factor : float, optional
        The last rate is the first one over ``final_div_factor``.
    cycle_momentum : bool, optional
        Whether the momentum takes part.
    base_momentum, max_momentum : float, optional
        The momentum at the peak of the rate, and at both ends.
    epochs, batches : int, optional
        How many epochs the training has, and how many batches an epoch; both are needed if there is
        no ``total_steps``.

    Raises
    ------
    ValueError
        If the optimiser has no momentum to cycle, the warm-up takes no time, or the clock runs past
        ``total_steps``.

    Notes
    -----
    PyTorch's formulas, after an idea of Smith and Topin (2019). With the peak at
    :math:`P = \text{pct\_start} \cdot T - 1` and the end at :math:`T - 1`, rate and momentum
    follow one half cosine from start to peak and another from peak to end.

    Examples
    --------
    >>> import numpy as np
    >>> from lib import nn, optim
    >>> adam = optim.Adam([nn.Parameter(np.zeros(1))])
    >>> schedule = OneCycleLR(adam, max_lr=1.0, total_steps=11, pct_start=0.5, div_factor=5)
    >>> print(*(f"{schedule.lr_at(t):.2f}" for t in range(11)))
    0.20 0.29 0.53 0.80 0.98 0.98 0.83 0.57 0.29 0.08 0.00
    """

    per_batch = True
    counts = ("total_steps",)

    def __init__(
        self,
        optimizer,
        max_lr,
        total_steps=None,
        *,
        pct_start=0.3,
        div_factor=25.0,
        final_div_factor=1e4,
        cycle_momentum=True,
        base_momentum=0.85,
        max_momentum=0.95,
        epochs=None,
        batches=None,
    ):
        if total_steps is None:
            total_steps = training_length(
                "OneCycleLR", "total_steps", epochs=epochs, batches=batches
            )
        super().__init__(
            optimizer,
            max_lr=max_lr,
            total_steps=total_steps,
            pct_start=pct_start,
            div_factor=div_factor,
            final_div_factor=final_div_factor,
            cycle_momentum=cycle_momentum,
            base_momentum=base_momentum,
            max_momentum=max_momentum,
        )
        self.base_lr = max_lr / div_factor
        self.peak, self.end = pct_start * total_steps - 1, total_steps - 1
        if not 0 < self.peak < self.end:
            raise ValueError(
                f"OneCycleLR expected some steps of warm-up and some after it, got "
                f"pct_start={pct_start} of total_steps={total_steps}"
            )
        has_momentum = hasattr(optimizer, "betas") or getattr(optimizer, "momentum", 0) > 0
        if cycle_momentum and not has_momentum:
            raise ValueError(
                f"OneCycleLR found no momentum to cycle: give {type(optimizer).__name__} one, or "
                "say cycle_momentum=False"
            )
        self.set()

    def checked(self, setting, value):
        """Return a setting, if it is in its range."""
        name = type(self).__name__
        if setting == "cycle_momentum":
            return value
        if setting.endswith("div_factor") or setting == "max_lr":
            return real(name, setting, value, above=0)
        if setting.endswith("momentum"):
            return real(name, setting, value, at_least=0, below=1)
        return super().checked(setting, value)

    def lr_at(self, t):
        """Return the learning rate at time ``t``: up to ``max_lr``, then down to almost nothing."""
        return self.between(t, self.base_lr, self.max_lr, self.base_lr / self.final_div_factor)

    def momentum_at(self, t):
        """Return the momentum at time ``t``: high at both ends, low while the rate is high.

        Parameters
        ----------
        t : int
            How many batches have been taken.

        Returns
        -------
        float
        """
        return self.between(t, self.max_momentum, self.base_momentum, self.max_momentum)

    def between(self, t, start, peak, end):
        """Return the value at ``t`` of a curve through ``start``, ``peak`` and ``end``."""
        if t <= self.peak:
            return cosine(start, peak, t / self.peak)
        return cosine(peak, end, (t - self.peak) / (self.end - self.peak))

    def at(self, t):
        """Return the optimiser's learning rate and, if it takes part, its momentum at ``t``."""
        settings = super().at(t)
        if self.cycle_momentum and hasattr(self.optimizer, "betas"):
            settings["betas"] = (self.momentum_at(t), self.optimizer.betas[1])
        elif self.cycle_momentum:
            settings["momentum"] = self.momentum_at(t)
        return settings

    def set(self):
        """Give the optimiser its learning rate and its momentum."""
        if self.steps > self.total_steps:
            raise ValueError(
                f"OneCycleLR has come to its end: it was made for total_steps={self.total_steps}; "
                "make it for all the batches there are, epochs * len(train)"
            )
        super().set()
