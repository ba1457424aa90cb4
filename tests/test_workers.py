"""A batch shared out among processes: the same numbers, and no process left behind."""

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from lib import models, nn, optim
from lib.data import DataLoader, Dataset
from lib.nn.speed import plain, short_cuts
from lib.serialization import ModelFileError
from lib.training import Checkpoint, fit, train_step
from lib.training.workers import WorkerError, Workers, cores, gradient, how_many
from registry import LOSSES

ROOT = Path(__file__).parents[1]
LOSS = nn.CrossEntropyLoss()
METHODS = [m for m in ("fork", "spawn") if m in multiprocessing.get_all_start_methods()]


@pytest.fixture
def rng():
    return np.random.default_rng(17)


def children():
    """Return the processes that this one has started and that have not ended.

    Scikit-learn keeps a pool of its own alive; another test's pool is no child of these.
    """
    running = multiprocessing.active_children()
    return [process for process in running if not type(process).__module__.startswith("joblib")]


def small_network(seed=0, dtype=np.float64):
    """A network with all that can go wrong in it: BatchNorm of images and rows, and Dropout."""
    rng = np.random.default_rng(seed)
    weights = {"rng": rng, "dtype": dtype}
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, **weights),
        nn.BatchNorm2d(8, dtype=dtype),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Conv2d(8, 8, 3, padding=1, bias=False, **weights),
        nn.BatchNorm2d(8, dtype=dtype),
        nn.Flatten(),
        nn.Linear(8 * 9, 6, **weights),
        nn.BatchNorm1d(6, dtype=dtype),
        nn.Tanh(),
        nn.Dropout(0.0, rng=rng),
        nn.Linear(6, 3, **weights),
    )


def batch(rng, n=20, dtype=np.float64):
    return rng.normal(size=(n, 1, 6, 6)).astype(dtype), rng.integers(0, 3, n)


def gradients(model):
    return {name: p.grad.copy() for name, p in model.named_parameters()}


# -- the same numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("dtype", "most"), [(np.float64, 1e-12), (np.float32, 1e-4)])
def test_the_gradient_of_a_batch_is_that_of_one_process(method, dtype, most, rng):
    alone, shared = small_network(dtype=dtype), small_network(dtype=dtype)
    x, y = batch(rng, 50, dtype)
    value, pred = gradient(alone, nn.CrossEntropyLoss(), x, y)
    with Workers(shared, nn.CrossEntropyLoss(), 3, method) as workers:
        ours, our_pred = workers.gradient(x, y)
    assert ours == pytest.approx(value, rel=most)
    np.testing.assert_allclose(our_pred, pred, atol=10 * most)
    expected = gradients(alone)
    for name, grad in gradients(shared).items():
        assert np.abs(grad - expected[name]).max() <= most * max(np.abs(expected[name]).max(), 1)
    for (name, ours), (_, theirs) in zip(
        shared.named_buffers(), alone.named_buffers(), strict=True
    ):
        np.testing.assert_allclose(ours.data, theirs.data, rtol=most, err_msg=name)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 7, 16, 33])
def test_any_number_of_rows_can_be_shared_out(n, rng):
    alone, shared = small_network(), small_network()
    with Workers(shared, nn.CrossEntropyLoss(), 4) as workers:
        for rows in (n, n + 1, 2):  # the last is smaller than the number of workers
            x, y = batch(rng, rows)
            alone.zero_grad()
            shared.zero_grad()
            value, _ = gradient(alone, nn.CrossEntropyLoss(), x, y)
            assert workers.gradient(x, y)[0] == pytest.approx(value, rel=1e-12)
            for name, grad in gradients(alone).items():
                np.testing.assert_allclose(gradients(shared)[name], grad, atol=1e-12)


def test_a_gradient_is_added_and_weights_that_move_are_seen_by_all(rng):
    alone, shared = small_network(), small_network()
    loss = nn.CrossEntropyLoss()
    first, second = (optim.SGD(m.parameters(), lr=0.3, momentum=0.9) for m in (alone, shared))
    with Workers(shared, loss, 2) as workers:
        for _ in range(4):
            x, y = batch(rng)
            train_step(alone, loss, first, x, y)
            second.zero_grad()
            workers.gradient(x, y)
            second.step()
        before = gradients(shared)
        workers.gradient(x, y)
        assert any(np.any(grad != before[name]) for name, grad in gradients(shared).items())
    for name, value in shared.state_dict().items():
        if "running" not in name and "num" not in name:
            np.testing.assert_allclose(value, alone.state_dict()[name], rtol=1e-9, atol=1e-12)


def test_the_model_keeps_its_arrays_and_its_weights(rng):
    model = small_network()
    arrays = [p.data for p in model.parameters()]
    with Workers(model, nn.CrossEntropyLoss(), 2) as workers:
        workers.gradient(*batch(rng))
        for p in model.parameters():
            p.data += 1
        moved = [p.data.copy() for p in model.parameters()]
    for p, array, value in zip(model.parameters(), arrays, moved, strict=True):
        assert p.data is array
        np.testing.assert_array_equal(array, value)


def test_every_loss_and_network_of_the_course_can_be_shared_out(rng):
    x = rng.random((6, 1, 28, 28), dtype=np.float32)
    for name in models.__all__:
        if (
            name == "variational_autoencoder"
        ):  # it draws, as Dropout does, and cannot be told not to
            continue
        alone, shared = (
            getattr(models, name)(rng=np.random.default_rng(1)).astype(np.float64) for _ in range(2)
        )
        for model in (alone, shared):
            for _, module in model.named_modules():
                if isinstance(module, nn.Dropout):
                    module.p = 0
        pictures = x.astype(np.float64)
        y = np.arange(6)
        loss = nn.CrossEntropyLoss()
        if getattr(alone, "show_code", False):
            y, loss = pictures.reshape(6, -1), nn.SparseLoss(0.1)
        elif name.endswith("autoencoder"):
            y, loss = pictures if name.startswith("conv") else pictures.reshape(6, -1), nn.MSELoss()
        value, _ = gradient(alone, loss, pictures, y)
        with Workers(shared, loss, 2) as workers:
            assert workers.gradient(pictures, y)[0] == pytest.approx(value, rel=1e-12)
        expected = gradients(alone)
        for key, grad in gradients(shared).items():
            assert np.abs(grad - expected[key]).max() <= 1e-11 * np.abs(expected[key]).max() + 1e-13


# -- the same numbers again ----------------------------------------------------------------------


def training(**options):
    """Train a network with dropout for three epochs; return its weights and history."""
    rng = np.random.default_rng(3)
    model = small_network(dtype=np.float32)
    model[10].p = 0.4
    x, y = batch(rng, 50, np.float32)
    train = DataLoader(Dataset(x, y), 16, shuffle=True, rng=rng)  # the last batch has two rows
    adam = optim.Adam(model.parameters())
    if "checkpoint" in options:
        options["checkpoint"].rng = rng, model[10].rng
    options = {"validation": (x, y), "epochs": 3, "verbose": False} | options
    history = fit(model, nn.CrossEntropyLoss(), adam, train, **options)
    return model.state_dict(), history


def same(first, second):
    return all(np.array_equal(first[name], second[name]) for name in first)


def test_the_same_seed_and_number_of_workers_give_the_same_numbers():
    (first, h1), (again, h2), (other, _) = (training(workers=n) for n in (3, 3, 2))
    assert same(first, again)
    assert h1.epochs == h2.epochs
    assert not same(first, other)  # dropout drops others
    assert children() == []


def test_what_is_dropped_differs_between_workers_and_between_batches(rng):
    model = nn.Sequential(nn.Linear(1, 1, rng=rng), nn.Dropout(0.5, rng=rng))
    model.load_state_dict({"0.weight": [[0.0]], "0.bias": [1.0]})
    x = np.ones((128, 1), np.float32)
    with Workers(model, nn.MSELoss(), 2) as workers:
        first, second = (workers.gradient(x, x)[1].ravel() for _ in range(2))
    assert not np.array_equal(first, second)
    assert not np.array_equal(first[:64], first[64:])
    assert 0.3 < np.mean(first == 0) < 0.7


def test_a_training_that_was_stopped_goes_on_to_the_same_numbers(tmp_path):
    whole, _ = training(workers=2)
    path = tmp_path / "run.npz"
    training(workers=2, epochs=1, checkpoint=Checkpoint(path))
    rest, _ = training(workers=2, checkpoint=Checkpoint(path, resume=True))
    assert same(whole, rest)


def test_going_on_with_another_number_of_workers_says_so(tmp_path):
    path = tmp_path / "run.npz"
    training(workers=2, epochs=1, checkpoint=Checkpoint(path))
    with pytest.raises(ModelFileError, match="workers was 2 and is now 1; give fit what it had"):
        training(checkpoint=Checkpoint(path, resume=True))


# -- how many ------------------------------------------------------------------------------------


def test_auto_is_one_worker_where_more_would_not_pay(rng):
    network, dense = models.lenet5(rng=rng), models.mlp(rng=rng)
    assert how_many("auto", network, LOSS, 32 * cores()) == cores()
    assert how_many("auto", network, LOSS, 63) == 1
    assert how_many("auto", dense, LOSS, 10_000) == 1
    assert how_many(5, dense, LOSS, 64) == 5
    for wrong in (0, -1, 1.5, True, "all", None):
        with pytest.raises(ValueError, match='workers must be a number ≥ 1, or "auto", got'):
            how_many(wrong, dense, LOSS, 64)


@pytest.mark.parametrize("case", LOSSES, ids=lambda case: case.name)
def test_a_loss_that_compares_rows_is_not_shared_out(case, rng):
    network, loss = models.lenet5(rng=rng), case.make()
    assert how_many("auto", network, loss, 32 * cores()) == (cores() if case.rows_alone else 1)
    if case.rows_alone:
        assert how_many(2, network, loss, 64) == 2
    else:
        with pytest.raises(ValueError, match=r"compares the rows of a batch .*; use workers=1"):
            how_many(2, network, loss, 64)
        assert how_many(1, network, loss, 64) == 1


# -- when something goes wrong -------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_a_worker_that_is_killed_ends_the_training_in_one_sentence(method, rng):
    model = small_network()
    with (
        pytest.raises(WorkerError, match="was killed by signal 9 in the middle of a batch"),
        Workers(model, nn.CrossEntropyLoss(), 3, method) as workers,
    ):
        workers.gradient(*batch(rng))
        os.kill(workers.processes[1].pid, signal.SIGKILL)
        for _ in range(2):
            workers.gradient(*batch(rng))
    assert children() == []
    assert np.isfinite(model.eval()(batch(rng)[0])).all()


class Fails(nn.ReLU):
    """Works in the process that made it, and in no other."""

    def __init__(self):
        self.home = os.getpid()

    def forward(self, x):
        """Fail elsewhere."""
        if os.getpid() != self.home:
            raise ArithmeticError("not at home")
        return super().forward(x)


def test_an_error_in_a_worker_is_raised_here(rng):
    model = nn.Sequential(nn.Linear(2, 2, rng=rng), nn.BatchNorm1d(2), Fails())
    x = rng.random((8, 2), dtype=np.float32)
    with pytest.raises(ArithmeticError, match="not at home"), Workers(model, nn.MSELoss(), 2) as w:
        w.gradient(x, x)
    assert children() == []


class Plain(nn.ReLU):
    """Works where no short cut is taken."""

    def forward(self, x):
        """Fail elsewhere."""
        assert not short_cuts()
        return super().forward(x)


@pytest.mark.parametrize("method", METHODS)
def test_workers_take_no_short_cut_either_if_none_is_to_be_taken(method, rng):
    model, x = nn.Sequential(nn.Linear(2, 2, rng=rng), Plain()), np.ones((8, 2), np.float32)
    with plain(), Workers(model, nn.MSELoss(), 2, method) as workers:
        workers.gradient(x, x)
    with pytest.raises(AssertionError), Workers(model, nn.MSELoss(), 2, method) as workers:
        workers.gradient(x, x)


def test_no_row_is_as_much_an_error_as_in_one_process(rng):
    with (
        pytest.raises(ValueError, match="empty batch"),
        Workers(models.mlp((36, 3), rng=rng), nn.CrossEntropyLoss(), 2) as workers,
    ):
        workers.gradient(*batch(rng, 0, np.float32))


def test_one_row_is_as_much_an_error_as_in_one_process(rng):
    with (
        pytest.raises(ValueError, match="more than 1 value per channel"),
        Workers(small_network(), nn.CrossEntropyLoss(), 2) as workers,
    ):
        workers.gradient(*batch(rng, 1))


SCRIPT = """
    import multiprocessing, sys, time
    import numpy as np
    from lib import models, nn, optim
    from lib.data import DataLoader, Dataset
    from lib.training import Checkpoint, fit

    if __name__ == "__main__":
        multiprocessing.set_start_method({method!r})
        rng = np.random.default_rng(0)
        x, y = rng.random((640, 1, 28, 28), dtype=np.float32), rng.integers(0, 10, 640)
        model = models.cnn2(rng=rng)
        train = DataLoader(Dataset(x, y), 64, shuffle=True, rng=rng)
        fit(model, nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.01), train,
            epochs=10_000, workers=3, checkpoint=Checkpoint({path!r}, rng=rng))
"""


def shared_files(processes):
    """Return the files in shared memory that were made by some processes, by multiprocessing."""
    names = [path.name for path in Path("/dev/shm").glob("*")]
    return [
        n
        for n in names
        if n.startswith("psm_") or n.startswith(tuple(f"pym-{p}-" for p in processes))
    ]


def family(pid):
    """Return a process and all that descend from it."""
    found, parents = {pid}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(fields[1])
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("end", ["ctrl-c", "kill the first", "kill a worker"])
def test_however_a_training_ends_nothing_is_left_behind(method, end, tmp_path):
    path, program = tmp_path / "run.npz", tmp_path / "program.py"
    program.write_text(textwrap.dedent(SCRIPT.format(method=method, path=str(path))))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-u", program],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        for _ in range(3):
            assert process.stdout.readline().startswith("epoch")
        processes = family(process.pid)
        assert len(processes) >= 3
        if end == "ctrl-c":
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        elif end == "kill the first":
            process.kill()
        else:
            commands = {p: Path(f"/proc/{p}/cmdline").read_bytes() for p in processes}
            trackers = {p for p, command in commands.items() if b"resource_tracker" in command}
            os.kill(max(processes - trackers - {process.pid}), signal.SIGKILL)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
    deadline = time.monotonic() + 10
    while any(map(alive, processes)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, processes))
    assert shared_files(processes) == []
    with np.load(path) as kept:  # whole
        assert all(np.isfinite(kept[name]).all() for name in kept.files if "model" in name)
    if end == "ctrl-c":
        assert errors.count("Traceback") == 1
        assert errors.rstrip().endswith("KeyboardInterrupt")
    elif end == "kill a worker":
        assert errors.rstrip().endswith("it can go on from its last checkpoint")
