"""Write the two pages of mistakes from the checks.

python book/write_mistakes.py
"""

import ast
import importlib
import inspect
import pkgutil
import re
import sys
from collections import Counter, defaultdict
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import nbformat

from lib.course.checks import mistakes
from lib.course.numbering import CLINIC, NUMBER, day_of, sort_key

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests"))

import wrong_answers  # noqa: E402

SEEN = ROOT / "book" / "symptoms.txt"  # which sentences belong to what is seen
GROUPS = {  # the first symptom of each
    "`nan` or `inf`": "At first sight",
    "The sign is wrong": "When you compare numbers",
    "Right for some sizes, wrong for others": "When you change something",
}
TOLD = ">~!|"  # how its lines begin that are not such sentences
EDGE = "only wrong when "
HEADING = re.compile(rf"^#+ +Exercise +({NUMBER}) +· +(.+)", re.MULTILINE)
ABOUT = """\
# Mistakes, by what you see

*Your code runs, and the number is wrong. Which line is it, and how do you find it?*

In three steps: make the case so small that you know the answer, walk along to the
first array that is wrong, and look up how it differs. That is your symptom. There are
thirteen below, each with a likely cause, a test for your own code, and a line to
practise on, which is wrong in that way.

If a whole training run looks wrong, go to [the clinic](../lessons/clinic.ipynb) or to
[what is known of losses that go wrong](troubleshooting.md#the-loss-goes-wrong); if
Python stops with a message, to [troubleshooting](troubleshooting.md). What the check
of each exercise knows is on [a page of its own](mistakes_by_exercise.md).

## Make it small, and compare

Take two or three random examples, in `float64`, with sizes that all differ. Compare
with something slow that you trust: a calculation by hand, a version with loops, or,
for a gradient, a nudge to every number, which is called a [gradient
check](../lessons/day04_mlp.ipynb#is-the-gradient-right):

```python
from lib.gradcheck import numerical_gradient, relative_error

right = numerical_gradient(loss, W)  # loss(W): one number
print(dW.shape, right.shape)
print(relative_error(dW, right))  # below 1e-6: dW is right
print(dW / right)  # inf: only yours is not 0; nan: both are 0
```

Look at the ratios only if the error is larger than that, and pass over entries where
both numbers are tiny: there they are rounding.

<details class="answer">
<summary>Without <code>lib</code></summary>

```python
import numpy as np


def numerical_gradient(loss, W, eps=1e-5):
    assert W.dtype == np.float64
    slopes = np.zeros_like(W)
    for place in np.ndindex(W.shape):
        kept = W[place]
        W[place] = kept + eps
        above = loss(W)
        W[place] = kept - eps
        below = loss(W)
        W[place] = kept
        slopes[place] = (above - below) / (2 * eps)
    return slopes


def relative_error(a, b):
    return np.abs(a - b).max() / max(np.abs(a).max(), np.abs(b).max(), 1e-4)
```

</details>

Four things make a right gradient look wrong. At a kink there are two slopes: where
the input of ReLU is 0, or where two pixels of a pooling window are equal, as around a
digit. So take random numbers, not images. Dropout draws new numbers at each call:
give it the same seed each time. `float32` has too few digits for a nudge. And a layer
that remembers its input remembers the last nudge: run the forward and the backward
pass first, keep the gradients, then nudge.

If the small case is right, put back what you took away, one thing at a time: your
sizes, your dtype, the range of your numbers. Some symptoms need them.

## Find the line

Begin with the forward pass. A gradient check knows nothing of it, since the nudge
goes through the same wrong line. Compare the output of each layer with loops, from
the input to the loss. The first one that differs is made by the line you look for.
Here is a network of two layers, and the loops for its first one:

```python
rng = np.random.default_rng(0)
X, y, rows = rng.normal(size=(3, 4)), np.array([0, 1, 1]), np.arange(3)
W1, W2 = rng.normal(size=(5, 4)), rng.normal(size=(2, 5))

A = X @ W1.T
H = np.tanh(A)
Z = H @ W2.T
for n, o in np.ndindex(A.shape):
    assert np.isclose(A[n, o], sum(X[n, i] * W1[o, i] for i in range(4)))
```

Then the backward pass, from the loss to the input. Write the loss as a function of
each array on the way. Each of these is the one before, with one more link in front:

```python
def from_scores(Z):
    return (np.log(np.exp(Z).sum(axis=1)) - Z[rows, y]).mean()


def from_hidden(H):
    return from_scores(H @ W2.T)


def from_sums(A):
    return from_hidden(np.tanh(A))


dZ = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
dZ[rows, y] -= 1
dZ /= 3
dH = dZ @ W2
dA = dH * (1 - H)

print("dZ", relative_error(dZ, numerical_gradient(from_scores, Z)) < 1e-6)
print("dH", relative_error(dH, numerical_gradient(from_hidden, H)) < 1e-6)
right = numerical_gradient(from_sums, A)
print("dA", relative_error(dA, right) < 1e-6)
print((dA / right)[0].round(2))
```

```text
dZ True
dH True
dA False
[5.37 0.75 2.11 1.78 2.76]
```

```{{raw}} html
:file: _static/chain.svg
```

So the line that makes `dA` is wrong. How does it differ? From entry to entry, and no
other row below fits: [a factor is missing or
wrong](#a-factor-a-term-or-a-path-is-missing). The slope of tanh is `1 - H**2`: with
that, all three print `True`, and the ratios are 1. After that you would compare
`dW1`. It is made from `dA`, so it is wrong now, though its own line may be right.

If your layers are objects, one function does for all of them:

```python
def loss_from(i, x):  # x goes into layer i
    for layer in layers[i:]:
        x = layer.forward(x)
    return loss(x)


right = numerical_gradient(lambda x: loss_from(i, x), inputs[i])
```

Here `inputs[i]` is what layer i was given in the forward pass, and `right` is what it
should hand back. For its weights, nudge the array that the layer itself uses, not a
copy: `numerical_gradient(lambda _: loss_from(0, X), layer.W)`.

## Look it up

Go down the table. The first row that fits is your symptom.

| what you see | look under |
|---|---|
{table}

When it is right at last, keep the small case as a test. Then the same mistake cannot
come back unseen.

"""


class Family(NamedTuple):
    """A kind of mistake: what is seen, a line that makes it, why, and what helps."""

    symptom: str
    task: str
    line: str
    right: str  # what stands in the solution
    cause: str
    cure: str
    check: tuple = ()  # (exercise, problem): which check says what of it
    question: str = ""  # if no check asks one of its own


FAMILIES = [
    Family(
        "A square table runs, but its rows do not add up to 1. Most others "
        "stop with an error.",
        "Each row of `counts`, `(N, K)`, is divided by its sum:",
        "return counts / counts.sum(axis=1)",
        "return counts / counts.sum(axis=1, keepdims=True)",
        "The sums have lost an axis. Broadcasting aligns their shape `(N,)` with "
        "the last axis, so each of them divides a column, not its row. That runs if "
        "N equals K. It runs too if K is 1, and gives a table `(N, N)`.",
        "Keep the axis, with length 1. Try it with N different from K, and with K = 1.",
        ("1.4", "the sums lost their axis, so each meets a column, not its row"),
    ),
    Family(
        "Every entry of a gradient is off by the same factor: the size of the batch.",
        "`dZ` is `(P - Y) / len(X)`, and the gradient for weights `(in, out)` is",
        "dW = X.T @ dZ / len(X)",
        "dW = X.T @ dZ",
        "The mean is taken twice: `dZ` has its 1/N already. If every entry is N times "
        "too large, it was not taken at all.",
        "Divide once, where the loss is a mean. Every gradient after it has the "
        "factor.",
        ("3.5", "dW is divided by N"),
    ),
    Family(
        "With 64 images it stops with an error. With 5 it runs, now and then.",
        "`dZ`, a copy of `P`, has a row for each image. In each row, 1 is taken "
        "from the target's entry:",
        "dZ[targets, np.arange(len(P))] -= 1",
        "dZ[np.arange(len(P)), targets] -= 1",
        "The two indices have changed places: this is row `targets[n]`, column `n`. "
        "There is such a place if n is less than K and the target less than N.",
        "Say the axes aloud, rows first. Try more images than classes.",
        ("3.4", "row numbers and targets have changed places in the index"),
    ),
    Family(
        "The loss rises from the first step, and at a smaller rate it rises more "
        "slowly.",
        "With the gradient `dw`, `db`, one step of descent is",
        "return w + learning_rate * dw, b + learning_rate * db",
        "return w - learning_rate * dw, b - learning_rate * db",
        "The gradient points uphill, and this step follows it.",
        "Minus: the gradient says where the loss rises.",
        ("3.2", "the step goes uphill"),
    ),
    Family(
        "The first call is right. The next, with the same array, is not.",
        "`P`, `(N, K)`, holds probabilities that are needed again:",
        "dZ = P\ndZ[np.arange(len(P)), targets] -= 1",
        "dZ = P.copy()\ndZ[np.arange(len(P)), targets] -= 1",
        "`dZ` is a second name for `P`, not a second array: the line writes into both.",
        "Copy, or use an operation that makes a new array, such as `P - Y`.",
        ("3.4", "your function changed P"),
        "which line writes into an array that it was given?",
    ),
    Family(
        "Change any channel but the last, and the result stays the same.",
        "`window` and `weight[o]` have shape `(C, KH, KW)`. The products of all "
        "channels are added up:",
        "total = 0\n"
        "for c in range(len(window)):\n"
        "    total = (window[c] * weight[o, c]).sum()\n"
        "y[n, o, h, w] = total + bias[o]",
        "y[n, o, h, w] = (window * weight[o]).sum() + bias[o]",
        "Each channel overwrites what the one before it gave.",
        "`+=` in the loop, or a sum over all channels, without a loop:",
        ("5.3", "only the last channel counts"),
    ),
    Family(
        "The nearest image looks nothing like the question. An image one grey "
        "level darker than the question counts as far away.",
        "`images` and `question` are `uint8`. The differences, before they are "
        "squared:",
        "difference = (images - question).astype(np.float64)",
        "difference = images - question.astype(np.float64)",
        "The dtype cannot hold the results: in arrays of `uint8`, 97 − 100 is 253, and "
        "nothing says so. Here the wider dtype comes too late. Without `.astype`, the "
        "squares would go wrong as well: in `uint8`, 16² is 0.",
        "Change the dtype first, then compute.",
        ("1.5", "the differences are taken in uint8, and only then made wider"),
    ),
    Family(
        "The first batch is right, and later ones of the same size are wrong.",
        "A layer, in `forward(self, x)`, remembers for the way back which "
        "numbers passed:",
        'if not hasattr(self, "passed"):\n    self.passed = x > 0',
        "self.passed = x > 0",
        "Something is left over from the call before: the mask of the first batch.",
        "Set it again in every call. In a test, call twice, with different arrays.",
        ("4.5", "only wrong when a layer sees a second batch"),
    ),
    Family(
        "The weights learn. The biases stay where they began.",
        "`dZ`, `(N, K)`, is `(P - Y) / N`: a gradient for each score of a softmax. "
        "That for the `K` biases is",
        "db = dZ.sum()",
        "db = dZ.sum(axis=0)",
        "Without `axis`, `sum` adds up the whole table: one number for all biases, and "
        "broadcasting lets it pass. Here it is 0, or a rounding away from it, because "
        "each row of `P - Y` adds up to 0.",
        "Add up over the axis that the biases do not have.",
        ("3.5", "db is one number"),
    ),
    Family(
        "Right for scores around 10. For scores around 1000, `nan`.",
        "The softmax of scores `Z`, `(N, K)`:",
        "e = np.exp(Z)\nreturn e / e.sum(axis=1, keepdims=True)",
        "shifted = Z - Z.max(axis=1, keepdims=True)  # (N, K) - (N, 1)\n"
        "e = np.exp(shifted)\nreturn e / e.sum(axis=1, keepdims=True)",
        "exp(1000) is `inf`: the largest `float64` is about exp(709.8), the largest "
        "`float32` exp(88.7). And `inf / inf` is `nan`. One of them in `dZ` "
        "spoils all gradients of its class; two steps later, every weight is.",
        "Take the largest score of each row away first. The softmax stays the same, "
        "and exp meets no number above 0.",
        ("3.3", "large scores overflow: exp(1000) is inf"),
    ),
    Family(
        "For an image of 5 × 5 pixels and a kernel of 5 × 5, it counts no window.",
        "How many windows fit into `size` pixels, with `padding` on both sides?",
        "return (size + 2 * padding - kernel) // stride",
        "return (size + 2 * padding - kernel) // stride + 1",
        "The division counts the steps from the first window to the last. There is one "
        "window more than there are steps.",
        "Count by hand in the smallest case: it shows what is missing.",
        ("5.2", "one window is missing"),
    ),
    Family(
        "With `p` = 0.5 it looks right. With `p` = 0.1, nine of ten numbers are 0.",
        "Dropout sets a share `p` of the numbers to 0, and scales up the others:",
        "mask = (rng.random(x.shape) < p) / (1 - p)",
        "mask = (rng.random(x.shape) >= p) / (1 - p)",
        "A number of `rng.random` is less than 0.1 in one of ten cases, and those are "
        "the ones that stay: the comparison is turned round.",
        "Try a value far from ½, where a thing and its opposite differ.",
        ("6.4", "p is the share that is kept, not the one that is dropped"),
    ),
    Family(
        "Multiply the loss by 2: the gradients before this layer stay the same.",
        "ReLU, on the way back, in `backward(self, grad_output)`:",
        "return self.passed.astype(float)",
        "return grad_output * self.passed",
        "This is the layer's own slope. The chain rule multiplies it by what arrives "
        "from the layer after it, and that is in `grad_output`.",
        "Multiply. In a test, give each argument two values, and expect two answers.",
        ("4.5", "grad_output has no effect"),
    ),
    Family(
        "A network with one output hits every target, and its loss is not 0.",
        "`prediction` is `(N, 1)`, `target` is `(N,)`. The loss:",
        "((prediction - target) ** 2).mean()",
        "((prediction[:, 0] - target) ** 2).mean()",
        "Aligned from the right, the 1 meets N. The difference is `(N, N)`: each "
        "prediction against every target. A library that differentiates this loss by "
        "itself makes every prediction the mean of all targets.",
        "Give both the same shape, and let a test say so.",
        question="which shape has the difference?",
    ),
    Family(
        "`flipped` has the right shape and, sorted, the right numbers.",
        "The way back through a convolution needs its templates (kernels), `(O, C, KH, "
        "KW)`, flipped, and with O and C exchanged:",
        "O, C, KH, KW = weight.shape\n"
        "flipped = weight[:, :, ::-1, ::-1].reshape(C, O, KH, KW)",
        "flipped = weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)",
        "`reshape` reads the numbers in the order of their indices, the last one "
        "fastest, and cuts this row elsewhere. It exchanges nothing.",
        "To exchange axes, use `transpose`.",
        ("5.6", "a reshape was used to swap O and C"),
    ),
    Family(
        "The gradient for the input of tanh is right for `y` = 0, and for hardly any "
        "other value.",
        "The way back through tanh, with its output `y`:",
        "return grad_output * (1 - y)",
        "return grad_output * (1 - y**2)",
        "A square is missing: the slope of tanh is 1 − y². That equals 1 − y for y = 0 "
        "and for y = 1 alone.",
        "Write down each layer's slope before its code, and check the layer alone.",
        ("4.2", "the slope is not 1 - y"),
    ),
]
TASKS = {
    "1.1": "Which of nine names in a project belong in `.gitignore`?",
    "1.2": "Write down six shapes that come from `images`, `(10000, 28, 28)`.",
    "1.3": "Make every pixel of `uint8` images brighter by `by`, 0 to 255, and stop at "
    "255.",
    "1.4": "Divide each row of `counts`, `(N, K)`, by its sum, without a loop.",
    "1.5": "Which of N `uint8` images, `(N, 28, 28)`, has the smallest squared "
    "distance to `question`?",
    "1.6": "From `distances` `(Q, M)`, let each row’s k nearest vote on a digit; the "
    "smaller wins a tie.",
    "2.1": "What shape do these bytes announce: `00 00 08 03 00 00 01 f4 00 00 00 20 "
    "00 00 00 18`?",
    "2.2": "Turn the bytes of an IDX file into an array; byte 3 says how many axes it "
    "has.",
    "2.3": "Draw the share `test_share` of each class in `y`; return the rows of train "
    "and test.",
    "2.4": "Standardise two `uint8` arrays with the mean and standard deviation of "
    "`train`.",
    "2.5": "Turn labels `(N,)` into rows of 0 with a single 1, `(N, classes)`.",
    "2.6": "Write a class that hands out batches of `x` and `y`, in a new order on "
    "each walk.",
    "3.1": "Return the mean squared error of two arrays of one shape.",
    "3.2": "Take one step of descent on the mean squared error of the line w x + b.",
    "3.3": "Return the softmax of each row of `Z`, `(N, 10)`, also for scores of "
    "±1000.",
    "3.4": "`P` `(N, K)` are probabilities. Return the mean cross-entropy’s gradient "
    "for the scores.",
    "3.5": "From `X` `(N, D)` and `dZ` `(N, K)`, which has the mean’s 1/N, return `dW` "
    "`(D, K)` and `db` `(K,)`.",
    "3.6": "Is the best loss `patience` or more epochs old, and which epoch, from 0, "
    "has it?",
    "4.1": "What is ∂L/∂a, along two paths, if L is (a · b + a)², a is 3 and b is 5?",
    "4.2": "Take `grad_output` `(N, H)` back through a tanh, given its output `y`, "
    "`(N, H)`.",
    "4.3": "From `x` `(N, in)` and `grad_output` `(N, out)`, which has the 1/N, return "
    "`dW` `(out, in)` and `db`.",
    "4.4": "From `W` `(out, in)` and `grad_output` `(N, out)`, return the input’s "
    "gradient, `(N, in)`.",
    "4.5": "Write ReLU as a layer; where the input is 0, its slope is 0.",
    "4.6": "Choose weights of two ReLU units: the output is positive where XOR is 1, "
    "negative where it is 0.",
    "5.1": "Compute one response of a template of 3 × 3 by hand.",
    "5.2": "How many windows fit, as an `int`, with `padding` on both sides?",
    "5.3": "Convolve `x` `(N, C, H, W)` with `weight` `(O, C, KH, KW)` by loops, "
    "without padding.",
    "5.4": "Lay out the windows of `x` `(N, C, H, W)` as columns: `(N, C·K·K, Ho·Wo)`, "
    "entries as in (C, K, K).",
    "5.5": "Take a gradient back through pooling of 2 × 2 to `x` `(N, C, H, W)`, one "
    "winner a square.",
    "5.6": "Take `grad_output` `(N, O, Ho, Wo)` back to the input; `weight` is `(O, C, "
    "KH, KW)`, the stride 1.",
    "5.7": "Make the four products that convolve `x` `(4,)` with `w` `(3,)`.",
    "6.1": "How large is a signal of 1 after `depth` linear layers of `n` units, with "
    "weights of `std`?",
    "6.2": "Normalise each column of `x`, `(N, D)`; return `y`, `x_hat` `(N, D)` and "
    "the root, `std` `(D,)`.",
    "6.3": "From `grad_output` `(N, D)` return `dx` `(N, D)`, `dgamma` and `dbeta` "
    "`(D,)`.",
    "6.4": "Drop numbers with probability `p`; return `y` and `mask`, which is 0 or "
    "1/(1 − p).",
    "6.5": "Write one step of Adam: new `w`, `m` and `s`. `t` counts from 1.",
    "7.1": "From `x` and `x_hat`, `(N, 784)`, return the mean squared error of each "
    "image, `(N,)`.",
    "7.2": "Draw the way from the code of `a` to that of `b` in `steps` places, both "
    "ends included.",
    "7.3": "From `x` `(N, d)` return labels and new centres, `(K, d)`; one without "
    "points stays.",
    "7.4": "Return the adjusted Rand index of `groups` and `digits`, (S − E) / (½ (A + "
    "B) − E).",
    "7.5": "From squared distances, find the β whose perplexity is the one asked for.",
    "7.6": "Return the gradient of t-SNE for a map `Y` `(N, 2)`; no point is its own "
    "neighbour.",
    "8.1": "Return the standard error of a share of `n` images, each right with "
    "probability `p`.",
    "8.2": "Move row i of `image` right by shear · (m − i), rounded; what enters is 0.",
    "8.3": "Return the mean cross-entropy’s gradient for `logits`, `(N, K)`; ε is "
    "spread over all K classes.",
    "8.4": "From `(M, N, K)` probabilities, return the class with the largest mean "
    "logarithm, for N images.",
    "8.5": "In bins of equal width, how far are confidence and accuracy apart, "
    "weighted by size?",
    "8.6": "Of all 2ⁿ patterns of signs, which share has a mean at least as far from 0 "
    "as `differences`?",
    "8.7": "How likely do a + b fair coins fall at least this unevenly, either way?",
    "9.1": "Ink is on the side of the mean cube: make it positive, and all else 0.",
    "9.2": "`counts` `(L,)` is a histogram. Which level divides it best? It belongs to "
    "the lower group.",
    "9.3": "Number the parts of a mask `(H, W)` from 1, row by row; corners connect.",
    "9.4": "Return the row and column, from 0, of the centre of mass of an image `(H, "
    "W)`.",
    "9.5": "Hide `size` × `size` pixels around each pixel; return how much class `k`’s "
    "score falls, `(H, W)`.",
    "10.1": "List the values of a graph, each of them once, and after its parents.",
    "10.2": "`a`, of shape `shape`, was broadcast to that of `grad`. Return the "
    "gradient for `a`.",
    "10.3": "How low is the best of `n` draws from `errors` `(N,)`, put back, on "
    "average?",
    "10.4": "Return the contrastive loss’s gradient for `u`, `(2N, D)`; rows 0 and 1 "
    "are a pair, 2 and 3, …",
    "10.5": "Return the gradient for `x_hat` of the mean squared difference of "
    "features from `x`’s.",
    "10.6": "Take `dz` `(N, D)` back through z = μ + exp(v/2) ε, to μ and v = "
    "`log_variance`.",
}
CHOSEN = {  # which answers of tests/wrong_answers stand in a box, as code
    "1.3": "clip_too_late stops_late scales",
    "1.4": "no_keepdims column_sums total",
    "1.5": "too_late int16_squares axis_zero",
    "1.6": "positions without_nearest nearest_in_tie",
    "2.2": "native_order magic_is_length always_three",
    "2.3": "plain_split positions_in_class shuffled_twice",
    "2.4": "both_together mixed_scales mean_after",
    "2.5": "as_found whole_columns from_one",
    "2.6": "TwoOrders StepOne LenOfRows",
    "3.1": "mean_first absolute summed",
    "3.2": "w_first product_of_means no_two",
    "3.3": "one_maximum keepdims_once clips",
    "3.4": "whole_columns half_divided softmax_again",
    "3.5": "db_mean product_of_sums db_two_axes",
    "3.6": "compares_neighbours never_reset too_early",
    "4.2": "tanh_again no_brackets sigmoid_slope",
    "4.3": "day_three_layout db_other_axis not_summed",
    "4.4": "w_transposed one_for_all not_added",
    "4.5": "MasksTheGradient TimesInput CornerIsOne",
    "4.6": "zero_is_not_negative classes_swapped logical_or",
    "5.2": "pads_once plus_one_inside floor_is_float",
    "5.3": "bias_per_channel square_images returns_too_early",
    "5.4": "no_transpose channels_fastest misses_the_last",
    "5.5": "ties_all reshape_wrong row_for_column",
    "5.6": "not_padded all_axes_turned padding_swapped",
    "5.7": "same_weights not_halved sign_of_m2",
    "6.1": "no_root no_brackets precedence",
    "6.2": "eps_outside mean_square each_example",
    "6.3": "straight_only first_term_only sums_for_means",
    "6.4": "mask_unscaled draws_twice same_for_all",
    "6.5": "no_correction old_memory eps_inside",
    "7.1": "each_pixel mean_first divided_by_n",
    "7.2": "fades_images adds_codes end_missing",
    "7.3": "labels_after_the_move group_number empty_is_zero",
    "7.4": "plain_rand e_over_n squares",
    "7.5": "not_normalised squared_again entropy_for_perplexity",
    "7.6": "diagonal_counts row_sums bell_curve",
    "8.1": "n_outside power_half of_the_count",
    "8.2": "negative_index starts_from_copy still_row_forgotten",
    "8.3": "over_the_others label_keeps_one p_smoothed",
    "8.4": "plain_mean majority over_images",
    "8.5": "not_weighed two_denominators equal_counts",
    "8.6": "one_sided zero_or_one caret",
    "8.7": "more_than_one exactly a_is_smaller",
    "9.1": "by_mean other_side_left both_sides",
    "9.2": "levels_from_zero means_of_counts value_of_b",
    "9.3": "not_passed_on single_pass gaps_in_numbers",
    "9.4": "not_weighed middle_of_box by_pixels",
    "9.5": "rim_forgotten same_array corner",
    "10.1": "before_parents breadth_first remembers",
    "10.2": "missing_axes no_keepdims from_the_end",
    "10.3": "unsorted no_difference counted_from_one",
    "10.4": "zero_diagonal twice_the_rows pushes_only",
    "10.5": "x_last of_the_difference whole_backward",
    "10.6": "no_half variance with_the_price",
}
NOT_IT = {  # how a number comes about that a check of 4.1 only turns down
    "144 is not it": "144 is not it: that is 36 · 3 + 36",
    "108 is not it": "108 is not it: that is 36 · 3, or 18 · 5 + 18",
    "72 is not it": "72 is not it: that is 36 + 36",
}
WARD = "which of the names in that table fits what the run shows?"
DAYS = """\
# Mistakes, by exercise

*Which mistakes does the check of an exercise know, and what does it ask?*

**Solve an exercise before you open its box:** it gives the answer away. Where you
have to write a function, the box begins with three that are wrong. Say what is wrong
with each before you unfold what the check says of it; the hint is the question that
it asks. A right answer follows. Below it stand other mistakes, those first whose kind
comes up in many exercises; the rest is folded.

**If you teach,** put that code on the board, and have the questions ready. All of it
is constructed, nothing is counted in a class ([where it comes
from](#where-they-come-from)). [Grade a class](instructors.md#grade-a-class) counts
which of these mistakes yours makes, and [the page by what you see](mistakes.md) has
tests that work on any code.
"""
SOURCES = """
## Where they come from

The authors of the checks wrote wrong answers and gave each a sentence and a question,
which `check` prints when an answer behaves like it. To test the checks, a second set
of wrong answers was written from the lessons alone, without sight of that list. Where
one of its mistakes had no name yet, it was given one, so the two sets are not
independent. The code in the boxes was chosen from this set by hand: answers with one
slip, which the check names. In it `np`, `math`, `itertools` and our `loops` are
imported. Of the cases in which an answer fails though it is right otherwise, a box
shows those that this set met, and folds the rest.

The checks know {mistakes} sentences for {exercises} exercises; answers of the second
set met {likely} of them. The same slip in three exercises counts three times, and
{edges} sentences name no slip, only the case that fails. In 1.2, where a sentence
exists for each of six arrays, a box shows those that were met. What a check says
about any answer, such as an error or an argument that was changed, is not listed.
"""
SIX = re.compile("your shape of")  # 1.2: the same for each of six arrays
TITLES = re.compile(r'- file: lessons/(\w+)\n +title: "(.+)"')
CHECKED = re.compile(rf'^check\("({NUMBER})", (\w+)\)', re.MULTILINE)
REPORT = re.compile(r"Reported: (“.*?”)")
RIDDLE = "What is wrong with it?"
PART = re.compile(r" — ((?:(?:the [\w -]+|\w+(?:\(\w*\))?): )?)$")
LINES, WIDTH = 20, 88  # the longest code in a box
KNOWN = "lib", "wrong_answers"  # from where no import is shown
FORMAL = re.compile(
    r"it does not return|it returns lists|the list is empty|there is a name in it"
    r"|.*reverse order|.*do not hold row numbers"
    r"|.*(?:is|are) (?:not|none) (?:an?|of|two|one|three|four)\b"
)


def headings():
    """Return the file, title, report and answer's name of each exercise, by number."""
    found, names = {}, {}
    for path in sorted([*ROOT.glob("lessons/*.ipynb"), *ROOT.glob("book/*.ipynb")]):
        cells = nbformat.read(path, as_version=4).cells
        names |= {n: name for cell in cells for n, name in CHECKED.findall(cell.source)}
        for cell in cells:
            if cell.cell_type == "markdown":
                for number, title in HEADING.findall(cell.source):
                    report = REPORT.search(cell.source)
                    file = path.relative_to(ROOT).as_posix()
                    report = report[1] if report else ""
                    found[number] = file, title.strip(), report, names.get(number, "")
    return found


def likely(known):
    """Return what others' answers met: ``{"3.1": {problem: [Met, …], …}, …}``.

    They wrote wrong answers from the lessons alone. A check's line says what it saw,
    and perhaps of which part of the answer, such as ``"dW: "``.
    """
    for module in pkgutil.iter_modules(wrong_answers.__path__, "wrong_answers."):
        importlib.import_module(module.name)
    answers = {answer.key: answer for answer in wrong_answers.ANSWERS}
    found = {number: {} for number in known}
    for key, judged in wrong_answers.judgements().items():
        number, said = judged["line"].removeprefix("❌ ").split(" ", 1)
        said, _, question = said.rpartition(". Hint: ")
        seen = [problem for problem, _ in known.get(number, ()) if problem in said]
        for _, some in groupby(sorted(seen, key=is_case), key=is_case):
            problem = max(some, key=len)
            of = PART.search(said.removesuffix(problem))
            whole = judged["verdict"] == "named" and said.endswith(problem)
            of = re.sub(r"^(\S+): $", r"`\1`: ", of[1]) if of else ""
            met = Met(answers[key], of, whole, question)
            found[number].setdefault(problem, []).append(met)
    return found


class Met(NamedTuple):
    """An answer, of which part a sentence is true, if that is all, what is asked."""

    answer: wrong_answers.Answer
    of: str
    whole: bool
    question: str


def is_case(problem):
    """Return whether a sentence names no slip, only the case that fails."""
    return problem.startswith(EDGE)


@cache
def pieces(module):
    """Return what a module of answers defines: ``{name: its syntax tree}``."""
    found = {}
    for node in ast.parse(inspect.getsource(sys.modules[module])).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {target.id: node for target in node.targets}
        elif isinstance(node, ast.ImportFrom) and node.module not in KNOWN:
            found |= {name.name: node for name in node.names}
    return found


def needed(node, around):
    """Yield what a piece of code needs from its module, before what needs it."""
    names = [part for part in ast.walk(node) if isinstance(part, ast.Name)]
    own = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    for name in names:
        if name.id in around.keys() - own and around[name.id] is not node:
            yield from needed(around[name.id], around)
            yield around[name.id]


def shown(answer, name):
    """Return an answer's code, under its exercise's name, below what it calls."""
    made = answer.answer
    around = pieces(made.__module__)
    around = {n: piece for n, piece in around.items() if n != made.__name__}
    lines = inspect.getsource(sys.modules[made.__module__]).splitlines()
    source = re.sub(r"^@.*\n", "", dedent(inspect.getsource(made))).strip()
    [tree] = ast.parse(source).body
    if getattr(tree, "bases", ()):  # one class, with the methods of both
        own = {method.name for method in tree.body}
        base = around[tree.bases.pop().id].body
        old = [method for method in base if method.name not in own]
        old = ["\n".join(lines[m.lineno - 1 : m.end_lineno]) for m in old]
        source = "\n\n".join([*old, source.split("\n", 1)[1]])
        source = f"class {made.__name__}:\n{source}"
    above = dict.fromkeys(needed(tree, around))
    above = ["\n".join(lines[piece.lineno - 1 : piece.end_lineno]) for piece in above]
    source = "\n\n\n".join([*above, source])
    source = re.sub(rf"\b{made.__name__}\b", name, source)
    lines = list(filter(None, source.splitlines()))
    assert len(lines) <= LINES and max(map(len, lines)) <= WIDTH, answer.key
    return source


def with_code(number, met, name):
    """Return the chosen answers of a box, as ``{problem: Markdown}``."""
    found = {m.answer.name: (m, p) for p, some in met.items() for m in some if m.whole}
    chosen = [found[key] for key in CHOSEN.get(number, "").split()]
    return {
        problem: riddle(shown(m.answer, name), m.of + problem, m.question)
        for m, problem in chosen
    }


def riddle(code, said, question):
    """Return code that is wrong, a hint, and what is wrong with it, both folded."""
    hint = folded("A hint", f"*{plain(capital(question))}*", "answer")
    answer = folded(RIDDLE, f"{plain(capital(said))}.", "answer")
    return f"```python\n{code}\n```\n{hint}{answer}"


def pages():
    """Return the text of both pages, by file."""
    where = headings()
    numbers = sorted(where, key=sort_key)
    known = {number: found for number in numbers if (found := mistakes(number))}
    return {
        ROOT / "book/mistakes.md": by_symptom(known),
        ROOT / "book/mistakes_by_exercise.md": by_exercise(known, where),
    }


def solved(path, number):
    """Return the code of an exercise's solution with what it imports, to be opened."""
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells]
    (source,) = (source for source in cells if f'check("{number}"' in source)
    source = source.partition("\n\n\ncheck(")[0]
    lines = re.findall(r"^from numpy\.\S+ import \w+$", "\n".join(cells), re.MULTILINE)
    needed = [line for line in lines if line.split()[-1] in source]
    source = "\n\n\n".join([*needed, source])
    return folded("A right answer", f"```python\n{source}\n```", "answer")


def by_exercise(known, where):
    """Return what the check of each exercise knows, day by day."""
    listed = {
        m[:2] for *_, causes in symptoms(known) for c in causes.values() for m in c
    }
    titles = dict(TITLES.findall((ROOT / "_toc.yml").read_text(encoding="utf-8")))
    met = likely(known)
    parts = [DAYS]
    for day, some in groupby(known, key=day_of):
        some = list(some)
        parts.append(f"\n## {titles[Path(where[some[0]][0]).stem]}\n")
        common = set.intersection(*(set(known[number]) for number in some))
        if common:
            ordered = [m for m in known[some[0]] if m in common]
            parts.append(folded("In each of these exercises", by_question(ordered)))
        if day == CLINIC:
            parts.append(
                "\nHere a repair is judged together with the name of the fault.\n"
            )
            often = Counter(mistake for number in some for mistake in known[number])
            against = {m for m, n in often.items() if n > 1 and m not in common}
            name, common = "`diagnosis` is none of the names", common | against
            against = [m for m in often if m in against and not m[0].startswith(name)]
            against.append((f"{name} in the table of its ward", WARD))
            against.sort(key=lambda m: not m[0].startswith("it is not"))
            parts.append(folded("In several of them", by_question(against)))
        for number in some:
            _, title, report, name = where[number]
            right = ROOT / "solutions" / Path(where[some[0]][0]).name
            task = TASKS.get(number) or f"{report} What does this run have?"
            own = [m for m in known[number] if m not in common]
            own.sort(key=lambda m: bool(FORMAL.match(m[0])))
            own.sort(key=lambda m: (number, m[0]) not in listed)
            own.sort(key=lambda m: is_case(m[0]))
            code = with_code(number, met[number], name)
            own = [m for m in own if m[0] not in code]
            own = [m for m in own if m[0] in met[number] or not SIX.match(m[0])]
            first = [
                m
                for m in own
                if (m[0] in met[number] if is_case(m[0]) else (number, m[0]) in listed)
            ]
            own = [m for m in own if m not in first]
            rest = by_question(own)
            if rest and (first or code):
                rest = folded(f"{len(own)} more", rest)
            exercise = in_lesson(where, number)
            solution = f"../{right.relative_to(ROOT)}#{exercise.split('#')[1]}"
            text = [
                f"[The exercise]({exercise}) · [the solution]({solution})",
                *code.values(),
                solved(right, number) if code else "",
                "**Other mistakes, and what the check asks**" if code and first else "",
                by_question(first),
                rest,
            ]
            parts.append(
                folded(
                    f"<strong>{number} {escape(title)}</strong><br>{in_html(task)}",
                    "\n\n".join(filter(None, text)),
                    name=f"mistakes-{number.replace('.', '-').lower()}",
                )
            )
    problems = [problem for found in known.values() for problem, _ in found]
    sources = SOURCES.format(
        mistakes=f"{len(problems):,}".replace(",", "\N{NO-BREAK SPACE}"),
        likely=sum(map(len, met.values())),
        edges=sum(map(is_case, problems)),
        exercises=len(known),
    )
    return "".join(parts) + sources


def worked(kind, known):
    """Return a mistake as it is met: its symptom and line, the rest to be opened."""
    number, problem = kind.check or ("", "")
    # the KeyError of a problem that no check knows any more stops the page
    question = plain(capital(kind.question or dict(known[number])[problem]))
    answer = (
        f"*{question}*\n\n**Cause.** {kind.cause}\n\n**Cure.** {kind.cure}\n\n"
        f"```python\n{kind.right}\n```"
    )
    return (
        f"**{kind.symptom}**\\\n{kind.task}\n\n```python\n{kind.line}\n```\n"
        + folded(RIDDLE, answer, "answer")
    )


def symptoms(known):
    """Return what is seen: ``[(symptom, places in FAMILIES, {cause: [mistake, …]})]``.

    A mistake is ``(exercise, problem, question)``. A line of the table that no sentence
    of a check begins with, or more than one, stops the page.
    """
    found = []
    for line in SEEN.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            symptom, _, places = line[2:].partition(" | ")
            causes, cause = {}, ""
            found.append((symptom, [int(place) for place in places.split()], causes))
        elif line[0] in TOLD:
            continue  # see advice
        elif line.startswith("- "):
            cause = line[2:]
        else:
            number, start = line.split(" ", 1)
            some = [m for m in known[number] if m[0].startswith(start)]
            some = [m for m in some if m[0] == start] or some
            assert len(some) == 1, (symptom, line, some)
            causes.setdefault(cause, []).append((number, *some[0]))
    return found


def advice():
    """Return how each symptom shows, and its usual cause with a test."""
    found = {}
    for part in re.split(r"^# ", SEEN.read_text(encoding="utf-8"), flags=re.M)[1:]:
        symptom, *lines = part.splitlines()
        differs, *lines = [line for line in lines if line[0] in TOLD]
        found[symptom.partition(" | ")[0]] = differs[3:], "\n".join(told(lines))
    return found


def told(lines):
    """Yield paragraphs, which begin with >, code, ~, tables, |, and drawings, !."""
    for sign, some in groupby(lines, key=lambda line: line[0]):
        some = [line[2:] for line in some]
        if sign == ">":
            yield "\n\n".join(some) + "\n"
        elif sign == "~":
            yield "```python\n" + "\n".join(some) + "\n```\n"
        elif sign == "|":
            yield "| shapes | what happens |\n|---|---|\n" + "".join(
                f"| {row} |\n" for row in some
            )
        else:
            yield "```{raw} html\n:file: _static/" + some[0] + "\n```\n"


def by_symptom(known):
    """Return the page: what is seen, and for each its cause, a test and a line."""
    rows, table, tests = [], [], advice()
    for symptom, places, _ in symptoms(known):
        if symptom in GROUPS:
            table.append(f"| **{GROUPS[symptom]}** | |")
            rows.append(f"## {GROUPS[symptom]}\n")
        seen, text = tests[symptom]
        anchor = re.sub(r"[^\w]+", "-", symptom.lower()).strip("-")
        table.append(f"| {seen} | [{symptom}](#{anchor}) |")
        rows.append(f"### {symptom}\n\n{text}")
        rows += [worked(FAMILIES[n - 1], known) for n in places]
    return ABOUT.format(table="\n".join(table)) + "\n".join(rows)


def in_lesson(where, number):
    """Return the address of an exercise in its lesson."""
    return f"../{where[number][0]}#exercise-{number.replace('.', '-').lower()}"


def folded(summary, text, kind="mistakes", name=""):
    """Return a text that opens when its first line is clicked."""
    # Sphinx keeps numbers and units together, but not in what is HTML already
    pattern = r"(?<=\d) (?=%|images|pixels|epochs|seconds|× \d)|(?<=\d ×) (?=\d)"
    summary = re.sub(pattern, "\N{NO-BREAK SPACE}", summary)
    name = name and f' id="{name}"'
    return (
        f'\n<details class="{kind}"{name}>\n<summary>{summary}</summary>\n\n'
        f"{text}\n\n</details>\n"
    )


def by_question(found):
    """Return mistakes as a list: those with one question, and below them it."""
    problems = defaultdict(list)
    for problem, hint in found:
        problem = NOT_IT.get(problem, problem)
        if is_case(problem):
            problem = f"right, except when {problem[len(EDGE) :]}"
        problems[hint].append(problem)
    rows = []
    for hint, some in problems.items():
        first, *others = some
        said = "".join(f".\\\n  Or: {plain(other)}" for other in others)
        rows.append(f"- {plain(capital(first))}{said}.\\\n  *{plain(capital(hint))}*")
    return "\n".join(rows)


# What is code in a sentence of a check, although it has no backticks there
CODE = re.compile(
    r"(?<![\w.])(?:"
    r"x == x\.max\(\)|g x_hat(?=²)"
    r"|(?:for|back)ward\(\w*\)|\.(?:gitignore|venv|astype)|__\w+__|requirements\.txt|by=0|0:1"
    r"|[A-Za-z]\w*(?:\.[A-Za-z]\w*)+(?:\((?:[^()]|\([^()]*\))*\))?"  # np.max(…)
    r"|[A-Za-z]\w*\[[^\]]*\]|len\(\)"  # P[…, …]
    r"|[a-z]+_[a-z]{3,}[a-z_]*|mean\([^()]*\)"  # grad_output, not y_i
    r"|u?int\d+|float\d+|keepdims|arg(?:min|max|sort)|d[WbZzx]|dgamma|dbeta|nan|-?inf"
    r"|std|grad|lr|eps|betas|rng|True|False|reshape(?= (?:moves?|was))|backward(?!s)"
    r"|labels(?= needs)|by(?= is \d)|(?:n )?\*\* 1 / 2|p \* 1 - p|x \* mask"
    r"|254 // 255|u >= p|2 \^ n|\[\x22a\x22, \x22b\x22\])(?![A-Za-z0-9_])"
    r"|(?<!\S)(?:\*\*?|<=?|//|\+=|==|>=|=(?= or)|/(?= (?:do|comes))|-$)(?=$|[\s?,])"
)
SYMBOLS = [  # and how its mathematics is set
    (r" - (?=\S)", " − "),
    (r"(?<![\w.)\]])-(?=[\d\w])", "−"),
    (r"\b(y|u|x|s)_([ijn]{1,2})\b", lambda m: m[1] + m[2].translate(LOWERED)),
    (r"e\^\(v/2\) ε", "ε exp(v/2)"),
    (r"e\^\(v/2\)", "exp(v/2)"),
    (r"\^H", "ᴴ"),
    (r"e\^v\b", "exp(v)"),
    (r"\bm-hat", "m̂"),
    (r"\bs-hat", "ŝ"),
    (r"\bbeta\b", "β"),
]
LOWERED = str.maketrans("ijn", "ᵢⱼₙ")


def typeset(sentence):
    """Return the pieces of a sentence of a check: ``[(is it code?, text), …]``."""
    parts = sentence.split("`")
    if len(parts) % 2 == 0:
        parts = [sentence]
    pieces = []
    for k, part in enumerate(parts):
        if k % 2:
            pieces.append((True, part))
            continue
        end, part = 0, part.replace(") ** 2", ")²")
        for match in CODE.finditer(part):
            pieces += [(False, part[end : match.start()]), (True, match[0])]
            end = match.end()
        pieces.append((False, part[end:]))
    return [(code, text if code else symbols(text)) for code, text in pieces if text]


def symbols(text):
    """Return a text with minus signs, indices and powers as they are printed."""
    for pattern, sign in SYMBOLS:
        text = re.sub(pattern, sign, text)
    return text


def plain(sentence):
    """Return a sentence of a check as Markdown: code as code, the rest literally."""
    text = "".join(
        f"`{part}`" if code else re.sub(r"([\\`*_\[\]<>$|~{}])", r"\\\1", part)
        for code, part in typeset(sentence)
    )
    return re.sub(r"\((\d+\.\d+)\)", to_equation, text)


@cache
def equations():
    """Return the file of each equation: ``{"3.1": "lessons/day03_linear.ipynb"}``."""
    return {
        number: path.relative_to(ROOT).as_posix()
        for path in [*ROOT.glob("lessons/*.ipynb"), *ROOT.glob("book/*.ipynb")]
        for number in re.findall(
            r"\\\\tag\{([\d.]+)\}", path.read_text(encoding="utf-8")
        )
    }


def to_equation(match):
    """Return ``(3.1)`` as a link to that equation, anything else as it is."""
    file = equations().get(match[1])
    anchor = f"equation-{match[1].replace('.', '-')}"
    return f"[{match[0]}](../{file}#{anchor})" if file else match[0]


def in_html(question):
    """Return a question of a check as HTML, where Markdown is not read."""
    return "".join(
        f"<code>{escape(part, quote=False)}</code>"
        if code
        else re.sub(r"(?<=\w)'", "’", escape(part, quote=False))
        for code, part in typeset(capital(question))
    )


def capital(text):
    """Return a sentence with a capital, unless it begins with a name."""
    # np.zeros, dW and β stay as they are written
    name = re.match(
        r"\w*[._]\w|[b-z](?:\b|²)|\w[A-Z0₀-₉]|\w+\(|[^\x00-\x7f]|"
        r"(d[abmwxyz]|d?gamma|d?beta|lr|grad|std|nan|inf|u?int\d+|float\d+|keepdims|"
        r"argsort|argmax|min|max|reshape|backward|depth|train and|test is|target was|"
        r"labels needs|a is \d)\b",
        text,
    )
    return text if name else text[0].upper() + text[1:]


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
