"""A file that is there completely, or the old one is: nothing is ever changed in place.

The new file is written next to the old one, and takes its name when it is complete and on the
disk. Whoever is killed half-way leaves the old file as it was.
"""

import contextlib
import os
from pathlib import Path


class NotSavedError(OSError):
    """A file could not be written; an older file of that name is as it was."""


def write_file(path, content):
    """Write a file in one step: it is there completely, or the old one is.

    Parameters
    ----------
    path : str or Path
        The file; its folder must exist.
    content : bytes
        All of it.

    Raises
    ------
    NotSavedError
        The disk is full, or the folder is missing or closed to you.
    """
    path = Path(os.path.realpath(path))  # where a link leads: the link itself stays a link
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        with open(unfinished, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # now the content is on the disk ...
        os.replace(unfinished, path)  # ... and takes the name, in a single step
        _sync_folder(path.parent)
    except OSError as error:
        raise NotSavedError(
            f"{path} was not saved ({error.strerror}), and what was there before is unchanged; "
            "free some space or choose another folder"
        ) from error
    finally:
        with contextlib.suppress(OSError):  # most often it has its new name and is not there
            unfinished.unlink()


def _sync_folder(folder):
    """Make sure that the new name, too, is on the disk (Windows sees to that itself)."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
