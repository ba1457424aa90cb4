"""A training that the terminal asked for: on the screen, on the disk, and across interruptions.

Until it is complete a training keeps everything in a folder of its own, ``lenet5_unfinished``. Only
then do its results take their places. Whatever goes wrong before, earlier results stay as they are.
"""

import datetime
import os
import time

import click
import numpy as np
from tqdm import tqdm

from lib import serialization
from lib.cli.figures import draw_curves
from lib.cli.recipe import best_epoch
from lib.cli.unfinished import table
from lib.data import DataLoader, Dataset
from lib.training import Checkpoint, fit


class Run:
    """One training; it is put together first, so that what cannot work is known before it starts.

    Parameters
    ----------
    recipe : Recipe
        What to train, on what, and how.
    output : Path
        The folder for the results.
    unfinished : Unfinished
        The folder of this training; if it holds a checkpoint, the training goes on from there.
    """

    def __init__(self, recipe, output, unfinished):
        self.recipe, self.output, self.unfinished = recipe, output, unfinished
        # one generator, for the split, the weights, the batches and all else that is random
        rng = np.random.default_rng(recipe.seed)
        x, y, *validation = recipe.split(rng)
        self.validation = Dataset(*validation)
        self.model = recipe.build_model(rng)
        self.optimizer = recipe.build_optimizer(self.model.parameters())
        self.train = recipe.build_loader(Watched, Dataset(x, y), rng)
        self.schedule = recipe.build_schedule(self.optimizer, len(self.train))

    def __call__(self):
        """Train, and put the results into their places."""
        weights = sum(parameter.data.size for parameter in self.model.parameters())
        click.echo(
            f"{self.recipe.model} with {weights} weights, on {self.recipe.subject()}\n"
            f"{len(self.train.dataset)} images to train, {len(self.validation)} to validate with\n"
        )
        try:
            history = fit(
                self.model,
                self.recipe.build_loss(),
                self.optimizer,
                self.train,
                epochs=self.recipe.epochs,
                validation=self.validation,
                schedule=self.schedule,
                checkpoint=Keeper(self.unfinished, self.recipe, self.train),
                verbose=False,
            )
        finally:
            self.train.bar.close()
        self.finish(history.epochs)

    def finish(self, epochs):
        """Complete the results where they are, then move them all to where they belong."""
        recipe, folder = self.recipe, self.unfinished.folder
        names = [f"{recipe.model}_best.npz", f"{recipe.model}_final.npz"]
        _save(self.model, folder / names[1], recipe, epochs)
        draw_curves(epochs, folder / "training_curves.png")
        names += ["training_curves.png", "history.json"]
        for name in names:
            # history.json comes last: without it there is nothing to go on with. And a best model
            # that is not here has been moved before we were killed, right in this loop.
            if (folder / name).exists():
                os.replace(folder / name, self.output / name)
        self.unfinished.remove()

        best = f"epoch {best_epoch(epochs)}, the best by its validation {recipe.measure}"
        click.echo()
        for name, note in zip(names, [best, f"epoch {len(epochs)}", "", ""], strict=True):
            click.echo(f"{self.output / name}  {note}".rstrip())


class Watched(DataLoader):
    """Batches with a progress bar, which also tells the time left."""

    bar = tqdm(disable=True)

    def show(self, done, epochs):
        """Draw the bar of all epochs, some of which are done; nothing where no one looks."""
        self.bar = tqdm(
            total=epochs * len(self),
            initial=done * len(self),
            bar_format="{desc} {percentage:3.0f} % |{bar}| {remaining} left",
            desc="training",
            leave=False,
            disable=None,  # where stderr is no terminal
        )

    def __iter__(self):
        """Yield the batches, and move the bar on by one after each."""
        for batch in super().__iter__():
            yield batch
            self.bar.update()


class Keeper(Checkpoint):
    """A checkpoint that also keeps the weights of the best epoch, and prints a line for each."""

    def __init__(self, unfinished, recipe, train):
        super().__init__(unfinished.folder / "checkpoint.npz", resume=True)
        self.unfinished, self.recipe, self.train = unfinished, recipe, train

    def start(self, training):
        """Begin, or go on from the file, and start the clock."""
        super().start(training)
        done = len(training["history"])
        if done:
            click.echo(f"going on after epoch {done} of {self.recipe.epochs}")
        click.echo("  epoch   train loss   validation loss   accuracy     time")
        self.train.show(done, self.recipe.epochs)
        self.since = time.perf_counter()

    def save(self, training):
        """Keep the model if this epoch was the best, then all that the next epoch depends on."""
        epochs = training["history"].epochs
        is_best = bool(epochs) and best_epoch(epochs) == len(epochs)
        if is_best:
            path = self.unfinished.folder / f"{self.recipe.model}_best.npz"
            _save(training["model"], path, self.recipe, epochs)
        super().save(training)
        self.unfinished.note(self.recipe, epochs)
        if epochs:
            seconds, self.since = time.perf_counter() - self.since, time.perf_counter()
            line = f"{_line(len(epochs), self.recipe.epochs, epochs[-1])} {seconds:7.1f} s"
            with tqdm.external_write_mode():  # the bar makes room for it
                click.echo(f"{line}   best so far" if is_best else line)


def _line(epoch, of, measured):
    """Return a row of the table under the heading that ``Keeper.start`` prints."""
    train, validation = (
        f"{loss:.4f}" if loss < 1000 else f"{loss:.2e}"
        for loss in (measured.train_loss, measured.validation_loss)
    )
    accuracy = measured.validation_accuracy
    accuracy = "–" if accuracy is None else f"{100 * accuracy:.2f} %"
    return f"{f'{epoch}/{of}':>7}{train:>13}{validation:>18}{accuracy:>11}"


def _save(model, path, recipe, epochs):
    """Save a model with its provenance; the last of the epochs is the one it comes from."""
    measured = {name: value for name, value in epochs[-1]._asdict().items() if value is not None}
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    # history.json will be overwritten by the next network that is trained; this will not.
    notes = {"epoch": len(epochs)} | measured | {"date": today, "history": table(epochs)}
    serialization.save(model, path, recipe=recipe.as_json(), **notes)
