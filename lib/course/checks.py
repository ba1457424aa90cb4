"""Check an exercise: a line that names the mistake, a case to try it on, hints.

How a mistake is found, and how an exercise is declared, is told in ``lib.course.diagnosis``. Days
that are not declared yet have an older form: their checks live in their own module (``day03.py``).
Each is a generator that is handed the
reader's answer and yields expectations, from the most basic to the most subtle:

    @exercise("3.2", "softmax")
    def softmax(answer):
        p = answer(np.array([1000.0, 0.0]))
        yield expect(np.isfinite(p).all(), "large logits overflow", "what is the largest …?")

The first expectation that fails names the mistake, and its hint asks the question that leads out
of it. The solution is never shown.
"""

import copy
import dis
import importlib.util
from collections import namedtuple
from dataclasses import dataclass

import numpy as np

from lib.course.diagnosis.declare import EXERCISES, Mistake, _specs, reloaded
from lib.course.diagnosis.search import diagnose
from lib.course.signs import say


@dataclass(frozen=True)
class Expectation:
    """One thing an answer must do; when it does not, the problem and a hint."""

    met: bool
    problem: str
    hint: str


@dataclass(frozen=True)
class Verdict:
    """The outcome of a check: a status, ⬜ ✅ ❌ or ❓, and the line that is printed.

    Where the status is ❌, ``problem`` and ``hint`` are the two halves of the line.
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
_failed = {}  # number -> the case that failed last
_hinted = {}  # number -> how many hints were given


def exercise(number, title):
    """Register the decorated generator as the check of one exercise."""

    def register(expectations):
        spec = expectations.__globals__.get("__spec__")
        if number in _exercises and not reloaded(number, spec):
            raise ValueError(f"exercise {number} has two checks; give one another number")
        _exercises[number], _specs[number] = (title, expectations), spec
        return expectations

    return register


def exercises(day):
    """Return the exercises of a day as ``{number: title}``."""
    module = f"lib.course.exercises.day{day:02d}"
    if importlib.util.find_spec(module):
        importlib.import_module(module)
    titles = {n: title for n, (title, _) in _exercises.items()}
    titles |= {n: exercise.title for n, exercise in EXERCISES.items()}
    return {n: titles[n] for n in sorted(titles) if n.startswith(f"{day}.")}


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
    unknown = _unknown(number)
    if unknown:
        return Verdict("❓", unknown)
    if number in EXERCISES:
        return _judge_declared(EXERCISES[number], answer)
    title, expectations = _exercises[number]
    if _is_stub(answer):
        return Verdict("⬜", f"⬜ {number} not attempted yet")

    def wrong(problem, hint):
        return _cross(number, title, problem, hint)

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


def _judge_declared(exercise, answer):
    number, title = exercise.number, exercise.title
    if _is_stub(answer):
        return Verdict("⬜", f"⬜ {number} not attempted yet")
    try:
        found = diagnose(exercise, answer)
    except Exception as error:  # whatever the reader's code raises is caught where it is called
        said = f"{type(error).__name__}: {' '.join(str(error).split())}"
        return Verdict(
            "❓",
            f"❓ {number} {title} — the check itself failed ({said}). That is not your "
            "fault; please report it together with your answer",
        )
    if found:
        _failed[number] = found.case
        return _cross(number, title, found.problem, found.hint)
    _failed.pop(number, None)
    count = len(exercise.all)
    return Verdict("✅", f"✅ {number} {title} — {count} of {count}")


def _cross(number, title, problem, hint):
    return Verdict("❌", f"❌ {number} {title} — {problem}. Hint: {hint}", problem, hint)


def _unknown(number):
    """Return the line for a number that is no exercise, or ""."""
    day = str(number).partition(".")[0]
    known = exercises(int(day)) if day.isdigit() else {}
    if number in known:
        return ""
    among = f"; day {day} has {', '.join(known)}" if known else ""
    return f"❓ there is no exercise {number}{among}"


def mistakes(number):
    """Return the declared mistakes of an exercise, in order, as pairs (problem, hint)."""
    if _unknown(number):
        raise ValueError(_unknown(number))
    if number not in EXERCISES:
        return []
    found = [Mistake(wrong.problem, wrong.hint) for wrong in EXERCISES[number].wrong]
    edges = (case for case in EXERCISES[number].given if case.when and case.hint)
    found += [Mistake(f"only wrong when {case.when}", case.hint) for case in edges]
    return list(dict.fromkeys(found))


def case(number):
    """Return the inputs of the case that failed last, to try your own code on.

    Before anything failed, they are those of the first case. The answer is a tuple with names:
    ``relu(*case("4.5"))`` calls your function with it, and ``case("4.5").x`` is one of its inputs.

    Parameters
    ----------
    number : str
        The exercise, such as ``"4.5"``.
    """
    if _unknown(number):
        raise ValueError(_unknown(number))
    declared = EXERCISES.get(number)
    if declared is None or not declared.names:
        raise ValueError(f"exercise {number} has no inputs; ask for hint({number!r})")
    failed = _failed.get(number, declared.given[0])
    inputs = copy.deepcopy(failed.args)
    return namedtuple("Inputs", declared.names[: len(inputs)], rename=True)(*inputs)


def hint(number):
    """Print the next of an exercise's two or three hints. The last one says all but the line."""
    unknown = _unknown(number)
    hints = EXERCISES[number].hints if number in EXERCISES else ()
    if unknown or not hints:
        say(unknown or f"❓ exercise {number} has no hints")
        return
    at = _hinted.get(number, 0)
    _hinted[number] = at + 1
    last = len(hints) - 1
    say(f"💡 {number} hint {min(at, last) + 1} of {len(hints)}: {hints[min(at, last)]}")
    if at > last:
        say(f"   That was the last hint; the solution is linked in the text of exercise {number}.")


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
