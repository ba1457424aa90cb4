"""The checks of day 3: loss, gradient, softmax, cross-entropy, early stopping."""

import numpy as np

from lib.course.checks import exercise, expect, expect_array

PICK = "how do you pick one entry in each row?"
SCALE = "which leaves softmax alone, adding a number to all scores or dividing them?"


@exercise("3.1", "mse")
def mse(answer):
    prediction, target = np.array([1.0, 2.0, 4.0]), np.array([1.0, 3.0, 1.0])
    got = answer(prediction, target)
    yield expect_array(
        got,
        10 / 3,
        "work it out by hand for errors of 0, -1 and 3.",
        mistakes=[
            (10.0, "three errors gave their sum, 10", "what does the 1/N in front of (3.1) do?"),
            (4 / 3, "the errors -1 and 3 count as 1 and 3", "where is the square?"),
            (2 / 3, "an error of -1 cancels part of an error of 3", "where is the square?"),
            (4 / 9, "you squared the mean error", "which comes first in (3.1), square or mean?"),
            (5 / 3, "the result is half of it", "is there a 2 in the denominator of (3.1)?"),
            (np.sqrt(10 / 3), "the result is the root of it", "is there a root in (3.1)?"),
            ([0.0, 1.0, 9.0], "the result has one number for each point", "what is the mean?"),
        ],
    )
    yield expect_array(answer(target, target), 0.0, "how large is the error of a perfect guess?")
    many = np.arange(6.0).reshape(2, 3)
    yield expect_array(answer(many, np.zeros((2, 3))), 55 / 6, "how many errors are in a (2, 3)?")


@exercise("3.2", "gradient_step")
def gradient_step(answer):
    x, y = np.array([0.0, 1.0, 4.0]), np.array([1.0, 0.0, 4.0])
    w, b, rate = 2.0, -1.0, 0.1
    error = w * x + b - y
    dw, db = 2 * (error * x).mean(), 2 * error.mean()
    late = w - rate * dw
    late_db = 2 * (late * x + b - y).mean()
    yield expect_array(
        answer(w, b, x.copy(), y.copy(), rate),
        [w - rate * dw, b - rate * db],
        "print your dw and db for one point and work (3.2) out by hand.",
        mistakes=[
            ([w + rate * dw, b + rate * db], "the step goes uphill", "the gradient points up."),
            (
                [w + rate * dw / 2, b + rate * db / 2],
                "the step goes uphill",
                "is your error prediction minus target, and do you subtract the gradient?",
            ),
            (
                [w - rate * dw / 2, b - rate * db / 2],
                "the step is half as long as it should be",
                "what does the square leave behind when you differentiate it?",
            ),
            (
                [w - rate * dw * 3, b - rate * db * 3],
                "the step is 3 times too long for 3 points",
                "is the loss a sum or a mean?",
            ),
            (
                [w - rate * dw, b - rate * late_db],
                "b was moved with a w that had moved already",
                "which w was in use when the gradient was taken?",
            ),
            (
                [w - rate * db, b - rate * db],
                "w moves as if every x were 1",
                "where is x in (3.2)?",
            ),
            ([w - dw, b - db], "the learning rate has no effect", "what is it multiplied with?"),
            ([b - rate * db, w - rate * dw], "w and b have changed places", "which comes first?"),
            (
                [w - rate * 2 * error.mean() * x.mean(), b - rate * db],
                "the mean was taken before the product",
                "in (3.2), is x inside the sum or outside?",
            ),
            ([dw, db], "you returned the gradient", "where do you stand after the step?"),
        ],
    )
    got = answer(w, b, x.copy(), y.copy(), 0.0)
    yield expect_array(got, [w, b], "where do you stand after a step of length 0?")


@exercise("3.3", "softmax")
def softmax(answer):
    Z = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 5.0]])
    e, e_all, e_row = np.exp(Z), np.exp(Z / 5), np.exp(Z / Z.max(axis=1, keepdims=True))
    keep = Z.copy()
    yield expect_array(
        answer(Z),
        e / e.sum(axis=1, keepdims=True),
        "print the sum of each row.",
        mistakes=[
            (e / e.sum(axis=0), "each column adds up to 1, not each row", "which axis is a row's?"),
            (e / e.sum(), "the whole batch adds up to 1", "over which axis do you sum?"),
            (e, "the rows do not add up to 1", "what is the exponential divided by?"),
            (e_all / e_all.sum(axis=1, keepdims=True), "the scores were divided", SCALE),
            (e_row / e_row.sum(axis=1, keepdims=True), "the scores were divided", SCALE),
            (
                np.log(e / e.sum(axis=1, keepdims=True)),
                "the values are logarithms of probabilities",
                "which step of (3.4) is a logarithm?",
            ),
        ],
        what="softmax(Z)",
    )
    yield expect(
        np.array_equal(Z, keep), "your function changed Z", "which line writes into its input?"
    )
    got = np.asarray(answer(np.array([[1000.0, 0.0]])))
    yield expect(
        np.isfinite(got).all(),
        f"large logits overflow: softmax([[1000, 0]]) gave {got[0, 0]:.3g}",
        "which number may you take away from every score, and what is then the largest score?",
    )
    got = np.asarray(answer(np.array([[1000.0] + [0.0] * 9])))
    yield expect(
        np.isfinite(got).all(),
        "one large score among ten overflows: softmax([[1000, 0, … 0]]) holds nan",
        "how large can a score still be after you have taken away the row's mean?",
    )
    got = np.asarray(answer(np.array([[-1000.0, -1001.0], [1000.0, 999.0]])))
    yield expect(
        np.isfinite(got).all(),
        "softmax([[-1000, -1001], [1000, 999]]) holds nan",
        "did you take away the largest score of each row, or one number for all rows?",
    )
    yield expect_array(
        got,
        [[0.731058579, 0.268941421]] * 2,
        "both rows differ by 1 only; may the size of the scores matter?",
        what="softmax([[-1000, -1001], [1000, 999]])",
    )


@exercise("3.4", "cross_entropy_gradient")
def cross_entropy_gradient(answer):
    rng = np.random.default_rng(34)
    P = rng.dirichlet(np.ones(10), size=32)
    targets = rng.integers(0, 10, size=32)
    onehot = np.eye(10)[targets]
    columns = P - np.isin(np.arange(10), targets)
    whole_columns = "1 was subtracted from whole columns", f"P[:, targets] picks them; {PICK}"
    rows = P - np.isin(np.arange(32), targets)[:, None]
    whole_rows = "1 was subtracted from whole rows", f"P[targets] picks them; {PICK}"
    keep = P.copy()
    got = answer(P, targets)
    yield expect(
        np.array_equal(P, keep), "your function changed P", "what does `dZ = P` copy, if anything?"
    )
    yield expect_array(
        got,
        (P - onehot) / 32,
        "compare one row of yours with p - y by eye.",
        mistakes=[
            (P - onehot, "every entry is 32 times too large", "what is 32 here?"),
            ((onehot - P) / 32, "every sign is turned round", "is it p - y or y - p?"),
            (onehot - P, "every sign is turned round", "is it p - y or y - p?"),
            ((P - onehot) / 320, "every entry is 10 times too small", "a mean over what?"),
            (P / 32, "the targets have no effect", "what is subtracted, and where?"),
            (
                (P - onehot) / 10,
                "you divided by the number of classes",
                "is the mean taken over the classes or over the images?",
            ),
            ((P - 1) / 32, *whole_columns),
            (columns, *whole_columns),
            (columns / 32, *whole_columns),
            (rows, *whole_rows),
            (rows / 32, *whole_rows),
        ],
        what="the gradient",
    )
    P = np.array([[0.25, 0.75]])
    try:
        got = answer(P, np.array([0]))
    except (ValueError, IndexError):
        yield expect(False, "two classes instead of ten break it", "is K always 10?")
    yield expect_array(got, [[-0.75, 0.75]], "what is p - y for p = (0.25, 0.75), target 0?")


@exercise("3.5", "linear_gradients")
def linear_gradients(answer):
    rng = np.random.default_rng(35)
    X, dZ = rng.normal(size=(8, 5)), rng.normal(size=(8, 3))
    got = answer(X.copy(), dZ.copy())
    yield expect(
        isinstance(got, tuple) and len(got) == 2,
        "the result is not a pair",
        "does your function end with `return dW, db`?",
    )
    dW, db = got
    yield expect_array(
        dW,
        X.T @ dZ,
        "for which indices i and k is dW[i, k] the sum over n of X[n, i] * dZ[n, k]?",
        mistakes=[
            (dZ.T @ X, "dW is transposed", "W has shape (D, K); what has your dW?"),
            (X.T @ dZ / 8, "dW is 8 times too small", "does dZ hold the mean's 1/N already?"),
            (np.outer(X[0], dZ[0]), "only the first image counts", "where is the sum over n?"),
            (
                X.sum(axis=0)[:, None] * dZ.sum(axis=0),
                "the sums were taken before the product",
                "is a sum of products the product of the sums?",
            ),
        ],
        what="dW",
    )
    yield expect_array(
        db,
        dZ.sum(axis=0),
        "how often does b enter each score?",
        mistakes=[
            (dZ.mean(axis=0), "db is 8 times too small", "does dZ hold the mean's 1/N already?"),
            (dZ.sum(axis=1), "db has one entry for each image", "which axis is the batch?"),
            (dZ.sum(), "db is one number", "how many biases are there?"),
            (dZ, "db still has a row for each image", "what happens to the rows of a batch?"),
        ],
        what="db",
    )


@exercise("3.6", "early_stopping")
def early_stopping(answer):
    def case(losses, patience, want, problem, hint):
        got = answer(list(losses), patience)
        if not (isinstance(got, tuple) and len(got) == 2):
            return expect(False, "the result is not a pair", "do you return (stop, best_epoch)?")
        if isinstance(got[1], bool | np.bool_):
            problem, hint = "the pair is turned round", "which comes first, stop or best_epoch?"
        text = f"early_stopping({losses}, {patience}) gave ({got[0]}, {got[1]}), expected {want}"
        return expect(bool(got[0]) == want[0] and got[1] == want[1], f"{problem}: {text}", hint)

    first = "after one epoch there is nothing to compare with"
    yield case([2.0], 3, (False, 0), first, "at which number do you begin to count epochs?")
    losses = [2.0, 1.5, 1.2, 1.3, 1.1, 1.4, 1.3, 1.25]
    falling = "is best_epoch the index of the smallest loss so far?"
    yield case(losses[:3], 2, (False, 2), "the loss is still falling", falling)
    worse = "how many epochs ago was the best one, and how many may it be?"
    yield case(losses[:4], 3, (False, 2), "one worse epoch must not stop it", worse)
    again = "from which epoch do you count after a new record?"
    yield case(losses[:5], 2, (False, 4), "a record starts the wait again", again)
    early = "do you compare with the record, or with the epoch before? Is 2 epochs ago 3 or more?"
    yield case(losses[:7], 3, (False, 4), "patience has not run out", early)
    late = "is 3 epochs ago 'patience or more'?"
    yield case(losses, 3, (True, 4), "patience has run out", late)
    yield case([1.0, 2.0, 3.0, 4.0, 5.0], 3, (True, 0), "it ran out long ago", "is it == or >=?")
    rule = "does a later record count, even if training could have stopped before it?"
    yield case([2.0, 1.0, 1.1, 1.2, 1.3, 0.5], 3, (False, 5), "the last epoch is the best", rule)
    tie = "is it < or <=, and which of several equal losses do you take?"
    yield case([1.0, 1.0, 1.0], 2, (True, 0), "a loss that only equals the record", tie)
