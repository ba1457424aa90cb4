"""The folder of a training that is not complete, and what becomes of it: ``lenet5_unfinished``.

It holds ``history.json``, which says what is trained and how far it has come, the checkpoint to go
on from, and the best model so far, which can be tested like any other. Only when the training is
complete do its results take their places. Whatever goes wrong before, earlier results stay.
"""

import contextlib
import datetime
import json
import os

from lib import serialization
from lib.cli.errors import UserError
from lib.experiments.json_lines import write_json
from lib.files import make_folder, printable


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
        self.best = output / f"{model}_best.npz"  # once the training is complete
        self.results = [f"{model}_best.npz", f"{model}_final.npz", "training_curves.png"]

    @contextlib.contextmanager
    def alone(self):
        """Let no other training of this model into the folder for the results, until all is done.

        The system frees the lock when its process ends, however it ends.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(f"{self.folder}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise UserError(
                f"another training of {self.model} is going on in {self.output}; wait for its end, "
                "or name another folder with --output"
            ) from error
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                os.unlink(lock.lock_file)
            lock.release()

    def begin(self, restart=False):
        """Make room for a new training; what an earlier one left is in its way, unless restarted.

        A finished model stays until the new one is complete.
        """
        if not restart and self.epochs_done:
            raise UserError(
                f"{self.folder} holds an interrupted training, {self.progress()}; "
                "go on with it by adding --resume, or throw it away by adding --restart"
            )
        if not restart and self.best.exists():
            raise UserError(
                f"{self.best} is there already, from a training that is complete; replace it by "
                "adding --restart, or name another folder with --output"
            )
        self.remove()
        if self.folder.is_dir() and (others := sorted(path.name for path in self.folder.iterdir())):
            raise UserError(
                f"{self.folder} holds {others[0]}, which no training left there; move it away, or "
                "name another folder with --output"
            )
        make_folder(self.folder, "--output")

    def remove(self):
        """Throw away what a training leaves, if it is there, and nothing else."""
        for name in ("history.json", "checkpoint.npz", *self.results):
            for path in [self.folder / name, *self.folder.glob(f"{name}.*.unfinished")]:
                with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                    path.unlink()
        with contextlib.suppress(OSError):  # not there, or something else is in it
            self.folder.rmdir()

    def read(self):
        """Return what ``history.json`` holds, or None if there is no such training."""
        path = self.folder / "history.json"
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            for name, kind in {"recipe": dict, "epochs": list}.items():
                if not isinstance(content[name], kind):
                    raise TypeError(f"{name} is {content[name]!r}")
            if "epochs" not in content["recipe"]:
                raise KeyError("epochs")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise self.damaged(path, error) from error
        return content

    def damaged(self, path, why):
        """Return the error for a file of an interrupted training that cannot be used."""
        why = printable(str(why))
        return UserError(f"{path} is damaged ({why}); start over by adding --restart")

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
        names = [*self.results, "history.json"]
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
