"""The exercises of day 9: ink, a threshold, connected parts, a centre, what a network looks at."""

import numpy as np

from lib.course.diagnosis import Case, Wrong, declare

# ---------------------------------------------------------------- 9.1


def ink_side(difference, power=3):
    return np.sign((difference**power).mean())


def ink(difference):
    return np.maximum(ink_side(difference) * difference, 0)


def sheets(rng):
    for shape, colour in (((20, 20), -0.6), ((20, 20), 0.6), ((15, 24), -0.4), ((18, 12), 0.8)):
        d = rng.normal(0, 0.02, shape)
        d[5:13, 6:9] += colour
        yield Case((d,))
    wide = np.full((10, 10), 0.05)  # so much paper that its sum outweighs the ink
    wide[4, 4] = -0.9
    far = "much paper is a little to one side, a little ink far to the other; which power hears it?"
    yield Case((wide,), "the ink is a single dot", far)
    yield Case((-wide,), "the ink is a single bright dot", far)
    speck = np.zeros((12, 12))
    speck[3:9, 5:7], speck[0, 0] = -0.5, 0.8
    yield Case((speck,), "a single speck on the other side is further from 0 than the ink",
               "what else does the mean cube look at?")


FAR = "which power makes a few far pixels count?"
SIDE = "a cube keeps the sign; which side of the mean cube is the ink on?"
declare(
    "9.1", "polarity", ink, sheets, outputs=("the ink",), shapes={"difference": ("H", "W")},
    wrong=[
        Wrong("paper was taken for ink", SIDE, lambda d: np.maximum(-ink_side(d) * d, 0)),
        Wrong("both signs are kept", "what is a pixel on the other side of 0: ink?", np.abs),
        Wrong("paper is negative, not 0", "what should be left where there is no ink?",
              lambda d: ink_side(d) * d),
        Wrong("ink is always taken to be dark", "must the sign always be turned?",
              lambda d: np.maximum(-d, 0)),
        Wrong("ink is always taken to be bright", "must the sign never be turned?",
              lambda d: np.maximum(d, 0)),
        Wrong("nothing has changed", "what becomes of paper, and of ink that is negative?",
              lambda d: d),
        Wrong("every sign is turned, and nothing else", "must the sign always be turned?",
              lambda d: -d),
        Wrong("the mean decides, not the mean cube", FAR,
              lambda d: np.maximum(ink_side(d, 1) * d, 0)),
        Wrong("the sum of signs decides: how many pixels are on each side", FAR,
              lambda d: np.maximum(np.sign(np.sign(d).sum()) * d, 0),
              lambda d: np.maximum(-np.sign(np.sign(d).sum()) * d, 0)),
        Wrong("the ink was scaled", "the next steps will do that; what is asked for here?",
              lambda d: ink(d) / ink(d).max()),
        Wrong("these are the cubes", "the cubes decide; what is returned?", lambda d: ink(d) ** 3),
        Wrong("this is a mask", "how much ink is there in each pixel?", lambda d: ink(d) > 0),
        Wrong("only the side came back", "is the side asked for, or the ink?", ink_side),
        Wrong("each row or column decides for itself", "how many mean cubes are there?",
              *[lambda d, a=a: np.maximum(np.sign((d**3).mean(a, keepdims=True)) * d, 0)
                for a in (0, 1)]),
    ],
    hints=(
        "on which side of 0 is the ink, and what becomes of the paper?",
        "the sign of the mean of the cubes says it. If it is negative, turn all signs first.",
        "multiply by that sign, and replace what is negative by 0.",
    ),
)

# ---------------------------------------------------------------- 9.2


def mean_level(levels, counts):
    return levels @ counts / counts.sum()


def between(counts, squared=True, weighted=True, shift=0, mean=mean_level):
    """Return (9.1) for each level t; in variants one thing is different."""
    levels, values = np.arange(len(counts)), np.zeros(len(counts))
    for t in range(len(counts)):
        low, high = counts[: t + 1 + shift], counts[t + 1 + shift :]
        if low.sum() and high.sum():
            gap = mean(levels[: t + 1 + shift], low) - mean(levels[t + 1 + shift :], high)
            share = low.sum() * high.sum() / counts.sum() ** 2 if weighted else 1.0
            values[t] = share * (gap**2 if squared else abs(gap))
    return values


def best_level(answer, counts):
    """Of several levels equally good, any will do."""
    found = answer(counts)
    values = between(counts)
    level = isinstance(found, int | float | np.number) and float(found).is_integer()
    if level and 0 <= found < len(counts):
        found = values.argmax() if np.isclose(values[int(found)], values.max(), 1e-9, 0) else found
    yield "your function", found


def pages(rng):
    levels = np.arange(64)

    def hill(middle, width):
        return np.exp(-0.5 * ((levels - middle) / width) ** 2)

    for k in range(5):
        yield Case((rng.integers(0, 50, 64) + np.where(levels < 15 + 4 * k, 40, 0),))
    for middle, dark, little in ((8, 45, 90), (12, 50, 60), (20, 40, 120), (6, 30, 75)):
        yield Case((np.rint(900 * hill(middle, 2.5) + little * hill(dark, 4)).astype(int),))
    yield Case((np.rint(5000 * hill(5, 2.5) + 12 * hill(50, 3)).astype(int),),
               "a page has little ink", "does a small group count for little?")
    yield Case((np.where(levels == 10, 100, np.where(levels == 40, 30, 0)),),
               "there are two spikes",
               "which levels separate the two?")
    yield Case(
        (rng.integers(1, 9, 256),), "there are 256 levels", "does your code take 64 for granted?"
    )
    yield Case(
        (np.array([0, 0, 5, 1, 0, 3]),), "some levels are empty", "what is the mean of nothing?"
    )


GROUP = "to which group does level t itself belong?"
declare(
    "9.2", "otsu", lambda counts: int(between(counts).argmax()), pages, run=best_level,
    takes=lambda counts: None, outputs=("the threshold",),
    wrong=[
        Wrong("only the distance of the means counts",
              "which factors of (9.1) keep a group from being a few pixels?",
              lambda c: between(c, weighted=False).argmax()),
        Wrong("the smallest value was taken", "is (9.1) to be large or small?",
              lambda c: np.where((b := between(c)) > 0, b, np.inf).argmin()),
        Wrong("a level with an empty group won, with 0 or with nan",
              "what is 0 / 0, and is (9.1) to be large or small?",
              lambda c: between(c).argmin(), lambda c: len(c) - 1),
        Wrong("the threshold is one too high", GROUP, lambda c: between(c).argmax() + 1),
        Wrong("the threshold is one too low", GROUP, lambda c: between(c).argmax() - 1),
        Wrong("this is the mean level, where (9.1) without its square is largest",
              "what is squared in (9.1)?", lambda c: between(c, squared=False).argmax(),
              lambda c: int(c @ np.arange(len(c)) / c.sum())),
        Wrong("this is the mean level", "how do two groups come in?",
              lambda c: c @ np.arange(len(c)) / c.sum(),
              lambda c: round(c @ np.arange(len(c)) / c.sum())),
        Wrong("this is the commonest level", "is it not the paper itself?", lambda c: c.argmax()),
        Wrong("this is the middle of all levels that occur", "where would one dark speck move it?",
              lambda c: (np.flatnonzero(c)[0] + np.flatnonzero(c)[-1]) // 2),
        Wrong("this is the middle of all levels", "does counts come in?", lambda c: len(c) // 2,
              lambda c: (len(c) - 1) // 2, lambda c: (len(c) - 1) / 2),
        Wrong("this is the largest value of (9.1) itself", "at which t is it reached?",
              lambda c: between(c).max(), lambda c: between(c).max() * c.sum() ** 2),
        Wrong("this is the median level", "how do two groups come in?",
              lambda c: np.searchsorted(np.cumsum(c), c.sum() / 2)),
        Wrong("the first level that beats the one before was taken",
              "does your loop look at all t?",
              lambda c: int(np.argmax(np.diff(between(c)) > 0)) + 1),
        Wrong("the levels of the upper group are counted from 0", "which level is counts[t + 1]?",
              lambda c: between(c, mean=lambda levels, n: np.arange(len(n)) @ n / n.sum()).argmax(),
              lambda c: between(c, mean=lambda levels, n: (np.arange(len(n)) + 1) @ n / n.sum())
              .argmax()),
        Wrong("the means are those of the counts, not of the levels", "of what is μ the mean?",
              lambda c: between(c, mean=lambda levels, n: n.mean()).argmax()),
        Wrong("the mean levels were rounded", "does your division keep fractions?",
              lambda c: between(c, mean=lambda levels, n: levels @ n // n.sum()).argmax(),
              lambda c: between(c, mean=lambda levels, n: np.rint(levels @ n / n.sum())).argmax()),
    ],
    hints=(
        "for one t, write down n₀, n₁, μ₀, μ₁ by hand; which t makes (9.1) largest?",
        "n₀ counts levels 0 to t, with t, n₁ the others; μ is a mean of levels, each counted as "
        "often as it occurs. Try every t, and skip those with an empty group.",
        "a loop over t that keeps the t with the largest n₀ n₁ (μ₀ - μ₁)²; or np.cumsum of counts "
        "and of counts times levels for all t together.",
    ),
)

# ---------------------------------------------------------------- 9.3

SIDES = [(-1, 0), (1, 0), (0, -1), (0, 1)]
CORNERS = [*SIDES, (-1, -1), (-1, 1), (1, -1), (1, 1)]


def numbered(steps=CORNERS, wrap=None):
    """Make an answer with other neighbours, or with opposite rims connected.

    ``"both"`` goes on at the opposite rim. ``"negative"`` lets row -1 be the last one, as NumPy
    does, and knows no row below the last.
    """

    def answer(mask):
        labels, count = np.zeros(mask.shape, int), 0
        for start in zip(*np.nonzero(mask), strict=True):
            if labels[start]:
                continue
            count += 1
            labels[start], waiting = count, [start]
            while waiting:
                r, c = waiting.pop()
                for dr, dc in steps:
                    at = r + dr, c + dc
                    if wrap == "both":
                        at = at[0] % mask.shape[0], at[1] % mask.shape[1]
                    inside = all(
                        (-n if wrap else 0) <= a < n for a, n in zip(at, mask.shape, strict=True)
                    )
                    if inside and mask[at] and not labels[at]:
                        labels[at] = count
                        waiting.append(at)
        return labels

    return answer


def one_pass(mask, steps=((-1, -1), (-1, 0), (-1, 1), (0, -1))):
    """Number row by row and never come back: the arms of a U stay apart."""
    labels, count = np.zeros(mask.shape, int), 0
    for r, c in zip(*np.nonzero(mask), strict=True):
        seen = [labels[r + dr, c + dc] for dr, dc in steps
                if r + dr >= 0 and 0 <= c + dc < mask.shape[1] and labels[r + dr, c + dc]]
        if not seen:
            count += 1
        labels[r, c] = min(seen) if seen else count
    return labels


def renumbered(number):
    """Make an answer that numbers parts otherwise: number(labels) has one for each label."""

    def answer(mask):
        labels = numbered()(mask)
        return np.asarray(number(labels), int)[labels]

    return answer


def by_size(labels):
    sizes = np.bincount(labels.ravel())[1:]
    return [0, *(np.argsort(np.argsort(-sizes, kind="stable")) + 1)]


def smallest(first):
    """Make the number of a part the smallest of first(mask) in it."""

    def number(labels):
        values = first(labels > 0)
        return [0, *(values[labels == k].min() for k in range(1, labels.max() + 1))]

    return number


def one_step(mask):
    labels, count = np.zeros(mask.shape, int), 0
    for r, c in zip(*np.nonzero(mask), strict=True):
        if not labels[r, c]:
            count += 1
            near = np.s_[max(0, r - 1) : r + 2, max(0, c - 1) : c + 2]
            labels[near] = np.where(mask[near], count, 0)
    return labels


def without_rim(mask):
    return numbered()(np.pad(mask[1:-1, 1:-1], 1))


def drawn(*rows):
    return np.array([[sign == "#" for sign in row] for row in rows])


def masks(rng):
    for shape, share in (
        ((6, 9), 0.3),
        ((6, 9), 0.25),
        ((8, 7), 0.35),
        ((10, 10), 0.2),
        ((7, 12), 0.3),
    ):
        yield Case((rng.random(shape) < share,))
    reach = "start at one pixel, and go to all that can be reached; which did you miss?"
    yield Case((drawn("       ", " ## ## ", " ## ## ", "       "),), "there are two bars", reach)
    yield Case((drawn("#   #", "     ", "  #  ", "     ", "#    "),), "ink is at the rim",
               "what is mask[-1] to NumPy?")
    yield Case((drawn("#  #", " ## ", "    ", "#   "),), "parts meet at corners only",
               "how many neighbours does a pixel have?")
    yield Case((drawn("#######", "      #", "##### #", "#   # #", "# # # #", "# ### #", "#     #",
                      "#######"),), "a part is a spiral", reach)
    yield Case(
        (drawn("#  #", "#  #", "####"),),
        "two arms of a U meet in the last row",
        "the last row shows that the two are one; which of your lines goes back and says so?",
    )
    yield Case((drawn("   ", "   "),), "there is no ink", "what is the result then?")
    yield Case((np.ones((40, 45), bool),), "a part has 1800 pixels",
               "how deep do your function calls go, one for each pixel?")
    dots = np.zeros((41, 41), bool)
    dots[::2, ::2] = True
    yield Case((dots,), "there are 441 parts", "what is the largest number your array can hold?")


declare(
    "9.3", "label", numbered(), masks, outputs=("the numbers",), shapes={"mask": ("H", "W")},
    takes=lambda mask: None,
    wrong=[
        Wrong("pixels that share a corner are apart", "how many neighbours does a pixel have?",
              numbered(SIDES)),
        Wrong("only corners connect, not sides", "how many neighbours does a pixel have?",
              numbered(CORNERS[4:])),
        Wrong("only pixels of one row are connected", "in which directions do you look?",
              numbered([(0, -1), (0, 1)])),
        Wrong("only pixels of one column are connected", "in which directions do you look?",
              numbered([(-1, 0), (1, 0)])),
        Wrong("parts that meet only further down have different numbers",
              "where two numbers meet, which of your lines goes back and makes them one?",
              one_pass, lambda mask: one_pass(mask, ((-1, 0), (0, -1))),
              numbered([(0, 1), (1, 0), (1, 1), (1, -1)]), numbered([(0, 1), (1, 0), (1, 1)]),
              numbered([(0, 1), (1, 0)])),
        Wrong("all ink has the number 1",
              "when does a new number begin, and can your array hold a 2?",
              lambda mask: mask.astype(int)),
        Wrong("the first part has the number 0", "what does 0 mean?",
              lambda mask: np.where(mask, numbered()(mask) - 1, 0)),
        Wrong("paper has the number -1", "what is asked for where mask is False?",
              lambda mask: np.where(mask, numbered()(mask), -1)),
        Wrong("each pixel has a number of its own", "what do two neighbours share?",
              lambda mask: np.where(mask, np.cumsum(mask).reshape(mask.shape), 0)),
        Wrong("the parts are numbered column by column",
              "which pixel do you meet first when reading row by row?",
              lambda mask: numbered()(mask.T).T),
        Wrong("ink at opposite rims is connected", "what is mask[-1] to NumPy?",
              numbered(wrap="both"), numbered(wrap="negative")),
        Wrong("the numbers run backwards", "which part do you meet first when reading?",
              lambda mask: np.where(mask, (n := numbered()(mask)).max() + 1 - n, 0)),
        Wrong("the paper was numbered, not the ink", "is mask True where there is ink?",
              lambda mask: numbered()(~mask)),
        Wrong("each pixel holds the size of its part", "is a number asked for, or a count?",
              lambda mask: (n := numbered()(mask)) * 0
              + np.where(mask, np.bincount(n.ravel())[n], 0)),
        Wrong("two of the four corners do not connect", "which neighbours does a pixel have?",
              numbered([*SIDES, (-1, -1), (1, 1)]), numbered([*SIDES, (-1, 1), (1, -1)])),
        Wrong("the numbers begin at 2", "what is the number of the first part?",
              lambda mask: np.where(mask, numbered()(mask) + 1, 0)),
        Wrong("the parts are numbered by their size", "which part do you meet first when reading?",
              renumbered(by_size)),
        Wrong("some numbers between 1 and the largest are missing",
              "what becomes of a number when two parts turn out to be one?",
              renumbered(smallest(lambda m: np.arange(1, m.size + 1).reshape(m.shape))),
              renumbered(smallest(one_pass))),
        Wrong("only the direct neighbours of a part's first pixel get its number",
              "what of the neighbours' neighbours?", one_step),
        Wrong("ink at the rim has no number", "where do your loops start and end?", without_rim),
    ],
    hints=(
        "start at one pixel, and go to all that can be reached; which did you miss?",
        "read row by row. At a pixel with ink and no number, begin a new one and hand it to all "
        "that can be reached: keep a list of pixels that wait to be looked at.",
        "take a pixel off the list, give the number to each of its eight neighbours that is "
        "inside, has ink and has none yet, and put it on the list; until the list is empty.",
    ),
)

# ---------------------------------------------------------------- 9.4


def centre(image):
    H, W = image.shape
    return (image.sum(1) @ np.arange(H) / image.sum(), image.sum(0) @ np.arange(W) / image.sum())


def inked(rng):
    for shape in ((6, 9), (6, 9), (8, 5)):
        yield Case((rng.random(shape) * (rng.random(shape) > 0.6),))
    yield Case((np.pad(np.ones((2, 3)), ((4, 1), (0, 6))),), "all ink is in one corner",
               "where does row 0 begin?")
    yield Case((rng.random((5, 5)),), "the image is square", "which of the two is the row?")
    one = np.zeros((4, 7))
    one[3, 1] = 0.25
    yield Case((one,), "there is one pixel of ink", "where is the centre then?")


BY = "each row number counts as often as its row has ink; what is divided by what?"


def both(change):
    """Make an answer from a change of the image before the centre is taken."""
    return lambda image: centre(change(image))


def after(change):
    return lambda image: tuple(change(np.array(centre(image)), image))


declare(
    "9.4", "centre_of_mass", centre, inked, outputs=("the row", "the column"),
    shapes={"image": ("H", "W")},
    wrong=[
        Wrong("rows and columns are counted from 1", "what is the number of the first row?",
              after(lambda c, image: c + 1)),
        Wrong("nothing was divided by all the ink", "what is the mean of three numbers?",
              after(lambda c, image: c * image.sum())),
        Wrong("it was divided by the number of pixels", "does a pixel without ink count?",
              after(lambda c, image: c * image.sum() / image.size)),
        Wrong("it was divided by the number of pixels with ink", BY,
              after(lambda c, image: c * image.sum() / np.count_nonzero(image))),
        Wrong("all pixels with ink count the same", "where do the values of the pixels come in?",
              both(lambda image: (image > 0) * 1.0)),
        Wrong("this is the middle of the image", "would it move if the ink did?",
              lambda image: tuple((np.array(image.shape) - 1) / 2),
              lambda image: tuple(np.array(image.shape) / 2)),
        Wrong("this is the middle of the box around the ink", "which side of the box has more ink?",
              lambda image: tuple(
                  sum(end(np.argwhere(image > 0), axis=0) for end in (np.min, np.max)) / 2)),
        Wrong("this is how far it is from the middle", "where is row 0?",
              after(lambda c, image: c - (np.array(image.shape) - 1) / 2)),
        Wrong("the numbers are rounded", "is anything to be rounded?",
              after(lambda c, image: np.rint(c))),
        Wrong("the numbers are cut off behind the point", "is anything to be rounded?",
              after(lambda c, image: np.trunc(c))),
        Wrong("this is the darkest pixel", "what do the other pixels do?",
              lambda image: np.unravel_index(image.argmax(), image.shape)),
        Wrong("the ink was squared", BY, both(lambda image: image**2)),
        Wrong("it is a share of the height and of the width", "in what is it to be counted?",
              after(lambda c, image: c / np.array(image.shape))),
        Wrong("products of 8 bits roll over at 256", "which dtype do your products have?",
              lambda image: tuple(
                  (np.indices(image.shape).astype(np.uint8) * (p := (image * 255).astype(np.uint8)))
                  .sum((1, 2)) / p.sum())),
    ],
    hints=(
        BY,
        "the sum of each row of the image is its ink. The mean row number is weighted with it.",
        "(ink of each row) times (row number), added up, divided by all ink; for columns the same.",
    ),
)

# ---------------------------------------------------------------- 9.5


def network(rng, H, W):
    weights = rng.normal(size=(H * W, 4)).astype(np.float32)

    def model(x):
        if np.ndim(x) != 4 or np.shape(x)[1:] != (1, H, W):
            raise ValueError(f"the model expected images (N, 1, {H}, {W}), got {np.shape(x)}")
        return np.tanh(np.reshape(x, (len(x), -1)) @ weights)

    return model


def hiding(fill=0.0, corner=False, grow=0, side=None, end=lambda before, after: before - after,
           pick=lambda k: k, inside=False, cut_off=True, keep=False):
    """Make an answer in which one thing may be different."""

    def answer(model, image, k, size=5):
        square = side or size + grow
        batch = []
        for r, c in np.ndindex(image.shape):
            hidden = image.copy()
            top, left = (r, c) if corner else (r - square // 2, c - square // 2)
            value = fill(image) if callable(fill) else fill
            cut = inside and (top < 0 or left < 0 or top + square > image.shape[0]
                              or left + square > image.shape[1])
            if not cut:
                least = 0 if cut_off else -image.size
                rows, columns = (slice(max(least, a), max(least, a + square)) for a in (top, left))
                hidden[rows, columns] = value
            batch.append(image - hidden if keep else hidden)
        before = model(image[None, None])[0, pick(k)]
        return end(before, model(np.array(batch)[:, None])[:, pick(k)]).reshape(image.shape)

    return answer


def all_hidden(model, image, k, size=5):
    """Let all images of the batch be one array, in which every square is hidden in the end."""
    fall = model(image[None, None])[0, k] - model(0 * image[None, None])[0, k]
    return np.full(image.shape, fall)


def rim_left_out(model, image, k, size=5):
    falls, r = hiding()(model, image, k, size), size // 2
    found = np.zeros(image.shape)
    found[r:-r, r:-r] = falls[r:-r, r:-r]
    return found


def as_probabilities(model, image, k, size=5):
    return hiding()(lambda x: (e := np.exp(model(x))) / e.sum(1, keepdims=True), image, k, size)


def one_by_one(model, image, k, size=5):
    for _ in range(image.size - 1):
        model(image[None, None])
    return hiding()(model, image, k, size)


def counted(answer, model, image, k, size=5):
    """Look at the map, and at how often the model is called."""
    calls = []

    def counting(x):
        calls.append(len(x))
        return model(x)

    found = answer(counting, image, k, size)
    yield "your function", found
    yield "your function", len(calls) <= 2  # one for all hidden images, one for the image itself


def photographs(rng):
    for (H, W), k, size in (((9, 8), 2, 3), ((9, 8), 1, 5), ((9, 8), 3, 1), ((7, 10), 2, 3)):
        yield Case((network(rng, H, W), rng.random((H, W)).astype(np.float32), k, size))
    yield Case((network(rng, 8, 8), rng.random((8, 8)).astype(np.float32), 1), "size is left out",
               "how large is the square then?")
    yield Case((network(rng, 4, 5), rng.random((4, 5)).astype(np.float32), 2, 9),
               "the square is larger than the image", "which part of it exists?")
    yield Case((network(rng, 6, 6), rng.random((6, 6)).astype(np.float32), 0, 3), "k is 0",
               "which score does k name?")


MIDDLE, PAPER = "where should the middle of the square be?", "which number is paper?"
declare(
    "9.5", "occlusion", hiding(), photographs, run=counted, tolerance=1e-5,
    outputs=("the map", "whether all hidden images are in one batch"),
    fixed=("model",), shapes={"image": ("H", "W"), "the map": ("H", "W")},
    takes=lambda model, image, k, size=5: None,
    wrong=[
        Wrong("the sign is turned", "is a part important if the score falls, or if it rises?",
              hiding(end=lambda before, after: after - before)),
        Wrong("these are the scores with a part hidden", "what was the score before?",
              hiding(end=lambda before, after: after)),
        Wrong("the sign was lost", "what does it mean when the score rises?",
              hiding(end=lambda before, after: np.abs(before - after))),
        Wrong("this is a ratio of scores", "how much does the score fall: before minus after?",
              hiding(end=lambda before, after: after / before),
              hiding(end=lambda before, after: (before - after) / before)),
        Wrong("the model is called once for each hidden image",
              "how do you put all of them into one array (H · W, 1, H, W)?", one_by_one,
              of="whether all hidden images are in one batch"),
        Wrong("the square begins at the pixel", MIDDLE, hiding(corner=True)),
        Wrong("ink was put where it should be taken away", PAPER, hiding(1.0)),
        Wrong("the square is filled with the mean of the image", PAPER, hiding(np.mean)),
        Wrong("this is the score of class 0", "which score does k name?", hiding(pick=lambda k: 0)),
        Wrong("only one pixel was hidden", "how large is the square?", hiding(side=1)),
        Wrong("the square is always 3 or 5 wide", "where does your code use size?", hiding(side=3),
              hiding(side=5)),
        Wrong("the square is one pixel too wide on each side",
              "how far does it reach on each side of its middle?", hiding(grow=2)),
        Wrong("the square is one pixel too narrow on each side",
              "how far does it reach on each side of its middle?", hiding(grow=-2)),
        Wrong("at the rim nothing is hidden", "which part of the square exists there?",
              hiding(inside=True), rim_left_out),
        Wrong("rows and columns are swapped", "what is the shape of the image?",
              lambda model, image, k, size=5: hiding()(model, image, k, size).T),
        Wrong("all images of the batch are one and the same array, with everything hidden",
              "where is the copy?", all_hidden),
        Wrong("at the rim the slice begins at a negative index, which counts from the end",
              "what is image[-1:2] to NumPy?", hiding(cut_off=False)),
        Wrong("the square was kept, and all else hidden", "which part is to be missing?",
              hiding(keep=True)),
        Wrong("these are probabilities, not scores", "what does the model return?",
              as_probabilities),
    ],
    hints=(
        "take one pixel: which square is hidden, and which score falls by how much?",
        "make a copy of the image for each pixel and set a slice of it to 0; max(0, …) keeps the "
        "slice from starting at a negative index. Stack the copies, with an axis for the channel.",
        "the score of class k of the image itself, minus that of all copies, reshaped to (H, W).",
    ),
)
