"""The checks of day 5: convolution by hand, by loops and by columns, and two backward passes."""

import numpy as np

from lib import loops
from lib.course.checks import exercise, expect, expect_array


def unchanged(name, array, kept):
    """Expect that the reader's code left an input as it was."""
    return expect(
        np.array_equal(array, kept), f"{name} was changed", f"which line writes to {name}?"
    )


@exercise("5.1", "one response by hand")
def by_hand(answer):
    yield expect(np.size(answer) == 1, "y₁₂ is one number", "which entry of the map is it?")
    yield expect_array(
        np.reshape(answer, ()),
        4,
        "write the nine pixels of the window down first; which one is its upper left corner?",
        mistakes=[
            (2, "2 is the response at row 2, column 1", "which index counts the rows?"),
            (-4, "-4 is the response at row 0, column 1", "does (h, w) name the centre?"),
            (7, "7 comes out when the template is turned by 180°", "does (5.1) turn the template?"),
            (-1, "-1 comes out when the template is transposed", "is W[i, j] row i or column i?"),
            (14, "14 comes out without the minus signs", "what are the two negative numbers for?"),
            (12, "12 is the sum of the window alone", "what are the pixels multiplied with?"),
            (-2, "-2 comes from a matrix product", "which pixel does each number lie on?"),
        ],
        what="response",
        reveal=False,
    )  # fmt: skip


@exercise("5.2", "output_size")
def output_size(answer):
    cases = [
        ((28, 5, 1, 0), 24, "how many steps of 1 fit into the 23 pixels that are left?"),
        ((28, 5, 1, 2), 28, "padding is added on both sides; how often does it count?"),
        ((28, 2, 2, 0), 14, "what is divided by the stride: the sum, or a part of it?"),
        ((8, 3, 2, 0), 3, "where would a fourth window end?"),
        ((7, 3, 2, 1), 4, "how many pixels are there with the frame?"),
        ((5, 5, 3, 0), 1, "how often does a template fit into an image of its own size?"),
        ((224, 7, 2, 3), 112, "which of the numbers is rounded, and before or after the + 1?"),
    ]
    for given, want, hint in cases:
        size, kernel, stride, padding = given
        whole = size + 2 * padding - kernel
        yield expect_array(
            answer(*given),
            want,
            hint,
            mistakes=[
                ((whole + 1) // stride, "the + 1 was divided, too", "what does the stride divide?"),
                (whole // stride, "one window is missing", "does the first one need a step?"),
                (-(-whole // stride) + 1, "one window hangs over the end", "is it rounded up?"),
                (whole / stride + 1, "that is no whole number", "what do (5.2)'s brackets do?"),
                ((whole - padding) // stride + 1, "the frame counts once", "has it one side?"),
                ((size - kernel) // stride + 1, "padding has no effect", "where is P in (5.2)?"),
                (whole + 1, "the stride has no effect", "what does S divide?"),
            ],
            what="output_size({}, {}, {}, {})".format(*given),
        )  # fmt: skip
    got = answer(28, 5)
    yield expect_array(got, 24, "what are stride and padding if nobody says?", what="the default")
    yield expect(
        isinstance(got, (int, np.integer)) and not isinstance(got, bool),
        f"the result is {got!r}, a {type(got).__name__}",
        "np.zeros wants whole numbers; which division of Python gives one?",
    )


@exercise("5.3", "conv2d")
def conv2d(answer):
    rng = np.random.default_rng(53)
    x, weight = rng.normal(size=(2, 3, 6, 7)), rng.normal(size=(4, 3, 3, 2))
    bias = rng.normal(size=4)
    mine, kept = (x.copy(), weight.copy(), bias.copy()), (x, weight, bias)
    want = loops.conv2d(x, weight, bias)
    plain = loops.conv2d(x, weight)
    first = loops.conv2d(x[:, :1], weight[:, :1], bias)
    yield expect_array(
        answer(*mine),
        want,
        "compare one entry with (5.3) by hand: which window, which template, which bias?",
        mistakes=[
            (plain, "the bias is missing", "where does b stand in (5.3)?"),
            (plain + 18 * bias[:, None, None], "b was added too often", "is it inside the sums?"),
            (plain + 3 * bias[:, None, None], "b was added too often", "is it inside a sum?"),
            (first, "only the first channel counts", "where is the sum over c?"),
            (loops.conv2d(x[:, 2:], weight[:, 2:], bias), "only the last channel counts",
             "= or += in the loop over channels?"),
            (loops.conv2d(x, weight[:, :, ::-1, ::-1], bias), "the template is turned by 180°",
             "does (5.3) turn it?"),
            (want[:, :, :-1, :-1], "the last row and column of windows are missing",
             "how many places does a template of 3 have in 6 pixels?"),
            (want.transpose(0, 2, 3, 1), "the axes are (N, Ho, Wo, O)", "where do channels stand?"),
            (want.transpose(1, 0, 2, 3), "N and O are swapped", "which axis is the batch?"),
            (want.swapaxes(2, 3), "Ho and Wo are swapped", "which index counts the rows?"),
            (np.trunc(want), "every entry is a whole number", "what dtype has your array y?"),
            (plain + bias.sum(), "all biases are added", "which one belongs to template o?"),
        ],
        what="y",
    )  # fmt: skip
    for name, array, original in zip(("x", "weight", "bias"), mine, kept, strict=True):
        yield unchanged(name, array, original)
    wide = rng.normal(size=(1, 3, 8, 8))
    strided = loops.conv2d(wide, weight, bias, (2, 2))
    yield expect_array(
        answer(wide, weight, bias, stride=2),
        strided,
        "where does the window of y[..., 1, 1] begin when the stride is 2?",
        mistakes=[
            (loops.conv2d(wide, weight, bias), "the stride has no effect", "where is S h?"),
            (loops.conv2d(wide, weight, bias)[:, :, :3, :4],
             "the windows still move by 1", "does the window begin at h or at S h?"),
        ],
        what="y with stride 2",
    )  # fmt: skip


@exercise("5.4", "im2col")
def im2col(answer):
    rng = np.random.default_rng(54)
    x = rng.normal(size=(2, 3, 5, 6))
    N, C, H, W = x.shape
    K, Ho, Wo = 3, H - 2, W - 2
    windows = np.lib.stride_tricks.sliding_window_view(x, (K, K), axis=(2, 3))
    right = windows.transpose(0, 1, 4, 5, 2, 3)  # (N, C, K, K, Ho, Wo)
    shape = N, C * K * K, Ho * Wo
    channels_last = windows.transpose(0, 4, 5, 1, 2, 3).reshape(shape)
    by_column = windows.transpose(0, 1, 4, 5, 3, 2).reshape(shape)
    turned = windows.transpose(0, 1, 5, 4, 2, 3).reshape(shape)
    mine = x.copy()
    yield expect_array(
        answer(mine, K),
        right.reshape(shape),
        "write column 0 of image 0 down by hand: which pixels belong into it, in which order?",
        mistakes=[
            (windows.reshape(shape), "the numbers are in the order (C, Ho, Wo, K, K)",
             "reshape moves no axis; which must be moved before it?"),
            (channels_last, "the channel counts fastest", "a template is (C, K, K) in memory; "
             "which axis comes first?"),
            (by_column, "the windows go column by column", "which of Ho and Wo counts fastest?"),
            (turned, "the entries of a window go column by column", "which K are the rows?"),
            (right.reshape(shape).transpose(0, 2, 1), "every window is a row",
             "what must stand in the middle of (O, C·K·K) @ ?"),
            (right.reshape(N, C, K * K, Ho * Wo), "the channels are apart",
             "how many numbers does a window hold, with all its channels?"),
            (windows, "these are the windows themselves", "which axes become one?"),
            (right, "the six axes are in order, but still six", "which of them become one?"),
            (right.transpose(1, 2, 3, 0, 4, 5).reshape(C * K * K, -1),
             "the columns of all images stand side by side", "where is the axis N?"),
            (right.reshape(C * K * K, N, -1).swapaxes(0, 1), "images are mixed",
             "reshape moves no axis; which axis stays in front?"),
        ],
        what="the result",
    )  # fmt: skip
    yield unchanged("x", mine, x)
    yield expect_array(
        answer(x, 1), x.reshape(N, C, H * W), "what is a window of one pixel?", what="K = 1"
    )


@exercise("5.5", "max_pool_backward")
def max_pool_backward(answer):
    rng = np.random.default_rng(55)
    x = rng.permutation(2 * 3 * 4 * 6).reshape(2, 3, 4, 6) / 10.0 - 9
    g = rng.normal(size=(2, 3, 2, 3))
    want = loops.max_pool2d_backward(g, x, (2, 2), (2, 2))
    to_all = g.repeat(2, axis=2).repeat(2, axis=3)
    winners = want != 0
    mine, my_g = x.copy(), g.copy()
    yield expect_array(
        answer(my_g, mine),
        want,
        "take one square of four: who won, and what did the others get?",
        mistakes=[
            (to_all, "all four get the whole gradient", "what if one that lost grows by a little?"),
            (to_all / 4, "all four get a quarter", "that is average pooling; who won?"),
            (winners, "grad_output has no effect", "what arrives from the right?"),
            (winners * x, "the winners are kept, as forwards", "what arrives from the right?"),
            (loops.max_pool2d_backward(g, np.abs(x), (2, 2), (2, 2)), "signs were dropped",
             "which is larger, 1 or -8?"),
            (to_all * (np.indices(x.shape)[2:] % 2 == 0).all(axis=0),
             "the upper left of each square gets it", "must the winner stand there?"),
            (want * x, "the gradient was multiplied by x", "what is the slope of the maximum?"),
            (want * (x > 0), "negative winners get nothing", "is the largest of four positive?"),
            (loops.max_pool2d_backward(g, -x, (2, 2), (2, 2)), "the smallest number gets it",
             "who won?"),
        ],
        what="the gradient",
    )  # fmt: skip
    yield unchanged("x", mine, x)
    yield unchanged("grad_output", my_g, g)
    equal = np.zeros((1, 1, 2, 4))
    equal[..., 2:] = [[1, 3], [3, 2]]  # four zeros, as ReLU leaves them, and two winners
    shares = np.asarray(answer(np.array([[[[4.0, 8.0]]]]), equal))
    totals = [shares[..., :2].sum(), shares[..., 2:].sum()]
    hint = "x == x.max() may hold in more than one place; how do you keep one?"
    yield expect_array(totals, [4, 8], hint, what="the gradient handed out in a square with a tie")
    yield expect(np.count_nonzero(shares) == 2, "a tie was shared out", hint)
    yield expect(not shares[0, 0, [0, 1], [2, 3]].any(), "after a tie a loser got it", "who won?")


@exercise("5.6", "conv_backward_input")
def conv_backward_input(answer):
    rng = np.random.default_rng(56)
    for O, C in ((3, 3), (2, 3)):  # noqa: E741
        weight, g = rng.normal(size=(O, C, 3, 2)), rng.normal(size=(2, O, 4, 5))
        shape = 2, C, 6, 6
        want, _, _ = loops.conv2d_backward(g, np.zeros(shape), weight)
        swapped = weight.transpose(1, 0, 2, 3)

        def full(template, g=g):
            return loops.conv2d(g, template, padding=(2, 1))

        wrapped = np.pad(g, ((0, 0), (0, 0), (2, 0), (1, 0)), "wrap")
        wrapped = np.pad(wrapped, ((0, 0), (0, 0), (0, 2), (0, 1)))
        mistakes = [
            (full(swapped), "the template is not flipped", "what do the minus signs in (5.6) do?"),
            (full(swapped[:, :, ::-1]), "only the rows are flipped", "which axes flip?"),
            (full(swapped[:, :, :, ::-1]), "only the columns are flipped", "which axes flip?"),
            (full(np.flip(swapped)), "O and C were flipped, too", "which axes does (5.6) turn?"),
            (loops.conv2d(g, swapped[:, :, ::-1, ::-1]), "the frame around g is missing",
             "with what does a corner of x get its share, if g begins there?"),
            (loops.conv2d(g, swapped[:, :, ::-1, ::-1], None, (1, 1), (3, 2)),
             "the frame is too wide",
             "K or K - 1 zeros? What does the first window of g hold?"),
            (loops.conv2d(wrapped, swapped[:, :, ::-1, ::-1]), "g was read at negative places",
             "what is g[-1] to NumPy, and what should it be here?"),
        ]  # fmt: skip
        if O == C:
            over = "over which of the two does (5.6) sum?"
            mistakes += [(full(weight[:, :, ::-1, ::-1]), "O and C were not swapped", over),
                         (full(weight), "O and C were not swapped, nothing was flipped", over),
            ]  # fmt: skip
        mine, my_g = weight.copy(), g.copy()
        yield expect_array(
            answer(mine, my_g),
            want,
            "which shape must the frame of zeros, and which the template have?",
            mistakes=mistakes,
            what=f"the gradient for {C} channels and {O} templates",
        )
        yield unchanged("weight", mine, weight)
        yield unchanged("grad_output", my_g, g)


@exercise("5.7", "four_products")
def four_products(answer):
    rng = np.random.default_rng(57)
    x, w = rng.normal(size=4), rng.normal(size=3)

    def products(at, seen, share=0.5):
        """Return the four products, each of ``seen`` of x and of w's value at a point."""
        values = [w[0], share * np.polyval(w[::-1], at), share * np.polyval(w[::-1], -at), w[2]]
        return np.array(values) * seen

    seen = np.array([x[0] - x[2], x[1] + x[2], x[2] - x[1], x[1] - x[3]])
    want = products(1, seen)
    y = np.array([w @ x[:3], w @ x[1:]])
    minus = seen * [1, 1, 1, -1]
    mine, my_w = x.copy(), w.copy()
    yield expect_array(
        answer(mine, my_w),
        want,
        "take one product: what is x taken together with there, and where is w evaluated?",
        mistakes=[
            (y, "these are the two outputs", "which four products are they made of?"),
            (np.outer(x, w)[[0, 1, 2, 3], [0, 1, 2, 2]], "each x is multiplied by one weight",
             "what does w(t) come to at t = 1?"),
            (products(1, seen, 1), "the halves are missing", "what is Π (pⱼ - pᵢ) at 1 and at -1?"),
            (want * [1, 2, 0.5, 1], "the two in the middle are not halved alike",
             "what is Π (pⱼ - pᵢ) at 1, and what at -1?"),
            (want[[0, 2, 1, 3]], "the points 1 and -1 are swapped", "which comes first?"),
            (want * [1, 1, -1, 1], "the third product has the wrong sign",
             "is it x₂ - x₁ or x₁ - x₂ that goes with -1?"),
            (want * [-1, 1, 1, 1], "the first product has the wrong sign",
             "which of x₀ and x₂ does y₀ need with a plus?"),
            (products(1, minus), "the fourth product has the wrong sign",
             "y₁ takes it away: with which sign must x₃ stand in it?"),
            (want[::-1], "the four are in reverse order", "at which point is the first one?"),
            (np.array([w[0], w.sum() / 2, w.sum() / 2, w[2]]) * seen,
             "w was evaluated at 1 twice", "what becomes of w₁ at t = -1?"),
            (np.array([w[0], (w[0] - w[1] + w[2]) / 2, (w[0] - w[1] + w[2]) / 2, w[2]]) * seen,
             "w was evaluated at -1 twice", "what becomes of w₁ at t = 1?"),
            (np.array([w[2], want[1] / seen[1], want[2] / seen[2], w[0]]) * seen,
             "w₀ and w₂ are swapped", "what is w(0), and what is w's leading coefficient?"),
            (want * [1, 1, 1, 0] + [0, 0, 0, (x[2] - x[3]) * w[2]],
             "the fourth product looks at x₂ and x₃", "which two does the row for ∞ in B have?"),
        ],
        what="m",
    )  # fmt: skip
    yield unchanged("x", mine, x)
    yield unchanged("w", my_w, w)
    rows = answer(np.eye(4)[:, :, None] * np.ones(5), np.array([1.0, 2.0, 5.0]))
    yield expect(
        np.shape(rows) == (4, 4, 5),
        f"with x of shape (4, 4, 5), four rows of pixels, m has shape {np.shape(rows)}",
        "do the formulas care what x[0] is, a number or a row of them?",
    )
