"""Data: reading it, finding it, splitting it, walking through it in batches."""

from lib.data.augment import Augment
from lib.data.datasets import load_fashion_mnist, load_iris, load_kmnist, load_mnist, make_moons
from lib.data.download import DownloadError, import_torchvision
from lib.data.idx import DataError, MissingFileError, read_idx, write_idx
from lib.data.loader import DataLoader, Dataset, train_test_split
from lib.data.resample import resample
from lib.data.views import VIEWS, rotations, shifts

__all__ = [
    "VIEWS",
    "Augment",
    "DataError",
    "DataLoader",
    "Dataset",
    "DownloadError",
    "MissingFileError",
    "import_torchvision",
    "load_fashion_mnist",
    "load_iris",
    "load_kmnist",
    "load_mnist",
    "make_moons",
    "read_idx",
    "resample",
    "rotations",
    "shifts",
    "train_test_split",
    "write_idx",
]
