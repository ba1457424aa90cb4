"""The checks of day 2: headers, an IDX reader, splits, scaling, one-hot labels, batches."""

from itertools import islice

import numpy as np

from lib.course.checks import exercise, expect, expect_array


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
            ((3, 500, 32, 24), "it begins with the number of axes", "is that a length?"),
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
    tall = np.arange(66_000).astype(np.uint8)[:, None]  # needs three of a length's four bytes
    for array in (pictures, labels, pictures[0], tall):
        content, shape = _idx(array), array.shape
        header = f"how long is the header of {array.ndim} {'axis' if array.ndim == 1 else 'axes'}?"
        header = "does a length use all of its four bytes?" if array is tall else header
        try:
            got, error = answer(content), ""
        except (OSError, TypeError, ValueError) as raised:
            got, error = None, str(raised)
        backwards = int.from_bytes(content[4:8], "little")
        swapped = str(backwards) in error or "Maximum allowed" in error
        hint = "in which order do the four bytes of a length stand?"
        yield expect(not swapped, f"a length of {shape[0]} became {backwards}", hint)
        failed = f"an array of shape {shape} gave the error: {error}"
        yield expect("gzip" not in error, failed, "is `content` still packed?")
        whole_file = f"array of size {len(content)} " in error
        yield expect(not whole_file, failed, "do the pixels begin at byte 0?")
        yield expect(not error, failed, header)
        everything, turned = np.frombuffer(content, np.uint8), array.reshape(shape[::-1])
        mistakes = [
            (array.ravel(), "the numbers lie in one line", "where does your code use the shape?"),
            (everything, "the header is among the numbers", "at which byte do they begin?"),
            (everything[16:], "the first numbers are missing", "is every header 16 bytes long?"),
            (turned, "the axes are in reverse order", "which length comes first?"),
            (array.view(np.int8), "255 became -1", "is uint8 an integer with a sign?"),
        ]
        mistakes = [known for known in mistakes if not np.array_equal(known[0], array)]
        what = f"the array of shape {shape}"
        yield expect_array(got, array, header, what=what, mistakes=mistakes)
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
    nested = any(np.ndim(part[:1]) > 1 for part in got)  # [array, array, array]
    yield expect(not nested, "you return lists of arrays", "what makes one array of several?")
    train, test = map(np.asarray, got)
    last = max(train.max(initial=0), test.max(initial=0))
    rows = train.dtype.kind in "iu" and test.dtype.kind in "iu" and last > 2  # 2: the labels
    yield expect(rows, "the arrays do not hold row numbers", "what does y[train_rows] need?")
    yield expect(np.array_equal(y, before), "y was changed", "do you shuffle y, or row numbers?")
    ends = f"the row numbers end at {last}, but y has 100 rows"
    yield expect(last > 49, ends, "where in y does class 1 begin: at row 0?")
    shared = np.intersect1d(train, test)
    hint = "are the test rows taken out of what is left for training?"
    yield expect(shared.size == 0, f"{shared.size} rows are in both sets", hint)
    kept = f"{len(test)} of 100 rows are for testing"
    yield expect(len(test) < len(train), kept, "which of the two do you return first?")
    rows = np.sort(np.concatenate([train, test]))
    left = f"of 100 rows {len(np.unique(rows))} are left"
    hint = "where does a row go that is not in the test set?"
    yield expect(len(np.unique(rows)) == 100, left, hint)
    mixture = np.bincount(y[test], minlength=3).tolist()
    put = f"of classes with 50, 30 and 20 rows {mixture} are in the test set"
    yield expect(mixture == [10, 6, 4], put, "do you cut each class by itself?")
    again, *others = (answer(y, 0.2, np.random.default_rng(seed))[1] for seed in range(9))
    same = "the same rng twice gave two different splits"
    yield expect(np.array_equal(test, again), same, "does all your chance come from rng?")
    twice = max(len(drawn) - len(np.unique(drawn)) for drawn in (rows, *others))
    doubled = f"{twice} rows were drawn a second time"
    yield expect(twice == 0, doubled, "can your draw pick the same row again?")
    fixed = np.array_equal(np.sort(test), np.sort(others[0]))
    hint = "which line draws them by chance, from the rng you were given?"
    yield expect(not fixed, "another rng gives the same test rows", hint)
    mixed = np.array([12, 1, 12, 1, 1, 12, 12, 1, 12, 12])  # classes need not be 0, 1, 2
    test = mixed[np.asarray(answer(mixed, 0.3, np.random.default_rng(0))[1])].tolist()
    found = f"of rows of the classes 1 and 12 these went to the test set: {test}"
    hint = "does your loop run over the classes that are there (np.unique)?"
    yield expect(set(test) == {1, 12}, found, hint)
    put = f"0.3 of 4 and of 6 rows became {test.count(1)} and {test.count(12)}, not 1 and 2"
    yield expect(sorted(test) == [1, 12, 12], put, "do you round as `round` does?")


@exercise("2.4", "standardise")
def standardise(answer):
    rng = np.random.default_rng(0)
    train = rng.integers(0, 256, size=(20, 4, 4), dtype=np.uint8)
    train[1] = 255
    test = rng.integers(100, 256, size=(8, 4, 4), dtype=np.uint8)
    train[:, 0, 0] = 0  # a corner that is always background, as in MNIST
    given = train.copy(), test.copy()
    writes = "which of your lines write into an array you were given?"
    try:
        got = answer(*given)
    except TypeError as error:  # train -= train.mean()
        yield expect("cast" not in str(error), "floats do not fit into a uint8 array", writes)
        raise
    pair = isinstance(got, (tuple, list)) and len(got) == 2
    yield expect(pair, "it does not return two arrays", "what stands behind your `return`?")
    kept = np.array_equal(given[0], train) and np.array_equal(given[1], test)
    yield expect(kept, "the arrays you were given have changed", writes)

    def scale(x, *fitted_on):
        pixels = np.concatenate([part.ravel() for part in fitted_on]).astype(float)
        return (x - pixels.mean()) / pixels.std()

    mean, std, ones = train.mean(), train.std(), train // 255
    leak, grey = "may the test images help to find the mean?", "the grey pixels are lost"
    centre, units = "where are the two numbers of (2.3)?", "do x, μ and σ have one scale?"
    per_pixel = (train - train.mean(axis=0)) / train.std(axis=0)
    mistakes = [
        (scale(train, train, test), "mean and std hold test pixels too", leak),
        (ones, grey, "what is 254 // 255?"),
        (scale(ones, ones), grey, "what is 254 // 255?"),
        (train / 255, "the mean is not subtracted", centre),
        (train / std, "the mean is not subtracted", centre),
        (train - mean, "the standard deviation is not 1", "what divides in (2.3)?"),
        ((train - mean) / train.var(), "it is divided by the variance", "what is σ?"),
        (per_pixel, "a pixel that is always 0 became nan", "is μ one number or one a pixel?"),
        ((train - np.uint8(mean)) / std, "some pixels became huge", "what is 3 - 5 in uint8?"),
        ((train * 255.0 - mean) / std, "pixels up to 255 meet a mean below 1", units),
        ((train / 255 - 0.1307) / 0.3081, "these are MNIST's μ and σ", "is `train` all of MNIST?"),
    ]
    first, want = "work out (x - mean) / std for the first pixel.", scale(train, train)
    yield expect_array(got[0], want, first, what="train", mistakes=mistakes, tolerance=1e-4)
    mistakes = [
        (scale(test, test), "test is scaled by a mean and std of its own", leak),
        ((test * 255.0 - mean) / std, "only train was divided by 255", units),
        (test / 255, "test is not normalised", "does (2.3) hold for test as well?"),
        (test, "test is not normalised", "does (2.3) hold for test as well?"),
    ]
    both, want = "are the two numbers for test the same as for train?", scale(test, train)
    yield expect_array(got[1], want, both, what="test", mistakes=mistakes, tolerance=1e-4)
    dtypes = sorted({np.asarray(part).dtype.name for part in got})
    hint = "what do you convert to before you compute, and does it stay so?"
    yield expect(dtypes == ["float32"], f"the result is {' and '.join(dtypes)}", hint)


@exercise("2.5", "one_hot")
def one_hot(answer):
    labels = np.array([2, 0, 1, 2, 3])
    want, columns, rows = np.zeros((3, 5, 5))
    want[range(5), labels] = columns[:, labels] = rows[labels] = 1
    given = labels.copy()
    got = answer(given, 5)
    mistakes = [
        (np.roll(want, -1, axis=1), "each 1 is one column too far left", "where does 0 go?"),
        (np.roll(want, 1, axis=1), "each 1 is one column too far right", "where does 0 go?"),
        (want.T, "rows and columns have changed places", "is a label a row or a column?"),
        (columns, "whole columns are 1", "which row does each label belong to?"),
        (rows, "whole rows are 1", "does a label say in which row its 1 stands?"),
        (want * labels[:, None], "the labels stand where 1 should be", "what is one-hot?"),
        (want[:, :4], "a class that is absent has no column", "what is `classes` for?"),
    ]
    yield expect_array(got, want, "in row n, which column is 1?", mistakes=mistakes)
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
    try:
        walk = list(islice(batches, 99))  # a walk need not end
    except TypeError as error:
        yield expect("non-iterator" not in str(error), str(error), "`return` or `yield`?")
        raise
    pairs = all(isinstance(batch, (tuple, list)) and len(batch) == 2 for batch in walk)
    yield expect(pairs, "a batch is not a pair", "what stands behind `yield`?")
    odd = [f"x {np.shape(a)} and y {np.shape(b)}" for a, b in walk if np.ndim(b) != 1]
    odd = f"a batch holds {odd[0]}, not x (4, 2) and y (4,)" if odd else ""
    yield expect(not odd, odd, "are several rows fetched at once, and x given first?")
    walk = [(np.asarray(a), np.asarray(b)) for a, b in walk]
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
    length = type(batches).__len__(batches)  # len() itself refuses 3.0
    whole = isinstance(length, (int, np.integer))
    yield expect(whole, f"len() is {length}, not a whole number", "what rounds up to an int?")
    yield expect(length == 3, f"len() is {length}, not 3", dropped)
    order = "where does the order come from, and is it used?"
    yield expect(not np.array_equal(seen, y), "the rows come in their old order", order)
    near = all(np.ptp(b) == len(b) - 1 for _, b in walk)
    yield expect(not near, "rows change places only in their batch", "how long is your order?")
    again = np.array([label for _, b in batches for label in b])
    yield expect(len(again) == 10, "a second walk finds nothing", "when must the order be drawn?")
    fixed, hint = np.array_equal(again, seen), "is the order drawn in __init__ or in __iter__?"
    yield expect(not fixed, "the second epoch has the order of the first", hint)
    twin = answer(x, y, 4, np.random.default_rng(0))
    repeated = np.concatenate([np.asarray(b) for _, b in twin])
    yield expect(np.array_equal(repeated, seen), "the same rng gave another order", order)
    even = answer(x[:8], y[:8], 4, np.random.default_rng(0))
    two = len(even) == 2 and all(len(b) == 4 for _, b in even)
    hint = "is your number of batches rounded up, or is 1 added?"
    yield expect(two, "8 rows in batches of 4 are not 2 batches of 4", hint)
