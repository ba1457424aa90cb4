"""The exercises of day 8: slanting, label smoothing, ensembles, calibration, luck."""

import itertools
import math

import numpy as np

from lib.course.diagnosis import Case, Wrong, declare

# ---------------------------------------------------------------- 8.1


def shares(rng):
    for p, n in ((0.98, 2500), (0.9, 400), (0.75, 60), (0.3, 900)):
        yield Case((p, n))
    yield Case((1.0, 50), "p is 1", "what is 1 - p then?")
    yield Case((0.5, 1), "there is one image", "how uncertain is one toss of a coin?")


UNDER = "which three numbers are under the root in (8.1)?"
declare(
    "8.1", "standard_error", lambda p, n: math.sqrt(p * (1 - p) / n), shares,
    outputs=("the standard error",), secret=True, tolerance=1e-9,
    wrong=[
        Wrong("that is the variance", "what is around everything in (8.1)?",
              lambda p, n: p * (1 - p) / n),
        Wrong("the number of images has no effect",
              "is a share of many images as uncertain as one image?",
              lambda p, n: math.sqrt(p * (1 - p))),
        Wrong("n is outside the root", "how far does the root go?",
              lambda p, n: math.sqrt(p * (1 - p)) / n),
        Wrong("1 - p is missing", "how uncertain is a share of 100 %?",
              lambda p, n: math.sqrt(p / n)),
        Wrong("p is missing", "how uncertain is a share of 0 %?",
              lambda p, n: math.sqrt((1 - p) / n)),
        Wrong("that is in per cent", "is the accuracy you were given in per cent?",
              lambda p, n: 100 * math.sqrt(p * (1 - p) / n)),
        Wrong("that is for the number of right answers", "what is divided by n in a share?",
              lambda p, n: math.sqrt(p * (1 - p) * n)),
        Wrong("n - 1 takes the place of n", UNDER,
              lambda p, n: math.sqrt(p * (1 - p) / max(n - 1, 1e-9))),
        Wrong("p was squared", UNDER, lambda p, n: math.sqrt(abs(p * (1 - p**2)) / n),
              lambda p, n: math.sqrt(abs(1 - p**2) / n)),
        Wrong("it is always for 10 000 images", "where does your code use n?",
              lambda p, n: math.sqrt(p * (1 - p) / 10_000)),
        Wrong("p and n have changed places", "which of the two is the accuracy?",
              lambda p, n: math.sqrt(abs(n * (1 - n) / p))),
        Wrong("that is twice the standard error", "is an error asked for, or an interval?",
              lambda p, n: 2 * math.sqrt(p * (1 - p) / n),
              lambda p, n: 1.96 * math.sqrt(p * (1 - p) / n)),
        Wrong("it was halved, and no root was taken: in ** 1 / 2 the power comes first",
              "where do the brackets go?", lambda p, n: p * (1 - p) / n / 2),
        Wrong("it is always 0", "what comes first in p * 1 - p, and does your division keep "
              "fractions?", lambda p, n: 0.0),
    ],
    hints=(
        UNDER,
        "p times 1 - p is the variance of a single answer; a mean of n of them has an nth of it. "
        "The root comes last.",
        "take the root of p (1 - p) / n as a whole.",
    ),
)

# ---------------------------------------------------------------- 8.2


def leaned(direction=1, about=None, wrap=False, whole=np.rint, behind=np.zeros_like,
           row=lambda i: i):
    """Make an answer in which one thing may be different."""

    def answer(image, shear):
        H, W = image.shape
        middle = (H - 1) / 2 if about is None else about(H, W)
        new = behind(image)
        for i in range(H):
            moved = int(whole(direction * shear * (middle - row(i))))
            if wrap:
                new[i] = np.roll(image[i], moved)
            else:
                kept = [j for j in range(W) if 0 <= j + moved < W]
                new[i, [j + moved for j in kept]] = image[i, kept]
        return new

    return answer


def by_columns(image, shear):
    return leaned()(image.T, shear).T


def still_empty(image, shear):
    moved = np.rint(shear * ((len(image) - 1) / 2 - np.arange(len(image))))
    return leaned()(np.where(moved[:, None] == 0, 0, image), shear)


def from_the_end(image, shear):
    """Let negative places count from the end."""
    new, (H, W) = np.zeros_like(image), image.shape
    for i, j in np.ndindex(H, W):
        place = j + int(np.rint(shear * ((H - 1) / 2 - i)))
        if place < W:
            new[i, place] = image[i, j]
    return new


def kept_dtype(answer, image, shear):
    found = np.asarray(answer(image, shear))
    yield "your function", found
    yield "your function", found.dtype == image.dtype


def pictures(rng):
    for shape, shear in (((7, 9), 0.45), ((7, 9), -0.7), ((6, 8), 0.9), ((9, 5), -0.4)):
        yield Case((rng.uniform(0.1, 1, shape), shear))
    yield Case((rng.integers(1, 256, (8, 11), dtype=np.uint8), 0.6), "the image is uint8",
               "what is the dtype of the new array, and can it hold what you compute?")
    yield Case((np.ones((5, 4)), 3.0), "a row moves by more than the width",
               "what is left of a row that moves by 6 of 4 pixels?")
    yield Case((rng.uniform(0.1, 1, (5, 6)), 0.0), "shear is 0", "what should move then?")
    yield Case((rng.uniform(0.1, 1, (1, 6)), 2.0), "there is one row only",
               "where is the middle of one row?")


LEAN, STAY, NEAREST = (
    "which rows move right if shear is positive, the upper or the lower?",
    "which row should stay where it is?",
    "does your rounding go to the nearest whole number?",
)
declare(
    "8.2", "slant", leaned(), pictures, run=kept_dtype,
    outputs=("the image", "whether the dtype is that of image"),
    shapes={"image": ("H", "W")},
    asks={"whether the dtype is that of image": "which dtype does np.zeros give, and which "
          "np.zeros_like?"},
    wrong=[
        Wrong("it leans the other way", LEAN, leaned(-1)),
        Wrong("what leaves on one side comes in on the other",
              "what does np.roll do at the border?",
              leaned(wrap=True)),
        Wrong("row 0 stays where it is", STAY, leaned(about=lambda H, W: 0)),
        Wrong("the lowest row stays where it is", STAY, leaned(about=lambda H, W: H - 1)),
        Wrong("the middle is H / 2, half a row too low", "where is the middle of three rows?",
              leaned(about=lambda H, W: H / 2)),
        Wrong("the middle was rounded down", "where is the middle of four rows?",
              leaned(about=lambda H, W: (H - 1) // 2), leaned(about=lambda H, W: H // 2)),
        Wrong("columns move, not rows", "which index says how far to move?", by_columns),
        Wrong("0.9 pixels became 0", NEAREST, leaned(whole=np.trunc)),
        Wrong("the shifts were rounded down", NEAREST, leaned(whole=np.floor)),
        Wrong("the shifts were rounded up", NEAREST, leaned(whole=np.ceil)),
        Wrong("what a row leaves behind is still there", "what should be behind it?",
              leaned(behind=np.copy)),
        Wrong("the dtype is float64 whatever the image's is",
              "which dtype does np.zeros give, and which np.zeros_like?",
              lambda image, shear: leaned()(image.astype(float), shear),
              of="whether the dtype is that of image"),
        Wrong("nothing moved", "how many pixels does the first row move?",
              lambda image, shear: image),
        Wrong("the middle is that of the columns, not of the rows", "how many rows are there?",
              leaned(about=lambda H, W: (W - 1) / 2), leaned(about=lambda H, W: W / 2),
              leaned(about=lambda H, W: W // 2)),
        Wrong("the middle is always that of 28 rows", "where does your code use the shape?",
              leaned(about=lambda H, W: 13.5), leaned(about=lambda H, W: 14)),
        Wrong("all rows move as far as row 0", "where does your code use the row's number?",
              leaned(row=lambda i: 0)),
        Wrong("a row that does not move is left empty", "what happens where the shift is 0?",
              still_empty),
        Wrong("ink that leaves on the left comes in on the right",
              "what is a negative index to NumPy?", from_the_end),
    ],
    hints=(
        "draw a 3 by 3 image on paper; where does each row go?",
        "start from zeros of the same shape and dtype. Row i moves by np.rint(shear * (m - i)) "
        "pixels: which slice of the old row goes into which slice of the new one?",
        "for a shift of k > 0 the new row from k on is the old row without its last k pixels; for "
        "a negative k it is the other way round; if k is larger than the width nothing is left.",
    ),
)

# ---------------------------------------------------------------- 8.3


def softmax(z):
    p = np.exp(z - z.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


def targets(smooth):
    """Make an answer from targets t(one_hot, smoothing, K)."""

    def answer(logits, labels, smoothing):
        K = logits.shape[1]
        return (softmax(logits) - smooth(np.eye(K)[labels], smoothing, K)) / len(logits)

    return answer


def smoothed(one_hot, e, K):
    return (1 - e) * one_hot + e / K


def scores(rng):
    for N, K, smoothing in ((5, 4, 0.2), (5, 4, 0.1), (3, 10, 0.05), (8, 6, 0.3)):
        yield Case((rng.normal(size=(N, K)) * 2, rng.integers(0, K, N), smoothing))
    yield Case((np.array([[1000.0, 0.0]]), np.array([1]), 0.0), "a score is 1000",
               "what is exp(1000)? And without the largest score?")
    yield Case((np.array([[0.0, 0, 0], [800.0, -800, 0]]), np.array([2, 0]), 0.1),
               "one row has a score of 800", "is the largest score that of the row?")
    yield Case((rng.normal(size=(4, 4)), np.array([3, 0, 3, 1]), 0.2), "N equals K",
               "which axis are the classes?")
    yield Case((rng.normal(size=(3, 5)), np.array([0, 4, 2]), 0.0), "smoothing is 0",
               "which gradient is that?")


SHARE, ADD = "where does the ε go that the right class gives away?", "do your targets add up to 1?"
declare(
    "8.3", "smoothed_gradient", targets(smoothed), scores, outputs=("the gradient",),
    shapes={"logits": ("N", "K"), "labels": ("N",), "the gradient": ("N", "K")},
    wrong=[
        Wrong("the mean's 1/N is missing", "what does the mean divide by?",
              lambda z, y, e: targets(smoothed)(z, y, e) * len(z)),
        Wrong("it was divided by the number of classes", "what does the mean run over?",
              lambda z, y, e: targets(smoothed)(z, y, e) * len(z) / z.shape[1]),
        Wrong("it was divided by rows and classes", "what does the mean run over?",
              lambda z, y, e: targets(smoothed)(z, y, e) / z.shape[1]),
        Wrong("the sign is turned", "should the score of the right class rise or fall?",
              lambda z, y, e: -targets(smoothed)(z, y, e)),
        Wrong("the labels are not smoothed", "where is ε in your targets?",
              targets(lambda h, e, K: h)),
        Wrong("the right class gets no share of ε", "is ε spread over K - 1 classes or over all K?",
              targets(lambda h, e, K: (1 - e) * h + e / (K - 1) * (1 - h)),
              targets(lambda h, e, K: np.where(h > 0, 1 - e, e / K))),
        Wrong("the other classes are asked for 0", SHARE, targets(lambda h, e, K: (1 - e) * h)),
        Wrong("the right class gives nothing away", ADD, targets(lambda h, e, K: h + e / K)),
        Wrong("every class gets all of ε", "over how many classes is ε spread?",
              targets(lambda h, e, K: (1 - e) * h + e)),
        Wrong("ε and 1 - ε have changed places", "which share does the label keep?",
              targets(lambda h, e, K: e * h + (1 - e) / K)),
        Wrong("smoothing is always 0.05 or 0.1", "where does your code use smoothing?",
              *[targets(lambda h, e, K, k=k: smoothed(h, k, K)) for k in (0.05, 0.1)]),
        Wrong("the scores are used where p belongs", "what does softmax do?",
              lambda z, y, e: (z - smoothed(np.eye(z.shape[1])[y], e, z.shape[1])) / len(z)),
        Wrong("the softmax runs over the rows of the batch", "which axis are the classes?",
              lambda z, y, e: (
                  softmax(z.T).T - smoothed(np.eye(z.shape[1])[y], e, z.shape[1])) / len(z)),
        Wrong("softmax was taken twice", "are p probabilities already?",
              lambda z, y, e: targets(smoothed)(softmax(z), y, e)),
        Wrong("one row's probabilities are missing: only p at the label counts",
              "how many classes have a gradient?",
              lambda z, y, e: targets(smoothed)(z, y, e) * np.eye(z.shape[1])[y]),
        Wrong("the probabilities were smoothed as well", "which of p and t has an ε in it?",
              lambda z, y, e: (1 - e) * targets(lambda h, e, K: h)(z, y, e)),
        Wrong("ε is divided by 10, whatever the number of classes", "how many classes are there?",
              targets(lambda h, e, K: (1 - e) * h + e / 10)),
        Wrong("that is the loss, not its gradient", "what is the shape of the gradient?",
              lambda z, y, e: -(smoothed(np.eye(z.shape[1])[y], e, z.shape[1])
                                * np.log(softmax(z) + 1e-300)).sum(1).mean()),
    ],
    hints=(
        "print the targets of the first row; do they add up to 1?",
        "t is 1 - ε at the label and 0 elsewhere, plus ε / K everywhere. p is the softmax of each "
        "row.",
        "subtract t from p and divide by the number of rows; take the largest score of each row "
        "away before exp.",
    ),
)

# ---------------------------------------------------------------- 8.4


def opinions(z):
    return np.exp(z) / np.exp(z).sum(axis=2, keepdims=True)


def members(rng):
    for M, N, K in ((3, 6, 4), (3, 6, 4), (5, 8, 3), (4, 7, 10), (2, 9, 5)):
        yield Case((opinions(rng.normal(size=(M, N, K)) * 1.5),))
    p = opinions(rng.normal(size=(3, 2, 4)))
    # one member is sure of 0 and another all but rules it out; the second choice of all is 1
    p[:, 0] = [[0.90, 0.08, 0.01, 0.01], [0.02, 0.58, 0.20, 0.20], [0.45, 0.50, 0.03, 0.02]]
    p[:, 1] = [[0.50, 0.48, 0.01, 0.01], [0.50, 0.48, 0.01, 0.01], [0.01, 0.47, 0.51, 0.01]]
    yield Case((p,), "one member rules out what another is sure of",
               "what comes first, log or mean? And do second choices count?")
    yield Case(
        (opinions(rng.normal(size=(1, 5, 3))),), "there is one network", "whose answer is it?"
    )
    yield Case((opinions(rng.normal(size=(4, 4, 4))),), "M, N and K are equal",
               "which axis are the networks, and which the classes?")
    yield Case(
        (opinions(rng.normal(size=(3, 1, 5))),), "there is one image", "which shape is asked for?"
    )


def majority(p):
    return np.array([np.bincount(v, minlength=p.shape[2]).argmax() for v in p.argmax(axis=2).T])


AXES = "which axis are the networks, and which the classes?"
declare(
    "8.4", "vote", lambda probabilities: np.log(probabilities).mean(axis=0).argmax(axis=1), members,
    outputs=("the classes",), shapes={"probabilities": ("M", "N", "K"), "the classes": ("N",)},
    wrong=[
        Wrong("the probabilities were averaged, not their logarithms",
              "what comes first, log or mean?", lambda p: p.mean(axis=0).argmax(axis=1)),
        Wrong("only the networks' first choices count", "what do the second choices say?",
              majority),
        Wrong("that is the mean itself", "which class has the largest?",
              lambda p: np.log(p).mean(axis=0)),
        Wrong("these are probabilities, not classes", "which class has the largest?",
              lambda p: np.exp(np.log(p).mean(axis=0)), lambda p: p.mean(axis=0)),
        Wrong("the least likely class was taken", "is log p larger or smaller for a likely class?",
              lambda p: np.log(p).mean(axis=0).argmin(axis=1)),
        Wrong("the mean runs over the images", AXES,
              lambda p: np.log(p).mean(axis=1).argmax(axis=1)),
        Wrong("the largest was looked for among the images", AXES,
              lambda p: np.log(p).mean(axis=0).argmax(axis=0)),
        Wrong("there is an answer for each network", AXES, lambda p: p.argmax(axis=2)),
        Wrong("only one network is asked", "whose opinions count?", lambda p: p[0].argmax(axis=1),
              lambda p: p[-1].argmax(axis=1)),
        Wrong("the surest network decides", "where is the mean?",
              lambda p: p.max(axis=0).argmax(axis=1)),
        Wrong("the least sure network decides", "where is the mean?",
              lambda p: p.min(axis=0).argmax(axis=1)),
        Wrong("one class came back for all images", "how many images are there?",
              lambda p: np.log(p).mean(axis=(0, 1)).argmax(),
              lambda p: np.log(p).mean(axis=0).argmax()),
        Wrong("the median was taken, not the mean", "do all networks count in a median?",
              lambda p: np.median(np.log(p), axis=0).argmax(axis=1),
              lambda p: np.median(p, axis=0).argmax(axis=1)),
    ],
    hints=(
        AXES,
        "take the logarithm of everything, average over the networks, and see which class is "
        "largest for each image.",
        "log, then the mean over axis 0, then argmax over the last axis.",
    ),
)

# ---------------------------------------------------------------- 8.5


def bins_of(confidence, bins):
    return np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)


def calibration(weight="share", gap=abs, end=None, place=None, fixed=0, middle=False):
    """Make an answer from how a bin's gap counts."""

    def answer(confidence, right, bins=10):
        bins = fixed or bins
        where = (place or bins_of)(confidence, bins)
        used = [b for b in range(bins) if (where == b).any()]
        total = 0.0
        for b in used:
            inside = where == b
            sure = (b + 0.5) / bins if middle else confidence[inside].mean()
            share = {
                "share": inside.mean(),
                "same": 1 / len(used),
                "bins": 1 / bins,
                "count": inside.sum(),
            }
            total += share[weight] * gap(right[inside].mean() - sure)
        return end(total) if end else total

    return answer


def gaps(confidence, right, bins=10):
    """Return the gap of each bin that holds something."""
    where = bins_of(confidence, bins)
    return [abs(right[where == b].mean() - confidence[where == b].mean()) for b in np.unique(where)]


def equal_counts(confidence, bins):
    where = np.empty(len(confidence), int)
    for b, part in enumerate(np.array_split(np.argsort(confidence), bins)):
        where[part] = b
    return where


def divided(a, b):
    """Make an answer that divides the right answers of a bin by a(n, N), its confidence by b."""

    def answer(c, r, bins=10):
        where, N = bins_of(c, bins), len(c)
        inside = [where == k for k in np.unique(where)]
        gaps = [abs(r[i].sum() / a(i.sum(), N) - c[i].sum() / b(i.sum(), N)) for i in inside]
        return sum(i.mean() * gap for i, gap in zip(inside, gaps, strict=True))

    return answer


def answers(rng):
    for N, bins in ((100, 10), (100, 4), (60, 7), (150, 10), (80, 2)):
        c = np.concatenate([rng.uniform(0.35, 1, N - N // 3), rng.uniform(0.93, 1, N // 3)])
        yield Case((c, rng.random(N) < np.where(c > 0.7, 0.98 * c**2, c + 0.2), bins))
    sure = np.array([True, True, True, False])
    yield Case((np.ones(4), sure, 10), "all confidences are exactly 1",
               "in which bin is a confidence of exactly 1?")
    half = np.array([False, False, True, True])
    yield Case((np.array([0.5, 0.5, 0.55, 0.25]), half, 4),
               "a confidence is on the border of two bins",
               "to which bin does b / bins belong?")
    yield Case((rng.uniform(0.2, 1, 50), rng.random(50) < 0.6), "bins is left out",
               "how many bins are there then?")
    yield Case((np.array([0.9, 0.95, 0.99]), np.ones(3, bool), 10), "most bins are empty",
               "what does an empty bin add?")


BAR, HOW = "what is between the bars in (8.3)?", "what are the weights of all bins together?"
declare(
    "8.5", "calibration_error", calibration(), answers, outputs=("the error",),
    shapes={"confidence": ("N",), "right": ("N",)}, tolerance=1e-9, fixed=("right",),
    wrong=[
        Wrong("all bins count alike", "should a bin of two images count as much as one of fifty?",
              calibration("same"), calibration("bins")),
        Wrong("the gaps were added up without weights", HOW,
              lambda c, r, bins=10: sum(gaps(c, r, bins))),
        Wrong("gaps of both signs cancel", BAR, calibration(gap=lambda d: d),
              calibration(gap=lambda d: -d), calibration(gap=lambda d: d, end=abs)),
        Wrong("the gaps were squared", "is there a square in (8.3)?",
              calibration(gap=np.square), calibration(gap=np.square, end=math.sqrt)),
        Wrong("it was not divided by N", HOW, calibration("count")),
        Wrong("the middle of each bin is used, not the mean confidence in it",
              "what is the mean confidence of a bin?", calibration(middle=True)),
        Wrong("there are no bins", "can a single answer be 80 % right?",
              lambda c, r, bins=10: float(np.abs(r - c).mean())),
        Wrong("there are always ten bins", "how many bins were asked for?", calibration(fixed=10)),
        Wrong("the largest gap came back", "which bins count in (8.3)?",
              lambda c, r, bins=10: max(gaps(c, r, bins))),
        Wrong("bins include their lower end, not their upper one",
              "to which bin does b / bins belong?",
              calibration(place=lambda c, n: np.clip((c * n).astype(int), 0, n - 1))),
        Wrong("a confidence of 1 falls into no bin", "in which bin is a confidence of exactly 1?",
              calibration(place=lambda c, n: (c * n).astype(int))),
        Wrong("that is one minus the error", "what is 0 if all is well?",
              calibration(end=lambda t: 1 - t)),
        Wrong("it is in per cent", "is it to be a share?", calibration(end=lambda t: 100 * t)),
        Wrong("a bin without images makes the result nan", "what is the mean of nothing?",
              lambda c, r, bins=10: calibration()(c, r, bins)
              if len(np.unique(bins_of(c, bins))) == bins else np.nan),
        Wrong("the bins hold equally many images; they are not equally wide",
              "where do the bins of (8.3) begin and end?", calibration(place=equal_counts),
              calibration(place=lambda c, n: np.argsort(np.argsort(c)) * n // len(c))),
        Wrong("the bins reach from the smallest confidence to the largest",
              "where do the bins of (8.3) begin and end?",
              calibration(place=lambda c, n: np.searchsorted(
                  np.linspace(c.min(), c.max(), n + 1)[1:-1], c))),
        Wrong("the last bin does not count", "where does your loop end?",
              calibration(place=lambda c, n: np.where(bins_of(c, n) == n - 1, n, bins_of(c, n)))),
        Wrong("the two means of a bin are not divided by the same number",
              "how many images are in the bin?", divided(lambda n, N: N, lambda n, N: n),
              divided(lambda n, N: n, lambda n, N: N)),
        Wrong("both means of a bin were divided by N, not by the bin's number of images",
              "how many images are in the bin?", divided(lambda n, N: N, lambda n, N: N)),
    ],
    hints=(
        "print the number, the mean confidence and the share of right answers of each bin.",
        "for each bin take the rows above its lower end and up to its upper end; their gap counts "
        "with their share of all rows.",
        "add up, over the bins with rows in them, (rows in the bin / N) times the absolute "
        "difference of the two means.",
    ),
)


# ---------------------------------------------------------------- 8.6


def patterns(n):
    return np.array(list(itertools.product([1, -1], repeat=n)))


def flipped(count):
    """Make an answer from count(means, mean) -> a yes or no for each pattern."""
    return lambda differences: count(patterns(len(differences)) @ differences / len(differences),
                                     differences.mean()).mean()


def among(signs):
    """Make an answer from other patterns: an array of signs(n)."""
    return lambda d: as_far(signs(len(d)) @ d / len(d), d.mean()).mean()


def as_far(means, mean):
    return np.abs(means) >= abs(mean) - 1e-12


def differences(rng):
    for d in ([0.03, 0.05, 0.01], [0.02, -0.03, 0.04], [0.02, -0.03, 0.04, 0.05], [-0.1, -0.2],
              [0.3, 0.1, -0.2, 0.4, 0.25]):
        yield Case((np.array(d),))
    yield Case((np.zeros(3),), "nothing differs", "are all patterns as far from 0 as yours?")
    yield Case((np.array([0.2]),), "there is one seed", "which patterns are there?")
    yield Case((np.array([-0.02, -0.03, -0.01]),), "all differences are negative",
               "would the opposite have surprised you as much?")
    yield Case((np.array([0.1, 0.2, 0.3]),), "sums are not exact: 0.1 + 0.2 + 0.3",
               "do equal means compare as equal after rounding?")


COUNT = "which patterns count, and out of how many?"
declare(
    "8.6", "sign_flips", flipped(as_far), differences, outputs=("the share",), secret=True,
    tolerance=1e-9,
    wrong=[
        Wrong("only one side counts", "would the opposite have surprised you as much?",
              flipped(lambda ms, m: ms >= m - 1e-12), flipped(lambda ms, m: ms >= abs(m) - 1e-12)),
        Wrong("patterns that are just as far do not count", "≥ or >?",
              flipped(lambda ms, m: np.abs(ms) > abs(m) + 1e-12)),
        Wrong("that is their number, not their share", COUNT,
              lambda d: flipped(as_far)(d) * 2 ** len(d)),
        Wrong("that is one minus the share", COUNT, lambda d: 1 - flipped(as_far)(d)),
        Wrong("the differences have no effect", "does their size matter?", lambda d: 0.5 ** len(d),
              lambda d: 2 * 0.5 ** len(d)),
        Wrong("your own pattern does not count", "is it one of the patterns?",
              lambda d: (flipped(as_far)(d) * 2 ** len(d) - 1) / 2 ** len(d),
              lambda d: (flipped(as_far)(d) * 2 ** len(d) - 1) / max(2 ** len(d) - 1, 1)),
        Wrong("patterns closer to 0 were counted", "at least as far, or at most?",
              flipped(lambda ms, m: np.abs(ms) <= abs(m) + 1e-12)),
        Wrong("rounding lets an equal mean slip through", "do equal means compare as equal?",
              lambda d: np.mean([abs(np.mean(np.array(s) * d)) > abs(d.mean()) + 1e-18
                                 or np.array_equal(np.array(s) * d, d)
                                 for s in patterns(len(d))])),
        Wrong("the mean of all patterns came back", "is a share asked for, or a mean?",
              lambda d: (patterns(len(d)) @ d).mean()),
        Wrong("the signs are 0 and 1: that leaves differences out", "what is a flipped sign?",
              among(lambda n: (patterns(n) + 1) / 2)),
        Wrong("one sign was flipped at a time", "how many patterns do n signs have?",
              among(lambda n: np.vstack([np.ones(n), 1 - 2 * np.eye(n)])),
              among(lambda n: 1 - 2 * np.eye(n))),
        Wrong("their number was divided by n, not by the number of patterns", COUNT,
              lambda d: flipped(as_far)(d) * 2 ** len(d) / len(d)),
        Wrong("their number was divided by 2 ^ n, which is no power in Python",
              "how does Python write 2 to the n?",
              lambda d: flipped(as_far)(d) * 2 ** len(d) / (2 ^ len(d))),
        Wrong("the share was doubled, though both sides are counted already",
              "can a share be more than 1?", lambda d: 2 * flipped(as_far)(d)),
        Wrong("only the signs of the differences count, not their sizes", "what is averaged?",
              lambda d: flipped(as_far)(np.sign(d))),
        Wrong("patterns whose mean is clearly closer to 0 than yours count as well",
              "how large is the error of rounding that you allow for?",
              flipped(lambda ms, m: np.abs(ms) >= abs(m) - 0.01)),
        Wrong("it is always 1: every pattern counts", "which patterns lie closer to 0 than yours?",
              lambda d: 1.0),
    ],
    hints=(
        "write down all patterns of signs for two differences, and their means.",
        "itertools.product([1, -1], repeat=n) gives the patterns; compare each absolute mean with "
        "yours, less a tiny number for rounding.",
        "count the patterns whose absolute mean is at least yours minus 1e-12, and divide by 2ⁿ.",
    ),
)

# ---------------------------------------------------------------- 8.7


def chances(n):
    return [math.comb(n, k) / 2**n for k in range(n + 1)]


def tails(combine):
    """Make an answer from the chances of n coins and the smaller of the two numbers."""
    return lambda a, b: combine(chances(a + b), min(a, b), a, b)


def right_p(a, b):
    return min(1.0, 2 * sum(chances(a + b)[: min(a, b) + 1]))


def splits(rng):
    for split in ((5, 1), (3, 14), (0, 6), (30, 22), (9, 2), (4, 7)):
        yield Case(split)
    yield Case((4, 4), "the split is even", "can a chance be more than 1?")
    yield Case((0, 0), "there are no coins", "how surprising is a toss of no coins?")
    yield Case((1, 0), "there is one coin", "how surprising is either side?")
    yield Case(
        (600, 500), "there are a thousand coins", "do your numbers get too large for a float?"
    )


def statistic(a, b):
    return (abs(a - b) - 1) ** 2 / max(a + b, 1)


def uneven(counts, n_of=lambda a, b: a + b, all_of=lambda n: 2**n):
    """Make an answer from counts(k, n, a, b): a yes or no for k heads of n coins."""

    def answer(a, b):
        n = n_of(a, b)
        return sum(math.comb(n, k) for k in range(n + 1) if counts(k, n, a, b)) / all_of(n)

    return answer


def as_uneven(k, n, a, b):
    return abs(2 * k - n) >= abs(a - b)


TAIL, OWN = "would the opposite have surprised you as much?", "does your own split count?"
declare(
    "8.7", "coin_p_value", right_p, splits, outputs=("the probability",), secret=True,
    tolerance=1e-9,
    wrong=[
        Wrong("only one side counts", TAIL, tails(lambda p, k, a, b: sum(p[: k + 1]))),
        Wrong("only this very split counts", "and the splits that are more uneven?",
              tails(lambda p, k, a, b: 2 * p[k]), tails(lambda p, k, a, b: p[k])),
        Wrong("only splits more uneven than yours count", OWN,
              tails(lambda p, k, a, b: 2 * sum(p[:k])),
              tails(lambda p, k, a, b: min(1, 2 * sum(p[:k])))),
        Wrong("that is one minus the chance", "is a small one a surprise?",
              lambda a, b: 1 - right_p(a, b)),
        Wrong("a chance larger than 1 came out for an even split", "what is counted twice there?",
              tails(lambda p, k, a, b: 2 * sum(p[: k + 1]))),
        Wrong("that is the chi-squared statistic", "which chance belongs to it?", statistic),
        Wrong("that is the chi-squared approximation",
              "what is the exact chance for a handful of coins?",
              lambda a, b: math.erfc(math.sqrt(statistic(a, b) / 2)),
              lambda a, b: math.erfc(math.sqrt((a - b) ** 2 / max(a + b, 1) / 2))),
        Wrong("the larger of the two was taken", "on which side is the tail?",
              tails(lambda p, k, a, b: 2 * sum(p[: max(a, b) + 1])),
              tails(lambda p, k, a, b: min(1.0, 2 * sum(p[: max(a, b) + 1])))),
        Wrong("it always begins at a", "which of the two is the smaller?",
              tails(lambda p, k, a, b: min(1.0, 2 * sum(p[: a + 1])))),
        Wrong("it always begins at b", "which of the two is the smaller?",
              tails(lambda p, k, a, b: min(1.0, 2 * sum(p[: b + 1])))),
        Wrong("splits at most as uneven as yours were counted", "at least as uneven, or at most?",
              uneven(lambda k, n, a, b: abs(2 * k - n) <= abs(a - b))),
        Wrong("that is a number of patterns, not a share of them", "out of how many?",
              uneven(as_uneven, all_of=lambda n: 1)),
        Wrong("0 heads or n heads do not count", "which numbers of heads can n coins show?",
              uneven(lambda k, n, a, b: k < n and as_uneven(k, n, a, b)),
              uneven(lambda k, n, a, b: k > 0 and as_uneven(k, n, a, b))),
        Wrong("n is one of the two numbers, not their sum", "how many coins were tossed?",
              uneven(as_uneven, lambda a, b: a), uneven(as_uneven, lambda a, b: b),
              uneven(as_uneven, max), uneven(as_uneven, min)),
        Wrong("it was divided by 2 ^ n, which is no power in Python",
              "how does Python write 2 to the n?", uneven(as_uneven, all_of=lambda n: 2 ^ n)),
        Wrong("it was divided by the number of splits, n + 1", "is every split equally likely?",
              uneven(as_uneven, all_of=lambda n: n + 1)),
        Wrong("the number of heads was compared with |a - b|", "how uneven are k heads of n coins?",
              uneven(lambda k, n, a, b: k >= abs(a - b))),
        Wrong("the distance of k from n / 2 was compared with |a - b|",
              "how far is k from n - k?",
              uneven(lambda k, n, a, b: abs(k - n / 2) >= abs(a - b))),
        Wrong("the result was rounded down to a whole number", "does your division keep fractions?",
              lambda a, b: int(right_p(a, b))),
    ],
    hints=(
        "list the chances of 0, 1, 2 … heads of n coins; which of them are as uneven as yours?",
        "as uneven as a to b is every split whose smaller number is at most the smaller of yours, "
        "on both sides.",
        "add up the chances of 0 to min(a, b) heads, double the sum, and let nothing be more than "
        "1.",
    ),
)
