"""Mistakes people make on day 8, each caught by the hint that names it."""

import itertools
import math

import numpy as np

from wrong_answers import wrong


@wrong("8.1", "that is the variance")
def variance(p, n):
    return p * (1 - p) / n


@wrong("8.1", "no effect")
def spread_of_one_image(p, n):
    return np.sqrt(p * (1 - p))


@wrong("8.1", "n is outside the root")
def n_outside(p, n):
    return np.sqrt(p * (1 - p)) / n


@wrong("8.1", "1 - p is missing")
def of_a_rare_event(p, n):
    return np.sqrt(p / n)


@wrong("8.1", "in per cent")
def per_cent(p, n):
    return 100 * np.sqrt(p * (1 - p) / n)


@wrong("8.1", "number of right answers")
def of_a_count(p, n):
    return np.sqrt(n * p * (1 - p))


def rows_moved(image, shear, how):
    new = np.zeros_like(image)
    for i, row in enumerate(image):
        new[i] = how(row, int(np.rint(shear * ((len(image) - 1) / 2 - i))))
    return new


def pushed(row, by):
    new = np.zeros_like(row)
    if by >= 0:
        new[by:] = row[: max(len(row) - by, 0)]
    else:
        new[:by] = row[-by:]
    return new


@wrong("8.2", "enters on the other")
def rolls(image, shear):
    return rows_moved(image, shear, np.roll)


@wrong("8.2", "leans the other way")
def lower_rows_move_right(image, shear):
    return rows_moved(image, -shear, pushed)


@wrong("8.2", "row 0 stays")
def about_the_first_row(image, shear):
    new = np.zeros_like(image)
    for i, row in enumerate(image):
        new[i] = pushed(row, int(np.rint(-shear * i)))
    return new


@wrong("8.2", "columns move")
def moves_columns(image, shear):
    return rows_moved(image.T, shear, pushed).T


@wrong("8.2", "image was changed")
def in_place(image, shear):
    for i in range(len(image)):
        image[i] = pushed(image[i].copy(), int(np.rint(shear * ((len(image) - 1) / 2 - i))))
    return image


@wrong("8.2", "still there")
def onto_a_copy(image, shear):
    new = image.copy()
    for i, row in enumerate(image):
        by = int(np.rint(shear * ((len(image) - 1) / 2 - i)))
        if by > 0:
            new[i, by:] = row[:-by]
        elif by < 0:
            new[i, :by] = row[-by:]
    return new


@wrong("8.2", "0.9 pixels became 0")
def cuts_off(image, shear):
    new = np.zeros_like(image)
    for i, row in enumerate(image):
        new[i] = pushed(row, int(shear * ((len(image) - 1) / 2 - i)))
    return new


@wrong("8.2", "uint8 became float64")
def forgets_the_dtype(image, shear):
    return rows_moved(image.astype(float), shear, pushed)


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@wrong("8.3", "times too large")
def without_the_mean(logits, labels, smoothing):
    K = logits.shape[1]
    return softmax(logits) - ((1 - smoothing) * np.eye(K)[labels] + smoothing / K)


@wrong("8.3", "the labels are not smoothed")
def one_hot(logits, labels, smoothing):
    return (softmax(logits) - np.eye(logits.shape[1])[labels]) / len(logits)


@wrong("8.3", "over all K")
def only_over_the_others(logits, labels, smoothing):
    N, K = logits.shape
    t = np.full((N, K), smoothing / (K - 1))
    t[np.arange(N), labels] = 1 - smoothing
    return (softmax(logits) - t) / N


@wrong("8.3", "that the right class gives away")
def takes_and_does_not_give(logits, labels, smoothing):
    N, K = logits.shape
    return (softmax(logits) - (1 - smoothing) * np.eye(K)[labels]) / N


@wrong("8.3", "add up to 1")
def gives_and_does_not_take(logits, labels, smoothing):
    N, K = logits.shape
    return (softmax(logits) - np.eye(K)[labels] - smoothing / K) / N


@wrong("8.3", "should the score of the right class fall")
def uphill(logits, labels, smoothing):
    return (
        -one_hot(logits, labels, smoothing)
        if smoothing == 0
        else -smoothed(logits, labels, smoothing)
    )


def smoothed(logits, labels, smoothing):
    N, K = logits.shape
    return (softmax(logits) - (1 - smoothing) * np.eye(K)[labels] - smoothing / K) / N


@wrong("8.3", "without the largest score")
def overflows(logits, labels, smoothing):
    N, K = logits.shape
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return (p - (1 - smoothing) * np.eye(K)[labels] - smoothing / K) / N


@wrong("8.4", "what comes first, log or mean")
def mean_of_probabilities(probabilities):
    return probabilities.mean(axis=0).argmax(axis=1)


@wrong("8.4", "only the members' first choices count")
def majority(probabilities):
    votes = probabilities.argmax(axis=2)
    return np.array([np.bincount(column).argmax() for column in votes.T])


@wrong("8.4", "that is the mean itself")
def does_not_decide(probabilities):
    return np.log(probabilities).mean(axis=0)


@wrong("8.4", "is log p larger or smaller")
def smallest(probabilities):
    return np.log(probabilities).mean(axis=0).argmin(axis=1)


@wrong("8.4", "which axis are the members")
def mean_over_images(probabilities):
    return np.log(probabilities).mean(axis=1).argmax(axis=1)


@wrong("8.4", "only the first member")
def first_member(probabilities):
    return probabilities[0].argmax(axis=1)


@wrong("8.4", "loudest member")
def loudest(probabilities):
    return probabilities.max(axis=0).argmax(axis=1)


def gaps(confidence, right, bins):
    place = np.minimum(np.ceil(confidence * bins) - 1, bins - 1)
    inside = [place == b for b in range(bins) if (place == b).any()]
    shares = np.array([i.mean() for i in inside])
    return shares, np.array([right[i].mean() - confidence[i].mean() for i in inside])


@wrong("8.5", "all bins count alike")
def plain_mean(confidence, right, bins=10):
    return np.abs(gaps(confidence, right, bins)[1]).mean()


@wrong("8.5", "gaps of both signs cancel")
def without_bars(confidence, right, bins=10):
    shares, gap = gaps(confidence, right, bins)
    return (shares * gap).sum()


@wrong("8.5", "around the sum")
def bar_around_the_sum(confidence, right, bins=10):
    shares, gap = gaps(confidence, right, bins)
    return abs((shares * gap).sum())


@wrong("8.5", "there are no bins")
def without_bins(confidence, right, bins=10):
    return np.abs(right - confidence).mean()


@wrong("8.5", "bins is not used")
def always_ten(confidence, right, bins=10):
    shares, gap = gaps(confidence, right, 10)
    return shares @ np.abs(gap)


@wrong("8.5", "not by N")
def sum_over_images(confidence, right, bins=10):
    shares, gap = gaps(confidence, right, bins)
    return len(confidence) * (shares @ np.abs(gap))


@wrong("8.5", "IndexError")
def eleventh_bin(confidence, right, bins=10):
    total, count = np.zeros(bins), np.zeros(bins)
    for c, r in zip(confidence, right, strict=True):
        total[int(c * bins)] += r - c
        count[int(c * bins)] += 1
    return np.abs(total).sum() / len(confidence)


def patterns(differences):
    signs = np.array(list(itertools.product([1, -1], repeat=len(differences))))
    return (signs * differences).mean(axis=1)


@wrong("8.6", "only one side counts")
def one_sided(differences):
    return np.mean(patterns(differences) >= differences.mean() - 1e-12)


@wrong("8.6", "≥ or >")
def farther_only(differences):
    return np.mean(np.abs(patterns(differences)) > abs(differences.mean()) + 1e-12)


@wrong("8.6", "out of how many")
def how_many(differences):
    return np.sum(np.abs(patterns(differences)) >= abs(differences.mean()) - 1e-12)


@wrong("8.6", "one minus the share")
def turned_round(differences):
    return 1 - np.mean(np.abs(patterns(differences)) >= abs(differences.mean()) - 1e-12)


@wrong("8.6", "the differences have no effect")
def all_of_one_sign(differences):
    return 2 / 2 ** len(differences)


def chances(n):
    return [math.comb(n, k) / 2**n for k in range(n + 1)]


@wrong("8.7", "only one side counts")
def one_tail(only_first, only_second):
    n = only_first + only_second
    return sum(chances(n)[: min(only_first, only_second) + 1])


@wrong("8.7", "only this very split counts")
def this_split(only_first, only_second):
    return 2 * chances(only_first + only_second)[min(only_first, only_second)]


@wrong("8.7", "does yours count itself")
def without_itself(only_first, only_second):
    n = only_first + only_second
    return 2 * sum(chances(n)[: min(only_first, only_second)])


@wrong("8.7", "more than 1")
def may_exceed_one(only_first, only_second):
    return 2 * one_tail(only_first, only_second)


@wrong("8.7", "chi-squared approximation")
def approximation(only_first, only_second):
    z = (abs(only_first - only_second) - 1) ** 2 / (only_first + only_second)
    return math.erfc(math.sqrt(z / 2))


@wrong("8.7", "chi-squared statistic")
def statistic(only_first, only_second):
    return (abs(only_first - only_second) - 1) ** 2 / (only_first + only_second)
