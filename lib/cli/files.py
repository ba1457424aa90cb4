"""What the commands leave behind: text and figures, each written in one step or not at all."""

import io
import json
import os
from pathlib import Path

from lib.archive import NotSavedError
from lib.cli.errors import UserError


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


def write(path, content):
    """Write bytes into a file: it is there completely, or the old one is.

    Raises
    ------
    NotSavedError
        It cannot be done, most often because the disk is full.
    """
    unfinished = Path(path).with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        with open(unfinished, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError as error:
        raise NotSavedError(
            f"{path} was not saved ({error.strerror}), and what was there before is unchanged; "
            "free some space or choose another folder"
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


def write_json(path, content):
    """Write numbers, text, lists and dictionaries as JSON."""
    write(path, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())


def write_figure(path):
    """Write the current figure as a PNG, and close it."""
    import matplotlib.pyplot as plt

    buffer = io.BytesIO()
    plt.savefig(buffer, format="png")
    plt.close()
    write(path, buffer.getvalue())
