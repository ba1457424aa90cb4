"""The experiments of the course, by name."""

from difflib import get_close_matches
from fnmatch import fnmatchcase

from lib.experiments.accuracy import ACCURACY, ACCURACY_SEARCH, MAKE_BELIEVE
from lib.experiments.advice import KNOWN
from lib.experiments.autoencoding import AUTOENCODER_SEARCH, AUTOENCODERS
from lib.experiments.classifying import CLASSIFIERS
from lib.experiments.grid import GRID
from lib.experiments.pretraining import LABEL_SEARCHES, PRETRAINING
from lib.experiments.recogniser import RECOGNISER
from lib.experiments.remedies import DROPOUT, RATES, REMEDIES
from lib.experiments.samplers import AGAIN, SAMPLER_SEARCHES

__all__ = ["EXPERIMENTS", "SEARCHES", "find"]

GROUPS = (
    CLASSIFIERS, GRID, REMEDIES, ACCURACY, [MAKE_BELIEVE], RECOGNISER, AUTOENCODERS, PRETRAINING,
    AGAIN,
)  # fmt: skip
EXPERIMENTS = {e.name: e for group in GROUPS for e in group}
SEARCHES = {
    s.name: s
    for s in [
        RATES, DROPOUT, AUTOENCODER_SEARCH, ACCURACY_SEARCH, *LABEL_SEARCHES, *SAMPLER_SEARCHES
    ]
}  # fmt: skip
KNOWN["run"].update(EXPERIMENTS)
KNOWN["search"].update(SEARCHES)


def find(*patterns):
    """Return the experiments of the course whose names match, in the order of the registry.

    Parameters
    ----------
    *patterns : str
        Names; ``*`` stands for anything, so ``"grid_*"`` for the whole grid
        and ``"*"`` for all.

    Returns
    -------
    list of Experiment

    Raises
    ------
    KeyError
        If nothing has such a name.

    Examples
    --------
    >>> [experiment.name for experiment in find("grid_both_*", "iris")]
    ['iris', 'grid_both_sgd', 'grid_both_rmsprop', 'grid_both_adam']
    """
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in EXPERIMENTS):
            close = ", ".join(get_close_matches(pattern, EXPERIMENTS))
            hint = (
                f"did you mean {close}?" if close else "python -m lib experiments list names them"
            )
            raise KeyError(f"there is no experiment {pattern}; {hint}")
    return [e for name, e in EXPERIMENTS.items() if any(fnmatchcase(name, p) for p in patterns)]
