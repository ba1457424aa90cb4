"""What may stand behind an option. Each type says what it got, what it wanted, and an example."""

import inspect
import math
from pathlib import Path

import click
import numpy as np

from lib.data import Augment

SIDE = 28  # of every image here, in pixels
CLASSES = 10  # every data set here has ten, numbered from 0


class Whole(click.ParamType):
    """A whole number that is not too small."""

    name = "number"

    def __init__(self, least, example):
        self.least, self.example = least, example

    def convert(self, value, param, ctx):
        """Return the number."""
        try:
            number = int(value)
        except ValueError:
            number = self.least - 1
        if number < self.least:
            self.fail(f"{value} is no whole number ≥ {self.least}; try {self.example}", param, ctx)
        return number


class WorkerCount(Whole):
    """A number of workers, or ``auto``."""

    def __init__(self):
        super().__init__(1, "auto")

    def convert(self, value, param, ctx):
        """Return the number, or the word."""
        return value if value == "auto" else super().convert(value, param, ctx)


class Real(click.ParamType):
    """A finite number: positive, or between 0 and a limit."""

    name = "number"

    def __init__(self, example, *, zero=False, below=math.inf):
        self.example, self.zero, self.below = example, zero, below

    def convert(self, value, param, ctx):
        """Return the number."""
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not (number >= 0 if self.zero else number > 0) or not number < self.below:
            rule = f"{'≥' if self.zero else '>'} 0"
            rule += f" and < {self.below:g}" if math.isfinite(self.below) else ""
            self.fail(f"{value} is no number {rule}; try {self.example}", param, ctx)
        return number


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
        known = list(inspect.signature(Augment).parameters)[:-1]  # the last is rng
        if unknown := settings.keys() - known:
            names = ", ".join(known)
            self.fail(f"there is no {min(unknown)}, only {names}; try {self.example}", param, ctx)
        if settings.get("shift", 0) >= SIDE:
            self.fail(
                f"shift={settings['shift']:g} moves images of {SIDE} pixels out of sight; "
                f"try {self.example}", param, ctx
            )  # fmt: skip
        try:
            Augment(**settings, rng=np.random.default_rng(0))
        except ValueError as error:
            self.fail(f"{error}; try {self.example}", param, ctx)
        return settings


ONE_FILE = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path)


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
