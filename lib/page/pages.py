"""Pages: a skeleton of ``book/_static/explore/``, and what its scripts work with, in one file."""

import base64
import io
import json
import math
import re
from pathlib import Path

import numpy as np

from lib.page.packing import pack, zipped

STATIC = Path(__file__).resolve().parents[2] / "book" / "_static"

PARTS = ("train", "validation")
# Of the test images on the recogniser's page: the hardest among so many, and as many others.
CANDIDATES, SHOWN = 2000, 100

# Everything comes from the file itself; the browser refuses to load or to send anything else.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "font-src data:; img-src data: blob:; media-src blob:; base-uri 'none'; form-action 'none'"
)


def paste(name, **data):
    r"""Return a page of ``book/_static/explore/`` as one HTML text that needs no other file.

    Parameters
    ----------
    name : str
        The page: ``"mine"`` for ``mine.html``.
    **data
        What its scripts find in the element ``#data``: numbers, text, lists and dictionaries.

    Returns
    -------
    str
        HTML with its style sheets and scripts inside, and a policy that lets it load nothing.

    Raises
    ------
    FileNotFoundError
        There is no such page, or one of its files is missing.

    Notes
    -----
    In JSON every ``<`` is written ``\u003c``, so that ``</script>`` in a text ends no script.
    """
    folder = STATIC / "explore"

    def style(match):
        css = (folder / match[1]).read_text(encoding="utf-8")
        return f"<style>\n{re.sub(r'url[(]([^)]+)[)]', url, css)}</style>"

    def url(match):
        content = base64.b64encode((folder / match[1]).read_bytes()).decode()
        return f"url(data:font/woff2;base64,{content})"

    def script(match):
        return f"<script>\n{(folder / match[1]).read_text(encoding='utf-8')}</script>"

    text = json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    html = (folder / f"{name}.html").read_text(encoding="utf-8")
    html = re.sub(r'<link rel="stylesheet" href="([^"]+)">', style, html)
    html = re.sub(r'<script src="([^"]+)"></script>', script, html)
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    json_text = f'<script type="application/json" id="data">{text}</script>'
    icon = '<link rel="icon" href="data:,">'  # or browsers ask the server for /favicon.ico
    return html.replace("<head>", f"<head>\n{policy}\n{icon}\n{json_text}", 1)


def own_page(model, names, title, about="", result="", history=()):
    """Return a page on which anybody can try a network: draw, and see its answer and its layers.

    Parameters
    ----------
    model : Sequential
        A classifier of images of 28×28, made of the layers in ``KNOWN``.
    names : sequence of str
        What its outputs are called.
    title : str
        The heading of the page.
    about, result : str, optional
        What the network is, and how well it did, for anybody to read.
    history : sequence of dict, optional
        ``train_loss``, ``train_accuracy``, ``validation_loss`` and ``validation_accuracy`` of every
        epoch, for the learning curves. What is missing, or no number, is left out.

    Returns
    -------
    str
        HTML.

    Raises
    ------
    ValueError
        The model has a layer that no page can run, or a weight that is not finite; the message
        names it.

    Examples
    --------
    >>> from lib import models
    >>> model = models.mlp(rng=np.random.default_rng(0))
    >>> epochs = [{"train_loss": 0.4}, {"train_loss": 0.2}]
    >>> html = own_page(model, list("0123456789"), "Mine", about="untrained", history=epochs)
    >>> '"title":"Mine"' in html, 'src="' in html  # it loads nothing from elsewhere
    (True, False)
    """
    losses = {part: _column(history, f"{part}_loss") for part in PARTS}
    shares = {part: _column(history, f"{part}_accuracy") for part in PARTS}
    errors = {part: [100 * (1 - share) for share in line] for part, line in shares.items()}
    curves = {}
    for name, lines in {"loss": losses, "error (%)": errors}.items():
        if measured := {part: line for part, line in lines.items() if line}:
            curves[name] = measured
    return paste(
        "mine",
        title=title,
        about=about,
        result=result,
        names=list(names),
        curves=curves,
        network=pack(model),
    )


def recogniser_page(path=None):
    """Return the page that reads digits: drawn, uploaded, photographed, or from the test set.

    Parameters
    ----------
    path : str or Path, optional
        A recogniser in a file; the one that comes with the course by default.

    Returns
    -------
    str
        HTML.
    """
    from lib import data, serialization
    from lib.recognition import SHIPPED, Recogniser

    path = SHIPPED if path is None else path
    recogniser = Recogniser.load(path)
    _, _, x, y = data.load_mnist()
    x, y = x[:CANDIDATES], y[:CANDIDATES]
    images = x[:, None] / np.float32(255)
    p = recogniser.probabilities(images)[np.arange(len(y)), y]
    hardest = np.argsort(p, kind="stable")[:SHOWN]
    others = np.setdiff1d(np.arange(len(y)), hardest)[:SHOWN]
    rows = np.concatenate([hardest, others])
    return paste(
        "recogniser",
        network=pack(serialization.load(path)),
        temperature=recogniser.temperature,
        least=recogniser.least,
        digits={"images": zipped(x[rows].tobytes()), "labels": "".join(map(str, y[rows]))},
        divided=_divided(recogniser, images[hardest]),
        samples=_samples(),
        records=_measured(),
    )


def _divided(recogniser, images):
    """Return which image's nine views, moved by up to a pixel, are read most differently."""
    padded = np.pad(images, [(0, 0), (0, 0), (1, 1), (1, 1)])
    views = [padded[..., i : i + 28, j : j + 28] for i in range(3) for j in range(3)]
    said = [recogniser.probabilities(view)[:, :10].argmax(axis=1) for view in views]
    votes = [np.bincount(of_one, minlength=10).max() for of_one in np.transpose(said)]
    return int(np.argmin(votes))


def _samples():
    """Return two made pictures, one with several digits and one that is hard, with their names."""
    from PIL import Image

    from lib.recognition import made

    several, hard = (np.random.default_rng(seed) for seed in (3, 5))
    row = np.concatenate([made.written(digit, several) for digit in (4, 0, 7)], axis=1)
    pictures = {
        "three digits": made.photograph(row, several, "shadow"),
        "faint, on squared paper": made.photograph(
            made.written(8, hard), hard, "faint pencil", "squared paper", "tilt"
        ),
    }
    found = []
    for words, colours in pictures.items():
        file = io.BytesIO()
        Image.fromarray(np.uint8(255 * colours)).save(file, "JPEG", quality=70)
        content = base64.b64encode(file.getvalue()).decode()
        found.append([words, f"data:image/jpeg;base64,{content}"])
    return found


def _measured():
    """Return how well the recogniser reads, from the records: what was measured, and the result."""
    from lib.experiments.records import RESULTS, load_record

    rows = []
    if (RESULTS / "recogniser.json").is_file():
        accuracies = 100 * np.array(load_record("recogniser").values("test_accuracy"))
        mean, spread = np.mean(accuracies), np.std(accuracies, ddof=1)
        rows.append(
            [
                "MNIST’s 10 000 test images, the mean of three trainings",
                f"{mean:.2f} ± {spread:.2f} % right",
            ]
        )
    if (RESULTS / "photos.json").is_file():
        record = json.loads((RESULTS / "photos.json").read_text(encoding="utf-8"))
        run = record["runs"]["recogniser.npz"]
        rows += [
            [
                f"{record['singles']} photographs and scans of one digit",
                f"{run['singles_right']} right",
            ],
            [
                f"{record['several']} pictures with {record['digits']} digits",
                f"{run['digits_right']} digits right",
            ],
            [f"{record['others']} pictures without a digit", f"{run['others_refused']} refused"],
        ]
    return rows


def _column(history, name):
    """Return one number for each epoch, or nothing if some epoch has none."""
    rows = history if isinstance(history, (list, tuple)) else ()  # a file may say anything
    values = [row.get(name) if isinstance(row, dict) else None for row in rows]
    return values if all(_is_number(value) for value in values) else []


def _is_number(value):
    return isinstance(value, (int, float)) and abs(value) < math.inf
