"""``page``: show what you made, in one file that anybody can open."""

from functools import partial

import click
import numpy as np

from lib.cli.errors import UserError
from lib.cli.options import ONE_FILE, Digits, takes_model, words


@click.command(
    epilog="Example: python -m lib page saved_models/lenet5_best.npz --output my_digits.html"
)
@takes_model
@click.option(
    "--digits",
    "--classes",
    "digits",
    type=Digits(),
    help="What its outputs are, where the file does not say.",
)
@click.option("--output", default="my_digits.html", type=ONE_FILE, help="The file to write.")
def page(model, digits, output):
    """Write a page with the network in MODEL.npz: draw a digit on it, and the network answers.

    The page is one HTML file. It needs no server and no connection, opens with a double click, and
    shows the network's layers, its learning curve and how well it does on the test images.
    """
    from lib.cli.models import describe, open_model
    from lib.files import write_file
    from lib.page import own_page

    trained = open_model(model, digits=digits or ())
    if trained.classes is None:
        raise UserError(f"{model} is an autoencoder, which knows no classes; give a classifier")
    notes = describe(model)
    try:
        html = own_page(
            trained.model,
            trained.names,
            title=f"Draw, and {_name(notes)} says what it is",
            about=_about(trained, notes["metadata"]),
            result=_result(trained),
            history=notes["metadata"].get("history", ()),
        )
    except ValueError as error:
        raise UserError(f"{model} makes no page: {error}") from error
    write_file(output, html.encode())
    click.echo(f"{output}  {len(html) / 1000:.0f} kB, to be opened in any browser")


def _name(notes):
    """Return what the network is called."""
    return (notes["architecture"] or {}).get("name", "my network")


def _about(trained, metadata):
    """Return in a sentence what the network is and where it comes from."""
    weights = sum(parameter.data.size for parameter in trained.model.parameters())
    text = f"A network of {weights} weights, for {trained.data}, classes {words(trained.classes)}"
    date = metadata.get("date")
    return f"{text}, trained on {date}." if isinstance(date, str) else f"{text}."


def _result(trained):
    """Return in a sentence how many test images it reads right."""
    from lib.cli.sources import load
    from lib.experiments.data import images

    *_, x, y = images(partial(load, trained.data), trained.classes)
    right = int(np.sum(trained(x).argmax(axis=1) == y))
    return f"It reads {right} of {len(y)} test images right: {100 * right / len(y):.2f} %."
