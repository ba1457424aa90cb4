"""The one list of every layer, loss and optimiser, which the contract and parity tests run over.

A new class needs one line here; ``test_contract.py`` fails until it has it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from lib import models, nn, optim
from lib.course import yours
from lib.course.ours import OURS


@dataclass(frozen=True)
class LayerCase:
    """A layer, an input for it, and its PyTorch twin."""

    name: str
    make: Callable  # rng, dtype -> Module
    x: Callable  # rng, n -> float64 input of n rows, away from kinks
    torch: Callable | None  # torch.nn -> torch.nn.Module with the same state-dict names
    training: bool = True  # in which mode it is looked at
    rows_alone: bool = True  # whether a row's output does not depend on the other rows


@dataclass(frozen=True)
class LossCase:
    """A loss, predictions and targets for it, and its PyTorch twin."""

    name: str
    make: Callable  # -> Loss
    batch: Callable  # rng, n -> (float64 predictions, target)
    torch: Callable  # torch.nn -> torch.nn.Module
    smooth: bool = True  # whether numerical gradients make sense here
    rows_alone: bool = True  # whether a row's loss does not depend on the other rows


@dataclass(frozen=True)
class OptimizerCase:
    """An optimiser, made from parameters, and its PyTorch twin, perhaps with helpers."""

    name: str
    make: Callable  # params -> Optimizer
    torch: Callable  # torch.optim, params -> torch.optim.Optimizer
    schedule: Callable = None  # optim or torch.optim.lr_scheduler, optimizer -> schedule
    clip: Callable = None  # parameters and both our clipping functions or both of PyTorch's


def away_from_zero(*axes):
    """Return a maker of inputs with both signs and no entry near a kink at 0."""
    return lambda rng, n: rng.choice([-1, 1], (n, *axes)) * rng.uniform(0.1, 2, (n, *axes))


def plain(layer, *sizes, **options):
    """Return a maker of a layer without weights."""
    return lambda rng, dtype: layer(*sizes, **options)


def linear(**options):
    """Return a maker of Linear(5, 3)."""
    return lambda rng, dtype: nn.Linear(5, 3, rng=rng, dtype=dtype, **options)


def tower(rng, dtype):
    """Return a Sequential with another inside, a layer without weights first, and every kind."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Sequential(nn.Linear(6, 5, rng=rng, dtype=dtype), nn.Tanh()),
        nn.Linear(5, 4, rng=rng, dtype=dtype, bias=False),
        nn.Sigmoid(),
        nn.Linear(4, 3, rng=rng, dtype=dtype),
    )


def torch_tower(t):
    """Return the same network in PyTorch."""
    return t.Sequential(
        t.Flatten(),
        t.Sequential(t.Linear(6, 5), t.Tanh()),
        t.Linear(5, 4, bias=False),
        t.Sigmoid(),
        t.Linear(4, 3),
    )


def torch_mlp(t):
    """Return ``models.mlp((6, 5, 4))`` in PyTorch."""
    return t.Sequential(t.Flatten(), t.Linear(6, 5), t.Tanh(), t.Linear(5, 4))


def mlp(rng, dtype):
    """Return the network that the optimisers train."""
    return models.mlp((6, 5, 4), rng=rng, dtype=dtype)


def conv(*sizes, **options):
    """Return a maker of Conv2d(3, 2)."""
    return lambda rng, dtype: nn.Conv2d(3, 2, *sizes, rng=rng, dtype=dtype, **options)


def conv_transpose(*sizes, **options):
    """Return a maker of ConvTranspose2d(3, 2)."""
    return lambda rng, dtype: nn.ConvTranspose2d(3, 2, *sizes, rng=rng, dtype=dtype, **options)


def batch_norm(layer):
    """Return a maker of a BatchNorm of 3 channels that have seen something."""

    def make(rng, dtype):
        made = layer(3, dtype=dtype)
        made.weight.data[...] = rng.uniform(0.5, 2, 3)
        made.bias.data[...] = rng.normal(size=3)
        made.running_mean.data[...] = rng.normal(size=3)
        made.running_var.data[...] = rng.uniform(0.5, 2, 3)
        return made

    return make


class SameDraws(np.random.Generator):
    """A generator that draws the same numbers again and again, so that Dropout can be repeated."""

    def random(self, size, dtype):
        """Return 0.2, 0.8, 0.4, 0.9, 0.6, 0.2 …"""
        return np.resize(np.array([0.2, 0.8, 0.4, 0.9, 0.6], dtype), size)


def dropout(rng, dtype):
    """Return a Dropout that drops the first and the third of every five numbers."""
    return nn.Dropout(0.5, rng=SameDraws(np.random.PCG64(0)))


def torch_dropout(t):
    """Return the same choice in PyTorch: a product with 0 or 2."""
    import torch

    class SameDropout(t.Module):
        def forward(self, x):
            return x * (2 * torch.tensor([0, 1, 0, 1, 1], dtype=x.dtype))

    return SameDropout()


def autoencoder(rng, dtype):
    """Return an AutoEncoder of two small networks."""
    encoder = nn.Sequential(nn.Linear(5, 3, rng=rng, dtype=dtype), nn.Tanh())
    return nn.AutoEncoder(encoder, nn.Linear(3, 5, rng=rng, dtype=dtype))


def torch_autoencoder(t):
    """Return the same network in PyTorch."""

    class AutoEncoder(t.Module):
        def __init__(self):
            super().__init__()
            self.encoder = t.Sequential(t.Linear(5, 3), t.Tanh())
            self.decoder = t.Linear(3, 5)

        def forward(self, x):
            return self.decoder(self.encoder(x))

    return AutoEncoder()


def sparse_autoencoder(rng, dtype):
    """Return an AutoEncoder that shows its code."""
    weights = {"rng": rng, "dtype": dtype}
    encoder = nn.Sequential(nn.Linear(5, 3, **weights), nn.Tanh())
    return nn.AutoEncoder(encoder, nn.Linear(3, 5, **weights), show_code=True)


def torch_sparse_autoencoder(t):
    """Return the same network in PyTorch."""
    import torch

    class AutoEncoder(type(torch_autoencoder(t))):
        def forward(self, x):
            code = self.encoder(x)
            return torch.cat([self.decoder(code), code], dim=1)

    return AutoEncoder()


class SameNoise(np.random.Generator):
    """A generator that draws the same normal numbers again and again."""

    def standard_normal(self, size, dtype):
        """Return 0.2, -1.3, 0.7 for each row."""
        return np.broadcast_to(np.array([0.2, -1.3, 0.7], dtype), size)


def gaussian_sample(rng, dtype):
    """Return a layer that draws the same noise for every batch."""
    return nn.GaussianSample(rng=SameNoise(np.random.PCG64(0)))


def torch_gaussian_sample(t):
    """Return the same draw in PyTorch."""
    import torch

    class Sample(t.Module):
        def forward(self, x):
            mean, log_variance = x.chunk(2, dim=1)
            noise = SameNoise(np.random.PCG64(0)).standard_normal(mean.shape, np.float64)
            return mean + torch.exp(log_variance / 2) * torch.tensor(noise, dtype=x.dtype)

    return Sample()


def torch_means(t):
    """Return the layer in evaluation, in PyTorch."""

    class Means(t.Module):
        def forward(self, x):
            return x.chunk(2, dim=1)[0]

    return Means()


def per_view(rng, dtype):
    """Return a small network that looks at two views of each image."""
    layers = nn.Flatten(), nn.Linear(12, 3, rng=rng, dtype=dtype), nn.Tanh()
    return nn.PerView(nn.Sequential(*layers))


def torch_per_view(t):
    """Return the same network in PyTorch."""

    class PerView(t.Module):
        def __init__(self):
            super().__init__()
            self.network = t.Sequential(t.Flatten(), t.Linear(12, 3), t.Tanh())

        def forward(self, x):
            return self.network(x.reshape(-1, 1, *x.shape[2:])).reshape(len(x), 2, -1)

    return PerView()


def convnet(rng, dtype):
    """Return a network in which images and rows meet; BatchNorm would take a bias away again."""
    weights = {"bias": False, "rng": rng, "dtype": dtype}
    return nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1, **weights),
        batch_norm(nn.BatchNorm2d)(rng, dtype),
        nn.MaxPool2d(2),
        nn.Tanh(),
        nn.Conv2d(3, 4, 2, **weights),
        nn.Flatten(),
        nn.Linear(4, 3, **weights),
        batch_norm(nn.BatchNorm1d)(rng, dtype),
    )


def torch_convnet(t):
    """Return the same network in PyTorch."""
    return t.Sequential(
        t.Conv2d(2, 3, 3, padding=1, bias=False),
        t.BatchNorm2d(3),
        t.MaxPool2d(2),
        t.Tanh(),
        t.Conv2d(3, 4, 2, bias=False),
        t.Flatten(),
        t.Linear(4, 3, bias=False),
        t.BatchNorm1d(3),
    )


def ensemble(rng, dtype):
    """Return two classifiers that are built differently, as one."""
    weights = {"rng": rng, "dtype": dtype}
    deep = nn.Sequential(nn.Linear(5, 4, **weights), nn.Tanh(), nn.Linear(4, 3, **weights))
    return nn.Ensemble(nn.Linear(5, 3, **weights), deep)


def torch_ensemble(t):
    """Return the same two in PyTorch, which has no module for it."""

    class Ensemble(t.ModuleList):
        def forward(self, x):
            return sum(t.functional.log_softmax(member(x), dim=1) for member in self) / len(self)

    return Ensemble([t.Linear(5, 3), t.Sequential(t.Linear(5, 4), t.Tanh(), t.Linear(4, 3))])


x5 = away_from_zero(5)
images = away_from_zero(3, 5, 6)

LAYERS = [
    LayerCase("Linear", linear(), x5, lambda t: t.Linear(5, 3)),
    LayerCase("Linear-no-bias", linear(bias=False), x5, lambda t: t.Linear(5, 3, bias=False)),
    LayerCase("Linear-he", linear(init=nn.init.he_normal), x5, lambda t: t.Linear(5, 3)),
    LayerCase("Flatten", plain(nn.Flatten), away_from_zero(2, 3, 4), lambda t: t.Flatten()),
    LayerCase("Tanh", plain(nn.Tanh), away_from_zero(2, 5), lambda t: t.Tanh()),
    LayerCase("Sigmoid", plain(nn.Sigmoid), away_from_zero(2, 5), lambda t: t.Sigmoid()),
    LayerCase("ReLU", plain(nn.ReLU), away_from_zero(2, 5), lambda t: t.ReLU()),
    LayerCase("LeakyReLU", plain(nn.LeakyReLU), x5, lambda t: t.LeakyReLU()),
    LayerCase(
        "LeakyReLU-0.3",
        plain(nn.LeakyReLU, negative_slope=0.3),
        x5,
        lambda t: t.LeakyReLU(negative_slope=0.3),
    ),
    LayerCase("Softmax", plain(nn.Softmax), x5, lambda t: t.Softmax(dim=-1)),
    LayerCase("Softmax-3d", plain(nn.Softmax), away_from_zero(2, 4), lambda t: t.Softmax(dim=-1)),
    LayerCase("LogSoftmax", plain(nn.LogSoftmax), x5, lambda t: t.LogSoftmax(dim=-1)),
    LayerCase(
        "Unflatten", plain(nn.Unflatten, 2, 3), away_from_zero(6), lambda t: t.Unflatten(1, (2, 3))
    ),
    LayerCase("Conv2d", conv(3, padding=1), images, lambda t: t.Conv2d(3, 2, 3, padding=1)),
    LayerCase("Conv2d-5", conv(5), images, lambda t: t.Conv2d(3, 2, 5)),
    LayerCase(
        "Conv2d-stride",
        conv((3, 2), (2, 3), (0, 1), bias=False),
        images,
        lambda t: t.Conv2d(3, 2, (3, 2), (2, 3), (0, 1), bias=False),
    ),
    LayerCase("Conv2d-wide-padding", conv(2, 2, 3), images, lambda t: t.Conv2d(3, 2, 2, 2, 3)),
    LayerCase(
        "ConvTranspose2d",
        conv_transpose(4, 2, 1),
        images,
        lambda t: t.ConvTranspose2d(3, 2, 4, 2, 1),
    ),
    LayerCase(
        "ConvTranspose2d-output-padding",
        conv_transpose((3, 2), (2, 3), (1, 0), (1, 2), bias=False),
        images,
        lambda t: t.ConvTranspose2d(3, 2, (3, 2), (2, 3), (1, 0), (1, 2), bias=False),
    ),
    LayerCase(
        "Upsample", plain(nn.Upsample, scale_factor=2), images, lambda t: t.Upsample(scale_factor=2)
    ),
    LayerCase("MaxPool2d", plain(nn.MaxPool2d, 2), images, lambda t: t.MaxPool2d(2)),
    LayerCase("MaxPool2d-overlap", plain(nn.MaxPool2d, 3, 2), images, lambda t: t.MaxPool2d(3, 2)),
    LayerCase(
        "MaxPool2d-gaps", plain(nn.MaxPool2d, (1, 2), 3), images, lambda t: t.MaxPool2d((1, 2), 3)
    ),
    LayerCase(
        "MaxPool2d-padding",
        plain(nn.MaxPool2d, 3, 2, 1),
        images,
        lambda t: t.MaxPool2d(3, 2, 1),
    ),
    LayerCase("AvgPool2d", plain(nn.AvgPool2d, 2), images, lambda t: t.AvgPool2d(2)),
    LayerCase(
        "AvgPool2d-overlap",
        plain(nn.AvgPool2d, (2, 3), 2),
        images,
        lambda t: t.AvgPool2d((2, 3), 2),
    ),
    LayerCase(
        "AvgPool2d-padding",
        plain(nn.AvgPool2d, (3, 2), padding=(1, 0)),
        images,
        lambda t: t.AvgPool2d((3, 2), padding=(1, 0)),
    ),
    LayerCase(
        "GlobalAvgPool2d",
        plain(nn.GlobalAvgPool2d),
        images,
        lambda t: t.Sequential(t.AdaptiveAvgPool2d(1), t.Flatten()),
    ),
    LayerCase(
        "BatchNorm1d",
        batch_norm(nn.BatchNorm1d),
        away_from_zero(3),
        lambda t: t.BatchNorm1d(3),
        rows_alone=False,
    ),
    LayerCase(
        "BatchNorm1d-length",
        batch_norm(nn.BatchNorm1d),
        away_from_zero(3, 4),
        lambda t: t.BatchNorm1d(3),
        rows_alone=False,
    ),
    LayerCase(
        "BatchNorm1d-eval",
        batch_norm(nn.BatchNorm1d),
        away_from_zero(3),
        lambda t: t.BatchNorm1d(3),
        training=False,
    ),
    LayerCase(
        "BatchNorm2d",
        batch_norm(nn.BatchNorm2d),
        images,
        lambda t: t.BatchNorm2d(3),
        rows_alone=False,
    ),
    LayerCase(
        "BatchNorm2d-eval",
        batch_norm(nn.BatchNorm2d),
        images,
        lambda t: t.BatchNorm2d(3),
        training=False,
    ),
    LayerCase("Dropout", dropout, x5, torch_dropout),
    LayerCase("Dropout-eval", dropout, x5, lambda t: t.Dropout(), training=False),
    LayerCase("AutoEncoder", autoencoder, x5, torch_autoencoder),
    LayerCase("AutoEncoder-show-code", sparse_autoencoder, x5, torch_sparse_autoencoder),
    LayerCase("GaussianSample", gaussian_sample, away_from_zero(6), torch_gaussian_sample),
    LayerCase(
        "GaussianSample-eval", gaussian_sample, away_from_zero(6), torch_means, training=False
    ),
    LayerCase("PerView", per_view, away_from_zero(2, 3, 4), torch_per_view),
    LayerCase("Sequential", tower, away_from_zero(2, 3), torch_tower),
    LayerCase(
        "Sequential-images", convnet, away_from_zero(2, 4, 5), torch_convnet, rows_alone=False
    ),
    LayerCase("Ensemble", ensemble, x5, torch_ensemble),
    LayerCase("mlp", mlp, away_from_zero(2, 3), torch_mlp),
]


def of_yours(layer, *sizes, exercises, **options):
    """Return a maker of one of ``lib.course.yours``, on what ``lib`` has for the exercises."""
    answers = [OURS[number].answer for number in exercises]
    return lambda rng, dtype: layer(*sizes, *answers, rng=rng, dtype=dtype, **options)


def your_batch_norm(rng, dtype):
    """Return a BatchNorm on exercises 6.2 and 6.3 whose γ and β are not 1 and 0."""
    answers = OURS["6.2"].answer, OURS["6.3"].answer
    return batch_norm(lambda C, dtype: yours.BatchNorm1d(C, *answers, dtype=dtype))(rng, dtype)


def your_dropout(rng, dtype):
    """Return a Dropout on exercise 6.4 that always drops the same numbers."""

    class Draws(SameDraws):
        def random(self, size):
            return super().random(size, np.float64)

    return yours.Dropout(0.5, OURS["6.4"].answer, rng=Draws(np.random.PCG64(0)))


# the reader's functions as layers; in their place lib's, which their tests hold the others against
YOUR_LAYERS = [
    LayerCase("yours.Scores", of_yours(yours.Scores, 5, 3, exercises=["3.5"]), x5, None),
    LayerCase("yours.Linear", of_yours(yours.Linear, 5, 3, exercises=["4.3", "4.4"]), x5, None),
    LayerCase("yours.Tanh", plain(yours.Tanh, OURS["4.2"].answer), x5, None),
    LayerCase("yours.Layer", lambda rng, dtype: yours.Layer(OURS["4.5"].answer()), x5, None),
    LayerCase(
        "yours.Conv2d",
        of_yours(yours.Conv2d, 3, 2, 3, exercises=["5.4", "5.3", "5.6"]),
        images,
        None,
    ),
    LayerCase(
        "yours.Conv2d-columns", of_yours(yours.Conv2d, 3, 2, 3, exercises=["5.4"]), images, None
    ),
    LayerCase(
        "yours.MaxPool2d", plain(yours.MaxPool2d, OURS["5.5"].answer), away_from_zero(3, 4, 6), None
    ),
    LayerCase("yours.BatchNorm1d", your_batch_norm, away_from_zero(3), None, rows_alone=False),
    LayerCase("yours.Dropout", your_dropout, x5, None),
]


def measurements(rng, n):
    """Return predictions and targets that are nowhere equal (where L1Loss has its kink)."""
    pred = rng.normal(size=(n, 3))
    return pred, pred + away_from_zero(3)(rng, n)


def probabilities(rng, n):
    """Return probabilities inside (0, 1) and 0/1 targets."""
    return rng.uniform(0.05, 0.95, (n, 1)), rng.integers(0, 2, (n, 1)).astype(np.float64)


def soft_probabilities(rng, n):
    """Return probabilities inside (0, 1) and targets that are probabilities too."""
    return rng.uniform(0.05, 0.95, (n, 3)), rng.uniform(size=(n, 3))


def certain(rng, n):
    """Return probabilities of exactly 0 and 1, right and wrong ones."""
    return np.tile([0.0, 0.0, 1.0, 1.0], (n, 1)), np.tile([0.0, 1.0, 0.0, 1.0], (n, 1))


def binary_scores(rng, n):
    """Return scores and 0/1 targets."""
    return rng.normal(size=(n, 2)), rng.integers(0, 2, (n, 2)).astype(np.float64)


def huge_binary_scores(rng, n):
    """Return scores of ±1000, right and wrong ones."""
    return np.tile([-1e3, -1e3, 1e3, 1e3], (n, 1)), np.tile([0.0, 1.0, 0.0, 1.0], (n, 1))


def log_probabilities(rng, n):
    """Return log-probabilities and classes."""
    return np.log(rng.dirichlet(np.ones(4), n).reshape(n, 4)), rng.integers(0, 4, n)


def scores(rng, n):
    """Return scores and classes."""
    return rng.normal(size=(n, 4)), rng.integers(0, 4, n)


def huge_scores(rng, n):
    """Return scores of ±1000 and classes."""
    return rng.choice([-1e3, 0, 1e3], (n, 4)), rng.integers(0, 4, n)


def scores_one_hot(rng, n):
    """Return scores and one-hot rows."""
    z, labels = scores(rng, n)
    return z, np.eye(4)[labels]


def two_views(rng, n):
    """Return rows for two views of each image, and a target that counts for nothing."""
    return rng.normal(size=(n, 2, 4)), np.zeros(n)


def torch_nt_xent(t):
    """Return the twin of NTXentLoss, from the cosine similarity and the cross-entropy there."""
    import torch

    class NTXent(t.Module):
        def forward(self, pred, target):
            z = t.functional.normalize(pred.reshape(-1, pred.shape[2]))
            s = (z @ z.T / 0.5).fill_diagonal_(-torch.inf)
            return t.functional.cross_entropy(s, torch.arange(len(z)) ^ 1)

    return NTXent()


def pictures_and_codes(rng, n):
    """Return pictures of 5 pixels, each followed by a code of 4 numbers, and the right pictures."""
    return away_from_zero(9)(rng, n), rng.uniform(size=(n, 5))


def torch_sparse(t):
    """Return the twin of SparseLoss."""

    class Sparse(t.Module):
        def forward(self, pred, target):
            return t.functional.mse_loss(pred[:, :5], target) + 0.3 * pred[:, 5:].abs().mean()

    return Sparse()


def torch_variational(t):
    """Return the twin of VariationalLoss, with the divergence that PyTorch's distributions give."""
    import torch
    from torch.distributions import Normal, kl_divergence

    class Variational(t.Module):
        def forward(self, pred, target):
            mean, log_variance = pred[:, 5:].chunk(2, dim=1)
            code = Normal(mean, torch.exp(log_variance / 2))
            unit = Normal(torch.zeros_like(mean), torch.ones_like(mean))
            squares = t.functional.mse_loss(pred[:, :5], target, reduction="sum")
            return (squares + 0.7 * kl_divergence(code, unit).sum()) / len(pred)

    return Variational()


def torch_perceptual(t, pixels=0):
    """Return the twin of PerceptualLoss that sees shares, and pixels as they count."""

    class Perceptual(t.Module):
        def forward(self, pred, target):
            seen = t.functional.mse_loss(pred.softmax(dim=1), target.softmax(dim=1))
            return seen + pixels * t.functional.mse_loss(pred, target)

    return Perceptual()


def scores_and_probabilities(rng, n):
    """Return scores and rows of probabilities."""
    return rng.normal(size=(n, 4)), rng.dirichlet(np.ones(4), n).reshape(n, 4)


def bce(t):
    """Return the twin of BCELoss."""
    return t.BCELoss()


def bce_logits(t):
    """Return the twin of BCEWithLogitsLoss."""
    return t.BCEWithLogitsLoss()


def cross_entropy(t):
    """Return the twin of CrossEntropyLoss."""
    return t.CrossEntropyLoss()


def smooth_cross_entropy():
    """Return a loss that never wants certainty."""
    return nn.CrossEntropyLoss(label_smoothing=0.1)


def torch_smooth_cross_entropy(t):
    """Return its twin."""
    return t.CrossEntropyLoss(label_smoothing=0.1)


LOSSES = [
    LossCase("MSELoss", nn.MSELoss, measurements, lambda t: t.MSELoss()),
    LossCase("L1Loss", nn.L1Loss, measurements, lambda t: t.L1Loss()),
    LossCase("BCELoss", nn.BCELoss, probabilities, bce),
    LossCase("BCELoss-soft", nn.BCELoss, soft_probabilities, bce),
    LossCase("BCELoss-certain", nn.BCELoss, certain, bce, smooth=False),
    LossCase("BCEWithLogitsLoss", nn.BCEWithLogitsLoss, binary_scores, bce_logits),
    LossCase(
        "BCEWithLogitsLoss-huge",
        nn.BCEWithLogitsLoss,
        huge_binary_scores,
        bce_logits,
        smooth=False,
    ),
    LossCase("NTXentLoss", nn.NTXentLoss, two_views, torch_nt_xent, rows_alone=False),
    LossCase("SparseLoss", lambda: nn.SparseLoss(0.3), pictures_and_codes, torch_sparse),
    LossCase(
        "VariationalLoss", lambda: nn.VariationalLoss(0.7), pictures_and_codes, torch_variational
    ),
    LossCase(
        "PerceptualLoss",
        lambda: nn.PerceptualLoss(nn.Softmax()),
        measurements,
        torch_perceptual,
    ),
    LossCase(
        "PerceptualLoss-pixels",
        lambda: nn.PerceptualLoss(nn.Softmax(), pixels=0.3),
        measurements,
        partial(torch_perceptual, pixels=0.3),
    ),
    LossCase("NLLLoss", nn.NLLLoss, log_probabilities, lambda t: t.NLLLoss()),
    LossCase("CrossEntropyLoss", nn.CrossEntropyLoss, scores, cross_entropy),
    LossCase(
        "CrossEntropyLoss-huge", nn.CrossEntropyLoss, huge_scores, cross_entropy, smooth=False
    ),
    LossCase("CrossEntropyLoss-one-hot", nn.CrossEntropyLoss, scores_one_hot, cross_entropy),
    LossCase(
        "CrossEntropyLoss-probabilities",
        nn.CrossEntropyLoss,
        scores_and_probabilities,
        cross_entropy,
    ),
    LossCase("CrossEntropyLoss-smooth", smooth_cross_entropy, scores, torch_smooth_cross_entropy),
    LossCase(
        "CrossEntropyLoss-smooth-huge",
        smooth_cross_entropy,
        huge_scores,
        torch_smooth_cross_entropy,
        smooth=False,
    ),
    LossCase(
        "CrossEntropyLoss-smooth-probabilities",
        smooth_cross_entropy,
        scores_and_probabilities,
        torch_smooth_cross_entropy,
    ),
]


def optimizer(name, *, schedule=None, clip=None, **options):
    """Return the case of ``SGD-momentum`` and the like; the options are the same in PyTorch."""
    kind = name.split("-")[0]
    return OptimizerCase(
        name,
        lambda params: getattr(optim, kind)(params, **options),
        lambda t, params: getattr(t, kind)(params, **options),
        schedule,
        clip,
    )


def one_cycle(**options):
    """Return a maker of a cycle over ten steps."""
    return lambda s, optimizer: s.OneCycleLR(optimizer, max_lr=0.5, total_steps=10, **options)


OPTIMIZERS = [
    optimizer("SGD", lr=0.5),
    optimizer("SGD-momentum", lr=0.1, momentum=0.9),
    optimizer("SGD-nesterov", lr=0.1, momentum=0.9, nesterov=True),
    optimizer("SGD-weight-decay", lr=0.5, weight_decay=0.1),
    optimizer("SGD-everything", lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.05),
    optimizer("RMSprop"),
    optimizer("RMSprop-momentum", lr=0.002, momentum=0.9),
    optimizer("RMSprop-everything", lr=0.01, alpha=0.9, eps=1e-3, momentum=0.5, weight_decay=0.1),
    optimizer("Adam", lr=0.05),
    optimizer("Adam-everything", lr=0.1, betas=(0.8, 0.9), eps=1e-2, weight_decay=0.1),
    optimizer("AdamW", lr=0.05),
    optimizer("AdamW-everything", lr=0.1, betas=(0.8, 0.9), eps=1e-2, weight_decay=0.3),
]

SCHEDULES = [
    optimizer("SGD-step", lr=0.5, schedule=lambda s, o: s.StepLR(o, 3)),
    optimizer("SGD-step-gamma", lr=0.5, schedule=lambda s, o: s.StepLR(o, 1, gamma=0.8)),
    optimizer("Adam-cosine", lr=0.1, schedule=lambda s, o: s.CosineAnnealingLR(o, 10)),
    # longer than the half cosine: the rate rises again
    optimizer("SGD-cosine", lr=0.5, schedule=lambda s, o: s.CosineAnnealingLR(o, 4, eta_min=0.1)),
    optimizer("SGD-one-cycle", lr=0.1, momentum=0.9, schedule=one_cycle()),
    optimizer("SGD-one-cycle-plain", lr=0.1, schedule=one_cycle(cycle_momentum=False)),
    optimizer(
        "AdamW-one-cycle",
        schedule=one_cycle(
            pct_start=0.45,
            div_factor=10.0,
            final_div_factor=50.0,
            base_momentum=0.6,
            max_momentum=0.8,
        ),
    ),
]

CLIPPINGS = [
    optimizer("SGD-clip-norm", lr=1.0, clip=lambda params, norm, value: norm(params, 0.2)),
    optimizer("SGD-clip-norm-never", lr=1.0, clip=lambda params, norm, value: norm(params, 1e3)),
    optimizer("Adam-clip-value", lr=0.1, clip=lambda params, norm, value: value(params, 0.01)),
]


def your_cross_entropy():
    """Return the loss on exercises 3.3 and 3.4."""
    return yours.CrossEntropyLoss(OURS["3.3"].answer, OURS["3.4"].answer)


def your_adam(params):
    """Return Adam on exercise 6.5."""
    return yours.Adam(params, OURS["6.5"].answer, lr=0.05)


def your_mse():
    """Return the loss on exercise 7.1."""
    return yours.MSELoss(OURS["7.1"].answer)


YOUR_LOSSES = [
    LossCase("CrossEntropyLoss-yours", your_cross_entropy, scores, None),
    LossCase("MSELoss-yours", your_mse, measurements, None),
]
YOUR_OPTIMIZERS = [OptimizerCase("Adam-yours", your_adam, None)]
