"""A file that is whole or says that it is not: arrays and a few words about them, in one ``.npz``.

The file is what ``np.savez`` writes, so ``np.load`` opens it anywhere. Two things are added. Its
first member, named ``deep-learning-by-hand``, holds a header: a dictionary as JSON text. And it
ends with the SHA-256 checksum of everything before, in the place where a zip file may have a
comment. A zip file has checksums of its own, but only of what is in its members: their names, sizes
and places may be wrong without anyone noticing, and different programs fail on them in different
ways. With one checksum of the whole file, a wrong bit anywhere is one error. Nothing is ever
pickled: a pickle can run any code when it is opened, and a file with weights has no need of that.

It is written by ``lib.files``: in one step, or not at all.
"""

import hashlib
import io
import json
import zipfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from lib import __version__
from lib.files import printable, write_file

FORMAT = 1  # of the files we write; we read this one and those before it
NAME = "deep-learning-by-hand"
CHECKSUM_LENGTH = 64  # a SHA-256 in hexadecimal

# What every header says, and what that of a model or a checkpoint says in addition.
FIELDS = {"format": int, "kind": str, "library": str, "numpy": str}
FIELDS_OF = {
    "model": {"architecture": (dict, type(None)), "metadata": dict},
    "checkpoint": {"training": dict},
}


class ModelFileError(ValueError):
    """A file of ours cannot be used; the message says which one, why, and what to do.

    It is damaged, of another kind, from a newer version of this library, or its weights belong to
    another network.
    """


def write_archive(path, kind, header, arrays):
    """Write a header and arrays into one ``.npz`` that ends with its checksum.

    Parameters
    ----------
    path : str or Path
        The file; its folder must exist.
    kind : str
        What the file is: ``"model"`` or ``"checkpoint"``.
    header : dict
        Numbers, text, lists and dictionaries.
    arrays : dict of str to ndarray
        The arrays, none of them with Python objects in it.

    Raises
    ------
    NotSavedError
        The disk is full, or the folder is missing or may not be written to.
    TypeError
        Something cannot be stored without pickle.
    """
    write_file(path, _content(kind, header, arrays))


def read_archive(path, kind):
    """Return the header and the arrays of a file, exactly as they were written.

    Parameters
    ----------
    path : str or Path
        The file.
    kind : str
        What the file should be.

    Returns
    -------
    header : dict
        What was given to ``write_archive``, and ``"library"``, ``"numpy"``: the versions used then.
    arrays : dict of str to ndarray
        The arrays.

    Raises
    ------
    ModelFileError
        The file is not what it should be.
    FileNotFoundError
        There is no such file.
    """
    content = Path(path).read_bytes()
    if not _begins_like_ours(content):
        raise ModelFileError(f"{path} was not written by this library; check the name")
    body, checksum = content[:-CHECKSUM_LENGTH], content[-CHECKSUM_LENGTH:]
    if hashlib.sha256(body).hexdigest().encode() != checksum:
        raise ModelFileError(
            f"{path} is damaged: its {len(content)} bytes are not those that were written; "
            "restore it from a copy or make it again"
        )
    with reading(path):
        arrays = arrays_of(content)
        header = json.loads(arrays.pop(NAME).tobytes())
        _check(header, FIELDS)
    if header["format"] > FORMAT:
        raise ModelFileError(
            f"{path} has format {header['format']}, from version {printable(header['library'])} of "
            f"this library; version {__version__} reads up to format {FORMAT}: update it"
        )
    if header["kind"] != kind:
        raise ModelFileError(
            f"{path} is a {printable(header['kind'])}, not a {kind}; check the name"
        )
    with reading(path):
        _check(header, FIELDS_OF[kind])
    return header, arrays


def _begins_like_ours(content):
    """Tell whether a file may be one of ours; one that is cut short in its first bytes may be."""
    mark, name = b"PK\3\4", f"{NAME}.npy".encode()  # of a zip file, and of its first member,
    # which is written 30 bytes later
    found = content[:4], content[30 : 30 + len(name)]
    return mark.startswith(found[0]) and name.startswith(found[1])


@contextmanager
def reading(path):
    """Turn whatever goes wrong inside a ``with`` block into a ``ModelFileError``.

    A context manager, for the lines that read a file. A checksum tells that a file is as it was
    written, not who wrote it: what it says may be anything.

    Parameters
    ----------
    path : str or Path
        The file, for the message.

    Raises
    ------
    ModelFileError
        Instead of the error in the block. Errors of the disk (``OSError``) stay what they are.

    Examples
    --------
    >>> try:
    ...     with reading("digits.npz"):
    ...         shape = [28, 28][2]
    ... except ModelFileError as error:
    ...     print(str(error).partition(";")[0])
    digits.npz is not as this library writes its files (IndexError: list index out of range)
    """
    try:
        yield
    except (ModelFileError, OSError):
        raise
    except Exception as error:
        why = printable(f"{type(error).__name__}: {error}".removesuffix(": "))
        raise ModelFileError(
            f"{path} is not as this library writes its files ({why}); "
            "get it again from where it came from, or make it again"
        ) from error


def pack(value, arrays, name=""):
    """Take the arrays out of nested dictionaries and lists, so that JSON can hold what is left.

    Parameters
    ----------
    value : dict, list, tuple, ndarray, number or text
        What to pack; an array may be anywhere in it.
    arrays : dict
        Where each array goes, under the names that lead to it: ``"optimizer/memory/m/0"``.
    name : str, optional
        The names that lead to ``value`` itself.

    Returns
    -------
    dict, list, number or text
        The same with ``{"array": name}`` for each array, and lists for tuples.

    Examples
    --------
    >>> arrays = {}
    >>> pack({"steps": 3, "m": [np.zeros(2)]}, arrays, "memory")
    {'steps': 3, 'm': [{'array': 'memory/m/0'}]}
    >>> arrays
    {'memory/m/0': array([0., 0.])}
    """
    if isinstance(value, np.ndarray):
        arrays[name] = value
        return {"array": name}
    if isinstance(value, dict):
        return {key: pack(entry, arrays, f"{name}/{key}") for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [pack(entry, arrays, f"{name}/{i}") for i, entry in enumerate(value)]
    return value


def unpack(value, arrays):
    """Put the arrays back: return what ``pack`` was given, with lists for tuples.

    Parameters
    ----------
    value : dict, list, number or text
        What ``pack`` returned.
    arrays : dict of str to ndarray
        The arrays that it took out.

    Returns
    -------
    dict, list, ndarray, number or text
    """
    if isinstance(value, dict):
        if value.keys() == {"array"}:
            return arrays[value["array"]]
        return {key: unpack(entry, arrays) for key, entry in value.items()}
    if isinstance(value, list):
        return [unpack(entry, arrays) for entry in value]
    return value


def _content(kind, header, arrays):
    """Return the bytes of a file."""
    provenance = {"library": __version__, "numpy": np.__version__}
    header = {"format": FORMAT, "kind": kind} | provenance | header
    text = json.dumps(header, default=_plain).encode()
    for name, array in arrays.items():
        if array.dtype.hasobject:
            raise TypeError(f"{name} holds Python objects, which cannot be stored without pickle")
    buffer = io.BytesIO()
    np.savez(buffer, **{NAME: np.frombuffer(text, np.uint8)}, **arrays)
    # The last two bytes of a zip file are the length of its comment, which is 0: make it ours.
    body = buffer.getvalue()[:-2] + CHECKSUM_LENGTH.to_bytes(2, "little")
    return body + hashlib.sha256(body).hexdigest().encode()


def arrays_of(content, most=None):
    """Return the arrays of an ``.npz`` by name, and take no more memory than they need.

    ``np.load`` believes what an array says about its shape, and asks for that much memory first.

    Parameters
    ----------
    content : bytes
        The file.
    most : int, optional
        How many bytes they may have together; as many as the file by default, which is enough
        where nothing is compressed.

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    Exception
        Of whatever type: these bytes are not such a file.
    """
    arrays = {}
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        if sum(member.file_size for member in file.infolist()) > (most or len(content)):
            raise ValueError("its arrays are larger than they may be")
        for member in file.infolist():
            numbers = file.read(member)
            start = io.BytesIO(numbers)
            version = np.lib.format.read_magic(start)
            if version != (1, 0):
                raise ValueError(f"{member.filename} has version {version} of the npy format")
            shape, fortran, dtype = np.lib.format.read_array_header_1_0(start)
            array = np.frombuffer(numbers, dtype, offset=start.tell())  # refuses Python objects
            array = array.reshape(shape, order="F" if fortran else "C")
            arrays[member.filename.removesuffix(".npy")] = array.copy(order="K")
    return arrays


def _check(header, fields):
    """Raise an error unless a header has all of some fields, each of its type."""
    for name, types in fields.items():
        if name not in header or not isinstance(header[name], types):
            raise TypeError(f"{name!r} in its header is {header.get(name, 'missing')!r}")


def _plain(value):
    """Return a NumPy number as one of Python's; json asks for what it does not know."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(
        f"only numbers, text, lists and dictionaries can be stored, not {type(value).__name__}"
    )
