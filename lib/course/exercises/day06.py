"""The checks of day 6: variance, batch normalisation, dropout, Adam."""

import numpy as np

from lib.course.checks import exercise, expect, expect_array


@exercise("6.1", "signal_after")
def signal_after(answer):
    added = "does each layer add to the signal or multiply it?"
    for depth, n, std in ((10, 64, 0.1), (3, 100, 0.25)):
        one = np.sqrt(n) * std
        yield expect_array(
            answer(depth, n, std), one**depth, "what does one layer do to it? And ten?",
            mistakes=[
                (one ** (2 * depth), "that is the variance", "is its root asked?"),
                (one, "that is one layer", "how often is the signal multiplied?"),
                (depth * one, "you added the layers up", added),
                ((n * std) ** depth, "n was taken without its root", "the root of n · Var[w]?"),
                (std**depth, "the width has no effect", "how many numbers does a unit add up?"),
            ],
            what=f"signal_after({depth}, {n}, {std})",
            tolerance=1e-12,
            reveal=False,
        )  # fmt: skip
    yield expect_array(answer(0, 50, 3.0), 1.0, "what do zero layers do to the signal?")


def _batch(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal([1, -2, 30], [1, 0.5, 4], size=(8, 3))
    return rng, x, np.array([1.0, 2.0, 0.5]), np.array([0.0, -1.0, 3.0])


@exercise("6.2", "batchnorm_forward")
def batchnorm_forward(answer):
    _, x, gamma, beta = _batch(62)
    std = np.sqrt(x.var(axis=0) + 1e-5)
    x_hat = (x - x.mean(axis=0)) / std
    mine = x.copy()
    got = answer(mine, gamma.copy(), beta.copy())
    order = "does it end with `return y, x_hat, std`?"
    yield expect(isinstance(got, tuple) and len(got) == 3, "the result is not three arrays", order)
    yield expect(np.array_equal(mine, x), "x was changed", "which line writes into x?")
    y, got_hat, got_std = got
    per_row = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    unbiased = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0, ddof=1) + 1e-5)
    yield expect_array(
        got_hat,
        x_hat,
        "what are the mean and the standard deviation of each column of x_hat?",
        mistakes=[
            (per_row, "each example was normalised, not each unit", "which axis is the batch?"),
            (x - x.mean(axis=0), "the spread is as before", "what is x - m divided by?"),
            ((x - x.mean(axis=0)) / std**2, "divided by the variance", "where is the root?"),
            ((x - x.mean()) / np.sqrt(x.var() + 1e-5), "all units share a mean", "whose mean?"),
            (unbiased, "the variance was divided by N - 1", "is v here the mean of the squares?"),
            (gamma * x_hat + beta, "x_hat is y", "is x_hat taken before γ and β or after?"),
            (x / std, "m is not taken away", "what does (6.2) do before it divides?"),
            ((x - x.mean(axis=0)) / x.std(axis=0), "ε is missing", "what stands beside v?"),
            ((x - x.mean(axis=0)) / (x.std(axis=0) + 1e-5), "ε is outside", "under the root?"),
        ],
        what="x_hat",
    )
    yield expect_array(
        y,
        gamma * x_hat + beta,
        "what do γ and β do in (6.2)?",
        mistakes=[
            (x_hat, "γ and β have no effect", "what is the second half of (6.2)?"),
            (gamma * (x_hat + beta), "β is multiplied by γ, too", "which comes first in (6.2)?"),
        ],
        what="y",
    )
    yield expect_array(
        got_std,
        std,
        "is it the root in (6.2), one number for each unit?",
        mistakes=[
            (std**2, "std is the variance", "where is the root?"),
            (x.std(axis=0), "std lacks ε", "what stands under the root beside v?"),
        ],
        what="std",
    )
    constant = answer(np.full((4, 1), 7.0), np.ones(1), np.zeros(1))
    yield expect_array(
        constant[0], np.zeros((4, 1)), "is ε under the root?", what="y of a constant unit"
    )


@exercise("6.3", "batchnorm_backward")
def batchnorm_backward(answer):
    rng, x, gamma, _ = _batch(63)
    std = np.sqrt(x.var(axis=0) + 1e-5)
    x_hat = (x - x.mean(axis=0)) / std
    g = rng.normal(size=x.shape)
    kept = g.copy(), x_hat.copy()
    got = answer(g, x_hat, std, gamma)
    order = "does it end with `return dx, dgamma, dbeta`?"
    yield expect(isinstance(got, tuple) and len(got) == 3, "the result is not three arrays", order)
    same = np.array_equal(g, kept[0]) and np.array_equal(x_hat, kept[1])
    yield expect(same, "an input was changed", "which line writes into its input?")
    dx, dgamma, dbeta = got
    mean_g, mean_gx = g.mean(axis=0), (g * x_hat).mean(axis=0)
    yield expect_array(
        dx,
        gamma / std * (g - mean_g - x_hat * mean_gx),
        "print each of the three terms of (6.3); which axis are the means over?",
        mistakes=[
            (gamma / std * g, "only the straight way counts", "what moves when x_n moves?"),
            (gamma / std * (g - mean_g), "the way through the variance is missing", "term 3?"),
            (gamma / std * (g - x_hat * mean_gx), "the way through the mean is missing", "term 2?"),
            ((g - mean_g - x_hat * mean_gx) / std, "γ is missing", "what multiplies x_hat?"),
            (gamma * (g - mean_g - x_hat * mean_gx), "dx is not divided by the root", "by what?"),
            (gamma / std * (g - 8 * mean_g - 8 * x_hat * mean_gx), "sums stand where means belong",
             "what does mean(g) divide by?"),
        ],
        what="dx",
    )  # fmt: skip
    yield expect_array(
        dgamma,
        (g * x_hat).sum(axis=0),
        "γ multiplies x_hat in every example; what adds up?",
        mistakes=[
            (mean_gx, "dgamma is 8 times too small", "is the loss's 1/N in grad_output already?"),
            (g * x_hat, "dgamma still has a row for each example", "how many γ are there?"),
            ((g * x).sum(axis=0), "dgamma uses x", "what does γ multiply in (6.2)?"),
            (g.sum(axis=0), "dgamma is dbeta", "what does γ multiply that β does not?"),
        ],
        what="dgamma",
    )
    yield expect_array(
        dbeta,
        g.sum(axis=0),
        "β is added to every example; what adds up?",
        mistakes=[
            (mean_g, "dbeta is 8 times too small", "is the loss's 1/N in grad_output already?"),
            (g, "dbeta still has a row for each example", "how many β are there?"),
        ],
        what="dbeta",
    )


@exercise("6.4", "dropout")
def dropout(answer):
    x = np.full((200, 50), 3.0)
    got = answer(x, 0.25, np.random.default_rng(64))
    order = "does it end with `return y, mask`?"
    yield expect(isinstance(got, tuple) and len(got) == 2, "the result is not a pair", order)
    y, mask = np.asarray(got[0]), np.asarray(got[1])
    rows = "should whole rows be dropped, or single numbers?"
    yield expect(
        mask.shape == x.shape, f"the mask has shape {mask.shape}, expected {x.shape}", rows
    )
    yield expect((x == 3).all(), "x was changed", "which line writes into x?")
    dropped = float((mask == 0).mean())
    yield expect(
        abs(dropped - 0.25) < 0.05,
        f"p = 0.25 dropped {dropped:.0%} of the numbers",
        "rng.random is below p with which probability? Kept or dropped?",
    )
    yield expect(not np.allclose(mask, 3 * y), "y and mask have changed places", order)
    zero = mask == 0
    whole = zero.all(axis=0).any() or zero.all(axis=1).any()
    yield expect(not whole, "whole rows or columns go together", "how many draws does x need?")
    values = np.unique(mask[~zero])
    yield expect(
        not (np.allclose(values, 1) and np.allclose(y, x * mask / 0.75)),
        "y is scaled up, the mask is not",
        "backward knows only the mask; can it repeat your division?",
    )
    yield expect(
        values.size == 1 and np.isclose(values[0], 1 / 0.75),
        f"what is kept is multiplied by {values[0]:.4g}",
        "by what must it be multiplied so that the mean stays the same?",
    )
    yield expect(np.allclose(y, x * mask), "y is not x * mask", "which mask made your y?")
    again = answer(x, 0.25, np.random.default_rng(64))[1]
    other = answer(x, 0.25, np.random.default_rng(65))[1]
    follows = np.array_equal(mask, again) and not np.array_equal(mask, other)
    yield expect(follows, "the mask does not follow rng", "which generator do you draw from?")
    yield expect_array(
        answer(x, 0.0, np.random.default_rng(1))[0], x, "what should p = 0 do?", what="y for p = 0"
    )


@exercise("6.5", "adam_step")
def adam_step(answer):
    w, g = np.array([1.0, -2.0, 0.5]), np.array([0.1, -3.0, 0.02])
    m, s = np.array([0.2, -1.0, 0.0]), np.array([0.05, 4.0, 0.01])
    lr, t = 0.01, 3

    def step(correct=True, power=t, root=True, square=True, add=False, mixed=True):
        new_m = 0.9 * m + (0.1 if mixed else 1) * g
        new_s = 0.999 * s + (0.001 if mixed else 1) * (g * g if square else g)
        hat_m = new_m / (1 - 0.9**power) if correct else new_m
        hat_s = new_s / (1 - 0.999**power) if correct else new_s
        scale = np.sqrt(np.abs(hat_s)) if root else hat_s
        return w + (lr if add else -lr) * hat_m / (scale + 1e-8), new_m, new_s

    given = [w.copy(), g.copy(), m.copy(), s.copy()]
    got = answer(*given, t, lr)
    order = "does it end with `return w, m, s`?"
    yield expect(isinstance(got, tuple) and len(got) == 3, "the result is not three arrays", order)
    yield expect(
        all(np.array_equal(a, b) for a, b in zip(given, (w, g, m, s), strict=True)),
        "an array you were given was changed",
        "does `w -= …` make a new array?",
    )
    right = step()
    memory = "is it (1 - β) times the new value that joins?"
    yield expect_array(
        got[1], right[1], memory, what="m",
        mistakes=[(step(mixed=False)[1], "g joins m in full", memory),
                  (right[1] / (1 - 0.9**t), "m was corrected for good",
                   "should the correction stay in what Adam remembers?")],
    )  # fmt: skip
    yield expect_array(
        got[2], right[2], memory, what="s",
        mistakes=[(step(square=False)[2], "g joins s without a square", "what does s average?"),
                  (step(mixed=False)[2], "g² joins s in full", memory),
                  (right[2] / (1 - 0.999**t), "s was corrected for good",
                   "should the correction stay in what Adam remembers?")],
    )  # fmt: skip
    yield expect_array(
        got[0], right[0], "write m-hat and s-hat for one entry by hand.", what="w",
        tolerance=1e-9,
        mistakes=[
            (step(correct=False)[0], "m and s were not corrected", "how small are they at first?"),
            (step(power=1)[0], "corrected as at the first step", "where does t come in?"),
            (step(power=t - 1)[0], "corrected for one step too few", "does t count from 0 or 1?"),
            (step(root=False)[0], "divided by s itself", "where is the root?"),
            (step(add=True)[0], "the step goes uphill", "which sign has the step in the table?"),
            (right[0] - w, "that is the step alone", "where does it lead from w?"),
            (w - (w - right[0]) / 10, "lr is not used", "where does 0.001 stand in your code?"),
        ],
    )  # fmt: skip
    none, tiny = np.zeros(2), np.array([1e-8, 0.0])
    with np.errstate(invalid="ignore"):
        first = np.asarray(answer(none, tiny, none.copy(), none.copy(), 1, 1.0)[0])
    yield expect_array(
        first, [-0.5, 0.0], "where does ε stand in the table?", what="w", tolerance=1e-4,
        mistakes=[([-1e-4, 0.0], "ε is under the root", "what is added to the root of s-hat?"),
                  ([-1.0, np.nan], "0 was divided by 0", "what keeps the root of s from being 0?")],
    )  # fmt: skip
