"""Batch normalisation: give every channel mean 0 and variance 1, then let it choose its own.

While training, mean and variance are those of the batch. A running average of both is kept for
evaluation, when a prediction must not depend on who else is in the batch.
"""

import contextvars

import numpy as np

from lib.nn import pieces, speed
from lib.nn.inputs import real, require_dtype, require_floats, whole
from lib.nn.module import Module
from lib.nn.parameter import Buffer, Parameter

# Returns sums over the batch as they are. Where a batch is shared out among processes, training/
# workers.py puts a function here that adds those of the other shards.
shared_sums = contextvars.ContextVar("shared_sums", default=lambda *sums: sums)


class _BatchNorm(Module):
    """The one implementation; a subclass says which shapes it takes."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1, *, dtype=np.float32):
        name = type(self).__name__
        self.num_features = num_features = whole(name, "num_features", num_features, at_least=1)
        self.eps = real(name, "eps", eps, above=0)
        self.momentum = real(name, "momentum", momentum, at_least=0, at_most=1)
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
        if self.training:
            n, mean, var = self.statistics(x)
            self.track(mean, var * (n / (n - 1)))
        else:
            n, mean, var = None, self.running_mean.data, self.running_var.data
        s = 1 / np.sqrt(var + self.eps)
        near, rest = self.in_two_parts(mean, s, x.dtype)  # x̂ = s (x − near) − rest
        y = self.affine(x, near, self.weight.data * s, self.bias.data - self.weight.data * rest)
        self.save((x, near, s, n, rest), output=y)
        return y

    def in_two_parts(self, mean, s, dtype):
        """Return the mean as ``dtype`` can hold it, and what ``s · m`` loses by that."""
        near = mean.astype(dtype)
        rest = s * (mean - near)
        rest[np.abs(rest) < 1e-6] = 0  # next to an x̂ of about 1, float32 rounds it off anyway
        return near, rest

    def statistics(self, x):
        """Return how many values each channel has, their mean and their variance."""
        together = shared_sums.get()
        count, zeros = x.size // self.num_features, np.zeros(self.num_features)
        n, total, squares = together(count, *self.sums(x, zeros))
        if n < 2:
            raise ValueError(
                f"{type(self).__name__} expected more than 1 value per channel when training, got "
                f"input {x.shape}; use a DataLoader with drop_last=True, which leaves out a last "
                "batch of one, and with a batch_size of at least 2"
            )
        mean = total / n
        var = squares / n - mean * mean  # = 1/n Σ (x − m)², but digits cancel if m is far from 0
        # Where more than a digit and a half would cancel, start again from a number next to the
        # mean, one that the dtype of x can hold.
        if np.any(mean * mean > 30 * var):
            near = mean.astype(x.dtype).astype(np.float64)
            total, squares = together(*self.sums(x, near))
            mean, var = near + total / n, squares / n - (total / n) ** 2
        return n, mean, var

    def backward(self, grad_output):
        """Run both halves; they share two sums over the batch."""
        sums = self.gradient_sums(grad_output)
        self.backward_params(grad_output, sums)
        return self.backward_input(grad_output, sums)

    # y = γ x̂ + β  ⇒  ∂L/∂β = Σ g,  ∂L/∂γ = Σ g x̂
    def backward_params(self, grad_output, sums=None):
        """Add ``Σ g x̂`` to the gradient of the weight γ and ``Σ g`` to that of the bias β."""
        total, product = sums or self.gradient_sums(grad_output)
        self.weight.grad += product.astype(self.weight.data.dtype)
        self.bias.grad += total.astype(self.bias.data.dtype)

    # With m and v fixed, x takes part in y as γ s x ⇒ ∂L/∂x = γ s g. But m and v move with x:
    #   ∂L/∂m = − γ s Σ g               and  ∂m/∂x = 1/n           ⇒  add  − γ s · 1/n Σ g
    #   ∂L/∂v = − γ s³/2 Σ g (x − m)    and  ∂v/∂x = 2/n (x − m)   ⇒  add  − γ s · x̂ · 1/n Σ g x̂
    def backward_input(self, grad_output, sums=None):
        """Return ``γ s (g - mean(g) - x̂ · mean(g x̂))``; in evaluation ``γ s g``."""
        x, mean, s, n, rest = self.saved(grad_output)
        scale = self.weight.data * s
        if n is None:  # m and v were the running averages
            return grad_output * self.column(scale, x)
        total, product = shared_sums.get()(*(sums or self.gradient_sums(grad_output)))
        offset = (rest * product - total) / n
        return self.affine(x, mean, -s * product / n, offset, grad_output, scale)

    def track(self, mean, unbiased_var):
        """Move the running averages a little towards this batch."""
        for buffer, new in ((self.running_mean, mean), (self.running_var, unbiased_var)):
            buffer.data *= 1 - self.momentum
            buffer.data += self.momentum * new
        self.num_batches_tracked.data += 1

    # -- walks over the batch, and the short cut for images ----------------------------------------

    def gradient_sums(self, grad_output):
        """Return ``Σ g`` and ``Σ g x̂`` over each channel."""
        x, mean, s, _, rest = self.saved(grad_output)
        total, product = self.sums(x, mean, grad_output)
        return total, s * product - rest * total

    def sums(self, x, mean, g=None):
        """Return ``Σ g`` and ``Σ g (x - m)`` over each channel; ``g`` is ``x - m`` if not given."""
        if x.ndim == 4 and speed.short_cuts():
            return pieces.sums(x, mean, g)
        centred = x - self.column(mean, x)
        g = centred if g is None else g
        axes = (0, *range(2, x.ndim))  # all but that of the channels
        return g.sum(axes, dtype=np.float64), (g * centred).sum(axes, dtype=np.float64)

    def affine(self, x, mean, a, b, g=None, c=None):
        """Return ``(x - m) a + b``, or with ``g`` and ``c`` ``((x - m) a + b + g) c``."""
        if x.ndim == 4 and speed.short_cuts():
            return pieces.affine(x, mean, a, b, g, c)
        y = (x - self.column(mean, x)) * self.column(a, x) + self.column(b, x)
        return y if g is None else (y + g) * self.column(c, x)

    def column(self, values, x):
        """Return one value for each channel in a shape that broadcasts against ``x``."""
        return values.reshape(-1, *[1] * (x.ndim - 2)).astype(x.dtype, copy=False)

    def check(self, x):
        """Raise an error unless ``x`` is a batch with the right channels, dtype and number."""
        name, dtype = type(self).__name__, self.weight.data.dtype
        require_floats(name, x)
        if x.ndim not in self.dimensions or x.shape[1] != self.num_features:
            raise ValueError(
                f"{name} expected input {self.expected.format(self.num_features)}, got {x.shape}"
            )
        require_dtype(name, x, dtype)

    def settings(self):
        """Return the sizes, as PyTorch prints them."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine=True, "
            "track_running_stats=True"
        )


class BatchNorm1d(_BatchNorm):
    r"""Normalise each feature of a batch (N, C), or each channel of (N, C, L), over all else.

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

        y = \gamma \hat x + \beta, \qquad \hat x = \frac{x - m}{\sqrt{v + \varepsilon}}

    (Ioffe and Szegedy, 2015). As in PyTorch the batch is divided by its own variance
    :math:`v = \frac{1}{n} \sum (x - m)^2`, but the running average collects the unbiased estimate
    :math:`\frac{n}{n - 1} v`.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(5, 2, (100, 3)).astype(np.float32)
    >>> y = BatchNorm1d(3)(x)
    >>> print(np.abs(y.mean(axis=0)).max() < 1e-5, y.std(axis=0).round(3))
    True [1. 1. 1.]
    """

    dimensions = (2, 3)
    expected = "(N, {0}) or (N, {0}, L)"


class BatchNorm2d(_BatchNorm):
    """Normalise each channel of images (N, C, H, W) over the batch and all pixels.

    Parameters
    ----------
    num_features : int
        How many channels, C.
    eps, momentum : float, optional
        As in ``BatchNorm1d``.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Notes
    -----
    Attributes and formulas are those of ``BatchNorm1d``, with :math:`n = N H W`.

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
