"""Trained networks that look again, or answer together: rows of day 8 with no training in them.

The weights are those that ``accuracy_smoothing``, ``accuracy_best`` and ``accuracy_distilled``
keep. The networks that other pages use are saved as ``results/day08_*.npz``.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lib import nn
from lib.data import rotations, shifts
from lib.experiments.advice import KNOWN, command, if_damaged, if_missing
from lib.experiments.json_lines import rounded, write_json
from lib.experiments.keeping import weights_of
from lib.experiments.machine import machine
from lib.experiments.records import RESULTS
from lib.experiments.registry import EXPERIMENTS
from lib.experiments.runner import Training, keep_probabilities
from lib.experiments.schema import read
from lib.files import sha256
from lib.metrics import accuracy
from lib.serialization import ModelFileError, load, save
from lib.training import log_probabilities

__all__ = ["COMBINATIONS", "combine", "load_combined"]


@dataclass(frozen=True)
class Combination:
    """What to ask of trained networks.

    Attributes
    ----------
    name : str
        Its name in the record, and that of its probabilities: ``load_probabilities``.
    title : str
        What it is, in a few words.
    experiments : tuple of str
        Whose networks. Those of one experiment answer one by one, a run for each seed; those of
        several answer together, in one run.
    views : callable, optional
        Test-time augmentation, as ``lib.training.log_probabilities`` takes it.
    """

    name: str
    title: str
    experiments: tuple
    views: Callable | None = None


BEST = ("accuracy_best",)
COMBINATIONS = [
    Combination("accuracy_one_look", "one look", BEST),
    Combination("accuracy_rotations", "+ five rotations", BEST, rotations),
    Combination("accuracy_shifts", "+ nine shifts", BEST, shifts),
    Combination("accuracy_ensemble", "six networks together", ("accuracy_smoothing", *BEST)),
]
SMALL = "accuracy_distilled"
KNOWN["combine"].update(one.name for one in COMBINATIONS)


def combine(results=RESULTS, verbose=True, combinations=COMBINATIONS, small=SMALL):
    """Measure trained networks together, and put the best ones into files of their own.

    Parameters
    ----------
    results : str or Path, optional
        The folder with the records and the weights. ``combined.json``, the files of probabilities
        and ``day08_best.npz``, ``day08_ensemble.npz`` and ``day08_small.npz`` are written there;
        the last one as soon as the small network has been trained, whose teacher the ensemble is. A
        file that has these weights already is left as it is.
    verbose : bool, optional
        Whether to print a line for each combination.
    combinations : list of Combination, optional
        What to measure; the last one is the ensemble. A row that was measured with the same weights
        is not measured again.
    small : str, optional
        The experiment of the small network.

    Returns
    -------
    dict
        The record, as ``load_combined`` returns it.

    Raises
    ------
    RecordError
        If weights are missing, or are not those of the record.
    """
    results = Path(results)
    record = {"format": 1, "rows": [], "files": {}}
    old = load_combined(results)["rows"] if (results / "combined.json").exists() else []
    for one in combinations:
        row = _row(one, results, old)
        record["rows"].append(row)
        if verbose:
            shares = [100 * run["validation"]["accuracy"] for run in row["runs"]]
            said = " ".join(f"{share:.2f} %" for share in shares)
            print(f"{one.title}: validation accuracy {said}", flush=True)
    together = [path for name in combinations[-1].experiments for path in weights_of(name, results)]
    best, *_ = weights_of(combinations[0].experiments[0], results)
    models = {"best": load(best), "ensemble": nn.Ensemble(*map(load, together))}
    if (results / f"{small}.json").exists():
        models["small"] = load(weights_of(small, results)[0])
    for name, model in models.items():
        path = results / f"day08_{name}.npz"
        if not _holds(path, model):
            save(model, path, half=True)
        size = path.stat().st_size
        record["files"][path.name] = {"sha256": sha256(path), "bytes": size}
    write_json(results / "combined.json", record)
    return record


def load_combined(results=RESULTS):
    """Read what the combinations came to.

    Parameters
    ----------
    results : str or Path, optional
        The folder.

    Returns
    -------
    dict
        ``rows``, a list with the ``name``, ``title``, ``weights`` (their files), ``runs`` and
        ``machine`` of each; a run has the ``loss`` and ``accuracy`` of ``validation`` and ``test``,
        and ``cpu_seconds``, the work for all these images. ``files`` has ``sha256`` and ``bytes``
        of each file of weights.

    Raises
    ------
    RecordError
        If there is no such record, or it is damaged.

    Examples
    --------
    >>> for row in load_combined()["rows"]:
    ...     print(f"{row['title']:22}", len(row["runs"]))
    one look               3
    + five rotations       3
    + nine shifts          3
    six networks together  1
    """
    path, remake = Path(results) / "combined.json", command("combine", results)
    missing = f"there is no record of networks together; {if_missing(remake)}"
    return read(path, "combined", missing=missing, advice=if_damaged(path, remake))


def _row(one, results, old):
    """Return the row of a combination: the old one, if it was measured with the same weights."""
    paths = [path for name in one.experiments for path in weights_of(name, results)]
    asked = {"name": one.name, "title": one.title, "weights": [p.name for p in paths]}
    asked["sha256"] = [sha256(path) for path in paths]
    for row in old:
        if row["name"] == one.name and row["sha256"] == asked["sha256"]:
            return asked | {"runs": row["runs"], "machine": row["machine"]}
    networks = [load(path) for path in paths]
    if len(one.experiments) > 1:
        networks = [nn.Ensemble(*networks)]
    return asked | {"runs": _runs(one, networks, results), "machine": machine()}


def _runs(one, networks, results):
    """Return one run for each network, and keep the probabilities of the first."""
    training = Training(EXPERIMENTS[one.experiments[0]], 0)
    parts = {
        "validation": (training.validation.x, training.validation.y),
        "test": training.test,
    }
    runs = []
    for network in networks:
        start, run, said = time.process_time(), {}, {}
        for part, (x, _) in parts.items():
            said[part] = log_probabilities(network, x, one.views)
        run["cpu_seconds"] = round(time.process_time() - start, 2)
        for part, (_, y) in parts.items():
            loss = nn.CrossEntropyLoss()(said[part], y)
            run[part] = rounded({"loss": loss, "accuracy": accuracy(said[part], y)})
        if not runs:
            keep_probabilities(results / f"{one.name}.probabilities.npz", said)
        runs.append(run)
    return runs


def _holds(path, model):
    """Tell whether a file has a model's weights already; other versions write other bytes."""
    try:
        old, new = load(path).state_dict(), model.state_dict()
    except (FileNotFoundError, ModelFileError):
        return False
    return old.keys() == new.keys() and all(np.array_equal(old[key], new[key]) for key in new)
