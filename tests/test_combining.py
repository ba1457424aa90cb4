"""Trained networks that look again, or answer together."""

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PIL import Image

from lib import data, models, nn, optim
from lib.experiments import (
    EXPERIMENTS,
    Experiment,
    RecordError,
    accuracy_steps,
    load_probabilities,
    load_record,
    run,
)
from lib.experiments import data as experiment_data
from lib.experiments.combining import Combination, combine, load_combined
from lib.experiments.records import RESULTS
from lib.experiments.runner import Training
from lib.serialization import load, save
from lib.training import evaluate, log_probabilities

DIGITS = partial(experiment_data.mnist, digits=(3, 5, 8))

NETS = [
    Experiment(
        name,
        name,
        data=DIGITS,
        model=model,
        optimizer=partial(optim.Adam, lr=0.01),
        epochs=1,
        batch_size=256,
        validation=500,
        seeds=(0, 1),
        weights=True,
    )
    for name, model in (
        ("one", partial(models.mlp, (784, 3))),
        ("other", partial(models.mlp, (784, 8, 3))),
        ("pupil", partial(models.mlp, (784, 3, 3))),
    )
]
ROWS = [
    Combination("once", "once", ("one",)),
    Combination("nine", "nine looks", ("one",), data.shifts),
    Combination("all", "all together", ("other", "one")),
]


@pytest.fixture
def results(tmp_path, monkeypatch):
    """A folder with the records and weights of two experiments."""
    for experiment in NETS:
        monkeypatch.setitem(EXPERIMENTS, experiment.name, experiment)
    run(NETS[:2], results=tmp_path, verbose=False)
    return tmp_path


def combined(results, rows=ROWS):
    return combine(results, verbose=False, combinations=rows, small="pupil")


def test_each_row_is_what_its_networks_say(results):
    record = combined(results)
    assert record == load_combined(results)
    once, nine, together = record["rows"]
    singles = [load(results / f"one.{seed}.weights.npz") for seed in (0, 1)]
    others = [load(results / f"other.{seed}.weights.npz") for seed in (0, 1)]
    assert [len(row["runs"]) for row in record["rows"]] == [2, 2, 1]
    training = Training(NETS[0], 0)
    for part, (x, y) in {
        "validation": (training.validation.x, training.validation.y),
        "test": training.test,
    }.items():
        for network, plain, looked in zip(singles, once["runs"], nine["runs"], strict=True):
            measured = evaluate(network, nn.CrossEntropyLoss(), (x, y))
            assert plain[part]["loss"] == pytest.approx(measured.loss, rel=1e-5)
            assert plain[part]["accuracy"] == pytest.approx(measured.accuracy, rel=1e-5)
            logs = log_probabilities(network, x, data.shifts)
            assert looked[part]["loss"] == pytest.approx(nn.CrossEntropyLoss()(logs, y), rel=1e-5)
        logs = log_probabilities(nn.Ensemble(*others, *singles), x)
        right = np.mean(logs.argmax(axis=1) == y)
        assert together["runs"][0][part]["accuracy"] == pytest.approx(right, rel=1e-5)
        kept = dict(zip(("validation", "test"), load_probabilities("all", results), strict=True))
        np.testing.assert_allclose(kept[part], np.exp(logs), rtol=2e-3, atol=1e-3)
    assert all(r["cpu_seconds"] >= 0 for row in record["rows"] for r in row["runs"])


def test_the_files_of_weights_are_those_that_were_measured(results):
    files = combined(results)["files"]
    assert sorted(files) == ["day08_best.npz", "day08_ensemble.npz"]
    x = DIGITS()[2][:200]
    for name, said in files.items():
        content = (results / name).read_bytes()
        assert said == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        assert {p.data.dtype for p in load(results / name).parameters()} == {np.dtype("float32")}
    best, ensemble = (load(results / name) for name in sorted(files))
    np.testing.assert_array_equal(best(x), load(results / "one.0.weights.npz")(x))
    for member, name in zip(
        (child for _, child in ensemble.named_children()),
        ("other.0", "other.1", "one.0", "one.1"),
        strict=True,
    ):
        np.testing.assert_array_equal(member(x), load(results / f"{name}.weights.npz")(x))
    run([NETS[2]], results=results, verbose=False)
    assert "day08_small.npz" in combined(results)["files"]
    small = load(results / "day08_small.npz")
    np.testing.assert_array_equal(small(x), load(results / "pupil.0.weights.npz")(x))


def test_what_was_measured_is_not_measured_again_unless_the_weights_are_others(
    results, monkeypatch
):
    first = combined(results)
    with monkeypatch.context() as patched:
        patched.setattr("lib.experiments.combining.log_probabilities", pytest.fail)
        assert combined(results) == first
    longer = replace(NETS[0], epochs=2)
    monkeypatch.setitem(EXPERIMENTS, "one", longer)
    run([longer], results=results, again=True, verbose=False)
    second = combined(results)
    assert second["rows"][0]["runs"] != first["rows"][0]["runs"]
    assert second["files"] != first["files"]


def test_a_file_that_has_the_weights_is_left_as_it_is_and_a_damaged_one_is_written_again(
    results, monkeypatch
):
    first = combined(results)
    monkeypatch.setattr("lib.serialization.archive.__version__", "9.9.9")  # other bytes
    assert combined(results) == first
    (results / "day08_best.npz").write_bytes(b"no weights")
    other = combined(results)["files"]
    assert other["day08_ensemble.npz"] == first["files"]["day08_ensemble.npz"]
    assert other["day08_best.npz"]["sha256"] != first["files"]["day08_best.npz"]["sha256"]
    load(results / "day08_best.npz")


@pytest.mark.parametrize("trouble", ["missing", "others", "none"])
def test_weights_that_are_not_those_of_the_record_are_one_sentence(results, trouble):
    path = results / "one.1.weights.npz"
    if trouble == "missing":
        path.unlink()
    elif trouble == "others":
        save(models.mlp((784, 3), rng=np.random.default_rng(9)), path, half=True)
    else:
        run([replace(NETS[0], weights=False)], results=results, again=True, verbose=False)
    with pytest.raises(RecordError, match="run one --again"):
        combined(results)
    assert not (results / "combined.json").exists()


def test_the_command_says_what_has_to_be_trained_first(tmp_path):
    command = [sys.executable, "-m", "lib", "experiments", "combine", "--results", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "experiments run accuracy_best" in done.stderr and "Traceback" not in done.stderr


def test_the_steps_of_day_8_are_what_is_recorded_of_them_in_their_order(tmp_path):
    assert accuracy_steps(tmp_path) == []
    for name in ("accuracy_three_block", "accuracy_augment"):
        shutil.copy(RESULTS / f"{name}.json", tmp_path)
    runs = [
        {
            "validation": {"loss": 0.1, "accuracy": 0.5 + k / 10},
            "test": {"loss": 0.1, "accuracy": 0.25},
            "seconds": 2.5,
            "cpu_seconds": 2.5,
        }
        for k in range(2)
    ]
    row = {"name": "accuracy_shifts", "title": "+ nine shifts", "weights": [], "sha256": []}
    row |= {"runs": runs, "machine": load_record("accuracy_augment").runs[0]["machine"]}
    (tmp_path / "combined.json").write_text(json.dumps({"format": 1, "rows": [row], "files": {}}))
    first, second, shifted = accuracy_steps(tmp_path)
    record = load_record("accuracy_augment")
    assert (first.name, second.name) == ("accuracy_three_block", "accuracy_augment")
    for quantity in ("validation_accuracy", "test_accuracy", "cpu_seconds"):
        assert getattr(second, quantity) == record.values(quantity)
        assert second.text(quantity) == record.text(quantity)
    assert second.trained
    assert not shifted.trained
    assert shifted.validation_accuracy == [0.5, 0.6]
    assert shifted.text("test_accuracy") == "25.00 ± 0.00 %"
    assert shifted.text("cpu_seconds") == "2.50 ± 0.00 s"


def test_a_damaged_record_is_one_sentence(tmp_path):
    (tmp_path / "combined.json").write_text(json.dumps({"rows": [{}]}))
    with pytest.raises(RecordError, match="damaged"):
        load_combined(tmp_path)
    with pytest.raises(RecordError, match="experiments combine"):
        load_combined(tmp_path / "nowhere")


# -- what comes with the course --------------------------------------------------------------------

SHIPPED = load_combined()["files"]


def test_the_shipped_weights_are_those_of_the_record_and_small():
    assert sorted(SHIPPED) == ["day08_best.npz", "day08_ensemble.npz", "day08_small.npz"]
    assert sum(file["bytes"] for file in SHIPPED.values()) <= 6_000_000
    for name, file in SHIPPED.items():
        content = (RESULTS / name).read_bytes()
        assert file == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        with np.load(RESULTS / name) as arrays:
            kinds = {arrays[key].dtype for key in arrays if key.endswith("weight")}
        assert kinds == {np.dtype("float16")}


@pytest.mark.parametrize(
    "name, recorded_as, members",
    [
        ("best", "accuracy_one_look", 1),
        ("ensemble", "accuracy_ensemble", 6),
        ("small", "accuracy_distilled", 1),
    ],
)
def test_shipped_weights_say_what_was_recorded(name, recorded_as, members):
    model = load(RESULTS / f"day08_{name}.npz")
    assert len(getattr(model, "members", [model])) == members
    x = Training(EXPERIMENTS["accuracy_small"], 0).validation.x[:200]
    kept, _ = load_probabilities(recorded_as)
    np.testing.assert_allclose(
        np.exp(log_probabilities(model, x)), kept[:200], rtol=4e-3, atol=2e-3
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_predict_reads_a_picture_with_the_shipped_weights(name, tmp_path):
    x = Training(EXPERIMENTS["accuracy_small"], 0).validation.x[0, 0]
    picture = tmp_path / "digit.png"
    Image.fromarray(np.uint8(255 - 255 * np.kron(x, np.ones((8, 8))))).save(picture)
    command = [sys.executable, "-m", "lib", "predict", picture, "--json", "--model", RESULTS / name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    label = load_probabilities("accuracy_ensemble")[0][0].argmax()
    assert json.loads(done.stdout)[0]["reads"] == [str(label)]
