"""A training that is stopped and goes on ends with the numbers it would have had anyway."""

import functools
import json
import os
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
        rng = np.random.default_rng(0)
        x = rng.normal(size=(120, 2, 3)).astype(np.float32)
        y = (x.sum(axis=(1, 2)) > 0).astype(np.int64)
        self.model = nn.Sequential(
            nn.Flatten(),
            nn.Linear(6, 8, rng=rng),
            nn.BatchNorm1d(8),
            nn.ReLU(),
            nn.Dropout(0.3, rng=np.random.default_rng(1)),
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
        augment = Augment(shift=1, elastic=0.2, rng=np.random.default_rng(4))
        shuffled = DataLoader(
            Dataset(x, y), 16, shuffle=True, rng=np.random.default_rng(2), augment=augment
        )
        self.options = {
            "train": shuffled,
            "epochs": epochs,
            # a validation loader that shuffles is odd, but its generator must be kept as well
            "validation": DataLoader(Dataset(x, y), 7, shuffle=True, rng=np.random.default_rng(3)),
            "schedule": make_schedule[schedule](self.optimizer),
            "early_stopping": EarlyStopping(patience),
            "clip_norm": 1.0,
            "verbose": False,
        }

    def fit(self, **options):
        loss = nn.CrossEntropyLoss(label_smoothing=0.1)
        return fit(self.model, loss, self.optimizer, **self.options | options)

    def result(self, history):
        return dict(history), {name: a.tobytes() for name, a in self.model.state_dict().items()}


class StopAfter:
    """A loader that presses the stop button at one batch of one epoch."""

    def __init__(self, loader, epoch, batch):
        self.loader, self.epoch, self.batch = loader, epoch, batch

    def __iter__(self):
        self.epoch -= 1
        for i, batch in enumerate(self.loader):
            if self.epoch == 0 and i == self.batch:
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
    # a loader inside the loader: its generator is found there too
    with pytest.raises(KeyboardInterrupt):
        stopped.fit(
            train=StopAfter(stopped.options["train"], epoch, batch), checkpoint=Checkpoint(path)
        )
    resumed = training()
    train = StopAfter(resumed.options["train"], 0, 0)
    history = resumed.fit(train=train, checkpoint=Checkpoint(path, resume=True))
    assert len(history) == EPOCHS
    assert resumed.result(history) == expected


def test_the_same_objects_go_on_after_the_stop_button(path):
    whole, training = Training(), Training()
    expected = whole.result(whole.fit())
    train = StopAfter(training.options["train"], 3, 4)
    for _ in range(3):  # the third time there is nothing left to do
        try:
            history = training.fit(train=train, checkpoint=Checkpoint(path, resume=True))
        except KeyboardInterrupt:
            assert not training.model.training
    assert training.result(history) == expected


def test_a_checkpoint_does_not_change_the_numbers(path):
    plain, kept = Training(), Training()
    assert kept.result(kept.fit(checkpoint=Checkpoint(path))) == plain.result(plain.fit())


def test_a_training_that_stopped_early_stays_stopped(path):
    def stopping():
        return Training("SGD", None, epochs=50, patience=1)

    first, second = stopping(), stopping()
    expected = first.result(first.fit(checkpoint=Checkpoint(path)))
    assert len(expected[0]["train_loss"]) < 50
    assert second.result(second.fit(checkpoint=Checkpoint(path, resume=True))) == expected


def test_a_finished_training_can_be_given_more_epochs(path):
    whole = Training("RMSprop", "StepLR", epochs=EPOCHS)
    expected = whole.result(whole.fit())
    short, longer = Training("RMSprop", "StepLR"), Training("RMSprop", "StepLR")
    short.fit(epochs=2, checkpoint=Checkpoint(path))
    history = longer.fit(epochs=EPOCHS, checkpoint=Checkpoint(path, resume=True))
    assert longer.result(history) == expected


def test_without_resume_a_training_starts_anew_and_replaces_the_file(path):
    first, second, third = Training(), Training(), Training()
    first.fit(epochs=2, checkpoint=Checkpoint(path))
    history = second.fit(epochs=1, checkpoint=Checkpoint(path))
    assert len(history) == 1
    assert len(third.fit(epochs=1, checkpoint=Checkpoint(path, resume=True))) == 1


def test_going_on_says_so(path, capsys):
    Training().fit(epochs=2, checkpoint=Checkpoint(path))
    Training().fit(epochs=3, checkpoint=Checkpoint(path, resume=True), verbose=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"going on after epoch 2 of 3, from {path}"
    assert lines[1].startswith("epoch 3/3 (measured")
    assert len(lines) == 2


def test_every_kind_of_generator_can_be_kept(path):
    for kind in (np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64):
        rngs = [np.random.Generator(kind(5)) for _ in range(2)]
        models = [nn.Sequential(nn.Dropout(0.5, rng=rng)) for rng in rngs]
        rngs[0].random(3, np.float32)
        training = [{"generators": Generators(model=m)} for m in models]
        Checkpoint(path).save(training[0])
        Checkpoint(path).load(training[1])
        assert rngs[0].random() == rngs[1].random()


def test_a_generator_is_found_in_every_corner():
    corners = [np.random.default_rng(i) for i in range(6)]

    class Odd:
        def __init__(self, rng):
            self.inside = {"list": [rng]}
            self.itself = self

        def method(self, x):
            return x

    def function(x):
        return corners[3].random() * x

    loader = DataLoader(Dataset([0], [0]), 1, rng=corners[0], augment=Odd(corners[1]).method)
    wrapped = Odd(Odd(loader))
    partial = functools.partial(function, x=corners[4])
    model = nn.Sequential(nn.Sequential(nn.Dropout(0.5, rng=corners[2])))
    found = Generators(model=model, train=wrapped, validation=[partial, lambda: corners[5]]).found
    assert {id(rng) for rng in found.values()} == {id(rng) for rng in corners}


# -- files that are not the right ones ------------------------------------------------------------


def test_a_damaged_checkpoint_is_an_error_and_is_not_replaced(path):
    Training().fit(epochs=1, checkpoint=Checkpoint(path))
    content = path.read_bytes()[:-100]
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="is damaged"):
        Training().fit(checkpoint=Checkpoint(path, resume=True))
    assert path.read_bytes() == content


def test_a_model_is_not_a_checkpoint(path):
    save(Training().model, path)
    with pytest.raises(ModelFileError, match="is a model, not a checkpoint"):
        Training().fit(checkpoint=Checkpoint(path, resume=True))


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
        (lambda: Training("SGD", None), "keeps a training with model, optimizer, early stopping"),
        (lambda: Training("RMSprop", "StepLR"), "another training: SGD cannot go on .* RMSprop"),
        (lambda: Training("SGD", "CosineAnnealingLR"), "another training: StepLR cannot go on"),
        (with_another_layer, "another training: .*5.weight has shape"),
        (without_shuffling, "random generators are .*, but those here are .*train.rng"),
    ],
)
def test_the_checkpoint_of_another_training_is_an_error_and_changes_nothing(
    path, make_other, sentence
):
    make_other().fit(epochs=1, checkpoint=Checkpoint(path))
    ours = Training("SGD", "StepLR")
    x = ours.options["train"].dataset.x[:16]
    train_step(ours.model, nn.MSELoss(), ours.optimizer, x, np.zeros((16, 2), np.float32))
    before = [part.state_dict() for part in (ours.model, ours.optimizer)]
    with pytest.raises(ModelFileError, match=sentence):
        ours.fit(checkpoint=Checkpoint(path, resume=True))
    after = [part.state_dict() for part in (ours.model, ours.optimizer)]
    np.testing.assert_equal(after, before)


# -- in processes of their own --------------------------------------------------------------------

# A program that trains, and goes on where it stopped if it did; what it learnt goes into a file.
PROGRAM = """
import hashlib, json, sys, time
sys.path.insert(0, sys.argv[1])
from lib.training import Checkpoint
from test_checkpoint import Training
class Slow:  # so that there is time to stop it in the middle
    def __init__(self, loader):
        self.loader = loader
    def __iter__(self):
        for batch in self.loader:
            time.sleep(0.02)
            yield batch
training = Training()
checkpoint = Checkpoint(sys.argv[2], resume=True)
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
