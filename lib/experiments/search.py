"""A search: which settings are best, with the same effort for each side of a comparison.

Optuna proposes the settings, at random or from a grid. Each trial is a run like any other, which
can be interrupted, but it is judged on validation rows: the test set is not looked at. What was
tried, bad settings included, goes into the record of the search, ``results/search/NAME.json``.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from lib.experiments.json_lines import write_json
from lib.experiments.machine import machine
from lib.experiments.records import RESULTS, RecordError
from lib.experiments.runner import checkpoint_file
from lib.experiments.sweep import outcomes
from lib.files import make_folder

__all__ = ["Search", "load_search", "search"]


@dataclass(frozen=True)
class Search:
    """What to try.

    Attributes
    ----------
    name : str
        Its name in the registry, and that of its record.
    title : str
        What it is for, in a few words.
    sides : dict of str to callable
        What is compared. Each function takes an Optuna trial, asks it for settings such as
        ``trial.suggest_float("lr", 1e-3, 1e-1, log=True)``, and returns an ``Experiment``.
    trials : int
        How many settings to try for each side.
    grid : dict of str to list, optional
        The values that each setting may have. All of their combinations are tried then, instead of
        ``trials`` random ones.
    seed : int
        What the settings are drawn from, and the seed of every trial.
    """

    name: str
    title: str
    sides: dict[str, Callable]
    trials: int = 20
    grid: dict | None = None
    seed: int = 0

    @property
    def effort(self):
        """How many settings are tried for each side."""
        return math.prod(map(len, self.grid.values())) if self.grid else self.trials

    def settings(self):
        """Return what the record says of the search."""
        names = ("name", "title", "effort", "grid", "seed")
        return {name: getattr(self, name) for name in names} | {"sides": list(self.sides)}

    def sampler(self, number):
        """Return what draws the settings of one trial; they depend on its number only."""
        from optuna.samplers import GridSampler, RandomSampler

        return GridSampler(self.grid, self.seed) if self.grid else RandomSampler(self.seed + number)


def search(plan, *, jobs=1, again=False, results=RESULTS, verbose=True):
    """Try settings, or finish the search that was interrupted, and write what they gave.

    Parameters
    ----------
    plan : Search
        What to try.
    jobs : int, optional
        How many trials at a time, in a process each.
    again : bool, optional
        Whether to start over and replace what is recorded.
    results : Path, optional
        The folder of the records. Until a trial is finished it is in ``.unfinished`` inside it,
        and so is Optuna's storage.
    verbose : bool, optional
        Whether to print a line for each epoch and each trial.

    Returns
    -------
    dict
        The record, as ``load_search`` returns it.

    Raises
    ------
    RecordError
        If the record belongs to another plan.
    NotSavedError
        If the folder cannot be written to.
    """
    from optuna.trial import TrialState

    results = Path(results).absolute()
    folder = make_folder(results / ".unfinished", "--results")
    journal, path = folder / f"{plan.name}.search", results / "search" / f"{plan.name}.json"
    if again:
        journal.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    record = {"format": 1, "search": plan.settings(), "trials": [], "machine": machine()}
    if path.exists():
        record = load_search(plan.name, results)
        now = json.loads(json.dumps(plan.settings()))
        if record["search"] | {"effort": plan.effort} != now:  # more trials may be asked for
            raise RecordError(
                f"the record of the search {plan.name} was made with another plan than it has "
                "now; to replace it, add --again"
            )
        record["search"] = now
    rows = {(row["side"], row["number"]): row for row in record["trials"]}
    studies = {side: _study(plan, side, journal) for side in plan.sides}
    tasks, waiting = [], {}
    for side, study in studies.items():
        for trial in study.get_trials(states=[TrialState.RUNNING]):
            if (side, trial.number) in rows:  # recorded, when we were killed before telling Optuna
                continue
            experiment = plan.sides[side](trial)
            name = f"{plan.name}.{side}.{trial.number}"
            tasks.append((replace(experiment, name=name), plan.seed))
            waiting[name] = side, trial
    path.parent.mkdir(exist_ok=True)
    # One core for each, so that the numbers do not depend on how many run at a time.
    for experiment, seed, outcome in outcomes(tasks, folder, jobs, verbose, test=False, cores=1):
        if isinstance(outcome, Exception) and not isinstance(outcome, FloatingPointError):
            raise outcome
        side, trial = waiting[experiment.name]
        row = {"side": side, "number": trial.number, "settings": trial.params}
        row |= _judged(experiment, outcome)
        rows[side, trial.number] = row
        record["trials"] = [rows[key] for key in sorted(rows)]
        write_json(path, record)
        state = TrialState.FAIL if row["value"] is None else TrialState.COMPLETE
        studies[side].tell(trial.number, row["value"], state=state)
        checkpoint_file(experiment, seed, folder).unlink(missing_ok=True)
        if verbose:
            print(f"[{len(rows)}/{plan.effort * len(studies)}] {_line(row)}", flush=True)
    return record


def load_search(name, results=RESULTS):
    """Read what a search has tried.

    Returns
    -------
    dict
        ``search``, the plan; ``trials``, a list with the ``side``, ``number``, ``settings`` and
        ``value`` of each, the lower the better (None where the training diverged), the
        ``validation_loss`` and ``validation_accuracy`` after its last epoch, and the work it took;
        and ``machine``.

    Raises
    ------
    RecordError
        If there is no such record, or it is damaged.
    """
    path = Path(results) / "search" / f"{name}.json"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        record["search"]["sides"], [(t["side"], t["number"], t["value"]) for t in record["trials"]]
    except FileNotFoundError as error:
        raise RecordError(
            f"there is no record of the search {name}; make one: "
            f"python -m lib experiments search {name}"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise RecordError(
            f"{path} is damaged ({error}); restore it with git checkout, or delete it"
        ) from error
    return record


def best(record, side):
    """Return the best trial of a side, or None if there is none."""
    found = [t for t in record["trials"] if t["side"] == side and t["value"] is not None]
    return min(found, key=lambda trial: trial["value"], default=None)


def summary(record):
    """Return, for each side, what its best settings are and how much work all of them took."""
    lines = []
    for side in record["search"]["sides"]:
        trials = [trial for trial in record["trials"] if trial["side"] == side]
        cpu = sum(trial["cpu_seconds"] for trial in trials)
        lines.append(
            f"{side}: {len(trials)} of {record['search']['effort']} tried, {cpu:.0f} s CPU"
        )
        if (trial := best(record, side)) is not None:
            lines.append(f"  best: {_line(trial)}")
    return "\n".join(lines)


def _study(plan, side, journal):
    """Return Optuna's study of one side, with all its trials begun."""
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = JournalStorage(JournalFileBackend(str(journal)))
    study = optuna.create_study(storage=storage, study_name=side, load_if_exists=True)
    while (number := len(study.get_trials(deepcopy=False))) < plan.effort:
        study.sampler = plan.sampler(number)
        plan.sides[side](study.ask())
    # Without the sampler, which would stop the study when the last point of a grid is told.
    return optuna.load_study(storage=storage, study_name=side)


def _judged(experiment, outcome):
    """Return what a trial came to, as its row in the record says it."""
    if isinstance(outcome, FloatingPointError):
        return {"value": None, "diverged": str(outcome), "cpu_seconds": 0.0}
    last = outcome["epochs"][-1]
    loss, accuracy = last["validation_loss"], last["validation_accuracy"]
    value = loss if experiment.measure == "loss" else 1 - accuracy
    return {
        "value": float(f"{value:.6g}"),
        "validation_loss": loss,
        "validation_accuracy": accuracy,
        "epochs": len(outcome["epochs"]),
        "cpu_seconds": outcome["cpu_seconds"],
    }


def _line(row):
    settings = ", ".join(f"{name}={_word(value)}" for name, value in row["settings"].items())
    if row["value"] is None:
        return f"{row['side']} {settings}: {row['diverged']}"
    accuracy = row["validation_accuracy"]
    said = f"{100 * accuracy:.2f} %" if accuracy is not None else f"{row['value']:.4f} (loss)"
    return f"{row['side']} {settings}: validation {said}"


def _word(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)
