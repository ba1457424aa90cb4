"""Autoencoders: from an image to a short code, and from the code back to the image."""

import numpy as np

from lib import nn
from lib.models.architecture import remembered
from lib.models.classifiers import mlp


@remembered
def autoencoder(latent=32, *, width=128, rng, dtype=np.float32):
    """Build the autoencoder 784-128-64-latent-64-128-784: Tanh between, Sigmoid at the end.

    Parameters
    ----------
    latent : int, optional
        How many numbers a digit is squeezed into.
    width : int, optional
        Units in the outer hidden layers; the inner ones have half as many.
    rng : numpy.random.Generator
        Where the starting weights come from.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Returns
    -------
    AutoEncoder
        222 384 weights. It gives rows ``(N, 784)``, to be compared with ``x.reshape(-1, 784)`` by
        ``MSELoss``.

    Notes
    -----
    ::

        image, flattened                          (N, 784)
        Linear, Tanh                              (N, 128)
        Linear, Tanh                              (N, 64)
        Linear: the code                          (N, 32)
        Linear, Tanh                              (N, 64)
        Linear, Tanh                              (N, 128)
        Linear, Sigmoid                           (N, 784)
    """
    weights = {"rng": rng, "dtype": dtype}
    encoder = mlp((784, width, width // 2, latent), **weights)
    decoder = mlp((latent, width // 2, width, 784), **weights)
    return nn.AutoEncoder(encoder, nn.Sequential(*decoder, nn.Sigmoid()))


@remembered
def conv_autoencoder(latent=32, *, channels=16, rng, dtype=np.float32):
    """Build a convolutional autoencoder: strides shrink the image, transposed ones enlarge it.

    Parameters
    ----------
    latent : int, optional
        How many numbers a digit is squeezed into.
    channels : int, optional
        Maps of 14 × 14; there are twice as many of 7 × 7.
    rng : numpy.random.Generator
        Where the starting weights come from.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Returns
    -------
    AutoEncoder
        424 721 weights. It gives images ``(N, 1, 28, 28)``, to be compared with ``x`` by
        ``MSELoss``.

    Notes
    -----
    ::

        image                                     (N, 1, 28, 28)
        16 templates of 3×3, stride 2, ReLU       (N, 16, 14, 14)
        32 templates of 3×3, stride 2, ReLU       (N, 32, 7, 7)
        Flatten, Linear, ReLU                     (N, 128)
        Linear: the code                          (N, 32)
        Linear, ReLU                              (N, 128)
        Linear, ReLU, Unflatten                   (N, 32, 7, 7)
        16 templates of 4×4, transposed, ReLU     (N, 16, 14, 14)
        1 template of 4×4, transposed, Sigmoid    (N, 1, 28, 28)
    """
    few, many = channels, 2 * channels
    weights = {"rng": rng, "dtype": dtype}
    encoder = nn.Sequential(
        nn.Conv2d(1, few, 3, stride=2, padding=1, **weights),  # (N, 16, 14, 14)
        nn.ReLU(),
        nn.Conv2d(few, many, 3, stride=2, padding=1, **weights),  # (N, 32, 7, 7)
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(many * 7 * 7, 128, **weights),
        nn.ReLU(),
        nn.Linear(128, latent, **weights),
    )
    decoder = nn.Sequential(
        nn.Linear(latent, 128, **weights),
        nn.ReLU(),
        nn.Linear(128, many * 7 * 7, **weights),
        nn.ReLU(),
        nn.Unflatten(many, 7, 7),
        nn.ConvTranspose2d(many, few, 4, stride=2, padding=1, **weights),  # (N, 16, 14, 14)
        nn.ReLU(),
        nn.ConvTranspose2d(few, 1, 4, stride=2, padding=1, **weights),  # (N, 1, 28, 28)
        nn.Sigmoid(),
    )
    return nn.AutoEncoder(encoder, decoder)


@remembered
def sparse_autoencoder(latent=64, *, width=128, rng, dtype=np.float32):
    """Build an autoencoder with a code of ReLUs, to be trained with ``SparseLoss``.

    Parameters
    ----------
    latent : int, optional
        How many numbers the code has; most of them will be 0.
    width : int, optional
        Units in the hidden layer on either side of the code.
    rng : numpy.random.Generator
        Where the starting weights come from.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Returns
    -------
    AutoEncoder
        218 192 weights. It gives rows ``(N, 784 + latent)``: picture and code.

    Notes
    -----
    ::

        image, flattened                          (N, 784)
        Linear, ReLU                              (N, 128)
        Linear, ReLU: the code                    (N, 64)
        Linear, ReLU                              (N, 128)
        Linear, Sigmoid                           (N, 784)
        picture and code                          (N, 848)
    """
    weights = {"rng": rng, "dtype": dtype}
    encoder = nn.Sequential(*mlp((784, width, latent), nn.ReLU, **weights), nn.ReLU())
    decoder = mlp((latent, width, 784), nn.ReLU, **weights)
    return nn.AutoEncoder(encoder, nn.Sequential(*decoder, nn.Sigmoid()), show_code=True)


@remembered
def variational_autoencoder(latent=2, *, width=128, rng, dtype=np.float32):
    """Build an autoencoder that draws its code, to be trained with ``VariationalLoss``.

    Parameters
    ----------
    latent : int, optional
        How many numbers the code has.
    width : int, optional
        Units in the outer hidden layers; the inner ones have half as many.
    rng : numpy.random.Generator
        Where the starting weights come from, and what draws the codes.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Returns
    -------
    AutoEncoder
        218 644 weights. It gives rows ``(N, 784 + 2 latent)``: the picture, the means and the
        log-variances.

    Notes
    -----
    ::

        image, flattened                          (N, 784)
        Linear, Tanh                              (N, 128)
        Linear, Tanh                              (N, 64)
        Linear: means and log-variances           (N, 4)
        a code drawn from them                    (N, 2)
        Linear, Tanh                              (N, 64)
        Linear, Tanh                              (N, 128)
        Linear, Sigmoid                           (N, 784)
        picture, means and log-variances          (N, 788)
    """
    weights = {"rng": rng, "dtype": dtype}
    encoder = mlp((784, width, width // 2, 2 * latent), **weights)
    decoder = mlp((latent, width // 2, width, 784), **weights)
    parts = nn.GaussianSample(rng=rng), *decoder, nn.Sigmoid()
    return nn.AutoEncoder(encoder, nn.Sequential(*parts), show_code=True)
