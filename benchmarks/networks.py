"""The networks that are timed: each once in ``lib`` and once in PyTorch, in all its fast variants.

Each is made by a function ``(batch_size, rng) -> step``, and ``step()`` trains on one batch and
returns the loss. To time another network, write its functions and add it to ``NETWORKS``.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Network(NamedTuple):
    """One network, in ``lib`` and in each of PyTorch's variants, of which the fastest counts."""

    title: str
    lib: Callable
    torch: dict[str, Callable]


def images(batch_size, rng):
    """Return a batch like MNIST's: float32 images in [0, 1] and integer labels."""
    x = rng.random((batch_size, 28, 28), dtype=np.float32)
    return x, rng.integers(0, 10, batch_size)


def lib_mlp(batch_size, rng):
    """784-128(Tanh)-10 with SGD in ``lib``."""
    from lib import models, nn, optim
    from lib.training import train_step

    x, y = images(batch_size, rng)
    model, loss = models.mlp(rng=rng), nn.CrossEntropyLoss()
    sgd = optim.SGD(model.parameters(), lr=0.01)
    return lambda: train_step(model, loss, sgd, x, y)


def torch_mlp(**sgd_options):
    """784-128(Tanh)-10 with SGD in PyTorch, with the options of one of its implementations."""

    def make(batch_size, rng):
        import torch
        from torch import nn

        x, y = (torch.from_numpy(array) for array in images(batch_size, rng))
        model = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.Tanh(), nn.Linear(128, 10))
        loss = nn.CrossEntropyLoss()
        sgd = torch.optim.SGD(model.parameters(), lr=0.01, **sgd_options)

        def step():
            sgd.zero_grad()
            value = loss(model(x), y)
            value.backward()
            sgd.step()
            return value.item()

        return step

    return make


NETWORKS = {
    "mlp": Network(
        title="784-128(Tanh)-10, SGD",
        lib=lib_mlp,
        torch={
            "plain": torch_mlp(foreach=False),
            "foreach": torch_mlp(foreach=True),
            "fused": torch_mlp(fused=True),
        },
    ),
}
