"""What may follow an option. Each type says what it got, what it wanted, and an example."""

import functools
import inspect
import math
from pathlib import Path

import click
import numpy as np

from lib.cli.errors import or_did_you_mean
from lib.data import Augment

SIDE = 28  # of every image here, in pixels
CLASSES = 10  # every data set here has ten, numbered from 0


class _WithExample:
    """What click's ranges lack: a number out of range is answered with an example."""

    def __init__(self, *, example=None, **limits):
        super().__init__(**limits)
        self.example = example

    def fail(self, message, param=None, ctx=None):
        """Say what is wrong, and give the example or the default."""
        example = param.default if self.example is None else self.example
        super().fail(f"{message.rstrip('.')}; try {example}", param, ctx)


class Integer(_WithExample, click.IntRange):
    """A whole number in a range."""

    name = "integer"


class WorkerCount(Integer):
    """A number of workers, or ``auto``."""

    def convert(self, value, param, ctx):
        """Return the number, or the word."""
        return value if value == "auto" else super().convert(value, param, ctx)


class Number(_WithExample, click.FloatRange):
    """A number in a range, and a finite one: ``FloatRange`` would let nan and inf pass."""

    name = "number"

    def convert(self, value, param, ctx):
        """Return the number."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number", param, ctx)
        return number


class Choice(click.Choice):
    """One of several words; a near miss is answered with the word that was probably meant."""

    def convert(self, value, param, ctx):
        """Return the word."""
        if value not in self.choices:
            self.fail(f"{value!r} {or_did_you_mean(value, self.choices)}", param, ctx)
        return value


class Digits(click.ParamType):
    """Some of the classes 0 … 9: ``0-3``, ``3,5,8`` or ``0-3,7``."""

    name = "digits"

    def convert(self, value, param, ctx):
        """Return the classes, sorted, each once."""
        if isinstance(value, tuple):
            return value
        classes = set()
        for part in value.split(","):
            first, dash, last = part.partition("-")
            if not first.strip().isdecimal() or (dash and not last.strip().isdecimal()):
                self.fail(f"{value!r} is not of the form 0-3 or 3,5,8", param, ctx)
            first, last = int(first), int(last) if dash else int(first)
            if last < first:
                self.fail(f"{part} runs backwards; write {last}-{first}", param, ctx)
            if last >= CLASSES:
                self.fail(f"{value} goes beyond {CLASSES - 1}; digits are 0 to 9", param, ctx)
            classes.update(range(first, last + 1))
        if len(classes) < 2:
            self.fail(f"{value} is a single class; name two or more, such as 0-3", param, ctx)
        return tuple(sorted(classes))


class Augmentation(click.ParamType):
    """What to do to the training images: ``shift=2,rotation=10``."""

    name = "what=how much,..."
    example = "shift=2,rotation=10"

    def convert(self, value, param, ctx):
        """Return a dictionary, the settings of ``lib.data.Augment``."""
        if isinstance(value, dict):
            return value
        settings = {}
        for part in value.split(","):
            name, _, amount = part.partition("=")
            try:
                settings[name.strip()] = float(amount)
            except ValueError:
                self.fail(f"{part!r} is not of the form {self.example}", param, ctx)
        known = [name for name in inspect.signature(Augment).parameters if name != "rng"]
        for name in settings:
            if name not in known:
                self.fail(f"{name!r} {or_did_you_mean(name, known)}", param, ctx)
        if settings.get("shift", 0) >= SIDE:
            why = f"shift={settings['shift']:g} moves images of {SIDE} pixels out of sight"
            self.fail(f"{why}; try {self.example}", param, ctx)
        try:
            Augment(**settings, rng=np.random.default_rng(0))
        except ValueError as error:
            self.fail(f"{error}; try {self.example}", param, ctx)
        return settings


ONE_FILE = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path)


def takes_model(command):
    """Give a command the argument MODEL.npz, for which one may also write --model MODEL.npz."""

    @click.argument("file", metavar="MODEL.npz", required=False, type=ONE_FILE)
    @click.option("--model", type=ONE_FILE, help="Another way to give MODEL.npz.")
    @functools.wraps(command)
    def with_model(file, model, **options):
        if (file is None) == (model is None):
            raise click.UsageError(
                "give one MODEL.npz, for example saved_models/lenet5_best.npz",
                click.get_current_context(),
            )
        return command(model=file or model, **options)

    return with_model


def words(classes):
    """Write classes as the option takes them.

    Examples
    --------
    >>> words((0, 1, 2, 3, 7))
    '0-3,7'
    """
    runs = []
    for k in classes:
        if runs and runs[-1][1] == k - 1:
            runs[-1][1] = k
        else:
            runs.append([k, k])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
