"""Downloading, through torchvision: all of a data set arrives, or nothing changes.

The files go to a temporary folder first and move to their place when every one of them has been
checked. Whatever breaks before that leaves the old state, and one error that says what to do.
"""

import os
import socket
import tempfile
from pathlib import Path

from lib.data.idx import DataError

TIMEOUT = 30.0  # seconds of silence after which a connection counts as broken

_placeholders = []  # what import_torchvision has to keep alive


class DownloadError(DataError):
    """A download did not succeed; nothing of it was kept. It is a ``DataError``."""


def download_files(name, target, verify, command):
    """Download a data set and put its ``.gz`` files into a folder.

    Parameters
    ----------
    name : str
        The class in ``torchvision.datasets`` that knows where the files are.
    target : Path
        The folder for the files, two levels below the data folder, such as ``data/KMNIST/raw``.
    verify : callable
        ``verify(folder)`` raises if the files in ``folder`` are not as they should be.
    command : str
        What to type to try again, for the error message.

    Raises
    ------
    DownloadError
        torchvision is not there, the folder cannot be written to, or what arrived is not
        complete and right.
    """
    torchvision = import_torchvision()
    data_folder = target.parents[1]
    try:
        data_folder.mkdir(parents=True, exist_ok=True)
        # Inside the data folder, thus on the same disk: there a move is one step.
        with tempfile.TemporaryDirectory(prefix=".download-", dir=data_folder) as temporary:
            _fetch(getattr(torchvision.datasets, name), temporary, verify, command)
            target.mkdir(parents=True, exist_ok=True)
            for path in Path(temporary, name, "raw").glob("*.gz"):
                os.replace(path, target / path.name)
    except OSError as error:
        raise DownloadError(
            f"cannot write to {data_folder} ({error}); "
            "set the environment variable DLBH_DATA to a folder of your own and try again"
        ) from error


def _fetch(dataset, folder, verify, command):
    """Let torchvision download into a folder, and check what has come."""
    silence_before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)  # torchvision itself would wait for ever
    try:
        dataset(folder, download=True)
        verify(Path(folder, dataset.__name__, "raw"))
    except Exception as error:
        # torchvision passes on whatever happened: URLError, ConnectionResetError, IncompleteRead,
        # RuntimeError for a wrong checksum, EOFError for half a gzip file ... To us it is all one.
        raise DownloadError(
            f"{dataset.__name__} was not downloaded and nothing was kept.\n"
            f"{type(error).__name__}: {str(error).strip()}\n"
            f"Check your connection, then try again: {command}"
        ) from error
    finally:
        socket.setdefaulttimeout(silence_before)


def import_torchvision():
    """Import torchvision, also where its compiled part does not fit the installed torch.

    Returns
    -------
    module
        ``torchvision``, with ``torchvision.datasets``.

    Raises
    ------
    DownloadError
        torchvision is not installed.

    Notes
    -----
    torchvision's Linux wheel is compiled for CUDA. With a CPU-only torch that part does not load,
    and the import ends with ``operator torchvision::nms does not exist``. Data sets need
    no such operator. It is enough to tell torch that two of that name exist and to import again.
    """
    try:
        import torchvision
    except ImportError as error:
        raise DownloadError(
            f"downloading needs torchvision, which cannot be imported ({error}); "
            "install it with: python -m pip install torch torchvision"
        ) from error
    except RuntimeError as error:
        if "operator torchvision::nms does not exist" not in str(error):
            raise
        import torch

        library = torch.library.Library("torchvision", "FRAGMENT")
        library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _placeholders.append(library)  # the definitions live as long as this object
        import torchvision
    return torchvision
