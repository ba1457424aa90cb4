"""IDX: the file format of MNIST, a few header bytes and then nothing but numbers.

::

    byte 0, 1        0 and 0
    byte 2           what one number is: 8 = uint8, 13 = float32, ...
    byte 3           how many dimensions D the array has
    next 4·D bytes   the length of each dimension, as a 32-bit integer
    the rest         the numbers themselves, last dimension fastest

Every number longer than a byte is big-endian: its most significant byte comes first.
"""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

from lib.files import write_file

# Byte 2 of the header -> the dtype of the numbers; ">" means big-endian.
DTYPES = {
    0x08: np.dtype(">u1"),
    0x09: np.dtype(">i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}

GZIP = b"\x1f\x8b"  # how a gzip file begins; an IDX file begins with two zeros


class DataError(ValueError):
    """A data set cannot be used; the message says which file, why, and what to do.

    A ``ValueError``, and the base of the other two.
    """


class MissingFileError(DataError, FileNotFoundError):
    """A file is not where it was looked for.

    A ``DataError``, and a ``FileNotFoundError`` as well: catch it as either.
    """


def read_idx(path):
    """Read an IDX file into an array. Its bytes, not its name, tell whether it is compressed.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    ndarray
        The array, in this machine's byte order, yours to change.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        The file is damaged, or is not an IDX file at all. The message says which rule it breaks.

    Examples
    --------
    >>> import tempfile
    >>> path = tempfile.mkdtemp() + "/labels.gz"
    >>> write_idx(path, np.array([7, 2, 1], dtype=np.uint8))
    >>> read_idx(path)
    array([7, 2, 1], dtype=uint8)
    """
    return parse(unpacked(path), path)


def unpacked(path):
    """Return the bytes of an IDX file, decompressed if they are those of a gzip file.

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        The gzip file is damaged.
    """
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError as error:
        raise MissingFileError(f"{path} does not exist; check the name and the folder") from error
    if not content.startswith(GZIP):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path} is not a complete gzip file ({error}); fetch it again") from error


def parse(content, path):
    """Return the array that the bytes of an IDX file describe; messages name the file ``path``.

    Raises
    ------
    DataError
        These are not the bytes of an IDX file, or not all of them.
    """
    if len(content) < 4 or content[:2] != b"\0\0":
        raise DataError(
            f"{path} is not an IDX file: it starts with the bytes {content[:4]!r}, "
            "an IDX file with two zero bytes, a dtype code and the number of dimensions"
        )
    code, ndim = content[2], content[3]
    if code not in DTYPES:
        known = ", ".join(f"{number:#04x} {dtype.name}" for number, dtype in DTYPES.items())
        raise DataError(f"{path} has the unknown dtype code {code:#04x}; IDX knows {known}")

    header_size = 4 + 4 * ndim
    if len(content) < header_size:
        raise DataError(
            f"{path} is truncated: a header for {ndim} dimensions takes {header_size} bytes, "
            f"the file has {len(content)}; fetch it again"
        )
    shape = tuple(np.frombuffer(content, ">u4", count=ndim, offset=4).tolist())

    dtype = DTYPES[code]
    expected, found = math.prod(shape) * dtype.itemsize, len(content) - header_size
    if found != expected:
        problem = "truncated" if found < expected else "too long"
        raise DataError(
            f"{path} is {problem}: {dtype.name} numbers of shape {shape} take {expected} bytes, "
            f"the file holds {found} after its header; fetch it again"
        )
    numbers = np.frombuffer(content, dtype, offset=header_size)
    try:
        numbers = numbers.reshape(shape)
    except ValueError as error:
        raise DataError(f"{path} describes an array NumPy cannot hold: {error}") from error
    # frombuffer looks at the bytes of the file: astype copies them into an array of our own.
    return numbers.astype(dtype.newbyteorder("="))


def write_idx(path, array):
    """Write an array as an IDX file, compressed if the name ends in ``.gz``.

    The file appears in one step: it is written under another name and then renamed, so that a
    crash half-way leaves an older file of that name as it was.

    Parameters
    ----------
    path : str or Path
        The file; its folder must exist.
    array : array_like
        Numbers of dtype uint8, int8, int16, int32, float32 or float64.

    Raises
    ------
    TypeError
        IDX has no code for the dtype of ``array``.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp(), "labels")
    >>> write_idx(path, np.array([7, 2, 1], dtype=np.uint8))
    >>> list(path.read_bytes())  # 8 for uint8, 1 dimension, of length 3
    [0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]
    """
    path, array = Path(path), np.asarray(array)
    big_endian = array.dtype.newbyteorder(">")
    codes = {dtype: code for code, dtype in DTYPES.items()}
    if big_endian not in codes:
        known = ", ".join(dtype.name for dtype in DTYPES.values())
        raise TypeError(
            f"IDX cannot store {array.dtype}, only {known}; "
            "convert first, labels for example with y.astype(np.uint8)"
        )

    header = bytes([0, 0, codes[big_endian], array.ndim])
    lengths = b"".join(length.to_bytes(4, "big") for length in array.shape)
    content = header + lengths + array.astype(big_endian).tobytes()
    if path.suffix == ".gz":
        content = gzip.compress(content, mtime=0)  # no time stamp: same array, same bytes

    write_file(path, content)
