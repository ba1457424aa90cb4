"""Answers to the exercises of day 2, written from the lesson alone."""

import numpy as np

from wrong_answers import right, wrong

# 2.1

wrong("2.1", "reads 01 f4 as 1 and 244 side by side", value=(1244, 32, 24))
wrong("2.1", "adds the bytes without the 256", value=(245, 32, 24))
wrong("2.1", "leaves the hexadecimal digits", value=(500, 20, 18))
wrong("2.1", "little-endian", value=(4093706240, 536870912, 402653184))
wrong("2.1", "rows and columns swapped", value=(500, 24, 32))
wrong("2.1", "takes the magic number for the first length", value=(2051, 500, 32))
wrong("2.1", "forgets the high byte of the first length", value=(244, 32, 24))
wrong("2.1", "f4 is taken for 154", value=(410, 32, 24))
wrong("2.1", "the number of images comes last", value=(32, 24, 500))
wrong("2.1", "multiplies the three", value=500 * 32 * 24)
wrong("2.1", "strings in hexadecimal", value=("1f4", "20", "18"))
wrong("2.1", "only the size of an image", value=(32, 24))

right("2.1", value=(500, 32, 24))
right("2.1", value=[500, 32, 24])
right("2.1", value=(0x1F4, 0x20, 0x18))
right("2.1", value=np.zeros((500, 32, 24)).shape)


# 2.2


@wrong("2.2", "always three axes: the header is 16 bytes for every file")
def always_three(content):
    N, H, W = np.frombuffer(content, ">u4", count=4)[1:]
    return np.frombuffer(content, np.uint8, offset=16).reshape(N, H, W)


@wrong("2.2", "little-endian lengths")
def little_endian(content):
    axes = content[3]
    shape = np.frombuffer(content, "<u4", count=axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


@wrong("2.2", "the byte order is not given, so the computer's own is used")
def native_order(content):
    axes = content[3]
    shape = np.frombuffer(content, np.uint32, count=axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


@wrong("2.2", "the magic number is taken for a length")
def magic_is_length(content):
    axes = content[3]
    shape = np.frombuffer(content, ">u4", count=axes)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


@wrong("2.2", "byte 2 instead of byte 3 for the number of axes")
def byte_two(content):
    axes = content[2]
    shape = np.frombuffer(content, ">u4", count=axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


@wrong("2.2", "one flat array: no reshape")
def flat(content):
    return np.frombuffer(content, np.uint8, offset=4 + 4 * content[3])


@wrong("2.2", "the header is not skipped: forgets the magic number's 4 bytes")
def four_bytes_short(content):
    axes = content[3]
    shape = np.frombuffer(content, ">u4", count=axes, offset=4)
    size = int(np.prod(shape))
    return np.frombuffer(content, np.uint8, count=size, offset=4 * axes).reshape(shape)


@wrong("2.2", "the header is not skipped: the array begins with it")
def from_the_start(content):
    axes = content[3]
    shape = np.frombuffer(content, ">u4", count=axes, offset=4)
    return np.frombuffer(content, np.uint8)[: np.prod(shape)].reshape(shape)


@wrong("2.2", "one axis or three: the number is chosen by an if")
def if_three(content):
    if content[3] == 3:
        shape = np.frombuffer(content, ">u4", count=3, offset=4)
        return np.frombuffer(content, np.uint8, offset=16).reshape(shape)
    return np.frombuffer(content, np.uint8, offset=8)


@wrong("2.2", "the last two axes are joined")
def joined(content):
    axes = content[3]
    shape = np.frombuffer(content, ">u4", count=axes, offset=4)
    numbers = np.frombuffer(content, np.uint8, offset=4 + 4 * axes)
    return numbers.reshape(shape[0], -1)


@wrong("2.2", "signed bytes: numbers above 127 become negative")
def signed(content):
    axes = content[3]
    shape = np.frombuffer(content, ">u4", count=axes, offset=4)
    return np.frombuffer(content, np.int8, offset=4 + 4 * axes).reshape(shape)


@wrong("2.2", "each length is one byte only, so those above 255 are lost")
def low_bytes(content):
    axes = content[3]
    shape = [content[7 + 4 * k] for k in range(axes)]
    size = int(np.prod(shape))
    return np.frombuffer(content, np.uint8, count=size, offset=4 + 4 * axes).reshape(shape)


@wrong("2.2", "the axes are in reverse order")
def reversed_axes(content):
    axes = content[3]
    shape = np.frombuffer(content, ">u4", count=axes, offset=4)[::-1]
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


@wrong("2.2", "divides by 255, so floats come back")
def as_float(content):
    axes = content[3]
    shape = np.frombuffer(content, ">u4", count=axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape) / 255


@wrong("2.2", "gives the shape, not the array")
def shape_only(content):
    return tuple(int(n) for n in np.frombuffer(content, ">u4", count=content[3], offset=4))


@right("2.2")
def with_from_bytes(content):
    axes = content[3]
    shape = []
    for k in range(axes):
        shape.append(int.from_bytes(content[4 + 4 * k : 8 + 4 * k], "big"))
    return np.frombuffer(content, np.uint8, offset=4 * (axes + 1)).reshape(shape)


@right("2.2")
def header_first(content):
    header = np.frombuffer(content, ">u4", count=1 + content[3])
    return np.array(list(content[header.nbytes :]), dtype=np.uint8).reshape(header[1:])


@right("2.2")
def by_hand(content):
    b, shape = content, ()
    for i in range(4, 4 + 4 * b[3], 4):
        shape += (256**3 * b[i] + 256**2 * b[i + 1] + 256 * b[i + 2] + b[i + 3],)
    return np.frombuffer(content[4 + 4 * b[3] :], dtype="u1").reshape(shape)


# 2.3


@wrong("2.3", "not stratified: a random share of all rows")
def plain_split(y, test_share, rng):
    order = rng.permutation(len(y))
    n = round(test_share * len(y))
    return order[n:], order[:n]


@wrong("2.3", "not shuffled: the first rows of each class")
def first_rows(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        rows = np.flatnonzero(y == k)
        n = round(test_share * len(rows))
        test.append(rows[:n])
        train.append(rows[n:])
    return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "returns (test_rows, train_rows)")
def pair_swapped(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == k))
        n = round(test_share * len(rows))
        test.append(rows[:n])
        train.append(rows[n:])
    return np.concatenate(test), np.concatenate(train)


@wrong("2.3", "int() cuts off instead of rounding")
def cut_off(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == k))
        n = int(test_share * len(rows))
        test.append(rows[:n])
        train.append(rows[n:])
    return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "three classes are written in")
def three_classes(y, test_share, rng):
    train, test = [], []
    for k in range(3):
        rows = rng.permutation(np.flatnonzero(y == k))
        n = round(test_share * len(rows))
        test.append(rows[:n])
        train.append(rows[n:])
    return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "ignores rng: a seed of its own")
def own_seed(y, test_share, rng):
    rng = np.random.default_rng(0)
    train, test = [], []
    for k in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == k))
        n = round(test_share * len(rows))
        test.append(rows[:n])
        train.append(rows[n:])
    return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "the test share is written in as 0.2")
def always_a_fifth(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == k))
        n = round(0.2 * len(rows))
        test.append(rows[:n])
        train.append(rows[n:])
    return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "the test rows are in the training set, too")
def all_in_train(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == k))
        test.append(rows[: round(test_share * len(rows))])
        train.append(rows)
    return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "shuffles twice, so that test and training overlap")
def shuffled_twice(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        rows = np.flatnonzero(y == k)
        n = round(test_share * len(rows))
        test.append(rng.permutation(rows)[:n])
        train.append(rng.permutation(rows)[n:])
    return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "positions within the class instead of row numbers")
def positions_in_class(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        order = rng.permutation(int((y == k).sum()))
        n = round(test_share * len(order))
        test.append(order[:n])
        train.append(order[n:])
    return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "returns the labels instead of the row numbers")
def labels_back(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == k))
        n = round(test_share * len(rows))
        test.append(rows[:n])
        train.append(rows[n:])
    return y[np.concatenate(train)], y[np.concatenate(test)]


@wrong("2.3", "the same number of every class, however large it is")
def same_number(y, test_share, rng):
    classes = np.unique(y)
    n = round(test_share * len(y) / len(classes))
    train, test = [], []
    for k in classes:
        rows = rng.permutation(np.flatnonzero(y == k))
        test.append(rows[:n])
        train.append(rows[n:])
    return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "draws with replacement: a row can come twice")
def with_replacement(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        rows = np.flatnonzero(y == k)
        chosen = rng.choice(rows, round(test_share * len(rows)))
        test.append(chosen)
        train.append(np.setdiff1d(rows, chosen))
    return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "a list of arrays, one for each class: not concatenated")
def not_joined(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == k))
        n = round(test_share * len(rows))
        test.append(rows[:n])
        train.append(rows[n:])
    return train, test


@wrong("2.3", "rows[-n:] with n = 0 is all rows: a rare class goes to the test set")
def minus_zero(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == k))
        n = round(test_share * len(rows))
        test.append(rows[-n:])
        train.append(rows[:-n])
    return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "the return is inside the loop: only the first class")
def first_class(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == k))
        n = round(test_share * len(rows))
        test.append(rows[:n])
        train.append(rows[n:])
        return np.concatenate(train), np.concatenate(test)


@wrong("2.3", "a coin for each row by itself: the counts vary")
def coin_for_each_row(y, test_share, rng):
    mask = rng.random(len(y)) < test_share
    return np.flatnonzero(~mask), np.flatnonzero(mask)


@right("2.3")
def with_shuffle(y, test_share, rng):
    train, test = [], []
    for k in np.unique(y):
        rows = np.flatnonzero(y == k)
        rng.shuffle(rows)
        n = round(test_share * len(rows))
        train.append(rows[n:])
        test.append(rows[:n])
    return np.concatenate(train), np.concatenate(test)


@right("2.3")
def choice_and_mask(y, test_share, rng):
    mask = np.zeros(len(y), dtype=bool)
    for k in set(y.tolist()):
        rows = np.where(y == k)[0]
        mask[rng.choice(rows, size=round(test_share * rows.size), replace=False)] = True
    return np.flatnonzero(~mask), np.flatnonzero(mask)


@right("2.3")
def shuffle_everything_first(y, test_share, rng):
    order = rng.permutation(len(y))
    want = {k: round(test_share * np.sum(y == k)) for k in np.unique(y)}
    train, test = [], []
    for row in order:
        if want[y[row]] > 0:
            want[y[row]] -= 1
            test.append(row)
        else:
            train.append(row)
    return np.array(train, dtype=int), np.array(test, dtype=int)


# 2.4


@wrong("2.4", "the test set is normalised with its own mean and deviation")
def own_mean(train, test):
    a, b = train.astype(np.float32), test.astype(np.float32)
    return (a - a.mean()) / a.std(), (b - b.mean()) / b.std()


@wrong("2.4", "mean and deviation of both sets together")
def both_together(train, test):
    all_pixels = np.concatenate([train.ravel(), test.ravel()]).astype(np.float32)
    m, s = all_pixels.mean(), all_pixels.std()
    return ((train - m) / s).astype(np.float32), ((test - m) / s).astype(np.float32)


@wrong("2.4", "a mean for each pixel: axis=0")
def each_pixel(train, test):
    a, b = train.astype(np.float32), test.astype(np.float32)
    m, s = a.mean(axis=0), a.std(axis=0) + 1e-7
    return (a - m) / s, (b - m) / s


@wrong("2.4", "float64 comes back")
def float64(train, test):
    m, s = train.mean(), train.std()
    return (train - m) / s, (test - m) / s


@wrong("2.4", "only train is normalised")
def train_only(train, test):
    a = train.astype(np.float32)
    return (a - a.mean()) / a.std(), test.astype(np.float32)


@wrong("2.4", "test is divided by 255, but mean and deviation are of the bytes")
def mixed_scales(train, test):
    a, b = train.astype(np.float32), test.astype(np.float32) / 255
    m, s = a.mean(), a.std()
    return (a - m) / s, (b - m) / s


@wrong("2.4", "the numbers of MNIST are written in")
def mnist_numbers(train, test):
    a, b = train.astype(np.float32) / 255, test.astype(np.float32) / 255
    return (a - 0.1307) / 0.3081, (b - 0.1307) / 0.3081


@wrong("2.4", "divides by the variance")
def variance(train, test):
    a, b = train.astype(np.float32), test.astype(np.float32)
    return (a - a.mean()) / a.var(), (b - a.mean()) / a.var()


@wrong("2.4", "only shifts, does not scale")
def shift_only(train, test):
    a, b = train.astype(np.float32), test.astype(np.float32)
    return a - a.mean(), b - a.mean()


@wrong("2.4", "no brackets: x - mean / std")
def precedence(train, test):
    a, b = train.astype(np.float32), test.astype(np.float32)
    m, s = a.mean(), a.std()
    return a - m / s, b - m / s


@wrong("2.4", "subtracts in uint8, which rolls over")
def rolls_over(train, test):
    m, s = train.mean(), train.std()
    a, b = train - np.uint8(m), test - np.uint8(m)
    return (a / s).astype(np.float32), (b / s).astype(np.float32)


@wrong("2.4", "maps to 0 to 1 only")
def zero_to_one(train, test):
    return train.astype(np.float32) / 255, test.astype(np.float32) / 255


@wrong("2.4", "mean 0 for each image by itself")
def each_image(train, test):
    out = []
    for x in (train, test):
        x = x.astype(np.float32)
        axes = tuple(range(1, x.ndim))
        m = x.mean(axis=axes, keepdims=True)
        out.append((x - m) / (x.std(axis=axes, keepdims=True) + 1e-7))
    return tuple(out)


@wrong("2.4", "the deviation is taken from test")
def std_of_test(train, test):
    a, b = train.astype(np.float32), test.astype(np.float32)
    return (a - a.mean()) / a.std(), (b - a.mean()) / b.std()


@wrong("2.4", "returns (test, train)")
def other_order(train, test):
    a, b = train.astype(np.float32), test.astype(np.float32)
    return (b - a.mean()) / a.std(), (a - a.mean()) / a.std()


@wrong("2.4", "test uses the mean of the train that is already normalised")
def mean_after(train, test):
    a, b = train.astype(np.float32), test.astype(np.float32)
    a = (a - a.mean()) / a.std()
    return a, (b - a.mean()) / a.std()


@wrong("2.4", "writes into the input, which fails for uint8")
def in_place(train, test):
    m, s = train.mean(), train.std()
    train -= m
    train /= s
    test -= m
    test /= s
    return train, test


@right("2.4")
def without_255(train, test):
    m, s = train.mean(), train.std()
    return ((train - m) / s).astype(np.float32), ((test - m) / s).astype(np.float32)


@right("2.4")
def with_255(train, test):
    train, test = train / np.float32(255), test / np.float32(255)
    mean = np.float32(train.mean(dtype=np.float64))
    std = np.float32(train.std(dtype=np.float64))
    return (train - mean) / std, (test - mean) / std


@right("2.4")
def list_with_helper(train, test):
    m, s = float(np.mean(train)), float(np.std(train))

    def change(x):
        return np.float32((x.astype(float) - m) / s)

    return [change(train), change(test)]


# 2.5


@wrong("2.5", "float64")
def default_eye(labels, classes):
    return np.eye(classes)[labels]


@wrong("2.5", "integers")
def integers(labels, classes):
    return (labels[:, None] == np.arange(classes)).astype(int)


@wrong("2.5", "ten classes are written in")
def ten(labels, classes):
    return np.eye(10, dtype=np.float32)[labels]


@wrong("2.5", "as many classes as there are different labels")
def as_found(labels, classes):
    return np.eye(labels.max() + 1, dtype=np.float32)[labels]


@wrong("2.5", "transposed: (classes, N)")
def transposed(labels, classes):
    return np.eye(classes, dtype=np.float32)[labels].T


@wrong("2.5", "out[:, labels] = 1 sets whole columns")
def whole_columns(labels, classes):
    out = np.zeros((len(labels), classes), np.float32)
    out[:, labels] = 1
    return out


@wrong("2.5", "classes are counted from 1")
def from_one(labels, classes):
    out = np.zeros((len(labels), classes), np.float32)
    out[np.arange(len(labels)), labels - 1] = 1
    return out


@wrong("2.5", "puts the label itself in place of a 1")
def label_inside(labels, classes):
    out = np.zeros((len(labels), classes), np.float32)
    out[np.arange(len(labels)), labels] = labels
    return out


@wrong("2.5", "the labels, only as a column")
def just_a_column(labels, classes):
    return labels.reshape(-1, 1).astype(np.float32)


@wrong("2.5", "booleans")
def booleans(labels, classes):
    return labels[:, None] == np.arange(classes)


@wrong("2.5", "a list of lists instead of an array")
def lists(labels, classes):
    return [[1.0 if k == label else 0.0 for k in range(classes)] for label in labels]


@wrong("2.5", "0 at the label and 1 elsewhere")
def inverted(labels, classes):
    return 1 - np.eye(classes, dtype=np.float32)[labels]


@wrong("2.5", "one class too many")
def one_more(labels, classes):
    return np.eye(classes + 1, dtype=np.float32)[labels]


@wrong("2.5", "only the first label")
def one_label(labels, classes):
    out = np.zeros(classes, np.float32)
    out[labels[0]] = 1
    return out


@wrong("2.5", "the loop stops one row early")
def one_early(labels, classes):
    out = np.zeros((len(labels), classes), np.float32)
    for n in range(len(labels) - 1):
        out[n, labels[n]] = 1
    return out


@right("2.5")
def eye_32(labels, classes):
    return np.eye(classes, dtype=np.float32)[labels]


@right("2.5")
def with_a_loop(labels, classes):
    out = np.zeros((len(labels), classes), dtype="float32")
    for n, k in enumerate(labels):
        out[n, k] = 1.0
    return out


@right("2.5")
def compared(labels, classes):
    return np.equal.outer(labels, np.arange(classes)).astype(np.float32)


# 2.6


class _Base:
    def __init__(self, x, y, batch_size, rng):
        self.x, self.y, self.batch_size, self.rng = x, y, batch_size, rng

    def __len__(self):
        return -(-len(self.x) // self.batch_size)

    def __iter__(self):
        order = self.rng.permutation(len(self.x))
        for i in range(0, len(order), self.batch_size):
            rows = order[i : i + self.batch_size]
            yield self.x[rows], self.y[rows]


@wrong("2.6", "the last batch is dropped")
class DropsLast(_Base):
    def __iter__(self):
        order = self.rng.permutation(len(self.x))
        for k in range(len(self.x) // self.batch_size):
            rows = order[k * self.batch_size : (k + 1) * self.batch_size]
            yield self.x[rows], self.y[rows]


@wrong("2.6", "len forgets the last, smaller batch")
class LenRoundsDown(_Base):
    def __len__(self):
        return len(self.x) // self.batch_size


@wrong("2.6", "len counts one batch too many when the size divides evenly")
class LenPlusOne(_Base):
    def __len__(self):
        return len(self.x) // self.batch_size + 1


@wrong("2.6", "len is the number of rows")
class LenOfRows(_Base):
    def __len__(self):
        return len(self.x)


@wrong("2.6", "len is a float")
class LenFloat(_Base):
    def __len__(self):
        return np.ceil(len(self.x) / self.batch_size)


@wrong("2.6", "one order for all epochs: drawn in __init__")
class OneOrder(_Base):
    def __init__(self, x, y, batch_size, rng):
        super().__init__(x, y, batch_size, rng)
        self.order = rng.permutation(len(x))

    def __iter__(self):
        for i in range(0, len(self.order), self.batch_size):
            rows = self.order[i : i + self.batch_size]
            yield self.x[rows], self.y[rows]


@wrong("2.6", "x and y are shuffled each by itself")
class TwoOrders(_Base):
    def __iter__(self):
        x, y = self.rng.permutation(self.x), self.rng.permutation(self.y)
        for i in range(0, len(x), self.batch_size):
            yield x[i : i + self.batch_size], y[i : i + self.batch_size]


@wrong("2.6", "not shuffled at all")
class InOrder(_Base):
    def __iter__(self):
        for i in range(0, len(self.x), self.batch_size):
            yield self.x[i : i + self.batch_size], self.y[i : i + self.batch_size]


@wrong("2.6", "shuffles the arrays it was given, in place")
class InPlace(_Base):
    def __iter__(self):
        order = self.rng.permutation(len(self.x))
        self.x[:], self.y[:] = self.x[order], self.y[order]
        for i in range(0, len(self.x), self.batch_size):
            yield self.x[i : i + self.batch_size].copy(), self.y[i : i + self.batch_size].copy()


@wrong("2.6", "__iter__ returns self, and the position is never set back")
class OnceOnly(_Base):
    def __init__(self, x, y, batch_size, rng):
        super().__init__(x, y, batch_size, rng)
        self.at, self.order = 0, rng.permutation(len(x))

    def __iter__(self):
        return self

    def __next__(self):
        if self.at >= len(self.x):
            raise StopIteration
        rows = self.order[self.at : self.at + self.batch_size]
        self.at += self.batch_size
        return self.x[rows], self.y[rows]


@wrong("2.6", "__iter__ returns self, so two walks at once share one position")
class SharedPosition(_Base):
    def __iter__(self):
        self.at, self.order = 0, self.rng.permutation(len(self.x))
        return self

    def __next__(self):
        if self.at >= len(self.x):
            raise StopIteration
        rows = self.order[self.at : self.at + self.batch_size]
        self.at += self.batch_size
        return self.x[rows], self.y[rows]


@wrong("2.6", "return for yield: only the first batch comes")
class ReturnsFirst(_Base):
    def __iter__(self):
        order = self.rng.permutation(len(self.x))
        for i in range(0, len(order), self.batch_size):
            rows = order[i : i + self.batch_size]
            return iter([(self.x[rows], self.y[rows])])


@wrong("2.6", "ignores rng: a generator of its own with a fixed seed")
class OwnSeed(_Base):
    def __iter__(self):
        order = np.random.default_rng(0).permutation(len(self.x))
        for i in range(0, len(order), self.batch_size):
            rows = order[i : i + self.batch_size]
            yield self.x[rows], self.y[rows]


@wrong("2.6", "draws rows with replacement")
class WithReplacement(_Base):
    def __iter__(self):
        for i in range(0, len(self.x), self.batch_size):
            size = min(self.batch_size, len(self.x) - i)
            rows = self.rng.integers(0, len(self.x), size)
            yield self.x[rows], self.y[rows]


@wrong("2.6", "batches of one row: the start moves by 1")
class StepOne(_Base):
    def __iter__(self):
        order = self.rng.permutation(len(self.x))
        for i in range(len(order)):
            rows = order[i : i + self.batch_size]
            yield self.x[rows], self.y[rows]


@wrong("2.6", "only x is handed out")
class OnlyX(_Base):
    def __iter__(self):
        for x, _ in _Base.__iter__(self):
            yield x


@wrong("2.6", "the last batch is filled up with rows from the beginning")
class FillsUp(_Base):
    def __iter__(self):
        order = self.rng.permutation(len(self.x))
        order = np.resize(order, len(self) * self.batch_size)
        for i in range(0, len(order), self.batch_size):
            rows = order[i : i + self.batch_size]
            yield self.x[rows], self.y[rows]


@wrong("2.6", "the batch size is written in as 4")
class FourAlways(_Base):
    def __iter__(self):
        order = self.rng.permutation(len(self.x))
        for i in range(0, len(order), 4):
            yield self.x[order[i : i + 4]], self.y[order[i : i + 4]]


@wrong("2.6", "only the batches are shuffled: the rows in one stay together")
class ShufflesBatches(_Base):
    def __iter__(self):
        for k in self.rng.permutation(len(self)):
            rows = slice(k * self.batch_size, (k + 1) * self.batch_size)
            yield self.x[rows], self.y[rows]


@right("2.6")
class Plain:
    def __init__(self, x, y, batch_size, rng):
        self.x = x
        self.y = y
        self.size = batch_size
        self.rng = rng

    def __len__(self):
        full, rest = divmod(len(self.x), self.size)
        return full + (rest > 0)

    def __iter__(self):
        order = self.rng.permutation(len(self.x))
        start = 0
        while start < len(order):
            rows = order[start : start + self.size]
            yield self.x[rows], self.y[rows]
            start += self.size


@right("2.6")
class ListOfBatches:
    def __init__(self, x, y, batch_size, rng):
        self.data, self.b, self.rng = (x, y), batch_size, rng

    def __len__(self):
        return int(np.ceil(len(self.data[0]) / self.b))

    def __iter__(self):
        rows = np.arange(len(self.data[0]))
        self.rng.shuffle(rows)
        parts = [rows[k * self.b : (k + 1) * self.b] for k in range(len(self))]
        return iter([(self.data[0][p], self.data[1][p]) for p in parts])


@right("2.6")
class Generator:
    def __init__(self, x, y, batch_size, rng):
        self.x, self.y, self.batch_size, self.rng = x, y, batch_size, rng

    def __len__(self):
        return len(range(0, len(self.x), self.batch_size))

    def __iter__(self):
        order = np.argsort(self.rng.random(len(self.x)))
        edges = range(self.batch_size, len(order), self.batch_size)
        return ((self.x[r], self.y[r]) for r in np.split(order, list(edges)))
