"""The exercises of day 6: variance, batch normalisation, dropout, Adam."""

import numpy as np

from lib.course.diagnosis import Case, Wrong, declare

# ---------------------------------------------------------------- 6.1


def networks(rng):
    for depth, n, std in ((10, 64, 0.1), (3, 64, 0.1), (3, 100, 0.25), (5, 30, 0.2), (7, 49, 0.12),
                          (2, 250, 0.05)):
        yield Case((depth, n, std))
    yield Case((0, 50, 3.0), "there are no layers", "what do zero layers do to the signal?")
    yield Case((1, 9, 0.5), "there is one layer", "what does one layer do to the signal?")
    yield Case((40, 4, 0.5), "each layer keeps the signal", "what is 1 to any power?")


ADDED, FAN = "does a layer add to the signal or multiply it?", "what does n do to the variance?"
declare(
    "6.1", "signal_after", lambda depth, n, std: (np.sqrt(n) * std) ** depth, networks,
    outputs=("the standard deviation",), secret=True, tolerance=1e-9,
    wrong=[
        Wrong("that is the variance", "which of the two is asked for?",
              lambda d, n, s: (np.sqrt(n) * s) ** (2 * d)),
        Wrong("that is one layer", "how often is the signal multiplied?",
              lambda d, n, s: np.sqrt(n) * s),
        Wrong("the layers were added up", ADDED, lambda d, n, s: d * np.sqrt(n) * s,
              lambda d, n, s: 1 + d * np.sqrt(n) * s),
        Wrong("n was taken without its root", FAN, lambda d, n, s: (n * s) ** d),
        Wrong("n was halved: in n ** 1 / 2 the power comes first", "where do the brackets go?",
              lambda d, n, s: (n / 2 * s) ** d),
        Wrong("the root was taken of n · std", "of which is the root, of n or of both?",
              lambda d, n, s: np.sqrt(n * s) ** d),
        Wrong("the width has no effect", "how many numbers does a unit add up?",
              lambda d, n, s: s**d),
        Wrong("std has no effect", "what are the inputs of a unit multiplied with?",
              lambda d, n, s: np.sqrt(n) ** d),
        Wrong("n is divided by", FAN, lambda d, n, s: (s / np.sqrt(n)) ** d),
        Wrong("one layer too few", "how many layers are there?",
              lambda d, n, s: (np.sqrt(n) * s) ** (d - 1)),
        Wrong("one layer too many", "how many layers are there?",
              lambda d, n, s: (np.sqrt(n) * s) ** (d + 1)),
        Wrong("only std was raised to the power of depth", "what does each layer multiply with?",
              lambda d, n, s: np.sqrt(n) * s**d),
        Wrong("depth and n have changed places", "which is the number of layers?",
              lambda d, n, s: (np.sqrt(d) * s) ** n),
        Wrong("the power is the root of depth", "how often does a layer multiply the signal?",
              lambda d, n, s: (np.sqrt(n) * s) ** np.sqrt(d)),
    ],
    hints=(
        "what does one layer do to the standard deviation of the signal? And ten?",
        "(6.1) is about variances: one layer multiplies the variance by n · std². What does that "
        "do to the standard deviation?",
        "the factor of one layer is the root of n times std. Multiply 1 by it once for each layer.",
    ),
)

# ---------------------------------------------------------------- 6.2


def normal(x, gamma, beta, eps=1e-5):
    std = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / std
    return gamma * x_hat + beta, x_hat, std


def units(rng):
    for N, D, eps in ((8, 3, 0.3), (8, 3, 1e-5), (8, 3, 0.05), (6, 4, 0.1)):
        x = rng.normal(rng.normal(size=D) * 3, rng.uniform(0.5, 4, D), (N, D))
        yield Case((x, rng.normal(size=D), rng.normal(size=D), eps))
    yield Case((rng.normal(2, 3, (4, 4)), rng.normal(size=4), rng.normal(size=4), 0.1),
               "N equals D",
               "which axis is the batch?")
    yield Case((rng.normal(2, 3, (5, 2)), rng.normal(size=2), rng.normal(size=2)),
               "eps is left out",
               "which value does eps have then?")
    root = "what is under the root, and is ε inside?"
    yield Case(
        (np.full((4, 2), 7.0), np.ones(2), np.array([0.0, 2.0])), "a unit never changes", root
    )
    yield Case(
        (rng.normal(size=(6, 3)) * 1e-3, np.ones(3), np.zeros(3)), "a unit hardly changes", root
    )
    yield Case((rng.normal(size=(6, 3)) + 1e4, np.ones(3), np.zeros(3)), "the mean is far from 0",
               "is the mean of the squares minus the square of the mean exact there?")
    yield Case((rng.normal(size=(1, 3)), np.ones(3), np.ones(3)), "there is one example only",
               "what is the variance of one number?")


def along(axis=0, ddof=0, flat=True):
    """Make an answer with mean and variance along another axis, or of another divisor."""

    def answer(x, gamma, beta, eps=1e-5):
        std = np.sqrt(x.var(axis=axis, ddof=ddof, keepdims=True) + eps)
        x_hat = (x - x.mean(axis=axis, keepdims=True)) / std
        return (
            gamma * x_hat + beta,
            x_hat,
            std.ravel()[0 if axis is None else slice(None)] if flat else std,
        )

    return answer


def of(x_hat, std=None):
    """Make an answer from a wrong x_hat(c, x, eps), c being x - m, and a wrong std(x, eps)."""

    def answer(x, gamma, beta, eps=1e-5):
        h = x_hat(x - x.mean(axis=0), x, eps)
        s = std(x, eps) if std else np.sqrt(x.var(axis=0) + eps)
        return gamma * h + beta, h, s

    return answer


def y_of(combine):
    """Make y from x, x_hat, gamma and beta."""
    return lambda x, gamma, beta, eps=1e-5: combine(x, normal(x, gamma, beta, eps)[1], gamma, beta)


SPREAD, SHIFT, ROOT = (
    "what does (6.2) divide by?",
    "what does (6.2) do before it divides?",
    "what is under the root, next to v?",
)
declare(
    "6.2", "batchnorm_forward", normal, units, outputs=("y", "x_hat", "std"),
    order=("x_hat", "std", "y"),
    shapes={"x": ("N", "D"), "gamma": ("D",), "beta": ("D",)},
    asks={"y": "what do γ and β do in (6.2)?",
        "std": "is it the root in (6.2), one for each unit?"},
    wrong=[
        Wrong("each example was normalised, not each unit", "which axis is the batch?",
              along(1), along(1, flat=False)),
        Wrong("all units share one mean and one spread", "whose mean and spread are meant?",
              along(None)),
        Wrong("std kept the batch's axis, with length 1", "which shape is asked for?",
              along(0, flat=False)),
        Wrong("the variance was divided by N - 1", "is v the mean of the squares here?",
              along(0, ddof=1)),
        Wrong("x - m was not divided", SPREAD, of(lambda c, x, e: c)),
        Wrong("x - m was divided by the variance", "where is the root?",
              of(lambda c, x, e: c / (x.var(0) + e)),
              of(lambda c, x, e: c / (x.var(0) + e), lambda x, e: x.var(0) + e)),
        Wrong("m is not subtracted", SHIFT, of(lambda c, x, e: x / np.sqrt(x.var(0) + e))),
        Wrong("ε is missing", ROOT, of(lambda c, x, e: c / x.std(0), lambda x, e: x.std(0))),
        Wrong("ε is added outside of the root", ROOT,
              of(lambda c, x, e: c / (x.std(0) + e), lambda x, e: x.std(0) + e)),
        Wrong("ε is squared", ROOT, of(lambda c, x, e: c / np.sqrt(x.var(0) + e**2),
                                       lambda x, e: np.sqrt(x.var(0) + e**2))),
        Wrong("ε is always 1e-5", "where does your code use eps?",
              lambda x, a, b, eps=1e-5: normal(x, a, b)),
        Wrong("the spread is measured around 0, not around m", "of what is v the mean?",
              of(lambda c, x, e: c / np.sqrt((x**2).mean(0) + e),
                 lambda x, e: np.sqrt((x**2).mean(0) + e))),
        Wrong("it is scaled by the smallest and the largest number", SPREAD,
              of(lambda c, x, e: (x - x.min(0)) / (x.max(0) - x.min(0) + e))),
        Wrong("γ and β have no effect on y", "what is the second half of (6.2)?",
              y_of(lambda x, h, a, b: h), of="y"),
        Wrong("β is multiplied by γ as well", "which comes first in (6.2)?",
              y_of(lambda x, h, a, b: a * (h + b)), of="y"),
        Wrong("γ and β have changed places", "which multiplies, and which is added?",
              y_of(lambda x, h, a, b: b * h + a), of="y"),
        Wrong("γ and β act on x, not on x_hat", "what does (6.2) scale?",
              y_of(lambda x, h, a, b: a * x + b), of="y"),
        Wrong("γ multiplies x_hat twice", "how often does γ act?",
              y_of(lambda x, h, a, b: a * a * h + b), of="y"),
        Wrong("γ is missing", "what multiplies x_hat in (6.2)?", y_of(lambda x, h, a, b: h + b),
              of="y"),
        Wrong("β is missing", "what is added at the end of (6.2)?", y_of(lambda x, h, a, b: a * h),
              of="y"),
        Wrong("x_hat is y", "is x_hat taken before γ and β or after?",
              lambda x, a, b, e=1e-5: normal(x, a, b, e)[0], of="x_hat"),
        Wrong("std is the variance", "where is the root?", lambda x, a, b, e=1e-5: x.var(0),
              lambda x, a, b, e=1e-5: x.var(0) + e, of="std"),
        Wrong("std is 1 over the root", "is x - m multiplied by it or divided?",
              lambda x, a, b, e=1e-5: 1 / np.sqrt(x.var(0) + e), of="std"),
        Wrong("std is the mean", "what is returned, and in which order?",
              lambda x, a, b, e=1e-5: x.mean(0), of="std"),
        Wrong("std is the spread of what came out", "of what is it the spread?",
              lambda x, a, b, e=1e-5: normal(x, a, b, e)[0].std(0),
              lambda x, a, b, e=1e-5: normal(x, a, b, e)[1].std(0), of="std"),
    ],
    hints=(
        "what are the mean and the standard deviation of each column of x_hat?",
        "m and v have one number for each unit: over which axis are they taken? ε is added to v, "
        "under the root.",
        "std is the root of v + ε, x_hat is (x - m) / std, y is γ x_hat + β; return y, x_hat, std.",
    ),
)

# ---------------------------------------------------------------- 6.3


def normal_backward(grad_output, x_hat, std, gamma):
    g = grad_output
    dx = gamma / std * (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0))
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def ways_back(rng):
    for N, D, eps in (
        (8, 3, 1e-5),
        (8, 3, 0.2),
        (6, 5, 0.1),
        (4, 4, 0.1),
        (1, 3, 0.1),
        (7, 1, 0.1),
    ):
        x = rng.normal(rng.normal(size=D) * 3, rng.uniform(0.5, 4, D), (N, D))
        _, x_hat, std = normal(x, np.ones(D), np.zeros(D), eps)
        edge = {
            (4, 4): ("N equals D", "which axis is the batch?"),
            (1, 3): ("there is one example only", "which shapes are asked for?"),
            (7, 1): ("there is one unit only", "which shapes are asked for?"),
        }.get((N, D), ())
        yield Case((rng.normal(size=(N, D)) + 0.5, x_hat, std, rng.normal(size=D)), *edge)


def outer(inner):
    """Make dx from what is in the brackets of (6.3)."""
    return lambda g, h, s, a: a / s * inner(g, h)


def rows(g):
    return g.mean(axis=0)


SCALE, THIRD, MANY = (
    "what does (6.3) multiply by, and what does it divide by?",
    "of what does the third part of (6.3) take the mean?",
    "how many γ and β are there?",
)
TWICE = "is the 1/N of the loss in grad_output already?"
declare(
    "6.3", "batchnorm_backward", normal_backward, ways_back, outputs=("dx", "dgamma", "dbeta"),
    shapes={"grad_output": ("N", "D"), "x_hat": ("N", "D"), "std": ("D",), "gamma": ("D",)},
    asks={"dgamma": "γ multiplies x_hat in every example; what adds up?",
          "dbeta": "β is added to every example; what adds up?"},
    terms={"dx": {"g": lambda g, h, s, a: a / s * g,
                  "mean(g)": lambda g, h, s, a: -a / s * rows(g) + 0 * g,
                  "x_hat mean(g x_hat)": lambda g, h, s, a: -a / s * h * rows(g * h)}},
    wrong=[
        Wrong("only the straight way counts", "what else moves when x_n moves?",
              outer(lambda g, h: g), of="dx"),
        Wrong("the way through the variance is missing, or 0, as mean(g) mean(x_hat) is",
              "what becomes of std when x_n moves, and of what is the mean in the third part?",
              outer(lambda g, h: g - rows(g)), of="dx"),
        Wrong("the way through the mean is missing", "what becomes of m when x_n moves?",
              outer(lambda g, h: g - h * rows(g * h)), of="dx"),
        Wrong("sums are used in place of means", "what do the means of (6.3) divide by?",
              outer(lambda g, h: g - g.sum(0) - h * (g * h).sum(0)), of="dx"),
        Wrong("the means run over the units, not over the batch", "which axis is the batch?",
              outer(lambda g, h: g - g.mean(1)[:, None] - h * (g * h).mean(1)[:, None]), of="dx"),
        Wrong("the means run over everything", "which axis is the batch?",
              outer(lambda g, h: g - g.mean() - h * (g * h).mean()), of="dx"),
        Wrong("γ is missing", "what multiplies x_hat on the way forward?",
              lambda g, h, s, a: (g - rows(g) - h * rows(g * h)) / s, of="dx"),
        Wrong("dx is not divided by the root", SCALE,
              lambda g, h, s, a: a * (g - rows(g) - h * rows(g * h)), of="dx"),
        Wrong("dx is multiplied by std", SCALE,
              lambda g, h, s, a: a * s * (g - rows(g) - h * rows(g * h)), of="dx"),
        Wrong("dx is divided by the variance", "is std the root already?",
              lambda g, h, s, a: a / s**2 * (g - rows(g) - h * rows(g * h)), of="dx"),
        Wrong("the root of std is taken, which is a root already", "what is std?",
              lambda g, h, s, a: a / np.sqrt(s) * (g - rows(g) - h * rows(g * h)), of="dx"),
        Wrong("only the straight way has γ and the root", "where do the brackets go?",
              lambda g, h, s, a: a / s * g - rows(g) - h * rows(g * h), of="dx"),
        Wrong("x_hat is missing from the third part", "by what is mean(g x_hat) multiplied?",
              outer(lambda g, h: g - rows(g) - rows(g * h)), of="dx"),
        Wrong("the third part has mean(g), not mean(g x_hat)", THIRD,
              outer(lambda g, h: g - rows(g) - h * rows(g)), of="dx"),
        Wrong("the third part has x_hat twice", "how often does x_hat occur in it?",
              outer(lambda g, h: g - rows(g) - h**2 * rows(g)), of="dx"),
        Wrong("the third part has no mean: g x_hat² for each example alone", THIRD,
              outer(lambda g, h: g - rows(g) - h * g * h), of="dx"),
        Wrong("the three parts are added", "with which sign do the means come in (6.3)?",
              outer(lambda g, h: g + rows(g) + h * rows(g * h)), of="dx"),
        Wrong("dgamma is dbeta", "what does γ multiply that β does not?",
              lambda g, h, s, a: g.sum(0), of="dgamma"),
        Wrong("dgamma uses x_hat without grad_output", "what arrives from the right?",
              lambda g, h, s, a: h.sum(0), of="dgamma"),
        Wrong("dgamma has γ in it", "what does γ multiply in (6.2)?",
              lambda g, h, s, a: (g * h * a).sum(0), of="dgamma"),
        Wrong("dgamma is divided by the root", "is x_hat divided already?",
              lambda g, h, s, a: (g * h / s).sum(0), of="dgamma"),
        Wrong("dgamma was multiplied by std: that is x - m, not x_hat", "what does γ multiply?",
              lambda g, h, s, a: (g * h * s).sum(0), of="dgamma"),
        Wrong("the sums were taken before the product", "is a sum of products a product of sums?",
              lambda g, h, s, a: g.sum(0) * h.sum(0), of="dgamma"),
        Wrong("dgamma has a row for each example", MANY, lambda g, h, s, a: g * h, of="dgamma"),
        Wrong("dgamma has an entry for each example", "which axis is the batch?",
              lambda g, h, s, a: (g * h).sum(1), of="dgamma"),
        Wrong("dgamma is a mean", TWICE, lambda g, h, s, a: rows(g * h), of="dgamma"),
        Wrong("dbeta has a row for each example", MANY, lambda g, h, s, a: g, of="dbeta"),
        Wrong("dbeta has an entry for each example", "which axis is the batch?",
              lambda g, h, s, a: g.sum(1), of="dbeta"),
        Wrong("dbeta is a mean", TWICE, lambda g, h, s, a: rows(g), of="dbeta"),
        Wrong("dbeta has γ in it", "is β multiplied by γ?", lambda g, h, s, a: (a * g).sum(0),
              of="dbeta"),
    ],
    hints=(
        "print each of the three parts of (6.3); over which axis are the means?",
        "β acts on every example, so dbeta adds up a column of grad_output; γ acts on every x_hat.",
        "(6.3) is γ / std times (g - mean(g) - x_hat · mean(g · x_hat)), the means over axis 0; "
        "dgamma and dbeta are sums over the same axis.",
    ),
)

# ---------------------------------------------------------------- 6.4


def drop(x, p, rng):
    mask = (rng.random(x.shape) >= p) / (1 - p)
    return x * mask, mask


def factor(kept, gone):
    """Return the one number that kept numbers were multiplied by, or -1 or -2 if there is none."""
    kept = np.unique(kept.round(9))
    if len(kept) != 1:
        return -2
    return -1 if gone.any() else kept[0]


def pattern(mask):
    """Say how the dropped numbers lie: 0 singly, else in which way together."""
    kept = mask != 0
    if len(np.unique(mask)) < 2:
        return 5  # all of them, or none
    if len(np.flatnonzero(np.diff(kept.ravel()))) == 1:
        return 1  # at one end
    if kept.all():
        return 0
    if (kept == kept[:, :1]).all():
        return 2  # whole rows
    if (kept == kept[:1]).all():
        return 3  # whole columns
    return 4 if kept.all(axis=0).any() else 0  # 4: not in every column


def draws(dropout, x, p, seed):
    """Look at a mask and its y: what must be so whichever numbers are dropped."""
    came = dropout(x, p, np.random.default_rng(seed))
    yield "your function", (two := len(came) == 2)
    y, mask = (np.asarray(a, float) for a in (came if two else (came, came)))
    yield "your function", y.shape == mask.shape == x.shape
    whole = np.broadcast_to(mask, x.shape) if mask.ndim <= x.ndim == y.ndim else np.zeros(x.shape)
    kept = whole != 0
    share = 1 - kept.mean()
    yield "your function", p if abs(share - p) < 0.04 else round(share, 1)
    yield "your function", pattern(whole) if p else 0
    if y.shape == x.shape:
        seen, values = x != 0, np.unique(whole.round(9))
        ratio = np.divide(y, x, out=np.zeros_like(y), where=seen)
        few = values[[0, -1]] if len(values) < 3 else [-9.0, -9.0]
        yield "your function", np.array([factor(ratio[kept & seen], y[~kept]),
                                         factor(whole[kept], whole[~kept]), *few,
                                         np.allclose(y, x * whole)])
    else:
        yield "your function", np.full(5, -3.0)
    again, other = (np.asarray(dropout(x, p, np.random.default_rng(seed + k))[1]) for k in (0, 1))
    follows = np.array_equal(mask, again) and (p == 0 or not np.array_equal(mask, other))
    yield "your function", follows or not two


def layers(rng):
    for p, seed in ((0.3, 64), (0.2, 65), (0.1, 66)):
        yield Case((rng.normal(size=(200, 50)) + 3, p, seed))
    yield Case((rng.normal(size=(120, 40)), 0.7, 68), "most numbers are dropped",
               "which share of them is p?")
    yield Case((np.maximum(rng.normal(size=(100, 60)), 0), 0.3, 69), "x has zeros, as after ReLU",
               "is the mask made from x or from rng?")
    yield Case((rng.normal(size=(4, 5)) + 1, 0.0, 70), "p is 0", "which numbers are dropped then?")


def dropped(mask_of, y_of=lambda x, mask, p: x * mask, swap=False):
    """Make an answer from mask(u, p, x), u being the draws, and y(x, mask, p)."""

    def dropout(x, p, rng):
        mask = mask_of(rng.random(np.shape(x)), p, x) + 0.0
        both = y_of(x, mask, p), mask
        return both[::-1] if swap else both

    return dropout


def scaled(u, p, x):
    return (u >= p) / (1 - p)


def over_p(u, p, x):
    with np.errstate(all="ignore"):
        return (u >= p) / p


def with_mask(mask_of):
    """Make an answer from mask(x, p, rng)."""
    return lambda x, p, rng: (x * (m := mask_of(x, p, rng)), m)


def at_one_end(x, p, rng):
    return (np.arange(x.size) >= round(p * x.size)).reshape(x.shape) / (1 - p)


def never_first(x, p, rng):
    mask = drop(x, p, rng)[1]
    mask[:, 0] = 1 / (1 - p)
    return mask


BELOW, MEAN_KEPT = (
    "with which probability is a number of rng.random less than p? Is it kept then, or dropped?",
    "by what must it be multiplied so that the mean stays the same?",
)
SHARE, KEPT = "the share that is dropped", "what y and mask multiply a kept number by"
ALONE, FOLLOWS = "whether each number is dropped on its own", "whether the mask follows rng"
TWO, SHAPE = "whether two arrays came back", "whether y and mask have the shape of x"
DRAWS = "how many draws does x need?"
declare(
    "6.4", "dropout", drop, layers, run=draws, takes=lambda x, p, rng: None, secret=True,
    outputs=(TWO, SHAPE, SHARE, ALONE, KEPT, FOLLOWS),
    order=(TWO, ALONE, SHAPE, KEPT, SHARE, FOLLOWS), fixed=("x", "p", "rng"),
    asks={SHARE: BELOW, KEPT: MEAN_KEPT, ALONE: DRAWS, FOLLOWS: "which generator do you draw from?",
          TWO: "what does the exercise ask you to return?"},
    wrong=[
        Wrong("zeros of x count as dropped", "is the mask made from x or from the draws?",
              lambda x, p, rng: ((y := drop(x, p, rng)[0]), np.where(y != 0, 1 / (1 - p), 0)),
              of=SHARE),
        Wrong("y and mask have changed places", "does it end with `return y, mask`?",
              dropped(scaled, swap=True)),
        Wrong("p is the share that is kept, not the one that is dropped", BELOW,
              dropped(lambda u, p, x: (u < p) / (1 - p)),
              dropped(lambda u, p, x: (u < p) / max(p, 1e-9)), dropped(lambda u, p, x: u < p)),
        Wrong("half of the numbers are dropped, whatever p is", "where does your code use p?",
              dropped(lambda u, p, x: (u > 0.5) / (1 - p)),
              dropped(lambda u, p, x: (u > 0.5) * 2.0)),
        Wrong("the draws are normal numbers, which are not below p in a share p of all cases",
              "which distribution do the draws need?",
              lambda x, p, rng: (x * (m := (rng.normal(size=x.shape) >= p) / (1 - p)), m)),
        Wrong("one array came back, not y and mask", "what does the exercise ask you to return?",
              lambda x, p, rng: drop(x, p, rng)[0], lambda x, p, rng: drop(x, p, rng)[1], of=TWO),
        Wrong("one draw decides for a whole row", DRAWS,
              with_mask(lambda x, p, rng: scaled(rng.random((len(x), 1)), p, x)), of=ALONE),
        Wrong("one draw decides for a whole column", DRAWS,
              with_mask(lambda x, p, rng: scaled(rng.random(x.shape[1]), p, x)), of=ALONE),
        Wrong("all numbers of the mask are the same", DRAWS,
              with_mask(lambda x, p, rng: np.full(x.shape, scaled(rng.random(), p, x))),
              with_mask(lambda x, p, rng: np.ones(x.shape)), of=ALONE),
        Wrong("the dropped numbers all lie at one end, not at random places",
              "what do you draw, and what do you compare it with?",
              with_mask(at_one_end), with_mask(lambda *a: at_one_end(*a)[::-1, ::-1]), of=ALONE),
        Wrong("one column or more is never dropped", "which numbers may be dropped?",
              with_mask(never_first), of=ALONE),
        Wrong("what is dropped is multiplied by -p, not by 0: without brackets / comes before -",
              "where do the brackets go?", dropped(lambda u, p, x: (u >= p) / 1 - p), of=KEPT),
        Wrong("the mask holds many different numbers, not two", "what does u >= p give?",
              dropped(lambda u, p, x: np.where(u < p, 0, u / (1 - p))),
              dropped(lambda u, p, x: u / (1 - p)), dropped(lambda u, p, x: u), of=KEPT),
        Wrong("what is kept is not scaled up", MEAN_KEPT, dropped(lambda u, p, x: u >= p), of=KEPT),
        Wrong("what is kept is divided by p", MEAN_KEPT,
              dropped(over_p), of=KEPT),
        Wrong("what is kept is multiplied by 1 - p, not divided", MEAN_KEPT,
              dropped(lambda u, p, x: (u >= p) * (1 - p)), of=KEPT),
        Wrong("what is kept is scaled twice", "how often is it divided by 1 - p?",
              dropped(lambda u, p, x: (u >= p) / (1 - p) ** 2), of=KEPT),
        Wrong("y is scaled up, the mask is not",
              "backward knows only the mask; can it repeat your division?",
              dropped(lambda u, p, x: u >= p, lambda x, m, p: x * m / (1 - p)), of=KEPT),
        Wrong("the mask is scaled up, y is not", "is y what x becomes under this mask?",
              dropped(scaled, lambda x, m, p: x * (m > 0)), of=KEPT),
        Wrong("y was scaled up once more than the mask", "is y x * mask?",
              dropped(scaled, lambda x, m, p: x * m / (1 - p)), of=KEPT),
        Wrong("y is x, unchanged", "what does the mask do to x?",
              dropped(scaled, lambda x, m, p: x), of=KEPT),
        Wrong("the mask came back twice, and x is missing from y", "is y x * mask?",
              dropped(scaled, lambda x, m, p: m), of=KEPT),
        Wrong("y and the mask come from two different draws", "how often do you call rng.random?",
              lambda x, p, rng: (x * (rng.random(x.shape) >= p) / (1 - p),
                                 (rng.random(x.shape) >= p) / (1 - p)), of=KEPT),
        Wrong("the draws do not come from rng", "which generator do you draw from?",
              lambda x, p, rng: drop(x, p, np.random.default_rng(0)), of=FOLLOWS),
    ],
    hints=(
        "how often is a number of rng.random less than p?",
        "the mask has the shape of x: 0 where the draw is less than p, and elsewhere a number that "
        "makes up for what is lost.",
        "compare rng.random(x.shape) with p, divide the result by 1 - p; y is x times that.",
    ),
)

# ---------------------------------------------------------------- 6.5


def adam(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * grad
    s = beta2 * s + (1 - beta2) * grad**2
    step = lr * (m / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t)) + eps)
    return w - step, m, s


def steps(rng):
    for size, t, lr, beta1, beta2, eps in (
        (5, 3, 0.01, 0.8, 0.95, 1e-3), (5, 7, 0.02, 0.7, 0.9, 1e-2), (5, 2, 0.05, 0.9, 0.99, 0.1),
        (4, 5, 0.03, 0.6, 0.98, 3e-2),
    ):
        yield Case((rng.normal(size=size), rng.normal(size=size), rng.normal(size=size) * 0.3,
                    rng.uniform(0.1, 2, size), t, lr, beta1, beta2, eps))
    w, g, m, s = rng.normal(size=3), rng.normal(size=3), rng.normal(size=3), rng.uniform(0.1, 1, 3)
    yield Case((w, g, m, s, 3), "lr, the betas and eps are left out",
               "which values do they have then?")
    yield Case((w, g, 0 * m, 0 * s, 1, 0.1), "it is the first step",
               "what are m-hat and s-hat after one gradient?")
    yield Case((np.zeros(2), np.array([1e-8, 0.0]), np.zeros(2), np.zeros(2), 1, 1.0),
               "a gradient is tiny or 0", "where is ε in the table?")
    yield Case((rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), np.zeros((2, 3)), np.ones((2, 3)),
               4),
               "w is a matrix", "does your code depend on the number of axes?")


def stepped(new_m=None, new_s=None, step=None):
    """Make an answer of wrong parts: m(m, g, b), s(s, g, b), step(m, s, t, lr, b1, b2, eps)."""

    def answer(w, grad, m, s, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        _, right_m, right_s = adam(w, grad, m, s, t, lr, beta1, beta2, eps)
        m2 = new_m(m, grad, beta1) if new_m else right_m
        s2 = new_s(s, grad, beta2) if new_s else right_s
        if step:
            return w - step(m2, s2, t, lr, beta1, beta2, eps), m2, s2
        move = lr * (m2 / (1 - beta1**t)) / (np.sqrt(s2 / (1 - beta2**t)) + eps)
        return w - move, m2, s2

    return answer


def moved(step):
    return stepped(step=step)


JOINS, CORRECT, SMALL = (
    "is it (1 - β) times the new value that joins?",
    "how small are m and s at first, and what makes up for it?",
    "where is ε in the table?",
)
declare(
    "6.5", "adam_step", adam, steps, outputs=("w", "m", "s"), order=("m", "s", "w"),
    tolerance=1e-7,
    asks={"m": JOINS, "s": JOINS},
    wrong=[
        Wrong("the gradient joins m in full", JOINS, stepped(lambda m, g, b: b * m + g)),
        Wrong("β₁ and 1 - β₁ have changed places", "which is larger, what stays or what joins?",
              stepped(lambda m, g, b: (1 - b) * m + b * g)),
        Wrong("m is the gradient alone", "what does Adam remember?", stepped(lambda m, g, b: g)),
        Wrong("m averages the squares", "which of the two averages squares?",
              stepped(lambda m, g, b: b * m + (1 - b) * g * g)),
        Wrong("the old m stays in full", JOINS, stepped(lambda m, g, b: m + (1 - b) * g)),
        Wrong("the gradient joins s without a square", "what does s average?",
              stepped(None, lambda s, g, b: b * s + (1 - b) * g)),
        Wrong("the square joins s in full", JOINS, stepped(None, lambda s, g, b: b * s + g * g)),
        Wrong("β₂ and 1 - β₂ have changed places", "which is larger, what stays or what joins?",
              stepped(None, lambda s, g, b: (1 - b) * s + b * g * g)),
        Wrong("absolute values join s, not squares", "what does s average?",
              stepped(None, lambda s, g, b: b * s + (1 - b) * np.abs(g))),
        Wrong("s is the square alone", "what does Adam remember?",
              stepped(None, lambda s, g, b: g * g)),
        Wrong("the root of s is remembered", "where is the root in the table?",
              stepped(None, lambda s, g, b: np.sqrt(b * s + (1 - b) * g * g))),
        Wrong("the corrected m is remembered", "should the correction stay in what Adam remembers?",
              lambda w, g, m, s, t, lr=0.001, b=0.9, c=0.999, e=1e-8:
              adam(w, g, m, s, t, lr, b, c, e)[1] / (1 - b**t), of="m"),
        Wrong("the corrected s is remembered", "should the correction stay in what Adam remembers?",
              lambda w, g, m, s, t, lr=0.001, b=0.9, c=0.999, e=1e-8:
              adam(w, g, m, s, t, lr, b, c, e)[2] / (1 - c**t), of="s"),
        Wrong("β₁ is used for s as well", "which β belongs to which?",
              lambda w, g, m, s, t, lr=0.001, b=0.9, c=0.999, e=1e-8:
              adam(w, g, m, s, t, lr, b, b, e)),
        Wrong("β₂ is used for m as well", "which β belongs to which?",
              lambda w, g, m, s, t, lr=0.001, b=0.9, c=0.999, e=1e-8:
              adam(w, g, m, s, t, lr, c, c, e)),
        Wrong("m and s were not corrected", CORRECT,
              moved(lambda m, s, t, lr, b, c, e: lr * m / (np.sqrt(s) + e))),
        Wrong("only m was corrected", CORRECT,
              moved(lambda m, s, t, lr, b, c, e: lr * m / (1 - b**t) / (np.sqrt(s) + e))),
        Wrong("only s was corrected", CORRECT,
              moved(lambda m, s, t, lr, b, c, e: lr * m / (np.sqrt(s / (1 - c**t)) + e))),
        Wrong("every step is corrected as the first one", "where does t come in?",
              moved(lambda m, s, t, lr, b, c, e: lr * m / (1 - b) / (np.sqrt(s / (1 - c)) + e))),
        Wrong("the correction is off by one step", "does t count from 0 or from 1?",
              *[moved(lambda m, s, t, lr, b, c, e, k=k: lr * m / (1 - b ** (t + k))
                      / (np.sqrt(s / (1 - c ** (t + k))) + e)) for k in (-1, 1)]),
        Wrong("1 - β was multiplied by t, not raised to it", "which power of β is it?",
              moved(lambda m, s, t, lr, b, c, e:
                    lr * m / (1 - b * t) / (np.sqrt(s / (1 - c * t)) + e)),
              moved(lambda m, s, t, lr, b, c, e:
                    lr * m / (1 - b * t) / (np.sqrt(np.abs(s / (1 - c * t))) + e))),
        Wrong("the correction multiplies, it does not divide", CORRECT,
              moved(lambda m, s, t, lr, b, c, e:
                    lr * m * (1 - b**t) / (np.sqrt(s * (1 - c**t)) + e))),
        Wrong("it is divided by s-hat itself", "where is the root?",
              moved(lambda m, s, t, lr, b, c, e: lr * m / (1 - b**t) / (s / (1 - c**t) + e))),
        Wrong("ε is under the root", SMALL,
              moved(lambda m, s, t, lr, b, c, e:
                    lr * m / (1 - b**t) / np.sqrt(s / (1 - c**t) + e))),
        Wrong("ε is missing", SMALL,
              moved(lambda m, s, t, lr, b, c, e: lr * m / (1 - b**t) / np.sqrt(s / (1 - c**t)))),
        Wrong("the root is not divided by", "what does the table divide m-hat by?",
              moved(lambda m, s, t, lr, b, c, e: lr * m / (1 - b**t))),
        Wrong("the gradient moves w, not m-hat", "what does the table multiply with lr?",
              lambda w, g, m, s, t, lr=0.001, b=0.9, c=0.999, e=1e-8:
              w - lr * g / (np.sqrt(adam(w, g, m, s, t, lr, b, c, e)[2] / (1 - c**t)) + e), of="w"),
        Wrong("the old m and s move w, not the new ones",
              "which comes first, the memory or the step?",
              lambda w, g, m, s, t, lr=0.001, b=0.9, c=0.999, e=1e-8:
              w - lr * m / (1 - b**t) / (np.sqrt(s / (1 - c**t)) + e), of="w"),
        Wrong("the step goes uphill", "what is the sign of the step in the table?",
              moved(lambda m, s, t, lr, b, c,
                  e: -lr * m / (1 - b**t) / (np.sqrt(s / (1 - c**t)) + e))),
        Wrong("that is the step alone", "where does it lead from w?",
              lambda w, g, m, s, t, lr=0.001, b=0.9, c=0.999, e=1e-8:
              w - adam(w, g, m, s, t, lr, b, c, e)[0],
              lambda w, g, m, s, t, lr=0.001, b=0.9, c=0.999, e=1e-8:
              adam(w, g, m, s, t, lr, b, c, e)[0] - w, of="w"),
        Wrong("lr has no effect", "where does your code use lr?",
              moved(lambda m, s, t, lr, b, c, e: m / (1 - b**t) / (np.sqrt(s / (1 - c**t)) + e))),
    ],
    hints=(
        "write m, s, m-hat and s-hat for a single number by hand.",
        "the new m and s are averages that forget; both are too small at first, which 1 - βᵗ makes "
        "up for, in the step only.",
        "m = β₁ m + (1 - β₁) g, the same for s with g² and β₂; divide each by 1 - βᵗ, and then "
        "move w by lr · m-hat / (root of s-hat + ε).",
    ),
)
