"""Network c in other people's NumPy frameworks, and in plain loops.

Each is a function ``(batch_size, rng) -> step`` as in networks.py. They run in an environment of
their own, see requirements.txt. Some of them are older than their Python: ``np.int`` and
``collections.Hashable`` are names that have moved since, and are put back here.
"""

import collections
import collections.abc
import warnings

import numpy as np
from networks import images


def dezero(batch_size, rng):
    """The framework of the book *Deep Learning from Scratch 3*."""
    vars(np)["int"] = int
    import dezero
    import dezero.functions as F
    import dezero.layers as L

    class Net(dezero.Model):
        def __init__(self):
            super().__init__()
            self.c1, self.c2 = L.Conv2d(16, 3, pad=1), L.Conv2d(32, 3, pad=1)
            self.f = L.Linear(10)

        def forward(self, x):
            x = F.relu(F.pooling(self.c1(x), 2, 2))
            x = F.relu(F.pooling(self.c2(x), 2, 2))
            return self.f(F.reshape(x, (len(x), -1)))

    x, y = images(batch_size, rng)
    model = Net()
    sgd = dezero.optimizers.MomentumSGD(lr=0.01, momentum=0.9).setup(model)

    def step():
        loss = F.softmax_cross_entropy(model(x), y)
        model.cleargrads()
        loss.backward()
        sgd.update()
        return float(loss.data)

    return step


def smallpebble(batch_size, rng):
    """A minimal framework with automatic differentiation."""
    import smallpebble as sp

    x, y = images(batch_size, rng)
    inputs, labels = sp.Placeholder(), sp.Placeholder()
    h = sp.convlayer(height=3, width=3, depth=1, n_kernels=16, padding="SAME")(inputs)
    h = sp.Lazy(lambda a: sp.leaky_relu(sp.maxpool2d(a, 2, 2, strides=[2, 2])))(h)
    h = sp.convlayer(height=3, width=3, depth=16, n_kernels=32, padding="SAME")(h)
    h = sp.Lazy(lambda a: sp.leaky_relu(sp.maxpool2d(a, 2, 2, strides=[2, 2])))(h)
    h = sp.Lazy(lambda a: sp.reshape(a, shape=(-1, 1568)))(h)
    h = sp.Lazy(sp.softmax)(sp.linearlayer(1568, 10)(h))
    loss = sp.Lazy(sp.cross_entropy)(h, labels)
    weights = sp.get_learnables(loss)

    def step():
        inputs.assign_value(sp.Variable(x.transpose(0, 2, 3, 1)))
        labels.assign_value(y)
        value = loss.run()
        sp.sgd_step(weights, sp.get_gradients(value), 0.01)
        return float(value.array)

    return step


def numpy_ml(batch_size, rng):
    """A library of machine-learning methods written to be read."""
    vars(np)["int"], collections.Hashable = int, collections.abc.Hashable
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from numpy_ml.neural_nets.layers import Conv2D, Flatten, FullyConnected, Pool2D

    momentum = "SGD(lr=0.01, momentum=0.9)"
    layers = [
        Conv2D(16, (3, 3), pad=1, optimizer=momentum),
        Pool2D((2, 2), 2, mode="max", optimizer=momentum),
        Conv2D(32, (3, 3), pad=1, act_fn="ReLU", optimizer=momentum),
        Pool2D((2, 2), 2, mode="max", optimizer=momentum),
        Flatten(optimizer=momentum),
        FullyConnected(10, act_fn="Affine(slope=1, intercept=0)", optimizer=momentum),
    ]
    x, y = images(batch_size, rng)
    x, one_hot = x.transpose(0, 2, 3, 1), np.eye(10, dtype=np.float32)[y]

    def step():
        h = x
        for layer in layers:
            h = layer.forward(h)
        p = np.exp(h - h.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        g = (p - one_hot) / batch_size
        for layer in reversed(layers):
            g = layer.backward(g)
        for layer in layers:
            layer.update()
            layer.flush_gradients()
        return float(-np.log((p * one_hot).sum(axis=1)).mean())

    return step


def loops(batch_size, rng):
    """``lib`` with every convolution and pool as in ``lib.loops``: one window at a time."""
    from lib import loops, models, nn, optim
    from lib.training import train_step

    class Conv2d(nn.Conv2d):
        def forward(self, x):
            y = loops.conv2d(x, self.weight.data, self.bias.data, self.stride, self.padding)
            self.save(x, output=y)
            return y

        def backward(self, g):
            x = self.saved(g)
            args = g, x, self.weight.data, self.stride, self.padding
            grad, weight, bias = loops.conv2d_backward(*args)
            self.weight.grad += weight
            self.bias.grad += bias
            return grad

        backward_params = backward

    class MaxPool2d(nn.MaxPool2d):
        def forward(self, x):
            y = loops.max_pool2d(x, self.kernel_size, self.stride)
            self.save(x, output=y)
            return y

        def backward_input(self, g):
            x = self.saved(g)
            return loops.max_pool2d_backward(g, x, self.kernel_size, self.stride)

    x, y = images(batch_size, rng)
    model = models.cnn2(rng=rng)
    for layer in model:
        if isinstance(layer, nn.Conv2d):
            layer.__class__ = Conv2d
        elif isinstance(layer, nn.MaxPool2d):
            layer.__class__ = MaxPool2d
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    return lambda: train_step(model, loss, sgd, x, y)


OTHERS = {"dezero": dezero, "smallpebble": smallpebble, "numpy-ml": numpy_ml, "loops": loops}
