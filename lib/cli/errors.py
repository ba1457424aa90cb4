"""What went wrong, in one sentence: the value, the rule, and how to put it right."""

import errno
from difflib import get_close_matches

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
            words = error.format_message().rstrip(".")
            words += f"{' See' if words.endswith('?') else '; see'} {command} --help"
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


def or_did_you_mean(word, known):
    """Return what to say of a word that is none of those known.

    Examples
    --------
    >>> or_did_you_mean("LeNet", ["mlp", "lenet5"])
    'is unknown; did you mean lenet5?'
    >>> or_did_you_mean("resnet", ["mlp", "lenet5"])
    'is none of mlp, lenet5'
    """
    close = get_close_matches(word.lower(), known, n=1, cutoff=0.7)
    return f"is unknown; did you mean {close[0]}?" if close else f"is none of {', '.join(known)}"
