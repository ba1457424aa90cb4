"""What went wrong, in one sentence: the value, the rule, and how to put it right."""

import errno

import click

from lib.data import DataError
from lib.files import NotSavedError, printable
from lib.recognition.reading import PictureError
from lib.serialization.archive import ModelFileError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class UserError(click.ClickException):
    """Something that the reader can put right; the message says how."""


def one_sentence(error):
    """Say what went wrong.

    Parameters
    ----------
    error : Exception
        What a command raised.

    Returns
    -------
    str or None
        One line, or None for an error that only our own code can be to blame for.
    """
    match error:
        case click.UsageError():
            command = error.ctx.command_path if error.ctx else "python -m lib"
            words = f"{error.format_message().rstrip('.?')}; see {command} --help"
        case click.ClickException():
            words = error.format_message()
        case (
            ModelFileError() | NotSavedError() | DataError() | PictureError() | FloatingPointError()
        ):
            words = str(error)
        case MemoryError():
            words = "there is not enough memory for this; try a smaller --batch-size or --samples"
        case OSError(errno=number, filename=str()) if number in FULL:
            words = f"{error.filename} was not written ({error.strerror}); free some space"
        case OSError(filename=str()):
            words = f"{error.filename} cannot be used ({error.strerror}); choose another file"
        case _:
            return None
    return printable(" ".join(words.split()))
