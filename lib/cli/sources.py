"""The data sets by the names they have on the command line."""

from functools import partial
from typing import NamedTuple

from lib import data
from lib.cli.errors import UserError
from lib.cli.options import words
from lib.data import image_sets
from lib.experiments.data import images

DIGITS = tuple("0123456789")
CLOTHES = (
    "T-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)
KANA = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")


class Source(NamedTuple):
    """A data set: how to load it, its files, and what its classes are called."""

    load: object
    files: image_sets.ImageSet
    classes: tuple


SOURCES = {
    "mnist": Source(data.load_mnist, image_sets.MNIST, DIGITS),
    "fashion-mnist": Source(data.load_fashion_mnist, image_sets.FASHION_MNIST, CLOTHES),
    "fashion-mnist-subset": Source(
        lambda download=False: data.load_fashion_mnist(subset=True),
        image_sets.FASHION_MNIST_SUBSET,
        CLOTHES,
    ),
    "kmnist": Source(data.load_kmnist, image_sets.KMNIST, KANA),
}


def load(name, *, download=False):
    """Load a data set by name; what is missing is said in terms of the command line."""
    source = SOURCES[name]
    try:
        return source.load(download=download)
    except data.MissingFileError as error:
        raise UserError(
            f"{name} is not here: {str(error).splitlines()[0].rstrip('.')}; "
            f"get it with: {fetch_command(name)}"
        ) from error
    except data.DataError as error:
        message = str(error).replace(source.files.command, fetch_command(name))
        raise UserError(message) from error


def fetch_command(name):
    """Return the command that gets a data set, also where it is damaged."""
    if name == "fashion-mnist-subset":  # this one comes with the course and with nothing else
        return SOURCES[name].files.command
    return f"python -m lib data fetch {name}"


def training_images(name, classes, samples):
    """Return the images of some classes; there must be as many as ``samples`` to train on."""
    parts = images(partial(load, name), classes)
    check_samples(samples, len(parts[0]), classes, "training")
    return parts


def check_samples(samples, rows, classes, what):
    """Raise a UserError if there are fewer images than were asked for."""
    if samples is not None and samples > rows:
        raise UserError(
            f"--samples {samples} is more than the {rows} {what} images of the classes "
            f"{words(classes)}; leave it out to take them all"
        )
