"""Convolution and pooling one window at a time: slow, and hard to get wrong.

Each forward is its formula written as loops, each backward runs the same loops: what a window gave
to the output, the output's gradient gives back to the window. The lessons begin with these
functions, and the tests compare the fast layers of ``lib.nn`` with them.

Nothing is checked here. All arrays of a call should have one dtype, which is that of the result;
rows and columns at the end that fill no window are left out.
"""

import numpy as np


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    r"""Slide each template over each image.

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
        What each template sees at each place.

    Notes
    -----
    With the strides :math:`S` and :math:`T`, and :math:`x` padded:

    .. math::

        y_{nohw} = b_o + \sum_{c, i, j} W_{ocij} \, x_{n, c, S h + i, T w + j}

    Examples
    --------
    It is what the fast layer computes:

    >>> from lib import nn
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(2, 3, 8, 8))
    >>> layer = nn.Conv2d(3, 4, 3, rng=rng, dtype=np.float64)
    >>> np.allclose(conv2d(x, layer.weight.data, layer.bias.data), layer(x))
    True
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
    r"""Return the gradients for ``x``, ``weight`` and ``bias``, given the one for ``conv2d``.

    Parameters
    ----------
    grad_y : ndarray of shape (N, O, Ho, Wo)
        The gradient for the result.
    x : ndarray of shape (N, C, H, W)
        The images.
    weight : ndarray of shape (O, C, KH, KW)
        The templates.
    stride, padding : tuple of int, optional
        As they were given to ``conv2d``.

    Returns
    -------
    grad_x, grad_weight, grad_bias : ndarray
        In the shapes of ``x``, ``weight`` and ``bias``.

    Notes
    -----
    With :math:`g` for ``grad_y`` and all else as in ``conv2d``:

    .. math::

        \frac{\partial L}{\partial b_o} = \sum_{n, h, w} g_{nohw}, \qquad
        \frac{\partial L}{\partial W_{ocij}}
            = \sum_{n, h, w} g_{nohw} \, x_{n, c, S h + i, T w + j},

    and each :math:`g_{nohw}` adds :math:`g_{nohw} \, W_{ocij}` to the gradient for
    :math:`x_{n, c, S h + i, T w + j}`.

    Examples
    --------
    >>> from lib import nn
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(2, 3, 8, 8))
    >>> layer = nn.Conv2d(3, 4, 3, rng=rng, dtype=np.float64)
    >>> g = np.ones_like(layer(x))
    >>> grad_x, grad_weight, grad_bias = conv2d_backward(g, x, layer.weight.data)
    >>> np.allclose(grad_x, layer.backward(g))
    True
    >>> np.allclose(grad_weight, layer.weight.grad)
    True
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
    r"""Return the largest number of each window.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        The images.
    kernel, stride : tuple of int
        Height and width of a window, and of the step to the next.

    Returns
    -------
    ndarray of shape (N, C, Ho, Wo)

    Notes
    -----
    .. math::

        y_{nchw} = \max_{0 \le i < K_H, \; 0 \le j < K_W} x_{n, c, S h + i, T w + j}

    Examples
    --------
    >>> x = np.array([[[[1.0, 7, 3, 3], [2, 0, 3, 5]]]])
    >>> max_pool2d(x, (2, 2), (2, 2))
    array([[[[7., 5.]]]])
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
    x : ndarray of shape (N, C, H, W)
        The images.
    kernel, stride : tuple of int
        As they were given to ``max_pool2d``.

    Returns
    -------
    ndarray of shape (N, C, H, W)
        Where windows overlap, a pixel gets the sum.

    Examples
    --------
    >>> x = np.array([[[[1.0, 7, 3, 3], [2, 0, 3, 5]]]])
    >>> max_pool2d_backward(np.array([[[[10.0, 20]]]]), x, (2, 2), (2, 2))
    array([[[[ 0., 10.,  0.,  0.],
             [ 0.,  0.,  0., 20.]]]])
    """
    grad_x = np.zeros_like(x)
    for n, c, h, w in np.ndindex(grad_y.shape):
        place = _place(n, c, h, w, kernel, stride)
        winner = np.unravel_index(x[place].argmax(), kernel)
        grad_x[place][winner] += grad_y[n, c, h, w]
    return grad_x


def avg_pool2d(x, kernel, stride):
    r"""Return the mean of each window.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        The images.
    kernel, stride : tuple of int
        Height and width of a window, and of the step to the next.

    Returns
    -------
    ndarray of shape (N, C, Ho, Wo)

    Notes
    -----
    .. math::

        y_{nchw} = \frac{1}{K_H K_W} \sum_{i, j} x_{n, c, S h + i, T w + j}

    Examples
    --------
    >>> x = np.array([[[[1.0, 6, 3, 3], [1, 0, 3, 5]]]])
    >>> avg_pool2d(x, (2, 2), (2, 2))
    array([[[[2. , 3.5]]]])
    """
    y = np.zeros((*x.shape[:2], *_count_windows(x, kernel, stride)), x.dtype)
    for n, c, h, w in np.ndindex(y.shape):
        y[n, c, h, w] = x[_place(n, c, h, w, kernel, stride)].mean()
    return y


def avg_pool2d_backward(grad_y, x, kernel, stride):
    """Return the gradient for ``x``: each window's is shared out equally.

    Parameters
    ----------
    grad_y : ndarray of shape (N, C, Ho, Wo)
        The gradient for the result.
    x : ndarray of shape (N, C, H, W)
        The images; only their shape and dtype count.
    kernel, stride : tuple of int
        As they were given to ``avg_pool2d``.

    Returns
    -------
    ndarray of shape (N, C, H, W)
        Where windows overlap, a pixel gets the sum.

    Examples
    --------
    >>> avg_pool2d_backward(np.array([[[[8.0, 4]]]]), np.zeros((1, 1, 2, 4)), (2, 2), (2, 2))
    array([[[[2., 2., 1., 1.],
             [2., 2., 1., 1.]]]])
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
