"""Distillation: a pupil learns what the teacher said, and is judged by labels."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from lib import models, nn, optim
from lib.data import Augment
from lib.experiments import Experiment
from lib.experiments.distillation import taught
from lib.experiments.runner import Training, run_one
from lib.serialization import load, save
from lib.training import log_probabilities

AUGMENT = partial(Augment, shift=1)


def few_images():
    rng = np.random.default_rng(5)
    y = np.tile(np.arange(4), 15)
    x = (
        rng.random((60, 1, 28, 28), dtype=np.float32)
        * np.float32(0.2 + 0.2 * y)[:, None, None, None]
    )
    return x[:48], y[:48], x[48:], y[48:]


@pytest.fixture
def results(tmp_path):
    """A folder with a teacher in it."""
    members = [models.cnn2(num_classes=4, rng=np.random.default_rng(s)) for s in (1, 2)]
    save(nn.Ensemble(*members), tmp_path / "teacher.npz", half=True)
    return tmp_path


def pupil(results):
    return Experiment(
        "pupil",
        "a pupil",
        data=few_images,
        model=partial(models.mlp, (784, 4)),
        optimizer=partial(optim.Adam, lr=0.01),
        epochs=2,
        batch_size=12,
        validation=12,
        seeds=(0, 1),
        teach=partial(taught, teacher="teacher", augment=AUGMENT, copies=3, results=results),
    )


def test_a_teacher_is_asked_about_every_image_and_its_distorted_copies(results):
    x = few_images()[0]
    images, probabilities = taught(x, "teacher", AUGMENT, 3, results)
    assert images.shape == (144, 1, 28, 28)
    np.testing.assert_array_equal(images[:48], x)
    assert not np.array_equal(images[48:96], images[96:])
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    model = load(results / "teacher.npz")
    np.testing.assert_allclose(np.log(probabilities), log_probabilities(model, images), atol=1e-5)


def test_a_teacher_is_asked_once(results, monkeypatch):
    x = few_images()[0]
    first = taught(x, "teacher", AUGMENT, 2, results)
    monkeypatch.setattr("lib.experiments.distillation.log_probabilities", pytest.fail)
    for now, then in zip(taught(x, "teacher", AUGMENT, 2, results), first, strict=True):
        np.testing.assert_array_equal(now, then)


def test_another_teacher_of_that_name_is_asked_again(results):
    x = few_images()[0]
    _, first = taught(x, "teacher", AUGMENT, 1, results)
    save(models.cnn2(num_classes=4, rng=np.random.default_rng(9)), results / "teacher.npz")
    _, second = taught(x, "teacher", AUGMENT, 1, results)
    assert not np.allclose(first, second)


def test_the_pupil_learns_from_the_teacher_and_is_validated_with_labels(results):
    training = Training(pupil(results), 0)
    assert training.train.dataset.y.shape == (3 * 36, 4)
    assert training.validation.y.shape == (12,) and training.validation.y.dtype == np.int64
    run = run_one(pupil(results), 0, results, verbose=False)
    assert [row["train_accuracy"] for row in run["epochs"]] == [None, None]
    assert 0 <= run["epochs"][-1]["validation_accuracy"] <= 1
    assert 0 <= run["test"]["accuracy"] <= 1


def test_all_seeds_of_a_pupil_learn_the_same_images(results):
    first, second = (Training(pupil(results), seed).train.dataset for seed in (0, 1))
    np.testing.assert_array_equal(first.x, second.x)
    np.testing.assert_array_equal(first.y, second.y)


def test_a_missing_teacher_is_named(results):
    orphan = replace(pupil(results), teach=partial(taught, teacher="nobody", augment=AUGMENT,
                                                   copies=2, results=results))  # fmt: skip
    with pytest.raises(FileNotFoundError, match=r"nobody\.npz"):
        Training(orphan, 0)
