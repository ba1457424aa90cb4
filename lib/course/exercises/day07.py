"""The exercises of day 7: errors, a walk between codes, k-means, the Rand index, t-SNE."""

import numpy as np

from lib.course.diagnosis import Case, Wrong, declare

# ---------------------------------------------------------------- 7.1


def drawings(rng):
    for shape in ((6, 784), (6, 784), (4, 784)):
        yield Case((rng.random(shape), rng.random(shape)))
    x = rng.random((3, 784))
    yield Case((x[:1], x[1:2]), "there is one image only", "which shape is asked for?")
    yield Case((x, x.copy()), "every drawing is perfect", "what is the error then?")
    yield Case((x.astype(np.float32), x[::-1].astype(np.float32)), "the images are float32",
               "does your code depend on the dtype?")


SQUARE = "what is squared in (7.1), and may errors cancel?"
declare(
    "7.1", "image_errors", lambda x, x_hat: ((x_hat - x) ** 2).mean(axis=1), drawings,
    outputs=("the errors",), tolerance=1e-5,
    shapes={"x": ("N", "784"), "x_hat": ("N", "784"), "the errors": ("N",)},
    wrong=[
        Wrong("one number came out for all images", "over which axis is the mean?",
              lambda x, h: ((h - x) ** 2).mean()),
        Wrong("there is one error for each pixel", "which axis is the batch?",
              lambda x, h: ((h - x) ** 2).mean(axis=0)),
        Wrong("the squares were added up, not averaged", "does (7.1) take a sum or a mean?",
              lambda x, h: ((h - x) ** 2).sum(axis=1)),
        Wrong("it was divided by N as well", "is this a mean over the images too?",
              lambda x, h: ((h - x) ** 2).mean(axis=1) / len(x)),
        Wrong("the squares were divided by N, not by the pixels", "what does each mean divide by?",
              lambda x, h: ((h - x) ** 2).sum(axis=1) / len(x)),
        Wrong("a root was taken", "is there a root in (7.1)?",
              lambda x, h: np.sqrt(((h - x) ** 2).mean(axis=1)),
              lambda x, h: np.sqrt(((h - x) ** 2).sum(axis=1))),
        Wrong("nothing was squared", SQUARE, lambda x, h: np.abs(h - x).mean(axis=1),
              lambda x, h: (h - x).mean(axis=1)),
        Wrong("the mean was squared, not the differences", "which comes first in (7.1)?",
              lambda x, h: (h - x).mean(axis=1) ** 2),
        Wrong("it is half of the mean", "is there a ½ in (7.1)?",
              lambda x, h: ((h - x) ** 2).mean(axis=1) / 2),
        Wrong("the largest squared difference came back", "which of its pixels count?",
              lambda x, h: ((h - x) ** 2).max(axis=1)),
        Wrong("the squares were subtracted, not the images", SQUARE,
              lambda x, h: (h**2 - x**2).mean(axis=1)),
        Wrong("only one of the two was squared: the power comes before the minus",
              "where do the brackets go?", lambda x, h: (h - x**2).mean(axis=1),
              lambda x, h: (x - h**2).mean(axis=1)),
    ],
    hints=(
        "which axis of (N, 784) are the pixels?",
        "square the differences, one for each pixel of each image; which axis must go?",
        "take the mean of the squared differences over axis 1.",
    ),
)

# ---------------------------------------------------------------- 7.2


def networks(rng, d):
    """Make an encoder and a decoder that insist on batches."""
    down, up = rng.normal(size=(784, d)) / 28, rng.normal(size=(d, 784))

    def encoder(x):
        if np.ndim(x) != 2 or np.shape(x)[1] != 784:
            raise ValueError(f"the encoder expected images (N, 784), got {np.shape(x)}")
        return np.tanh(x @ down)

    def decoder(z):
        if np.ndim(z) != 2 or np.shape(z)[1] != d:
            raise ValueError(f"the decoder expected codes (N, {d}), got {np.shape(z)}")
        return 1 / (1 + np.exp(-(z @ up)))

    return encoder, decoder


def pairs_of_images(rng):
    nets = networks(rng, 3)
    for steps in (5, 6, 8):
        yield Case((*nets, *rng.random((2, 784)), steps))
    yield Case((*networks(rng, 2), *rng.random((2, 784)), 4))
    a, b = rng.random((2, 784))
    yield Case(
        (*nets, a, b, 2), "there are two steps", "what are the two, if both ends are included?"
    )
    yield Case((*nets, a, a.copy(), 3), "a and b are the same", "where does the walk lead then?")


def codes(encoder, a, b, shares):
    start, end = encoder(a[None]), encoder(b[None])
    return start + shares[:, None] * (end - start)


def to(shares):
    """Make an answer that walks other shares of the way."""
    return lambda encoder, decoder, a, b, steps: decoder(codes(encoder, a, b, shares(steps)))


def faded(a, b, steps):
    return a + np.linspace(0, 1, steps)[:, None] * (b - a)


BETWEEN, ENDS = (
    "between what should you walk: images, codes or drawings?",
    "how many steps are there between `steps` places, both ends included?",
)
declare(
    "7.2", "walk", to(lambda steps: np.linspace(0, 1, steps)), pairs_of_images,
    outputs=("the walk",), takes=lambda encoder, decoder, a, b, steps: None,
    fixed=("encoder", "decoder"), shapes={"the walk": ("steps", "784")},
    wrong=[
        Wrong("one image is faded into the other", BETWEEN,
              lambda encoder, decoder, a, b, steps: faded(a, b, steps)),
        Wrong("you walk between images, then encode and decode", BETWEEN,
              lambda encoder, decoder, a, b, steps: decoder(encoder(faded(a, b, steps)))),
        Wrong("you walk between two drawings", "which comes first, walking or decoding?",
              lambda encoder, decoder, a, b, steps:
              faded(*decoder(encoder(np.stack([a, b]))), steps)),
        Wrong("those are codes", "which of the two networks turns codes into images?",
              lambda encoder, decoder, a, b, steps: codes(encoder, a, b, np.linspace(0, 1, steps))),
        Wrong("the walk does not arrive at b", ENDS, to(lambda n: np.arange(n) / n)),
        Wrong("the walk does not start at a", ENDS, to(lambda n: (np.arange(n) + 1) / n)),
        Wrong("there is one drawing too many", ENDS, to(lambda n: np.linspace(0, 1, n + 1))),
        Wrong("both ends are left out", "which places are included?",
              to(lambda n: np.linspace(0, 1, n + 2)[1:-1])),
        Wrong("the walk goes from b to a", "which of them is the start?",
              to(lambda n: np.linspace(1, 0, n))),
        Wrong("the start is added to the whole of the end, not to the way there",
              "how far is it from the first code to the second?",
              lambda encoder, decoder, a, b, steps: decoder(
                  encoder(a[None]) + np.linspace(0, 1, steps)[:, None] * encoder(b[None]))),
        Wrong("the steps are not equally long", "which shares of the way does np.linspace give?",
              to(lambda n: np.linspace(0, 1, n) ** 2), to(lambda n: np.sqrt(np.linspace(0, 1, n)))),
        Wrong("the two ends are the images themselves, not drawings of them",
              "what does the decoder make of the first code?",
              lambda encoder, decoder, a, b, steps: np.vstack(
                  [a, decoder(codes(encoder, a, b, np.linspace(0, 1, steps)))[1:-1], b])),
        Wrong("an axis of length 1 is left over", "is a batch of one code an image?",
              lambda encoder, decoder, a, b, steps:
              decoder(codes(encoder, a, b, np.linspace(0, 1, steps)))[:, None]),
    ],
    hints=(
        "encode both, walk between the codes, decode; what are the shapes at each step?",
        "the codes along a straight line are the first one plus a share of the difference; "
        "np.linspace gives the shares.",
        "stack a and b into a batch of two and encode it; make (steps, d) codes with shares of "
        "shape (steps, 1); decode them all in one call.",
    ),
)

# ---------------------------------------------------------------- 7.3


def gaps(x, centres):
    return x[:, None] - centres


def nearest(x, centres, size=np.square):
    return size(gaps(x, centres)).sum(axis=2).argmin(axis=1)


def middle(x, labels, centres, alone=None, of=np.mean):
    """Return the new centres; ``alone(k)`` is what becomes of a centre without a group."""
    return np.array([
        of(x[labels == k], axis=0) if (labels == k).any() else alone(k) if alone else centres[k]
        for k in range(len(centres))
    ])


def two_moves(x, centres):
    labels = nearest(x, centres)
    return labels, middle(x, labels, centres)


def until_rest(x, centres):
    for _ in range(100):
        labels, centres = two_moves(x, centres)
    return labels, centres


def clouds(rng):
    for N, K, d in ((30, 4, 3), (30, 4, 3), (25, 3, 2), (40, 5, 6)):
        x = rng.normal(size=(N, d)) * 2
        yield Case((x, x[rng.permutation(N)[:K]] + 0.3))
    far, x = np.array([[90.0, -80, 70]]), rng.normal(size=(20, 3))
    empty = "what is the mean of nothing, and where should that centre stay?"
    yield Case((x, np.concatenate([x[:3] + 0.1, far])), "the last centre gets no rows", empty)
    yield Case((x, np.concatenate([x[:2] + 0.1, far, x[2:4] + 0.1])),
               "a middle centre gets no rows", empty)
    yield Case((x, np.concatenate([far, x[:3] + 0.1])), "the first centre gets no rows", empty)
    near = np.concatenate([x[:1] + 0.001, far, -far])
    yield Case(
        (np.concatenate([x, far]), near), "a centre gets a single row", "what is a mean of one?"
    )
    yield Case((np.array([[0.0], [2.0], [1.0], [5.0]]), np.array([[0.0], [2.0], [9.0]])),
               "a row lies between two centres",
               "which of two equal ones does argmin return?")
    yield Case((rng.normal(size=(4, 4)), rng.normal(size=(4, 4))), "N, K and d are equal",
               "of all squared distances (N, K), which axis holds the centres?")
    yield Case((rng.normal(size=(6, 2)), rng.normal(size=(1, 2))), "there is one centre only",
               "which shapes does the result have for K = 1?")
    yield Case((np.zeros((1, 4)), np.array([[3.0, 0, 0, 0], [2.0, 2, 0, 0]])),
               "one gap of 3 meets two of 2",
               "is that the distance along a straight line?")


def labels_of(labels):
    """Make an answer from wrong labels(x, c); the centres follow them where they can."""

    def answer(x, centres):
        found = labels(x, centres)
        try:
            return found, middle(x, found, centres)
        except (IndexError, ValueError):
            return found, np.full(centres.shape, np.nan)

    return answer


def centres_of(new):
    """Make wrong new centres(x, labels, centres) from right labels."""
    return lambda x, centres: new(x, nearest(x, centres), centres)


def squared(x, c):
    return (gaps(x, c) ** 2).sum(axis=2)


STRAIGHT, STAY, ALL = (
    "is that the distance along a straight line?",
    "what is the mean of nothing, and where should that centre stay?",
    "do all the axes count?",
)
REACH, PLACE = "does your loop reach every centre?", "is a distance asked for, or a place?"
declare(
    "7.3", "kmeans_step", two_moves, clouds, outputs=("labels", "new_centres"),
    shapes={"x": ("N", "d"), "centres": ("K", "d")},
    asks={"new_centres": "of which rows of x is each centre the mean?"},
    parts={"new_centres": {
        "of centres that got rows": lambda x, c: np.broadcast_to(
            np.isin(np.arange(len(c)), nearest(x, c))[:, None], c.shape),
        "of centres without rows": lambda x, c: ~np.broadcast_to(
            np.isin(np.arange(len(c)), nearest(x, c))[:, None], c.shape)}},
    wrong=[
        Wrong("the farthest centre was taken", "min or max?",
              labels_of(lambda x, c: squared(x, c).argmax(1))),
        Wrong("there is a label for each centre, not for each row", "which axis are the centres?",
              labels_of(lambda x, c: squared(x, c).argmin(0))),
        Wrong("nothing was squared, so that +3 and -3 cancel", "may gaps cancel?",
              labels_of(lambda x, c: gaps(x, c).sum(2).argmin(1))),
        Wrong("absolute differences were added up", STRAIGHT,
              labels_of(lambda x, c: nearest(x, c, np.abs))),
        Wrong("the gaps were added up before they were squared", "which comes first?",
              labels_of(lambda x, c: (gaps(x, c).sum(2) ** 2).argmin(1))),
        Wrong("only the largest gap counts", ALL,
              labels_of(lambda x, c: np.abs(gaps(x, c)).max(2).argmin(1))),
        Wrong("only the first axis counts", ALL,
              labels_of(lambda x, c: nearest(x[:, :1], c[:, :1]))),
        Wrong("the largest dot product decides", "is that the nearest centre?",
              labels_of(lambda x, c: (x @ c.T).argmax(1))),
        Wrong("labels count from 1", "what is the number of the first centre?",
              labels_of(lambda x, c: nearest(x, c) + 1)),
        Wrong("of two centres equally near the later one was taken",
              "which of equal ones does argmin return?",
              labels_of(lambda x, c: len(c) - 1 - nearest(x, c[::-1]))),
        Wrong("more than one step was taken", "is one step asked for, or all until nothing moves?",
              lambda x, c: two_moves(x, two_moves(x, c)[1]), until_rest),
        Wrong("these are distances, not labels", PLACE,
              labels_of(lambda x, c: squared(x, c).min(1)), labels_of(squared)),
        Wrong("the centres moved before the labels were given",
              "which centres are the labels for, the old or the new ones?",
              lambda x, c: (nearest(x, two_moves(x, c)[1]), two_moves(x, c)[1])),
        *(
            Wrong(problem, hint, *[centres_of(f) for f in functions], of="new_centres")
            for problem, hint, *functions in (
                ("a centre without a group became nan", STAY,
                 lambda x, y, c: middle(x, y, c, lambda k: np.full(c.shape[1], np.nan))),
                ("a centre without a group moved to 0", STAY,
                 lambda x, y, c: middle(x, y, c, lambda k: np.zeros(c.shape[1]))),
                ("a centre without a group moved to a row of x", STAY,
                 lambda x, y, c: middle(x, y, c, lambda k: x[0]),
                 lambda x, y, c: middle(x, y, c, lambda k: x[-1])),
                ("a centre without a group moved to the mean of all rows", STAY,
                 lambda x, y, c: middle(x, y, c, lambda k: x.mean(0))),
                ("a centre without a group is gone", "how many centres must come back?",
                 lambda x, y, c: np.array([x[y == k].mean(0) for k in np.unique(y)])),
                ("no centre has moved", "what is the second move?", lambda x, y, c: c),
                ("centres are sums", "sum or mean?", lambda x, y, c: middle(x, y, c, of=np.sum)),
                ("centres move half of the way only", "where is the mean of the group?",
                 lambda x, y, c: (c + middle(x, y, c)) / 2),
                ("centres are medians", "median or mean?",
                 lambda x, y, c: middle(x, y, c, of=np.median)),
                ("sums were divided by all N rows", "how many rows does the group have?",
                 lambda x, y, c: middle(x, y, c, of=lambda r, axis: r.sum(axis) / len(x)),
                 lambda x, y, c: np.array([x[y == k].sum(0) / len(x) for k in range(len(c))])),
                ("the old centre counts as a member of its group", "of which rows is it the mean?",
                 lambda x, y, c: np.array([np.concatenate([x[y == k], c[k : k + 1]]).mean(0)
                                           for k in range(len(c))])),
                ("the mean runs over the axes as well", "over which axis is the mean?",
                 lambda x, y, c: middle(x, y, c, of=lambda r, axis: np.full(c.shape[1], r.mean()))),
                ("the last centre never moves", REACH,
                 lambda x, y, c: np.concatenate([middle(x, y, c)[:-1], c[-1:]])),
                ("the first centre never moves", REACH,
                 lambda x, y, c: np.concatenate([c[:1], middle(x, y, c)[1:]])),
                ("a group of one row is taken for empty", "what is a mean of one?",
                 lambda x, y, c: np.array([x[y == k].mean(0) if (y == k).sum() > 1 else c[k]
                                           for k in range(len(c))])),
            )
        ),
    ],
    hints=(
        "of all squared distances (N, K), which axis holds the centres?",
        "x[:, None] - centres has shape (N, K, d). Two steps make labels of it; then each centre "
        "is the mean of the rows that carry its number.",
        "square, sum over d, argmin over K. Copy the centres, and for each k with at least one row "
        "put the mean of x[labels == k] there.",
    ),
)

# ---------------------------------------------------------------- 7.4


def two(n):
    return n * (n - 1) / 2


def counts(groups, digits):
    names, classes = np.unique(groups), np.unique(digits)
    return np.array([[np.sum((groups == i) & (digits == j)) for j in classes] for i in names])


def index(combine, pairs=two):
    """Make an answer from S, A, B and the number of all pairs."""

    def answer(groups, digits):
        table = counts(groups, digits)
        A, B = pairs(table.sum(axis=1)).sum(), pairs(table.sum(axis=0)).sum()
        return combine(pairs(table).sum(), A, B, pairs(len(groups)))

    return answer


def adjusted(S, A, B, n):
    return (S - A * B / n) / ((A + B) / 2 - A * B / n)


def among(groups, digits, keep):
    return index(adjusted)(groups[keep], digits[keep])


def left(groups, digits, keep):
    """Count only what is kept, but all pairs of N."""
    all_pairs = two(len(groups))
    return index(lambda S, A, B, n: adjusted(S, A, B, all_pairs))(groups[keep], digits[keep])


def limited(groups, digits):
    """Count only groups and digits named 0 to 9."""
    return among(groups, digits, (groups >= 0) & (groups < 10))


def groupings(rng):
    for N, K in ((60, 4), (60, 4), (45, 3), (80, 6)):
        digits = rng.integers(0, K, N)
        mixed = np.where(rng.random(N) < 0.6, digits, rng.integers(0, K, N))
        yield Case((mixed * 2 + 1, digits))
    same = np.array([7, 7, 3, 3, 5, 5, 5])
    yield Case((same, np.array([0, 0, 1, 1, 2, 2, 2])),
               "the groups are perfect but named otherwise",
               "do names count, or pairs?")
    yield Case((np.array([0, 0, 0, 1, 1, 1]), np.array([0, 1, 2, 3, 3, 3])),
               "there are fewer groups than digits",
               "how large is the table of counts?")
    many = np.arange(40) % 13
    yield Case(
        (many, many % 4), "there are more than ten groups", "how large is the table of counts?"
    )
    yield Case((np.array([-1, -1, 2, 2, 2, -1]), np.array([0, 0, 1, 1, 0, 1])),
               "a group is named -1", "what is entry -1 of an array?")
    yield Case((np.array([100, 100, 5, 5, 5]), np.array([0, 1, 1, 1, 0])), "names have gaps",
               "does your code need the names to be 0, 1, 2 …?")
    large = np.repeat([0, 1], [300, 20])
    yield Case((large, np.roll(large, 7)), "a group has more than 255 images",
               "what is the largest number your counters can hold?")
    yield Case((rng.integers(0, 3, 50), rng.integers(0, 3, 50)), "the groups are drawn by chance",
               "what should chance get?")


CHANCE, MOST = "what would chance get, and where is it taken away?", "what is the most to be won?"
declare(
    "7.4", "adjusted_rand", index(adjusted), groupings, outputs=("the index",), tolerance=1e-9,
    wrong=[
        Wrong("names were compared", "do the groups' names mean digits?",
              lambda g, d: (g == d).mean()),
        Wrong("the most frequent digit of each group was counted",
              "what would groups of one image each get?",
              lambda g, d: counts(g, d).max(axis=1).sum() / len(g)),
        Wrong("that is the Rand index, not adjusted for chance", CHANCE,
              index(lambda S, A, B, n: (n + 2 * S - A - B) / n)),
        Wrong("nothing is subtracted for chance", CHANCE,
              index(lambda S, A, B, n: S / ((A + B) / 2))),
        Wrong("E is missing below the line", MOST,
              index(lambda S, A, B, n: (S - A * B / n) / ((A + B) / 2))),
        Wrong("E is missing above the line", CHANCE,
              index(lambda S, A, B, n: S / ((A + B) / 2 - A * B / n))),
        Wrong("A + B was not halved", "what does (7.2) divide by?",
              index(lambda S, A, B, n: (S - A * B / n) / (A + B - A * B / n))),
        Wrong("E is A times B, not divided by the number of all pairs", "of how many pairs in all?",
              index(lambda S, A, B, n: (S - A * B) / ((A + B) / 2 - A * B))),
        Wrong("A times B was divided by N, not by the number of all pairs",
              "how many pairs do N images have?",
              lambda g, d: index(
                  lambda S, A, B, n: (S - A * B / len(g)) / ((A + B) / 2 - A * B / len(g)))(g, d)),
        Wrong("a pair was counted as n²", "how many pairs do n things have?",
              index(adjusted, lambda n: n**2 * 1.0), index(adjusted, lambda n: n**2 / 2)),
        Wrong("a pair was counted as n (n + 1) / 2", "how many pairs do n things have?",
              index(adjusted, lambda n: n * (n + 1) / 2)),
        Wrong("the pairs among all N were counted as N²", "how many pairs do n things have?",
              lambda g, d: index(lambda S, A, B, n: adjusted(S, A, B, len(g) ** 2))(g, d),
              lambda g, d: index(lambda S, A, B, n: adjusted(S, A, B, len(g) ** 2 / 2))(g, d)),
        Wrong("E was rounded to a whole number", "which division gives a fraction?",
              index(lambda S, A, B, n: (S - A * B // n) / ((A + B) / 2 - A * B // n))),
        Wrong("brackets are missing: only E is divided, or only S is reduced",
              "where do the brackets go?",
              index(lambda S, A, B, n: S - A * B / n / ((A + B) / 2 - A * B / n)),
              index(lambda S, A, B, n: (S - A * B / n) / ((A + B) / 2) - A * B / n)),
        Wrong("images were counted, not pairs", "how many pairs do n things have?",
              index(adjusted, lambda n: n * 1.0)),
        Wrong("A and B are both of the groups", "which sums of the table are A, and which are B?",
              index(lambda S, A, B, n: adjusted(S, A, A, n))),
        Wrong("A and B are both of the digits", "which sums of the table are A, and which are B?",
              index(lambda S, A, B, n: adjusted(S, B, B, n))),
        Wrong("groups with names beyond 9 or below 0 are left out",
              "how large is the table of counts, and who says so?", limited),
        Wrong("the larger of A and B takes the place of their mean", MOST,
              index(lambda S, A, B, n: (S - A * B / n) / (max(A, B) - A * B / n))),
        Wrong("the root of A B takes the place of the mean of A and B", MOST,
              index(lambda S, A, B, n: (S - A * B / n) / (np.sqrt(A * B) - A * B / n))),
        Wrong("numerator and denominator have changed places", "can the index be larger than 1?",
              index(lambda S, A, B, n: 1 / adjusted(S, A, B, n))),
        Wrong("the pairs among all N were counted as N (N - 1), each twice",
              "how many pairs do n things have?",
              index(lambda S, A, B, n: adjusted(S, A, B, 2 * n))),
        Wrong("groups with names beyond the largest digit are left out",
              "how large is the table of counts, and who says so?",
              *[lambda g, d, c=c: c(g, d, (g >= 0) & (g <= d.max())) for c in (among, left)]),
    ],
    hints=(
        "print S, A, B and E for groups [0, 0, 1] and digits [5, 5, 5]; count by hand.",
        "make a table with a row for each group and a column for each digit; np.unique with "
        "return_inverse turns names into 0, 1, 2 … A and B come from its row and column sums.",
        "n (n - 1) / 2 of every entry, summed, is S; of the row sums A, of the column sums B; E is "
        "A B over the pairs of all N. Then write (7.2).",
    ),
)

# ---------------------------------------------------------------- 7.5


def perplexity_of(distances, beta, base=np.e):
    with np.errstate(all="ignore"):
        p = np.exp(-beta * (distances - distances.min()))
    p = p[p > 0] / p.sum()
    return np.exp(-(p * np.log(p)).sum() / np.log(base) if base != np.e else -(p * np.log(p)).sum())


def unnormalised(distances, beta):
    p = np.exp(-beta * (distances - distances.min()))
    return np.exp(-(p * np.log(np.maximum(p, 1e-300))).sum())


def search(distances, perplexity, measure=perplexity_of):
    """Bisect the logarithm of beta: the perplexity falls as beta grows."""
    low, high = -60.0, 60.0
    for _ in range(100):
        beta = (low + high) / 2
        if measure(distances, np.exp(beta)) > perplexity:
            low = beta
        else:
            high = beta
    return np.exp((low + high) / 2)


def found(find_beta, distances, perplexity):
    """Look at the perplexity that the answer's beta gives, next to the one asked for."""
    beta = find_beta(distances, perplexity)
    yield "your function", np.ndim(beta) == 0 and np.isfinite(float(beta)) and float(beta) > 0
    ratio = perplexity_of(distances, float(beta)) / perplexity
    exact, near = abs(ratio - 1) < 2e-3, abs(ratio - 1) * perplexity < 1
    yield "your function", 1.0 if exact else round(float(ratio), 3)
    yield "your function", 0 if exact else 1 if near else 2


def neighbourhoods(rng):
    base = (rng.normal(size=(400, 4)) ** 2).sum(axis=1) + 2
    for perplexity in (3, 4, 5):
        yield Case((base * (1 + perplexity / 20), perplexity))
    yield Case((base, 300), "many neighbours are asked for",
               "does your search find a beta below its first guess?")
    yield Case((1e-6 * base, 5), "distances are a millionth",
               "how far may beta have to grow, and what sets its upper end?")
    yield Case((1e6 * base, 5), "distances are a million",
               "exp(-a million) is 0 for all of them; what may you subtract in (7.3)?")
    yield Case((np.concatenate([[0.0], base]), 10), "another code lies in the same place",
               "is there a division by 0?")
    yield Case(
        (np.append(base, 1e9), 5), "one code is very far away", "what is 0 · log 0 to NumPy?"
    )
    yield Case(
        (base + 800, 5),
        "all codes are far away",
        "exp(-800) is nearly 0 for all of them; what may you subtract in (7.3)?",
    )


def turned(change):
    return lambda distances, perplexity: change(search(distances, perplexity))


def other_goal(goal):
    return lambda distances, perplexity: search(distances, goal(perplexity))


GIVES, NEAR = "perplexity found / asked for", "whether the perplexity is exact"
WAY = (
    "print the perplexity on the way: if it is too large, must beta grow or shrink? And is it "
    "ever nan?"
)
declare(
    "7.5", "find_beta", search, neighbourhoods, run=found, secret=True, tolerance=4e-3,
    takes=lambda distances, perplexity: None, fixed=("distances", "perplexity"),
    outputs=("whether beta is one positive number", GIVES, NEAR),
    asks={"whether beta is one positive number":
              "does it end with `return beta`, and can it become 0, negative or infinite?"},
    wrong=[
        Wrong("that is σ of a normal curve, not β", "how does σ come into exp(-d²/2σ²)?",
              turned(lambda b: np.sqrt(0.5 / b)), of=GIVES),
        Wrong("that is σ², not β", "what is in front of d² in (7.3)?", turned(lambda b: 0.5 / b),
              of=GIVES),
        Wrong("that is 1/β", "in (7.3), is d² multiplied by β or divided?", turned(lambda b: 1 / b),
              of=GIVES),
        Wrong("it is twice as large as β", "is there a 2 in (7.3)?", turned(lambda b: 2 * b),
              of=GIVES),
        Wrong("it is half of β", "is there a 2 in (7.3)?", turned(lambda b: b / 2), of=GIVES),
        Wrong("that is the logarithm of β", "is log β searched for, or returned?",
              turned(lambda b: abs(np.log(b))), of=GIVES),
        Wrong("the entropy became what was asked for, not e to its power",
              "what is the perplexity of (7.3), H or e to the H?", other_goal(np.exp), of=GIVES),
        Wrong("logarithms of base 2 meet e^H", "do log and exp fit together?",
              other_goal(lambda p: 2 ** np.log(p)), of=GIVES),
        Wrong("natural logarithms meet 2^H", "do log and exp fit together?",
              other_goal(lambda p: np.exp(np.log2(p))), of=GIVES),
        Wrong("thirty neighbours are asked for, whatever perplexity is",
              "where does your code use perplexity?", other_goal(lambda p: 30), of=GIVES),
        Wrong("that is the perplexity, not the beta that gives it",
              "what does your return hand over?",
              lambda d, p: p, of=GIVES),
        Wrong("the distances were squared once more", "are these distances squared already?",
              lambda d, p: search(d**2, p), of=GIVES),
        Wrong("beta is so large that only the nearest neighbour counts", WAY,
              *[lambda d, p, k=k: 10.0**k / d.min() for k in (2, 3, 6, 9)], of=GIVES),
        Wrong("beta is so small that all neighbours count alike", WAY,
              *[lambda d, p, k=k: 10.0**-k / d.max() for k in (3, 6, 9)], of=GIVES),
        Wrong("that is 1 over the mean distance or the like, whatever perplexity is",
              "where does your code use perplexity?", lambda d, p: 1 / d.mean(),
              lambda d, p: 1 / np.median(d), lambda d, p: 1 / d.std(), lambda d, p: 0.5 / d.mean(),
              of=GIVES),
        Wrong("the shares do not add up to 1", "what does (7.3) divide by?",
              lambda d, p: search(d, p, unnormalised), of=GIVES),
        Wrong("the perplexity comes near what is asked for, but your search stops too early, or "
              "its steps are too coarse", "when does your search stop?",
              lambda d, p: search(d, p + 0.3), lambda d, p: search(d, p - 0.3), of=NEAR),
    ],
    hints=(
        "print the perplexity for the beta that you return.",
        "the perplexity falls as beta grows: halve an interval. Distances may be tiny or huge, so "
        "let the interval's end grow until it is far enough. Subtracting the smallest distance "
        "changes no p.",
        "start with beta = 1 and no upper end: while the perplexity is too large, raise the lower "
        "end and double beta; else lower the upper end and take the middle.",
    ),
)

# ---------------------------------------------------------------- 7.6


def heavy(Y):
    """Return y_i - y_j (N, N, 2) and w with zeros on its diagonal."""
    gap = Y[:, None] - Y
    return gap, (1 - np.eye(len(Y))) / (1 + (gap**2).sum(axis=2))


def springs(strength):
    """Make an answer from what multiplies y_i - y_j: strength(P, w, gap)."""

    def answer(P, Y):
        gap, w = heavy(Y)
        return 4 * (strength(P, w, gap)[:, :, None] * gap).sum(axis=1)

    return answer


def pull(P, w, gap):
    return (P - w / w.sum()) * w


def plane(rng):
    for N, size in ((9, 1.0), (9, 2.0), (7, 0.5), (12, 3.0)):
        P = rng.random((N, N))
        P += P.T
        np.fill_diagonal(P, 0)
        yield Case((P / P.sum(), rng.normal(size=(N, 2)) * size))
    P = np.array([[0, 0.5], [0.5, 0]])
    yield Case((P, np.array([[0.0, 0], [3, 4]])), "there are two points", "is p equal to q here?")
    P = np.array([[0, 0.4, 0.1], [0.4, 0, 0], [0.1, 0, 0]])
    yield Case((P, np.array([[1.0, 1], [1, 1], [2, 0]])), "two points lie in one place",
               "is anything divided by their distance?")


def whole(P, Y):
    gap = Y[:, None] - Y
    w = 1 / (1 + (gap**2).sum(axis=2))
    return 4 * (((P - w / w.sum()) * w)[:, :, None] * gap).sum(axis=1)


def plain(P, Y):
    _, w = heavy(Y)
    s = (P - w / w.sum()) * w
    return s, Y


def gaussian(P, w, gap):
    e = np.exp(-(gap**2).sum(axis=2)) * (w > 0)
    return (P - e / e.sum()) * e


def by_distance(P, w, gap):
    v = (1 - np.eye(len(P))) / (1 + np.sqrt((gap**2).sum(axis=2)))
    return (P - v / v.sum()) * v


def of_sums(Y):
    """Return the weights of a d² with the sign of its product turned."""
    d = ((Y[:, None] + Y) ** 2).sum(axis=2)
    return (1 - np.eye(len(Y))) / (1 + d)


ADDS, TERMS = "over which pairs does (7.4) sum?", "what becomes of the sum over j of s_ij y_i?"
declare(
    "7.6", "tsne_gradient", springs(pull), plane, outputs=("the gradient",),
    shapes={"P": ("N", "N"), "Y": ("N", "2"), "the gradient": ("N", "2")},
    takes=lambda P, Y: None, tolerance=1e-7,
    wrong=[
        Wrong("the 4 is missing", "what is in front of the sum in (7.6)?",
              lambda P, Y: springs(pull)(P, Y) / 4),
        Wrong("there is a 2 where the 4 should be", "what is in front of the sum in (7.6)?",
              lambda P, Y: springs(pull)(P, Y) / 2),
        Wrong("the springs push where they should pull",
              "y_i - y_j, or y_j - y_i? p - q, or q - p?",
              lambda P, Y: -springs(pull)(P, Y)),
        Wrong("w is missing", "what multiplies p - q?", springs(lambda P, w, gap: P - w / w.sum())),
        Wrong("w is there twice", "w or its square in (7.6)?",
              springs(lambda P, w, gap: pull(P, w, gap) * w)),
        Wrong("a point has itself as a neighbour",
              "what is w on the diagonal, and does (7.4) count it?",
              whole),
        Wrong("q adds up to 1 in every row", ADDS,
              springs(lambda P, w, gap: (P - w / w.sum(axis=1, keepdims=True)) * w)),
        Wrong("q does not add up to 1", "what does (7.4) divide by?",
              springs(lambda P, w, gap: (P - w) * w)),
        Wrong("q is missing", "what keeps the points apart?", springs(lambda P, w, gap: P * w)),
        Wrong("p is missing", "what pulls the points together?",
              springs(lambda P, w, gap: -w / w.sum() * w)),
        Wrong("the term with y_i is missing", TERMS, lambda P, Y: -4 * (plain(P, Y)[0] @ Y)),
        Wrong("the term with y_j is missing", TERMS,
              lambda P, Y: 4 * plain(P, Y)[0].sum(axis=1)[:, None] * Y),
        Wrong("the two terms are added", TERMS,
              lambda P, Y: 4 * (plain(P, Y)[0].sum(axis=1)[:, None] * Y + plain(P, Y)[0] @ Y)),
        Wrong("w is that of a normal curve", "which tail does (7.4) have?", springs(gaussian)),
        Wrong("the distance was not squared in w", "d or d² in (7.4)?", springs(by_distance)),
        Wrong("d² has + 2 y_i · y_j where it needs - 2 y_i · y_j",
              "what is (a - b)² multiplied out?",
              lambda P, Y: springs(lambda P, w, gap: pull(P, of_sums(Y), gap))(P, Y)),
        Wrong("w is 1 + d², not its reciprocal", "do far points have a large w, or a small one?",
              springs(lambda P, w, gap: (P - w / w.sum())
                      * np.divide(1, w, where=w > 0, out=0 * w))),
        Wrong("the gradient was averaged over the points", "sum or mean?",
              lambda P, Y: springs(pull)(P, Y) / len(Y)),
        Wrong("the forces of all points were added up", "how many rows does the gradient have?",
              lambda P, Y: springs(pull)(P, Y).sum(axis=0),
              lambda P, Y: 4 * (pull(P, heavy(Y)[1], 0)[:, :, None] * np.abs(heavy(Y)[0]))
              .sum(axis=(0, 1))),
    ],
    hints=(
        "compare with poking: move one coordinate of one point, and look at (7.5).",
        "w is (N, N) with zeros on the diagonal, q is w over the sum of all of it; s = (p - q) w. "
        "Then the sum over j of s_ij (y_i - y_j) is two terms.",
        "the first term is each row sum of s times y_i, the second is s @ Y; subtract, times 4.",
    ),
)
