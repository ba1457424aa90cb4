"""What to do where a record is missing or damaged: commands, for what the course knows by name."""

from pathlib import Path

RESULTS = Path(__file__).resolve().parents[2] / "results"
KNOWN = {"run": set(), "combine": set(), "search": set()}  # names; those who have them add them
RESTORE = "restore it with git checkout or from the archive of the course"


def command(words, results=RESULTS):
    """Return a command of ``python -m lib experiments``, for some folder of records."""
    results = Path(results)
    folder = f'"{results}"' if " " in str(results) else results
    where = "" if results.resolve() == RESULTS else f" --results {folder}"
    return f"python -m lib experiments {words}{where}"


def command_for(name, results=RESULTS, again=False):
    """Return the command that runs an experiment; None if the course has none of that name."""
    if name in KNOWN["combine"]:
        return command("combine", results)
    words = f"run {name} --again" if again else f"run {name}"
    return command(words, results) if name in KNOWN["run"] else None


def if_damaged(path, remake=None):
    """Say how to get a whole file in place of a damaged one.

    Parameters
    ----------
    path : Path
        The file.
    remake : str, optional
        The command that makes it again; without one the course does not know it by name.
    """
    again = f"delete it and run: {remake}" if remake else "delete it and run it again"
    came_with_it = remake and Path(path).resolve().is_relative_to(RESULTS)
    return f"{RESTORE}, or {again}" if came_with_it else again


def if_missing(remake=None):
    """Say how to make a file that is not there."""
    return f"make one: {remake}" if remake else "run it first, or name the folder it is in"


def if_no_probabilities(remake=None):
    """Say how to keep the probabilities of an experiment, or of networks together."""
    if remake and " combine" in remake:
        return if_missing(remake)
    run = f"run: {remake}" if remake else "run it again"
    return f"give the experiment probabilities=True and {run}"
