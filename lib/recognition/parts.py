"""Connected parts."""

import numpy as np


def connected_parts(mask):
    """Return ``(labels, count)``: 0 for the background, 1 … count for the parts; corners touch."""
    H, W = mask.shape
    edge = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(edge == 1)
    end = np.nonzero(edge == -1)[1]  # runs of ink: row, first column, column after the last
    first = np.searchsorted(row, np.arange(H + 1))
    parent = list(range(len(row)))

    def root(k):
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    for r in range(1, H):
        a, a_end, b, b_end = first[r - 1], first[r], first[r], first[r + 1]
        while a < a_end and b < b_end:
            if start[a] <= end[b] and start[b] <= end[a]:
                x, y = root(a), root(b)
                parent[max(x, y)] = min(x, y)
            if end[a] < end[b]:
                a += 1
            else:
                b += 1
    roots = np.array([root(k) for k in range(len(row))], dtype=int)
    names, number = np.unique(roots, return_inverse=True)
    change = np.zeros((H, W + 1), dtype=int)
    np.add.at(change, (row, start), number + 1)
    np.add.at(change, (row, end), -number - 1)
    return np.cumsum(change, axis=1)[:, :-1], len(names)


def boxes(labels, count):
    """Return ``(count, 4)``: top, left, bottom, right of each part, the last two exclusive."""
    rows, columns = np.nonzero(labels)
    part = labels[rows, columns] - 1
    box = np.tile([*labels.shape, 0, 0], (count, 1))
    np.minimum.at(box[:, 0], part, rows)
    np.minimum.at(box[:, 1], part, columns)
    np.maximum.at(box[:, 2], part, rows + 1)
    np.maximum.at(box[:, 3], part, columns + 1)
    return box


def without_lines(ink, thin=0.015, span=0.9):
    """Step 7a: take away the lines of ruled and squared paper.

    A line is thin and crosses the whole picture.
    """
    lines = []
    for turned in (ink, ink.T):
        mask = turned > 0
        W = turned.shape[1]
        near = mask.copy()
        near[1:] |= mask[:-1]
        near[:-1] |= mask[1:]
        flat = mask & (_run_lengths(mask.T).T <= max(3, thin * max(ink.shape)))
        flat &= _run_lengths(near) >= W / 16
        labels, count = connected_parts(_wider(flat, W // 12))
        box = boxes(labels, count)
        long = np.flatnonzero(box[:, 3] - box[:, 1] > span * turned.shape[1]) + 1
        lines.append((np.isin(labels, long) & flat, len(long)))
    (across, n), (down, m) = lines
    if n + m < 2:
        return ink
    return np.where(across | down.T, 0, ink)


def _run_lengths(mask):
    """Return for each pixel of ink how many pixels of ink are in a row with it."""
    edge = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(edge == 1)
    end = np.nonzero(edge == -1)[1]
    change = np.zeros((mask.shape[0], mask.shape[1] + 1), dtype=int)
    change[row, start] += end - start
    change[row, end] -= end - start
    return np.cumsum(change, axis=1)[:, :-1]


def _wider(mask, reach):
    """Close gaps along rows."""
    total = np.cumsum(np.pad(mask, ((0, 0), (reach + 1, reach))), axis=1)
    return total[:, 2 * reach + 1 :] > total[:, : -2 * reach - 1]


def without_rim(ink):
    """Step 7b: what lies along the rim of the picture is no digit, if there is anything else."""
    labels, count = connected_parts(ink > 0)
    if not count:
        return ink
    box = boxes(labels, count)
    size = (box[:, 2:] - box[:, :2]).max(axis=1)
    along = np.zeros(count + 1)
    inner = np.ones(count, bool)
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        n = np.bincount(side, minlength=count + 1)
        along = np.maximum(along, n)
    along = along[1:]
    inner = along == 0
    biggest = size[inner].max(initial=0)
    bad = (along > 0.35 * size) | (size > 2 * biggest)
    bad &= along > 0
    if biggest < 0.05 * max(ink.shape):
        return ink
    return np.where(np.concatenate([[False], bad])[labels], 0, ink)


def digits(ink):
    """Step 8: label the digits, in reading order."""
    labels, count = connected_parts(ink > 0)
    H, W = ink.shape
    if not count:
        return labels
    box = boxes(labels, count)
    weight = np.bincount(labels.ravel(), ink.ravel(), count + 1)[1:]
    size = (box[:, 2:] - box[:, :2]).max(axis=1)
    keep = np.flatnonzero(size >= 0.02 * max(H, W))
    if not len(keep):
        return np.zeros_like(labels)
    # join what nearly touches
    ref = weighted_median(size[keep], weight[keep])
    new = np.zeros(count + 1, dtype=int)
    new[keep + 1] = np.arange(1, len(keep) + 1)
    labels = new[labels]
    box, size, weight = box[keep], size[keep], weight[keep]
    grown, n = connected_parts(thicken(labels > 0, max(1, round(JOIN * ref))))
    group = np.zeros(len(keep), dtype=int)
    group[labels[labels > 0] - 1] = grown[labels > 0]
    # join what is one above the other
    height = box[:, 2] - box[:, 0]
    tall = weighted_median(height, weight)
    top, left, bottom, right = box.T
    while True:
        names, group = np.unique(group, return_inverse=True)
        labels2 = np.concatenate([[0], group + 1])[labels]
        b = boxes(labels2, len(names))
        pair = _stacked(b, ref, tall)
        if pair is None:
            break
        group[group == pair[1]] = pair[0]
    s = (b[:, 2:] - b[:, :2]).max(axis=1)
    w = np.bincount(labels2.ravel(), ink.ravel(), len(names) + 1)[1:]
    ref = weighted_median(s, w)
    main = np.flatnonzero(s >= 0.45 * ref)
    order = main[reading_order(b[main])]
    rank = np.zeros(len(names) + 1, dtype=int)
    rank[order + 1] = np.arange(1, len(order) + 1)
    return rank[labels2]


JOIN = 0.03


def _stacked(box, ref, tall):
    for i in range(len(box)):
        for j in range(len(box)):
            if i == j: continue
            a, b = box[i], box[j]
            if a[0] > b[0]: continue
            overlap = min(a[3], b[3]) - max(a[1], b[1])
            narrow = min(a[3] - a[1], b[3] - b[1])
            gap = b[0] - a[2]
            high = max(a[2], b[2]) - a[0]
            small = min((a[2:]-a[:2]).max(), (b[2:]-b[:2]).max())
            if overlap > 0.5 * narrow and gap < 0.2 * ref and (high < 1.3 * tall):
                return i, j
    return None


def thicken(mask, radius):
    total = mask
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (radius + 1, radius)
        c = np.cumsum(np.pad(total, pad), axis=axis)
        n = c.shape[axis]
        total = np.take(c, np.arange(2 * radius + 1, n), axis) > np.take(c, np.arange(0, n - 2 * radius - 1), axis)
    return total


def weighted_median(values, weights):
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return values[order][np.searchsorted(total, total[-1] / 2)]


def reading_order(box):
    """Line by line, from left to right: a part belongs to a line if their heights overlap by half."""
    lines = []
    for k in np.argsort(box[:, 0] + box[:, 2]):
        top, bottom = box[k, 0], box[k, 2]
        for line in lines:
            t, b = np.mean(box[line, 0]), np.mean(box[line, 2])
            if min(b, bottom) - max(t, top) > 0.5 * min(b - t, bottom - top):
                line.append(k)
                break
        else:
            lines.append([k])
    lines.sort(key=lambda line: np.mean(box[line, 0] + box[line, 2]))
    return np.array([k for line in lines for k in sorted(line, key=lambda k: box[k, 1])])
