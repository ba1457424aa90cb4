"""Convolution: look at every place of an image with the same small templates.

``correlate`` gathers a window into one number; ``spread``, its backward pass, hands one number out
to a window. ``ConvTranspose2d`` in upsampling.py has the two exchanged.
"""

import numpy as np

from lib.nn import winograd
from lib.nn.init import first_weights
from lib.nn.inputs import pair, require_dtype, require_images, whole
from lib.nn.module import Module
from lib.nn.parameter import Parameter
from lib.nn.windows import col2im, count_windows, im2col, pad, to_images, to_rows

# Let the columns of X be the windows that one row of the output looks at, and the rows of T the
# templates, each laid out in a line. Then it is as in Linear, and each rule is one function:
#   y = T X  ⇒  ∂L/∂T = g Xᵀ,  ∂L/∂X = Tᵀ g


# y = T X
def correlate(x, weight, stride, padding):
    """Slide templates over images and return what each of them sees where.

    ``x`` is ``(N, C, H, W)``, ``weight`` is ``(O, C, KH, KW)``; the result is ``(N, O, Ho, Wo)``.
    """
    if winograd.applies(weight, stride, padding):
        return winograd.correlate(x, weight, padding)
    rows, T, kernel = pad(x, padding), in_lines(weight), weight.shape[2:]
    Ho, Wo = map(count_windows, rows.shape[:2], kernel, stride)
    y = np.empty((Ho, Wo, len(T), len(x)), x.dtype)
    for y_h, X in zip(y, im2col(rows, kernel, stride), strict=True):
        np.matmul(T, X, out=y_h)
    return to_images(y)


# ∂L/∂T = g Xᵀ, summed over the windows; computed as its transpose X gᵀ, which BLAS does faster
def weight_gradient(x, g, weight, stride, padding):
    """Return the gradient for the weight of ``correlate(x, weight, stride, padding)``.

    ``g`` is the gradient ``(N, O, Ho, Wo)`` for the result.
    """
    if winograd.applies(weight, stride, padding):
        return winograd.weight_gradient(x, g, padding)
    templates, C, KH, KW = weight.shape
    total = np.zeros((KW * KH * C, templates), x.dtype)
    for g_h, X in zip(to_rows(g), im2col(pad(x, padding), (KH, KW), stride), strict=True):
        total += (X @ g_h.swapaxes(1, 2)).sum(axis=0)
    return total.reshape(KW, KH, C, templates).transpose(3, 2, 1, 0)


# ∂L/∂X = Tᵀ g. Windows overlap, so a pixel is in several of them, and gets a share from each.
def spread(g, weight, size, stride, padding):
    """Hand each number of ``g`` back to the window it came from: ``correlate`` backwards.

    ``g`` is ``(N, O, Ho, Wo)``, ``weight`` is ``(O, C, KH, KW)``. The result is ``(N, C, H, W)``
    with ``size = (H, W)``.
    """
    if winograd.applies(weight, stride, padding):
        return winograd.spread(g, weight, padding)
    C, KH, KW = weight.shape[1:]
    (H, W), (PH, PW) = size, padding
    rows = np.zeros((H + 2 * PH, W + 2 * PW, C, len(g)), g.dtype)
    T = in_lines(weight)
    for h, g_h in enumerate(to_rows(g)):
        top = stride[0] * h
        col2im(T.T @ g_h, rows[top : top + KH], (KH, KW), stride)
    return to_images(rows[PH : PH + H, PW : PW + W])


def in_lines(weight):
    """Return a weight ``(O, C, KH, KW)`` as ``(O, KW·KH·C)``, in the order of ``im2col``."""
    return weight.transpose(0, 3, 2, 1).reshape(len(weight), -1)


class Convolution(Module):
    """What ``Conv2d`` and ``ConvTranspose2d`` share: weights, settings, checks."""

    output_padding = 0, 0  # only ConvTranspose2d has one

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        *,
        bias=True,
        rng,
        init=None,
        dtype=np.float32,
    ):
        name = type(self).__name__
        self.in_channels = whole(name, "in_channels", in_channels, at_least=1)
        self.out_channels = whole(name, "out_channels", out_channels, at_least=1)
        self.kernel_size = pair(f"{name}: kernel_size", kernel_size, least=1)
        self.stride = pair(f"{name}: stride", stride, least=1)
        self.padding = pair(f"{name}: padding", padding, least=0)
        shape = (*self.weight_channels(), *self.kernel_size)
        weight, offset = first_weights(shape, rng, init, dtype, biases=self.out_channels)
        self.weight = Parameter(weight)
        self.bias = Parameter(offset) if bias else None

    def weight_channels(self):
        """Return the first two axes of the weight: in which order, the two layers differ."""
        raise NotImplementedError(f"{type(self).__name__} must define weight_channels()")

    def check(self, x):
        """Raise an error unless ``x`` holds images of the right channels and dtype."""
        name = type(self).__name__
        require_images(name, x, self.in_channels)
        require_dtype(name, x, self.weight.data.dtype)

    def add_bias_gradient(self, grad_output):
        """Add to the bias's gradient: b takes part in every pixel ⇒ ∂L/∂b = Σ g over them."""
        if self.bias is not None:
            self.bias.grad += np.einsum("nohw->o", grad_output)

    def settings(self):
        """Return the sizes, as PyTorch prints them."""
        parts = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"]
        parts.append(f"stride={self.stride}")
        if self.padding != (0, 0):
            parts.append(f"padding={self.padding}")
        if self.output_padding != (0, 0):
            parts.append(f"output_padding={self.output_padding}")
        if self.bias is None:
            parts.append("bias=False")
        return ", ".join(parts)


class Conv2d(Convolution):
    r"""Slide templates over images: ``y[o] = bias[o] + Σ weight[o] · window``.

    (N, in_channels, H, W) becomes (N, out_channels, Ho, Wo).

    Parameters
    ----------
    in_channels, out_channels : int
        Channels of an input image, and how many templates there are.
    kernel_size : int or pair of int
        Height and width of a template.
    stride : int or pair of int, optional
        How far the window moves at a time.
    padding : int or pair of int, optional
        Rows and columns of zeros put around the image, on each side.
    bias : bool, optional
        Whether each template adds a number of its own.
    rng : numpy.random.Generator
        Where the starting weights come from.
    init : callable, optional
        A function of ``lib.nn.init`` for the weights; the bias then starts at zero. Without it
        both start in :math:`\pm 1 / \sqrt{C \cdot KH \cdot KW}`, as in PyTorch.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Attributes
    ----------
    weight : Parameter of shape (out_channels, in_channels, KH, KW)
        The templates.
    bias : Parameter of shape (out_channels,), or None
        What each template adds.

    Raises
    ------
    ValueError, TypeError
        If a size is not a whole number in its range.

    Notes
    -----
    With :math:`S` the stride, :math:`P` the padding and :math:`x` padded,

    .. math::

        y_{nohw} = b_o + \sum_{c, i, j} W_{ocij} \, x_{n, c, S h + i, S w + j}, \qquad
        H_o = \left\lfloor \frac{H + 2 P - K}{S} \right\rfloor + 1.

    Every framework calls this a convolution. Mathematicians turn the template round first and call
    this one a cross-correlation; to weights that are learned it is all the same.

    Examples
    --------
    >>> layer = Conv2d(1, 6, kernel_size=5, padding=2, rng=np.random.default_rng(0))
    >>> layer(np.ones((64, 1, 28, 28), dtype=np.float32)).shape
    (64, 6, 28, 28)
    """

    def weight_channels(self):
        """Return the first two axes of the weight."""
        return self.out_channels, self.in_channels

    def forward(self, x):
        """Return what each template sees at each place.

        Parameters
        ----------
        x : ndarray of shape (N, in_channels, H, W)
            In the dtype of the weights.

        Returns
        -------
        ndarray of shape (N, out_channels, Ho, Wo)

        Raises
        ------
        ValueError, TypeError
            If the shape or the dtype of ``x`` does not fit the weights.
        """
        self.check(x)
        padded = tuple(size + 2 * p for size, p in zip(x.shape[2:], self.padding, strict=True))
        if padded[0] < self.kernel_size[0] or padded[1] < self.kernel_size[1]:
            raise ValueError(
                f"Conv2d has a kernel {self.kernel_size}, larger than its padded input {padded}"
            )
        y = correlate(x, self.weight.data, self.stride, self.padding)
        if self.bias is not None:
            y += self.bias.data[:, None, None]
        self.save(x, output=y)
        return y

    def backward_params(self, grad_output):
        """Add to each template's gradient the windows it saw, weighted by ``grad_output``."""
        x = self.saved(grad_output)
        self.weight.grad += weight_gradient(
            x, grad_output, self.weight.data, self.stride, self.padding
        )
        self.add_bias_gradient(grad_output)

    def backward_input(self, grad_output):
        """Hand each output's gradient back to the window it saw."""
        size = self.saved(grad_output).shape[2:]
        return spread(grad_output, self.weight.data, size, self.stride, self.padding)
