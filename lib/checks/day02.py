"""The checks of day 2: headers, an IDX reader, splits, scaling, one-hot labels, batches."""

import numpy as np

from lib.checks.core import exercise, expect, expect_array


@exercise("2.1", "a header by hand")
def header(answer):
    weigh = "which of the four bytes counts most in (2.1)?"
    yield expect_array(
        answer,
        (500, 32, 24),
        "take four bytes at a time and put them into (2.1).",
        what="your shape",
        mistakes=[
            ((0xF4010000, 0x20000000, 0x18000000), "the bytes are read backwards", weigh),
            ((0xF401, 0x20, 0x18), "the bytes 01 f4 are read backwards", weigh),
            ((244, 32, 24), "500 images became 244", "what does the byte 01 before f4 count?"),
            ((245, 32, 24), "01 and f4 are added", "what does the byte 01 before f4 count?"),
            ((500, 20, 18), "20 and 18 are read as decimals", "how much is the 2 of hex 20 worth?"),
            ((2051, 500, 32, 24), "it begins with the magic number", "is that a length?"),
            ((24, 32, 500), "the axes are in reverse order", "which length comes first in a file?"),
            ((500, 24, 32), "rows and columns have changed places", "which length comes first?"),
            (500 * 32 * 24, "that is how many pixels there are", "how long is each axis?"),
        ],
    )


def _idx(array):
    """The bytes of an IDX file that holds a uint8 array."""
    lengths = b"".join(length.to_bytes(4, "big") for length in array.shape)
    return bytes([0, 0, 8, array.ndim]) + lengths + array.tobytes()


@exercise("2.2", "read_idx")
def read_idx(answer):
    labels = np.array([7, 2, 255, 0, 4, 1, 1, 3, 5, 9, 8, 6], dtype=np.uint8)
    pictures = np.arange(2 * 3 * 5, dtype=np.uint8).reshape(2, 3, 5) * 8
    for array in (pictures, labels, pictures[0], np.arange(300, dtype=np.uint8)[:, None]):
        content, axes = _idx(array), f"{array.ndim} {'axis' if array.ndim == 1 else 'axes'}"
        try:
            got, error = answer(content), ""
        except (OSError, TypeError, ValueError) as raised:
            got, error = None, str(raised)
        backwards = int.from_bytes(content[4:8], "little")
        yield expect(
            str(backwards) not in error and "Maximum allowed" not in error,
            f"a length of {array.shape[0]} became {backwards}",
            "in which order do the four bytes of a length stand?",
        )
        failed = f"an array of shape {array.shape} gave the error: {error}"
        yield expect("gzip" not in error, failed, "is `content` still packed?")
        whole_file = f"array of size {len(content)} " in error
        yield expect(not whole_file, failed, "do the pixels begin at byte 0?")
        yield expect(not error, failed, f"how long is the header of {axes}?")
        everything = np.frombuffer(content, np.uint8)
        mistakes = [
            (array.ravel(), "the numbers lie in one line", "where does your code use the shape?"),
            (everything, "the header is among the numbers", "at which byte do they begin?"),
            (everything[16:], "the first numbers are missing", "is every header 16 bytes long?"),
            (array.view(np.int8), "255 became -1", "is uint8 an integer with a sign?"),
        ]
        yield expect_array(
            got,
            array,
            f"which bytes are the header, if there are {axes}?",
            mistakes=[known for known in mistakes if not np.array_equal(known[0], array)],
            what=f"the array of shape {array.shape}",
        )
        dtype = np.asarray(got).dtype
        hint = "which dtype do you give np.frombuffer?"
        yield expect(dtype == np.uint8, f"its dtype is {dtype}, not uint8", hint)


@exercise("2.3", "stratified_split")
def stratified_split(answer):
    y = np.repeat([0, 1, 2], [50, 30, 20])  # sorted by class, like Iris
    before = y.copy()
    got = answer(y, 0.2, np.random.default_rng(0))
    pair = isinstance(got, (tuple, list)) and len(got) == 2
    yield expect(pair, "it does not return two arrays", "what stands behind your `return`?")
    train, test = map(np.asarray, got)
    rows = train.dtype.kind in "iu" and test.dtype.kind in "iu"
    yield expect(rows, "the arrays do not hold row numbers", "what does y[train_rows] need?")
    yield expect(np.array_equal(y, before), "y was changed", "do you shuffle y, or row numbers?")
    shared = np.intersect1d(train, test)
    hint = "are the test rows taken out of what is left for training?"
    yield expect(shared.size == 0, f"{shared.size} rows are in both sets", hint)
    kept = f"{len(test)} of 100 rows are for testing"
    yield expect(len(test) < len(train), kept, "which of the two do you return first?")
    rows = np.sort(np.concatenate([train, test]))
    left = f"of 100 rows {len(np.unique(rows))} are left"
    hint = "where does a row go that is not in the test set?"
    yield expect(np.array_equal(rows, np.arange(100)), left, hint)
    mixture = np.bincount(y[test], minlength=3)
    yield expect(
        np.array_equal(mixture, [10, 6, 4]),
        f"classes with 50, 30 and 20 rows put {', '.join(map(str, mixture))} into the test set",
        "do you cut each class by itself?",
    )
    again = np.asarray(answer(y, 0.2, np.random.default_rng(0))[1])
    same = "the same rng twice gave two different splits"
    yield expect(np.array_equal(test, again), same, "does all your chance come from rng?")
    other = np.asarray(answer(y, 0.2, np.random.default_rng(1))[1])
    yield expect(
        not np.array_equal(np.sort(test), np.sort(other)),
        "another rng gives the same test rows",
        "which line draws them by chance, from the rng you were given?",
    )
    mixed = np.array([4, 1, 4, 1, 1, 4, 4, 1, 4, 4])  # classes need not be 0, 1, 2, nor sorted
    train, test = map(np.asarray, answer(mixed, 0.3, np.random.default_rng(0)))
    yield expect(
        sorted(mixed[test].tolist()) == [1, 4, 4],
        f"the rows of the classes 1 and 4 gave a test set of classes {mixed[test].tolist()}",
        "does your loop run over the classes that are there (np.unique), and round their share?",
    )


@exercise("2.4", "standardise")
def standardise(answer):
    rng = np.random.default_rng(0)
    train = rng.integers(0, 256, size=(20, 4, 4), dtype=np.uint8)
    train[1] = 255
    test = rng.integers(100, 256, size=(8, 4, 4), dtype=np.uint8)
    train[:, 0, 0] = 0  # a corner that is always background, as in MNIST
    given = train.copy(), test.copy()
    got = answer(*given)
    pair = isinstance(got, (tuple, list)) and len(got) == 2
    yield expect(pair, "it does not return two arrays", "what stands behind your `return`?")
    yield expect(
        np.array_equal(given[0], train) and np.array_equal(given[1], test),
        "the arrays you were given have changed",
        "which of your lines write into an array?",
    )

    def scale(x, *fitted_on):
        pixels = np.concatenate([part.ravel() for part in fitted_on]).astype(float)
        return (x - pixels.mean()) / pixels.std()

    per_pixel = (train - train.mean(axis=0)) / train.std(axis=0)
    wrapped = (train - np.uint8(train.mean())) / train.std()
    leak = "may the test images help to find the mean?"
    yield expect_array(
        got[0],
        scale(train, train),
        "work out (x - mean) / std for the first pixel.",
        what="train",
        mistakes=[
            (scale(train, train, test), "mean and std hold test pixels too", leak),
            (train // 255, "the grey pixels are lost", "what is 254 // 255?"),
            (scale(train // 255, train // 255), "the grey pixels are lost", "what is 254 // 255?"),
            (train / 255, "the mean is not subtracted", "where are the two numbers of (2.3)?"),
            (train - train.mean(), "the standard deviation is not 1", "what divides in (2.3)?"),
            ((train - train.mean()) / train.var(), "it is divided by the variance", "what is σ?"),
            (per_pixel, "a pixel that is always 0 became nan", "is μ one number or one a pixel?"),
            (wrapped, "pixels below the mean became huge", "what is 3 - 5 in uint8?"),
        ],
        tolerance=1e-4,
    )
    yield expect_array(
        got[1],
        scale(test, train),
        "are the two numbers for test the same as for train?",
        what="test",
        mistakes=[
            (scale(test, test), "test is scaled by a mean and std of its own", leak),
            (test / 255, "test is not normalised", "does (2.3) hold for test as well?"),
            (test, "test is not normalised", "does (2.3) hold for test as well?"),
        ],
        tolerance=1e-4,
    )
    dtypes = {np.asarray(part).dtype.name for part in got}
    yield expect(
        dtypes == {"float32"},
        f"the result is {' and '.join(sorted(dtypes))}",
        "what do you convert to before you compute, and does it stay so?",
    )


@exercise("2.5", "one_hot")
def one_hot(answer):
    labels = np.array([2, 0, 1, 2, 3])
    want = np.zeros((5, 5))
    for row, label in enumerate(labels):
        want[row, label] = 1
    given = labels.copy()
    got = answer(given, 5)
    columns = np.zeros((5, 5))
    columns[:, labels] = 1
    yield expect_array(
        got,
        want,
        "in row n, which column is 1?",
        mistakes=[
            (np.roll(want, -1, axis=1), "each 1 is one column too far left", "where does 0 go?"),
            (np.roll(want, 1, axis=1), "each 1 is one column too far right", "where does 0 go?"),
            (want.T, "rows and columns have changed places", "is a label a row or a column?"),
            (columns, "whole columns are 1", "which row does each label belong to?"),
            (want * labels[:, None], "the labels stand where 1 should be", "what is one-hot?"),
            (want[:, :4], "a class that is absent has no column", "what is `classes` for?"),
        ],
    )
    yield expect(np.array_equal(given, labels), "labels was changed", "which line writes to it?")
    dtype = np.asarray(got).dtype
    yield expect(dtype == np.float32, f"its dtype is {dtype}", "which dtype did we ask for?")
    yield expect_array(answer(np.array([1]), 3), [[0, 1, 0]], "try it on a single label.")


@exercise("2.6", "Loader")
def loader(answer):
    y = np.arange(10)
    x = np.stack([y * 11, y * 13], axis=1)  # (10, 2): each row knows its label
    kept_x, kept_y = x.copy(), y.copy()
    batches = answer(x, y, 4, np.random.default_rng(0))
    walk = [(np.asarray(a), np.asarray(b)) for a, b in batches]
    unchanged = np.array_equal(x, kept_x) and np.array_equal(y, kept_y)
    yield expect(unchanged, "x and y were shuffled in place", "what else could you shuffle?")
    seen = np.concatenate([b for _, b in walk]) if walk else np.array([])
    dropped = "what becomes of the last rows when 4 does not divide 10?"
    once, twice = len(np.unique(seen)), len(seen) - len(np.unique(seen))
    yield expect(twice == 0, f"{twice} rows came a second time", "how many orders are in a walk?")
    yield expect(once == 10, f"{10 - once} of 10 rows never came", dropped)
    sizes = [len(b) for _, b in walk]
    yield expect(sizes == [4, 4, 2], f"batches of {sizes}, not [4, 4, 2]", "where do you cut?")
    together = all(len(a) == len(b) and np.array_equal(a[:, 0], b * 11) for a, b in walk)
    yield expect(together, "x and y no longer belong together", "how many orders do you draw?")
    yield expect(len(batches) == 3, f"len() is {len(batches)}, not 3", dropped)
    order = "where does the order come from, and is it used?"
    yield expect(not np.array_equal(seen, y), "the rows come in their old order", order)
    second = [np.asarray(b) for _, b in batches]
    again = np.concatenate(second) if second else np.array([])
    yield expect(len(again) == 10, "a second walk finds nothing", "when must the order be drawn?")
    yield expect(
        not np.array_equal(again, seen),
        "the second epoch has the order of the first",
        "is the order drawn in __init__ or in __iter__?",
    )
    twin = answer(x, y, 4, np.random.default_rng(0))
    repeated = np.concatenate([np.asarray(b) for _, b in twin])
    yield expect(np.array_equal(repeated, seen), "the same rng gave another order", order)
    even = answer(x[:8], y[:8], 4, np.random.default_rng(0))
    yield expect(
        len(even) == 2 and all(len(b) == 4 for _, b in even),
        "8 rows in batches of 4 are not 2 batches of 4",
        "is your number of batches rounded up, or is 1 added?",
    )
