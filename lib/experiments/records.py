"""Records: what an experiment gave, in one small JSON file each, ``results/NAME.json``.

A record holds the settings and, for each seed, every epoch's numbers, one look at the test set and
the machine: all that is needed to run it again. Pages quote records through ``recorded``.
"""

import statistics
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lib.experiments.advice import RESULTS, command_for, if_damaged, if_missing, if_no_probabilities
from lib.experiments.experiment import Experiment
from lib.experiments.schema import FORMAT, RecordError, checking, read
from lib.serialization.archive import arrays_of

__all__ = ["Record", "RecordError", "load_probabilities", "load_record", "recorded"]

QUANTITIES = (
    "test_accuracy", "test_loss", "validation_accuracy", "validation_loss",
    "train_accuracy", "train_loss", "seconds", "cpu_seconds", "parameters", "epochs",
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    """An experiment and its runs.

    Attributes
    ----------
    experiment : Experiment
        What was run.
    runs : list of dict
        One for each seed, in their order: ``seed``, ``parameters``, ``epochs`` (a list with the
        numbers of each), ``test`` (``loss`` and ``accuracy``), ``seconds`` by the clock,
        ``cpu_seconds`` of work, which other programs hardly change, and ``machine``. Where the
        weights are kept there are also ``weights`` (``sha256`` and ``bytes`` of their file) and
        ``validation`` (``loss`` and ``accuracy`` of the rounded ones, as in ``test``). What
        ``experiment.also`` measures is in ``validation`` and ``test`` as well. The epochs
        of an experiment that peeks have a ``test_loss`` and ``test_accuracy`` each.
    """

    experiment: Experiment
    runs: list

    @property
    def seeds(self):
        """The seeds that have been run."""
        return [run["seed"] for run in self.runs]

    @property
    def complete(self):
        """Whether all seeds have been run."""
        return set(self.experiment.seeds) <= set(self.seeds)

    @property
    def progress(self):
        """How many of the planned seeds have been run: ``"3"`` if all have, else ``"2 of 3"``."""
        done, planned = len(self.runs), len(self.experiment.seeds)
        return str(done) if self.complete else f"{done} of {planned}"

    def values(self, quantity):
        """Return one number for each run, such as its ``"test_accuracy"`` or its ``"seconds"``.

        Quantities of an epoch (``"train_loss"``, ``"validation_accuracy"`` …) are those of the
        last one; where the weights are kept, validation is that of the rounded ones.

        Parameters
        ----------
        quantity : str
            ``"test_accuracy"``, ``"test_loss"``, ``"train_loss"``, ``"cpu_seconds"``, ``"epochs"``,
            ``"parameters"`` …

        Returns
        -------
        list of float or int

        Raises
        ------
        RecordError
            If the record has no such quantity.
        """
        name = self.experiment.name
        parts = ("validation", "test")
        also = {f"{p}_{word}" for run in self.runs for p in parts for word in run.get(p, {})}
        if quantity not in also.union(QUANTITIES):
            held = ", ".join([*QUANTITIES, *sorted(also.difference(QUANTITIES))])
            raise RecordError(f"records hold {held}; not {quantity!r}")
        found = [_value(run, quantity) for run in self.runs]
        if None in found or not found:
            raise RecordError(f"the record {name} has no {quantity}")
        return found

    def curve(self, quantity):
        """Return the mean over the runs of a quantity, epoch by epoch.

        Parameters
        ----------
        quantity : str
            ``"train_loss"``, ``"validation_loss"``, ``"validation_accuracy"`` …

        Returns
        -------
        list of float

        Raises
        ------
        RecordError
            If the epochs have no such quantity.
        """
        runs = [[epoch.get(quantity) for epoch in run["epochs"]] for run in self.runs]
        if any(None in run for run in runs):
            raise RecordError(f"the epochs of {self.experiment.name} have no {quantity}")
        return [statistics.fmean(column) for column in zip(*runs, strict=True)]

    def epochs_until(self, validation_accuracy):
        """Return, for each run, the first epoch with some accuracy, or None if there is none.

        Parameters
        ----------
        validation_accuracy : float
            Between 0 and 1.

        Returns
        -------
        list of int or None
        """
        found = []
        for run in self.runs:
            accuracies = [(e["epoch"], e["validation_accuracy"] or 0) for e in run["epochs"]]
            reached = [epoch for epoch, accuracy in accuracies if accuracy >= validation_accuracy]
            found.append(reached[0] if reached else None)
        return found

    def text(self, quantity):
        """Return mean ± standard deviation over the runs, as pages quote it.

        Parameters
        ----------
        quantity : str
            As in ``values``.

        Returns
        -------
        str
            Such as ``"97.82 ± 0.05 %"``; without ± where there is one run.
        """
        return mean_and_spread(self.values(quantity), quantity)


def recorded(name, quantity, results=RESULTS):
    """Return a number of a record as a page quotes it: mean ± standard deviation over the seeds.

    Parameters
    ----------
    name : str
        The experiment.
    quantity : str
        ``"test_accuracy"``, ``"test_loss"``, ``"seconds"`` …, as in ``Record.values``.
    results : str or Path, optional
        The folder.

    Returns
    -------
    str
        Such as ``"97.82 ± 0.05 %"``; without ± where there is one run.

    Raises
    ------
    RecordError
        If there is no such record, it is damaged, or it does not hold the quantity.

    Examples
    --------
    >>> recorded("lenet5", "test_accuracy")
    '98.83 ± 0.04 %'
    """
    return load_record(name, results).text(quantity)


def load_record(name, results=RESULTS):
    """Read a record.

    Parameters
    ----------
    name : str
        The experiment.
    results : str or Path, optional
        The folder.

    Returns
    -------
    Record

    Raises
    ------
    RecordError
        If there is none, or the file is not as it was written.

    Examples
    --------
    >>> record = load_record("lenet5")
    >>> record.seeds, record.progress
    ([0, 1, 2], '3')
    >>> len(record.curve("validation_accuracy")), record.experiment.epochs
    (8, 8)
    """
    path = Path(results) / f"{name}.json"
    command = command_for(name, results)
    advice = if_damaged(path, command)
    missing = f"there is no record of {name}; {if_missing(command)}"
    content = read(path, "experiment", missing=missing, advice=advice)
    with checking(path, advice):
        record = Record(Experiment.from_settings(content["experiment"]), content["runs"])
        _check(record, name)
    return record


def load_probabilities(name, results=RESULTS):
    """Read the class probabilities that are kept with a record, those of its first seed.

    Parameters
    ----------
    name : str
        The experiment.
    results : str or Path, optional
        The folder.

    Returns
    -------
    validation, test : ndarray of shape (N, K), float32
        One row for each image, in the order in which the experiment has them. They have
        three significant digits, or one below 1/1000; what is less than 1/250 000 is 0.

    Raises
    ------
    RecordError
        If there are none.

    Examples
    --------
    >>> validation, test = load_probabilities("accuracy_best")
    >>> validation.shape, test.shape
    ((10000, 10), (10000, 10))
    """
    path = Path(results) / f"{name}.probabilities.npz"
    command = command_for(name, results, again=True)
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        advice = if_no_probabilities(command)
        raise RecordError(f"no probabilities are kept of {name}; {advice}") from error
    with checking(path, if_damaged(path, command)):
        arrays = arrays_of(content, most=100 * 2**20)  # they are compressed
        validation, test = (arrays[part].astype(np.float32) for part in ("validation", "test"))
        for p in (validation, test):
            if p.ndim != 2 or not np.all((p >= 0) & (p <= 1)):
                raise ValueError(f"it holds {p.dtype} numbers of shape {p.shape}, no probabilities")
    return validation, test


def to_json(record):
    """Return a record as ``results/NAME.json`` holds it."""
    runs = sorted(record.runs, key=lambda run: run["seed"])
    return {"format": FORMAT, "experiment": record.experiment.settings(), "runs": runs}


def _check(record, name):
    """Raise a ValueError if the parts of a record do not belong together."""
    plan = record.experiment
    if plan.name != name:
        raise ValueError(f"experiment.name is {plan.name!r}, not {name!r}")
    if len(set(record.seeds)) < len(record.runs):
        raise ValueError(f"runs have the seeds {record.seeds}: one comes twice")
    for i, run in enumerate(record.runs):
        if [row["epoch"] for row in run["epochs"]] != list(range(1, plan.epochs + 1)):
            raise ValueError(f"runs[{i}].epochs are not those from 1 to {plan.epochs}")


def _value(run, quantity):
    """Return a quantity of a run; of its last epoch, where it has one for each. It may be None."""
    if quantity == "epochs":
        return len(run["epochs"])
    if quantity in run:
        return run[quantity]
    part, _, name = quantity.partition("_")
    return run[part][name] if part in run else run["epochs"][-1][quantity]


def mean_and_spread(values, quantity):
    """Return the mean of some values and their standard deviation, in the unit of a quantity."""
    mean = statistics.fmean(values)
    if quantity in ("parameters", "epochs"):
        return f"{round(mean):,}".replace(",", " ")
    scale, digits, unit = 1, 4 if mean < 10 else 2, ""
    if quantity.endswith("accuracy"):
        scale, digits, unit = 100, 2, " %"
    elif quantity.endswith("seconds"):
        digits, unit = 0 if mean >= 10 else 2, " s"
    spread = f" ± {scale * statistics.stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{scale * mean:.{digits}f}{spread}{unit}"
