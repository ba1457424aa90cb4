"""One run: one experiment with one seed, from the first weights to one look at the test set.

After every epoch all that the next one depends on goes into a checkpoint. A run that was killed
goes on from there, to the same numbers as if nothing had happened.
"""

import json
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np

from lib.archive import ModelFileError, read_archive, write_archive
from lib.data import DataLoader, Dataset, MissingFileError
from lib.experiments.data import split
from lib.experiments.files import rounded, write_json
from lib.experiments.machine import machine
from lib.optim import CosineAnnealingLR, OneCycleLR
from lib.training import evaluate, fit

KIND = "checkpoint of an experiment"


class NotRunError(Exception):
    """An experiment cannot run here; the message says why, in one sentence."""


class Training:
    """A run in progress: model, optimiser, schedule and random numbers, and the epochs so far."""

    def __init__(self, experiment, seed):
        try:
            x, y, *self.test = experiment.data()
        except MissingFileError as error:
            missing = " ".join(str(error).split())
            raise NotRunError(
                f"{experiment.name} needs data that are not here: {missing}"
            ) from error
        x_train, x_validation, y_train, y_validation = split(experiment, x, y)
        self.experiment, self.seed, self.epochs = experiment, seed, []
        # Weights, batches, Dropout and augmentation all draw from one generator, so that its state
        # is all that has to be kept of chance.
        self.rng = np.random.default_rng(seed)
        self.model = experiment.model(rng=self.rng)
        self.loss = experiment.loss()
        self.optimizer = experiment.optimizer(self.model.parameters())
        extra = {"transform": experiment.augment(rng=self.rng)} if experiment.augment else {}
        self.batches = DataLoader(
            Dataset(x_train, y_train), experiment.batch_size, shuffle=True, rng=self.rng, **extra
        )
        self.validation = Dataset(x_validation, y_validation)
        self.schedule = self._schedule()

    def _schedule(self):
        build = self.experiment.schedule
        if build is None:
            return None
        epochs = self.experiment.epochs
        kind = build.func if isinstance(build, partial) else build
        length = {
            OneCycleLR: {"total_steps": epochs * len(self.batches)},
            CosineAnnealingLR: {"T_max": epochs},
        }
        return build(self.optimizer, **length.get(kind, {}))

    def epoch(self):
        """Train for one more epoch, measure, and take note."""
        start, cpu, lr = time.perf_counter(), time.process_time(), self.optimizer.lr
        history = fit(
            self.model,
            self.loss,
            self.optimizer,
            self.paced(),
            epochs=1,
            validation=self.validation,
            verbose=False,
        )
        row = history.epochs[-1]._asdict() | {
            "lr": lr,
            "seconds": time.perf_counter() - start,
            "cpu_seconds": time.process_time() - cpu,
        }
        self.epochs.append({"epoch": len(self.epochs) + 1, **rounded(row)})

    def paced(self):
        """Yield the batches of an epoch, moving the schedule's clock on as they are used up."""
        for batch in self.batches:
            yield batch
            if self.schedule and self.schedule.per_batch:
                self.schedule.step()
        if self.schedule and not self.schedule.per_batch:
            self.schedule.step()

    def look_at_the_test_set(self):
        """Measure on the test set: done once, when nothing can be chosen any more."""
        return rounded(evaluate(self.model, self.loss, tuple(self.test))._asdict())

    # -- stopping and going on --------------------------------------------------------------------

    def save(self, path):
        """Write all that the next epoch depends on."""
        optimizer = self.optimizer.state_dict()
        memory = optimizer.pop("memory")
        arrays = {f"model/{name}": array for name, array in self.model.state_dict().items()}
        for name, values in memory.items():
            arrays |= {f"memory/{name}/{i}": array for i, array in enumerate(values)}
        header = {
            "conditions": self.experiment.conditions(),
            "seed": self.seed,
            "epochs": self.epochs,
            "optimizer": optimizer,
            "schedule": self.schedule and self.schedule.state_dict(),
            "rng": self.rng.bit_generator.state,
        }
        write_archive(path, KIND, header, arrays)

    def go_on_from(self, path):
        """Take up a run where it was saved; return whether ``path`` is a checkpoint of this one."""
        try:
            header, arrays = read_archive(path, KIND)
        except (FileNotFoundError, ModelFileError):
            return False  # nothing there, or damaged: begin anew
        own = json.loads(json.dumps([self.experiment.conditions(), self.seed]))
        if [header["conditions"], header["seed"]] != own:
            return False
        part = partial(_part, arrays)
        self.model.load_state_dict(part("model/"))
        memory = {name: list(part(f"memory/{name}/").values()) for name in self.optimizer.memory}
        self.optimizer.load_state_dict(header["optimizer"] | {"memory": memory})
        if self.schedule:
            self.schedule.load_state_dict(header["schedule"])
        self.rng.bit_generator.state = header["rng"]
        self.epochs = header["epochs"]
        return True


def _part(arrays, start):
    return {k.removeprefix(start): array for k, array in arrays.items() if k.startswith(start)}


def run_one(experiment, seed, folder, verbose=True):
    """Run an experiment with one seed, or finish the run that was interrupted.

    Parameters
    ----------
    experiment : Experiment
        What to run.
    seed : int
        Which of its seeds.
    folder : Path
        Where the checkpoint is kept and the result is left: ``NAME.SEED.json``. If the result is
        already there it is taken from there, and nothing is run.
    verbose : bool, optional
        Whether to print one line for each epoch.

    Returns
    -------
    dict
        The run as ``results/NAME.json`` holds it.
    """
    finished = finished_file(experiment, seed, folder)
    checkpoint = finished.with_suffix(".npz")
    if (run := read_finished(experiment, seed, folder)) is not None:
        return run
    with one_thread():
        training = Training(experiment, seed)
        training.go_on_from(checkpoint)
        while len(training.epochs) < experiment.epochs:
            training.epoch()
            training.save(checkpoint)
            if verbose:
                print(_line(training), flush=True)
        run = {
            "seed": seed,
            "parameters": sum(p.data.size for p in training.model.parameters()),
            "epochs": training.epochs,
            "test": training.look_at_the_test_set(),
            **rounded({t: sum(e[t] for e in training.epochs) for t in ("seconds", "cpu_seconds")}),
            "machine": machine(),
        }
    write_json(finished, {"conditions": experiment.conditions(), "run": run})
    checkpoint.unlink(missing_ok=True)
    return run


def finished_file(experiment, seed, folder):
    """Return where the result of a run is left until it is in its record."""
    return Path(folder) / f"{experiment.name}.{seed}.json"


def read_finished(experiment, seed, folder):
    """Return a run that was finished but is in no record yet, or None."""
    try:
        content = json.loads(finished_file(experiment, seed, folder).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    same = content["conditions"] == json.loads(json.dumps(experiment.conditions()))
    return content["run"] if same else None


@contextmanager
def one_thread():
    """Let matrix products use one thread: runs side by side use the processor better."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


def _line(training):
    epoch, of = training.epochs[-1], training.experiment.epochs
    parts = [
        f"train loss {epoch['train_loss']:.4f}",
        f"validation loss {epoch['validation_loss']:.4f}",
    ]
    if epoch["validation_accuracy"] is not None:
        parts.append(f"validation accuracy {100 * epoch['validation_accuracy']:.2f} %")
    return (
        f"{training.experiment.name} seed {training.seed}  epoch {epoch['epoch']}/{of}  "
        f"{', '.join(parts)}  {epoch['seconds']:.0f} s"
    )
