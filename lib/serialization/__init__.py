"""Models in files: ``save(model, "digits.npz")`` today, ``load("digits.npz")`` next year."""

from lib.serialization.archive import ModelFileError
from lib.serialization.model import describe, load, save

__all__ = ["ModelFileError", "describe", "load", "save"]
