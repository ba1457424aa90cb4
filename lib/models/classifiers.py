"""Classifiers: from an image to one score for each class, to be trained with ``CrossEntropyLoss``.

ReLU comes after the maximum pool, not before: that changes no number, and saves three quarters
of its work.
"""

import itertools

import numpy as np

from lib import nn
from lib.models.architecture import remembered  # a file of weights can then build the network again


@remembered
def mlp(sizes=(784, 128, 10), activation=nn.Tanh, *, num_classes=None, rng, dtype=np.float32):
    """Build a multi-layer perceptron: linear layers with an activation between any two.

    Parameters
    ----------
    sizes : sequence of int, optional
        How many numbers go in, through each hidden layer, and come out.
    activation : callable, optional
        Makes a new activation each time it is called: ``nn.Tanh``, ``nn.ReLU`` …
    num_classes : int, optional
        Replaces the last of ``sizes``.
    rng : numpy.random.Generator
        Where the starting weights come from.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Returns
    -------
    Sequential
        It starts with ``Flatten`` and ends with scores, to be trained with ``CrossEntropyLoss``.
        101 770 weights for the sizes that it has by default.

    Raises
    ------
    ValueError
        If ``sizes`` has fewer than two entries.

    Examples
    --------
    >>> mlp((784, 30, 10), nn.ReLU, rng=np.random.default_rng(0))
    Sequential(
      (0): Flatten()
      (1): Linear(in_features=784, out_features=30, bias=True)
      (2): ReLU()
      (3): Linear(in_features=30, out_features=10, bias=True)
    )
    """
    if len(sizes) < 2:
        raise ValueError(f"mlp expected at least an input and an output size, got {sizes!r}")
    if num_classes is not None:
        sizes = (*sizes[:-1], num_classes)
    layers = [nn.Flatten()]
    for fan_in, fan_out in itertools.pairwise(sizes):
        layers += [nn.Linear(fan_in, fan_out, rng=rng, dtype=dtype), activation()]
    return nn.Sequential(*layers[:-1])


@remembered
def lenet5(*, num_classes=10, rng, dtype=np.float32):
    """Build LeNet-5 with ReLU, after the network that once read cheques for a living.

    Parameters
    ----------
    num_classes : int, optional
        How many scores come out.
    rng : numpy.random.Generator
        Where the starting weights come from.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Returns
    -------
    Sequential
        61 706 weights for ten classes.

    Notes
    -----
    ::

        image                                     (N, 1, 28, 28)
        6 templates of 5×5, padded                (N, 6, 28, 28)
        average pool 2×2, ReLU                    (N, 6, 14, 14)
        16 templates of 5×5                       (N, 16, 10, 10)
        average pool 2×2, ReLU                    (N, 16, 5, 5)
        120 templates of 5×5, ReLU                (N, 120)
        Linear, ReLU                              (N, 84)
        Linear                                    (N, 10)

    LeCun et al. (1998) made the images 32×32; here the first convolution pads them. The last one
    sees a whole image of 5×5, and leaves 120 channels of a single pixel.
    """
    weights = {"rng": rng, "dtype": dtype}
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2, **weights),  # (N, 6, 28, 28)
        nn.AvgPool2d(2),
        nn.ReLU(),  # (N, 6, 14, 14)
        nn.Conv2d(6, 16, 5, **weights),  # (N, 16, 10, 10)
        nn.AvgPool2d(2),
        nn.ReLU(),  # (N, 16, 5, 5)
        nn.Conv2d(16, 120, 5, **weights),  # (N, 120, 1, 1)
        nn.Flatten(),
        nn.ReLU(),
        nn.Linear(120, 84, **weights),
        nn.ReLU(),
        nn.Linear(84, num_classes, **weights),
    )


@remembered
def cnn2(*, num_classes=10, rng, dtype=np.float32):
    """Build two convolutions, 16 and 32 templates of 3×3, each followed by a 2×2 maximum pool.

    Parameters
    ----------
    num_classes : int, optional
        How many scores come out.
    rng : numpy.random.Generator
        Where the starting weights come from.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Returns
    -------
    Sequential
        20 490 weights for ten classes.

    Notes
    -----
    ::

        image                                     (N, 1, 28, 28)
        16 templates of 3×3, max pool 2×2, ReLU   (N, 16, 14, 14)
        32 templates of 3×3, max pool 2×2, ReLU   (N, 32, 7, 7)
        Flatten, Linear                           (N, 10)
    """
    weights = {"rng": rng, "dtype": dtype}
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1, **weights),  # (N, 16, 28, 28)
        nn.MaxPool2d(2),
        nn.ReLU(),  # (N, 16, 14, 14)
        nn.Conv2d(16, 32, 3, padding=1, **weights),
        nn.MaxPool2d(2),
        nn.ReLU(),  # (N, 32, 7, 7)
        nn.Flatten(),
        nn.Linear(32 * 7 * 7, num_classes, **weights),
    )


@remembered
def cnn3(*, num_classes=10, batch_norm=False, dropout=False, rng, dtype=np.float32):
    """Build three convolutions, 16, 32 and 64 templates of 3×3, and a hidden layer of 128.

    Parameters
    ----------
    num_classes : int, optional
        How many scores come out.
    batch_norm, dropout : bool, optional
        True adds those layers: four networks to compare.
    rng : numpy.random.Generator
        Where the starting weights come from, and what Dropout drops.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Returns
    -------
    Sequential
        98 442 weights for ten classes.

    Notes
    -----
    ::

        image                                     (N, 1, 28, 28)
        16 templates of 3×3, max pool 2×2, ReLU   (N, 16, 14, 14)
        32 templates of 3×3, max pool 2×2, ReLU   (N, 32, 7, 7)
        64 templates of 3×3, max pool 2×2, ReLU   (N, 64, 3, 3)
        Flatten, Linear, ReLU                     (N, 128)
        Linear                                    (N, 10)

    BatchNorm comes before each ReLU; Dropout leaves out 0.1 before ``Flatten`` and 0.5 before the
    scores.
    """
    weights = {"rng": rng, "dtype": dtype}
    layers = []
    for before, after in ((1, 16), (16, 32), (32, 64)):  # 14×14, 7×7, then 3×3
        layers.append(nn.Conv2d(before, after, 3, padding=1, bias=not batch_norm, **weights))
        layers.append(nn.MaxPool2d(2))  # before BatchNorm, which then has a quarter of the work
        if batch_norm:
            layers.append(nn.BatchNorm2d(after, dtype=dtype))
        layers.append(nn.ReLU())
    if dropout:
        layers.append(nn.Dropout(0.1, rng=rng))
    layers.append(nn.Flatten())
    return nn.Sequential(*layers, *_head(64 * 3 * 3, num_classes, batch_norm, dropout, weights))


@remembered
def cnn_bn_dropout(*, num_classes=10, batch_norm=True, dropout=True, rng, dtype=np.float32):
    """Build four convolutions, 32, 32, 64 and 64 templates, with BatchNorm and Dropout.

    Parameters
    ----------
    num_classes : int, optional
        How many scores come out.
    batch_norm, dropout : bool, optional
        False leaves those layers out: four networks to compare.
    rng : numpy.random.Generator
        Where the starting weights come from, and what Dropout drops.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Returns
    -------
    Sequential
        468 138 weights for ten classes.

    Notes
    -----
    ::

        image                                     (N, 1, 28, 28)
        32 templates of 3×3, ReLU                 (N, 32, 28, 28)
        32 templates of 3×3, max pool 2×2, ReLU   (N, 32, 14, 14)
        64 templates of 3×3, ReLU                 (N, 64, 14, 14)
        64 templates of 3×3, max pool 2×2, ReLU   (N, 64, 7, 7)
        Flatten, Linear, ReLU                     (N, 128)
        Linear                                    (N, 10)

    BatchNorm follows each convolution, and the first linear layer; Dropout leaves out 0.25 after
    each pool and 0.5 before the scores.
    """
    weights = {"rng": rng, "dtype": dtype}
    layers = []
    for before, after in ((1, 32), (32, 64)):  # 14×14, then 7×7
        layers += _block(before, after, batch_norm=batch_norm, **weights)
        layers += _block(after, after, batch_norm=batch_norm, pool=2, **weights)
        if dropout:
            layers.append(nn.Dropout(0.25, rng=rng))
    layers.append(nn.Flatten())
    return nn.Sequential(*layers, *_head(64 * 7 * 7, num_classes, batch_norm, dropout, weights))


@remembered
def three_block_cnn(*, num_classes=10, rng, dtype=np.float32):
    """Build three blocks of convolution, BatchNorm and ReLU, then the mean of each channel.

    Parameters
    ----------
    num_classes : int, optional
        How many scores come out.
    rng : numpy.random.Generator
        Where the starting weights come from, and what Dropout drops.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Returns
    -------
    Sequential
        94 186 weights for ten classes.

    Notes
    -----
    ::

        image                                     (N, 1, 28, 28)
        32 templates of 3×3, max pool 2×2         (N, 32, 14, 14)
        64 templates of 3×3, max pool 2×2         (N, 64, 7, 7)
        128 templates of 3×3                      (N, 128, 7, 7)
        mean of each channel, Dropout(0.3)        (N, 128)
        Linear                                    (N, 10)

    BatchNorm follows each convolution, and a ReLU ends each block.
    """
    return _blocks((32, 64, 128), num_classes, rng, dtype)


@remembered
def four_block_cnn(*, num_classes=10, rng, dtype=np.float32):
    """Build four blocks of convolution, BatchNorm and ReLU, then the mean of each channel.

    Parameters
    ----------
    num_classes : int, optional
        How many scores come out.
    rng : numpy.random.Generator
        Where the starting weights come from, and what Dropout drops.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Returns
    -------
    Sequential
        390 890 weights for ten classes.

    Notes
    -----
    ::

        image                                     (N, 1, 28, 28)
        32 templates of 3×3, max pool 2×2         (N, 32, 14, 14)
        64 templates of 3×3, max pool 2×2         (N, 64, 7, 7)
        128 templates of 3×3                      (N, 128, 7, 7)
        256 templates of 3×3                      (N, 256, 7, 7)
        mean of each channel, Dropout(0.3)        (N, 256)
        Linear                                    (N, 10)

    BatchNorm follows each convolution, and a ReLU ends each block.
    """
    return _blocks((32, 64, 128, 256), num_classes, rng, dtype)


def _blocks(channels, num_classes, rng, dtype):
    """Return one block for each number of channels; the first two halve the images."""
    weights = {"rng": rng, "dtype": dtype}
    layers = []
    for i, (before, after) in enumerate(itertools.pairwise((1, *channels))):
        layers += _block(before, after, pool=2 if i < 2 else 0, **weights)  # 28×28, 14×14, then 7×7
    return nn.Sequential(
        *layers,
        nn.GlobalAvgPool2d(),
        nn.Dropout(0.3, rng=rng),
        nn.Linear(channels[-1], num_classes, **weights),
    )


@remembered
def cnn_5x5(*, num_classes=10, rng, dtype=np.float32):
    """Build three convolutions, 32, 64 and 128 templates of 5×5, each with BatchNorm and a pool.

    Parameters
    ----------
    num_classes : int, optional
        How many scores come out.
    rng : numpy.random.Generator
        Where the starting weights come from, and what Dropout drops.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Returns
    -------
    Sequential
        262 378 weights for ten classes.

    Notes
    -----
    ::

        image                                     (N, 1, 28, 28)
        32 templates of 5×5, max pool 2×2         (N, 32, 14, 14)
        64 templates of 5×5, max pool 2×2         (N, 64, 7, 7)
        128 templates of 5×5, max pool 3×3        (N, 128, 2, 2)
        Flatten, Dropout(0.2), Linear             (N, 10)

    BatchNorm follows each convolution, and a ReLU each pool. The last pool leaves out the seventh
    row and column.
    """
    weights = {"rng": rng, "dtype": dtype}
    return nn.Sequential(
        *_block(1, 32, kernel=5, pool=2, **weights),  # (N, 32, 14, 14)
        *_block(32, 64, kernel=5, pool=2, **weights),  # (N, 64, 7, 7)
        # (N, 128, 2, 2): the seventh row and column are left out
        *_block(64, 128, kernel=5, pool=3, **weights),
        nn.Flatten(),
        nn.Dropout(0.2, rng=rng),
        nn.Linear(128 * 2 * 2, num_classes, **weights),
    )


@remembered
def small_cnn(*, num_classes=10, rng, dtype=np.float32):
    """Build five convolutions, 16, 32, 32, 64 and 64 templates of 3×3: quick enough for any page.

    Parameters
    ----------
    num_classes : int, optional
        How many scores come out.
    rng : numpy.random.Generator
        Where the starting weights come from.
    dtype : dtype, optional
        float32 for training; float64 for gradient checks.

    Returns
    -------
    Sequential
        72 250 weights for ten classes.

    Notes
    -----
    ::

        image                                     (N, 1, 28, 28)
        16 templates of 3×3, max pool 2×2         (N, 16, 14, 14)
        32 templates of 3×3                       (N, 32, 14, 14)
        32 templates of 3×3, max pool 2×2         (N, 32, 7, 7)
        64 templates of 3×3                       (N, 64, 7, 7)
        64 templates of 3×3, max pool 3×3         (N, 64, 2, 2)
        Flatten, Linear                           (N, 10)

    BatchNorm follows each convolution, and a ReLU ends each block. An image takes 5.5 million
    multiplications.
    """
    weights = {"rng": rng, "dtype": dtype}
    return nn.Sequential(
        *_block(1, 16, pool=2, **weights),  # (N, 16, 14, 14)
        *_block(16, 32, **weights),
        *_block(32, 32, pool=2, **weights),  # (N, 32, 7, 7)
        *_block(32, 64, **weights),
        *_block(64, 64, pool=3, **weights),  # (N, 64, 2, 2): the last row and column are left out
        nn.Flatten(),
        nn.Linear(64 * 2 * 2, num_classes, **weights),
    )


def _block(in_channels, out_channels, *, kernel=3, batch_norm=True, pool=0, rng, dtype):
    """Return the layers of one block; BatchNorm would subtract a bias again, so there is none."""
    weights = {"bias": not batch_norm, "rng": rng, "dtype": dtype}
    layers = [nn.Conv2d(in_channels, out_channels, kernel, padding=kernel // 2, **weights)]
    if batch_norm:
        layers.append(nn.BatchNorm2d(out_channels, dtype=dtype))
    if pool:
        layers.append(nn.MaxPool2d(pool))
    return [*layers, nn.ReLU()]


def _head(features, num_classes, batch_norm, dropout, weights):
    """Return a hidden layer of 128 units and the scores."""
    layers = [nn.Linear(features, 128, bias=not batch_norm, **weights)]
    if batch_norm:
        layers.append(nn.BatchNorm1d(128, dtype=weights["dtype"]))
    layers.append(nn.ReLU())
    if dropout:
        layers.append(nn.Dropout(0.5, rng=weights["rng"]))
    return [*layers, nn.Linear(128, num_classes, **weights)]
