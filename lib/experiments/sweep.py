"""A sweep: many runs, spread over the cores of one machine or over a Dask cluster.

A run is kept in its checkpoint until it is in its record. If the sweep or one of its
workers is killed, at most the epoch in progress is lost.
"""

import json
import os
import time
from pathlib import Path

from lib.data import MissingFileError
from lib.experiments.json_lines import write_json
from lib.experiments.records import RESULTS, Record, RecordError, load_record, to_json
from lib.experiments.runner import checkpoint_file, probabilities_file, run_one, weights_file
from lib.files import make_folder
from lib.training.workers import cores as all_cores

__all__ = ["run"]


def run(experiments, *, jobs=1, cores=None, again=False, results=RESULTS, verbose=True):
    """Run experiments, or what is missing of them, and write their records.

    Runs that are already recorded are left as they are, and interrupted ones go on from their last
    finished epoch.

    Parameters
    ----------
    experiments : list of Experiment
        What to run; each once for every seed it has.
    jobs : int, optional
        How many runs at a time. Inside ``joblib.parallel_config(backend="dask")`` the cluster
        decides.
    cores : int, optional
        How many cores the runs share; all by default. If there are more than runs at a time, each
        run shares out its batches among several, where that pays.
    again : bool, optional
        Whether to replace what is recorded.
    results : str or Path, optional
        The folder of the records. Checkpoints are in ``.unfinished`` inside it; all workers must
        see that folder.
    verbose : bool, optional
        Whether to print a line for each epoch and each run.

    Returns
    -------
    dict of str to Record
        The records by name. An experiment whose data are not on this machine is left out, and
        named in a printed line.

    Raises
    ------
    RecordError
        If a record is damaged, or belongs to other settings than the experiment has now.
    NotSavedError
        If the folder cannot be written to.
    FloatingPointError
        If a training diverges, so that its loss is no longer a finite number.
    TypeError
        If an experiment has a part that no record can hold: a function that is not in ``lib``.

    Examples
    --------
    >>> import tempfile
    >>> from lib.experiments import find
    >>> folder = Path(tempfile.mkdtemp())
    >>> records = run(find("iris"), results=folder, verbose=False)
    >>> records["iris"].seeds
    [0, 1, 2, 3, 4]
    >>> [path.name for path in folder.glob("*.json")]
    ['iris.json']
    """
    for experiment in experiments:
        experiment.settings()  # what cannot be written down must not be found out after hours
    results = Path(results).absolute()
    folder = make_folder(results / ".unfinished", "--results")
    records = {e.name: _begin(e, results, again) for e in experiments}
    tasks, skipped = [], {}
    for experiment in experiments:
        done = records[experiment.name].seeds
        tasks += [(experiment, seed) for seed in experiment.seeds if seed not in done]
        if again:
            for seed in experiment.seeds:
                checkpoint_file(experiment, seed, folder).unlink(missing_ok=True)
    # the first seed of every experiment comes first: there is something of each as early as can be
    tasks.sort(key=lambda task: task[0].seeds.index(task[1]))
    if verbose and tasks:
        print(f"{len(tasks)} runs to do", flush=True)
    start, ends = time.monotonic(), outcomes(tasks, folder, jobs, verbose, cores=cores)
    for count, (experiment, seed, outcome) in enumerate(ends, 1):
        if isinstance(outcome, MissingFileError):
            missing = " ".join(str(outcome).split())
            skipped[experiment.name] = f"{experiment.name} needs data that are not here: {missing}"
            continue
        if isinstance(outcome, Exception):
            raise outcome
        record = records[experiment.name]
        runs = [r for r in record.runs if r["seed"] != seed] + [outcome]
        records[experiment.name] = record = Record(experiment, sorted(runs, key=_seed))
        for kept, place in (
            (probabilities_file(experiment, seed, folder), f"{experiment.name}.probabilities.npz"),
            (weights_file(experiment, seed, folder), weights_file(experiment, seed, results).name),
        ):
            if kept.exists():
                os.replace(kept, results / place)
        write_json(results / f"{experiment.name}.json", to_json(record))
        checkpoint_file(experiment, seed, folder).unlink(missing_ok=True)
        if verbose:
            left = (time.monotonic() - start) / count * (len(tasks) - count)
            print(_line(experiment, outcome, count, len(tasks), left), flush=True)
    for sentence in skipped.values():
        print(f"left out: {sentence}", flush=True)
    return {name: record for name, record in records.items() if record.runs}


def outcomes(tasks, folder, jobs, verbose, cores=None):
    """Run tasks, each an experiment and a seed, and yield what they came to as they end.

    Yields
    ------
    tuple
        The experiment, the seed, and the run as ``run_one`` returns it; instead of a run a
        ``MissingFileError`` or ``FloatingPointError`` if it had no data, or diverged.
    """
    from joblib import Parallel, delayed

    parallel = Parallel(
        n_jobs=jobs, return_as="generator_unordered", batch_size=1, pre_dispatch="all"
    )
    at_a_time = max(1, min(jobs, len(tasks)))
    share = max(1, (cores or all_cores()) // at_a_time)
    options = {"folder": folder, "verbose": verbose, "cores": share}
    yield from parallel(delayed(_attempt)(experiment, seed, options) for experiment, seed in tasks)


def _attempt(experiment, seed, options):
    try:
        return experiment, seed, run_one(experiment, seed, **options)
    except (MissingFileError, FloatingPointError) as error:
        return experiment, seed, error


def _begin(experiment, results, again):
    """Return the record to go on with: the one in the file, or an empty one."""
    empty = Record(experiment, [])
    if again or not (results / f"{experiment.name}.json").exists():
        return empty
    record = load_record(experiment.name, results)
    then, now = (json.dumps(e.conditions()) for e in (record.experiment, experiment))
    if then != now:
        raise RecordError(
            f"the record of {experiment.name} was made with other settings than it has now; "
            "to replace it, add --again (in Python, again=True)"
        )
    return Record(experiment, record.runs)


def _seed(run):
    return run["seed"]


def _line(experiment, run, count, total, left):
    last = run["epochs"][-1]
    if experiment.measure == "accuracy":
        number = f"validation accuracy {100 * last['validation_accuracy']:.2f} %"
    else:
        number = f"validation loss {last['validation_loss']:.4f}"
    wait = f", about {left / 60:.0f} min left" if count < total else ""
    return f"[{count}/{total}] {experiment.name} seed {run['seed']}: {number}{wait}"
