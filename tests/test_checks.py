"""A check prints one line, whatever it is given, and never raises."""

import importlib

import numpy as np
import pytest

from lib.course import check
from lib.course.checks import exercise, expect, expect_array, judge
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
    assert capsys.readouterr().out == "✅ 3.1 mse — 3 of 3\n"


@pytest.mark.parametrize(
    "answer",
    [None, 3, "text", print, object(), lambda: 0, lambda a, b: 1 / 0, lambda a, b: [[1], [1, 2]],
     lambda a, b: "text", lambda a, b: np.array([object()])],
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


def test_the_first_unmet_expectation_is_the_one_that_speaks():
    @exercise("0.1", "order")
    def order(answer):
        yield expect(True, "one", "hint one")
        yield expect(answer, "two", "hint two")
        yield expect(False, "three", "hint three")

    assert judge("0.1", False).line == "❌ 0.1 order — two. Hint: hint two"


@pytest.mark.parametrize("day", ["day02", "day03"], ids=["generators", "declarations"])
def test_a_day_that_is_reloaded_replaces_its_checks(day):
    module = importlib.import_module(f"lib.course.exercises.{day}")
    number = f"{int(day[3:])}.1"
    before = judge(number, lambda *args: None).line
    kept = EXERCISES.get(number)
    importlib.reload(module)  # what %autoreload does when the file has changed
    assert judge(number, lambda *args: None).line == before
    assert kept is None or EXERCISES[number] is not kept


def test_an_exercise_cannot_have_two_checks():
    with pytest.raises(ValueError, match="two checks"):
        exercise("0.1", "again")(lambda answer: iter(()))


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (None, "is None"),
        ([1.0, 2.0, 3.0], "has shape (3,), expected (2,)"),
        ([np.nan, 1.0], "holds nan or inf"),
        ([1.0, 2.5], "[1] is 2.5, expected 2"),
        ([2.0, 4.0], "doubled"),
    ],
)
def test_an_array_is_compared_from_the_crude_to_the_subtle(got, words):
    mistakes = [([2.0, 4.0], "doubled", "twice?")]
    expectation = expect_array(got, [1.0, 2.0], "hint", mistakes=mistakes)
    assert not expectation.met and words in expectation.problem
