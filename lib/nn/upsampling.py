"""Making images larger: repeat each pixel, or paint a learned template in its place."""

import numpy as np

from lib.nn.conv import Convolution, correlate, spread, weight_gradient
from lib.nn.inputs import pair, require_images
from lib.nn.module import Module
from lib.nn.windows import to_images, to_rows


class ConvTranspose2d(Convolution):
    r"""Paint each pixel as a template: ``Conv2d`` run backwards.

    (N, in_channels, H, W) becomes (N, out_channels, Ho, Wo).

    Parameters
    ----------
    in_channels, out_channels : int
        Channels of an input image and of an output image.
    kernel_size : int or pair of int
        Height and width of a template.
    stride : int or pair of int, optional
        How far apart the templates of neighbouring pixels are painted; 2 doubles the image.
    padding : int or pair of int, optional
        Rows and columns that are cut off again, on each side.
    output_padding : int or pair of int, optional
        Extra rows at the bottom and columns at the right, fewer than the stride. A convolution with
        a stride turns images of several sizes into one size; this chooses among them.
    bias : bool, optional
        Whether each output channel adds a number of its own.
    rng : numpy.random.Generator
        Where the starting weights come from.
    init : callable, optional
        As in ``Conv2d``.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Attributes
    ----------
    weight : Parameter of shape (in_channels, out_channels, KH, KW)
        That of the convolution which goes from the output to the input.
    bias : Parameter of shape (out_channels,), or None
        What each output channel adds.

    Raises
    ------
    ValueError, TypeError
        If a size is not a whole number in its range, or ``output_padding`` not smaller than the
        stride.

    Notes
    -----
    Let :math:`C` be the matrix of a convolution, :math:`y = C x`. Its gradient for the input is
    :math:`C^\top g`; this layer's output is :math:`C^\top x`, and its gradient is :math:`C g`.
    The output has :math:`(H - 1) S - 2 P + K + \text{output padding}` rows.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> layer = ConvTranspose2d(8, 1, 4, stride=2, padding=1, rng=rng)
    >>> layer(np.ones((64, 8, 14, 14), dtype=np.float32)).shape
    (64, 1, 28, 28)
    """

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        *,
        bias=True,
        rng,
        init=None,
        dtype=np.float32,
    ):
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            bias=bias,
            rng=rng,
            init=init,
            dtype=dtype,
        )
        self.output_padding = pair("ConvTranspose2d: output_padding", output_padding, least=0)
        if not all(o < s for o, s in zip(self.output_padding, self.stride, strict=True)):
            raise ValueError(
                f"ConvTranspose2d: output_padding {self.output_padding} must be smaller than the "
                f"stride {self.stride}"
            )

    def weight_channels(self):
        """Return the first two axes of the weight."""
        return self.in_channels, self.out_channels

    def forward(self, x):
        """Return the images that the pixels of ``x`` paint together.

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
            If the shape or the dtype of ``x`` does not fit the weights, or nothing is left after
            cutting the padding off.
        """
        self.check(x)
        sizes = zip(
            x.shape[2:],
            self.stride,
            self.padding,
            self.kernel_size,
            self.output_padding,
            strict=True,
        )
        size = tuple((length - 1) * s - 2 * p + k + more for length, s, p, k, more in sizes)
        if min(size) < 1 or min(x.shape[2:]) < 1:
            raise ValueError(
                f"ConvTranspose2d would turn images of {x.shape[2:]} into {size}: nothing is left"
            )
        y = spread(x, self.weight.data, size, self.stride, self.padding)
        if self.bias is not None:
            y += self.bias.data[:, None, None]
        self.save(x, output=y)
        return y

    def backward_params(self, grad_output):
        """Add the weight's gradient, the one of ``Conv2d`` with input and output exchanged."""
        x = self.saved(grad_output)
        self.weight.grad += weight_gradient(
            grad_output, x, self.weight.data, self.stride, self.padding
        )
        self.add_bias_gradient(grad_output)

    def backward_input(self, grad_output):
        """Gather for each pixel what its template touched."""
        self.require_gradient(grad_output)
        return correlate(grad_output, self.weight.data, self.stride, self.padding)


# Each pixel becomes an S×S block of itself  ⇒  ∂L/∂x is the sum of g over the block
class Upsample(Module):
    """Repeat each pixel down and across: (N, C, H, W) becomes (N, C, S·H, S·W).

    Parameters
    ----------
    scale_factor : int or pair of int
        How many times, S. It has to be named, because the first argument of PyTorch's is a size.

    Notes
    -----
    PyTorch's ``mode="nearest"``. On the way back each pixel gets the sum over its copies.

    Examples
    --------
    >>> Upsample(scale_factor=2)(np.array([[[[1.0, 2.0]]]]))
    array([[[[1., 1., 2., 2.],
             [1., 1., 2., 2.]]]])
    """

    def __init__(self, *, scale_factor):
        self.scale_factor = pair("Upsample: scale_factor", scale_factor, least=1)

    def forward(self, x):
        """Return the images (N, C, S·H, S·W) of the images (N, C, H, W)."""
        require_images("Upsample", x)
        down, across = self.scale_factor
        y = to_images(to_rows(x).repeat(down, axis=0).repeat(across, axis=1))
        self.save(x.shape, output=y)
        return y

    def backward_input(self, grad_output):
        """Return the sum of ``grad_output`` over each block."""
        N, C, H, W = self.saved(grad_output)
        down, across = self.scale_factor
        blocks = to_rows(grad_output).reshape(H, down, W, across, C, N)
        return to_images(blocks.sum(axis=(1, 3)))

    def settings(self):
        """Return the factor."""
        down, across = self.scale_factor
        return f"scale_factor={down if down == across else self.scale_factor}, mode='nearest'"
