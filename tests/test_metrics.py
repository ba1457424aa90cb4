"""Metrics: counted right, and no silent nonsense."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.metrics import (
    accuracy,
    confusion_matrix,
    expected_calibration_error,
    mcnemar,
    per_class_accuracy,
    reliability,
    sharpness,
)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


labels = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=50)


def arrays(pairs):
    pred, y = np.array(pairs).T
    return pred, y


@given(labels)
def test_accuracy_is_the_share_of_equal_pairs(pairs):
    assert accuracy(*arrays(pairs)) == pytest.approx(sum(p == y for p, y in pairs) / len(pairs))


@given(labels)
def test_a_confusion_matrix_counts_each_pair_once(pairs):
    matrix = confusion_matrix(*arrays(pairs), num_classes=5)
    expected = np.zeros((5, 5), dtype=int)
    for p, y in pairs:
        expected[y, p] += 1
    np.testing.assert_array_equal(matrix, expected)


@given(labels)
def test_per_class_accuracy_is_the_accuracy_among_the_rows_of_a_class(pairs):
    pred, y = arrays(pairs)
    shares = per_class_accuracy(pred, y, num_classes=5)
    for k in range(5):
        of_class = y == k
        if of_class.any():
            assert shares[k] == pytest.approx(accuracy(pred[of_class], y[of_class]))
        else:
            assert np.isnan(shares[k])


def test_the_confusion_matrix_equals_scikit_learns():
    sklearn_metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(0)
    pred, y = rng.integers(0, 7, (2, 500))
    ours, theirs = confusion_matrix(pred, y), sklearn_metrics.confusion_matrix(y, pred)
    np.testing.assert_array_equal(ours, theirs)


def test_scores_and_one_hot_rows_stand_for_their_largest_entry():
    scores = np.array([[0.1, 0.9, 0.0], [3.0, -1.0, 2.0]])
    assert accuracy(scores, np.array([1, 2])) == 0.5
    assert accuracy(scores, np.eye(3)[[1, 2]]) == 0.5
    np.testing.assert_array_equal(
        confusion_matrix(scores, np.array([1, 1])), [[0, 0, 0], [1, 1, 0], [0, 0, 0]]
    )


def test_small_integers_do_not_overflow_in_the_count():
    y = np.full(3, 99, dtype=np.uint8)
    assert confusion_matrix(y, y)[99, 99] == 3


def test_booleans_are_classes_zero_and_one():
    assert accuracy(np.array([0.7, 0.2]) > 0.5, np.array([1, 1])) == 0.5


@pytest.mark.parametrize(
    ("pred", "y", "error", "sentence"),
    [
        ([0.7, 0.2], [1, 0], TypeError, "p > 0.5"),
        ([[0.7], [0.2]], [1, 0], ValueError, r"K ≥ 2, got \(2, 1\)"),
        ([0, 1, 2], [0, 1], ValueError, "3 predictions do not fit 2 labels"),
        (np.zeros(0, int), np.zeros(0, int), ValueError, "the batch is empty"),
    ],
)
@pytest.mark.parametrize("metric", [accuracy, confusion_matrix, per_class_accuracy])
def test_what_cannot_be_counted_is_an_error(metric, pred, y, error, sentence):
    with pytest.raises(error, match=sentence):
        metric(np.array(pred), np.array(y))


def test_classes_outside_the_matrix_are_an_error():
    with pytest.raises(ValueError, match="classes 0 … 1 for 2 classes, got -1"):
        confusion_matrix(np.array([0, -1]), np.array([0, 1]))
    with pytest.raises(ValueError, match="classes 0 … 1 for 2 classes, got 2"):
        confusion_matrix(np.array([0, 2]), np.array([0, 1]), num_classes=2)


@pytest.mark.parametrize("metric", [accuracy, confusion_matrix, per_class_accuracy])
@pytest.mark.parametrize("wrong", [2, -1])
def test_labels_beyond_the_scores_are_an_error(metric, wrong):
    with pytest.raises(ValueError, match=f"classes 0 … 1 for 2 classes, got {wrong}"):
        metric(np.eye(2), np.array([0, wrong]))


@pytest.mark.parametrize("metric", [accuracy, confusion_matrix, per_class_accuracy])
def test_scores_of_nan_are_an_error(metric):
    with pytest.raises(ValueError, match="predictions hold nan"):
        metric(np.array([[np.nan, 1.0], [0.0, 1.0]]), np.array([0, 1]))


@pytest.mark.parametrize("metric", [accuracy, confusion_matrix, per_class_accuracy])
def test_what_is_no_number_is_no_class(metric):
    for wrong in [np.array(["0", "1"]), np.array([0j, 1j]), np.array([0, None])]:
        with pytest.raises(TypeError, match="labels must be numbers, got"):
            metric(np.array([0, 1]), wrong)


@pytest.mark.parametrize("dtype", "bBhHiIlLqQ")
def test_classes_may_be_integers_of_any_type(dtype):
    pred, y = np.array([0, 1, 1], dtype), np.array([0, 0, 1])
    for a, b in [(pred, y), (y, pred), (pred, y.astype(dtype))]:
        assert confusion_matrix(a, b).sum() == 3
        assert accuracy(a, b) == pytest.approx(2 / 3)


def test_rows_of_a_confusion_matrix_are_true_classes_and_columns_predictions():
    np.testing.assert_array_equal(
        confusion_matrix(pred=np.array([1, 1, 0]), y=np.array([0, 0, 0])), [[1, 2], [0, 0]]
    )


@pytest.mark.parametrize("bins", [0, 2.5])
def test_bins_are_counted_in_whole_numbers(bins):
    with pytest.raises((ValueError, TypeError), match="bins ≥ 1, got"):
        reliability(np.eye(2), np.array([0, 1]), bins)


# -- calibration ----------------------------------------------------------------------------------


def two_classes(confidences):
    """Return probabilities whose predicted class is 0, with these probabilities."""
    p = np.asarray(confidences)
    return np.stack([p, 1 - p], axis=1)


def test_reliability_sorts_rows_by_the_probability_of_the_predicted_class():
    p = two_classes([0.6, 0.62, 0.95, 1.0])
    confidence, share, count = reliability(p, np.array([0, 1, 0, 0]), bins=5)
    np.testing.assert_array_equal(count, [0, 0, 1, 1, 2])  # 0.6 is in (0.4, 0.6]
    np.testing.assert_allclose(confidence, [np.nan, np.nan, 0.6, 0.62, 0.975])
    np.testing.assert_allclose(share, [np.nan, np.nan, 1, 0, 1])


def test_answers_that_are_right_as_often_as_they_say_have_no_calibration_error():
    p = two_classes(np.full(8, 0.75))
    assert expected_calibration_error(p, np.array([0, 0, 0, 0, 0, 0, 1, 1])) == 0
    assert expected_calibration_error(p, np.ones(8, int)) == 0.75


def test_the_calibration_error_of_many_rows_is_the_mean_gap(rng):
    p = two_classes(rng.uniform(0.5, 1, 5000))
    y = (rng.random(5000) > p[:, 0] ** 3).astype(int)  # right far less often than it says
    gaps = p[:, 0] - p[:, 0] ** 3
    assert expected_calibration_error(p, y) == pytest.approx(gaps.mean(), abs=0.03)


def test_float16_probabilities_are_good_enough(rng):
    scores = rng.normal(size=(200, 10))
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    y = rng.integers(0, 10, 200)
    half, full = (expected_calibration_error(p.astype(t), y) for t in ("float16", "float64"))
    assert half == pytest.approx(full, abs=0.01)


def test_scores_are_not_taken_for_probabilities():
    with pytest.raises(ValueError, match=r"put scores through Softmax\(\) first"):
        reliability(np.array([[2.0, -1.0]]), np.array([0]))
    with pytest.raises(ValueError, match="2 predictions do not fit 1 labels"):
        expected_calibration_error(two_classes([0.5, 0.6]), np.array([0]))


# -- McNemar --------------------------------------------------------------------------------------


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 5))
def test_mcnemar_is_the_binomial_test_of_the_rows_that_only_one_gets_right(b, c, both):
    scipy_stats = pytest.importorskip("scipy.stats")
    y = np.zeros(b + c + 2 * both, int)
    first = np.repeat([0, 1, 0, 1], [b, c, both, both])
    second = np.repeat([1, 0, 0, 1], [b, c, both, both])
    result = mcnemar(first, second, y)
    assert (result.only_first, result.only_second) == (b, c)
    expected = scipy_stats.binomtest(b, b + c).pvalue if b + c else 1.0
    assert result.p_value == pytest.approx(expected)


def test_mcnemar_takes_scores_and_does_not_mind_the_order():
    y = np.array([0, 1, 1])
    right, wrong = np.eye(2)[y], np.eye(2)[1 - y]
    assert mcnemar(right, wrong, y) == (3, 0, 0.25)
    assert mcnemar(wrong, right, y) == (0, 3, 0.25)
    assert mcnemar(right, right, y) == (0, 0, 1.0)


def test_sharpness_counts_a_step_more_than_a_slope_of_the_same_height(rng):
    step, slope = np.zeros((2, 1, 8, 8)), np.zeros((2, 1, 8, 8))
    step[..., 4:], slope[..., 2:] = 1, np.minimum(np.arange(1, 7) / 4, 1)
    assert sharpness(step) == pytest.approx(8)
    assert sharpness(slope) == pytest.approx(8 / 4)
    image = rng.random((5, 9))
    assert sharpness(image.T) == pytest.approx(sharpness(image))
    assert sharpness(np.stack([image, 0 * image])) == pytest.approx(sharpness(image) / 2)
