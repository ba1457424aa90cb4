"""A search: which settings are best, with the same effort for each side of a comparison.

Optuna proposes the settings: at random, from a grid, or where earlier ones were good. Each trial is
a run like any other, which can be interrupted, but it is judged on validation rows: the test set is
not looked at. What was tried, bad settings included, goes into the record of the search,
``results/search/NAME.json``.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lib.experiments.advice import KNOWN, RESULTS, command, if_damaged, if_missing
from lib.experiments.schema import RecordError, read
from lib.experiments.trials import Trials, line, record_file, storage_file, work

__all__ = ["Search", "load_search", "search"]


@dataclass(frozen=True)
class Search:
    """What to try.

    Parameters
    ----------
    name : str
        Its name in the registry, and that of its record.
    title : str
        What it is for, in a few words.
    sides : dict of str to callable
        What is compared. Each function takes an Optuna trial, asks it for settings such as
        ``trial.suggest_float("lr", 1e-3, 1e-1, log=True)``, and returns an ``Experiment``.
    trials : int, optional
        How many settings to try for each side, 20 by default.
    sampler : {"random", "tpe"}, optional
        How they are drawn: all at random, or, after ten random ones, more often where earlier
        trials were good (the tree-structured Parzen estimator, Bergstra et al., 2011).
    grid : dict of str to list, optional
        The values that each setting may have. All of their combinations are tried then, and
        ``trials`` does not count.
    prune : bool, optional
        Whether to stop a trial that after an epoch is worse than the median of the others.
    seed : int, optional
        What the settings are drawn from, and the seed of every trial; 0 by default.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from functools import partial
    >>> from lib import optim
    >>> from lib.experiments import find
    >>> (iris,) = find("iris")
    >>> def any_rate(trial):
    ...     lr = trial.suggest_float("lr", 0.001, 0.1, log=True)
    ...     return replace(iris, optimizer=partial(optim.SGD, lr=lr))
    >>> Search("iris_rate", "a rate for Iris", {"SGD": any_rate}, trials=3).effort
    3
    >>> grid = {"lr": [0.001, 0.01, 0.1]}
    >>> Search("iris_grid", "a rate for Iris", {"SGD": any_rate}, grid=grid).effort
    3
    """

    name: str
    title: str
    sides: dict[str, Callable]
    trials: int = 20
    sampler: str = "random"
    grid: dict | None = None
    prune: bool = False
    seed: int = 0

    @property
    def effort(self):
        """How many settings are tried for each side."""
        return math.prod(map(len, self.grid.values())) if self.grid else self.trials

    def settings(self):
        """Return what the record says of the search."""
        names = ("name", "title", "effort", "sampler", "grid", "prune", "seed")
        said = {name: getattr(self, name) for name in names} | {"sides": list(self.sides)}
        return json.loads(json.dumps(said))  # with lists for tuples, as it comes out of the file

    def draw(self, number):
        """Return what draws the settings of one trial; its seed depends on the number only."""
        from optuna.samplers import GridSampler, RandomSampler, TPESampler

        if self.grid:
            return GridSampler(self.grid, self.seed)
        if self.sampler == "tpe":  # constant_liar: those still running count as bad
            return TPESampler(seed=self.seed + number, constant_liar=True)
        return RandomSampler(self.seed + number)


def search(plan, *, jobs=1, again=False, results=RESULTS, verbose=True):
    """Try settings, or finish the search that was interrupted, and write what they gave.

    Parameters
    ----------
    plan : Search
        What to try.
    jobs : int, optional
        How many trials at a time, in a process each. Inside
        ``joblib.parallel_config(backend="dask")`` the cluster runs them; all of its workers must
        see the folder.
    again : bool, optional
        Whether to start over and replace what is recorded.
    results : str or Path, optional
        The folder of the records. Until all trials are finished Optuna's storage is in
        ``.unfinished`` inside it; several searches may share it.
    verbose : bool, optional
        Whether to print a line for each epoch and each trial.

    Returns
    -------
    dict
        The record, as ``load_search`` returns it.

    Raises
    ------
    RecordError
        If the record was made with other settings of ``Search``. A side is known by its name: give
        a function that you changed another one, or start over with ``again``.
    NotSavedError
        If the folder cannot be written to.

    Examples
    --------
    >>> import tempfile
    >>> from dataclasses import replace
    >>> from functools import partial
    >>> from lib import optim
    >>> from lib.experiments import find
    >>> (iris,) = find("iris")
    >>> def any_rate(trial):
    ...     lr = trial.suggest_float("lr", 0.001, 0.1, log=True)
    ...     return replace(iris, optimizer=partial(optim.SGD, lr=lr))
    >>> plan = Search("iris_rate", "a rate for Iris", {"SGD": any_rate}, trials=3)
    >>> record = search(plan, results=tempfile.mkdtemp(), verbose=False)
    >>> [list(trial["settings"]) for trial in record["trials"]]
    [['lr'], ['lr'], ['lr']]
    """
    from joblib import Parallel, delayed

    results = Path(results).absolute()
    if again:
        record_file(plan, results).unlink(missing_ok=True)
        storage_file(plan, results).unlink(missing_ok=True)
    rows = _recorded(plan, results)
    # One worker for each process, one core for each trial: the numbers do not depend on how many
    # run at a time.
    Parallel(n_jobs=jobs, batch_size=1)(
        delayed(work)(plan, results, rows, verbose) for _ in range(jobs)
    )
    return Trials(plan, results, rows).write_record()


def _recorded(plan, results):
    """Return the rows of the record to go on with."""
    if not record_file(plan, results).exists():
        return []
    record = load_search(plan.name, results)
    then = {"sampler": "random", "prune": False} | record["search"]
    if then | {"effort": plan.effort} != plan.settings():  # more trials may be asked for
        raise RecordError(
            f"the record of the search {plan.name} was made with another plan than it has "
            "now; to replace it, add --again (in Python, again=True)"
        )
    return record["trials"]


def load_search(name, results=RESULTS):
    """Read what a search has tried.

    Parameters
    ----------
    name : str
        The search.
    results : str or Path, optional
        The folder with the records; that of searches, ``search``, is inside it.

    Returns
    -------
    dict
        ``search``, the plan; ``trials``, a list with the ``side``, ``number``, ``settings`` and
        ``value`` of each: the share of the validation rows that it gets wrong, or the loss of a
        regression, and None where the training diverged or was pruned; the ``validation_loss`` and
        ``validation_accuracy`` after its last epoch, and the work it took; and ``machine``.

    Raises
    ------
    RecordError
        If there is no such record, or it is damaged.

    Examples
    --------
    >>> record = load_search("rates")
    >>> record["search"]["sides"], len(record["trials"])
    (['plain', 'batchnorm'], 20)
    """
    path = Path(results) / "search" / f"{name}.json"
    remake = command(f"search {name}", results) if name in KNOWN["search"] else None
    missing = f"there is no record of the search {name}; {if_missing(remake)}"
    return read(path, "search", missing=missing, advice=if_damaged(path, remake))


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
            lines.append(f"  best: {line(trial)}")
    return "\n".join(lines)
