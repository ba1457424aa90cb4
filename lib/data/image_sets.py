"""The four files of an image set: where they lie, how to get them, whether they are the right ones.

A file may be compressed, as it is published, or unpacked; it is known by what is in it.

They are looked for in ``$DLBH_DATA``, if you have set that environment variable to a folder, and
then in the ``data/`` folder next to ``lib/``.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lib.data.download import download_files
from lib.data.idx import DataError, MissingFileError, parse, unpacked

DATA_FOLDER = Path(__file__).resolve().parents[2] / "data"

FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


@dataclass(frozen=True)
class ImageSet:
    """Where an image set lies, how to get it, and how to tell that it is the right one."""

    folder: str  # inside the data folder
    command: str  # what to type when files are missing or damaged
    md5: tuple[str, str, str, str]  # one checksum for each of FILES, as they are published
    # and one for what is in them, where it is known: for the sets that come with the course
    content: tuple[str, str, str, str] | tuple[()] = ()


def _download_command(function):
    return f'python -c "from lib.data import {function}; {function}(download=True)"'


# The checksums of the three full sets are those that torchvision checks after a download.
MNIST = ImageSet(
    folder="MNIST/raw",
    command=_download_command("load_mnist"),
    md5=(
        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "d53e105ee54ea40749a09fcbcd1e9432",
        "9fb629c4189551a2d022fa330f9573f3",
        "ec29112dd5afa0611ce80d1b7f02629c",
    ),
    content=(
        "6bbc9ace898e44ae57da46a324031adb",
        "a25bea736e30d166cdddb491f175f624",
        "2646ac647ad5339dbf082846283269ea",
        "27ae3e4e09519cfbb04c329615203637",
    ),
)
FASHION_MNIST = ImageSet(
    folder="FashionMNIST/raw",
    command=_download_command("load_fashion_mnist"),
    md5=(
        "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "25c81989df183df01b3e8a0aad5dffbe",
        "bef4ecab320f06d8554ea6380940ec79",
        "bb300cfdad3c16e7a12a480ee83cd310",
    ),
)
FASHION_MNIST_SUBSET = ImageSet(
    folder="fashion-mnist-subset",
    command="git checkout -- data/fashion-mnist-subset (without Git, unpack the course again)",
    md5=(
        "0dc7e59c4f02e4cd5386398f61764ae6",
        "4f12b895d2d60c81fad5a80346e06c34",
        "60446bba50d300cf329f13c228582885",
        "3a5ecd4e1a5ee7a9568063426d752435",
    ),
    content=(
        "56cb151f02f7a0ea897b87493b6c7586",
        "6017ecad9bfe54bba7fcc9dc44bdedd4",
        "c02bf5be7718b1153b1992308017dc29",
        "a4b1ac51fa4de730f5b7e05c501b832a",
    ),
)
KMNIST = ImageSet(
    folder="KMNIST/raw",
    command=_download_command("load_kmnist"),
    md5=(
        "bdb82020997e1d708af4cf47b453dcf7",
        "e144d726b3acfaa3e44228e80efcd344",
        "5c965bf0a639b31b8f53240b1b52f4d7",
        "7320c461ea6c1c855c0b718fb2a4b134",
    ),
)


def load_image_set(image_set, download):
    """Read an image set; if it is missing or damaged and download is True, fetch it first."""
    try:
        return _read(find(image_set), image_set)
    except DataError:
        if not download:
            raise
    target = _places(image_set)[0]
    download_files(
        name=target.parent.name,  # the folder is named after torchvision's class
        target=target,
        verify=lambda folder: _read(folder, image_set),
        command=image_set.command,
    )
    return _read(target, image_set)


def _places(image_set):
    """Return the folders where the set may be, the first being where a download goes."""
    named = os.path.expanduser(os.environ.get("DLBH_DATA", ""))  # ~unknown stays as it is
    roots = [Path(named)] if named else []
    return [root / image_set.folder for root in [*roots, DATA_FOLDER]]


def find(image_set):
    """Return the first folder that has all four files."""
    report = []
    for folder in _places(image_set):
        missing = [name for name in FILES if not _file(folder, name).is_file()]
        if not missing:
            return folder
        report.append(f"{folder} lacks {', '.join(missing)}.")
    raise MissingFileError("\n".join([*report, f"To get what is missing: {image_set.command}"]))


def _file(folder, name):
    """Return a file's path: as it is published or, where it is not there, unpacked."""
    return folder / name if (folder / name).is_file() else folder / name.removesuffix(".gz")


def _read(folder, image_set):
    """Read the four files of a folder, checking that they are the right ones."""
    arrays = []
    for place, name in enumerate(FILES):
        path = _file(folder, name)
        try:
            content = unpacked(path)
            array = parse(content, path)
        except DataError as error:
            raise DataError(f"{error}.\nTo fetch it again: {image_set.command}") from error
        if problem := _problem(path, content, array, image_set, place):
            raise DataError(
                f"{path} is not the file it should be: {problem}.\n"
                f"To get the right one: {image_set.command}"
            )
        arrays.append(array)
    x_train, y_train, x_test, y_test = arrays
    return x_train, y_train.astype(np.int64), x_test, y_test.astype(np.int64)


def _problem(path, content, array, image_set, place):
    """Return what shows that a file is not the one of that place among FILES, or None."""
    if image_set.content:
        found, right = _md5(content), image_set.content[place]
        return (
            None if found == right else f"the MD5 checksum of its content is {found}, not {right}"
        )
    if _md5(path.read_bytes()) == image_set.md5[place]:
        return None
    # Unpacked or compressed again since: recognised by what the two sets have in common.
    N = 60_000 if "train" in FILES[place] else 10_000
    has_labels = "labels" in FILES[place]
    shape = (N,) if has_labels else (N, 28, 28)
    if (array.shape, array.dtype) != (shape, np.uint8):
        return f"it holds {array.dtype} numbers of shape {array.shape}, not uint8 of shape {shape}"
    if has_labels and not np.array_equal(np.bincount(array), np.full(10, N // 10)):
        return f"it does not hold each label from 0 to 9 {N // 10} times"
    return None


def _md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
