"""Activations: the bend between two linear layers, without which two would be no more than one.

The first four work on each number alone, ``y = f(x)``, so the chain rule is one product:
∂L/∂x = ∂L/∂y · f'(x). Softmax and log-softmax work on whole rows: there every output depends on
every input, and the product is one with a matrix, the Jacobian.
"""

import numpy as np

from lib.nn.inputs import real, require_floats, require_scores
from lib.nn.module import Module


def sigmoid(x):
    """Return ``1 / (1 + exp(-x))``."""
    with np.errstate(over="ignore"):  # exp(-x) may be infinite: 1 / (1 + ∞) = 0 is right
        return 1 / (1 + np.exp(-x))


def log_softmax(x):
    """Return the logarithm of softmax along the last axis, finite for every finite input."""
    # Subtracting the row maximum leaves softmax unchanged and keeps exp() from overflowing.
    shifted = x - x.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


# y = tanh x  ⇒  dy/dx = 1 − tanh² x = 1 − y²
class Tanh(Module):
    """Squash every number into (-1, 1): ``y = tanh(x)``, with slope ``1 - y²``.

    Examples
    --------
    >>> tanh = Tanh()
    >>> tanh(np.array([-2.0, 0.0, 2.0])).round(2)
    array([-0.96,  0.  ,  0.96])
    >>> tanh.backward(np.ones(3)).round(2)  # steep in the middle, flat at both ends
    array([0.07, 1.  , 0.07])
    """

    def forward(self, x):
        """Return ``tanh(x)``, in the shape and dtype of ``x``."""
        y = np.tanh(require_floats("Tanh", x))
        self.save(y, output=y)
        return y

    def backward_input(self, grad_output):
        """Return ``g · (1 - y²)``."""
        y = self.saved(grad_output)
        return grad_output * (1 - y * y)


# y = 1 / (1 + e⁻ˣ)  ⇒  dy/dx = e⁻ˣ / (1 + e⁻ˣ)² = y (1 − y)
class Sigmoid(Module):
    """Squash every number into (0, 1): ``y = 1 / (1 + exp(-x))``, with slope ``y (1 - y)``.

    It turns one score into the probability of a yes; ``Softmax`` does it for several classes.

    Examples
    --------
    >>> sigmoid = Sigmoid()
    >>> sigmoid(np.array([-2.0, 0.0, 2.0])).round(2)
    array([0.12, 0.5 , 0.88])
    >>> sigmoid.backward(np.ones(3)).round(2)  # a quarter at most
    array([0.1 , 0.25, 0.1 ])
    """

    def forward(self, x):
        """Return ``sigmoid(x)``, in the shape and dtype of ``x``."""
        y = sigmoid(require_floats("Sigmoid", x))
        self.save(y, output=y)
        return y

    def backward_input(self, grad_output):
        """Return ``g · y (1 - y)``."""
        y = self.saved(grad_output)
        return grad_output * (y * (1 - y))


# y = x where x > 0, else 0  ⇒  dy/dx = 1 where x > 0, else 0 (at the kink x = 0 we take 0)
class ReLU(Module):
    """Let positive numbers pass and stop the others: ``y = max(x, 0)``, with slope 1 or 0.

    At 0 itself, where there is no single slope, it is 0, as in PyTorch.

    Examples
    --------
    >>> relu = ReLU()
    >>> relu(np.array([-2.0, 0.0, 2.0]))
    array([0., 0., 2.])
    >>> relu.backward(np.ones(3))
    array([0., 0., 1.])
    """

    def forward(self, x):
        """Return ``max(x, 0)``, in the shape and dtype of ``x``."""
        y = np.maximum(require_floats("ReLU", x), 0)
        self.save(x > 0, output=y)
        return y

    def backward_input(self, grad_output):
        """Return ``g`` where ``x > 0`` and 0 elsewhere."""
        passed = self.saved(grad_output)
        return grad_output * passed


# y = x where x > 0, else s x  ⇒  dy/dx = 1 where x > 0, else s
class LeakyReLU(Module):
    """Let positive numbers pass and shrink the others: no unit is ever silent for good.

    Parameters
    ----------
    negative_slope : float, optional
        The slope left of zero, and at zero.

    Notes
    -----
    A unit of ``ReLU`` that is negative for every image has a slope of 0 for every image, so its
    weights never change again. Here some gradient always comes through (Maas et al., 2013).

    Examples
    --------
    >>> leaky = LeakyReLU(0.1)
    >>> leaky(np.array([-2.0, 0.0, 2.0]))
    array([-0.2,  0. ,  2. ])
    >>> leaky.backward(np.ones(3))
    array([0.1, 0.1, 1. ])
    """

    def __init__(self, negative_slope=0.01):
        self.negative_slope = real("LeakyReLU", "negative_slope", negative_slope)

    def forward(self, x):
        """Return ``x`` where it is positive, ``negative_slope · x`` elsewhere."""
        passed = require_floats("LeakyReLU", x) > 0
        y = np.where(passed, x, self.negative_slope * x)
        self.save(passed, output=y)
        return y

    def backward_input(self, grad_output):
        """Return ``g`` where ``x > 0`` and ``negative_slope · g`` elsewhere."""
        passed = self.saved(grad_output)
        return np.where(passed, grad_output, self.negative_slope * grad_output)

    def settings(self):
        """Return the slope."""
        return f"negative_slope={self.negative_slope}"


# yᵢ = eˣⁱ / Σₖ eˣᵏ  ⇒  ∂yᵢ/∂xⱼ = yᵢ ([i = j] − yⱼ)
#                    ⇒  ∂L/∂xⱼ = Σᵢ gᵢ yᵢ ([i = j] − yⱼ) = yⱼ (gⱼ − Σᵢ gᵢ yᵢ)
class Softmax(Module):
    r"""Turn each row of scores into probabilities that add up to 1.

    Notes
    -----
    :math:`y_i = e^{x_i} / \sum_k e^{x_k}` along the last axis. ``backward_input`` multiplies by
    the whole Jacobian :math:`\partial y_i / \partial x_j = y_i ([i = j] - y_j)` without ever
    building it. To train a classifier leave Softmax out and use ``CrossEntropyLoss``, which takes
    the scores themselves.

    Examples
    --------
    >>> softmax = Softmax()
    >>> softmax(np.array([[0.0, 1.0, 2.0]])).round(2)
    array([[0.09, 0.24, 0.67]])
    >>> softmax.backward(np.array([[0.0, 0.0, 1.0]])).round(2)
    array([[-0.06, -0.16,  0.22]])
    """

    def forward(self, x):
        """Return the probabilities, in the shape and dtype of ``x``."""
        y = np.exp(log_softmax(require_scores("Softmax", x)))
        self.save(y, output=y)
        return y

    def backward_input(self, grad_output):
        """Return ``y · (g - Σ g y)``, the sum taken over each row."""
        y = self.saved(grad_output)
        return y * (grad_output - (grad_output * y).sum(axis=-1, keepdims=True))


# yᵢ = xᵢ − log Σₖ eˣᵏ  ⇒  ∂yᵢ/∂xⱼ = [i = j] − pⱼ  with p = softmax(x) = eʸ
#                       ⇒  ∂L/∂xⱼ = gⱼ − pⱼ Σᵢ gᵢ
class LogSoftmax(Module):
    r"""Turn each row of scores into logarithms of probabilities, as ``NLLLoss`` takes them.

    Notes
    -----
    :math:`y_i = x_i - \log \sum_k e^{x_k}` along the last axis, with the Jacobian
    :math:`\partial y_i / \partial x_j = [i = j] - e^{y_j}`.

    Examples
    --------
    >>> LogSoftmax()(np.array([[0.0, 1.0, 2.0]])).round(2)
    array([[-2.41, -1.41, -0.41]])
    >>> LogSoftmax()(np.array([[0.0, -1000.0]]))  # softmax alone would give log(0)
    array([[    0., -1000.]])
    """

    def forward(self, x):
        """Return the log-probabilities, in the shape and dtype of ``x``."""
        y = log_softmax(require_scores("LogSoftmax", x))
        self.save(y, output=y)
        return y

    def backward_input(self, grad_output):
        """Return ``g - exp(y) Σ g``, the sum taken over each row."""
        y = self.saved(grad_output)
        return grad_output - np.exp(y) * grad_output.sum(axis=-1, keepdims=True)
