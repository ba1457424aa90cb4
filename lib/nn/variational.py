"""Losses that shape the code: most numbers zero, or all codes spread like a normal distribution.

Both losses look at the code as well as at the picture, so they need a network that shows it:
``AutoEncoder(encoder, decoder, show_code=True)``.
"""

import numpy as np

from lib.nn.inputs import real, require_floats, require_generator
from lib.nn.losses import Loss
from lib.nn.module import Module


# x = (μ, log σ²), ε drawn from N(0, 1):  z = μ + σ ε is a draw from N(μ, σ²), and a function of x
# σ = exp(½ log σ²)  ⇒  ∂z/∂μ = 1,  ∂z/∂(log σ²) = ½ σ ε
class GaussianSample(Module):
    r"""Draw a code from a normal distribution whose mean and variance the encoder gives.

    Takes (N, 2D), the D means followed by the D logarithms of the variances, and returns (N, D).
    In evaluation it returns the means.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the random numbers come from.

    Raises
    ------
    ValueError
        If the width of the input is odd.

    Notes
    -----
    The *reparametrisation trick* of Kingma and Welling (2014): the draw
    :math:`z = \mu + \sigma \varepsilon` is written with a random number that does not depend on the
    network, so that the gradient can pass.

    Examples
    --------
    >>> x = np.array([[1.0, -2.0, 0.0, 0.0]])
    >>> GaussianSample(rng=np.random.default_rng(0)).eval()(x)
    array([[ 1., -2.]])
    """

    def __init__(self, *, rng):
        self.rng = require_generator(rng)

    def forward(self, x):
        """Return ``mean + sigma * epsilon`` with a new ``epsilon``; in evaluation ``mean``."""
        if require_floats("GaussianSample", x).shape[1] % 2:
            raise ValueError(
                f"GaussianSample expected means and as many log-variances, got {x.shape[1]} "
                "numbers a row; let the encoder end with an even number"
            )
        mean, log_variance = np.split(x, 2, axis=1)
        if not self.training:
            self.save(np.zeros_like(mean), output=mean)
            return mean
        noise = np.exp(log_variance / 2)
        noise *= self.rng.standard_normal(mean.shape, np.float64).astype(x.dtype)
        self.save(noise, output=noise)
        return mean + noise

    def backward_input(self, grad_output):
        """Return ``g`` for the means and ``g sigma epsilon / 2`` for the log-variances."""
        noise = self.saved(grad_output)
        return np.concatenate([grad_output, grad_output * noise / 2], axis=1)


class CodeLoss(Loss):
    """The base of both losses: it cuts the prediction into picture and code."""

    def split(self, pred, target):
        """Return the difference to the target, and the code."""
        width = target.shape[1] if target.ndim == 2 else 0
        if pred.ndim != 2 or len(pred) != len(target) or not 0 < width < pred.shape[1]:
            raise ValueError(
                f"{type(self).__name__} expected rows of pictures followed by their codes, and a "
                f"picture for each, got {pred.shape} and {target.shape}; build the network with "
                "AutoEncoder(encoder, decoder, show_code=True)"
            )
        return pred[:, :width] - target.astype(pred.dtype, copy=False), pred[:, width:]


# L = 1/n Σ d² + λ/m Σ |c|, n entries of the pictures, m of the codes
# ⇒  ∂L/∂x̂ = 2 d / n,  ∂L/∂c = λ sign(c) / m
class SparseLoss(CodeLoss):
    r"""Mean squared error, and a price on the size of every number of the code.

    The prediction holds floats, shape (N, D + C): rows of D pixels followed by a code of C
    numbers. The target holds the pictures, real numbers of shape (N, D).

    Parameters
    ----------
    weight : float
        The price: what the mean of the code's absolute values costs.

    Raises
    ------
    ValueError
        If ``weight`` is negative or not finite, the batch is empty, the prediction does not hold
        one picture and one code for each row of the target, or a target is nan or infinite.
    TypeError
        If ``weight`` is not a number, the prediction does not hold floats, or the target does not
        hold real numbers.

    Notes
    -----
    With the picture :math:`\hat x`, the target :math:`x` of :math:`n` entries, the code :math:`c`
    of :math:`m` entries, all counted over the batch, and the weight :math:`\lambda`,

    .. math::

        L = \frac{1}{n} \sum_i (\hat x_i - x_i)^2 + \frac{\lambda}{m} \sum_j |c_j|, \qquad
        \frac{\partial L}{\partial \hat x_i} = \frac{2}{n} (\hat x_i - x_i), \qquad
        \frac{\partial L}{\partial c_j} = \frac{\lambda}{m}\, \mathrm{sign}(c_j)

    The price pulls every number towards 0, and a small one as much as a large one.

    Examples
    --------
    >>> loss = SparseLoss(0.5)
    >>> loss(np.array([[1.0, 3.0]]), np.array([[0.0]])), loss.backward()  # a pixel, a code
    (2.5, array([[2. , 0.5]]))
    """

    def __init__(self, weight):
        self.weight = real("SparseLoss", "weight", weight, at_least=0)

    def forward(self, pred, target):
        """Return the mean of ``d²`` plus the weight times the mean of ``|c|``."""
        difference, code = self.split(pred, target)
        self.save(difference, code)
        return np.mean(difference**2) + self.weight * np.mean(np.abs(code))

    def backward(self):
        """Return ``2 d / n`` and ``weight sign(c) / m``."""
        difference, code = self.saved()
        return np.concatenate(
            [2 * difference / difference.size, self.weight * np.sign(code) / code.size], axis=1
        )

    def __repr__(self):
        return f"SparseLoss({self.weight:g})"


# L = 1/N Σₙ ( Σ d² + β KL ),  KL(N(μ, σ²) ‖ N(0, 1)) = ½ Σ (μ² + σ² − 1 − log σ²)
# with v = log σ²:  ∂L/∂x̂ = 2 d / N,  ∂L/∂μ = β μ / N,  ∂L/∂v = β (eᵛ − 1) / 2N
class VariationalLoss(CodeLoss):
    r"""The loss of a variational autoencoder: how far off the picture is, and the code.

    The code's part is the divergence of each code's distribution from the standard normal one. It
    draws the codes of all images together around 0, so that a code drawn from the standard normal
    distribution tends to give a picture; nothing guarantees that it does.

    The prediction holds floats, shape (N, D + 2C): rows of D pixels, then the C means of the code,
    then the C logarithms of its variances. The target holds the pictures, real numbers of shape
    (N, D).

    Parameters
    ----------
    beta : float, optional
        What the code's part counts.

    Raises
    ------
    ValueError
        If ``beta`` is negative or not finite, the batch is empty, the prediction does not hold one
        picture and one code for each row of the target, the code has an odd width, or a target is
        nan or infinite.
    TypeError
        If ``beta`` is not a number, the prediction does not hold floats, or the target does not
        hold real numbers.

    Notes
    -----
    With the picture :math:`\hat x`, the target :math:`x`, the means :math:`\mu` and the logarithms
    of the variances :math:`v = \log \sigma^2`,

    .. math::

        L &= \frac{1}{N} \sum_n \Bigl( \sum_i (\hat x_{ni} - x_{ni})^2
            + \beta\, \mathrm{KL}_n \Bigr), \qquad
        \mathrm{KL}_n = \frac{1}{2} \sum_j \bigl(\mu_{nj}^2 + e^{v_{nj}} - 1 - v_{nj}\bigr) \\
        \frac{\partial L}{\partial \hat x_{ni}} &= \frac{2}{N} (\hat x_{ni} - x_{ni}), \qquad
        \frac{\partial L}{\partial \mu_{nj}} = \frac{\beta}{N}\, \mu_{nj}, \qquad
        \frac{\partial L}{\partial v_{nj}} = \frac{\beta}{2N} \bigl(e^{v_{nj}} - 1\bigr)

    It is a mean over the N images only, not over their pixels. Per image, the sum over the pixels
    is the negative log-likelihood of a normal distribution of variance ½ around :math:`\hat x`, up
    to a constant, so that for :math:`\beta = 1` the loss is the negative evidence lower bound of
    Kingma and Welling (2014).

    Examples
    --------
    >>> loss = VariationalLoss()
    >>> pred = np.array([[1.0, 2.0, 0.0]])  # a pixel, a mean, a log-variance
    >>> loss(pred, np.array([[0.0]])), loss.backward()  # 1 for the pixel, 2 for the code
    (3.0, array([[2., 2., 0.]]))
    """

    def __init__(self, beta=1.0):
        self.beta = real("VariationalLoss", "beta", beta, at_least=0)

    def forward(self, pred, target):
        """Return the mean over the images of ``Σ d² + beta KL``."""
        difference, code = self.split(pred, target)
        mean, log_variance = np.split(code, 2, axis=1)
        variance = np.exp(log_variance)
        self.save(difference, mean, variance)
        divergence = (mean**2 + variance - 1 - log_variance).sum() / 2
        return ((difference**2).sum() + self.beta * divergence) / len(pred)

    def backward(self):
        """Return ``2 d``, ``beta mean`` and ``beta (variance - 1) / 2``, each divided by N."""
        difference, mean, variance = self.saved()
        parts = [2 * difference, self.beta * mean, self.beta * (variance - 1) / 2]
        return np.concatenate(parts, axis=1) / len(mean)

    def __repr__(self):
        return f"VariationalLoss(beta={self.beta:g})"
