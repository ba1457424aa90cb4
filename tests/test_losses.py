"""What is particular to one loss: known values, hard inputs, and the mistakes it explains."""

import math

import numpy as np
import pytest

from lib import nn


@pytest.fixture
def rng():
    return np.random.default_rng(7)


# -- known values ---------------------------------------------------------------------------------


def test_guessing_blindly_among_ten_costs_log_ten():
    assert nn.CrossEntropyLoss()(np.zeros((4, 10)), np.arange(4)) == pytest.approx(math.log(10))


def test_cross_entropy_is_log_softmax_and_nll_in_one(rng):
    z, labels = rng.normal(size=(5, 4)), rng.integers(0, 4, 5)
    layer, nll, cross_entropy = nn.LogSoftmax(), nn.NLLLoss(), nn.CrossEntropyLoss()
    assert nll(layer(z), labels) == pytest.approx(cross_entropy(z, labels))
    np.testing.assert_allclose(layer.backward(nll.backward()), cross_entropy.backward(), rtol=1e-9)


def test_views_of_images_need_no_target(rng):
    views, loss = rng.normal(size=(3, 2, 4)), nn.NTXentLoss()
    assert loss(views) == loss(views, None) == loss(views, np.zeros(3))


def test_bce_with_logits_is_sigmoid_and_bce_in_one(rng):
    z, t = rng.normal(size=(5, 1)), rng.integers(0, 2, (5, 1))
    layer, bce, with_logits = nn.Sigmoid(), nn.BCELoss(), nn.BCEWithLogitsLoss()
    assert bce(layer(z), t) == pytest.approx(with_logits(z, t))
    np.testing.assert_allclose(layer.backward(bce.backward()), with_logits.backward(), rtol=1e-9)


def test_one_hot_rows_and_classes_are_the_same_target(rng):
    z, labels = rng.normal(size=(5, 4)), rng.integers(0, 4, 5)
    loss = nn.CrossEntropyLoss()
    value, grad = loss(z, labels), loss.backward()
    assert loss(z, np.eye(4, dtype=np.int64)[labels]) == pytest.approx(value)
    np.testing.assert_allclose(loss.backward(), grad, atol=1e-15)


def test_mean_squared_and_absolute_error_are_means_over_all_entries():
    pred, target = np.array([[0.0, 0.0], [0.0, 0.0]]), np.array([[0.0, 1.0], [2.0, -3.0]])
    assert nn.MSELoss()(pred, target) == 14 / 4
    assert nn.L1Loss()(pred, target) == 6 / 4


# -- hard inputs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scores_of_a_thousand_cost_what_they_should(dtype):
    z = np.array([[1000, -1000, 0]], dtype)
    for label, cost in [(0, 0), (1, 2000), (2, 1000)]:
        loss = nn.CrossEntropyLoss()
        assert loss(z, np.array([label])) == cost
        np.testing.assert_array_equal(loss.backward(), [[1, 0, 0]] - np.eye(3)[[label]])
    assert nn.BCEWithLogitsLoss()(np.array([[1000]], dtype), np.array([[1]])) == 0
    assert nn.BCEWithLogitsLoss()(np.array([[1000]], dtype), np.array([[0]])) == 1000


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_certainty_costs_nothing_if_right_and_a_hundred_if_wrong(dtype):
    loss = nn.BCELoss()
    assert loss(np.array([0, 1], dtype), np.array([0, 1])) == 0
    np.testing.assert_array_equal(loss.backward(), [0, 0])
    assert loss(np.array([0, 1], dtype), np.array([1, 0])) == 100
    assert np.isfinite(loss.backward()).all()


def test_a_probability_of_zero_costs_infinity_in_nll():
    loss = nn.NLLLoss()
    assert loss(np.array([[-np.inf, 0.0]]), np.array([0])) == np.inf
    np.testing.assert_array_equal(loss.backward(), [[-1, 0]])


@pytest.mark.parametrize("target", [[0, 2], [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]])
def test_a_wrong_class_that_was_ruled_out_costs_nothing(target):
    z = np.array([[0.0, -np.inf, 0.0], [-np.inf, 0.0, 0.0]])
    loss = nn.CrossEntropyLoss()
    assert loss(z, np.array(target)) == pytest.approx(math.log(2))
    np.testing.assert_allclose(loss.backward(), [[-0.25, 0, 0.25], [0, 0.25, -0.25]])
    assert loss(z, np.array([1, 0])) == np.inf


def test_label_smoothing_asks_for_every_class_so_that_ruling_one_out_costs_infinity():
    z = np.array([[0.0, -np.inf, 0.0]])
    assert nn.CrossEntropyLoss(label_smoothing=0.1)(z, np.array([0])) == np.inf


def test_infinite_binary_scores_cost_nothing_if_right_and_infinity_if_wrong():
    loss, z = nn.BCEWithLogitsLoss(), np.array([-np.inf, np.inf])
    assert loss(z, np.array([0, 1])) == 0
    np.testing.assert_array_equal(loss.backward(), [0, 0])
    assert loss(z, np.array([1, 0])) == np.inf
    np.testing.assert_array_equal(loss.backward(), [-0.5, 0.5])


def test_nan_predictions_give_a_nan_loss_for_fit_to_report():
    nan = np.full((2, 2), np.nan)
    for loss in [nn.MSELoss(), nn.L1Loss(), nn.BCELoss(), nn.BCEWithLogitsLoss()]:
        assert math.isnan(loss(nan, np.ones((2, 2))))
    for loss in [nn.NLLLoss(), nn.CrossEntropyLoss()]:
        assert math.isnan(loss(nan, np.array([0, 1])))


# -- mistakes it explains -------------------------------------------------------------------------


@pytest.mark.parametrize("loss", [nn.MSELoss, nn.L1Loss, nn.BCELoss, nn.BCEWithLogitsLoss])
def test_a_column_against_a_row_is_not_broadcast(loss):
    pred, target = np.full((4, 1), 0.5), np.ones(4)
    with pytest.raises(ValueError, match=r"\(4, 1\).*\(4,\).*reshape\(pred.shape\)"):
        loss()(pred, target)
    with pytest.raises(ValueError, match="reshape"):
        loss()(target / 2, pred)


@pytest.mark.parametrize("loss", [nn.NLLLoss, nn.CrossEntropyLoss])
@pytest.mark.parametrize(
    ("labels", "error", "sentence"),
    [
        ([0, 3], ValueError, "labels 0 … 2 for 3 classes, got 3"),
        ([0, -1], ValueError, "labels 0 … 2 for 3 classes, got -1"),
        ([0.0, 1.0], TypeError, r"got float64; use labels.astype\(np.int64\)"),
        ([True, False], TypeError, "got bool"),
        ([[0], [1]], ValueError, r"labels.ravel\(\)"),
        ([0, 1, 2], ValueError, r"\(2, 3\) and \(3,\)"),
        (1, ValueError, r"\(2, 3\) and \(\)"),
    ],
)
def test_labels_that_are_no_classes_are_errors(loss, labels, error, sentence):
    with pytest.raises(error, match=sentence):
        loss()(np.full((2, 3), -1.0), np.array(labels))


def test_predictions_of_classes_need_two_axes():
    with pytest.raises(ValueError, match=r"predictions \(N, K\)"):
        nn.CrossEntropyLoss()(np.zeros(3), np.array([0, 1, 2]))


@pytest.mark.parametrize("rows", [[[0.5, 0.6]], [[2.0, -1.0]], [[0, 0]]])
def test_target_rows_that_are_no_probabilities_are_errors(rows):
    with pytest.raises(ValueError, match=r"between 0 and 1|add up to 1"):
        nn.CrossEntropyLoss()(np.zeros((1, 2)), np.array(rows))


def test_nll_of_probabilities_or_scores_is_an_error():
    with pytest.raises(ValueError, match=r"never positive, got 0.9; put LogSoftmax\(\) last"):
        nn.NLLLoss()(np.array([[0.9, 0.1]]), np.array([0]))


def test_bce_of_scores_is_an_error():
    with pytest.raises(ValueError, match="BCEWithLogitsLoss"):
        nn.BCELoss()(np.array([[3.0]]), np.array([[1]]))


@pytest.mark.parametrize("loss", [nn.BCELoss, nn.BCEWithLogitsLoss])
def test_binary_targets_of_minus_one_are_an_error(loss):
    with pytest.raises(ValueError, match=r"targets between 0 and 1, got -1.0 to 1.0"):
        loss()(np.array([0.5, 0.5]), np.array([-1, 1]))


@pytest.mark.parametrize(
    "build",
    [
        lambda price: nn.PerceptualLoss(nn.Softmax(), pixels=price),
        nn.SparseLoss,
        nn.VariationalLoss,
    ],
)
@pytest.mark.parametrize("price", [-0.5, math.nan])
def test_a_price_below_zero_is_an_error(build, price):
    with pytest.raises(ValueError, match=f"≥ 0, got {price}"):
        build(price)
    build(0)


def test_a_perceptual_loss_without_pixels_does_not_see_what_its_features_leave_out(rng):
    target = rng.normal(size=(3, 4))
    pred = target + 2  # softmax gives the same shares
    assert nn.PerceptualLoss(nn.Softmax())(pred, target) == pytest.approx(0, abs=1e-15)
    assert nn.PerceptualLoss(nn.Softmax(), pixels=3)(pred, target) == pytest.approx(12)
