"""The living figures: what each page of a lesson has to work with, apart from its scripts."""

from functools import cache

import numpy as np

from lib import nn, optim
from lib.course import ours
from lib.data import DataLoader, Dataset, load_mnist, make_moons
from lib.experiments.records import RESULTS
from lib.page import pack, paste
from lib.serialization import load
from lib.training import fit


def spirals(n, noise, rng):
    """Draw two spirals of one turn each, wound into each other.

    Parameters
    ----------
    n : int
        Points, half of them in each spiral.
    noise : float
        Standard deviation of what is added to both coordinates of each point.
    rng : numpy.random.Generator
        Where the places along the spirals and the noise come from.

    Returns
    -------
    x : ndarray of shape (n, 2), float64
    y : ndarray of shape (n,), int64
        Which spiral a point belongs to, 0 or 1.
    """
    y = np.arange(n) % 2
    turn = np.sqrt(rng.uniform(0.04, 1, n))  # the root spreads the points evenly
    angle = np.pi * (2 * turn + y)
    x = 1.8 * turn[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return x + rng.normal(0, noise, (n, 2)), y


def as_set(x, y):
    """Return points with their labels and a square around them, as a page wants them."""
    middle = (x.max(axis=0) + x.min(axis=0)) / 2
    half = 1.08 * np.abs(x - middle).max()
    ranges = [[c - half, c + half] for c in middle]
    return {
        "points": np.round(x, 3).tolist(),
        "labels": y.tolist(),
        "range": dict(zip("xy", np.round(ranges, 3).tolist(), strict=True)),
    }


def line():
    """Return the line of day 3, through the same fifty points, from the same guess."""
    rng = np.random.default_rng(3)
    x = rng.uniform(-2, 2, size=50)
    y = 2 * x + 1 + rng.normal(0, 0.5, size=50)
    return paste("line", x=x.tolist(), y=y.tolist(), w=-0.5, b=2.0)


@cache
def ten_lines():
    """Train ten straight lines on MNIST as day 3 does, for five epochs: three seconds."""
    x, y, _, _ = load_mnist()
    x = x.reshape(-1, 784).astype(np.float32) / 255
    model = nn.Sequential(nn.Linear(784, 10, rng=np.random.default_rng(0)))
    model[0].weight.data[...] = 0
    batches = DataLoader(Dataset(x, y), batch_size=256, shuffle=True, rng=np.random.default_rng(2))
    sgd = optim.SGD(model.parameters(), lr=0.3)
    fit(model, nn.CrossEntropyLoss(), sgd, batches, epochs=5, verbose=False)
    return model


def templates():
    """Return the ten templates of day 3, to draw on."""
    return paste("templates", network=pack(ten_lines()))


def graph():
    """Return the graph of day 4, to step through."""
    return paste("graph")


def mlp():
    """Return the small network of day 4, to train."""
    rng = np.random.default_rng(0)
    sets = {"moons": make_moons(200, noise=0.2, rng=rng), "spirals": spirals(200, 0.05, rng)}
    sets = {name: as_set(*points) for name, points in sets.items()}
    return paste("mlp", sets=sets)


def sliding():
    """Return the sliding template of day 5, over the same 7."""
    x, _, _, _ = load_mnist()
    return paste("sliding", image=x[15].ravel().tolist())


@cache
def recorded(name):
    """Return a network whose weights are kept with its record."""
    return load(RESULTS / f"{name}.npz")


def maps():
    """Return LeNet-5 with its maps, to draw for."""
    return paste(
        "lenet",
        title="LeNet-5, live",
        about="LeNet-5 for ten digits: the network of the page of results.",
        result="",
        names=list("0123456789"),
        curves={},
        example=[[0.25, 0.2], [0.74, 0.2], [0.62, 0.4], [0.5, 0.61], [0.42, 0.82]],  # a 7
        network=pack(recorded("lenet5")),
    )


def latent():
    """Return the plane of day 7's codes, to walk through."""
    _, _, x, y = load_mnist()
    model = recorded("autoencoder_2")
    codes = model.encoder(x[:500].reshape(-1, 784).astype(np.float32) / 255)
    plane = as_set(codes.astype(np.float64), y[:500])
    return paste(
        "latent",
        codes=plane["points"],
        labels=plane["labels"],
        range=plane["range"],
        encoder=pack(model.encoder, bits=8),
        decoder=pack(model.decoder, bits=8),
    )


def walked(points, perplexity):
    """Return the map of some points after the 500 steps of day 7, at the page's rate of 40."""
    N = len(points)
    P = np.zeros((N, N))
    for i, far in enumerate(((points[:, None] - points) ** 2).sum(axis=2)):
        others = np.arange(N) != i
        near = far[others] - far[others].min()
        P[i, others] = np.exp(-ours.find_beta(far[others], perplexity) * near)
        P[i] /= P[i].sum()
    P = (P + P.T) / (2 * N)
    Y = np.random.default_rng(1).uniform(-1e-4, 1e-4, (N, 2))
    v = np.zeros_like(Y)
    for step in range(500):
        early = step < 250
        v = (0.5 if early else 0.8) * v - 40 * ours.tsne_gradient(12 * P if early else P, Y)
        Y = Y + v
    return Y


@cache
def tsne():
    """Return day 7's t-SNE, of 500 digits in their 30 principal components and of noise."""
    _, _, x, y = load_mnist()
    x = x[:500].reshape(-1, 784).astype(np.float64) / 255
    x -= x.mean(axis=0)
    _, _, directions = np.linalg.svd(x, full_matrices=False)
    digits = np.round(x @ directions[:30].T, 2)
    noise = np.random.default_rng(29).normal(size=(500, 10))
    return paste(
        "tsne",
        sets={
            "digits": {
                "points": digits.tolist(),
                "labels": y[:500].tolist(),
                "map": np.round(walked(digits, perplexity=30), 3).tolist(),
            },
            "noise": {"points": np.round(noise, 2).tolist()},
        },
    )


FIGURES = {
    "line": line,
    "templates": templates,
    "graph": graph,
    "mlp": mlp,
    "sliding": sliding,
    "lenet": maps,
    "latent": latent,
    "tsne": tsne,
}
