"""A loss that sees: two pictures are close if a trained network sees the same things in them."""

import numpy as np

from lib.nn.inputs import real
from lib.nn.losses import Loss
from lib.nn.targets import like_prediction


# f = features(p), t = features(target), n entries of the features, m pixels:
# L = 1/n Σ (f − t)² + λ/m Σ (p − target)²
# ∂L/∂f = 2 (f − t) / n, and the features' own backward takes it to the picture, where
# 2 λ (p − target) / m comes on top
class PerceptualLoss(Loss):
    r"""Mean squared error between what a fixed network makes of a picture and of its target.

    The prediction holds floats, in any shape that the network takes, (N, ...); the target holds
    real numbers in the same shape.

    Parameters
    ----------
    features : Module
        A trained network, or its first layers: ``lenet[:5]``. Its weights are not changed;
        it is put into evaluation mode.
    pixels : float, optional
        What the mean squared error of the pixels counts next to it. Without any, the loss leaves
        everything free that the network does not see.

    Raises
    ------
    ValueError
        If ``pixels`` is negative or not finite, the batch is empty, the shapes differ, or a target
        is nan or infinite.
    TypeError
        If ``pixels`` is not a number, the prediction does not hold floats, or the target does not
        hold real numbers.

    Notes
    -----
    After Johnson et al. (2016). With the prediction :math:`p` and the target :math:`t`, of
    :math:`m` entries each, the network :math:`f`, whose output has :math:`n` entries, and the
    weight of the pixels :math:`\lambda`,

    .. math::

        L &= \frac{1}{n} \sum_i \bigl(f_i(p) - f_i(t)\bigr)^2
            + \frac{\lambda}{m} \sum_j (p_j - t_j)^2 \\
        \frac{\partial L}{\partial p_j}
            &= \frac{2}{n} \sum_i \bigl(f_i(p) - f_i(t)\bigr) \frac{\partial f_i(p)}{\partial p_j}
            + \frac{2 \lambda}{m} (p_j - t_j)

    The first sum of the gradient is the network's own backward pass. The weights need no gradient,
    so only ``backward_input`` is run.

    Examples
    --------
    >>> from lib import nn
    >>> loss = PerceptualLoss(nn.ReLU())  # sees nothing below 0
    >>> loss(np.array([[1.0, -3.0]]), np.array([[0.0, -1.0]])), loss.backward()
    (0.5, array([[1., 0.]]))
    """

    def __init__(self, features, pixels=0.0):
        self.pixels = real("PerceptualLoss", "pixels", pixels, at_least=0)
        self.features = features.eval()

    def forward(self, pred, target):
        """Return the mean squared difference of the features, and of the pixels as they count."""
        target = like_prediction(self, pred, target)
        wanted = self.features(target)
        unlike = self.features(pred) - wanted  # last, so that backward belongs to pred
        difference = pred - target
        self.save(unlike, difference)
        return np.mean(unlike**2) + self.pixels * np.mean(difference**2)

    def backward(self):
        """Return the gradient for the picture: ``2 (f - t) / n`` through the features, and more."""
        unlike, difference = self.saved()
        grad = self.features.backward_input(unlike * (2 / unlike.size))
        return grad + difference * (2 * self.pixels / difference.size)

    def __repr__(self):
        pixels = f", pixels={self.pixels:g}" if self.pixels else ""
        return f"PerceptualLoss({type(self.features).__name__}{pixels})"
