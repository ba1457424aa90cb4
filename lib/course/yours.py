"""Your functions as layers, losses and optimisers: each is ``lib``'s, but for what you wrote.

Import the module and say whose layer it is, since the names are those of ``lib.nn``::

    from lib import nn
    from lib.course import yours

    net = nn.Sequential(
        yours.Linear(784, 128, linear_backward_params, linear_backward_input, rng=rng),
        yours.Layer(ReLU()),
        yours.Linear(128, 10, linear_backward_params, linear_backward_input, rng=rng),
    )

What your functions return is brought into the dtype that the network computes in.
"""

import numpy as np

from lib import nn, optim
from lib.course.choice import own_count, turn
from lib.nn.inputs import require_floats

__all__ = [
    "Adam",
    "BatchNorm1d",
    "Conv2d",
    "CrossEntropyLoss",
    "Dropout",
    "Layer",
    "Linear",
    "MSELoss",
    "MaxPool2d",
    "Scores",
    "Tanh",
]


def like(array, other):
    """Return an array in the dtype of another."""
    return np.asarray(array, other.dtype)


# -- day 3 ----------------------------------------------------------------------------------------


class Scores(nn.Linear):
    """The ten lines of day 3: ``nn.Linear`` with the gradients of exercise 3.5.

    Parameters
    ----------
    in_features, out_features : int
        As in ``nn.Linear``.
    gradients : callable
        ``(X, dZ)`` to ``dW`` of shape (in, out), as on day 3, and ``db``.
    **settings
        ``rng``, ``init`` and ``dtype``, as in ``nn.Linear``.
    """

    def __init__(self, in_features, out_features, gradients, **settings):
        super().__init__(in_features, out_features, **settings)
        self.gradients = own_count(gradients)

    def backward_params(self, grad_output):
        """Add the gradients of the weights and the bias."""
        dW, db = self.gradients(self.saved(grad_output), grad_output)
        self.weight.grad += np.transpose(dW)
        self.bias.grad += db


class CrossEntropyLoss(nn.CrossEntropyLoss):
    """``nn.CrossEntropyLoss`` with the softmax of exercise 3.3 and the gradient of 3.4.

    Parameters
    ----------
    softmax : callable
        Scores (N, K) to probabilities (N, K).
    gradient : callable
        Probabilities and labels to the gradient for the scores, (N, K).
    """

    def __init__(self, softmax, gradient):
        super().__init__()
        self.softmax, self.gradient = softmax, gradient

    def forward(self, pred, target):
        """Return the mean of ``-log p`` of the right classes."""
        P = like(self.softmax(pred), pred)
        self.save(P, target)
        return -np.log(P[np.arange(len(P)), target] + 1e-30).mean()

    def backward(self):
        """Return the gradient for the scores."""
        P, target = self.saved()
        return like(self.gradient(P, target), P)


# -- day 4 ----------------------------------------------------------------------------------------


class Linear(nn.Linear):
    """``nn.Linear`` with the two halves of exercises 4.3 and 4.4.

    Parameters
    ----------
    in_features, out_features : int
        As in ``nn.Linear``.
    half_params : callable
        ``(x, grad_output)`` to the gradients of the weights and of the bias.
    half_input : callable
        ``(W, grad_output)`` to the gradient for the input.
    **settings
        ``rng``, ``init`` and ``dtype``, as in ``nn.Linear``.
    """

    def __init__(self, in_features, out_features, half_params, half_input, **settings):
        super().__init__(in_features, out_features, **settings)
        self.half_params, self.half_input = own_count(half_params), own_count(half_input)

    def backward_params(self, grad_output):
        """Add the gradients of the weights and the bias."""
        dW, db = self.half_params(self.saved(grad_output), grad_output)
        self.weight.grad += dW
        self.bias.grad += db

    def backward_input(self, grad_output):
        """Return the gradient for the input."""
        self.require_gradient(grad_output)
        return like(self.half_input(self.weight.data, grad_output), grad_output)


class Tanh(nn.Tanh):
    """``nn.Tanh`` that goes backwards by exercise 4.2.

    Parameters
    ----------
    half_input : callable
        ``(grad_output, y)`` to the gradient for the input.
    """

    def __init__(self, half_input):
        self.half_input = own_count(half_input)

    def backward_input(self, grad_output):
        """Return the gradient for the input."""
        return like(self.half_input(grad_output, self.saved(grad_output)), grad_output)


class Layer(nn.Module):
    """A layer without weights, such as the ``ReLU`` of exercise 4.5, in a network of ``lib``'s.

    Parameters
    ----------
    layer : object
        With methods ``forward(x)`` and ``backward(grad_output)``.

    Examples
    --------
    >>> class ReLU:
    ...     def forward(self, x):
    ...         self.x = x
    ...         return np.maximum(x, 0)
    ...
    ...     def backward(self, grad_output):
    ...         return grad_output * (self.x > 0)
    >>> Layer(ReLU())(np.array([[-1.0, 2.0]]))
    array([[0., 2.]])
    """

    def __init__(self, layer):
        self.layer = (layer,)  # in a tuple: one of lib's would be found as a module inside

    def forward(self, x):
        """Run the layer forwards."""
        y = like(self.layer[0].forward(require_floats("Layer", x)), x)
        self.save(None, output=y)
        return y

    def backward_input(self, grad_output):
        """Run the layer backwards."""
        self.require_gradient(grad_output)
        return like(self.layer[0].backward(grad_output), grad_output)


# -- day 5 ----------------------------------------------------------------------------------------


class Conv2d(nn.Conv2d):
    """``nn.Conv2d`` with stride 1 and no padding, by the columns of exercise 5.4.

    Parameters
    ----------
    in_channels, out_channels, kernel_size : int
        As in ``nn.Conv2d``.
    columns : callable
        ``(x, K)`` to the windows as columns, (N, C·K·K, Ho·Wo).
    convolve : callable, optional
        ``(x, weight, bias)`` to the responses, as in exercise 5.3; without it they are the matrix
        product of the weights and the columns.
    half_input : callable, optional
        ``(weight, grad_output)`` to the gradient for the input, as in exercise 5.6.
    **settings
        ``rng``, ``init`` and ``dtype``, as in ``nn.Conv2d``.
    """

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        columns,
        convolve=None,
        half_input=None,
        **settings,
    ):
        super().__init__(in_channels, out_channels, kernel_size, **settings)
        self.columns, self.half_input = own_count(columns), own_count(half_input)
        self.convolve = own_count(convolve or self.by_matrix_product)

    def by_matrix_product(self, x, weight, bias):
        """Return the responses, (O, C·K·K) @ (N, C·K·K, Ho·Wo)."""
        K = self.kernel_size[0]
        sides = x.shape[2] - K + 1, x.shape[3] - K + 1
        y = weight.reshape(len(weight), -1) @ self.columns(x, K)
        return y.reshape(len(x), len(weight), *sides) + bias[:, None, None]

    def forward(self, x):
        """Return the responses."""
        self.check(x)
        y = like(self.convolve(x, self.weight.data, self.bias.data), x)
        self.save(x, output=y)
        return y

    def backward_params(self, grad_output):
        """Add the gradients of the templates and the biases."""
        X = np.asarray(self.columns(self.saved(grad_output), self.kernel_size[0]))
        g = grad_output.reshape(*grad_output.shape[:2], -1)  # (N, O, L)
        dW = (g @ X.transpose(0, 2, 1)).sum(axis=0)  # (O, C·K·K)
        self.weight.grad += dW.reshape(self.weight.data.shape)
        self.add_bias_gradient(grad_output)

    def backward_input(self, grad_output):
        """Return the gradient for the input."""
        self.require_gradient(grad_output)
        if self.half_input is None:
            return super().backward_input(grad_output)
        return like(self.half_input(self.weight.data, grad_output), grad_output)


class MaxPool2d(nn.MaxPool2d):
    """``nn.MaxPool2d(2)`` that goes backwards by exercise 5.5.

    Parameters
    ----------
    half_input : callable
        ``(grad_output, x)`` to the gradient for the input.
    """

    def __init__(self, half_input):
        super().__init__(2)
        self.half_input = own_count(half_input)

    def forward(self, x):
        """Return the largest number of each square."""
        self.x = x
        return super().forward(x)

    def backward_input(self, grad_output):
        """Return the gradient for the input."""
        self.require_gradient(grad_output)
        return like(self.half_input(grad_output, self.x), grad_output)


# -- day 6 ----------------------------------------------------------------------------------------


class BatchNorm1d(nn.BatchNorm1d):
    """``nn.BatchNorm1d`` that trains by exercises 6.2 and 6.3; in evaluation it is ``lib``'s.

    Parameters
    ----------
    num_features : int
        As in ``nn.BatchNorm1d``.
    normalise : callable
        ``(x, gamma, beta, eps)`` to ``y``, ``x_hat`` and ``std``.
    gradients : callable
        ``(grad_output, x_hat, std, gamma)`` to ``dx``, ``dgamma`` and ``dbeta``.
    **settings
        ``eps``, ``momentum`` and ``dtype``, as in ``nn.BatchNorm1d``.
    """

    def __init__(self, num_features, normalise, gradients, **settings):
        super().__init__(num_features, **settings)
        self.normalise, self.gradients = own_count(normalise), own_count(gradients)

    def forward(self, x):
        """Return the batch, normalised."""
        if not self.training:
            return super().forward(x)
        self.check(x)
        y, x_hat, std = self.normalise(x, self.weight.data, self.bias.data, self.eps)
        self.track(x.mean(axis=0), x.var(axis=0, ddof=1))
        self.save((x_hat, std), output=like(y, x))
        return like(y, x)

    def backward(self, grad_output):
        """Add the gradients of gamma and beta, and return the one for the input."""
        dx, dgamma, dbeta = self.gradients(grad_output, *self.saved(grad_output), self.weight.data)
        self.weight.grad += dgamma
        self.bias.grad += dbeta
        return like(dx, grad_output)

    def backward_params(self, grad_output):
        """Add the gradients of gamma and beta."""
        self.backward(grad_output)

    def backward_input(self, grad_output):
        """Return the gradient for the input."""
        dx, *_ = self.gradients(grad_output, *self.saved(grad_output), self.weight.data)
        return like(dx, grad_output)


class Dropout(nn.Dropout):
    """``nn.Dropout`` with the mask of exercise 6.4.

    Parameters
    ----------
    p : float
        As in ``nn.Dropout``.
    drop : callable
        ``(x, p, rng)`` to the result and the mask.
    rng : numpy.random.Generator
        What decides.
    """

    def __init__(self, p, drop, *, rng):
        super().__init__(p, rng=rng)
        self.drop = own_count(drop)

    def forward(self, x):
        """Return ``x``, in training times the mask."""
        if not self.training:
            return super().forward(x)
        y, mask = self.drop(require_floats("Dropout", x), self.p, self.rng)
        self.save(like(mask, x), output=like(y, x))
        return like(y, x)

    def backward_input(self, grad_output):
        """Return the gradient times the same mask."""
        return grad_output * self.saved(grad_output)


class Adam(optim.Adam):
    """``optim.Adam`` with the step of exercise 6.5.

    Parameters
    ----------
    params : list of Parameter
        What to learn.
    adam_step : callable
        ``(w, grad, m, s, t, lr, beta1, beta2, eps)`` to the new ``w``, ``m`` and ``s``.
    lr : float, optional
        The learning rate.
    betas : (float, float), optional
        How much of the two means is kept at each step.
    eps : float, optional
        Added to the root, so that nothing is divided by 0.
    """

    def __init__(self, params, adam_step, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, lr, betas, eps)
        self.adam_step = adam_step

    def move(self, w, g, m, v):
        """Move ``w``, given its means ``m`` and ``v`` up to the last step."""
        step = turn(self.adam_step, self.steps)
        w[...], m[...], v[...] = step(w, g, m, v, self.steps, self.lr, *self.betas, self.eps)


# -- day 7 ----------------------------------------------------------------------------------------


class MSELoss(nn.MSELoss):
    """``nn.MSELoss`` that is measured by exercise 7.1.

    Parameters
    ----------
    errors : callable
        ``(x, x_hat)`` to one error for each row.
    """

    def __init__(self, errors):
        self.errors = errors

    def forward(self, pred, target):
        """Return the mean of the errors."""
        super().forward(pred, target)  # what backward needs
        return np.mean(self.errors(target, pred))
