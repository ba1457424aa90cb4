"""What ``lib`` does in the place of each exercise, as a function with the exercise's arguments.

``use`` takes it where there is no right answer yet. Where the formula is all there is to it, that
is the function which the check of the exercise calls right. Next to each is a batch of the size on
which the lessons train: how long the function takes on it is the measure for the reader's own.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lib import nn, optim, training
from lib.course.checks import exercises
from lib.course.diagnosis import EXERCISES
from lib.course.numbering import day_of
from lib.nn.conv import correlate, spread

__all__ = ["OURS", "Ours"]


class Ours(NamedTuple):
    """What the exercise asks for, and a function that makes arguments from a generator."""

    answer: object
    batch: object


OURS = {}  # number -> Ours


def ours(number, batch):
    """Register the decorated function, or class, as ``lib``'s for an exercise."""

    def register(answer):
        OURS[number] = Ours(answer, batch)
        return answer

    return register


def use_right_answer(number, batch):
    """Register the right answer that an exercise's check has, where it is ``lib``'s too."""
    exercises(day_of(number))  # imports their declarations
    OURS[number] = Ours(EXERCISES[number].right, batch)


def normal(*shapes):
    """Return a function that makes a normal float32 array of each shape."""
    return lambda rng: [rng.standard_normal(shape, np.float32) for shape in shapes]


# -- day 3: straight lines ------------------------------------------------------------------------


use_right_answer("3.1", normal((50,), (50,)))


@ours("3.2", lambda rng: (0.5, 1.0, rng.normal(size=50), rng.normal(size=50), 0.1))
def gradient_step(w, b, x, y, learning_rate):
    error = w * x + b - y
    return w - learning_rate * 2 * (error * x).mean(), b - learning_rate * 2 * error.mean()


@ours("3.3", normal((256, 10)))
def softmax(Z):
    return nn.Softmax()(Z)


def probabilities(rng, N=256):
    return softmax(rng.normal(size=(N, 10))), rng.integers(0, 10, N)


@ours("3.4", probabilities)
def cross_entropy_gradient(P, targets):
    dZ = P.copy()
    dZ[np.arange(len(P)), targets] -= 1
    return dZ / len(P)


use_right_answer("3.5", normal((256, 784), (256, 10)))


@ours("3.6", lambda rng: (list(rng.random(30)), 5))
def early_stopping(validation_losses, patience):
    rule, nothing = training.EarlyStopping(patience, restore_best=False), nn.Module()
    for epoch, loss in enumerate(validation_losses, 1):
        rule.watch(epoch, loss, nothing)
    return rule.stopped, rule.best_epoch - 1


# -- day 4: networks ------------------------------------------------------------------------------


use_right_answer("4.2", normal((128, 128), (128, 128)))
use_right_answer("4.3", normal((128, 784), (128, 128)))
use_right_answer("4.4", normal((10, 128), (128, 10)))
use_right_answer("4.5", normal((128, 128)))


# -- day 5: convolutions --------------------------------------------------------------------------


use_right_answer("5.2", lambda rng: (28, 5, 2, 1))


@ours("5.3", normal((8, 6, 12, 12), (16, 6, 5, 5), (16,)))
def conv2d(x, weight, bias, stride=1):
    return correlate(x, weight, (stride, stride), (0, 0)) + bias[:, None, None]


@ours("5.4", lambda rng: (*normal((32, 6, 12, 12))(rng), 5))
def im2col(x, K):
    windows = sliding_window_view(x, (K, K), axis=(2, 3)).transpose(0, 1, 4, 5, 2, 3)
    return windows.reshape(len(x), x.shape[1] * K * K, -1)


@ours("5.5", normal((32, 6, 12, 12), (32, 6, 24, 24)))
def max_pool_backward(grad_output, x):
    layer = nn.MaxPool2d(2)
    layer(x)
    return layer.backward(grad_output)


@ours("5.6", normal((16, 6, 5, 5), (8, 16, 8, 8)))
def conv_backward_input(weight, grad_output):
    KH, KW = weight.shape[2:]
    size = grad_output.shape[2] + KH - 1, grad_output.shape[3] + KW - 1
    return spread(grad_output, weight, size, (1, 1), (0, 0))


# -- day 6: training ------------------------------------------------------------------------------


@ours("6.1", lambda rng: (10, 100, 0.1))
def signal_after(depth, n, std):
    return (math.sqrt(n) * std) ** depth


use_right_answer("6.2", normal((128, 256), (256,), (256,)))


@ours("6.3", lambda rng: (*normal((128, 256), (128, 256))(rng), np.ones(256), np.ones(256)))
def batchnorm_backward(grad_output, x_hat, std, gamma):
    dgamma, dbeta, N = (grad_output * x_hat).sum(axis=0), grad_output.sum(axis=0), len(x_hat)
    return gamma / std * (grad_output - dbeta / N - x_hat * (dgamma / N)), dgamma, dbeta


use_right_answer("6.4", lambda rng: (*normal((128, 256))(rng), 0.5, rng))


@ours("6.5", lambda rng: (*rng.random((4, 256, 784)), 1))
def adam_step(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    new = nn.Parameter(w.copy())
    new.grad = grad
    adam = optim.Adam([new], lr, (beta1, beta2), eps)
    adam.steps, adam.memory = t - 1, {"mean": [m.copy()], "mean_square": [s.copy()]}
    adam.step()
    return new.data, *(kept for [kept] in adam.memory.values())


# -- day 7: no labels -----------------------------------------------------------------------------


use_right_answer("7.1", normal((128, 784), (128, 784)))


def two_images(rng):
    encoder, decoder = nn.Linear(784, 32, rng=rng), nn.Linear(32, 784, rng=rng)
    return encoder, decoder, *rng.random((2, 784), np.float32), 10


@ours("7.2", two_images)
def walk(encoder, decoder, a, b, steps):
    start, end = encoder(np.stack([a, b]))
    return decoder(np.linspace(start, end, steps, dtype=start.dtype))


@ours("7.3", normal((500, 32), (10, 32)))
def kmeans_step(x, centres):
    labels = ((x[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    moved = [
        x[labels == k].mean(axis=0) if (labels == k).any() else c for k, c in enumerate(centres)
    ]
    return labels, np.array(moved)


@ours("7.4", lambda rng: rng.integers(0, 10, (2, 500)))
def adjusted_rand(groups, digits):
    rows, columns = (np.unique(a, return_inverse=True)[1] for a in (groups, digits))
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1)
    S, A, B, all_pairs = (
        (n * (n - 1) / 2).sum() for n in (table, table.sum(axis=1), table.sum(axis=0), table.sum())
    )
    return (S - A * B / all_pairs) / ((A + B) / 2 - A * B / all_pairs)


@ours("7.5", lambda rng: (rng.random(499), 30))
def find_beta(distances, perplexity):
    above, low, high = distances - distances.min(), 0.0, np.inf
    beta = 1 / (above.mean() or 1)
    for _ in range(100):
        p = np.exp(-beta * above)
        p /= p.sum()
        entropy = -(p * np.log(np.maximum(p, 1e-300))).sum()
        low, high = (beta, high) if entropy > math.log(perplexity) else (low, beta)
        beta = 2 * beta if high == np.inf else (low + high) / 2
    return beta


@ours("7.6", lambda rng: (np.full((500, 500), 1 / 500**2), rng.normal(size=(500, 2))))
def tsne_gradient(P, Y):
    w = 1 / (1 + ((Y[:, None] - Y) ** 2).sum(axis=2))
    np.fill_diagonal(w, 0)
    s = (P - w / w.sum()) * w
    return 4 * (s.sum(axis=1)[:, None] * Y - s @ Y)


# -- day 8: accuracy ------------------------------------------------------------------------------

use_right_answer("8.1", lambda rng: (0.997, 10_000))
use_right_answer("8.6", lambda rng: (rng.normal(size=3),))


# -- day 10: beyond -------------------------------------------------------------------------------

use_right_answer("10.1", lambda rng: EXERCISES["10.1"].given[0].args)
use_right_answer("10.2", lambda rng: (rng.normal(size=(128, 128)), (128,)))
use_right_answer("10.3", lambda rng: (rng.uniform(10, 60, 81), 27))
use_right_answer("10.4", lambda rng: (rng.normal(size=(256, 64)), 0.5))
