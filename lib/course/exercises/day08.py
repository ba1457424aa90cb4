"""The checks of day 8: slanting, label smoothing, ensembles, calibration, luck."""

import itertools
import math

import numpy as np

from lib.course.checks import exercise, expect, expect_array


@exercise("8.1", "standard_error")
def standard_error(answer):
    for p, n in ((0.98, 2500), (0.9, 400)):
        right = math.sqrt(p * (1 - p) / n)
        yield expect_array(
            answer(p, n), right, "which three numbers stand under the root in (8.1)?",
            mistakes=[
                (p * (1 - p) / n, "that is the variance", "what is above everything in (8.1)?"),
                (math.sqrt(p * (1 - p)), "the number of images has no effect",
                 "is a share of many images as uncertain as one image?"),
                (math.sqrt(p * (1 - p)) / n, "n is outside the root", "how far does the root go?"),
                (math.sqrt(p / n), "1 - p is missing", "how uncertain is a share of 100 %?"),
                (math.sqrt((1 - p) / n), "p is missing", "how uncertain is a share of 0 %?"),
                (100 * right, "that is in per cent", "is the accuracy you were given in per cent?"),
                (math.sqrt(p * (1 - p) * n), "that is for the number of right answers",
                 "what is divided by n in a share?"),
            ],
            what=f"standard_error({p}, {n})",
            tolerance=1e-12,
            reveal=False,
        )  # fmt: skip
    yield expect_array(answer(1.0, 50), 0.0, "what is 1 - p for p = 1?", what="at p = 1")


def _slanted(
    image,
    shear,
    direction=1,
    about=None,
    wrap=False,
    columns=False,
    whole=lambda x: int(np.rint(x)),
):
    """Return the right answer or a wrong one."""
    H, W = image.shape
    if columns:
        return _slanted(image.T, shear).T
    about = (H - 1) / 2 if about is None else about
    new = np.zeros_like(image)
    for i in range(H):
        moved = whole(direction * shear * (about - i))
        if wrap:
            new[i] = np.roll(image[i], moved)
        else:
            kept = [j for j in range(W) if 0 <= j + moved < W]
            new[i, [j + moved for j in kept]] = image[i, kept]
    return new


@exercise("8.2", "slant")
def slant(answer):
    rng = np.random.default_rng(82)
    images = [rng.integers(1, 256, (7, 9), dtype=np.uint8), rng.uniform(0.1, 1, (6, 6))]
    for image, shear in itertools.product(images, (0.45, -0.7)):
        mine = image.copy()
        got = answer(mine, shear)
        yield expect(np.array_equal(mine, image), "image was changed", "do you write into a copy?")
        cut = image.copy()  # new starts as a copy, so that what is not overwritten stays
        moved = _slanted(np.ones_like(image), shear)
        cut[moved > 0] = _slanted(image, shear)[moved > 0]
        yield expect_array(
            got,
            _slanted(image, shear),
            "draw a 3 by 3 image on paper; where does each row go?",
            mistakes=[
                (_slanted(image, shear, -1), "it leans the other way",
                 "which rows move right if shear is positive, the upper or the lower?"),
                (_slanted(image, shear, wrap=True), "what leaves on one side enters on the other",
                 "what does np.roll do at the border?"),
                (_slanted(image, shear, about=0), "row 0 stays where it is",
                 "which row should stay?"),
                (_slanted(image, shear, about=len(image) - 1), "the lowest row stays where it is",
                 "which row should stay?"),
                (_slanted(image, shear, columns=True), "columns move, not rows",
                 "which index says how far to move?"),
                (_slanted(image, shear, whole=int), "0.9 pixels became 0",
                 "does int() go to the nearest whole number?"),
                (_slanted(image, shear, whole=math.floor), "0.9 pixels became 0",
                 "does // go to the nearest whole number?"),
                (cut, "what a row leaves behind is still there", "what should be behind it?"),
                (image, "nothing moved", "how many pixels does the first row move?"),
            ],
            what=f"slant(image, {shear})",
            reveal=False,
        )  # fmt: skip
        same = np.asarray(got).dtype == image.dtype
        yield expect(same, f"{image.dtype} became {np.asarray(got).dtype}", "np.zeros_like?")
    blank = _slanted(np.ones((5, 4)), 3.0)
    yield expect_array(
        answer(np.ones((5, 4)), 3.0), blank, "what if a row moves by more than the width?",
        what="a row that leaves the image", mistakes=[(_slanted(np.ones((5, 4)), 3.0, wrap=True),
        "a row came back on the other side", "what is left of a row that moves by 6 of 4 pixels?")],
    )  # fmt: skip


@exercise("8.3", "smoothed_gradient")
def smoothed_gradient(answer):
    rng = np.random.default_rng(83)
    for N, K, smoothing in ((5, 4, 0.2), (3, 10, 0.05)):
        logits, labels = rng.normal(size=(N, K)), rng.integers(0, K, N)
        kept = logits.copy()
        got = answer(logits, labels, smoothing)
        yield expect(np.array_equal(logits, kept), "logits were changed", "is p a new array?")
        p = np.exp(logits - logits.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        one_hot = np.eye(K)[labels]
        t = (1 - smoothing) * one_hot + smoothing / K
        others = (1 - smoothing) * one_hot + smoothing / (K - 1) * (1 - one_hot)
        yield expect_array(
            got,
            (p - t) / N,
            "print the targets of the first row; do they add up to 1?",
            mistakes=[
                (p - t, f"every entry is {N} times too large", "what does the mean divide by?"),
                ((p - t) / K, "divided by the number of classes", "what does the mean run over?"),
                ((p - t) / (N * K), "divided by rows and classes", "what does the mean run over?"),
                ((t - p) / N, "the sign is turned", "should the score of the right class fall?"),
                ((p - one_hot) / N, "the labels are not smoothed", "where is ε in your targets?"),
                ((p - others) / N, "the right class gets no share of ε",
                 "is ε spread over the K - 1 wrong classes or over all K?"),
                ((p - (1 - smoothing) * one_hot) / N, "the other classes are asked for 0",
                 "where does the ε that the right class gives away go?"),
                ((p - one_hot - smoothing / K) / N, "the right class gives nothing away",
                 "do your targets add up to 1?"),
                ((p - (1 - smoothing) * one_hot - smoothing) / N, "every class gets all of ε",
                 "over how many classes is ε spread?"),
                ((logits - t) / N, "the scores stand where p belongs", "what does softmax do?"),
            ],
            what="the gradient",
        )  # fmt: skip
    huge = np.asarray(answer(np.array([[1000.0, 0.0]]), np.array([1]), 0.0))
    yield expect_array(
        huge, [[1.0, -1.0]], "what is exp(1000)? And without the largest score?", what="at 1000"
    )


@exercise("8.4", "vote")
def vote(answer):
    rng = np.random.default_rng(84)
    z = rng.normal(size=(3, 6, 4))
    p = np.exp(z) / np.exp(z).sum(axis=2, keepdims=True)
    # one member is sure of 0 and another all but rules it out; everybody's second choice is 1
    p[:, 0] = [[0.90, 0.08, 0.01, 0.01], [0.02, 0.58, 0.20, 0.20], [0.45, 0.50, 0.03, 0.02]]
    p[:, 1] = [[0.50, 0.48, 0.01, 0.01], [0.50, 0.48, 0.01, 0.01], [0.01, 0.47, 0.51, 0.01]]
    kept = p.copy()
    got = answer(p)
    yield expect(np.array_equal(p, kept), "probabilities were changed", "is log a new array?")
    mean_log = np.log(p).mean(axis=0)
    majority = np.array([np.bincount(v, minlength=4).argmax() for v in p.argmax(axis=2).T])
    order = "which axis are the members, and which the classes?"
    yield expect_array(
        got,
        mean_log.argmax(axis=1),
        order,
        mistakes=[
            (p.mean(axis=0).argmax(axis=1), "the probabilities were averaged, not their logarithms",
             "what comes first, log or mean?"),
            (majority, "only the members' first choices count", "what do the second choices say?"),
            (mean_log, "that is the mean itself", "which class has the largest?"),
            (mean_log.argmin(axis=1), "the least likely class", "is log p larger or smaller for a "
             "likely class?"),
            (np.log(p).mean(axis=1).argmax(axis=1), "the mean runs over the images", order),
            (p.argmax(axis=2), "one answer for each member", order),
            (p[0].argmax(axis=1), "only the first member is asked", order),
            (p[-1].argmax(axis=1), "only the last member is asked", order),
            (p.max(axis=0).argmax(axis=1), "the loudest member decides", "where is the mean?"),
            (np.exp(mean_log), "these are probabilities, not classes", "which is the largest?"),
        ],
        what="the classes",
    )  # fmt: skip
    yield expect(
        np.issubdtype(np.asarray(got).dtype, np.integer), "classes are whole numbers", "argmax?"
    )


def _calibration_error(confidence, right, bins, weighted=True, signed=False, root=False):
    place = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    total = 0.0
    used = [b for b in range(bins) if (place == b).any()]
    for b in used:
        inside = place == b
        gap = right[inside].mean() - confidence[inside].mean()
        gap = gap if signed else abs(gap)
        total += (inside.mean() if weighted else 1 / len(used)) * (gap**2 if root else gap)
    return math.sqrt(total) if root else total


@exercise("8.5", "calibration_error")
def calibration_error(answer):
    rng = np.random.default_rng(85)
    confidence = np.concatenate([rng.uniform(0.35, 1, 60), rng.uniform(0.93, 1, 40)])
    right = rng.random(100) < np.where(confidence > 0.7, 0.98 * confidence**2, confidence + 0.2)
    for bins in (10, 4):
        want = _calibration_error(confidence, right, bins)
        middle = (np.ceil(confidence * bins) - 0.5) / bins
        yield expect_array(
            answer(confidence.copy(), right.copy(), bins),
            want,
            "print the number, the mean confidence and the share of right answers of each bin.",
            mistakes=[
                (_calibration_error(confidence, right, bins, weighted=False),
                 "all bins count alike", "should a bin of two images count as much as one of "
                 "fifty?"),
                (_calibration_error(confidence, right, bins, signed=True),
                 "gaps of both signs cancel", "what stands between the bars in (8.3)?"),
                (abs(_calibration_error(confidence, right, bins, signed=True)),
                 "gaps of both signs cancel", "is the bar around each gap, or around the sum?"),
                (_calibration_error(confidence, right, bins, root=True),
                 "the gaps were squared", "is there a square in (8.3)?"),
                (100 * want, "divided by 1, not by N", "what are the weights of all bins "
                 "together?"),
                (_calibration_error(middle, right, bins),
                 "the middle of the bin stands for its confidence",
                 "what is the mean confidence in it?"),
                (float(np.abs(right - confidence).mean()), "there are no bins",
                 "can a single answer be 80 % right?"),
                (_calibration_error(confidence, right, 10), "bins is not used",
                 "how many bins were asked for?"),
                (1 - want, "that is one minus the error", "what is 0 if all is well?"),
            ],
            what=f"with {bins} bins",
        )  # fmt: skip
    sure = np.ones(4)
    yield expect_array(
        answer(sure, np.array([True, True, True, False]), 10), 0.25,
        "in which bin is a confidence of exactly 1?", what="when all are sure",
    )  # fmt: skip


@exercise("8.6", "sign_flips")
def sign_flips(answer):
    cases = ([0.03, 0.05, 0.01], [0.02, -0.03, 0.04, 0.05], [-0.1, -0.2])
    for d in map(np.array, cases):
        flips = np.array(list(itertools.product([1, -1], repeat=len(d))))
        sums = flips @ d
        least = abs(d.sum()) - 1e-12
        right = (np.abs(sums) >= least).mean()
        kept = d.copy()
        got = answer(d)
        yield expect(np.array_equal(d, kept), "differences was changed", "do you flip a copy?")
        yield expect_array(
            got,
            right,
            "write down all patterns of signs for two differences, and their means.",
            mistakes=[
                ((sums >= d.sum() - 1e-12).mean(), "only one side counts",
                 "would you have been surprised by the opposite?"),
                ((np.abs(sums) > abs(d.sum()) + 1e-12).mean(), "patterns that are just as far do "
                 "not count", "≥ or >?"),
                ((np.abs(sums) >= least).sum(), "that is their number", "out of how many?"),
                (1 - (np.abs(sums) >= least).mean(), "that is one minus the share", "which ones "
                 "count?"),
                (0.5 ** len(d), "the differences have no effect", "does their size matter?"),
                (2 * 0.5 ** len(d), "the differences have no effect", "does their size matter?"),
            ],
            what=f"sign_flips({d.tolist()})",
            tolerance=1e-9,
            reveal=False,
        )  # fmt: skip
    yield expect_array(answer(np.zeros(3)), 1.0, "are all patterns as far from 0 as yours, 0?",
                       what="when nothing differs")  # fmt: skip


@exercise("8.7", "coin_p_value")
def coin_p_value(answer):
    for a, b in ((5, 1), (3, 14), (0, 6), (30, 22)):
        n, fewer = a + b, min(a, b)
        terms = [math.comb(n, k) / 2**n for k in range(n + 1)]
        tail = sum(terms[: fewer + 1])
        z = (abs(a - b) - 1) ** 2 / n
        yield expect_array(
            answer(a, b),
            min(1.0, 2 * tail),
            "list the chances of 0, 1, 2 … heads of n coins; which of them are as uneven as yours?",
            mistakes=[
                (tail, "only one side counts", "would the opposite have surprised you as much?"),
                (2 * terms[fewer], "only this very split counts", "and the splits more uneven?"),
                (terms[fewer], "only this very split counts", "and the splits more uneven?"),
                (2 * (tail - terms[fewer]), "only splits more uneven than yours count",
                 "does yours count itself?"),
                (1 - 2 * tail, "that is one minus the chance", "is a small one a surprise?"),
                (z, "that is the chi-squared statistic", "which chance belongs to it?"),
                (math.erfc(math.sqrt(z / 2)), "that is the chi-squared approximation",
                 "what is the exact chance for a handful of coins?"),
                (2 * sum(terms[: max(a, b) + 1]), "the larger of the two was taken",
                 "on which side is the tail?"),
            ],
            what=f"coin_p_value({a}, {b})",
            tolerance=1e-9,
            reveal=False,
        )  # fmt: skip
    yield expect_array(answer(4, 4), 1.0, "can a chance be more than 1?", what="an even split")
    yield expect_array(answer(0, 0), 1.0, "how surprising is a toss of no coins?", what="no coins")
