"""Mistakes people make on day 9, each caught by the hint that names it."""

import numpy as np

from wrong_answers import wrong


@wrong("9.1", "which side of the mean cube")
def the_other_side(difference):
    return np.maximum(-difference if np.mean(difference**3) > 0 else difference, 0)


@wrong("9.1", "a pixel on the other side of 0")
def absolute(difference):
    return np.abs(difference)


@wrong("9.1", "where there is no ink")
def negative_paper(difference):
    return difference * np.sign(np.mean(difference**3))


@wrong("9.1", "to be positive, whatever")
def untouched(difference):
    return difference


@wrong("9.1", "where there is no ink")
def always_turned(difference):
    return -difference


@wrong("9.1", "which sign has the ink here, and what becomes of the paper")
def zeros(difference):
    return np.zeros_like(difference)


@wrong("9.1", "which side of the mean cube")
def ink_is_always_bright(difference):
    return np.maximum(difference, 0)


@wrong("9.1", "which side of the mean cube")
def ink_is_always_dark(difference):
    return np.maximum(-difference, 0)


@wrong("9.1", "which power of the differences")
def the_mean_itself(difference):
    return np.maximum(difference if np.mean(difference) > 0 else -difference, 0)


@wrong("9.1", "which side of the mean cube")
def a_square(difference):
    return np.maximum(difference if np.mean(difference**2) > 0 else -difference, 0)


@wrong("9.1", "will do that")
def scaled(difference):
    ink = np.maximum(difference if np.mean(difference**3) > 0 else -difference, 0)
    return ink / ink.max()


@wrong("9.1", "how much ink is there")
def a_mask(difference):
    return (difference if np.mean(difference**3) > 0 else -difference) > 0


@wrong("9.1", "the cubes decide")
def cubes(difference):
    d = difference**3
    return np.maximum(d if np.mean(d) > 0 else -d, 0)


@wrong("9.1", "which line writes to difference")
def in_place(difference):
    if np.mean(difference**3) < 0:
        difference *= -1
    return np.maximum(difference, 0)


def _between(counts):
    levels = np.arange(len(counts))
    for t in levels[:-1]:
        n0, n1 = counts[: t + 1].sum(), counts[t + 1 :].sum()
        if n0 and n1:
            m0 = (levels * counts)[: t + 1].sum() / n0
            m1 = (levels * counts)[t + 1 :].sum() / n1
            yield int(t), n0, n1, m0, m1


def _best(counts, value):
    return max(_between(counts), key=lambda row: value(*row[1:]))[0]


@wrong("9.2", "keep a group from being a few pixels")
def without_the_counts(counts):
    return _best(counts, lambda n0, n1, m0, m1: (m0 - m1) ** 2)


@wrong("9.2", "to be large or small")
def smallest(counts):
    return _best(counts, lambda n0, n1, m0, m1: -n0 * n1 * (m0 - m1) ** 2)


@wrong("9.2", "what is squared")
def not_squared(counts):
    return _best(counts, lambda n0, n1, m0, m1: n0 * n1 * abs(m0 - m1))


@wrong("9.2", "to which group does level t itself belong")
def one_too_high(counts):
    return _best(counts, lambda n0, n1, m0, m1: n0 * n1 * (m0 - m1) ** 2) + 1


@wrong("9.2", "how do two groups come in")
def mean_level(counts):
    return counts @ np.arange(len(counts)) / counts.sum()


@wrong("9.2", "the paper itself")
def commonest(counts):
    return int(counts.argmax())


@wrong("9.2", "one dark speck")
def middle_of_the_levels(counts):
    used = np.flatnonzero(counts)
    return int(used[0] + used[-1]) // 2


@wrong("9.2", "at which t")
def the_largest_value(counts):
    return max(n0 * n1 * (m0 - m1) ** 2 for _, n0, n1, m0, m1 in _between(counts))


@wrong("9.2", "`return`")
def forgotten_return(counts):
    _best(counts, lambda n0, n1, m0, m1: n0 * n1 * (m0 - m1) ** 2)


@wrong("9.2", "which line writes to counts")
def normalises_in_place(counts):
    t = _best(counts, lambda n0, n1, m0, m1: n0 * n1 * (m0 - m1) ** 2)
    counts[:] = 0
    return t


def _label(mask, steps, order=None, first=1):
    labels, count = np.zeros(mask.shape, int), first - 1
    H, W = mask.shape
    for start in order or [tuple(at) for at in np.argwhere(mask)]:
        if labels[start] or not mask[start]:
            continue
        count += 1
        waiting = [start]
        while waiting:
            i, j = waiting.pop()
            if 0 <= i < H and 0 <= j < W and mask[i, j] and not labels[i, j]:
                labels[i, j] = count
                waiting += [(i + a, j + b) for a, b in steps]
    return labels


SIDES = [(-1, 0), (1, 0), (0, -1), (0, 1)]
ALL = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)]


@wrong("9.3", "how many neighbours")
def four_neighbours(mask):
    return _label(mask, SIDES)


@wrong("9.3", "when does a new number begin")
def all_one(mask):
    return mask.astype(int)


@wrong("9.3", "what does 0 stand for")
def from_zero(mask):
    return np.maximum(_label(mask, ALL) - 1, 0)


@wrong("9.3", "what do two neighbours share")
def every_pixel(mask):
    return np.where(mask, np.cumsum(mask).reshape(mask.shape), 0)


@wrong("9.3", "go to all that can be reached")
def one_step_only(mask):
    labels, count = np.zeros(mask.shape, int), 0
    for i, j in np.argwhere(mask):
        near = labels[max(0, i - 1) : i + 2, max(0, j - 1) : j + 2]
        if near.any():
            labels[i, j] = near.max()
        else:
            count += 1
            labels[i, j] = count
    return labels


@wrong("9.3", "what is mask[-1] to NumPy")
def around_the_rim(mask):
    labels, count = np.zeros(mask.shape, int), 0
    H, W = mask.shape
    for start in np.argwhere(mask):
        if labels[tuple(start)]:
            continue
        count += 1
        waiting = [tuple(start)]
        while waiting:
            i, j = waiting.pop()
            if mask[i % H, j % W] and not labels[i % H, j % W]:
                labels[i % H, j % W] = count
                waiting += [(i + a, j + b) for a, b in ALL]
    return labels


@wrong("9.3", "what is mask[-1] to NumPy")
def beyond_the_rim(mask):
    labels, count = np.zeros(mask.shape, int), 0
    for start in np.argwhere(mask):
        if labels[tuple(start)]:
            continue
        count += 1
        waiting = [tuple(start)]
        while waiting:
            i, j = waiting.pop()
            if mask[i, j] and not labels[i, j]:
                labels[i, j] = count
                waiting += [(i + a, j + b) for a, b in ALL]
    return labels


@wrong("9.3", "which line writes to mask")
def eats_the_mask(mask):
    labels = _label(mask, ALL)
    mask[:] = False
    return labels


@wrong("9.3", "which part does one meet first")
def backwards(mask):
    labels = _label(mask, ALL)
    return np.where(mask, labels.max() + 1 - labels, 0)


@wrong("9.4", "which comes first in a shape")
def column_first(image):
    H, W = image.shape
    total = image.sum()
    return image.sum(axis=0) @ np.arange(W) / total, image.sum(axis=1) @ np.arange(H) / total


@wrong("9.4", "what number has the first row")
def from_one(image):
    H, W = image.shape
    total = image.sum()
    rows, columns = np.arange(1, H + 1), np.arange(1, W + 1)
    return image.sum(axis=1) @ rows / total, image.sum(axis=0) @ columns / total


@wrong("9.4", "the mean of three numbers")
def not_divided(image):
    H, W = image.shape
    return image.sum(axis=1) @ np.arange(H), image.sum(axis=0) @ np.arange(W)


@wrong("9.4", "does a pixel without ink count")
def divided_by_all_pixels(image):
    i, j = np.indices(image.shape)
    return (i * image).mean(), (j * image).mean()


@wrong("9.4", "where do the values of the pixels come in")
def all_alike(image):
    return np.argwhere(image > 0).mean(axis=0)


@wrong("9.4", "would it move if the ink did")
def middle_of_the_image(image):
    return (image.shape[0] - 1) / 2, (image.shape[1] - 1) / 2


@wrong("9.4", "where does row 0 lie")
def from_the_middle(image):
    H, W = image.shape
    i, j = np.indices(image.shape)
    total = image.sum()
    return (i * image).sum() / total - (H - 1) / 2, (j * image).sum() / total - (W - 1) / 2


@wrong("9.4", "who rounds")
def rounded(image):
    i, j = np.indices(image.shape)
    return round((i * image).sum() / image.sum()), round((j * image).sum() / image.sum())


@wrong("9.4", "what do the other pixels do")
def darkest(image):
    return np.unravel_index(image.argmax(), image.shape)


@wrong("9.4", "which line writes to image")
def divides_in_place(image):
    image /= image.sum()
    i, j = np.indices(image.shape)
    return (i * image).sum(), (j * image).sum()


def _map(model, image, k, size, fill=0.0, corner=False):
    H, W = image.shape
    hidden = np.repeat(image[None], H * W, axis=0)
    for one, (i, j) in zip(hidden, np.ndindex(H, W), strict=True):
        top, left = (i, j) if corner else (i - size // 2, j - size // 2)
        one[max(0, top) : max(0, top + size), max(0, left) : max(0, left + size)] = fill
    before = model(image[None, None])[0, k]
    return (before - model(hidden[:, None])[:, k]).reshape(H, W)


@wrong("9.5", "falls or if it rises")
def turned(model, image, k, size=5):
    return -_map(model, image, k, size)


@wrong("9.5", "what was the score before")
def scores_alone(model, image, k, size=5):
    before = model(image[None, None])[0, k]
    return before - _map(model, image, k, size)


@wrong("9.5", "where is its middle to be")
def from_the_corner(model, image, k, size=5):
    return _map(model, image, k, size, corner=True)


@wrong("9.5", "which number is paper")
def ink(model, image, k, size=5):
    return _map(model, image, k, size, fill=1)


@wrong("9.5", "how large is the square")
def one_pixel(model, image, k, size=5):
    return _map(model, image, k, 1)


@wrong("9.5", "which score does k name")
def class_nought(model, image, k, size=5):
    return _map(model, image, 0, size)


@wrong("9.5", "what does it mean when the score rises")
def no_sign(model, image, k, size=5):
    return abs(_map(model, image, k, size))


@wrong("9.5", "does the size have any effect")
def always_three(model, image, k, size=5):
    return _map(model, image, k, 3)


@wrong("9.5", "which line writes to image")
def hides_in_the_original(model, image, k, size=5):
    found = _map(model, image, k, size)
    image[-1] = 0
    return found


@wrong("9.5", "your code raised ValueError")
def without_the_channel(model, image, k, size=5):
    return model(image[None])[0, k]
