"""The folder of a training that is not complete, and what becomes of it: ``lenet5_unfinished``.

It holds ``history.json``, which says what is trained and how far it has come, the checkpoint to go
on from, and the best model so far, which can be tested like any other. Only when the training is
complete do its results take their places. Whatever goes wrong before, earlier results stay.
"""

import datetime
import json
import os
import shutil

from lib import serialization
from lib.cli.errors import UserError
from lib.experiments.json_lines import write_json
from lib.files import make_folder


class Unfinished:
    """What there is of an interrupted training, if there is one.

    Parameters
    ----------
    output : Path
        The folder for the results.
    model : str
        The name of the network.
    """

    def __init__(self, output, model):
        self.output, self.model, self.folder = output, model, output / f"{model}_unfinished"
        self.checkpoint = self.folder / "checkpoint.npz"

    def begin(self):
        """Throw away what there is and make room for a new training."""
        self.remove()
        make_folder(self.folder, "--output")

    def remove(self):
        """Throw it away, if it is there."""
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def read(self):
        """Return what ``history.json`` holds, or None if there is no such training."""
        path = self.folder / "history.json"
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            content["recipe"]["epochs"], content["epochs"]
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(f"{path} is damaged; delete {self.folder} and begin again") from error
        return content

    @property
    def epochs_done(self):
        """How many epochs are finished."""
        return len((self.read() or {"epochs": ()})["epochs"])

    def progress(self):
        """Return how far it has come, in words."""
        return f"{self.epochs_done} of {self.read()['recipe']['epochs']} epochs"

    def keep(self, training, recipe):
        """Write down what was measured, and keep the model if the last epoch was the best.

        Returns
        -------
        bool
            Whether it was.
        """
        epochs = training.history.epochs
        content = {"recipe": recipe}
        if epochs:
            content["best_epoch"] = best_epoch(epochs)
        is_best = content.get("best_epoch") == len(epochs)
        if is_best:
            self._save(training, recipe, "best")
        write_json(self.folder / "history.json", content | {"epochs": table(epochs)})
        return is_best

    def finish(self, training, recipe):
        """Complete the results where they are, then move them all to where they belong.

        Returns
        -------
        list of Path
            The best model, the last one, the curves and the history.
        """
        from lib.cli.figures import draw_curves

        self._save(training, recipe, "final")
        draw_curves(training.history.epochs, self.folder / "training_curves.png")
        # history.json comes last: without it there is nothing to go on with.
        names = [f"{self.model}_best.npz", f"{self.model}_final.npz", "training_curves.png"]
        names.append("history.json")
        for name in names:
            # A best model that is not here was moved before we were killed, right in this loop.
            if (self.folder / name).exists():
                os.replace(self.folder / name, self.output / name)
        self.remove()
        return [self.output / name for name in names]

    def _save(self, training, recipe, which):
        """Save the model with its provenance: the last of the epochs is the one it comes from."""
        epochs = training.history.epochs
        measured = {name: v for name, v in epochs[-1]._asdict().items() if v is not None}
        today = datetime.datetime.now(datetime.UTC).date().isoformat()
        # history.json will be overwritten by the next network that is trained; this will not.
        notes = {"epoch": len(epochs)} | measured | {"date": today, "history": table(epochs)}
        path = self.folder / f"{self.model}_{which}.npz"
        serialization.save(training.model, path, recipe=recipe, **notes)


def best_epoch(epochs):
    """Return the number of the epoch that validated best, the first of equals.

    Parameters
    ----------
    epochs : list of Epoch
        By accuracy, between equal ones by loss; an autoencoder has only the loss.
    """
    quality = [(e.validation_accuracy or 0, -e.validation_loss) for e in epochs]
    return quality.index(max(quality)) + 1


def table(epochs):
    """Return what was measured as a list of dictionaries, one for each epoch."""
    return [{"epoch": n} | row._asdict() for n, row in enumerate(epochs, start=1)]
