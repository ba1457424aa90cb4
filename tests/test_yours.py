"""Yours or ours: which function a lesson goes on with, and networks trained on readers' code."""

import importlib
import time
from functools import cache

import nbformat
import numpy as np
import pytest

from built_book import ROOT
from lib import nn, optim
from lib.course import use, yours
from lib.course.checks import judge
from lib.course.choice import TenBatches, seconds
from lib.course.ours import OURS
from lib.training import train_step
from wrong_answers import ANSWERS

BY_LOOPS = ["5.3", "5.6"]  # the solutions that take more than ten times as long as lib's
SLOW = "yours for ten batches, then lib's: too slow"
WRONG = "lib's, because the check of yours is not green"


@cache
def solutions():
    """Return what the solutions' notebooks give to ``check``, by the exercises."""
    found = {}
    for path in sorted(ROOT.glob("solutions/day*.ipynb")):
        names = {}
        for cell in nbformat.read(path, as_version=4).cells[:2]:
            if cell.cell_type == "code":
                exec(cell.source, names)
        names["check"] = found.__setitem__
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and "check(" in cell.source:
                exec(cell.source, names)
    return found


def answer(number):
    return solutions()[number]


def said(capsys):
    [line] = capsys.readouterr().out.splitlines()
    return line.partition(": ")[2]


# -- which one is used ----------------------------------------------------------------------------


@pytest.mark.parametrize("number", OURS)
def test_what_lib_has_in_the_place_of_an_exercise_passes_its_check(number):
    assert judge(number, OURS[number].answer).status == "✅"


@pytest.mark.parametrize("number", OURS)
def test_libs_is_used_in_the_place_of_a_stub_and_says_so(number, capsys):
    assert use(number, ...) is OURS[number].answer
    assert said(capsys) == "lib's"


@pytest.mark.parametrize("number", [number for number in OURS if number not in BY_LOOPS])
def test_a_solution_is_used_and_the_line_says_so(number, capsys):
    assert use(number, answer(number)) is answer(number)
    assert said(capsys) == "yours"


@pytest.mark.parametrize("number", OURS)
def test_libs_is_used_in_the_place_of_a_wrong_answer_and_says_why(number, capsys):
    day = int(number.partition(".")[0])
    importlib.import_module(f"wrong_answers.day{day:02d}")
    wrong = next(a for a in ANSWERS if a.number == number and a.mistake)
    assert use(number, wrong.answer) is OURS[number].answer
    assert said(capsys) == WRONG


def test_an_answer_that_fails_on_a_whole_batch_is_not_used(capsys):
    def softmax(Z):
        if len(Z) > 100:
            raise MemoryError
        return OURS["3.3"].answer(Z)

    assert use("3.3", softmax) is OURS["3.3"].answer
    assert said(capsys) == "lib's, because yours raised MemoryError on a whole batch"


def test_running_a_cell_again_says_the_same(capsys):
    softmax = use("3.3", ...)
    capsys.readouterr()
    use("3.3", softmax)
    assert said(capsys) == "lib's"
    slow = use("5.3", answer("5.3"))
    capsys.readouterr()
    assert use("5.3", slow) is not slow  # ten batches once more
    assert said(capsys) == SLOW


def test_an_exercise_that_lib_has_nothing_for_is_an_error_that_names_those_it_has():
    with pytest.raises(ValueError, match=r"'4\.1'.* 3\.1, 3\.2"):
        use("4.1", 216)


# -- slow answers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("number", BY_LOOPS)
def test_a_solution_by_loops_computes_ten_batches_and_lib_the_others(number, capsys):
    used, arguments = use(number, answer(number)), OURS[number].batch(np.random.default_rng(1))
    assert said(capsys) == SLOW
    want = OURS[number].answer(*arguments)
    times = []
    for _ in range(20):
        start = time.perf_counter()
        np.testing.assert_allclose(used(*arguments), want, rtol=1e-4, atol=1e-4)
        times.append(time.perf_counter() - start)
    assert min(times[:10]) > 5 * min(times[10:])


def test_a_slow_layer_is_swapped_after_ten_batches(capsys):
    class ReLU:
        params = ()
        batches = 0

        def forward(self, x):
            ReLU.batches += len(x) == 128
            self.passed = np.array([x[i] > 0 for i in np.ndindex(x.shape)]).reshape(x.shape)
            return x * self.passed

        def backward(self, grad_output):
            return grad_output * self.passed

    Used = use("4.5", ReLU)
    assert said(capsys) == SLOW
    ReLU.batches = 0
    layer, ours = yours.Layer(Used()), nn.ReLU()
    x, g = np.random.default_rng(0).normal(size=(2, 128, 128))
    for _ in range(12):
        np.testing.assert_array_equal(layer(x), ours(x))
        np.testing.assert_array_equal(layer.backward(g), ours.backward(g))
    assert ReLU.batches == 10
    assert use("4.5", Used) is not Used and said(capsys) == SLOW


def test_each_layer_and_the_optimiser_have_ten_batches_of_their_own(capsys):
    calls = []

    def half_input(W, grad_output):
        calls.append(W.shape)
        return grad_output @ W

    def adam_step(w, *arguments):
        calls.append("adam")
        return OURS["6.5"].answer(w, *arguments)

    slow = TenBatches(half_input, OURS["4.4"].answer)
    rng = np.random.default_rng(0)
    halves = OURS["4.3"].answer, slow
    net = nn.Sequential(*(yours.Linear(4, 4, *halves, rng=rng, dtype=float) for _ in range(3)))
    adam = yours.Adam(net.parameters(), TenBatches(adam_step, OURS["6.5"].answer))
    x = rng.normal(size=(8, 4))
    for _ in range(13):
        train_step(net, nn.MSELoss(), adam, x, x)
    assert calls.count((4, 4)) == 2 * 10  # the lowest layer has no layer below
    assert calls.count("adam") == 6 * 10  # weight and bias of three layers


def test_an_answer_that_takes_no_time_is_never_slow(capsys):
    def output_size(size, kernel, stride=1, padding=0):
        time.sleep(0.0002)
        return (size + 2 * padding - kernel) // stride + 1

    assert seconds(output_size, OURS["5.2"].batch) > 20 * seconds(*OURS["5.2"])
    assert use("5.2", output_size) is output_size
    assert said(capsys) == "yours"


# -- networks -------------------------------------------------------------------------------------


def lines(answer, rng):
    loss = yours.CrossEntropyLoss(answer("3.3"), answer("3.4"))
    return yours.Scores(7, 4, answer("3.5"), rng=rng, dtype=float), loss


def libs_lines(rng):
    return nn.Linear(7, 4, rng=rng, dtype=float), nn.CrossEntropyLoss()


def dense(answer, rng):
    def linear(*sizes):
        return yours.Linear(*sizes, answer("4.3"), answer("4.4"), rng=rng, dtype=float)

    layers = linear(7, 6), yours.Layer(answer("4.5")()), linear(6, 5), yours.Tanh(answer("4.2"))
    return nn.Sequential(*layers, linear(5, 4)), nn.CrossEntropyLoss()


def libs_dense(rng):
    def linear(*sizes):
        return nn.Linear(*sizes, rng=rng, dtype=float)

    layers = linear(7, 6), nn.ReLU(), linear(6, 5), nn.Tanh(), linear(5, 4)
    return nn.Sequential(*layers), nn.CrossEntropyLoss()


def convolutions(answer, rng):
    settings = {"rng": rng, "dtype": float}
    columns, pool = answer("5.4"), answer("5.5")
    loops = answer("5.3"), answer("5.6")
    return nn.Sequential(
        nn.Unflatten(1, 16, 16),
        yours.Conv2d(1, 2, 5, columns, **settings), yours.MaxPool2d(pool), nn.ReLU(),
        yours.Conv2d(2, 3, 3, columns, *loops, **settings), yours.MaxPool2d(pool), nn.ReLU(),
        nn.Flatten(), nn.Linear(12, 4, **settings),
    ), nn.CrossEntropyLoss()  # fmt: skip


def libs_convolutions(rng):
    settings = {"rng": rng, "dtype": float}
    return nn.Sequential(
        nn.Unflatten(1, 16, 16),
        nn.Conv2d(1, 2, 5, **settings), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(2, 3, 3, **settings), nn.MaxPool2d(2), nn.ReLU(),
        nn.Flatten(), nn.Linear(12, 4, **settings),
    ), nn.CrossEntropyLoss()  # fmt: skip


class Doubles(np.random.Generator):
    """A generator from which ``nn.Dropout``, which asks for single precision, gets doubles too."""

    def random(self, size, dtype=float):
        return super().random(size)


def remedies(answer, rng):
    return nn.Sequential(
        nn.Linear(7, 6, rng=rng, dtype=float),
        yours.BatchNorm1d(6, answer("6.2"), answer("6.3"), dtype=float),
        yours.Dropout(0.3, answer("6.4"), rng=Doubles(np.random.PCG64(1))),
        nn.Linear(6, 4, rng=rng, dtype=float),
    ), nn.CrossEntropyLoss()


def libs_remedies(rng):
    return nn.Sequential(
        nn.Linear(7, 6, rng=rng, dtype=float),
        nn.BatchNorm1d(6, dtype=float),
        nn.Dropout(0.3, rng=Doubles(np.random.PCG64(1))),
        nn.Linear(6, 4, rng=rng, dtype=float),
    ), nn.CrossEntropyLoss()


def drawing(answer, rng):
    return nn.Linear(7, 7, rng=rng, dtype=float), yours.MSELoss(answer("7.1"))


def libs_drawing(rng):
    return nn.Linear(7, 7, rng=rng, dtype=float), nn.MSELoss()


def losses_of_ten_steps(net, loss, optimizer, inputs):
    rng = np.random.default_rng(3)
    for _ in range(10):
        x = rng.normal(size=(16, inputs))
        target = x if isinstance(loss, nn.MSELoss) else rng.integers(0, 4, 16)
        yield train_step(net, loss, optimizer, x, target)


@pytest.mark.parametrize(
    ("build", "libs", "inputs"),
    [
        (lines, libs_lines, 7),
        (dense, libs_dense, 7),
        (convolutions, libs_convolutions, 256),
        (remedies, libs_remedies, 7),
        (drawing, libs_drawing, 7),
    ],
)
def test_solutions_agree_with_lib_after_ten_steps(build, libs, inputs):
    mine, loss = build(answer, np.random.default_rng(2))
    twin, libs_loss = libs(np.random.default_rng(2))
    adam = yours.Adam(mine.parameters(), answer("6.5"), lr=0.01)
    libs_adam = optim.Adam(twin.parameters(), lr=0.01)
    start = twin.state_dict()
    ours = list(losses_of_ten_steps(twin, libs_loss, libs_adam, inputs))
    np.testing.assert_allclose(
        list(losses_of_ten_steps(mine, loss, adam, inputs)), ours, rtol=0, atol=1e-9
    )
    for name, array in twin.state_dict().items():
        np.testing.assert_allclose(mine.state_dict()[name], array, rtol=0, atol=1e-9)
        assert not np.array_equal(array, start[name])
    x = np.random.default_rng(4).normal(size=(5, inputs))
    np.testing.assert_allclose(mine.eval()(x), twin.eval()(x), rtol=0, atol=1e-9)


def test_solutions_stop_walk_and_map_as_lib_does():
    rng = np.random.default_rng(5)
    x, Y = rng.normal(size=(60, 4)), rng.normal(size=(60, 2))
    centres = {who: x[:6] for who in ("mine", "libs")}
    maps = {"mine": Y, "libs": Y}
    P = np.full((60, 60), 1 / 60**2)
    for _ in range(10):
        for who, of in (("mine", answer), ("libs", lambda number: OURS[number].answer)):
            groups, centres[who] = of("7.3")(x, centres[who])
            maps[who] = maps[who] - of("7.6")(P, maps[who])
    np.testing.assert_allclose(centres["mine"], centres["libs"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(maps["mine"], maps["libs"], rtol=0, atol=1e-9)
    for number, arguments in {
        "7.4": (groups, rng.integers(0, 3, 60)),
        "7.5": (rng.random(59), 12),
        "3.6": ([3, 2, 1, 1, 2], 2),
    }.items():
        got, want = (np.array(f(*arguments)) for f in (answer(number), OURS[number].answer))
        np.testing.assert_allclose(got, want, rtol=1e-6)
