"""Trials: the settings that a search tries, in a storage that many workers share.

Each worker repeats one thing: take a trial that no other runs, run it, store what it gave. So any
number of workers can take part: processes of this machine, of a cluster, or of a second search in
another window. The storage is Optuna's, a file. A worker locks its trial; when its process dies the
system frees the lock, and another worker goes on with the trial from its last epoch.
"""

import time
from dataclasses import replace
from pathlib import Path

from lib.experiments.json_lines import write_json
from lib.experiments.machine import machine
from lib.experiments.runner import checkpoint_file, run_one
from lib.files import make_folder

# what a row of the record has in addition to side, number, settings and value
KEPT = "validation_loss", "validation_accuracy", "epochs", "cpu_seconds", "diverged", "pruned"


class Trials:
    """The trials of one search.

    Parameters
    ----------
    plan : Search
        What to try.
    results : Path
        The folder of the records. Storage, locks and checkpoints are in ``.unfinished`` inside it.
    rows : list of dict, optional
        What the record holds already: it counts as tried.

    Raises
    ------
    NotSavedError
        If the folder cannot be written to.
    """

    def __init__(self, plan, results, rows=()):
        from filelock import FileLock

        self.plan = plan
        self.folder = make_folder(results / ".unfinished", "--results")
        self.storage = storage_file(plan, results)
        self.record_file = record_file(plan, results)
        self.lock = FileLock(self.folder / f"{plan.name}.lock")
        with self.lock:
            self.studies = {side: self._study(side, rows) for side in sorted(plan.sides)}

    def _study(self, side, rows):
        """Return Optuna's study of one side, with all that the record has of it."""
        import optuna
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        study = optuna.create_study(
            storage=JournalStorage(JournalFileBackend(str(self.storage))),
            study_name=side,
            load_if_exists=True,
            pruner=optuna.pruners.MedianPruner() if self.plan.prune else None,
        )
        recorded = [row for row in rows if row["side"] == side]
        for row in recorded[len(study.get_trials(deepcopy=False)) :]:
            study.add_trial(_from_row(row, self.plan.sides[side]))
        return study

    def take(self):
        """Return a trial to run, as its side, itself, its experiment and its lock; None at the end.

        Trials that were begun come first, if their workers are gone.
        """
        from optuna.trial import Trial, TrialState

        with self.lock:
            begun = {side: study.get_trials() for side, study in self.studies.items()}
            left = [
                (side, Trial(self.studies[side], trial._trial_id))  # there is no public way
                for side, trials in begun.items()
                for trial in trials
                if trial.state == TrialState.RUNNING
            ]
            side = min(begun, key=lambda side: len(begun[side]))  # all sides go on evenly
            if len(begun[side]) < self.plan.effort:
                left.append((side, self._ask(side, len(begun[side]))))
            for side, trial in left:
                name = f"{self.plan.name}.{side}.{trial.number}"
                if (lock := self._lock(name)) is not None:
                    return side, trial, replace(self.plan.sides[side](trial), name=name), lock
        return None

    def _ask(self, side, number):
        """Let the sampler begin a trial."""
        import optuna

        study = self.studies[side]
        # With a study of its own: a grid's sampler would stop this one when it has no points left.
        asking = optuna.load_study(
            storage=study._storage, study_name=side, sampler=self.plan.draw(number)
        )
        trial = asking.ask()
        self.plan.sides[side](trial)  # which draws the settings
        return optuna.trial.Trial(study, trial._trial_id)

    def _lock(self, name):
        """Return the lock of a trial, or None if another worker has it."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / f"{name}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return None
        return lock

    def run(self, side, trial, experiment, lock, verbose):
        """Run a trial, store what it gave, write the record, and return what there is to say."""
        from optuna import TrialPruned
        from optuna.trial import TrialState

        def report(epoch, row):
            trial.report(judged(experiment, row), epoch)
            if trial.should_prune():
                raise TrialPruned(f"behind the others after epoch {epoch}")

        start, value, state = time.process_time(), None, TrialState.COMPLETE
        on_epoch = report if self.plan.prune else None
        try:
            run = run_one(
                experiment,
                self.plan.seed,
                self.folder,
                verbose=verbose,
                test=False,
                cores=1,
                on_epoch=on_epoch,
            )
        except (FloatingPointError, TrialPruned) as stop:
            pruned = isinstance(stop, TrialPruned)
            state = TrialState.PRUNED if pruned else TrialState.FAIL
            kept = {"pruned" if pruned else "diverged": str(stop)}
            kept["cpu_seconds"] = round(time.process_time() - start, 3)
        else:
            last = run["epochs"][-1]
            value = judged(experiment, last)
            kept = {name: last[name] for name in ("validation_loss", "validation_accuracy")}
            kept |= {"epochs": len(run["epochs"]), "cpu_seconds": run["cpu_seconds"]}
        with self.lock:  # so that no worker takes it between its end and the end of its lock
            for name, said in kept.items():
                trial.set_user_attr(name, said)
            self.studies[side].tell(trial.number, value, state=state)
            self.write_record()
            lock.release()
            Path(lock.lock_file).unlink(missing_ok=True)
        checkpoint_file(experiment, self.plan.seed, self.folder).unlink(missing_ok=True)
        return {
            "side": side,
            "number": trial.number,
            "settings": trial.params,
            "value": value,
        } | kept

    def rows(self):
        """Return what has been tried, as the record has it."""
        from optuna.trial import TrialState

        return [
            {
                "side": side,
                "number": trial.number,
                "settings": trial.params,
                # Optuna gives a trial that was stopped the value of its last epoch
                "value": trial.value if trial.state == TrialState.COMPLETE else None,
                **{name: trial.user_attrs[name] for name in KEPT if name in trial.user_attrs},
            }
            for side, study in self.studies.items()
            for trial in study.get_trials(deepcopy=False)
            if trial.state.is_finished()
        ]

    def write_record(self):
        """Write what has been tried into the record, and return it."""
        with self.lock:
            record = {
                "format": 1,
                "search": self.plan.settings(),
                "trials": self.rows(),
                "machine": machine(),
            }
            self.record_file.parent.mkdir(exist_ok=True)
            write_json(self.record_file, record)
        return record


def storage_file(plan, results):
    """Return where Optuna keeps the trials of a search."""
    return results / ".unfinished" / f"{plan.name}.search"


def record_file(plan, results):
    """Return where the record of a search is."""
    return results / "search" / f"{plan.name}.json"


def work(plan, results, rows, verbose):
    """Run trials until there is none left to take."""
    trials = Trials(plan, results, rows)
    while (taken := trials.take()) is not None:
        row = trials.run(*taken, verbose)
        if verbose:
            done, planned = len(trials.rows()), plan.effort * len(plan.sides)
            print(f"[{done}/{planned}] {line(row)}\n", end="", flush=True)


def judged(experiment, epoch):
    """Return what an epoch's numbers are worth, the lower the better."""
    if experiment.measure == "loss":
        return float(f"{epoch['validation_loss']:.6g}")
    return float(f"{1 - epoch['validation_accuracy']:.6g}")


def line(row):
    """Return a trial as a line."""
    settings = ", ".join(f"{name}={_word(value)}" for name, value in row["settings"].items())
    if row["value"] is None:
        return f"{row['side']} {settings}: {row.get('diverged') or row['pruned']}"
    accuracy = row["validation_accuracy"]
    said = f"{100 * accuracy:.2f} %" if accuracy is not None else f"{row['value']:.4f} (loss)"
    return f"{row['side']} {settings}: validation {said}"


def _word(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _from_row(row, settings):
    """Return Optuna's trial for a row of the record."""
    from optuna.trial import FixedTrial, TrialState, create_trial

    state = TrialState.COMPLETE
    if row["value"] is None:
        state = TrialState.PRUNED if "pruned" in row else TrialState.FAIL
    fixed = FixedTrial(row["settings"])
    settings(fixed)
    return create_trial(
        state=state,
        value=row["value"],
        params=row["settings"],
        distributions=fixed.distributions,
        user_attrs={name: row[name] for name in KEPT if name in row},
    )
