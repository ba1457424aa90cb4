"""A sweep: many runs, spread over the cores of one machine or over a Dask cluster.

Each run writes its own result when it is over, and only then is it put into its record. Whoever is
killed, the sweep or one of its workers, loses at most the epoch in progress.
"""

import json
import os
import time
from pathlib import Path

from lib.data import MissingFileError
from lib.experiments.json_lines import write_json
from lib.experiments.records import RESULTS, Record, RecordError, load_record, to_json
from lib.experiments.runner import (
    finished_file,
    probabilities_file,
    read_finished,
    run_one,
)

__all__ = ["run"]


def run(experiments, *, jobs=1, again=False, results=RESULTS, verbose=True):
    """Run experiments, or what is missing of them, and write their records.

    Runs that are already recorded are left as they are, and interrupted ones go on from their last
    finished epoch.

    Parameters
    ----------
    experiments : list of Experiment
        What to run; each once for every seed it has.
    jobs : int, optional
        How many runs at a time, one thread each. Inside ``joblib.parallel_config(backend="dask")``
        the cluster decides.
    again : bool, optional
        Whether to replace what is recorded.
    results : Path, optional
        The folder of the records. Checkpoints are in ``.unfinished`` inside it; all workers must
        see that folder.
    verbose : bool, optional
        Whether to print a line for each epoch and each run.

    Returns
    -------
    dict of str to Record
        The records by name.

    Raises
    ------
    RecordError
        If a record is damaged, belongs to other settings than the experiment has now, or the folder
        cannot be written to.
    """
    results = Path(results).absolute()
    folder = open_folder(results)
    records = {e.name: _begin(e, results, again) for e in experiments}
    tasks, skipped = [], {}
    for experiment in experiments:
        done = records[experiment.name].seeds
        tasks += [(experiment, seed) for seed in experiment.seeds if seed not in done]
        if again:
            for seed in experiment.seeds:
                finished = finished_file(experiment, seed, folder)
                finished.unlink(missing_ok=True)
                finished.with_suffix(".npz").unlink(missing_ok=True)
    if verbose and tasks:
        print(f"{len(tasks)} runs to do", flush=True)
    start = time.monotonic()
    for count, (experiment, seed, outcome) in enumerate(outcomes(tasks, folder, jobs, verbose), 1):
        if isinstance(outcome, MissingFileError):
            missing = " ".join(str(outcome).split())
            skipped[experiment.name] = f"{experiment.name} needs data that are not here: {missing}"
            continue
        if isinstance(outcome, Exception):
            raise outcome
        record = records[experiment.name]
        runs = [r for r in record.runs if r["seed"] != seed] + [outcome]
        records[experiment.name] = record = Record(experiment, sorted(runs, key=_seed))
        kept = probabilities_file(experiment, seed, folder)
        if kept.exists():
            os.replace(kept, results / f"{experiment.name}.probabilities.npz")
        write_json(results / f"{experiment.name}.json", to_json(record))
        finished_file(experiment, seed, folder).unlink(missing_ok=True)
        if verbose:
            left = (time.monotonic() - start) / count * (len(tasks) - count)
            print(_line(experiment, outcome, count, len(tasks), left), flush=True)
    for sentence in skipped.values():
        print(f"left out: {sentence}", flush=True)
    return {name: record for name, record in records.items() if record.runs}


def outcomes(tasks, folder, jobs, verbose, test=True):
    """Run tasks, each an experiment and a seed, and yield what they came to as they end.

    Yields
    ------
    tuple
        The experiment, the seed, and the run as ``run_one`` returns it; instead of a run a
        ``MissingFileError`` or ``FloatingPointError`` if it had no data, or diverged.
    """
    from joblib import Parallel, delayed

    waiting = []
    for experiment, seed in tasks:  # finished, when the sweep was killed before taking note
        run = read_finished(experiment, seed, folder)
        if run is None:
            waiting.append((experiment, seed))
        else:
            yield experiment, seed, run
    parallel = Parallel(
        n_jobs=jobs, return_as="generator_unordered", batch_size=1, pre_dispatch="all"
    )
    yield from parallel(delayed(_attempt)(e, seed, folder, verbose, test) for e, seed in waiting)


def _attempt(experiment, seed, folder, verbose, test):
    try:
        return experiment, seed, run_one(experiment, seed, folder, verbose, test)
    except (MissingFileError, FloatingPointError) as error:
        return experiment, seed, error


def open_folder(results):
    """Return the folder for what is not finished, and make sure it can be written to."""
    folder = results / ".unfinished"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / "probe"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise RecordError(
            f"{results} cannot be written to ({error.strerror}); choose another folder with "
            "--results"
        ) from error
    return folder


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
            "to replace it, add --again"
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
