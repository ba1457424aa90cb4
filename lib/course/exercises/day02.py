"""The exercises of day 2: headers, an IDX reader, splits, scaling, one-hot labels, batches."""

import copy
from itertools import islice, pairwise

import numpy as np

from lib.course.diagnosis import Case, Wrong, declare

# ---------------------------------------------------------------- 2.1

WEIGH = "which of the four bytes counts most in (2.1)?"
declare(
    "2.1", "a header by hand", right=(500, 32, 24), outputs=("your shape",), secret=True,
    wrong=[
        Wrong("the bytes are read backwards", WEIGH, (0xF4010000, 0x20000000, 0x18000000)),
        Wrong("the bytes 01 f4 are read backwards", WEIGH, (0xF401, 0x20, 0x18)),
        Wrong("it begins with the number of axes", "is that a length?", (3, 500, 32, 24)),
        Wrong("it begins with the magic number", "is that a length?", (2051, 500, 32, 24),
              (2051, 500, 32)),
        Wrong("500 images became 244", "what does the byte 01 before f4 count?", (244, 32, 24)),
        Wrong("01 and f4 are added", "what does the byte 01 before f4 count?", (245, 32, 24)),
        Wrong("01 and f4 are written next to each other",
              "what does the byte 01 before f4 count?", (1244, 32, 24)),
        Wrong("20 and 18 are read as decimals", "how much is the 2 of hex 20 worth?",
              (500, 20, 18)),
        Wrong("f is read as 14, not 15", "a is 10; what is f?", (484, 32, 24)),
        Wrong("f is read as 16, not 15", "a is 10; what is f?", (516, 32, 24)),
        Wrong("the axes are in reverse order", "which length comes first in a file?",
              (24, 32, 500)),
        Wrong("the number of images comes last", "which length comes first in a file?",
              (32, 24, 500)),
        Wrong("rows and columns have changed places", "which length comes first?", (500, 24, 32)),
        Wrong("in the first length the byte 01 is right, but not f4",
              "how much is f worth, and how often does it count?",
              *((256 + x, 32, 24) for x in range(256) if x not in (228, 244))),
        Wrong("that is how many pixels there are", "how long is each axis?", 500 * 32 * 24),
        Wrong("that is one image", "how many images does the header announce?", (32, 24)),
    ],
    hints=(
        "take four bytes at a time and put them into (2.1).",
        "the first four bytes are no length. Of the next four, 01 counts 256 and f4 counts 1 each.",
        "1 · 256 + 15 · 16 + 4, then 2 · 16, then 1 · 16 + 8: in this order.",
    ),
)

# ---------------------------------------------------------------- 2.2


def idx(array):
    """The bytes of an IDX file that holds a uint8 array."""
    lengths = b"".join(length.to_bytes(4, "big") for length in array.shape)
    return bytes([0, 0, 8, array.ndim]) + lengths + array.tobytes()


def read_idx(content):
    return pixels(content, 4 + 4 * content[3]).reshape(lengths(content))


def pixels(content, offset=0, dtype=np.uint8):
    return np.frombuffer(content, dtype, offset=offset)


def lengths(content, dtype=">u4"):
    return np.frombuffer(content, dtype, count=content[3], offset=4)


def last_bytes(content, count):
    """Every length as its last bytes tell it."""
    start = 4 + 4 * np.arange(content[3])
    return [int.from_bytes(content[at + 4 - count : at + 4], "big") for at in start]


def byte_two(content):
    shape = np.frombuffer(content, ">u4", content[2], 4)
    return pixels(content, 4 + 4 * content[2]).reshape(shape)


def files(rng):
    for shape in ((2, 3, 5), (4, 5, 3), (3, 2, 4)):
        yield Case((idx(rng.integers(0, 256, shape, dtype=np.uint8)),))
    labels = np.array([7, 2, 255, 0, 4, 1, 1, 3, 5, 9, 8, 6], dtype=np.uint8)
    long = "how long is the header then, and where does the shape come from?"
    yield Case((idx(labels),), "there is one axis, as in a file of labels", long)
    yield Case((idx(labels.reshape(3, 4)),), "there are two axes", long)
    yield Case((idx(labels.reshape(2, 1, 3, 2)),), "there are four axes", long)
    bytes_ = "does a length use all of its four bytes?"
    yield Case((idx(np.arange(300).astype(np.uint8)),), "a length is 300, above 255", bytes_)
    yield Case((idx(np.arange(66_000).astype(np.uint8)[:, None]),),
               "a length is 66 000, which takes three bytes", bytes_)


HEADER, ORDER = "how long is the header of 1 axis, and of 3?", "which length comes first?"
declare(
    "2.2", "read_idx", right=read_idx, cases=files, fixed=("content",), dtype=np.uint8,
    outputs=("the array",),
    wrong=[
        Wrong("the bytes of each length are read backwards",
              "in which order are the four bytes of a length stored?",
              lambda c: pixels(c, 4 + 4 * c[3]).reshape(lengths(c, "<u4")),
              lambda c: pixels(c, 4 + 4 * c[3]).reshape(lengths(c, np.uint32)),
              lambda c: pixels(c, 4 + 4 * c[3]).reshape(lengths(c, np.int32))),
        Wrong("the header is among the numbers", "at which byte do they begin?",
              pixels, lambda c: pixels(c).reshape(lengths(c)),
              lambda c: pixels(c)[: np.prod(lengths(c))].reshape(lengths(c))),
        Wrong("the magic number is taken for the first length", "at which byte do they begin?",
              lambda c: pixels(c, 4 + 4 * c[3]).reshape(np.frombuffer(c, ">u4", c[3]))),
        Wrong("byte 2 is taken for the number of axes", "what does each of the first four count?",
              byte_two, lambda c: pixels(c, 4 + 4 * c[2]).reshape(
                  np.frombuffer(c, ">u4", c[2], 4))),
        Wrong("that is the shape, not the array", "what has this shape?", lengths),
        Wrong("all axes but the first are merged into one", "how many lengths are in the header?",
              lambda c: read_idx(c).reshape(lengths(c)[0], -1)),
        Wrong("the last two axes are merged into one", "how many lengths are in the header?",
              lambda c: read_idx(c).reshape(*lengths(c)[:-2], -1)),
        Wrong("three axes, and a header of 16 bytes, are taken for granted", HEADER,
              lambda c: pixels(c, 16).reshape(np.frombuffer(c, ">u4", 3, 4)),
              lambda c: pixels(c, 16).reshape(lengths(c)), lambda c: pixels(c, 16)),
        Wrong("the header is taken to be 8 bytes long, always", HEADER,
              lambda c: pixels(c, 8).reshape(lengths(c)), lambda c: pixels(c, 8)),
        Wrong("the first four bytes of the header are not counted", HEADER,
              lambda c: pixels(c, 4 * c[3]).reshape(lengths(c)), lambda c: pixels(c, 4 * c[3]),
              lambda c: pixels(c, 4 * c[3])[: np.prod(lengths(c))].reshape(lengths(c))),
        Wrong("only the first four bytes are taken for the header", HEADER,
              lambda c: pixels(c, 4).reshape(lengths(c)), lambda c: pixels(c, 4)),
        Wrong("the numbers lie in one line", "where does your code use the shape?",
              lambda c: pixels(c, 4 + 4 * c[3])),
        Wrong("the axes are in reverse order", ORDER,
              lambda c: pixels(c, 4 + 4 * c[3]).reshape(lengths(c)[::-1])),
        Wrong("rows and columns have changed places", ORDER,
              lambda c: pixels(c, 4 + 4 * c[3]).reshape([*lengths(c)[:-2], *lengths(c)[:-3:-1]])),
        Wrong("only the last byte of each length counts", "what do the other three bytes count?",
              lambda c: pixels(c, 4 + 4 * c[3])[: int(np.prod(last_bytes(c, 1)))].reshape(
                  last_bytes(c, 1)),
              lambda c: pixels(c, 4 + 4 * c[3]).reshape(last_bytes(c, 1))),
        Wrong("only the last two bytes of each length count",
              "what do the other two bytes count?",
              lambda c: pixels(c, 4 + 4 * c[3])[: int(np.prod(last_bytes(c, 2)))].reshape(
                  last_bytes(c, 2)),
              lambda c: pixels(c, 4 + 4 * c[3]).reshape(last_bytes(c, 2))),
        Wrong("255 became -1", "is uint8 an integer with a sign?",
              lambda c: pixels(c, 4 + 4 * c[3], np.int8).reshape(lengths(c))),
        Wrong("the pixels were divided by 255", "which numbers are in the file?",
              lambda c: read_idx(c) / 255),
    ],
    hints=(
        "how long is the header of 1 axis, and how long that of 3 axes?",
        "byte 3 is the number of axes; as many lengths follow, four bytes each, and then the "
        "numbers.",
        "read content[3] lengths of big-endian 4-byte integers from byte 4 on; the numbers begin "
        "at byte 4 + 4 · content[3]; give them that shape.",
    ),
)

# ---------------------------------------------------------------- 2.3


def stratified_split(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == k))
        cut = round(test_share * len(rows))
        test.append(rows[:cut])
        train.append(rows[cut:])
    return np.concatenate(train), np.concatenate(test)


def look_at_rows(answer, y, test_share, rng):
    """Say what must be so of every split, whatever the rows are."""
    got = answer(y, test_share, copy.deepcopy(rng))
    yield "your function", 0  # the engine looks at y now
    yield "pair", isinstance(got, tuple | list) and len(got) == 2
    yield "one array each", all(np.ndim(part[:1]) == 1 for part in got)
    train, test = map(np.asarray, got)
    both = np.concatenate([train, test])
    yield "row numbers", both.dtype.kind in "iu" and len(np.unique(both)) > len(np.unique(y))
    several = len(np.unique(y)) > 2
    yield "all classes", not several or both.max() >= len(y) or len(np.unique(y[both])) > 1
    yield "all of y", both.max() > max(np.unique(y, return_counts=True)[1])
    shared, distinct = np.intersect1d(train, test), len(np.unique(train)) + len(np.unique(test))
    yield "one order", not (len(shared) and len(y) == len(both) == distinct)
    yield "the number of rows in both sets", len(shared)
    yield "test is smaller", len(test) < len(train)
    yield "the number of rows that were drawn twice", len(both) - len(np.unique(both))
    yield "the number of rows in no set", len(y) - len(np.unique(both))
    seeds = map(np.random.default_rng, range(60))
    draws = [np.asarray(answer(y, test_share, seed)[1]) for seed in seeds]
    more = answer(y, 0.45, copy.deepcopy(rng))[1]
    yield "by test_share", len(more) != len(test)
    yield "a fixed number", len({len(rows) for rows in draws}) == 1
    classes = np.unique(y)
    counts = [(y[rows] == classes[:, None]).sum(axis=1) for rows in (test, *draws)]
    yield "a fixed number of each class", np.ptp(counts, axis=0).max() == 0
    sizes = np.unique(y, return_counts=True)[1]
    yield "by size", np.ptp(counts[0]) > 0 or np.ptp(np.round(test_share * sizes)) < 2
    yield "the test rows of each class", counts[0]
    again = answer(y, test_share, copy.deepcopy(rng))[1]
    yield "repeatable", np.array_equal(test, again)
    yield "by chance", any(not np.array_equal(np.sort(d), np.sort(draws[0])) for d in draws)
    members = np.flatnonzero(y == classes[0])
    places = [np.flatnonzero(np.isin(members, d)) for d in draws]  # which of them were drawn
    gaps = {tuple(sorted(np.diff(at, append=at[:1] + len(members)))) for at in places}
    yield "not in a block", len(gaps) > 2 or len(places[0]) < 3
    yield "every row", np.isin(members[[0, -1]], np.concatenate(draws)).all()


def label_lists(rng):
    for counts, share in (((50, 30, 20), 0.2), ((20, 50, 30), 0.2), ((24, 40, 16), 0.25)):
        yield Case((rng.permutation(np.repeat([0, 1, 2], counts)), share, rng.spawn(1)[0]))
    yield Case((np.repeat([0, 1, 2], [50, 30, 20]), 0.2, rng.spawn(1)[0]),
               "y is sorted by class, like Iris", "do you cut each class by itself?")
    mixed = np.array([12, 1, 12, 1, 1, 12, 12, 1, 12, 12])
    yield Case((mixed, 0.3, rng.spawn(1)[0]), "the classes are 1 and 12, with 4 and 6 rows",
               "does your loop run over the classes that are there, and do you round as `round` "
               "does?")
    rare = rng.permutation(np.repeat([0, 1, 2], [2, 40, 30]))
    yield Case((rare, 0.2, rng.spawn(1)[0]), "a class is too rare for a test row",
               "what is rows[-n:] when n is 0?")


SPLIT = {
    "pair": ("it does not return two arrays", "what is behind your `return`?"),
    "one array each": ("it returns lists of arrays", "what makes one array of several?"),
    "row numbers": ("the arrays do not hold row numbers", "what does y[train_rows] need?"),
    "all classes": ("all rows in the two arrays are of one class",
                    "do you return after the loop, or in its first round?"),
    "all of y": ("the row numbers end at the length of a class",
                 "where in y are the rows of class 1: from row 0 on?"),
    "one order": ("train and test have as many rows as y, but some are in both and as many in none",
                  "are both cut from one order of the rows?"),
    "the number of rows in both sets": "are the test rows taken out of what is left for training?",
    "test is smaller": ("the test set is the larger one", "which of the two do you return first?"),
    "the number of rows that were drawn twice": "can your draw pick the same row again?",
    "the number of rows in no set": "where does a row go that is not in the test set?",
    "by test_share": ("the number of test rows is the same for every test_share",
                      "where does your code use test_share?"),
    "a fixed number": ("how many rows go to the test set depends on chance",
                       "is a number of rows drawn, or a coin thrown for each row?"),
    "a fixed number of each class": ("how many test rows a class gets depends on chance",
                                     "do you cut each class by itself?"),
    "by size": ("every class has as many test rows as the others, however many rows it has",
                "what is test_share a share of?"),
    "the test rows of each class": "do you cut each class by itself, and round as `round` does?",
    "repeatable": ("the same rng twice gave two different splits",
                   "does all your chance come from rng?"),
    "by chance": ("another rng gives the same test rows",
                  "which line draws them by chance, from the rng you were given?"),
    "not in a block": ("the test rows of a class always lie at the same distances from each other",
                       "does chance choose each row, or only where a block begins?"),
    "every row": ("the first or the last row of a class is never drawn for testing",
                  "can every row be chosen?"),
}
declare(
    "2.3", "stratified_split", right=stratified_split, cases=label_lists, run=look_at_rows,
    outputs=("your function", *SPLIT), asks=SPLIT,
    hints=(
        "for one class: which rows of y hold it, how many go to the test set, and which?",
        "loop over the classes that are there; shuffle the row numbers of one class with rng; cut "
        "them in two at round(test_share * count).",
        "collect the first parts of all classes in one list and the rest in another, and join each "
        "with np.concatenate; return the rest first.",
    ),
)

# ---------------------------------------------------------------- 2.4


def scale(x, mean, std):
    return ((x - mean) / std).astype(np.float32)


def images(rng):
    for n, m, low in ((20, 8, 100), (20, 8, 40), (30, 12, 0)):
        train = rng.integers(0, 256, (n, 4, 3), dtype=np.uint8)
        yield Case((train, rng.integers(low, 256, (m, 4, 3), dtype=np.uint8)))
    train, test = train.copy(), rng.integers(0, 256, (6, 4, 3), dtype=np.uint8)
    train[:, 0, 0] = 0
    yield Case(
        (train, test), "a pixel is 0 in every image of train", "is x̄ one number or one a pixel?"
    )
    yield Case((train.reshape(30, -1), test.reshape(6, -1)), "each image is one row of pixels",
               "over which axes is the mean taken?")


def standardise(x, fitted):
    return scale(x, fitted.mean(), fitted.std())


def wrong_scale(problem, hint, *changes):
    """A change says what becomes of an array x, given train."""
    return Wrong(problem, hint, *(lambda train, test, f=f: (f(train, train), f(test, train))
                                  for f in changes))


def whole(f):
    def answer(train, test):
        with np.errstate(all="ignore"):
            return f(train, test)

    return answer


LEAK = "may the test images help to find the mean?"
UNITS, CENTRE = "do x, x̄ and s have one scale?", "where are the two numbers of (2.3)?"
declare(
    "2.4", "standardise",
    right=lambda train, test: (standardise(train, train), standardise(test, train)),
    cases=images, outputs=("the new train", "the new test"), dtype=np.float32, tolerance=1e-4,
    shapes={"train": ("N", "rows", "columns"), "test": ("M", "rows", "columns")},
    wrong=[
        Wrong("mean and standard deviation hold test pixels as well", LEAK,
              lambda train, test: tuple(standardise(x, np.concatenate([train, test]))
                                        for x in (train, test))),
        Wrong("it is scaled by the mean and standard deviation of test", LEAK,
              lambda train, test: (standardise(train, test), standardise(test, test))),
        Wrong("test is scaled by a mean and standard deviation of its own", LEAK,
              lambda train, test: standardise(test, test), of="the new test"),
        Wrong("test is scaled by a mean of its own", LEAK,
              lambda train, test: scale(test, test.mean(), train.std()), of="the new test"),
        Wrong("test is scaled by a standard deviation of its own", LEAK,
              lambda train, test: scale(test, train.mean(), test.std()), of="the new test"),
        Wrong("the standard deviation is that of test", LEAK,
              lambda train, test: tuple(scale(x, train.mean(), test.std()) for x in (train, test))),
        Wrong("it came back with the pixels as they were, not scaled",
              "does (2.3) hold for test as well, and when do you take its two numbers?",
              lambda train, test: test + 0.0, of="the new test"),
        wrong_scale("the grey pixels are lost", "what is 254 // 255?", lambda x, t: x // 255,
                    lambda x, t: standardise(x // 255, t // 255)),
        wrong_scale("the mean is not subtracted", CENTRE, lambda x, t: x / 255,
                    lambda x, t: x / t.std(), lambda x, t: x / 255 / (t / 255).std()),
        wrong_scale("the mean is subtracted, but nothing divided", "what divides in (2.3)?",
                    lambda x, t: x - t.mean(), lambda x, t: (x - t.mean()) / 255),
        wrong_scale("it is divided by the variance", "what is s?",
                    lambda x, t: scale(x, t.mean(), t.var()),
                    lambda x, t: scale(x / 255, (t / 255).mean(), (t / 255).var())),
        wrong_scale("it is divided by the mean, not by the standard deviation", "what is s?",
                    lambda x, t: scale(x, t.mean(), t.mean())),
        wrong_scale("the mean is added", "which sign has x̄ in (2.3)?",
                    lambda x, t: scale(x, -t.mean(), t.std())),
        wrong_scale("only the mean was divided: x - x̄/s", "where do brackets belong?",
                    lambda x, t: x - t.mean() / t.std()),
        wrong_scale("each pixel has a mean and standard deviation of its own",
                    "is x̄ one number or one a pixel?", lambda x, t: scale(x, t.mean(0), t.std(0))),
        Wrong("each image has a mean and standard deviation of its own",
              "is x̄ one number for all, or one an image?",
              lambda train, test: tuple(
                  scale(x.T, x.reshape(len(x), -1).mean(1), x.reshape(len(x), -1).std(1)).T
                  for x in (train, test))),
        wrong_scale("the pixels were stretched from the smallest to the largest", CENTRE,
                    lambda x, t: scale(x, t.min(), float(t.max()) - t.min())),
        wrong_scale("the mean was subtracted in uint8", "what is 3 - 5 in uint8?",
                    lambda x, t: scale(x - np.uint8(t.mean()), 0, t.std())),
        wrong_scale("the mean was rounded", "is x̄ a whole number?",
                    lambda x, t: scale(x.astype(int), int(t.mean()), t.std()),
                    lambda x, t: scale(x.astype(int), round(t.mean()), t.std())),
        wrong_scale("pixels up to 255 meet a mean below 1", UNITS,
                    lambda x, t: scale(x, (t / 255).mean(), (t / 255).std())),
        wrong_scale("pixels up to 1 meet a mean above 1", UNITS,
                    lambda x, t: scale(x / 255, t.mean(), t.std())),
        Wrong("only train was divided by 255", UNITS,
              lambda train, test: scale(test, (train / 255).mean(), (train / 255).std()),
              of="the new test"),
        wrong_scale("these are MNIST's x̄ and s", "is `train` all of MNIST?",
                    lambda x, t: scale(x / 255, 0.1307, 0.3081),
                    lambda x, t: scale(x, 0.1307, 0.3081),
                    lambda x, t: scale(x / 255, 0.1307, 0.3082)),
        wrong_scale("the standard deviation divides by N - 1", "what does np.std do if you give it "
                    "nothing but the array?", lambda x, t: scale(x, t.mean(), t.std(ddof=1))),
        wrong_scale("half of all is 0.5, always", CENTRE, lambda x, t: scale(x / 255, 0.5, 0.5),
                    lambda x, t: x / 127.5 - 1),
        Wrong("test is not normalised", "does (2.3) hold for test as well?",
              lambda train, test: test / 255, of="the new test"),
    ],
    hints=(
        "work out (x - mean) / std for the first pixel.",
        "the mean and the standard deviation are two numbers, both from train, taken before "
        "anything is changed. Are they the same two for test?",
        "take train.mean() and train.std(); convert each array to float32 and put it into (2.3) "
        "with these two.",
    ),
)

# ---------------------------------------------------------------- 2.5


def one_hot(labels, classes):
    return np.eye(classes, dtype=np.float32)[labels]


def lists_of_labels(rng):
    yield Case((np.array([2, 0, 1, 2, 3, 6]), 7))
    yield Case((np.array([4, 4, 0, 1, 5, 6]), 9))
    yield Case((rng.integers(0, 10, 50), 10))
    absent = "what tells how many columns there are: the labels or classes?"
    yield Case((np.array([0, 2, 1]), 5), "the last classes do not occur", absent)
    yield Case((np.array([3, 0, 1]), 4), "a class in the middle does not occur", absent)
    yield Case((np.array([2, 0, 1, 3]), 4), "there are as many labels as classes",
               "is a label a row or a column?")
    yield Case((np.array([1]), 3), "there is a single label",
               "what is the shape of the result then?")
    yield Case((np.array([9, 3], dtype=np.uint8), 300), "labels are uint8 and classes is 300",
               "which numbers fit into uint8?")
    yield Case((np.arange(12), 12), "there are more than ten classes", "is it always ten?")


def marked(labels, classes, rows=slice(None), value=1.0):
    result = np.zeros((len(labels), classes))
    result[rows, labels] = value
    return result


def whole_rows(labels, classes):
    result = np.zeros((len(labels), classes))
    result[labels] = 1
    return result


FOR, ROWS = "what is `classes` for?", "how many ones does a row have?"
declare(
    "2.5", "one_hot", right=one_hot, cases=lists_of_labels, dtype=np.float32,
    shapes={"labels": ("N",), "the result": ("N", "classes")},
    wrong=[
        Wrong("whole columns are 1", "which row does each label belong to?", marked),
        Wrong("whole rows are 1", "does a label say in which row its 1 is?", whole_rows),
        Wrong("each 1 is one column too far left", "where does label 0 go?",
              lambda y, n: np.roll(one_hot(y, n), -1, 1)),
        Wrong("each 1 is one column too far right", "where does label 0 go?",
              lambda y, n: np.roll(one_hot(y, n), 1, 1)),
        Wrong("rows and columns have changed places", "is a label a row or a column?",
              lambda y, n: one_hot(y, n).T),
        Wrong("the first class has no column", "where does label 0 go?",
              lambda y, n: one_hot(y, n)[:, 1:]),
        Wrong("there is one column too many", "are the classes counted from 0 or from 1?",
              lambda y, n: one_hot(y, n + 1)),
        Wrong("the labels are where 1 should be", "what is one-hot?",
              lambda y, n: one_hot(y, n) * y[:, None]),
        Wrong("a class that is absent has no column", FOR,
              lambda y, n: one_hot(y, int(y.max()) + 1),
              lambda y, n: one_hot(np.unique(y, return_inverse=True)[1], len(np.unique(y)))),
        Wrong("there are always 10 columns", FOR, lambda y, n: one_hot(y, 10),
              lambda y, n: marked(y, 10, np.arange(len(y)))),
        Wrong("there are as many columns as labels", FOR,
              lambda y, n: marked(y, len(y), np.arange(len(y)))),
        Wrong("every entry up to the label is 1", ROWS, lambda y, n: np.arange(n) <= y[:, None]),
        Wrong("0 and 1 have changed places", ROWS, lambda y, n: 1 - one_hot(y, n)),
        Wrong("the result is one row for all labels together", "has each label a row of its own?",
              lambda y, n: np.bincount(y, minlength=n), lambda y, n: np.isin(np.arange(n), y)),
        Wrong("it is the identity, whatever the labels are", "where does your code use labels?",
              lambda y, n: np.eye(n)),
        Wrong("the ones follow the row's number, not its label", "what is the label for?",
              lambda y, n: np.eye(len(y), n)),
        Wrong("there is a row for each class, not for each label", "how many rows are asked for?",
              lambda y, n: np.eye(n)[y[:n]]),
        Wrong("the marks are -1 and 1", "which two numbers are in a one-hot vector?",
              lambda y, n: 2 * one_hot(y, n) - 1),
    ],
    hints=(
        "in row n, which column is 1?",
        "print np.eye(4) and look for the row that belongs to the label 2; indexing an array with "
        "an array of labels picks many rows in one go.",
        "make the identity of `classes` rows in float32, and index it with the whole array of "
        "labels.",
    ),
)

# ---------------------------------------------------------------- 2.6


class Loader:
    def __init__(self, x, y, batch_size, rng):
        self.x, self.y, self.batch_size, self.rng = x, y, batch_size, rng

    def __len__(self):
        return -(-len(self.x) // self.batch_size)

    def __iter__(self):
        order = self.rng.permutation(len(self.x))
        for start in range(0, len(self.x), self.batch_size):
            rows = order[start : start + self.batch_size]
            yield self.x[rows], self.y[rows]


def batches(loader):
    return list(islice(loader, 99))  # a walk need not end


def walk_through(Loader, x, y, batch_size, rng):
    """Walk, count, and walk again: what must be so, whatever the order is."""
    twin_rng = copy.deepcopy(rng)
    loader = Loader(x, y, batch_size, rng)
    walk = batches(loader)
    yield "a walk", 0  # the engine looks at x and y now
    yield "pairs", all(isinstance(batch, tuple | list) and len(batch) == 2 for batch in walk)
    yield "several rows", all(np.ndim(b) > 0 for _, b in walk)
    yield "x first", all(np.ndim(a) == 2 and np.ndim(b) == 1 for a, b in walk)
    seen = np.concatenate([b for _, b in walk]) if walk else y[:0]
    sizes, never = [len(b) for _, b in walk], len(y) - len(np.unique(seen))
    yield "more than one batch", len(walk) != 1 or sizes[0] != batch_size or never == 0
    overlap = (len(a) > 1 and np.isin(a[1:], b).all() for (_, a), (_, b) in pairwise(walk))
    yield "apart", not any(overlap)
    yield "drawn once", never == 0 or len(seen) != len(y)
    yield "the number of rows that came twice", len(seen) - len(np.unique(seen))
    yield "the number of rows that never came", never
    pairs = batches(Loader(x, y, 2, copy.deepcopy(twin_rng)))
    yield "by batch_size", sizes != [len(b) for _, b in pairs]
    yield "the small batch last", len(set(sizes)) != 2 or sizes[-1] == min(sizes)
    yield "the sizes of the batches", sizes
    together = (len(a) == len(b) and np.array_equal(a[:, 0], b * 11) for a, b in walk)
    yield "together", all(together)
    length = type(loader).__len__(loader)  # len() itself refuses 3.0
    yield "a whole number", isinstance(length, int | np.integer)
    yield "batches counted", length != len(y)
    yield "len()", length
    yield "shuffled", not np.array_equal(seen, y)
    others = [batches(Loader(x, y, batch_size, np.random.default_rng(seed))) for seed in (1, 2)]
    orders = [np.concatenate([b for _, b in other]) for other in others]
    more = [batches(loader) for _ in range(4)]
    again = [label for _, b in more[0] for label in b]
    yield "the number of rows in a second walk", len(again)
    mixed = (np.ptp(b) != len(b) - 1 for walk in more for _, b in walk if len(b))
    yield "by rng", not np.array_equal(*orders)
    yield "across batches", any(mixed) or len(walk) < 2
    yield "a new order", not np.array_equal(again, seen)
    twin = np.concatenate([b for _, b in batches(Loader(x, y, batch_size, twin_rng))])
    yield "from rng", np.array_equal(twin, seen)
    for _ in loader:
        break
    yield (
        "the number of rows in a walk after one that was broken off",
        sum(len(b) for _, b in batches(loader)),
    )
    outer = 0
    for _, labels in loader:  # a walk within a walk, as a double loop over pairs takes it
        outer += len(labels)
        sum(len(b) for _, b in loader)
    yield "the number of rows in a walk with another one inside it", outer


def numbered_rows(rng):
    for N, batch_size in ((10, 4), (10, 3), (23, 5)):
        y = np.arange(N)
        yield Case((np.stack([y * 11, y * 13], axis=1), y, batch_size, rng.spawn(1)[0]))
    y = np.arange(12)
    yield Case((np.stack([y * 11, y * 13], axis=1), y, 4, rng.spawn(1)[0]),
               "the batches come out even",
               "is your number of batches rounded up, or is 1 added?")
    yield Case((np.stack([y * 11, y * 13], axis=1), y, 50, rng.spawn(1)[0]),
               "a batch is larger than the data", "how many batches are there then?")


DROPPED = "what becomes of the last rows when the batches do not come out even?"
FROM = "where does the order come from, and is it used?"
WALKS = {
    "pairs": ("a batch is not a pair", "what is behind `yield`?"),
    "several rows": ("the rows come one at a time", "are several rows fetched together?"),
    "x first": ("a batch does not hold x (n, 2) and y (n,)", "which of the two is given first?"),
    "more than one batch": ("a single batch came", "what ends your loop after its first round?"),
    "apart": ("a batch brings rows of the one before again",
              "how far does the start move from one batch to the next?"),
    "drawn once": ("as many rows came as there are, but some twice or more, others never",
                   "is there one order for the whole walk, and can a row be drawn again?"),
    "the number of rows that came twice": "how many orders are drawn in a walk?",
    "the number of rows that never came": DROPPED,
    "by batch_size": ("the batches have the same sizes, whatever batch_size is",
                      "where does your code use batch_size?"),
    "the small batch last": ("the small batch does not come last",
                             "what do you shuffle: the rows, or the batches?"),
    "the sizes of the batches": "where do you cut?",
    "together": ("x and y no longer belong together", "how many orders do you draw?"),
    "a whole number": ("len() is not a whole number", "what rounds up to an int?"),
    "batches counted": ("len() is the number of rows", "what comes out of one round of a `for`?"),
    "len()": DROPPED,
    "shuffled": ("the rows come in their old order", FROM),
    "the number of rows in a second walk": "when must the order be drawn?",
    "by rng": ("another rng gives the same order", FROM),
    "across batches": ("rows change places only within their batch", "how long is your order?"),
    "a new order": ("the second walk has the order of the first",
                    "is the order drawn in __init__ or in __iter__?"),
    "from rng": ("the same rng gave another order", FROM),
    "the number of rows in a walk after one that was broken off":
        "does each `for` begin at the first row again, or where the last one stopped?",
    "the number of rows in a walk with another one inside it":
        "does each `for` have a place of its own, or do all share one that is kept on self?",
}
declare(
    "2.6", "Loader", right=Loader, cases=numbered_rows, run=walk_through,
    takes=lambda x, y, batch_size, rng: None, outputs=("a walk", *WALKS), asks=WALKS,
    hints=(
        "what must be done once, when a Loader is made, and what at the start of every walk?",
        "__iter__ draws an order of all rows from rng; a loop takes batch_size of it at a time and "
        "yields x and y at those rows.",
        "range(0, N, batch_size) gives the starts; order[start : start + batch_size] the rows, "
        "fewer in the last batch by itself. len() rounds N / batch_size up to a whole number.",
    ),
)
