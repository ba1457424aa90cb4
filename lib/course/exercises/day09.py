"""The checks of day 9: ink, a threshold, connected parts, a centre, and what a network looks at."""

import numpy as np

from lib.course.checks import exercise, expect_array
from lib.course.exercises.day05 import unchanged


@exercise("9.1", "polarity")
def polarity(answer):
    rng = np.random.default_rng(91)
    noise = rng.normal(0, 0.01, (20, 20))
    for ink in (-0.6, 0.6):
        d = noise.copy()
        d[5:15, 9:11] += ink
        sign = np.sign(ink)
        want = np.maximum(sign * d, 0)
        kept = d.copy()
        yield expect_array(
            answer(d),
            want,
            "which sign has the ink here, and what becomes of the paper?",
            mistakes=[
                (np.maximum(-sign * d, 0), "paper was taken for ink",
                 "a cube keeps the sign; which side of the mean cube is the ink on?"),
                (np.abs(d), "both signs are kept", "what is a pixel on the other side of 0: ink?"),
                (sign * d, "paper is negative", "what should be left where there is no ink?"),
                (d, "nothing has changed", "is ink to be positive, whatever it was before?"),
                (-d, "the sign was turned", "must it always be turned?"),
                (np.maximum(sign * d, 0) / np.max(sign * d), "the ink was scaled",
                 "the next steps will do that; what is asked for here?"),
                (want**3, "these are the cubes", "the cubes decide; what is returned?"),
                (want > 0, "this is a mask", "how much ink is there in each pixel?"),
            ],
            what="the ink" if ink < 0 else "the ink of bright chalk on a dark board",
        )  # fmt: skip
        yield unchanged("difference", d, kept)
    wide = np.full((10, 10), 0.05)  # so much paper that its sum outweighs the ink
    wide[4, 4] = -0.9
    yield expect_array(
        answer(wide),
        np.maximum(-wide, 0),
        "there is much paper a little to one side, and little ink far to the other; "
        "which power of the differences hears the far ones?",
        what="the ink of a dot",
    )


def _otsu(counts):
    """Return the threshold, and the variance between the groups for each one."""
    levels = np.arange(len(counts))
    between = np.zeros(len(counts))
    for t in levels[:-1]:
        low, high = counts[: t + 1], counts[t + 1 :]
        if low.sum() and high.sum():
            means = levels[: t + 1] @ low / low.sum(), levels[t + 1 :] @ high / high.sum()
            between[t] = low.sum() * high.sum() * (means[0] - means[1]) ** 2
    return int(between.argmax()), between


@exercise("9.2", "otsu")
def otsu(answer):
    rng = np.random.default_rng(92)
    levels = np.arange(64)

    def hill(middle, width):
        return np.exp(-0.5 * ((levels - middle) / width) ** 2)

    cases = {
        "a ragged page": rng.integers(0, 50, 64) + np.where(levels < 20, 40, 0),
        "a clean page": 900 * hill(8, 2) + 90 * hill(45, 4),
        "a page with little ink": 5000 * hill(5, 2.5) + 12 * hill(50, 3),
        "two spikes": np.where(levels == 10, 100, np.where(levels == 40, 30, 0)),
    }
    for what, smooth in cases.items():
        counts = np.rint(smooth).astype(int)
        want, between = _otsu(counts)
        mine = counts.copy()
        got = answer(mine)
        tied = np.isscalar(got) and 0 <= got < 64 and between[int(got)] == between[want]
        yield unchanged("counts", mine, counts)
        if tied:
            continue
        n, total = counts.sum(), counts @ levels
        below, above = np.cumsum(counts), n - np.cumsum(counts)
        both = (below > 0) & (above > 0)
        apart = np.divide(between, below * above, np.zeros(64), where=both)  # (μ₀ - μ₁)²
        not_squared = np.argmax(below * above * np.sqrt(apart))
        used = np.flatnonzero(counts)
        yield expect_array(
            got,
            want,
            "for one t, write down n₀, n₁, μ₀, μ₁ by hand; which t makes (9.1) largest?",
            mistakes=[
                (apart.argmax(), "only the distance of the means counts",
                 "which factors of (9.1) keep a group from being a few pixels?"),
                (np.where(both, between, np.inf).argmin(), "the smallest value was taken",
                 "is (9.1) to be large or small?"),
                (want + 1, "the threshold is one too high",
                 "to which group does level t itself belong?"),
                (want - 1, "the threshold is one too low",
                 "to which group does level t itself belong?"),
                (not_squared, "the difference is not squared", "what is squared in (9.1)?"),
                (round(total / n), "this is the mean level", "how do two groups come in?"),
                (total / n, "this is the mean level", "how do two groups come in?"),
                (counts.argmax(), "this is the commonest level", "is it not the paper itself?"),
                ((used[0] + used[-1]) // 2, "this is the middle of all levels",
                 "where would one dark speck move it?"),
                (between.max(), "this is the largest value of (9.1) itself",
                 "at which t is it reached?"),
            ],
            what=f"the threshold of {what}",
        )  # fmt: skip


def _label(mask, steps, wrap=False):
    labels = np.zeros(mask.shape, int)
    count = 0
    for start in zip(*np.nonzero(mask), strict=True):
        if labels[start]:
            continue
        count += 1
        labels[start] = count
        waiting = [start]
        while waiting:
            r, c = waiting.pop()
            for dr, dc in steps:
                at = r + dr, c + dc
                if wrap:
                    at = at[0] % mask.shape[0], at[1] % mask.shape[1]
                inside = 0 <= at[0] < mask.shape[0] and 0 <= at[1] < mask.shape[1]
                if inside and mask[at] and not labels[at]:
                    labels[at] = count
                    waiting.append(at)
    return labels


SIDES = [(-1, 0), (1, 0), (0, -1), (0, 1)]
CORNERS = [*SIDES, (-1, -1), (-1, 1), (1, -1), (1, 1)]


@exercise("9.3", "label")
def label(answer):
    spiral = [
        "#######",
        "      #",
        "##### #",
        "#   # #",
        "# # # #",
        "# ### #",
        "#     #",
        "#######",
    ]
    cases = {
        "two bars": ["       ", " ## ## ", " ## ## ", "       "],
        "ink at the rim": ["#    ", "     ", "  #  ", "     ", "#    "],
        "a diagonal": ["#  #", " ## ", "    ", "#   "],
        "a spiral": spiral,
        "a U, which is two parts at first": ["#  #", "#  #", "####"],
        "nothing": ["   ", "   "],
    }
    for what, rows in cases.items():
        mask = np.array([[sign == "#" for sign in row] for row in rows])
        want = _label(mask, CORNERS)
        mine = mask.copy()
        by_column = _label(mask.T, CORNERS).T
        wrapped = _label(mask, CORNERS, wrap=True)
        got = answer(mine)
        mistakes = [
            (_label(mask, SIDES), "pixels that share a corner are apart",
             "how many neighbours does a pixel have?"),
            (mask.astype(int), "all ink has the number 1", "when does a new number begin?"),
            (np.where(mask, want - 1, 0), "the first part has the number 0",
             "what does 0 stand for?"),
            (np.where(mask, np.cumsum(mask).reshape(mask.shape), 0),
             "each pixel has a number of its own", "what do two neighbours share?"),
            (by_column, "the parts are numbered column by column",
             "which pixel does one meet first when reading?"),
            (wrapped, "ink at opposite rims is connected", "what is mask[-1] to NumPy?"),
            (np.where(mask, want.max() + 1 - want, 0), "the numbers run backwards",
             "which part does one meet first when reading?"),
        ]  # fmt: skip
        if what.startswith("a U"):
            split = np.array([[1, 0, 0, 2], [1, 0, 0, 2], [1, 1, 1, 2]])
            ask = "the last row shows that the two are one; who goes back and says so?"
            mistakes += [(split, "the two arms of a U have different numbers", ask),
                         (np.minimum(split, 2), "the two arms of a U differ", ask),
                         (np.array([[1, 0, 0, 2], [1, 0, 0, 2], [1, 1, 1, 1]]),
                          "the two arms of a U have different numbers", ask)]  # fmt: skip
        yield expect_array(
            got,
            want,
            "start at one pixel, and go to all that can be reached; which did you miss?",
            mistakes=mistakes,
            what=f"the numbers of {what}",
        )
        yield unchanged("mask", mine, mask)


@exercise("9.4", "centre_of_mass")
def centre_of_mass(answer):
    rng = np.random.default_rng(94)
    sparse = rng.random((6, 9)) * (rng.random((6, 9)) > 0.6)
    for image in (sparse, np.pad(np.ones((2, 3)), ((4, 1), (0, 6)))):
        H, W = image.shape
        rows, columns = np.arange(H), np.arange(W)
        weights = image / image.sum()
        want = np.array([weights.sum(1) @ rows, weights.sum(0) @ columns])
        inked = np.argwhere(image > 0)
        mine = image.copy()
        yield expect_array(
            np.asarray(answer(mine), dtype=float),
            want,
            "each row number counts as often as its row has ink; what is divided by what?",
            mistakes=[
                (want[::-1], "row and column are swapped", "which comes first in a shape?"),
                (want + 1, "rows are counted from 1", "what number has the first row?"),
                (want * image.sum(), "nothing was divided by all the ink",
                 "what is the mean of three numbers?"),
                (want * image.sum() / image.size, "it was divided by the number of pixels",
                 "does a pixel without ink count?"),
                (inked.mean(axis=0), "all pixels with ink count the same",
                 "where do the values of the pixels come in?"),
                ([(H - 1) / 2, (W - 1) / 2], "this is the middle of the image",
                 "would it move if the ink did?"),
                ((inked.min(0) + inked.max(0)) / 2, "this is the middle of the box",
                 "which side of the box has more ink?"),
                (want - [(H - 1) / 2, (W - 1) / 2], "this is how far it is from the middle",
                 "where does row 0 lie?"),
                (np.rint(want), "the numbers are rounded", "who rounds, and when?"),
                (np.trunc(want), "the numbers are cut off", "who rounds, and when?"),
                (np.unravel_index(image.argmax(), image.shape), "this is the darkest pixel",
                 "what do the other pixels do?"),
            ],
            what="(row, column)",
        )  # fmt: skip
        yield unchanged("image", mine, image)


@exercise("9.5", "occlusion")
def occlusion(answer):
    rng = np.random.default_rng(95)
    H, W, size = 9, 8, 3
    image = rng.random((H, W)).astype(np.float32)
    weights = rng.normal(size=(H * W, 4)).astype(np.float32)

    def model(x):
        if np.ndim(x) != 4 or np.shape(x)[1:] != (1, H, W):
            raise ValueError(f"the model expected images (N, 1, {H}, {W}), got {np.shape(x)}")
        return np.tanh(np.reshape(x, (len(x), -1)) @ weights)

    def reference(k=2, square=size, fill=0.0, corner=False, original=None):
        rows = []
        for r, c in np.ndindex(H, W):
            hidden = image.copy()
            top, left = (r, c) if corner else (r - square // 2, c - square // 2)
            hidden[max(0, top) : max(0, top + square), max(0, left) : max(0, left + square)] = fill
            rows.append(hidden)
        before = model(image[None, None])[0, k] if original is None else original
        return (before - model(np.array(rows)[:, None])[:, k]).reshape(H, W)

    want = reference()
    hidden_score = reference(original=0)
    mine = image.copy()
    yield expect_array(
        answer(model, mine, 2, size),
        want,
        "take one pixel: which square is hidden, and which score falls by how much?",
        mistakes=[
            (-want, "the sign is turned", "is it important if the score falls or if it rises?"),
            (-hidden_score, "these are the scores with a part hidden",
             "what was the score before?"),
            (reference(corner=True), "the square begins at the pixel",
             "where is its middle to be?"),
            (reference(fill=1.0), "ink was put where it should be taken away",
             "which number is paper?"),
            (reference(fill=float(image.mean())), "the square is filled with the mean",
             "which number is paper?"),
            (reference(k=0), "this is the score of class 0", "which score does k name?"),
            (reference(square=1), "only one pixel was hidden", "how large is the square?"),
            (reference(square=size + 2), "the square is too large",
             "how far does it reach on each side of its middle?"),
            (np.abs(want), "the sign was lost", "what does it mean when the score rises?"),
            (want.T, "rows and columns are swapped", "what is the shape of the image?"),
        ],
        what="the map",
    )  # fmt: skip
    yield unchanged("image", mine, image)
    yield expect_array(
        answer(model, mine, 1, 5), reference(k=1, square=5), "does the size have any effect?",
        what="the map with a square of 5",
    )  # fmt: skip
