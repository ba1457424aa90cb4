"""Training: the step, the epochs, the record, and every way it can end."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib import nn, optim
from lib.data import DataLoader, Dataset
from lib.metrics import accuracy
from lib.models import mlp
from lib.training import (
    EarlyStopping,
    Evaluation,
    History,
    evaluate,
    fit,
    log_probabilities,
    train_step,
)
from lib.training.history import Epoch

LINE = re.compile(r"epoch ( ?\d+)/(\d+) \(measured loss \d+\.\d{4}(?P<rest>.*)\)")


def two_clouds(n=60, seed=0):
    """Two clouds of points that a straight line separates."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    x = rng.normal(size=(n, 2)) * 0.3 + np.where(y[:, None] == 1, 1, -1)
    return x.astype(np.float32), y


def loader(batch_size=16, seed=0):
    rng = np.random.default_rng(seed)
    return DataLoader(Dataset(*two_clouds()), batch_size, shuffle=True, rng=rng)


def trainer(lr=0.1, seed=0):
    """What fit needs besides data: a model, a loss and an optimiser."""
    model = mlp((2, 8, 2), rng=np.random.default_rng(seed))
    return model, nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=lr)


class Scripted(nn.Loss):
    """A loss whose values are written down beforehand; its gradient is 1 everywhere."""

    def __init__(self, values):
        self.values = iter(values)

    def forward(self, pred, target):
        self.save(pred)
        return next(self.values)

    def backward(self):
        (pred,) = self.saved()
        return np.ones_like(pred)


def scripted_run(values, **options):
    """One batch an epoch; ``values`` are train loss, validation loss, train loss …"""
    x, y = np.ones((1, 1), np.float32), np.ones((1, 1), np.float32)
    model = nn.Sequential(nn.Linear(1, 1, rng=np.random.default_rng(0)))
    model.load_state_dict({"0.weight": [[0.0]], "0.bias": [0.0]})
    loss, sgd = Scripted(values), optim.SGD(model.parameters(), lr=1)
    train = DataLoader(Dataset(x, y), 1)
    options = {"validation": (x, y), "verbose": False} | options
    return model, lambda: fit(model, loss, sgd, train, **options)


# -- one step -------------------------------------------------------------------------------------


def test_a_step_returns_the_loss_before_it_and_lowers_the_loss():
    model, loss, sgd = trainer()
    x, y = two_clouds()
    before = loss(model(x), y)
    value = train_step(model, loss, sgd, x, y)
    assert type(value) is float
    assert value == before
    assert loss(model(x), y) < before


def test_a_step_forgets_the_gradients_before_it():
    x, y = two_clouds()
    weights = []
    for leftover in (0, 100):
        model, loss, sgd = trainer()
        for parameter in model.parameters():
            parameter.grad += leftover
        train_step(model, loss, sgd, x, y)
        weights.append(model.state_dict())
    for name in weights[0]:
        np.testing.assert_array_equal(weights[0][name], weights[1][name])


# -- evaluate -------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=25)
@given(batch_size=st.integers(1, 80))
def test_evaluation_does_not_depend_on_the_batch_size(batch_size):
    model, loss, _ = trainer()
    x, y = two_clouds()
    whole = evaluate(model, loss, (x, y))
    parts = evaluate(model, loss, (x, y), batch_size)
    assert parts.loss == pytest.approx(whole.loss, rel=1e-5)
    assert parts.accuracy == pytest.approx(whole.accuracy)


def test_arrays_a_dataset_and_a_loader_are_evaluated_alike():
    model, loss, _ = trainer()
    x, y = two_clouds()
    expected = evaluate(model, loss, (x, y), 7)
    assert evaluate(model, loss, Dataset(x, y), 7) == expected
    assert evaluate(model, loss, DataLoader(Dataset(x, y), 7)) == expected


@pytest.mark.parametrize("training", [True, False])
def test_evaluation_runs_in_evaluation_mode_and_puts_the_mode_back(training):
    model, loss, _ = trainer()
    model.train(training)
    seen = []
    model[2].forward = lambda x: seen.append(model[2].training) or np.tanh(x)
    evaluate(model, loss, two_clouds())
    assert seen == [False]
    assert model.training is model[2].training is training


def test_evaluation_of_a_failing_model_puts_the_mode_back():
    model, loss, _ = trainer()
    with pytest.raises(ValueError, match="Linear expected"):
        evaluate(model, loss, (np.ones((3, 9), np.float32), np.zeros(3, int)))
    assert model.training


def test_a_regression_has_no_accuracy():
    model = nn.Linear(2, 1, rng=np.random.default_rng(0))
    x, _ = two_clouds()
    assert evaluate(model, nn.MSELoss(), (x, x[:, :1])).accuracy is None


@pytest.mark.parametrize("loss", [nn.NLLLoss(), nn.CrossEntropyLoss()])
def test_classes_have_an_accuracy_and_other_targets_have_none(loss):
    model = nn.Sequential(nn.Linear(2, 2, rng=np.random.default_rng(0)), nn.LogSoftmax())
    x, y = two_clouds()
    assert evaluate(model, loss, (x, y), 7).accuracy == pytest.approx(accuracy(model(x), y))
    chances = np.eye(2, dtype=np.float32)[y]
    for answers in [chances, chances.astype(int)]:
        assert evaluate(model, nn.CrossEntropyLoss(), (x, answers)).accuracy is None
        assert evaluate(model, nn.BCEWithLogitsLoss(), (x, answers)).accuracy is None


def test_no_rows_are_an_error():
    model, loss, _ = trainer()
    with pytest.raises(ValueError, match="no batches"):
        evaluate(model, loss, (np.zeros((0, 2), np.float32), np.zeros(0, int)))


# -- fit ------------------------------------------------------------------------------------------


def test_fit_learns_and_records_every_epoch():
    model, loss, sgd = trainer()
    history = fit(model, loss, sgd, loader(), epochs=5, validation=two_clouds(seed=1))
    assert len(history) == 5
    assert all(len(history[name]) == 5 for name in History.names)
    assert history.validation_loss[-1] < history.validation_loss[0]
    assert history.train_accuracy[-1] > 0.95
    assert not model.training
    expected = evaluate(model, loss, two_clouds(seed=1))
    assert (history.validation_loss[-1], history.validation_accuracy[-1]) == expected


def test_fit_trains_in_training_mode_and_validates_in_evaluation_mode():
    model, loss, sgd = trainer()
    x, y = two_clouds()
    seen = []
    model[2].forward = lambda x: seen.append(model[2].training) or nn.Tanh.forward(model[2], x)
    fit(model, loss, sgd, DataLoader(Dataset(x, y), 30), epochs=2, validation=(x, y))
    assert seen == [True, True, False] * 2


def test_the_same_generators_give_the_same_history():
    first, second = (fit(*trainer(), loader(), epochs=2, verbose=False) for _ in range(2))
    assert dict(first) == dict(second)


def test_training_means_are_over_rows_not_batches():
    batch_size, (x, y) = 50, two_clouds()  # 60 rows: batches of 50 and 10
    model, loss, sgd = trainer(lr=0)
    history = fit(model, loss, sgd, DataLoader(Dataset(x, y), batch_size), epochs=1, verbose=False)
    assert history.train_loss[0] == pytest.approx(loss(model(x), y))
    assert history.train_accuracy[0] == pytest.approx(accuracy(model(x), y))


def test_each_epoch_prints_one_line_of_fixed_form(capsys):
    fit(*trainer(), loader(), epochs=10, validation=two_clouds(seed=1))
    lines = capsys.readouterr().out.splitlines()
    matches = [LINE.fullmatch(line) for line in lines]
    assert all(matches)
    assert [match[1] for match in matches] == [*(f" {n}" for n in range(1, 10)), "10"]
    rest = r", validation \d\.\d{4}, accuracy \d+\.\d\d %"
    assert all(re.fullmatch(rest, match["rest"]) for match in matches)


def test_without_validation_the_line_is_shorter_and_the_columns_hold_none(capsys):
    history = fit(*trainer(), loader(), epochs=1)
    assert LINE.fullmatch(capsys.readouterr().out.strip())["rest"] == ""
    assert history.validation_loss == history.validation_accuracy == [None]


def test_quiet_is_quiet(capsys):
    fit(*trainer(), loader(), epochs=1, verbose=False)
    assert capsys.readouterr().out == ""


def test_a_history_is_read_like_a_dictionary_or_by_attribute():
    history = History()
    history.epochs.append(Epoch(1.0, 0.5, 2.0, 0.25))
    assert history.train_loss == history["train_loss"] == [1.0]
    assert dict(history) == {
        "train_loss": [1.0],
        "train_accuracy": [0.5],
        "validation_loss": [2.0],
        "validation_accuracy": [0.25],
    }
    assert repr(history).startswith("History(1 epoch")
    with pytest.raises(KeyError, match="not 'loss'"):
        history["loss"]


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"epochs": 0}, ValueError, "epochs ≥ 1, got 0"),
        ({"early_stopping": EarlyStopping(1)}, ValueError, "give fit a validation="),
        ({"train": two_clouds()}, TypeError, r"DataLoader\(Dataset\(x, y\)"),
        ({"train": Dataset(*two_clouds())}, TypeError, "DataLoader"),
        ({"train": []}, ValueError, "no batches"),
    ],
)
def test_what_cannot_be_trained_is_an_error(options, error, sentence):
    options = {"train": loader(), "epochs": 1} | options
    with pytest.raises(error, match=sentence):
        fit(*trainer(), **options)


def test_integer_images_reach_the_model_unconverted_and_are_an_error():
    images = Dataset(np.zeros((4, 1, 2), np.uint8), np.zeros(4, int))
    with pytest.raises(TypeError, match="divide pixels by 255"):
        fit(*trainer(), DataLoader(images, 2), epochs=1)


# -- early stopping -------------------------------------------------------------------------------


def validation_losses(*losses):
    """A script in which every train loss is 1."""
    return [value for loss in losses for value in (1.0, loss)]


def test_early_stopping_ends_with_the_best_weights():
    stopping = EarlyStopping(patience=2)
    model, run = scripted_run(validation_losses(5, 3, 4, 3.5, 1), epochs=9, early_stopping=stopping)
    assert run().validation_loss == [5, 3, 4, 3.5]
    assert (stopping.best_epoch, stopping.best_loss) == (2, 3)
    assert model[0].bias.data == -2  # lr 1, gradient 1: every epoch takes 1 away


def test_early_stopping_restores_the_best_weights_when_the_epochs_run_out():
    model, run = scripted_run(
        validation_losses(5, 3, 4), epochs=3, early_stopping=EarlyStopping(patience=5)
    )
    assert len(run()) == 3
    assert model[0].bias.data == -2


def test_early_stopping_can_leave_the_last_weights():
    stopping = EarlyStopping(patience=1, restore_best=False)
    model, run = scripted_run(validation_losses(3, 4), epochs=9, early_stopping=stopping)
    assert len(run()) == 2
    assert model[0].bias.data == -2


def test_an_improvement_smaller_than_min_delta_does_not_count():
    stopping = EarlyStopping(patience=2, min_delta=0.5)
    _, run = scripted_run(validation_losses(5, 4.8, 4.6, 4.4), epochs=9, early_stopping=stopping)
    assert len(run()) == 3
    assert stopping.best_epoch == 1


def test_a_validation_loss_of_nan_ends_the_training_with_the_best_weights():
    stopping = EarlyStopping(patience=2)
    model, run = scripted_run(
        validation_losses(5, 4, 6, math.nan), epochs=9, early_stopping=stopping
    )
    with pytest.raises(FloatingPointError, match="nan in an evaluation; look for nan") as error:
        run()
    assert len(error.value.history) == 3
    assert stopping.best_epoch == 2
    assert model[0].bias.data == -2


def test_an_evaluation_of_nan_is_an_error_and_infinity_is_not():
    x, y = two_clouds()
    model, loss, _ = trainer()
    scores = np.zeros((len(x), 2))
    scores[0, y[0]] = -np.inf
    assert evaluate(nn.Flatten(), loss, (scores, y)).loss == np.inf
    model.parameters()[0].data[0, 0] = np.nan
    with pytest.raises(FloatingPointError, match="CrossEntropyLoss is nan in an evaluation"):
        evaluate(model, loss, (x, y))


@pytest.mark.parametrize("epochs", [1.5, 2.0, float("nan"), "3", True, None])
def test_epochs_are_a_whole_number(epochs):
    with pytest.raises(TypeError, match="fit expected a whole number epochs ≥ 1, got"):
        fit(*trainer(), loader(), epochs=epochs, verbose=False)


@pytest.mark.parametrize("clip_norm", [-1, float("nan"), "1", [1]])
def test_a_limit_for_the_gradient_is_one_number(clip_norm):
    with pytest.raises((ValueError, TypeError), match="fit expected a finite number clip_norm ≥ 0"):
        fit(*trainer(), loader(), epochs=1, clip_norm=clip_norm, verbose=False)


def test_an_optimiser_of_another_model_is_an_error():
    model, loss, _ = trainer()
    _, _, other = trainer(seed=1)
    x, y = two_clouds()
    sentence = r"SGD holds 4 parameters, 4 of them not the model's.*with model.parameters\(\)"
    with pytest.raises(ValueError, match=sentence):
        train_step(model, loss, other, x, y)
    with pytest.raises(ValueError, match=sentence):
        fit(model, loss, other, loader(), epochs=1, verbose=False)
    some = optim.SGD(model.parameters()[-2:], lr=0.1)  # to train only the last layer is all right
    train_step(model, loss, some, x, y)


def test_a_step_after_fit_trains_in_training_mode():
    model = nn.Sequential(
        nn.Linear(2, 8, rng=np.random.default_rng(0)),
        nn.BatchNorm1d(8),
        nn.Dropout(0.5, rng=np.random.default_rng(0)),
        nn.Linear(8, 2, rng=np.random.default_rng(0)),
    )
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.1)
    fit(model, loss, sgd, loader(), epochs=1, verbose=False)
    assert not model.training
    before = model[1].running_mean.data.copy()
    x, y = two_clouds()
    train_step(model, loss, sgd, x, y)
    assert all(layer.training for layer in model)
    assert np.any(model[1].running_mean.data != before)


def test_a_step_and_an_evaluation_leave_a_frozen_part_frozen():
    model = nn.Sequential(nn.Linear(2, 2, rng=np.random.default_rng(0)), nn.BatchNorm1d(2))
    model[1].eval()
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.1)
    x, y = two_clouds()
    train_step(model, loss, sgd, x, y)
    evaluate(model, loss, (x, y))
    log_probabilities(model, x)
    assert [model.training, model[0].training, model[1].training] == [True, True, False]


def test_early_stopping_can_be_used_for_one_training_after_another():
    stopping = EarlyStopping(patience=1)
    scripted_run(validation_losses(1, 2), epochs=9, early_stopping=stopping)[1]()
    model, run = scripted_run(validation_losses(9, 8, 8.5), epochs=9, early_stopping=stopping)
    assert len(run()) == 3
    assert stopping.best_loss == 8
    assert model[0].bias.data == -2


def test_early_stopping_checks_its_settings():
    with pytest.raises(ValueError, match="patience ≥ 1, got 0"):
        EarlyStopping(0)
    with pytest.raises(ValueError, match="min_delta ≥ 0, got -1"):
        EarlyStopping(1, min_delta=-1)
    with pytest.raises(TypeError, match=r"a whole number patience ≥ 1, got 1\.5"):
        EarlyStopping(1.5)
    with pytest.raises(ValueError, match="a finite number min_delta ≥ 0, got nan"):
        EarlyStopping(1, min_delta=float("nan"))


# -- schedules and clipping -----------------------------------------------------------------------


def rates_while_training(make_schedule, epochs):
    """Return the learning rate of every batch, four in an epoch."""
    model, loss, sgd = trainer()
    rates = []

    class Watched:
        def __iter__(self):
            for batch in loader():
                rates.append(sgd.lr)
                yield batch

    fit(model, loss, sgd, Watched(), epochs=epochs, schedule=make_schedule(sgd), verbose=False)
    return rates


def test_a_schedule_of_epochs_is_moved_on_after_every_epoch():
    rates = rates_while_training(lambda sgd: optim.StepLR(sgd, 1, gamma=0.5), epochs=3)
    assert rates == [0.1] * 4 + [0.05] * 4 + [0.025] * 4


def test_a_schedule_of_batches_is_moved_on_after_every_batch():
    plan = {"max_lr": 1.0, "total_steps": 8, "cycle_momentum": False}
    rates = rates_while_training(lambda sgd: optim.OneCycleLR(sgd, **plan), epochs=2)
    _, _, sgd = trainer()
    assert rates == [optim.OneCycleLR(sgd, **plan).lr_at(t) for t in range(8)]


def test_a_clipped_step_is_no_longer_than_lr_times_the_norm():
    x, y = two_clouds()
    for clip_norm, at_most in [(1e-3, 1e-4), (None, math.inf)]:
        model, loss, sgd = trainer(lr=0.1)
        before = model.state_dict()
        train_step(model, loss, sgd, x, y, clip_norm)
        moved = [array - before[name] for name, array in model.state_dict().items()]
        length = math.sqrt(sum(float((m * m).sum()) for m in moved))
        assert 1e-5 < length < at_most * (1 + 1e-3)


def test_fit_clips_if_asked_to():
    weights = []
    for clip_norm in (None, 1e-3):
        model, loss, sgd = trainer()
        fit(model, loss, sgd, loader(), epochs=1, clip_norm=clip_norm, verbose=False)
        weights.append(np.concatenate([a.ravel() for a in model.state_dict().values()]))
    assert not np.array_equal(*weights)


# -- endings that were not planned ---------------------------------------------------------------


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_loss_that_is_no_number_stops_the_training_with_the_history_so_far(value):
    stopping = EarlyStopping(patience=5)
    model, run = scripted_run([1.0, 3.0, 1.0, 2.0, value], epochs=9, early_stopping=stopping)
    with pytest.raises(FloatingPointError, match=f"became {value} in epoch 3; try .* than 1") as e:
        run()
    assert e.value.history.validation_loss == [3.0, 2.0]
    assert model[0].bias.data == -2
    assert not model.training


def test_a_learning_rate_far_too_high_ends_in_one_clear_error():
    x, _ = two_clouds()
    model = nn.Sequential(
        nn.Linear(2, 4, rng=np.random.default_rng(0)), nn.Linear(4, 1, rng=np.random.default_rng(0))
    )
    sgd = optim.SGD(model.parameters(), lr=1e3)
    with pytest.raises(FloatingPointError, match="learning rate ten times smaller than 1000"):
        fit(model, nn.MSELoss(), sgd, DataLoader(Dataset(x, x[:, :1]), 8), epochs=50, verbose=False)


def test_the_stop_button_leaves_a_usable_model_with_the_best_weights():
    def values():
        yield from validation_losses(5, 3, 4)
        raise KeyboardInterrupt

    stopping = EarlyStopping(patience=5)
    model, run = scripted_run(values(), epochs=9, early_stopping=stopping)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert model[0].bias.data == -2
    assert not model.training


def test_training_can_go_on_after_the_stop_button():
    model, loss, sgd = trainer()

    class Interrupted:
        def __iter__(self):
            yield two_clouds()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(model, loss, sgd, Interrupted(), epochs=1)
    history = fit(model, loss, sgd, loader(), epochs=3, verbose=False)
    assert history.train_loss[-1] < history.train_loss[0]


def test_an_evaluation_is_a_named_tuple():
    assert Evaluation(0.5, None)._asdict() == {"loss": 0.5, "accuracy": None}
