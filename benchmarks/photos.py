"""How well the recogniser of day 9 reads made pictures, small scans and real photographs.

    python benchmarks/photos.py train FOLDER                 # writes FOLDER/SEED.npz: half an hour
    python benchmarks/photos.py choose SEED0.npz SEED1.npz …   # writes results/recogniser.npz
    python benchmarks/photos.py made                           # writes results/pictures.json
    python benchmarks/photos.py real FOLDER [SEED0.npz …]      # writes results/photos.json

FOLDER holds pictures and ``labels.json``: for each file what is written on it (``text``, "" if it
is no digit), how (``kind``), and where it comes from (``source``). Photographs belong to those who
took them: only numbers go into the repository.
"""

import json
import sys
from pathlib import Path

import numpy as np

from lib.data import load_mnist
from lib.experiments.json_lines import write_json
from lib.experiments.recogniser import OTHER, RECOGNISER
from lib.experiments.records import RESULTS
from lib.experiments.runner import Training
from lib.metrics import expected_calibration_error
from lib.recognition import SHIPPED, STEPS, Recogniser, made, others, prepare
from lib.recognition.resizing import resize
from lib.recognition.shapes import BOX, SIDE, crop
from lib.serialization import load, save

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
FALSE_ALARMS = 0.01  # so many of the validation digits may be refused

# By what words of "kind" a trouble is known. A picture can have several.
KINDS = {
    "thin pen or pencil": ("thin", "pencil", "one-pixel"),
    "coloured ink": ("blue", "red", "green", "purple"),
    "uneven light or shadow": ("uneven", "shadow", "vignett", "shaded"),
    "strokes near the edge": ("edge", "filling the frame", "fills the frame"),
    "small or off-centre": ("off-centre", "small digit", "small, off"),
    "faint": ("faint", "pale", "overexposed"),
    "thick stroke": ("thick",),
    "blurred, or few pixels": ("blurred", "focus", "32x32"),
    "bright on dark": ("on black",),
    "things in the frame": ("pasted", "finger", "button", "watermark", "crosses", "edge of the"),
    "ruled or squared paper": ("ruled", "squared"),
    "slanted": ("slanted",),
}


def without(name):
    """Return the steps without one of them: each is replaced by the least one can do instead."""
    instead = {
        "read": _as_it_lies,
        "grey": lambda colours: colours[..., 0],  # red alone
        "even light": lambda grey: grey - np.median(grey),
        "polarity": lambda difference: np.maximum(-difference, 0),  # ink is dark
        "noise": lambda ink: ink,
        "threshold": lambda ink: np.where(ink > 0.2 * ink.max(), ink, 0) / max(ink.max(), 1e-9),
        "clean": lambda ink: ink,
        "parts": lambda ink: (ink > 0).astype(int),  # all of it is one digit
        "straighten": crop,
        "scale": _into_the_box,
        "centre": _into_the_middle,
    }
    return {**STEPS, name: instead[name]}


def _as_it_lies(path):
    """Read a picture without a look at its orientation, its transparency, or its size."""
    from PIL import Image

    with Image.open(path) as file:
        file.thumbnail((900, 900))
        return np.asarray(file.convert("RGB"), np.float32) / 255


def _into_the_box(ink):
    """Scale to 20 pixels and leave strokes as thin as they become."""
    H, W = (max(1, round(n * BOX / max(ink.shape))) for n in ink.shape)
    small = resize(ink, H, W)
    return small / small.max()


def _into_the_middle(ink):
    """Put the box in the middle, wherever the ink in it is."""
    (top, left) = ((SIDE - n) // 2 for n in ink.shape)
    return np.pad(ink, ((top, SIDE - len(ink) - top), (left, SIDE - ink.shape[1] - left)))


def train(folder):
    """Train with each seed as the experiment does, and keep the weights."""
    for seed in RECOGNISER[0].seeds:
        training = Training(RECOGNISER[0], seed)
        for row in training.epochs(folder / f"unfinished{seed}.npz"):
            print(seed, row, flush=True)
        save(training.model, folder / f"{seed}.npz")


def unknown_others(digits, each=1000):
    """Return what is no digit, by name: letters, fonts and clothes that training never saw.

    ``digits`` are the images of which some are put together.
    """
    rng = np.random.default_rng(1)
    made = {
        "letters": others.letters(each, rng, held_out=True),
        "clothes": others.clothes(each, rng, held_out=True),
        "noise": others.noise(each, rng),
        "scribbles": others.scribbles(each, rng),
        "touching digits": others.touching(each, 255 * digits[:, 0], rng),
    }
    return {name: np.float32(images)[:, None] for name, images in made.items()}


def choose(paths):
    """Choose seed, temperature and threshold on validation images, and save what is shipped."""
    held_back = Training(RECOGNISER[0], seed=0).validation
    x, y = (rows[held_back.y != OTHER] for rows in (held_back.x, held_back.y))
    strange = unknown_others(x)
    rows = []
    for path in paths:
        recogniser = Recogniser(load(path))
        rows.append({"weights": Path(path).name, "error": _error(recogniser, x, y)})
    best = min(range(len(rows)), key=lambda k: rows[k]["error"])
    recogniser = Recogniser(load(paths[best]))
    images = np.concatenate([x, *strange.values()])
    labels = np.concatenate([y, np.full(len(images) - len(x), OTHER)])
    recogniser.temperature = min(
        np.round(np.arange(0.5, 3, 0.05), 2).tolist(),
        key=lambda t: _loss(Recogniser(recogniser.model, t), images, labels),
    )
    known = recogniser.probabilities(x)[:, :OTHER].max(axis=1)
    recogniser.least = float(np.floor(100 * np.quantile(known, FALSE_ALARMS)) / 100)
    signs = {
        "the likeliest digit's probability": lambda z: _softmax(z)[:, :OTHER].max(axis=1),
        "1 - the probability of no digit": lambda z: 1 - _softmax(z)[:, OTHER],
        "the energy of the ten digits": lambda z: np.log(np.exp(z[:, :OTHER]).sum(axis=1)),
        "the likeliest of ten, no eleventh class": lambda z: _softmax(z[:, :OTHER]).max(axis=1),
    }
    of_digits, of_others = recogniser.model(x), {k: recogniser.model(v) for k, v in strange.items()}
    misses = {
        sign: {
            kind: round(float(np.mean(f(z) >= np.quantile(f(of_digits), FALSE_ALARMS))), 4)
            for kind, z in of_others.items()
        }
        for sign, f in signs.items()
    }
    ece = {
        "before": expected_calibration_error(
            Recogniser(recogniser.model).probabilities(images), labels
        ),
        "after": expected_calibration_error(recogniser.probabilities(images), labels),
    }
    report = {
        "seeds": rows,
        "shipped": rows[best]["weights"],
        "temperature": recogniser.temperature,
        "least": recogniser.least,
        "digits": OTHER,
        "false_alarms": round(float(np.mean(known < recogniser.least)), 4),
        "misses": {
            kind: round(float(np.mean(_best(recogniser, images) >= recogniser.least)), 4)
            for kind, images in strange.items()
        },
        "misses_with_1_%_false_alarms": misses,
        "calibration_error": {k: round(v, 4) for k, v in ece.items()},
    }
    save(recogniser.model, SHIPPED, half=True, recogniser=report)
    print(json.dumps(report, indent=1))


def _best(recogniser, images):
    return recogniser.probabilities(images)[:, :OTHER].max(axis=1)


def _error(recogniser, x, y):
    return round(float(np.mean(recogniser.probabilities(x)[:, :OTHER].argmax(axis=1) != y)), 4)


def _loss(recogniser, x, y):
    p = recogniser.probabilities(x)
    return -np.mean(np.log(np.maximum(p[np.arange(len(y)), y], 1e-12)))


def _softmax(z):
    e = np.exp(z.astype(np.float64) - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def all_digits(reading):
    """Return the digits in reading order, the refused ones too."""
    return "".join(str(answer.digit) for answer in reading.answers)


def distance(a, b):
    """Return how many digits must be changed, put in or left out to make ``a`` of ``b``."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def real(folder, paths):
    """Measure on real photographs."""
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    numbers = {name: "".join(filter(str.isdigit, label["text"])) for name, label in labels.items()}
    singles = [name for name, label in labels.items() if len(label["text"]) == 1]
    others = [name for name, label in labels.items() if not label["text"]]
    several = [n for n in labels if n not in singles + others and "turned" not in n]
    sources = sorted({label["source"].split(":")[0] for label in labels.values()})
    half = {n: sources.index(label["source"].split(":")[0]) % 2 for n, label in labels.items()}
    pictures = {name: prepare(folder / name) for name in labels}
    shipped = Recogniser.load()
    models = {
        Path(path).name: Recogniser(load(path), shipped.temperature, shipped.least, OTHER)
        for path in paths
    }
    models["recogniser.npz"] = shipped
    runs = {}
    for key, recogniser in models.items():
        for tta in (False, True) if recogniser is shipped else (False,):
            readings = {n: recogniser.answer(picture, tta) for n, picture in pictures.items()}
            wrong = {
                n: all_digits(readings[n]) for n in singles if all_digits(readings[n]) != numbers[n]
            }
            lost = {n: distance(numbers[n], readings[n].text) for n in several}
            runs[key + (" --tta" if tta else "")] = {
                "singles_right": len(singles) - len(wrong),
                "singles_right_by_half": [
                    sum(half[n] == h for n in singles if n not in wrong) for h in (0, 1)
                ],
                "singles_wrong": wrong,
                "singles_right_and_not_refused": sum(
                    readings[n].text == numbers[n] for n in singles
                ),
                "digits_right": sum(max(0, len(numbers[n]) - lost[n]) for n in several),
                "others_refused": sum(readings[n].refusal is not None for n in others),
                "others_read": {n: readings[n].text for n in others if readings[n].refusal is None},
                "curve": [_curve(recogniser, pictures, singles, others, t) for t in THRESHOLDS],
                "several": {n: [numbers[n], readings[n].text, lost[n]] for n in several},
                "calibration_error": _calibration({n: readings[n] for n in singles}, numbers),
            }
    right = {n for n in singles if n not in runs["recogniser.npz"]["singles_wrong"]}
    kinds = {
        kind: [n for n in singles if any(word in labels[n]["kind"] for word in words)]
        for kind, words in KINDS.items()
    }
    steps = {}
    for name in STEPS:
        changed = {n: prepare(folder / n, without(name)) for n in singles + several}
        readings = {n: shipped.answer(picture) for n, picture in changed.items()}
        steps[name] = {
            "singles_right": sum(all_digits(readings[n]) == numbers[n] for n in singles),
            "digits_right": sum(
                max(0, len(numbers[n]) - distance(numbers[n], readings[n].text)) for n in several
            ),
        }
        print(name, steps[name], flush=True)
    record = {
        "singles": len(singles),
        "singles_by_half": [sum(half[n] == h for n in singles) for h in (0, 1)],
        "several": len(several),
        "digits": sum(len(numbers[n]) for n in several),
        "others": len(others),
        "sources": len(sources),
        "runs": runs,
        "by_kind": {
            kind: {"pictures": len(n), "right": len(right & set(n))} for kind, n in kinds.items()
        },
        "without": steps,
    }
    write_json(RESULTS / "photos.json", record)
    for key, run in runs.items():
        print(
            key, {k: v for k, v in run.items() if isinstance(v, int)}, run["singles_right_by_half"]
        )


def _curve(recogniser, pictures, singles, others, least):
    strict = Recogniser(recogniser.model, recogniser.temperature, least, OTHER)
    refused = [
        sum(strict.answer(pictures[n]).refusal is not None for n in names)
        for names in (singles, others)
    ]
    return {"least": least, "singles_refused": refused[0], "others_refused": refused[1]}


def _calibration(readings, numbers):
    one = {n: r for n, r in readings.items() if len(r.answers) == 1}
    sure = np.array([r.answers[0].top[0][1] for r in one.values()])
    right = np.array([all_digits(r) == numbers[n] for n, r in one.items()])
    p = np.stack([sure, 1 - sure], axis=1)
    return round(expected_calibration_error(p, np.where(right, 0, 1)), 4)


def made_pictures(each=50, some=20):
    """Measure on made pictures, by trouble: digits drawn by curves, and MNIST's test digits.

    Of each trouble there are ``each`` pictures of either kind. What a step buys is measured on the
    first ``some`` of them.
    """
    from sklearn.datasets import load_digits

    rng = np.random.default_rng(0)
    _, _, x, y = load_mnist()
    rows = rng.permutation(len(x))[:each]
    shipped = Recogniser.load()
    record = {"each": each, "some": some, "by_trouble": {}, "right_of_some": {}, "without": {}}
    for trouble in ("none", *made.TROUBLES):
        troubles = () if trouble == "none" else (trouble,)
        pictures = []  # kind, label, colours
        for k in rows:
            digit = int(rng.integers(10))
            ink = made.written(digit, rng, trouble)
            pictures.append(("drawn", digit, made.photograph(ink, rng, *troubles)))
            ink = made.enlarged(x[k], rng, trouble)
            pictures.append(("mnist", int(y[k]), made.photograph(ink, rng, *troubles)))
        record["by_trouble"][trouble] = {
            kind: _right(shipped, [p for p in pictures if p[0] == kind], STEPS)
            for kind in ("drawn", "mnist")
        }
        record["right_of_some"][trouble] = _right(shipped, pictures[:some], STEPS)
        for step in STEPS:
            if step != "read":  # they are in no file
                right = _right(shipped, pictures[:some], without(step))
                record["without"].setdefault(step, {})[trouble] = right
    small = load_digits()
    right = refused = 0
    for image, label in zip(small.images, small.target, strict=True):
        reading = shipped.read(made.photograph(resize(image / 16, 240, 240), rng))
        right += all_digits(reading) == str(label)
        refused += reading.refusal is not None
    record["eight_by_eight"] = {"pictures": len(small.target), "right": right, "refused": refused}
    write_json(RESULTS / "pictures.json", record)
    print(json.dumps(record, indent=1))


def _right(recogniser, pictures, steps):
    """Return how many pictures are read right."""
    return sum(
        all_digits(recogniser.answer(prepare(colours, steps))) == str(label)
        for _, label, colours in pictures
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["train", folder]:
            train(Path(folder))
        case ["choose", *paths] if paths:
            choose(paths)
        case ["made"]:
            made_pictures()
        case ["real", folder, *paths]:
            real(Path(folder), paths)
        case _:
            sys.exit(__doc__)
