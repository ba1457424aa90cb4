"""Mistakes people make on day 4, each caught by the hint that names it."""

import numpy as np

from wrong_answers import wrong

wrong("4.1", "on which other path", value=180)
wrong("4.1", "on which other path", value=36)
wrong("4.1", "equal to a, or to b", value=144)
wrong("4.1", "the two paths were multiplied", value=180 * 36)
wrong("4.1", "324 is L itself", value=324)
wrong("4.1", "which is not it", value=99)
wrong("4.1", "you gave two numbers", value=[180, 36])


@wrong("4.2", "what arrives from the right")
def slope_alone(grad_output, y):
    return 1 - y**2


@wrong("4.2", "tanh was taken twice")
def tanh_of_tanh(grad_output, y):
    return grad_output * (1 - np.tanh(y) ** 2)


@wrong("4.2", "y (1 - y) is the slope of the sigmoid")
def slope_of_sigmoid(grad_output, y):
    return grad_output * y * (1 - y)


@wrong("4.2", "your function changed grad_output (12 of its 12")
def in_place(grad_output, y):
    grad_output *= 1 - y**2
    return grad_output


@wrong("4.3", "which shape does W have")
def layout_of_day_three(x, grad_output):
    return x.T @ grad_output, grad_output.sum(axis=0)


@wrong("4.3", "db: every number is 8 times too small where N")
def mean_for_the_bias(x, grad_output):
    return grad_output.T @ x, grad_output.mean(axis=0)


@wrong("4.3", "which axis is the batch")
def bias_over_the_wrong_axis(x, grad_output):
    return grad_output.T @ x, grad_output.sum(axis=1)


@wrong("4.3", "one thing came back (dW), not 2: dW, db")
def only_the_weights(x, grad_output):
    return grad_output.T @ x


@wrong("4.4", "the result is transposed")
def transposed(W, grad_output):
    return W.T @ grad_output.T


@wrong("4.4", "W was transposed, which only a square W allows")
def product_that_does_not_fit(W, grad_output):
    return grad_output @ W.T


@wrong("4.4", "over the outputs or over the inputs")
def whichever_fits(W, grad_output):
    return grad_output @ (W.T if W.shape[0] == W.shape[1] else W)


@wrong("4.4", "every number is 8 times too small where N is 8")
def mean_taken_twice(W, grad_output):
    return grad_output @ W / len(grad_output)


class Right:
    """A ReLU whose parts the mistakes below replace."""

    def forward(self, x):
        self.passed = x > 0
        return x * self.passed

    def backward(self, grad_output):
        return grad_output * self.passed


@wrong("4.5", "whose sign should decide")
class SignOfTheGradient(Right):
    def backward(self, grad_output):
        return np.maximum(grad_output, 0)


@wrong("4.5", "forward changed x (11 of its 20 numbers)")
class ChangesItsInput(Right):
    def forward(self, x):
        self.passed = x > 0
        x[x < 0] = 0
        return x


@wrong("4.5", "what is the slope where x > 0")
class MultipliesByTheOutput(Right):
    def forward(self, x):
        self.y = np.maximum(x, 0)
        return self.y

    def backward(self, grad_output):
        return grad_output * self.y


@wrong("4.5", "np.max or np.maximum")
class MaximumOfTheBatch(Right):
    def forward(self, x):
        return np.maximum(x.max(), 0)


@wrong("4.5", "on the class or a global")
class SharedMemory(Right):
    memory = None

    def forward(self, x):
        SharedMemory.memory = x > 0
        return x * SharedMemory.memory

    def backward(self, grad_output):
        return grad_output * SharedMemory.memory


@wrong("4.6", "silent unless both inputs are 1")
def counts_only():
    return np.ones((2, 2)), np.zeros(2), np.array([[1.0, 1.0]]), np.array([-1.0])


@wrong("4.6", "which bias moves the border")
def no_threshold_at_the_output():
    return np.ones((2, 2)), np.array([0.0, -1.0]), np.array([[1.0, -2.0]]), np.array([0.6])


@wrong("4.6", "which sign turns them round")
def classes_swapped():
    return np.ones((2, 2)), np.array([0.0, -1.0]), np.array([[-1.0, 2.0]]), np.array([0.5])


@wrong("4.2", "where do brackets belong")
def without_brackets(grad_output, y):
    return grad_output * 1 - y**2


@wrong("4.3", "dW: every sign is turned round")
def sign_turned(x, grad_output):
    return -grad_output.T @ x, -grad_output.sum(axis=0)


@wrong("4.4", "every number is 3 times too small where out is 3")
def mean_over_the_outputs(W, grad_output):
    return grad_output @ W / len(W)


@wrong("4.4", "your function changed W (15 of its 15 numbers)")
def changes_the_weights(W, grad_output):
    W *= 2
    return grad_output @ W / 2


@wrong("4.5", "your code raised AttributeError in")
class RemembersNothing(Right):
    def forward(self, x):
        return np.maximum(x, 0)


@wrong("4.5", "50")
class ClippedAtSix(Right):
    def forward(self, x):
        self.passed = x > 0
        return np.clip(x, 0, 6)


@wrong("4.6", "how many inputs has each")
def wrong_shapes():
    return np.ones((2, 2)), np.zeros(2), np.ones(2), np.zeros(1)


@wrong("4.6", "return W1, b1, W2, b2")
def forgot_the_biases():
    return np.ones((2, 2)), np.ones((1, 2))


@wrong("4.4", "W was transposed")
def transposed_weights(W, grad_output):
    return grad_output @ W.T


@wrong("4.5", "the optimiser asks for `params`")
class HasNoParams:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, grad_output):
        return grad_output * (self.x > 0)


@wrong("4.5", "backward changed x")
class SpoilsItsMemory(HasNoParams):
    params = ()

    def backward(self, grad_output):
        self.x[self.x > 0] = 1
        self.x[self.x < 0] = 0
        return grad_output * self.x


sums = {}


@wrong("4.3", "the first call is right")
def adds_to_the_last_call(x, grad_output):
    shape = grad_output.shape[1], x.shape[1]
    sums[shape] = sums.get(shape, 0) + grad_output.T @ x
    return sums[shape], grad_output.sum(axis=0)
