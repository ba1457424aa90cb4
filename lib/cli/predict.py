"""``predict``: what is on these pictures?"""

import json

import click

from lib.cli.errors import UserError, one_sentence
from lib.cli.options import ONE_FILE


@click.command(
    epilog="""\b
Examples:
  python -m lib predict seven.png
  python -m lib predict photos/*.jpg --tta
  python -m lib predict note.jpg --steps steps.png
  python -m lib predict note.jpg --json
  python -m lib predict seven.png --model saved_models/lenet5_best.npz"""
)
@click.argument("pictures", metavar="IMAGE...", nargs=-1, required=True, type=ONE_FILE)
@click.option(
    "--model",
    type=ONE_FILE,
    show_default="the recogniser that comes with the course",
    help="The file of a trained model.",
)
@click.option("--tta", is_flag=True, help="Look at nine views of each digit, moved by a pixel.")
@click.option("--steps", type=ONE_FILE, help="Draw the eleven steps of one IMAGE into this PNG.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON, one list.")
def predict(pictures, model, tta, steps, as_json):
    """Read the digits on each IMAGE, and name the three likeliest of the ten for each of them.

    An IMAGE is a photograph, a scan or a drawing: PNG, JPEG, WebP, GIF, BMP or TIFF. Eleven steps
    make each digit on it look like those of MNIST. What looks like no digit is refused.
    """
    if steps and len(pictures) > 1:
        raise click.UsageError(
            f"--steps draws one picture, and here are {len(pictures)}; give one IMAGE"
        )
    recogniser, names = _recogniser(model)
    failed, read = 0, []
    for path in pictures:
        try:
            reading = recogniser.read(path, tta)
        except ValueError as error:  # the other pictures can still be read
            if (sentence := one_sentence(error)) is None:
                raise
            failed += 1
            click.echo(f"Error: {sentence}", err=True)
            continue
        read.append({"picture": str(path), **_as_json(reading, names)})
        if not as_json:
            click.echo(f"{path}\n{_answer(reading, names)}")
        if steps:
            _draw(reading, steps)
    if as_json:
        click.echo(json.dumps(read, indent=1, ensure_ascii=False))
    if failed:
        raise click.exceptions.Exit(1)


def _recogniser(path):
    """Return the recogniser, and what its classes are called."""
    from lib.cli.models import open_model
    from lib.recognition import SHIPPED, Recogniser

    if path is None or path.resolve() == SHIPPED:
        return Recogniser.load(), list("0123456789")
    trained = open_model(path)
    if trained.classes is None:
        raise UserError(f"{path} is an autoencoder, which knows no classes; give a classifier")
    return Recogniser(trained.model), trained.names


def _answer(reading, names):
    """Return what a picture reads, and three lines for each of its digits."""
    lines = []
    if reading.refusal:
        lines.append(f"  not read: {reading.refusal}")
    elif len(reading.answers) > 1:
        lines.append(f"  reads {''.join(_text(reading, names))}")
    width = max(map(len, names))
    for number, (answer, digit) in enumerate(
        zip(reading.answers, reading.prepared.digits, strict=True), 1
    ):
        quality = f"quality {digit.quality.grade}"
        if digit.quality.grade != "Excellent":
            quality += f" for its {digit.quality.lowest}: {digit.quality.advice}"
        count = f"{number} of {len(reading.answers)}, " if len(reading.answers) > 1 else ""
        refused = "looks like no digit, " if answer.refused and not reading.refusal else ""
        lines.append(f"  {count}{refused}{quality}")
        lines += [
            f"    {names[k]:>{width}}  {100 * p:5.1f} %  {'█' * round(20 * p)}".rstrip()
            for k, p in answer.top
        ]
    return "\n".join(lines)


def _text(reading, names):
    return [names[answer.digit] for answer in reading.answers if not answer.refused]


def _as_json(reading, names):
    """Return a reading as numbers, text, lists and dictionaries."""
    digits = []
    for answer, digit in zip(reading.answers, reading.prepared.digits, strict=True):
        top, left, bottom, right = digit.box
        quality = digit.quality
        digits.append(
            {
                "box": {"left": left, "top": top, "width": right - left, "height": bottom - top},
                "top": [{"class": names[k], "probability": round(p, 4)} for k, p in answer.top],
                "refused": answer.refused,
                "quality": {
                    "grade": quality.grade,
                    **{name: round(score, 2) for name, score in quality.scores.items()},
                },
            }
        )
    height, width = reading.prepared.pictures["grey"].shape
    text = [] if reading.refusal else _text(reading, names)
    return {
        "width": width,
        "height": height,
        "reads": text,
        "refusal": reading.refusal,
        "digits": digits,
    }


def _draw(reading, path):
    from lib.cli.figures import draw_steps

    draw_steps(reading.prepared, path)
    click.echo(f"{path}  the eleven steps", err=True)
