"""BatchNorm and Dropout: what they do to a batch, in training and in evaluation."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib import models, nn, optim
from lib.nn.speed import plain
from lib.nn.windows import to_images, to_rows
from lib.training import train_step


@pytest.fixture
def rng():
    return np.random.default_rng(11)


# -- BatchNorm -----------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(
    n=st.integers(2, 5),
    size=st.integers(1, 4),
    dtype=st.sampled_from([np.float32, np.float64]),
    seed=st.integers(0, 2**32 - 1),
)
def test_each_channel_gets_mean_0_and_variance_1(n, size, dtype, seed):
    x = np.random.default_rng(seed).normal(3, 2, (n, 3, size, size)).astype(dtype)
    y = nn.BatchNorm2d(3, eps=1e-12, dtype=dtype)(x)
    assert y.dtype == dtype
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(y.var(axis=(0, 2, 3)), 1, rtol=1e-3)


def test_running_statistics_move_by_the_momentum_and_are_unbiased(rng):
    layer = nn.BatchNorm1d(2, momentum=0.25, dtype=np.float64)
    x = rng.normal(5, 3, (10, 2))
    layer(x)
    np.testing.assert_allclose(layer.running_mean.data, 0.25 * x.mean(axis=0))
    np.testing.assert_allclose(layer.running_var.data, 0.75 + 0.25 * x.var(axis=0, ddof=1))
    assert layer.num_batches_tracked.data == 1


def test_evaluation_uses_the_running_statistics_and_leaves_them_alone(rng):
    layer = nn.BatchNorm1d(2, dtype=np.float64)
    for _ in range(200):
        layer(rng.normal(5, 3, (50, 2)))
    before = layer.state_dict()
    x = rng.normal(5, 3, (1, 2))
    np.testing.assert_allclose(layer.eval()(x), (x - 5) / 3, atol=0.1)
    for name, value in layer.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


@pytest.mark.parametrize("n", [0, 1])
def test_one_value_has_no_variance_and_none_has_no_mean(n):
    x = np.zeros((n, 3), np.float32)
    with pytest.raises(ValueError, match=r"more than 1 value per channel when training"):
        nn.BatchNorm1d(3)(x)
    assert nn.BatchNorm1d(3).eval()(x).shape == (n, 3)


def test_one_image_has_enough_values_for_a_variance():
    assert nn.BatchNorm2d(3)(np.zeros((1, 3, 2, 2), np.float32)).shape == (1, 3, 2, 2)


@pytest.mark.parametrize(
    ("layer", "shape", "sentence"),
    [
        (nn.BatchNorm1d(3), (4, 2), r"expected input \(N, 3\) or \(N, 3, L\), got \(4, 2\)"),
        (nn.BatchNorm1d(3), (4, 3, 2, 2), r"got \(4, 3, 2, 2\)"),
        (nn.BatchNorm2d(3), (4, 3), r"expected input \(N, 3, H, W\), got \(4, 3\)"),
    ],
)
def test_a_batch_of_another_shape_is_an_error(layer, shape, sentence):
    with pytest.raises(ValueError, match=sentence):
        layer(np.zeros(shape, np.float32))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"eps": 0}, "a finite number eps > 0, got 0"),
        ({"momentum": 1.5}, "0 ≤ momentum ≤ 1, got 1.5"),
        ({"momentum": -0.1}, "0 ≤ momentum ≤ 1, got -0.1"),
    ],
)
def test_impossible_settings_are_errors(options, sentence):
    with pytest.raises(ValueError, match=f"BatchNorm1d expected {sentence}"):
        nn.BatchNorm1d(3, **options)
    with pytest.raises(ValueError, match="BatchNorm2d expected num_features ≥ 1, got 0"):
        nn.BatchNorm2d(0)


@pytest.mark.parametrize(
    "x",
    [
        np.full((8, 1), 1e4),  # constant: the variance is 0
        1e4 + np.arange(8.0).reshape(8, 1) / 8,  # a mean far larger than the spread
        np.array([[1e-30], [0], [-1e-30], [0]]),
        np.array([[1e15], [0], [-1e15], [0]]),
    ],
    ids=["constant", "offset", "tiny", "huge"],
)
def test_hard_batches_stay_finite_in_float32(x, rng):
    layer = nn.BatchNorm1d(1)
    y = layer(x.astype(np.float32))
    grad = layer.backward(rng.normal(size=y.shape).astype(np.float32))
    assert np.isfinite(y).all()
    assert np.isfinite(grad).all()
    assert np.abs(y).max() < 10


def test_an_offset_does_not_cost_the_digits_of_the_spread():
    spread = np.random.default_rng(0).integers(0, 64, (500, 1)) / 64
    near, far = (nn.BatchNorm1d(1)((spread + m).astype(np.float32)) for m in (0, 4096))
    np.testing.assert_allclose(near, far, atol=1e-3)


@pytest.mark.parametrize("way", [plain, contextlib.nullcontext], ids=["plain", "short cut"])
def test_a_mean_a_thousand_times_the_spread_changes_no_output_and_no_gradient(way, rng):
    spread = rng.normal(size=(16, 3, 9, 8)).round(2)
    spread[:, 1] += 1000
    spread[:, 2] *= 1e-3
    spread[:, 2] -= 1
    x = spread.astype(np.float32)  # what is lost here is lost to every layer
    g = rng.normal(size=x.shape).astype(np.float32)
    double, single = nn.BatchNorm2d(3, eps=1e-12, dtype=np.float64), nn.BatchNorm2d(3, eps=1e-12)
    expected = double(x.astype(np.float64)), double.backward(g.astype(np.float64))
    with way():
        found = single(x), single.backward(g)
    for name in ("weight", "bias", "running_mean", "running_var"):
        ours, theirs = (dict(layer.named_state())[name] for layer in (single, double))
        np.testing.assert_allclose(ours.data, theirs.data, rtol=1e-4)
    np.testing.assert_allclose(single.weight.grad, double.weight.grad, atol=1e-2)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-3 * np.abs(theirs).max())


# -- Dropout -------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(p=st.floats(0, 0.9), seed=st.integers(0, 2**32 - 1))
def test_a_share_p_is_dropped_and_the_mean_stays(p, seed):
    y = nn.Dropout(p, rng=np.random.default_rng(seed))(np.ones((100, 200)))
    assert np.mean(y == 0) == pytest.approx(p, abs=0.03)
    assert y.mean() == pytest.approx(1, abs=0.15)
    kept = y[y != 0]
    np.testing.assert_allclose(kept, 1 / (1 - p))


def test_backward_passes_what_forward_kept(rng):
    layer = nn.Dropout(0.4, rng=rng)
    x = np.ones((20, 5), np.float32)
    np.testing.assert_array_equal(layer(x), layer.backward(x))


def test_every_forward_draws_again_and_the_same_seed_draws_the_same():
    x = np.ones((20, 5))
    layer, twin = (nn.Dropout(rng=np.random.default_rng(3)) for _ in range(2))
    first = layer(x)
    np.testing.assert_array_equal(first, twin(x))
    assert np.any(layer(x) != first)


def test_what_is_dropped_does_not_depend_on_the_order_in_memory():
    x = np.ones((4, 3, 6, 5), np.float32)
    first, last = (nn.Dropout(rng=np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first(x), last(to_images(to_rows(x))))


def test_evaluation_and_p_0_draw_nothing(rng):
    state = rng.bit_generator.state
    x = np.ones((4, 3))
    np.testing.assert_array_equal(nn.Dropout(0.5, rng=rng).eval()(x), x)
    np.testing.assert_array_equal(nn.Dropout(0, rng=rng)(x), x)
    assert rng.bit_generator.state == state


@pytest.mark.parametrize("p", [-0.1, 1, 1.5, float("nan")])
def test_a_probability_out_of_range_is_an_error(p, rng):
    with pytest.raises(ValueError, match="Dropout expected 0 ≤ p < 1"):
        nn.Dropout(p, rng=rng)


def test_a_seed_is_no_generator():
    with pytest.raises(TypeError, match=r"rng=np.random.default_rng"):
        nn.Dropout(0.5, rng=0)


# -- the networks made of them -------------------------------------------------------------------


NETWORKS = {
    "lenet5": 61_706,
    "cnn2": 20_490,
    "cnn3": 98_442,
    "cnn_bn_dropout": 468_138,
    "three_block_cnn": 94_186,
    "four_block_cnn": 390_890,
    "cnn_5x5": 262_378,
    "small_cnn": 72_250,
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_classifier_has_the_weights_it_says_and_learns_a_batch(name, rng):
    model = getattr(models, name)(rng=rng)
    assert sum(parameter.data.size for parameter in model.parameters()) == NETWORKS[name]
    assert f"{NETWORKS[name]:,}".replace(",", " ") in getattr(models, name).__doc__
    x, y = rng.random((8, 1, 28, 28), dtype=np.float32), np.arange(8)
    loss, adam = nn.CrossEntropyLoss(), optim.Adam(model.parameters(), lr=3e-3)
    first, *_, last = (train_step(model, loss, adam, x, y) for _ in range(80))
    assert last < 0.8 * first
    assert model.eval()(x[:0]).shape == (0, 10)


def test_one_image_costs_the_small_network_fewer_than_six_million_multiplications(rng):
    multiplications, x = 0, np.zeros((1, 1, 28, 28), np.float32)
    for layer in models.small_cnn(rng=rng).eval():
        x = layer(x)
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            multiplications += layer.weight.data[0].size * x.size
    assert 5.5e6 < multiplications < 6e6


@pytest.mark.parametrize("name", NETWORKS)
def test_a_classifier_has_as_many_scores_as_asked(name, rng):
    model = getattr(models, name)(num_classes=4, rng=rng).eval()
    assert model(np.zeros((2, 1, 28, 28), np.float32)).shape == (2, 4)


@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize("dropout", [True, False])
def test_four_networks_to_compare(batch_norm, dropout, rng):
    model = models.cnn_bn_dropout(batch_norm=batch_norm, dropout=dropout, rng=rng)
    kinds = {type(module) for _, module in model.named_modules()}
    assert (nn.BatchNorm2d in kinds, nn.Dropout in kinds) == (batch_norm, dropout)
    assert {m.bias is None for _, m in model.named_modules() if isinstance(m, nn.Conv2d)} == {
        batch_norm
    }


@pytest.mark.parametrize("latent", [2, 32])
def test_autoencoders_draw_what_they_were_given(latent, rng):
    x = rng.random((6, 1, 28, 28), dtype=np.float32)
    for name, shape in (("autoencoder", (6, 784)), ("conv_autoencoder", (6, 1, 28, 28))):
        model = getattr(models, name)(latent, rng=rng)
        assert model.encoder(x).shape == (6, latent)
        loss, adam = nn.MSELoss(), optim.Adam(model.parameters(), lr=3e-3)
        steps = (train_step(model, loss, adam, x, x.reshape(shape)) for _ in range(20))
        first, *_, last = steps
        assert last < first


@pytest.mark.parametrize("scale", [0, 1e-20, 1, 1e4])
def test_training_stays_finite_in_float32_whatever_the_images(scale, rng):
    model = models.cnn_bn_dropout(rng=rng)
    x = (scale * rng.normal(size=(6, 1, 28, 28))).astype(np.float32)
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    assert all(np.isfinite(train_step(model, loss, sgd, x, np.arange(6))) for _ in range(5))
    assert all(np.isfinite(array).all() for array in model.state_dict().values())
