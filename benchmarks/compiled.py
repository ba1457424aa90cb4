"""What a compiler makes of the same training step: loops in Numba, array formulas in JAX.

Run it with ``python benchmarks/compiled.py``; it writes ``results/compiled.json``. The course does
without Numba and JAX, the tests do not: tests/requirements.txt has both. What is not installed is
left out with a sentence. Each competitor is a function ``(batch_size, rng) -> step``, as in
networks.py, and runs in a process and on one core of its own, in turns with the others, as in
bench.py. What counts is the processor's time, so that other programs disturb little. That of the
first step is recorded as well: it is when both compile.
"""

import contextlib
import functools
import importlib.util
import json
import os
from pathlib import Path

import numpy as np

RESULTS = Path(__file__).parents[1] / "results" / "compiled.json"
TITLES = {"a": "784-128-10, SGD", "c": "cnn2, momentum"}
COMPETITORS = {  # by network: variant -> batch size; plain loops would take minutes for a batch
    "a": {"lib": 128, "fused": 128, "jax": 128},
    "c": {"lib": 128, "channels last, fused": 128, "jax": 128, "numba": 128, "loops": 4},
}
NEEDS = {"jax": "jax", "numba": "numba", "fused": "torch", "channels last, fused": "torch"}


def jax_step(build, batch_size, rng, *, lr, momentum=0.0):
    """Return a step of SGD in JAX: its gradients come from autograd, its code from a compiler."""
    with contextlib.suppress(AttributeError):  # JAX takes every core it sees; not on macOS, Windows
        os.sched_setaffinity(0, [max(os.sched_getaffinity(0))])
    import jax
    from networks import images

    x, y = (jax.numpy.asarray(array) for array in images(batch_size, rng))
    weights, scores = build(jax, rng)

    def loss(weights):
        logs = jax.nn.log_softmax(scores(weights, x))
        return -logs[jax.numpy.arange(batch_size), y].mean()

    @functools.partial(jax.jit, donate_argnums=(0, 1))  # the old weights' memory is used again
    def update(weights, velocity):
        value, grads = jax.value_and_grad(loss)(weights)
        velocity = [momentum * v + g for v, g in zip(velocity, grads, strict=True)]
        weights = [w - lr * v for w, v in zip(weights, velocity, strict=True)]
        return weights, velocity, value

    state = [weights, [jax.numpy.zeros_like(w) for w in weights]]

    def step():
        *state[:], value = update(*state)
        return float(value)

    return step


def weights_of(name, jax, rng):
    """Return the starting weights of a network of ``lib`` as arrays of JAX."""
    from lib import models

    return [jax.numpy.asarray(p.data) for p in getattr(models, name)(rng=rng).parameters()]


def mlp(jax, rng):
    """784-128(Tanh)-10."""

    def scores(weights, x):
        W1, b1, W2, b2 = weights
        h = jax.numpy.tanh(x.reshape(len(x), -1) @ W1.T + b1)
        return h @ W2.T + b2

    return weights_of("mlp", jax, rng), scores


def cnn2(jax, rng):
    """Two convolutions."""
    convolve = functools.partial(
        jax.lax.conv_general_dilated, window_strides=(1, 1), padding="SAME",
        dimension_numbers=("NCHW", "OIHW", "NCHW"),
    )  # fmt: skip

    def block(x, W, b):
        x = convolve(x, W) + b[:, None, None]
        N, C, H, W = x.shape  # a pool that does not overlap: twice as fast as jax.lax.reduce_window
        return jax.nn.relu(x.reshape(N, C, H // 2, 2, W // 2, 2).max(axis=(3, 5)))

    def scores(weights, x):
        W1, b1, W2, b2, W3, b3 = weights
        x = block(block(x, W1, b1), W2, b2)
        return x.reshape(len(x), -1) @ W3.T + b3

    return weights_of("cnn2", jax, rng), scores


def numba_loops():
    """Return convolution, pool and their backward passes as loops over numbers, compiled."""
    from numba import njit

    @njit
    def conv2d(x, weight, bias):
        N, C, H, W = x.shape
        out, _, KH, KW = weight.shape
        y = np.empty((N, out, H - KH + 1, W - KW + 1), x.dtype)
        for n in range(N):
            for o in range(out):
                for h in range(H - KH + 1):
                    for w in range(W - KW + 1):
                        total = bias[o]
                        for c in range(C):
                            for i in range(KH):
                                for j in range(KW):
                                    total += x[n, c, h + i, w + j] * weight[o, c, i, j]
                        y[n, o, h, w] = total
        return y

    @njit
    def conv2d_backward(grad_y, x, weight):
        N, out, Ho, Wo = grad_y.shape
        _, C, KH, KW = weight.shape
        grad_x, grad_weight = np.zeros_like(x), np.zeros_like(weight)
        grad_bias = np.zeros(out, x.dtype)
        for n in range(N):
            for o in range(out):
                for h in range(Ho):
                    for w in range(Wo):
                        g = grad_y[n, o, h, w]
                        grad_bias[o] += g
                        for c in range(C):
                            for i in range(KH):
                                for j in range(KW):
                                    grad_x[n, c, h + i, w + j] += g * weight[o, c, i, j]
                                    grad_weight[o, c, i, j] += g * x[n, c, h + i, w + j]
        return grad_x, grad_weight, grad_bias

    @njit
    def max_pool2d(x):
        N, C, H, W = x.shape
        y = np.empty((N, C, H // 2, W // 2), x.dtype)
        for n in range(N):
            for c in range(C):
                for h in range(H // 2):
                    for w in range(W // 2):
                        y[n, c, h, w] = x[n, c, 2 * h : 2 * h + 2, 2 * w : 2 * w + 2].max()
        return y

    @njit
    def max_pool2d_backward(grad_y, x):
        N, C, Ho, Wo = grad_y.shape
        grad_x = np.zeros_like(x)
        for n in range(N):
            for c in range(C):
                for h in range(Ho):
                    for w in range(Wo):
                        best = x[n, c, 2 * h : 2 * h + 2, 2 * w : 2 * w + 2].argmax()
                        grad_x[n, c, 2 * h + best // 2, 2 * w + best % 2] = grad_y[n, c, h, w]
        return grad_x

    return conv2d, conv2d_backward, max_pool2d, max_pool2d_backward


def numba_step(batch_size, rng):
    """Return the step of cnn2 whose convolutions and pools are loops, compiled by Numba."""
    from networks import images

    from lib import models, nn, optim
    from lib.training import train_step

    conv2d, conv2d_backward, max_pool2d, max_pool2d_backward = numba_loops()

    class Conv2d(nn.Conv2d):
        def forward(self, x):
            PH, PW = self.padding
            padded = np.pad(x, ((0, 0), (0, 0), (PH, PH), (PW, PW)))
            y = conv2d(np.ascontiguousarray(padded), self.weight.data, self.bias.data)
            self.save(np.ascontiguousarray(padded), output=y)
            return y

        def backward(self, g):
            x = self.saved(g)
            grad, weight, bias = conv2d_backward(np.ascontiguousarray(g), x, self.weight.data)
            self.weight.grad += weight
            self.bias.grad += bias
            PH, PW = self.padding
            return grad[:, :, PH : -PH or None, PW : -PW or None]

        backward_params = backward

    class MaxPool2d(nn.MaxPool2d):
        def forward(self, x):
            x = np.ascontiguousarray(x)
            y = max_pool2d(x)
            self.save(x, output=y)
            return y

        def backward_input(self, g):
            return max_pool2d_backward(np.ascontiguousarray(g), self.saved(g))

    x, y = images(batch_size, rng)
    model = models.cnn2(rng=rng)
    for layer in model:
        for own in (Conv2d, MaxPool2d):
            if type(layer) is own.__base__:
                layer.__class__ = own
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    return lambda: train_step(model, loss, sgd, x, y)


COMPILED = {
    ("a", "jax"): functools.partial(jax_step, mlp, lr=0.01),
    ("c", "jax"): functools.partial(jax_step, cnn2, lr=0.01, momentum=0.9),
    ("c", "numba"): numba_step,
}


def main():
    """Measure, print, store."""
    from bench import Patience, in_turns, median

    from lib.experiments.machine import machine

    missing = {need for need in NEEDS.values() if not importlib.util.find_spec(need)}
    for need in sorted(missing):
        print(f"{need} is left out: it is not installed here; pip install {need} brings it")
    record, results = {"machine": machine()}, []
    for network, variants in COMPETITORS.items():
        everybody = {
            variant: {
                "network": network,
                "batch_size": batch_size,
                "cores": 1,
                "clock": "process_time",
            }
            for variant, batch_size in variants.items()
            if NEEDS.get(variant) not in missing
        }
        turns = {variant: [] for variant in everybody}
        for _ in range(3):  # started afresh: chance lays out a process's memory, see bench.py
            more, about = in_turns(everybody, rounds=6, seconds=0.3, patience=Patience(0))
            for variant in everybody:
                turns[variant] += more[variant]
        for variant, settings in everybody.items():
            seconds = median(turns[variant])
            name = "torch" if NEEDS.get(variant) == "torch" else variant
            row = {"network": network, "title": TITLES[network], "with": name}
            row["images_per_second"] = float(f"{settings['batch_size'] / seconds:.3g}")
            results.append(row | about[variant])
            print("{title:18} {with:6} {images_per_second:>10,.0f}/s, the first step "
                  "{first_step:.2g} s, {peak_memory} MB".format(**results[-1]))  # fmt: skip
    record["results"] = results
    if missing:
        print("nothing is stored: a record has all competitors")
    else:
        RESULTS.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
