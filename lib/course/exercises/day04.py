"""The checks of day 4: the chain rule, the two halves of a layer, a layer, XOR."""

import numpy as np

from lib.course.checks import exercise, expect, expect_array


@exercise("4.1", "a number by hand")
def by_hand(answer):
    if isinstance(answer, tuple | list | np.ndarray) and np.size(answer) == 2:
        yield expect(False, "you gave two numbers", "what do effects on two paths do?")
    yield expect_array(
        answer,
        216,
        "start at L and write down every red number on your way to the left.",
        mistakes=[
            (180, "180 is what arrives on the arrow to ×", "on which other path does a reach L?"),
            (36, "36 is what arrives on the arrow to +", "on which other path does a reach L?"),
            (144, "144 is not it", "is the slope of a product along a equal to a, or to b?"),
            (180 * 36, "the two paths were multiplied", "what do effects on two paths do?"),
            (6, "6 are the slopes alone", "what arrives at + from its right?"),
            (108, "108 is not it", "is that for b? Or is the slope of q² at 18 the 18 itself?"),
            (324, "324 is L itself", "is a value asked, or a slope?"),
        ],
        what="dL_da",
        reveal=False,
    )


@exercise("4.2", "tanh_backward")
def tanh_backward(answer):
    rng = np.random.default_rng(42)
    x, g = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    y = np.tanh(x)
    mine, kept_g, kept_y = (g.copy(), y.copy()), g.copy(), y.copy()
    got = answer(*mine)
    yield expect_array(
        got,
        g * (1 - y**2),
        "which number arrives from the right, and with which slope is it multiplied?",
        mistakes=[
            (1 - y**2, "grad_output has no effect", "what arrives from the right?"),
            (g * (1 - np.tanh(y) ** 2), "tanh was taken twice", "is y an input or an output?"),
            (g * (1 - y), "the slope is not 1 - y", "what is squared?"),
            (g * (1 - y) ** 2, "the slope is not (1 - y)²", "what is squared?"),
            (g - y**2, "the slope was not multiplied as a whole", "where do brackets belong?"),
            (g * (1 - y**2) / 4, "it is 4 times too small", "is there a mean in (4.2)?"),
            (g * y * (1 - y), "y (1 - y) is the slope of sigmoid", "what is that of tanh?"),
            (g / (1 - y**2), "you divided by the slope", "does the chain rule divide?"),
            (g @ (1 - y**2).T, "you took a matrix product", "does one entry of x reach them all?"),
        ],
        what="the gradient",
    )
    same = np.array_equal(mine[0], kept_g) and np.array_equal(mine[1], kept_y)
    yield expect(same, "an input was changed", "which line writes into grad_output or y?")


@exercise("4.3", "linear_backward_params")
def linear_backward_params(answer):
    rng = np.random.default_rng(43)
    x, g = rng.normal(size=(8, 5)), rng.normal(size=(8, 3))
    got = answer(x.copy(), g.copy())
    yield expect(
        isinstance(got, tuple | list) and len(got) == 2,
        "the result is not a pair",
        "does your function end with `return dW, db`?",
    )
    yield expect_array(
        got[0],
        g.T @ x,
        "which of the two must be transposed so that the batch is in the middle?",
        mistakes=[
            (x.T @ g, "dW has shape (in, out)", "which shape does W have from today on?"),
            (-g.T @ x, "the sign is turned", "which way does a gradient point, up or down?"),
            (g.T @ x / 8, "dW is 8 times too small", "is the mean's 1/N in grad_output already?"),
            (np.outer(g[0], x[0]), "only the first row counts", "where is the sum over n?"),
        ],
        what="dW",
    )
    yield expect_array(
        got[1],
        g.sum(axis=0),
        "how often does b enter y, and with which slope?",
        mistakes=[
            (
                g.mean(axis=0),
                "db is 8 times too small",
                "is the mean's 1/N in grad_output already?",
            ),
            (g.sum(axis=1), "db has one entry for each row", "which axis is the batch?"),
            (g, "db still has a row for each example", "what happens to the rows of a batch?"),
            (g.sum(), "db is one number", "how many biases are there?"),
        ],
        what="db",
    )


@exercise("4.4", "linear_backward_input")
def linear_backward_input(answer):
    rng = np.random.default_rng(44)
    W, g = rng.normal(size=(3, 5)), rng.normal(size=(8, 3))
    mine = W.copy(), g.copy()
    got = answer(*mine)
    same = np.array_equal(mine[0], W) and np.array_equal(mine[1], g)
    yield expect(same, "an input was changed", "which line writes into W or grad_output?")
    yield expect_array(
        got,
        g @ W,
        "which index is summed over in (4.5), and which two are left?",
        mistakes=[
            (-g @ W, "the sign is turned", "which way does a gradient point, up or down?"),
            (g @ W / 3, "it is 3 times too small", "does (4.5) take a sum or a mean?"),
            (W.T @ g.T, "the result is transposed", "which axis of x is the batch?"),
            (
                np.broadcast_to(W.sum(axis=0), (8, 5)),
                "grad_output has no effect",
                "what is W multiplied with in (4.4)?",
            ),
            (g @ W / 8, "it is 8 times too small", "is the mean's 1/N in grad_output already?"),
        ],
        what="the gradient",
    )
    square_W, square_g = rng.normal(size=(4, 4)), rng.normal(size=(4, 4))
    yield expect_array(
        answer(square_W, square_g),
        square_g @ square_W,
        "write the shapes (N, out) and (out, in) beside your product.",
        mistakes=[
            (
                square_g @ square_W.T,
                "W was transposed, which only a square W lets pass",
                "backwards, do we sum over the outputs or over the inputs?",
            )
        ],
        what="the gradient through a square W",
    )


@exercise("4.5", "ReLU")
def relu(answer):
    x = np.array([[1.5, -2.0, 0.0, 1e-12], [-0.5, 3.0, 0.25, 50.0]])
    g = np.array([[-1.0, 2.0, 4.0, 3.0], [8.0, -16.0, 32.0, 5.0]])
    x_kept, g_kept, passed = x.copy(), g.copy(), x > 0
    layer = answer()
    y = layer.forward(x)
    yield expect(
        np.array_equal(x, x_kept), "forward changed x", "x[x < 0] = 0 writes into whose array?"
    )
    yield expect_array(
        y,
        np.maximum(x, 0),
        "what becomes of -2, 0 and 3?",
        mistakes=[
            (np.abs(x), "-2 became 2", "what should become of negative numbers?"),
            (passed, "only whether a number passes came out", "what comes out for 3?"),
            (np.maximum(x.max(), 0), "one number came out", "np.max or np.maximum?"),
        ],
        what="forward(x)",
    )
    try:
        grad = layer.backward(g)
    except (AttributeError, NameError) as error:
        hint = "what must forward save on `self` for it?"
        yield expect(False, f"backward stumbled: {error}", hint)
    yield expect_array(
        grad,
        g * passed,
        "multiply what arrives by the slope at each entry.",
        mistakes=[
            (np.maximum(g, 0), "the sign of grad_output decides", "whose sign should decide?"),
            (
                g * np.maximum(x, 0),
                "you multiplied by the output",
                "what is the slope where x > 0?",
            ),
            (passed, "grad_output has no effect", "what arrives from the right?"),
            (g, "every gradient passes", "which numbers were stopped on the way forward?"),
            (
                g * (x >= 0),
                "at x = 0 the gradient passes",
                "is 0 among the numbers that are replaced by 0?",
            ),
        ],
        what="backward(grad_output)",
    )
    yield expect(
        np.array_equal(g, g_kept),
        "backward changed grad_output",
        "another layer may still need it; which line writes into it?",
    )
    other = answer()
    layer.forward(np.ones((1, 2)))
    other.forward(-np.ones((1, 2)))
    yield expect_array(
        layer.backward(np.ones((1, 2))),
        np.ones((1, 2)),
        "two layers share one memory; do you save on `self`, or on the class or a global?",
        what="backward of a first layer, after a second one ran",
    )


@exercise("4.6", "xor_weights")
def xor_weights(answer):
    got = answer()
    shapes = [(2, 2), (2,), (1, 2), (1,)]
    yield expect(
        isinstance(got, tuple) and len(got) == 4,
        "the result is not four arrays",
        "does it end with `return W1, b1, W2, b2`?",
    )
    W1, b1, W2, b2 = (np.asarray(part, dtype=float) for part in got)
    yield expect(
        [W1.shape, b1.shape, W2.shape, b2.shape] == shapes,
        f"the shapes are {W1.shape}, {b1.shape}, {W2.shape}, {b2.shape}",
        "how many hidden units are there, and how many inputs has each?",
    )
    points = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    hidden = np.maximum(points @ W1.T + b1, 0)
    output = (hidden @ W2.T + b2)[:, 0]
    ones, zeros = output[1:3], output[[0, 3]]
    if ones.min() > zeros.max():
        hint = "the classes lie on two sides already; which bias moves the border between them?"
    elif ones.max() < zeros.min():
        hint = "the classes lie on two sides, but the wrong ones; which sign turns them round?"
    else:
        hint = "what could a unit that is silent unless both inputs are 1 take away?"
    for point, value, positive in zip(points, output, (False, True, True, False), strict=True):
        yield expect(
            value > 0 if positive else value < 0,
            f"at ({point[0]:.0f}, {point[1]:.0f}) the output is {value:g}, "
            f"expected a {'positive' if positive else 'negative'} number",
            hint,
        )
