"""Weights that other programs saved: whose file is it, and which line reads it?"""

import os
import zipfile
from contextlib import suppress

from lib.serialization.archive import NAME

OLD_TORCH = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9"  # how torch.save began before it wrote zip files


def weights_of_others(path):
    """Return the program that wrote a file of weights, and the line that reads it; None for ours.

    Parameters
    ----------
    path : str or Path
        The file. Nothing but its first bytes and the names in it are read.

    Returns
    -------
    tuple of two str, or None
        Such as ``("NumPy", "np.load('weights.npz')")``.
    """
    name, ours = str(path), NAME.encode()
    with open(path, "rb") as file:
        start = file.read(100)
        if ours in start:
            return None
        # eight bytes with the length of the header, then the header, which is JSON
        if start[8:9] == b"{" and int.from_bytes(start[:8], "little") < file.seek(0, os.SEEK_END):
            return "safetensors", f"safetensors.numpy.load_file({name!r})"
        names = []
        if zipfile.is_zipfile(file):
            with suppress(Exception), zipfile.ZipFile(file) as members:  # read_archive says why not
                names = members.namelist()
    if any(member.endswith("data.pkl") for member in names) or start.startswith(OLD_TORCH):
        return "PyTorch", f"torch.load({name!r}, map_location='cpu', weights_only=True)"
    if names and f"{NAME}.npy" not in names and all(n.endswith(".npy") for n in names):
        return "NumPy", f"np.load({name!r})"
    return None
