"""Gradient check: nudge every number by a little, and see whether the gradient told the truth.

The slope of f at x is nearly ``(f(x + ε) - f(x - ε)) / 2ε``. That needs no calculus, only two
evaluations for each number: too slow to learn with, and just right to test with.
"""

from typing import NamedTuple

import numpy as np

from lib.nn.losses import Loss
from lib.nn.sequential import Sequential


def numerical_gradient(f, x, eps=1e-5):
    r"""Return the gradient of ``f`` at ``x`` by central differences.

    Parameters
    ----------
    f : callable
        Takes ``x``, returns one number.
    x : ndarray of any shape, float64
        Changed entry by entry while ``f`` is evaluated, and put back.
    eps : float, optional
        The nudge. Smaller ones lose digits to rounding, larger ones to the curvature of ``f``.

    Returns
    -------
    ndarray, same shape as ``x``

    Raises
    ------
    TypeError
        If ``x`` is not float64: float32 has too few digits for a difference of 1e-5.

    Notes
    -----
    The error is of order :math:`\varepsilon^2`: in :math:`f(x \pm \varepsilon) = f(x) \pm
    \varepsilon f'(x) + \varepsilon^2 f''(x) / 2 \pm \dots` the even terms cancel.

    Examples
    --------
    >>> numerical_gradient(lambda x: np.sum(x**2), np.array([1.0, -2.0])).round(6)
    array([ 2., -4.])
    """
    slopes = _slopes(lambda: f(x), _float64("x", x), np.arange(x.size), eps)
    return slopes.reshape(x.shape)


def relative_error(a, b):
    """Return how far two arrays are apart, relative to the largest number in either.

    ``max |a - b| / max(max |a|, max |b|, 1e-4)``. Central differences are rounded at about 1e-11;
    next to a gradient of less than 1e-4 that would look like a mistake, hence the last term.

    Parameters
    ----------
    a, b : ndarray of one shape
        What is compared; the order does not matter.

    Returns
    -------
    float
        0 if they are equal.

    Examples
    --------
    >>> relative_error(np.array([1.0, -2.0]), np.array([1.0, -1.0]))
    0.5
    """
    scale = max(np.abs(a).max(initial=0), np.abs(b).max(initial=0), 1e-4)
    return float(np.abs(a - b).max(initial=0) / scale)


class Check(NamedTuple):
    """One row of a ``GradientTable``.

    Attributes
    ----------
    name : str
        The array: ``"input"``, or a parameter such as ``"0.weight"``.
    shape : tuple of int
        Its shape.
    error : float
        How far its two gradients are apart, as ``relative_error`` measures it.
    ok : bool
        Whether that is less than the tolerance.
    """

    name: str
    shape: tuple
    error: float
    ok: bool


class GradientTable(list):
    """What ``gradcheck`` returns: a list of ``Check``, which prints as a table.

    Parameters
    ----------
    rows : iterable of Check
        One for each array.
    tolerance : float
        The relative error from which on a gradient counts as wrong.
    """

    def __init__(self, rows, tolerance):
        super().__init__(rows)
        self.tolerance = tolerance

    @property
    def ok(self):
        """Whether every gradient is right."""
        return all(row.ok for row in self)

    @property
    def worst(self):
        """The largest relative error."""
        return max((row.error for row in self), default=0.0)

    def __str__(self):
        n = max(len("gradient for"), *(len(row.name) for row in self))
        s = max(len("shape"), *(len(str(row.shape)) for row in self))
        lines = [f"{'gradient for':{n}}  {'shape':{s}}  relative error"]
        for name, shape, error, ok in self:
            verdict = f"✓ < {self.tolerance:.0e}" if ok else f"✗ ≥ {self.tolerance:.0e}"
            lines.append(f"{name:{n}}  {shape!s:{s}}  {verdict} (measured {error:.1e})")
        return "\n".join(lines)

    __repr__ = __str__


def gradcheck(
    checked, x, target=None, *, loss=None, rng=None, eps=1e-5, tolerance=1e-6, entries=1000
):
    r"""Compare the gradients that ``backward`` gives with numerical ones.

    Three things can be checked: a layer or network, ``gradcheck(layer, x)``; a loss,
    ``gradcheck(loss, pred, target)``; and both together, ``gradcheck(model, x, y, loss=loss)``.

    Parameters
    ----------
    checked : Module or Loss
        Its parameters must be float64: ``model.astype(np.float64)``.
    x : ndarray of float64
        The input, away from kinks (a ReLU's zero), where there is no single slope.
    target : ndarray, optional
        What the loss compares with: needed wherever there is a loss.
    loss : Loss, optional
        The loss at the end of a whole model.
    rng : numpy.random.Generator, optional
        Draws the upstream gradient of a layer, and the entries; ``default_rng(0)`` if not given.
    eps, tolerance : float, optional
        The nudge, and the relative error (see ``relative_error``) that is still right.
    entries : int, optional
        How many entries of each array to nudge at most, chosen at random.

    Returns
    -------
    GradientTable
        One row for the input and one for each parameter; ``print`` it, or ask it for ``ok``.

    Raises
    ------
    TypeError
        If the input or a parameter is not float64, or a loss has no target.

    Notes
    -----
    A layer alone has no loss, so its output is weighted with a random upstream gradient :math:`g`
    and :math:`\sum g \, y` is differentiated. A plain sum would hide mistakes: the outputs of a
    softmax, for one, always add up to 1. Parameters and gradients are left as they were.

    Examples
    --------
    >>> from lib import nn
    >>> rng = np.random.default_rng(0)
    >>> layer = nn.Linear(3, 2, rng=rng, dtype=np.float64)
    >>> table = gradcheck(layer, rng.normal(size=(5, 3)))
    >>> table.ok
    True
    >>> print(table)  # doctest: +ELLIPSIS
    gradient for  shape   relative error
    input         (5, 3)  ✓ < 1e-06 (measured ...)
    weight        (2, 3)  ✓ < 1e-06 (measured ...)
    bias          (2,)    ✓ < 1e-06 (measured ...)

    A layer that goes backwards in a wrong way is found out:

    >>> class Tanh(nn.Tanh):
    ...     def backward_input(self, grad_output):
    ...         return grad_output  # without the slope 1 - y²
    >>> gradcheck(Tanh(), rng.normal(size=(5, 3)))  # doctest: +ELLIPSIS
    gradient for  shape   relative error
    input         (5, 3)  ✗ ≥ 1e-06 (measured ...)
    """
    rng = np.random.default_rng(0) if rng is None else rng
    x = _float64("x", x).copy()
    if isinstance(checked, Loss):  # a loss alone counts as a network of no layers
        model, loss = Sequential(), checked
    else:
        model = checked
    for name, parameter in model.named_parameters():
        _float64(name, parameter.data)
    if loss is None:
        loss, target = _WeightedSum(), rng.normal(size=model(x).shape)
    if target is None:
        raise TypeError("gradcheck needs the target that the loss compares with")

    def f():
        return loss(model(x), target)

    gradients = _gradients(model, loss, x, f)
    rows = []
    for name, (array, gradient) in gradients.items():
        chosen = rng.permutation(array.size)[:entries]
        error = relative_error(gradient.flat[chosen], _slopes(f, array, chosen, eps))
        rows.append(Check(name, array.shape, error, error < tolerance))
    return GradientTable(rows, tolerance)


class _WeightedSum:
    """The loss Σ g y, whose gradient for y is g."""

    def __call__(self, y, g):
        self.g = g
        return float(np.sum(g * y))

    def backward(self):
        return self.g


def _gradients(model, loss, x, f):
    """Return ``{name: (array, gradient)}`` by backward, and leave ``param.grad`` as it was."""
    before = [parameter.grad.copy() for parameter in model.parameters()]
    model.zero_grad()
    f()
    gradients = {"input": (x, model.backward(loss.backward()))}
    for (name, parameter), old in zip(model.named_parameters(), before, strict=True):
        gradients[name] = parameter.data, parameter.grad.copy()
        parameter.grad[...] = old
    return gradients


def _slopes(f, array, chosen, eps):
    """Return the slope of ``f()`` along each chosen entry of ``array`` (numbered as ``flat``)."""
    slopes = np.empty(len(chosen))
    for k, i in enumerate(chosen):
        value = array.flat[i]
        array.flat[i] = value + eps
        above = f()
        array.flat[i] = value - eps
        below = f()
        array.flat[i] = value
        slopes[k] = (above - below) / (2 * eps)
    return slopes


def _float64(name, array):
    """Return ``array`` if it is an ndarray of float64."""
    if not isinstance(array, np.ndarray) or array.dtype != np.float64:
        raise TypeError(
            f"a gradient check needs float64, but {name} is {getattr(array, 'dtype', type(array))};"
            " use x.astype(np.float64) and model.astype(np.float64)"
        )
    return array
