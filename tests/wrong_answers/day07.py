"""Answers to the exercises of day 7, written from the lesson alone."""

import math

import numpy as np

from wrong_answers import right, wrong

# 7.1


@wrong("7.1", "the mean over images and pixels: one number")
def one_number(x, x_hat):
    return ((x_hat - x) ** 2).mean()


@wrong("7.1", "the mean over the images: one number for each pixel")
def each_pixel(x, x_hat):
    return ((x_hat - x) ** 2).mean(axis=0)


@wrong("7.1", "the sum over the pixels instead of the mean")
def sum_of_pixels(x, x_hat):
    return ((x_hat - x) ** 2).sum(axis=1)


@wrong("7.1", "absolute values instead of squares")
def absolute(x, x_hat):
    return np.abs(x_hat - x).mean(axis=1)


@wrong("7.1", "takes the root")
def with_root(x, x_hat):
    return np.sqrt(((x_hat - x) ** 2).mean(axis=1))


@wrong("7.1", "divides by N instead of the number of pixels")
def divided_by_n(x, x_hat):
    return ((x_hat - x) ** 2).sum(axis=1) / len(x)


@wrong("7.1", "divides by 784 N, as in (7.1)")
def divided_by_both(x, x_hat):
    return ((x_hat - x) ** 2).sum(axis=1) / x.size


@wrong("7.1", "an axis of length 1 is left over")
def keeps_axis(x, x_hat):
    return ((x_hat - x) ** 2).mean(axis=1, keepdims=True)


@wrong("7.1", "squares the mean difference")
def mean_first(x, x_hat):
    return (x_hat - x).mean(axis=1) ** 2


@wrong("7.1", "forgets the square")
def no_square(x, x_hat):
    return (x_hat - x).mean(axis=1)


@wrong("7.1", "no brackets: squares x only")
def precedence(x, x_hat):
    return (x_hat - x**2).mean(axis=1)


@wrong("7.1", "writes into x_hat")
def in_place(x, x_hat):
    x_hat -= x
    return (x_hat**2).mean(axis=1)


@wrong("7.1", "no mean: an error for each pixel of each image")
def all_squares(x, x_hat):
    return (x_hat - x) ** 2


@wrong("7.1", "a factor of one half")
def halved(x, x_hat):
    return 0.5 * ((x_hat - x) ** 2).mean(axis=1)


@wrong("7.1", "the result is multiplied by N")
def loss_share(x, x_hat):
    return len(x) * ((x_hat - x) ** 2).mean(axis=1)


@right("7.1")
def loop(x, x_hat):
    errors = np.zeros(len(x))
    for n in range(len(x)):
        errors[n] = np.mean((x[n] - x_hat[n]) ** 2)
    return errors


@right("7.1")
def einsum(x, x_hat):
    e = x - x_hat
    return np.einsum("ni,ni->n", e, e) / x.shape[1]


@right("7.1")
def norms(x, x_hat):
    return np.array([np.linalg.norm(a - b) ** 2 / a.size for a, b in zip(x, x_hat)])


# 7.2


@wrong("7.2", "fades the images instead of the codes")
def fades_images(encoder, decoder, a, b, steps):
    t = np.linspace(0, 1, steps)[:, None]
    return decoder(encoder(((1 - t) * a + t * b).astype(a.dtype)))


@wrong("7.2", "uses the network not at all")
def pixel_fade(encoder, decoder, a, b, steps):
    t = np.linspace(0, 1, steps)[:, None]
    return (1 - t) * a + t * b


@wrong("7.2", "returns the codes, not the drawings")
def codes_only(encoder, decoder, a, b, steps):
    za, zb = encoder(np.stack([a, b]))
    return np.linspace(za, zb, steps)


@wrong("7.2", "walks from b to a")
def backwards(encoder, decoder, a, b, steps):
    za, zb = encoder(np.stack([a, b]))
    return decoder(np.linspace(zb, za, steps))


@wrong("7.2", "the second end is left out")
def end_missing(encoder, decoder, a, b, steps):
    za, zb = encoder(np.stack([a, b]))
    t = (np.arange(steps) / steps)[:, None]
    return decoder((1 - t) * za + t * zb)


@wrong("7.2", "both ends are left out")
def ends_missing(encoder, decoder, a, b, steps):
    za, zb = encoder(np.stack([a, b]))
    t = np.linspace(0, 1, steps + 2)[1:-1, None]
    return decoder(za + t * (zb - za))


@wrong("7.2", "one drawing too many")
def one_too_many(encoder, decoder, a, b, steps):
    za, zb = encoder(np.stack([a, b]))
    return decoder(np.linspace(za, zb, steps + 1))


@wrong("7.2", "ten steps are written in")
def always_ten(encoder, decoder, a, b, steps):
    za, zb = encoder(np.stack([a, b]))
    return decoder(np.linspace(za, zb, 10))


@wrong("7.2", "gives the encoder an image, not a batch")
def no_batch(encoder, decoder, a, b, steps):
    return decoder(np.linspace(encoder(a), encoder(b), steps))


@wrong("7.2", "an axis of length 1 is left over: (steps, 1, 784)")
def axis_left(encoder, decoder, a, b, steps):
    za, zb = encoder(a[None]), encoder(b[None])
    return np.stack([decoder(z) for z in np.linspace(za, zb, steps)])


@wrong("7.2", "the weights of the two ends do not add up to 1")
def adds_codes(encoder, decoder, a, b, steps):
    za, zb = encoder(np.stack([a, b]))
    t = np.linspace(0, 1, steps)[:, None]
    return decoder(za + t * zb)


@wrong("7.2", "gives the decoder one code at a time, not a batch")
def code_not_batch(encoder, decoder, a, b, steps):
    za, zb = encoder(np.stack([a, b]))
    walk = []
    for z in np.linspace(za, zb, steps):  # from Python 3.12 on a comprehension forgets its z
        walk.append(decoder(z))
    return np.array(walk)


@wrong("7.2", "the steps are not equal: they are squared")
def squared_steps(encoder, decoder, a, b, steps):
    za, zb = encoder(np.stack([a, b]))
    t = np.linspace(0, 1, steps)[:, None] ** 2
    return decoder(za + t * (zb - za))


@wrong("7.2", "fades between the two drawings instead of the two codes")
def fades_drawings(encoder, decoder, a, b, steps):
    da, db = decoder(encoder(np.stack([a, b])))
    t = np.linspace(0, 1, steps)[:, None]
    return (1 - t) * da + t * db


@wrong("7.2", "the ends are the images themselves, not drawings")
def images_at_the_ends(encoder, decoder, a, b, steps):
    za, zb = encoder(np.stack([a, b]))
    drawings = np.array(decoder(np.linspace(za, zb, steps)))
    drawings[0], drawings[-1] = a, b
    return drawings


@wrong("7.2", "decodes, but returns nothing")
def nothing(encoder, decoder, a, b, steps):
    za, zb = encoder(np.stack([a, b]))
    decoder(np.linspace(za, zb, steps))


@right("7.2")
def linspace_of_codes(encoder, decoder, a, b, steps):
    za, zb = encoder(np.stack([a, b]))
    return decoder(np.linspace(za, zb, steps))


@right("7.2")
def one_at_a_time(encoder, decoder, a, b, steps):
    za, zb = encoder(a[None]), encoder(b[None])
    drawings = []
    for k in range(steps):
        t = k / (steps - 1)
        drawings.append(decoder((1 - t) * za + t * zb)[0])
    return np.array(drawings)


@right("7.2")
def matrix_of_weights(encoder, decoder, a, b, steps):
    t = np.linspace(0, 1, steps)
    return decoder(np.stack([1 - t, t], axis=1) @ encoder(np.array([a, b])))


# 7.3


def all_distances(x, centres):
    return ((x[:, None] - centres) ** 2).sum(axis=2)  # (N, K)


@wrong("7.3", "an empty group gets nan: the mean of nothing")
def empty_is_nan(x, centres):
    labels = all_distances(x, centres).argmin(axis=1)
    with np.errstate(all="ignore"):
        new = np.array(
            [
                x[labels == k].sum(axis=0) / np.float64((labels == k).sum())
                for k in range(len(centres))
            ]
        )
    return labels, new


@wrong("7.3", "an empty group moves to the origin")
def empty_is_zero(x, centres):
    labels = all_distances(x, centres).argmin(axis=1)
    new = np.zeros(centres.shape)
    for k in range(len(centres)):
        if (labels == k).any():
            new[k] = x[labels == k].mean(axis=0)
    return labels, new


@wrong("7.3", "an empty group is given a random row")
def empty_is_random(x, centres):
    labels = all_distances(x, centres).argmin(axis=1)
    rng = np.random.default_rng(0)
    new = centres.astype(float)
    for k in range(len(centres)):
        group = x[labels == k]
        new[k] = group.mean(axis=0) if len(group) else x[rng.integers(len(x))]
    return labels, new


@wrong("7.3", "an empty group is left out, so fewer centres come back")
def empty_left_out(x, centres):
    labels = all_distances(x, centres).argmin(axis=1)
    return labels, np.array([x[labels == k].mean(axis=0) for k in np.unique(labels)])


@wrong("7.3", "writes into centres")
def writes_centres(x, centres):
    labels = all_distances(x, centres).argmin(axis=1)
    for k in range(len(centres)):
        if np.any(labels == k):
            centres[k] = x[labels == k].mean(axis=0)
    return labels, centres


@wrong("7.3", "takes the farthest centre: argmax")
def farthest(x, centres):
    labels = all_distances(x, centres).argmax(axis=1)
    new = centres.astype(float)
    for k in np.unique(labels):
        new[k] = x[labels == k].mean(axis=0)
    return labels, new


@wrong("7.3", "argmin along the wrong axis: the nearest row for each centre")
def wrong_axis(x, centres):
    labels = all_distances(x, centres).argmin(axis=0)
    new = x[labels]
    return labels, new


@wrong("7.3", "the sum of a group instead of its mean")
def group_sum(x, centres):
    labels = all_distances(x, centres).argmin(axis=1)
    new = centres.astype(float)
    for k in np.unique(labels):
        new[k] = x[labels == k].sum(axis=0)
    return labels, new


@wrong("7.3", "the mean over everything: one number for a group")
def group_number(x, centres):
    labels = all_distances(x, centres).argmin(axis=1)
    new = centres.astype(float)
    for k in np.unique(labels):
        new[k] = x[labels == k].mean()
    return labels, new


@wrong("7.3", "differences are added without squares, so they cancel")
def no_squares(x, centres):
    labels = (x[:, None] - centres).sum(axis=2).argmin(axis=1)
    new = centres.astype(float)
    for k in np.unique(labels):
        new[k] = x[labels == k].mean(axis=0)
    return labels, new


@wrong("7.3", "sums of absolute values, not the usual distance")
def city_block(x, centres):
    labels = np.abs(x[:, None] - centres).sum(axis=2).argmin(axis=1)
    new = centres.astype(float)
    for k in np.unique(labels):
        new[k] = x[labels == k].mean(axis=0)
    return labels, new


@wrong("7.3", "labels belong to the new centres, after the move")
def labels_after_the_move(x, centres):
    labels = all_distances(x, centres).argmin(axis=1)
    new = centres.astype(float)
    for k in np.unique(labels):
        new[k] = x[labels == k].mean(axis=0)
    return all_distances(x, new).argmin(axis=1), new


@wrong("7.3", "returns (new_centres, labels)")
def pair_swapped(x, centres):
    labels = all_distances(x, centres).argmin(axis=1)
    new = centres.astype(float)
    for k in np.unique(labels):
        new[k] = x[labels == k].mean(axis=0)
    return new, labels


@wrong("7.3", "only one coordinate is compared")
def first_coordinate(x, centres):
    labels = np.abs(x[:, None, 0] - centres[:, 0]).argmin(axis=1)
    new = centres.astype(float)
    for k in np.unique(labels):
        new[k] = x[labels == k].mean(axis=0)
    return labels, new


@wrong("7.3", "the old centre is counted as a member of its group")
def centre_counts(x, centres):
    labels = all_distances(x, centres).argmin(axis=1)
    new = [np.vstack([x[labels == k], centres[k]]).mean(axis=0) for k in range(len(centres))]
    return labels, np.array(new)


@wrong("7.3", "ten groups are written in")
def ten_groups(x, centres):
    labels = all_distances(x, centres).argmin(axis=1)
    new = np.empty((10, x.shape[1]))
    for k in range(10):
        new[k] = x[labels == k].mean(axis=0) if (labels == k).any() else centres[k]
    return labels, new


@wrong("7.3", "repeats the step until nothing changes")
def until_rest(x, centres):
    new, old = centres.astype(float), None
    while old is None or not np.array_equal(old, new):
        old = new.copy()
        labels = all_distances(x, old).argmin(axis=1)
        for k in np.unique(labels):
            new[k] = x[labels == k].mean(axis=0)
    return labels, new


@wrong("7.3", "moves halfway only")
def halfway(x, centres):
    labels = all_distances(x, centres).argmin(axis=1)
    new = centres.astype(float)
    for k in np.unique(labels):
        new[k] = (new[k] + x[labels == k].mean(axis=0)) / 2
    return labels, new


@right("7.3")
def two_loops(x, centres):
    labels = np.zeros(len(x), dtype=int)
    for n, row in enumerate(x):
        labels[n] = np.argmin([np.linalg.norm(row - c) for c in centres])
    new = []
    for k, c in enumerate(centres):
        group = x[labels == k]
        new.append(group.mean(axis=0) if len(group) else c)
    return labels, np.array(new)


@right("7.3")
def one_hot_product(x, centres):
    d = (x**2).sum(1)[:, None] + (centres**2).sum(1) - 2 * x @ centres.T
    labels = d.argmin(axis=1)
    member = np.eye(len(centres))[labels]  # (N, K)
    count = member.sum(axis=0)[:, None]
    return labels, np.where(count > 0, member.T @ x / np.maximum(count, 1), centres)


@right("7.3")
def add_at(x, centres):
    labels = np.square(x[:, None, :] - centres[None]).sum(-1).argmin(-1)
    total = np.zeros(centres.shape)
    np.add.at(total, labels, x)
    count = np.bincount(labels, minlength=len(centres))
    new = centres.astype(float).copy()
    new[count > 0] = total[count > 0] / count[count > 0, None]
    return [labels, new]


# 7.4


def table_of(groups, digits):
    _, i = np.unique(groups, return_inverse=True)
    _, j = np.unique(digits, return_inverse=True)
    n = np.zeros((i.max() + 1, j.max() + 1))
    np.add.at(n, (i, j), 1)
    return n


def pairs(n):
    return n * (n - 1) / 2


@wrong("7.4", "the plain Rand index: not adjusted for chance")
def plain_rand(groups, digits):
    n = table_of(groups, digits)
    S, A, B = pairs(n).sum(), pairs(n.sum(1)).sum(), pairs(n.sum(0)).sum()
    total = pairs(len(groups))
    return (total + 2 * S - A - B) / total


@wrong("7.4", "the share of images whose group number equals the digit")
def accuracy(groups, digits):
    return np.mean(np.asarray(groups) == np.asarray(digits))


@wrong("7.4", "purity: the share of the most frequent digit of each group")
def purity(groups, digits):
    n = table_of(groups, digits)
    return n.max(axis=1).sum() / n.sum()


@wrong("7.4", "forgets E in the denominator")
def no_e_below(groups, digits):
    n = table_of(groups, digits)
    S, A, B = pairs(n).sum(), pairs(n.sum(1)).sum(), pairs(n.sum(0)).sum()
    E = A * B / pairs(len(groups))
    return (S - E) / ((A + B) / 2)


@wrong("7.4", "forgets the one half of A + B")
def no_half(groups, digits):
    n = table_of(groups, digits)
    S, A, B = pairs(n).sum(), pairs(n.sum(1)).sum(), pairs(n.sum(0)).sum()
    E = A * B / pairs(len(groups))
    return (S - E) / (A + B - E)


@wrong("7.4", "n squared instead of the pairs n (n - 1) / 2")
def squares(groups, digits):
    n = table_of(groups, digits)
    S, A, B = (n**2).sum(), (n.sum(1) ** 2).sum(), (n.sum(0) ** 2).sum()
    E = A * B / len(groups) ** 2
    return (S - E) / ((A + B) / 2 - E)


@wrong("7.4", "the half is forgotten in the pairs among N")
def half_forgotten_once(groups, digits):
    n = table_of(groups, digits)
    N = len(groups)
    S, A, B = pairs(n).sum(), pairs(n.sum(1)).sum(), pairs(n.sum(0)).sum()
    E = A * B / (N * (N - 1))
    return (S - E) / ((A + B) / 2 - E)


@wrong("7.4", "a table of ten by ten: more groups do not fit")
def ten_by_ten(groups, digits):
    n = np.zeros((10, 10))
    for g, d in zip(groups, digits):
        n[g, d] += 1
    S, A, B = pairs(n).sum(), pairs(n.sum(1)).sum(), pairs(n.sum(0)).sum()
    E = A * B / pairs(len(groups))
    return (S - E) / (0.5 * (A + B) - E)


@wrong("7.4", "the table is square: as many groups as there are digits")
def square_table(groups, digits):
    K = max(digits) + 1
    n = np.array([[np.sum((groups == i) & (digits == j)) for j in range(K)] for i in range(K)])
    S, A, B = pairs(n).sum(), pairs(n.sum(1)).sum(), pairs(n.sum(0)).sum()
    E = A * B / pairs(len(groups))
    return (S - E) / (0.5 * (A + B) - E)


@wrong("7.4", "E divides by N instead of the pairs among N")
def e_over_n(groups, digits):
    n = table_of(groups, digits)
    S, A, B = pairs(n).sum(), pairs(n.sum(1)).sum(), pairs(n.sum(0)).sum()
    E = A * B / len(groups)
    return (S - E) / ((A + B) / 2 - E)


@wrong("7.4", "A is used twice: B is forgotten")
def a_twice(groups, digits):
    n = table_of(groups, digits)
    S, A = pairs(n).sum(), pairs(n.sum(1)).sum()
    E = A * A / pairs(len(groups))
    return (S - E) / (A - E)


@wrong("7.4", "no brackets around the numerator")
def precedence_again(groups, digits):
    n = table_of(groups, digits)
    S, A, B = pairs(n).sum(), pairs(n.sum(1)).sum(), pairs(n.sum(0)).sum()
    E = A * B / pairs(len(groups))
    return S - E / (0.5 * (A + B) - E)


@wrong("7.4", "does not subtract what chance gives")
def no_chance(groups, digits):
    n = table_of(groups, digits)
    S, A, B = pairs(n).sum(), pairs(n.sum(1)).sum(), pairs(n.sum(0)).sum()
    return S / (0.5 * (A + B))


@wrong("7.4", "uint8 counters overflow when a group has more than 255 images")
def small_counters(groups, digits):
    n = table_of(groups, digits).astype(np.int64).astype(np.uint8).astype(float)
    N = len(groups)
    S, A, B = pairs(n).sum(), pairs(n.sum(1)).sum(), pairs(n.sum(0)).sum()
    E = A * B / pairs(N)
    return (S - E) / (0.5 * (A + B) - E)


@wrong("7.4", "the pairs are rounded: // for /, and E becomes a whole number")
def whole_e(groups, digits):
    n = table_of(groups, digits)
    S, A, B = pairs(n).sum(), pairs(n.sum(1)).sum(), pairs(n.sum(0)).sum()
    E = A * B // pairs(len(groups))
    return (S - E) / (0.5 * (A + B) - E)


@wrong("7.4", "prints the index")
def shows(groups, digits):
    n = table_of(groups, digits)
    S, A, B = pairs(n).sum(), pairs(n.sum(1)).sum(), pairs(n.sum(0)).sum()
    E = A * B / pairs(len(groups))
    print((S - E) / (0.5 * (A + B) - E))


@right("7.4")
def with_comb(groups, digits):
    gs, ds = set(int(g) for g in groups), set(int(d) for d in digits)
    S = A = B = 0
    for g in gs:
        A += math.comb(sum(1 for v in groups if v == g), 2)
        for d in ds:
            S += math.comb(sum(1 for v, w in zip(groups, digits) if v == g and w == d), 2)
    for d in ds:
        B += math.comb(sum(1 for v in digits if v == d), 2)
    E = A * B / math.comb(len(groups), 2)
    return (S - E) / ((A + B) / 2 - E)


@right("7.4")
def pair_by_pair(groups, digits):
    i, j = np.triu_indices(len(groups), 1)
    same_group = groups[i] == groups[j]
    same_digit = digits[i] == digits[j]
    S, A, B = (same_group & same_digit).sum(), same_group.sum(), same_digit.sum()
    E = float(A) * float(B) / len(i)
    return (S - E) / (0.5 * (A + B) - E)


@right("7.4")
def with_the_table(groups, digits):
    n = table_of(groups, digits)
    S, A, B = (pairs(v).sum() for v in (n, n.sum(axis=1), n.sum(axis=0)))
    chance = A * B / pairs(n.sum())
    return float((S - chance) / (np.mean([A, B]) - chance))


# 7.5


def spread(distances, beta):
    "The perplexity, safely."
    p = np.exp(-beta * (distances - distances.min()))
    p = p / p.sum()
    return np.exp(-(p * np.log(p + 1e-300)).sum())


def halve(distances, perplexity, low, high, rounds=200):
    for _ in range(rounds):
        beta = (low + high) / 2
        if spread(distances, beta) > perplexity:
            low = beta
        else:
            high = beta
    return beta


@wrong("7.5", "exp underflows: the smallest distance is not subtracted, so 0 / 0")
def underflow(distances, perplexity):
    low, high, beta = 0.0, np.inf, 1.0
    with np.errstate(all="ignore"):
        for _ in range(100):
            p = np.exp(-beta * distances)
            p = p / p.sum()
            now = np.exp(-(p * np.log(p + 1e-300)).sum())
            if now > perplexity:
                low = beta
                beta = beta * 2 if high == np.inf else (low + high) / 2
            else:
                high = beta
                beta = (low + high) / 2
    return beta


@wrong("7.5", "0 log 0 gives nan where one distance is far larger than the others")
def nan_from_log(distances, perplexity):
    low, high, d = 0.0, 1e12, distances - distances.min()
    with np.errstate(all="ignore"):
        for _ in range(200):
            beta = (low + high) / 2
            p = np.exp(-beta * d)
            p = p / p.sum()
            if np.exp(-(p * np.log(p)).sum()) > perplexity:
                low = beta
            else:
                high = beta
    return beta


@wrong("7.5", "the search runs the wrong way")
def wrong_way(distances, perplexity):
    low, high = 0.0, 1e6
    for _ in range(100):
        beta = (low + high) / 2
        if spread(distances, beta) > perplexity:
            high = beta
        else:
            low = beta
    return beta


@wrong("7.5", "searches between 0 and 100 only")
def up_to_hundred(distances, perplexity):
    return halve(distances, perplexity, 0.0, 100.0)


@wrong("7.5", "searches from 1 upwards only")
def from_one(distances, perplexity):
    return halve(distances, perplexity, 1.0, 1e12)


@wrong("7.5", "halves ten times only")
def ten_rounds(distances, perplexity):
    scale = 1 / np.ptp(distances)
    return halve(distances, perplexity, 0.0, 1000 * scale, rounds=10)


@wrong("7.5", "the entropy is compared with the perplexity: exp is forgotten")
def entropy_for_perplexity(distances, perplexity):
    low, high = 0.0, 1e12
    for _ in range(200):
        beta = (low + high) / 2
        if np.log(spread(distances, beta)) > perplexity:
            low = beta
        else:
            high = beta
    return beta


@wrong("7.5", "e to an entropy in bits: log2 for log")
def log_two(distances, perplexity):
    low, high = 0.0, 1e12
    for _ in range(200):
        beta = (low + high) / 2
        if np.exp(np.log2(spread(distances, beta))) > perplexity:
            low = beta
        else:
            high = beta
    return beta


@wrong("7.5", "30 neighbours are written in")
def always_thirty(distances, perplexity):
    return halve(distances, 30, 0.0, 1e12)


@wrong("7.5", "squares the distances once more")
def squared_again(distances, perplexity):
    return halve(distances**2, perplexity, 0.0, 1e14, rounds=300)


@wrong("7.5", "beta is divided by 2, as if it were 1 / sigma squared")
def sigma(distances, perplexity):
    return halve(distances, perplexity, 0.0, 1e12) / 2


@wrong("7.5", "returns the perplexity it found, not beta")
def perplexity_back(distances, perplexity):
    return spread(distances, halve(distances, perplexity, 0.0, 1e12))


@wrong("7.5", "stops when the perplexity is within 1, not within a thousandth")
def too_rough(distances, perplexity):
    low, high = 0.0, 1e12
    while True:
        beta = (low + high) / 2
        now = spread(distances, beta)
        if abs(now - perplexity) < 1:
            return beta
        if now > perplexity:
            low = beta
        else:
            high = beta


@wrong("7.5", "takes a fixed rule of thumb, 1 / mean distance")
def rule_of_thumb(distances, perplexity):
    return 1 / distances.mean()


@wrong("7.5", "the shares are not divided by their sum")
def not_normalised(distances, perplexity):
    low, high, d = 0.0, 1e12, distances - distances.min()
    for _ in range(200):
        beta = (low + high) / 2
        p = np.exp(-beta * d)
        if np.exp(-(p * np.log(p + 1e-300)).sum()) > perplexity:
            low = beta
        else:
            high = beta
    return beta


@wrong("7.5", "waits until the perplexity is exactly equal: an endless loop")
def endless(distances, perplexity):
    low, high, beta = 0.0, 1e12, 1.0
    while spread(distances, beta) != perplexity:
        if spread(distances, beta) > perplexity:
            low = beta
        else:
            high = beta
        beta = (low + high) / 2
    return beta


@wrong("7.5", "the minimum is subtracted from distances in place")
def changes_distances(distances, perplexity):
    distances -= distances.min()
    return halve(distances, perplexity, 0.0, 1e12)


@wrong("7.5", "steps of 0.01 from 0, at most ten thousand: too coarse and too short")
def tries_all(distances, perplexity):
    for k in range(1, 10000):
        if spread(distances, k * 0.01) <= perplexity:
            return k * 0.01
    return 100.0


@right("7.5")
def doubling_first(distances, perplexity):
    low, high = 0.0, 1e-12
    while spread(distances, high) > perplexity:
        low, high = high, 2 * high
    return halve(distances, perplexity, low, high)


@right("7.5")
def geometric(distances, perplexity):
    low, high = 1e-30, 1e30
    for _ in range(300):
        beta = math.sqrt(low) * math.sqrt(high)
        if spread(distances, beta) > perplexity:
            low = beta
        else:
            high = beta
    return beta


@right("7.5")
def scaled(distances, perplexity):
    d = distances - distances.min()
    unit = d.max()
    low, high, beta = 0.0, None, 1.0
    for _ in range(300):
        p = np.exp(-beta * d / unit)
        Z = p.sum()
        H = np.log(Z) + beta * (p @ d) / unit / Z
        if H > np.log(perplexity):
            low = beta
            beta = 2 * beta if high is None else (low + high) / 2
        else:
            high = beta
            beta = (low + high) / 2
    return np.float64(beta / unit)


# 7.6


def parts(P, Y):
    d = ((Y[:, None] - Y[None]) ** 2).sum(axis=2)
    w = 1 / (1 + d)
    np.fill_diagonal(w, 0)
    return w, w / w.sum()


@wrong("7.6", "the diagonal of w is 1 and counts in q")
def diagonal_counts(P, Y):
    w = 1 / (1 + ((Y[:, None] - Y) ** 2).sum(axis=2))
    s = (P - w / w.sum()) * w
    return 4 * (s.sum(axis=1)[:, None] * Y - s @ Y)


@wrong("7.6", "forgets the 4")
def without_four(P, Y):
    w, q = parts(P, Y)
    s = (P - q) * w
    return s.sum(axis=1)[:, None] * Y - s @ Y


@wrong("7.6", "2 instead of 4: each pair is counted once")
def two_for_four(P, Y):
    w, q = parts(P, Y)
    s = (P - q) * w
    return 2 * (s.sum(axis=1)[:, None] * Y - s @ Y)


@wrong("7.6", "forgets the factor w")
def without_w(P, Y):
    w, q = parts(P, Y)
    s = P - q
    return 4 * (s.sum(axis=1)[:, None] * Y - s @ Y)


@wrong("7.6", "the sign is turned round: q - p")
def q_minus_p(P, Y):
    w, q = parts(P, Y)
    s = (q - P) * w
    return 4 * (s.sum(axis=1)[:, None] * Y - s @ Y)


@wrong("7.6", "y_j - y_i for y_i - y_j")
def other_direction(P, Y):
    w, q = parts(P, Y)
    s = (P - q) * w
    return 4 * (s @ Y - s.sum(axis=1)[:, None] * Y)


@wrong("7.6", "q is divided by the sum of its row, not of all pairs")
def row_sums(P, Y):
    w, _ = parts(P, Y)
    s = (P - w / w.sum(axis=1, keepdims=True)) * w
    return 4 * (s.sum(axis=1)[:, None] * Y - s @ Y)


@wrong("7.6", "q is not normalised at all")
def q_is_w(P, Y):
    w, _ = parts(P, Y)
    s = (P - w) * w
    return 4 * (s.sum(axis=1)[:, None] * Y - s @ Y)


@wrong("7.6", "the distance is not squared in w")
def plain_distance(P, Y):
    d = np.sqrt(((Y[:, None] - Y) ** 2).sum(axis=2))
    w = 1 / (1 + d)
    np.fill_diagonal(w, 0)
    s = (P - w / w.sum()) * w
    return 4 * (s.sum(axis=1)[:, None] * Y - s @ Y)


@wrong("7.6", "a bell curve for w, as among the codes")
def bell_curve(P, Y):
    w = np.exp(-((Y[:, None] - Y) ** 2).sum(axis=2))
    np.fill_diagonal(w, 0)
    s = (P - w / w.sum()) * w
    return 4 * (s.sum(axis=1)[:, None] * Y - s @ Y)


@wrong("7.6", "forgets the first of the two terms")
def second_term(P, Y):
    w, q = parts(P, Y)
    s = (P - q) * w
    return -4 * s @ Y


@wrong("7.6", "forgets the second of the two terms")
def first_term(P, Y):
    w, q = parts(P, Y)
    s = (P - q) * w
    return 4 * s.sum(axis=1)[:, None] * Y


@wrong("7.6", "sums over both points: one vector for all")
def one_vector(P, Y):
    w, q = parts(P, Y)
    s = (P - q) * w
    return 4 * (s[:, :, None] * np.abs(Y[:, None] - Y)).sum(axis=(0, 1))


@wrong("7.6", "the squared distance has + 2 |y y| for - 2 y y")
def sign_in_distance(P, Y):
    sq = (Y**2).sum(axis=1)
    w = 1 / (1 + sq[:, None] + sq + 2 * np.abs(Y @ Y.T))
    np.fill_diagonal(w, 0)
    s = (P - w / w.sum()) * w
    return 4 * (s.sum(axis=1)[:, None] * Y - s @ Y)


@wrong("7.6", "writes into P")
def writes_p(P, Y):
    w, q = parts(P, Y)
    P -= q
    P *= w
    return 4 * (P.sum(axis=1)[:, None] * Y - P @ Y)


@wrong("7.6", "divides by the number of points")
def mean_of_springs(P, Y):
    w, q = parts(P, Y)
    s = (P - q) * w
    return 4 * (s.sum(axis=1)[:, None] * Y - s @ Y) / len(Y)


@wrong("7.6", "no [:, None]: the sums meet the wrong axis")
def no_new_axis(P, Y):
    w, q = parts(P, Y)
    s = (P - q) * w
    return 4 * (s.sum(axis=1) * Y - s @ Y)


@wrong("7.6", "the result is transposed: (2, N)")
def turned(P, Y):
    w, q = parts(P, Y)
    s = (P - q) * w
    return 4 * (s.sum(axis=1)[:, None] * Y - s @ Y).T


@right("7.6")
def by_differences(P, Y):
    diff = Y[:, None, :] - Y[None, :, :]  # (N, N, 2)
    w = 1 / (1 + np.sum(diff**2, axis=-1))
    w[np.arange(len(Y)), np.arange(len(Y))] = 0
    return 4 * np.einsum("ij,ijd->id", (P - w / w.sum()) * w, diff)


@right("7.6")
def laplacian(P, Y):
    sq = np.einsum("nd,nd->n", Y, Y)
    w = np.reciprocal(1 + np.maximum(sq[:, None] + sq - 2 * Y @ Y.T, 0))
    w *= 1 - np.eye(len(Y))
    s = w * (P - w / w.sum())
    return 4.0 * (np.diag(s.sum(axis=1)) - s) @ Y


@right("7.6")
def coordinate_by_coordinate(P, Y):
    w, q = parts(P, Y)
    s = 4 * (P - q) * w
    columns = [(s * (y[:, None] - y)).sum(axis=1) for y in Y.T]
    return np.stack(columns, axis=1)
