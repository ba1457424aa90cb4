"""The networks of the course, by name.

Convolutional networks take images ``(N, 1, 28, 28)`` of floats between 0 and 1, the others any
shape with 784 numbers an image.
"""

from lib.models.autoencoders import (
    autoencoder,
    conv_autoencoder,
    sparse_autoencoder,
    variational_autoencoder,
)
from lib.models.classifiers import (
    cnn2,
    cnn3,
    cnn_5x5,
    cnn_bn_dropout,
    four_block_cnn,
    lenet5,
    mlp,
    small_cnn,
    three_block_cnn,
)

__all__ = [
    "autoencoder",
    "cnn2",
    "cnn3",
    "cnn_5x5",
    "cnn_bn_dropout",
    "conv_autoencoder",
    "four_block_cnn",
    "lenet5",
    "mlp",
    "small_cnn",
    "sparse_autoencoder",
    "three_block_cnn",
    "variational_autoencoder",
]
