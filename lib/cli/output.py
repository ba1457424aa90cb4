"""What the commands leave behind: figures, each written in one step or not at all."""

import io
import os
from pathlib import Path

from lib.cli.errors import UserError
from lib.files import write_file


def make_folder(path):
    """Make a folder, and make sure that something can be written into it.

    Raises
    ------
    UserError
        It cannot.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        trial = path / f".{os.getpid()}.unfinished"
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise UserError(
            f"the folder {path} cannot be written to ({error.strerror}); "
            "name another one with --output"
        ) from error
    return path


def write_figure(path):
    """Write the current figure as a PNG, and close it."""
    import matplotlib.pyplot as plt

    buffer = io.BytesIO()
    plt.savefig(buffer, format="png")
    plt.close()
    write_file(path, buffer.getvalue())


def seen_from_here(path):
    """Return a path relative to the current folder, if it is in or below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
