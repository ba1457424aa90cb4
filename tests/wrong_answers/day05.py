"""Answers to the exercises of day 5, written from the lesson alone."""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lib import loops
from wrong_answers import right, wrong

# 5.1

wrong("5.1", "rotates the template by 180 degrees first", value=7)
wrong("5.1", "row and column swapped: this is the response at (2, 1)", value=2)
wrong("5.1", "counts from 1, or takes (1, 2) for the middle of the window", value=-4)
wrong("5.1", "the template is transposed", value=-1)
wrong("5.1", "a slip in a sign: +1 for -1", value=6)
wrong("5.1", "adds the pixels of the window and forgets the template", value=12)
wrong("5.1", "adds the numbers of the template only", value=1)
wrong("5.1", "gives the product array, not its sum", value=[[0, -1, -4], [2, 0, 6], [1, 0, 0]])
wrong("5.1", "the mean of the nine products instead of the sum", value=4 / 9)
wrong("5.1", "forgets the last row of the template", value=3)

right("5.1", value=4)
right("5.1", value=np.int64(4))
right("5.1", value=0 * 1 - 1 * 1 - 2 * 2 + 1 * 2 + 0 + 2 * 3 + 1 * 1 + 0 + 0.0)


# 5.2


@wrong("5.2", "forgets the + 1")
def no_first_window(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel) // stride


@wrong("5.2", "pads on one side only")
def pads_once(size, kernel, stride=1, padding=0):
    return (size + padding - kernel) // stride + 1


@wrong("5.2", "ignores the padding")
def no_padding(size, kernel, stride=1, padding=0):
    return (size - kernel) // stride + 1


@wrong("5.2", "ignores the stride")
def no_stride(size, kernel, stride=1, padding=0):
    return size + 2 * padding - kernel + 1


@wrong("5.2", "returns a float: / for //")
def float_division(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel) / stride + 1


@wrong("5.2", "np.floor leaves a float")
def floor_is_float(size, kernel, stride=1, padding=0):
    return np.floor((size + 2 * padding - kernel) / stride) + 1


@wrong("5.2", "rounds up instead of down")
def rounds_up(size, kernel, stride=1, padding=0):
    return math.ceil((size + 2 * padding - kernel) / stride) + 1


@wrong("5.2", "rounds to the nearest number instead of down")
def rounds_to_nearest(size, kernel, stride=1, padding=0):
    return round((size + 2 * padding - kernel) / stride) + 1


@wrong("5.2", "the + 1 is inside the division")
def plus_one_inside(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel + 1) // stride


@wrong("5.2", "no brackets: only the kernel is divided by the stride")
def precedence(size, kernel, stride=1, padding=0):
    return size + 2 * padding - kernel // stride + 1


@wrong("5.2", "the padding makes the map smaller")
def minus_padding(size, kernel, stride=1, padding=0):
    return (size - 2 * padding - kernel) // stride + 1


@wrong("5.2", "a kernel of 3 is written in as a constant")
def always_three(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - 3) // stride + 1


@wrong("5.2", "prints instead of returning")
def prints_size(size, kernel, stride=1, padding=0):
    print((size + 2 * padding - kernel) // stride + 1)


@wrong("5.2", "returns a tuple, because of a comma")
def comma(size, kernel, stride=1, padding=0):
    return ((size + 2 * padding - kernel) // stride + 1,)


@right("5.2")
def counted(size, kernel, stride=1, padding=0):
    return len(range(0, size + 2 * padding - kernel + 1, stride))


@right("5.2")
def floored(size, kernel, stride=1, padding=0):
    return int(np.floor((size + 2 * padding - kernel) / stride)) + 1


@right("5.2")
def step_by_step(size, kernel, stride=1, padding=0):
    count, start = 0, -padding
    while start + kernel <= size + padding:
        count += 1
        start += stride
    return count


right(
    "5.2",
    value=lambda size, kernel, stride=1, padding=0: (
        1 + int((size - kernel + padding + padding) // stride)
    ),
)


# 5.3


@wrong("5.3", "forgets the bias")
def without_bias(x, weight, bias, stride=1):
    N, C, H, W = x.shape
    O, _, KH, KW = weight.shape
    Ho, Wo = (H - KH) // stride + 1, (W - KW) // stride + 1
    y = np.zeros((N, O, Ho, Wo))
    for n, o, h, w in np.ndindex(y.shape):
        window = x[n, :, h * stride : h * stride + KH, w * stride : w * stride + KW]
        y[n, o, h, w] = (window * weight[o]).sum()
    return y


@wrong("5.3", "the window ignores the stride")
def window_without_stride(x, weight, bias, stride=1):
    N, C, H, W = x.shape
    O, _, KH, KW = weight.shape
    y = np.zeros((N, O, (H - KH) // stride + 1, (W - KW) // stride + 1))
    for n in range(N):
        for o in range(O):
            for h in range(y.shape[2]):
                for w in range(y.shape[3]):
                    y[n, o, h, w] = (x[n, :, h : h + KH, w : w + KW] * weight[o]).sum() + bias[o]
    return y


@wrong("5.3", "ignores the stride altogether")
def stride_ignored(x, weight, bias, stride=1):
    return loops.conv2d(x, weight, bias)


@wrong("5.3", "the stride is used for rows, not for columns")
def stride_for_rows_only(x, weight, bias, stride=1):
    return loops.conv2d(x, weight, bias, stride=(stride, 1))


@wrong("5.3", "square kernels only: KH is used for the columns, too")
def square_kernels(x, weight, bias, stride=1):
    N, C, H, W = x.shape
    O, _, K, _ = weight.shape
    Ho, Wo = (H - K) // stride + 1, (W - K) // stride + 1
    y = np.zeros((N, O, Ho, Wo))
    for n, o, h, w in np.ndindex(N, O, Ho, Wo):
        i, j = h * stride, w * stride
        y[n, o, h, w] = np.sum(x[n, :, i : i + K, j : j + K] * weight[o]) + bias[o]
    return y


@wrong("5.3", "square images only: the height is used for the width")
def square_images(x, weight, bias, stride=1):
    H = x.shape[2]
    KH, KW = weight.shape[2:]
    Ho, Wo = (H - KH) // stride + 1, (H - KW) // stride + 1
    y = np.zeros((len(x), len(weight), Ho, Wo))
    for h in range(Ho):
        for w in range(Wo):
            part = x[:, :, h * stride : h * stride + KH, w * stride : w * stride + KW]
            y[:, :, h, w] = np.einsum("ncij,ocij->no", part, weight) + bias
    return y


@wrong("5.3", "only the first channel is looked at")
def first_channel(x, weight, bias, stride=1):
    N, _, H, W = x.shape
    O, _, KH, KW = weight.shape
    y = np.zeros((N, O, (H - KH) // stride + 1, (W - KW) // stride + 1))
    for n, o, h, w in np.ndindex(y.shape):
        total = bias[o]
        for i in range(KH):
            for j in range(KW):
                total += weight[o, 0, i, j] * x[n, 0, stride * h + i, stride * w + j]
        y[n, o, h, w] = total
    return y


@wrong("5.3", "= for +=: only the last channel remains")
def last_channel(x, weight, bias, stride=1):
    N, C, H, W = x.shape
    O, _, KH, KW = weight.shape
    Ho, Wo = (H - KH) // stride + 1, (W - KW) // stride + 1
    y = np.zeros((N, O, Ho, Wo))
    for n, o, h, w, c in np.ndindex(N, O, Ho, Wo, C):
        part = x[n, c, stride * h : stride * h + KH, stride * w : stride * w + KW]
        y[n, o, h, w] = (part * weight[o, c]).sum() + bias[o]
    return y


@wrong("5.3", "the bias is added once for every channel")
def bias_per_channel(x, weight, bias, stride=1):
    N, C, H, W = x.shape
    O, _, KH, KW = weight.shape
    y = np.zeros((N, O, (H - KH) // stride + 1, (W - KW) // stride + 1))
    for n, o, h, w in np.ndindex(y.shape):
        for c in range(C):
            part = x[n, c, stride * h : stride * h + KH, stride * w : stride * w + KW]
            y[n, o, h, w] += (part * weight[o, c]).sum() + bias[o]
    return y


@wrong("5.3", "the template is rotated by 180 degrees")
def rotated(x, weight, bias, stride=1):
    return loops.conv2d(x, weight[:, :, ::-1, ::-1], bias, stride=(stride, stride))


@wrong("5.3", "the + 1 is missing: the last row and column of windows are left out")
def one_window_short(x, weight, bias, stride=1):
    return loops.conv2d(x, weight, bias, stride=(stride, stride))[:, :, :-1, :-1]


@wrong("5.3", "the output has as many places as stride 1: it overruns the image")
def output_too_large(x, weight, bias, stride=1):
    N, C, H, W = x.shape
    O, _, KH, KW = weight.shape
    y = np.zeros((N, O, H - KH + 1, W - KW + 1))
    for n, o, h, w in np.ndindex(y.shape):
        part = x[n, :, stride * h : stride * h + KH, stride * w : stride * w + KW]
        y[n, o, h, w] = (part * weight[o]).sum() + bias[o]
    return y


@wrong("5.3", "only the first image of the batch is computed")
def first_image(x, weight, bias, stride=1):
    y = loops.conv2d(x, weight, bias, stride=(stride, stride))
    y[1:] = 0
    return y


@wrong("5.3", "the axes come back as (N, Ho, Wo, O)")
def channels_last(x, weight, bias, stride=1):
    return loops.conv2d(x, weight, bias, stride=(stride, stride)).transpose(0, 2, 3, 1)


@wrong("5.3", "pads the image with zeros, which was not asked")
def padded(x, weight, bias, stride=1):
    p = weight.shape[2] // 2
    return loops.conv2d(x, weight, bias, stride=(stride, stride), padding=(p, p))


@wrong("5.3", "the result is cut off to integers")
def integers(x, weight, bias, stride=1):
    return loops.conv2d(x, weight, bias, stride=(stride, stride)).astype(int)


@wrong("5.3", "the return is inside the loop")
def returns_too_early(x, weight, bias, stride=1):
    N, C, H, W = x.shape
    O, _, KH, KW = weight.shape
    y = np.zeros((N, O, (H - KH) // stride + 1, (W - KW) // stride + 1))
    for n, o, h, w in np.ndindex(y.shape):
        part = x[n, :, stride * h : stride * h + KH, stride * w : stride * w + KW]
        y[n, o, h, w] = (part * weight[o]).sum() + bias[o]
        return y


@right("5.3")
def seven_loops(x, weight, bias, stride=1):
    N, C, H, W = x.shape
    O, _, KH, KW = weight.shape
    Ho, Wo = (H - KH) // stride + 1, (W - KW) // stride + 1
    y = np.zeros((N, O, Ho, Wo))
    for n in range(N):
        for o in range(O):
            for h in range(Ho):
                for w in range(Wo):
                    s = bias[o]
                    for c in range(C):
                        for i in range(KH):
                            for j in range(KW):
                                s = s + weight[o, c, i, j] * x[n, c, stride * h + i, stride * w + j]
                    y[n, o, h, w] = s
    return y


@right("5.3")
def over_the_kernel(x, weight, bias, stride=1):
    KH, KW = weight.shape[2:]
    Ho = (x.shape[2] - KH) // stride + 1
    Wo = (x.shape[3] - KW) // stride + 1
    y = 0
    for i in range(KH):
        for j in range(KW):
            part = x[:, :, i : i + stride * Ho : stride, j : j + stride * Wo : stride]
            part = part[:, :, :Ho, :Wo]
            y = y + np.einsum("nchw,oc->nohw", part, weight[:, :, i, j])
    return y + bias.reshape(1, -1, 1, 1)


@right("5.3")
def with_windows(x, weight, bias, stride=1):
    v = sliding_window_view(x, weight.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("nchwij,ocij->nohw", v, weight) + bias[:, None, None]


@right("5.3")
def appends(x, weight, bias, stride=1):
    KH, KW = weight.shape[2:]
    images = []
    for image in x:
        maps = []
        for template, b in zip(weight, bias):
            rows = []
            for h in range(0, image.shape[1] - KH + 1, stride):
                row = []
                for w in range(0, image.shape[2] - KW + 1, stride):
                    row.append(np.vdot(image[:, h : h + KH, w : w + KW], template) + b)
                rows.append(row)
            maps.append(rows)
        images.append(maps)
    return np.array(images)


# 5.4


def windows_of(x, K):
    return sliding_window_view(x, (K, K), axis=(2, 3))  # (N, C, Ho, Wo, K, K)


@wrong("5.4", "reshape without transpose: the numbers land in the wrong places")
def no_transpose(x, K):
    N, C = x.shape[:2]
    return windows_of(x, K).reshape(N, C * K * K, -1)


@wrong("5.4", "rows instead of columns: (N, windows, entries)")
def windows_as_rows(x, K):
    N, C = x.shape[:2]
    return windows_of(x, K).transpose(0, 2, 3, 1, 4, 5).reshape(N, -1, C * K * K)


@wrong("5.4", "the entries come in the order (K, K, C)")
def channels_fastest(x, K):
    N, C = x.shape[:2]
    return windows_of(x, K).transpose(0, 4, 5, 1, 2, 3).reshape(N, K * K * C, -1)


@wrong("5.4", "the columns inside a window come before its rows")
def transposed_windows(x, K):
    N, C = x.shape[:2]
    return windows_of(x, K).transpose(0, 1, 5, 4, 2, 3).reshape(N, C * K * K, -1)


@wrong("5.4", "the windows are numbered column by column")
def column_by_column(x, K):
    N, C = x.shape[:2]
    return windows_of(x, K).transpose(0, 1, 4, 5, 3, 2).reshape(N, C * K * K, -1)


@wrong("5.4", "all images are joined into one matrix")
def one_matrix(x, K):
    C = x.shape[1]
    return windows_of(x, K).transpose(1, 4, 5, 0, 2, 3).reshape(C * K * K, -1)


@wrong("5.4", "K is written in as 3")
def three(x, K):
    N, C = x.shape[:2]
    return windows_of(x, 3).transpose(0, 1, 4, 5, 2, 3).reshape(N, C * 9, -1)


@wrong("5.4", "leaves six axes")
def six_axes(x, K):
    return windows_of(x, K).transpose(0, 1, 4, 5, 2, 3)


@wrong("5.4", "takes only every K-th window, so that none overlap")
def no_overlap(x, K):
    N, C = x.shape[:2]
    v = windows_of(x, K)[:, :, ::K, ::K]
    return v.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * K * K, -1)


@wrong("5.4", "one channel only")
def one_channel(x, K):
    v = windows_of(x, K)[:, 0]
    return v.transpose(0, 3, 4, 1, 2).reshape(len(x), K * K, -1)


@wrong("5.4", "off by one: the last row and column of windows are missing")
def misses_the_last(x, K):
    N, C, H, W = x.shape
    out = np.zeros((N, C, K, K, H - K, W - K), x.dtype)
    for i in range(K):
        for j in range(K):
            out[:, :, i, j] = x[:, :, i : i + H - K, j : j + W - K]
    return out.reshape(N, C * K * K, -1)


@wrong("5.4", "takes the height for the width: square images only")
def height_for_width(x, K):
    N, C, H, W = x.shape
    Ho = H - K + 1
    out = np.zeros((N, C, K, K, Ho, Ho), x.dtype)
    for i in range(K):
        for j in range(K):
            out[:, :, i, j] = x[:, :, i : i + Ho, j : j + Ho]
    return out.reshape(N, C * K * K, Ho * Ho)


@wrong("5.4", "the windows are rotated by 180 degrees")
def flipped(x, K):
    N, C = x.shape[:2]
    v = windows_of(x, K)[..., ::-1, ::-1]
    return v.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * K * K, -1)


@wrong("5.4", "the windows are taken over the channels, too")
def wrong_axes(x, K):
    N, C = x.shape[:2]
    v = sliding_window_view(x, (K, K), axis=(1, 2))
    return v.reshape(N, C * K * K, -1)


@wrong("5.4", "does not return")
def never_returned(x, K):
    N, C = x.shape[:2]
    windows_of(x, K).transpose(0, 1, 4, 5, 2, 3).reshape(N, C * K * K, -1)


@right("5.4")
def lessons_way(x, K):
    N, C, H, W = x.shape
    v = np.moveaxis(windows_of(x, K), (4, 5), (2, 3))
    return v.reshape(N, C * K * K, (H - K + 1) * (W - K + 1))


@right("5.4")
def loop_over_entries(x, K):
    N, C, H, W = x.shape
    Ho, Wo = H - K + 1, W - K + 1
    rows = []
    for c in range(C):
        for i in range(K):
            for j in range(K):
                rows.append(x[:, c, i : i + Ho, j : j + Wo].reshape(N, Ho * Wo))
    return np.stack(rows, axis=1)


@right("5.4")
def by_positions(x, K):
    N, C, H, W = x.shape
    places = np.arange(H * W).reshape(H, W)
    index = sliding_window_view(places, (K, K)).reshape(-1, K * K).T  # (K·K, L)
    return x.reshape(N, C, H * W)[:, :, index].reshape(N, C * K * K, -1)


@right("5.4")
def einsum_for_the_order(x, K):
    N, C = x.shape[:2]
    return np.einsum("nchwij->ncijhw", windows_of(x, K)).reshape(N, C * K**2, -1)


# 5.5


def blocks_of(x):
    N, C, H, W = x.shape
    b = x.reshape(N, C, H // 2, 2, W // 2, 2).transpose(0, 1, 2, 4, 3, 5)
    return b.reshape(N, C, H // 2, W // 2, 4)


def from_blocks(b):
    N, C, h, w, _ = b.shape
    return b.reshape(N, C, h, w, 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(N, C, 2 * h, 2 * w)


@wrong("5.5", "in a tie every winner gets the whole gradient")
def ties_all(grad_output, x):
    N, C, H, W = x.shape
    top = x.reshape(N, C, H // 2, 2, W // 2, 2).max(axis=(3, 5))
    up = top.repeat(2, axis=2).repeat(2, axis=3)
    g = grad_output.repeat(2, axis=2).repeat(2, axis=3)
    return g * (x == up)


@wrong("5.5", "in a tie the winners share the gradient")
def ties_share(grad_output, x):
    b = blocks_of(x)
    mask = b == b.max(axis=-1, keepdims=True)
    return from_blocks(mask / mask.sum(axis=-1, keepdims=True) * grad_output[..., None])


@wrong("5.5", "every number of the square gets the gradient")
def to_all(grad_output, x):
    return grad_output.repeat(2, axis=2).repeat(2, axis=3)


@wrong("5.5", "each number gets a quarter, as in average pooling")
def average(grad_output, x):
    return np.kron(grad_output, np.full((2, 2), 0.25))


@wrong("5.5", "the smallest number gets the gradient")
def to_the_loser(grad_output, x):
    b = blocks_of(x)
    dx = np.zeros(b.shape)
    np.put_along_axis(dx, b.argmin(axis=-1)[..., None], grad_output[..., None], axis=-1)
    return from_blocks(dx)


@wrong("5.5", "always the upper left number gets the gradient")
def upper_left(grad_output, x):
    dx = np.zeros(x.shape)
    dx[:, :, ::2, ::2] = grad_output
    return dx


@wrong("5.5", "the winner gets 1, not the gradient")
def ones(grad_output, x):
    b = blocks_of(x)
    dx = np.zeros(b.shape)
    np.put_along_axis(dx, b.argmax(axis=-1)[..., None], 1.0, axis=-1)
    return from_blocks(dx)


@wrong("5.5", "the gradient is multiplied by the winner's value")
def times_value(grad_output, x):
    b = blocks_of(x)
    dx = np.zeros(b.shape)
    i = b.argmax(axis=-1)[..., None]
    np.put_along_axis(dx, i, grad_output[..., None] * b.max(axis=-1, keepdims=True), axis=-1)
    return from_blocks(dx)


@wrong("5.5", "writes into x: dx is x itself")
def dx_is_x(grad_output, x):
    N, C, h, w = grad_output.shape
    dx = x
    for n, c, i, j in np.ndindex(N, C, h, w):
        square = dx[n, c, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        k = square.argmax()
        square[:] = 0
        square[k // 2, k % 2] = grad_output[n, c, i, j]
    return dx


@wrong("5.5", "the result is an array of integers, which cuts the gradient off")
def integer_zeros(grad_output, x):
    dx = np.zeros(x.shape, dtype=int)
    for n, c, i, j in np.ndindex(grad_output.shape):
        k = x[n, c, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].argmax()
        dx[n, c, 2 * i + k // 2, 2 * j + k % 2] = grad_output[n, c, i, j]
    return dx


@wrong("5.5", "row and column of the winner are swapped")
def row_for_column(grad_output, x):
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(grad_output.shape):
        k = x[n, c, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].argmax()
        dx[n, c, 2 * i + k % 2, 2 * j + k // 2] = grad_output[n, c, i, j]
    return dx


@wrong("5.5", "square images only: the height is used for both loops")
def height_twice(grad_output, x):
    N, C, h, _ = grad_output.shape
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(N, C, h, h):
        k = x[n, c, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].argmax()
        dx[n, c, 2 * i + k // 2, 2 * j + k % 2] = grad_output[n, c, i, j]
    return dx


@wrong("5.5", "starts from zeros and compares x with 0, so negative squares get nothing")
def only_positive(grad_output, x):
    b = blocks_of(x)
    dx = np.zeros(b.shape)
    np.put_along_axis(dx, b.argmax(axis=-1)[..., None], grad_output[..., None], axis=-1)
    return from_blocks(dx * (b > 0))


@wrong("5.5", "one maximum for the whole channel instead of one for each square")
def one_winner(grad_output, x):
    g = grad_output.repeat(2, axis=2).repeat(2, axis=3)
    return g * (x == x.max(axis=(2, 3), keepdims=True))


@wrong("5.5", "returns the pooled map's shape")
def same_shape_as_grad(grad_output, x):
    return grad_output * (blocks_of(x).max(axis=-1) > 0)


@wrong("5.5", "the squares are not adjacent: rows of the upper half with rows of the lower half")
def reshape_wrong(grad_output, x):
    N, C, H, W = x.shape
    b = x.reshape(N, C, 2, H // 2, 2, W // 2).transpose(0, 1, 3, 5, 2, 4)
    b = b.reshape(N, C, H // 2, W // 2, 4)
    dx = np.zeros(b.shape)
    np.put_along_axis(dx, b.argmax(axis=-1)[..., None], grad_output[..., None], axis=-1)
    dx = dx.reshape(N, C, H // 2, W // 2, 2, 2).transpose(0, 1, 4, 2, 5, 3)
    return dx.reshape(N, C, H, W)


@right("5.5")
def loops_and_argmax(grad_output, x):
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*grad_output.shape):
        square = x[n, c, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        r, s = np.unravel_index(np.argmax(square), (2, 2))
        dx[n, c, 2 * i + r, 2 * j + s] = grad_output[n, c, i, j]
    return dx


@right("5.5")
def one_hot_winner(grad_output, x):
    winner = np.eye(4)[blocks_of(x).argmax(axis=-1)]
    return from_blocks(winner * grad_output[..., None])


@right("5.5")
def last_of_equals_wins(grad_output, x):
    b = blocks_of(x)[..., ::-1]
    winner = np.eye(4)[b.argmax(axis=-1)][..., ::-1]
    return from_blocks(winner * grad_output[..., None])


@right("5.5")
def four_slices(grad_output, x):
    parts = [x[:, :, i::2, j::2] for i in (0, 1) for j in (0, 1)]
    top = np.maximum.reduce(parts)
    dx = np.zeros(x.shape, dtype=grad_output.dtype)
    free = np.ones(top.shape, dtype=bool)
    for k, part in enumerate(parts):
        here = free & (part == top)
        dx[:, :, k // 2 :: 2, k % 2 :: 2] = np.where(here, grad_output, 0)
        free &= ~here
    return dx


# 5.6


def pad(g, a, b):
    return np.pad(g, ((0, 0), (0, 0), (a, a), (b, b)))


@wrong("5.6", "the template is not flipped")
def not_flipped(weight, grad_output):
    KH, KW = weight.shape[2:]
    return loops.conv2d(pad(grad_output, KH - 1, KW - 1), weight.transpose(1, 0, 2, 3))


@wrong("5.6", "the two axes O and C are not swapped")
def not_swapped(weight, grad_output):
    KH, KW = weight.shape[2:]
    return loops.conv2d(pad(grad_output, KH - 1, KW - 1), weight[:, :, ::-1, ::-1])


@wrong("5.6", "grad_output is not padded")
def not_padded(weight, grad_output):
    return loops.conv2d(grad_output, weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3))


@wrong("5.6", "pads with K zeros instead of K - 1")
def padded_too_far(weight, grad_output):
    KH, KW = weight.shape[2:]
    flipped = weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    return loops.conv2d(pad(grad_output, KH, KW), flipped)


@wrong("5.6", "square kernels only: one padding for both sides")
def one_padding(weight, grad_output):
    K = weight.shape[2]
    flipped = weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    return loops.conv2d(pad(grad_output, K - 1, K - 1), flipped)


@wrong("5.6", "height and width of the padding are swapped")
def padding_swapped(weight, grad_output):
    KH, KW = weight.shape[2:]
    flipped = weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    return loops.conv2d(grad_output, flipped, padding=(KW - 1, KH - 1))


@wrong("5.6", "flips the rows only")
def half_flipped(weight, grad_output):
    KH, KW = weight.shape[2:]
    flipped = weight[:, :, ::-1].transpose(1, 0, 2, 3)
    return loops.conv2d(grad_output, flipped, padding=(KH - 1, KW - 1))


@wrong("5.6", "transposes the template's rows and columns as well: .T")
def all_axes_turned(weight, grad_output):
    KH, KW = weight.shape[2:]
    flipped = weight[:, :, ::-1, ::-1].transpose(1, 0, 3, 2)
    return loops.conv2d(grad_output, flipped, padding=(KH - 1, KW - 1))


@wrong("5.6", "image and template are swapped")
def roles_swapped(weight, grad_output):
    KH, KW = weight.shape[2:]
    flipped = weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    return loops.conv2d(flipped, grad_output, padding=(KH - 1, KW - 1))


@wrong("5.6", "flips the axes O and C instead of the two of the kernel")
def wrong_axes_flipped(weight, grad_output):
    KH, KW = weight.shape[2:]
    flipped = weight[::-1, ::-1].transpose(1, 0, 2, 3)
    return loops.conv2d(grad_output, flipped, padding=(KH - 1, KW - 1))


@wrong("5.6", "where paintings overlap the last one stays: = for +=")
def painted_over(weight, grad_output):
    O, C, KH, KW = weight.shape
    N, _, Ho, Wo = grad_output.shape
    dx = np.zeros((N, C, Ho + KH - 1, Wo + KW - 1))
    for n, h, w in np.ndindex(N, Ho, Wo):
        dx[n, :, h : h + KH, w : w + KW] = np.tensordot(grad_output[n, :, h, w], weight, 1)
    return dx


@wrong("5.6", "only the last template counts")
def last_template(weight, grad_output):
    KH, KW = weight.shape[2:]
    flipped = weight[-1:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    return loops.conv2d(grad_output[:, -1:], flipped, padding=(KH - 1, KW - 1))


@wrong("5.6", "divides by the number of images")
def divided_by_n(weight, grad_output):
    KH, KW = weight.shape[2:]
    flipped = weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    return loops.conv2d(grad_output, flipped, padding=(KH - 1, KW - 1)) / len(grad_output)


@wrong("5.6", "flips the gradient and not the template")
def gradient_flipped(weight, grad_output):
    KH, KW = weight.shape[2:]
    g = grad_output[:, :, ::-1, ::-1]
    return loops.conv2d(g, weight.transpose(1, 0, 2, 3), padding=(KH - 1, KW - 1))


@wrong("5.6", "the flip is written into weight")
def flips_in_place(weight, grad_output):
    KH, KW = weight.shape[2:]
    weight[:] = weight[:, :, ::-1, ::-1].copy()
    return loops.conv2d(grad_output, weight.transpose(1, 0, 2, 3), padding=(KH - 1, KW - 1))


@right("5.6")
def painted(weight, grad_output):
    O, C, KH, KW = weight.shape
    N, _, Ho, Wo = grad_output.shape
    dx = np.zeros((N, C, Ho + KH - 1, Wo + KW - 1))
    for n, o, h, w in np.ndindex(N, O, Ho, Wo):
        dx[n, :, h : h + KH, w : w + KW] += grad_output[n, o, h, w] * weight[o]
    return dx


@right("5.6")
def with_lib(weight, grad_output):
    KH, KW = weight.shape[2:]
    flipped = np.flip(weight, (2, 3)).swapaxes(0, 1)
    return loops.conv2d(grad_output, flipped, padding=(KH - 1, KW - 1))


@right("5.6")
def kernel_loop(weight, grad_output):
    O, C, KH, KW = weight.shape
    N, _, Ho, Wo = grad_output.shape
    dx = np.zeros((N, C, Ho + KH - 1, Wo + KW - 1))
    for i in range(KH):
        for j in range(KW):
            dx[:, :, i : i + Ho, j : j + Wo] += np.einsum(
                "nohw,oc->nchw", grad_output, weight[:, :, i, j]
            )
    return dx


@right("5.6")
def windows_of_padded(weight, grad_output):
    KH, KW = weight.shape[2:]
    v = sliding_window_view(pad(grad_output, KH - 1, KW - 1), (KH, KW), axis=(2, 3))
    return np.einsum("noabij,ocij->ncab", v, weight[..., ::-1, ::-1])


# 5.7


@wrong("5.7", "forgets to divide by 2")
def not_halved(x, w):
    return (
        (x[0] - x[2]) * w[0],
        (x[1] + x[2]) * (w[0] + w[1] + w[2]),
        (x[2] - x[1]) * (w[0] - w[1] + w[2]),
        (x[3] - x[1]) * w[2],
    )


@wrong("5.7", "halves both the pixels and the weights")
def halved_twice(x, w):
    m1 = (x[1] + x[2]) / 2 * (w[0] + w[1] + w[2]) / 2
    m2 = (x[2] - x[1]) / 2 * (w[0] - w[1] + w[2]) / 2
    return (x[0] - x[2]) * w[0], m1, m2, (x[3] - x[1]) * w[2]


@wrong("5.7", "the sign of x in m2 is turned round")
def sign_of_m2(x, w):
    m0, m3 = (x[0] - x[2]) * w[0], (x[3] - x[1]) * w[2]
    m1 = (x[1] + x[2]) * (w[0] + w[1] + w[2]) / 2
    m2 = (x[1] - x[2]) * (w[0] - w[1] + w[2]) / 2
    return m0, m1, m2, m3


@wrong("5.7", "the sign of m3 is turned round")
def sign_of_m3(x, w):
    m0, m3 = (x[0] - x[2]) * w[0], (x[1] - x[3]) * w[2]
    m1 = (x[1] + x[2]) * (w[0] + w[1] + w[2]) / 2
    m2 = (x[2] - x[1]) * (w[0] - w[1] + w[2]) / 2
    return m0, m1, m2, m3


@wrong("5.7", "m1 and m2 are swapped")
def points_swapped(x, w):
    m0, m3 = (x[0] - x[2]) * w[0], (x[3] - x[1]) * w[2]
    m1 = (x[1] + x[2]) * (w[0] + w[1] + w[2]) / 2
    m2 = (x[2] - x[1]) * (w[0] - w[1] + w[2]) / 2
    return m0, m2, m1, m3


@wrong("5.7", "returns the two responses y0 and y1 instead of the products")
def responses(x, w):
    return (
        x[0] * w[0] + x[1] * w[1] + x[2] * w[2],
        x[1] * w[0] + x[2] * w[1] + x[3] * w[2],
    )


@wrong("5.7", "takes integer division for the half")
def whole_halves(x, w):
    m1 = (x[1] + x[2]) * ((w[0] + w[1] + w[2]) // 2)
    m2 = (x[2] - x[1]) * ((w[0] - w[1] + w[2]) // 2)
    return (x[0] - x[2]) * w[0], m1, m2, (x[3] - x[1]) * w[2]


@wrong("5.7", "w1 has the same sign in m1 and m2")
def same_weights(x, w):
    half = (w[0] + w[1] + w[2]) / 2
    return (
        (x[0] - x[2]) * w[0],
        (x[1] + x[2]) * half,
        (x[2] - x[1]) * half,
        (x[3] - x[1]) * w[2],
    )


@wrong("5.7", "m3 uses w0 in place of w2")
def w0_for_w2(x, w):
    m1 = (x[1] + x[2]) * (w[0] + w[1] + w[2]) / 2
    m2 = (x[2] - x[1]) * (w[0] - w[1] + w[2]) / 2
    return (x[0] - x[2]) * w[0], m1, m2, (x[3] - x[1]) * w[0]


@wrong("5.7", "no brackets around the weights: only w2 is halved")
def only_w2_halved(x, w):
    m1 = (x[1] + x[2]) * (w[0] + w[1] + w[2] / 2)
    m2 = (x[2] - x[1]) * (w[0] - w[1] + w[2] / 2)
    return (x[0] - x[2]) * w[0], m1, m2, (x[3] - x[1]) * w[2]


@wrong("5.7", "adds the four products up")
def added_up(x, w):
    m1 = (x[1] + x[2]) * (w[0] + w[1] + w[2]) / 2
    m2 = (x[2] - x[1]) * (w[0] - w[1] + w[2]) / 2
    return (x[0] - x[2]) * w[0] + m1 + m2 + (x[3] - x[1]) * w[2]


@wrong("5.7", "takes each entry of x for a number: float() fails for a row of pixels")
def numbers_only(x, w):
    a, b, c, d = (float(v) for v in x)
    m1 = (b + c) * (w[0] + w[1] + w[2]) / 2
    m2 = (c - b) * (w[0] - w[1] + w[2]) / 2
    return (a - c) * w[0], m1, m2, (d - b) * w[2]


@right("5.7")
def by_the_pencil(x, w):
    m0 = (x[0] - x[2]) * w[0]
    m1 = (x[1] + x[2]) * (w[0] + w[1] + w[2]) / 2
    m2 = (x[2] - x[1]) * (w[0] - w[1] + w[2]) / 2
    m3 = (x[3] - x[1]) * w[2]
    return m0, m1, m2, m3


@right("5.7")
def by_matrices(x, w):
    B = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, -1, 0, 1]])
    G = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])
    pixels, weights = np.tensordot(B, np.asarray(x), 1), G @ np.asarray(w)
    return np.array([p * v for p, v in zip(pixels, weights)])


@right("5.7")
def as_a_list(x, w):
    a, b, c, d = x
    even, odd = 0.5 * (w[0] + w[2]), 0.5 * w[1]
    return [w[0] * (a - c), (even + odd) * (b + c), (even - odd) * (c - b), w[2] * (d - b)]
