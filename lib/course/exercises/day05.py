"""The exercises of day 5: convolution by hand, by loops and by columns, and two backward passes."""

import numpy as np

from lib import loops
from lib.course.diagnosis import Case, Wrong, declare

IMAGES, TEMPLATES = ("N", "C", "H", "W"), ("O", "C", "KH", "KW")

# ---------------------------------------------------------------- 5.1

declare(
    "5.1", "one response by hand", right=4, outputs=("response",), secret=True,
    wrong=[
        Wrong("2 is the response at row 2, column 1", "which index counts the rows?", 2),
        Wrong("-4 is the response at row 0, column 1", "does (h, w) name the centre?", -4),
        Wrong("7 comes out when the template is turned by 180°",
              "does (5.1) turn the template?", 7),
        Wrong("-1 comes out when the template is transposed", "is W[i, j] row i or column i?", -1),
        Wrong("14 comes out without the minus signs", "what are the two negative numbers for?", 14),
        Wrong("12 is the sum of the window alone", "what are the pixels multiplied with?", 12),
        Wrong("1 is the sum of the template alone", "which pixel does each weight lie on?", 1),
        Wrong("4/9 is a mean", "sum or mean in (5.1)?", 4 / 9),
        Wrong("-2 comes from a matrix product", "which pixel does each weight lie on?", -2),
        Wrong("3 comes out without the last row of the template", "how many weights are there?", 3),
        Wrong("9 comes out without the first row of the template", "how many weights are there?",
              9),
        Wrong("6 comes out if -1 counts as +1", "which weights are negative?", 6),
        Wrong("these are the nine products", "what does (5.1) do with them?",
              [[0, -1, -4], [2, 0, 6], [1, 0, 0]]),
    ],
    hints=(
        "write the nine pixels of the window down first; which one is its upper left corner?",
        "the window of y₁₂ begins at row 1, column 2. Lay the template on it without turning it.",
        "multiply each pixel with the weight that lies on it, and add up the nine products.",
    ),
)

# ---------------------------------------------------------------- 5.2


def size(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel) // stride + 1


def counted(answer, *args):
    found = answer(*args)
    yield "your function", found
    yield "your function", isinstance(found, int | np.integer) and not isinstance(found, bool)


def windows(rng):
    for args in (
        (28, 5, 1, 0),
        (30, 3, 2, 1),
        (11, 4, 3, 2),
        (224, 7, 2, 3),
        (17, 3, 4, 1),
        (40, 8, 5, 4),
        (13, 2, 2, 5),
        (9, 9, 2, 1),
        (10, 3, 4, 0),
        (50, 6, 3, 1),
    ):
        yield Case(args)
    default = "which values do stride and padding have when they are left out?"
    yield Case((28, 5), "stride and padding are left out", default)
    yield Case((7, 3, 2), "padding is left out", default)
    yield Case((5, 5, 3, 0), "the template is as large as the image",
               "how often does it fit, whatever the stride?")
    yield Case((12, 3, 1, 1), "the stride is 1", "what does a stride of 1 divide?")


ROUND, WHERE, BRACKETS = (
    "what do (5.2)'s brackets do?",
    "where are P and S in (5.2)?",
    "where do the brackets go?",
)
declare(
    "5.2", "output_size", size, windows, run=counted,
    outputs=("the size", "whether it is an int"),
    asks={"whether it is an int": "np.zeros wants whole numbers; which division of Python gives "
                                  "one?"},
    wrong=[
        Wrong("it is a float, if a whole one",
              "np.zeros wants whole numbers; which division gives one?",
              lambda *a: float(size(*a)), of="whether it is an int"),
        Wrong("the + 1 was divided as well", "what does the stride divide?",
              lambda s, k, t=1, p=0: (s + 2 * p - k + 1) // t),
        Wrong("one window is missing", "does the first window need a step?",
              lambda s, k, t=1, p=0: (s + 2 * p - k) // t),
        Wrong("one window hangs over the end", "is it rounded up?",
              lambda s, k, t=1, p=0: -(-(s + 2 * p - k) // t) + 1),
        Wrong("it is rounded to the nearest number", ROUND,
              lambda s, k, t=1, p=0: round((s + 2 * p - k) / t) + 1,
              lambda s, k, t=1, p=0: round((s + 2 * p - k) / t + 1)),
        Wrong("nothing is rounded", ROUND, lambda s, k, t=1, p=0: (s + 2 * p - k) / t + 1),
        Wrong("the frame counts on one side only", "how many sides does a row of pixels have?",
              lambda s, k, t=1, p=0: (s + p - k) // t + 1),
        Wrong("padding has no effect", WHERE, lambda s, k, t=1, p=0: (s - k) // t + 1),
        Wrong("the stride has no effect", WHERE, lambda s, k, t=1, p=0: s + 2 * p - k + 1),
        Wrong("padding and stride have no effect", WHERE, lambda s, k, t=1, p=0: s - k + 1),
        Wrong("the template has no effect", "where is K in (5.2)?",
              lambda s, k, t=1, p=0: (s + 2 * p) // t + 1),
        Wrong("only the kernel was divided", BRACKETS,
              lambda s, k, t=1, p=0: s + 2 * p - k // t + 1),
        Wrong("the image alone was divided by the stride", BRACKETS,
              lambda s, k, t=1, p=0: s // t + 2 * p - k + 1),
        Wrong("padding is added after the division", "what does the stride divide?",
              lambda s, k, t=1, p=0: (s - k) // t + 1 + 2 * p),
        Wrong("padding is subtracted", "does a frame make the image larger or smaller?",
              lambda s, k, t=1, p=0: (s - 2 * p - k) // t + 1),
        Wrong("the kernel is added", "does a larger template fit more often?",
              lambda s, k, t=1, p=0: (s + 2 * p + k) // t + 1),
        Wrong("one window too many", "how often does a template fit into its own size?",
              lambda s, k, t=1, p=0: (s + 2 * p - k) // t + 2),
        Wrong("stride is multiplied, not divided by", "do larger steps give more windows?",
              lambda s, k, t=1, p=0: (s + 2 * p - k) * t + 1),
        Wrong("K - 1 was subtracted, and 1 was added as well", "is the first window counted twice?",
              lambda s, k, t=1, p=0: (s + 2 * p - (k - 1)) // t + 1),
        Wrong("the default of the stride is not 1", "which stride moves the window by one pixel?",
              lambda s, k, t=2, p=0: size(s, k, t, p)),
        Wrong("the default of the padding is not 0", "how wide is a frame that is not there?",
              lambda s, k, t=1, p=1: size(s, k, t, p)),
        Wrong("the default of the stride is the kernel's size", "is this pooling?",
              lambda s, k, t=None, p=0: size(s, k, t or k, p)),
    ],
    hints=(
        "draw a row of 7 pixels and slide a template of 3 over it, with a stride of 2.",
        "the frame adds P pixels on each side. The first window needs K of them; how many steps of "
        "S fit into the rest?",
        "take (5.2) as it is, and divide with the operator that rounds down.",
    ),
)

# ---------------------------------------------------------------- 5.3


def correlate(x, weight, bias, rows=1, columns=1):
    return loops.conv2d(x, weight, bias, (rows, columns))


def convolved(change):
    """Make an answer that convolves something else: change(x, weight, bias) gives all three."""
    return lambda x, weight, bias, stride=1: correlate(*change(x, weight, bias), stride, stride)


def batches(rng):
    for (N, C, H, W), (O, KH, KW), stride in (  # noqa: E741
        ((2, 3, 6, 7), (4, 3, 2), 1),
        ((2, 3, 6, 7), (4, 3, 2), 2),
        ((2, 3, 6, 7), (4, 3, 2), 3),
        ((3, 2, 7, 5), (3, 2, 4), 1),
        ((1, 4, 9, 8), (2, 2, 3), 2),
    ):
        x, weight = rng.normal(size=(N, C, H, W)), rng.normal(size=(O, C, KH, KW))
        yield Case((x, weight, rng.normal(size=O), stride))
    x, weight, bias = (
        rng.normal(size=(2, 3, 8, 8)),
        rng.normal(size=(4, 3, 3, 3)),
        rng.normal(size=4),
    )
    yield Case((x, weight, bias), "the stride is left out", "which stride is meant then?")
    yield Case((x[:1, :1], weight[:1, :1], bias[:1]),
               "there is one image, one channel, one template",
               "which axes does y have, even if they are of length 1?")
    yield Case((x, weight[:, :, :1, :1], bias), "the template is one pixel",
               "how many windows does an image have then?")
    yield Case((x[:, :, :3, :3], weight, bias), "the template is as large as the image",
               "which shape has y then?")


BIAS, STEP, CHANNEL = (
    "is b inside the sums of (5.3) or outside?",
    "where does the window of y[..., 1, 1] begin when the stride is 2?",
    "where is the sum over c in (5.3)?",
)


def shifted(x, weight, bias, stride=1):
    y = correlate(x, weight, bias)
    Ho, Wo = (n // stride + 1 for n in (y.shape[2] - 1, y.shape[3] - 1))
    return y[:, :, :Ho, :Wo]


def square(side):
    def answer(x, weight, bias, stride=1):
        K = weight.shape[side]
        if weight.shape[5 - side] < K:
            raise IndexError("as weight[o, c, i, j] does")
        return correlate(x, weight[:, :, :K, :K], bias, stride, stride)

    return answer


def as_square(side, error):
    """Make an answer that takes one side of the image for both."""

    def answer(x, weight, bias, stride=1):
        y = correlate(x, weight, bias, stride, stride)
        Ho, Wo = ((x.shape[side] - k) // stride + 1 for k in weight.shape[2:])
        if Ho > y.shape[2] or Wo > y.shape[3]:
            raise error("a window reaches over the end")
        return y[:, :, :Ho, :Wo]

    return answer


def one_number(x, weight, bias, stride=1):
    y = correlate(x, weight, bias, stride, stride)
    y.ravel()[1:] = 0
    return y


def flat(x, weight, bias):
    return x, weight, 0 * bias


declare(
    "5.3", "conv2d",
    right=lambda x, weight, bias, stride=1: correlate(x, weight, bias, stride, stride),
    cases=batches, outputs=("y",),
    shapes={"x": IMAGES, "weight": TEMPLATES, "bias": ("O",), "y": ("N", "O", "Ho", "Wo")},
    wrong=[
        Wrong("the bias is missing", "where is b in (5.3)?", convolved(flat)),
        Wrong("the bias is added once for each pixel of the window", BIAS,
              convolved(lambda x, w, b: (x, w, b * w[0].size))),
        Wrong("the bias is added once for each channel", BIAS,
              convolved(lambda x, w, b: (x, w, b * w.shape[1]))),
        Wrong("the bias is subtracted", "with which sign is b in (5.3)?",
              convolved(lambda x, w, b: (x, w, -b))),
        Wrong("the sum of all biases is added", "which bias belongs to template o?",
              convolved(lambda x, w, b: (x, w, 0 * b + b.sum()))),
        Wrong("only the first channel counts", CHANNEL,
              convolved(lambda x, w, b: (x[:, :1], w[:, :1], b))),
        Wrong("only the last channel counts", "= or += in the loop over channels?",
              convolved(lambda x, w, b: (x[:, -1:], w[:, -1:], b))),
        Wrong("the channels were averaged", "sum or mean?",
              convolved(lambda x, w, b: (x / x.shape[1], w, b))),
        Wrong("the template is turned by 180°", "does (5.3) turn it?",
              convolved(lambda x, w, b: (x, w[:, :, ::-1, ::-1], b))),
        Wrong("only the template's first channel is used, for all channels of x",
              "which axes of the template do c, i and j count?",
              convolved(lambda x, w, b: (x, 0 * w + w[:, :1], b))),
        Wrong("the image was padded with zeros", "how wide a frame does the exercise ask for?",
              lambda x, w, b, s=1: loops.conv2d(
                  x, w, b, (s, s), (w.shape[2] // 2, w.shape[3] // 2)),
              lambda x, w, b, s=1: loops.conv2d(x, w, b, (s, s), (w.shape[2] - 1, w.shape[3] - 1)),
              lambda x, w, b, s=1: loops.conv2d(x, w, b, (s, s), (w.shape[2] // 2,) * 2)),
        Wrong("the stride has no effect", STEP, lambda x, w, b, s=1: correlate(x, w, b)),
        Wrong("the windows still move by one pixel", STEP, shifted),
        Wrong("the stride counts for the rows only", STEP,
              lambda x, w, b, s=1: correlate(x, w, b, s)),
        Wrong("the stride counts for the columns only", STEP,
              lambda x, w, b, s=1: correlate(x, w, b, 1, s)),
        Wrong("the last row and the last column of windows are missing",
              "how many places does a template of 3 have in 6 pixels?",
              lambda x, w, b, s=1: correlate(x, w, b, s, s)[:, :, :-1, :-1]),
        Wrong("one side of the template is used for both", "is the template always square?",
              square(2), square(3)),
        Wrong("the default of the stride is not 1", "which stride moves the window by one pixel?",
              lambda x, w, b, s=2: correlate(x, w, b, s, s)),
        Wrong("only the first template is used", "which template makes channel o of y?",
              convolved(lambda x, w, b: (x, 0 * w + w[:1], b))),
        Wrong("one side of the image is used for both", "is the image always square?",
              *[as_square(side, error) for side in (2, 3) for error in (ValueError, IndexError)]),
        Wrong("only the first number was computed, the others are 0",
              "how often does your loop run, and where is its return?", one_number),
    ],
    hints=(
        "compute one entry of y with (5.3) by hand: which window, which template, which bias?",
        "the window of y[n, o, h, w] begins at row S h and column S w of image n, and has all its "
        "channels.",
        "four loops, over n, o, h and w. Inside, cut the window out with two slices, multiply it "
        "with template o entry by entry, sum, and add bias o once.",
    ),
)

# ---------------------------------------------------------------- 5.4


def axes(x, K):
    """Return the windows as (N, C, K, K, Ho, Wo)."""
    view = np.lib.stride_tricks.sliding_window_view(x, (K, K), axis=(2, 3))
    return view.transpose(0, 1, 4, 5, 2, 3)


def columns(x, K):
    return axes(x, K).reshape(len(x), x.shape[1] * K * K, -1)


def ordered(*order, split=4):
    """Make an answer with the axes in another order before the reshape."""

    def answer(x, K):
        moved = axes(x, K).transpose(order)
        shape = [int(np.prod(moved.shape[1:split])), int(np.prod(moved.shape[split:]))]
        return moved.reshape(len(x), *shape)

    return answer


def pictures(rng):
    for shape, K in (((2, 3, 5, 6), 3), ((2, 3, 5, 6), 2), ((3, 2, 6, 4), 2), ((2, 4, 4, 7), 3)):
        yield Case((rng.normal(size=shape), K))
    x = rng.normal(size=(2, 3, 5, 5))
    yield Case((x, 3), "the images are square", "which of the axes is which?")
    yield Case((x, 1), "K is 1", "what is a window of one pixel?")
    yield Case((x, 5), "the template is as large as the image", "how many columns are there then?")
    yield Case((x[:1, :1], 2), "there is one image of one channel", "which shape is asked for?")


FIRST = "reshape moves no axis: which ones must be moved before it?"
declare(
    "5.4", "im2col", columns, pictures,
    shapes={"x": IMAGES, "the result": ("N", "C·K·K", "Ho·Wo")},
    wrong=[
        Wrong("the numbers are in the order (C, Ho, Wo, K, K)", FIRST,
              lambda x, K: np.ascontiguousarray(axes(x, K).transpose(0, 1, 4, 5, 2, 3)).reshape(
                  columns(x, K).shape)),
        Wrong("the channel counts fastest in a column",
              "a template is (C, K, K) in memory; which axis comes first?",
              ordered(0, 2, 3, 1, 4, 5)),
        Wrong("the windows go column by column", "which of Ho and Wo counts fastest?",
              ordered(0, 1, 2, 3, 5, 4)),
        Wrong("the entries of a window go column by column", "which K counts the rows?",
              ordered(0, 1, 3, 2, 4, 5)),
        Wrong("every window is a row", "which axis does (O, C·K·K) @ … sum over?",
              lambda x, K: columns(x, K).swapaxes(1, 2)),
        Wrong("the windows were put into rows and then reshaped", FIRST,
              lambda x, K: columns(x, K).swapaxes(1, 2).reshape(columns(x, K).shape)),
        Wrong("the channels are apart", "how many numbers does a window have, with all channels?",
              lambda x, K: columns(x, K).reshape(len(x), x.shape[1], K * K, -1)),
        Wrong("these are the windows themselves, with six axes", "which axes become one?",
              lambda x, K: axes(x, K).transpose(0, 1, 4, 5, 2, 3)),
        Wrong("the six axes are in the right order, and still six", "which of them become one?",
              axes),
        Wrong("the columns of all images are next to each other", "where is the axis N?",
              lambda x, K: np.concatenate(list(columns(x, K)), axis=1)),
        Wrong("the numbers of several images are mixed",
              "reshape moves no axis; which one stays in front?",
              lambda x, K: axes(x, K).transpose(1, 2, 3, 0, 4, 5).reshape(columns(x, K).shape),
              lambda x, K: axes(x, K).reshape(-1, len(x), columns(x, K).shape[2]).swapaxes(0, 1)),
        Wrong("the windows do not overlap", "what is the stride?",
              lambda x, K: columns(x, K).reshape(*columns(x, K).shape[:2], x.shape[2] - K + 1, -1)
              [:, :, ::K, ::K].reshape(*columns(x, K).shape[:2], -1)),
        Wrong("the last row and column of windows are missing",
              "how many places does a template of 3 have in 6 pixels?",
              lambda x, K: axes(x, K)[..., :-1, :-1].reshape(*columns(x, K).shape[:2], -1)),
        Wrong("the windows are turned by 180°", "does a convolution turn anything?",
              lambda x, K: axes(x, K)[:, :, ::-1, ::-1].reshape(columns(x, K).shape)),
        Wrong("the windows run over channels and rows", "which two axes of x are an image?",
              lambda x, K: np.lib.stride_tricks.sliding_window_view(x, (K, K), axis=(1, 2)).reshape(
                  len(x), x.shape[1] * K * K, -1)),
    ],
    hints=(
        "write column 0 of image 0 down by hand: which pixels belong in it, in which order?",
        "sliding_window_view gives (N, C, Ho, Wo, K, K). In which order must the six axes be "
        "before a reshape makes (N, C·K·K, Ho·Wo) of them?",
        "transpose to (N, C, K, K, Ho, Wo), then reshape. Or fill an array of that shape with two "
        "short loops, over the K × K places in a window.",
    ),
)

# ---------------------------------------------------------------- 5.5


def squares(x):
    """Return a view (N, C, H/2, W/2, 4) of the squares of 2 × 2."""
    N, C, H, W = x.shape
    return x.reshape(N, C, H // 2, 2, W // 2, 2).swapaxes(3, 4).reshape(N, C, H // 2, W // 2, 4)


def back(parts):
    """Return the pixels of squares in their places."""
    N, C, h, w, _ = parts.shape
    return parts.reshape(N, C, h, w, 2, 2).swapaxes(3, 4).reshape(N, C, 2 * h, 2 * w)


def handed_out(share):
    """Make an answer from share(square, g): what the four pixels of each square get."""
    return lambda grad_output, x: back(share(squares(x), grad_output[..., None]))


def winner(s, pick=np.argmax):
    return np.arange(4) == pick(s, axis=-1)[..., None]


def far_apart(g, x):
    """Take squares of four numbers that are half an image apart."""
    N, C, H, W = x.shape
    s = x.reshape(N, C, 2, H // 2, 2, W // 2).transpose(0, 1, 3, 5, 2, 4)
    parts = winner(s.reshape(N, C, H // 2, W // 2, 4)) * g[..., None]
    parts = parts.reshape(N, C, H // 2, W // 2, 2, 2).transpose(0, 1, 4, 2, 5, 3)
    return parts.reshape(x.shape)


def side_twice(axis, error):
    """Make an answer that takes one side of the map for both."""

    def answer(g, x):
        n, dx = g.shape[axis], handed_out(lambda s, g: winner(s) * g)(g, x)
        if n > min(g.shape[2:]):
            raise error("a square lies outside")
        dx[:, :, 2 * n :], dx[..., 2 * n :] = 0, 0
        return dx

    return answer


def one_winner(answer, grad_output, x):
    """Where one of several winners got everything, which one it is does not matter."""
    found = np.asarray(answer(grad_output, x))
    if found.shape == x.shape:
        s, got = squares(x), squares(found)
        tied = s == s.max(axis=-1, keepdims=True)
        fair = (np.count_nonzero(got, axis=-1) == 1) & (got * tied).any(axis=-1)
        got = np.where(fair[..., None], winner(s) * got.sum(axis=-1, keepdims=True), got)
        found = back(got)
    yield "your function", found


def pooled(rng):
    for N, C, H, W in ((2, 3, 4, 6), (2, 3, 4, 6), (3, 2, 6, 4)):
        x = rng.permutation(N * C * H * W).reshape(N, C, H, W) / 10.0 - N * C * H * W / 20
        yield Case((rng.normal(size=(N, C, H // 2, W // 2)), x))
    x = np.zeros((2, 2, 2, 4))
    x[..., 2:] = [[1, 3], [3, 2]]  # four zeros, as ReLU leaves them, and two winners
    tie = "x == x.max() may hold in more than one place; how do you keep one?"
    yield Case((rng.normal(size=(2, 2, 1, 2)) + 3, x),
               "several numbers of a square are equally large",
               tie, one_winner)
    x = rng.permutation(16).reshape(1, 1, 4, 4) - 30.0
    yield Case((rng.normal(size=(1, 1, 2, 2)), x), "all numbers are negative",
               "is the largest of four positive?")
    g = np.array([[[[0.0, -2.0], [0.0, 3.0]]]])
    yield Case((g, -x), "some gradients are 0", "who wins, and what does it get?")


WON = "who won, and what did the others get?"
declare(
    "5.5", "max_pool_backward",
    right=handed_out(lambda s, g: winner(s) * g), cases=pooled, outputs=("the gradient",),
    shapes={"x": IMAGES, "grad_output": ("N", "C", "H/2", "W/2"), "the gradient": IMAGES},
    wrong=[
        Wrong("all four get the whole gradient", "what if one that lost grows by a little?",
              handed_out(lambda s, g: np.ones_like(s) * g)),
        Wrong("all four get a quarter", "that is average pooling; who won?",
              handed_out(lambda s, g: np.ones_like(s) * g / 4)),
        Wrong("grad_output has no effect", "what arrives from the right?",
              handed_out(lambda s, g: winner(s) * 1.0)),
        Wrong("the winners are kept, as on the way forward", "what arrives from the right?",
              handed_out(lambda s, g: winner(s) * s)),
        Wrong("the signs of x were dropped", "which is larger, 1 or -8?",
              handed_out(lambda s, g: winner(np.abs(s)) * g)),
        Wrong("the same corner of each square gets it", "must the winner be there?",
              *[handed_out(lambda s, g, k=k: (np.arange(4) == k) * g) for k in range(4)]),
        Wrong("the gradient was multiplied by x", "what is the slope of the maximum?",
              handed_out(lambda s, g: winner(s) * g * s)),
        Wrong("negative winners get nothing", "is the largest of four always positive?",
              handed_out(lambda s, g: winner(s) * g * (s > 0))),
        Wrong("the smallest number gets it", WON,
              handed_out(lambda s, g: winner(s, np.argmin) * g)),
        Wrong("all winners of a square get the whole gradient",
              "how do you keep one of several that are equally large?",
              handed_out(lambda s, g: (s == s.max(-1, keepdims=True)) * g)),
        Wrong("equal winners share the gradient", "how do you keep one of them?",
              handed_out(lambda s, g: (t := s == s.max(-1, keepdims=True)) * g
                         / t.sum(-1, keepdims=True))),
        Wrong("only the largest number of each image gets something", WON,
              lambda g, x: handed_out(lambda s, g: winner(s) * g)(g, x)
              * (x == x.max(axis=(2, 3), keepdims=True))),
        Wrong("the gradient was not handed back to the size of x", "which shape is asked for?",
              lambda g, x: g * 1.0, lambda g, x: g * (squares(x).max(axis=-1) > 0)),
        Wrong("the gradient is added to x", "what is x + gradient?",
              lambda g, x: x + handed_out(lambda s, g: winner(s) * g)(g, x)),
        Wrong("row and column of the winner are swapped", "how many places does a row of two have?",
              handed_out(lambda s, g: (winner(s) * g)[..., [0, 2, 1, 3]])),
        Wrong("one side of the map is used for both", "is the map always square?",
              *[side_twice(axis, error) for axis in (2, 3) for error in (ValueError, IndexError)]),
        Wrong("the four numbers of a square do not lie next to each other in x",
              "in x.reshape(N, C, …), which comes first, the square or the place in it?",
              far_apart),
    ],
    hints=(
        "take one square of four by hand: who won, and what did the others get?",
        "cut x into squares, (N, C, H/2, W/2, 4) after moving an axis, and ask argmax for the "
        "place of the one winner. Two loops over the squares do as well.",
        "fill an array of zeros like x: at the place of the first winner of each square goes that "
        "square's number of grad_output. argmax names one winner even if several are equal.",
    ),
)

# ---------------------------------------------------------------- 5.6


def swap(weight):
    return weight.transpose(1, 0, 2, 3)


def turned(weight):
    return swap(weight)[:, :, ::-1, ::-1]


def framed(template, g, rows=None, across=None):
    """Slide templates over g with a frame of zeros: K - 1 wide if nothing else is said."""
    KH, KW = template.shape[2:]
    frame = KH - 1 if rows is None else rows, KW - 1 if across is None else across
    return loops.conv2d(g, template, padding=frame)


def spread(weight, g, add=True):
    """Hand each number of g to the window it came from, adding or overwriting."""
    KH, KW = weight.shape[2:]
    dx = np.zeros((len(g), weight.shape[1], g.shape[2] + KH - 1, g.shape[3] + KW - 1))
    for h, w in np.ndindex(g.shape[2:]):
        share = np.einsum("no,ocij->ncij", g[:, :, h, w], weight)
        window = dx[:, :, h : h + KH, w : w + KW]
        window[...] = share + (window if add else 0)
    return dx


def wrapped(weight, g):
    """Read g at h - i even where that is negative, which NumPy counts from the end."""
    dx = np.zeros_like(spread(weight, g))
    H, W = g.shape[2:]
    for a, b, i, j in np.ndindex(*dx.shape[2:], *weight.shape[2:]):
        if -H <= a - i < H and -W <= b - j < W:
            dx[:, :, a, b] += g[:, :, a - i, b - j] @ weight[:, :, i, j]
    return dx


def maps(rng):
    for (O, C, KH, KW), N, Ho, Wo in (  # noqa: E741
        ((2, 3, 3, 2), 2, 4, 5),
        ((2, 3, 3, 2), 2, 4, 5),
        ((4, 2, 2, 4), 3, 6, 3),
        ((3, 4, 4, 2), 2, 5, 6),
    ):
        yield Case((rng.normal(size=(O, C, KH, KW)), rng.normal(size=(N, O, Ho, Wo))))
    for args, when, hint in (
        (((3, 3, 3, 2), (2, 3, 4, 5)), "O equals C", "over which of the two does (5.6) sum?"),
        (((2, 3, 3, 3), (2, 2, 5, 5)), "templates and maps are square", "which side is which?"),
        (((3, 3, 3, 3), (3, 3, 3, 3)), "all axes are equally long", "which axis is which?"),
        (((2, 3, 1, 1), (2, 2, 3, 4)), "the template is one pixel", "how wide is the frame then?"),
        (((2, 1, 3, 2), (1, 2, 1, 1)), "grad_output is a single pixel", "what gets a share of it?"),
        (((1, 2, 5, 4), (2, 1, 2, 2)), "the template is larger than grad_output",
         "how wide must the frame of zeros be?"),
    ):
        yield Case((rng.normal(size=args[0]), rng.normal(size=args[1])), when, hint)


FLIP = "what do the minus signs in (5.6) do, and to which axes?"
FRAME = "how many windows of grad_output, frame included, must have seen a corner of x?"
SUM = "over which of the two does (5.6) sum?"
declare(
    "5.6", "conv_backward_input", spread, maps, outputs=("the gradient",),
    takes=lambda weight, grad_output: None,
    shapes={"weight": TEMPLATES, "grad_output": ("N", "O", "Ho", "Wo"), "the gradient": IMAGES},
    wrong=[
        Wrong("the template is not flipped", FLIP, lambda w, g: framed(swap(w), g)),
        Wrong("only the rows of the template are flipped", FLIP,
              lambda w, g: framed(swap(w)[:, :, ::-1], g)),
        Wrong("only the columns of the template are flipped", FLIP,
              lambda w, g: framed(swap(w)[..., ::-1], g)),
        Wrong("O and C were flipped as well", FLIP, lambda w, g: framed(np.flip(swap(w)), g)),
        Wrong("O and C were flipped instead of the two sides", FLIP,
              lambda w, g: framed(swap(w)[::-1, ::-1], g)),
        Wrong("grad_output was flipped, not the template", FLIP,
              lambda w, g: framed(swap(w), g[:, :, ::-1, ::-1])),
        Wrong("the template was transposed, not flipped", FLIP,
              lambda w, g: framed(w.transpose(1, 0, 3, 2), g)),
        Wrong("the frame around grad_output is missing", FRAME,
              lambda w, g: framed(turned(w), g, 0, 0)),
        Wrong("the frame is missing, and the template is not flipped", FRAME,
              lambda w, g: framed(swap(w), g, 0, 0)),
        Wrong("the frame is as wide as the template, one too wide", FRAME,
              lambda w, g: framed(turned(w), g, *w.shape[2:])),
        Wrong("the frame has the same width whatever the template", FRAME,
              *[lambda w, g, k=k: framed(turned(w), g, k, k) for k in (1, 2)]),
        Wrong("the frame is half the template, which would keep the size of the map", FRAME,
              lambda w, g: framed(turned(w), g, w.shape[2] // 2, w.shape[3] // 2)),
        Wrong("one side of the template gives the width of the whole frame",
              "is the template always square?",
              *[lambda w, g, s=s: framed(turned(w), g, *[w.shape[s] - 1] * 2) for s in (2, 3)]),
        Wrong("the two widths of the frame have changed places", "which one belongs to KH?",
              lambda w, g: framed(turned(w), g, w.shape[3] - 1, w.shape[2] - 1)),
        Wrong("O and C were not swapped", SUM, lambda w, g: framed(w[:, :, ::-1, ::-1], g)),
        Wrong("O and C were not swapped, and nothing was flipped", SUM, framed),
        Wrong("a reshape was used to swap O and C", "does reshape move numbers?",
              lambda w, g: framed(w.reshape(swap(w).shape)[:, :, ::-1, ::-1], g)),
        Wrong("only the first template counts", "where is the sum over o?",
              lambda w, g: spread(w[:1], g[:, :1])),
        Wrong("only the last template counts",
              "is each share added, or does it replace the last one?",
              lambda w, g: spread(w[-1:], g[:, -1:])),
        Wrong("the templates were averaged", "sum or mean?", lambda w, g: spread(w, g) / len(w)),
        Wrong("where windows overlap, the last one replaces the others",
              "is each share added, or does it replace the last one?",
              lambda w, g: spread(w, g, add=False)),
        Wrong("the result is only as large as grad_output", "which shape has x?",
              lambda w, g: spread(w, g)[:, :, : g.shape[2], : g.shape[3]]),
        Wrong("grad_output was read at negative places",
              "what is g[-1] to NumPy, and what should it be here?", wrapped),
        Wrong("the template was transposed as well as flipped", FLIP,
              lambda w, g: framed(turned(w).swapaxes(2, 3), g, w.shape[2] - 1, w.shape[3] - 1)),
    ],
    hints=(
        "a number of grad_output came from a window of x. Which pixels of x get a share of it, and "
        "how much?",
        "with loops.conv2d: grad_output in a frame of zeros is the image, and the template has O "
        "and C swapped and both sides flipped. How wide is the frame?",
        "the frame is KH - 1 rows and KW - 1 columns wide on each side; swap the first two axes of "
        "weight and reverse the last two.",
    ),
)

# ---------------------------------------------------------------- 5.7


def of_points(change=lambda x, v, w: (x, v)):
    """Make an answer: what is taken of x, times the values v of w at 0, 1, -1 and infinity."""

    def answer(x, w):
        seen = np.array([x[0] - x[2], x[1] + x[2], x[2] - x[1], x[3] - x[1]])
        values = np.array([w[0], (w[0] + w[1] + w[2]) / 2, (w[0] - w[1] + w[2]) / 2, w[2]])
        seen, values = change(seen, values, w)
        return seen * values.reshape(4, *[1] * (np.ndim(seen) - 1))

    return answer


def signs(*factors):
    return of_points(lambda x, v, w: (x, v * factors))


def rows_of_pixels(rng):
    for _ in range(4):
        yield Case((rng.normal(size=4), rng.normal(size=3)))
    yield Case((rng.normal(size=(4, 5)), rng.normal(size=3)), "each x is a row of pixels",
               "do the formulas care what x[0] is, a number or a row of them?")
    yield Case((np.array([2.0, 1, 3, 5]), np.array([1.0, 2, 4])), "w is 1, 2, 4",
               "is anything rounded?")


HALF = "what is Π (pⱼ - pᵢ) at 1, and what at -1?"
declare(
    "5.7", "four_products", of_points(), rows_of_pixels, outputs=("m",),
    wrong=[
        Wrong("these are the two outputs", "which four products are they made of?",
              lambda x, w: np.array([w @ x[:3], w @ x[1:]])),
        Wrong("each x is multiplied by one weight", "what does w(t) come to at t = 1?",
              lambda x, w: np.array([x[0] * w[0], x[1] * w[1], x[2] * w[2], x[3] * w[2]])),
        Wrong("the halves are missing", HALF, signs(1, 2, 2, 1)),
        Wrong("all four are halved", HALF, signs(0.5, 1, 1, 0.5)),
        Wrong("only one of the two in the middle is halved", HALF, signs(1, 2, 1, 1),
              signs(1, 1, 2, 1)),
        Wrong("the halves were taken twice", HALF, signs(1, 0.5, 0.5, 1)),
        Wrong("the half belongs to the whole sum of weights", "where do the brackets go?",
              of_points(lambda x, v, w: (x, np.array([w[0], w[0] + w[1] + w[2] / 2,
                                                      w[0] - w[1] + w[2] / 2, w[2]])))),
        Wrong("the halves were rounded down",
              "does // give the half of a number that is not whole?",
              of_points(lambda x, v, w: (x, np.array([w[0], (w[0] + w[1] + w[2]) // 2,
                                                      (w[0] - w[1] + w[2]) // 2, w[2]]))),
              ),
        Wrong("w₀ is used where w₂ belongs", "what is w's leading coefficient?",
              of_points(lambda x, v, w: (x, v[[0, 1, 2, 0]]))),
        Wrong("the first product has the wrong sign",
              "which of x₀ and x₂ does y₀ need with a plus?",
              signs(-1, 1, 1, 1)),
        Wrong("the third product has the wrong sign", "is it x₂ - x₁ or x₁ - x₂ that goes with -1?",
              signs(1, 1, -1, 1)),
        Wrong("the fourth product has the wrong sign",
              "y₁ adds it: with which sign must x₃ be in it?", signs(1, 1, 1, -1)),
        Wrong("the points 1 and -1 are swapped", "which of the two comes first?",
              lambda x, w: of_points()(x, w)[[0, 2, 1, 3]]),
        Wrong("w was evaluated at 1 twice", "what becomes of w₁ at t = -1?",
              of_points(lambda x, v, w: (x, v[[0, 1, 1, 3]]))),
        Wrong("w was evaluated at -1 twice", "what becomes of w₁ at t = 1?",
              of_points(lambda x, v, w: (x, v[[0, 2, 2, 3]]))),
        Wrong("w₀ and w₂ are swapped", "what is w(0), and what is w's leading coefficient?",
              of_points(lambda x, v, w: (x, v[[3, 1, 2, 0]]))),
        Wrong("the fourth product looks at x₂ and x₃", "which two does the row for ∞ in B have?",
              lambda x, w: np.array([*of_points()(x, w)[:3], (x[3] - x[2]) * w[2]])),
        Wrong("the values of w are missing", "what is each sum of pixels multiplied with?",
              of_points(lambda x, v, w: (x, np.ones(4)))),
        Wrong("the sums of pixels are missing", "what is each value of w multiplied with?",
              of_points(lambda x, v, w: (np.ones_like(x), v))),
    ],
    hints=(
        "take one product: what is x taken together with there, and where is w evaluated?",
        "row k of B says which pixels are in m_k; the points are 0, 1, -1 and infinity.",
        "m₁ is (x₁ + x₂)(w₀ + w₁ + w₂)/2. Write the other three in the same way; at infinity only "
        "w₂ is left.",
    ),
)
