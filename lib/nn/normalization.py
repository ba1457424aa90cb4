"""Batch normalisation: give every channel mean 0 and variance 1, then let it choose its own.

While training, mean and variance are those of the batch. A running average of both is kept for
evaluation, when a prediction must not depend on who else is in the batch.
"""

import numpy as np

from lib.nn.inputs import require_floats
from lib.nn.module import Module
from lib.nn.parameter import Buffer, Parameter


class _BatchNorm(Module):
    """The one implementation; a subclass says which shapes it takes."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1, *, dtype=np.float32):
        name = type(self).__name__
        if num_features < 1:
            raise ValueError(f"{name} needs at least one channel, got {num_features}")
        if not (eps > 0 and 0 <= momentum <= 1):
            raise ValueError(f"{name} expected eps > 0 and momentum in [0, 1], got {eps, momentum}")
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = Parameter(np.ones(num_features, dtype))
        self.bias = Parameter(np.zeros(num_features, dtype))
        self.running_mean = Buffer(np.zeros(num_features, dtype))
        self.running_var = Buffer(np.ones(num_features, dtype))
        self.num_batches_tracked = Buffer(np.array(0))

    # m = 1/n Σ x,  v = 1/n Σ (x − m)²,  s = 1/√(v + ε),  x̂ = s (x − m),  y = γ x̂ + β
    def forward(self, x):
        """Return the batch, normalised, in the shape and dtype of ``x``.

        Raises
        ------
        ValueError, TypeError
            If the shape or the dtype of ``x`` does not fit, or if a channel has fewer than two
            values while training: their variance would say nothing.
        """
        self.check(x)
        mean = x.mean(axis=self.other_axes(x)) if self.training else self.running_mean.data
        centred = x - self.column(mean, x)
        if self.training:
            n = self.count(x)
            var = self.sum_of_products(centred, centred) / n
            self.track(mean, var * (n / (n - 1)))
        else:
            var = self.running_var.data
        s = 1 / np.sqrt(var + self.eps)
        y = centred * self.column(self.weight.data * s, x)
        y += self.column(self.bias.data, x)
        self.save((centred, s, self.training), output=y)
        return y

    def backward(self, grad_output):
        """Run both halves; they share two sums over the batch."""
        sums = self.sums(grad_output)
        self.backward_params(grad_output, sums)
        return self.backward_input(grad_output, sums)

    # y = γ x̂ + β  ⇒  ∂L/∂β = Σ g,  ∂L/∂γ = Σ g x̂
    def sums(self, grad_output):
        """Return ``Σ g`` and ``Σ g x̂`` over each channel."""
        centred, s, _ = self.saved(grad_output)
        total = grad_output.sum(axis=self.other_axes(grad_output))
        return total, s * self.sum_of_products(grad_output, centred)

    def backward_params(self, grad_output, sums=None):
        """Add ``Σ g x̂`` to the gradient of the weight γ and ``Σ g`` to that of the bias β."""
        total, product = sums or self.sums(grad_output)
        self.weight.grad += product
        self.bias.grad += total

    # With m and v fixed, x takes part in y as γ s x ⇒ ∂L/∂x = γ s g. But m and v move with x:
    #   ∂L/∂m = − γ s Σ g               and  ∂m/∂x = 1/n           ⇒  add  − γ s · 1/n Σ g
    #   ∂L/∂v = − γ s³/2 Σ g (x − m)    and  ∂v/∂x = 2/n (x − m)   ⇒  add  − γ s · x̂ · 1/n Σ g x̂
    def backward_input(self, grad_output, sums=None):
        """Return ``γ s (g - mean(g) - x̂ · mean(g x̂))``; in evaluation ``γ s g``."""
        centred, s, training = self.saved(grad_output)
        scale = self.column(self.weight.data * s, grad_output)
        if not training:
            return grad_output * scale
        total, product = sums or self.sums(grad_output)
        n = self.count(grad_output)
        grad = centred * self.column(-s * product / n, grad_output)
        grad += grad_output
        grad -= self.column(total / n, grad_output)
        grad *= scale
        return grad

    def track(self, mean, unbiased_var):
        """Move the running averages a little towards this batch."""
        for buffer, new in ((self.running_mean, mean), (self.running_var, unbiased_var)):
            buffer.data *= 1 - self.momentum
            buffer.data += self.momentum * new
        self.num_batches_tracked.data += 1

    # -- sums over all axes but the channels, and what they give back to all axes -----------------

    def other_axes(self, x):
        """Return all axes of ``x`` but that of the channels."""
        return (0, *range(2, x.ndim))

    def column(self, values, x):
        """Return one value for each channel in a shape that broadcasts against ``x``."""
        return values.reshape(-1, *[1] * (x.ndim - 2))

    def count(self, x):
        """Return n, how many values each channel has."""
        return x.size // self.num_features

    def sum_of_products(self, a, b):
        """Return ``Σ a b`` over each channel, without an array for the products."""
        axes = list(range(a.ndim))
        return np.einsum(a, axes, b, axes, [1])

    def check(self, x):
        """Raise an error unless ``x`` is a batch with the right channels, dtype and number."""
        name, dtype = type(self).__name__, self.weight.data.dtype
        require_floats(name, x)
        if x.ndim not in self.dimensions or x.shape[1] != self.num_features:
            raise ValueError(
                f"{name} expected input {self.expected.format(self.num_features)}, got {x.shape}"
            )
        if x.dtype != dtype:
            raise TypeError(
                f"{name} has {dtype} weights but got {x.dtype} input; use x.astype(np.{dtype}) "
                f"or model.astype(np.{x.dtype})"
            )
        if self.training and self.count(x) < 2:
            raise ValueError(
                f"{name} expected more than 1 value per channel when training, got input "
                f"{x.shape}; use a larger batch, or model.eval()"
            )

    def settings(self):
        """Return the sizes, as PyTorch prints them."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine=True, "
            "track_running_stats=True"
        )


class BatchNorm1d(_BatchNorm):
    """Normalise each feature of a batch (N, C), or each channel of (N, C, L), over all else.

    Parameters
    ----------
    num_features : int
        How many channels, C.
    eps : float, optional
        Added to the variance, so that a constant channel is not divided by zero.
    momentum : float, optional
        The share of a new batch in the running averages.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Attributes
    ----------
    weight, bias : Parameter of shape (C,)
        The standard deviation γ and the mean β that a channel gets; 1 and 0 to start with.
    running_mean, running_var : Buffer of shape (C,)
        What evaluation normalises with.
    num_batches_tracked : Buffer
        How many batches they have seen.

    Notes
    -----
    With :math:`m` and :math:`v` the mean and variance of the :math:`n` values of a channel,

    .. math::

        y = \\gamma \\hat x + \\beta, \\qquad \\hat x = \\frac{x - m}{\\sqrt{v + \\varepsilon}}

    (Ioffe and Szegedy, 2015). As in PyTorch the batch is divided by its own variance
    :math:`v = \\frac{1}{n} \\sum (x - m)^2`, but the running average collects the unbiased estimate
    :math:`\\frac{n}{n - 1} v`.

    Examples
    --------
    >>> y = BatchNorm1d(3)(np.random.default_rng(0).normal(5, 2, (100, 3)).astype(np.float32))
    >>> print(np.abs(y.mean(axis=0)).max() < 1e-5, y.std(axis=0).round(3))
    True [1. 1. 1.]
    """

    dimensions = (2, 3)
    expected = "(N, {0}) or (N, {0}, L)"


class BatchNorm2d(_BatchNorm):
    """Normalise each channel of images (N, C, H, W) over the batch and all pixels.

    Parameters, attributes and formulas are those of ``BatchNorm1d``, with :math:`n = N H W`.

    Examples
    --------
    >>> layer = BatchNorm2d(6)
    >>> layer(np.ones((8, 6, 14, 14), dtype=np.float32)).shape
    (8, 6, 14, 14)
    >>> list(layer.state_dict())
    ['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked']
    """

    dimensions = (4,)
    expected = "(N, {0}, H, W)"
