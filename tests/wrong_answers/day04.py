"""Answers to the exercises of day 4, written from the lesson alone."""

import numpy as np

from lib import nn
from wrong_answers import right, wrong

# 4.1

wrong("4.1", "gives only the path through the product", value=180)
wrong("4.1", "gives only the path straight into the sum", value=36)
wrong("4.1", "takes a for b, or subtracts one path from the other", value=144)
wrong("4.1", "gives the gradient of b", value=108)
wrong("4.1", "multiplies the two paths instead of adding them", value=6480)
wrong("4.1", "adds the slopes 5 and 1 but forgets what arrives", value=6)
wrong("4.1", "takes the square's output 324 for what arrives", value=324 * 6)
wrong("4.1", "the sign is turned round", value=-216)
wrong("4.1", "a slip in the multiplication", value=206)
wrong("4.1", "gives a word instead of a number", value="216 or so")

right("4.1", value=216)
right("4.1", value=5 * 36 + 36)
right("4.1", value=np.float64(216.0))
right("4.1", value=2 * (3 * 5 + 3) * (5 + 1))


# 4.2


@wrong("4.2", "forgets the factor grad_output")
def slope_alone(grad_output, y):
    return 1 - y**2


@wrong("4.2", "takes y for the input and applies tanh once more")
def tanh_again(grad_output, y):
    return grad_output * (1 - np.tanh(y) ** 2)


@wrong("4.2", "no brackets: the product is taken before the difference")
def no_brackets(grad_output, y):
    return grad_output * 1 - y**2


@wrong("4.2", "forgets the square")
def not_squared(grad_output, y):
    return grad_output * (1 - y)


@wrong("4.2", "uses the slope of the sigmoid")
def sigmoid_slope(grad_output, y):
    return grad_output * y * (1 - y)


@wrong("4.2", "the sign is turned round")
def wrong_sign(grad_output, y):
    return grad_output * (y**2 - 1)


@wrong("4.2", "1 + y**2 instead of 1 - y**2")
def plus(grad_output, y):
    return grad_output * (1 + y**2)


@wrong("4.2", "adds the gradient to the slope instead of multiplying")
def added(grad_output, y):
    return grad_output + (1 - y**2)


@wrong("4.2", "writes into grad_output")
def in_place(grad_output, y):
    grad_output *= 1 - y**2
    return grad_output


@wrong("4.2", "dx is grad_output itself, which is changed")
def dx_is_grad(grad_output, y):
    dx = grad_output
    dx -= dx * y**2
    return dx


@wrong("4.2", "writes into y")
def squares_y(grad_output, y):
    y **= 2
    return grad_output * (1 - y)


@wrong("4.2", "computes tanh forwards again instead of the slope")
def forwards(grad_output, y):
    return grad_output * np.tanh(y)


@wrong("4.2", "does not return the result")
def nothing_back(grad_output, y):
    dx = grad_output * (1 - y**2)  # noqa: F841


@wrong("4.2", "prints instead of returning")
def prints(grad_output, y):
    print(grad_output * (1 - y**2))


@wrong("4.2", "a matrix product instead of an entry by entry product")
def matrix_product(grad_output, y):
    return grad_output @ (1 - y**2).T


@wrong("4.2", "sums over the batch")
def summed(grad_output, y):
    return (grad_output * (1 - y**2)).sum(axis=0)


@wrong("4.2", "a typo in a name")
def typo(grad_output, y):
    return grad_ouput * (1 - y**2)  # noqa: F821


@right("4.2")
def with_a_loop(grad_output, y):
    dx = np.zeros(y.shape)
    for n in range(y.shape[0]):
        for h in range(y.shape[1]):
            dx[n, h] = grad_output[n, h] * (1 - y[n, h] * y[n, h])
    return dx


@right("4.2")
def factored(grad_output, y):
    return (1 - y) * (1 + y) * grad_output


@right("4.2")
def with_a_copy(grad_output, y):
    dx = grad_output.copy()
    dx *= 1 - np.square(y)
    return dx


@right("4.2")
def without_brackets(grad_output, y):
    return grad_output - np.einsum("nh,nh,nh->nh", grad_output, y, y)


# 4.3


@wrong("4.3", "dW is transposed: (in, out)")
def day_three_layout(x, grad_output):
    return x.T @ grad_output, grad_output.sum(axis=0)


@wrong("4.3", "divides by N a second time")
def mean_again(x, grad_output):
    N = len(x)
    return grad_output.T @ x / N, grad_output.sum(axis=0) / N


@wrong("4.3", "takes the mean for db instead of the sum")
def mean_bias(x, grad_output):
    return grad_output.T @ x, grad_output.mean(axis=0)


@wrong("4.3", "divides only dW by N")
def mean_weights(x, grad_output):
    return grad_output.T @ x / x.shape[0], grad_output.sum(axis=0)


@wrong("4.3", "db is summed over the outputs instead of the batch")
def db_other_axis(x, grad_output):
    return grad_output.T @ x, grad_output.sum(axis=1)


@wrong("4.3", "db is one number, summed over everything")
def db_no_axis(x, grad_output):
    return grad_output.T @ x, grad_output.sum()


@wrong("4.3", "db keeps an axis of length 1")
def db_keepdims(x, grad_output):
    return grad_output.T @ x, grad_output.sum(axis=0, keepdims=True)


@wrong("4.3", "db is not summed at all")
def db_not_summed(x, grad_output):
    return grad_output.T @ x, grad_output


@wrong("4.3", "returns (db, dW), the wrong way round")
def swapped(x, grad_output):
    return grad_output.sum(axis=0), grad_output.T @ x


@wrong("4.3", "forgets db")
def only_weights(x, grad_output):
    return grad_output.T @ x


@wrong("4.3", "the sign is turned round")
def negative(x, grad_output):
    return -(grad_output.T @ x), -grad_output.sum(axis=0)


@wrong("4.3", "uses only the first example of the batch")
def first_only(x, grad_output):
    return np.outer(grad_output[0], x[0]), grad_output[0]


@wrong("4.3", "leaves out the last example of the batch")
def last_missing(x, grad_output):
    dW = grad_output[:-1].T @ x[:-1]
    return dW, grad_output.sum(axis=0)


@wrong("4.3", "einsum keeps the batch axis: one dW for each example")
def not_summed(x, grad_output):
    return np.einsum("no,ni->noi", grad_output, x), grad_output.sum(axis=0)


@wrong("4.3", "adds up db in the first row of grad_output, in place")
def adds_in_place(x, grad_output):
    dW = grad_output.T @ x
    db = grad_output[0]
    for row in grad_output[1:]:
        db += row
    return dW, db


@wrong("4.3", "multiplies x by itself")
def x_twice(x, grad_output):
    return x.T @ x, grad_output.sum(axis=0)


@wrong("4.3", "twice the gradient, as if the loss were a square")
def doubled(x, grad_output):
    return 2 * grad_output.T @ x, 2 * grad_output.sum(axis=0)


@wrong("4.3", "forgets the return")
def no_return(x, grad_output):
    dW = grad_output.T @ x  # noqa: F841
    db = grad_output.sum(axis=0)  # noqa: F841


@right("4.3")
def plain(x, grad_output):
    dW = grad_output.T @ x
    db = grad_output.sum(axis=0)
    return dW, db


@right("4.3")
def by_einsum(x, grad_output):
    return np.einsum("no,ni->oi", grad_output, x), np.einsum("no->o", grad_output)


@right("4.3")
def transposed_at_the_end(x, grad_output):
    return [(x.T @ grad_output).T, np.ones(len(x)) @ grad_output]


@right("4.3")
def by_broadcasting(x, grad_output):
    outer = grad_output[:, :, None] * x[:, None, :]
    return outer.sum(0), grad_output.sum(0)


# 4.4


@wrong("4.4", "W is transposed")
def w_transposed(W, grad_output):
    return grad_output @ W.T


@wrong("4.4", "the result is transposed: (in, N)")
def result_transposed(W, grad_output):
    return W.T @ grad_output.T


@wrong("4.4", "divides by N")
def divided(W, grad_output):
    return grad_output @ W / len(grad_output)


@wrong("4.4", "the sign is turned round")
def minus(W, grad_output):
    return -grad_output @ W


@wrong("4.4", "sums over the batch")
def one_for_all(W, grad_output):
    return grad_output.sum(axis=0) @ W


@wrong("4.4", "takes the mean over the batch, with an axis of length 1")
def batch_mean(W, grad_output):
    return grad_output.mean(axis=0, keepdims=True) @ W


@wrong("4.4", "forgets grad_output")
def only_w(W, grad_output):
    N = len(grad_output)
    return np.ones((N, W.shape[0])) @ W


@wrong("4.4", "forgets W and repeats the sum of the gradient")
def only_grad(W, grad_output):
    total = grad_output.sum(axis=1, keepdims=True)
    return np.repeat(total, W.shape[1], axis=1)


@wrong("4.4", "only the last output counts: = instead of +=")
def last_path(W, grad_output):
    dx = np.zeros((len(grad_output), W.shape[1]))
    for o in range(W.shape[0]):
        dx = np.outer(grad_output[:, o], W[o])
    return dx


@wrong("4.4", "leaves out the last output")
def one_output_missing(W, grad_output):
    return grad_output[:, :-1] @ W[:-1]


@wrong("4.4", "takes the mean over the outputs instead of the sum")
def mean_of_paths(W, grad_output):
    return grad_output @ W / W.shape[0]


@wrong("4.4", "does not sum over the outputs")
def not_added(W, grad_output):
    return grad_output[:, :, None] * W[None]


@wrong("4.4", "uses the sign of the weights only")
def sign_only(W, grad_output):
    return grad_output @ np.sign(W)


@wrong("4.4", "takes the absolute value of the weights")
def takes_abs(W, grad_output):
    return grad_output @ np.abs(W)


@wrong("4.4", "divides grad_output in place")
def normalises(W, grad_output):
    grad_output /= len(grad_output)
    return grad_output @ W * len(grad_output)


@wrong("4.4", "a star instead of a matrix product")
def star(W, grad_output):
    return grad_output * W


@wrong("4.4", "prints instead of returning")
def shows(W, grad_output):
    print(grad_output @ W)


@right("4.4")
def dot(W, grad_output):
    return np.dot(grad_output, W)


@right("4.4")
def einsum_paths(W, grad_output):
    return np.einsum("oi,no->ni", W, grad_output)


@right("4.4")
def both_transposed(W, grad_output):
    return (W.T @ grad_output.T).T


@right("4.4")
def as_tensordot(W, grad_output):
    return np.tensordot(grad_output, W, axes=([1], [0]))


# 4.5


@wrong("4.5", "backward forgets the slope")
class NoSlope:
    params = ()

    def forward(self, x):
        return np.maximum(x, 0)

    def backward(self, grad_output):
        return grad_output


@wrong("4.5", "backward forgets grad_output")
class OnlySlope:
    params = ()

    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, grad_output):
        return (self.x > 0).astype(float)


@wrong("4.5", "backward looks at the sign of grad_output instead of the input")
class MasksTheGradient:
    params = ()

    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, grad_output):
        return np.maximum(grad_output, 0)


@wrong("4.5", "the slope at exactly 0 is 1")
class CornerIsOne:
    params = ()

    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, grad_output):
        return grad_output * (self.x >= 0)


@wrong("4.5", "backward multiplies by the input instead of by its slope")
class TimesInput:
    params = ()

    def forward(self, x):
        self.y = np.maximum(x, 0)
        return self.y

    def backward(self, grad_output):
        return grad_output * self.y


@wrong("4.5", "forward writes into x")
class WritesIntoX:
    params = ()

    def forward(self, x):
        self.mask = x > 0
        x[x < 0] = 0
        return x

    def backward(self, grad_output):
        return grad_output * self.mask


@wrong("4.5", "backward writes into grad_output")
class WritesIntoGrad:
    params = ()

    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, grad_output):
        dx = grad_output
        dx[self.x <= 0] = 0
        return dx


@wrong("4.5", "backward writes into the saved x")
class WritesIntoSavedX:
    params = ()

    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, grad_output):
        self.x[self.x > 0] = 1
        self.x[self.x <= 0] = 0
        return grad_output * self.x


@wrong("4.5", "forward saves nothing, so backward fails")
class Forgetful:
    params = ()

    def forward(self, x):
        mask = x > 0
        return x * mask

    def backward(self, grad_output):
        return grad_output * self.mask


@wrong("4.5", "forward takes np.max, the largest number of all")
class MaxOfAll:
    params = ()

    def forward(self, x):
        self.x = x
        return np.max(x, 0)

    def backward(self, grad_output):
        return grad_output * (self.x > 0)


@wrong("4.5", "forward takes the absolute value")
class Absolute:
    params = ()

    def forward(self, x):
        self.x = x
        return np.abs(x)

    def backward(self, grad_output):
        return grad_output * (self.x > 0)


@wrong("4.5", "keeps the negative numbers: minimum for maximum")
class Minimum:
    params = ()

    def forward(self, x):
        self.x = x
        return np.minimum(x, 0)

    def backward(self, grad_output):
        return grad_output * (self.x > 0)


@wrong("4.5", "the slope is the wrong way round: 1 where x is negative")
class Mirrored:
    params = ()

    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, 0)

    def backward(self, grad_output):
        return np.where(self.x < 0, grad_output, 0)


@wrong("4.5", "forward lets 1 % of negative numbers through")
class Leaky:
    params = ()

    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, 0.01 * x)

    def backward(self, grad_output):
        return grad_output * (self.x > 0)


@wrong("4.5", "forward returns (out, cache)")
class WithCache:
    params = ()

    def forward(self, x):
        self.x = x
        return np.maximum(x, 0), x

    def backward(self, grad_output):
        return grad_output * (self.x > 0)


@wrong("4.5", "forward returns the slope, 0 or 1")
class Step:
    params = ()

    def forward(self, x):
        self.x = x
        return (x > 0) * 1.0

    def backward(self, grad_output):
        return grad_output * (self.x > 0)


@wrong("4.5", "the mask is saved once, at the first call, and never renewed")
class FirstMask:
    params = ()
    mask = None

    def forward(self, x):
        if self.mask is None:
            self.mask = x > 0
        return np.maximum(x, 0)

    def backward(self, grad_output):
        return grad_output * self.mask


@wrong("4.5", "backward returns nothing")
class NoReturn:
    params = ()

    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, grad_output):
        self.dx = grad_output * (self.x > 0)


@right("4.5")
class Mask:
    params = ()

    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, grad_output):
        return grad_output * self.mask


@right("4.5")
class FromTheOutput:
    params = ()

    def forward(self, x):
        self.y = np.clip(x, 0, None)
        return self.y

    def backward(self, grad_output):
        return np.where(self.y > 0, grad_output, 0.0)


@right("4.5")
class CopyAndSet:
    params = ()

    def __init__(self):
        self.x = None

    def forward(self, x):
        self.x = np.array(x)
        y = np.array(x)
        y[y <= 0] = 0
        return y

    def backward(self, grad_output):
        dx = grad_output.copy()
        dx[self.x <= 0] = 0
        return dx


@right("4.5")
class HalfOfTheSum:
    params = ()

    def forward(self, x):
        self.slope = np.heaviside(x, 0)
        return (x + abs(x)) / 2

    def backward(self, grad_output):
        return grad_output * self.slope


@right("4.5")
class FromLib(nn.ReLU):
    params = ()


# 4.6


@wrong("4.6", "all weights are 0, so every point gets the same score")
def all_zero():
    return np.zeros((2, 2)), np.zeros(2), np.zeros((1, 2)), np.zeros(1)


@wrong("4.6", "class 0 is positive and class 1 negative")
def classes_swapped():
    W1 = np.array([[1, 1], [1, 1]])
    return W1, np.array([0, -1]), np.array([[-1, 2]]), np.array([0.5])


@wrong("4.6", "forgets that the output for class 0 must be negative: it is 0")
def zero_is_not_negative():
    W1 = np.array([[1, 1], [1, 1]])
    return W1, np.array([0, -1]), np.array([[1, -2]]), np.array([0])


@wrong("4.6", "W2 has the shape (2, 1)")
def w2_upright():
    W1 = np.array([[1.0, 1.0], [1.0, 1.0]])
    return W1, np.array([0.0, -1.0]), np.array([[1.0], [-2.0]]), np.array([-0.5])


@wrong("4.6", "W2 has the shape (2,)")
def w2_flat():
    W1 = np.array([[1.0, 1.0], [1.0, 1.0]])
    return W1, np.array([0.0, -1.0]), np.array([1.0, -2.0]), np.array([-0.5])


@wrong("4.6", "the network computes OR: (1, 1) is positive")
def logical_or():
    W1 = np.array([[1, 1], [1, 1]])
    return W1, np.array([0, -1]), np.array([[1, 0]]), np.array([-0.5])


@wrong("4.6", "the network computes AND")
def logical_and():
    W1 = np.array([[1, 1], [1, 1]])
    return W1, np.array([0, -1]), np.array([[0, 1]]), np.array([-0.5])


@wrong("4.6", "works only without the ReLU, as (x1 - x2) squared would")
def difference_only():
    W1 = np.array([[1, -1], [1, -1]])
    return W1, np.array([0, 0]), np.array([[1, 1]]), np.array([-0.5])


@wrong("4.6", "the second unit's bias is missing")
def bias_missing():
    W1 = np.array([[1, 1], [1, 1]])
    return W1, np.array([0, 0]), np.array([[1, -2]]), np.array([-0.5])


@wrong("4.6", "the output bias is so low that everything is negative")
def always_negative():
    W1 = np.array([[1, 1], [1, 1]])
    return W1, np.array([0, -1]), np.array([[1, -2]]), np.array([-2])


@wrong("4.6", "b2 is a plain number, not an array of shape (1,)")
def b2_scalar():
    W1 = np.array([[1, 1], [1, 1]])
    return W1, np.array([0, -1]), np.array([[1, -2]]), -0.5


@wrong("4.6", "b1 is left out: only three arrays come back")
def three_arrays():
    return np.array([[1, 1], [1, 1]]), np.array([[1, -2]]), np.array([-0.5])


@wrong("4.6", "random weights, and hoping")
def random_weights():
    rng = np.random.default_rng(0)
    return rng.normal(size=(2, 2)), rng.normal(size=2), rng.normal(size=(1, 2)), rng.normal(size=1)


@wrong("4.6", "the units are columns of W1 instead of rows")
def units_as_columns():
    W1 = np.array([[1, -1], [2, -2]]).T
    # meant: one unit sees x1 - x2, the other 2 (x2 - x1)
    return W1, np.array([0, 0]), np.array([[1, 1]]), np.array([-0.5])


@right("4.6")
def counts_ink():
    W1 = np.array([[1.0, 1.0], [1.0, 1.0]])
    b1 = np.array([0.0, -1.0])
    W2 = np.array([[1.0, -2.0]])
    b2 = np.array([-0.5])
    return W1, b1, W2, b2


@right("4.6")
def two_differences():
    return np.array([[1, -1], [-1, 1]]), np.zeros(2), np.ones((1, 2)), -np.ones(1) / 2


@right("4.6")
def both_and_neither():
    W1 = np.array([[1, 1], [-1, -1]])
    return W1, np.array([-1, 1]), np.array([[-3, -3]]), np.array([1.5])


@right("4.6")
def in_a_list():
    W1 = 10 * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return [W1, np.array([0.0, 0.0]), np.array([[2.0, 2.0]]), np.array([-1.0])]
