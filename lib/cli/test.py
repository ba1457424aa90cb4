"""``test``: how good is a model on images that it has never seen?"""

from functools import partial

import click
import numpy as np

from lib import metrics
from lib.cli.errors import UserError
from lib.cli.options import FOLDER, Choice, Digits, Integer, takes_model, words
from lib.cli.sources import SOURCES, check_samples, load
from lib.data import VIEWS
from lib.experiments.data import images
from lib.files import make_folder


@click.command(
    epilog="""\b
Examples:
  python -m lib test saved_models/lenet5_best.npz
  python -m lib test saved_models/lenet5_best.npz --tta shifts
  python -m lib test saved_models/lenet5_best.npz --samples 1000 --output figures"""
)
@takes_model
@click.option(
    "--samples",
    type=Integer(min=1, example=1000),
    show_default="all",
    help="Only this many images.",
)
@click.option(
    "--digits",
    "--classes",
    "classes",
    type=Digits(),
    show_default="all that the model knows",
    help="Only these, such as 0-3.",
)
@click.option(
    "--data",
    type=Choice(SOURCES),
    show_default="what the model was trained on",
    help="The data set.",
)
@click.option(
    "--tta",
    type=Choice(VIEWS),
    show_default="look once",
    help="Test-time augmentation: look at each image turned by five angles, or moved by a pixel in "
    "nine ways, and average.",
)
@click.option("--seed", default=0, type=Integer(min=0), help="Decides which images are taken.")
@click.option(
    "--output", type=FOLDER, show_default="that of the model", help="The folder for the picture."
)
def test(model, samples, classes, data, tta, seed, output):
    """Measure the model in MODEL.npz on test images, which no training looks at.

    Prints the accuracy, overall and for each class, and the confusion matrix. test_examples.png
    shows some of the images: right answers in green with a tick, mistakes in red with a cross. Of
    an autoencoder it shows originals, and below each what the network made of it.
    """
    from lib.cli.models import open_model

    trained = open_model(model, data)
    known = trained.classes or tuple(range(len(SOURCES[trained.data].classes)))
    if classes and not set(classes) <= set(known):
        raise UserError(
            f"--digits {words(classes)} is more than {model} knows, which was trained on "
            f"{words(known)}; choose among those"
        )
    if tta and trained.classes is None:
        raise UserError(
            f"--tta {tta} averages answers, and {model} draws pictures instead; leave it out"
        )
    *_, x, y = images(partial(load, trained.data), known)
    rows = np.flatnonzero(np.isin(y, np.searchsorted(known, classes or known)))
    check_samples(samples, len(rows), classes or known, "test")
    if samples is not None:
        rows = np.random.default_rng(seed).permutation(rows)[:samples]
    x, y = x[rows], y[rows]
    path = make_folder(output or model.parent, "--output") / "test_examples.png"

    looks = f", each seen in several {tta}" if tta else ""
    click.echo(f"{model}, on {len(x)} test images of {trained.data}{looks}\n")
    output = trained(x, VIEWS.get(tta))
    from lib.cli.figures import draw_answers, draw_pairs  # now, since matplotlib takes a while

    if trained.classes is None:
        error = np.mean((output.reshape(len(x), -1) - x.reshape(len(x), -1)) ** 2)
        click.echo(f"mean squared error of a pixel  {error:.4f}")
        draw_pairs(x, output, path)
    else:
        answers = output.argmax(axis=1)
        click.echo(_table(y, answers, trained))
        draw_answers(x, y, answers, trained.names, path)
    click.echo(f"\n{path}")


def _table(y, answers, trained):
    """Return the accuracy and the confusion matrix in one table, a row for each true class."""
    K = len(trained.classes)
    matrix = metrics.confusion_matrix(answers, y, K)
    share = metrics.per_class_accuracy(answers, y, K)
    heads = [str(k) for k in trained.classes]
    names = [
        head if head == name else f"{name} {head}"
        for head, name in zip(heads, trained.names, strict=True)
    ]
    wide, cell = max(map(len, names)), max(3, len(str(matrix.max())))
    lines = [
        f"accuracy {100 * np.mean(y == answers):.2f} % ({np.sum(y == answers)} of {len(y)})",
        "",
        f"{'':{wide}}  accuracy   what the model took it for",
        f"{'':{wide}}          " + "".join(f"  {head:>{cell}}" for head in heads),
    ]
    for name, row, right in zip(names, matrix, share, strict=True):
        if row.any():
            counts = "".join(f"  {count or '·':>{cell}}" for count in row)
            lines.append(f"{name:>{wide}}  {100 * right:6.2f} %{counts}")
    return "\n".join(lines)
