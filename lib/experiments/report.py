"""What the records say, as a table: mean ± standard deviation over the seeds."""

import re
from functools import partial
from pathlib import Path
from textwrap import fill
from typing import NamedTuple

from lib.experiments.combining import load_combined
from lib.experiments.experiment import describe
from lib.experiments.records import RESULTS, load_record, mean_and_spread
from lib.experiments.registry import EXPERIMENTS
from lib.nn import CrossEntropyLoss

__all__ = ["Step", "accuracy_steps", "listing", "markdown", "recorded_experiments", "rows", "table"]

NEARLY_THERE = 0.99  # the accuracy on validation images that counts as converged on MNIST

NO_BREAK = "\N{NO-BREAK SPACE}"  # keeps "99.43 ± 0.06 %" on one line

COLUMNS = (
    "experiment",
    "test",
    "epochs",
    "epochs to 99 %",
    "CPU time",
    "seeds",
)


def recorded_experiments(experiments=None, results=RESULTS):
    """Return the records there are, in the order of the registry.

    Parameters
    ----------
    experiments : list of Experiment, optional
        Which; all of the registry by default.
    results : str or Path, optional
        The folder.

    Returns
    -------
    list of Record

    Examples
    --------
    >>> from lib.experiments import find
    >>> [record.experiment.name for record in recorded_experiments(find("mlp", "lenet5"))]
    ['mlp', 'lenet5']
    """
    experiments = EXPERIMENTS.values() if experiments is None else experiments
    return [load_record(e.name, results) for e in experiments if _file(e, results).exists()]


def rows(records):
    """Return a tuple of texts for each record, in the order of ``COLUMNS``."""
    return [
        (
            record.experiment.name,
            record.text(f"test_{record.experiment.measure}"),
            record.text("epochs"),
            _reached(record),
            re.sub(r" ± 0(\.0+)? s", " s", record.text("cpu_seconds")),
            record.progress,
        )
        for record in records
    ]


def table(records):
    """Return the records as lines of text, one each under a heading.

    ``epochs to 99 %`` is the mean over the runs of the first epoch with 99 % on validation rows. A
    time that has no ± differs too little between the runs to show.

    Parameters
    ----------
    records : list of Record
        What to show.

    Returns
    -------
    str

    Examples
    --------
    >>> from lib.experiments import find
    >>> print(table(recorded_experiments(find("lenet5"))))
    experiment  test            epochs  epochs to 99 %  CPU time  seeds
    lenet5      98.83 ± 0.04 %  8       –               21 s      3
    """
    if not records:
        return "nothing is recorded yet"
    return _aligned([COLUMNS, *rows(records)])


def markdown(records):
    r"""Return the records as a Markdown table, and below it how to run the course's again.

    Parameters
    ----------
    records : list of Record
        What to show.

    Returns
    -------
    str

    Examples
    --------
    >>> from lib.experiments import find
    >>> lines = markdown(recorded_experiments(find("lenet5"))).splitlines()
    >>> print(lines[0], *lines[-4:-1], sep="\n")
    | experiment | test | epochs | epochs to 99 % | CPU time | seeds |
    # lenet5, SGD(lr=0.05, momentum=0.9), OneCycleLR(max_lr=0.05), batches
    # of 64
    python -m lib experiments run lenet5 --again
    """
    known = [EXPERIMENTS.get(r.experiment.name, r.experiment) for r in records]
    titles = [experiment.title for experiment in known]
    lines = [COLUMNS, ["---"] * len(COLUMNS)]
    for title, (_, *numbers) in zip(titles, rows(records), strict=True):
        lines.append([title, *(number.replace(" ", NO_BREAK) for number in numbers)])
    bars = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    # where one of them has no name in lib.models, the titles say which network it is
    named = not any(isinstance(record.experiment.model, partial) for record in records)
    alike = {}  # the experiments that are trained in the same way
    for record in records:
        if record.experiment.name in EXPERIMENTS:
            how = _how(record.experiment, named)
            alike.setdefault(how, []).append(record.experiment.command)
    commands = "\n\n".join(
        "\n".join([fill(how, 72, initial_indent="# ", subsequent_indent="# "), *same])
        for how, same in alike.items()
    )
    return f"{bars}\n\n```sh\n{commands}\n```" if commands else bars


class Step(NamedTuple):
    """One of day 8's steps: a row of its table.

    Attributes
    ----------
    name, title : str
        Its name in the records, and what it is.
    validation_accuracy, test_accuracy : list of float
        One for each run.
    cpu_seconds : list of float
        What training took; where nothing was trained, what 20 000 images took.
    trained : bool
        Whether anything was.
    """

    name: str
    title: str
    validation_accuracy: list
    test_accuracy: list
    cpu_seconds: list
    trained: bool

    def text(self, quantity):
        """Return mean ± standard deviation over the runs, as ``Record.text`` does.

        Parameters
        ----------
        quantity : str
            ``"validation_accuracy"``, ``"test_accuracy"`` or ``"cpu_seconds"``.

        Returns
        -------
        str
        """
        return mean_and_spread(getattr(self, quantity), quantity)


# The two small networks come last: the second of them learns from what is above.
STEPS = (
    "three_block", "augment", "four_block", "smoothing", "best",
    "rotations", "shifts", "ensemble", "small", "distilled",
)  # fmt: skip


def accuracy_steps(results=RESULTS):
    """Return day 8's steps in their order, those that are recorded.

    Parameters
    ----------
    results : str or Path, optional
        The folder.

    Returns
    -------
    list of Step

    Examples
    --------
    >>> first, *_ = accuracy_steps()
    >>> first.title, first.text("test_accuracy")
    ('three blocks', '99.27 ± 0.03 %')
    """
    there = (Path(results) / "combined.json").exists()
    combined = {row["name"]: row for row in load_combined(results)["rows"]} if there else {}
    steps = []
    for name in (f"accuracy_{word}" for word in STEPS):
        if name in combined:
            runs = combined[name]["runs"]
            accuracies = [[r[part]["accuracy"] for r in runs] for part in ("validation", "test")]
            cpu = [run["cpu_seconds"] for run in runs]
            steps.append(Step(name, combined[name]["title"], *accuracies, cpu, False))
        elif name in EXPERIMENTS and _file(EXPERIMENTS[name], results).exists():
            record = load_record(name, results)
            values = map(record.values, ("validation_accuracy", "test_accuracy", "cpu_seconds"))
            steps.append(Step(name, EXPERIMENTS[name].title, *values, True))
    return steps


def _how(experiment, named):
    """Say how an experiment is trained, with the name of its network if wanted."""
    parts = [describe(experiment.model)] if named else []
    parts += [describe(experiment.optimizer), describe(experiment.schedule)]
    parts += [describe(experiment.augment), f"batches of {experiment.batch_size}"]
    if experiment.loss is not CrossEntropyLoss and not experiment.teach:
        parts.append(describe(experiment.loss))
    parts.append(describe(experiment.teach))
    return ", ".join(part for part in parts if part)


def listing(results=RESULTS):
    """Return the experiments of the registry as lines of text, with how many seeds are recorded."""
    lines = [("experiment", "recorded", "what it is")]
    for experiment in EXPERIMENTS.values():
        done = 0
        if _file(experiment, results).exists():
            done = len(set(load_record(experiment.name, results).seeds) & set(experiment.seeds))
        lines.append((experiment.name, f"{done} of {len(experiment.seeds)}", experiment.title))
    return _aligned(lines)


def _file(experiment, results):
    return Path(results) / f"{experiment.name}.json"


def _reached(record):
    """Say after how many epochs, on average, the runs were nearly there."""
    if record.experiment.measure == "loss":
        return "–"
    epochs = record.epochs_until(NEARLY_THERE)
    reached = [epoch for epoch in epochs if epoch is not None]
    if not reached:
        return "–"
    mean = f"{sum(reached) / len(reached):.1f}"
    return mean if len(reached) == len(epochs) else f"{mean} ({len(reached)} of {len(epochs)})"


def _aligned(lines):
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = [
        "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join(padded)
