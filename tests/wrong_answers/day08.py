"""Answers to the exercises of day 8, written from the lesson alone."""

import itertools
import math

import numpy as np

from wrong_answers import right, wrong

# 8.1


@wrong("8.1", "forgets the root")
def no_root(p, n):
    return p * (1 - p) / n


@wrong("8.1", "n is outside of the root")
def n_outside(p, n):
    return math.sqrt(p * (1 - p)) / n


@wrong("8.1", "does not divide by n")
def no_n(p, n):
    return math.sqrt(p * (1 - p))


@wrong("8.1", "multiplies by n: the deviation of the count")
def of_the_count(p, n):
    return math.sqrt(p * (1 - p) * n)


@wrong("8.1", "forgets the 1 - p")
def no_q(p, n):
    return math.sqrt(p / n)


@wrong("8.1", "no brackets: p * 1 - p is 0")
def precedence(p, n):
    return math.sqrt((p * 1 - p) / n)


@wrong("8.1", "10 000 images are written in")
def ten_thousand(p, n):
    return math.sqrt(p * (1 - p) / 10_000)


@wrong("8.1", "the accuracy is written in as 0.997")
def fixed_p(p, n):
    return math.sqrt(0.997 * 0.003 / n)


@wrong("8.1", "n - 1 instead of n")
def n_minus_one(p, n):
    return math.sqrt(p * (1 - p) / (n - 1))


@wrong("8.1", "twice the standard error: a 95 % interval")
def two_errors(p, n):
    return 1.96 * math.sqrt(p * (1 - p) / n)


@wrong("8.1", "integer division by n")
def whole(p, n):
    return math.sqrt(p * (1 - p) // n)


@wrong("8.1", "in per cent")
def per_cent(p, n):
    return 100 * math.sqrt(p * (1 - p) / n)


@wrong("8.1", "** 1 / 2 is a half, not a root")
def power_half(p, n):
    return (p * (1 - p) / n) ** 1 / 2


@wrong("8.1", "prints")
def prints(p, n):
    print(math.sqrt(p * (1 - p) / n))


@right("8.1")
def numpy_root(p, n):
    return np.sqrt(p * (1 - p) / n)


@right("8.1")
def power(p, n):
    return ((p - p**2) / n) ** 0.5


right("8.1", value=lambda p, n: math.sqrt(p) * math.sqrt(1 - p) / math.sqrt(n))


# 8.2


def shifted_row(row, by):
    out = np.zeros_like(row)
    W = len(row)
    if by >= W or by <= -W:
        return out
    if by >= 0:
        out[by:] = row[: W - by]
    else:
        out[:by] = row[-by:]
    return out


@wrong("8.2", "what leaves on one side enters on the other: np.roll")
def rolls(image, shear):
    m = (len(image) - 1) / 2
    return np.array([np.roll(r, int(np.rint(shear * (m - i)))) for i, r in enumerate(image)])


@wrong("8.2", "the rows move the other way")
def other_way(image, shear):
    m = (len(image) - 1) / 2
    return np.array([shifted_row(r, int(np.rint(shear * (i - m)))) for i, r in enumerate(image)])


@wrong("8.2", "cuts off instead of rounding")
def cuts_off(image, shear):
    m = (len(image) - 1) / 2
    return np.array([shifted_row(r, int(shear * (m - i))) for i, r in enumerate(image)])


@wrong("8.2", "the middle is H / 2 instead of (H - 1) / 2")
def wrong_middle(image, shear):
    m = len(image) / 2
    return np.array([shifted_row(r, int(np.rint(shear * (m - i)))) for i, r in enumerate(image)])


@wrong("8.2", "the middle comes from the width: square images only")
def middle_of_width(image, shear):
    m = (image.shape[1] - 1) / 2
    return np.array([shifted_row(r, int(np.rint(shear * (m - i)))) for i, r in enumerate(image)])


@wrong("8.2", "the middle is written in as 13.5")
def twenty_eight(image, shear):
    out = [shifted_row(r, int(np.rint(shear * (13.5 - i)))) for i, r in enumerate(image)]
    return np.array(out)


@wrong("8.2", "the columns move up and down instead of the rows")
def columns_move(image, shear):
    t = image.T
    m = (len(t) - 1) / 2
    return np.array([shifted_row(r, int(np.rint(shear * (m - i)))) for i, r in enumerate(t)]).T


@wrong("8.2", "the top row stays: counted from row 0, not from the middle")
def from_the_top(image, shear):
    return np.array([shifted_row(r, int(np.rint(-shear * i))) for i, r in enumerate(image)])


@wrong("8.2", "every row moves equally far")
def plain_shift(image, shear):
    m = (len(image) - 1) / 2
    return np.array([shifted_row(r, int(np.rint(shear * m))) for r in image])


@wrong("8.2", "the result is a float array")
def float_result(image, shear):
    out, m = np.zeros(image.shape), (len(image) - 1) / 2
    for i, r in enumerate(image):
        out[i] = shifted_row(r, int(np.rint(shear * (m - i))))
    return out


@wrong("8.2", "writes into image")
def in_place(image, shear):
    m = (len(image) - 1) / 2
    for i in range(len(image)):
        image[i] = shifted_row(image[i].copy(), int(np.rint(shear * (m - i))))
    return image


@wrong("8.2", "what enters is the row's old ink: starts from a copy, not from zeros")
def starts_from_copy(image, shear):
    out, m, W = image.copy(), (len(image) - 1) / 2, image.shape[1]
    for i, r in enumerate(image):
        by = int(np.rint(shear * (m - i)))
        for j in range(W):
            if 0 <= j - by < W:
                out[i, j] = r[j - by]
    return out


@wrong("8.2", "a row that does not move is forgotten and stays empty")
def still_row_forgotten(image, shear):
    out, m, W = np.zeros_like(image), (len(image) - 1) / 2, image.shape[1]
    for i, r in enumerate(image):
        by = int(np.rint(shear * (m - i)))
        if by > 0:
            out[i, by:] = r[: W - by]
        elif by < 0:
            out[i, :by] = r[-by:]
    return out


@wrong("8.2", "negative places count from the end: ink enters from the other side")
def negative_index(image, shear):
    out, m, W = np.zeros_like(image), (len(image) - 1) / 2, image.shape[1]
    for i, r in enumerate(image):
        by = int(np.rint(shear * (m - i)))
        for j in range(W):
            if j + by < W:
                out[i, j + by] = r[j]
    return out


@wrong("8.2", "fails when a row leaves the image altogether: the slices go negative")
def slices_only(image, shear):
    out, m, W = np.zeros_like(image), (len(image) - 1) / 2, image.shape[1]
    for i, r in enumerate(image):
        by = int(np.rint(shear * (m - i)))
        if by >= 0:
            out[i, by:] = r[: W - by]
        else:
            out[i, : W + by] = r[-by:]
    return out


@wrong("8.2", "shear is ignored: one pixel for each row")
def shear_ignored(image, shear):
    m = (len(image) - 1) / 2
    return np.array([shifted_row(r, int(np.rint(m - i))) for i, r in enumerate(image)])


@right("8.2")
def place_by_place(image, shear):
    H, W = image.shape
    out = np.zeros((H, W), dtype=image.dtype)
    for i in range(H):
        by = int(np.rint(shear * ((H - 1) / 2 - i)))
        for j in range(W):
            if 0 <= j - by < W:
                out[i, j] = image[i, j - by]
    return out


@right("8.2")
def gather(image, shear):
    H, W = image.shape
    by = np.rint(shear * ((H - 1) / 2 - np.arange(H))).astype(int)[:, None]
    j = np.arange(W) - by
    inside = (j >= 0) & (j < W)
    taken = np.take_along_axis(image, np.clip(j, 0, W - 1), axis=1)
    return np.where(inside, taken, 0).astype(image.dtype)


@right("8.2")
def row_helper(image, shear):
    m = (image.shape[0] - 1) / 2
    rows = [shifted_row(r, int(np.rint(shear * (m - i)))) for i, r in enumerate(image)]
    return np.stack(rows)


# 8.3


def soft(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def targets_of(labels, K, eps):
    return (1 - eps) * np.eye(K)[labels] + eps / K


@wrong("8.3", "forgets to divide by N")
def no_mean(logits, labels, smoothing):
    return soft(logits) - targets_of(labels, logits.shape[1], smoothing)


@wrong("8.3", "ignores the smoothing")
def not_smoothed(logits, labels, smoothing):
    return (soft(logits) - np.eye(logits.shape[1])[labels]) / len(logits)


@wrong("8.3", "the share is spread over the wrong classes only: eps / (K - 1)")
def over_the_others(logits, labels, smoothing):
    K = logits.shape[1]
    hot = np.eye(K)[labels]
    t = (1 - smoothing) * hot + smoothing / (K - 1) * (1 - hot)
    return (soft(logits) - t) / len(logits)


@wrong("8.3", "the right class gets 1 - eps without its share eps / K")
def right_without_share(logits, labels, smoothing):
    K = logits.shape[1]
    t = np.full(logits.shape, smoothing / K)
    t[np.arange(len(t)), labels] = 1 - smoothing
    return (soft(logits) - t) / len(logits)


@wrong("8.3", "eps is not divided by K")
def eps_to_each(logits, labels, smoothing):
    hot = np.eye(logits.shape[1])[labels]
    return (soft(logits) - (1 - smoothing) * hot - smoothing) / len(logits)


@wrong("8.3", "the label keeps its whole 1: targets add up to more than 1")
def label_keeps_one(logits, labels, smoothing):
    K = logits.shape[1]
    return (soft(logits) - np.eye(K)[labels] - smoothing / K) / len(logits)


@wrong("8.3", "takes the logits for probabilities: no softmax")
def no_softmax(logits, labels, smoothing):
    return (logits - targets_of(labels, logits.shape[1], smoothing)) / len(logits)


@wrong("8.3", "softmax is applied twice")
def softmax_twice(logits, labels, smoothing):
    return (soft(soft(logits)) - targets_of(labels, logits.shape[1], smoothing)) / len(logits)


@wrong("8.3", "the softmax overflows: no maximum is subtracted")
def overflow(logits, labels, smoothing):
    e = np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    return (p - targets_of(labels, logits.shape[1], smoothing)) / len(logits)


@wrong("8.3", "one maximum for the whole batch: small rows become 0 / 0")
def one_maximum(logits, labels, smoothing):
    e = np.exp(logits - logits.max())
    p = e / e.sum(axis=1, keepdims=True)
    return (p - targets_of(labels, logits.shape[1], smoothing)) / len(logits)


@wrong("8.3", "the sign is turned round: t - p")
def t_minus_p(logits, labels, smoothing):
    return (targets_of(labels, logits.shape[1], smoothing) - soft(logits)) / len(logits)


@wrong("8.3", "ten classes are written in")
def ten_classes(logits, labels, smoothing):
    t = (1 - smoothing) * np.eye(logits.shape[1])[labels] + smoothing / 10
    return (soft(logits) - t) / len(logits)


@wrong("8.3", "the smoothing is written in as 0.05")
def fixed_share(logits, labels, smoothing):
    return (soft(logits) - targets_of(labels, logits.shape[1], 0.05)) / len(logits)


@wrong("8.3", "divides by all entries")
def by_size(logits, labels, smoothing):
    return (soft(logits) - targets_of(labels, logits.shape[1], smoothing)) / logits.size


@wrong("8.3", "writes into logits")
def in_place_logits(logits, labels, smoothing):
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=1, keepdims=True)
    return (logits - targets_of(labels, logits.shape[1], smoothing)) / len(logits)


@wrong("8.3", "eps and 1 - eps are swapped")
def shares_swapped(logits, labels, smoothing):
    return (soft(logits) - targets_of(labels, logits.shape[1], 1 - smoothing)) / len(logits)


@wrong("8.3", "the probabilities are smoothed as well")
def p_smoothed(logits, labels, smoothing):
    K = logits.shape[1]
    p = (1 - smoothing) * soft(logits) + smoothing / K
    return (p - targets_of(labels, K, smoothing)) / len(logits)


@wrong("8.3", "returns the loss")
def the_loss(logits, labels, smoothing):
    t = targets_of(labels, logits.shape[1], smoothing)
    return -(t * np.log(soft(logits) + 1e-300)).sum(axis=1).mean()


@right("8.3")
def direct(logits, labels, smoothing):
    N, K = logits.shape
    e = np.exp(logits - logits.max(1)[:, None])
    g = e / e.sum(1)[:, None] - smoothing / K
    g[np.arange(N), labels] -= 1 - smoothing
    return g / N


@right("8.3")
def image_by_image(logits, labels, smoothing):
    N, K = logits.shape
    rows = []
    for z, k in zip(logits, labels):
        p = np.exp(z - np.logaddexp.reduce(z))
        t = [smoothing / K + (1 - smoothing if j == k else 0) for j in range(K)]
        rows.append((p - t) / N)
    return np.array(rows)


@right("8.3")
def mixture(logits, labels, smoothing):
    p, K = soft(logits), logits.shape[1]
    hard, blind = p - np.eye(K)[labels], p - 1 / K
    return ((1 - smoothing) * hard + smoothing * blind) / len(labels)


# 8.4


@wrong("8.4", "the mean of the probabilities, not of their logarithms")
def plain_mean(probabilities):
    return probabilities.mean(axis=0).argmax(axis=1)


@wrong("8.4", "one voice each: the most frequent first choice")
def majority(probabilities):
    first = probabilities.argmax(axis=2)
    K = probabilities.shape[2]
    return (first[:, :, None] == np.arange(K)).sum(axis=0).argmax(axis=1)


@wrong("8.4", "the logarithm of the mean instead of the mean of the logarithms")
def log_of_mean(probabilities):
    return np.log(probabilities.mean(axis=0)).argmax(axis=1)


@wrong("8.4", "the mean over the images instead of the networks")
def over_images(probabilities):
    return np.log(probabilities).mean(axis=1).argmax(axis=1)


@wrong("8.4", "argmax along the images")
def argmax_over_images(probabilities):
    return np.log(probabilities).mean(axis=0).argmax(axis=0)


@wrong("8.4", "only the first network is asked")
def first_network(probabilities):
    return probabilities[0].argmax(axis=1)


@wrong("8.4", "argmin: the sign of the logarithm is forgotten")
def smallest(probabilities):
    return np.log(probabilities).mean(axis=0).argmin(axis=1)


@wrong("8.4", "the most confident network decides")
def most_confident(probabilities):
    return probabilities.max(axis=0).argmax(axis=1)


@wrong("8.4", "returns the mean log-probabilities, not the classes")
def no_argmax(probabilities):
    return np.log(probabilities).mean(axis=0)


@wrong("8.4", "returns the largest mean, not its class")
def max_not_argmax(probabilities):
    return np.log(probabilities).mean(axis=0).max(axis=1)


@wrong("8.4", "an answer for every network: (M, N)")
def each_network(probabilities):
    return np.log(probabilities).argmax(axis=2)


@wrong("8.4", "argmax without an axis")
def one_answer(probabilities):
    return np.log(probabilities).mean(axis=0).argmax()


@wrong("8.4", "an axis of length 1 is left over")
def axis_left(probabilities):
    return np.log(probabilities).mean(axis=0).argmax(axis=1, keepdims=True)


@wrong("8.4", "three networks are written in")
def three_networks(probabilities):
    logs = np.log(probabilities)
    return (logs[0] + logs[1] + logs[2]).argmax(axis=1)


@wrong("8.4", "the middle network's opinion: the median")
def median(probabilities):
    return np.median(np.log(probabilities), axis=0).argmax(axis=1)


@wrong("8.4", "the logarithm is written into probabilities")
def in_place_log(probabilities):
    np.log(probabilities, out=probabilities)
    return probabilities.mean(axis=0).argmax(axis=1)


@wrong("8.4", "the class that nobody rules out: the largest minimum")
def largest_minimum(probabilities):
    return probabilities.min(axis=0).argmax(axis=1)


@right("8.4")
def sum_of_logs(probabilities):
    return np.argmax(np.sum(np.log(probabilities), axis=0), axis=-1)


@right("8.4")
def list_of_answers(probabilities):
    M, N, K = probabilities.shape
    answers = []
    for n in range(N):
        score = [sum(math.log(probabilities[m, n, k]) for m in range(M)) for k in range(K)]
        answers.append(score.index(max(score)))
    return np.array(answers)


@right("8.4")
def with_log2(probabilities):
    return np.einsum("mnk->nk", np.log2(probabilities)).argmax(axis=1)


# 8.5


def sums_of(bin_of, confidence, right_, bins):
    n = np.bincount(bin_of, minlength=bins)
    r = np.bincount(bin_of, right_, minlength=bins)
    c = np.bincount(bin_of, confidence, minlength=bins)
    return n, r, c


def upper_edges(confidence, bins):
    edges = np.arange(1, bins) / bins
    return np.searchsorted(edges, confidence, side="left")


@wrong("8.5", "an edge belongs to the bin above it")
def edges_above(confidence, right, bins=10):
    b = np.searchsorted(np.arange(1, bins) / bins, confidence, side="right")
    n, r, c = sums_of(b, confidence, right, bins)
    return np.abs(r - c).sum() / len(confidence)


@wrong("8.5", "a confidence of 1 is in no bin: lo <= c < hi")
def one_is_lost(confidence, right, bins=10):
    total = 0.0
    for b in range(bins):
        inside = (confidence >= b / bins) & (confidence < (b + 1) / bins)
        if inside.any():
            gap = abs(right[inside].mean() - confidence[inside].mean())
            total += inside.mean() * gap
    return total


@wrong("8.5", "an empty bin gives nan")
def empty_is_nan(confidence, right, bins=10):
    total = 0.0
    with np.errstate(all="ignore"):
        for b in range(bins):
            inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
            n = np.float64(inside.sum())
            gap = abs(right[inside].sum() / n - confidence[inside].sum() / n)
            total += n / len(confidence) * gap
    return total


@wrong("8.5", "ten bins are written in")
def ten_bins(confidence, right, bins=10):
    total = 0.0
    for b in range(10):
        inside = (confidence > b / 10) & (confidence <= (b + 1) / 10)
        if inside.any():
            total += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return total


@wrong("8.5", "the gaps are not weighed by their number of images")
def not_weighed(confidence, right, bins=10):
    gaps = []
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if inside.any():
            gaps.append(abs(right[inside].mean() - confidence[inside].mean()))
    return np.mean(gaps)


@wrong("8.5", "no absolute value: gaps of different signs cancel")
def no_abs(confidence, right, bins=10):
    n, r, c = sums_of(upper_edges(confidence, bins), confidence, right, bins)
    return (r - c).sum() / len(confidence)


@wrong("8.5", "the absolute value of the whole sum, not of each gap")
def abs_outside(confidence, right, bins=10):
    return abs(right.mean() - confidence.mean())


@wrong("8.5", "forgets to divide by N")
def no_division(confidence, right, bins=10):
    n, r, c = sums_of(upper_edges(confidence, bins), confidence, right, bins)
    return np.abs(r - c).sum()


@wrong("8.5", "squares instead of absolute values")
def squares(confidence, right, bins=10):
    total = 0.0
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if inside.any():
            total += inside.mean() * (right[inside].mean() - confidence[inside].mean()) ** 2
    return total


@wrong("8.5", "the middle of the bin in place of the mean confidence")
def middle_of_bin(confidence, right, bins=10):
    total = 0.0
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if inside.any():
            total += inside.mean() * abs(right[inside].mean() - (b + 0.5) / bins)
    return total


@wrong("8.5", "bins of equally many images instead of equal width")
def equal_counts(confidence, right, bins=10):
    order = np.argsort(confidence)
    total = 0.0
    for part in np.array_split(order, bins):
        if len(part):
            gap = abs(right[part].mean() - confidence[part].mean())
            total += len(part) / len(confidence) * gap
    return total


@wrong("8.5", "the bins reach from the smallest to the largest confidence")
def own_range(confidence, right, bins=10):
    edges = np.linspace(confidence.min(), confidence.max(), bins + 1)[1:-1]
    n, r, c = sums_of(np.searchsorted(edges, confidence), confidence, right, bins)
    return np.abs(r - c).sum() / len(confidence)


@wrong("8.5", "each image by itself: no bins")
def no_bins(confidence, right, bins=10):
    return np.abs(right - confidence).mean()


@wrong("8.5", "the last bin is forgotten: range(bins - 1)")
def last_bin_forgotten(confidence, right, bins=10):
    total = 0.0
    for b in range(bins - 1):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if inside.any():
            total += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return total


@wrong("8.5", "the largest gap: the maximum instead of the sum")
def largest_gap(confidence, right, bins=10):
    gaps = [0.0]
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if inside.any():
            gaps.append(abs(right[inside].mean() - confidence[inside].mean()))
    return max(gaps)


@wrong("8.5", "the share right is divided by N, the confidence by n_b")
def two_denominators(confidence, right, bins=10):
    total = 0.0
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if inside.any():
            share = right[inside].sum() / len(right)
            total += inside.mean() * abs(share - confidence[inside].mean())
    return total


@wrong("8.5", "one bin too few: the width is 1 / (bins - 1)")
def too_wide(confidence, right, bins=10):
    total = 0.0
    for b in range(bins):
        inside = (confidence > b / (bins - 1)) & (confidence <= (b + 1) / (bins - 1))
        if inside.any():
            total += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return total


@right("8.5")
def bin_by_bin(confidence, right, bins=10):
    total = 0.0
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        n = inside.sum()
        if n == 0:
            continue
        total += n / len(confidence) * abs(right[inside].mean() - confidence[inside].mean())
    return total


@right("8.5")
def simplified(confidence, right, bins=10):
    n, r, c = sums_of(upper_edges(confidence, bins), confidence, right, bins)
    return np.abs(r - c).sum() / len(confidence)


@right("8.5")
def matrix(confidence, right, bins=10):
    b = np.arange(bins)[:, None]
    member = (confidence > b / bins) & (confidence <= (b + 1) / bins)  # (bins, N)
    gap = member @ (np.asarray(right, float) - confidence)
    return float(np.linalg.norm(gap, 1) / confidence.size)


# 8.6


def all_signs(n):
    return np.array(list(itertools.product([1, -1], repeat=n)))


@wrong("8.6", "one direction only: no absolute value")
def one_sided(differences):
    d = np.asarray(differences, float)
    means = (all_signs(len(d)) * d).mean(axis=1)
    return np.mean(means >= d.mean() - 1e-12)


@wrong("8.6", "> for >=: your own pattern does not count")
def strictly(differences):
    d = np.asarray(differences, float)
    means = np.abs((all_signs(len(d)) * d).mean(axis=1))
    return np.mean(means > abs(d.mean()) + 1e-12)


@wrong("8.6", "no allowance for rounding")
def no_tolerance(differences):
    d = np.asarray(differences, float)
    observed = abs(sum(d) / len(d))
    count = 0
    for signs in itertools.product([1, -1], repeat=len(d)):
        total = 0.0
        for s, v in zip(signs[::-1], d[::-1]):
            total += s * v
        count += abs(total / len(d)) >= observed
    return count / 2 ** len(d)


@wrong("8.6", "returns the number of patterns, not their share")
def number(differences):
    d = np.asarray(differences, float)
    means = np.abs((all_signs(len(d)) * d).mean(axis=1))
    return int((means >= abs(d.mean()) - 1e-12).sum())


@wrong("8.6", "your own pattern is left out of count and total")
def own_left_out(differences):
    d = np.asarray(differences, float)
    means = np.abs((all_signs(len(d))[1:] * d).mean(axis=1))
    return np.mean(means >= abs(d.mean()) - 1e-12)


@wrong("8.6", "the share of the less extreme patterns: 1 - p")
def one_minus(differences):
    d = np.asarray(differences, float)
    means = np.abs((all_signs(len(d)) * d).mean(axis=1))
    return 1 - np.mean(means >= abs(d.mean()) - 1e-12)


@wrong("8.6", "permutes the differences instead of flipping their signs")
def permutes(differences):
    d = np.asarray(differences, float)
    hits = [abs(np.mean(p)) >= abs(d.mean()) - 1e-12 for p in itertools.permutations(d)]
    return np.mean(hits)


@wrong("8.6", "the mean of the absolute values instead of the absolute value of the mean")
def abs_inside(differences):
    d = np.asarray(differences, float)
    means = np.abs(all_signs(len(d)) * d).mean(axis=1)
    return np.mean(means >= abs(d.mean()) - 1e-12)


@wrong("8.6", "draws random signs instead of all patterns")
def random_signs(differences):
    d = np.asarray(differences, float)
    signs = np.random.default_rng(0).choice([-1, 1], (500, len(d)))
    return np.mean(np.abs((signs * d).mean(axis=1)) >= abs(d.mean()) - 1e-12)


@wrong("8.6", "signs 0 and 1 instead of -1 and 1")
def zero_or_one(differences):
    d = np.asarray(differences, float)
    signs = np.array(list(itertools.product([0, 1], repeat=len(d))))
    return np.mean(np.abs((signs * d).mean(axis=1)) >= abs(d.mean()) - 1e-12)


@wrong("8.6", "three seeds are written in: eight patterns")
def eight_patterns(differences):
    d = np.asarray(differences, float)
    means = np.abs((all_signs(3) * d[:3]).mean(axis=1))
    return np.mean(means >= abs(d.mean()) - 1e-12)


@wrong("8.6", "divides by n instead of 2**n")
def by_n(differences):
    d = np.asarray(differences, float)
    means = np.abs((all_signs(len(d)) * d).mean(axis=1))
    return (means >= abs(d.mean()) - 1e-12).sum() / len(d)


@wrong("8.6", "2 ^ n is not a power in Python")
def caret(differences):
    d = np.asarray(differences, float)
    means = np.abs((all_signs(len(d)) * d).mean(axis=1))
    return (means >= abs(d.mean()) - 1e-12).sum() / (2 ^ len(d))


@wrong("8.6", "flips one sign at a time: n + 1 patterns")
def one_at_a_time(differences):
    d = np.asarray(differences, float)
    signs = np.vstack([np.ones(len(d)), 1 - 2 * np.eye(len(d))])
    return np.mean(np.abs((signs * d).mean(axis=1)) >= abs(d.mean()) - 1e-12)


@wrong("8.6", "the tolerance is far too wide: 0.01")
def wide_tolerance(differences):
    d = np.asarray(differences, float)
    means = np.abs((all_signs(len(d)) * d).mean(axis=1))
    return np.mean(means >= abs(d.mean()) - 0.01)


@wrong("8.6", "doubled for both directions, although abs has counted both")
def doubled(differences):
    d = np.asarray(differences, float)
    means = np.abs((all_signs(len(d)) * d).mean(axis=1))
    return 2 * np.mean(means >= abs(d.mean()) - 1e-12)


@wrong("8.6", "counts the signs of the differences only: sign test")
def sign_test(differences):
    d = np.sign(np.asarray(differences, float))
    means = np.abs((all_signs(len(d)) * d).mean(axis=1))
    return np.mean(means >= abs(d.mean()) - 1e-12)


@right("8.6")
def product(differences):
    own = abs(np.mean(differences)) * (1 - 1e-9)
    hits = 0
    for signs in itertools.product((-1, 1), repeat=len(differences)):
        hits += abs(np.dot(signs, differences)) / len(differences) >= own
    return hits / 2 ** len(differences)


@right("8.6")
def by_bits(differences):
    d = np.asarray(differences, float)
    n = len(d)
    bits = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    means = np.abs((1 - 2 * bits) @ d) / n
    target = np.abs(d.mean())
    return ((means > target) | np.isclose(means, target, rtol=1e-9, atol=1e-15)).mean()


@right("8.6")
def growing_sums(differences):
    sums = np.zeros(1)
    for v in differences:
        sums = np.concatenate([sums + v, sums - v])
    limit = abs(float(np.sum(differences)))
    return float(np.mean(np.abs(sums) >= limit - 1e-9 * np.abs(differences).sum()))


# 8.7


def tail(k, n):
    "The probability of at most k heads."
    return sum(math.comb(n, i) for i in range(k + 1)) / 2**n


@wrong("8.7", "one direction only")
def one_direction(a, b):
    return tail(min(a, b), a + b)


@wrong("8.7", "an even split gives more than 1: the middle counts twice")
def more_than_one(a, b):
    return 2 * tail(min(a, b), a + b)


@wrong("8.7", "exactly a heads instead of at least as uneven")
def exactly(a, b):
    return math.comb(a + b, a) / 2 ** (a + b)


@wrong("8.7", "more uneven only: a to b itself does not count")
def strictly_more(a, b):
    n = a + b
    return sum(math.comb(n, k) for k in range(n + 1) if abs(2 * k - n) > abs(a - b)) / 2**n


@wrong("8.7", "depends on the order: a is taken for the smaller one")
def a_is_smaller(a, b):
    return min(1.0, 2 * tail(a, a + b))


@wrong("8.7", "the opposite: at most as uneven")
def at_most(a, b):
    n = a + b
    return sum(math.comb(n, k) for k in range(n + 1) if abs(2 * k - n) <= abs(a - b)) / 2**n


@wrong("8.7", "forgets to divide by 2**n")
def no_division_coins(a, b):
    n = a + b
    return sum(math.comb(n, k) for k in range(n + 1) if abs(2 * k - n) >= abs(a - b))


@wrong("8.7", "range(n) leaves out n heads")
def n_heads_missing(a, b):
    n = a + b
    return sum(math.comb(n, k) for k in range(n) if abs(2 * k - n) >= abs(a - b)) / 2**n


@wrong("8.7", "no coins give 0 / 0")
def zero_coins(a, b):
    n = a + b
    share = a / n
    hits = [math.comb(n, k) for k in range(n + 1) if abs(k / n - 0.5) >= abs(share - 0.5) - 1e-12]
    return sum(hits) / 2**n


@wrong("8.7", "no coins give 0 instead of 1")
def zero_for_none(a, b):
    n = a + b
    if n == 0:
        return 0.0
    return sum(math.comb(n, k) for k in range(n + 1) if abs(2 * k - n) >= abs(a - b)) / 2**n


@wrong("8.7", "the bell curve instead of coins")
def bell_curve(a, b):
    if a + b == 0:
        return 1.0
    return math.erfc(abs(a - b) / math.sqrt(a + b) / math.sqrt(2))


@wrong("8.7", "counts patterns of a alone: n is a, not a + b")
def n_is_a(a, b):
    n = max(a, b)
    return sum(math.comb(n, k) for k in range(n + 1) if abs(2 * k - n) >= abs(a - b)) / 2**n


@wrong("8.7", "2 ^ n for 2 ** n")
def caret_coins(a, b):
    n = a + b
    return sum(math.comb(n, k) for k in range(n + 1) if abs(2 * k - n) >= abs(a - b)) / (2 ^ n)


@wrong("8.7", "compares k itself with |a - b|, not the difference of heads and tails")
def compares_k(a, b):
    n = a + b
    return sum(math.comb(n, k) for k in range(n + 1) if k >= abs(a - b)) / 2**n


@wrong("8.7", "float overflow: 2.0**n and comb as floats fail for many coins")
def floats_overflow(a, b):
    n = a + b
    total = 0.0
    for k in range(n + 1):
        if abs(2 * k - n) >= abs(a - b):
            total += float(math.comb(n, k))
    return total / 2.0**n


@wrong("8.7", "integer division: nearly always 0")
def whole_p(a, b):
    n = a + b
    return sum(math.comb(n, k) for k in range(n + 1) if abs(2 * k - n) >= abs(a - b)) // 2**n


@wrong("8.7", "1 - p")
def one_minus_p(a, b):
    n = a + b
    return 1 - sum(math.comb(n, k) for k in range(n + 1) if abs(2 * k - n) >= abs(a - b)) / 2**n


@right("8.7")
def all_heads(a, b):
    n = a + b
    return sum(math.comb(n, k) for k in range(n + 1) if abs(k - (n - k)) >= abs(a - b)) / 2**n


@right("8.7")
def twice_the_tail(a, b):
    return 1.0 if a == b else 2 * tail(min(a, b), a + b)


@right("8.7")
def capped(a, b):
    low = min(a, b)
    return min(1.0, 2 * sum(math.comb(a + b, i) for i in range(low + 1)) / 2 ** (a + b))
