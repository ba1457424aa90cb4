"""Answers to the exercises of day 9, written from the lesson alone."""

from collections import deque

import numpy as np

from wrong_answers import right, wrong

# 9.1


@wrong("9.1", "asks the mean, not the mean cube")
def by_mean(difference):
    sign = 1 if difference.mean() > 0 else -1
    return np.maximum(sign * difference, 0)


@wrong("9.1", "the other side: paper becomes positive")
def paper_side(difference):
    sign = -1 if (difference**3).mean() > 0 else 1
    return np.maximum(sign * difference, 0)


@wrong("9.1", "always takes the positive side")
def always_positive(difference):
    return np.maximum(difference, 0)


@wrong("9.1", "always takes the negative side")
def always_negative(difference):
    return np.maximum(-difference, 0)


@wrong("9.1", "turns the sign but leaves the other side as it is")
def other_side_left(difference):
    return difference * np.sign((difference**3).mean())


@wrong("9.1", "the absolute value: both sides become ink")
def both_sides(difference):
    return np.abs(difference)


@wrong("9.1", "ink on the negative side stays negative")
def stays_negative(difference):
    if (difference**3).mean() > 0:
        return np.maximum(difference, 0)
    return np.minimum(difference, 0)


@wrong("9.1", "the mean squared: a square has no sign")
def square(difference):
    sign = 1 if (difference**2).mean() > 0 else -1
    return np.maximum(sign * difference, 0)


@wrong("9.1", "the cube of the mean instead of the mean cube")
def cube_of_mean(difference):
    sign = 1 if difference.mean() ** 3 > 0 else -1
    return np.maximum(sign * difference, 0)


@wrong("9.1", "returns the cubes")
def cubes(difference):
    c = difference**3
    return np.maximum(c if c.mean() > 0 else -c, 0)


@wrong("9.1", "ink becomes 1: how far it was is lost")
def just_one(difference):
    sign = 1 if (difference**3).mean() > 0 else -1
    return (sign * difference > 0).astype(float)


@wrong("9.1", "counts which side has more pixels")
def more_pixels(difference):
    sign = 1 if (difference > 0).sum() < (difference < 0).sum() else -1
    return np.maximum(sign * difference, 0)


@wrong("9.1", "asks which side has the single most extreme pixel")
def most_extreme(difference):
    sign = 1 if difference.max() > -difference.min() else -1
    return np.maximum(sign * difference, 0)


@wrong("9.1", "writes into difference")
def in_place(difference):
    if (difference**3).mean() < 0:
        difference *= -1
    difference[difference < 0] = 0
    return difference


@wrong("9.1", "decides row by row: the mean along axis 1")
def each_row(difference):
    sign = np.sign((difference**3).mean(axis=1, keepdims=True))
    return np.maximum(sign * difference, 0)


@wrong("9.1", "returns the sign only")
def sign_only(difference):
    return 1 if (difference**3).mean() > 0 else -1


@wrong("9.1", "divides by the largest, so that ink ends at 1")
def scaled(difference):
    sign = 1 if (difference**3).mean() > 0 else -1
    ink = np.maximum(sign * difference, 0)
    return ink / ink.max()


@right("9.1")
def by_sign(difference):
    return np.maximum(np.sign((difference**3).mean()) * difference, 0)


@right("9.1")
def where(difference):
    d = difference if np.sum(difference * difference * difference) > 0 else -difference
    return np.where(d > 0, d, 0)


@right("9.1")
def clipped_copy(difference):
    ink = np.array(difference, dtype=float)
    if np.mean(np.power(ink, 3)) < 0:
        ink = -ink
    ink[ink < 0] = 0
    return ink


# 9.2


def between(counts, t):
    lo, hi = counts[: t + 1], counts[t + 1 :]
    n0, n1 = float(lo.sum()), float(hi.sum())
    if n0 == 0 or n1 == 0:
        return 0.0
    m0 = (lo * np.arange(t + 1.0)).sum() / n0
    m1 = (hi * np.arange(t + 1.0, len(counts))).sum() / n1
    return n0 * n1 * (m0 - m1) ** 2


@wrong("9.2", "pixels of level t belong to the upper group: one level too high")
def upper_group(counts):
    return int(np.argmax([between(counts, t) for t in range(len(counts))])) + 1


@wrong("9.2", "off by one: the level before")
def one_before(counts):
    return int(np.argmax([between(counts, t) for t in range(len(counts))])) - 1


@wrong("9.2", "an empty group gives nan, and argmax takes it")
def nan_wins(counts):
    B = []
    with np.errstate(all="ignore"):
        for t in range(len(counts)):
            lo, hi = counts[: t + 1], counts[t + 1 :]
            m0 = (lo * np.arange(t + 1)).sum() / np.float64(lo.sum())
            m1 = (hi * np.arange(t + 1, len(counts))).sum() / np.float64(hi.sum())
            B.append(lo.sum() * hi.sum() * (m0 - m1) ** 2)
    return int(np.argmax(B))


@wrong("9.2", "the smallest B: argmin")
def smallest(counts):
    return int(np.argmin([between(counts, t) for t in range(len(counts))]))


@wrong("9.2", "forgets the square of the distance")
def no_square(counts):
    B = []
    for t in range(len(counts)):
        b = between(counts, t)
        n0, n1 = counts[: t + 1].sum(), counts[t + 1 :].sum()
        B.append(np.sqrt(b * n0 * n1) if b else 0)
    return int(np.argmax(B))


@wrong("9.2", "forgets n0 n1: a small extreme group wins")
def no_sizes(counts):
    B = []
    for t in range(len(counts)):
        n0, n1 = float(counts[: t + 1].sum()), float(counts[t + 1 :].sum())
        B.append(between(counts, t) / (n0 * n1) if n0 * n1 else 0)
    return int(np.argmax(B))


@wrong("9.2", "the levels of the upper group are counted from 0")
def levels_from_zero(counts):
    B = []
    for t in range(len(counts)):
        lo, hi = counts[: t + 1], counts[t + 1 :]
        if lo.sum() == 0 or hi.sum() == 0:
            B.append(0)
            continue
        m0 = (lo * np.arange(len(lo))).sum() / lo.sum()
        m1 = (hi * np.arange(len(hi))).sum() / hi.sum()
        B.append(float(lo.sum()) * float(hi.sum()) * (m0 - m1) ** 2)
    return int(np.argmax(B))


@wrong("9.2", "the means are those of the counts, not of the levels")
def means_of_counts(counts):
    B = []
    for t in range(len(counts) - 1):
        lo, hi = counts[: t + 1], counts[t + 1 :]
        B.append(float(lo.sum()) * float(hi.sum()) * (lo.mean() - hi.mean()) ** 2)
    return int(np.argmax(B))


@wrong("9.2", "256 levels are written in")
def always_256(counts):
    levels = np.arange(256)
    B = np.zeros(256)
    for t in range(255):
        lo, hi = counts[levels <= t], counts[levels > t]
        if lo.sum() and hi.sum():
            B[t] = between(counts, t)
    return int(B.argmax())


@wrong("9.2", "the mean level as the threshold")
def mean_level(counts):
    return int((counts * np.arange(len(counts))).sum() / counts.sum())


@wrong("9.2", "the middle between the lowest and the highest level")
def middle(counts):
    used = np.flatnonzero(counts)
    return int((used[0] + used[-1]) // 2)


@wrong("9.2", "the most frequent level")
def most_frequent(counts):
    return int(np.argmax(counts))


@wrong("9.2", "returns B, not its level")
def value_of_b(counts):
    return max(between(counts, t) for t in range(len(counts)))


@wrong("9.2", "returns a share of the range, not an integer level")
def as_share(counts):
    t = int(np.argmax([between(counts, t) for t in range(len(counts))]))
    return t / (len(counts) - 1)


@wrong("9.2", "weighs by n0 + n1, which is the same for all t")
def sum_of_sizes(counts):
    B = []
    for t in range(len(counts)):
        n0, n1 = float(counts[: t + 1].sum()), float(counts[t + 1 :].sum())
        B.append(between(counts, t) / (n0 * n1) * (n0 + n1) if n0 * n1 else 0)
    return int(np.argmax(B))


@wrong("9.2", "32-bit whole numbers overflow for many pixels")
def overflow(counts):
    c = counts.astype(np.int32)
    n0 = np.cumsum(c, dtype=np.int32)
    n1 = (c.sum() - n0).astype(np.int32)
    s0 = np.cumsum(c * np.arange(len(c), dtype=np.int32), dtype=np.int32)
    m0 = s0 // np.maximum(n0, 1)
    m1 = (s0[-1] - s0) // np.maximum(n1, 1)
    return int((n0 * n1 * (m0 - m1) ** 2).argmax())


@wrong("9.2", "the highest level is not counted")
def last_level_lost(counts):
    short = np.array(counts)
    short[-1] = 0
    return int(np.argmax([between(short, t) for t in range(len(short))]))


@right("9.2")
def tries_all(counts):
    best, record = 0, 0.0
    for t in range(len(counts)):
        b = between(np.asarray(counts), t)
        if b > record:
            best, record = t, b
    return best


@right("9.2")
def cumulative(counts):
    c = np.asarray(counts, dtype=float)
    n0 = np.cumsum(c)
    n1 = n0[-1] - n0
    s0 = np.cumsum(c * np.arange(len(c)))
    s1 = s0[-1] - s0
    ok = (n0 > 0) & (n1 > 0)
    B = np.zeros(len(c))
    B[ok] = n0[ok] * n1[ok] * (s0[ok] / n0[ok] - s1[ok] / n1[ok]) ** 2
    return np.argmax(B)


@right("9.2")
def python_numbers(counts):
    c = [int(v) for v in counts]
    B = []
    for t in range(len(c)):
        n0, n1 = sum(c[: t + 1]), sum(c[t + 1 :])
        if n0 == 0 or n1 == 0:
            B.append(0)
        else:
            m0 = sum(i * c[i] for i in range(t + 1)) / n0
            m1 = sum(i * c[i] for i in range(t + 1, len(c))) / n1
            B.append(n0 * n1 * (m0 - m1) ** 2)
    return B.index(max(B))


# 9.3

EIGHT = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]
FOUR = [(-1, 0), (0, -1), (0, 1), (1, 0)]


def flood(mask, steps, first=1):
    H, W = mask.shape
    out, number = np.zeros((H, W), dtype=int), first - 1
    for i in range(H):
        for j in range(W):
            if mask[i, j] and not out[i, j]:
                number += 1
                out[i, j] = number
                todo = [(i, j)]
                while todo:
                    a, b = todo.pop()
                    for da, db in steps:
                        r, s = a + da, b + db
                        if 0 <= r < H and 0 <= s < W and mask[r, s] and not out[r, s]:
                            out[r, s] = number
                            todo.append((r, s))
    return out


@wrong("9.3", "pixels that share only a corner are no neighbours")
def sides_only(mask):
    return flood(mask, FOUR)


@wrong("9.3", "two of the four corners are forgotten")
def six_neighbours(mask):
    return flood(mask, FOUR + [(-1, -1), (1, 1)])


@wrong("9.3", "numbers begin at 2")
def begins_at_two(mask):
    return flood(mask, EIGHT, first=2)


@wrong("9.3", "parts are numbered column by column")
def column_by_column(mask):
    return flood(mask.T, EIGHT).T


@wrong("9.3", "parts are numbered by size, the largest first")
def by_size(mask):
    out = flood(mask, EIGHT)
    sizes = np.bincount(out.ravel())[1:]
    rank = np.argsort(np.argsort(-sizes, kind="stable")) + 1
    return np.concatenate([[0], rank]).astype(int)[out]


@wrong("9.3", "one pass without joining, so a U has two numbers")
def single_pass(mask):
    H, W = mask.shape
    out, number = np.zeros((H, W), dtype=int), 0
    for i, j in np.ndindex(H, W):
        if mask[i, j]:
            seen = [
                out[i + a, j + b]
                for a, b in EIGHT[:4]
                if i + a >= 0 and 0 <= j + b < W and out[i + a, j + b]
            ]
            if seen:
                out[i, j] = min(seen)
            else:
                number += 1
                out[i, j] = number
    return out


@wrong("9.3", "gaps in the numbers after parts were joined")
def gaps_in_numbers(mask):
    H, W = mask.shape
    out = np.where(mask, np.arange(1, H * W + 1).reshape(H, W), 0)
    while True:
        padded = np.pad(out, 1)
        new = out.copy()
        for a, b in EIGHT:
            near = padded[1 + a : 1 + a + H, 1 + b : 1 + b + W]
            new = np.where((near > 0) & (near < new), near, new)
        if np.array_equal(new, out):
            return out
        out = new


@wrong("9.3", "negative indices: the left edge meets the right one")
def wraps_round(mask):
    H, W = mask.shape
    out, number = np.zeros((H, W), dtype=int), 0
    for i, j in np.ndindex(H, W):
        if mask[i, j] and not out[i, j]:
            number += 1
            out[i, j] = number
            todo = [(i, j)]
            while todo:
                a, b = todo.pop()
                for da, db in EIGHT:
                    r, s = (a + da) % H, (b + db) % W
                    if mask[r, s] and not out[r, s]:
                        out[r, s] = number
                        todo.append((r, s))
    return out


@wrong("9.3", "recursion: fails for a large part")
def recursive(mask):
    H, W = mask.shape
    out = np.zeros((H, W), dtype=int)

    def fill(i, j, number):
        if 0 <= i < H and 0 <= j < W and mask[i, j] and not out[i, j]:
            out[i, j] = number
            for a, b in EIGHT:
                fill(i + a, j + b, number)

    number = 0
    for i in range(H):
        for j in range(W):
            if mask[i, j] and not out[i, j]:
                number += 1
                fill(i, j, number)
    return out


@wrong("9.3", "only the direct neighbours of the first pixel get its number")
def not_passed_on(mask):
    H, W = mask.shape
    out, number = np.zeros((H, W), dtype=int), 0
    for i, j in np.ndindex(H, W):
        if mask[i, j] and not out[i, j]:
            number += 1
            for a in (-1, 0, 1):
                for b in (-1, 0, 1):
                    r, s = i + a, j + b
                    if 0 <= r < H and 0 <= s < W and mask[r, s]:
                        out[r, s] = number
    return out


@wrong("9.3", "writes into mask: takes away what has been visited")
def eats_the_mask(mask):
    H, W = mask.shape
    out, number = np.zeros((H, W), dtype=int), 0
    for i, j in np.ndindex(H, W):
        if mask[i, j]:
            number += 1
            todo = [(i, j)]
            mask[i, j] = False
            while todo:
                a, b = todo.pop()
                out[a, b] = number
                for da, db in EIGHT:
                    r, s = a + da, b + db
                    if 0 <= r < H and 0 <= s < W and mask[r, s]:
                        mask[r, s] = False
                        todo.append((r, s))
    return out


@wrong("9.3", "uint8 numbers: part 256 becomes 0")
def small_numbers(mask):
    return flood(mask, EIGHT).astype(np.uint8)


@wrong("9.3", "a boolean array: the numbers are lost")
def boolean(mask):
    return flood(mask, EIGHT).astype(bool)


@wrong("9.3", "returns (labels, number of parts)")
def pair(mask):
    out = flood(mask, EIGHT)
    return out, out.max()


@wrong("9.3", "paper is labelled, too: 0 and 1 are swapped")
def paper(mask):
    return flood(~mask, EIGHT)


@wrong("9.3", "square images only: H is used for both sides")
def square_only(mask):
    H = len(mask)
    out, number = np.zeros(mask.shape, dtype=int), 0
    for i in range(H):
        for j in range(H):
            if mask[i, j] and not out[i, j]:
                number += 1
                out[i, j] = number
                todo = [(i, j)]
                while todo:
                    a, b = todo.pop()
                    for da, db in EIGHT:
                        r, s = a + da, b + db
                        if 0 <= r < H and 0 <= s < H and mask[r, s] and not out[r, s]:
                            out[r, s] = number
                            todo.append((r, s))
    return out


@wrong("9.3", "the rim is left out: range(1, H - 1)")
def without_rim(mask):
    inner = np.zeros_like(mask)
    inner[1:-1, 1:-1] = mask[1:-1, 1:-1]
    return flood(inner, EIGHT)


@wrong("9.3", "the number goes up with every pixel, not with every part")
def each_pixel(mask):
    return np.where(mask, np.cumsum(mask).reshape(mask.shape), 0)


@right("9.3")
def stack(mask):
    return flood(mask, EIGHT)


@right("9.3")
def queue_on_padded(mask):
    wide = np.pad(mask, 1)
    out = np.zeros(wide.shape, dtype=np.int32)
    number = 0
    for start in zip(*np.nonzero(wide)):
        if out[start]:
            continue
        number += 1
        out[start] = number
        queue = deque([start])
        while queue:
            i, j = queue.popleft()
            for r in range(i - 1, i + 2):
                for s in range(j - 1, j + 2):
                    if wide[r, s] and out[r, s] == 0:
                        out[r, s] = number
                        queue.append((r, s))
    return out[1:-1, 1:-1]


@right("9.3")
def smallest_number_spreads(mask):
    first = gaps_in_numbers(np.array(mask))
    return np.searchsorted(np.unique(np.append(first, 0)), first)


@right("9.3")
def union_find(mask):
    H, W = mask.shape
    parent = {}

    def root(p):
        while parent[p] != p:
            parent[p] = parent[parent[p]]
            p = parent[p]
        return p

    for p in zip(*(axis.tolist() for axis in np.nonzero(mask))):
        parent[p] = p
        for a, b in EIGHT[:4]:
            q = (p[0] + a, p[1] + b)
            if q in parent:
                parent[root(p)] = root(q)
    names, out = {}, np.zeros((H, W), dtype=int)
    for p in parent:
        out[p] = names.setdefault(root(p), len(names) + 1)
    return out


# 9.4


@wrong("9.4", "the middle of the ink's box")
def middle_of_box(image):
    i, j = np.nonzero(image)
    return (i.min() + i.max()) / 2, (j.min() + j.max()) / 2


@wrong("9.4", "row and column are swapped")
def swapped(image):
    i, j = np.indices(image.shape)
    total = float(image.sum())
    return (j * image).sum() / total, (i * image).sum() / total


@wrong("9.4", "rounds")
def rounded(image):
    i, j = np.indices(image.shape)
    total = float(image.sum())
    return round(float((i * image).sum() / total)), round(float((j * image).sum() / total))


@wrong("9.4", "integer division")
def whole(image):
    i, j = np.indices(image.shape)
    total = image.sum()
    return (i * image).sum() // total, (j * image).sum() // total


@wrong("9.4", "counts from 1")
def from_one(image):
    i, j = np.indices(image.shape) + 1
    total = float(image.sum())
    return (i * image).sum() / total, (j * image).sum() / total


@wrong("9.4", "every ink pixel counts alike, however dark")
def not_weighed(image):
    i, j = np.nonzero(image)
    return i.mean(), j.mean()


@wrong("9.4", "forgets to divide by the ink")
def not_divided(image):
    i, j = np.indices(image.shape)
    return (i * image).sum(), (j * image).sum()


@wrong("9.4", "divides by the number of pixels")
def by_pixels(image):
    i, j = np.indices(image.shape)
    return (i * image).mean(), (j * image).mean()


@wrong("9.4", "square images only: one arange for both sides")
def one_arange(image):
    k = np.arange(len(image))
    total = float(image.sum())
    return image.sum(axis=1) @ k / total, image.sum(axis=0) @ k / total


@wrong("9.4", "the axes of the sums are swapped: fails unless square")
def axes_swapped(image):
    H, W = image.shape
    total = float(image.sum())
    i = (np.arange(H) * image.sum(axis=0)).sum() / total
    j = (np.arange(W) * image.sum(axis=1)).sum() / total
    return i, j


@wrong("9.4", "uint8 products roll over")
def rolls_over(image):
    pixels = (image * 255 if image.max() <= 1 else image).astype(np.uint8)
    i, j = np.indices(image.shape).astype(np.uint8)
    total = float(pixels.sum())
    return (i * pixels).sum() / total, (j * pixels).sum() / total


@wrong("9.4", "the middle of the image")
def middle_of_image(image):
    return (image.shape[0] - 1) / 2, (image.shape[1] - 1) / 2


@wrong("9.4", "the distance from the middle instead of from the corner")
def from_the_middle(image):
    i, j = np.indices(image.shape)
    total = float(image.sum())
    H, W = image.shape
    return (i * image).sum() / total - (H - 1) / 2, (j * image).sum() / total - (W - 1) / 2


@wrong("9.4", "only the row comes back")
def row_only(image):
    i, _ = np.indices(image.shape)
    return (i * image).sum() / image.sum()


@wrong("9.4", "the darkest pixel")
def darkest(image):
    return np.unravel_index(image.argmax(), image.shape)


@wrong("9.4", "the ink is squared")
def squared(image):
    w = image.astype(float) ** 2
    i, j = np.indices(image.shape)
    return (i * w).sum() / w.sum(), (j * w).sum() / w.sum()


@wrong("9.4", "28 is written in")
def always_28(image):
    i, j = np.indices((28, 28))
    total = float(image.sum())
    return (i * image).sum() / total, (j * image).sum() / total


@right("9.4")
def by_sums(image):
    total = image.sum()
    i = np.arange(image.shape[0]) @ image.sum(axis=1) / total
    j = np.arange(image.shape[1]) @ image.sum(axis=0) / total
    return i, j


@right("9.4")
def averages(image):
    i, j = np.indices(image.shape)
    weights = image.astype(float)
    return [np.average(i, weights=weights), np.average(j, weights=weights)]


@right("9.4")
def loops(image):
    total = row = column = 0.0
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            v = float(image[i, j])
            total, row, column = total + v, row + i * v, column + j * v
    return row / total, column / total


@right("9.4")
def one_einsum(image):
    return np.einsum("aij,ij->a", np.indices(image.shape), image / image.sum())


# 9.5


def hidden_images(image, size, fill=0.0):
    H, W = image.shape
    r = size // 2
    batch = np.repeat(image[None, None], H * W, axis=0)
    for n, (i, j) in enumerate(np.ndindex(H, W)):
        batch[n, 0, max(i - r, 0) : i + r + 1, max(j - r, 0) : j + r + 1] = fill
    return batch


@wrong("9.5", "the sign is turned round: after minus before")
def after_minus_before(model, image, k, size=5):
    before = model(image[None, None])[0, k]
    return (model(hidden_images(image, size))[:, k] - before).reshape(image.shape)


@wrong("9.5", "negative indices at the rim: the slice is empty and hides nothing")
def rim_forgotten(model, image, k, size=5):
    H, W = image.shape
    r = size // 2
    batch = np.repeat(image[None, None], H * W, axis=0)
    for n, (i, j) in enumerate(np.ndindex(H, W)):
        batch[n, 0, i - r : i + r + 1, j - r : j + r + 1] = 0
    before = model(image[None, None])[0, k]
    return (before - model(batch)[:, k]).reshape(H, W)


@wrong("9.5", "the pixel is the corner of the square, not its middle")
def corner(model, image, k, size=5):
    H, W = image.shape
    batch = np.repeat(image[None, None], H * W, axis=0)
    for n, (i, j) in enumerate(np.ndindex(H, W)):
        batch[n, 0, i : i + size, j : j + size] = 0
    return (model(image[None, None])[0, k] - model(batch)[:, k]).reshape(H, W)


@wrong("9.5", "size is ignored: always 5")
def always_five(model, image, k, size=5):
    before = model(image[None, None])[0, k]
    return (before - model(hidden_images(image, 5))[:, k]).reshape(image.shape)


@wrong("9.5", "the square is one short on the right and below")
def one_short(model, image, k, size=5):
    H, W = image.shape
    r = size // 2
    batch = np.repeat(image[None, None], H * W, axis=0)
    for n, (i, j) in enumerate(np.ndindex(H, W)):
        batch[n, 0, max(i - r, 0) : i + r, max(j - r, 0) : j + r] = 0
    return (model(image[None, None])[0, k] - model(batch)[:, k]).reshape(H, W)


@wrong("9.5", "hides with 1, the colour of ink")
def with_ink(model, image, k, size=5):
    before = model(image[None, None])[0, k]
    return (before - model(hidden_images(image, size, 1.0))[:, k]).reshape(image.shape)


@wrong("9.5", "writes into image, and the hidden squares add up")
def writes_image(model, image, k, size=5):
    H, W = image.shape
    r = size // 2
    before = model(image[None, None])[0, k]
    batch = []
    for i, j in np.ndindex(H, W):
        hidden = image
        hidden[max(i - r, 0) : i + r + 1, max(j - r, 0) : j + r + 1] = 0
        batch.append(hidden.copy())
    return (before - model(np.array(batch)[:, None])[:, k]).reshape(H, W)


@wrong("9.5", "one view repeated: all images of the batch are the same array")
def same_array(model, image, k, size=5):
    H, W = image.shape
    r = size // 2
    hidden = image.copy()
    batch = [hidden] * (H * W)
    for n, (i, j) in enumerate(np.ndindex(H, W)):
        batch[n][max(i - r, 0) : i + r + 1, max(j - r, 0) : j + r + 1] = 0
    before = model(image[None, None])[0, k]
    return (before - model(np.array(batch)[:, None])[:, k]).reshape(H, W)


@wrong("9.5", "class 0 instead of class k")
def class_zero(model, image, k, size=5):
    before = model(image[None, None])[0, 0]
    return (before - model(hidden_images(image, size))[:, 0]).reshape(image.shape)


@wrong("9.5", "the largest score instead of that of class k")
def largest_score(model, image, k, size=5):
    before = model(image[None, None]).max()
    return (before - model(hidden_images(image, size)).max(axis=1)).reshape(image.shape)


@wrong("9.5", "the score itself, not how much it falls")
def no_difference(model, image, k, size=5):
    return model(hidden_images(image, size))[:, k].reshape(image.shape)


@wrong("9.5", "probabilities instead of scores")
def probabilities(model, image, k, size=5):
    def soft(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    before = soft(model(image[None, None]))[0, k]
    return (before - soft(model(hidden_images(image, size)))[:, k]).reshape(image.shape)


@wrong("9.5", "the map is transposed")
def map_transposed(model, image, k, size=5):
    before = model(image[None, None])[0, k]
    falls = before - model(hidden_images(image, size))[:, k]
    return falls.reshape(image.shape).T


@wrong("9.5", "reshape to (28, 28), written in")
def reshape_28(model, image, k, size=5):
    before = model(image[None, None])[0, k]
    return (before - model(hidden_images(image, size))[:, k]).reshape(28, 28)


@wrong("9.5", "one call for every hidden image, not one batch")
def many_calls(model, image, k, size=5):
    before = model(image[None, None])[0, k]
    falls = [before - model(h[None])[0, k] for h in hidden_images(image, size)]
    return np.array(falls).reshape(image.shape)


@wrong("9.5", "the channel axis is missing: the model gets (N, H, W)")
def no_channel(model, image, k, size=5):
    before = model(image[None])[0, k]
    return (before - model(hidden_images(image, size)[:, 0])[:, k]).reshape(image.shape)


@wrong("9.5", "only where the whole square fits: the rim stays 0")
def inside_only(model, image, k, size=5):
    r = size // 2
    before = model(image[None, None])[0, k]
    falls = (before - model(hidden_images(image, size))[:, k]).reshape(image.shape)
    out = np.zeros(image.shape)
    out[r:-r, r:-r] = falls[r:-r, r:-r]
    return out


@wrong("9.5", "keeps the square and hides the rest")
def keeps_square(model, image, k, size=5):
    before = model(image[None, None])[0, k]
    batch = image[None, None] - hidden_images(image, size)
    return (before - model(batch)[:, k]).reshape(image.shape)


@wrong("9.5", "no reshape: the result is flat")
def flat(model, image, k, size=5):
    before = model(image[None, None])[0, k]
    return before - model(hidden_images(image, size))[:, k]


@wrong("9.5", "the absolute value of the change")
def absolute(model, image, k, size=5):
    before = model(image[None, None])[0, k]
    return np.abs(before - model(hidden_images(image, size))[:, k]).reshape(image.shape)


@right("9.5")
def loop_for_the_batch(model, image, k, size=5):
    before = model(image[None, None])[0, k]
    return (before - model(hidden_images(image, size))[:, k]).reshape(image.shape)


@right("9.5")
def masks_by_distance(model, image, k, size=5):
    H, W = image.shape
    i, j = np.indices((H, W)).reshape(2, -1, 1, 1)
    a, b = np.indices((H, W))
    hidden = (np.abs(a - i) <= size // 2) & (np.abs(b - j) <= size // 2)  # (H·W, H, W)
    batch = np.where(hidden, 0, image)[:, None].astype(image.dtype)
    scores = model(batch)[:, k]
    return (model(image.reshape(1, 1, H, W))[0, k] - scores).reshape(H, W)


@right("9.5")
def first_in_the_batch(model, image, k, size=5):
    H, W = image.shape
    r = (size - 1) // 2
    batch = [image]
    for i in range(H):
        for j in range(W):
            x = np.pad(image, r)
            x[i : i + size, j : j + size] = 0
            batch.append(x[r : r + H, r : r + W])
    scores = model(np.stack(batch)[:, None])[:, k].copy()
    return scores[0] - scores[1:].reshape(H, W)
