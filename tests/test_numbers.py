"""Odd numbers: nothing silent, and no digit lost that could be kept."""

import math

import numpy as np
import pytest

from lib import nn


@pytest.fixture
def rng():
    return np.random.default_rng(7)


# -- infinity that is legitimate ------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("target", [np.array([1]), np.array([[0.0, 1.0, 0.0]])])
def test_a_masked_class_costs_nothing_when_it_is_wrong(dtype, target):
    loss = nn.CrossEntropyLoss()
    z = np.array([[1, 2, -np.inf]], dtype)
    assert loss(z, target) == pytest.approx(0.3132617)
    np.testing.assert_allclose(loss.backward(), [[0.268941, -0.268941, 0]], rtol=1e-5)


@pytest.mark.parametrize("target", [np.array([1]), np.array([[0.0, 1.0, 0.0]])])
def test_smoothing_everything_away_asks_for_a_masked_class_all_the_same(target):
    loss = nn.CrossEntropyLoss(label_smoothing=1.0)
    assert loss(np.array([[1, -np.inf, 2]]), target) == np.inf


# -- digits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(2_000_000,), (2000, 1000), (50, 40, 10, 100)])
@pytest.mark.parametrize("loss", [nn.MSELoss(), nn.L1Loss()])
def test_a_mean_over_two_million_float32_numbers_keeps_its_digits(rng, shape, loss):
    pred, target = rng.normal(size=(2, *shape)).astype(np.float32)
    exact = pred.astype(np.float64) - target  # rounded once by the loss, in float32
    power = 2 if isinstance(loss, nn.MSELoss) else 1
    expected = np.mean(np.abs(exact) ** power)
    assert loss(pred, target) == pytest.approx(expected, rel=2e-8)
    backwards = np.asfortranarray(pred), np.asfortranarray(target)
    assert loss(*backwards) == pytest.approx(expected, rel=2e-8)


@pytest.mark.parametrize("shape", [(64, 3), (64, 3, 20), (32, 3, 8, 8)])
@pytest.mark.parametrize("plain", [False, True])
def test_batch_norm_keeps_its_digits_a_million_spreads_from_zero(rng, shape, plain):
    kind = nn.BatchNorm2d if len(shape) == 4 else nn.BatchNorm1d
    x, g = (1e6 + rng.normal(size=shape)).astype(np.float32), rng.normal(size=shape)
    g = g.astype(np.float32)
    single, double = kind(3), kind(3, dtype=np.float64)
    expected, expected_grad = double(x.astype(np.float64)), double.backward(g.astype(np.float64))
    if plain:
        with nn.speed.plain():
            y, grad = single(x), single.backward(g)
    else:
        y, grad = single(x), single.backward(g)
    np.testing.assert_allclose(y, expected, atol=2e-6)
    np.testing.assert_allclose(grad, expected_grad, atol=2e-6)
    np.testing.assert_allclose(single.weight.grad, double.weight.grad, atol=1e-4)


# -- what is computed with ------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["f2", ">f4", ">f8", "longdouble"])
def test_only_float32_and_float64_are_computed_with(dtype, rng):
    x = np.ones((4, 3)).astype(dtype)
    layer = nn.Linear(3, 2, rng=rng)
    sentence = r"expected float32 or float64, got .*; use x.astype\(np.float32\)"
    for use in [layer, nn.Tanh(), nn.MSELoss(), nn.Parameter]:
        with pytest.raises(TypeError, match=sentence):
            use(x, x) if isinstance(use, nn.Loss) else use(x)
    assert layer(x.astype(np.float32)).shape == (4, 2)
    with pytest.raises(TypeError, match="expected float32 or float64, got"):
        layer.astype(dtype)
    with pytest.raises(TypeError, match="expected float32 or float64, got"):
        nn.BatchNorm1d(3, dtype=dtype)


# -- targets --------------------------------------------------------------------------------------

LOSSES = [nn.MSELoss, nn.L1Loss, nn.BCELoss, nn.BCEWithLogitsLoss, nn.NLLLoss, nn.CrossEntropyLoss]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    "target",
    [
        np.array([["1", "0"]] * 2),
        np.array([[1j, 0]] * 2),
        np.array([[1, None]] * 2),
        np.array([[(1, 2.0)] * 2] * 2, dtype=[("a", int), ("b", float)]),
        np.array([["2020-01-01"] * 2] * 2, dtype="datetime64[D]"),
    ],
    ids=["text", "complex", "objects", "records", "dates"],
)
def test_targets_that_are_no_real_numbers_are_an_error(loss, target):
    pred = np.full((2, 2), -0.7) if loss is nn.NLLLoss else np.full((2, 2), 0.5)
    name = loss.__name__
    for wrong in (target, target[:, 0]):
        with pytest.raises(TypeError, match=f"{name} expected numbers as targets, got"):
            loss()(pred, wrong)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_targets_that_are_not_finite_are_an_error_and_not_a_nan_loss(loss, wrong):
    pred = np.full((2, 2), 0.5)
    target = np.array([[0.5, 0.5], [wrong, 0.5]])
    if loss is nn.NLLLoss:
        pred, target = np.full((2, 2), -0.7), np.array([0.0, wrong])
    with pytest.raises((ValueError, TypeError), match=f"{loss.__name__} expected .*got"):
        loss()(pred, target)


def test_labels_of_every_integer_type_are_labels():
    pred = np.array([[1.0, 2.0, 3.0]] * 2)
    values = {nn.CrossEntropyLoss()(pred, np.array([0, 2], dtype)) for dtype in "bBhHiIlLqQ"}
    assert len(values) == 1


def test_nan_predictions_are_not_the_targets_fault():
    for loss in LOSSES:
        target = np.array([0, 1]) if loss in LOSSES[-2:] else np.zeros((2, 2))
        assert math.isnan(loss()(np.full((2, 2), np.nan), target))
