"""Trained weights: those that belong to a record, and copies of them for other pages to use."""

from pathlib import Path

from lib.experiments.advice import command
from lib.experiments.records import RESULTS, load_record
from lib.experiments.registry import EXPERIMENTS
from lib.experiments.runner import weights_file
from lib.experiments.schema import RecordError
from lib.files import sha256, write_file

__all__ = ["keep", "weights_of"]


def keep(name, results=RESULTS):
    """Copy the weights of an experiment's first seed to ``results/NAME.npz``.

    Parameters
    ----------
    name : str
        An experiment with ``weights=True`` that has been run in that folder.
    results : str or Path, optional
        The folder.

    Returns
    -------
    Path
        The file; ``lib.serialization.load`` reads it.

    Raises
    ------
    RecordError
        If the weights are missing, or are not those of the record.
    """
    first, *_ = weights_of(name, results)
    kept = Path(results) / f"{name}.npz"
    write_file(kept, first.read_bytes())
    return kept


def weights_of(name, results):
    """Return the files of weights of an experiment, one for each seed, if they are its record's."""
    try:
        runs = load_record(name, results).runs
        paths = [weights_file(EXPERIMENTS[name], run["seed"], results) for run in runs]
        whole = [sha256(path) for path in paths] == [run["weights"]["sha256"] for run in runs]
    except (FileNotFoundError, KeyError):
        whole = False
    if not whole:
        raise RecordError(
            f"the weights that belong to the record of {name} are not in {results}; train it "
            f"again: {command(f'run {name} --again', results)}"
        )
    return paths
