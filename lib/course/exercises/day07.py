"""The checks of day 7: errors, a walk between codes, k-means, the Rand index, t-SNE."""

import numpy as np

from lib.course.checks import exercise, expect, expect_array


def _run(answer, *inputs):
    """Return what came back, and whether the copies that were handed over have changed."""
    mine = [array.copy() for array in inputs]
    got = answer(*mine)
    return got, not all(np.array_equal(a, b) for a, b in zip(mine, inputs, strict=True))


@exercise("7.1", "image_errors")
def image_errors(answer):
    rng = np.random.default_rng(71)
    x, x_hat = rng.random((2, 6, 784))
    got, changed = _run(answer, x, x_hat)
    yield expect(not changed, "an input was changed", "which line writes into x or x_hat?")
    square = (x_hat - x) ** 2
    yield expect_array(
        got,
        square.mean(axis=1),
        "which axis of (N, 784) are the pixels?",
        mistakes=[
            (square.mean(), "one number came out for all images", "over which axis is the mean?"),
            (square.mean(axis=0), "there is one error for each pixel", "which axis is the batch?"),
            (square.sum(axis=1), "it is 784 times too large", "does (7.1) take a sum or a mean?"),
            (square.sum(axis=1) / (6 * 784), "it is 6 times too small", "is 1/N in it, too?"),
            (np.sqrt(square.mean(axis=1)), "a root was taken", "is there a root in (7.1)?"),
            (np.sqrt(square.sum(axis=1)), "that is a distance", "is there a root in (7.1)?"),
            (np.abs(x_hat - x).mean(axis=1), "nothing was squared", "what is squared in (7.1)?"),
            ((x_hat - x).mean(axis=1), "nothing was squared", "may errors cancel?"),
            ((x_hat - x).mean(axis=1) ** 2, "the mean was squared", "which comes first in (7.1)?"),
        ],
        what="the errors",
    )


@exercise("7.2", "walk")
def walk(answer):
    rng = np.random.default_rng(72)
    down, up = rng.normal(size=(784, 3)) / 28, rng.normal(size=(3, 784))

    def encoder(x):
        if np.ndim(x) != 2 or np.shape(x)[1] != 784:
            raise ValueError(f"the encoder expected images (N, 784), got {np.shape(x)}")
        return np.tanh(x @ down)

    def decoder(z):
        if np.ndim(z) != 2 or np.shape(z)[1] != 3:
            raise ValueError(f"the decoder expected codes (N, 3), got {np.shape(z)}")
        return 1 / (1 + np.exp(-(z @ up)))

    def between(start, end, share):
        return start + share[:, None] * (end - start)

    a, b = rng.random((2, 784))
    got, changed = _run(lambda a, b: answer(encoder, decoder, a, b, 5), a, b)
    yield expect(not changed, "an image was changed", "which line writes into a or b?")
    (start,), (end,) = encoder(a[None]), encoder(b[None])
    full, short = np.linspace(0, 1, 5), np.arange(5) / 5
    right = decoder(between(start, end, full))
    faded = between(a, b, full)
    ends = decoder(np.stack([start, end]))
    yield expect_array(
        got,
        right,
        "encode both, walk between the codes, decode; what are the shapes at each step?",
        mistakes=[
            (faded, "that fades one image into the other", "between what should you walk?"),
            (decoder(encoder(faded)), "you walk between images, then encode",
             "which comes first, encoding or walking?"),
            (between(*ends, full), "you walk between two drawings",
             "which comes first, walking or decoding?"),
            (between(start, end, full), "those are codes", "who turns codes into images?"),
            (decoder(between(start, end, short)), "the walk does not arrive at b",
             "how many steps lie between 5 places, both ends included?"),
            (right[::-1], "the walk goes from b to a", "which of them is the start?"),
            (right[:, None], "an axis is left over", "is a batch of one code an image?"),
        ],
        what="the walk",
    )  # fmt: skip
    yield expect_array(answer(encoder, decoder, a, b, 2), ends, "what are 2 steps?", what="2 steps")


@exercise("7.3", "kmeans_step")
def kmeans_step(answer):
    rng = np.random.default_rng(73)
    x = rng.normal(size=(40, 3))
    centres = np.concatenate([x[:4] + 0.1, [[40.0, -90.0, 20.0]]])  # nothing is near the last one
    got, changed = _run(answer, x, centres)
    pair = isinstance(got, tuple | list) and len(got) == 2
    yield expect(pair, "the result is not a pair", "does it end with `return labels, new_centres`?")
    yield expect(not changed, "an input was changed", "do you write into centres, or a copy?")
    gaps = x[:, None] - centres
    far = (gaps**2).sum(axis=2)
    labels = far.argmin(axis=1)
    yield expect_array(
        got[0],
        labels,
        "of all squared distances (N, K), which axis holds the centres?",
        mistakes=[
            (far.argmax(axis=1), "the farthest centre was taken", "min or max?"),
            (far.argmin(axis=0), "there is a label for each centre", "which axis are they?"),
            (gaps.sum(axis=2).argmin(axis=1), "nothing was squared", "may +3 and -3 cancel?"),
            (np.abs(gaps).sum(axis=2).argmin(axis=1), "absolute differences were added up",
             "is that the distance along a straight line?"),
            (labels + 1, "labels count from 1", "which number has the first centre?"),
        ],
        what="labels",
    )  # fmt: skip
    new = np.array([*[x[labels == k].mean(axis=0) for k in range(4)], centres[4]])
    empty, zero = new.copy(), new.copy()
    empty[4], zero[4] = np.nan, 0
    count = np.bincount(labels, minlength=5)[:, None]
    yield expect_array(
        got[1],
        new,
        "of which rows of x is each centre the mean?",
        mistakes=[
            (empty, "the centre without a group became nan", "what is the mean of nothing?"),
            (zero, "the centre without a group moved to 0", "where should it stay?"),
            (new[:4], "the centre without a group is gone", "how many centres must come back?"),
            (centres, "no centre has moved", "what is the second move?"),
            (new * np.maximum(count, 1), "centres are sums", "sum or mean?"),
        ],
        what="new_centres",
    )


@exercise("7.4", "adjusted_rand")
def adjusted_rand(answer):
    rng = np.random.default_rng(74)
    digits = rng.integers(0, 4, 60)
    groups = np.where(rng.random(60) < 0.6, digits, rng.integers(0, 4, 60)) * 2 + 1
    groups[groups == 7] = 6

    def pairs(n):
        return n * (n - 1) / 2

    table = np.array([[np.sum((groups == i) & (digits == j)) for j in range(4)] for i in range(8)])
    S, N = pairs(table).sum(), 60
    A, B = pairs(table.sum(axis=1)).sum(), pairs(table.sum(axis=0)).sum()
    E = A * B / pairs(N)
    got, changed = _run(answer, groups, digits)
    yield expect(not changed, "an input was changed", "which line writes into its input?")
    yield expect_array(
        got,
        (S - E) / ((A + B) / 2 - E),
        "print S, A, B and E for groups [0, 0, 1] and digits [5, 5, 5]; count by hand.",
        mistakes=[
            ((groups == digits).mean(), "names were compared", "do the groups' names mean digits?"),
            (table.max(axis=1).sum() / N, "you count the most frequent digit of each group",
             "what would 60 groups of one image get?"),
            ((pairs(N) + 2 * S - A - B) / pairs(N), "that is the Rand index, not adjusted",
             "what would chance get?"),
            (S / ((A + B) / 2), "nothing is subtracted for chance", "where is E?"),
            ((S - E) / ((A + B) / 2), "E is missing below the line", "what is the most to be won?"),
            ((S - E) / (A + B - E), "A + B was not halved", "what does (7.2) divide by?"),
            ((S - A * B) / ((A + B) / 2 - A * B), "E is A times B", "of how many pairs in all?"),
        ],
        what="the index",
    )  # fmt: skip
    one = answer(np.array([7, 7, 3, 3, 5]), np.array([0, 0, 1, 1, 2]))
    yield expect_array(one, 1, "do names count, or pairs?", what="the index of perfect groups")
    few = answer(np.array([0, 0, 0, 1, 1, 1]), np.array([0, 1, 2, 3, 3, 3]))
    yield expect_array(few, 6 / 11, "may there be fewer groups than digits?", what="the index")


def _perplexity(distances, beta):
    p = np.exp(-beta * (distances - distances.min()))
    p = p[p > 0] / p.sum()
    return np.exp(-(p * np.log(p)).sum())


@exercise("7.5", "find_beta")
def find_beta(answer):
    rng = np.random.default_rng(75)
    base = (rng.normal(size=(400, 4)) ** 2).sum(axis=1) + 2
    for scale, wanted, hint in (
        (1, 5, "print the perplexity for the beta that you return."),
        (1, 300, "does your search also find a beta below its first guess?"),
        (1e-6, 5, "how far may beta have to grow? Who sets its upper end?"),
        (1e6, 5, "exp(-a million) is 0 for everyone; what may you subtract in (7.3)?"),
    ):
        d = scale * base
        beta, changed = _run(lambda distances, goal=wanted: answer(distances, goal), d)
        yield expect(not changed, "distances was changed", "which line writes into it?")
        number = np.ndim(beta) == 0 and beta is not None
        yield expect(number, "what came back is not one number", "does it end with `return beta`?")
        asked = f"distances near {6 * scale:g}, perplexity {wanted} asked"
        yield expect(0 < beta < np.inf, f"{asked}: beta is {beta:.6g}", hint)
        found = _perplexity(d, beta)
        right = abs(found / wanted - 1) < 2e-3
        for other, problem, question in (
            (0.5 / beta**2, "that is σ of a normal curve", "how does σ enter exp(-d²/2σ²)?"),
            (0.5 / beta, "that is σ², not β", "what stands before d² in (7.3)?"),
            (1 / beta, "that is 1/β", "in (7.3), is d² multiplied or divided?"),
            (beta / 2, "it is twice as large as β", "is there a 2 in (7.3)?"),
            (beta * 2, "it is half of β", "is there a 2 in (7.3)?"),
        ):
            meant = abs(_perplexity(d, other) / wanted - 1) < 2e-3
            yield expect(right or not meant, problem, question)
        for goal, problem, question in (
            (np.exp(min(wanted, 20)), "that makes the entropy, not e^H, what was asked", "e to …?"),
            (2 ** np.log(wanted), "logarithms of base 2 meet e^H", "do log and exp fit together?"),
            (np.exp(np.log2(wanted)), "natural logarithms meet 2^H", "do log and exp fit?"),
        ):
            yield expect(right or abs(found / goal - 1) > 2e-3, problem, question)
        yield expect(right, f"{asked}: your beta gives {found:.6g}", hint)


@exercise("7.6", "tsne_gradient")
def tsne_gradient(answer):
    rng = np.random.default_rng(76)
    P = rng.random((9, 9))
    P += P.T
    np.fill_diagonal(P, 0)
    P /= P.sum()
    Y = rng.normal(size=(9, 2))
    got, changed = _run(answer, P, Y)
    yield expect(not changed, "an input was changed", "which line writes into P or Y?")
    gaps = Y[:, None] - Y  # (9, 9, 2)
    full = 1 / (1 + (gaps**2).sum(axis=2))
    w = full * (1 - np.eye(9))

    def springs(q, w=w):
        return 4 * (((P - q) * w)[:, :, None] * gaps).sum(axis=1)

    right, rows = springs(w / w.sum()), w / w.sum(axis=1, keepdims=True)
    yield expect_array(
        got,
        right,
        "compare with poking: move one coordinate of one point, and look at (7.5).",
        mistakes=[
            (right / 4, "the 4 is missing", "what stands before the sum in (7.6)?"),
            (-right, "the springs push where they should pull", "y_i - y_j, or y_j - y_i?"),
            (springs(w / w.sum(), np.ones((9, 9))), "w is missing", "what multiplies p - q?"),
            (springs(w / w.sum(), w**2), "w stands there twice", "w or its square in (7.6)?"),
            (springs(full / full.sum()), "a point has itself as a neighbour",
             "what is w on the diagonal, and does (7.4) count it?"),
            (springs(rows), "q adds up to 1 in every row", "over which pairs does (7.4) sum?"),
            (springs(w), "q does not add up to 1", "what does (7.4) divide by?"),
            (-4 * ((P - w / w.sum()) * w) @ Y, "the term with y_i is missing",
             "what becomes of the sum over j of s_ij y_i?"),
        ],
        what="the gradient",
    )  # fmt: skip
