"""One run: one experiment with one seed, from the first weights to one look at the test set.

After every epoch all that the next one depends on goes into a checkpoint. A run that was killed
goes on from there, to the same numbers as if nothing had happened.
"""

import json
import multiprocessing
import os
import time
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import numpy as np

from lib.data import DataLoader, Dataset, MissingFileError
from lib.experiments.data import split
from lib.experiments.json_lines import rounded, write_json
from lib.experiments.machine import machine
from lib.optim import CosineAnnealingLR, OneCycleLR
from lib.serialization.archive import ModelFileError
from lib.training import evaluate, fit
from lib.training.checkpoint import Checkpoint, Generators


class NotRunError(Exception):
    """An experiment cannot run here; the message says why, in one sentence."""


class Training:
    """A run in progress: model, optimiser, schedule and batches, and the epochs so far."""

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
        rng = np.random.default_rng(seed)  # whatever draws, draws from this one
        self.model = experiment.model(rng=rng)
        self.loss = experiment.loss()
        self.optimizer = experiment.optimizer(self.model.parameters())
        augment = experiment.augment and experiment.augment(rng=rng)
        self.batches = DataLoader(
            Dataset(x_train, y_train),
            experiment.batch_size,
            shuffle=True,
            rng=rng,
            augment=augment,
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
            self.batches,
            epochs=1,
            validation=self.validation,
            schedule=self.schedule,
            verbose=False,
        )
        row = history.epochs[-1]._asdict() | {
            "lr": lr,
            "seconds": time.perf_counter() - start,
            "cpu_seconds": time.process_time() - cpu,
        }
        self.epochs.append({"epoch": len(self.epochs) + 1, **rounded(row)})

    def look_at_the_test_set(self):
        """Measure on the test set: done once, when nothing can be chosen any more."""
        return rounded(evaluate(self.model, self.loss, tuple(self.test))._asdict())

    def parts(self):
        """Return by name all that the next epoch depends on, for a checkpoint."""
        parts = {
            "progress": self,
            "model": self.model,
            "optimizer": self.optimizer,
            "schedule": self.schedule,
            "generators": Generators(model=self.model, train=self.batches),
        }
        return {name: part for name, part in parts.items() if part is not None}

    def state_dict(self):
        """Return which run this is, and its epochs."""
        conditions = json.dumps(self.experiment.conditions())
        return {"conditions": conditions, "seed": self.seed, "epochs": self.epochs}

    def load_state_dict(self, state):
        """Take over the epochs, if they are those of this very run."""
        own = self.state_dict()
        if [state["conditions"], state["seed"]] != [own["conditions"], own["seed"]]:
            raise ValueError("it is a run of another experiment")
        self.epochs = list(state["epochs"])


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
    checkpoint = Checkpoint(finished.with_suffix(".npz"))
    if (run := read_finished(experiment, seed, folder)) is not None:
        return run
    with one_thread():
        training = Training(experiment, seed)
        # Nothing there, damaged, or left behind by an experiment that has changed: begin anew.
        with suppress(FileNotFoundError, ModelFileError):
            checkpoint.load(training.parts())
        while len(training.epochs) < experiment.epochs:
            if orphaned():
                os._exit(1)  # nobody is left to report to
            training.epoch()
            checkpoint.save(training.parts())
            if verbose:
                print(_line(training) + "\n", end="", flush=True)  # whole lines, from all workers
        run = {
            "seed": seed,
            "parameters": sum(p.data.size for p in training.model.parameters()),
            "epochs": training.epochs,
            "test": training.look_at_the_test_set(),
            **rounded({t: sum(e[t] for e in training.epochs) for t in ("seconds", "cpu_seconds")}),
            "machine": machine(),
        }
    write_json(finished, {"conditions": experiment.conditions(), "run": run})
    checkpoint.path.unlink(missing_ok=True)
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


def orphaned():
    """Whether this is a worker whose sweep was killed; the next sweep will take up its run."""
    parent = multiprocessing.parent_process()
    return parent is not None and parent.pid != os.getppid()


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
