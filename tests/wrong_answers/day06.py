"""Answers to the exercises of day 6, written from the lesson alone."""

import math

import numpy as np

from wrong_answers import right, wrong

# 6.1


@wrong("6.1", "forgets the root of n")
def no_root(depth, n, std):
    return (n * std) ** depth


@wrong("6.1", "gives the variance instead of the standard deviation")
def variance(depth, n, std):
    return (n * std**2) ** depth


@wrong("6.1", "ignores n")
def ignores_n(depth, n, std):
    return std**depth


@wrong("6.1", "ignores the depth: one layer only")
def one_layer(depth, n, std):
    return np.sqrt(n) * std


@wrong("6.1", "multiplies by the depth instead of raising to its power")
def times_depth(depth, n, std):
    return depth * np.sqrt(n) * std


@wrong("6.1", "only std is raised to the power: no brackets")
def no_brackets(depth, n, std):
    return np.sqrt(n) * std**depth


@wrong("6.1", "takes the root of std, too")
def root_of_both(depth, n, std):
    return np.sqrt(n * std) ** depth


@wrong("6.1", "depth is written in as 10, as in the title")
def always_ten(depth, n, std):
    return (np.sqrt(n) * std) ** 10


@wrong("6.1", "n is written in as 100")
def always_hundred(depth, n, std):
    return (10 * std) ** depth


@wrong("6.1", "divides by the root of n")
def divided(depth, n, std):
    return (std / np.sqrt(n)) ** depth


@wrong("6.1", "one layer too few")
def off_by_one(depth, n, std):
    size = 1.0
    for _ in range(1, depth):
        size *= np.sqrt(n) * std
    return size


@wrong("6.1", "one layer too many")
def one_too_many(depth, n, std):
    return (n**0.5 * std) ** (depth + 1)


@wrong("6.1", "^ for **, which fails")
def caret(depth, n, std):
    return (np.sqrt(n) * std) ^ depth


@wrong("6.1", "n ** 1 / 2 is n / 2")
def precedence(depth, n, std):
    return (n**1 / 2 * std) ** depth


@wrong("6.1", "draws a random network instead of using the formula")
def measured(depth, n, std):
    rng = np.random.default_rng(0)
    x = rng.normal(size=n)
    for _ in range(depth):
        x = rng.normal(0, std, (n, n)) @ x
    return x.std()


@right("6.1")
def power(depth, n, std):
    return (math.sqrt(n) * std) ** depth


@right("6.1")
def layer_by_layer(depth, n, std):
    var = 1
    for _ in range(depth):
        var = n * std * std * var
    return math.sqrt(var)


@right("6.1")
def through_logarithms(depth, n, std):
    return float(np.exp(depth * (0.5 * np.log(n) + np.log(std))))


right("6.1", value=lambda depth, n, std: n ** (depth / 2) * std**depth)


# 6.2


@wrong("6.2", "mean and variance of the whole array: no axis")
def without_axis(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var() + eps)
    x_hat = (x - x.mean()) / std
    return gamma * x_hat + beta, x_hat, std


@wrong("6.2", "mean and variance of each example instead of each unit")
def each_example(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / std
    return gamma * x_hat + beta, x_hat, std


@wrong("6.2", "eps is added outside of the root")
def eps_outside(x, gamma, beta, eps=1e-5):
    std = x.std(axis=0) + eps
    x_hat = (x - x.mean(axis=0)) / std
    return gamma * x_hat + beta, x_hat, std


@wrong("6.2", "forgets eps")
def no_eps(x, gamma, beta, eps=1e-5):
    std = x.std(axis=0)
    x_hat = (x - x.mean(axis=0)) / std
    return gamma * x_hat + beta, x_hat, std


@wrong("6.2", "eps is written in as 1e-5 and the argument ignored")
def constant_eps(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + 1e-5)
    x_hat = (x - x.mean(axis=0)) / std
    return gamma * x_hat + beta, x_hat, std


@wrong("6.2", "divides by N - 1 in the variance")
def ddof_one(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=0, ddof=1) + eps)
    x_hat = (x - x.mean(axis=0)) / std
    return gamma * x_hat + beta, x_hat, std


@wrong("6.2", "divides by the variance: no root")
def no_root_taken(x, gamma, beta, eps=1e-5):
    v = x.var(axis=0) + eps
    x_hat = (x - x.mean(axis=0)) / v
    return gamma * x_hat + beta, x_hat, v


@wrong("6.2", "does not take the mean away")
def not_shifted(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + eps)
    x_hat = x / std
    return gamma * x_hat + beta, x_hat, std


@wrong("6.2", "gamma and beta are swapped")
def letters_swapped(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / std
    return beta * x_hat + gamma, x_hat, std


@wrong("6.2", "forgets beta")
def no_beta(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / std
    return gamma * x_hat, x_hat, std


@wrong("6.2", "forgets gamma")
def no_gamma(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / std
    return x_hat + beta, x_hat, std


@wrong("6.2", "returns the variance as std")
def variance_returned(x, gamma, beta, eps=1e-5):
    v = x.var(axis=0)
    x_hat = (x - x.mean(axis=0)) / np.sqrt(v + eps)
    return gamma * x_hat + beta, x_hat, v


@wrong("6.2", "returns only y")
def only_y(x, gamma, beta, eps=1e-5):
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta


@wrong("6.2", "returns (y, cache)")
def with_cache(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / std
    return gamma * x_hat + beta, (x_hat, std)


@wrong("6.2", "std keeps an axis of length 1")
def std_keepdims(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=0, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=0, keepdims=True)) / std
    return gamma * x_hat + beta, x_hat, std


@wrong("6.2", "writes into x")
def changes_x(x, gamma, beta, eps=1e-5):
    x -= x.mean(axis=0)
    std = np.sqrt((x**2).mean(axis=0) + eps)
    x /= std
    return gamma * x + beta, x, std


@wrong("6.2", "y and x_hat are the same array, changed in place")
def y_over_x_hat(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / std
    y = x_hat
    y *= gamma
    y += beta
    return y, x_hat, std


@wrong("6.2", "returns the three in another order")
def other_order(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / std
    return x_hat, gamma * x_hat + beta, std


@wrong("6.2", "the variance is the mean of the squares, not of the squared distances")
def mean_square(x, gamma, beta, eps=1e-5):
    std = np.sqrt((x**2).mean(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / std
    return gamma * x_hat + beta, x_hat, std


@right("6.2")
def as_written(x, gamma, beta, eps=1e-5):
    m = x.mean(axis=0)
    std = np.sqrt(((x - m) ** 2).mean(axis=0) + eps)
    x_hat = (x - m) / std
    return gamma * x_hat + beta, x_hat, std


@right("6.2")
def unit_by_unit(x, gamma, beta, eps=1e-5):
    y, x_hat, std = np.empty(x.shape), np.empty(x.shape), np.empty(x.shape[1])
    for d in range(x.shape[1]):
        column = x[:, d]
        std[d] = math.sqrt(column.var() + eps)
        x_hat[:, d] = (column - column.mean()) / std[d]
        y[:, d] = gamma[d] * x_hat[:, d] + beta[d]
    return y, x_hat, std


@right("6.2")
def hypotenuse_list(x, gamma, beta, eps=1e-5):
    std = np.hypot(np.std(x, 0), eps**0.5)
    x_hat = (x - np.mean(x, 0)) / std
    return [x_hat * gamma + beta, x_hat, std]


# 6.3


@wrong("6.3", "only the straight way: mean and variance held still")
def straight_only(grad_output, x_hat, std, gamma):
    return (
        gamma * grad_output / std,
        (grad_output * x_hat).sum(axis=0),
        grad_output.sum(axis=0),
    )


@wrong("6.3", "forgets the way through the variance")
def without_variance(grad_output, x_hat, std, gamma):
    g = grad_output
    dx = gamma / std * (g - g.mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


@wrong("6.3", "forgets the way through the mean")
def without_mean(grad_output, x_hat, std, gamma):
    g = grad_output
    dx = gamma / std * (g - x_hat * (g * x_hat).mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


@wrong("6.3", "forgets gamma in dx")
def without_gamma(grad_output, x_hat, std, gamma):
    g = grad_output
    dx = (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0)) / std
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


@wrong("6.3", "forgets to divide by std")
def without_std(grad_output, x_hat, std, gamma):
    g = grad_output
    dx = gamma * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


@wrong("6.3", "no brackets: gamma / std multiplies only the first term")
def first_term_only(grad_output, x_hat, std, gamma):
    g = grad_output
    dx = gamma / std * g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0)
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


@wrong("6.3", "dgamma and dbeta are means over the batch")
def means(grad_output, x_hat, std, gamma):
    g = grad_output
    dx = gamma / std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, (g * x_hat).mean(axis=0), g.mean(axis=0)


@wrong("6.3", "dgamma forgets x_hat")
def dgamma_without_x_hat(grad_output, x_hat, std, gamma):
    g = grad_output
    dx = gamma / std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, g.sum(axis=0), g.sum(axis=0)


@wrong("6.3", "dgamma and dbeta are swapped")
def the_two_swapped(grad_output, x_hat, std, gamma):
    g = grad_output
    dx = gamma / std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, g.sum(axis=0), (g * x_hat).sum(axis=0)


@wrong("6.3", "dgamma and dbeta are not summed over the batch")
def no_sums(grad_output, x_hat, std, gamma):
    g = grad_output
    dx = gamma / std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, g * x_hat, g


@wrong("6.3", "the means run over everything: no axis")
def no_axis(grad_output, x_hat, std, gamma):
    g = grad_output
    dx = gamma / std * (g - g.mean() - x_hat * (g * x_hat).mean())
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


@wrong("6.3", "the means run over the units instead of the batch")
def axis_one(grad_output, x_hat, std, gamma):
    g = grad_output
    along = (g * x_hat).mean(axis=1, keepdims=True)
    dx = gamma / std * (g - g.mean(axis=1, keepdims=True) - x_hat * along)
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


@wrong("6.3", "sums in place of the means")
def sums_for_means(grad_output, x_hat, std, gamma):
    g = grad_output
    dx = gamma / std * (g - g.sum(axis=0) - x_hat * (g * x_hat).sum(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


@wrong("6.3", "takes mean(g) * mean(x_hat) for mean(g * x_hat)")
def product_of_means(grad_output, x_hat, std, gamma):
    g = grad_output
    dx = gamma / std * (g - g.mean(axis=0) - x_hat * g.mean(axis=0) * x_hat.mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


@wrong("6.3", "forgets x_hat in front of the second mean")
def no_x_hat_in_front(grad_output, x_hat, std, gamma):
    g = grad_output
    dx = gamma / std * (g - g.mean(axis=0) - (g * x_hat).mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


@wrong("6.3", "adds the way through the variance instead of subtracting it")
def plus_variance(grad_output, x_hat, std, gamma):
    g = grad_output
    dx = gamma / std * (g - g.mean(axis=0) + x_hat * (g * x_hat).mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


@wrong("6.3", "dgamma is multiplied by gamma once more")
def gamma_again(grad_output, x_hat, std, gamma):
    g = gamma * grad_output
    dx = (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0)) / std
    return dx, (g * x_hat).sum(axis=0), grad_output.sum(axis=0)


@wrong("6.3", "writes into grad_output: g -= its mean")
def in_place(grad_output, x_hat, std, gamma):
    dgamma, dbeta = (grad_output * x_hat).sum(axis=0), grad_output.sum(axis=0)
    along = (grad_output * x_hat).mean(axis=0)
    dx = grad_output
    dx -= dx.mean(axis=0)
    dx -= x_hat * along
    dx *= gamma / std
    return dx, dgamma, dbeta


@wrong("6.3", "returns only dx")
def dx_alone(grad_output, x_hat, std, gamma):
    g = grad_output
    return gamma / std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))


@right("6.3")
def with_sums(grad_output, x_hat, std, gamma):
    N = len(grad_output)
    dbeta = np.sum(grad_output, axis=0)
    dgamma = np.sum(grad_output * x_hat, axis=0)
    dx = gamma * (N * grad_output - dbeta - x_hat * dgamma) / (N * std)
    return dx, dgamma, dbeta


@right("6.3")
def unit_for_unit(grad_output, x_hat, std, gamma):
    N, D = x_hat.shape
    dx, dgamma, dbeta = np.zeros((N, D)), np.zeros(D), np.zeros(D)
    for d in range(D):
        g, h = grad_output[:, d], x_hat[:, d]
        dgamma[d] = g @ h
        dbeta[d] = g.sum()
        dx[:, d] = gamma[d] / std[d] * (g - dbeta[d] / N - h * dgamma[d] / N)
    return dx, dgamma, dbeta


@right("6.3")
def three_ways(grad_output, x_hat, std, gamma):
    h = gamma * grad_output
    straight = h / std
    through_mean = -h.mean(axis=0) / std
    through_variance = -x_hat * np.mean(h * x_hat, axis=0) / std
    dgamma = np.einsum("nd,nd->d", grad_output, x_hat)
    return straight + through_mean + through_variance, dgamma, np.einsum("nd->d", grad_output)


# 6.4


@wrong("6.4", "keeps with probability p instead of dropping with it")
def keeps_p(x, p, rng):
    mask = (rng.random(x.shape) < p) / (1 - p)
    return x * mask, mask


@wrong("6.4", "does not scale up")
def not_scaled(x, p, rng):
    mask = (rng.random(x.shape) >= p).astype(float)
    return x * mask, mask


@wrong("6.4", "divides by p instead of 1 - p")
def divides_by_p(x, p, rng):
    mask = (rng.random(x.shape) >= p) / p
    return x * mask, mask


@wrong("6.4", "multiplies by 1 - p instead of dividing")
def scaled_down(x, p, rng):
    mask = (rng.random(x.shape) >= p) * (1 - p)
    return x * mask, mask


@wrong("6.4", "the scale is in y but not in the mask")
def mask_unscaled(x, p, rng):
    mask = (rng.random(x.shape) >= p).astype(float)
    return x * mask / (1 - p), mask


@wrong("6.4", "normal instead of uniform random numbers")
def normal_numbers(x, p, rng):
    mask = (rng.standard_normal(x.shape) >= p) / (1 - p)
    return x * mask, mask


@wrong("6.4", "p is written in as 0.5")
def always_half(x, p, rng):
    mask = (rng.random(x.shape) >= 0.5) / 0.5
    return x * mask, mask


@wrong("6.4", "one decision for a whole column: the mask has no batch axis")
def same_for_all(x, p, rng):
    mask = (rng.random(x.shape[1:]) >= p) / (1 - p)
    return x * mask, mask


@wrong("6.4", "one decision for the whole array")
def one_decision(x, p, rng):
    mask = np.full(x.shape, (rng.random() >= p) / (1 - p))
    return x * mask, mask


@wrong("6.4", "ignores rng and makes one of its own with a fixed seed")
def own_rng(x, p, rng):
    mask = (np.random.default_rng(0).random(x.shape) >= p) / (1 - p)
    return x * mask, mask


@wrong("6.4", "writes into x")
def writes_x(x, p, rng):
    mask = (rng.random(x.shape) >= p) / (1 - p)
    x *= mask
    return x, mask


@wrong("6.4", "drops exactly the first share p, not at random")
def first_share(x, p, rng):
    mask = np.ones(x.size) / (1 - p)
    mask[: int(round(p * x.size))] = 0
    mask = mask.reshape(x.shape)
    return x * mask, mask


@wrong("6.4", "returns only y")
def y_only(x, p, rng):
    return x * (rng.random(x.shape) >= p) / (1 - p)


@wrong("6.4", "returns (mask, y)")
def turned_round(x, p, rng):
    mask = (rng.random(x.shape) >= p) / (1 - p)
    return mask, x * mask


@wrong("6.4", "no brackets: divides by 1 and subtracts p")
def no_brackets_here(x, p, rng):
    mask = (rng.random(x.shape) >= p) / 1 - p
    return x * mask, mask


@wrong("6.4", "draws twice, so that y and mask do not belong together")
def draws_twice(x, p, rng):
    y = x * (rng.random(x.shape) >= p) / (1 - p)
    mask = (rng.random(x.shape) >= p) / (1 - p)
    return y, mask


@wrong("6.4", "the mask's random numbers are kept, not only 0 or 1/(1-p)")
def soft_mask(x, p, rng):
    u = rng.random(x.shape)
    mask = np.where(u < p, 0, u / (1 - p))
    return x * mask, mask


@wrong("6.4", "the first unit is never dropped")
def never_empty(x, p, rng):
    mask = (rng.random(x.shape) >= p) / (1 - p)
    mask[..., 0] = 1 / (1 - p)
    return x * mask, mask


@right("6.4")
def where(x, p, rng):
    mask = np.where(rng.random(x.shape) < p, 0.0, 1 / (1 - p))
    return x * mask, mask


@right("6.4")
def other_side(x, p, rng):
    keep = rng.random(x.shape) < 1 - p
    mask = keep / (1 - p)
    return x * mask, mask


@right("6.4")
def zeros_set(x, p, rng):
    mask = np.full(x.shape, 1.0 / (1.0 - p))
    mask[rng.random(x.shape) < p] = 0.0
    y = np.multiply(x, mask)
    return [y, mask]


# 6.5


@wrong("6.5", "forgets the correction of the start")
def no_correction(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    return w - lr * m / (np.sqrt(s) + eps), m, s


@wrong("6.5", "returns the corrected m and s instead of the remembered ones")
def corrected_returned(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    m = m / (1 - beta1**t)
    s = s / (1 - beta2**t)
    return w - lr * m / (np.sqrt(s) + eps), m, s


@wrong("6.5", "eps is inside the root")
def eps_inside(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
    return w - lr * m_hat / np.sqrt(s_hat + eps), m, s


@wrong("6.5", "forgets the square of the gradient in s")
def no_square(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * abs(grad)
    m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(s_hat) + eps), m, s


@wrong("6.5", "forgets the root")
def no_root_in_step(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
    return w - lr * m_hat / (s_hat + eps), m, s


@wrong("6.5", "t counts from 0 in the correction: t - 1")
def t_minus_one(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    m_hat, s_hat = m / (1 - beta1 ** (t - 1)), s / (1 - beta2 ** (t - 1))
    return w - lr * m_hat / (np.sqrt(s_hat) + eps), m, s


@wrong("6.5", "t + 1 in the correction, although t counts from 1")
def t_plus_one(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    m_hat, s_hat = m / (1 - beta1 ** (t + 1)), s / (1 - beta2 ** (t + 1))
    return w - lr * m_hat / (np.sqrt(s_hat) + eps), m, s


@wrong("6.5", "beta * t for beta ** t")
def times_t(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    m_hat, s_hat = m / (1 - beta1 * t), s / (1 - beta2 * t)
    return w - lr * m_hat / (np.sqrt(np.abs(s_hat)) + eps), m, s


@wrong("6.5", "ignores t: corrects as at the first step")
def always_first(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    return w - lr * (m / (1 - beta1)) / (np.sqrt(s / (1 - beta2)) + eps), m, s


@wrong("6.5", "beta1 is used for both averages")
def one_beta(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta1 * s + (1 - beta1) * grad**2
    m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta1**t)
    return w - lr * m_hat / (np.sqrt(s_hat) + eps), m, s


@wrong("6.5", "beta and 1 - beta are swapped")
def shares_swapped(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = (1 - beta1) * m + beta1 * grad
    s = (1 - beta2) * s + beta2 * grad**2
    m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(s_hat) + eps), m, s


@wrong("6.5", "walks uphill: + for -")
def uphill(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
    return w + lr * m_hat / (np.sqrt(s_hat) + eps), m, s


@wrong("6.5", "steps along the gradient instead of m")
def rmsprop(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    return w - lr * grad / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


@wrong("6.5", "writes into w")
def writes_w(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    w -= lr * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps)
    return w, m, s


@wrong("6.5", "writes into m and s")
def writes_m_and_s(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m *= beta1
    m += (1 - beta1) * grad
    s *= beta2
    s += (1 - beta2) * grad**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


@wrong("6.5", "lr is written in as 0.001")
def constant_rate(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    return w - 0.001 * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


@wrong("6.5", "steps with the old m and s")
def old_memory(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
    m_new = beta1 * m + (1 - beta1) * grad
    s_new = beta2 * s + (1 - beta2) * grad**2
    return w - lr * m_hat / (np.sqrt(s_hat) + eps), m_new, s_new


@wrong("6.5", "remembers m as momentum does, without 1 - beta1")
def momentum_memory(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + grad
    s = beta2 * s + (1 - beta2) * grad**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


@wrong("6.5", "returns only w")
def only_weights(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps)


@right("6.5")
def line_by_line(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m_new = beta1 * m + (1 - beta1) * grad
    s_new = beta2 * s + (1 - beta2) * grad * grad
    m_hat = m_new / (1 - beta1**t)
    s_hat = s_new / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(s_hat) + eps), m_new, s_new


@right("6.5")
def moving_towards(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = m + (1 - beta1) * (grad - m)
    s = s + (1 - beta2) * (np.square(grad) - s)
    root = np.sqrt(1 - beta2**t)
    return w - lr * root / (1 - beta1**t) * m / (np.sqrt(s) + eps * root), m, s


@right("6.5")
def in_copies(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    w, m, s = w.copy(), m.copy(), s.copy()
    m *= beta1
    m += (1 - beta1) * grad
    s *= beta2
    s += (1 - beta2) * grad**2
    w -= lr * (m / (1 - beta1**t)) / ((s / (1 - beta2**t)) ** 0.5 + eps)
    return [w, m, s]
