"""The command line, as real processes: what it leaves, what it says, and what it never loses."""

import contextlib
import json
import os
import pty
import re
import resource
import select
import shlex
import shutil
import signal
import subprocess
import sys
import termios
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import numpy as np
import pytest
from PIL import Image, ImageDraw

from lib import models, nn, serialization
from lib.cli.main import COMMANDS as PLACES
from lib.cli.train import train
from lib.data import VIEWS, load_mnist
from lib.models.architecture import BUILDERS
from lib.training import log_probabilities

PICTURES = Path(__file__).resolve().parents[1] / "data/pictures"
LIB = [sys.executable, "-m", "lib"]
SMALL = "train lenet5 --digits 0-1 --samples 400 --epochs 2"
COMMANDS = [
    "", "lessons", "lessons refresh", "train", "test", "predict", "info", "page", "data",
    "data fetch", "data verify", "experiments", "progress", "grade",
]  # fmt: skip


def start(line, folder, *, before=(), env=(), **settings):
    """Start a command; ``before`` are words to put in front of it."""
    return subprocess.Popen(
        [*before, *LIB, *shlex.split(line)],
        cwd=folder,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"} | dict(env),
        **({"encoding": "utf-8", "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | settings),
    )


def run(line, folder, **settings):
    process = start(line, folder, **settings)
    process.stdout_text, process.stderr_text = process.communicate(timeout=60)
    return process


def succeed(line, folder, **settings):
    done = run(line, folder, **settings)
    assert (done.returncode, done.stderr_text) == (0, "")
    return done.stdout_text


def snapshot(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_one_sentence(done, *fragments, code=1):
    assert done.returncode == code, done.stderr_text
    assert "Traceback" not in done.stderr_text
    assert len(done.stderr_text.splitlines()) == 1, done.stderr_text
    for fragment in fragments:
        assert fragment in done.stderr_text


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a trained model, other models, pictures, and files that are neither."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "trained.txt").write_text(succeed(SMALL, folder), encoding="utf-8")
    best = (folder / "saved_models/lenet5_best.npz").read_bytes()
    (folder / "cut.npz").write_bytes(best[:5000])
    (folder / "flipped.npz").write_bytes(best[:9000] + bytes([best[9000] ^ 1]) + best[9001:])
    (folder / "text.npz").write_text("no model, but text", encoding="utf-8")
    rng = np.random.default_rng(0)
    serialization.save(models.mlp((4, 3), rng=rng), folder / "iris.npz")
    serialization.save(models.mlp((784, 3), rng=rng), folder / "three.npz")
    serialization.save(models.autoencoder(2, rng=rng), folder / "autoencoder.npz")
    log_softmax = models.mlp((784, 5, 10), nn.LogSoftmax, rng=rng)
    serialization.save(log_softmax, folder / "log_softmax.npz")
    ten = models.mlp((784, 10), rng=rng)
    serialization.save(ten, folder / "strange.npz", recipe={"classes": ["<b>one</b>"]})
    _, _, x_test, y_test = load_mnist()
    for k in (0, 1):
        digit = Image.fromarray(x_test[np.flatnonzero(y_test == k)[5]])
        digit.save(folder / f"{k}.png")
    paper = Image.new("RGB", (300, 400), (250, 240, 220))
    ImageDraw.Draw(paper).line([(210, 60), (200, 240)], fill=(40, 30, 90), width=22)
    paper.save(folder / "photo.jpg")
    Image.new("L", (40, 40), 200).save(folder / "blank.png")
    (folder / "torn.png").write_bytes((folder / "0.png").read_bytes()[:120])
    (folder / "empty.png").touch()
    (folder / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100))
    Image.new("1", (9400, 9400)).save(folder / "huge.png")
    return folder


# -- what the commands do -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def helps(tmp_path_factory):
    folder = tmp_path_factory.mktemp("helps")
    with ThreadPoolExecutor(4) as pool:
        done = pool.map(lambda command: run(f"{command} --help", folder), COMMANDS)
    return dict(zip(COMMANDS, done, strict=True))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(helps, command):
    done = helps[command]
    assert done.returncode == 0
    assert f"python -m lib {command}".strip() in done.stdout_text.split("Example")[1]


def test_training_leaves_two_models_the_curves_and_the_history(home):
    folder = home / "saved_models"
    assert {path.name for path in folder.iterdir()} == {
        "lenet5_best.npz", "lenet5_final.npz", "training_curves.png", "history.json",
    }  # fmt: skip
    history = json.loads((folder / "history.json").read_text(encoding="utf-8"))
    assert [row["epoch"] for row in history["epochs"]] == [1, 2]
    assert history["recipe"]["classes"] == [0, 1]
    with Image.open(folder / "training_curves.png") as figure:
        assert figure.size == (960, 480)


def test_training_ends_with_the_next_command_to_try(home, tmp_path):
    last = (home / "trained.txt").read_text(encoding="utf-8").splitlines()[-1]
    command = last.partition("next, try it on test images: ")[2]
    assert command == "python -m lib test saved_models/lenet5_best.npz"
    line = command.removeprefix("python -m lib ")
    assert "accuracy" in succeed(f"{line} --samples 50 --output {tmp_path}", home)


@pytest.mark.parametrize(
    "command", ["info", "test --samples 20 --output out", "page --output a.html"]
)
def test_a_model_can_be_named_with_or_without_its_option(home, tmp_path, command):
    model = home / "saved_models/lenet5_best.npz"
    assert succeed(f"{command} {model}", tmp_path) == succeed(
        f"{command} --model {model}", tmp_path
    )


def test_a_finished_model_is_replaced_only_on_demand(home, tmp_path):
    shutil.copytree(home / "saved_models", tmp_path / "saved_models")
    before = snapshot(tmp_path)
    refused = run(f"{SMALL} --seed 1", tmp_path)
    assert_one_sentence(refused, "lenet5_best.npz is there already", "--restart", "--output")
    assert snapshot(tmp_path) == before
    succeed(f"{SMALL} --seed 1 --output elsewhere", tmp_path)  # both ways out work
    succeed(f"{SMALL} --seed 1 --restart", tmp_path)
    assert (
        snapshot(tmp_path)[tmp_path / "saved_models/lenet5_best.npz"]
        != before[tmp_path / "saved_models/lenet5_best.npz"]
    )
    succeed("train mlp --samples 300 --epochs 1", tmp_path)  # another network is not in its way


def test_the_best_model_is_that_of_the_epoch_which_validated_best(home):
    history = json.loads((home / "saved_models/history.json").read_text(encoding="utf-8"))
    accuracies = [row["validation_accuracy"] for row in history["epochs"]]
    notes = serialization.describe(home / "saved_models/lenet5_best.npz")["metadata"]
    assert notes["validation_accuracy"] == max(accuracies)
    assert notes["epoch"] == history["best_epoch"]


def test_testing_prints_accuracies_and_confusions_and_draws_examples(home, tmp_path):
    line = f"test --model saved_models/lenet5_best.npz --samples 300 --output {tmp_path}"
    lines = succeed(line, home).splitlines()
    assert lines[2].startswith("accuracy ") and lines[2].endswith("of 300)")
    rows = [line.split() for line in lines if line.startswith(("0  ", "1  "))]
    counts = np.array([[int(c.replace("·", "0")) for c in row[3:]] for row in rows])
    assert counts.sum() == 300
    assert f"{100 * counts.trace() / 300:.2f} % ({counts.trace()} of 300)" in lines[2]
    assert counts.trace() > 285
    with Image.open(tmp_path / "test_examples.png") as picture:
        colours = {colour[:3] for _, colour in picture.convert("RGB").getcolors(10**6)}
    assert (0, 122, 88) in colours  # the green of right answers


def test_mistakes_are_drawn_in_red(home, tmp_path):
    rng = np.random.default_rng(1)  # a network that has learnt nothing makes both
    serialization.save(models.mlp((784, 10), rng=rng), tmp_path / "new.npz")
    succeed("test --model new.npz --samples 200", tmp_path)
    with Image.open(tmp_path / "test_examples.png") as picture:
        colours = {colour[:3] for _, colour in picture.convert("RGB").getcolors(10**6)}
    assert {(0, 122, 88), (197, 54, 28)} <= colours


def test_predicting_names_the_digit_on_pictures_of_many_kinds(home):
    line = "predict 0.png 1.png photo.jpg --model saved_models/lenet5_best.npz"
    lines = succeed(line, home).splitlines()
    assert [lines[i] for i in (0, 4, 8)] == ["0.png", "1.png", "photo.jpg"]
    assert [lines[i].split()[0] for i in (2, 6, 10)] == ["0", "1", "1"]
    assert lines[1].startswith("  quality ") and lines[2].split()[2] == "%"


def test_predicting_needs_no_training(home):
    text = succeed(f"predict {PICTURES / '247_note.jpg'} blank.png", home)
    lines = text.splitlines()
    assert lines[1] == "  reads 247" and lines[-1] == "  not read: nothing is written on it"
    assert [lines[i].split()[0] for i in (3, 7, 11)] == ["2", "4", "7"]
    assert lines[2].startswith("  1 of 3, quality ")


def test_predicting_can_say_all_of_it_as_json(home):
    letters = PICTURES / "none_letters.jpg"
    note, text = json.loads(succeed(f"predict {PICTURES / '247_note.jpg'} {letters} --json", home))
    assert (note["reads"], note["refusal"]) == (["2", "4", "7"], None)
    assert (text["reads"], text["refusal"]) == ([], "3 of 3 marks on it look like no digit")
    lefts = []
    for digit in note["digits"]:
        assert digit.keys() == {"box", "top", "refused", "quality"} and not digit["refused"]
        assert len(digit["top"]) == 3 and digit["top"][0]["probability"] > 0.5
        assert digit["quality"].keys() == {"grade", "contrast", "size", "shape", "sharpness"}
        assert digit["box"]["height"] <= note["height"]
        lefts.append(digit["box"]["left"])
    assert lefts == sorted(lefts)


def test_predicting_can_draw_the_steps_and_look_at_nine_views(home, tmp_path):
    sheet, steps = PICTURES / "01234_56789_sheet.jpg", tmp_path / "steps.png"
    assert "reads 0123456789" in run(f"predict {sheet} --tta --steps {steps}", home).stdout_text
    with Image.open(steps) as figure:
        assert figure.width == 960


def test_a_picture_that_cannot_be_read_does_not_keep_the_others_from_it(home):
    done = run("predict text.npz 1.png --model saved_models/lenet5_best.npz", home)
    assert done.stdout_text.startswith("1.png")
    assert_one_sentence(done, "text.npz is not a picture")


def test_info_shows_architecture_parameters_and_provenance(home):
    text = succeed("info saved_models/lenet5_best.npz", home)
    for words in ("lenet5(num_classes=2)", "Conv2d(1, 6", "together", "61 026", "float32", "mnist",
                  "adam", "validation accuracy"):  # fmt: skip
        assert words in text


@pytest.mark.parametrize("tta", ["rotations", "shifts"])
def test_looking_several_times_gives_the_answers_of_the_library(home, tmp_path, tta):
    text = succeed(
        f"test --model saved_models/lenet5_best.npz --tta {tta} --output {tmp_path}", home
    )
    assert f"each seen in several {tta}" in text
    *_, x, y = load_mnist()
    x, y = x[y < 2, None].astype(np.float32) / 255, y[y < 2]
    model = serialization.load(home / "saved_models/lenet5_best.npz")
    right = (log_probabilities(model, x, VIEWS[tta]).argmax(axis=1) == y).sum()
    assert f"({right} of {len(y)})" in text


@pytest.mark.parametrize("line", ["predict 0.png --model", "info", "test --samples 50 --model"])
def test_a_terminal_that_lacks_a_sign_gets_a_plain_one(home, tmp_path, line):
    output = f" --output {tmp_path}" if line.startswith("test") else ""
    known = {"encoding": "cp1252", "env": {"PYTHONIOENCODING": "cp1252"}}
    text = succeed(f"{line} saved_models/lenet5_best.npz{output}", home, **known)
    assert text and "?" not in text  # with ASCII, click itself writes UTF-8


def test_an_autoencoder_is_trained_and_tested_by_what_it_draws(tmp_path):
    text = succeed("train autoencoder --samples 300 --epochs 1", tmp_path)
    assert "the best by its validation loss" in text
    model = "saved_models/autoencoder_best.npz"
    text = succeed(f"test --model {model} --samples 50 --output .", tmp_path)
    assert "mean squared error of a pixel  0." in text
    assert (tmp_path / "test_examples.png").is_file()


def test_every_option_of_training_reaches_it(tmp_path):
    line = (
        "train cnn2 --data fashion-mnist-subset --classes 1,8 --samples 100 --epochs 3 --seed 5 "
        "--batch-size 20 --optimizer sgd --lr 0.02 --momentum 0.8 --weight-decay 0.001 "
        "--schedule one-cycle --augment shift=1,rotation=5 --label-smoothing 0.05 "
        "--workers 1 --output elsewhere"
    )
    text = succeed(line, tmp_path)
    assert "90 images to train" in text and "10 to validate" in text
    recipe = json.loads((tmp_path / "elsewhere/history.json").read_text("utf-8"))["recipe"]
    assert recipe == {
        "model": "cnn2", "data": "fashion-mnist-subset", "classes": [1, 8], "samples": 100,
        "epochs": 3, "batch_size": 20, "optimizer": "sgd", "lr": 0.02, "momentum": 0.8,
        "weight_decay": 0.001, "schedule": "one-cycle", "augment": {"shift": 1, "rotation": 5},
        "label_smoothing": 0.05, "seed": 5, "workers": 1,
    }  # fmt: skip
    text = succeed("test --model elsewhere/cnn2_best.npz --samples 40", tmp_path)
    assert "trouser" in text and "bag" in text and "sandal" not in text


def test_smoothed_labels_cost_more_and_are_right_as_often(tmp_path):
    line = "train mlp --samples 500 --epochs 1 --label-smoothing"
    rows = []
    for share in ("0", "0.5"):
        succeed(f"{line} {share} --output {share}", tmp_path)
        (row,) = json.loads((tmp_path / share / "history.json").read_text("utf-8"))["epochs"]
        rows.append(row)
    # half of each label is spread over all: no answer costs less than its own uncertainty, 1.677
    assert rows[0]["train_loss"] < rows[1]["train_loss"] and rows[1]["train_loss"] > 1.677


def test_a_data_set_is_verified(tmp_path):
    text = succeed("data verify fashion-mnist-subset", tmp_path)
    assert "10000 images to train on, 2000 to test with" in text


def test_in_a_terminal_a_bar_shows_the_time_left(tmp_path):
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    process = start(SMALL, tmp_path, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    while select.select([ours], [], [], 60)[0]:
        try:
            shown += os.read(ours, 4096)
        except OSError:  # how a terminal says that its other end is closed
            break
    os.close(ours)
    assert process.wait(60) == 0
    assert b" left" in shown and "█".encode() in shown


# -- Ctrl-C ---------------------------------------------------------------------------------------

LONG = "train lenet5 --digits 0-1 --samples 1000 --epochs 12 --augment shift=1 --optimizer sgd"


@pytest.fixture(scope="module", autouse=True)
def _long_training(home):
    (home / "long").mkdir()
    succeed(LONG, home / "long")


def history_of(folder):
    return (folder / "saved_models/history.json").read_bytes()


def during(line, folder, epoch, act):
    """Start a training and do something to it after an epoch; return the finished process."""
    process = start(line, folder)
    shown = ""
    while f" {epoch}/12 " not in shown:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        shown += line
    act(process)
    rest, process.stderr_text = process.communicate(timeout=60)
    process.stdout_text = shown + rest
    return process


def interrupt(line, folder, epoch):
    """Press Ctrl-C in a training, after an epoch."""
    return during(line, folder, epoch, lambda process: process.send_signal(signal.SIGINT))


def test_after_ctrl_c_training_goes_on_to_the_same_numbers(home, tmp_path):
    stopped = interrupt(LONG, tmp_path, 2)
    assert_one_sentence(stopped, "Stopped after", "of 12 epochs", code=130)
    assert not (tmp_path / "saved_models/lenet5_final.npz").exists()
    assert (tmp_path / "saved_models/lenet5_unfinished/lenet5_best.npz").is_file()

    refused = run(LONG, tmp_path)  # nothing is thrown away unasked
    assert_one_sentence(refused, "--resume", "--restart")
    other = run("train lenet5 --resume --lr 0.5", tmp_path)
    assert_one_sentence(other, "--lr is 0.5", "0.05")

    command = stopped.stderr_text.partition("go on with: ")[2].strip()
    assert command == "python -m lib train lenet5 --resume"
    text = succeed(command.removeprefix("python -m lib "), tmp_path)
    assert "going on after epoch" in text
    assert not (tmp_path / "saved_models/lenet5_unfinished").exists()
    assert history_of(tmp_path) == history_of(home / "long")
    for name in ("lenet5_best.npz", "lenet5_final.npz"):
        expected = serialization.load(home / "long/saved_models" / name).state_dict()
        state = serialization.load(tmp_path / "saved_models" / name).state_dict()
        for key, array in expected.items():
            np.testing.assert_array_equal(state[key], array)


def test_ctrl_c_leaves_earlier_results_as_they_were(home, tmp_path):
    shutil.copytree(home / "saved_models", tmp_path / "saved_models")
    before = snapshot(tmp_path)
    assert interrupt(f"{LONG} --restart", tmp_path, 1).returncode == 130
    after = snapshot(tmp_path)
    assert {path: after[path] for path in before} == before
    assert "61026 weights" in succeed(f"{SMALL} --restart", tmp_path)
    assert not (tmp_path / "saved_models/lenet5_unfinished").exists()


def importing(process):
    """Wait until a process has begun to import NumPy, or is over."""
    maps = Path(f"/proc/{process.pid}/maps")
    while process.poll() is None:
        with contextlib.suppress(OSError):
            if "_multiarray_umath" in maps.read_text():
                return
        time.sleep(0.001)


@pytest.mark.skipif(sys.platform != "linux", reason="sees what a process imports as Linux shows it")
@pytest.mark.parametrize(
    "line",
    [
        "test --model saved_models/lenet5_best.npz",
        "predict 0.png 1.png",
        "page saved_models/lenet5_best.npz",
        "info saved_models/lenet5_best.npz",
        "data verify mnist",
        "experiments report",
        "lessons",
        "train cnn3 --epochs 3 --output stopped",
    ],
)
def test_ctrl_c_at_any_moment_of_any_command_is_130_and_no_traceback(home, tmp_path, line):
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    for after in (0, 0.1, 0.6):
        process = start(line, tmp_path)
        importing(process)
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        assert "Traceback" not in errors and "Exception ignored" not in errors, errors
        if process.returncode != 0:  # it was over before
            assert process.returncode == 130, errors
            assert len(errors.strip().splitlines()) == 1, errors
        assert not list(tmp_path.rglob("*.unfinished")) and not list(tmp_path.rglob("*.lock"))


def test_ctrl_c_in_the_middle_of_executing_a_text_is_130_too(tmp_path):
    """A dataclass is written by ``exec``; what interrupts that, Python remembers until the end."""
    (tmp_path / "interrupted.py").write_text(
        "import lib.cli.main as program\n"
        "program._run = lambda: exec('raise KeyboardInterrupt')\n"
        "program.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "interrupted"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (130, "Stopped.\n")


# -- what is in the folder of an interrupted training ---------------------------------------------


def test_only_what_a_training_left_is_thrown_away(tmp_path):
    folder = tmp_path / "saved_models/lenet5_unfinished"
    folder.mkdir(parents=True)
    (folder / "thesis.txt").write_text("mine")
    done = run(SMALL, tmp_path)
    assert_one_sentence(done, "lenet5_unfinished holds thesis.txt", "move it away", "--output")
    done = run(f"{SMALL} --restart", tmp_path)
    assert_one_sentence(done, "lenet5_unfinished holds thesis.txt")
    assert (folder / "thesis.txt").read_text() == "mine"
    (folder / "thesis.txt").rename(tmp_path / "thesis.txt")  # the advice helps
    succeed(SMALL, tmp_path)
    assert not folder.exists()


def test_two_trainings_of_a_model_do_not_share_a_folder(tmp_path):
    def second(process):
        process.send_signal(signal.SIGSTOP)  # so that it is not over before
        refused = run(LONG, tmp_path)
        assert_one_sentence(refused, "another training of lenet5 is going on", "--output")
        succeed(f"{SMALL} --output elsewhere", tmp_path)  # the advice helps
        process.kill()

    during(LONG, tmp_path, 1, second)
    assert "going on after epoch" in succeed(
        "train lenet5 --resume", tmp_path
    )  # no process has it now
    assert not list(tmp_path.rglob("*.lock"))


def spoilt(path, how):
    content = path.read_bytes()
    if callable(how):
        history = json.loads(content)
        how(history)
        return json.dumps(history).encode()
    return {"cut": content[:-40], "empty": b"", "list": b"[]", "deep": b"[" * 10**5}[how]


SPOILT = {
    "cut": ("history.json", "cut"),
    "empty": ("history.json", "empty"),
    "a list": ("history.json", "list"),
    "deep": ("history.json", "deep"),
    "no epochs": ("history.json", lambda h: h.pop("epochs")),
    "epochs of text": ("history.json", lambda h: h.update(epochs="two")),
    "no recipe": ("history.json", lambda h: h.update(recipe=None)),
    "no optimizer": ("history.json", lambda h: h["recipe"].pop("optimizer")),
    "an odd optimizer": ("history.json", lambda h: h["recipe"].update(optimizer=["sgd"])),
    "another model": ("history.json", lambda h: h["recipe"].update(model="mlp")),
    "classes of text": ("history.json", lambda h: h["recipe"].update(classes="ab")),
    "a batch of half an image": ("history.json", lambda h: h["recipe"].update(batch_size=0.5)),
    "an odd distortion": ("history.json", lambda h: h["recipe"].update(augment={"shift": 1e9})),
    "a checkpoint that is cut": ("checkpoint.npz", "cut"),
    "an empty checkpoint": ("checkpoint.npz", "empty"),
}


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("interrupted")
    assert interrupt(LONG, folder, 1).returncode == 130
    return folder


@pytest.mark.parametrize("damage", SPOILT)
def test_a_damaged_interrupted_training_is_named_and_can_be_started_over(
    interrupted, tmp_path, damage
):
    name, how = SPOILT[damage]
    shutil.copytree(interrupted, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "saved_models/lenet5_unfinished" / name
    path.write_bytes(spoilt(path, how))
    before = snapshot(tmp_path)
    done = run("train lenet5 --resume", tmp_path)
    assert_one_sentence(done, f"{name} is damaged", "start over by adding --restart")
    assert snapshot(tmp_path) == before
    succeed(f"{SMALL} --restart", tmp_path)  # the advice helps
    assert not path.exists()


# -- odd surroundings ------------------------------------------------------------------------------


def test_an_odd_backend_of_matplotlib_draws_into_files_all_the_same(home, tmp_path):
    line = f"test --model saved_models/lenet5_best.npz --samples 20 --output {tmp_path}"
    succeed(line, home, env={"MPLBACKEND": "no_such_backend"})
    assert (tmp_path / "test_examples.png").exists()


def test_the_home_of_an_unknown_user_is_passed_over(tmp_path):
    text = succeed("data verify mnist", tmp_path, env={"DLBH_DATA": "~nobody_of_this_name"})
    assert "60000 images" in text


@pytest.mark.parametrize("line", ["train mlp --samples 300 --epochs 1", "train --help", "--help"])
def test_commands_run_where_docstrings_are_stripped(tmp_path, line):
    command = [sys.executable, "-OO", "-m", "lib", *line.split()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "mlp" in done.stdout or "train" in done.stdout


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("line", ["info saved_models/lenet5_best.npz", "predict 0.png"])
def test_a_closed_output_is_no_crash(home, line, closed):
    command = f"exec {shlex.join([*LIB, *line.split()])} {closed}"
    done = subprocess.run(command, shell=True, cwd=home, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_a_terminal_of_few_signs_gets_plain_ones(home, encoding):
    done = start("predict 0.png", home, env={"PYTHONIOENCODING": encoding}, encoding=encoding)
    text, errors = done.communicate(timeout=60)
    assert (done.returncode, errors) == (0, "")
    assert "%  ####" in text


# -- what cannot be done --------------------------------------------------------------------------

BEST = "--model saved_models/lenet5_best.npz"
WRONG = {  # command line -> exit code, and fragments: the value, the rule, the fix
    "dance": (2, "'dance'", "train, test, predict"),
    "tran": (2, "'tran' is unknown; did you mean train?"),
    "data verfy mnist": (2, "verfy", "verify"),
    "train": (2, "MODEL", "lenet5"),
    "train resnet": (2, "'resnet' is none of", "lenet5"),
    "train lenet": (2, "'lenet' is unknown; did you mean lenet5?"),
    "train LeNet5": (2, "'LeNet5' is unknown; did you mean lenet5?"),
    "train lenet5": (1, "lenet5_best.npz is there already", "--restart", "--output"),
    "train lenet5 --resume": (1, "no interrupted training of lenet5", "with --restart"),
    "train mlp --epoch 3": (2, "--epoch", "--epochs"),
    "train mlp --epochs 0": (2, "0 is not in the range x>=1", "try 5"),
    "train mlp --epochs many": (2, "'many' is not a valid integer", "try 5"),
    "train mlp --batch-size -3": (2, "-3 is not in the range x>=1", "try 64"),
    "train mlp --workers many": (2, "'many' is not a valid integer", "try auto"),
    "train mlp --seed 1.5": (2, "'1.5' is not a valid integer", "try 0"),
    "train mlp --augment shift=1e9": (2, "shift=1e+09", "28 pixels", "try shift=2,rotation=10"),
    "train mlp --seed -1": (2, "-1 is not in the range x>=0", "try 0"),
    "train mlp --lr 0": (2, "0.0 is not in the range x>0", "try 0.001"),
    "train mlp --lr nan": (2, "nan is not a finite number", "try 0.001"),
    "train mlp --lr inf": (2, "inf is not a finite number", "try 0.001"),
    "train mlp --momentum 1 --optimizer sgd": (2, "1.0 is not in the range 0<=x<1", "try 0.9"),
    "train mlp --momentum 0.9": (1, "--momentum 0.9", "adam", "--optimizer sgd"),
    "train mlp --optimizer lion": (2, "lion", "adam"),
    "train mlp --optimizer Adam": (2, "did you mean adam?"),
    "train mlp --schedule sine": (2, "sine", "cosine"),
    "train mlp --data cifar": (2, "cifar", "mnist"),
    "train mlp --data fashion": (2, "did you mean fashion-mnist?"),
    "train mlp --digits 0-12": (2, "0-12", "digits are 0 to 9"),
    "train mlp --digits 3-0": (2, "3-0 runs backwards", "write 0-3"),
    "train mlp --digits 4": (2, "4 is a single class", "0-3"),
    "train mlp --digits two": (2, "'two'", "0-3 or 3,5,8"),
    "train mlp --augment twist=2": (2, "'twist' is none of", "shift, rotation"),
    "train mlp --augment shift=1.5": (2, "whole pixels", "1.5"),
    "train mlp --samples 80000": (1, "--samples 80000", "60000", "leave it out"),
    "train mlp --samples 15": (1, "--samples 15", "0-9", "take more"),
    "train mlp --resume": (1, "no interrupted training of mlp", "without --resume"),
    "train mlp --resume --restart": (2, "--resume", "--restart", "one of them"),
    "train mlp --samples 300 --output text.npz/x": (1, "text.npz/x", "--output"),
    "train mlp --samples 300 --output text.npz": (1, "text.npz", "--output"),
    "train mlp --label-smoothing 1": (2, "1.0 is not in the range 0<=x<1", "try 0.1"),
    "train autoencoder --samples 300 --label-smoothing 0.1": (1, "--label-smoothing", "leave it"),
    "train autoencoder --samples 300 --augment shift=1": (1, "--augment", "leave it out"),
    "train mlp --samples 300 --epochs 1 --batch-size 300 --schedule one-cycle": (
        1, "one-cycle", "1 batch", "more epochs",
    ),
    "train lenet5 --samples 300 --optimizer sgd --lr 1e9 --output diverged": (
        1, "nan", "ten times smaller than 1000000000",
    ),
    "test": (2, "MODEL.npz", "saved_models/lenet5_best.npz"),
    "info": (2, "MODEL.npz", "saved_models/lenet5_best.npz"),
    f"page cut.npz {BEST}": (2, "one MODEL.npz"),
    "test --model autoencoder.npz --tta shifts": (1, "--tta shifts", "leave it out"),
    f"test {BEST} --tta mirror": (2, "mirror", "rotations", "shifts"),
    "test --model nothing.npz": (1, "nothing.npz", "check the name"),
    "test --model .": (1, "directory", "another file"),
    "test --model cut.npz": (1, "cut.npz is damaged", "5000 bytes"),
    "test --model flipped.npz": (1, "flipped.npz is damaged"),
    "test --model text.npz": (1, "text.npz was not written by this library"),
    "test --model iris.npz": (1, "iris.npz is not a model for images of 28×28", "(N, 4)"),
    "test --model three.npz": (1, "three.npz has 3 outputs", "10 classes"),
    f"test {BEST} --data fashion-mnist-subset": (1, "mnist", "--data mnist"),
    f"test {BEST} --digits 1-2": (1, "--digits 1-2", "0-1"),
    f"test {BEST} --samples 9000": (1, "--samples 9000", "2115", "leave it out"),
    f"test {BEST} --samples 10 --output text.npz": (1, "text.npz", "--output"),
    "predict 0.png 1.png --steps both.png": (2, "--steps", "2", "one IMAGE"),
    "predict 0.png --steps no/steps.png": (1, "no/steps.png", "folder"),
    "predict saved_models": (1, "saved_models is a folder", "saved_models/*.png"),
    "predict empty.png": (1, "empty.png is empty", "again"),
    "predict phone.heic": (1, "phone.heic is a HEIC picture", "JPEG or PNG"),
    "predict huge.png": (1, "9400 × 9400 pixels", "64 million", "smaller"),
    "predict 0.png --model empty.png": (1, "empty.png"),
    f"predict {BEST}": (2, "IMAGE"),
    f"predict nothing.png {BEST}": (1, "no file nothing.png", "check the name"),
    f"predict text.npz {BEST}": (1, "text.npz is not a picture", "PNG or JPEG"),
    f"predict torn.png {BEST}": (1, "torn.png is damaged", "again"),
    "predict 0.png --model cut.npz": (1, "cut.npz is damaged"),
    "predict 0.png --model autoencoder.npz": (1, "autoencoder", "classifier"),
    "predict 0.png --model strange.npz": (1, "strange.npz does not say", "python -m lib train"),
    "page nothing.npz": (1, "nothing.npz", "check the name"),
    "page text.npz": (1, "text.npz was not written by this library"),
    "page cut.npz": (1, "cut.npz is damaged"),
    "page autoencoder.npz": (1, "autoencoder", "classifier"),
    "page log_softmax.npz": (1, "log_softmax.npz makes no page", "LogSoftmax", "Softmax, Tanh"),
    "page strange.npz": (1, "strange.npz does not say", "python -m lib train"),
    "page three.npz": (1, "three.npz has 3 outputs", "--digits 0-2"),
    "page three.npz --digits 0-3": (1, "three.npz has 3 outputs", "4 classes", "--digits 0-2"),
    "page three.npz --digits 0-2 --output no/a.html": (1, "no/a.html was not saved", "folder"),
    "info nothing.npz": (1, "nothing.npz", "check the name"),
    "info text.npz": (1, "text.npz was not written by this library"),
    "data fetch imagenet": (2, "imagenet", "mnist"),
    "data verify kmnist": (1, "kmnist is not here", "python -m lib data fetch kmnist"),
    "data fetch kmnist": (1, "not downloaded", "python -m lib data fetch kmnist"),
}  # fmt: skip


@pytest.fixture(scope="module")
def refusals(home, tmp_path_factory):
    """Run every wrong command line, and return the processes and the files before and after."""
    # data that are not there, and a way into the network that leads nowhere
    nowhere = "http://127.0.0.1:9"
    environment = {
        "DLBH_DATA": str(tmp_path_factory.mktemp("data")),
        "http_proxy": nowhere,
        "https_proxy": nowhere,
    }
    before = snapshot(home)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda line: run(line, home, env=environment), WRONG))
    return dict(zip(WRONG, done, strict=True)), before, snapshot(home)


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_command_line_gets_one_sentence_that_says_how_to_fix_it(refusals, line):
    code, *fragments = WRONG[line]
    assert_one_sentence(refusals[0][line], *fragments, code=code)


def test_no_wrong_command_line_changes_what_was_saved(refusals):
    _, before, after = refusals
    assert after == before


# a shell that lets a command write no file longer than a few kilobytes, as on a full disk
FULL_DISK = ["sh", "-c", 'ulimit -f 4; exec "$@"', "sh"]


@pytest.mark.parametrize(
    "line", [f"{SMALL} --restart", "test saved_models/lenet5_best.npz --samples 100 --output ."]
)
def test_a_full_disk_costs_nothing_that_was_saved(home, line):
    (home / "test_examples.png").write_bytes(b"the picture of another day")
    before = snapshot(home)
    done = run(line, home, before=FULL_DISK)
    assert_one_sentence(done, "was not saved (File too large)", "free some space")
    assert snapshot(home) == before


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux to fill up a disk")
def test_a_disk_that_fills_up_during_training_costs_no_finished_epoch(home, tmp_path):
    def fill(process):
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (2000, resource.RLIM_INFINITY))

    done = during(LONG, tmp_path, 2, fill)
    assert_one_sentence(done, "was not saved (File too large)", "free some space")
    assert "going on after epoch" in succeed("train lenet5 --resume", tmp_path)
    assert history_of(tmp_path) == history_of(home / "long")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_an_output_that_cannot_be_written_is_an_error(home):
    with open("/dev/full", "w") as full:
        process = start("info saved_models/lenet5_best.npz", home, stdout=full)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors == "Error: the output was not written (No space left on device)\n"


def test_a_reader_that_has_seen_enough_is_no_error(home):
    with start("info saved_models/lenet5_best.npz", home) as process:
        process.stdout.close()
        assert process.stderr.read() == ""


# -- workers ---------------------------------------------------------------------------------------


def test_a_training_says_with_how_many_workers_it_was_made_and_goes_on_with_no_other(tmp_path):
    interrupt(f"{LONG} --workers 2", tmp_path, 2)
    recipe = json.loads((tmp_path / "saved_models/lenet5_unfinished/history.json").read_bytes())
    assert recipe["recipe"]["workers"] == 2
    other = run("train lenet5 --resume --workers 1", tmp_path)
    assert_one_sentence(other, "--workers is 1, but the training was begun with 2")


# -- the page of the book --------------------------------------------------------------------------


def rows_of_the_page(first):
    """Return the cells of the table whose first head cell is given, without marks and links."""
    page = (Path(__file__).resolve().parents[1] / "book/command_line.md").read_text("utf-8")
    table = re.search(rf"^\| {first} \|.*\n\|[-|]+\n((?:\|.*\n)+)", page, re.M)[1]
    table = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", table).replace("`", "")
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()]


def test_the_page_of_the_book_has_every_command():
    assert {command for command, _ in rows_of_the_page("command")} == set(PLACES)


def test_the_page_of_the_book_has_every_option_of_train_with_its_default():
    options = [p for p in train.params if isinstance(p, click.Option)]
    rows = rows_of_the_page("option")
    assert [names.split(", ") for names, *_ in rows] == [option.opts for option in options]
    for (_, default, about), option in zip(rows, options, strict=True):
        shown = option.show_default if isinstance(option.show_default, str) else option.default
        default = default.replace(  # three of the four rates are the same
            "0.001 for the others", "0.001 for rmsprop, 0.001 for adam, 0.001 for adamw"
        )
        assert default == ("" if option.is_flag else f"{shown:g}" if shown == 0 else str(shown))
        assert all(word in about for word in getattr(option.type, "choices", []))


def test_the_page_of_the_book_names_every_model():
    page = (Path(__file__).resolve().parents[1] / "book/command_line.md").read_text("utf-8")
    named = page.split("The name is that of a function in")[1].split("Everything else")[0]
    assert set(re.findall(r"`(\w+)`", named)) == set(BUILDERS)
