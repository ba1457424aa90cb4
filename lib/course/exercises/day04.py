"""The exercises of day 4: the chain rule, the two halves of a layer, a layer, XOR."""

import numpy as np

from lib.course.diagnosis import Case, Wrong, declare

# ---------------------------------------------------------------- 4.1

PATH, SUM = "on which other path does a reach L?", "what do effects on two paths do?"
declare(
    "4.1", "a number by hand", right=216, outputs=("dL_da",), secret=True,
    wrong=[
        Wrong("180 is what arrives on the arrow to ×", PATH, 180),
        Wrong("36 is what arrives on the arrow to +", PATH, 36),
        Wrong("144 is not it", "is the slope of a product along a equal to a, or to b?", 144),
        Wrong("the two paths were multiplied", SUM, 180 * 36),
        Wrong("you gave two numbers", SUM, (180, 36), (36, 180)),
        Wrong("6 are the slopes alone", "what arrives at + from its right?", 6),
        Wrong("108 is not it", "is that for b? Or is the slope of q² at 18 the 18 itself?", 108),
        Wrong("72 is not it", "both arrows bring 36 to their circle; with which slope does × pass "
              "it on to a?", 72),
        Wrong("324 is L itself", "is a value asked for, or a slope?", 324),
        Wrong("324, the L itself, was taken for what arrives at × and +", "how steep is q² at 18?",
              324 * 6),
        Wrong("the sign is turned", "does L grow or fall when a grows?", -216),
    ],
    hints=(
        "start at L and write down every red number on your way to the left.",
        "× hands on what arrives from its right times its own slope; for a, that slope is b.",
        "on the arrow to × arrives 36 times b, on the arrow to + arrives 36; and then?",
    ),
)

# ---------------------------------------------------------------- 4.2


def slopes(rng):
    for shape in ((4, 3), (4, 3), (7, 5)):
        yield Case((rng.normal(size=shape) * 2, np.tanh(rng.normal(size=shape))))
    yield Case((rng.normal(size=(3, 3)), np.tanh(rng.normal(size=(3, 3)))), "N and H are equal",
               "does one entry of x reach more than its own y?")
    yield Case((np.array([[1.0, 2, 3]]), np.array([[0.0, 1.0, -1.0]])), "y is 0, 1 or -1",
               "how steep is tanh there?")
    yield Case((rng.normal(size=(1, 4)), np.tanh(rng.normal(size=(1, 4)))),
               "there is one row only", "which shape is asked for?")


SQUARED, PRODUCT = "what exactly is squared in 1 - y²?", "does one entry of x reach them all?"
declare(
    "4.2", "tanh_backward",
    right=lambda grad_output, y: grad_output * (1 - y**2),
    cases=slopes, outputs=("the gradient",),
    shapes={"grad_output": ("N", "H"), "y": ("N", "H"), "the gradient": ("N", "H")},
    terms={"the gradient": {"g": lambda g, y: g, "-g y²": lambda g, y: -g * y**2}},
    wrong=[
        Wrong("grad_output has no effect", "what arrives from the right?", lambda g, y: 1 - y**2),
        Wrong("tanh was taken twice", "is y an input of tanh or its output?",
              lambda g, y: g * (1 - np.tanh(y) ** 2)),
        Wrong("the slope is not 1 - y", SQUARED, lambda g, y: g * (1 - y)),
        Wrong("the slope is not (1 - y)²", SQUARED, lambda g, y: g * (1 - y) ** 2),
        Wrong("the slope is not y² alone", "how steep is tanh at 0?", lambda g, y: g * y**2,
              lambda g, y: y**2),
        Wrong("the slope is not 1 + y²", "is tanh steeper far out, or flatter?",
              lambda g, y: g * (1 + y**2)),
        Wrong("the slope is not y² - 1", "does tanh rise or fall?", lambda g, y: g * (y**2 - 1)),
        Wrong("the slope is not 1 - 2 y", "is that the square of y, or twice y?",
              lambda g, y: g * (1 - 2 * y)),
        Wrong("grad_output was multiplied by y itself", "what is the slope of tanh?",
              lambda g, y: g * y),
        Wrong("grad_output was multiplied by tanh(y), which is no slope",
              "is a value asked for, or a slope?", lambda g, y: g * np.tanh(y)),
        Wrong("grad_output passes without a slope", "how steep is tanh at y?", lambda g, y: g + 0),
        Wrong("the slope was not multiplied as a whole", "where do brackets belong?",
              lambda g, y: g - y**2, lambda g, y: g * 1 - y**2),
        Wrong("grad_output was squared along with y", SQUARED, lambda g, y: 1 - (g * y) ** 2,
              lambda g, y: g * (1 - (g * y) ** 2)),
        Wrong("grad_output and the slope were added", "does the chain rule add or multiply?",
              lambda g, y: g + 1 - y**2),
        Wrong("y (1 - y) is the slope of the sigmoid", "what is the slope of tanh?",
              lambda g, y: g * y * (1 - y)),
        Wrong("you divided by the slope", "does the chain rule divide?",
              lambda g, y: g / (1 - y**2)),
        Wrong("grad_output and y have changed roles", "which of them came out of tanh?",
              lambda g, y: y * (1 - g**2)),
        Wrong("y was turned back into x, and 1 - x² is not the slope",
              "of which of the two, x or y, is the square taken?",
              lambda g, y: g * (1 - np.arctanh(y) ** 2)),
        Wrong("it is the root of the slope", SQUARED, lambda g, y: g * np.sqrt(1 - y**2)),
        Wrong("the slope was multiplied twice", "how often does the chain rule multiply by it?",
              lambda g, y: g * (1 - y**2) ** 2),
        Wrong("the slope is 1 or 0, as for ReLU", "what is the slope of tanh?",
              lambda g, y: g * (y > 0)),
        Wrong("you took a matrix product", PRODUCT, lambda g, y: g @ (1 - y**2).T,
              lambda g, y: g.T @ (1 - y**2), lambda g, y: g @ (1 - y**2),
              lambda g, y: g * (1 - y @ y), lambda g, y: g * (1 - y @ y.T)),
    ],
    hints=(
        "which number arrives from the right, and with which slope is it multiplied?",
        "the quotient rule gives the slope of tanh from its output alone; the text above has it.",
        "work out 1 - y² for every entry, and multiply it, entry by entry, with what arrives.",
    ),
)

# ---------------------------------------------------------------- 4.3


def batches(rng):
    for N, o, i in ((8, 3, 5), (8, 3, 5), (6, 4, 2)):
        yield Case((rng.normal(size=(N, i)), rng.normal(size=(N, o))))
    square = "which index is summed over in (4.4), and which two are left?"
    yield Case(
        (rng.normal(size=(4, 4)), rng.normal(size=(4, 4))), "N, in and out are equal", square
    )
    yield Case((rng.normal(size=(7, 4)), rng.normal(size=(7, 4))), "in and out are equal", square)
    yield Case((rng.normal(size=(1, 5)), rng.normal(size=(1, 3))), "there is one example only",
               "what is a sum over one?")
    yield Case((rng.normal(size=(5, 3)), rng.normal(size=(5, 1))), "the layer has one output",
               "which shapes are asked for when out is 1?")


BEFORE = "is a sum of products the product of the sums?"
declare(
    "4.3", "linear_backward_params",
    right=lambda x, grad_output: (grad_output.T @ x, grad_output.sum(axis=0)),
    cases=batches, outputs=("dW", "db"),
    shapes={"x": ("N", "in"), "grad_output": ("N", "out")},
    wrong=[
        Wrong("dW has the shape (in, out)", "which shape does W have from today on?",
              lambda x, g: x.T @ g, of="dW"),
        Wrong("only the first row counts", "where is the sum over n?",
              lambda x, g: np.outer(g[0], x[0]), of="dW"),
        Wrong("only the last row counts", "is each product added, or does it replace the last one?",
              lambda x, g: np.outer(g[-1], x[-1]), of="dW"),
        Wrong("the sums were taken before the product", BEFORE,
              lambda x, g: np.outer(g.sum(0), x.sum(0)), of="dW"),
        Wrong("the means were taken before the product", BEFORE,
              lambda x, g: np.outer(g.mean(0), x.mean(0)), of="dW"),
        Wrong("dW has one outer product for each example", "what becomes of the batch axis?",
              lambda x, g: g[:, :, None] * x[:, None], of="dW"),
        Wrong("the product sums over the wrong index", "which axis is the batch in both?",
              lambda x, g: g @ x, lambda x, g: g @ x.T, lambda x, g: x @ g,
              lambda x, g: x @ g.T, of="dW"),
        Wrong("the rows of grad_output were added up, and x is missing",
              "what is each g multiplied with in (4.4)?",
              lambda x, g: np.repeat(g.sum(0)[:, None], x.shape[1], axis=1), of="dW"),
        Wrong("db has one entry for each row", "which axis is the batch?",
              lambda x, g: g.sum(axis=1), of="db"),
        Wrong("db still has a row for each example", "what happens to the rows of a batch?",
              lambda x, g: g, of="db"),
        Wrong("db is one number", "how many biases are there?", lambda x, g: g.sum(),
              lambda x, g: g.mean(), of="db"),
        Wrong("db is the sum of x", "which of the two does b meet in (4.4)?",
              lambda x, g: x.sum(axis=0), of="db"),
        Wrong("db kept the batch's axis, with length 1", "which shape has b?",
              lambda x, g: g.sum(axis=0, keepdims=True), of="db"),
        Wrong("db counts the rows: grad_output has no effect on it",
              "what arrives at b from the right?",
              lambda x, g: np.full(g.shape[1], 1.0 * len(x)), of="db"),
    ],
    hints=(
        "(4.4) sums over n; which axis of x and of grad_output is that?",
        "dW is a matrix product (out, N) @ (N, in): which of the two must be transposed to give "
        "these shapes? And db adds up rows.",
        "transpose grad_output and multiply it with x from the left; for db, sum grad_output over "
        "axis 0. The 1/N is in grad_output already.",
    ),
)

# ---------------------------------------------------------------- 4.4


def layers(rng):
    for N, o, i in ((8, 3, 5), (8, 3, 5), (4, 6, 2)):
        yield Case((rng.normal(size=(o, i)), rng.normal(size=(N, o))))
    square = "write the shapes (N, out) and (out, in) next to your product: what is summed over?"
    for _ in range(2):
        yield Case((rng.normal(size=(4, 4)), rng.normal(size=(4, 4))), "N, in and out are equal",
                   square)
    yield Case((rng.normal(size=(4, 4)), rng.normal(size=(7, 4))), "in and out are equal", square)
    yield Case((rng.normal(size=(3, 5)), rng.normal(size=(3, 3))), "N and out are equal", square)
    yield Case((rng.normal(size=(3, 5)), rng.normal(size=(5, 3))), "N and in are equal", square)
    one = "which shape is asked for?"
    yield Case((rng.normal(size=(3, 5)), rng.normal(size=(1, 3))), "there is one row only", one)
    yield Case((rng.normal(size=(1, 5)), rng.normal(size=(6, 1))), "the layer has one output", one)


ROUND = "which axis of x is the batch, and which of the two has the batch here?"
declare(
    "4.4", "linear_backward_input",
    right=lambda W, grad_output: grad_output @ W,
    cases=layers, outputs=("the gradient",),
    shapes={"W": ("out", "in"), "grad_output": ("N", "out"), "the gradient": ("N", "in")},
    wrong=[
        Wrong("W was transposed, which only a square W allows",
              "backwards, do we sum over the outputs or over the inputs?", lambda W, g: g @ W.T),
        Wrong("the two have changed sides in the product", ROUND, lambda W, g: W @ g,
              lambda W, g: W.T @ g, lambda W, g: W @ g.T),
        Wrong("grad_output was transposed, so the sum is not over the outputs",
              "which index is summed over in (4.5)?", lambda W, g: g.T @ W),
        Wrong("you multiplied entry by entry", "does an input reach one output, or all of them?",
              lambda W, g: g * W),
        Wrong("grad_output has no effect", "what is each W multiplied with in (4.5)?",
              lambda W, g: np.broadcast_to(W.sum(axis=0), (len(g), W.shape[1]))),
        Wrong("all examples were added up", "does x have one row, or N?",
              lambda W, g: (g @ W).sum(axis=0)),
        Wrong("both were summed over the outputs before they met", BEFORE,
              lambda W, g: g.sum(1)[:, None] * W.sum(0)),
        Wrong("every product is there, but they are not added up",
              "over which index does (4.5) sum?", lambda W, g: g[:, :, None] * W),
    ],
    hints=(
        "which index is summed over in (4.5), and which two are left?",
        "grad_output is (N, out), W is (out, in), and (N, in) is asked for: which matrix product "
        "turns the first two into the third?",
        "a matrix product sums over the last axis of its left side and the first of its right. "
        "Both have `out` there if the right one of the two is on the left; nothing is transposed.",
    ),
)

# ---------------------------------------------------------------- 4.5


class ReLU:
    params = ()

    def forward(self, x):
        self.passed = x > 0
        return np.maximum(x, 0)

    def backward(self, grad_output):
        return grad_output * self.passed


def layer(of_x, of_gradient):
    """Make a layer of two functions: of x, and of grad_output, x and y."""

    class Layer:
        params = ()

        def forward(self, x):
            self.x, self.y = x, of_x(x)
            return self.y

        def backward(self, g):
            return of_gradient(g, self.x, self.y)

    return Layer


def forward(problem, hint, *functions):
    wrong = (layer(f, lambda g, x, y: g * (x > 0)) for f in functions)
    return Wrong(problem, hint, *wrong, of="forward(x)")


def backward(problem, hint, *functions):
    wrong = (layer(lambda x: np.maximum(x, 0), f) for f in functions)
    return Wrong(problem, hint, *wrong, of="backward(grad_output)")


def once(Layer, x, grad_output):
    made = Layer()
    yield "forward", made.forward(x)
    yield "backward", made.backward(grad_output)


def second_batch(Layer, x, grad_output):
    made = Layer()
    made.forward(np.flip(x) + 1)
    made.backward(grad_output[::-1] + 1)
    yield "forward", made.forward(x)
    yield "backward", made.backward(grad_output)


def another_layer(Layer, x, grad_output):
    made, other = Layer(), Layer()
    yield "forward", made.forward(x)
    other.forward(-x)
    yield "backward", made.backward(grad_output)


def backward_twice(Layer, x, grad_output):
    made = Layer()
    yield "forward", made.forward(x)
    made.backward(grad_output.copy())
    yield "backward", made.backward(grad_output)


def with_params(Layer, x, grad_output):
    yield from once(Layer, x, grad_output)
    list(Layer().params)


def activations(rng):
    for shape in ((4, 5), (4, 5), (3, 2)):
        yield Case((rng.normal(size=shape), rng.normal(size=shape) * 2))
    x, g = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    yield Case((np.array([[0.0, -0.0, 1, -1]]), np.array([[1.0, 2, 3, 4]])), "x is exactly 0",
               "is 0 a positive number, and what is the slope there?")
    yield Case((np.array([[1e-12, 50.0, 1e-3, 800.0]]), np.array([[1.0, 2, -3, 4]])),
               "x is tiny or huge", "what decides, the size of x or its sign?")
    yield Case((x, g), "a layer sees a second batch", "what is left over from the first?",
               second_batch)
    yield Case((x, g), "backward runs twice", "what does backward do to what forward saved?",
               backward_twice)
    yield Case((x, g), "a second layer ran in between",
               "do you save on `self`, or on the class or a global?", another_layer)
    yield Case((x, g), "the optimiser asks for `params`", "what came before forward in the class?",
               with_params)


MASK = "whose sign should decide, and what is it multiplied with?"
ONE = "what is the slope where x > 0?"
declare(
    "4.5", "ReLU", right=ReLU, cases=activations, run=once,
    takes=lambda x, grad_output: None, outputs=("forward(x)", "backward(grad_output)"),
    wrong=[
        forward("negative numbers became positive", "what should become of them?", np.abs),
        forward("only whether a number passes came out", "what comes out for 3?", lambda x: x > 0),
        forward("one number came out", "np.max or np.maximum?", lambda x: x.max(),
                lambda x: np.maximum(x.max(), 0)),
        forward("x came out as it was", "what should become of negative numbers?", lambda x: x),
        forward("the negative numbers passed and the others did not", "which should pass?",
                lambda x: np.minimum(x, 0)),
        forward("a share of each negative number passes: that is LeakyReLU",
                "how much of them should pass?", lambda x: np.where(x > 0, x, 0.01 * x),
                lambda x: np.where(x > 0, x, 0.1 * x)),
        forward("numbers above 1 are cut off", "is there an upper end?",
                lambda x: np.clip(x, 0, 1)),
        forward("that is tanh", "what should become of 3?", np.tanh),
        forward("that is the sigmoid", "what should become of 3?", lambda x: 1 / (1 + np.exp(-x))),
        forward("that is softplus, a smooth ReLU", "what should become of -1, exactly?",
                lambda x: np.log1p(np.exp(x))),
        forward("negative numbers were thrown away, not replaced", "which shape has y?",
                lambda x: x[x > 0]),
        backward("the sign of grad_output decides", MASK, lambda g, x, y: np.maximum(g, 0)),
        backward("you multiplied by the output", ONE, lambda g, x, y: g * y),
        backward("you multiplied by the input", ONE, lambda g, x, y: g * x),
        backward("grad_output has no effect", "what arrives from the right?",
                 lambda g, x, y: x > 0),
        backward("every gradient passes", "which numbers were stopped on the way forward?",
                 lambda g, x, y: g + 0),
        backward("where x is 0 the gradient passes",
                 "is 0 among the numbers that are replaced by 0?",
                 lambda g, x, y: g * (x >= 0)),
        backward("the gradient passes where x was negative", MASK, lambda g, x, y: g * (x < 0)),
        backward("the gradient passes where x was negative or 0", MASK,
                 lambda g, x, y: g * (x <= 0)),
        backward("where x was negative the gradient is turned round", MASK,
                 lambda g, x, y: g * np.sign(x), lambda g, x, y: np.where(x > 0, g, -g)),
        backward("where x was not positive it is 1, not 0", "what is the slope there?",
                 lambda g, x, y: np.where(x > 0, g, 1)),
        backward("backward returns the output again", "what arrives, and what leaves to the left?",
                 lambda g, x, y: y + 0),
        backward("both signs must be positive", MASK, lambda g, x, y: np.maximum(g, 0) * (x > 0)),
        backward("the gradient passes only where x > 1", "where is the kink?",
                 lambda g, x, y: g * (x > 1)),
        backward("a share passes where x was negative: that is LeakyReLU",
                 "what is the slope there?", lambda g, x, y: np.where(x > 0, g, 0.01 * g),
                 lambda g, x, y: np.where(x > 0, g, 0.1 * g)),
        backward("gradients that were stopped were thrown away, not replaced",
                 "which shape is asked for?", lambda g, x, y: g[x > 0]),
        backward("the slope is 1 - y², as for tanh", "what is the slope of ReLU?",
                 lambda g, x, y: g * (1 - y**2)),
        backward("you took a matrix product", PRODUCT, lambda g, x, y: g @ (x > 0).T,
                 lambda g, x, y: g.T @ (x > 0), lambda g, x, y: g @ (x > 0)),
    ],
    hints=(
        "which numbers does forward let pass? Backward lets the gradient pass at the same places.",
        "backward needs to know where x was positive; what can forward save on `self` for it?",
        "forward: save the mask x > 0 and return the larger of x and 0, entry by entry. Backward: "
        "multiply grad_output with the mask.",
    ),
)

# ---------------------------------------------------------------- 4.6

POINTS = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
COUNT, SAME, SILENT = "how many arrays came back", "not all the same", "both units count"
TWO, OR, AND = "two different units", "not OR", "not AND"
APART = "no bias puts the classes apart; the signs at (0, 0), (0, 1), (1, 0), (1, 1)"
SIGNS, XOR = "the signs", [-1, 1, 1, -1]
SHAPES = {
    f"the shape of {name}": f"which of {counted} does each axis of {name} count?"
    for counted, names in (("units and inputs", ("W1", "b1")), ("outputs and units", ("W2", "b2")))
    for name in names
}


def observe(xor_weights):
    """Look at the shapes, and at the units and the output at the four points.

    Where no bias would do, the signs are looked at as such, else as those of a wrong bias.
    """
    arrays = [np.asarray(part, dtype=float) for part in xor_weights()]
    yield COUNT, len(arrays)
    W1, b1, W2, b2 = arrays
    for name, part in zip(SHAPES, arrays, strict=True):
        yield name, part.shape
    hidden = np.maximum(POINTS @ W1.T + b1, 0)
    output = (hidden @ W2.T + b2)[:, 0]
    ones, zeros, signs = output[1:3], output[[0, 3]], np.sign(output)
    yield SAME, np.ptp(output) > 0
    yield OR, not np.array_equal(signs, [-1, 1, 1, 1])
    yield AND, not np.array_equal(signs, [-1, -1, -1, 1])
    yield SILENT, np.ptp(hidden, axis=0).all()
    yield TWO, np.linalg.matrix_rank(hidden) == 2
    apart = ones.min() > zeros.max() or ones.max() < zeros.min()
    yield APART, XOR if apart else signs
    yield SIGNS, signs if apart else XOR


def xor(second=-2.0, bias=-0.5, sign=1.0):
    """Make an answer: the first hidden unit adds, the second wakes up when both inputs are 1."""
    return lambda: (
        np.ones((2, 2)), np.array([0.0, -1]), sign * np.array([[1, second]]),
        np.array([sign * bias]),
    )


declare(
    "4.6", "xor_weights", right=xor(), run=observe,
    outputs=(COUNT, *SHAPES, SAME, OR, AND, SILENT, TWO, APART, SIGNS),
    wrong=[
        Wrong("the output is positive at all four points; the classes do lie apart, but not at 0",
              "which bias moves the border between them?", xor(bias=0.5), of=SIGNS),
        Wrong("the output is negative at all four points; the classes do lie apart, but not at 0",
              "which bias moves the border between them?", xor(bias=-1.5), of=SIGNS),
        Wrong("the classes lie apart, but on the wrong sides", "which sign turns them round?",
              xor(sign=-1.0), of=SIGNS),
        Wrong("(0, 0) and (1, 1) give exactly 0, the border itself", "which bias moves them below?",
              xor(bias=0.0), of=SIGNS),
    ],
    asks={
        COUNT: "does it end with `return W1, b1, W2, b2`?",
        **SHAPES,
        SAME: ("the output is the same at all four points", "which weights let an input count?"),
        OR: ("the network computes OR: the output is positive at (1, 1) as well",
             "print both hidden units at the four points: does each row of W1 make one of them, "
             "and is one silent unless both inputs are 1?"),
        AND: ("the network computes AND: the output is positive at (1, 1) only",
              "which unit should count for the output, and with which sign?"),
        SILENT: ("a hidden unit gives the same at all four points",
                 "what does it get before the ReLU, with one row of W1 for each unit?"),
        TWO: ("the two hidden units do the same, up to a factor",
              "at which points should the second one be silent while the first one is not?"),
        APART: "what could a unit that is silent unless both inputs are 1 take away?",
        SIGNS: "at which of (0, 0), (0, 1), (1, 0), (1, 1), in this order, is the sign wrong?",
    },
    hints=(
        "what could a unit that is silent unless both inputs are 1 take away?",
        "let the first unit add the two inputs up, and the second wake up only when both are 1.",
        "with hidden units x₁ + x₂ and x₁ + x₂ - 1 (after ReLU), take the first minus twice the "
        "second: that is 1 for class 1 and 0 for class 0. Which bias puts the border between them?",
    ),
)
