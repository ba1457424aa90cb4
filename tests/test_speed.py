"""Short cuts give the numbers of the plain code, and the plain code runs without them."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib import models, nn, optim
from lib.data import DataLoader, Dataset, load_mnist
from lib.nn import conv, pieces, tournament, winograd
from lib.nn.speed import plain, short_cuts
from lib.training import evaluate, fit
from registry import LAYERS

NETWORKS = {name: {} for name in models.__all__}
NETWORKS["cnn3"] = {"batch_norm": True, "dropout": True}


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def both_ways(make, x, seed=3):
    """Return output and gradients by name: with short cuts, and without."""

    def run():
        rng = np.random.default_rng(seed)
        layer = make(rng)
        y = layer(x)
        g = rng.normal(size=y.shape).astype(y.dtype)
        found = {"output": y, "input": layer.backward(g)}
        return found | {name: p.grad for name, p in layer.named_parameters()}

    fast = run()
    with plain():
        return fast, run()


def far_apart(fast, slow):
    """Return the largest difference of two arrays, as a share of the largest entry."""
    if slow.size == 0:
        return 0.0
    return np.abs(fast - slow).max() / max(np.abs(slow).max(), 1e-30)


# -- plain and fast together ---------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("case", LAYERS, ids=lambda case: case.name)
def test_every_layer_gives_the_same_numbers_with_and_without_short_cuts(case, dtype, rng):
    x = case.x(rng, 6).astype(dtype)
    fast, slow = both_ways(lambda rng: case.make(rng, dtype).train(case.training), x)
    for name, array in slow.items():
        assert fast[name].dtype == array.dtype == dtype
        assert far_apart(fast[name], array) < 50 * np.finfo(dtype).eps


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_gives_the_same_numbers_with_and_without_short_cuts(name, training, rng):
    x = rng.random((16, 1, 28, 28), dtype=np.float32)

    def make(rng):
        return getattr(models, name)(**NETWORKS[name], rng=rng).train(training)

    fast, slow = both_ways(make, x)
    assert far_apart(fast["output"], slow["output"]) < 1e-4
    for key, array in slow.items():
        # a number next to the kink of a ReLU, or two almost equal ones in a pooling window, may
        # fall on the other side; its gradient then goes elsewhere
        assert np.linalg.norm(fast[key] - array) < 0.02 * np.linalg.norm(array)


def test_plain_takes_no_short_cut_and_ends_with_its_block(rng, monkeypatch):
    def taken(*arguments):
        raise AssertionError("a short cut was taken")

    x = rng.random((4, 1, 28, 28), dtype=np.float32)
    model = models.cnn_bn_dropout(rng=rng)
    for module, names in (
        (winograd, ["correlate", "weight_gradient", "spread"]),
        (tournament, ["play", "hand_back"]),
        (pieces, ["sums", "affine"]),
    ):
        for name in names:
            with monkeypatch.context() as patch:
                patch.setattr(module, name, taken)
                with pytest.raises(AssertionError, match="short cut"):
                    model.backward(np.ones_like(model(x)))
                with plain():
                    model.backward(np.ones_like(model(x)))
    assert short_cuts()
    with pytest.raises(KeyError), plain():
        raise KeyError
    assert short_cuts()


def test_what_was_run_forward_one_way_can_be_run_backward_the_other(rng):
    x = rng.random((4, 1, 28, 28), dtype=np.float32)
    model = models.cnn_bn_dropout(dropout=False, rng=rng)
    expected = model.backward(np.ones_like(model(x)))
    with plain():
        np.testing.assert_allclose(
            model.backward(np.ones((4, 10), np.float32)), expected, atol=1e-4
        )
        model(x)
    np.testing.assert_allclose(model.backward(np.ones((4, 10), np.float32)), expected, atol=1e-4)


# -- one BLAS thread -----------------------------------------------------------------------------


@pytest.mark.parametrize(("asked", "threads"), [(None, 1), ("2", 2)])
def test_importing_lib_leaves_matrix_products_one_thread_unless_more_are_asked_for(asked, threads):
    code = (
        "import numpy, lib.nn\n"  # NumPy first, as in a notebook
        "from threadpoolctl import threadpool_info\n"
        "print({pool['num_threads'] for pool in threadpool_info() if pool['user_api'] == 'blas'})"
    )
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    if asked:
        environment["OPENBLAS_NUM_THREADS"] = asked
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == f"{{{threads}}}"


# -- Winograd ------------------------------------------------------------------------------------


def three_products(x, weight, g, padding):
    """Return the output and both gradients of a convolution with stride 1."""
    arguments = (1, 1), padding
    return (
        conv.correlate(x, weight, *arguments),
        conv.weight_gradient(x, g, weight, *arguments),
        conv.spread(g, weight, x.shape[2:], *arguments),
    )


def winograds_products(x, weight, g, padding):
    """Return the same by Winograd."""
    return (
        winograd.correlate(x, weight, padding),
        winograd.weight_gradient(x, g, padding),
        winograd.spread(g, weight, padding),
    )


def convolution(rng, n, C, templates, size, padding):
    """Return images, a weight and an upstream gradient, in float64."""
    out = [s + 2 * p - 2 for s, p in zip(size, padding, strict=True)]
    return (
        rng.normal(size=(n, C, *size)),
        rng.uniform(-1, 1, (templates, C, 3, 3)) / np.sqrt(9 * C),
        rng.normal(size=(n, templates, *out)),
    )


def use(monkeypatch, points, dtype):
    """Let Winograd's matrices be those of some points, in a dtype."""
    for name, matrix in zip("AGB", winograd.matrices(points), strict=True):
        monkeypatch.setattr(winograd, name, matrix.astype(dtype))


POINTS = {  # by the number of outputs in a tile
    4: (0, 1, -1, 1 / 2, -2),
    5: (0, 1, -1, 2, -2, 1 / 2),
    6: (0, 1, -1, 2, -2, 1 / 2, -1 / 2),
    7: winograd.POINTS,
}


@pytest.mark.parametrize("tile", POINTS)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_winograd_is_right_for_every_size_and_padding(tile, data):
    padding = data.draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    size = [data.draw(st.integers(max(1, 3 - 2 * p), 17)) for p in padding]
    n, C, templates = (data.draw(st.integers(*bounds)) for bounds in ((0, 3), (1, 4), (1, 4)))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    x, weight, g = convolution(rng, n, C, templates, size, padding)
    with pytest.MonkeyPatch.context() as monkeypatch:
        use(monkeypatch, POINTS[tile], np.float64)
        fast = winograds_products(x, weight, g, padding)
    for ours, expected in zip(fast, three_products(x, weight, g, padding), strict=True):
        assert ours.shape == expected.shape
        np.testing.assert_allclose(ours, expected, atol=1e-11 * max(1, n))


@pytest.mark.parametrize(("tile", "most"), [(4, 4e-6), (5, 6e-6), (6, 8e-6), (7, 3e-5)])
@pytest.mark.parametrize("size", [(64, 32, 28), (64, 64, 14), (128, 256, 7)])
def test_winograds_error_in_float32_is_what_its_file_says(tile, most, size, rng, monkeypatch):
    C, templates, side = size
    arrays = convolution(rng, 8, C, templates, (side, side), (1, 1))
    use(monkeypatch, POINTS[tile], np.float32)
    fast = winograds_products(*(a.astype(np.float32) for a in arrays), (1, 1))
    for ours, expected in zip(fast, three_products(*arrays, (1, 1)), strict=True):
        assert far_apart(ours, expected) < most


def test_winograd_is_left_out_where_it_does_not_fit_or_would_not_pay(rng):
    many = rng.normal(size=(8, 8, 3, 3)).astype(np.float32)
    assert winograd.applies(many, (1, 1), (1, 1))
    for weight, stride, padding in [
        (many[:, :7], (1, 1), (1, 1)),
        (many[:7], (1, 1), (1, 1)),
        (many.astype(np.float64), (1, 1), (1, 1)),
        (many[..., :2], (1, 1), (1, 1)),
        (many, (2, 2), (1, 1)),
        (many, (1, 1), (1, 3)),
    ]:
        assert not winograd.applies(weight, stride, padding)


def test_images_smaller_than_the_template_are_an_error_with_many_channels(rng):
    layer = nn.Conv2d(8, 8, 3, rng=rng)
    with pytest.raises(ValueError, match=r"kernel \(3, 3\), larger than its padded input \(2, 9\)"):
        layer(np.zeros((1, 8, 2, 9), np.float32))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_network_learns_as_well_with_winograd_as_without(seed):
    images, labels, *_ = load_mnist()
    rows = np.random.default_rng(seed).permutation(len(images))[:10_000]
    x, y = images[rows, None].astype(np.float32) / 255, labels[rows]

    def train():
        model, loss = models.cnn2(rng=np.random.default_rng(seed)), nn.CrossEntropyLoss()
        adam = optim.Adam(model.parameters(), lr=3e-3)
        fit(model, loss, adam, DataLoader(Dataset(x[:6400], y[:6400]), 64), epochs=1, verbose=False)
        return evaluate(model, loss, (x[6400:], y[6400:])).accuracy

    fast = train()
    with plain():
        slow = train()
    assert slow > 0.9
    assert abs(fast - slow) < 0.01
