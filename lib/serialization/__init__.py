"""Models in files: ``save(model, "digits.npz")`` today, ``load("digits.npz")`` next year."""

from lib.serialization.archive import (
    ArchitectureError,
    DamagedFileError,
    ForeignFileError,
    ModelFileError,
    NewerFormatError,
    NotSavedError,
)
from lib.serialization.model import describe, load, save

__all__ = [
    "ArchitectureError",
    "DamagedFileError",
    "ForeignFileError",
    "ModelFileError",
    "NewerFormatError",
    "NotSavedError",
    "describe",
    "load",
    "save",
]
