"""The exercises of the clinic: twelve training runs, each with a fault, and how they are examined.

A case is a function with the fault in it. Its cure is that function with one line changed, and so
is every treatment that does not help. An answer is a pair: the name of the fault, and the changed
function, which is run here on images that the notebook has not seen and judged by what it does.
"""

import contextlib
import functools
import inspect
import io
from collections import namedtuple

import numpy as np

from lib import models, nn, optim
from lib.course.chart import Chart, as_scanned
from lib.course.checks import judge
from lib.course.diagnosis import Wrong, declare
from lib.data import Augment, DataLoader, Dataset, load_mnist
from lib.training import train_step

Run = namedtuple("Run", "train model chart")

# -- the cases, as they are in the notebook -------------------------------------------------------


def case_1(images, y, val, y_val):
    rng = np.random.default_rng(1)
    x, x_val = (a.reshape(-1, 784).astype(np.float32) / 255 for a in (images, val))
    model = models.mlp((784, 64, 10), nn.ReLU, rng=rng)
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=5)
    batches = DataLoader(Dataset(x, y), 50, shuffle=True, rng=rng)
    chart = Chart()
    for _ in range(6):
        for xb, yb in batches:
            chart.step(loss(model(xb), yb))
            sgd.zero_grad()
            model.backward(loss.backward())
            sgd.step()
        chart.epoch(model(x_val).argmax(axis=1), y_val)
    return model, chart


def case_2(images, y, val, y_val):
    rng = np.random.default_rng(2)
    x, x_val = (a.reshape(-1, 784).astype(np.float32) for a in (images, val))
    model = models.mlp((784, 64, 10), nn.ReLU, rng=rng)
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.2)
    batches = DataLoader(Dataset(x, y), 50, shuffle=True, rng=rng)
    chart = Chart()
    for _ in range(6):
        for xb, yb in batches:
            chart.step(loss(model(xb), yb))
            sgd.zero_grad()
            model.backward(loss.backward())
            sgd.step()
        chart.epoch(model(x_val).argmax(axis=1), y_val)
    return model, chart


def case_3(images, y, val, y_val):
    rng = np.random.default_rng(3)
    x, x_val = (a.reshape(-1, 784).astype(np.float32) / 255 for a in (images, val))
    model = models.mlp((784, 64, 10), nn.ReLU, rng=rng)
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.1)
    batches = DataLoader(Dataset(x, y), 50, shuffle=True, rng=rng)
    chart = Chart()
    for _ in range(6):
        for xb, yb in batches:
            chart.step(loss(model(xb), yb))
            model.backward(loss.backward())
            sgd.step()
        chart.epoch(model(x_val).argmax(axis=1), y_val)
    return model, chart


def case_4(images, y, val, y_val):
    rng = np.random.default_rng(4)
    x, x_val = (a.reshape(-1, 784).astype(np.float32) for a in (images, val))
    with np.errstate(invalid="ignore"):
        x, x_val = (a / a.max(axis=1, keepdims=True) for a in (x, x_val))
    model = models.mlp((784, 64, 10), nn.ReLU, rng=rng)
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.2)
    batches = DataLoader(Dataset(x, y), 50, shuffle=True, rng=rng)
    chart = Chart()
    for _ in range(6):
        for xb, yb in batches:
            chart.step(train_step(model, loss, sgd, xb, yb))
        chart.epoch(model(x_val).argmax(axis=1), y_val)
    return model, chart


def case_5(x, y, x_val, y_val):
    def draw(shape, rng, dtype):  # between -0.1 and 0.1
        return (0.1 * (rng.random(shape) - 1)).astype(dtype)

    rng = np.random.default_rng(5)
    hidden, scores = nn.Linear(784, 64, rng=rng, init=draw), nn.Linear(64, 10, rng=rng)
    model = nn.Sequential(hidden, nn.ReLU(), scores)
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.2)
    batches = DataLoader(Dataset(x, y), 50, shuffle=True, rng=rng)
    chart = Chart()
    for _ in range(6):
        for xb, yb in batches:
            chart.step(train_step(model, loss, sgd, xb, yb))
        chart.epoch(model(x_val).argmax(axis=1), y_val)
    return model, chart


def case_6(x, y, x_val, y_val):
    rng = np.random.default_rng(6)
    x, y = x[rng.permutation(len(x))], y[rng.permutation(len(y))]
    model = models.mlp((784, 64, 10), nn.ReLU, rng=rng)
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.2)
    batches = DataLoader(Dataset(x, y), 50, shuffle=True, rng=rng)
    chart = Chart()
    for _ in range(12):
        for xb, yb in batches:
            chart.step(train_step(model, loss, sgd, xb, yb))
        chart.epoch(model(x_val).argmax(axis=1), y_val)
    return model, chart


def case_7(x, y, x_val, y_val):
    def draw(shape, rng, dtype):  # small, like those of Linear
        return np.full(shape, 0.01, dtype)

    rng = np.random.default_rng(7)
    hidden, scores = (nn.Linear(*n, rng=rng, init=draw) for n in ((784, 64), (64, 10)))
    model = nn.Sequential(hidden, nn.ReLU(), scores)
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.1)
    batches = DataLoader(Dataset(x, y), 50, shuffle=True, rng=rng)
    chart = Chart()
    for _ in range(6):
        for xb, yb in batches:
            chart.step(train_step(model, loss, sgd, xb, yb))
        chart.epoch(model(x_val).argmax(axis=1), y_val)
    return model, chart


def case_8(x, y, x_val, y_val):
    rng = np.random.default_rng(8)
    hidden, scores = nn.Linear(784, 64, rng=rng), nn.Linear(64, 10, rng=rng)
    model = nn.Sequential(hidden, nn.ReLU(), scores, nn.Softmax())
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.2)
    batches = DataLoader(Dataset(x, y), 50, shuffle=True, rng=rng)
    chart = Chart()
    for _ in range(12):
        for xb, yb in batches:
            chart.step(train_step(model, loss, sgd, xb, yb))
        chart.epoch(model(x_val).argmax(axis=1), y_val)
    return model, chart


def case_9(x, y, x_val, y_val):
    rng = np.random.default_rng(9)
    model = models.mlp((784, 64, 10), nn.ReLU, rng=rng)
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.2)
    batches = DataLoader(Dataset(x, y), 50, shuffle=True, rng=rng)
    moved = [np.roll(x_val, d, axis=1) for d in (-1, 0, 1)]  # by one pixel sideways
    chart = Chart()
    for _ in range(8):
        for xb, yb in batches:
            chart.step(train_step(model, loss, sgd, xb, yb))
        scores = model(np.concatenate(moved)).reshape(len(x_val), 3, 10).mean(axis=1)
        chart.epoch(scores.argmax(axis=1), y_val)
    return model, chart


def case_10(x, y, x_val, y_val):
    rng = np.random.default_rng(10)
    hidden, scores = nn.Linear(784, 64, rng=rng), nn.Linear(64, 10, rng=rng)
    model = nn.Sequential(hidden, nn.BatchNorm1d(64), nn.ReLU(), scores)
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.2)
    batches = DataLoader(Dataset(x, y), 50, shuffle=True, rng=rng)
    chart = Chart()
    for _ in range(8):
        for xb, yb in batches:
            chart.step(train_step(model, loss, sgd, xb, yb))
        parts = [model(x_val[i : i + 50]) for i in range(0, len(x_val), 50)]
        chart.epoch(np.concatenate(parts).argmax(axis=1), y_val)
    return model, chart


def case_11(x, y, n_val):
    rng = np.random.default_rng(11)
    order = rng.permutation(len(x))
    train, val = order[:-n_val], order[:n_val]
    model = models.mlp((784, 64, 10), nn.ReLU, rng=rng)
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.2)
    batches = DataLoader(Dataset(x[train], y[train]), 50, shuffle=True, rng=rng)
    chart = Chart()
    for _ in range(12):
        for xb, yb in batches:
            chart.step(train_step(model, loss, sgd, xb, yb))
        chart.epoch(model(x[val]).argmax(axis=1), y[val])
    return model, chart


def case_12(x, y, x_val, y_val):
    rng = np.random.default_rng(12)
    model = models.mlp((784, 64, 10), nn.ReLU, rng=rng)
    loss, sgd = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.2)
    turn = Augment(rotation=180, rng=rng)  # scans are never quite straight
    batches = DataLoader(Dataset(x, y), 50, shuffle=True, rng=rng, augment=turn)
    chart = Chart()
    for _ in range(12):
        for xb, yb in batches:
            chart.step(train_step(model, loss, sgd, xb, yb))
        chart.epoch(model(x_val).argmax(axis=1), y_val)
    return model, chart


def rerun(case, *data, healthy):
    """Run a case that the reader has changed, and show its log and its curves.

    Of a case as it was given nothing is shown: its log stands above it in the notebook.

    Parameters
    ----------
    case : callable
        The reader's ``case_1``, ``case_2`` …
    *data
        What it is called with.
    healthy : Chart
        The run to compare with.
    """
    number = case.__name__.replace("case_", "C.")
    if judge(number, (..., case)).status == "⬜":  # neither diagnosis nor code is the reader's own
        return
    import matplotlib.pyplot as plt

    _, chart = case(*data)
    chart.commonest_mistakes()
    chart.draw(healthy)
    plt.show()


# -- the patients' images: none of those in the notebook ------------------------------------------


@functools.cache
def rows():
    """Return images and labels, 3000 + 1000 for a run and 2000 fresh ones, all for training."""
    images, labels, _, _ = load_mnist()
    return images[10_000:16_000], labels[10_000:16_000]


def raw():
    """Return images as they are in the file: training and validation, each with its labels."""
    images, labels = rows()
    return images[:3000].copy(), labels[:3000], images[3000:4000], labels[3000:4000]


def raw_with_a_blank():
    """Return images as they are in the file, one of them blank."""
    images, *others = raw()
    return as_scanned(images), *others


def flat(images):
    """Return images as rows of 784 numbers between 0 and 1."""
    return images.reshape(-1, 784).astype(np.float32) / 255


def prepared():
    """Return rows between 0 and 1: training and validation, each with its labels."""
    images, y, images_val, y_val = raw()
    return flat(images), y, flat(images_val), y_val


def sorted_by_digit():
    """Return rows whose validation images come digit by digit."""
    x, y, x_val, y_val = prepared()
    order = np.argsort(y_val, kind="stable")
    return x, y, x_val[order], y_val[order]


def square():
    """Return images between 0 and 1, of shape (N, 28, 28)."""
    x, y, x_val, y_val = prepared()
    return x.reshape(-1, 28, 28), y, x_val.reshape(-1, 28, 28), y_val


def undivided():
    """Return 4000 rows with their labels, and how many are for validation."""
    images, labels = rows()
    return flat(images[:4000]), labels[:4000], 1000


def undivided_drawn_by_lot():
    """Return 4000 rows with labels that nothing but the row itself can tell."""
    x, y, n_val = undivided()
    return x, np.random.default_rng(0).permutation(y), n_val


# -- what is looked at ----------------------------------------------------------------------------


@functools.cache
def fresh():
    """Return 2000 images, of shape (2000, 784), that no run has seen, and their labels."""
    images, labels = rows()
    return flat(images[4000:]), labels[4000:]


def share_read(model, turn=lambda images: images):
    """Return the share of fresh images that a model in evaluation mode reads."""
    images, labels = fresh()
    model.eval()
    return np.mean(model(turn(images)).argmax(axis=1) == labels)


def never_leaps(run):
    return max(run.chart.losses) <= 2 * run.chart.losses[0]


def begins_near_blind(run):
    return run.chart.losses[0] < 3


def reads_both_alike(run):
    """Tell whether the report is that of images up to 1, and not of the images as in the file."""
    images, y_val = rows()[0][3000:4000], rows()[1][3000:4000]
    asked = images.reshape(-1, 784).astype(np.float32), flat(images)
    as_in_file, up_to_1 = (np.mean(run.model(x).argmax(axis=1) == y_val) for x in asked)
    return up_to_1 == run.chart.accuracies[-1] or as_in_file != run.chart.accuracies[-1]


def is_reported_as_it_is(run):
    return abs(run.chart.accuracies[-1] - share_read(run.model)) < 0.04


def changes(run):
    first, last = (np.mean(run.chart.losses[part]) for part in (np.s_[:60], np.s_[-60:]))
    return bool(abs(first - last) > 0.01)


def size_of_gradient(model):
    return np.sqrt(sum(np.sum(p.grad.astype(float) ** 2) for p in model.parameters()))


def forgets_old_gradients(run):
    """Compare the gradient that the run has left with those of single batches."""
    left = size_of_gradient(run.model)
    loss, (images, y) = nn.CrossEntropyLoss(), rows()
    x = flat(images)
    single = []
    for start in range(0, 3000, 50):
        run.model.zero_grad()
        loss(run.model(x[start : start + 50]), y[start : start + 50])
        run.model.backward(loss.backward())
        single.append(size_of_gradient(run.model))
    return left <= 2 * max(single)


def has_numbers_for_weights(run):
    return all(np.isfinite(p.data).all() for p in run.model.parameters())


def has_numbers_for_losses(run):
    return np.isfinite(run.chart.losses).all()


def reaches_the_first_layer(run):
    return np.any(run.model.parameters()[0].grad)


def fits_its_own_rows(run):
    return np.mean(run.chart.losses[-60:]) < 1.2


def has_different_units(run):
    weight = run.model.parameters()[0].data
    return weight.std(axis=0).mean() > 0.6 * np.abs(weight).mean()


def returns_scores(run):
    """Tell scores from probabilities, which lie between 0 and 1."""
    scores = run.model(fresh()[0])
    return scores.min() < 0 or scores.max() > 1


def normalised(run):
    """Return how many batches have passed the batch normalisation in training mode."""
    return next(int(layer.num_batches_tracked.data) for layer in run.model
                if isinstance(layer, nn.BatchNorm1d))


def keeps_validation_out(run):
    return normalised(run) <= len(run.chart.losses)


def trains_in_training_mode(run):
    return normalised(run) >= len(run.chart.losses)


def cannot_read_lots(run):
    _, chart = run.train(*undivided_drawn_by_lot())
    return chart.accuracies[-1] < 0.14


def tells_six_from_nine(run):
    images, labels = fresh()
    guesses = run.model(images).argmax(axis=1)
    mixed = ((labels == 6) & (guesses == 9)) | ((labels == 9) & (guesses == 6))
    return mixed.sum() <= 6


def reads_tilted(run):
    tilt = Augment(rotation=20, rng=np.random.default_rng(0))
    return share_read(run.model, lambda x: tilt(x.reshape(-1, 28, 28)).reshape(-1, 784)) > 0.86


def reads(share):
    """Return the sign that fresh images are read as by a healthy run."""
    return lambda run: share_read(run.model) >= share


def reads_its_own(share):
    """Return the sign that validation images, on the scale of the run, are read well."""
    return lambda run: run.chart.accuracies[-1] >= share


# -- what the patients may have -------------------------------------------------------------------

# for each ward: the name of a fault, what one would see with it, and the test for it
EXPLODES = {
    "rate too high": (
        "a rate that is too high starts near 2.30 and leaps from the first steps on",
        "what is the first loss, and what becomes of the curve with a tenth of the rate?",
    ),
    "wrong sign": (
        "with a wrong sign each step goes uphill: the loss never falls, however small the rate",
        "does the loss ever fall in this run?",
    ),
    "no zero_grad": (
        "gradients that pile up do no harm in the first steps; then it gets worse and worse",
        "does this run begin well, and is the gradient after many steps that of one batch?",
    ),
    "pixels not scaled": (
        "with pixels up to 255 the first loss, before any step, is far above 2.30",
        "what is the first loss of this run?",
    ),
    "a bad row": (
        "a bad row turns a healthy loss into nan from one step to the next",
        "is there a nan in this run, and did the loss grow before it?",
    ),
}
STANDS_STILL = {
    "rate too low": (
        "with a rate that is too low, loss and accuracy get better together, and with ten times "
        "the rate they do so much faster",
        "what becomes of the loss, and of the accuracy, with ten times the rate?",
    ),
    "dead ReLUs": (
        "with dead ReLUs nothing changes but the last biases: the loss is flat, at 2.30",
        "does the training loss move at all in this run?",
    ),
    "labels shuffled": (
        "with shuffled labels the training loss does sink, very slowly, below 2.30, and "
        "validation accuracy stays near 10 %",
        "is validation accuracy at chance while the training loss sinks?",
    ),
    "equal weights": (
        "equal units do learn, as much as a single unit can: some 25 % are read",
        "is more read than a blind guess would, and how different are two rows of weights?",
    ),
}
LEARNS_ODDLY = {
    "overfitting": (
        "a run that overfits fits its own rows, and reads others less well, though most of them",
        "how small does the training loss get, and how well are rows read that it has not seen?",
    ),
    "softmax twice": (
        "with softmax twice no loss is below 1.46, however many images are read",
        "does the loss of this run get below 1.46?",
    ),
    "mean over the wrong axis": (
        "an average that mixes images spoils every image, in whichever order they come",
        "what does the run say of its own training images, read the same way?",
    ),
    "training mode": (
        "batch normalisation in training mode lets an answer depend on the other images of the "
        "batch",
        "is there a batch normalisation, and does the accuracy change when the images are "
        "shuffled?",
    ),
    "validation rows in training": (
        "with validation rows in training, validation accuracy climbs above any healthy run's",
        "is validation accuracy better than in the healthy run, or worse?",
    ),
    "harmful augmentation": (
        "an augmentation does harm where it makes one digit look like another: those two are mixed "
        "up most",
        "which two digits does this run mix up, and are images changed on their way in?",
    ),
}

# -- how a run is examined ------------------------------------------------------------------------

NAMED, DIAGNOSIS, RETURNED = "a diagnosis", "the diagnosis", "what comes back"
NETWORK, LENGTH, HEALTHY = "the network", "the length of the run", "the fresh images"


def changed(case, *changes):
    """Return a case in which pieces of its text are replaced: (old, new), …"""
    source, names = inspect.getsource(case), dict(globals())
    for old, new in changes:
        if old not in source:
            raise ValueError(f"{case.__name__} has no {old!r} to be replaced")
        source = source.replace(old, new)
    exec(compile(source, case.__name__, "exec"), names)
    return names[case.__name__]


def never_run(*data):
    """Stand for the function of an answer whose diagnosis is looked at alone."""
    raise NotImplementedError("only the diagnosis counts")


def sizes(model):
    return sorted(p.data.shape for p in model.parameters())


def examined(ward, name, data, shapes, epochs, signs):
    """Return how an answer is run and looked at: the diagnosis first, then what the run does."""

    def run(answer):
        diagnosis, train = answer
        named = isinstance(diagnosis, str) and diagnosis in ward
        yield NAMED, named
        yield DIAGNOSIS, list(ward).index(diagnosis) if named else -1
        if diagnosis != name:
            return
        with contextlib.redirect_stdout(io.StringIO()):
            result = train(*data())
        complete = isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], Chart)
        yield RETURNED, complete
        model, chart = result
        yield NETWORK, sizes(model) == sorted(shapes)
        yield LENGTH, (len(chart.losses), len(chart.accuracies)) == (60 * epochs, epochs)
        for sign, look in signs.items():
            with contextlib.redirect_stdout(io.StringIO()):
                yield sign, bool(look(Run(train, model, chart)))

    return run


def admit(number, case, ward, name, cure, signs, asks, hints, *, data, epochs=6, errors=()):
    """Declare a case: the fault it has, its cure, and the signs of health, each with its words."""
    shapes = [(64, 784), (64,), (10, 64), (10,)]
    shapes += [(64,)] * 2 * ("BatchNorm" in inspect.getsource(case))
    others = [
        Wrong(f"it is not {other!r}: {sight}", test, (other, never_run), of=DIAGNOSIS)
        for other, (sight, test) in ward.items()
        if other != name
    ]
    declare(
        f"C.{number}", f"case {number}", right=(name, changed(case, cure)),
        start=changed(case),  # compiled by itself, as a cell is: imports next to it would count
        run=examined(ward, name, data, shapes, epochs, signs), wrong=[*others, *errors],
        secret=True, seconds=60,
        outputs=(NAMED, DIAGNOSIS, RETURNED, NETWORK, LENGTH, *signs),
        asks={
            NAMED: ("`diagnosis` is none of the names in the table of this ward",
                    f"which of {', '.join(map(repr, ward))} fits the signs?"),
            DIAGNOSIS: ("the diagnosis is another one", hints[0]),
            RETURNED: ("the function does not return its model and its chart",
                       "does it end with `return model, chart`?"),
            NETWORK: ("the diagnosis is right, but the network is no longer the same: the sizes of "
                      "its layers have changed", "which line is the fault in, if not in that one?"),
            LENGTH: ("the diagnosis is right, but the run no longer has as many steps and epochs "
                     "as it had; its length is not the fault",
                     "how does it look with as many rows, batches and epochs as before?"),
            **dict(zip(signs, asks, strict=True)),
        },
        hints=hints,
    )


# -- ward 1: it explodes --------------------------------------------------------------------------

SLOW = "the sign is gone, but fresh images are read worse than by a healthy run"

admit(
    1, case_1, EXPLODES, "rate too high", ("lr=5", "lr=0.2"),
    {"the leaps": never_leaps, "the fall": fits_its_own_rows, HEALTHY: reads(0.83)},
    [("the diagnosis is right, but the loss still leaps far above its first value",
      "which line says how far a step goes, and what happens with a tenth of it?"),
     ("nothing leaps any more, but now the loss hardly falls: if it is the rate, it is too low now",
      "which rate had the healthy run?"),
     (SLOW, "which rate had the healthy run?")],
    ("which value does the loss have before the first step, and which after five?",
     "compare the rate with that of the healthy run.",
     "divide the rate by ten until the loss no longer leaps, once more if it is restless."),
    data=raw,
)

admit(
    2, case_2, EXPLODES, "pixels not scaled",
    ("astype(np.float32) for", "astype(np.float32) / 255 for"),
    {"the first loss": begins_near_blind, "both sets alike": reads_both_alike,
     "its own images": reads_its_own(0.83)},
    [("the diagnosis is right, but the first loss, before any step, is still far above 2.30; no "
      "rate can change that", "what goes into the network before the first step?"),
     ("training and validation images are no longer on the same scale",
      "are both divided by the same number?"),
     ("the sign is gone, but validation images are read worse than by a healthy run",
      "between which numbers do the pixels lie now?")],
    ("what should the loss of a network be that has learned nothing yet?",
     "between which numbers do the pixels of the healthy run lie?",
     "divide both sets of images by the largest number that a pixel can have, 255."),
    data=raw,
)

admit(
    3, case_3, EXPLODES, "no zero_grad",
    ("model.backward(", "sgd.zero_grad()\n            model.backward("),
    {"the steps": changes, "the gradients": forgets_old_gradients, HEALTHY: reads(0.82)},
    [("the network does not learn: at each step the gradient is 0",
      "what lies between the moment a gradient is computed and the step that uses it?"),
     ("the diagnosis is right, but a step still uses the gradients of earlier batches as well",
      "how often are the gradients set to 0, and how often should they be?"),
     (SLOW, "is the rate still the one it was?")],
    ("the run begins well; what is different at step 60?",
     "lib's `backward` *adds* to the gradients. What does the healthy run do before each of them?",
     "set the gradients to 0 once in each step, before `backward`."),
    data=raw,
)

admit(
    4, case_4, EXPLODES, "a bad row",
    ("a / a.max(axis=1, keepdims=True)", "a / np.maximum(a.max(axis=1, keepdims=True), 1)"),
    {"the weights": has_numbers_for_weights, "the losses": has_numbers_for_losses,
     HEALTHY: reads(0.83)},
    [("the diagnosis is right, but there are still nan among the weights: one row of x spoils "
      "every weight it meets", "which rows of x hold nan, and which line makes them?"),
     ("the weights are numbers, but some of the losses are nan", "which batch is it?"),
     (SLOW, "what do the rows look like that go in now?")],
    ("does the loss grow before it is nan?",
     "which rows of x are not numbers, and what is special about those images in the file?",
     "one image is blank, and its largest pixel is 0. Divide by something that is never 0, or "
     "leave such images out."),
    data=raw_with_a_blank,
)

# -- ward 2: it does not learn --------------------------------------------------------------------

admit(
    5, case_5, STANDS_STILL, "dead ReLUs",
    ("(rng.random(shape) - 1)", "(2 * rng.random(shape) - 1)"),
    {"the gradient": reaches_the_first_layer, HEALTHY: reads(0.83)},
    [("the diagnosis is right, but still no gradient reaches the first layer: its units are off "
      "for every image", "between which numbers do the first weights lie, and the pixels?"),
     ("the first layer gets a gradient again, but fresh images are read badly",
      "how many of the first weights are above 0, and how many below?")],
    ("how large is the gradient of the first layer?",
     "print the smallest and the largest number that `draw` returns.",
     "random() lies between 0 and 1. Which factor and which shift make that -1 to 1?"),
    data=prepared,
)

admit(
    6, case_6, STANDS_STILL, "labels shuffled",
    ("x, y = x[rng.permutation(len(x))], y[rng.permutation(len(y))]",
     "order = rng.permutation(len(x)); x, y = x[order], y[order]"),
    {"its own rows": fits_its_own_rows, HEALTHY: reads(0.86)},
    [("the diagnosis is right, but images and labels still do not belong together: what the run "
      "learns, it learns by heart", "is row 0 of y still the label of row 0 of x?"),
     ("the run fits its own rows, but fresh images are read worse than by a healthy run",
      "are the labels in training those of the images?")],
    ("what does the training loss do in the last epochs, and what does the accuracy do?",
     "draw the first images that the loop gets, and print their labels.",
     "two calls of permutation give two orders. Draw one, and use it for both arrays."),
    data=prepared, epochs=12,
)

admit(
    7, case_7, STANDS_STILL, "equal weights",
    ("np.full(shape, 0.01, dtype)", "rng.normal(0, 0.05, shape).astype(dtype)"),
    {"the units": has_different_units, HEALTHY: reads(0.79)},
    [("the diagnosis is right, but the hidden units are still copies of one another, or nearly",
      "what is different between two hidden units before the first step?"),
     ("the hidden units differ in the end, but fresh images are read worse than by a healthy run",
      "were they different from the first step on, and not too large?")],
    ("how different are two hidden units after training?",
     "two units with the same weights get the same gradients. What could make them different?",
     "draw the first weights by lot: small numbers, above and below 0."),
    data=prepared,
)

# -- ward 3: it learns, and something is odd ------------------------------------------------------

admit(
    8, case_8, LEARNS_ODDLY, "softmax twice", (", nn.Softmax()", ""),
    {"the scores": returns_scores, HEALTHY: reads(0.86)},
    [("the diagnosis is right, but what the network returns still lies between 0 and 1: the loss "
      "expects scores, and cannot get below 1.46", "what does CrossEntropyLoss do with its input?"),
     (SLOW, "is the training still what it was?")],
    ("the accuracy rises; what is the smallest loss of the run?",
     "what does CrossEntropyLoss do first with what it is given?",
     "CrossEntropyLoss has a softmax in it. Let the network end with the scores."),
    data=prepared, epochs=12,
)

admit(
    9, case_9, LEARNS_ODDLY, "mean over the wrong axis",
    ("reshape(len(x_val), 3, 10).mean(axis=1)", "reshape(3, len(x_val), 10).mean(axis=0)"),
    {"the report": is_reported_as_it_is, HEALTHY: reads(0.84)},
    [("the diagnosis is right, but what is printed is still not what the network can read",
      "which three rows of scores belong to image 0, and which three are averaged?"),
     (SLOW, "is the training still what it was?")],
    ("does the network read its own training images, by this way of reading?",
     "in which order do the rows of np.concatenate(moved) come: image by image, or shift by shift?",
     "the three shifts come one after the other, N images each: reshape to (3, N, 10), and take "
     "the mean over the shifts."),
    data=prepared, epochs=8,
    errors=[
        Wrong("the diagnosis is right, but now one row of scores is left for each shift, where one "
              "for each image is needed", "which of the three axes counts the shifts?",
              ("mean over the wrong axis", changed(case_9, ("mean(axis=1)", "mean(axis=0)"))),
              of="the report"),
    ],
)

admit(
    10, case_10, LEARNS_ODDLY, "training mode",
    ("        parts = ", "        model.eval()\n        parts = "),
    {"validation": keeps_validation_out, "training": trains_in_training_mode,
     "the report": is_reported_as_it_is, HEALTHY: reads(0.84)},
    [("the diagnosis is right, but validation images still pass the batch normalisation in "
      "training mode", "which call changes the mode, and where must it come?"),
     ("now the training itself runs in evaluation mode",
      "which mode is the model in when the second epoch begins?"),
     ("what is printed is not what the network can read in evaluation mode",
      "are all validation images read, each once?"),
     (SLOW, "is the training still what it was?")],
    ("what happens to the accuracy if the validation images are shuffled?",
     "which layer of this network does something else in training than in use?",
     "say model.eval() before the validation images are read; train_step goes back by itself."),
    data=sorted_by_digit, epochs=8,
)

admit(
    11, case_11, LEARNS_ODDLY, "validation rows in training", ("order[:-n_val]", "order[n_val:]"),
    {"the leak": cannot_read_lots, "the report": is_reported_as_it_is, HEALTHY: reads(0.86)},
    [("the diagnosis is right, but some rows are still in both sets: with labels drawn by lot, "
      "validation accuracy is far above 10 %", "which rows do train and val have in common?"),
     ("what is printed is not what the network can read", "which rows are in val?"),
     (SLOW, "which rows are in train?")],
    ("is such an accuracy believable, after what the healthy run reads?",
     "how many rows do train and val have in common? np.intersect1d tells.",
     "val has the first n_val of the order; train must have all that come after them."),
    data=undivided, epochs=12,
)

admit(
    12, case_12, LEARNS_ODDLY, "harmful augmentation", ("rotation=180", "rotation=20"),
    {"6 and 9": tells_six_from_nine, "tilted images": reads_tilted, HEALTHY: reads(0.86)},
    [("the diagnosis is right, but 6 and 9 are still mixed up", "what does a 6 look like after the "
      "largest turn that is allowed?"),
     ("6 and 9 are told apart, but images that are tilted by up to 20 degrees are read too badly",
      "how far should an image be turned, so that it is still the same digit and the tilt is "
      "learned?"),
     (SLOW, "how far are the images turned now?")],
    ("which two digits are mixed up most, and what turns one into the other?",
     "draw ten images as the loop gets them, with their labels.",
     "scans are tilted by up to 20 degrees. Turn by about as much, and not upside down."),
    data=square, epochs=12,
)
