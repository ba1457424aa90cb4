"""A loss that sees: two pictures are close if a trained network sees the same things in them."""

import numpy as np

from lib.nn.losses import Loss
from lib.nn.targets import like_prediction


# f = features(p), t = features(target), n entries:  L = 1/n Σ (f − t)²
# ∂L/∂f = 2 (f − t) / n, and the features' own backward takes it to the picture
class PerceptualLoss(Loss):
    """Mean squared error between what a fixed network makes of a picture and of its target.

    Parameters
    ----------
    features : Module
        A trained network, or its first layers: ``lenet[:5]``. Its weights are not changed.

    Notes
    -----
    After Johnson et al., *Perceptual Losses for Real-Time Style Transfer and Super-Resolution*
    (2016). The weights need no gradient, so only ``backward_input`` is run.
    """

    def __init__(self, features):
        self.features = features.eval()

    def forward(self, pred, target):
        """Return the mean squared difference of the features."""
        wanted = self.features(like_prediction(self, pred, target))
        difference = self.features(pred) - wanted  # last, so that backward belongs to pred
        self.save(difference)
        return np.mean(difference**2)

    def backward(self):
        """Return the gradient for the picture: ``2 (f - t) / n``, sent through the features."""
        (difference,) = self.saved()
        return self.features.backward_input(difference * (2 / difference.size))

    def __repr__(self):
        return f"PerceptualLoss({type(self.features).__name__})"
