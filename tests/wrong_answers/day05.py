"""Mistakes people make on day 5, each caught by the hint that names it."""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lib import loops
from wrong_answers import wrong

wrong("5.1", "which index counts the rows", value=2)
wrong("5.1", "name the centre", value=-4)
wrong("5.1", "does (5.1) turn the template", value=7)
wrong("5.1", "row i or column i", value=-1)
wrong("5.1", "the two negative numbers", value=14)
wrong("5.1", "5, which is not it. Hint: write the nine pixels of the window", value=5)
wrong("5.1", "which entry of the map", value=np.zeros((3, 3)))


@wrong("5.2", "does the first one need a step")
def forgot_the_first_window(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel) // stride


@wrong("5.2", "has it one side")
def padding_on_one_side(size, kernel, stride=1, padding=0):
    return (size + padding - kernel) // stride + 1


@wrong("5.2", "where is P in")
def without_padding(size, kernel, stride=1, padding=0):
    return (size - kernel) // stride + 1


@wrong("5.2", "what does S divide")
def without_stride(size, kernel, stride=1, padding=0):
    return size + 2 * padding - kernel + 1


@wrong("5.2", "what does the stride divide")
def divided_everything(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel + 1) // stride


@wrong("5.2", "is it rounded up")
def rounded_up(size, kernel, stride=1, padding=0):
    return math.ceil((size + 2 * padding - kernel) / stride) + 1


@wrong("5.2", "5.2)'s brackets")
def not_rounded(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel) / stride + 1


@wrong("5.2", "gives one?")
def a_float_that_looks_whole(size, kernel, stride=1, padding=0):
    return np.floor((size + 2 * padding - kernel) / stride) + 1


@wrong("5.2", "if nobody says")
def other_defaults(size, kernel, stride=1, padding=1):
    return (size + 2 * padding - kernel) // stride + 1


def by_loops(x, weight, bias, stride):
    return loops.conv2d(x, weight, bias, (stride, stride))


@wrong("5.3", "where does b stand")
def no_bias(x, weight, bias, stride=1):
    return loops.conv2d(x, weight, None, (stride, stride))


@wrong("5.3", "is it inside the sums")
def bias_for_every_pixel(x, weight, bias, stride=1):
    Ho, Wo = x.shape[2] - weight.shape[2] + 1, x.shape[3] - weight.shape[3] + 1
    y = np.zeros((len(x), len(weight), Ho, Wo))
    for n, o, h, w in np.ndindex(y.shape):
        for c, i, j in np.ndindex(weight.shape[1:]):
            y[n, o, h, w] += weight[o, c, i, j] * x[n, c, h + i, w + j] + bias[o]
    return y


@wrong("5.3", "what dtype has your array")
def into_an_array_of_whole_numbers(x, weight, bias, stride=1):
    return by_loops(x, weight, bias, stride).astype(int)


@wrong("5.3", "which one belongs to template o")
def all_biases(x, weight, bias, stride=1):
    return by_loops(x, weight, None, stride) + bias.sum()


@wrong("5.3", "which index counts the rows")
def width_first(x, weight, bias, stride=1):
    return by_loops(x, weight, bias, stride).swapaxes(2, 3)


@wrong("5.3", "= or +=")
def overwrites_the_channel_before(x, weight, bias, stride=1):
    return by_loops(x[:, -1:], weight[:, -1:], bias, stride)


@wrong("5.3", "does (5.3) turn it")
def turned_template(x, weight, bias, stride=1):
    return by_loops(x, weight[:, :, ::-1, ::-1], bias, stride)


@wrong("5.3", "a template of 3 have in 6")
def one_place_too_few(x, weight, bias, stride=1):
    return by_loops(x, weight, bias, stride)[:, :, :-1, :-1]


@wrong("5.3", "where do channels stand")
def channels_at_the_end(x, weight, bias, stride=1):
    return by_loops(x, weight, bias, stride).transpose(0, 2, 3, 1)


@wrong("5.3", "at h or at S h")
def stride_only_in_the_shape(x, weight, bias, stride=1):
    Ho = (x.shape[2] - weight.shape[2]) // stride + 1
    Wo = (x.shape[3] - weight.shape[3]) // stride + 1
    return by_loops(x, weight, bias, 1)[:, :, :Ho, :Wo]


@wrong("5.3", "where is S h")
def stride_ignored(x, weight, bias, stride=1):
    return by_loops(x, weight, bias, 1)


@wrong("5.3", "IndexError")
def height_for_both_sides(x, weight, bias, stride=1):
    K = weight.shape[2]
    y = np.zeros((len(x), len(weight), x.shape[2] - K + 1, x.shape[3] - K + 1))
    for n, o, h, w in np.ndindex(y.shape):
        for c, i, j in np.ndindex(weight.shape[1], K, K):
            y[n, o, h, w] += weight[o, c, i, j] * x[n, c, h + i, w + j]
    return y + bias[:, None, None]


def windows_of(x, K):
    return sliding_window_view(x, (K, K), axis=(2, 3))  # (N, C, Ho, Wo, K, K)


@wrong("5.4", "reshape moves no axis")
def reshape_alone(x, K):
    return windows_of(x, K).reshape(len(x), x.shape[1] * K * K, -1)


@wrong("5.4", "in the middle of (O, C·K·K) @")
def windows_as_rows(x, K):
    N, C = x.shape[:2]
    return windows_of(x, K).transpose(0, 2, 3, 1, 4, 5).reshape(N, -1, C * K * K)


@wrong("5.4", "which of Ho and Wo counts fastest")
def column_by_column(x, K):
    N, C = x.shape[:2]
    return windows_of(x, K).transpose(0, 1, 4, 5, 3, 2).reshape(N, C * K * K, -1)


@wrong("5.4", "which axis comes first")
def channel_fastest(x, K):
    N, C = x.shape[:2]
    return windows_of(x, K).transpose(0, 4, 5, 1, 2, 3).reshape(N, C * K * K, -1)


@wrong("5.4", "with all its channels")
def channels_apart(x, K):
    N, C = x.shape[:2]
    return windows_of(x, K).transpose(0, 1, 4, 5, 2, 3).reshape(N, C, K * K, -1)


@wrong("5.4", "where is the axis N")
def images_side_by_side(x, K):
    return windows_of(x, K).transpose(1, 4, 5, 0, 2, 3).reshape(x.shape[1] * K * K, -1)


@wrong("5.4", "which axis stays in front")
def images_mixed(x, K):
    N, C = x.shape[:2]
    columns = windows_of(x, K).transpose(0, 1, 4, 5, 2, 3).reshape(C * K * K, N, -1)
    return columns.transpose(1, 0, 2)


def winners(x):
    """The squares (N, C, H/2, 2, W/2, 2) and where each has its largest numbers."""
    N, C, H, W = x.shape
    squares = x.reshape(N, C, H // 2, 2, W // 2, 2)
    return squares == squares.max(axis=(3, 5), keepdims=True)


@wrong("5.5", "how do you keep one")
def to_every_equal_winner(grad_output, x):
    return (winners(x) * grad_output[:, :, :, None, :, None]).reshape(x.shape)


@wrong("5.5", "a tie was shared out")
def shared_among_equal_winners(grad_output, x):
    won = winners(x)
    share = grad_output[:, :, :, None, :, None] / won.sum(axis=(3, 5), keepdims=True)
    return (won * share).reshape(x.shape)


@wrong("5.5", "that is average pooling")
def as_for_the_mean(grad_output, x):
    return grad_output.repeat(2, axis=2).repeat(2, axis=3) / 4


@wrong("5.5", "if one that lost grows")
def to_all_four(grad_output, x):
    return grad_output.repeat(2, axis=2).repeat(2, axis=3)


@wrong("5.5", "what arrives from the right")
def only_the_mask(grad_output, x):
    return winners(x).reshape(x.shape)


@wrong("5.5", "the winners are kept, as forwards")
def keeps_the_winners(grad_output, x):
    return winners(x).reshape(x.shape) * x


@wrong("5.5", "which is larger, 1 or -8")
def largest_without_its_sign(grad_output, x):
    return to_every_equal_winner(grad_output, np.abs(x))


@wrong("5.5", "must the winner stand there")
def to_the_upper_left(grad_output, x):
    grad = np.zeros_like(x)
    grad[:, :, ::2, ::2] = grad_output
    return grad


@wrong("5.5", "after a tie a loser got it")
def upper_left_after_a_tie(grad_output, x):
    won = winners(x).transpose(0, 1, 2, 4, 3, 5)
    won[won.sum(axis=(4, 5)) > 1] = [[True, False], [False, False]]
    return (won.transpose(0, 1, 2, 4, 3, 5) * grad_output[:, :, :, None, :, None]).reshape(x.shape)


@wrong("5.5", "is the largest of four positive")
def starts_the_search_at_zero(grad_output, x):
    return to_every_equal_winner(grad_output, x) * (x > 0)


@wrong("5.5", "which line writes to x")
def writes_into_x(grad_output, x):
    right = loops.max_pool2d_backward(grad_output, x, (2, 2), (2, 2))
    x[...] = right
    return right


def frame(g, height, width):
    return np.pad(g, ((0, 0), (0, 0), (height, height), (width, width)))


@wrong("5.6", "what do the minus signs")
def not_flipped(weight, grad_output):
    g = frame(grad_output, weight.shape[2] - 1, weight.shape[3] - 1)
    return loops.conv2d(g, weight.transpose(1, 0, 2, 3))


@wrong("5.6", "which axes flip")
def flipped_one_axis(weight, grad_output):
    g = frame(grad_output, weight.shape[2] - 1, weight.shape[3] - 1)
    return loops.conv2d(g, weight.transpose(1, 0, 2, 3)[:, :, ::-1])


@wrong("5.6", "which axes does (5.6) turn")
def flipped_all_axes(weight, grad_output):
    g = frame(grad_output, weight.shape[2] - 1, weight.shape[3] - 1)
    return loops.conv2d(g, np.flip(weight.transpose(1, 0, 2, 3)))


@wrong("5.6", "what does a corner of x get")
def no_frame(weight, grad_output):
    return loops.conv2d(grad_output, weight.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1])


@wrong("5.6", "K or K - 1 zeros")
def frame_of_k(weight, grad_output):
    g = frame(grad_output, weight.shape[2], weight.shape[3])
    return loops.conv2d(g, weight.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1])


@wrong("5.6", "over which of the two")
def swapped_only_when_it_must_be(weight, grad_output):
    g = frame(grad_output, weight.shape[2] - 1, weight.shape[3] - 1)
    turned = weight[:, :, ::-1, ::-1]
    if weight.shape[0] != weight.shape[1]:
        turned = turned.transpose(1, 0, 2, 3)
    return loops.conv2d(g, turned)


@wrong("5.6", "not swapped. Hint: over which of the two")
def not_swapped(weight, grad_output):
    g = frame(grad_output, weight.shape[2] - 1, weight.shape[3] - 1)
    return loops.conv2d(g, weight[:, :, ::-1, ::-1])


@wrong("5.6", "nothing was flipped")
def neither_swapped_nor_flipped(weight, grad_output):
    g = frame(grad_output, weight.shape[2] - 1, weight.shape[3] - 1)
    return loops.conv2d(g, weight)


@wrong("5.6", "what is g[-1] to NumPy")
def counts_from_the_end(weight, grad_output):
    N, _, Ho, Wo = grad_output.shape
    templates, C, KH, KW = weight.shape
    grad = np.zeros((N, C, Ho + KH - 1, Wo + KW - 1))
    for a, b, o, i, j in np.ndindex(*grad.shape[2:], templates, KH, KW):
        if a - i < Ho and b - j < Wo:
            grad[:, :, a, b] += grad_output[:, o, a - i, b - j, None] * weight[o, :, i, j]
    return grad


def four(x, w, seen=None, values=None):
    seen = [x[0] - x[2], x[1] + x[2], x[2] - x[1], x[1] - x[3]] if seen is None else seen
    if values is None:
        values = [w[0], (w[0] + w[1] + w[2]) / 2, (w[0] - w[1] + w[2]) / 2, w[2]]
    return np.array([value * s for value, s in zip(values, seen, strict=True)])


@wrong("5.7", "which four products are they made of")
def the_two_outputs(x, w):
    return np.array([w @ x[:3], w @ x[1:]])


@wrong("5.7", "what is Π (pⱼ - pᵢ) at 1 and at -1")
def without_the_halves(x, w):
    return four(x, w, values=[w[0], w[0] + w[1] + w[2], w[0] - w[1] + w[2], w[2]])


@wrong("5.7", "is it x₂ - x₁ or x₁ - x₂")
def third_sign(x, w):
    return four(x, w) * [1, 1, -1, 1]


@wrong("5.7", "which of x₀ and x₂")
def first_sign(x, w):
    return four(x, w, seen=[x[2] - x[0], x[1] + x[2], x[2] - x[1], x[1] - x[3]])


@wrong("5.7", "with which sign must x₃ stand")
def fourth_sign(x, w):
    return four(x, w, seen=[x[0] - x[2], x[1] + x[2], x[2] - x[1], x[3] - x[1]])


@wrong("5.7", "which comes first")
def minus_one_first(x, w):
    return four(x, w)[[0, 2, 1, 3]]


@wrong("5.7", "at which point is the first one")
def infinity_first(x, w):
    return four(x, w)[::-1]


@wrong("5.7", "what becomes of w₁ at t = -1")
def one_twice(x, w):
    return four(x, w, values=[w[0], w.sum() / 2, w.sum() / 2, w[2]])


@wrong("5.7", "what becomes of w₁ at t = 1")
def minus_one_twice(x, w):
    value = (w[0] - w[1] + w[2]) / 2
    return four(x, w, values=[w[0], value, value, w[2]])


@wrong("5.7", "leading coefficient")
def ends_swapped(x, w):
    return four(x, w, values=[w[2], w.sum() / 2, (w[0] - w[1] + w[2]) / 2, w[0]])


@wrong("5.7", "which two does the row for ∞")
def neighbours_at_the_end(x, w):
    return four(x, w, seen=[x[0] - x[2], x[1] + x[2], x[2] - x[1], x[2] - x[3]])


@wrong("5.7", "not halved alike")
def one_half_forgotten(x, w):
    values = [w[0], w[0] + w[1] + w[2], (w[0] - w[1] + w[2]) / 4, w[2]]
    return four(x, w, values=values)


@wrong("5.7", "what does w(t) come to at t = 1")
def plain_products(x, w):
    return np.array([x[0] * w[0], x[1] * w[1], x[2] * w[2], x[3] * w[2]])


@wrong("5.7", "does every path")
def nothing_returned(x, w):
    four(x, w)
    return None


@wrong("5.7", "a number or a row of them")
def numbers_only(x, w):
    return np.array([float(np.sum(m)) for m in four(x, w)])


@wrong("5.7", "what is x taken together with there")
def six_sums(x, w):
    return four(x, w, seen=[x[0] + x[2], x[1] + x[2], x[2] - x[1], x[1] + x[3]])
