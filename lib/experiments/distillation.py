"""Distillation: a teacher's answers to many augmented images, for a small network to learn from.

The teacher names any image, so there can be more of them than labels. Its answers are computed
once, for a fixed set, and kept: the pupil's runs, one for each seed, learn from the same.
"""

import hashlib
import io
from pathlib import Path

import numpy as np

from lib.experiments.records import RESULTS
from lib.files import make_folder, write_file
from lib.serialization import load
from lib.training import log_probabilities

__all__ = ["taught"]


def taught(x, teacher, augment, copies, results=RESULTS):
    """Return images, and for each the probabilities that a teacher gives the classes.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        The training images.
    teacher : str
        Whose answers: the model in ``results/TEACHER.npz``.
    augment : callable
        Builds what distorts the images, given ``rng=``.
    copies : int
        How many images to make of each: itself, and ``copies - 1`` distorted ones.
    results : str or Path, optional
        The folder. What the teacher said is kept in ``.unfinished`` inside it.

    Returns
    -------
    images : ndarray of shape (copies · N, C, H, W)
    probabilities : ndarray of shape (copies · N, K)

    Raises
    ------
    ModelFileError, FileNotFoundError
        If there is no such teacher.

    Examples
    --------
    As the ``teach`` of an experiment, day 8's six networks name four versions of each image:

    >>> from functools import partial
    >>> from lib.data import Augment
    >>> shifted = partial(Augment, shift=2)
    >>> teach = partial(taught, teacher="day08_ensemble", augment=shifted, copies=4)
    """
    distort = augment(rng=np.random.default_rng(0))
    images = np.concatenate([x, *(distort(x) for _ in range(copies - 1))])
    results = Path(results)
    file = results / f"{teacher}.npz"
    question = hashlib.sha256(file.read_bytes() + images.tobytes()).hexdigest()
    folder = make_folder(results / ".unfinished", "--results")
    answers = folder / f"{teacher}.{question[:16]}.answers.npy"
    if not answers.exists():
        content = io.BytesIO()
        np.save(content, np.exp(log_probabilities(load(file), images)))
        write_file(answers, content.getvalue())
    return images, np.load(answers)
