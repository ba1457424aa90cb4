"""Day 10, learning without labels: a network learns from all images first, from labels after that.

Three convolutions learn to tell the distorted copies of one image from those of all others. Then
their last layer is thrown away, and a new one gets labels: 10, 100, 1000 or all. Either everything
goes on learning (*fine-tuning*), or this layer alone (a *linear probe*); next to them the same
network learns from the same labels only. Each of the twelve gets its rate and its epochs from six
tries on validation images. Temperature and distortions come from a handful of short trials before
that, judged with labels of training images.
"""

from functools import partial

import numpy as np

from lib import models, nn, optim
from lib.data import Augment
from lib.experiments import data
from lib.experiments.advice import command_for, if_damaged
from lib.experiments.experiment import Experiment
from lib.experiments.records import RESULTS, load_record
from lib.experiments.runner import weights_file
from lib.experiments.schema import RecordError
from lib.experiments.search import Search
from lib.files import sha256
from lib.optim import OneCycleLR
from lib.serialization import load

AUGMENT = partial(Augment, shift=2, rotation=15, scale=0.1, shear=0.1, elastic=1, pen=0.5)
BUDGETS = {"10": 10, "100": 100, "1000": 1000, "all": None}
WAYS = {"scratch": "from scratch", "tuned": "fine-tuned", "probe": "only the last layer"}


class TwoViews:
    """Make two distorted copies of the first channel of each image: (N, C, H, W) to (N, 2, H, W).

    Parameters
    ----------
    augment : callable
        Builds what distorts, given ``rng=``.
    rng : numpy.random.Generator
        What decides.
    """

    def __init__(self, augment, *, rng):
        self.rng, self.augment = rng, augment(rng=rng)
        self.settings = self.augment.settings

    def __call__(self, images):
        """Return the two views of each image, in the dtype of the images."""
        one = images[:, :1]
        return np.concatenate([self.augment(one), self.augment(one)], axis=1)


def mnist_in_pairs(augment):
    """Return MNIST with each image in two channels: as it is, and distorted, always the same way.

    Training looks at the first channel only, which ``TwoViews`` distorts afresh in each epoch.
    """
    distort = augment(rng=np.random.default_rng(data.SPLIT_SEED))
    x_train, y_train, x_test, y_test = data.mnist()
    x_train, x_test = (np.concatenate([x, distort(x)], axis=1) for x in (x_train, x_test))
    return x_train, y_train, x_test, y_test


def codes_of_views(size, *, rng):
    """Return three convolutions that give each view of an image a code of some numbers."""
    return nn.PerView(models.cnn3(num_classes=size, rng=rng))


def pretrained(model, seed, name, results=RESULTS):
    """Give a network the weights of one that has learnt without labels; its last layer stays.

    Parameters
    ----------
    model : Sequential
        The network that is changed.
    seed : int
        The seed of the run whose weights are taken.
    name : str
        Its experiment.
    results : str or Path, optional
        The folder with its record and ``NAME.SEED.weights.npz``.

    Raises
    ------
    RecordError
        If the weights are not there, or are not those of the record.

    Examples
    --------
    In an experiment it is ``start=partial(pretrained, name="contrastive")``. By hand:

    >>> network = models.cnn3(rng=np.random.default_rng(0))
    >>> pretrained(network, seed=0, name="contrastive")
    """
    record = load_record(name, results)
    path = weights_file(record.experiment, seed, results)
    kept = {run["seed"]: run["weights"]["sha256"] for run in record.runs}
    if not path.exists() or sha256(path) != kept.get(seed):
        advice = if_damaged(path, command_for(name, results, again=True))
        raise RecordError(
            f"{path} is missing, or does not hold the weights of the record {name}; {advice}"
        )
    source = record.experiment.model(rng=np.random.default_rng(0))
    load(path, into=source)
    for layer, learnt in zip(model.layers[:-1], source.network.layers[:-1], strict=True):
        layer.load_state_dict(learnt.state_dict())


CONTRASTIVE = Experiment(
    "contrastive",
    "three convolutions, which of 511 views is the other one of this image?",
    data=partial(mnist_in_pairs, AUGMENT),
    model=partial(codes_of_views, 64),
    optimizer=partial(optim.Adam, lr=0.002),
    schedule=partial(OneCycleLR, max_lr=0.002),
    augment=partial(TwoViews, AUGMENT),
    loss=partial(nn.NTXentLoss, temperature=0.5),
    epochs=4,
    batch_size=256,
    weights=True,
)


def labelled(way, budget, lr, epochs):
    """Return one of the twelve: what learns, from how many labels, how fast and how long."""
    labels = BUDGETS[budget]
    return Experiment(
        f"labels_{budget}_{way}",
        f"{labels or 'all'} labels, {WAYS[way]}",
        data=data.mnist,
        model=models.cnn3,
        optimizer=partial(optim.Adam, lr=lr),
        schedule=partial(OneCycleLR, max_lr=lr),
        augment=None if way == "probe" else AUGMENT,
        epochs=epochs,
        batch_size=64,
        labels=labels,
        start=None if way == "scratch" else partial(pretrained, name="contrastive"),
        frozen=way == "probe",
        search=f"labels_{way if labels else 'all'}",
    )


def tried(way, budget):
    """Return one side of a search: one of the twelve, at the rate and for the epochs of a trial."""

    def side(trial):
        lr = trial.suggest_float("lr", 0.0001, 1, log=True)
        return labelled(way, budget, lr, trial.suggest_int("epochs", 1, 10))

    return side


RATES = [0.001, 0.003, 0.01]
FEW = [budget for budget, labels in BUDGETS.items() if labels]
LABEL_SEARCHES = [
    Search(
        f"labels_{way}",
        f"10, 100 and 1000 labels, {words}: rate and epochs",
        {budget: tried(way, budget) for budget in FEW},
        # one layer alone takes higher rates than four
        grid={"lr": [0.003, 0.01, 0.03] if way == "probe" else RATES, "epochs": [2, 8]},
    )
    for way, words in WAYS.items()
]
LABEL_SEARCHES.append(
    Search(
        "labels_all",
        "all labels: rate and epochs",
        {way: tried(way, "all") for way in WAYS},
        grid={"lr": RATES, "epochs": [2, 4]},  # an epoch is eleven times as long
    )
)
# What the searches found best: rate and epochs.
CHOSEN = {
    "scratch": {"10": (0.01, 8), "100": (0.01, 8), "1000": (0.01, 8), "all": (0.003, 4)},
    "tuned": {"10": (0.01, 2), "100": (0.003, 8), "1000": (0.01, 8), "all": (0.003, 4)},
    "probe": {"10": (0.003, 8), "100": (0.003, 8), "1000": (0.03, 8), "all": (0.01, 4)},
}
PRETRAINING = [
    CONTRASTIVE,
    *[
        labelled(way, budget, *chosen)
        for way, budgets in CHOSEN.items()
        for budget, chosen in budgets.items()
    ],
]
