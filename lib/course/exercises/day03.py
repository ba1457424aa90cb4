"""The exercises of day 3: loss, gradient, softmax, cross-entropy, early stopping."""

from itertools import pairwise

import numpy as np

from lib.course.diagnosis import Case, Wrong, declare

# ---------------------------------------------------------------- 3.1


def two_arrays(rng):
    for N in (5, 5, 8):
        yield Case((rng.normal(size=N) * 3, rng.normal(size=N)))
    yield Case((rng.normal(size=(2, 3)), rng.normal(size=(2, 3))), "the arrays have two axes",
               "how many errors are in an array of shape (2, 3)?")
    yield Case((np.array([3.0, 1.0]), np.array([3.0, 1.0])), "every guess is perfect",
               "how large is the error of a perfect guess?")
    yield Case((np.array([4.0]), np.array([1.5])), "there is one point only",
               "what is the mean of one number?")


SQUARE, FIRST = "where is the square in (3.1)?", "which comes first in (3.1), square or mean?"
declare(
    "3.1", "mse",
    right=lambda prediction, target: ((prediction - target) ** 2).mean(),
    cases=two_arrays, outputs=("the loss",),
    shapes={"prediction": ("N", "K"), "target": ("N", "K")},
    wrong=[
        Wrong("it is the sum of the squares, not their mean", "what does the 1/N in (3.1) do?",
              lambda p, t: ((p - t) ** 2).sum()),
        Wrong("the errors are not squared: an error of -1 and one of 3 count as 1 and 3", SQUARE,
              lambda p, t: np.abs(p - t).mean()),
        Wrong("the errors are not squared: negative ones cancel positive ones", SQUARE,
              lambda p, t: (p - t).mean(), lambda p, t: (p - t).sum(), lambda p, t: (t - p).mean(),
              lambda p, t: np.abs((p - t).mean())),
        Wrong("the errors are doubled, not squared", "which sign raises to a power, * or **?",
              lambda p, t: ((p - t) * 2).mean(), lambda p, t: ((t - p) * 2).mean(),
              lambda p, t: ((p - t) * 2).sum()),
        Wrong("you squared the mean error", FIRST, lambda p, t: (p - t).mean() ** 2),
        Wrong("you squared the sum of the errors", FIRST, lambda p, t: (p - t).sum() ** 2,
              lambda p, t: (p - t).sum() ** 2 / p.size),
        Wrong("prediction and target were squared before the difference",
              "what does (3.1) take the square of?", lambda p, t: (p**2 - t**2).mean()),
        Wrong("target was squared alone", "where do brackets belong?",
              lambda p, t: (p - t**2).mean()),
        Wrong("it is half of the loss", "is there a 2 in the denominator of (3.1)?",
              lambda p, t: ((p - t) ** 2).mean() / 2),
        Wrong("it is the root of the loss", "is there a root in (3.1)?",
              lambda p, t: ((p - t) ** 2).mean() ** 0.5),
        Wrong("it is the length of the error vector: a root of a sum", "is there a root in (3.1)?",
              lambda p, t: ((p - t) ** 2).sum() ** 0.5),
        Wrong("it is the variance: the mean error was taken away", "does (3.1) take anything away "
              "from the errors?", lambda p, t: np.var(p - t)),
        Wrong("prediction and target were added", "what is an error?",
              lambda p, t: ((p + t) ** 2).mean()),
        Wrong("the errors are raised to the power 3", "which power is in (3.1)?",
              lambda p, t: ((p - t) ** 3).mean(), lambda p, t: (np.abs(p - t) ** 3).mean()),
        Wrong("only the last error counts",
              "is each square added, or does it replace the last one?",
              lambda p, t: (p - t).ravel()[-1] ** 2,
              lambda p, t: (p - t).ravel()[-1] ** 2 / p.size),
        Wrong("only the first error counts",
              "in which round of the loop does your function return?",
              lambda p, t: (p - t).ravel()[0] ** 2, lambda p, t: (p - t).ravel()[0] ** 2 / p.size),
        Wrong("it is the median of the squares", "median or mean?",
              lambda p, t: np.median((p - t) ** 2)),
        Wrong("it is the largest square", "do all the errors count?",
              lambda p, t: ((p - t) ** 2).max()),
        Wrong("there is one number for each point", "what is left after a mean over all points?",
              lambda p, t: (p - t) ** 2),
        Wrong("the sum was divided by N - 1", "over how many points is it the mean?",
              lambda p, t: ((p - t) ** 2).sum() / (p.size - 1)),
    ],
    hints=(
        "work it out by hand for errors of 0, -1 and 3.",
        "three steps, from the inside of (3.1) outwards: a difference, a square, a mean.",
        "take prediction minus target, square that array with ** 2, and take the mean of it.",
    ),
)

# ---------------------------------------------------------------- 3.2


def downhill(w, b, x, y):
    error = w * x + b - y
    return 2 * (error * x).mean(), 2 * error.mean()


def gradient_step(w, b, x, y, learning_rate):
    dw, db = downhill(w, b, x, y)
    return w - learning_rate * dw, b - learning_rate * db


def steps(change):
    """Make a wrong answer of a change of (dw, db), from dw, db, w, b, x, y."""

    def answer(w, b, x, y, learning_rate):
        dw, db = change(*downhill(w, b, x, y), w, b, x, y)
        return w - learning_rate * dw, b - learning_rate * db

    return answer


def late_b(w, b, x, y, rate):
    w = w - rate * downhill(w, b, x, y)[0]
    return w, b - rate * downhill(w, b, x, y)[1]


def late_w(w, b, x, y, rate):
    b = b - rate * downhill(w, b, x, y)[1]
    return w - rate * downhill(w, b, x, y)[0], b


def point_by_point(w, b, x, y, rate):
    for n in range(len(x)):
        w, b = gradient_step(w, b, x[n], y[n], rate)
    return w, b


def lines(rng):
    for N, rate in ((6, 0.1), (6, 0.03), (9, 0.2)):
        x = rng.normal(size=N) + 1
        yield Case((rng.normal() * 2, rng.normal(), x, 2 * x + 1 + rng.normal(size=N), rate))
    x, y = np.array([0.0, 1.0, 4.0]), np.array([1.0, 0.0, 4.0])
    yield Case((2.0, -1.0, x, y, 0.0), "the learning rate is 0",
               "where are you after a step of length 0?")
    yield Case((2.0, 1.0, x, 2 * x + 1, 0.1), "the line passes through every point",
               "how large is the gradient at the bottom of the valley?")
    yield Case((1.0, 0.5, x[1:2], y[1:2], 0.1), "there is one point only",
               "what is the mean over one point?")


def parts(output):
    w_or_b = ("w_new", "b_new").index(output)

    def step(*args):
        return -args[4] * downhill(*args[:4])[w_or_b]

    return {("w", "b")[w_or_b]: lambda *args: args[w_or_b], "of the step": step}


UPHILL = "is your error prediction minus target, and do you subtract the gradient?"
INSIDE = "in (3.2), is x inside the sum or outside?"
AFTER = "where are you after the step?"
declare(
    "3.2", "gradient_step", right=gradient_step, cases=lines, outputs=("w_new", "b_new"),
    shapes={"x": ("N",), "y": ("N",)},
    terms={"w_new": parts("w_new"), "b_new": parts("b_new")},
    wrong=[
        Wrong("the step goes uphill", UPHILL, steps(lambda dw, db, *_: (-dw, -db))),
        Wrong("the step goes uphill, and is half as long as it should be", UPHILL,
              steps(lambda dw, db, *_: (-dw / 2, -db / 2))),
        Wrong("the step is half as long as it should be",
              "what does the square leave behind when you differentiate it?",
              steps(lambda dw, db, *_: (dw / 2, db / 2))),
        Wrong("the step is N times too long", "is the loss a sum or a mean?",
              steps(lambda dw, db, w, b, x, y: (dw * len(x), db * len(x)))),
        Wrong("the step is N / 2 times too long",
              "is the loss a sum or a mean, and where is its 2?",
              steps(lambda dw, db, w, b, x, y: (dw * len(x) / 2, db * len(x) / 2))),
        Wrong("the step is N times too short", "how often was the mean taken?",
              steps(lambda dw, db, w, b, x, y: (dw / len(x), db / len(x)))),
        Wrong("b was moved with a w that had moved already",
              "which w was in use when the gradient was taken?", late_b),
        Wrong("w was moved with a b that had moved already",
              "which b was in use when the gradient was taken?", late_w),
        Wrong("two steps were taken", "how many steps are asked for?",
              lambda w, b, x, y, rate: gradient_step(*gradient_step(w, b, x, y, rate), x, y, rate)),
        Wrong("the sum is divided by a fixed number, not by N", "how many points are there?",
              *(steps(lambda dw, db, w, b, x, y, n=n: (dw * len(x) / n, db * len(x) / n))
                for n in (10, 50, 100))),
        Wrong("a step was taken after each point", "how many steps are asked for, and when?",
              point_by_point),
        Wrong("w moves as if every x were 1", "where is x in (3.2)?",
              steps(lambda dw, db, *_: (db, db))),
        Wrong("b moves as w does", "is x in both halves of (3.2)?",
              steps(lambda dw, db, *_: (dw, dw))),
        Wrong("the two gradients have changed places", "which slope belongs to w?",
              steps(lambda dw, db, *_: (db, dw))),
        Wrong("the mean was taken before the product", INSIDE,
              steps(lambda dw, db, w, b, x, y: (db * x.mean(), db))),
        Wrong("the error was squared: that is the loss, not its slope",
              "what is left of the square when you differentiate it?",
              steps(lambda dw, db, w, b, x, y: (2 * ((w * x + b - y) ** 2 * x).mean(),
                                               2 * ((w * x + b - y) ** 2).mean()))),
        Wrong("b is missing from the prediction", "what does the line say at x?",
              steps(lambda dw, db, w, b, x, y: downhill(w, 0 * b, x, y))),
        Wrong("only the first point counts", "is (3.2) a sum over all points?",
              steps(lambda dw, db, w, b, x, y: downhill(w, b, x[:1], y[:1]))),
        Wrong("only the last point counts", "is (3.2) a sum over all points?",
              steps(lambda dw, db, w, b, x, y: downhill(w, b, x[-1:], y[-1:]))),
        Wrong("only the sign of the gradient counts", "how long is the step where it is steep?",
              steps(lambda dw, db, *_: (np.sign(dw), np.sign(db)))),
        Wrong("you returned the gradient", AFTER, lambda w, b, x, y, rate: downhill(w, b, x, y)),
        Wrong("you returned the step alone", AFTER,
              lambda w, b, x, y, rate: tuple(rate * d for d in downhill(w, b, x, y)),
              lambda w, b, x, y, rate: tuple(-rate * d for d in downhill(w, b, x, y))),
        Wrong("nothing has moved", "which line makes the step?",
              lambda w, b, x, y, rate: (w, b)),
    ],
    hints=(
        "print your dw and db for one point and work (3.2) out by hand.",
        "first both slopes, from the old w and b; then both new numbers. Downhill is against the "
        "slope.",
        "the error is w x + b - y. dw is twice the mean of error times x, db twice the mean of the "
        "error; take learning_rate times each away from its number.",
    ),
)

# ---------------------------------------------------------------- 3.3


def softmax(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def soft(Z, shift=lambda Z: 0, axis=1):
    e = np.exp(Z - shift(Z))
    return e / e.sum(axis=axis, keepdims=True)


def largest(Z):
    return Z.max(1)[:, None]


def scores(rng):
    yield Case((rng.normal(size=(6, 10)),))
    yield Case((rng.normal(size=(6, 10)) * 3,))
    yield Case((rng.normal(size=(3, 10)) + 5,))
    axis = "which axis belongs to one image?"
    yield Case((rng.normal(size=(10, 10)),), "there are as many images as classes", axis)
    yield Case((rng.normal(size=(1, 10)),), "there is one image only", axis)
    yield Case((np.array([[1000.0] + [0.0] * 9]),), "a score is 1000", LARGEST)
    yield Case((np.array([[-1000.0 - i for i in range(10)]]),), "all scores are about -1000",
               "what is a sum of ten times exp(-1000)?")
    yield Case((np.array([[1000.0] * 10, [0.0] * 10]),),
               "one image has scores of 1000, another of 0", EACH)
    yield Case((np.array([[1000.0] * 5 + [0.0] * 5, [-1000.0] * 10]),),
               "one image has scores of 1000, another of -1000", EACH)
    yield Case((np.array([[1000.0, -1000.0] * 5]),), "a row holds 1000 and -1000",
               "how large can a score still be after what you took away?")
    yield Case((np.array([[1000.0, 999.0] + [-1000.0] * 8]),), "two scores are 1000 and 999",
               "they differ by 1 only; may their size matter?")


LARGEST = "which number may you take away from every score, and which score is then the largest?"
EACH = "did you take away the largest score of each row, or one number for all rows?"
SCALE = "which leaves softmax alone, adding a number to all scores or dividing them?"
COMMON = "what must numerator and denominator have in common?"
ROW, ONE = "along which axis does one row's sum run?", "what should add up to 1?"
declare(
    "3.3", "softmax", right=softmax, cases=scores, outputs=("softmax(Z)",),
    shapes={"Z": ("N", "10"), "softmax(Z)": ("N", "10")},
    wrong=[
        Wrong("large scores overflow: exp(1000) is inf", LARGEST, soft),
        Wrong("a fixed number is taken away from the scores, and exp of what is left becomes 0",
              LARGEST, lambda Z: soft(Z - 1000)),
        Wrong("one number, the largest of the whole batch, is taken away from all rows; a row far "
              "below it becomes 0/0", EACH, lambda Z: soft(Z, np.max)),
        Wrong("the mean of each row is taken away, and 1000 among ten scores still overflows",
              "how large can a score still be then?",
              lambda Z: soft(Z, lambda Z: Z.mean(1)[:, None])),
        Wrong("the mean of the whole batch is taken away, and large scores still overflow", EACH,
              lambda Z: soft(Z, np.mean)),
        Wrong("the smallest score is taken away, so the others are as far apart from 0 as before",
              LARGEST, lambda Z: soft(Z, lambda Z: Z.min(1)[:, None]), lambda Z: soft(Z, np.min)),
        Wrong("the largest score of each column is taken away, not of each row", EACH,
              lambda Z: soft(Z, lambda Z: Z.max(0))),
        Wrong("each column adds up to 1, not each row", ROW,
              lambda Z: soft(Z, lambda Z: Z.max(0), 0), lambda Z: soft(Z, np.max, 0),
              lambda Z: soft(Z, largest, 0), lambda Z: soft(Z, axis=0)),
        Wrong("the whole batch adds up to 1", "over which axis do you sum?",
              lambda Z: soft(Z, np.max, None), lambda Z: soft(Z, largest, None),
              lambda Z: soft(Z, axis=None)),
        Wrong("the rows do not add up to 1", "what is the exponential divided by?", np.exp,
              lambda Z: np.exp(Z - largest(Z)), lambda Z: np.exp(Z - Z.max())),
        Wrong("the sums of the rows lost their axis, so each meets a column, not its row",
              "what is the shape of the sum, and where does broadcasting align it?",
              lambda Z: np.exp(Z - largest(Z)) / np.exp(Z - largest(Z)).sum(axis=1),
              lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1),
              lambda Z: np.exp(Z - Z.max()) / np.exp(Z - Z.max()).sum(axis=1)),
        Wrong("the largest scores of the rows lost their axis, so each meets a column, not its row",
              "what is the shape of the maximum, and where does broadcasting align it?",
              lambda Z: soft(Z, lambda Z: Z.max(axis=1))),
        Wrong("the exponential is divided by its largest number", ONE,
              lambda Z: np.exp(Z) / np.exp(Z).max(1)[:, None]),
        Wrong("no exponential is taken", "what makes every score positive?",
              lambda Z: (Z - Z.min(1)[:, None]) / (Z - Z.min(1)[:, None]).sum(1)[:, None],
              lambda Z: Z / Z.sum(1)[:, None],
              lambda Z: (Z - largest(Z)) / (Z - largest(Z)).sum(1)[:, None]),
        Wrong("the scores are divided by the largest one", SCALE, lambda Z: soft(Z / largest(Z)),
              lambda Z: soft(Z / Z.max())),
        Wrong("the scores are brought to one scale first", SCALE,
              lambda Z: soft((Z - Z.mean(1)[:, None]) / Z.std(1)[:, None]),
              lambda Z: soft((Z - Z.min(1)[:, None]) / np.ptp(Z, axis=1)[:, None]),
              lambda Z: soft(Z / 1000), lambda Z: soft(Z / 100)),
        Wrong("large scores are cut off", "are 999 and 1000 still told apart?",
              *(lambda Z, c=c: soft(np.clip(Z, -c, c)) for c in (500, 700, 100, 50, 709)),
              lambda Z: soft(np.minimum(Z, 700))),
        Wrong("these are logarithms of probabilities", "which step of (3.4) is a logarithm?",
              lambda Z: Z - largest(Z) - np.log(np.exp(Z - largest(Z)).sum(1)[:, None])),
        Wrong("softmax was applied twice", "is the input a score, or a probability already?",
              lambda Z: softmax(softmax(Z))),
        Wrong("each score by itself goes through a sigmoid", ONE, lambda Z: 1 / (1 + np.exp(-Z))),
        Wrong("another number than e is raised to the scores", "which base has exp?",
              *(lambda Z, c=c: soft(np.log(c) * Z, largest) for c in (2, 10)),
              *(lambda Z, c=c: soft(np.log(c) * Z) for c in (2, 10))),
        Wrong("a number is added to the sum of each row, so it is too large",
              "what is the exponential divided by in (3.4)?",
              *(lambda Z, c=c: np.exp(Z - largest(Z)) / (c + np.exp(Z - largest(Z)).sum(1)[:, None])
                for c in (1, 1e-2, 1e-3, 1e-4, 1e-5))),
        Wrong("the sign of the scores is turned: the largest score gets the smallest share",
              "which way does exp rise?", lambda Z: softmax(-Z), lambda Z: soft(-Z)),
        Wrong("only the denominator lost its largest score", COMMON,
              lambda Z: np.exp(Z) / np.exp(Z - largest(Z)).sum(1)[:, None]),
        Wrong("only the numerator lost its largest score", COMMON,
              lambda Z: np.exp(Z - largest(Z)) / np.exp(Z).sum(1)[:, None]),
        Wrong("the largest score is added, not taken away", LARGEST,
              lambda Z: soft(Z, lambda Z: -largest(Z))),
        Wrong("the exponential is divided by the row's mean, not its sum", ONE,
              lambda Z: softmax(Z) * Z.shape[1]),
        Wrong("nan was replaced by a number", "which number should be there instead?",
              lambda Z: np.nan_to_num(soft(Z)), lambda Z: np.nan_to_num(soft(Z), nan=1.0)),
        Wrong("it is 1 for the largest score and 0 for the others", "how large are the shares of "
              "the others?", lambda Z: 1.0 * (largest(Z) == Z)),
    ],
    hints=(
        "print the sum of each row of your result, and the largest number that goes into exp.",
        "softmax stays the same when the same number is taken away from all scores of a row; which "
        "number makes the largest of them 0?",
        "take from each row its own maximum (axis 1, keepdims), then exp, then divide each row by "
        "its own sum (axis 1, keepdims).",
    ),
)

# ---------------------------------------------------------------- 3.4


def hot(P, targets):
    return np.eye(P.shape[1])[targets]


def probabilities(rng):
    for N, K in ((16, 10), (16, 10), (7, 10)):
        yield Case((rng.dirichlet(np.ones(K), size=N), rng.integers(0, K, N)))
    yield Case((rng.dirichlet(np.ones(4), size=5), np.array([0, 3, 3, 1, 0])))
    square = "P[:, targets] and P[targets] pick whole columns or rows; how is one entry picked?"
    yield Case((rng.dirichlet(np.ones(6), size=6), np.array([0, 3, 3, 1, 0, 2])),
               "there are as many images as classes", square)
    yield Case((np.array([[0.25, 0.75]]), np.array([0])), "there is one image, of two classes",
               "what is p - y for p = (0.25, 0.75) and target 0?")
    yield Case((rng.dirichlet(np.ones(10), size=4), np.array([9, 9, 9, 9])),
               "all images are of one class", "how many entries change in each row?")


def all_columns(P, targets):
    return P - np.isin(np.arange(P.shape[1]), targets)


def all_rows(P, targets):
    return P - np.isin(np.arange(len(P)), targets)[:, None]


def minus_one(P, targets):
    P = P.copy()
    P[targets] -= 1
    return P


def swapped(P, targets):
    P = P.copy()
    P[targets, np.arange(len(P))] -= 1
    return P


PICK = "how do you pick one entry in each row?"
SCORE = "for which variable is the gradient asked, the probability or the score?"
declare(
    "3.4", "cross_entropy_gradient",
    right=lambda P, targets: (P - hot(P, targets)) / len(P),
    cases=probabilities, outputs=("the gradient",),
    shapes={"P": ("N", "K"), "targets": ("N",), "the gradient": ("N", "K")},
    terms={"the gradient": {"p": lambda P, t: P / len(P), "-y": lambda P, t: -hot(P, t) / len(P)}},
    parts={"the gradient": {"at the targets": lambda P, t: hot(P, t) == 1,
                            "away from the targets": lambda P, t: hot(P, t) == 0}},
    wrong=[
        Wrong("every entry is N times too large: no mean was taken", "what is the loss of a batch?",
              lambda P, t: P - hot(P, t)),
        Wrong("it is divided by the number of classes, not of images",
              "is the mean taken over the classes or over the images?",
              lambda P, t: (P - hot(P, t)) / P.shape[1]),
        Wrong("it is divided by the number of entries, N · K", "a mean over what?",
              lambda P, t: (P - hot(P, t)) / P.size),
        Wrong("the mean was taken of the 1 only: p is not divided by N",
              "where do brackets belong?",
              lambda P, t: P - hot(P, t) / len(P)),
        Wrong("the mean was taken of p only: the 1 is not divided by N",
              "where do brackets belong?",
              lambda P, t: P / len(P) - hot(P, t)),
        Wrong("every sign is turned round", "is it p - y or y - p?",
              lambda P, t: (hot(P, t) - P) / len(P), lambda P, t: hot(P, t) - P),
        Wrong("the targets have no effect", "what is subtracted, and where?",
              lambda P, t: P / len(P), lambda P, t: P + 0),
        Wrong("1 was subtracted from whole columns", f"P[:, targets] picks them; {PICK}",
              all_columns,
              lambda P, t: all_columns(P, t) / len(P), lambda P, t: P - 1,
              lambda P, t: (P - 1) / len(P)),
        Wrong("1 was subtracted from whole rows", f"P[targets] picks them; {PICK}", all_rows,
              lambda P, t: all_rows(P, t) / len(P), lambda P, t: minus_one(P, t),
              lambda P, t: minus_one(P, t) / len(P)),
        Wrong("ten classes are taken for granted", "which axis of P says how many there are?",
              lambda P, t: (P - np.eye(10)[t]) / len(P), lambda P, t: P - np.eye(10)[t]),
        Wrong("the entries of the targets became 1 less than 0, not less than p",
              "is 1 taken away from them, or are they set to -1?",
              lambda P, t: np.where(hot(P, t) == 1, -1, P) / len(P),
              lambda P, t: np.where(hot(P, t) == 1, -1, P)),
        Wrong("the label itself was subtracted", "is y a digit, or a row of 0 and 1?",
              lambda P, t: (P - t[:, None]) / len(P), lambda P, t: P - t[:, None]),
        Wrong("only the entries of the targets are there", "is the slope 0 for the other classes?",
              lambda P, t: (P - 1) * hot(P, t) / len(P), lambda P, t: (P - 1) * hot(P, t),
              lambda P, t: ((P - 1) * hot(P, t)).sum(1) / len(P),
              lambda P, t: ((P - 1) * hot(P, t)).sum(1)),
        Wrong("only -1/p is there, the slope for the probability", SCORE,
              lambda P, t: -hot(P, t) / P / len(P), lambda P, t: -hot(P, t) / P,
              lambda P, t: hot(P, t) / P),
        Wrong("softmax was applied to P, which holds probabilities already",
              "what is P: scores, or probabilities?",
              lambda P, t: (softmax(P) - hot(P, t)) / len(P), lambda P, t: softmax(P) - hot(P, t)),
        Wrong("a slope of p (1 - p) was multiplied on top",
              "is the slope of softmax not in p - y already?",
              lambda P, t: (P - hot(P, t)) * P * (1 - P) / len(P)),
        Wrong("only p of each target's own entry is there, not p - 1", PICK,
              lambda P, t: P * hot(P, t) / len(P)),
        Wrong("the logarithm was taken: this is a loss", "is a loss asked for, or its gradient?",
              lambda P, t: -np.log(P) * hot(P, t) / len(P), lambda P, t: -np.log(P) * hot(P, t),
              lambda P, t: -np.log(P[np.arange(len(P)), t])),
        Wrong("it is the loss, one number", "is a loss asked for, or its gradient?",
              lambda P, t: -np.log(P[np.arange(len(P)), t]).mean()),
        Wrong("the logarithm of P was taken before y was subtracted", "what is p in (3.6)?",
              lambda P, t: (np.log(P) - hot(P, t)) / len(P)),
        Wrong("the rows are averaged to one", "what is the shape of the gradient for the scores?",
              lambda P, t: (P - hot(P, t)).mean(axis=0)),
        Wrong("it is twice the gradient: that is the slope of squares",
              "which loss has 2 (p - y) as its slope?", lambda P, t: 2 * (P - hot(P, t)) / len(P)),
        Wrong("row numbers and targets have changed places in the index",
              "which comes first in P[…, …], the row or the class?",
              lambda P, t: swapped(P, t) / len(P), lambda P, t: swapped(P, t)),
        Wrong("p - y was squared", "is there a square in (3.6)?",
              lambda P, t: (P - hot(P, t)) ** 2 / len(P), lambda P, t: (P - hot(P, t)) ** 2),
        Wrong("p is multiplied by y", "what is done with y in (3.6)?",
              lambda P, t: P * (P - hot(P, t)) / len(P)),
    ],
    hints=(
        "compare one row of yours with p - y by eye.",
        "(3.6) holds for each image; the loss of a batch is a mean. In a copy of P, which entry of "
        "each row changes?",
        "copy P; with two lists, the row numbers and the targets, take 1 away from one entry in "
        "each row; divide by the number of images.",
    ),
)

# ---------------------------------------------------------------- 3.5


def batches(rng):
    for N, D, K in ((8, 5, 3), (8, 5, 3), (6, 2, 4)):
        yield Case((rng.normal(size=(N, D)), rng.normal(size=(N, K))))
    square = "which index is summed over, and which two are left?"
    yield Case((rng.normal(size=(4, 4)), rng.normal(size=(4, 4))), "N, D and K are equal", square)
    yield Case((rng.normal(size=(7, 3)), rng.normal(size=(7, 3))), "D and K are equal", square)
    yield Case((rng.normal(size=(1, 5)), rng.normal(size=(1, 3))), "there is one image only",
               "what is a sum over one?")
    yield Case((rng.normal(size=(5, 3)), rng.normal(size=(5, 1))), "there is one class only",
               "which shapes does the result have for K = 1?")


SUMS, SHARE = (
    "is a sum of products the product of the sums?",
    "does dZ hold the mean's 1/N already?",
)
declare(
    "3.5", "linear_gradients",
    right=lambda X, dZ: (X.T @ dZ, dZ.sum(axis=0)),
    cases=batches, outputs=("dW", "db"), shapes={"X": ("N", "D"), "dZ": ("N", "K")},
    wrong=[
        Wrong("dW is divided by N", SHARE, lambda X, dZ: X.T @ dZ / len(X), of="dW"),
        Wrong("dW is transposed", "W has the shape (D, K); what is that of your dW?",
              lambda X, dZ: dZ.T @ X, of="dW"),
        Wrong("only the first image counts", "where is the sum over n?",
              lambda X, dZ: np.outer(X[0], dZ[0]), of="dW"),
        Wrong("only the last image counts",
              "is each product added, or does it replace the last one?",
              lambda X, dZ: np.outer(X[-1], dZ[-1]), of="dW"),
        Wrong("the sums were taken before the product", SUMS,
              lambda X, dZ: np.outer(X.sum(0), dZ.sum(0)), of="dW"),
        Wrong("the means were taken before the product", SUMS,
              lambda X, dZ: np.outer(X.mean(0), dZ.mean(0)), of="dW"),
        Wrong("dW has one outer product for each image", "what becomes of the batch axis?",
              lambda X, dZ: X[:, :, None] * dZ[:, None], of="dW"),
        Wrong("the product sums over the wrong index", "which axis is the batch in both?",
              lambda X, dZ: X @ dZ, lambda X, dZ: X @ dZ.T, lambda X, dZ: dZ @ X.T,
              lambda X, dZ: dZ @ X, of="dW"),
        Wrong("db is divided by N", SHARE, lambda X, dZ: dZ.mean(axis=0), of="db"),
        Wrong("db has one entry for each image", "which axis is the batch?",
              lambda X, dZ: dZ.sum(axis=1), lambda X, dZ: dZ.mean(axis=1), of="db"),
        Wrong("db still has a row for each image", "what happens to the rows of a batch?",
              lambda X, dZ: dZ, of="db"),
        Wrong("db is one number", "how many biases are there?", lambda X, dZ: dZ.sum(),
              lambda X, dZ: dZ.mean(), of="db"),
        Wrong("db is the sum of X", "which of the two does b meet?",
              lambda X, dZ: X.sum(axis=0), of="db"),
        Wrong("db kept the batch's axis, with length 1", "which shape has b?",
              lambda X, dZ: dZ.sum(axis=0, keepdims=True), of="db"),
        Wrong("only the first row of dZ went into db", "is db a sum over the batch?",
              lambda X, dZ: dZ[0], of="db"),
    ],
    hints=(
        "for which indices i and k is dW[i, k] the sum over n of X[n, i] * dZ[n, k]?",
        "a matrix product is such a sum: which of X and dZ must be transposed so that the batch is "
        "in the middle? And db adds up the rows of dZ.",
        "transpose X and multiply it with dZ from the left; for db, sum dZ over axis 0. Nothing is "
        "divided by N.",
    ),
)

# ---------------------------------------------------------------- 3.6


def best(losses):
    return int(np.argmin(losses))


def age(losses):
    return len(losses) - 1 - best(losses)


def histories(rng):
    for n, patience in ((6, 2), (6, 3), (8, 4), (8, 2), (5, 1), (7, 3), (9, 4), (9, 6), (10, 3),
                        (10, 7), (12, 5), (12, 2)):
        yield Case(([round(float(loss), 2) for loss in rng.permutation(n) / 4 + 1], patience))
    losses = [2.0, 1.5, 1.2, 1.3, 1.1, 1.4, 1.3, 1.25]
    yield Case(([2.0], 3), "there is one epoch only", "at which number does counting epochs begin?")
    yield Case((losses[:3], 2), "the loss is still falling", "how old is the best loss then?")
    yield Case((losses[:4], 3), "one epoch was worse", "how old may the best loss be?")
    yield Case((losses[:5], 2), "a record came after a worse epoch",
               "from which epoch do you count after a new record?")
    yield Case((losses[:7], 3), "the best loss is one epoch too young to stop",
               "is 2 epochs ago 3 or more?")
    yield Case((losses, 3), "the best loss is exactly `patience` epochs old",
               "is 3 epochs ago 'patience or more'?")
    yield Case(([1.0, 2.0, 3.0, 4.0, 5.0], 3), "patience ran out some epochs ago",
               "is it == or >=?")
    yield Case(([2.0, 1.0, 1.1, 1.2, 1.3, 0.5], 3), "the last epoch is the best after all",
               "does a later record count, even if it could have stopped before?")
    yield Case(([1.0, 1.0, 1.0], 2), "a loss equals the record",
               "is it < or <=, and which of several equal losses is the record?")
    yield Case(([1.0, 0.9999, 1.5], 2), "a record is beaten by very little",
               "how much does a loss have to fall to be a new record?")
    yield Case(([5.0, 3.0, 1.0, 0.5, 0.75, 0.7, 0.65], 3),
               "the losses fall again, but not far enough",
               "is it compared with the record, or with the epoch before?")


OLD, INDEX = "how many epochs ago was the best one, and how many may it be?", "index or value?"
declare(
    "3.6", "early_stopping",
    right=lambda validation_losses, patience: (
        age(validation_losses) >= patience, best(validation_losses)),
    cases=histories, outputs=("stop", "best_epoch"), order=("best_epoch", "stop"),
    wrong=[
        Wrong("it stops one epoch too early", "is the last epoch itself one of those waited for?",
              lambda v, p: age(v) + 1 >= p, lambda v, p: age(v) >= p - 1, of="stop"),
        Wrong("it stops one epoch too late", "is 3 epochs ago 'patience or more' for patience 3?",
              lambda v, p: age(v) > p, of="stop"),
        Wrong("it stops two epochs too late", OLD, lambda v, p: age(v) > p + 1, of="stop"),
        Wrong("it stops only in the one epoch in which patience runs out", "is it == or >=?",
              lambda v, p: age(v) == p, lambda v, p: age(v) == p - 1, of="stop"),
        Wrong("a fixed number takes the place of patience", "where does your code use patience?",
              *(lambda v, p, n=n: age(v) >= n for n in range(2, 6)), of="stop"),
        Wrong("it stops at the first rise", OLD, lambda v, p: len(v) > 1 and v[-1] > v[-2],
              of="stop"),
        Wrong("it stops as soon as the last epoch is not the best", OLD, lambda v, p: age(v) > 0,
              of="stop"),
        Wrong("it goes on where it should stop, and stops where it should go on",
              "what does True mean for `stop`?", lambda v, p: age(v) < p, lambda v, p: age(v) <= p,
              of="stop"),
        Wrong("it stops after `patience` epochs, whatever the losses are",
              "where do the losses come in?",
              lambda v, p: len(v) >= p, lambda v, p: len(v) > p, of="stop"),
        Wrong("the last loss is compared with the one `patience` epochs before, not the record",
              OLD, lambda v, p: len(v) > p and v[-1] >= v[-1 - p],
              lambda v, p: len(v) > p and v[-1] > v[-1 - p], of="stop"),
        Wrong("it counts all the rises since the start", "from which epoch do you count?",
              lambda v, p: sum(b >= a for a, b in pairwise(v)) >= p,
              lambda v, p: sum(b > a for a, b in pairwise(v)) >= p, of="stop"),
        Wrong("the wait does not start over at a new record",
              "from which epoch do you count after a new record?",
              lambda v, p: sum(v[i] >= min(v[:i]) for i in range(1, len(v))) >= p, of="stop"),
        Wrong("it never stops", "which line sets `stop` to True?", lambda v, p: False, of="stop"),
        Wrong("it always stops", "when should it go on?", lambda v, p: True, of="stop"),
        Wrong("it stops for good at the first chance, even if a record came later",
              "does a later record count?",
              lambda v, p: any(age(v[:n]) >= p for n in range(1, len(v) + 1)), of="stop"),
        Wrong("`stop` is the age of the best loss, not a yes or no", "what is asked for?",
              lambda v, p: age(v), of="stop"),
        Wrong("the latest of several equal losses is taken for the best",
              "does a loss that only equals the record beat it?",
              lambda v, p: len(v) - 1 - best(v[::-1]), of="best_epoch"),
        Wrong("epochs are counted from 1", "what is the index of the first epoch?",
              lambda v, p: best(v) + 1, of="best_epoch"),
        Wrong("it is the best loss, not its epoch", INDEX, lambda v, p: min(v), of="best_epoch"),
        Wrong("it is the epoch of the largest loss", "is a large loss good?",
              lambda v, p: int(np.argmax(v)), of="best_epoch"),
        Wrong("it is the last epoch", "which epoch had the smallest loss?",
              lambda v, p: len(v) - 1, of="best_epoch"),
        Wrong("it is how many epochs ago the best one was", "counted from which end?",
              lambda v, p: age(v), of="best_epoch"),
        Wrong("it is the last epoch that was better than the one before",
              "is it compared with the record, or with the epoch before?",
              lambda v, p: max([0, *(i for i in range(1, len(v)) if v[i] < v[i - 1])]),
              of="best_epoch"),
        Wrong("a small improvement does not count as a record",
              "how much does a loss have to fall to be a new record?",
              *(lambda v, p, d=d: record(v, d) for d in (1e-2, 1e-3)), of="best_epoch"),
        Wrong("it is the best epoch at the time of the first stop", "does a later record count?",
              lambda v, p: best(
                  v[: next((n for n in range(1, len(v)) if age(v[:n]) >= p), len(v))]),
              of="best_epoch"),
        Wrong("only the last `patience` losses were searched", "which epochs can be the best?",
              lambda v, p: best(v[-p:]), lambda v, p: max(0, len(v) - p) + best(v[-p:]),
              of="best_epoch"),
    ],
    hints=(
        "write 0, 1, 2, … above a list of losses: where is the record, and how old is it?",
        "best_epoch is the index of the smallest loss, the first of equal ones. How many epochs "
        "ago was that, seen from the last index?",
        "the last index is the number of losses minus 1; take best_epoch away from it, and stop if "
        "what is left is at least patience.",
    ),
)


def record(losses, delta):
    found = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[found] - delta:
            found = epoch
    return found
