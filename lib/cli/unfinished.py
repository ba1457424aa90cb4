"""The folder of a training that is not complete: ``lenet5_unfinished``.

It holds ``history.json``, which says what is trained and how far it has come, the checkpoint to go
on from, and the best model so far, which can be tested like any other.
"""

import json
import shutil

from lib.cli.errors import UserError
from lib.cli.output import make_folder, write_json
from lib.cli.recipe import Recipe, best_epoch


class Unfinished:
    """What there is of an interrupted training, if there is one.

    Parameters
    ----------
    folder : Path
        Where it is kept.
    model : str
        The name of the network.
    """

    def __init__(self, folder, model):
        self.folder, self.model = folder, model

    def begin(self, recipe):
        """Throw away what there is and make room for a new training."""
        self.remove()
        make_folder(self.folder)
        self.note(recipe, [])

    def remove(self):
        """Throw it away, if it is there."""
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def note(self, recipe, epochs):
        """Write down the recipe and what was measured in each epoch so far."""
        content = {"recipe": recipe.as_json()}
        if epochs:
            content["best_epoch"] = best_epoch(epochs)
        write_json(self.folder / "history.json", content | {"epochs": table(epochs)})

    def recipe(self):
        """Return the recipe that was written down.

        Raises
        ------
        UserError
            There is none, or it cannot be read.
        """
        content = self._read()
        if content is None:
            raise UserError(
                f"there is no interrupted training of {self.model} in {self.folder.parent}; "
                "begin one without --resume"
            )
        try:
            return Recipe.from_json(content["recipe"])
        except (KeyError, TypeError) as error:
            raise self._damaged() from error

    @property
    def epochs_done(self):
        """How many epochs are finished."""
        return len((self._read() or {}).get("epochs", []))

    def progress(self):
        """Return how far it has come, in words."""
        content = self._read()
        return f"{len(content['epochs'])} of {content['recipe']['epochs']} epochs"

    def _read(self):
        path = self.folder / "history.json"
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except ValueError as error:
            raise self._damaged() from error

    def _damaged(self):
        return UserError(
            f"{self.folder / 'history.json'} is damaged; begin anew by deleting {self.folder}"
        )


def table(epochs):
    """Return what was measured as a list of dictionaries, one for each epoch."""
    return [{"epoch": n} | row._asdict() for n, row in enumerate(epochs, start=1)]
