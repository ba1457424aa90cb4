"""Learning without labels first: views, weights handed on, few labels, one layer that learns."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from lib import models, nn, optim
from lib.data import Augment
from lib.experiments import EXPERIMENTS, RecordError, load_record, run
from lib.experiments.labels import of_each_class
from lib.experiments.pretraining import (
    BUDGETS,
    TwoViews,
    codes_of_views,
    labelled,
    mnist_in_pairs,
    pretrained,
)
from lib.experiments.runner import Training

AUGMENT = partial(Augment, shift=1)
SMALL = replace(
    EXPERIMENTS["contrastive"], epochs=1, samples=400, validation=100, batch_size=50, seeds=(0, 1)
)


@pytest.fixture
def rng():
    return np.random.default_rng(31)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A folder with a network of two seeds that has learnt without labels."""
    folder = tmp_path_factory.mktemp("results")
    run([SMALL], results=folder, verbose=False, cores=1)
    return folder


def test_two_views_are_two_distorted_copies_of_the_first_channel(rng):
    images = rng.random((20, 2, 8, 8), dtype=np.float32)
    views = TwoViews(AUGMENT, rng=rng)(images)
    assert views.shape == (20, 2, 8, 8) and views.dtype == np.float32
    assert not np.array_equal(views[:, 0], views[:, 1])
    alone = TwoViews(partial(Augment, shift=0), rng=rng)(images)
    np.testing.assert_array_equal(alone, images[:, [0, 0]])


def test_pairs_are_an_image_and_a_copy_that_is_the_same_in_every_run():
    x, y, x_test, y_test = mnist_in_pairs(AUGMENT)
    assert x.shape == (60_000, 2, 28, 28) and x_test.shape == (10_000, 2, 28, 28)
    assert not np.array_equal(x[:, 0], x[:, 1])
    np.testing.assert_array_equal(x[:500], mnist_in_pairs(AUGMENT)[0][:500])
    assert len(y) == 60_000 and len(y_test) == 10_000


def test_labels_have_no_part_in_learning_without_them(results):
    shuffled = Training(SMALL, 0)
    shuffled.train.dataset.y[:] = 3
    shuffled.validation.y[:] = 3
    *_, epoch = shuffled.epochs(results / "shuffled.npz")
    assert epoch.train_accuracy is None
    (row,) = load_record("contrastive", results).runs[0]["epochs"]
    assert shuffled.rows()[0]["train_loss"] == row["train_loss"]


def test_the_images_that_are_held_back_are_the_same_with_labels_and_without():
    plan = replace(EXPERIMENTS["contrastive"], model=partial(codes_of_views, 4))
    without = Training(plan, 2).validation.x[:, :1]
    for way in ("scratch", "tuned"):
        experiment = replace(labelled(way, "10", 0.01, 1), start=None)
        np.testing.assert_array_equal(Training(experiment, 1).validation.x, without)


def test_a_network_starts_from_the_weights_of_its_seed_except_for_the_last_layer(results, rng):
    networks = []
    for seed in (0, 1):
        model = models.cnn3(rng=np.random.default_rng(5))
        pretrained(model, seed, "contrastive", results)
        networks.append(model.state_dict())
    fresh = models.cnn3(rng=np.random.default_rng(5)).state_dict()
    for name, weights in fresh.items():
        last = name.startswith(f"{len(model.layers) - 1}.")
        assert np.array_equal(weights, networks[0][name]) == last, name
        assert np.array_equal(networks[0][name], networks[1][name]) == last, name


def test_weights_that_are_missing_or_not_those_of_the_record_are_named(results, tmp_path):
    model = models.cnn3(rng=np.random.default_rng(0))
    (tmp_path / "contrastive.json").write_bytes((results / "contrastive.json").read_bytes())
    with pytest.raises(RecordError, match=r"contrastive\.0\.weights\.npz is missing, "):
        pretrained(model, 0, "contrastive", tmp_path)
    other = (results / "contrastive.1.weights.npz").read_bytes()
    (tmp_path / "contrastive.0.weights.npz").write_bytes(other)
    with pytest.raises(RecordError, match="does not hold the weights of the record"):
        pretrained(model, 0, "contrastive", tmp_path)


@pytest.mark.parametrize("count", [1, 7, 10, 25])
def test_few_labels_are_as_many_of_each_class(count, rng):
    y = np.repeat(np.arange(10), [30, 3, *[20] * 8])
    rows = of_each_class(rng.permutation(y), count, rng)
    assert len(set(rows.tolist())) == count
    y = rng.permutation(y)
    counts = np.bincount(y[of_each_class(y, count, rng)], minlength=10)
    assert counts.max() - counts.min() <= 1


def test_a_class_that_has_no_more_rows_leaves_the_rest_to_the_others(rng):
    y = np.array([0] * 9 + [1])
    assert sorted(of_each_class(y, 10, rng)) == list(range(10))
    for wrong in (0, 11):
        with pytest.raises(ValueError, match=f"labels={wrong} is out of range: .* from 1 to 10"):
            of_each_class(y, wrong, rng)


def test_few_labels_are_repeated_until_an_epoch_is_as_long_as_its_validation():
    training = Training(labelled("scratch", "100", 0.01, 1), 3)
    x, y = training.train.dataset.x, training.train.dataset.y
    assert len(x) == len(y) == len(training.validation) == 5000
    assert np.bincount(y).tolist() == [500] * 10
    assert len(np.unique(x.reshape(len(x), -1), axis=0)) == 100
    other = Training(labelled("scratch", "100", 0.01, 1), 4)
    assert not np.array_equal(np.sort(y), y) and not np.array_equal(
        x[:10], other.train.dataset.x[:10]
    )


def test_a_probe_learns_one_layer_on_codes_that_stay(results):
    small = replace(labelled("probe", "10", 0.01, 4), samples=500, validation=100)
    training = Training(
        replace(small, start=partial(pretrained, name="contrastive", results=results)), 0
    )
    assert [type(layer) for layer in training.model.layers] == [nn.Linear]
    encoder = models.cnn3(rng=np.random.default_rng(0))
    pretrained(encoder, 0, "contrastive", results)
    whole = nn.Sequential(*encoder.layers[:-1])
    images = Training(replace(small, frozen=False, start=None), 0).validation.x
    np.testing.assert_allclose(training.validation.x, whole(images), rtol=1e-5, atol=1e-6)
    assert training.test[0].shape == (10_000, 128)


@pytest.mark.parametrize("budget", BUDGETS)
def test_the_three_ways_learn_from_the_same_labels(budget):
    sides = [replace(labelled(way, budget, 0.01, 1), start=None, frozen=False, augment=None)
             for way in ("scratch", "tuned", "probe")]  # fmt: skip
    first, *others = [Training(side, 0).train.dataset for side in sides]
    for other in others:
        np.testing.assert_array_equal(first.x, other.x)
        np.testing.assert_array_equal(first.y, other.y)
    assert sides[0].optimizer.func is optim.Adam
