"""Convolution and pooling one window at a time: slow, and hard to get wrong.

Each forward is its formula written as loops, each backward runs the same loops: what a window gave
to the output, the output's gradient gives back to the window. The lessons begin with these
functions, and the tests compare the fast layers of ``lib.nn`` with them.

Nothing is checked here. All arrays of a call should have one dtype, which is that of the result;
rows and columns at the end that fill no window are left out.
"""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    """Slide each template over each image.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        The images.
    weight : ndarray of shape (O, C, KH, KW)
        The templates.
    bias : ndarray of shape (O,), optional
        What each template adds.
    stride, padding : tuple of int, optional
        The step of the window, and the rows and columns of zeros around the image.

    Returns
    -------
    ndarray of shape (N, O, Ho, Wo)
    """
    x = _pad(x, padding)
    out_channels, _, KH, KW = weight.shape
    y = np.zeros((len(x), out_channels, *_count_windows(x, (KH, KW), stride)), x.dtype)
    for n, o, h, w in np.ndindex(y.shape):
        top, left = h * stride[0], w * stride[1]
        window = x[n, :, top : top + KH, left : left + KW]  # (C, KH, KW)
        y[n, o, h, w] = np.sum(window * weight[o])
        if bias is not None:
            y[n, o, h, w] += bias[o]
    return y


def conv2d_backward(grad_y, x, weight, stride=(1, 1), padding=(0, 0)):
    """Return the gradients for ``x``, ``weight`` and ``bias``, given the one for ``conv2d``.

    Parameters
    ----------
    grad_y : ndarray of shape (N, O, Ho, Wo)
        The gradient for the result.
    x, weight, stride, padding
        As they were given to ``conv2d``.

    Returns
    -------
    grad_x, grad_weight, grad_bias : ndarray
        In the shapes of ``x``, ``weight`` and ``bias``.
    """
    H, W = x.shape[2:]
    x = _pad(x, padding)
    KH, KW = weight.shape[2:]
    grad_x, grad_weight = np.zeros_like(x), np.zeros_like(weight)
    grad_bias = np.zeros(len(weight), x.dtype)
    for n, o, h, w in np.ndindex(grad_y.shape):
        g = grad_y[n, o, h, w]
        top, left = h * stride[0], w * stride[1]
        place = n, slice(None), slice(top, top + KH), slice(left, left + KW)
        grad_x[place] += g * weight[o]  # the window was multiplied by the template …
        grad_weight[o] += g * x[place]  # … and the template by the window
        grad_bias[o] += g
    PH, PW = padding
    return grad_x[:, :, PH : PH + H, PW : PW + W], grad_weight, grad_bias


def max_pool2d(x, kernel, stride):
    """Return the largest number of each window.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        The images.
    kernel, stride : tuple of int
        Height and width of a window, and of the step to the next.

    Returns
    -------
    ndarray of shape (N, C, Ho, Wo)
    """
    y = np.zeros((*x.shape[:2], *_count_windows(x, kernel, stride)), x.dtype)
    for n, c, h, w in np.ndindex(y.shape):
        y[n, c, h, w] = x[_place(n, c, h, w, kernel, stride)].max()
    return y


def max_pool2d_backward(grad_y, x, kernel, stride):
    """Return the gradient for ``x``: each window's goes to its largest number, the first if equal.

    Parameters
    ----------
    grad_y : ndarray of shape (N, C, Ho, Wo)
        The gradient for the result.
    x, kernel, stride
        As they were given to ``max_pool2d``.

    Returns
    -------
    ndarray of shape (N, C, H, W)
    """
    grad_x = np.zeros_like(x)
    for n, c, h, w in np.ndindex(grad_y.shape):
        place = _place(n, c, h, w, kernel, stride)
        winner = np.unravel_index(x[place].argmax(), kernel)
        grad_x[place][winner] += grad_y[n, c, h, w]
    return grad_x


def avg_pool2d(x, kernel, stride):
    """Return the mean of each window; parameters and result are those of ``max_pool2d``."""
    y = np.zeros((*x.shape[:2], *_count_windows(x, kernel, stride)), x.dtype)
    for n, c, h, w in np.ndindex(y.shape):
        y[n, c, h, w] = x[_place(n, c, h, w, kernel, stride)].mean()
    return y


def avg_pool2d_backward(grad_y, x, kernel, stride):
    """Return the gradient for ``x``: each window's is shared out equally.

    Parameters and result are those of ``max_pool2d_backward``.
    """
    grad_x = np.zeros_like(x)
    for n, c, h, w in np.ndindex(grad_y.shape):
        place = _place(n, c, h, w, kernel, stride)
        grad_x[place] += grad_y[n, c, h, w] / (kernel[0] * kernel[1])
    return grad_x


def _pad(x, padding):
    """Return images with rows and columns of zeros around them, ``padding`` on each side."""
    PH, PW = padding
    return np.pad(x, ((0, 0), (0, 0), (PH, PH), (PW, PW)))


def _count_windows(x, kernel, stride):
    """Return how many windows fit into an image, in each direction."""
    sizes = zip(x.shape[2:], kernel, stride, strict=True)
    return tuple((size - k) // s + 1 for size, k, s in sizes)


def _place(n, c, h, w, kernel, stride):
    """Return the index of window (h, w) in channel c of image n."""
    top, left = h * stride[0], w * stride[1]
    return n, c, slice(top, top + kernel[0]), slice(left, left + kernel[1])
