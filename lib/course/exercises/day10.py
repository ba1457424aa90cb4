"""The exercises of day 10: autograd, the best of n, two views, a drawn code, a loss that sees."""

import math
from collections.abc import Iterator

import numpy as np

from lib import nn
from lib.course.diagnosis import Case, Wrong, declare
from lib.nn.activations import log_softmax

# ---------------------------------------------------------------- 10.1


class Node:
    """A value on a graph. It counts how often it is asked for its parents."""

    def __init__(self, data, *parents):
        self.data, self.grad, self.asked, self._parents = data, 0.0, 0, parents

    @property
    def parents(self):
        self.asked += 1
        return self._parents


def everything(last):
    """Return all values that ``last`` is made of, itself among them."""
    found, waiting = {}, [last]
    while waiting:
        value = waiting.pop()
        if id(value) not in found:
            found[id(value)] = value
            waiting += value._parents
    return list(found.values())


def order(last):
    values, seen = [], set()

    def visit(value):
        if value not in seen:
            seen.add(value)
            for parent in value.parents:
                visit(parent)
            values.append(value)

    visit(last)
    return values


def in_order(values):
    """Tell whether every value comes after its parents, for those that are there."""
    place = {id(value): i for i, value in enumerate(values)}
    return all(
        place[id(parent)] < i
        for i, value in enumerate(values)
        for parent in value._parents
        if id(parent) in place
    )


def look_at_order(answer, last):
    """Say what must be so of every order, whichever of the right ones it is."""
    got = answer(last)
    asked, values = max(value.asked for value in everything(last)), everything(last)
    again = answer(last)
    yield "no set", not isinstance(got, set | dict)
    yield "no generator", not isinstance(got, Iterator)
    yield "a list", isinstance(got, list | tuple)
    got = list(got) if isinstance(got, list | tuple) else []
    yield "of values", all(isinstance(value, Node) for value in got)
    got = [value for value in got if isinstance(value, Node)]
    there = {id(value) for value in got}
    inputs = [value for value in values if value is not last and not value._parents]
    yield "last", id(last) in there
    yield "not alone", len(there) > 1 or len(values) == 1
    yield "between", all(id(value) in there for value in values if value._parents)
    yield "inputs", not inputs or any(id(value) in there for value in inputs)
    yield "every parent", all(id(value) in there for value in inputs)
    yield "once", len(there) == len(got)
    yield "not turned", len(values) < 2 or not in_order(got[::-1])
    yield "parents first", in_order(got)
    yield "visited once", asked < 50
    yield "the same again", again is not None and len(again) == len(got)


def graphs(rng):
    for _ in range(3):  # (a b + c)², as in (4.1)
        a, b, c = (Node(float(x)) for x in rng.normal(size=3))
        product = Node(a.data * b.data, a, b)
        total = Node(product.data + c.data, product, c)
        yield Case((Node(total.data**2, total),))
    a, b = Node(3.0), Node(5.0)
    for first in (True, False):
        parents = (a, Node(15.0, a, b))
        total = Node(18.0, *(parents if first else parents[::-1]))
        yield Case((Node(324.0, total),), "a value is used twice, as in exercise 4.1")
    early, late = Node(1.0), Node(2.0)
    for _ in range(3):  # early is a neighbour of last, and at the far end as well
        late = Node(late.data + early.data, late, early)
    yield Case((Node(9.0, early, late),), "a value is used both early and late")
    twins = Node(2.0), Node(2.0)
    yield Case((Node(4.0, *twins),), "two values hold the same number",
               "do you remember the values that you have met, or their numbers?")
    a = Node(3.0)
    yield Case((Node(9.0, a, a),), "a value is multiplied by itself")
    yield Case((Node(1.0),), "last has no parents", "which values are there?")
    ladder = Node(1.0)
    for _ in range(12):
        ladder = Node(2 * ladder.data, ladder, ladder)
    yield Case((ladder,), "a value is added to itself, and that 12 times over",
               "by how many ways do you come to the first value?")


PROMISED = {
    "no set": ("a set came back, and a set has no order", "what keeps an order?"),
    "no generator": ("a generator came back, not a list", "what makes a list of what it yields?"),
    "a list": ("no list came back", "what is behind your `return`?"),
    "of values": ("the list does not hold values", "do you append a value, or something of it?"),
    "last": ("the list does not hold `last` itself", "when is `last` appended?"),
    "not alone": ("the list holds `last` alone",
                  "what becomes of the values that you find at its parents?"),
    "between": ("the list ends at the parents of `last`",
                "do you go on to the parents of the parents?"),
    "inputs": ("the values without parents are missing",
               "what do you do with a value that has none?"),
    "every parent": ("some of the values without parents are missing",
                     "how many parents does a product have, and how many of them do you visit?"),
    "once": ("a value is in the list twice", "how do you know that you have met a value before?"),
    "not turned": ("every value comes before its parents: the order is turned round",
                   "do you append a value before you visit its parents, or after?"),
    "parents first": ("a value comes before one of its parents",
                      "are all its parents in the list when a value gets in?"),
    "visited once": ("a value is visited again by every way that leads to it",
                     "where do you ask whether you have met a value before, and what do you do "
                     "then?"),
    "the same again": ("a second call with the same value gives something else",
                       "what does your code remember from one call to the next?"),
}
declare(
    "10.1", "order", order, graphs, run=look_at_order, takes=lambda last: None,
    outputs=tuple(PROMISED), asks=PROMISED,
    hints=(
        "on paper: which values of (a b + c)² can only come when others are there?",
        "a function inside your function visits a value: first its parents, by calling itself, "
        "then it appends the value. What must it ask before it does anything?",
        "keep a set of the values that you have visited, and return right away from one that is "
        "in it; otherwise put it in, visit each parent, and append the value.",
    ),
)

# ---------------------------------------------------------------- 10.2


def unbroadcast(grad, shape):
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    stretched = tuple(i for i, length in enumerate(shape) if length == 1)
    return grad.sum(axis=stretched, keepdims=True)


def stretched(rng):
    for N, D in ((5, 3), (5, 3), (6, 4), (2, 7)):
        yield Case((rng.normal(size=(N, D)), (D,)))
    new = "which axis does a row (4,) get from broadcasting, a new first or a new last?"
    yield Case((rng.normal(size=(4, 4)), (4,)), "both axes are equally long", new)
    one = "which axis was stretched, and which shape is asked for?"
    yield Case((rng.normal(size=(5, 3)), (5, 1)), "shape is (5, 1)", one)
    yield Case((rng.normal(size=(5, 3)), (1, 3)), "shape is (1, 3)", one)
    yield Case((rng.normal(size=(5, 3)), (1, 1)), "shape is (1, 1)", one)
    yield Case(
        (rng.normal(size=(5, 3)), (5, 3)), "nothing was stretched", "what is left to add up?"
    )
    yield Case((rng.normal(size=(2, 5, 3)), (3,)), "two axes were added",
               "how many axes does grad have more than shape?")
    yield Case((rng.normal(size=(2, 5, 3)), (5, 1)), "one axis was added and another stretched",
               "in which order do you take the two?")
    yield Case((rng.normal(size=(5, 3)), ()), "shape is (), a single number",
               "how many entries of grad did one number go to?")


def extra(grad, shape):
    """The axes that broadcasting has put in front."""
    return tuple(range(grad.ndim - len(shape)))


def ones(shape):
    return tuple(i for i, length in enumerate(shape) if length == 1)


def with_mean(grad, shape):
    grad = grad.mean(axis=extra(grad, shape))
    return grad.mean(axis=ones(shape), keepdims=True)


def only_missing(grad, shape):
    return grad.sum(axis=extra(grad, shape))


def only_ones(grad, shape):
    return grad.sum(axis=ones(shape), keepdims=True)


def squeezed(grad, shape):
    return only_missing(grad, shape).sum(axis=ones(shape))


def first_row(grad, shape):
    return grad[(0,) * (grad.ndim - len(shape))][tuple(slice(n) for n in shape)]


ADD = "how many entries of grad did one entry of a go to, and what do effects on several paths do?"
declare(
    "10.2", "unbroadcast", unbroadcast, stretched, fixed=("shape",), outputs=("the gradient",),
    wrong=[
        Wrong("the mean was taken, not the sum", ADD, with_mean),
        Wrong("only the first row counts", ADD, first_row),
        Wrong("only the last row counts", ADD, lambda g, shape: first_row(np.flip(g, 0), shape)),
        Wrong("grad came back as it was", "which shape is asked for?", lambda g, shape: g),
        Wrong("the shape is right, but grad was cut or repeated to fit it", ADD,
              lambda g, shape: np.resize(g, shape)),
        Wrong("everything was added up, for every entry of a",
              "do all entries of grad come from the same entry of a?",
              lambda g, shape: np.full(shape, g.sum())),
        Wrong("everything was added up to one number",
              "do all entries of grad come from the same entry of a?", lambda g, shape: g.sum()),
        Wrong("the sum ran along the rows, not over them",
              "which axis does a row (4,) get from broadcasting, a new first or a new last?",
              lambda g, shape: g.sum(axis=-1), lambda g, shape: g.sum(axis=1)),
        Wrong("the axis that was added up is still there, with length 1",
              "which shape is asked for?",
              lambda g, shape: g.sum(axis=0, keepdims=True),
              lambda g, shape: g.sum(axis=extra(g, shape), keepdims=True)),
        Wrong("axis 0 is always added up", "what if a has that axis as well?",
              lambda g, shape: g.sum(axis=0)),
        Wrong("axes that a has with length 1 are not added up", "is (5, 1) stretched as well?",
              only_missing),
        Wrong("axes that a does not have are not added up", "how many axes does a row (3,) have?",
              only_ones),
        Wrong("an axis of length 1 has gone", "what does keepdims do?", squeezed),
        Wrong("it is always 0", "what do you add to?", lambda g, shape: np.zeros(shape)),
        Wrong("it counts how often an entry was used, and grad has no effect",
              "what arrives from the right?",
              lambda g, shape: unbroadcast(np.ones_like(g), shape)),
    ],
    hints=(
        ADD,
        "there are two kinds of axes to add up: those that grad has and shape has not, which are "
        "the first ones, and those that have length 1 in shape.",
        "sum over the first grad.ndim - len(shape) axes; then sum over every axis that has "
        "length 1 in shape, with keepdims=True.",
    ),
)

# ---------------------------------------------------------------- 10.3


def best_of(weights, arrange=np.sort):
    """Make an answer from weights(N, n), one for each error, and an order of the errors."""
    return lambda errors, n: float(weights(len(errors), n) @ arrange(np.asarray(errors, float)))


def or_later(N, n):
    return ((N - np.arange(N + 1)) / N) ** n


def by_steps(N, n):
    later = or_later(N, n)
    return later[:-1] - later[1:]


def from_one(N, n):
    later = ((N - np.arange(1, N + 2)) / N) ** n
    return later[:-1] - later[1:]


def without_last(N, n):
    return np.append(by_steps(N, n)[:-1], 0)


def not_put_back(N, n):
    ways = [math.comb(N - i - 1, n - 1) if n <= N else float(i == 0) for i in range(N)]
    return np.array(ways) / max(sum(ways), 1)


def some_tries(rng):
    for N, n in ((9, 3), (9, 4), (6, 2), (12, 5)):
        yield Case((rng.uniform(10, 60, N), n))
    errors = rng.uniform(10, 60, 7)
    yield Case((errors, 1), "n is 1", "what is the best of a single try, on average?")
    yield Case((errors, 200), "n is much larger than the number of errors",
               "which error has nearly all of the weight then?")
    yield Case((np.array([20.0, 30.0, 20.0, 20.0]), 2), "some errors are equal",
               "do your probabilities still add up to 1?")
    yield Case((np.array([25.0]), 3), "there is one error only", "what can the best be then?")


WEIGHTS = "what are the probabilities that the best is the smallest error, the second-smallest …?"
ORDER = "in which order are the errors when i counts them?"
declare(
    "10.3", "expected_best", best_of(by_steps), some_tries, outputs=("the expected best",),
    secret=True, tolerance=1e-9, shapes={"errors": ("N",)},
    wrong=[
        Wrong("it is the smallest error, whatever n is", "does the best of two draws have to be "
              "the best of all?", lambda errors, n: errors.min()),
        Wrong("it is the mean error, whatever n is", "where does your code use n?",
              lambda errors, n: errors.mean()),
        Wrong("the errors were not sorted", ORDER, best_of(by_steps, lambda e: e)),
        Wrong("this is the expected worst of n", ORDER,
              best_of(by_steps, lambda e: np.sort(e)[::-1])),
        Wrong("the probabilities add up to more than 1: that of a later one was not taken away",
              "is P(e(i) or a later one) the probability of e(i) itself?",
              best_of(lambda N, n: or_later(N, n)[:-1])),
        Wrong("the smallest error has no weight", "from which i do you count?",
              best_of(lambda N, n: or_later(N, n)[1:])),
        Wrong("the errors were counted from 1", "which i has the smallest error?",
              best_of(from_one), best_of(lambda N, n: np.append(by_steps(N, n)[1:], 0))),
        Wrong("the largest error has no weight", "it has no next one: what is (10.2) for i = N?",
              best_of(without_last)),
        Wrong("the slope of (10.2) is not the probability of e(i)",
              "by how much does it fall from i to i + 1?",
              best_of(lambda N, n: n / N * or_later(N, n - 1)[:-1])),
        Wrong("the draws were not put back", "can the same try be drawn twice?",
              best_of(not_put_back)),
        Wrong("it is the best of the first n", "does the order of the errors matter?",
              lambda errors, n: errors[:n].min()),
        Wrong("it is the mean of the n smallest", "are n draws the n best?",
              lambda errors, n: np.sort(errors)[:n].mean()),
        Wrong("the probability was multiplied by n, not raised to it",
              "what is the probability that n things happen which have nothing to do with each "
              "other?", best_of(lambda N, n: n * by_steps(N, 1))),
        Wrong("it was divided by N", "do the probabilities add up to 1 already?",
              lambda errors, n: best_of(by_steps)(errors, n) / len(errors)),
        Wrong("the sign is turned: the probability of a later one falls as i grows",
              "which of two neighbours is the larger?",
              lambda errors, n: -best_of(by_steps)(errors, n)),
        Wrong("there is one draw too many", "is it n, or n + 1?",
              best_of(lambda N, n: by_steps(N, n + 1))),
        Wrong("there is one draw too few", "is it n, or n - 1?",
              best_of(lambda N, n: by_steps(N, n - 1))),
    ],
    hints=(
        WEIGHTS,
        "compute that probability for i = 0, 1, …, N in one go: N + 1 numbers that fall from 1 to "
        "0.",
        "sort a copy of the errors, and weight each with the step from its number to the next one.",
    ),
)

# ---------------------------------------------------------------- 10.4


def other_view(count):
    """Return the number of each row's other view: 0 and 1 belong together, 2 and 3, …"""
    return np.arange(count) ^ 1


def scores(u, temperature, diagonal=-np.inf):
    s = u @ u.T / temperature
    if diagonal is not None:
        np.fill_diagonal(s, diagonal)
    return s


def pulled(both=True, partner=other_view, diagonal=-np.inf, late=False,
           shape=lambda G, u, t: G @ u / t, target=1.0, mean=len):
    """Make an answer in which one thing may be different."""

    def answer(u, temperature):
        G, rows = np.exp(log_softmax(scores(u, temperature, diagonal))), np.arange(len(u))
        if late:
            np.fill_diagonal(G, 0)
        G[rows, partner(len(u))] -= target
        G /= mean(u)
        return shape(G + G.T if both else G, u, temperature)

    return answer


def halves(count):
    return (np.arange(count) + count // 2) % count


def unit(rng, *shape):
    u = rng.normal(size=shape)
    return u / np.linalg.norm(u, axis=1, keepdims=True)


def views(rng):
    for (N, D), temperature in (((6, 4), 0.5), ((6, 4), 0.8), ((8, 3), 0.3), ((10, 5), 0.7)):
        yield Case((unit(rng, N, D), temperature))
    yield Case((unit(rng, 2, 3), 0.5), "there is one image only",
               "what is the softmax of a single score?")
    yield Case((np.repeat(np.eye(4)[:2], 2, axis=0), 0.5), "both views of an image are equal",
               "is the pull gone once two views agree?")
    yield Case((unit(rng, 6, 4), 0.0001), "the temperature is 0.0001",
               "do your exponentials get too large for a float?")


TWICE = "in how many places of S does the row u_i occur?"
declare(
    "10.4", "nt_xent_gradient", pulled(), views, outputs=("the gradient",),
    shapes={"u": ("2N", "D"), "the gradient": ("2N", "D")},
    wrong=[
        Wrong("u_i counts as a row of S, not as a column", TWICE, pulled(both=False)),
        Wrong("u_i counts as a column of S, not as a row", TWICE,
              pulled(both=False, shape=lambda G, u, t: G.T @ u / t)),
        Wrong("the row gradient was doubled: the column's is another one",
              "is G symmetric?", pulled(both=False, shape=lambda G, u, t: 2 * G @ u / t)),
        Wrong("the column gradient was doubled: the row's is another one",
              "is G symmetric?", pulled(both=False, shape=lambda G, u, t: 2 * G.T @ u / t)),
        Wrong("the temperature of S is missing from the gradient", "what is the derivative of "
              "u · v / τ for u?", pulled(shape=lambda G, u, t: G @ u)),
        Wrong("the temperature is on the wrong side", "what is the derivative of u · v / τ for u?",
              pulled(shape=lambda G, u, t: G @ u * t)),
        Wrong("each row is compared with itself as well", "which view is as similar to u_i as can "
              "be, and may it be chosen?", pulled(diagonal=None)),
        Wrong("the diagonal of S is 0, and still takes part in the sums",
              "which number has the exponential 0?", pulled(diagonal=0.0)),
        Wrong("the diagonal was taken out after the softmax: u_i · u_i is still in its sum",
              "when does s_ii have to be -inf?", pulled(diagonal=None, late=True)),
        Wrong("this is the gradient for S, not for u", "which of the numbers in S change with u_i?",
              pulled(both=False, shape=lambda G, u, t: G), pulled(shape=lambda G, u, t: G)),
        Wrong("the other view is taken to be half the rows away", "which row belongs to row 0?",
              pulled(partner=halves)),
        Wrong("the class of every row is the next row", "which row belongs to row 1?",
              pulled(partner=lambda n: (np.arange(n) + 1) % n)),
        Wrong("the class of every row is the row itself", "which row belongs to row 0?",
              pulled(partner=np.arange)),
        Wrong("nothing was taken away at the other view", "p - y: where is y?", pulled(target=0.0)),
        Wrong("the loss is a mean, and this is the gradient of a sum", "how many rows are there?",
              pulled(mean=lambda u: 1)),
        Wrong("it was divided by the number of images, not of rows", "how many rows are there?",
              pulled(mean=lambda u: len(u) // 2)),
        Wrong("the sign is turned", "does a step against the gradient bring two views together?",
              pulled(shape=lambda G, u, t: -G @ u / t)),
        Wrong("the part along u_i is already taken out",
              "is the gradient for u asked for, or for z?",
              lambda u, t: (g := pulled()(u, t)) - u * (u * g).sum(axis=1, keepdims=True)),
    ],
    hints=(
        TWICE,
        "first G, the gradient for S: the softmax of each row with -inf on the diagonal, minus 1 "
        "at the other view (np.arange(len(u)) ^ 1), divided by the number of rows.",
        "S is u uᵀ / τ, so the gradient for u has two halves: G u / τ and Gᵀ u / τ.",
    ),
)


# ---------------------------------------------------------------- 10.5


def seeing(rng, pixels, seen):
    """Return a network from images (N, 1, H, W) to features (N, seen), in float64."""
    weights = {"rng": rng, "dtype": np.float64}
    layers = nn.Flatten(), nn.Linear(pixels, 7, **weights), nn.Tanh(), nn.Linear(7, seen, **weights)
    return nn.Sequential(*layers)


def picture_pairs(rng):
    for N, H, W, seen in ((3, 4, 5, 6), (3, 4, 5, 6), (2, 5, 3, 4), (4, 3, 3, 8)):
        pair = rng.random((2, N, 1, H, W))
        yield Case((seeing(rng, H * W, seen), *pair))
    x = rng.random((2, 1, 4, 4))
    yield Case((seeing(rng, 16, 5), x, x.copy()), "both pictures are the same",
               "what is the loss then, and can it get smaller?")
    yield Case((seeing(rng, 16, 5), x[:1], x[1:]), "there is one picture",
               "over how many entries is the mean?")


def through(scale=lambda f, x: 2 / f.size, last="x_hat", back="backward_input"):
    """Make an answer in which one thing may be different."""

    def answer(features, x_hat, x):
        if last == "x_hat":
            wanted = features(x)
            f = features(x_hat)
        else:
            f = features(x_hat)
            wanted = features(x)
        return getattr(features, back)((f - wanted) * scale(f, x))

    return answer


def left_alone(answer, features, x_hat, x):
    """Look at the gradient, and at the weights' own, which are not 0 before."""
    for p in features.parameters():
        p.grad[:] = 1
    yield "your function", answer(features, x_hat, x)
    yield "your function", all(np.all(p.grad == 1) for p in features.parameters())


MEAN = "the loss is a mean of squares: of how many, and what is the derivative of a square?"
declare(
    "10.5", "perceptual_gradient", through(), picture_pairs, run=left_alone,
    takes=lambda features, x_hat, x: None, fixed=("features",),
    outputs=("the gradient", "whether the weights' gradients are as they were"),
    shapes={name: ("N", "1", "H", "W") for name in ("x_hat", "x", "the gradient")},
    asks={"whether the weights' gradients are as they were": (
        "the gradients of the network's weights have changed",
        "LeNet-5 is to stay as it is: which of its methods gives the gradient for the input alone?",
    )},
    wrong=[
        Wrong("the gradient is that of the other picture",
              "backward_input belongs to the last picture that was sent through: which was yours?",
              through(last="x")),
        Wrong("the 2 of the square is missing", MEAN, through(lambda f, x: 1 / f.size)),
        Wrong("this is the gradient of a sum of squares", MEAN, through(lambda f, x: 2.0)),
        Wrong("it was divided by the number of pictures", MEAN,
              through(lambda f, x: 2 / len(f)), through(lambda f, x: 1 / len(f))),
        Wrong("it was divided by the number of pixels", "is the loss a mean over pixels?",
              through(lambda f, x: 2 / x.size), through(lambda f, x: 1 / x.size)),
        Wrong("the sign is turned", "which of the two pictures may change?",
              through(lambda f, x: -2 / f.size)),
        Wrong("this is the gradient of the pixel error", "where does the network come in?",
              lambda features, x_hat, x: 2 * (x_hat - x) / x.size),
        Wrong("these are features still", "how does a gradient get from the features back to the "
              "picture?",
              lambda features, x_hat, x: 2 * ((f := features(x_hat)) - features(x)) / f.size),
        Wrong("this is the loss, not its gradient", "what shape does a gradient for x_hat have?",
              lambda features, x_hat, x: ((features(x_hat) - features(x)) ** 2).mean()),
        Wrong("the gradient for x was taken away", "which of the two pictures may change?",
              lambda *given: through()(*given) - through(last="x")(*given)),
        Wrong("the features of the original are missing", "what are those of x_hat compared with?",
              lambda features, x_hat, x: features.backward_input(
                  2 * (f := features(x_hat)) / f.size)),
        Wrong("the difference of the pictures was sent through, not that of what is seen in them",
              "is the network linear?",
              lambda features, x_hat, x: features.backward_input(
                  2 * (f := features(x_hat - x)) / f.size)),
        Wrong("the gradients of the network's weights have changed",
              "LeNet-5 is to stay as it is: which of its methods gives the gradient for the input "
              "alone?", through(back="backward"),
              of="whether the weights' gradients are as they were"),
    ],
    hints=(
        "what would the gradient be for the features themselves?",
        "2 (f - wanted) / n for the features; backward_input takes it from there to the picture.",
        "send x through first and x_hat last, so that backward_input belongs to x_hat.",
    ),
)

# ---------------------------------------------------------------- 10.6


def drawn_codes(rng):
    for N, D in ((6, 3), (6, 3), (4, 2), (7, 5)):
        yield Case(tuple(rng.normal(size=(N, D)) for _ in range(3)))
    dz, epsilon = rng.normal(size=(2, 3, 2))
    yield Case((dz, np.full((3, 2), -6.0), epsilon), "the variances are tiny",
               "which of the two gradients knows about σ?")
    yield Case((dz, np.zeros((3, 2)), epsilon), "every log-variance is 0", "what is σ then?")
    yield Case((dz, rng.normal(size=(3, 2)), np.zeros((3, 2))), "every ε is 0",
               "how does z change with σ then?")


def sample_gradients(dz, log_variance, epsilon):
    return dz.copy(), dz * np.exp(log_variance / 2) * epsilon / 2


INNER = "z = μ + e^(v/2) ε: what is the derivative of e^(v/2) for v?"
declare(
    "10.6", "sample_gradients", sample_gradients, drawn_codes,
    outputs=("the gradient for the means", "the gradient for the log-variances"),
    shapes={
        name: ("N", "D")
        for name in ("dz", "log_variance", "epsilon", "the gradient for the means",
                     "the gradient for the log-variances")
    },
    asks={"the gradient for the means": "if every mean grows by 1, by how much does z grow?",
          "the gradient for the log-variances":
              "with the ε that was given, by how much does z grow if v grows a little?"},
    wrong=[
        Wrong("dz is missing", "what arrives from the right?", lambda dz, v, e: np.ones_like(dz),
              of="the gradient for the means"),
        Wrong("dz is missing", "what arrives from the right?",
              lambda dz, v, e: np.exp(v / 2) * e / 2, lambda dz, v, e: np.exp(v / 2) * e,
              of="the gradient for the log-variances"),
        Wrong("the slope of KL has been added", "which part of the loss does dz come from?",
              lambda dz, v, e: dz * np.exp(v / 2) * e / 2 + (np.exp(v) - 1) / 2,
              of="the gradient for the log-variances"),
        Wrong("σ has got into the gradient for the means",
              "if μ grows by 1, by how much does z grow?", lambda dz, v, e: dz * np.exp(v / 2),
              of="the gradient for the means"),
        Wrong("ε has got into the gradient for the means",
              "if μ grows by 1, by how much does z grow?", lambda dz, v, e: dz * e,
              lambda dz, v, e: dz + np.exp(v / 2) * e, of="the gradient for the means"),
        Wrong("this is the gradient for σ, not for log σ²", INNER, lambda dz, v, e: dz * e,
              of="the gradient for the log-variances"),
        Wrong("the ½ of the exponent is missing", INNER,
              lambda dz, v, e: dz * e * np.exp(v / 2), of="the gradient for the log-variances"),
        Wrong("this is the gradient for σ²", "which of σ, σ² and log σ² does the encoder give?",
              lambda dz, v, e: dz * e / (2 * np.exp(v / 2)),
              of="the gradient for the log-variances"),
        Wrong("σ is missing", INNER, lambda dz, v, e: dz * e / 2,
              of="the gradient for the log-variances"),
        Wrong("the variance is where σ should be", "is e^v the standard deviation, or its square?",
              lambda dz, v, e: dz * e * np.exp(v) / 2, lambda dz, v, e: dz * e * np.exp(v),
              of="the gradient for the log-variances"),
        Wrong("ε is missing", "if ε is 0, does z change with σ?",
              lambda dz, v, e: dz * np.exp(v / 2) / 2, lambda dz, v, e: dz * np.exp(v / 2),
              of="the gradient for the log-variances"),
        Wrong("v was taken for σ itself", "v = log σ²; what is σ?",
              lambda dz, v, e: dz * e * v / 2, of="the gradient for the log-variances"),
        Wrong("the draws were added up", "how many log-variances are there, and does each have "
              "its own gradient?",
              lambda dz, v, e: (dz * np.exp(v / 2) * e / 2).sum(axis=0),
              lambda dz, v, e: (dz * np.exp(v / 2) * e / 2).sum(),
              of="the gradient for the log-variances"),
    ],
    hints=(
        "nudge one mean, then one log-variance: how far does z go?",
        "z is a sum. The first term has slope 1 in μ and 0 in v. In the second, σ = e^(v/2).",
        "dz as it is for the means; dz times the slope of e^(v/2) ε, which is half of it.",
    ),
)
