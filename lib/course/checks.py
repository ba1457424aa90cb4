"""Check an exercise: a line that names the mistake, a case to try it on, hints.

``lib.course.diagnosis`` explains how a mistake is found, and how an exercise is declared. A
day's declarations are in their own module (``lib/course/exercises/day03.py``).
"""

import copy
import dis
import importlib.util
from collections import namedtuple
from dataclasses import dataclass

from lib.course.diagnosis.decision import diagnose
from lib.course.diagnosis.declare import EXERCISES, Mistake
from lib.course.numbering import CLINIC, day_of, in_words, sort_key
from lib.course.signs import say


@dataclass(frozen=True)
class Verdict:
    """The outcome of a check.

    Attributes
    ----------
    status : {"⬜", "✅", "❌", "❓"}
        Not attempted yet, right, wrong, or no such exercise.
    line : str
        What ``check`` prints.
    problem, hint : str
        The two halves of the line of a wrong answer; empty otherwise.
    """

    status: str
    line: str
    problem: str = ""
    hint: str = ""


_failed = {}  # number -> the case that failed last
_hinted = {}  # number -> how many hints were given


def exercises(day):
    """Return the exercises of a day.

    Parameters
    ----------
    day : int or "C"
        1 to 10, or C for the clinic.

    Returns
    -------
    dict of str to str
        The title of each, by number.

    Examples
    --------
    >>> exercises(5)["5.4"]
    'im2col'
    """
    module = f"lib.course.exercises.{'clinic' if day == CLINIC else f'day{day:02d}'}"
    if importlib.util.find_spec(module):
        importlib.import_module(module)
    numbers = sorted((n for n in EXERCISES if n.startswith(f"{day}.")), key=sort_key)
    return {n: EXERCISES[n].title for n in numbers}


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

    Examples
    --------
    >>> verdict = judge("3.1", lambda prediction, target: ((prediction - target) ** 2).sum())
    >>> verdict.status, verdict.problem
    ('❌', 'it is the sum of the squares, not their mean')
    """
    if unknown := _unknown(number):
        return Verdict("❓", unknown)
    exercise = EXERCISES[number]
    title = exercise.title
    if _is_stub(answer) or _as_given(answer, exercise.start):
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
        line = f"❌ {number} {title} — {found.problem}. Hint: {found.hint}"
        return Verdict("❌", line, found.problem, found.hint)
    _failed.pop(number, None)
    count = len(exercise.all)
    return Verdict("✅", f"✅ {number} {title} — {count} of {count}")


def _unknown(number):
    """Return the line for a number that is not an exercise, or ""."""
    try:
        day = day_of(number)
    except ValueError:
        return f"❓ there is no exercise {number}"
    known = exercises(day)
    if number in known:
        return ""
    among = f"; {in_words(day)} has {', '.join(known)}" if known else ""
    return f"❓ there is no exercise {number}{among}"


def mistakes(number):
    """Return the declared mistakes of an exercise: those that its check knows by name.

    Parameters
    ----------
    number : str
        The exercise, such as ``"3.4"``.

    Returns
    -------
    list of tuple
        Pairs (problem, hint), as a wrong answer's line has them, in the order of declaration.

    Raises
    ------
    ValueError
        If there is no such exercise.

    Examples
    --------
    >>> problem, hint = mistakes("3.1")[0]
    >>> hint
    'what does the 1/N in (3.1) do?'
    """
    if _unknown(number):
        raise ValueError(_unknown(number))
    found = [Mistake(wrong.problem, wrong.hint) for wrong in EXERCISES[number].wrong]
    found += [Mistake(*ask) for ask in EXERCISES[number].asks.values() if isinstance(ask, tuple)]
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

    Returns
    -------
    tuple
        One entry for each argument, which also has the argument's name.

    Raises
    ------
    ValueError
        If there is no such exercise, or it has no inputs.

    Examples
    --------
    >>> inputs = case("3.1")
    >>> inputs._fields
    ('prediction', 'target')
    >>> prediction, target = inputs
    """
    if _unknown(number):
        raise ValueError(_unknown(number))
    declared = EXERCISES[number]
    if not declared.names:
        raise ValueError(f"exercise {number} has no inputs; ask for hint({number!r})")
    failed = _failed.get(number, declared.given[0])
    inputs = copy.deepcopy(failed.args)
    return namedtuple("Inputs", declared.names[: len(inputs)], rename=True)(*inputs)


def hint(number):
    """Print the next of an exercise's two or three hints. The last one says all but the line.

    Parameters
    ----------
    number : str
        The exercise, such as ``"3.4"``.

    Examples
    --------
    >>> hint("3.1")
    💡 3.1 hint 1 of 3: work it out by hand for errors of 0, -1 and 3.
    """
    if unknown := _unknown(number):
        say(unknown)
        return
    hints = EXERCISES[number].hints
    given = _hinted.get(number, 0)
    _hinted[number] = given + 1
    place = min(given, len(hints) - 1)
    say(f"💡 {number} hint {place + 1} of {len(hints)}: {hints[place]}")
    if given >= len(hints):
        say(f"   That was the last hint; the solution is linked in the text of exercise {number}.")


def check(number, answer):
    """Check the answer to an exercise and print one line about it.

    Parameters
    ----------
    number : str
        The exercise, such as ``"3.4"``.
    answer : object
        The reader's function, class or value; ``...`` where nothing was written yet.

    Examples
    --------
    Nothing written yet, a mistake that the check knows, and the right answer:

    >>> check("3.1", ...)
    ⬜ 3.1 not attempted yet
    >>> def mse(prediction, target):
    ...     return ((prediction - target) ** 2).sum()
    >>> check("3.1", mse)
    ❌ 3.1 mse — it is the sum of the squares, not their mean. Hint: what does the 1/N in (3.1) do?
    >>> def mse(prediction, target):
    ...     return ((prediction - target) ** 2).mean()
    >>> check("3.1", mse)
    ✅ 3.1 mse — 10 of 10
    """
    say(judge(number, answer).line)


def _is_stub(answer):
    """Tell whether the reader has left the answer as it was: ``...`` and nothing else."""
    if answer is ...:
        return True
    if isinstance(answer, type):
        methods = [m for m in vars(answer).values() if hasattr(m, "__code__")]
        return answer.__bases__ == (object,) and all(_is_stub(m) for m in methods)
    code = getattr(answer, "__code__", None)
    if code is None:
        return False
    steps = [step for step in dis.get_instructions(code) if step.opname not in ("RESUME", "NOP")]
    return all(
        step.opname in ("LOAD_CONST", "RETURN_VALUE", "RETURN_CONST") and step.argval is None
        for step in steps
    )  # a body of `...` does nothing but return None


def _as_given(answer, start):
    """Tell whether an answer is (diagnosis, function) with neither changed by the reader.

    That is, the diagnosis is still ``...`` and the function has the code of ``start``.
    """
    if start is None or not isinstance(answer, tuple | list) or len(answer) != 2:
        return False
    diagnosis, function = answer
    code = getattr(function, "__code__", None)
    return diagnosis is ... and code is not None and _same_code(code, start.__code__)


def _same_code(one, other):
    """Tell whether two functions, and those inside them, do the same; comments may differ."""
    pairs = [(one.co_code, other.co_code), (one.co_names, other.co_names)]
    if any(a != b for a, b in pairs) or len(one.co_consts) != len(other.co_consts):
        return False
    return all(
        _same_code(a, b) if hasattr(a, "co_code") and hasattr(b, "co_code") else repr(a) == repr(b)
        for a, b in zip(one.co_consts, other.co_consts, strict=True)
    )
