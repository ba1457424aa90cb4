"""Mistakes people make on day 7, each caught by the hint that names it."""

import numpy as np

from wrong_answers import wrong


@wrong("7.1", "over which axis is the mean")
def one_for_all(x, x_hat):
    return ((x - x_hat) ** 2).mean()


@wrong("7.1", "which axis is the batch")
def one_for_each_pixel(x, x_hat):
    return ((x - x_hat) ** 2).mean(axis=0)


@wrong("7.1", "a sum or a mean")
def sums(x, x_hat):
    return ((x - x_hat) ** 2).sum(axis=1)


@wrong("7.1", "a root in (7.1)")
def distances_instead(x, x_hat):
    return np.linalg.norm(x - x_hat, axis=1)


@wrong("7.1", "what is squared")
def absolute(x, x_hat):
    return np.abs(x - x_hat).mean(axis=1)


@wrong("7.1", "writes into x or x_hat")
def errors_in_place(x, x_hat):
    x_hat -= x
    return (x_hat**2).mean(axis=1)


def line(a, b, share):
    return a + share[:, None] * (b - a)


@wrong("7.2", "between what should you walk")
def fades_pixels(encoder, decoder, a, b, steps):
    return line(a, b, np.linspace(0, 1, steps))


@wrong("7.2", "encoding or walking")
def walks_then_encodes(encoder, decoder, a, b, steps):
    return decoder(encoder(line(a, b, np.linspace(0, 1, steps))))


@wrong("7.2", "walking or decoding")
def decodes_then_walks(encoder, decoder, a, b, steps):
    start, end = decoder(encoder(np.stack([a, b])))
    return line(start, end, np.linspace(0, 1, steps))


@wrong("7.2", "both ends included")
def does_not_arrive(encoder, decoder, a, b, steps):
    start, end = encoder(np.stack([a, b]))
    return decoder(line(start, end, np.arange(steps) / steps))


@wrong("7.2", "who turns codes into images")
def returns_codes(encoder, decoder, a, b, steps):
    start, end = encoder(np.stack([a, b]))
    return line(start, end, np.linspace(0, 1, steps))


@wrong("7.2", "the encoder expected images (N, 784), got (784,)")
def forgets_the_batch(encoder, decoder, a, b, steps):
    return decoder(line(encoder(a), encoder(b), np.linspace(0, 1, steps)))


@wrong("7.2", "is a batch of one code an image")
def keeps_the_batch_of_one(encoder, decoder, a, b, steps):
    start, end = encoder(np.stack([a, b]))
    return np.array([decoder(z[None]) for z in line(start, end, np.linspace(0, 1, steps))])


def nearest(x, centres):
    return ((x[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)


@wrong("7.3", "what is the mean of nothing")
def nan_for_an_empty_group(x, centres):
    labels = nearest(x, centres)
    means = [x[labels == k].sum(axis=0) / np.sum(labels == k) for k in range(len(centres))]
    return labels, np.array(means)


@wrong("7.3", "where should it stay")
def zero_for_an_empty_group(x, centres):
    labels, new = nearest(x, centres), np.zeros_like(centres)
    for k in np.unique(labels):
        new[k] = x[labels == k].mean(axis=0)
    return labels, new


@wrong("7.3", "how many centres must come back")
def loses_an_empty_group(x, centres):
    labels = nearest(x, centres)
    return labels, np.array([x[labels == k].mean(axis=0) for k in np.unique(labels)])


@wrong("7.3", "write into centres")
def moves_the_centres_it_was_given(x, centres):
    labels = nearest(x, centres)
    for k in np.unique(labels):
        centres[k] = x[labels == k].mean(axis=0)
    return labels, centres


@wrong("7.3", "which axis are they")
def wrong_axis(x, centres):
    labels = ((x[:, None] - centres) ** 2).sum(axis=2).argmin(axis=0)
    return labels, centres.copy()


@wrong("7.3", "may +3 and -3 cancel")
def forgets_the_square(x, centres):
    labels = (x[:, None] - centres).sum(axis=2).argmin(axis=1)
    return labels, centres.copy()


@wrong("7.3", "what is the second move")
def moves_nothing(x, centres):
    return nearest(x, centres), centres.copy()


def counts(groups, digits):
    table = np.zeros((groups.max() + 1, digits.max() + 1))
    np.add.at(table, (groups, digits), 1)

    def pairs(n):
        return (n * (n - 1) / 2).sum()

    return pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0)), pairs(table.sum())


@wrong("7.4", "do the groups' names mean digits")
def compares_names(groups, digits):
    return (groups == digits).mean()


@wrong("7.4", "what would chance get")
def rand_index_without_adjustment(groups, digits):
    S, A, B, every = counts(groups, digits)
    return (every + 2 * S - A - B) / every


@wrong("7.4", "where is E")
def without_chance(groups, digits):
    S, A, B, _ = counts(groups, digits)
    return S / ((A + B) / 2)


@wrong("7.4", "what does (7.2) divide by")
def forgets_the_half(groups, digits):
    S, A, B, every = counts(groups, digits)
    return (S - A * B / every) / (A + B - A * B / every)


@wrong("7.4", "60 groups of one image")
def share_of_the_most_frequent(groups, digits):
    return sum(np.bincount(digits[groups == g]).max() for g in np.unique(groups)) / len(digits)


@wrong("7.4", "of how many pairs in all")
def does_not_divide_chance(groups, digits):
    S, A, B, _ = counts(groups, digits)
    return (S - A * B) / ((A + B) / 2 - A * B)


def entropy(distances, beta, log=np.log):
    p = np.exp(-beta * (distances - distances.min()))
    p /= p.sum()
    return -(p[p > 0] * log(p[p > 0])).sum()


def halve(goes_on, beta=1.0, low=0.0, high=np.inf, steps=100):
    for _ in range(steps):
        low, high = (beta, high) if goes_on(beta) else (low, beta)
        beta = 2 * beta if np.isinf(high) else (low + high) / 2
    return beta


@wrong("7.5", "e to")
def takes_the_entropy_for_the_perplexity(distances, perplexity):
    return halve(lambda beta: entropy(distances, beta) > perplexity)


@wrong("7.5", "do log and exp fit together")
def base_two_and_e(distances, perplexity):
    return halve(lambda beta: np.exp(entropy(distances, beta, np.log2)) > perplexity)


@wrong("7.5", "multiplied or divided")
def returns_the_reciprocal(distances, perplexity):
    return 1 / halve(lambda beta: np.exp(entropy(distances, beta)) > perplexity)


@wrong("7.5", "how does σ enter")
def returns_sigma(distances, perplexity):
    beta = halve(lambda beta: np.exp(entropy(distances, beta)) > perplexity)
    return np.sqrt(0.5 / beta)


@wrong("7.5", "Who sets its upper end")
def upper_end_fixed(distances, perplexity):
    return halve(lambda beta: np.exp(entropy(distances, beta)) > perplexity, 500, high=1000.0)


@wrong("7.5", "what may you subtract")
def without_subtracting_the_smallest(distances, perplexity):
    def not_too_few(beta):
        p = np.exp(-beta * distances)
        p /= p.sum()  # 0 / 0 is nan, and nan is never less than anything
        return not np.exp(-(p * np.log(p + 1e-300)).sum()) < perplexity

    return halve(not_too_few)


@wrong("7.5", "print the perplexity for the beta")
def searches_the_wrong_way(distances, perplexity):
    return halve(lambda beta: np.exp(entropy(distances, beta)) < perplexity, high=50.0)


@wrong("7.5", "below its first guess")
def lower_end_fixed_at_one(distances, perplexity):
    return halve(lambda beta: np.exp(entropy(distances, beta)) > perplexity, low=1.0)


def parts(Y):
    gaps = Y[:, None] - Y
    w = 1 / (1 + (gaps**2).sum(axis=2))
    return gaps, w, w * (1 - np.eye(len(Y)))


@wrong("7.6", "what stands before the sum")
def forgets_the_four(P, Y):
    gaps, _, w = parts(Y)
    return (((P - w / w.sum()) * w)[:, :, None] * gaps).sum(axis=1)


@wrong("7.6", "y_i - y_j, or y_j - y_i")
def turned_round(P, Y):
    gaps, _, w = parts(Y)
    return -4 * (((P - w / w.sum()) * w)[:, :, None] * gaps).sum(axis=1)


@wrong("7.6", "what is w on the diagonal")
def counts_itself(P, Y):
    gaps, w, _ = parts(Y)
    return 4 * (((P - w / w.sum()) * w)[:, :, None] * gaps).sum(axis=1)


@wrong("7.6", "over which pairs does (7.4) sum")
def rows_add_up_to_one(P, Y):
    gaps, _, w = parts(Y)
    return 4 * (((P - w / w.sum(axis=1, keepdims=True)) * w)[:, :, None] * gaps).sum(axis=1)


@wrong("7.6", "the sum over j of s_ij y_i")
def only_the_matrix_product(P, Y):
    _, _, w = parts(Y)
    return -4 * ((P - w / w.sum()) * w) @ Y


@wrong("7.6", "what multiplies p - q")
def forgets_w(P, Y):
    gaps, _, w = parts(Y)
    return 4 * ((P - w / w.sum())[:, :, None] * gaps).sum(axis=1)
