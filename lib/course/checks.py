"""How an exercise is checked: a generator of expectations, run until the first one fails.

A day's checks live in their own module (``day03.py``). Each is a generator that is handed the
reader's answer and yields expectations, from the most basic to the most subtle:

    @exercise("3.2", "softmax")
    def softmax(answer):
        p = answer(np.array([1000.0, 0.0]))
        yield expect(np.isfinite(p).all(), "large logits overflow", "what is the largest …?")

The first expectation that fails names the mistake, and its hint asks the question that leads out
of it. The solution is never shown.
"""

import dis
import importlib.util
from dataclasses import dataclass

import numpy as np

from lib.course.signs import say


@dataclass(frozen=True)
class Expectation:
    """One thing an answer must do; when it does not, the problem and a hint."""

    met: bool
    problem: str
    hint: str


@dataclass(frozen=True)
class Verdict:
    """The outcome of a check: a status, ⬜ ✅ or ❌, and the line that is printed.

    Where the status is ❌, ``problem`` and ``hint`` are the two halves of that line.
    """

    status: str
    line: str
    problem: str = ""
    hint: str = ""


# What to look at first when the reader's code raises an error.
FIRST_LOOK = {
    NameError: "does the function use a name from outside, or is one spelt differently?",
    AttributeError: "is that name spelt right, and was it saved on `self` before?",
    TypeError: "how many arguments does it get, and what kind of thing is each?",
}
SHAPES = "call it yourself on a small input and look at the shapes just before that line."

_exercises = {}  # number -> (title, generator of expectations)


def exercise(number, title):
    """Register the decorated generator as the check of one exercise."""

    def register(expectations):
        if number in _exercises:
            raise ValueError(f"exercise {number} has two checks; give one another number")
        _exercises[number] = (title, expectations)
        return expectations

    return register


def exercises(day):
    """Return the exercises of a day as ``{number: title}``."""
    module = f"lib.course.exercises.day{day:02d}"
    if importlib.util.find_spec(module):
        importlib.import_module(module)
    return {n: title for n, (title, _) in _exercises.items() if n.startswith(f"{day}.")}


def expect(met, problem, hint):
    """State one expectation; problem and hint are shown when it is not met."""
    return Expectation(bool(met), problem, hint)


def expect_array(got, want, hint, *, what="the result", mistakes=(), tolerance=1e-6, reveal=True):
    """Expect an array equal to ``want`` and name the mistake when it is not.

    Parameters
    ----------
    got : object
        What the reader's code returned.
    want : array_like
        The right answer.
    hint : str
        For a wrong value that is none of the known mistakes.
    what : str
        What the array is called in the message.
    mistakes : sequence of (array_like, str, str)
        Known wrong values, each with the problem and the hint that name the mistake behind it.
    tolerance : float
        Absolute and relative.
    reveal : bool
        Whether the message may show the right number. Not where that number is the answer.
    """
    want = np.asarray(want)
    if got is None:
        return expect(False, f"{what} is None", "does every path through your function `return`?")
    try:
        got = np.asarray(got)
        numeric = got.dtype.kind in "biufc"
    except ValueError:  # a ragged list
        numeric = False
    if not numeric:
        return expect(False, f"{what} is not an array of numbers", "what does your code return?")
    right = got.shape == want.shape and np.allclose(got, want, tolerance, tolerance)
    for wrong, problem, its_hint in () if right else mistakes:
        wrong = np.asarray(wrong)
        if got.shape == wrong.shape and np.allclose(got, wrong, tolerance, tolerance, True):
            return expect(False, problem, its_hint)
    if got.shape != want.shape:
        return expect(False, f"{what} has shape {got.shape}, expected {want.shape}", hint)
    if not np.isfinite(got).all() and np.isfinite(want).all():
        return expect(False, f"{what} holds nan or inf", hint)
    close = np.isclose(got, want, tolerance, tolerance)
    if close.all():
        return expect(True, "", "")
    at = tuple(int(i) for i in np.argwhere(~close)[0])
    where = f"{what}[{', '.join(map(str, at))}]" if at else what
    expected = f", expected {want[at]:.6g}" if reveal else ", which is not it"
    return expect(False, f"{where} is {got[at]:.6g}{expected}", hint)


def judge(number, answer):
    """Check an answer and return the verdict without printing it.

    Parameters
    ----------
    number : str
        The exercise, such as ``"3.4"``.
    answer : object
        The reader's function, class or value; ``...`` where nothing was written yet.

    Returns
    -------
    Verdict
    """
    day = str(number).partition(".")[0]
    known = exercises(int(day)) if day.isdigit() else {}
    if number not in known:
        among = f"; day {day} has {', '.join(known)}" if known else ""
        return Verdict("❓", f"❓ there is no exercise {number}{among}")
    title, expectations = _exercises[number]
    if _is_stub(answer):
        return Verdict("⬜", f"⬜ {number} not attempted yet")

    def wrong(problem, hint):
        line = f"❌ {number} {title} — {problem}. Hint: {hint}"
        return Verdict("❌", line, problem, hint)

    count = 0
    try:
        with np.errstate(all="ignore"):
            for expectation in expectations(answer):
                if not expectation.met:
                    return wrong(expectation.problem, expectation.hint)
                count += 1
    except Exception as error:  # the reader's code may raise anything; a check never does
        message = " ".join(str(error).split())
        hint = FIRST_LOOK.get(type(error), SHAPES)
        return wrong(f"your code raised {type(error).__name__}: {message}", hint)
    return Verdict("✅", f"✅ {number} {title} — {count} of {count}")


def check(number, answer):
    """Check the answer to an exercise and print one line about it.

    Parameters
    ----------
    number : str
        The exercise, such as ``"3.4"``.
    answer : object
        The reader's function, class or value.

    Examples
    --------
    >>> check("3.1", ...)
    ⬜ 3.1 not attempted yet
    """
    say(judge(number, answer).line)


def _is_stub(answer):
    """Tell whether the reader has left the answer as it was: ``...`` and nothing else."""
    if answer is ...:
        return True
    if isinstance(answer, type):
        methods = [m for m in vars(answer).values() if hasattr(m, "__code__")]
        return all(_is_stub(m) for m in methods)
    code = getattr(answer, "__code__", None)
    if code is None:
        return False
    steps = [step for step in dis.get_instructions(code) if step.opname not in ("RESUME", "NOP")]
    return all(
        step.opname in ("LOAD_CONST", "RETURN_VALUE", "RETURN_CONST") and step.argval is None
        for step in steps
    )  # a body of `...` does nothing but return None
