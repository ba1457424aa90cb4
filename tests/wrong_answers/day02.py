"""Mistakes people make on day 2, each caught by the hint that names it."""

import gzip

import numpy as np

from wrong_answers import wrong

wrong("2.1", "read backwards", value=(4093706240, 536870912, 402653184))
wrong("2.1", "read backwards", value=(62465, 32, 24))
wrong("2.1", "500 images became 244", value=(244, 32, 24))
wrong("2.1", "01 and f4 are added", value=(245, 32, 24))
wrong("2.1", "read as decimals", value=(500, 20, 18))
wrong("2.1", "number of axes", value=(3, 500, 32, 24))
wrong("2.1", "magic number", value=(2051, 500, 32, 24))
wrong("2.1", "reverse order", value=(24, 32, 500))
wrong("2.1", "rows and columns have changed places", value=(500, 24, 32))
wrong("2.1", "how many pixels", value=384000)
wrong("2.1", "not numbers", value="500, 32, 24")


def lengths(content, order=">"):
    return np.frombuffer(content, f"{order}u4", count=content[3], offset=4)


@wrong("2.2", "the bytes of each length are read backwards")
def little_endian(content):
    return np.frombuffer(content, np.uint8, offset=4 + 4 * content[3]).reshape(
        lengths(content, "<")
    )


@wrong("2.2", "the header is among the numbers")
def header_not_skipped(content):
    return np.frombuffer(content, np.uint8).reshape(lengths(content))


@wrong("2.2", "the header is among the numbers")
def header_not_skipped_and_no_shape(content):
    return np.frombuffer(content, np.uint8)


@wrong("2.2", "three axes, and a header of 16 bytes, are taken")
def header_of_images_for_labels(content):
    return np.frombuffer(content, np.uint8, offset=16).reshape(lengths(content))


@wrong("2.2", "only wrong when there is one axis, as in a file")
def header_of_images_for_labels_without_count(content):
    shape = lengths(content).copy()
    if len(shape) < 3:
        shape = [-1]
    return np.frombuffer(content, np.uint8, offset=16).reshape(shape)


@wrong("2.2", "the first four bytes of the header are not")
def magic_number_forgotten_in_the_header(content):
    return np.frombuffer(content, np.uint8, offset=4 * content[3]).reshape(lengths(content))


@wrong("2.2", "the numbers lie in one line")
def not_reshaped(content):
    return np.frombuffer(content, np.uint8, offset=4 + 4 * content[3])


@wrong("2.2", "became -")
def signed(content):
    return np.frombuffer(content, np.int8, offset=4 + 4 * content[3]).reshape(lengths(content))


@wrong("2.2", "the numbers of the array are right, but its")
def float_pixels(content):
    pixels = np.frombuffer(content, np.uint8, offset=4 + 4 * content[3])
    return pixels.reshape(lengths(content)).astype(float)


@wrong("2.2", "only the last byte of each length counts")
def lengths_of_one_byte(content):
    ndim = content[3]
    shape = [content[7 + 4 * axis] for axis in range(ndim)]
    pixels = np.frombuffer(content, np.uint8, count=int(np.prod(shape)), offset=4 + 4 * ndim)
    return pixels.reshape(shape)


@wrong("2.2", "only the last two bytes of each length count")
def lengths_of_two_bytes(content):
    ndim = content[3]
    shape = [256 * content[6 + 4 * axis] + content[7 + 4 * axis] for axis in range(ndim)]
    return np.frombuffer(content, np.uint8, offset=4 + 4 * ndim).reshape(shape)


@wrong("2.2", "reverse order")
def last_axis_first(content):
    pixels = np.frombuffer(content, np.uint8, offset=4 + 4 * content[3])
    return pixels.reshape(lengths(content)[::-1])


@wrong("2.2", "bytes that are unpacked already were unpacked")
def unpacks_twice(content):
    return np.frombuffer(gzip.decompress(content), np.uint8, offset=16)


@wrong("2.2", "is None")
def reads_and_returns_nothing(content):
    np.frombuffer(content, np.uint8, offset=4 + 4 * content[3]).reshape(lengths(content))


@wrong("2.3", "the test rows of each class: [10, 9, 1],")
def shuffled_only(y, test_share, rng):
    order = rng.permutation(len(y))
    cut = round(test_share * len(y))
    return order[cut:], order[:cut]


@wrong("2.3", "right only when the classes are 1 and 12, with")
def last_rows_of_sorted_data(y, test_share, rng):
    cut = round((1 - test_share) * len(y))
    return np.arange(cut), np.arange(cut, len(y))


def split_each_class(y, test_share, draw):
    train, test = [], []
    for k in np.unique(y):
        rows = draw(np.flatnonzero(y == k))
        cut = round(test_share * len(rows))
        test.append(rows[:cut])
        train.append(rows[cut:])
    return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "another rng gives the same test rows")
def first_rows_of_each_class(y, test_share, rng):
    return split_each_class(y, test_share, lambda rows: rows)


@wrong("2.3", "always lie at the same distances")
def a_block_of_neighbours(y, test_share, rng):
    return split_each_class(y, test_share, lambda rows: np.roll(rows, rng.integers(len(rows))))


@wrong("2.3", "another rng gives the same test rows")
def rng_of_its_own(y, test_share, rng):
    return split_each_class(y, test_share, np.random.default_rng(42).permutation)


@wrong("2.3", "does all your chance come from rng?")
def rng_never_used(y, test_share, rng):
    return split_each_class(y, test_share, np.random.default_rng().permutation)


@wrong("2.3", "the number of rows in both sets is 15, expected")
def drawn_twice(y, test_share, rng):
    rows = [np.flatnonzero(y == k) for k in np.unique(y)]
    test = [rng.choice(r, round(test_share * len(r)), replace=False) for r in rows]
    train = [rng.choice(r, round((1 - test_share) * len(r)), replace=False) for r in rows]
    return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "the number of rows in both sets is 20, expected")
def all_rows_for_training(y, test_share, rng):
    return np.arange(len(y)), split_each_class(y, test_share, rng.permutation)[1]


@wrong("2.3", "the number of rows in no set is 3, expected 0")
def loses_the_last_row_of_each_class(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == k))
        cut = round(test_share * len(rows))
        test.append(rows[:cut])
        train.append(rows[cut:-1])
    return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "which of the two do you return first?")
def test_rows_first(y, test_share, rng):
    train, test = split_each_class(y, test_share, rng.permutation)
    return test, train


@wrong("2.3", "classes that are there")
def classes_counted_from_zero(y, test_share, rng):
    known = np.flatnonzero(y < 3)
    train, test = split_each_class(y[known], test_share, rng.permutation)
    return known[train], known[test]


@wrong("2.3", "your function changed y (56 of its 100 numbers)")
def shuffles_y_in_place(y, test_share, rng):
    rng.shuffle(y)
    return split_each_class(y, test_share, rng.permutation)


@wrong("2.3", "do not hold row numbers")
def masks_instead_of_rows(y, test_share, rng):
    _, test = split_each_class(y, test_share, rng.permutation)
    mask = np.zeros(len(y), bool)
    mask[test] = True
    return ~mask, mask


@wrong("2.3", "the row numbers end at the length of a class")
def rows_counted_within_each_class(y, test_share, rng):
    counts = [(y == k).sum() for k in np.unique(y)]
    orders = [rng.permutation(count) for count in counts]
    cuts = [round(test_share * count) for count in counts]
    train = [order[cut:] for order, cut in zip(orders, cuts, strict=True)]
    test = [order[:cut] for order, cut in zip(orders, cuts, strict=True)]
    return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "do not hold row numbers")
def labels_instead_of_rows(y, test_share, rng):
    train, test = split_each_class(y, test_share, rng.permutation)
    return y[train], y[test]


@wrong("2.3", "makes one array of several")
def one_array_for_each_class(y, test_share, rng):
    train, test = split_each_class(y, test_share, rng.permutation)
    classes = np.unique(y)
    return [train[y[train] == k] for k in classes], [test[y[test] == k] for k in classes]


@wrong("2.3", "the number of rows that were drawn twice is 2,")
def drawn_with_replacement(y, test_share, rng):
    rows = [np.flatnonzero(y == k) for k in np.unique(y)]
    test = np.concatenate([rng.choice(r, round(test_share * len(r))) for r in rows])
    return np.setdiff1d(np.arange(len(y)), test), test


@wrong("2.3", "round as `round` does")
def share_cut_off(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == k))
        cut = int(test_share * len(rows))
        test.append(rows[:cut])
        train.append(rows[cut:])
    return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "classes that are there")
def ten_classes_always(y, test_share, rng):
    known = np.flatnonzero(y < 10)
    train, test = split_each_class(y[known], test_share, rng.permutation)
    return known[train], known[test]


def normalise(x, mean, std):
    return ((x.astype(np.float32) - mean) / std).astype(np.float32)


@wrong("2.4", "may the test images help")
def fitted_on_both(train, test):
    both = np.concatenate([train, test])
    return normalise(train, both.mean(), both.std()), normalise(test, both.mean(), both.std())


@wrong("2.4", "the new test: test is scaled by a mean and")
def each_by_its_own(train, test):
    return normalise(train, train.mean(), train.std()), normalise(test, test.mean(), test.std())


@wrong("2.4", "what is 254 // 255?")
def whole_division(train, test):
    return (train // 255).astype(np.float32), (test // 255).astype(np.float32)


@wrong("2.4", "what is 254 // 255?")
def whole_division_then_normalised(train, test):
    train, test = train // 255, test // 255
    return normalise(train, train.mean(), train.std()), normalise(test, train.mean(), train.std())


@wrong("2.4", "mean is not subtracted")
def only_divided_by_255(train, test):
    return train.astype(np.float32) / 255, test.astype(np.float32) / 255


@wrong("2.4", "mean is not subtracted")
def only_divided_by_the_standard_deviation(train, test):
    return normalise(train, 0, train.std()), normalise(test, 0, train.std())


@wrong("2.4", "have one scale?")
def mean_of_scaled_pixels_for_bytes(train, test):
    mean, std = (train / 255).mean(), (train / 255).std()
    return normalise(train, mean, std), normalise(test, mean, std)


@wrong("2.4", "only train was divided by 255")
def divides_train_only(train, test):
    mean, std = (train / 255).mean(), (train / 255).std()
    return normalise(train / 255, mean, std), normalise(test, mean, std)


@wrong("2.4", "these are MNIST's")
def two_numbers_copied(train, test):
    return normalise(train / 255, 0.1307, 0.3081), normalise(test / 255, 0.1307, 0.3081)


@wrong("2.4", "fractions were written into an array of whole")
def subtracts_in_place(train, test):
    mean, std = train.mean(), train.std()
    train -= mean
    test -= mean
    return train / std, test / std


@wrong("2.4", "the mean is subtracted, but nothing divided")
def only_centred(train, test):
    return normalise(train, train.mean(), 1), normalise(test, train.mean(), 1)


@wrong("2.4", "divided by the variance")
def divided_by_the_variance(train, test):
    return normalise(train, train.mean(), train.var()), normalise(test, train.mean(), train.var())


@wrong("2.4", "one a pixel?")
def a_mean_for_each_pixel(train, test):
    mean, std = train.mean(axis=0), train.std(axis=0)
    return normalise(train, mean, std), normalise(test, mean, std)


@wrong("2.4", "what is 3 - 5 in uint8?")
def subtracts_in_uint8(train, test):
    mean, std = np.uint8(train.mean()), np.float32(train.std())
    return (train - mean) / std, (test - mean) / std


@wrong("2.4", "float64")
def stays_float64(train, test):
    return (train - train.mean()) / train.std(), (test - train.mean()) / train.std()


@wrong("2.4", "test is not normalised")
def forgets_the_test_set(train, test):
    return normalise(train, train.mean(), train.std()), test.astype(np.float32) / 255


@wrong("2.4", "the new train: the mean was subtracted in uint8")
def writes_into_its_arguments(train, test):
    mean, std = train.mean(), train.std()
    train -= np.uint8(mean)
    return normalise(train, 0, std), normalise(test, mean, std)


@wrong("2.4", "one thing came back (the new train), not 2: the")
def returns_train_only(train, test):
    return normalise(train, train.mean(), train.std())


@wrong("2.5", "too far left")
def off_by_one(labels, classes):
    return np.eye(classes, dtype=np.float32)[labels - 1]


@wrong("2.5", "too far right")
def off_by_one_the_other_way(labels, classes):
    return np.eye(classes, dtype=np.float32)[(labels + 1) % classes]


@wrong("2.5", "whole columns are 1")
def colon_for_the_rows(labels, classes):
    hot = np.zeros((len(labels), classes), dtype=np.float32)
    hot[:, labels] = 1
    return hot


@wrong("2.5", "whole rows are 1")
def one_index_only(labels, classes):
    hot = np.zeros((len(labels), classes), dtype=np.float32)
    hot[labels] = 1
    return hot


@wrong("2.5", "rows and columns have changed places")
def transposed(labels, classes):
    return np.eye(classes, dtype=np.float32)[:, labels]


@wrong("2.5", "what is `classes` for?")
def as_many_classes_as_it_sees(labels, classes):
    return np.eye(labels.max() + 1, dtype=np.float32)[labels]


@wrong("2.5", "the labels are where 1 should be")
def the_label_as_value(labels, classes):
    hot = np.zeros((len(labels), classes), dtype=np.float32)
    hot[np.arange(len(labels)), labels] = labels
    return hot


@wrong("2.5", "its dtype is float64")
def eye_as_it_comes(labels, classes):
    return np.eye(classes)[labels]


@wrong("2.5", "its dtype is bool")
def compared_only(labels, classes):
    return labels[:, None] == np.arange(classes)


class Shuffled:
    """A right loader, for the wrong ones to spoil."""

    def __init__(self, x, y, batch_size, rng):
        self.x, self.y, self.batch_size, self.rng = x, y, batch_size, rng

    def __len__(self):
        return -(-len(self.x) // self.batch_size)

    def order(self):
        return self.rng.permutation(len(self.x))

    def __iter__(self):
        order = self.order()
        for start in range(0, len(order), self.batch_size):
            rows = order[start : start + self.batch_size]
            yield self.x[rows], self.y[rows]


@wrong("2.6", "right only when the batches come out even; else")
class DropsTheLastBatch(Shuffled):
    def __iter__(self):
        order = self.order()
        for i in range(len(order) // self.batch_size):
            rows = order[i * self.batch_size : (i + 1) * self.batch_size]
            yield self.x[rows], self.y[rows]


@wrong("2.6", "is the order drawn in __init__ or in __iter__?")
class ShufflesOnce(Shuffled):
    def __init__(self, x, y, batch_size, rng):
        super().__init__(x, y, batch_size, rng)
        self.once = rng.permutation(len(x))

    def order(self):
        return self.once


@wrong("2.6", "the rows come in their old order")
class NeverShuffles(Shuffled):
    def order(self):
        return np.arange(len(self.x))


@wrong("2.6", "a walk changed x (20 of its 20 numbers)")
class ShufflesInPlace(Shuffled):
    def __iter__(self):
        state = self.rng.bit_generator.state
        self.rng.shuffle(self.x)
        self.rng.bit_generator.state = state
        self.rng.shuffle(self.y)
        for start in range(0, len(self.x), self.batch_size):
            yield self.x[start : start + self.batch_size], self.y[start : start + self.batch_size]


@wrong("2.6", "how many orders do you draw?")
class TwoOrders(Shuffled):
    def __iter__(self):
        for start in range(0, len(self.x), self.batch_size):
            if start == 0:
                order_x, order_y = self.order(), self.order()
            rows = slice(start, start + self.batch_size)
            yield self.x[order_x[rows]], self.y[order_y[rows]]


@wrong("2.6", "right only when the batches come out even; else")
class CountsFullBatchesOnly(Shuffled):
    def __len__(self):
        return len(self.x) // self.batch_size


@wrong("2.6", "len() is 10, expected 3")
class CountsRows(Shuffled):
    def __len__(self):
        return len(self.x)


@wrong("2.6", "is your number of batches rounded up, or is 1 added?")
class AddsOneAlways(Shuffled):
    def __len__(self):
        return len(self.x) // self.batch_size + 1


@wrong("2.6", "len() is not a whole number")
class RoundsUpToAFloat(Shuffled):
    def __len__(self):
        return np.ceil(len(self.x) / self.batch_size)


@wrong("2.6", "`return` or `yield`?")
class ReturnsTheFirstBatch(Shuffled):
    def __iter__(self):
        rows = self.order()[: self.batch_size]
        return self.x[rows], self.y[rows]


@wrong("2.6", "a batch is not a pair")
class YieldsRowNumbers(Shuffled):
    def __iter__(self):
        order = self.order()
        for start in range(0, len(order), self.batch_size):
            yield order[start : start + self.batch_size]


@wrong("2.6", "the rows come one at a time")
class YieldsRowByRow(Shuffled):
    def __iter__(self):
        for row in self.order():
            yield self.x[row], self.y[row]


@wrong("2.6", "a batch does not hold x (n, 2) and y (n,)")
class LabelsFirst(Shuffled):
    def __iter__(self):
        for x, y in super().__iter__():
            yield y, x


@wrong("2.6", "right only when a batch is larger than the")
class ShufflesWithinEachBatch(Shuffled):
    def __iter__(self):
        for start in range(0, len(self.x), self.batch_size):
            rows = np.arange(start, min(start + self.batch_size, len(self.x)))
            rows = self.rng.permutation(rows)
            yield self.x[rows], self.y[rows]


@wrong("2.6", "the number of rows that came twice is 320,")
class NeverEnds(Shuffled):
    def __iter__(self):
        while True:
            yield from super().__iter__()


@wrong("2.6", "right only when a batch is larger than the")
class DrawsEachBatchAnew(Shuffled):
    def __iter__(self):
        for start in range(0, len(self.x), self.batch_size):
            rows = self.order()[start : start + self.batch_size]
            yield self.x[rows], self.y[rows]


@wrong("2.6", "the number of rows in a second walk is 0,")
class OneWalkOnly(Shuffled):
    def __init__(self, x, y, batch_size, rng):
        super().__init__(x, y, batch_size, rng)
        self.walk = super().__iter__()

    def __iter__(self):
        return self.walk


@wrong("2.6", "the same rng gave another order")
class RngOfItsOwn(Shuffled):
    def order(self):
        return np.random.default_rng().permutation(len(self.x))


@wrong("2.6", "a walk after one that was broken off")
class IsItsOwnIterator(Shuffled):
    def __init__(self, x, y, batch_size, rng):
        super().__init__(x, y, batch_size, rng)
        self.start, self.walked = len(x), False

    def __iter__(self):
        return self

    def __next__(self):
        if self.start >= len(self.x):
            self.start, self.now = 0, self.order()
            if self.walked:
                self.walked = False
                raise StopIteration
        self.walked = True
        rows = self.now[self.start : self.start + self.batch_size]
        self.start += self.batch_size
        return self.x[rows], self.y[rows]


@wrong("2.2", "there are four axes")
def up_to_three_axes(content):
    if content[3] < 4:
        return np.frombuffer(content, np.uint8, offset=4 + 4 * content[3]).reshape(lengths(content))


@wrong("2.4", "each image has a mean")
def a_mean_for_each_image(train, test):
    def scaled(x):
        return normalise(x, x.mean((1, 2), keepdims=True), x.std((1, 2), keepdims=True))

    return (scaled(train), scaled(test)) if train.ndim == 3 else (train * 1.0, test * 1.0)


@wrong("2.4", "a standard deviation of its own")
def sigma_of_test(train, test):
    return normalise(train, train.mean(), train.std()), normalise(test, train.mean(), test.std())
