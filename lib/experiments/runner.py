"""One run: one experiment with one seed, from the first weights to one look at the test set.

After every epoch all that the next one depends on goes into a checkpoint. A run that was killed
goes on from there, to the same numbers as if nothing had happened.
"""

import hashlib
import io
import multiprocessing
import os
from pathlib import Path

import numpy as np

from lib.data import DataLoader, Dataset, train_test_split
from lib.experiments.json_lines import rounded
from lib.experiments.labels import codes, of_each_class, split_off_last
from lib.experiments.machine import machine
from lib.files import write_file
from lib.serialization import ModelFileError, load, save
from lib.training import Checkpoint, History, epochs, evaluate
from lib.training.evaluation import log_probabilities
from lib.training.workers import how_many

SPLIT_SEED = 0  # where validation is a number of rows, they are the same for every seed


class Training:
    """An experiment with one of its seeds, put together and ready to train.

    Parameters
    ----------
    experiment : Experiment
        What to train.
    seed : int
        What decides all that is random: whatever draws, draws from one generator.

    Attributes
    ----------
    model, loss, optimizer, schedule, train, validation, history
        What ``lib.training.epochs`` takes.
    test : tuple of two ndarrays
        The test set.
    labels : dict of str to ndarray
        What ``data`` returned to be learnt, ``"validation"`` and ``"test"``.

    Raises
    ------
    DataError
        The data are not here, or damaged.
    ValueError
        There are too few rows to hold some back.
    """

    def __init__(self, experiment, seed):
        self.experiment, self.seed, self.history = experiment, seed, History()
        rng = self.rng = np.random.default_rng(seed)
        x, y, x_test, y_test = experiment.data()
        if experiment.samples is not None:
            rows = rng.permutation(len(x))[: experiment.samples]
            x, y = x[rows], y[rows]
        share = isinstance(experiment.validation, float)
        x, x_validation, y, y_validation = train_test_split(
            x,
            y,
            experiment.validation,
            rng if share else np.random.default_rng(SPLIT_SEED),
            stratify=y.ndim == 1,
        )
        self.labels = {"validation": y_validation, "test": y_test}
        if experiment.target:
            y, y_validation, y_test = map(experiment.target, (x, x_validation, x_test))
        if experiment.teach:
            x, y = experiment.teach(x)
        if experiment.labels is not None:
            rows = of_each_class(y, experiment.labels, rng)
            rows = np.resize(rows, max(len(rows), len(y_validation)))
            x, y = x[rows], y[rows]
        self.model = experiment.model(rng=rng)
        if experiment.start:
            experiment.start(self.model, seed)
        if experiment.frozen:
            encoder, self.model = split_off_last(self.model)
            x, x_validation, x_test = (codes(encoder, part) for part in (x, x_validation, x_test))
        self.validation, self.test = Dataset(x_validation, y_validation), (x_test, y_test)
        self.loss = experiment.loss()
        self.optimizer = experiment.optimizer(self.model.parameters())
        augment = experiment.augment(rng=rng) if experiment.augment else None
        self.train = DataLoader(
            Dataset(x, y), experiment.batch_size, shuffle=True, rng=rng, augment=augment
        )
        self.schedule = None
        if experiment.schedule:
            self.schedule = experiment.schedule(
                self.optimizer, epochs=experiment.epochs, batches=len(self.train)
            )

    def epochs(self, path, *, resume=True, workers=1, on_batch=None):
        """Train, and yield what was measured after each epoch that is left to do.

        Parameters
        ----------
        path : Path
            Where to keep the training.
        resume : bool, optional
            Whether to go on from that file, if there is one.
        workers, on_batch
            As in ``lib.training.epochs``.
        """
        return epochs(
            self.model,
            self.loss,
            self.optimizer,
            self.train,
            epochs=self.experiment.epochs,
            validation=self.validation,
            schedule=self.schedule,
            checkpoint=Checkpoint(path, rng=self.rng, resume=resume),
            workers=workers,
            history=self.history,
            on_batch=on_batch,
        )

    def rows(self):
        """Return the epochs as a record holds them."""
        measured = zip(self.history.epochs, self.history.laps, strict=True)
        rows = (rounded(epoch._asdict() | lap._asdict()) for epoch, lap in measured)
        return [{"epoch": number, **row} for number, row in enumerate(rows, 1)]


def run_one(experiment, seed, folder, verbose=True, test=True, cores=1, on_epoch=None):
    """Run an experiment with one seed, or finish the run that was interrupted.

    Parameters
    ----------
    experiment : Experiment
        What to run.
    seed : int
        Which of its seeds.
    folder : Path
        Where its checkpoint is kept; it is deleted once the run is recorded. A run that was
        finished, but not recorded, is taken from there.
    verbose : bool, optional
        Whether to print one line for each epoch.
    test : bool, optional
        Whether to look at the test set when all is done, and to leave the probabilities and weights
        that the experiment keeps.
    cores : int, optional
        How many cores it may use: as many workers share out each batch, where that pays.
    on_epoch : callable, optional
        Called after each epoch with its number and its row of the record; what it raises ends the
        run.

    Returns
    -------
    dict
        The run as ``results/NAME.json`` holds it.
    """
    checkpoint = checkpoint_file(experiment, seed, folder)
    training = Training(experiment, seed)
    workers = how_many("auto", training.model, training.loss, experiment.batch_size, cores)
    try:
        walk = training.epochs(checkpoint, workers=workers, resume=not experiment.peek)
    except ModelFileError:  # damaged, or left behind by an experiment that has changed
        walk = training.epochs(checkpoint, workers=workers, resume=False)
    peeks = []
    for measured in walk:
        if experiment.peek:
            peeks.append(_measured(training, training.test, "test_"))
        if verbose:
            # whole lines, from all workers
            print(_line(training, measured) + "\n", end="", flush=True)
        if orphaned():
            os._exit(1)  # there is no sweep left to report to
        if on_epoch is not None:
            on_epoch(len(training.history), training.rows()[-1])
    rows = training.rows()
    if experiment.peek:
        rows = [row | peek for row, peek in zip(rows, peeks, strict=True)]
    run = {
        "seed": seed,
        "parameters": sum(p.data.size for p in training.model.parameters()),
        "epochs": rows,
        **rounded({t: sum(row[t] for row in rows) for t in ("seconds", "cpu_seconds")}),
        "workers": workers,
        "machine": machine(),
    }
    if test:
        if experiment.weights:
            run["weights"] = _keep_weights(training, weights_file(experiment, seed, folder))
        if experiment.weights or experiment.also:
            run["validation"] = _measured(training, training.validation)
        run["test"] = _measured(training, training.test)
        if experiment.also:
            for part, x in (("validation", training.validation.x), ("test", training.test[0])):
                run[part] |= rounded(experiment.also(training.model, x, training.labels[part]))
        if experiment.probabilities and seed == experiment.seeds[0]:
            images = {"validation": training.validation.x, "test": training.test[0]}
            said = {part: log_probabilities(training.model, x) for part, x in images.items()}
            keep_probabilities(probabilities_file(experiment, seed, folder), said)
    return run


def checkpoint_file(experiment, seed, folder):
    """Return where a run is kept until it is in its record."""
    return Path(folder) / f"{experiment.name}.{seed}.npz"


def probabilities_file(experiment, seed, folder):
    """Return where the class probabilities of a run are left until they are with its record."""
    return checkpoint_file(experiment, seed, folder).with_suffix(".probabilities.npz")


def weights_file(experiment, seed, folder):
    """Return where the weights of a run are kept, until it is recorded and after."""
    return checkpoint_file(experiment, seed, folder).with_suffix(".weights.npz")


def _measured(training, data, prefix=""):
    measured = evaluate(training.model, training.loss, data)._asdict()
    return rounded({prefix + name: value for name, value in measured.items()})


def _keep_weights(training, path):
    """Write the weights as float16, go on with the rounded ones, and say what the file is."""
    save(training.model, path, half=True)
    load(path, into=training.model)
    return {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}


def keep_probabilities(path, logarithms):
    """Write the probabilities of which these are the logarithms, by name, as float16."""
    kept, content = {}, io.BytesIO()
    for part, logs in logarithms.items():
        p = np.exp(logs).astype(np.float16)
        # One digit is enough below 1/1000, where most numbers are: six bits fewer make the file a
        # quarter smaller, at most some 340 kB for 20 000 images of MNIST.
        p.view(np.uint16)[p < 0.001] &= 0xFFC0
        kept[part] = p
    np.savez_compressed(content, **kept)
    write_file(path, content.getvalue())


def orphaned():
    """Whether this is a worker whose sweep was killed; the next sweep will take up its run."""
    parent = multiprocessing.parent_process()
    return parent is not None and parent.pid != os.getppid()


def _line(training, measured):
    parts = [
        f"train loss {measured.train_loss:.4f}",
        f"validation loss {measured.validation_loss:.4f}",
    ]
    if measured.validation_accuracy is not None:
        parts.append(f"validation accuracy {100 * measured.validation_accuracy:.2f} %")
    return (
        f"{training.experiment.name} seed {training.seed}  "
        f"epoch {len(training.history)}/{training.experiment.epochs}  "
        f"{', '.join(parts)}  {training.history.laps[-1].seconds:.0f} s"
    )
