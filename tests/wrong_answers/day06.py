"""Mistakes people make on day 6, each caught by the hint that names it."""

import numpy as np

from wrong_answers import wrong


@wrong("6.1", "is its root asked")
def variance(depth, n, std):
    return (n * std**2) ** depth


@wrong("6.1", "how often is the signal multiplied")
def one_layer(depth, n, std):
    return np.sqrt(n) * std


@wrong("6.1", "add to the signal or multiply")
def added_up(depth, n, std):
    return depth * np.sqrt(n) * std


@wrong("6.1", "without its root")
def n_without_its_root(depth, n, std):
    return (n * std) ** depth


def parts(x, eps=1e-5, axis=0):
    std = np.sqrt(x.var(axis=axis, keepdims=axis == 1) + eps)
    return (x - x.mean(axis=axis, keepdims=axis == 1)) / std, std


@wrong("6.2", "which axis is the batch")
def over_the_features(x, gamma, beta, eps=1e-5):
    x_hat, std = parts(x, eps, axis=1)
    return gamma * x_hat + beta, x_hat, std


@wrong("6.2", "second half of (6.2)")
def without_gamma_and_beta(x, gamma, beta, eps=1e-5):
    x_hat, std = parts(x, eps)
    return x_hat, x_hat.copy(), std


@wrong("6.2", "where is the root")
def divided_by_the_variance(x, gamma, beta, eps=1e-5):
    var = x.var(axis=0) + eps
    x_hat = (x - x.mean(axis=0)) / var
    return gamma * x_hat + beta, x_hat, var


@wrong("6.2", "mean of the squares")
def unbiased_variance(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=0, ddof=1) + eps)
    x_hat = (x - x.mean(axis=0)) / std
    return gamma * x_hat + beta, x_hat, std


@wrong("6.2", "writes into x")
def in_place(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + eps)
    x -= x.mean(axis=0)
    x /= std
    return gamma * x + beta, x, std


@wrong("6.2", "m is not taken away")
def without_the_mean(x, gamma, beta, eps=1e-5):
    _, std = parts(x, eps)
    return gamma * x / std + beta, x / std, std


@wrong("6.2", "ε is outside")
def epsilon_outside_the_root(x, gamma, beta, eps=1e-5):
    std = x.std(axis=0) + eps
    x_hat = (x - x.mean(axis=0)) / std
    return gamma * x_hat + beta, x_hat, std


@wrong("6.3", "what moves when x_n moves")
def only_the_straight_way(grad_output, x_hat, std, gamma):
    return gamma * grad_output / std, (grad_output * x_hat).sum(axis=0), grad_output.sum(axis=0)


@wrong("6.3", "through the variance is missing")
def without_the_variance(grad_output, x_hat, std, gamma):
    dx = gamma / std * (grad_output - grad_output.mean(axis=0))
    return dx, (grad_output * x_hat).sum(axis=0), grad_output.sum(axis=0)


def right_dx(g, x_hat, std, gamma):
    return gamma / std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))


@wrong("6.3", "dgamma is 8 times too small")
def means_for_the_parameters(grad_output, x_hat, std, gamma):
    dx = right_dx(grad_output, x_hat, std, gamma)
    return dx, (grad_output * x_hat).mean(axis=0), grad_output.mean(axis=0)


@wrong("6.3", "how many β are there")
def beta_for_each_example(grad_output, x_hat, std, gamma):
    dx = right_dx(grad_output, x_hat, std, gamma)
    return dx, (grad_output * x_hat).sum(axis=0), grad_output


@wrong("6.4", "kept or dropped".capitalize())
def keeps_what_it_should_drop(x, p, rng):
    mask = (rng.random(x.shape) < p) / p if p else np.ones_like(x)
    return x * mask, mask


@wrong("6.4", "so that the mean stays the same")
def without_scaling_up(x, p, rng):
    mask = (rng.random(x.shape) >= p).astype(float)
    return x * mask, mask


@wrong("6.4", "whole rows")
def drops_whole_rows(x, p, rng):
    mask = (rng.random((len(x), 1)) >= p) / (1 - p)
    return x * mask, mask


@wrong("6.4", "how many draws does x need")
def drops_whole_columns(x, p, rng):
    mask = (rng.random(x.shape[1]) >= p) / (1 - p) * np.ones(x.shape)
    return x * mask, mask


@wrong("6.4", "backward knows only the mask")
def scales_y_only(x, p, rng):
    mask = (rng.random(x.shape) >= p).astype(float)
    return x * mask / (1 - p), mask


@wrong("6.4", "which mask made your y")
def draws_twice(x, p, rng):
    y = x * (rng.random(x.shape) >= p) / (1 - p)
    return y, (rng.random(x.shape) >= p) / (1 - p)


@wrong("6.4", "which generator")
def generator_of_its_own(x, p, rng):
    mask = (np.random.default_rng(0).random(x.shape) >= p) / (1 - p)
    return x * mask, mask


@wrong("6.5", "how small are they at first")
def without_correction(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    return w - lr * m / (np.sqrt(s) + eps), m, s


@wrong("6.5", "stay in what Adam remembers")
def remembers_the_correction(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = (beta1 * m + (1 - beta1) * grad) / (1 - beta1**t)
    s = (beta2 * s + (1 - beta2) * grad**2) / (1 - beta2**t)
    return w - lr * m / (np.sqrt(s) + eps), m, s


@wrong("6.5", "does `w -= …` make a new array")
def in_place_step(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    w -= lr * (m / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t)) + eps)
    return w, m, s


@wrong("6.5", "what does s average")
def average_without_the_square(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad
    return w - lr * (m / (1 - beta1**t)) / (np.sqrt(np.abs(s) / (1 - beta2**t)) + eps), m, s


@wrong("6.5", "does t count from 0 or 1")
def counts_from_zero(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    step = (m / (1 - beta1 ** (t - 1))) / (np.sqrt(s / (1 - beta2 ** (t - 1))) + eps)
    return w - lr * step, m, s


@wrong("6.5", "ε is under the root")
def epsilon_under_the_root(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    return w - lr * (m / (1 - beta1**t)) / np.sqrt(s / (1 - beta2**t) + eps), m, s


@wrong("6.5", "0 was divided by 0")
def without_epsilon(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    return w - lr * (m / (1 - beta1**t)) / np.sqrt(s / (1 - beta2**t)), m, s
