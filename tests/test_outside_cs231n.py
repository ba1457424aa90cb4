"""The numbers that CS231n publishes for its readers to check their own layers and optimisers with.

They are in the notebooks of assignments 1 and 2 of Stanford's course *CS231n: Deep Learning for
Computer Vision* (cs231n.github.io), which computes on evenly spaced numbers. Only the numbers are
theirs. Every published number for something that ``lib`` has is here; the rest is listed at the
end.
"""

import math

import numpy as np
import pytest

from lib import models, nn, optim

RNG = np.random.default_rng(0)


def spaced(first, last, *shape):
    """Return evenly spaced numbers from ``first`` to ``last`` in a shape."""
    return np.linspace(first, last, math.prod(shape)).reshape(shape)


def near(ours, theirs):
    """Compare with numbers that are printed with eight digits after the point."""
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=6e-9)


def test_affine():
    layer = nn.Linear(120, 3, rng=RNG, dtype=np.float64)
    weight, bias = spaced(-0.2, 0.3, 120, 3), spaced(-0.3, 0.1, 3)
    layer.load_state_dict({"weight": weight.T, "bias": bias})
    near(
        layer(nn.Flatten()(spaced(-0.1, 0.5, 2, 4, 5, 6))),
        [[1.49834967, 1.70660132, 1.91485297], [3.25553199, 3.5141327, 3.77273342]],
    )


def test_relu():
    near(
        nn.ReLU()(spaced(-0.5, 0.5, 3, 4)),
        [
            [0, 0, 0, 0],
            [0, 0, 0.04545455, 0.13636364],
            [0.22727273, 0.31818182, 0.40909091, 0.5],
        ],
    )


def test_convolution():
    layer = nn.Conv2d(3, 3, 4, stride=2, padding=1, rng=RNG, dtype=np.float64)
    weight, bias = spaced(-0.2, 0.3, 3, 3, 4, 4), spaced(-0.1, 0.2, 3)
    layer.load_state_dict({"weight": weight, "bias": bias})
    near(
        layer(spaced(-0.1, 0.5, 2, 3, 4, 4)),
        [
            [
                [[-0.08759809, -0.10987781], [-0.18387192, -0.2109216]],
                [[0.21027089, 0.21661097], [0.22847626, 0.23004637]],
                [[0.50813986, 0.54309974], [0.64082444, 0.67101435]],
            ],
            [
                [[-0.98053589, -1.03143541], [-1.19128892, -1.24695841]],
                [[0.69108355, 0.66880383], [0.59480972, 0.56776003]],
                [[2.36270298, 2.36904306], [2.38090835, 2.38247847]],
            ],
        ],
    )


def test_max_pooling():
    near(
        nn.MaxPool2d(2)(spaced(-0.3, 0.4, 2, 3, 4, 4)),
        [
            [
                [[-0.26315789, -0.24842105], [-0.20421053, -0.18947368]],
                [[-0.14526316, -0.13052632], [-0.08631579, -0.07157895]],
                [[-0.02736842, -0.01263158], [0.03157895, 0.04631579]],
            ],
            [
                [[0.09052632, 0.10526316], [0.14947368, 0.16421053]],
                [[0.20842105, 0.22315789], [0.26736842, 0.28210526]],
                [[0.32631579, 0.34105263], [0.38526316, 0.4]],
            ],
        ],
    )


def two_layers():
    """Return their network of two layers, its three inputs and their classes."""
    model = nn.Sequential(
        nn.Linear(5, 50, rng=RNG, dtype=np.float64),
        nn.ReLU(),
        nn.Linear(50, 7, rng=RNG, dtype=np.float64),
    )
    model.load_state_dict(
        {
            "0.weight": spaced(-0.7, 0.3, 5, 50).T,
            "0.bias": spaced(-0.1, 0.9, 50),
            "2.weight": spaced(-0.3, 0.4, 50, 7).T,
            "2.bias": spaced(-0.9, 0.1, 7),
        }
    )
    return model, spaced(-5.5, 4.5, 5, 3).T, np.array([0, 5, 1])


def test_the_scores_of_a_network_of_two_layers():
    model, x, _ = two_layers()
    near(
        model(np.ascontiguousarray(x)),
        [
            [11.53165108, 12.2917344, 13.05181771, 13.81190102,
             14.57198434, 15.33206765, 16.09215096],
            [12.05769098, 12.74614105, 13.43459113, 14.1230412,
             14.81149128, 15.49994135, 16.18839143],
            [12.58373087, 13.20054771, 13.81736455, 14.43418138,
             15.05099822, 15.66781506, 16.2846319],
        ],
    )  # fmt: skip


def test_the_loss_of_a_network_of_two_layers():
    model, x, y = two_layers()
    loss = nn.CrossEntropyLoss()(model(np.ascontiguousarray(x)), y)
    assert loss == pytest.approx(3.4702243556, abs=1e-10)
    # with half the square of every weight added, which is what weight decay of 1 pulls on
    squares = sum(np.sum(p.data**2) for n, p in model.named_parameters() if n.endswith("weight"))
    assert loss + squares / 2 == pytest.approx(26.5948426952, abs=1e-10)


def test_a_classifier_that_knows_nothing_of_ten_classes_costs_log_ten():
    model = models.mlp((3072, 10), rng=np.random.default_rng(0))
    for parameter in model.parameters():
        parameter.data *= 1e-4
    x = np.random.default_rng(1).normal(size=(500, 3072)).astype(np.float32)
    loss = nn.CrossEntropyLoss()(model(x), np.arange(500) % 10)
    assert loss == pytest.approx(2.302585, abs=1e-4)


def test_batch_normalisation_gives_the_mean_and_spread_it_is_told():
    x = np.random.default_rng(0).normal(12, 7, (200, 3))
    layer = nn.BatchNorm1d(3, dtype=np.float64)
    for gamma, beta in [([1, 1, 1], [0, 0, 0]), ([1, 2, 3], [11, 12, 13])]:
        layer.weight.data[...], layer.bias.data[...] = gamma, beta
        y = layer(x)
        np.testing.assert_allclose(y.mean(axis=0), beta, atol=1e-12)
        np.testing.assert_allclose(y.std(axis=0), gamma, rtol=1e-6)


# -- one step of each optimiser, from a state in the middle of a training --------------------------


def step(kind, memory, steps=0, **settings):
    """Return the weights after one step, and the optimiser."""
    parameter = nn.Parameter(spaced(-0.4, 0.6, 4, 5))
    optimizer = kind([parameter], **settings)
    state = optimizer.state_dict()
    state["steps"] = steps
    state["memory"] = {name: [array] for name, array in memory.items()}
    optimizer.load_state_dict(state)
    parameter.grad[...] = spaced(-0.6, 0.4, 4, 5)
    optimizer.step()
    return parameter.data, {name: arrays[0] for name, arrays in optimizer.memory.items()}


def test_sgd():
    w, _ = step(optim.SGD, {}, lr=0.01)
    near(w[[0, -1]], [
        [-0.394, -0.34189474, -0.28978947, -0.23768421, -0.18557895],
        [0.38757895, 0.43968421, 0.49178947, 0.54389474, 0.596],
    ])  # fmt: skip


def test_momentum():
    """Their velocity is the step itself; ours, as PyTorch's, is the step over ``-lr``."""
    velocity = spaced(0.6, 0.9, 4, 5)
    w, memory = step(optim.SGD, {"velocity": velocity / -0.001}, lr=0.001, momentum=0.9)
    near(w, [
        [0.1406, 0.20738947, 0.27417895, 0.34096842, 0.40775789],
        [0.47454737, 0.54133684, 0.60812632, 0.67491579, 0.74170526],
        [0.80849474, 0.87528421, 0.94207368, 1.00886316, 1.07565263],
        [1.14244211, 1.20923158, 1.27602105, 1.34281053, 1.4096],
    ])  # fmt: skip
    near(-0.001 * memory["velocity"], [
        [0.5406, 0.55475789, 0.56891579, 0.58307368, 0.59723158],
        [0.61138947, 0.62554737, 0.63970526, 0.65386316, 0.66802105],
        [0.68217895, 0.69633684, 0.71049474, 0.72465263, 0.73881053],
        [0.75296842, 0.76712632, 0.78128421, 0.79544211, 0.8096],
    ])  # fmt: skip


def test_rmsprop():
    cache = {"mean_square": spaced(0.6, 0.9, 4, 5)}
    w, memory = step(optim.RMSprop, cache, lr=0.01, alpha=0.99, eps=1e-8)
    near(w, [
        [-0.39223849, -0.34037513, -0.28849239, -0.23659121, -0.18467247],
        [-0.132737, -0.08078555, -0.02881884, 0.02316247, 0.07515774],
        [0.12716641, 0.17918792, 0.23122175, 0.28326742, 0.33532447],
        [0.38739248, 0.43947102, 0.49155973, 0.54365823, 0.59576619],
    ])  # fmt: skip
    near(memory["mean_square"], [
        [0.5976, 0.6126277, 0.6277108, 0.64284931, 0.65804321],
        [0.67329252, 0.68859723, 0.70395734, 0.71937285, 0.73484377],
        [0.75037008, 0.7659518, 0.78158892, 0.79728144, 0.81302936],
        [0.82883269, 0.84469141, 0.86060554, 0.87657507, 0.8926],
    ])  # fmt: skip


def test_adam():
    means = {"mean": spaced(0.6, 0.9, 4, 5), "mean_square": spaced(0.7, 0.5, 4, 5)}
    w, memory = step(optim.Adam, means, steps=5, lr=0.01)
    near(w, [
        [-0.40094747, -0.34836187, -0.29577703, -0.24319299, -0.19060977],
        [-0.1380274, -0.08544591, -0.03286534, 0.01971428, 0.0722929],
        [0.1248705, 0.17744702, 0.23002243, 0.28259667, 0.33516969],
        [0.38774145, 0.44031188, 0.49288093, 0.54544852, 0.59801459],
    ])  # fmt: skip
    near(memory["mean"], [
        [0.48, 0.49947368, 0.51894737, 0.53842105, 0.55789474],
        [0.57736842, 0.59684211, 0.61631579, 0.63578947, 0.65526316],
        [0.67473684, 0.69421053, 0.71368421, 0.73315789, 0.75263158],
        [0.77210526, 0.79157895, 0.81105263, 0.83052632, 0.85],
    ])  # fmt: skip
    near(memory["mean_square"], [
        [0.69966, 0.68908382, 0.67851319, 0.66794809, 0.65738853],
        [0.64683452, 0.63628604, 0.6257431, 0.61520571, 0.60467385],
        [0.59414753, 0.58362676, 0.57311152, 0.56260183, 0.55209767],
        [0.54159906, 0.53110598, 0.52061845, 0.51013645, 0.49966],
    ])  # fmt: skip


# What they publish numbers for and lib does not have; a layer of that name would need its numbers.
LISTED = {
    "svm_loss": "about 9 for ten classes: no hinge loss",
    "LayerNorm": "numbers for rows: only BatchNorm",
    "GroupNorm": "numbers for groups of channels: only BatchNorm",
    "RNN": "recurrent steps and captions: only networks without a memory",
    "LSTM": "recurrent steps and captions: only networks without a memory",
    "MultiHeadAttention": "numbers of assignment 3: no attention",
    "Embedding": "word vectors: no text",
}


def test_what_is_listed_is_still_not_here():
    assert not [name for name in LISTED if hasattr(nn, name)]
