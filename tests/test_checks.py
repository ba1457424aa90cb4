"""A check prints one line, whatever it is given, and never raises."""

import importlib
import re

import numpy as np
import pytest

from lib.course import check
from lib.course.checks import judge
from lib.course.diagnosis import EXERCISES


def test_an_untouched_stub_is_not_attempted_yet(capsys):
    def mse(prediction, target): ...

    def documented(prediction, target):
        """Return the mean squared error."""
        ...

    class Stub:
        def __len__(self): ...

    for stub in (mse, documented, Stub, ...):
        check("3.1", stub)
    assert capsys.readouterr().out.splitlines() == ["⬜ 3.1 not attempted yet"] * 4


def test_a_function_that_forgets_to_return_has_been_attempted():
    def forgets(prediction, target):
        ((prediction - target) ** 2).mean()

    assert judge("3.1", forgets).status == "❌"


def test_a_right_answer_counts_what_was_checked(capsys):
    check("3.1", lambda prediction, target: ((prediction - target) ** 2).mean())
    assert re.fullmatch(r"✅ 3.1 mse — (\d+) of \1\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    "answer",
    [None, 3, "text", print, object(), lambda: 0, lambda a, b: 1 / 0, lambda a, b: [[1], [1, 2]],
     lambda a, b: "text", lambda a, b: np.array([object()]),
     lambda a, b: 1j, lambda a, b: 10**400, type("Empty", (), {"close": lambda self: 0})],
)  # fmt: skip
@pytest.mark.parametrize("number", ["3.1", "3.5"])
def test_nonsense_gets_a_cross_and_no_traceback(answer, number):
    verdict = judge(number, answer)
    assert verdict.status == "❌"
    assert "Hint: " in verdict.line and "\n" not in verdict.line


def test_an_error_in_the_answer_is_named():
    verdict = judge("3.1", lambda prediction, target: prediction.averge())
    assert "AttributeError" in verdict.line and "averge" in verdict.line


@pytest.mark.parametrize("number", ["3.99", "42.1", "", "x", 3.1, None])
def test_an_unknown_exercise_is_said_to_be_unknown(number):
    assert judge(number, ...).status == "❓"


def test_an_unknown_exercise_of_a_known_day_lists_those_there_are():
    assert "3.1, 3.2, 3.3" in judge("3.99", ...).line


@pytest.mark.parametrize("day", [2, 3])
def test_a_day_that_is_reloaded_replaces_its_checks(day):
    module = importlib.import_module(f"lib.course.exercises.day{day:02d}")
    before = EXERCISES[f"{day}.1"]
    line = judge(f"{day}.1", lambda *args: None).line
    importlib.reload(module)  # what %autoreload does when the file has changed
    assert EXERCISES[f"{day}.1"] is not before
    assert judge(f"{day}.1", lambda *args: None).line == line
