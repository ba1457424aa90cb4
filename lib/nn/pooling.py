"""Pooling: summarise each window of an image by one number.

A window is summarised in two steps, along W and then along H: the maximum of a window is the
maximum of its rows' maxima, and likewise the sum. Each step cuts the image into a few slices, for
windows of two ``x[..., 0::2]`` and ``x[..., 1::2]``, and combines them as whole arrays.
"""

import math

import numpy as np

from lib.nn.inputs import pair, require_images
from lib.nn.module import Module
from lib.nn.windows import count_windows


def along(axis, part):
    """Return the index that takes ``part`` of an axis and all of those before and after it."""
    return (slice(None),) * axis + (part,)


class _Pool2d(Module):
    """What the pooling layers share: their windows, cut into slices and put together again."""

    def __init__(self, kernel_size, stride=None):
        name = type(self).__name__
        self.kernel_size = pair(f"{name}: kernel_size", kernel_size, least=1)
        self.stride = pair(f"{name}: stride", self.kernel_size if stride is None else stride, 1)

    def check(self, x):
        """Raise an error unless ``x`` holds images of at least one window."""
        name = type(self).__name__
        H, W = require_images(name, x).shape[2:]
        if self.kernel_size[0] > H or self.kernel_size[1] > W:
            raise ValueError(
                f"{name} has a window {self.kernel_size}, larger than its input {H, W}"
            )

    def cut(self, x, axis):
        """Return views of ``x``: the first place of every window along an axis, the second …"""
        size, stride = self.kernel_size[axis - 2], self.stride[axis - 2]
        span = stride * (count_windows(x.shape[axis], size, stride) - 1) + 1
        return [x[along(axis, slice(i, i + span, stride))] for i in range(size)]

    def side_by_side(self, g, axis):
        """Return an empty array for all windows of ``g`` along an axis, and its places."""
        size = self.kernel_size[axis - 2]
        shape = (*g.shape[:axis], g.shape[axis] * size, *g.shape[axis + 1 :])
        grad = np.empty_like(g, shape=shape)  # in the memory order of g
        return grad, [grad[along(axis, slice(i, None, size))] for i in range(size)]

    def put_back(self, grad, places, shape, axis):
        """Return the gradient for an input of some shape from that for windows side by side."""
        if self.kernel_size == self.stride and grad.shape == shape:
            return grad  # the windows did lie side by side
        whole = np.zeros_like(grad, shape=shape)
        for target, place in zip(self.cut(whole, axis), places, strict=True):
            target += place  # windows overlap, or leave out the end
        return whole

    def settings(self):
        """Return the sizes, one number where height and width are the same."""
        kernel, stride = (a if a == b else (a, b) for a, b in (self.kernel_size, self.stride))
        return f"kernel_size={kernel}, stride={stride}"


# y = max of the window  ⇒  ∂y/∂x is 1 at the winner (the first, if several are equal), 0 elsewhere
class MaxPool2d(_Pool2d):
    """Keep the largest number of each window.

    Parameters
    ----------
    kernel_size : int or pair of int
        Height and width of a window.
    stride : int or pair of int, optional
        The step from one window to the next; ``kernel_size`` if not given, so that windows lie
        side by side. Rows and columns at the end that fill no window are left out.

    Notes
    -----
    A tournament: along each axis the champion so far meets the next number of the window, and
    every match leaves a mask of who won. Backward lets the gradient run back through the masks.

    Examples
    --------
    >>> MaxPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4))
    array([[[[ 5.,  7.],
             [13., 15.]]]])
    """

    def forward(self, x):
        """Return the maxima (N, C, Ho, Wo) of the images (N, C, H, W)."""
        self.check(x)
        rounds = []
        for axis in (3, 2):
            shape = x.shape
            champion, *challengers = self.cut(x, axis)
            won = [None]
            for challenger in challengers:
                won.append(challenger > champion)
                champion = np.maximum(champion, challenger)
            rounds.append((axis, shape, won))
            x = champion
        self.save(rounds, output=x)
        return x

    def backward_input(self, grad_output):
        """Give each gradient to the winner of its window."""
        g = grad_output
        for axis, shape, won in reversed(self.saved(grad_output)):
            grad, places = self.side_by_side(g, axis)
            for place, mask in zip(reversed(places[1:]), reversed(won[1:]), strict=True):
                np.multiply(g, mask, out=place)
                g = g - place  # what remains goes to those who came before
            places[0][...] = g
            g = self.put_back(grad, places, shape, axis)
        return g


# y = 1/K Σ x over the K places of the window  ⇒  ∂y/∂x = 1/K at each of them
class AvgPool2d(_Pool2d):
    """Take the mean of each window.

    Parameters
    ----------
    kernel_size, stride
        As in ``MaxPool2d``.

    Examples
    --------
    >>> AvgPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4))
    array([[[[ 2.5,  4.5],
             [10.5, 12.5]]]])
    """

    def forward(self, x):
        """Return the means (N, C, Ho, Wo) of the images (N, C, H, W)."""
        self.check(x)
        shapes = []
        for axis in (3, 2):
            shapes.append((axis, x.shape))
            first, *others = self.cut(x, axis)
            x = sum(others, start=first)
        y = x * (1 / math.prod(self.kernel_size))
        self.save(shapes, output=y)
        return y

    def backward_input(self, grad_output):
        """Give each place of a window the same share of its gradient."""
        g = grad_output * (1 / math.prod(self.kernel_size))
        for axis, shape in reversed(self.saved(grad_output)):
            grad, places = self.side_by_side(g, axis)
            for place in places:
                place[...] = g
            g = self.put_back(grad, places, shape, axis)
        return g


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
