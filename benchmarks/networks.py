"""The networks that are timed: each once in ``lib`` and once in PyTorch, in all its fast variants.

Each competitor is a function ``(batch_size, rng) -> step``, and ``step()`` trains on one batch and
returns the loss. Both sides have the same layers in the same order. To time another network, write
a function that builds it in PyTorch and add a line to ``NETWORKS``.
"""

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Network(NamedTuple):
    """One network, in ``lib`` and in each of PyTorch's variants, of which the fastest counts."""

    title: str
    lib: Callable
    torch: dict[str, Callable]
    products: tuple[int, int]  # multiplications for one image: all layers, and the first one

    @property
    def flops(self):
        """Floating-point operations that matrix products need in one step, for one image.

        Each layer multiplies once forwards and twice backwards, for its weights and its input; the
        input of the first layer needs no gradient. A multiplication comes with an addition.
        """
        every, first = self.products
        return 2 * (3 * every - first)


def images(batch_size, rng):
    """Return a batch like MNIST's: float32 images in [0, 1] and integer labels."""
    x = rng.random((batch_size, 1, 28, 28), dtype=np.float32)
    return x, rng.integers(0, 10, batch_size)


def lib_step(name, optimizer, batch_size, rng, cores=1, **options):
    """Return the training step of ``models.name`` in ``lib``, on so many cores if that pays."""
    from lib import models, nn, optim
    from lib.training import train_step
    from lib.training.workers import Workers, how_many

    x, y = images(batch_size, rng)
    model = getattr(models, name)(rng=rng)
    if isinstance(model, nn.AutoEncoder):
        loss, y = nn.MSELoss(), x.reshape(batch_size, 784)
    else:
        loss = nn.CrossEntropyLoss()
    optimizer = getattr(optim, optimizer)(model.parameters(), **options)
    workers = None
    if cores > 1 and how_many("auto", model, loss, batch_size) > 1:
        workers = Workers(model, loss, cores)
    return lambda: train_step(model, loss, optimizer, x, y, workers=workers)


def torch_step(build, optimizer, batch_size, rng, *, channels_last=False, **options):
    """Return the training step of ``build(torch.nn)`` in PyTorch."""
    import torch

    x, y = (torch.from_numpy(array) for array in images(batch_size, rng))
    model = build(torch.nn)
    if channels_last:
        x = x.to(memory_format=torch.channels_last)
        model = model.to(memory_format=torch.channels_last)
    if build is autoencoder:
        loss, y = torch.nn.MSELoss(), x.reshape(batch_size, 784)
    else:
        loss = torch.nn.CrossEntropyLoss()
    optimizer = getattr(torch.optim, optimizer)(model.parameters(), **options)

    def step():
        optimizer.zero_grad()
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
        return value.item()

    return step


def mlp(t):
    """784-128(Tanh)-10."""
    return t.Sequential(t.Flatten(), t.Linear(784, 128), t.Tanh(), t.Linear(128, 10))


def lenet5(t):
    """LeNet-5 with ReLU."""
    return t.Sequential(
        t.Conv2d(1, 6, 5, padding=2),
        t.AvgPool2d(2),
        t.ReLU(),
        t.Conv2d(6, 16, 5),
        t.AvgPool2d(2),
        t.ReLU(),
        t.Conv2d(16, 120, 5),
        t.Flatten(),
        t.ReLU(),
        t.Linear(120, 84),
        t.ReLU(),
        t.Linear(84, 10),
    )


def cnn2(t):
    """Two convolutions."""
    return t.Sequential(
        t.Conv2d(1, 16, 3, padding=1),
        t.MaxPool2d(2),
        t.ReLU(),
        t.Conv2d(16, 32, 3, padding=1),
        t.MaxPool2d(2),
        t.ReLU(),
        t.Flatten(),
        t.Linear(1568, 10),
    )


def block(t, in_channels, out_channels, pool=False):
    """Convolution, BatchNorm, perhaps a pool, ReLU."""
    convolution = t.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)
    pools = [t.MaxPool2d(2)] if pool else []
    return [convolution, t.BatchNorm2d(out_channels), *pools, t.ReLU()]


def cnn_bn_dropout(t):
    """Four convolutions with BatchNorm and Dropout."""
    return t.Sequential(
        *block(t, 1, 32),
        *block(t, 32, 32, pool=True),
        t.Dropout(0.25),
        *block(t, 32, 64),
        *block(t, 64, 64, pool=True),
        t.Dropout(0.25),
        t.Flatten(),
        t.Linear(3136, 128, bias=False),
        t.BatchNorm1d(128),
        t.ReLU(),
        t.Dropout(0.5),
        t.Linear(128, 10),
    )


def four_block_cnn(t):
    """Four blocks, and the mean of each channel."""
    return t.Sequential(
        *block(t, 1, 32, pool=True),
        *block(t, 32, 64, pool=True),
        *block(t, 64, 128),
        *block(t, 128, 256),
        t.AdaptiveAvgPool2d(1),
        t.Flatten(),
        t.Dropout(0.3),
        t.Linear(256, 10),
    )


def autoencoder(t):
    """784-128-64-32-64-128-784."""
    return t.Sequential(
        t.Flatten(),
        t.Linear(784, 128),
        t.Tanh(),
        t.Linear(128, 64),
        t.Tanh(),
        t.Linear(64, 32),
        t.Linear(32, 64),
        t.Tanh(),
        t.Linear(64, 128),
        t.Tanh(),
        t.Linear(128, 784),
        t.Sigmoid(),
    )


def network(title, build, products, optimizer, **options):
    """Return a network with all its competitors."""
    implementations = {"foreach": {"foreach": True}, "fused": {"fused": True}}
    if build not in (mlp, autoencoder):
        implementations["channels last, fused"] = {"channels_last": True, "fused": True}
    torch = {
        variant: functools.partial(torch_step, build, optimizer, **options, **more)
        for variant, more in implementations.items()
    }
    lib = functools.partial(lib_step, build.__name__, optimizer, **options)
    return Network(title, lib, torch, products)


NETWORKS = {
    "a": network("a  784-128-10, SGD", mlp, (101_632, 100_352), "SGD", lr=0.01),
    "b": network("b  LeNet-5, momentum", lenet5, (416_520, 117_600), "SGD", lr=0.01, momentum=0.9),
    "c": network("c  cnn2, momentum", cnn2, (1_031_744, 112_896), "SGD", lr=0.01, momentum=0.9),
    "d": network("d  cnn_bn_dropout, Adam", cnn_bn_dropout, (18_691_840, 225_792), "Adam", lr=1e-3),
    "e": network("e  four_block_cnn, Adam", four_block_cnn, (21_904_384, 225_792), "Adam", lr=1e-3),
    "f": network("f  autoencoder, Adam", autoencoder, (221_184, 100_352), "Adam", lr=1e-3),
}
