"""Answers to the cases of the clinic: a diagnosis, and the case's function with a line changed."""

import ast
from functools import cache
from pathlib import Path

import nbformat

from wrong_answers import right, wrong

LESSON = Path(__file__).parents[2] / "lessons/clinic.ipynb"


@cache
def cells():
    """Return the cell of each case, by its number, and what the lesson's first cell imports."""
    code = [c.source for c in nbformat.read(LESSON, as_version=4).cells if c.cell_type == "code"]
    names = {}
    exec("\n".join(line for line in code[0].splitlines() if "import " in line), names)
    return {n: next(s for s in code if f'check("C.{n}"' in s) for n in range(1, 13)}, names


def treated(n, *changes):
    """Return the function of a case in which pieces of text are replaced, as a reader would."""
    sources, names = cells()
    tree = ast.parse(sources[n])
    (case,) = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    text = ast.get_source_segment(sources[n], case)
    for old, new in changes:
        assert text.count(old) == 1, (n, old)
        text = text.replace(old, new)
    mine = dict(names)
    exec(text, mine)
    return mine[case.name]


def bad(n, name, mistake, diagnosis, *changes):
    wrong(f"C.{n}", mistake)((diagnosis, treated(n, *changes)), name)


def good(n, name, diagnosis, *changes):
    right(f"C.{n}")((diagnosis, treated(n, *changes)), name)


RATE, PILES, PIXELS, ROW = "rate too high", "no zero_grad", "pixels not scaled", "a bad row"
LOW, DEAD, LABELS, EQUAL = "rate too low", "dead ReLUs", "labels shuffled", "equal weights"
SOFTMAX, AXIS, MODE = "softmax twice", "mean over the wrong axis", "training mode"
LEAK, TURNED, OVER = "validation rows in training", "harmful augmentation", "overfitting"

# C.1

FIFTH = "lr=5", "lr=0.2"
good(1, "a_healthy_rate", RATE, FIFTH)
good(1, "half", RATE, ("lr=5", "lr=0.5"))
good(1, "in_a_variable", RATE, ("lr=5", "lr=3e-1"))
bad(1, "nothing_changed", "names the fault but changes nothing", RATE)
bad(1, "no_diagnosis", "cures the run and leaves the diagnosis open", ..., FIFTH)
bad(1, "typing_error", "misspells the diagnosis", "rate to high", FIFTH)
bad(1, "piles", "takes it for gradients that pile up", PILES, FIFTH)
bad(1, "pixels", "takes it for pixels that are not scaled", PIXELS, FIFTH)
bad(1, "sign", "takes it for a wrong sign", "wrong sign", FIFTH)
bad(1, "row", "takes it for a bad row", ROW, FIFTH)
bad(1, "still_too_high", "lowers the rate too little", RATE, ("lr=5", "lr=3"))
bad(1, "much_too_low", "lowers the rate far too much", RATE, ("lr=5", "lr=0.0005"))
bad(1, "larger_batches", "takes larger batches at the same rate", RATE,
    ("Dataset(x, y), 50", "Dataset(x, y), 500"))
bad(1, "more_epochs", "trains longer at the same rate", RATE, ("range(6)", "range(18)"))
bad(1, "smaller_network", "makes the network smaller", RATE, ("(784, 64, 10)", "(784, 16, 10)"))
bad(1, "no_chart", "returns the model alone", RATE, FIFTH, ("return model, chart", "return model"))

# C.2

SCALED = "astype(np.float32) for", "astype(np.float32) / 255 for"
good(2, "divided", PIXELS, SCALED)
good(2, "divided_by_256", PIXELS, ("astype(np.float32) for", "astype(np.float32) / 256 for"))
good(2, "by_the_largest", PIXELS,
     ("astype(np.float32) for", "astype(np.float32) / images.max() for"))
good(2, "multiplied", PIXELS, ("astype(np.float32) for", "astype(np.float32) * 0.004 for"))
good(2, "around_0", PIXELS, ("astype(np.float32) for", "astype(np.float32) / 255 - 0.5 for"))
good(2, "standardised", PIXELS,
     ("    model = ", "    mean, size = x.mean(), x.std()\n"
      "    x, x_val = ((a - mean) / size for a in (x, x_val))\n    model = "))
bad(2, "nothing_changed", "names the fault but changes nothing", PIXELS)
bad(2, "no_diagnosis", "cures the run and leaves the diagnosis open", ..., SCALED)
bad(2, "rate", "takes it for a rate too high", RATE, SCALED)
bad(2, "rate_lowered", "takes it for a rate too high, and lowers it", RATE, ("lr=0.2", "lr=1e-4"))
bad(2, "piles", "takes it for gradients that pile up", PILES, SCALED)
bad(2, "row", "takes it for a bad row", ROW, SCALED)
bad(2, "lower_rate", "lowers the rate instead of scaling", PIXELS, ("lr=0.2", "lr=1e-4"))
bad(2, "training_only", "scales the training images only", PIXELS,
    ("    model = ", "    x = x / 255\n    model = "))
bad(2, "validation_only", "scales the validation images only", PIXELS,
    ("    model = ", "    x_val = x_val / 255\n    model = "))
bad(2, "divided_by_ten", "divides by too small a number", PIXELS,
    ("astype(np.float32) for", "astype(np.float32) / 10 for"))
bad(2, "divided_twice", "divides by 255 twice", PIXELS,
    ("astype(np.float32) for", "astype(np.float32) / 255**2 for"))

# C.3

CLEAR, BACK = "            sgd.zero_grad()\n", "            model.backward("
CLEARED = BACK, CLEAR + BACK
good(3, "before_backward", PILES, CLEARED)
good(3, "of_the_model", PILES, (BACK, "            model.zero_grad()\n" + BACK))
good(3, "after_the_step", PILES, ("sgd.step()", "sgd.step()\n            sgd.zero_grad()"))
good(3, "before_forward", PILES, ("            chart.step(", CLEAR + "            chart.step("))
bad(3, "nothing_changed", "names the fault but changes nothing", PILES)
bad(3, "no_diagnosis", "cures the run and leaves the diagnosis open", ..., CLEARED)
bad(3, "rate", "takes it for a rate too high", RATE, ("lr=0.1", "lr=0.01"))
bad(3, "sign", "takes it for a wrong sign", "wrong sign", CLEARED)
bad(3, "row", "takes it for a bad row", ROW, CLEARED)
bad(3, "pixels", "takes it for pixels that are not scaled", PIXELS, CLEARED)
bad(3, "lower_rate", "lowers the rate instead of clearing", PILES, ("lr=0.1", "lr=0.005"))
bad(3, "once_an_epoch", "clears the gradients once an epoch", PILES,
    ("        for xb, yb", "        sgd.zero_grad()\n        for xb, yb"))
bad(3, "once_a_run", "clears the gradients once, before the run", PILES,
    ("    chart = Chart()", "    sgd.zero_grad()\n    chart = Chart()"))
bad(3, "before_the_step", "clears the gradients between backward and the step", PILES,
    ("sgd.step()", "sgd.zero_grad()\n            sgd.step()"))
bad(3, "fewer_epochs", "stops before it gets worse", PILES, ("range(6)", "range(1)"))

# C.4

LARGEST = "a / a.max(axis=1, keepdims=True)"
good(4, "at_least_one", ROW, (LARGEST, "a / np.maximum(a.max(axis=1, keepdims=True), 1)"))
good(4, "nan_to_num", ROW, (LARGEST, f"np.nan_to_num({LARGEST})"))
good(4, "by_255", ROW, (LARGEST, "a / 255"))
good(4, "left_out", ROW,
     ("    model = ", "    good = ~np.isnan(x).any(axis=1)\n    x, y = x[good], y[good]\n"
      "    model = "))
bad(4, "nothing_changed", "names the fault but changes nothing", ROW)
bad(4, "no_diagnosis", "cures the run and leaves the diagnosis open", ..., (LARGEST, "a / 255"))
bad(4, "rate", "takes it for a rate too high", RATE, ("lr=0.2", "lr=0.002"))
bad(4, "pixels", "takes it for pixels that are not scaled", PIXELS, (LARGEST, "a / 255"))
bad(4, "piles", "takes it for gradients that pile up", PILES, (LARGEST, "a / 255"))
bad(4, "sign", "takes it for a wrong sign", "wrong sign", (LARGEST, "a / 255"))
bad(4, "lower_rate", "lowers the rate instead of looking for the row", ROW, ("lr=0.2", "lr=0.001"))
bad(4, "another_seed", "takes another seed", ROW, ("default_rng(4)", "default_rng(99)"))
bad(4, "nan_loss_hidden", "replaces the losses that are nan", ROW,
    ("train_step(model, loss, sgd, xb, yb)",
     "np.nan_to_num(train_step(model, loss, sgd, xb, yb))"))
bad(4, "warning_shown", "lets NumPy warn, which cures nothing", ROW, ("ignore", "warn"))
bad(4, "validation_only", "looks after the validation images only", ROW,
    ("    model = ", "    x_val = np.nan_to_num(x_val)\n    model = "))
bad(4, "batch_skipped", "skips the batch that holds the row, before it spoils anything", ROW,
    ("            chart.step(", "            if np.isnan(xb).any():\n                continue\n"
     "            chart.step("))

# C.5

DRAWN = "(rng.random(shape) - 1)"
good(5, "from_minus_1_to_1", DEAD, (DRAWN, "(2 * rng.random(shape) - 1)"))
good(5, "minus_a_half", DEAD, (DRAWN, "(rng.random(shape) - 0.5)"))
good(5, "uniform", DEAD, (DRAWN, "rng.uniform(-1, 1, shape)"))
good(5, "libs_own", DEAD, (", init=draw", ""))
bad(5, "nothing_changed", "names the fault but changes nothing", DEAD)
bad(5, "no_diagnosis", "cures the run and leaves the diagnosis open", ...,
    (DRAWN, "(2 * rng.random(shape) - 1)"))
bad(5, "rate", "takes it for a rate too low", LOW, ("lr=0.2", "lr=2"))
bad(5, "labels", "takes it for shuffled labels", LABELS, (DRAWN, "(2 * rng.random(shape) - 1)"))
bad(5, "equal", "takes it for equal weights", EQUAL, (DRAWN, "(2 * rng.random(shape) - 1)"))
bad(5, "higher_rate", "raises the rate instead of waking the units", DEAD, ("lr=0.2", "lr=5"))
bad(5, "larger_weights", "makes the negative weights larger", DEAD, ("0.1 * (", "1.0 * ("))
bad(5, "all_positive", "makes all weights positive", DEAD, (DRAWN, "rng.random(shape)"))
bad(5, "leaky", "lets a hundredth through, which is too slow here", DEAD,
    ("nn.ReLU()", "nn.LeakyReLU()"))
bad(5, "tanh", "takes tanh, whose units are all at -1", DEAD, ("nn.ReLU()", "nn.Tanh()"))
bad(5, "wider", "adds units, which are dead as well", DEAD,
    ("nn.Linear(784, 64, rng=rng, init=draw), nn.Linear(64, 10",
     "nn.Linear(784, 256, rng=rng, init=draw), nn.Linear(256, 10"))

# C.6

MIXED = "x, y = x[rng.permutation(len(x))], y[rng.permutation(len(y))]"
good(6, "one_order", LABELS, (MIXED, "order = rng.permutation(len(x)); x, y = x[order], y[order]"))
good(6, "no_shuffle", LABELS, (f"    {MIXED}\n", ""))
good(6, "same_seed_twice", LABELS,
     (MIXED, "x, y = (np.random.default_rng(1).permutation(a) for a in (x, y))"))
bad(6, "nothing_changed", "names the fault but changes nothing", LABELS)
bad(6, "no_diagnosis", "cures the run and leaves the diagnosis open", ..., (f"    {MIXED}\n", ""))
bad(6, "rate", "takes it for a rate too low", LOW, ("lr=0.2", "lr=1"))
bad(6, "dead", "takes it for dead ReLUs", DEAD, (f"    {MIXED}\n", ""))
bad(6, "equal", "takes it for equal weights", EQUAL, (f"    {MIXED}\n", ""))
bad(6, "lower_rate", "lowers the rate where labels are shuffled", LABELS, ("lr=0.2", "lr=0.02"))
bad(6, "images_only", "shuffles the images only", LABELS,
    (MIXED, "x = x[rng.permutation(len(x))]"))
bad(6, "labels_only", "shuffles the labels only", LABELS,
    (MIXED, "y = y[rng.permutation(len(y))]"))
bad(6, "sorted_labels", "sorts the labels", LABELS,
    (MIXED, "x, y = x[rng.permutation(len(x))], np.sort(y)"))
bad(6, "not_by_the_loader", "switches off the shuffle of the loader", LABELS,
    ("shuffle=True", "shuffle=False"))
bad(6, "more_epochs", "trains longer, by heart", LABELS, ("range(12)", "range(30)"))
bad(6, "wider", "adds units, to learn by heart", LABELS, ("(784, 64, 10)", "(784, 400, 10)"))

# C.7

SAME = "np.full(shape, 0.01, dtype)"
good(7, "normal", EQUAL, (SAME, "rng.normal(0, 0.05, shape).astype(dtype)"))
good(7, "uniform", EQUAL, (SAME, "rng.uniform(-0.05, 0.05, shape).astype(dtype)"))
good(7, "libs_own", EQUAL, (", init=draw", ""))
good(7, "he", EQUAL, (SAME, "rng.normal(0, np.sqrt(2 / shape[1]), shape).astype(dtype)"))
bad(7, "nothing_changed", "names the fault but changes nothing", EQUAL)
bad(7, "no_diagnosis", "cures the run and leaves the diagnosis open", ..., (", init=draw", ""))
bad(7, "rate", "takes it for a rate too low", LOW, ("lr=0.1", "lr=0.3"))
bad(7, "dead", "takes it for dead ReLUs", DEAD, (", init=draw", ""))
bad(7, "labels", "takes it for shuffled labels", LABELS, (", init=draw", ""))
bad(7, "zeros", "starts all weights at 0", EQUAL, ("0.01", "0"))
bad(7, "larger", "starts all weights at another number", EQUAL, ("0.01", "0.05"))
bad(7, "by_size", "starts all weights of a layer at one number that suits its size", EQUAL,
    (SAME, "np.full(shape, 1 / shape[1], dtype)"))
bad(7, "by_row_number", "gives each input a weight of its own, but not each unit", EQUAL,
    (SAME, "np.tile(rng.normal(0, 0.05, shape[1]), (shape[0], 1)).astype(dtype)"))
bad(7, "tiny_noise", "adds far too little noise", EQUAL,
    (SAME, "(0.01 + 1e-9 * rng.normal(size=shape)).astype(dtype)"))
bad(7, "wider", "adds units, which do the same", EQUAL,
    ("((784, 64), (64, 10))", "((784, 256), (256, 10))"))
bad(7, "huge", "draws weights that are far too large", EQUAL,
    (SAME, "rng.normal(0, 5, shape).astype(dtype)"))

# C.8

TWICE = ", nn.Softmax()"
good(8, "scores", SOFTMAX, (TWICE, ""))
good(8, "log_softmax", SOFTMAX, ("nn.Softmax()", "nn.LogSoftmax()"))
good(8, "log_and_nll", SOFTMAX, ("nn.Softmax()", "nn.LogSoftmax()"),
     ("nn.CrossEntropyLoss()", "nn.NLLLoss()"))
bad(8, "nothing_changed", "names the fault but changes nothing", SOFTMAX)
bad(8, "no_diagnosis", "cures the run and leaves the diagnosis open", ..., (TWICE, ""))
bad(8, "overfitting", "takes it for overfitting", OVER, (TWICE, ""))
bad(8, "axis", "takes it for a mean over the wrong axis", AXIS, (TWICE, ""))
bad(8, "mode", "takes it for the training mode", MODE, (TWICE, ""))
bad(8, "leak", "takes it for validation rows in training", LEAK, (TWICE, ""))
bad(8, "turned", "takes it for a harmful augmentation", TURNED, (TWICE, ""))
bad(8, "higher_rate", "raises the rate, and the floor stays", SOFTMAX, ("lr=0.2", "lr=2"))
bad(8, "much_too_low", "takes the softmax away and lowers the rate far too much", SOFTMAX,
    (TWICE, ""), ("lr=0.2", "lr=0.001"))
bad(8, "more_epochs", "trains longer, and the floor stays", SOFTMAX, ("range(12)", "range(30)"))
bad(8, "relu_gone", "takes away the ReLU instead of the softmax", SOFTMAX, ("nn.ReLU(), ", ""))
bad(8, "sigmoid", "puts a sigmoid in its place", SOFTMAX, ("nn.Softmax()", "nn.Sigmoid()"))
bad(8, "relu_last", "adds a ReLU after it", SOFTMAX, ("nn.Softmax()", "nn.Softmax(), nn.ReLU()"))

# C.9

GROUPS = "reshape(len(x_val), 3, 10).mean(axis=1)"
good(9, "by_shift", AXIS, (GROUPS, "reshape(3, len(x_val), 10).mean(axis=0)"))
good(9, "any_length", AXIS, (GROUPS, "reshape(3, -1, 10).mean(axis=0)"))
good(9, "sum", AXIS, (GROUPS, "reshape(3, len(x_val), 10).sum(axis=0)"))
good(
    9, "views_stacked", AXIS, ("np.concatenate(moved)", "np.stack(moved, axis=1).reshape(-1, 784)")
)
good(9, "one_view", AXIS, (f"model(np.concatenate(moved)).{GROUPS}", "model(x_val)"))
bad(9, "nothing_changed", "names the fault but changes nothing", AXIS)
BY_SHIFT = GROUPS, "reshape(3, len(x_val), 10).mean(axis=0)"
bad(9, "no_diagnosis", "cures the run and leaves the diagnosis open", ..., BY_SHIFT)
bad(9, "overfitting", "takes it for overfitting", OVER, ("range(8)", "range(3)"))
bad(9, "softmax", "takes it for softmax twice", SOFTMAX, BY_SHIFT)
bad(9, "mode", "takes it for the training mode", MODE, BY_SHIFT)
bad(9, "leak", "takes it for validation rows in training", LEAK, BY_SHIFT)
bad(9, "turned", "takes it for a harmful augmentation", TURNED, BY_SHIFT)
bad(9, "axis_2", "takes the mean over the scores", AXIS, ("mean(axis=1)", "mean(axis=2)"))
bad(9, "axis_0", "takes the mean over the images", AXIS, ("mean(axis=1)", "mean(axis=0)"))
bad(9, "shape_only", "changes the shape and not the axis", AXIS,
    (GROUPS, "reshape(3, len(x_val), 10).mean(axis=1)"))
bad(
    9,
    "largest",
    "takes the largest score in place of the mean",
    AXIS,
    ("mean(axis=1)", "max(axis=1)"),
)
bad(9, "swapped", "swaps axes after the reshape", AXIS,
    (GROUPS, "reshape(len(x_val), 10, 3).mean(axis=2)"))
bad(9, "lower_rate", "lowers the rate", AXIS, ("lr=0.2", "lr=0.02"))

# C.10

PARTS = "        parts = "
ALL = "[model(x_val[i : i + 50]) for i in range(0, len(x_val), 50)]"
EVAL = PARTS, "        model.eval()\n" + PARTS
good(10, "eval", MODE, EVAL)
good(
    10,
    "there_and_back",
    MODE,
    EVAL,
    ("    return model", "        model.train()\n    return model"),
)
good(10, "train_false", MODE, (PARTS, "        model.train(False)\n" + PARTS))
good(10, "eval_and_all_at_once", MODE, EVAL,
     (ALL, "[model(x_val)]"))
bad(10, "nothing_changed", "names the fault but changes nothing", MODE)
bad(10, "no_diagnosis", "cures the run and leaves the diagnosis open", ..., EVAL)
bad(10, "overfitting", "takes it for overfitting", OVER, EVAL)
bad(10, "axis", "takes it for a mean over the wrong axis", AXIS, EVAL)
bad(10, "softmax", "takes it for softmax twice", SOFTMAX, EVAL)
bad(10, "leak", "takes it for validation rows in training", LEAK, EVAL)
bad(10, "before_the_run", "says eval() before the training", MODE,
    ("    chart = Chart()", "    model.eval()\n    chart = Chart()"))
bad(10, "before_the_epoch", "says eval() before the epoch's steps", MODE,
    ("        for xb, yb", "        model.eval()\n        for xb, yb"))
bad(10, "after_reading", "says eval() after the images were read", MODE,
    ("        chart.epoch(", "        model.eval()\n        chart.epoch("))
bad(10, "no_batchnorm", "takes the batch normalisation away", MODE, ("nn.BatchNorm1d(64), ", ""))
bad(10, "all_in_one", "reads all images in one batch, in training mode", MODE,
    (ALL, "[model(x_val)]"))
bad(10, "shuffled", "shuffles the validation images", MODE,
    (PARTS, "        mixed = rng.permutation(len(x_val))\n"
     "        x_val, y_val = x_val[mixed], y_val[mixed]\n" + PARTS))
bad(10, "larger_parts", "reads larger batches, in training mode", MODE,
    (ALL, ALL.replace("50", "200")))

# C.11

APART = "order[:-n_val]", "order[n_val:]"
good(11, "behind", LEAK, APART)
good(11, "last_ones", LEAK, ("order[:n_val]", "order[-n_val:]"))
good(11, "setdiff", LEAK, ("order[:-n_val]", "np.setdiff1d(order, order[:n_val])"))
good(11, "split", LEAK, ("order[:-n_val], order[:n_val]", "np.split(order, [-n_val])"))
bad(11, "nothing_changed", "names the fault but changes nothing", LEAK)
bad(11, "no_diagnosis", "cures the run and leaves the diagnosis open", ..., APART)
bad(11, "overfitting", "takes it for overfitting", OVER, APART)
bad(11, "mode", "takes it for the training mode", MODE, APART)
bad(11, "axis", "takes it for a mean over the wrong axis", AXIS, APART)
bad(11, "turned", "takes it for a harmful augmentation", TURNED, APART)
bad(11, "all_rows", "trains on all rows", LEAK, ("order[:-n_val]", "order"))
bad(11, "half", "still has half of the validation rows in training", LEAK,
    ("order[:-n_val]", "order[n_val // 2 : -n_val // 2]"))
bad(11, "fewer_epochs", "stops earlier", LEAK, ("range(12)", "range(3)"))
bad(11, "smaller", "makes the network smaller", LEAK, ("(784, 64, 10)", "(784, 16, 10)"))
bad(11, "another_order", "draws a second order, independent of the first", LEAK,
    ("order[:n_val]", "rng.permutation(len(x))[:n_val]"))
bad(11, "trained_on_validation", "trains on the validation rows alone", LEAK,
    ("order[:-n_val]", "order[:n_val]"))

# C.12

good(12, "as_tilted", TURNED, ("rotation=180", "rotation=20"))
good(12, "a_little_more", TURNED, ("rotation=180", "rotation=30"))
good(12, "a_little_less", TURNED, ("rotation=180", "rotation=15"))
bad(12, "nothing_changed", "names the fault but changes nothing", TURNED)
bad(12, "no_diagnosis", "cures the run and leaves the diagnosis open", ...,
    ("rotation=180", "rotation=20"))
bad(12, "overfitting", "takes it for overfitting", OVER, ("rotation=180", "rotation=20"))
bad(12, "leak", "takes it for validation rows in training", LEAK, ("rotation=180", "rotation=20"))
bad(12, "axis", "takes it for a mean over the wrong axis", AXIS, ("rotation=180", "rotation=20"))
bad(12, "softmax", "takes it for softmax twice", SOFTMAX, ("rotation=180", "rotation=20"))
bad(12, "none", "leaves the augmentation away", TURNED, (", augment=turn", ""))
bad(12, "hardly", "turns far too little", TURNED, ("rotation=180", "rotation=1"))
bad(12, "nearly_round", "turns by nearly as much", TURNED, ("rotation=180", "rotation=150"))
bad(12, "wider", "adds units", TURNED, ("(784, 64, 10)", "(784, 256, 10)"))
bad(12, "shorter", "trains for half the time", TURNED, ("rotation=180", "rotation=20"),
    ("range(12)", "range(6)"))
bad(12, "shift", "moves the images and turns them all the same", TURNED,
    ("rotation=180", "rotation=180, shift=2"))
