"""A training that is stopped and goes on ends with the numbers it would have had anyway."""

import json
import os
import re
import signal
import subprocess
import sys

import numpy as np
import pytest

from lib import nn, optim
from lib.data import Augment, DataLoader, Dataset
from lib.serialization import ModelFileError, save
from lib.training import Checkpoint, EarlyStopping, History, fit, train_step
from lib.training.checkpoint import Generators

EPOCHS = 6


class Training:
    """Everything that fit takes, with a generator in every corner."""

    def __init__(self, optimizer="AdamW", schedule="OneCycleLR", epochs=EPOCHS, patience=EPOCHS):
        rng, dropout, order, odd, distort = self.rngs = [np.random.default_rng(i) for i in range(5)]
        x = rng.normal(size=(120, 2, 3)).astype(np.float32)
        y = (x.sum(axis=(1, 2)) > 0).astype(np.int64)
        self.model = nn.Sequential(
            nn.Flatten(),
            nn.Linear(6, 8, rng=rng),
            nn.BatchNorm1d(8),
            nn.ReLU(),
            nn.Dropout(0.3, rng=dropout),
            nn.Linear(8, 2, rng=rng),
        )
        make_optimizer = {
            "AdamW": lambda p: optim.AdamW(p, lr=0.01),
            "RMSprop": lambda p: optim.RMSprop(p, momentum=0.5),
            "SGD": lambda p: optim.SGD(p, lr=0.1),
        }
        self.optimizer = make_optimizer[optimizer](self.model.parameters())
        make_schedule = {
            "OneCycleLR": lambda o: optim.OneCycleLR(o, 0.05, total_steps=8 * epochs),
            "StepLR": lambda o: optim.StepLR(o, 2),
            "CosineAnnealingLR": lambda o: optim.CosineAnnealingLR(o, epochs),
            None: lambda o: None,
        }
        augment = Augment(shift=1, elastic=0.2, rng=distort)
        shuffled = DataLoader(Dataset(x, y), 16, shuffle=True, rng=order, augment=augment)
        self.options = {
            "train": shuffled,
            "epochs": epochs,
            # a validation loader that shuffles is odd, but its generator must be kept as well
            "validation": DataLoader(Dataset(x, y), 7, shuffle=True, rng=odd),
            "schedule": make_schedule[schedule](self.optimizer),
            "early_stopping": EarlyStopping(patience),
            "clip_norm": 1.0,
            "verbose": False,
        }

        self.loss = nn.CrossEntropyLoss(label_smoothing=0.1)

    def keep(self, path, **options):
        return Checkpoint(path, rng=self.rngs, **options)

    def fit(self, **options):
        return fit(self.model, self.loss, self.optimizer, **self.options | options)

    def result(self, history):
        return dict(history), {name: a.tobytes() for name, a in self.model.state_dict().items()}


class StopAfter(DataLoader):
    """A loader that presses the stop button at one batch of one epoch."""

    def __init__(self, loader, epoch, batch):
        vars(self).update(vars(loader))
        self.stop = [epoch, batch]

    def __iter__(self):
        self.stop[0] -= 1
        for i, batch in enumerate(super().__iter__()):
            if self.stop == [0, i]:
                raise KeyboardInterrupt
            yield batch


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.npz"


# -- in one process -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("optimizer", "schedule"),
    [("AdamW", "OneCycleLR"), ("RMSprop", "StepLR"), ("SGD", None)],
)
@pytest.mark.parametrize(("epoch", "batch"), [(1, 0), (1, 3), (2, 0), (4, 7), (EPOCHS, 7)])
def test_a_stopped_training_goes_on_to_the_same_numbers(path, optimizer, schedule, epoch, batch):
    def training():
        return Training(optimizer, schedule)

    whole = training()
    expected = whole.result(whole.fit())

    stopped = training()
    with pytest.raises(KeyboardInterrupt):
        stopped.fit(
            train=StopAfter(stopped.options["train"], epoch, batch), checkpoint=stopped.keep(path)
        )
    resumed = training()
    train = StopAfter(resumed.options["train"], 0, 0)
    history = resumed.fit(train=train, checkpoint=resumed.keep(path, resume=True))
    assert len(history) == EPOCHS
    assert resumed.result(history) == expected


def test_the_same_objects_go_on_after_the_stop_button(path):
    whole, training = Training(), Training()
    expected = whole.result(whole.fit())
    train = StopAfter(training.options["train"], 3, 4)
    for _ in range(3):  # the third time there is nothing left to do
        try:
            history = training.fit(train=train, checkpoint=training.keep(path, resume=True))
        except KeyboardInterrupt:
            assert not training.model.training
    assert training.result(history) == expected


def test_a_checkpoint_does_not_change_the_numbers(path):
    plain, kept = Training(), Training()
    assert kept.result(kept.fit(checkpoint=kept.keep(path))) == plain.result(plain.fit())


def test_a_training_that_stopped_early_stays_stopped(path):
    def stopping():
        return Training("SGD", None, epochs=50, patience=1)

    first, second = stopping(), stopping()
    expected = first.result(first.fit(checkpoint=first.keep(path)))
    assert len(expected[0]["train_loss"]) < 50
    assert second.result(second.fit(checkpoint=second.keep(path, resume=True))) == expected


def test_a_finished_training_can_be_given_more_epochs(path):
    whole = Training("RMSprop", "StepLR", epochs=EPOCHS)
    expected = whole.result(whole.fit())
    short, longer = Training("RMSprop", "StepLR"), Training("RMSprop", "StepLR")
    short.fit(epochs=2, checkpoint=short.keep(path))
    history = longer.fit(epochs=EPOCHS, checkpoint=longer.keep(path, resume=True))
    assert longer.result(history) == expected


def test_without_resume_a_training_starts_anew_and_replaces_the_file(path):
    first, second, third = Training(), Training(), Training()
    first.fit(epochs=2, checkpoint=first.keep(path))
    history = second.fit(epochs=1, checkpoint=second.keep(path))
    assert len(history) == 1
    assert len(third.fit(epochs=1, checkpoint=third.keep(path, resume=True))) == 1


def test_going_on_says_so(path, capsys):
    (t := Training()).fit(epochs=2, checkpoint=t.keep(path))
    (t := Training()).fit(epochs=3, checkpoint=t.keep(path, resume=True), verbose=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"going on after epoch 2 of 3, from {path}"
    assert lines[1].startswith("epoch 3/3 (measured")
    assert len(lines) == 2


def test_every_kind_of_generator_can_be_kept(path):
    for kind in (np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64):
        rngs = [np.random.Generator(kind(5)) for _ in range(2)]
        models = [nn.Sequential(nn.Dropout(0.5, rng=rng)) for rng in rngs]
        rngs[0].random(3, np.float32)
        training = [
            {"generators": Generators(rng, model)} for rng, model in zip(rngs, models, strict=True)
        ]
        Checkpoint(path).save(training[0])
        Checkpoint(path).load(training[1])
        assert rngs[0].random() == rngs[1].random()


class Drawing:
    """A change of the batches that draws from a generator, and shows it or does not."""

    def __init__(self, **shown):
        vars(self).update(shown)

    def __call__(self, x):
        return x


def test_only_what_is_shown_as_rng_is_read_and_what_nothing_shows_is_kept_all_the_same():
    rngs = [np.random.default_rng(i) for i in range(5)]
    model = nn.Sequential(nn.Sequential(nn.Dropout(0.5, rng=rngs[2])))
    train = DataLoader(Dataset([0], [0]), 1, rng=rngs[0], augment=Drawing(rng=rngs[1]))
    named = Generators(rngs, model, train=train, validation=[], other=None).named
    assert named == {
        "model.0.0.rng": rngs[2], "train.rng": rngs[0], "train.augment.rng": rngs[1],
        "rng[3]": rngs[3], "rng[4]": rngs[4],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("left_out", "holder"),
    [(1, "model.4.rng"), (2, "train.rng"), (3, "validation.rng"), (4, "train.augment.rng")],
)
def test_a_generator_that_the_checkpoint_was_not_told_of_is_an_error(path, left_out, holder):
    training = Training()
    rngs = [rng for i, rng in enumerate(training.rngs) if i != left_out]
    with pytest.raises(ValueError, match=rf"^{re.escape(holder)} is a generator .*rng=\["):
        training.fit(checkpoint=Checkpoint(path, rng=rngs))
    assert not path.exists()


@pytest.mark.parametrize("augment", [Drawing(), lambda x: x])
def test_what_does_not_show_its_generator_is_an_error_and_the_advice_helps(path, augment):
    training = Training()
    training.options["train"].augment = augment
    with pytest.raises(TypeError, match=r"train\.augment .*attribute rng, which is None"):
        training.fit(epochs=1, checkpoint=training.keep(path))
    augment.rng = None
    training.fit(epochs=1, checkpoint=training.keep(path))


# -- under other conditions -----------------------------------------------------------------------


def setting(part, name, value):
    """Return a change of one attribute of one part of a training."""

    def change(training):
        setattr(eval(f"training.{part}"), name, value)

    return change


def other_layer(training):
    training.model.layers[3] = nn.Tanh()


def other_data(training):
    training.options["train"].dataset.x[3, 1, 1] += 1e-6


def fewer_rows(training):
    data = training.options["train"].dataset
    data.x, data.y = data.x[:100], data.y[:100]


def other_dtype(training):
    training.model.astype(np.float64)
    for name in ("train", "validation"):
        data = training.options[name].dataset
        data.x = data.x.astype(np.float64)
    training.optimizer = optim.SGD(training.model.parameters(), lr=0.1)
    training.options["schedule"] = optim.StepLR(training.optimizer, 2)


class Softer(nn.CrossEntropyLoss):
    """The same settings, another formula."""


def other_seed(which):
    def change(training):
        seeded = np.random.default_rng(77)
        holders = [None, training.model[4], training.options["train"]]
        holders += [training.options["validation"], training.options["train"].augment]
        training.rngs[which] = holders[which].rng = seeded

    return change


TRAIN, VALIDATION = "options['train']", "options['validation']"
CHANGES = {
    "optimizer.lr was 0.1 and is now 0.2": setting("optimizer", "lr", 0.2),
    "optimizer.weight_decay was 0": setting("optimizer", "weight_decay", 0.1),
    "loss.label_smoothing was 0.1 and is now 0.2": setting("loss", "label_smoothing", 0.2),
    "loss was CrossEntropyLoss and is now Softer": lambda t: vars(t).update(
        loss=Softer(label_smoothing=0.1)
    ),
    "schedule.gamma was 0.1 and is now 0.5": setting("options['schedule']", "gamma", 0.5),
    "train.batch_size was 16 and is now 8": setting(TRAIN, "batch_size", 8),
    "train.shuffle was True and is now False": setting(TRAIN, "shuffle", False),
    "train.drop_last was False and is now True": setting(TRAIN, "drop_last", True),
    "train.augment was Augment and is now None": setting(TRAIN, "augment", None),
    "train.augment.elastic was 0.2 and is now 0.3": (
        lambda training: training.options["train"].augment.settings.update(elastic=0.3)
    ),
    "train.fingerprint was": other_data,
    "train.data was .*120.* and is now .*100": fewer_rows,
    "validation.batch_size was 7 and is now 9": setting(VALIDATION, "batch_size", 9),
    "clip_norm was 1.0 and is now 2.0": lambda t: t.options.update(clip_norm=2.0),
    "clip_norm was 1.0 and is now None": lambda t: t.options.update(clip_norm=None),
    "early_stopping.patience was 6 and is now 2": setting(
        "options['early_stopping']", "patience", 2
    ),
    "early_stopping was EarlyStopping and is now None": (
        lambda t: t.options.update(early_stopping=None)
    ),
    "dtype was float32 and is now float64": other_dtype,
    r"model.3 was ReLU\(\) and is now Tanh\(\)": other_layer,
    r"model.4 was Dropout\(p=0.3\) and is now": setting("model[4]", "p", 0.4),
    "the seed of model.4.rng was 1 and is now 77": other_seed(1),
    "the seed of train.rng was 2 and is now 77": other_seed(2),
    "the seed of validation.rng was 3 and is now 77": other_seed(3),
    "the seed of train.augment.rng was 4 and is now 77": other_seed(4),
}


@pytest.mark.parametrize("sentence", CHANGES)
def test_a_training_does_not_go_on_under_other_conditions(path, sentence):
    first = Training("SGD", "StepLR")
    first.fit(epochs=2, checkpoint=first.keep(path))
    content = path.read_bytes()
    other = Training("SGD", "StepLR")
    CHANGES[sentence](other)
    before = other.model.state_dict()
    with pytest.raises(ModelFileError, match=f"keeps another training: .*{sentence}"):
        other.fit(checkpoint=other.keep(path, resume=True))
    np.testing.assert_equal(other.model.state_dict(), before)
    assert path.read_bytes() == content
    other.fit(epochs=1, checkpoint=other.keep(path))  # the advice: resume=False


def test_a_generator_without_a_seed_goes_on_in_another_process(path):
    def training():
        new = Training("SGD", None)
        new.rngs[1] = new.model[4].rng = np.random.default_rng()
        return new

    first, second = training(), training()
    first.fit(epochs=2, checkpoint=first.keep(path))
    assert len(second.fit(epochs=3, checkpoint=second.keep(path, resume=True))) == 3


def test_seeds_and_children_of_seeds_are_told_apart(path):
    seeds = [5, [5, 6], np.random.SeedSequence(5).spawn(1)[0], np.random.SeedSequence(6)]
    kinds = []
    for seed in seeds:
        other = Training("SGD", None)
        other.rngs[1] = other.model[4].rng = np.random.default_rng(seed)
        kinds.append(other)
    kinds[0].fit(epochs=1, checkpoint=kinds[0].keep(path))
    for other in kinds[1:]:
        with pytest.raises(ModelFileError, match=r"the seed of model\.4\.rng was 5 and is now"):
            other.fit(checkpoint=other.keep(path, resume=True))


# -- files that are not the right ones ------------------------------------------------------------


def test_a_damaged_checkpoint_is_an_error_and_is_not_replaced(path):
    (t := Training()).fit(epochs=1, checkpoint=t.keep(path))
    content = path.read_bytes()[:-100]
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="is damaged"):
        (t := Training()).fit(checkpoint=t.keep(path, resume=True))
    assert path.read_bytes() == content


def test_a_model_is_not_a_checkpoint(path):
    save(Training().model, path)
    with pytest.raises(ModelFileError, match="is a model, not a checkpoint"):
        (t := Training()).fit(checkpoint=t.keep(path, resume=True))


def with_another_layer():
    other = Training("SGD", "StepLR")
    other.model.layers[5] = nn.Linear(8, 3, rng=np.random.default_rng(0))
    other.optimizer = optim.SGD(other.model.parameters(), lr=0.1)
    other.options["schedule"] = optim.StepLR(other.optimizer, 2)
    return other


def without_shuffling():
    other = Training("SGD", "StepLR")
    other.options["train"] = DataLoader(other.options["train"].dataset, 16)
    return other


@pytest.mark.parametrize(
    ("make_other", "sentence"),
    [
        (lambda: Training("SGD", None), "schedule was None and is now StepLR"),
        (lambda: Training("RMSprop", "StepLR"), "optimizer was RMSprop and is now SGD"),
        (
            lambda: Training("SGD", "CosineAnnealingLR"),
            "schedule was CosineAnnealingLR and is now StepLR",
        ),
        (with_another_layer, r"model.5 was Linear\(.*=3, .*\) and is now Linear\(.*=2, "),
        (without_shuffling, "train.shuffle was False and is now True"),
    ],
)
def test_the_checkpoint_of_another_training_is_an_error_and_changes_nothing(
    path, make_other, sentence
):
    other = make_other()
    other.fit(epochs=1, checkpoint=other.keep(path))
    ours = Training("SGD", "StepLR")
    x = ours.options["train"].dataset.x[:16]
    train_step(ours.model, nn.MSELoss(), ours.optimizer, x, np.zeros((16, 2), np.float32))
    before = [part.state_dict() for part in (ours.model, ours.optimizer)]
    with pytest.raises(ModelFileError, match=sentence):
        ours.fit(checkpoint=ours.keep(path, resume=True))
    after = [part.state_dict() for part in (ours.model, ours.optimizer)]
    np.testing.assert_equal(after, before)


# -- in processes of their own --------------------------------------------------------------------

# A program that trains, and goes on where it stopped if it did; what it learnt goes into a file.
PROGRAM = """
import hashlib, json, sys, time
sys.path.insert(0, sys.argv[1])
from lib.data import DataLoader
from test_checkpoint import Training
class Slow(DataLoader):  # so that there is time to stop it in the middle
    def __init__(self, loader):
        vars(self).update(vars(loader))
    def __iter__(self):
        for batch in super().__iter__():
            time.sleep(0.02)
            yield batch
training = Training()
checkpoint = training.keep(sys.argv[2], resume=True)
print("ready", flush=True)
train = Slow(training.options["train"])
history = training.fit(train=train, checkpoint=checkpoint, verbose=True)
weights = {name: a.tobytes().hex() for name, a in training.model.state_dict().items()}
with open(sys.argv[3], "w") as file:
    json.dump([dict(history), weights], file)
"""


def program(tmp_path, checkpoint, result):
    command = [sys.executable, "-c", PROGRAM, os.path.dirname(__file__)]
    command += [str(tmp_path / checkpoint), str(tmp_path / result)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_epoch(process, epoch):
    for line in process.stdout:
        if line.startswith(f"epoch {epoch}/"):
            return
    raise AssertionError(process.stderr.read())


def finish(process):
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out


@pytest.mark.skipif(os.name != "posix", reason="signals are sent in another way on Windows")
@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGKILL])
def test_a_program_stopped_again_and_again_ends_with_the_same_numbers(tmp_path, kill):
    finish(program(tmp_path, "whole.npz", "whole.json"))
    rng = np.random.default_rng(kill)
    for epoch in (1, 3, 4):
        process = program(tmp_path, "stopped.npz", "stopped.json")
        wait_for_epoch(process, epoch)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(rng.uniform(0, 0.12))
        process.send_signal(kill)
        _, err = process.communicate(timeout=60)
        assert process.returncode == -kill
        assert ("KeyboardInterrupt" in err) == (kill == signal.SIGINT)
    assert "going on after epoch" in finish(program(tmp_path, "stopped.npz", "stopped.json"))
    whole, stopped = ((tmp_path / f"{name}.json").read_text() for name in ("whole", "stopped"))
    assert json.loads(whole)[0]["train_loss"]
    assert stopped == whole


# A process that writes a checkpoint of one training, ever further on, until it is killed.
CHECKPOINT_FOREVER = """
import sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from lib.training.history import Epoch, History
from lib.training import Checkpoint
history = History()
class Weights:
    def state_dict(self):
        return {"weight": np.full(100_000, float(len(history)))}
while True:
    Checkpoint(sys.argv[2]).save({"model": Weights(), "history": history})
    print(len(history), flush=True)
    history.epochs.append(Epoch(float(len(history)), None, None, None))
"""


class Received:
    def load_state_dict(self, state):
        self.state = state

    def state_dict(self):
        return {}


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGKILL")
def test_a_kill_while_a_checkpoint_is_written_leaves_a_whole_one(path):
    rng = np.random.default_rng(1)
    for _ in range(8):
        command = [sys.executable, "-c", CHECKPOINT_FOREVER, os.path.dirname(__file__), str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            saved = [int(process.stdout.readline()) for _ in range(rng.integers(1, 4))][-1]
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=rng.uniform(0, 0.02))
            process.kill()
        history, model = History(), Received()
        Checkpoint(path).load({"model": model, "history": history})
        assert len(history) >= saved
        np.testing.assert_array_equal(model.state["weight"], np.full(100_000, len(history)))
        assert history.train_loss == [float(i) for i in range(len(history))]
