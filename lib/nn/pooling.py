"""Pooling: summarise each window of an image by one number.

The image is cut into one slice for each place of a window: the first number of every window, the
second, and so on. With windows of 2×2 the four slices are ``x[..., 0::2, 0::2]``,
``x[..., 0::2, 1::2]``, ``x[..., 1::2, 0::2]`` and ``x[..., 1::2, 1::2]``; a maximum or a mean of
whole slices is one of all windows.
"""

import math

import numpy as np

from lib.nn import speed, tournament
from lib.nn.inputs import pair, require_images
from lib.nn.module import Module
from lib.nn.windows import blank, count_windows, pad, to_images, to_rows


class _Pool2d(Module):
    """What the pooling layers share: the windows, cut into slices."""

    def __init__(self, kernel_size, stride=None, padding=0):
        name = type(self).__name__
        self.kernel_size = pair(f"{name}: kernel_size", kernel_size, least=1)
        self.stride = pair(f"{name}: stride", kernel_size if stride is None else stride, least=1)
        self.padding = pair(f"{name}: padding", padding, least=0)
        if any(2 * p > k for p, k in zip(self.padding, self.kernel_size, strict=True)):
            raise ValueError(
                f"{name} expected a padding of at most half the window {self.kernel_size}, got "
                f"{self.padding}; use np.pad before the layer"
            )

    def padded(self, x, value):
        """Return ``x`` with its padding; an error unless it holds images of at least a window."""
        name = type(self).__name__
        require_images(name, x)
        if self.padding != (0, 0):
            x = to_images(pad(x, self.padding, value))
        H, W = x.shape[2:]
        if self.kernel_size[0] > H or self.kernel_size[1] > W:
            raise ValueError(
                f"{name} has a window {self.kernel_size}, larger than its padded input {H, W}"
            )
        return x

    def without_padding(self, grad):
        """Return the gradient for the images, without that for the padding."""
        (PH, PW), (H, W) = self.padding, grad.shape[2:]
        return grad[:, :, PH : H - PH, PW : W - PW]

    def places(self, x):
        """Return views of ``x`` (N, C, H, W): each window's first number, its second, and so on."""
        Ho, Wo = map(count_windows, x.shape[2:], self.kernel_size, self.stride)
        SH, SW = self.stride
        down, across = SH * (Ho - 1) + 1, SW * (Wo - 1) + 1
        offsets = np.ndindex(self.kernel_size)
        return [x[:, :, i : i + down : SH, j : j + across : SW] for i, j in offsets]

    def settings(self):
        """Return the sizes, one number where height and width are the same."""
        sizes = self.kernel_size, self.stride, self.padding
        kernel, stride, padding = (a if a == b else (a, b) for a, b in sizes)
        more = f", padding={padding}" if padding else ""
        return f"kernel_size={kernel}, stride={stride}{more}"


# y = max of the window  ⇒  ∂y/∂x is 1 at the winner (the first, if several are equal), 0 elsewhere
class MaxPool2d(_Pool2d):
    r"""Keep the largest number of each window: (N, C, H, W) becomes (N, C, Ho, Wo).

    Parameters
    ----------
    kernel_size : int or pair of int
        Height and width of a window.
    stride : int or pair of int, optional
        The step from one window to the next; ``kernel_size`` if not given, so that windows lie
        side by side. Rows and columns at the end that fill no window are left out.
    padding : int or pair of int, optional
        Rows and columns put around the image on each side, at most half a window. They hold
        :math:`-\infty`, so none of them is ever the largest.

    Raises
    ------
    ValueError
        If a size is not a whole number, or the padding more than half a window.

    Notes
    -----
    With the window's height :math:`K`, the stride :math:`S` and the padding :math:`P`,

    .. math::

        y_{nchw} = \max_{i, j} x_{n, c, S h + i, S w + j}, \qquad
        H_o = \left\lfloor \frac{H + 2 P - K}{S} \right\rfloor + 1,

    with :math:`x` padded; :math:`W_o` likewise. The gradient goes to the winner of each window
    alone; of several that are equal, to the first.

    Examples
    --------
    >>> MaxPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4))
    array([[[[ 5.,  7.],
             [13., 15.]]]])
    """

    def forward(self, x):
        """Return the maxima (N, C, Ho, Wo) of the images (N, C, H, W)."""
        x = self.padded(x, -math.inf)
        if speed.short_cuts():
            y, winners = tournament.play(x, self.kernel_size, self.stride)
        else:
            seen = np.stack([to_rows(place) for place in self.places(x)])  # images stay last
            y, winners = to_images(seen.max(axis=0)), to_images(seen.argmax(axis=0))
        self.save((x.shape, winners), output=y)
        return y

    def backward_input(self, grad_output):
        """Give each gradient to the winner of its window."""
        shape, winners = self.saved(grad_output)
        if isinstance(winners, tuple):  # masks: forward took the short cut
            grad = tournament.hand_back(grad_output, winners, shape, self.kernel_size, self.stride)
        else:
            grad = blank(shape, grad_output.dtype)
            for number, place in enumerate(self.places(grad)):
                place += grad_output * (winners == number)
        return self.without_padding(grad)


# y = 1/K Σ x over the K places of the window  ⇒  ∂y/∂x = 1/K at each of them
class AvgPool2d(_Pool2d):
    r"""Take the mean of each window: (N, C, H, W) becomes (N, C, Ho, Wo).

    Parameters
    ----------
    kernel_size : int or pair of int
        Height and width of a window.
    stride : int or pair of int, optional
        The step from one window to the next; ``kernel_size`` if not given.
    padding : int or pair of int, optional
        Rows and columns of zeros put around the image on each side, at most half a window. They
        count in the mean, as in PyTorch.

    Raises
    ------
    ValueError
        If a size is not a whole number, or the padding more than half a window.

    Notes
    -----
    The output is as large as that of ``MaxPool2d``:
    :math:`H_o = \lfloor (H + 2 P - K) / S \rfloor + 1`. Each number of a window gets the same share
    of its gradient.

    Examples
    --------
    >>> AvgPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4))
    array([[[[ 2.5,  4.5],
             [10.5, 12.5]]]])
    """

    def forward(self, x):
        """Return the means (N, C, Ho, Wo) of the images (N, C, H, W)."""
        x = self.padded(x, 0)
        first, *others = self.places(x)
        y = sum(others, start=first) * (1 / math.prod(self.kernel_size))
        self.save(x.shape, output=y)
        return y

    def backward_input(self, grad_output):
        """Give each place of a window the same share of its gradient."""
        grad = blank(self.saved(grad_output), grad_output.dtype)
        share = grad_output * (1 / math.prod(self.kernel_size))
        for place in self.places(grad):
            place += share
        return self.without_padding(grad)


# y = 1/(H·W) Σ x over the image  ⇒  ∂y/∂x = 1/(H·W)
class GlobalAvgPool2d(Module):
    """Take the mean of each channel over the whole image: (N, C, H, W) becomes (N, C).

    In PyTorch, ``AdaptiveAvgPool2d(1)`` followed by ``Flatten()``.

    Examples
    --------
    >>> GlobalAvgPool2d()(np.arange(8.0).reshape(1, 2, 2, 2))
    array([[1.5, 5.5]])
    """

    def forward(self, x):
        """Return the means (N, C) of the images (N, C, H, W)."""
        if 0 in require_images("GlobalAvgPool2d", x).shape[2:]:
            raise ValueError(f"GlobalAvgPool2d got images without pixels: {x.shape}")
        y = x.mean(axis=(2, 3))
        self.save(x, output=y)
        return y

    def backward_input(self, grad_output):
        """Give each pixel the same share of its channel's gradient."""
        x = self.saved(grad_output)
        share = grad_output / (x.shape[2] * x.shape[3])
        grad = np.empty_like(x)
        grad[...] = np.asfortranarray(share)[:, :, None, None]  # images last, as in a convolution
        return grad
