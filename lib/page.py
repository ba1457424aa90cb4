"""Pages that answer: one HTML file that holds its scripts, its weights and its fonts.

A page is written as usual, in ``book/_static/explore/``: a skeleton such as ``mine.html`` with its
style sheets and scripts. ``paste`` puts all of them into the one file, so that it opens from a
folder, can be sent to a friend, and asks no host for anything; it even forbids itself to. What the
scripts work with, a network above all, goes along as JSON. It is data: no text in it can become
markup or script.
"""

import base64
import gzip
import json
import math
import re
from pathlib import Path

import numpy as np

from lib import nn

STATIC = Path(__file__).resolve().parents[1] / "book" / "_static"

PARTS = ("train", "validation")

# Everything comes from the file itself; anything else, the browser refuses to load or to send.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "font-src data:; img-src data: blob:; media-src blob:; base-uri 'none'; form-action 'none'"
)

# layer -> what nn.js needs to know of it apart from its arrays
KNOWN = {
    nn.AvgPool2d: lambda layer: {"kernel": layer.kernel_size, "stride": layer.stride},
    nn.BatchNorm1d: lambda layer: {"eps": layer.eps},
    nn.BatchNorm2d: lambda layer: {"eps": layer.eps},
    nn.Conv2d: lambda layer: {
        "kernel": layer.kernel_size,
        "stride": layer.stride,
        "padding": layer.padding,
    },
    nn.Dropout: lambda layer: {"p": layer.p},
    nn.Flatten: lambda layer: {},
    nn.GlobalAvgPool2d: lambda layer: {},
    nn.LeakyReLU: lambda layer: {"negativeSlope": layer.negative_slope},
    nn.Linear: lambda layer: {},
    nn.MaxPool2d: lambda layer: {"kernel": layer.kernel_size, "stride": layer.stride},
    nn.ReLU: lambda layer: {},
    nn.Sigmoid: lambda layer: {},
    nn.Softmax: lambda layer: {},
    nn.Tanh: lambda layer: {},
}


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
        A classifier of images of 28×28, made of layers that ``nn.js`` knows.
    names : sequence of str
        What its outputs are called.
    title, about, result : str, optional
        What the page says: its heading, what the network is, and how well it did.
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
        As ``pack``.
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
        A recogniser; the one that comes with the course if not given.

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
    x, y = x[:2000], y[:2000]
    p = recogniser.probabilities(x[:, None] / np.float32(255))[np.arange(len(y)), y]
    hardest = np.argsort(p, kind="stable")[:100]
    others = np.setdiff1d(np.arange(len(y)), hardest)[:100]
    rows = np.concatenate([hardest, others])
    return paste(
        "recogniser",
        network=pack(serialization.load(path)),
        temperature=recogniser.temperature,
        least=recogniser.least,
        digits={"images": _zipped(x[rows].tobytes()), "labels": "".join(map(str, y[rows]))},
        records=_measured(),
    )


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


def _zipped(content):
    """Return bytes as gzip in base64, the same for the same bytes."""
    return base64.b64encode(gzip.compress(content, mtime=0)).decode()


def _column(history, name):
    """Return one number for each epoch, or nothing if some epoch has none."""
    rows = history if isinstance(history, (list, tuple)) else ()  # a file may say anything
    values = [row.get(name) if isinstance(row, dict) else None for row in rows]
    return values if all(_is_number(value) for value in values) else []


def _is_number(value):
    return isinstance(value, (int, float)) and abs(value) < math.inf


def pack(model, bits=16):
    """Return a network as numbers and text from which ``nn.js`` builds it again.

    Parameters
    ----------
    model : Sequential
        Made of layers that ``nn.js`` knows; a Sequential may lie inside another.
    bits : int, optional
        16 or 8, for each weight. What has one axis only, such as a bias, keeps 32.

    Returns
    -------
    dict
        ``layers``, one dictionary for each, and ``arrays``: all of their numbers, little-endian
        and one after the other, as gzip in base64.

    Raises
    ------
    ValueError
        ``nn.js`` does not know a layer; the message names it.

    Examples
    --------
    >>> layer = nn.Linear(3, 2, rng=np.random.default_rng(0))
    >>> pack(nn.Sequential(layer, nn.Tanh()))["layers"][1]
    {'kind': 'Tanh', 'arrays': []}
    """
    layers, content = [], []
    for layer in _in_a_row(model):
        settings = KNOWN[type(layer)](layer)
        arrays = {key: array for key, array in layer.state_dict().items() if array.ndim > 0}
        for key, array in arrays.items():
            if not np.isfinite(array).all():
                raise ValueError(f"{key} of {layer!r} is not finite, so no page can use it")
            settings[key] = {"shape": array.shape, "bits": bits if array.ndim > 1 else 32}
            if array.ndim > 1:
                integers, scales = quantize(array, bits)
                content += [scales.astype("<f4"), integers.astype(f"<i{bits // 8}")]
            else:
                content.append(array.astype("<f4"))
        layers.append({"kind": type(layer).__name__, "arrays": list(arrays)} | settings)
    return {"layers": layers, "arrays": _zipped(b"".join(array.tobytes() for array in content))}


# With 16 bits, q runs from −32767 to 32767 and s is the largest |w| divided by 32767, so that w is
# nearly q s: no weight moves by more than s/2.
def quantize(weight, bits):
    """Round weights to integers, on a scale of its own for each row.

    Parameters
    ----------
    weight : ndarray of shape (O, ...)
        Weights of ``O`` units or templates.
    bits : int
        16 or 8.

    Returns
    -------
    integers : ndarray of shape (O, ...)
        int16 or int8.
    scales : ndarray of shape (O,), float32
        Multiply each row of the integers by its own to get nearly the weights.

    Examples
    --------
    >>> quantize(np.array([[0.5, -1.0], [0.0, 0.0]]), bits=8)
    (array([[  64, -127],
           [   0,    0]], dtype=int8), array([0.00787402, 0.        ], dtype=float32))
    """
    largest = 2 ** (bits - 1) - 1
    rows = weight.reshape(len(weight), -1)
    scales = (np.abs(rows).max(axis=1) / largest).astype(np.float32)
    steps = np.where(scales > 0, scales, 1)[:, None]  # a row of zeros stays one
    integers = np.clip(np.rint(rows / steps), -largest, largest)
    return integers.astype(f"int{bits}").reshape(weight.shape), scales


def _in_a_row(model):
    """Yield the layers of a network that ``nn.js`` knows, from first to last."""
    if isinstance(model, nn.Sequential):
        for layer in model:
            yield from _in_a_row(layer)
    elif isinstance(model, (nn.AvgPool2d, nn.MaxPool2d)) and model.padding != (0, 0):
        raise ValueError(f"no page can run {model}: it pools without padding; use padding=0")
    elif type(model) in KNOWN:
        yield model
    else:
        raise ValueError(
            f"no page can run {type(model).__name__}, only networks of "
            f"{', '.join(sorted(kind.__name__ for kind in KNOWN))}; use a network of those"
        )
