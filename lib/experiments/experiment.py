"""An experiment: everything a training run depends on, written down before it starts.

It is made of parts such as ``partial(models.mlp, (784, 128, 10))``: a function of the course and
some of its arguments. ``partial`` fills those in now; the runner adds the rest (a random generator,
the parameters to learn) later, once for every seed.
"""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, fields
from functools import partial

from lib import nn
from lib.models.architecture import read_back, write_down

__all__ = ["Experiment"]


@dataclass(frozen=True)
class Experiment:
    """One configuration, to be run once for each of its seeds.

    Seven settings are needed. All together they answer four questions; the optional ones are listed
    in the order of these.

    - *What is learnt, and from what?* ``data``. Of its rows ``samples``, ``labels`` and
      ``validation`` take a part; ``target`` and ``teach`` put something else in their place.
    - *How?* ``model`` and ``optimizer``, and if you want ``loss``, ``schedule`` and ``augment``;
      ``start`` and ``frozen`` are for a network that has learnt before.
    - *How much?* ``epochs``, ``batch_size`` and one run for each of ``seeds``.
    - *What is kept?* The numbers of each run. ``also`` and ``peek`` measure more, ``search`` and
      ``reported`` say where the settings are from and what to compare with, ``probabilities`` and
      ``weights`` are files next to the record.

    Parameters
    ----------
    name : str
        Its name in the registry, and that of its record ``results/NAME.json``.
    title : str
        What it is, in a few words.
    data : callable
        Returns ``x_train, y_train, x_test, y_test``, ready for the model.
    model : callable
        Builds the network, given ``rng=``.
    optimizer : callable
        Builds the optimiser, given the parameters.
    epochs : int
        How often a run walks through its training rows.
    batch_size : int
        Rows in a batch.
    samples : int, optional
        How many rows to take, those to hold back included; the seed decides which. All by default.
    labels : int, optional
        How many of the training rows to learn from, the same number of each class; the seed decides
        which.
        They are repeated until an epoch has as many rows as are held back. All by default.
    validation : int or float, optional
        How many training rows to hold back, 5000 by default, always the same ones; as a share, such
        as 0.1, the seed decides which. They are there to choose by: the test set is looked at once,
        when a run is over.
    target : callable, optional
        What is learnt, as a function of the inputs, instead of the targets that ``data`` returns.
    teach : callable, optional
        What to train on instead of the training rows and their targets, as a function of these
        rows: ``distillation.taught``. What is held back to validate with stays as it is.
    loss : callable, optional
        Builds the loss; ``nn.CrossEntropyLoss`` by default.
    schedule : callable, optional
        Builds the learning-rate schedule, given the optimiser, ``epochs=`` and ``batches=``.
    augment : callable, optional
        Builds what changes each training batch, given ``rng=``.
    start : callable, optional
        What changes the fresh network before it learns, as a function of it and the seed:
        ``pretraining.pretrained``.
    frozen : bool, optional
        Whether only the last layer learns. What the layers before it make of the inputs is computed
        once, so there is nothing to augment.
    seeds : tuple of int, optional
        One run for each, 0, 1 and 2 by default. A seed decides the first weights, the order of the
        batches, and whatever Dropout and the augmentation draw.
    also : callable, optional
        What else to measure of the trained network: takes it, images and their labels, and returns
        a dictionary of numbers, such as ``autoencoding.redrawn``. They are recorded of the
        validation rows and of the test set.
    peek : bool, optional
        Whether to look at the test set after every epoch, which you should never do; day 8 shows
        what comes of it. Such a run cannot be interrupted: it starts over.
    search : str, optional
        The search that chose the settings; ``results/search/SEARCH.json`` holds all that was tried.
    reported : float, optional
        A number that somebody else has reported, to compare with: a test accuracy, or a test loss
        for a regression. It is kept in the record and shown in no table.
    probabilities : bool, optional
        Whether to keep, next to the record, the class probabilities of the first seed for all
        validation and test images: ``load_probabilities``.
    weights : bool, optional
        Whether to keep the trained weights of every seed, rounded to float16, in
        ``results/NAME.SEED.weights.npz``. What is recorded after the last epoch is then measured
        with the rounded ones.

    Examples
    --------
    >>> from lib import models, optim
    >>> from lib.experiments import data
    >>> flowers = Experiment(
    ...     "flowers",
    ...     "Iris with 8 hidden units",
    ...     data=data.iris,
    ...     model=partial(models.mlp, (4, 8, 3)),
    ...     optimizer=partial(optim.SGD, lr=0.05, momentum=0.9),
    ...     epochs=20,
    ...     batch_size=16,
    ...     validation=20,
    ... )
    >>> flowers.measure
    'accuracy'
    >>> flowers.settings()["optimizer"]["settings"]
    {'lr': 0.05, 'momentum': 0.9}
    """

    name: str
    title: str
    data: Callable
    model: Callable
    optimizer: Callable
    epochs: int
    batch_size: int
    _: KW_ONLY
    schedule: Callable | None = None
    augment: Callable | None = None
    loss: Callable = nn.CrossEntropyLoss
    seeds: tuple = (0, 1, 2)
    validation: int | float = 5000
    samples: int | None = None
    target: Callable | None = None
    teach: Callable | None = None
    labels: int | None = None
    start: Callable | None = None
    frozen: bool = False
    also: Callable | None = None
    search: str | None = None
    probabilities: bool = False
    weights: bool = False
    peek: bool = False
    reported: float | None = None

    @property
    def measure(self):
        """What counts: ``"accuracy"`` where classes are learnt, otherwise ``"loss"``."""
        loss = self.loss.func if isinstance(self.loss, partial) else self.loss
        losses = nn.MSELoss, nn.L1Loss, nn.NTXentLoss
        return "loss" if self.target or loss in losses else "accuracy"

    @property
    def command(self):
        """The command that runs it again, if it is one of the experiments of the course."""
        return f"python -m lib experiments run {self.name} --again"

    def settings(self):
        """Return all of it as JSON can hold it."""
        return {field.name: self._written(field.name) for field in fields(self)}

    def _written(self, name):
        try:
            return write_down(getattr(self, name))
        except TypeError as error:
            hint = "; save data of your own and use data.from_file" if name == "data" else ""
            raise TypeError(
                f"{self.name}: {name} is not made of parts of lib: {error}{hint}"
            ) from error

    def conditions(self):
        """Return the settings that decide what comes out of a run, given its seed.

        Titles and what is kept besides the numbers are not among them. A record whose conditions
        differ from those of the experiment is not continued.
        """
        words = ("title", "seeds", "search", "probabilities", "weights", "reported")
        return {name: value for name, value in self.settings().items() if name not in words}

    @classmethod
    def from_settings(cls, settings):
        """Build the experiment that a record describes, even if the registry has none like it.

        Parameters
        ----------
        settings : dict
            What ``settings()`` returned, as it comes out of the file.

        Returns
        -------
        Experiment

        Raises
        ------
        ValueError
            If the settings are not those of an experiment, or name something ``lib`` does not have.
        """
        try:
            experiment = cls(**read_back(settings))
        except (AttributeError, TypeError) as error:
            raise ValueError(f"these are not the settings of an experiment: {error}") from error
        for name, setting in settings.items():
            if isinstance(setting, dict) and not callable(getattr(experiment, name)):
                raise ValueError(f"experiment.{name} is {setting}, no class or function")
        return experiment


def describe(part):
    """Return a part as one would write it: ``"SGD(lr=0.01)"``; ``""`` for None.

    Examples
    --------
    >>> from lib import optim
    >>> describe(partial(optim.SGD, lr=0.1, momentum=0.9))
    'SGD(lr=0.1, momentum=0.9)'
    """
    if part is None:
        return ""
    if not isinstance(part, partial):
        return part.__name__
    words = [_word(value) for value in part.args]
    words += [f"{name}={_word(value)}" for name, value in part.keywords.items()]
    return f"{part.func.__name__}({', '.join(words)})"


def _word(value):
    return describe(value) if callable(value) else repr(value)
