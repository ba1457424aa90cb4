"""``data fetch`` and ``data verify``: get a data set, or see whether it is all there."""

import click

from lib.cli.options import Choice
from lib.cli.output import seen_from_here
from lib.cli.sources import SOURCES, load

NAME = click.argument("name", metavar="NAME", type=Choice(SOURCES))


@click.group(
    epilog="""\b
Examples:
  python -m lib data verify mnist
  python -m lib data fetch kmnist"""
)
def data():
    """Get a data set, or check that all of it is there.

    Data sets are looked for in the folder $DLBH_DATA, if it is set, and in data/.
    """


@data.command(epilog="Example: python -m lib data fetch kmnist")
@NAME
def fetch(name):
    """Download the data set NAME, unless it is here already.

    NAME is one of mnist, fashion-mnist, fashion-mnist-subset and kmnist.
    Nothing changes until all of it has arrived and has been checked.
    """
    load(name, download=True)
    click.echo(f"{name} is here: {_folder(name)}")


@data.command(epilog="Example: python -m lib data verify mnist")
@NAME
def verify(name):
    """Read every file of the data set NAME and compare its checksum.

    NAME is one of mnist, fashion-mnist, fashion-mnist-subset and kmnist.
    The exit code is 0 if all is well, so that a script can ask too.
    """
    x_train, _, x_test, _ = load(name)
    click.echo(f"{name} is complete and right: {_folder(name)}")
    click.echo(f"{len(x_train)} images to train on, {len(x_test)} to test with")
    click.echo(f"classes: {', '.join(SOURCES[name].classes)}")


def _folder(name):
    """Return the folder of a data set."""
    from lib.data.image_sets import find

    return seen_from_here(find(SOURCES[name].files))
