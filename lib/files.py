"""Writing files safely: either the new file is complete, or the old one is still there.

Nothing is ever changed in place. The new file is written next to the old one, and takes its name
when it is complete and on the disk. A process that is killed half-way leaves the old file as it
was.
"""

import contextlib
import hashlib
import os
from pathlib import Path


class NotSavedError(OSError):
    """A file could not be written; an older file of that name is as it was.

    The message says why (no space, no such folder, no permission) and what to do.
    """


def write_file(path, content):
    """Write a file in one step: either all of it is there afterwards, or the old one still is.

    Parameters
    ----------
    path : str or Path
        The file; its folder must exist.
    content : bytes
        All that the file is to hold.

    Raises
    ------
    NotSavedError
        The disk is full, or the folder is missing or may not be written to.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "notes.txt"
    >>> write_file(path, b"lr = 0.1 is too much")
    >>> path.read_bytes()
    b'lr = 0.1 is too much'
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
        with contextlib.suppress(OSError):  # after os.replace there is nothing left to delete
            unfinished.unlink()


def make_folder(path, option):
    """Make a folder, and make sure that something can be written into it.

    Parameters
    ----------
    path : Path
        The folder; those above it are made too.
    option : str
        The option of the command line that names another one, for the message.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    NotSavedError
        It cannot be made, or nothing can be written into it.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        trial = path / f".{os.getpid()}.unfinished"
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise NotSavedError(
            f"the folder {path} cannot be written to ({error.strerror}); "
            f"name another one with {option}"
        ) from error
    return path


def sha256(path):
    """Return the SHA-256 checksum of a file: any change of its bytes changes it.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    return hashlib.sha256(path.read_bytes()).hexdigest()


def printable(text):
    r"""Return a text with its control characters escaped: one from a file could move the cursor.

    Parameters
    ----------
    text : str
        What is to be printed.

    Returns
    -------
    str

    Examples
    --------
    >>> printable("tabs and \x1b[31mcolours")
    'tabs and \\x1b[31mcolours'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _sync_folder(folder):
    """Make sure that the new name is on the disk as well (Windows sees to that itself)."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
