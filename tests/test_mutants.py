"""Faults that every other test let live: each test here notices one of them."""

import json
import os
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from lib import models, nn, optim, plot, serialization
from lib.cli.recipe import experiment, new_recipe
from lib.cli.test import _table
from lib.cli.unfinished import Unfinished, best_epoch
from lib.data import DataError, image_sets, load_fashion_mnist
from lib.experiments import Experiment
from lib.experiments.runner import Training, run_one
from lib.training.history import Epoch

# -- weights --------------------------------------------------------------------------------------


def test_astype_converts_averages_and_leaves_counters_alone():
    layer = nn.BatchNorm1d(2)
    layer.running_mean.data[...] = 1 / 3
    layer.astype(np.float64)
    assert layer.running_mean.data.dtype == layer.running_var.data.dtype == np.float64
    assert layer.num_batches_tracked.data.dtype == np.int64
    assert layer.running_mean.data[0] == np.float32(1 / 3)
    assert layer.astype(np.float32).running_mean.data.dtype == np.float32


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("shape", [(130, 8, 35, 37), (3, 9, 7, 6)])
def test_a_large_convolution_is_right_to_its_last_row_and_column(shape, plain):
    rng = np.random.default_rng(0)
    x = rng.normal(size=shape).astype(np.float32)
    layer = nn.Conv2d(shape[1], 11, 3, rng=rng)
    if plain:
        with nn.speed.plain():
            y = layer(x)
    else:
        y = layer(x)
    weight = layer.weight.data.astype(np.float64)
    for h, w in [(0, 0), (-1, -1), (0, -1), (-1, 0), (2, -2)]:
        top, left = range(shape[2] - 2)[h], range(shape[3] - 2)[w]
        window = x[:, :, top : top + 3, left : left + 3].astype(np.float64)
        expected = np.tensordot(window, weight, ([1, 2, 3], [1, 2, 3])) + layer.bias.data
        np.testing.assert_allclose(y[:, :, h, w], expected, atol=1e-4)


# -- data -----------------------------------------------------------------------------------------


def test_a_file_under_the_name_of_another_is_noticed(tmp_path, monkeypatch):
    image_set = image_sets.FASHION_MNIST_SUBSET
    origin = image_sets.find(image_set)
    folder = tmp_path / image_set.folder
    folder.mkdir(parents=True)
    for name in image_sets.FILES:
        os.symlink(origin / name, folder / name)
    monkeypatch.setenv("DLBH_DATA", str(tmp_path))
    load_fashion_mnist(subset=True)
    for wrong, right in [(0, 2), (1, 3), (3, 1)]:
        path = folder / image_sets.FILES[wrong]
        path.unlink()
        os.symlink(origin / image_sets.FILES[right], path)
        with pytest.raises(DataError, match=path.name):
            load_fashion_mnist(subset=True)
        path.unlink()
        os.symlink(origin / image_sets.FILES[wrong], path)


# -- the command line -----------------------------------------------------------------------------


def recipe(**options):
    settings = {
        "data": "fashion-mnist-subset", "classes": (1, 8), "samples": 100, "epochs": 6,
        "batch_size": 20, "optimizer": "sgd", "lr": 0.02, "momentum": 0.8, "weight_decay": 0.001,
        "schedule": "constant", "label_smoothing": 0.05, "augment": {}, "seed": 5, "workers": 1,
    }  # fmt: skip
    return new_recipe("cnn2", settings | options)


@pytest.mark.parametrize(
    ("name", "kind", "settings"),
    [
        ("constant", type(None), None),
        ("step", optim.StepLR, {"step_size": 2, "gamma": 0.1}),
        ("cosine", optim.CosineAnnealingLR, {"T_max": 6, "eta_min": 0}),
        ("one-cycle", optim.OneCycleLR, {"max_lr": 0.02, "total_steps": 30}),
    ],
)
def test_the_schedule_that_was_asked_for_is_built(name, kind, settings):
    schedule = Training(experiment(recipe(schedule=name)), 5).schedule
    assert type(schedule) is kind
    if settings:
        assert schedule.settings().items() >= settings.items()


def test_optimiser_augmentation_and_loss_are_those_that_were_asked_for():
    training = Training(experiment(recipe(augment={"shift": 1, "rotation": 5})), 5)
    assert training.optimizer.settings() == {
        "lr": 0.02, "momentum": 0.8, "nesterov": False, "weight_decay": 0.001,
    }  # fmt: skip
    assert repr(training.train.augment) == "Augment(shift=1, rotation=5)"
    assert training.loss.label_smoothing == 0.05
    assert Training(experiment(recipe()), 5).train.augment is None


def measured(accuracy, loss=1.0):
    return Epoch(1.0, 0.5, loss, accuracy)


@pytest.mark.parametrize(
    ("epochs", "best"),
    [
        ([measured(0.5), measured(0.9), measured(0.7)], 2),
        ([measured(0.9), measured(0.9), measured(0.7)], 1),  # the first of equals
        ([measured(0.9, 1.0), measured(0.9, 0.8), measured(0.9, 0.9)], 2),  # by loss, then
        ([measured(None, 3.0), measured(None, 1.0), measured(None, 2.0)], 2),  # an autoencoder
    ],
)
def test_the_best_epoch_is_that_which_validated_best(epochs, best):
    assert best_epoch(epochs) == best


def test_the_best_model_has_the_weights_of_the_best_epoch(tmp_path):
    model = models.mlp((2, 2), rng=np.random.default_rng(0))
    history = SimpleNamespace(epochs=[])
    training = SimpleNamespace(model=model, history=history)
    unfinished = Unfinished(tmp_path, "mlp")
    unfinished.begin()
    noted = []
    for number, accuracy in enumerate([0.5, 0.9, 0.7], 1):
        model.parameters()[0].data[...] = number
        history.epochs.append(measured(accuracy))
        noted.append(unfinished.keep(training, {"epochs": 3}))
    assert noted == [True, True, False]
    best, final, _, written = unfinished.finish(training, {"epochs": 3})
    for path, number in [(best, 2), (final, 3)]:
        assert np.all(serialization.load(path).parameters()[0].data == number)
        assert serialization.describe(path)["metadata"]["epoch"] == number
    assert json.loads(written.read_text("utf-8"))["best_epoch"] == 2


def test_a_row_of_the_table_of_mistakes_is_a_true_class():
    trained = SimpleNamespace(classes=(0, 1), names=("0", "1"))
    lines = _table(np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1]), trained).splitlines()
    assert lines[-2].split() == ["0", "33.33", "%", "1", "2"]
    assert lines[-1].split() == ["1", "100.00", "%", "·", "1"]


def test_a_row_of_the_drawn_table_is_a_true_class():
    import matplotlib.pyplot as plt

    plot.confusion(np.array([[1, 2], [0, 3]]))
    axes = plt.gcf().axes[0]
    written = {text.get_position(): text.get_text() for text in axes.texts}
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted", "true")
    assert written == {(0, 0): "1", (1, 0): "2", (0, 1): "0", (1, 1): "3"}
    np.testing.assert_array_equal(axes.images[0].get_array(), [[0, 2], [0, 0]])
    plt.close("all")


# -- experiments ----------------------------------------------------------------------------------


def opposites():
    """Return rows to train on, and the same rows to test on with the other label."""
    x = np.repeat(np.float32([[-1, 0], [1, 0]]), 40, axis=0)
    y = np.repeat([0, 1], 40)
    return x, y, x, 1 - y


def test_an_experiment_looks_at_the_rows_of_the_test_set(tmp_path):
    simple = Experiment(
        "opposites",
        "what is learned is always wrong in the test set",
        data=opposites,
        model=partial(models.mlp, (2, 2)),
        optimizer=partial(optim.Adam, lr=0.1),
        epochs=3,
        batch_size=16,
        seeds=(0,),
        validation=20,
    )
    ran = run_one(simple, 0, tmp_path, verbose=False)
    assert ran["epochs"][-1]["validation_accuracy"] == 1
    assert ran["test"]["accuracy"] == 0
