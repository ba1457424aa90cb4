"""``predict``: what is on these pictures?"""

import click
import numpy as np

from lib.cli.errors import UserError, one_sentence
from lib.cli.options import ONE_FILE


@click.command(
    epilog="""\b
Examples:
  python -m lib predict seven.png --model saved_models/lenet5_best.npz
  python -m lib predict photos/*.jpg --model saved_models/cnn3_best.npz"""
)
@click.argument("pictures", metavar="IMAGE...", nargs=-1, required=True, type=ONE_FILE)
@click.option("--model", required=True, type=ONE_FILE, help="The file of a trained model.")
def predict(pictures, model):
    """Name the three likeliest classes of each IMAGE, with their probabilities.

    An IMAGE is any picture file with one digit on a plain background, dark on bright or bright on
    dark. It is made like those of MNIST: bright on black, scaled to 20 pixels, its centre of mass
    in the middle of 28×28. A picture that has 28×28 pixels is only made bright on black.
    """
    from lib.cli.models import open_model
    from lib.cli.read_picture import read_picture

    trained = open_model(model)
    if trained.classes is None:
        raise UserError(f"{model} is an autoencoder, which knows no classes; give a classifier")
    failed = 0
    for path in pictures:
        try:
            picture = read_picture(path)
        except UserError as error:  # the other pictures can still be read
            failed += 1
            click.echo(f"Error: {one_sentence(error)}", err=True)
            continue
        click.echo(f"{path}\n{_answer(trained, picture)}")
    if failed:
        raise click.exceptions.Exit(1)


def _answer(trained, picture):
    """Return three lines: class, probability, and a bar as long as it is large."""
    scores = trained(picture[None])[0].astype(float)
    p = np.exp(scores - scores.max())
    p /= p.sum()
    width = max(map(len, trained.names))
    return "\n".join(
        f"  {trained.names[k]:>{width}}  {100 * p[k]:5.1f} %  {'█' * round(20 * p[k])}".rstrip()
        for k in np.argsort(-p, kind="stable")[:3]
    )
