"""Answers to the exercises of day 1, written from the lesson alone."""

import numpy as np

from wrong_answers import right, wrong

# 1.1

GOOD = [".ipynb_checkpoints/", ".venv/", "__pycache__/", "password.txt"]

wrong("1.1", "forgets the password", value=[".ipynb_checkpoints/", ".venv/", "__pycache__/"])
wrong("1.1", "lib/ is left out of Git, the whole framework", value=[*GOOD, "lib/"])
wrong("1.1", ".gitignore ignores itself", value=[".gitignore", *GOOD])
wrong("1.1", "forgets .venv/", value=[".ipynb_checkpoints/", "__pycache__/", "password.txt"])
wrong("1.1", "forgets __pycache__/", value=[".ipynb_checkpoints/", ".venv/", "password.txt"])
wrong("1.1", "forgets .ipynb_checkpoints/", value=[".venv/", "__pycache__/", "password.txt"])
wrong("1.1", "the list of packages is ignored, too", value=[*GOOD, "requirements.txt"])
wrong("1.1", "the lessons are ignored, too", value=[*GOOD, "lessons/"])
wrong("1.1", "README.md is ignored, too", value=[*GOOD, "README.md"])
wrong(
    "1.1",
    "gives the names to be kept instead of those to be ignored",
    value=[".gitignore", "README.md", "lessons/", "lib/", "requirements.txt"],
)
wrong("1.1", "one string instead of a list", value=" ".join(GOOD))
wrong(
    "1.1",
    "all names that begin with a dot, and only they",
    value=[".gitignore", ".ipynb_checkpoints/", ".venv/"],
)
wrong("1.1", "a name that is not among the nine", value=[*GOOD, "data/"])
wrong("1.1", "a typo: __pychache__/", value=[GOOD[0], GOOD[1], "__pychache__/", GOOD[3]])
wrong("1.1", "an empty list", value=[])

right("1.1", value=GOOD)
right("1.1", value=list(reversed(GOOD)))
right("1.1", value=tuple(GOOD))
right("1.1", value=["password.txt"] + [".venv/", "__pycache__/", ".ipynb_checkpoints/"])


# 1.2

S = [(28, 28), (10000, 28), (1, 28, 28), (28, 28), (10000, 784), (10000,)]


def but(i, shape):
    return S[:i] + [shape] + S[i + 1 :]


wrong("1.2", "images[0] keeps an axis of length 1", value=but(0, (1, 28, 28)))
wrong("1.2", "images[:, 14] is taken for a pixel of each image", value=but(1, (10000,)))
wrong("1.2", "images[:, 14] keeps an axis of length 1", value=but(1, (10000, 1, 28)))
wrong("1.2", "images[:, 14] is taken for a single image's row", value=but(1, (28,)))
wrong("1.2", "images[0:1] loses its first axis", value=but(2, (28, 28)))
wrong("1.2", "images[0:1] is taken for two images", value=but(2, (2, 28, 28)))
wrong("1.2", "the mean over axis 0 keeps that axis", value=but(3, (10000,)))
wrong("1.2", "the mean over axis 0 is one number", value=but(3, ()))
wrong("1.2", "reshape(len, -1) leaves the image as it is", value=but(4, (10000, 28, 28)))
wrong("1.2", "reshape: the -1 is written down", value=but(4, (10000, -1)))
wrong("1.2", "28 times 28 is 748", value=but(4, (10000, 748)))
wrong("1.2", "max over axes 1 and 2 keeps them", value=but(5, (28, 28)))
wrong("1.2", "max over axes 1 and 2 leaves axes of length 1", value=but(5, (10000, 1, 1)))
wrong("1.2", "(10000) is a number, not a tuple", value=but(5, 10000))
wrong("1.2", "only five shapes", value=S[:5])
wrong("1.2", "shapes in reverse order", value=S[::-1])

right("1.2", value=list(S))
right("1.2", value=tuple(S))
right("1.2", value=[list(s) for s in S])
right("1.2", value=[(28, 28), (10_000, 28), (1, 28, 28), (28, 28), (10_000, 28 * 28), (10_000,)])


# 1.3


@wrong("1.3", "rolls over at 255")
def rolls_over(images, by):
    return images + np.uint8(by)


@wrong("1.3", "clips after the roll-over, which is too late")
def clip_too_late(images, by):
    return np.clip(images + np.uint8(by), 0, 255)


@wrong("1.3", "minimum after the roll-over")
def minimum_too_late(images, by):
    return np.minimum(images + np.uint8(by), 255).astype(np.uint8)


@wrong("1.3", "does not return to uint8")
def wide_type(images, by):
    return np.minimum(images.astype(int) + by, 255)


@wrong("1.3", "returns floats")
def floats(images, by):
    return np.clip(images.astype(float) + by, 0, 255)


@wrong("1.3", "no clip before the way back to uint8")
def no_clip(images, by):
    return (images.astype(int) + by).astype(np.uint8)


@wrong("1.3", "writes into images")
def in_place(images, by):
    wide = np.minimum(images.astype(int) + by, 255)
    images[...] = wide
    return images


@wrong("1.3", "pixels that would pass 255 are left as they were")
def leaves_bright(images, by):
    wide = images.astype(int) + by
    return np.where(wide > 255, images, wide).astype(np.uint8)


@wrong("1.3", "stops at 254")
def stops_early(images, by):
    return np.clip(images.astype(int) + by, 0, 254).astype(np.uint8)


@wrong("1.3", "stops at 256, which is 0 in uint8")
def stops_late(images, by):
    return np.minimum(images.astype(int) + by, 256).astype(np.uint8)


@wrong("1.3", "int8 is too small: bright pixels become negative")
def eight_bits(images, by):
    return np.clip(images.astype(np.int8) + np.int64(by), 0, 255).astype(np.uint8)


@wrong("1.3", "by is written in as 100")
def hundred(images, by):
    return np.minimum(images.astype(int) + 100, 255).astype(np.uint8)


@wrong("1.3", "multiplies instead of adding")
def times(images, by):
    return np.minimum(images.astype(int) * by, 255).astype(np.uint8)


@wrong("1.3", "scales the whole array so that the brightest is 255")
def scales(images, by):
    wide = images.astype(float) + by
    return (wide / max(wide.max(), 255) * 255).astype(np.uint8)


@wrong("1.3", "leaves the paper (0) as it is")
def paper_stays(images, by):
    return np.where(images > 0, np.minimum(images.astype(int) + by, 255), 0).astype(np.uint8)


@wrong("1.3", "two axes only: loops over rows and columns")
def two_axes(images, by):
    out = images.copy()
    for i in range(images.shape[0]):
        for j in range(images.shape[1]):
            out[i, j] = min(int(images[i, j]) + by, 255)
    return out


@wrong("1.3", "the mask overwrites images with 255, in place")
def mask_in_place(images, by):
    images[images > 255 - by] = 255 - by
    return images + np.uint8(by)


@wrong("1.3", "subtracts")
def darker(images, by):
    return np.clip(images.astype(int) - by, 0, 255).astype(np.uint8)


@wrong("1.3", "> 255 is never true for uint8")
def never_true(images, by):
    out = images + np.uint8(by)
    out[out > 255] = 255
    return out


@right("1.3")
def wide_and_back(images, by):
    return np.clip(images.astype(np.int16) + by, 0, 255).astype(np.uint8)


@right("1.3")
def room_left(images, by):
    return images + np.minimum(255 - images, by).astype(np.uint8)


@right("1.3")
def by_mask(images, by):
    out = images + np.uint8(by)
    out[images > 255 - by] = 255
    return out


@right("1.3")
def by_table(images, by):
    table = np.array([min(v + by, 255) for v in range(256)], dtype=np.uint8)
    return table[images]


# 1.4


@wrong("1.4", "divides by the sum of everything")
def total(counts):
    return counts / counts.sum()


@wrong("1.4", "divides by the sums of the columns")
def column_sums(counts):
    return counts / counts.sum(axis=0)


@wrong("1.4", "no keepdims: fails, or divides columns where N equals K")
def no_keepdims(counts):
    return counts / counts.sum(axis=1)


@wrong("1.4", "writes into counts")
def in_place_shares(counts):
    counts /= counts.sum(axis=1, keepdims=True)
    return counts


@wrong("1.4", "the sums are put next to each other as a row: [None, :]")
def row_for_column(counts):
    return counts / counts.sum(axis=1)[None, :]


@wrong("1.4", "integer division")
def whole(counts):
    return counts // counts.sum(axis=1, keepdims=True)


@wrong("1.4", "divides by the mean of the row")
def by_mean(counts):
    return counts / counts.mean(axis=1, keepdims=True)


@wrong("1.4", "divides by the largest number of the row")
def by_max(counts):
    return counts / counts.max(axis=1, keepdims=True)


@wrong("1.4", "the result is transposed: (K, N)")
def turned(counts):
    return counts.T / counts.sum(axis=1)


@wrong("1.4", "a softmax instead of plain shares")
def softmax(counts):
    e = np.exp(counts - counts.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@wrong("1.4", "divides by the number of columns")
def by_columns(counts):
    return counts / counts.shape[1]


@wrong("1.4", "per cent: each row adds up to 100")
def per_cent(counts):
    return 100 * counts / counts.sum(axis=1, keepdims=True)


@wrong("1.4", "rounds to two places, so that rows do not add up")
def rounded(counts):
    return np.round(counts / counts.sum(axis=1, keepdims=True), 2)


@wrong("1.4", "returns the sums of the rows")
def sums(counts):
    return counts.sum(axis=1, keepdims=True)


@wrong("1.4", "does not return")
def nothing(counts):
    shares = counts / counts.sum(axis=1, keepdims=True)  # noqa: F841


@wrong("1.4", "a fixed number of three rows")
def three_rows(counts):
    return counts / counts.sum(axis=1).reshape(3, 1)


@right("1.4")
def kept(counts):
    return counts / counts.sum(axis=1, keepdims=True)


@right("1.4")
def there_and_back(counts):
    return (counts.T / counts.T.sum(axis=0)).T


@right("1.4")
def product_with_ones(counts):
    sums = counts @ np.ones((counts.shape[1], 1))
    return np.divide(counts, sums)


@right("1.4")
def einsum(counts):
    return np.einsum("nk,n->nk", counts, 1 / np.einsum("nk->n", counts))


# 1.5


@wrong("1.5", "uint8 differences roll over")
def rolls(images, question):
    return ((images - question) ** 2).sum(axis=(1, 2)).argmin()


@wrong("1.5", "the squares overflow in int16")
def int16_squares(images, question):
    diff = images.astype(np.int16) - question.astype(np.int16)
    return int((diff**2).sum(axis=(1, 2)).argmin())


@wrong("1.5", "converts after the subtraction, which is too late")
def too_late(images, question):
    return ((images - question).astype(int) ** 2).sum(axis=(1, 2)).argmin()


@wrong("1.5", "argmax: the farthest image")
def farthest(images, question):
    return ((images.astype(int) - question) ** 2).sum(axis=(1, 2)).argmax()


@wrong("1.5", "argmin over pixels, not over images")
def over_pixels(images, question):
    return ((images.astype(int) - question) ** 2).argmin()


@wrong("1.5", "no axis: one sum, and its argmin is always 0")
def one_sum(images, question):
    return ((images.astype(int) - question) ** 2).sum().argmin()


@wrong("1.5", "sums over the images instead of the pixels")
def axis_zero(images, question):
    return ((images.astype(int) - question) ** 2).sum(axis=0).argmin()


@wrong("1.5", "returns the distance, not the position")
def distance(images, question):
    return ((images.astype(int) - question) ** 2).sum(axis=(1, 2)).min()


@wrong("1.5", "returns the image, not the position")
def image_back(images, question):
    return images[((images.astype(int) - question) ** 2).sum(axis=(1, 2)).argmin()]


@wrong("1.5", "differences without squares cancel")
def cancel(images, question):
    return np.abs((images.astype(int) - question).sum(axis=(1, 2))).argmin()


@wrong("1.5", "absolute values instead of squares")
def absolute(images, question):
    return np.abs(images.astype(int) - question).sum(axis=(1, 2)).argmin()


@wrong("1.5", "the largest dot product instead of the smallest distance")
def largest_product(images, question):
    return (images.astype(int) * question).sum(axis=(1, 2)).argmax()


@wrong("1.5", "counts from 1")
def from_one(images, question):
    return ((images.astype(int) - question) ** 2).sum(axis=(1, 2)).argmin() + 1


@wrong("1.5", "skips the first image, in case it is the question itself")
def skips_first(images, question):
    return ((images[1:].astype(int) - question) ** 2).sum(axis=(1, 2)).argmin() + 1


@wrong("1.5", "all positions in order of distance, not the first")
def all_in_order(images, question):
    return ((images.astype(int) - question) ** 2).sum(axis=(1, 2)).argsort()


@wrong("1.5", "compares the middle rows only")
def middle_rows(images, question):
    a, b = images[:, 7:21].astype(int), question[7:21].astype(int)
    return ((a - b) ** 2).sum(axis=(1, 2)).argmin()


@wrong("1.5", "searches the first five images only")
def first_five(images, question):
    return ((images[:5].astype(int) - question) ** 2).sum(axis=(1, 2)).argmin()


@wrong("1.5", "compares with < 0, so the first image always stays the best")
def never_better(images, question):
    best, record = 0, 0
    for n, image in enumerate(images):
        d = ((image.astype(int) - question) ** 2).sum()
        if d < record:
            best, record = n, d
    return best


@right("1.5")
def as_float(images, question):
    diff = images.astype(np.float32) - question
    return int((diff**2).sum(axis=(1, 2)).argmin())


@right("1.5")
def loop(images, question):
    best, record = None, float("inf")
    q = question.astype(int)
    for n in range(len(images)):
        d = np.sum((images[n].astype(int) - q) ** 2)
        if d < record:
            best, record = n, d
    return best


@right("1.5")
def expanded(images, question):
    flat = images.reshape(len(images), -1).astype(float)
    q = question.ravel().astype(float)
    return np.argmin((flat**2).sum(1) - 2 * flat @ q)


@right("1.5")
def norms(images, question):
    rows = (images / 255.0 - question / 255.0).reshape(len(images), 784)
    return np.linalg.norm(rows, axis=1).argmin()


# 1.6


def nearest_labels(distances, labels, k):
    return labels[distances.argsort(axis=1, kind="stable")[:, :k]]  # (Q, k)


@wrong("1.6", "k is ignored: the nearest alone")
def nearest_only(distances, labels, k):
    return labels[distances.argmin(axis=1)]


@wrong("1.6", "k is written in as 3")
def always_three(distances, labels, k):
    near = nearest_labels(distances, labels, 3)
    return (near[:, :, None] == np.arange(10)).sum(axis=1).argmax(axis=1)


@wrong("1.6", "the farthest k instead of the nearest")
def farthest_k(distances, labels, k):
    near = labels[distances.argsort(axis=1)[:, -k:]]
    return (near[:, :, None] == np.arange(10)).sum(axis=1).argmax(axis=1)


@wrong("1.6", "sorts along the wrong axis")
def wrong_axis(distances, labels, k):
    near = labels[distances.argsort(axis=0)[:k].T]
    return (near[:, :, None] == np.arange(10)).sum(axis=1).argmax(axis=1)


@wrong("1.6", "a tie goes to the larger digit")
def larger_digit(distances, labels, k):
    near = nearest_labels(distances, labels, k)
    counts = (near[:, :, None] == np.arange(10)).sum(axis=1)
    return 9 - counts[:, ::-1].argmax(axis=1)


@wrong("1.6", "a tie goes to the nearest image, not to the smaller digit")
def nearest_in_tie(distances, labels, k):
    near = nearest_labels(distances, labels, k)
    own = (near[:, :, None] == near[:, None, :]).sum(axis=2)
    return near[np.arange(len(near)), own.argmax(axis=1)]


@wrong("1.6", "positions in place of labels are counted")
def positions(distances, labels, k):
    near = distances.argsort(axis=1)[:, :k]
    return (near[:, :, None] == np.arange(10)).sum(axis=1).argmax(axis=1)


@wrong("1.6", "sorts the distances instead of asking for positions")
def sorts_values(distances, labels, k):
    near = labels[np.sort(distances, axis=1)[:, :k].astype(int) % len(labels)]
    return (near[:, :, None] == np.arange(10)).sum(axis=1).argmax(axis=1)


@wrong("1.6", "the mean label instead of the most frequent")
def mean_label(distances, labels, k):
    return nearest_labels(distances, labels, k).mean(axis=1).round().astype(int)


@wrong("1.6", "the middle label instead of the most frequent")
def median_label(distances, labels, k):
    return np.median(nearest_labels(distances, labels, k), axis=1).astype(int)


@wrong("1.6", "counts over all questions together: one answer for all")
def all_together(distances, labels, k):
    near = nearest_labels(distances, labels, k)
    digit = (near.reshape(-1, 1) == np.arange(10)).sum(axis=0).argmax()
    return np.full(len(distances), digit)


@wrong("1.6", "returns how many votes, not which digit")
def number_of_votes(distances, labels, k):
    near = nearest_labels(distances, labels, k)
    return (near[:, :, None] == np.arange(10)).sum(axis=1).max(axis=1)


@wrong("1.6", "returns the counts, (Q, 10)")
def all_counts(distances, labels, k):
    near = nearest_labels(distances, labels, k)
    return (near[:, :, None] == np.arange(10)).sum(axis=1)


@wrong("1.6", "off by one: leaves out the nearest")
def without_nearest(distances, labels, k):
    near = labels[distances.argsort(axis=1)[:, 1 : k + 1]]
    return (near[:, :, None] == np.arange(10)).sum(axis=1).argmax(axis=1)


@wrong("1.6", "off by one: one neighbour too many")
def one_more(distances, labels, k):
    near = nearest_labels(distances, labels, k + 1)
    return (near[:, :, None] == np.arange(10)).sum(axis=1).argmax(axis=1)


@wrong("1.6", "arange(1, 10): the 0 is never counted")
def without_zero(distances, labels, k):
    near = nearest_labels(distances, labels, k)
    return (near[:, :, None] == np.arange(1, 10)).sum(axis=1).argmax(axis=1) + 1


@wrong("1.6", "sums over the wrong axis: digits instead of neighbours")
def sums_digits(distances, labels, k):
    near = nearest_labels(distances, labels, k)
    return (near[:, :, None] == np.arange(10)).sum(axis=2).argmax(axis=1)


@wrong("1.6", "an axis of length 1 is left over")
def axis_left(distances, labels, k):
    near = nearest_labels(distances, labels, k)
    return (near[:, :, None] == np.arange(10)).sum(axis=1).argmax(axis=1, keepdims=True)


@wrong("1.6", "fails where the shapes meet: near == arange(10)")
def shapes_do_not_fit(distances, labels, k):
    near = nearest_labels(distances, labels, k)
    return (near == np.arange(10)).sum(axis=1)


@wrong("1.6", "sorts the distances in place")
def sorts_in_place(distances, labels, k):
    near = nearest_labels(distances, labels, k)
    distances.sort(axis=1)
    return (near[:, :, None] == np.arange(10)).sum(axis=1).argmax(axis=1)


@right("1.6")
def with_partition(distances, labels, k):
    near = labels[np.argpartition(distances, k - 1, axis=1)[:, :k]]
    return (near[..., None] == np.arange(10)).sum(axis=1).argmax(axis=1)


@right("1.6")
def digits_first(distances, labels, k):
    near = labels[np.argsort(distances)[:, :k]]
    counts = np.stack([(near == d).sum(axis=1) for d in range(10)])
    return counts.argmax(axis=0)


@right("1.6")
def eye(distances, labels, k):
    order = distances.argsort(axis=-1)[:, :k]
    return np.eye(10)[labels][order].sum(axis=1).argmax(axis=-1)


@right("1.6")
def column_of_digits(distances, labels, k):
    near = labels[distances.argsort(axis=1)[:, :k]]  # (Q, k)
    votes = near[:, None, :] == np.arange(10).reshape(10, 1)  # (Q, 10, k)
    return np.argmax(np.count_nonzero(votes, axis=2), axis=1)
