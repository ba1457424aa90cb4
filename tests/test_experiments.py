"""Experiments: what is registered, what is recorded, and runs that nothing can make begin again."""

import hashlib
import json
import math
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from optuna.trial import FixedTrial

from lib import models, nn, optim
from lib.experiments import (
    EXPERIMENTS,
    SEARCHES,
    Experiment,
    Record,
    RecordError,
    Search,
    accuracy_steps,
    find,
    load_combined,
    load_probabilities,
    load_record,
    load_search,
    markdown,
    recorded,
    recorded_experiments,
    run,
    search,
    table,
)
from lib.experiments import data as experiment_data
from lib.experiments.autoencoding import redrawn
from lib.experiments.experiment import describe
from lib.experiments.keeping import keep
from lib.experiments.records import QUANTITIES, RESULTS, to_json
from lib.experiments.runner import Training, run_one
from lib.experiments.search import best, summary
from lib.serialization import load
from lib.training import evaluate, log_probabilities, train_step
from odd import changed

ROOT = Path(__file__).parent.parent
# records of no experiment
MEASURED = {"bench", "combined", "compiled", "photos", "pictures", "pytorch", "scaling"}
RECORDS = sorted(path.stem for path in RESULTS.glob("*.json") if path.stem not in MEASURED)

FLOWERS = Experiment(
    "flowers",
    "a run of a second or two",
    data=experiment_data.iris,
    model=partial(models.mlp, (4, 16, 3)),
    optimizer=partial(optim.Adam, lr=0.01),
    schedule=partial(optim.OneCycleLR, max_lr=0.01),
    epochs=3,
    batch_size=16,
    seeds=(0, 1),
    validation=20,
)


def quiet(*experiments, **settings):
    return run(list(experiments), verbose=False, **settings)


# -- the registry ---------------------------------------------------------------------------------


def test_a_setting_that_is_optional_is_given_by_its_name():
    needed = [getattr(EXPERIMENTS["iris"], f.name) for f in fields(Experiment)[:7]]
    with pytest.raises(TypeError, match="positional"):
        Experiment(*needed, 1000)  # samples, or what else?


def test_the_registry_has_the_experiments_of_the_course():
    grid = {
        f"grid_{network}_{step}"
        for network in ("plain", "dropout", "batchnorm", "both")
        for step in ("sgd", "rmsprop", "adam")
    }
    others = {"mlp_tanh_100", "mlp", "lenet5_0to3", "cnn2", "cnn3", "iris", "fashion_cnn"}
    others |= {"kmnist_cnn", "autoencoder_2", "autoencoder_32", "conv_autoencoder_2"}
    assert grid | others <= set(EXPERIMENTS)
    assert all(len(EXPERIMENTS[name].seeds) >= 3 for name in grid)
    assert all(EXPERIMENTS[name].epochs == 4 for name in grid)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_can_be_built_again_from_its_settings(name):
    experiment = EXPERIMENTS[name]
    assert experiment.name == name
    settings = json.loads(json.dumps(experiment.settings()))
    assert Experiment.from_settings(settings).settings() == experiment.settings()
    model = experiment.model(rng=np.random.default_rng(0))
    optimizer = experiment.optimizer(model.parameters())
    assert optimizer.lr > 0
    name = getattr(model, "architecture", None) or {"name": "codes_of_views"}  # of two channels
    assert describe(experiment.model).startswith(name["name"])


def test_the_make_believe_test_set_shares_no_image_with_training_and_is_not_the_real_one():
    x, y, x_test, y_test = experiment_data.make_believe()
    assert (len(x), len(y), len(x_test), len(y_test)) == (20_000, 20_000, 10_000, 10_000)
    x_mnist, y_mnist, *_ = experiment_data.mnist()
    known = {image.tobytes(): label for image, label in zip(x_mnist, y_mnist, strict=True)}
    seen = {image.tobytes(): label for image, label in zip(x, y, strict=True)}
    pretended = {image.tobytes(): label for image, label in zip(x_test, y_test, strict=True)}
    assert seen.items() | pretended.items() <= known.items()
    assert not seen.keys() & pretended.keys()
    assert EXPERIMENTS["make_believe"].peek
    assert [name for name, e in EXPERIMENTS.items() if e.peek] == ["make_believe"]


@pytest.mark.parametrize("name, side", [(n, side) for n, s in SEARCHES.items() for side in s.sides])
def test_both_ends_of_every_search_can_be_trained(name, side, tmp_path):
    ends = {"lr": (0.001, 0.02), "batch_size": (64, 128), "label_smoothing": (0.0, 0.1)}
    ends |= {"momentum": (0, 0.98), "weight_decay": (1e-6, 0.1)}
    ends |= {"epochs": (4, 12), "width": (128, 256), "channels": (8, 16)}
    ends |= {setting: (min(v), max(v)) for setting, v in (SEARCHES[name].grid or {}).items()}
    _, y, *_ = experiment_data.mnist()
    for k in (0, 1):
        trial = FixedTrial({setting: pair[k] for setting, pair in ends.items()})
        experiment = SEARCHES[name].sides[side](trial)
        assert set(trial.params) == set(SEARCHES[name].grid or trial.params)
        network, loss = experiment.model(rng=np.random.default_rng(0)), experiment.loss()
        optimizer = experiment.optimizer(network.parameters())
        images, *_ = experiment.data()
        target = experiment.target(images[:8]) if experiment.target else y[:8]
        before = [p.data.copy() for p in network.parameters()]
        train_step(network, loss, optimizer, images[:8], target)
        assert not all(map(np.array_equal, before, (p.data for p in network.parameters())))


def test_settings_can_name_nothing_outside_lib():
    settings = FLOWERS.settings() | {"data": {"name": "os.getcwd"}}
    with pytest.raises(ValueError, match=r"os\.getcwd is not in lib"):
        Experiment.from_settings(settings)


def test_a_pattern_finds_a_family_and_a_wrong_name_is_answered_with_the_right_one():
    assert len(find("grid_*")) == 12
    assert [e.name for e in find("cnn3", "cnn2")] == ["cnn2", "cnn3"]
    with pytest.raises(KeyError, match="there is no experiment cnn4; did you mean cnn"):
        find("cnn2", "cnn4")


# -- running --------------------------------------------------------------------------------------


def numbers(record):
    """Return all that must come out the same: everything but times and the machine."""
    epochs = [[e | {"seconds": 0, "cpu_seconds": 0} for e in r["epochs"]] for r in record.runs]
    return [(r["seed"], r["test"], rows) for r, rows in zip(record.runs, epochs, strict=True)]


def test_a_record_holds_every_epoch_of_every_seed_and_the_machine(tmp_path):
    record = quiet(FLOWERS, results=tmp_path)["flowers"]
    assert record.complete and record.seeds == [0, 1]
    again = load_record("flowers", tmp_path)
    assert again.runs == record.runs
    assert again.experiment.settings() == FLOWERS.settings()
    for r in again.runs:
        assert [row["epoch"] for row in r["epochs"]] == [1, 2, 3]
        assert r["parameters"] == 4 * 16 + 16 + 16 * 3 + 3
        assert r["machine"]["threads"] == 1
        assert r["machine"]["numpy"] == np.__version__
        assert r["machine"]["processor"]
        commit = r["machine"]["commit"]
        assert re.fullmatch(r"[0-9a-f]{40}", commit) if (ROOT / ".git").exists() else commit is None
        assert 0 <= r["test"]["accuracy"] <= 1
        assert r["seconds"] == pytest.approx(sum(e["seconds"] for e in r["epochs"]), abs=0.01)
    assert all(again.values(q) for q in QUANTITIES)
    assert not list((tmp_path / ".unfinished").iterdir())


WITHOUT_GIT = """
from test_experiments import FLOWERS, table
from lib.experiments import load_record, run
run([FLOWERS], results="mine", verbose=False)
assert run([FLOWERS], results="mine", verbose=False)["flowers"].complete
record = load_record("flowers", "mine")
print(table([record]))
for made_on in [r["machine"] for r in record.runs]:
    assert (made_on["commit"], made_on["modified"]) == (None, None)
"""


@pytest.mark.parametrize("place", ["archive", "other repository", "no git"])
def test_a_record_can_be_made_and_read_where_git_knows_nothing(place, tmp_path):
    folder, path = tmp_path / "course", os.environ["PATH"]
    for name in ("lib", "tests"):
        ignored = shutil.ignore_patterns("__pycache__", "wrong_answers")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    (folder / "results").mkdir()
    if place == "no git":
        path = ""
    elif place == "other repository":
        git = ["git", "-C", tmp_path, "-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run([*git, "init", "-q"], check=True)
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "mine"], check=True)
    environment = os.environ | {"PATH": path, "PYTHONPATH": f"{folder}{os.pathsep}{folder}/tests"}
    command = [sys.executable, "-c", WITHOUT_GIT]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "flowers" in done.stdout


def test_the_schedule_moves_with_every_batch(tmp_path):
    record = quiet(FLOWERS, results=tmp_path)["flowers"]
    rates = [row["lr"] for row in record.runs[0]["epochs"]]
    batches = math.ceil(80 / 16)
    sgd = optim.SGD(models.mlp((4, 3), rng=np.random.default_rng(0)).parameters(), lr=0.01)
    plan = optim.OneCycleLR(sgd, 0.01, 3 * batches, cycle_momentum=False)
    assert rates == pytest.approx([plan.lr_at(i * batches) for i in range(3)], rel=1e-5)


def test_two_processes_give_the_numbers_of_one(tmp_path):
    alone = quiet(FLOWERS, results=tmp_path / "a")["flowers"]
    spread = quiet(FLOWERS, results=tmp_path / "b", jobs=2)["flowers"]
    assert numbers(alone) == numbers(spread)
    first, second = (r["epochs"][0]["train_loss"] for r in alone.runs)
    assert first != second, "the seed decides nothing"


def test_the_first_seed_of_every_experiment_is_run_before_the_second_of_any(tmp_path, capfd):
    run([FLOWERS, replace(FLOWERS, name="more")], results=tmp_path)
    order = re.findall(r"^(\w+ seed \d)  epoch 1/3", capfd.readouterr().out, re.M)
    assert order == ["flowers seed 0", "more seed 0", "flowers seed 1", "more seed 1"]


def test_what_is_recorded_is_not_run_again(tmp_path, capfd):
    run([FLOWERS], results=tmp_path)
    assert capfd.readouterr().out.count("epoch 3/3") == 2
    content = (tmp_path / "flowers.json").read_bytes()
    run([FLOWERS], results=tmp_path)
    assert capfd.readouterr().out == ""
    assert (tmp_path / "flowers.json").read_bytes() == content


def test_a_new_seed_is_added_to_the_others(tmp_path, capfd):
    before = quiet(FLOWERS, results=tmp_path)["flowers"]
    after = quiet(replace(FLOWERS, seeds=(0, 1, 2)), results=tmp_path)["flowers"]
    assert after.seeds == [0, 1, 2]
    assert after.runs[:2] == before.runs


def test_a_record_of_other_settings_is_kept_until_asked_to_replace_it(tmp_path):
    quiet(FLOWERS, results=tmp_path)
    longer = replace(FLOWERS, epochs=4)
    with pytest.raises(RecordError, match="made with other settings than it has now"):
        quiet(longer, results=tmp_path)
    assert load_record("flowers", tmp_path).values("epochs") == [3, 3]
    assert quiet(longer, results=tmp_path, again=True)["flowers"].values("epochs") == [4, 4]


def test_an_experiment_without_its_data_is_left_out_and_the_others_run(
    tmp_path, monkeypatch, capfd
):
    monkeypatch.setenv("DLBH_DATA", str(tmp_path))
    monkeypatch.setattr("lib.data.image_sets.DATA_FOLDER", tmp_path)
    records = quiet(EXPERIMENTS["kmnist_cnn"], FLOWERS, results=tmp_path)
    assert list(records) == ["flowers"]
    out = capfd.readouterr().out
    assert out.startswith("left out: kmnist_cnn needs data that are not here: ")
    assert "download=True" in out and out.count("\n") == 1


# -- records in parts ------------------------------------------------------------------------------


def test_a_record_with_fewer_seeds_than_planned_says_so_and_is_completed(tmp_path):
    quiet(replace(FLOWERS, seeds=(0,)), results=tmp_path)
    planned = replace(FLOWERS, seeds=(0, 1, 2))
    part = Record(planned, load_record("flowers", tmp_path).runs)
    (tmp_path / "flowers.json").write_text(json.dumps(to_json(part)))
    assert not load_record("flowers", tmp_path).complete
    line = table([load_record("flowers", tmp_path)]).splitlines()[1]
    assert line.endswith("1 of 3")
    whole = quiet(planned, results=tmp_path)["flowers"]
    assert table([whole]).splitlines()[1].split()[-2:] == ["s", "3"]
    assert whole.runs[:1] == part.runs


def test_samples_and_a_share_to_hold_back_are_drawn_by_the_seed_the_same_in_every_run(tmp_path):
    some = replace(FLOWERS, samples=60, validation=0.2)
    first, second, other = (Training(some, seed) for seed in (0, 0, 1))
    assert len(first.train.dataset) == 48 and len(first.validation) == 12
    np.testing.assert_array_equal(first.validation.x, second.validation.x)
    assert not np.array_equal(first.validation.x, other.validation.x)
    fixed = [Training(FLOWERS, seed).validation.x for seed in (0, 1)]
    np.testing.assert_array_equal(*fixed)


def test_probabilities_are_kept_of_the_first_seed_and_are_those_of_its_model(tmp_path):
    kept = replace(FLOWERS, probabilities=True)
    record = quiet(kept, results=tmp_path, jobs=2)["flowers"]
    validation, test = load_probabilities("flowers", tmp_path)
    training = Training(kept, 0)
    assert validation.shape == (20, 3) and test.shape == (50, 3)
    assert validation.dtype == np.float32
    np.testing.assert_allclose(test.sum(axis=1), 1, atol=2e-3)
    right = float(np.mean(test.argmax(axis=1) == training.test[1]))
    assert right == pytest.approx(record.runs[0]["test"]["accuracy"], abs=1e-6)
    right = float(np.mean(validation.argmax(axis=1) == training.validation.y))
    last = record.runs[0]["epochs"][-1]
    assert right == pytest.approx(last["validation_accuracy"], abs=1e-6)
    assert not list((tmp_path / ".unfinished").iterdir())
    with pytest.raises(RecordError, match=r"kept of mlp; .*probabilities=True"):
        load_probabilities("mlp", tmp_path)


@pytest.mark.parametrize("path", sorted(RESULTS.glob("*.probabilities.npz")), ids=lambda p: p.name)
def test_kept_probabilities_are_small_files_of_float16(path):
    assert path.stat().st_size <= 400_000  # smoothed labels leave more digits than hard ones
    with np.load(path) as file:
        assert all(file[part].dtype == np.float16 for part in ("validation", "test"))


def test_kept_weights_are_rounded_and_the_record_is_of_the_rounded_ones(tmp_path):
    kept = replace(FLOWERS, weights=True, probabilities=True)
    record = quiet(kept, results=tmp_path, jobs=2)["flowers"]
    assert not list((tmp_path / ".unfinished").iterdir())
    for run_, seed in zip(record.runs, (0, 1), strict=True):
        path = tmp_path / f"flowers.{seed}.weights.npz"
        assert run_["weights"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert run_["weights"]["bytes"] == path.stat().st_size
        with np.load(path) as file:
            assert {file[name].dtype for name in file if "weight" in name} == {np.dtype("float16")}
        training = Training(kept, seed)
        for part, data in (("validation", training.validation), ("test", training.test)):
            measured = evaluate(load(path), training.loss, data)
            assert run_[part]["loss"] == pytest.approx(measured.loss, rel=1e-5)
            assert run_[part]["accuracy"] == pytest.approx(measured.accuracy, abs=1e-6)
        assert run_["validation"]["loss"] != run_["epochs"][-1]["validation_loss"]
    assert record.values("validation_loss") == [r["validation"]["loss"] for r in record.runs]
    _, test = load_probabilities("flowers", tmp_path)
    first = load(tmp_path / "flowers.0.weights.npz")
    p = np.exp(log_probabilities(first, Training(kept, 0).test[0]))
    np.testing.assert_allclose(test, p, rtol=2e-3, atol=1e-3)


def most_of(network, images, labels):
    """Measure how often a network answers the most frequent of its answers."""
    counts = np.bincount(network(images).argmax(axis=1))
    return {"most_accuracy": counts.max() / len(labels), "rows": len(labels)}


def test_what_else_is_measured_is_recorded_of_validation_and_test(tmp_path, monkeypatch):
    monkeypatch.setattr("lib.experiments.data.most_of", most_of, raising=False)
    monkeypatch.setattr(most_of, "__module__", "lib.experiments.data")
    asked = replace(FLOWERS, also=most_of, weights=True)
    record = quiet(asked, results=tmp_path)["flowers"]
    assert load_record("flowers", tmp_path).experiment.also is most_of
    assert record.values("test_rows") == [50, 50] and record.values("validation_rows") == [20, 20]
    for seed, share in enumerate(record.values("test_most_accuracy")):
        network, (x, y) = load(tmp_path / f"flowers.{seed}.weights.npz"), Training(asked, seed).test
        assert share == pytest.approx(most_of(network, x, y)["most_accuracy"], rel=1e-5)
    assert record.text("test_most_accuracy").endswith(" %")
    with pytest.raises(RecordError, match=r"test_most_accuracy.*; not 'test_least'"):
        record.values("test_least")


def test_what_else_is_measured_gets_labels_where_something_else_is_learnt(tmp_path):
    learnt = EXPERIMENTS["autoencoder_2"]
    training = Training(replace(learnt, samples=12_000), 0)
    assert training.validation.y.shape == (10_000, 784)
    for part, x in (("validation", training.validation.x), ("test", training.test[0])):
        read = redrawn(nn.Flatten(), x[:200], training.labels[part][:200])
        assert read["pixel_error"] == 0 and read["sharpness"] == 1
        assert read["read_accuracy"] > 0.9


def test_a_blurred_drawing_is_not_sharp_and_the_code_is_no_part_of_it():
    images, labels, *_ = experiment_data.mnist()

    class Blurring(nn.Module):
        def forward(self, x):
            blurred = (x + np.roll(x, 1, axis=3)) / 2
            code = np.full((len(x), 4), 9, x.dtype)
            return np.concatenate([blurred.reshape(len(x), 784), code], axis=1)

    measured = redrawn(Blurring(), images[:300], labels[:300])
    assert 0.2 < measured["sharpness"] < 0.9 and 0 < measured["pixel_error"] < 0.05
    assert measured["read_accuracy"] > 0.9


def test_the_weights_that_are_kept_are_the_first_seeds(tmp_path, monkeypatch):
    kept = replace(FLOWERS, weights=True)
    monkeypatch.setitem(EXPERIMENTS, "flowers", kept)
    quiet(replace(kept, weights=False), results=tmp_path)
    with pytest.raises(RecordError, match="run flowers --again"):
        keep("flowers", tmp_path)
    quiet(kept, results=tmp_path, again=True)
    path = keep("flowers", tmp_path)
    assert path == tmp_path / "flowers.npz"
    assert path.read_bytes() == (tmp_path / "flowers.0.weights.npz").read_bytes()


KEPT = [n for n, e in EXPERIMENTS.items() if e.weights and (RESULTS / f"{n}.npz").exists()]


@pytest.mark.parametrize("name", KEPT)
def test_the_weights_in_the_repository_are_those_of_their_records(name):
    said = load_record(name).runs[0]["weights"]
    content = (RESULTS / f"{name}.npz").read_bytes()
    assert said == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    assert load(RESULTS / f"{name}.npz").architecture


def test_an_experiment_that_peeks_records_the_test_set_after_every_epoch(tmp_path):
    runs = quiet(replace(FLOWERS, peek=True), results=tmp_path)["flowers"].runs
    for r in runs:
        assert len({row["test_loss"] for row in r["epochs"]}) == 3
        last = r["epochs"][-1]
        assert (last["test_loss"], last["test_accuracy"]) == (
            r["test"]["loss"],
            r["test"]["accuracy"],
        )
    blind = quiet(FLOWERS, results=tmp_path / "blind")["flowers"].runs
    for peeking, other in zip(runs, blind, strict=True):
        assert "test_loss" not in other["epochs"][0]
        assert peeking["test"] == other["test"], "looking changed the training"


def test_a_run_that_peeks_and_was_interrupted_starts_over(tmp_path):
    peeking = replace(FLOWERS, peek=True)
    started = Training(peeking, 0).epochs(tmp_path / "flowers.0.npz")
    next(started)
    started.close()
    rows = run_one(peeking, 0, tmp_path, verbose=False)["epochs"]
    assert [row["epoch"] for row in rows] == [1, 2, 3]
    assert all(0 <= row["test_accuracy"] <= 1 for row in rows)


# -- searching ------------------------------------------------------------------------------------


def with_adam(trial):
    lr = trial.suggest_float("lr", 1e-3, 1e-1, log=True)
    return replace(FLOWERS, optimizer=partial(optim.Adam, lr=lr), schedule=None)


def with_sgd(trial):
    lr = trial.suggest_float("lr", 1e-3, 1e-1, log=True)
    size = trial.suggest_categorical("batch_size", [8, 16])
    return replace(FLOWERS, optimizer=partial(optim.SGD, lr=lr), schedule=None, batch_size=size)


STEPS = Search("steps", "Adam against SGD", {"adam": with_adam, "sgd": with_sgd}, trials=4)


def tried(record):
    """Return all that must come out the same."""
    return [{**row, "cpu_seconds": 0} for row in record["trials"]]


def test_a_search_tries_as_often_for_each_side_and_never_looks_at_the_test_set(tmp_path):
    record = search(STEPS, results=tmp_path, verbose=False)
    assert load_search("steps", tmp_path) == record
    assert [(row["side"], row["number"]) for row in record["trials"]] == [
        (side, number) for side in ("adam", "sgd") for number in range(4)
    ]
    rates = [row["settings"]["lr"] for row in record["trials"]]
    assert len(set(rates)) >= 4 and all(1e-3 <= lr <= 1e-1 for lr in rates)
    assert '"test"' not in (tmp_path / "search/steps.json").read_text()
    for row in record["trials"]:
        assert row["value"] == pytest.approx(1 - row["validation_accuracy"], abs=1e-6)
    adam = best(record, "adam")
    assert adam["value"] == min(r["value"] for r in record["trials"] if r["side"] == "adam")
    again = Training(with_adam(FixedTrial(adam["settings"])), STEPS.seed)
    *_, last = again.epochs(tmp_path / "again.npz")
    assert last.validation_accuracy == pytest.approx(adam["validation_accuracy"], abs=1e-6)
    assert "adam: 4 of 4 tried" in summary(record) and "best: sgd lr=" in summary(record)


def test_two_processes_try_the_same_settings_as_one_and_come_to_the_same(tmp_path):
    one = search(STEPS, results=tmp_path / "one", verbose=False)
    two = search(STEPS, results=tmp_path / "two", jobs=2, verbose=False)
    assert tried(one) == tried(two)


def test_a_search_can_be_given_more_trials_and_keeps_what_it_has(tmp_path):
    whole = search(STEPS, results=tmp_path / "whole", verbose=False)
    search(replace(STEPS, trials=2), results=tmp_path / "parts", verbose=False)
    parts = search(STEPS, results=tmp_path / "parts", verbose=False)
    assert tried(parts) == tried(whole)
    with pytest.raises(RecordError, match=r"another plan .* add --again"):
        search(replace(STEPS, seed=5), results=tmp_path / "parts", verbose=False)


def test_a_grid_is_tried_to_its_last_point(tmp_path):
    grid = {"lr": [0.002, 0.02], "batch_size": [8, 16]}
    plan = Search("grid", "all of it", {"sgd": with_sgd}, grid=grid)
    rows = search(plan, results=tmp_path, verbose=False)["trials"]
    found = sorted((row["settings"]["lr"], row["settings"]["batch_size"]) for row in rows)
    assert found == [(0.002, 8), (0.002, 16), (0.02, 8), (0.02, 16)]


def far_too_fast(trial):
    lr = trial.suggest_categorical("rate", [1e30])
    model = partial(models.mlp, (4, 16, 3), nn.ReLU)
    return replace(FLOWERS, model=model, optimizer=partial(optim.SGD, lr=lr), schedule=None)


@pytest.mark.filterwarnings("ignore:overflow")
def test_a_trial_that_diverges_is_recorded_and_the_others_go_on(tmp_path):
    plan = Search("fast", "too fast", {"fast": far_too_fast, "adam": with_adam}, trials=1)
    record = search(plan, results=tmp_path, verbose=False)
    adam, fast = record["trials"]
    assert fast["value"] is None and "learning rate" in fast["diverged"]
    assert best(record, "fast") is None and best(record, "adam") == adam


CLUSTER = """
import os, signal, sys, threading, time
from pathlib import Path
from dask.distributed import LocalCluster
sys.path.insert(0, {folder!r})
import long
if __name__ == "__main__":
    results = Path(sys.argv[1])
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        def kill():
            # both workers have come far enough when both have saved a checkpoint
            while len(list((results / ".unfinished").glob("flowers.?.npz"))) < 2:
                time.sleep(0.01)
            time.sleep(0.3)
            os.kill(cluster.workers[0].pid, signal.SIGKILL)
            print("killed a worker", flush=True)
        threading.Thread(target=kill, daemon=True).start()
        sys.argv = ["lib", "experiments", "run", "flowers", "--results", str(results),
                    "--dask", cluster.scheduler_address]
        long.main()
"""


SEARCH = """
import signal
import sys
from dataclasses import replace
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {tests!r})
from lib.experiments import SEARCHES
from test_experiments import LONG_STEPS
SEARCHES["steps"] = LONG_STEPS
from lib.cli.main import main
if __name__ == "__main__":
    sys.argv = ["lib", "experiments", "search", "steps", *sys.argv[1:]]
    main()
"""


def long_adam(trial):
    return replace(with_adam(trial), epochs=60)


LONG_STEPS = Search("steps", "long", {"adam": long_adam}, trials=4)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_search_goes_on_to_the_same_numbers(how, tmp_path):
    script = tmp_path / "search.py"
    script.write_text(SEARCH.format(tests=str(Path(__file__).parent)))
    results = tmp_path / "interrupted"
    process, log = start(script, results, "--jobs", "2")
    pattern = re.compile(r"steps\.adam\.\d seed 0  epoch +\d+/60  ")
    while len(pattern.findall(log.read_text())) < 70:
        assert process.poll() is None, log.read_text()
        time.sleep(0.01)
    os.killpg(process.pid, how) if how == signal.SIGINT else process.send_signal(how)
    process.wait(timeout=60)
    process, _ = start(script, results, "--jobs", "2")
    assert process.wait(timeout=240) == 0, log.read_text()
    assert "Traceback" not in log.read_text()
    trained = pattern.findall(log.read_text())
    assert len(trained) == len(set(trained)), "an epoch was trained twice"
    assert "adam: 4 of 4 tried" in log.read_text()
    whole = search(LONG_STEPS, results=tmp_path / "whole", verbose=False)
    assert tried(load_search("steps", results)) == tried(whole)


def test_two_searches_in_two_windows_share_the_trials(tmp_path):
    script, results = tmp_path / "search.py", tmp_path / "shared"
    script.write_text(SEARCH.format(tests=str(Path(__file__).parent)))
    first, log = start(script, results)
    second, _ = start(script, results)
    assert first.wait(timeout=240) == 0 == second.wait(timeout=240), log.read_text()
    trained = re.findall(r"steps\.adam\.\d seed 0  epoch +\d+/60  ", log.read_text())
    assert len(trained) == len(set(trained)) == 4 * 60, "a trial was run twice"
    whole = search(LONG_STEPS, results=tmp_path / "whole", verbose=False)
    assert tried(load_search("steps", results)) == tried(whole)


def bowl(trial):
    """A learning rate that is best in a narrow range: what a sampler that learns should find."""
    lr = trial.suggest_float("lr", 1e-6, 1.0, log=True)
    return replace(FLOWERS, optimizer=partial(optim.Adam, lr=lr), schedule=None, epochs=4)


def test_tpe_goes_back_to_where_earlier_trials_were_good(tmp_path):
    plan = Search("bowl", "a rate", {"adam": bowl}, trials=30, sampler="tpe")
    record = search(plan, results=tmp_path, verbose=False)
    middle = sorted(record["trials"][:10], key=lambda row: row["value"])[4]["value"]
    late = [row["value"] for row in record["trials"][10:]]
    assert sum(value <= middle for value in late) > 0.6 * len(late)
    search(replace(plan, trials=20), results=tmp_path / "parts", verbose=False)
    (tmp_path / "parts/.unfinished/bowl.search").unlink()  # as in a clone: the record remembers
    assert tried(search(plan, results=tmp_path / "parts", verbose=False)) == tried(record)


def test_a_trial_that_is_behind_the_others_is_stopped_early(tmp_path):
    plan = Search("bowl", "a rate", {"adam": bowl}, trials=15, prune=True)
    record = search(plan, results=tmp_path, verbose=False)
    stopped = [row for row in record["trials"] if "pruned" in row]
    assert stopped and all(row["value"] is None for row in stopped)
    assert all("behind the others after epoch" in row["pruned"] for row in stopped)
    worst = max(row["value"] for row in record["trials"][:5])
    assert best(record, "adam")["value"] < worst
    assert tried(search(plan, results=tmp_path, verbose=False)) == tried(record)


def test_a_search_on_a_dask_cluster_survives_the_death_of_a_worker(tmp_path):
    pytest.importorskip("distributed", reason="dask[distributed] is not installed")
    (tmp_path / "long.py").write_text(SEARCH.format(tests=str(Path(__file__).parent)))
    cluster, results = tmp_path / "cluster.py", tmp_path / "results"
    text = CLUSTER.format(folder=str(tmp_path)).replace('"run", "flowers"', '"search", "steps"')
    cluster.write_text(text.replace("flowers.?.npz", "steps.*.npz"))
    done = subprocess.run(
        [sys.executable, cluster, results], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "killed a worker" in done.stdout
    trained = re.findall(r"steps\.adam\.\d seed 0  epoch +\d+/60  ", done.stdout)
    assert len(trained) == len(set(trained)), "an epoch was trained twice"
    whole = search(LONG_STEPS, results=tmp_path / "whole", verbose=False)
    assert tried(load_search("steps", results)) == tried(whole)


# -- what a record may say -------------------------------------------------------------------------

KINDS = [b"", b"{", b"\xff\xfe", b"null", b"3", b'"text"', b"[]", b"{}", b"[" * 10**5, b"NaN",
         b'{"format": 1' + b"0" * 5000 + b"}"]  # fmt: skip
LOADING = {"experiment": load_record, "search": load_search, "combined": load_combined}


def short_record(kind):
    """Return a record of each kind that the course has, as JSON: as it is, or a few of its rows."""
    if kind == "search":
        content = json.loads((RESULTS / "search/accuracy.json").read_text("utf-8"))
        return content | {"trials": content["trials"][:2]}
    content = json.loads((RESULTS / "iris.json").read_text("utf-8"))
    content["experiment"]["epochs"] = 2
    content["runs"] = [run | {"epochs": run["epochs"][:2]} for run in content["runs"]]
    if kind == "experiment":
        return content
    look = {"loss": 0.1, "accuracy": 0.9}
    row = {"name": "a", "title": "b", "weights": ["c"], "sha256": ["d"],
           "runs": [{"cpu_seconds": 1.5, "validation": look, "test": look}],
           "machine": content["runs"][0]["machine"]}  # fmt: skip
    return {"format": 1, "rows": [row], "files": {"c": {"sha256": "d", "bytes": 1}}}


def record_path(kind, folder):
    name = {"experiment": "iris.json", "search": "search/accuracy.json"}.get(kind, "combined.json")
    (folder / name).parent.mkdir(exist_ok=True)
    return folder / name


def use_record(kind, folder):
    """Do all that the course does with a record."""
    if kind == "combined":
        return load_combined(folder)
    if kind == "search":
        return summary(load_search("accuracy", folder))
    record = load_record("iris", folder)
    if record.runs:
        for quantity in QUANTITIES:
            try:
                record.text(quantity)
            except RecordError as error:  # it may be null
                assert "has no" in str(error)
    return table([record]) + markdown([record]) + str(to_json(record)) + record.experiment.command


@pytest.mark.parametrize("kind", LOADING)
@pytest.mark.parametrize("seed", range(3))
def test_whatever_a_record_says_is_used_or_is_the_named_error(kind, seed, tmp_path):
    content, path, rng = short_record(kind), record_path(kind, tmp_path), random.Random(seed)
    refused = 0
    for _ in range(400):
        path.write_text(json.dumps(changed(content, rng)), "utf-8")
        try:
            use_record(kind, tmp_path)
        except RecordError as error:
            refused += 1
            assert path.stem in str(error) and str(error).isprintable()
    assert refused > 150


@pytest.mark.parametrize("kind", LOADING)
@pytest.mark.parametrize("text", KINDS)
def test_a_file_of_another_kind_is_no_record(kind, text, tmp_path):
    path = record_path(kind, tmp_path)
    path.write_bytes(text)
    with pytest.raises(RecordError, match=f"{path.name} is damaged"):
        use_record(kind, tmp_path)


SENTENCES = {  # kind of record, the way to what is changed, what it is then, and the sentence
    "a seed of text": ("experiment", "runs 1 seed", "two", "runs[1].seed must be integer"),
    "no loss": ("experiment", "runs 0 epochs 1 train_loss", None,
                "runs[0].epochs[1].train_loss must be number"),
    "too good": ("experiment", "runs 0 test accuracy", 97.5,
                 "runs[0].test.accuracy must be smaller than or equal to 1"),
    "no epochs": ("experiment", "runs 2 epochs", [], "runs[2].epochs must contain at least 1"),
    "an epoch twice": ("experiment", "runs 2 epochs 1 epoch", 1,
                       "runs[2].epochs are not those from 1 to 2"),
    "a seed twice": ("experiment", "runs 1 seed", 0, "one comes twice"),
    "text for a loss": ("experiment", "experiment loss", "mse", "experiment.loss must be object"),
    "a number for a loss": ("experiment", "experiment loss",
                            {"name": "lib.experiments.schema.FORMAT"}, "no class or function"),
    "another name": ("experiment", "experiment name", "mlp", "experiment.name is 'mlp'"),
    "a side of 3": ("search", "trials 1 side", 3, "trials[1].side must be string"),
    "a value of text": ("search", "trials 0 value", "good", "trials[0].value must be number or"),
    "a file without size": ("combined", "files c bytes", -1, "files.c.bytes must be bigger than"),
}  # fmt: skip


@pytest.mark.parametrize("case", SENTENCES)
def test_a_damaged_record_is_named_with_the_field(case, tmp_path):
    kind, way, value, sentence = SENTENCES[case]
    content, path = short_record(kind), record_path(kind, tmp_path)
    *way, last = [int(key) if key.isdecimal() else key for key in way.split()]
    holder = content
    for key in way:
        holder = holder[key]
    holder[last] = value
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(RecordError, match=re.escape(f"{path} is damaged: ")) as raised:
        use_record(kind, tmp_path)
    assert sentence in str(raised.value)


@pytest.mark.parametrize("damage", ["cut", "text", "empty", "shape", "huge", "object", "negative"])
def test_damaged_probabilities_are_the_named_error(damage, tmp_path):
    path, rows = tmp_path / "iris.probabilities.npz", np.full((4, 3), 0.25, np.float16)
    parts = {"validation": rows, "test": rows}
    parts |= {
        "shape": {"test": rows[0]},
        "huge": {"test": np.zeros((11 * 2**20, 10), np.float16)},
        "object": {"test": np.array([{}])},
        "negative": {"test": -rows},
    }.get(damage, {})
    np.savez_compressed(path, **parts)
    content = path.read_bytes()
    content = {"cut": content[:-9], "text": b"no file", "empty": b""}.get(damage, content)
    path.write_bytes(content)
    with pytest.raises(RecordError, match=r"iris\.probabilities\.npz is damaged"):
        load_probabilities("iris", tmp_path)


# -- interruption ---------------------------------------------------------------------------------

LONG = """
import signal
import sys
from dataclasses import replace
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
sys.path.insert(0, {tests!r})
from lib.experiments import EXPERIMENTS
from test_experiments import FLOWERS
EXPERIMENTS["flowers"] = replace(FLOWERS, epochs=120)
from lib.cli.main import main
if __name__ == "__main__":
    sys.argv = ["lib", "experiments", "run", "flowers", *sys.argv[1:]]
    main()
"""
EPOCH = re.compile(r"flowers seed (\d)  epoch +(\d+)/120  ")


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "long.py"
    path.write_text(LONG.format(tests=str(Path(__file__).parent)))
    return path


def start(script, results, *options):
    """Start a sweep with a log in a file: a pipe would stay open as long as a worker lives."""
    path = results.with_suffix(".log")
    with path.open("a") as log:
        words = [sys.executable, script, "--results", results, *options]
        return subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True), path


def stop_after(process, log, epochs, how):
    """Let a process train for some epochs, and stop it."""
    while len(EPOCH.findall(log.read_text())) < epochs:
        assert process.poll() is None, log.read_text()
        time.sleep(0.01)
    if how == signal.SIGINT:
        os.killpg(process.pid, how)  # Ctrl-C reaches the workers too
    else:
        process.send_signal(how)
    process.wait(timeout=60)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupted_run_goes_on_to_the_same_numbers(how, jobs, script, tmp_path):
    results = tmp_path / "interrupted"
    process, log = start(script, results, "--jobs", jobs)
    stop_after(process, log, 20, how)
    if how == signal.SIGINT:
        assert process.returncode == 130
        assert log.read_text().strip().splitlines()[-1] == (
            "stopped; the same command goes on from the last finished epoch"
        )
    process, _ = start(script, results, "--jobs", jobs)
    assert process.wait(timeout=120) == 0
    assert "Traceback" not in log.read_text()
    trained = EPOCH.findall(log.read_text())
    assert len(trained) == len(set(trained)), "an epoch was trained twice"
    assert len(trained) >= 2 * 120 - int(jobs)  # one may be saved, but not yet printed
    whole = quiet(replace(FLOWERS, epochs=120), results=tmp_path / "whole")["flowers"]
    assert numbers(load_record("flowers", results)) == numbers(whole)


def test_a_result_that_the_sweep_had_no_time_to_take_is_taken_by_the_next(tmp_path, capfd):
    from lib.experiments.runner import checkpoint_file, run_one

    folder = tmp_path / ".unfinished"
    folder.mkdir()
    done = run_one(FLOWERS, 1, folder, verbose=False)
    assert checkpoint_file(FLOWERS, 1, folder).exists()
    record = run([FLOWERS], results=tmp_path)["flowers"]
    assert "seed 1  epoch" not in capfd.readouterr().out
    assert record.runs[1] == done
    assert not list(folder.iterdir())


def test_a_damaged_checkpoint_costs_one_run_and_nothing_else(tmp_path):
    folder = tmp_path / ".unfinished"
    folder.mkdir()
    (folder / "flowers.0.npz").write_bytes(b"PK\3\4 and then nothing of use")
    whole = quiet(FLOWERS, results=tmp_path / "whole")["flowers"]
    assert numbers(quiet(FLOWERS, results=tmp_path)["flowers"]) == numbers(whole)


def test_a_sweep_on_a_dask_cluster_survives_the_death_of_a_worker(script, tmp_path):
    pytest.importorskip("distributed", reason="dask[distributed] is not installed")
    text = script.read_text().replace("epochs=120", "epochs=120, seeds=(0, 1, 2, 3)")
    script.write_text(text)
    cluster = tmp_path / "cluster.py"
    cluster.write_text(CLUSTER.format(folder=str(tmp_path)))
    results = tmp_path / "results"
    done = subprocess.run(
        [sys.executable, cluster, results], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "killed a worker" in done.stdout
    trained = EPOCH.findall(done.stdout)
    assert len(trained) == len(set(trained)), "an epoch was trained twice"
    assert len(trained) >= 4 * 120 - 1
    four = replace(FLOWERS, epochs=120, seeds=(0, 1, 2, 3))
    whole = quiet(four, results=tmp_path / "whole")["flowers"]
    assert numbers(load_record("flowers", results)) == numbers(whole)


# -- what a user can get wrong --------------------------------------------------------------------


def lib_command(*words):
    return subprocess.run(
        [sys.executable, "-m", "lib", "experiments", *words],
        capture_output=True,
        text=True,
        timeout=120,
    )


def one_sentence(process):
    assert process.returncode in (1, 2)
    assert "Traceback" not in process.stderr
    lines = process.stderr.strip().splitlines()
    assert len(lines) == 1, process.stderr
    return lines[0]


def test_an_unknown_name_is_one_sentence():
    assert "there is no experiment irs; did you mean iris" in one_sentence(
        lib_command("run", "irs")
    )


def test_neither_names_nor_all_is_one_sentence():
    assert "give the names of experiments, or --all" in one_sentence(lib_command("run"))


def test_a_folder_that_cannot_be_written_to_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    sentence = one_sentence(lib_command("run", "iris", "--results", tmp_path / "file" / "results"))
    assert "cannot be written to" in sentence


@pytest.mark.parametrize("command", ["run", "report"])
@pytest.mark.parametrize(
    "content", ["", "{}", '{"format": 1, "experiment": {}, "runs": []}', "[1]", '{"format": 1'],
)  # fmt: skip
def test_a_damaged_record_is_one_sentence_and_stays_as_it_is(command, content, tmp_path):
    (tmp_path / "iris.json").write_text(content)
    sentence = one_sentence(lib_command(command, "iris", "--results", tmp_path))
    assert "iris.json is damaged" in sentence
    assert (tmp_path / "iris.json").read_text() == content


def test_a_cluster_that_does_not_answer_is_one_sentence(tmp_path):
    pytest.importorskip("distributed", reason="dask[distributed] is not installed")
    words = ["run", "iris", "--results", tmp_path, "--dask", "tcp://127.0.0.1:9"]
    assert "no Dask cluster answers at tcp://127.0.0.1:9" in one_sentence(lib_command(*words))


def damaged(load, name, folder, file):
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text("{")
    with pytest.raises(RecordError, match="is damaged") as raised:
        load(name, folder)
    return str(raised.value).rpartition("; ")[2]


@pytest.mark.parametrize(
    "load, name, file, words",
    [
        (load_record, "iris", "iris.json", "run iris"),
        (load_record, "flowers", "flowers.json", None),
        (load_probabilities, "cnn2", "cnn2.probabilities.npz", "run cnn2 --again"),
        (load_probabilities, "accuracy_shifts", "accuracy_shifts.probabilities.npz", "combine"),
        (load_probabilities, "flowers", "flowers.probabilities.npz", None),
        (load_search, "rates", "search/rates.json", "search rates"),
        (load_search, "mine", "search/mine.json", None),
        (lambda _, folder: load_combined(folder), "", "combined.json", "combine"),
    ],
)
def test_the_advice_on_a_damaged_record_fits_where_it_is_from(
    load, name, file, words, tmp_path, monkeypatch
):
    command = f"delete it and run: python -m lib experiments {words}"
    own = damaged(load, name, tmp_path, file)
    assert own == (f"{command} --results {tmp_path}" if words else "delete it and run it again")
    monkeypatch.setattr("lib.experiments.advice.RESULTS", tmp_path.resolve())  # as if of the course
    advice = damaged(load, name, tmp_path, file)
    if words:
        source = "restore it with git checkout or from the archive of the course"
        assert advice == f"{source}, or {command}"
    else:
        assert advice == own


def test_what_no_record_can_hold_is_said_before_the_run(tmp_path):
    for part in ({"data": lambda: None}, {"model": partial(lambda rng: None)}):
        (name,) = part
        with pytest.raises(TypeError, match=f"flowers: {name} is not made of parts of lib: "):
            quiet(replace(FLOWERS, **part), results=tmp_path)
    assert not list(tmp_path.rglob("*.*z"))


def test_a_folder_may_be_text_and_a_record_of_none_of_the_courses_experiments(tmp_path):
    records = quiet(FLOWERS, results=str(tmp_path))
    (record,) = recorded_experiments([FLOWERS, find("iris")[0]], str(tmp_path))
    assert record.runs == records["flowers"].runs
    assert accuracy_steps(str(tmp_path)) == []
    assert markdown([record]).splitlines()[-1].startswith(f"| {FLOWERS.title} | ")


def test_a_number_that_is_not_recorded_is_an_error():
    with pytest.raises(RecordError, match="there is no record of nothing"):
        recorded("nothing", "test_accuracy")
    with pytest.raises(RecordError, match="not 'beauty'"):
        Record(FLOWERS, []).values("beauty")


# -- the report -----------------------------------------------------------------------------------


def made_up(name, accuracies):
    machine = {"commit": "0" * 40, "processor": "abacus"}
    epoch = {"lr": 0.1, "seconds": 1.0, "cpu_seconds": 1.0, "train_accuracy": 0.5}
    runs = [
        {
            "seed": seed,
            "parameters": 1234,
            "epochs": [
                {**epoch, "epoch": 1, "train_loss": 2.0, "validation_loss": 2.0}
                | {"validation_accuracy": 0.5},
                {**epoch, "epoch": 2, "train_loss": 1.0, "validation_loss": 1.0}
                | {"validation_accuracy": a},
            ],
            "test": {"loss": 0.1, "accuracy": a},
            "seconds": 20.0,
            "cpu_seconds": 10.0 + seed,
            "machine": machine,
        }
        for seed, a in enumerate(accuracies)
    ]
    return Record(replace(FLOWERS, name=name, epochs=2), runs)


def test_the_report_gives_mean_and_standard_deviation():
    records = [made_up("good", [0.991, 0.993, 0.989]), made_up("single", [0.97])]
    lines = [re.split(r"  +", line) for line in table(records).splitlines()]
    assert lines == [
        [
            "experiment",
            "test",
            "epochs",
            "epochs to 99 %",
            "CPU time",
            "seeds",
        ],
        ["good", "99.10 ± 0.20 %", "2", "2.0 (2 of 3)", "11 ± 1 s", "3"],
        ["single", "97.00 %", "2", "–", "10 s", "1 of 2"],
    ]


def test_the_report_reads_the_folder_it_is_given_and_nothing_else(tmp_path):
    record = made_up("iris", [0.5, 0.7])
    (tmp_path / "iris.json").write_text(json.dumps(to_json(record)))
    report = lib_command("report", "--results", tmp_path)
    assert report.returncode == 0, report.stderr
    _, line = report.stdout.splitlines()
    assert line.split("  ")[0] == "iris" and "60.00 ± 14.14 %" in line
    (tmp_path / "iris.json").unlink()
    assert lib_command("report", "--results", tmp_path).stdout == "nothing is recorded yet\n"


def test_a_record_tells_its_numbers_by_run_and_by_epoch():
    record = made_up("good", [0.991, 0.993, 0.989])
    assert record.values("test_accuracy") == [0.991, 0.993, 0.989]
    assert record.curve("validation_accuracy") == pytest.approx([0.5, 0.991])
    assert record.epochs_until(0.99) == [2, 2, None]
    assert record.text("test_loss") == "0.1000 ± 0.0000"
    assert record.text("parameters") == "1 234"


# -- what is recorded -----------------------------------------------------------------------------


def test_the_report_command_shows_every_record():
    report = lib_command("report")
    assert report.returncode == 0, report.stderr
    shown = [line.split()[0] for line in report.stdout.splitlines()[1:]]
    assert sorted(shown) == RECORDS


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_belongs_to_the_experiment_as_it_is_now(name):
    record = load_record(name)
    assert record.experiment.conditions() == EXPERIMENTS[name].conditions()
    assert record.seeds == [seed for seed in EXPERIMENTS[name].seeds if seed in record.seeds]
    assert record.seeds
    for r in record.runs:
        assert [e["epoch"] for e in r["epochs"]] == list(range(1, record.experiment.epochs + 1))
        assert all(math.isfinite(e["train_loss"]) for e in r["epochs"])
        made_with_its_commit = r["machine"]["modified"] is False
        assert made_with_its_commit or r["machine"].get("note"), "say what it was made with"
        assert str(ROOT) not in json.dumps(r)


def test_running_a_short_record_again_lands_inside_its_spread(tmp_path):
    record = load_record("fashion_mlp")
    again = quiet(replace(EXPERIMENTS["fashion_mlp"], seeds=(0,)), results=tmp_path)["fashion_mlp"]
    for quantity in ("validation_accuracy", "train_loss"):
        then, (now,) = record.values(quantity), again.values(quantity)
        spread = 3 * statistics.stdev(then)
        assert abs(now - statistics.fmean(then)) <= spread, quantity


# -- pages quote what is recorded -----------------------------------------------------------------

QUOTE = re.compile(r'\[([^\]]+)\]\([^)\s]*results\.(?:ipynb|html)[^)\s]*\s+"([\w.]+) (\w+)"\)')
PAGES = [p for p in ROOT.glob("*/*") if p.suffix in (".ipynb", ".md") and p.parent.name in (
    "lessons", "solutions", "book")]  # fmt: skip


def prose(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return text
    cells = json.loads(text)["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def test_the_page_of_results_shows_every_record_and_how_to_run_it_again():
    text = (ROOT / "book/results.ipynb").read_text(encoding="utf-8")
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    for name in RECORDS:
        assert EXPERIMENTS[name].command in text, name
        assert recorded(name, f"test_{EXPERIMENTS[name].measure}") in text, name


def wrong_quotes(text):
    """Return the quotes of a text that no record holds."""
    wrong = []
    for quoted, name, quantity in QUOTE.findall(text):
        try:
            held = recorded(name, quantity)
        except RecordError as error:
            held = str(error)
        mean = re.sub(r" ± [\d.]+", "", held)
        if quoted not in (held, mean):
            wrong.append(f"{quoted} is quoted, {name} {quantity} is {held}")
    return wrong


API = sorted(ROOT.glob("book/api/*.md"))


@pytest.mark.parametrize("path", [*PAGES, *API], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_number_a_page_quotes_is_in_a_record(path):
    assert not wrong_quotes(prose(path))


def unlinked(text):
    """Return percentages that a paragraph about records gives without saying which record."""
    reported = {f"{100 * e.reported:.2f} %" for e in EXPERIMENTS.values() if e.reported}
    numbers = []
    for paragraph in re.split(r"\n\s*\n", text):
        if re.search(r"\brecord(s|ed)?\b", paragraph):
            numbers += re.findall(r"\d+\.\d{2,} %", QUOTE.sub("", paragraph))
    return sorted(set(numbers) - reported)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_page_says_of_which_record_a_recorded_number_is(path):
    assert not unlinked(prose(path))


def test_wrong_and_nameless_quotes_are_found():
    held = recorded("mlp", "test_accuracy")
    mean = re.sub(r" ± [\d.]+", "", held)
    link = '[{}](../book/results.ipynb#linear-layers "mlp test_accuracy")'
    assert not wrong_quotes(link.format(held) + link.format(mean))
    assert wrong_quotes(link.format("99.99 %")) == [
        f"99.99 % is quoted, mlp test_accuracy is {held}"
    ]
    assert wrong_quotes(link.replace('"mlp ', '"mlq ').format(mean))
    assert unlinked(f"The recorded run reaches 12.34 %, better than {link.format(mean)}.") == [
        "12.34 %"
    ]
