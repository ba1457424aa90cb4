"""The checks of day 3: loss, gradient, softmax, cross-entropy, early stopping."""

import numpy as np

from lib.checks.core import exercise, expect, expect_array


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
            ([0.0, 1.0, 9.0], "the result has one number for each point", "what is the mean?"),
        ],
    )
    yield expect_array(answer(target, target), 0.0, "how large is the error of a perfect guess?")
    many = np.arange(6.0).reshape(2, 3)
    yield expect_array(answer(many, np.zeros((2, 3))), 55 / 6, "how many errors are in a (2, 3)?")


@exercise("3.2", "gradient_step")
def gradient_step(answer):
    x, y = np.array([0.0, 1.0, 3.0]), np.array([1.0, 0.0, 4.0])
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
                "what stands behind the error in the first half of (3.2)?",
            ),
            ([w - dw, b - db], "the learning rate has no effect", "what is it multiplied with?"),
            ([dw, db], "you returned the gradient", "where do you stand after the step?"),
        ],
    )
    got = answer(w, b, x.copy(), y.copy(), 0.0)
    yield expect_array(got, [w, b], "where do you stand after a step of length 0?")


@exercise("3.3", "softmax")
def softmax(answer):
    Z = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 5.0]])
    e = np.exp(Z)
    keep = Z.copy()
    yield expect_array(
        answer(Z),
        e / e.sum(axis=1, keepdims=True),
        "print the sum of each row.",
        mistakes=[
            (e / e.sum(axis=0), "each column adds up to 1, not each row", "which axis is a row's?"),
            (e / e.sum(), "the whole batch adds up to 1", "over which axis do you sum?"),
            (e, "the rows do not add up to 1", "what is the exponential divided by?"),
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
    got = np.asarray(answer(np.array([[-1000.0, -1001.0], [1000.0, 999.0]])))
    yield expect(
        np.isfinite(got).all(),
        "very different rows in one batch gave nan",
        "did you take away the largest score of each row, or the largest of all?",
    )
    yield expect_array(got, [[0.731058579, 0.268941421]] * 2, "do the two rows differ, and why?")


@exercise("3.4", "cross_entropy_gradient")
def cross_entropy_gradient(answer):
    rng = np.random.default_rng(34)
    P = rng.dirichlet(np.ones(10), size=32)
    targets = rng.integers(0, 10, size=32)
    onehot = np.eye(10)[targets]
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
                (P - 1) / 32,
                "1 was subtracted from every entry",
                "P[:, targets] picks whole columns; how do you pick one entry in each row?",
            ),
            (
                P - np.isin(np.arange(10), targets),
                "1 was subtracted from whole columns",
                "P[:, targets] picks whole columns; how do you pick one entry in each row?",
            ),
            (
                (P - np.isin(np.arange(10), targets)) / 32,
                "1 was subtracted from whole columns",
                "P[:, targets] picks whole columns; how do you pick one entry in each row?",
            ),
        ],
        what="the gradient",
    )
    P = np.array([[0.25, 0.75]])
    got = answer(P, np.array([0]))
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
    losses = [2.0, 1.5, 1.2, 1.3, 1.1, 1.4, 1.3, 1.25]

    def case(n, patience, stop, best, problem, hint):
        got = answer(list(losses[:n]), patience)
        if not (isinstance(got, tuple) and len(got) == 2):
            return expect(False, "the result is not a pair", "do you return (stop, best_epoch)?")
        text = f"{problem}: {losses[:n]} with patience {patience} gave ({got[0]}, {got[1]})"
        return expect(bool(got[0]) == stop and got[1] == best, text, hint)

    worse = "how many epochs ago was the best one?"
    yield case(1, 3, False, 0, "one epoch is too early to judge", worse)
    yield case(3, 2, False, 2, "the loss is still falling", worse)
    yield case(4, 3, False, 2, "one worse epoch must not stop it", worse)
    yield case(5, 2, False, 4, "a record starts the wait again", "which epoch do you count from?")
    yield case(7, 3, False, 4, "it stops too early", "is 2 epochs ago 3 or more?")
    yield case(8, 3, True, 4, "it goes on", "do you compare with the best loss or the last one?")
    got = answer([1.0, 1.0, 1.0], 2)
    yield expect(
        tuple(got) == (True, 0),
        f"a loss that only equals the record must not beat it: [1, 1, 1] gave {got}",
        "is it < or <=, and which of several equal losses do you take?",
    )
