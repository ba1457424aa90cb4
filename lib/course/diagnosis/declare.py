"""What an exercise declares: the right function, inputs to try it on, and what people write."""

import inspect
import sys
from collections import namedtuple
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from lib.course.diagnosis.compare import equal
from lib.course.diagnosis.run import observe

EXERCISES = {}  # number -> Exercise
_specs = {}  # number -> the spec of the module that has the exercise; each reload makes a new one

Mistake = namedtuple("Mistake", "problem hint")


@dataclass(frozen=True, eq=False)
class Case:
    """One input: plain, or an edge case.

    ``when`` names an edge case: it completes "only wrong when …". ``hint`` is the question that
    then helps. ``run`` says how an answer is used here, if not as the exercise says.
    """

    args: tuple
    when: str = ""
    hint: str = ""
    run: object = None


class Wrong:
    """A declared mistake: what was seen, the question, and one or more wrong answers.

    With ``of`` it concerns one output, and each function returns that output alone.
    """

    def __init__(self, problem, hint, *answers, of=""):
        self.problem, self.hint, self.answers, self.of = problem, hint, answers, of


@dataclass(eq=False)
class Exercise:
    """The declaration of one exercise; ``lib.course.diagnosis`` explains the fields."""

    number: str
    title: str
    right: object
    cases: object
    wrong: tuple
    hints: tuple
    outputs: tuple
    asks: dict
    shapes: dict
    run: object
    dtype: object
    terms: dict
    parts: dict
    order: tuple
    fixed: tuple
    takes: object
    secret: bool
    tolerance: float
    start: object
    seconds: float

    def question(self, output):
        """Return what is asked about an output when nothing better is known."""
        ask = self.asks.get(output, self.hints[0])
        return ask if isinstance(ask, str) else ask[1]

    @property
    def parameters(self):
        """The arguments of an answer: name -> ``inspect.Parameter``."""
        return inspect.signature(self.takes or self.right).parameters if self.cases else {}

    @cached_property
    def names(self):
        """The names of the arguments."""
        return tuple(self.parameters)

    @cached_property
    def known(self):
        """What declared wrong answers were seen to do: {(id of the answer, case): Seen}."""
        return {}

    @cached_property
    def given(self):
        """The declared cases: plain ones, then edge cases."""
        if self.cases is None:
            return [Case(())]
        seed = int(self.number.replace(".", ""))
        return list(self.cases(np.random.default_rng(seed)))

    @cached_property
    def exchanged(self):
        """Triples (argument, case, the same case with another value of that argument).

        Between neighbours among the plain cases whose arguments have the same shapes.
        """
        plain = [case for case in self.given if not case.when and case.run is None]
        neighbours = list(pairwise(plain))
        return [
            (name, a, Case((*a.args[:i], b.args[i], *a.args[i + 1 :])))
            for a, b in [*neighbours, *((b, a) for a, b in neighbours)]
            if [*map(np.shape, a.args)] == [*map(np.shape, b.args)]
            for i, name in enumerate(self.names[: len(a.args)])
            if name not in self.fixed
        ]

    @cached_property
    def elementwise(self):
        """The arguments whose every number belongs to one number of the result."""
        return [
            name
            for i, name in enumerate(self.names)
            if all(
                np.ndim(case.args[i]) and np.shape(case.args[i]) == np.shape(self.want[case].got[0])
                for case in self.given
                if not case.when
            )
        ]

    @cached_property
    def all(self):
        """All cases: those given, then those with one argument exchanged."""
        return [*self.given, *(case for _, _, case in self.exchanged)]

    @cached_property
    def want(self):
        """What the right answer does, case by case: {case: Seen}."""
        return {case: observe(self, self.answer(self.right), case) for case in self.all}

    def answer(self, value):
        """Return an answer as what is called: a number is what a function returns as well."""
        return value if self.cases is not None or self.run else lambda: value

    def behaviour(self, wrong, function, case, k):
        """Return what a declared wrong answer gives as output k of a case, and its error."""
        key = id(function), case  # a value need not be hashable
        if key not in self.known:
            alone = bool(wrong.of) and not self.run
            self.known[key] = observe(self, self.answer(function), case, alone=alone)
        seen = self.known[key]
        k = 0 if wrong.of and not self.run else k
        return (seen.got[k], None) if len(seen.got) > k else (None, seen.error or ValueError())


def declare(
    number,
    title,
    right,
    cases=None,
    wrong=(),
    *,
    hints,
    outputs=("the result",),
    asks=None,
    shapes=None,
    run=None,
    dtype=None,
    terms=None,
    parts=None,
    order=(),
    fixed=(),
    takes=None,
    secret=False,
    tolerance=1e-6,
    start=None,
    seconds=None,
):
    """Declare an exercise; the fields are explained in ``lib.course.diagnosis``."""
    spec = sys._getframe(1).f_globals.get("__spec__")
    if number in EXERCISES and not reloaded(number, spec):
        raise ValueError(f"exercise {number} is declared twice; give one another number")
    if not 2 <= len(hints) <= 3:
        raise ValueError(f"exercise {number} has {len(hints)} hints; give two or three")
    _specs[number] = spec
    EXERCISES[number] = Exercise(
        number=number,
        title=title,
        right=right,
        cases=cases,
        wrong=tuple(wrong),
        hints=tuple(hints),
        outputs=outputs,
        asks=asks or {},
        shapes=shapes or {},
        run=run,
        dtype=dtype,
        terms=terms or {},
        parts=parts or {},
        order=order or outputs,
        fixed=fixed,
        takes=takes,
        secret=secret,
        tolerance=tolerance,
        start=start,
        seconds=seconds,
    )


def reloaded(number, spec):
    """Return whether an exercise comes again from its own module, which is being reloaded."""
    before = _specs.get(number)
    return None not in (before, spec) and before.name == spec.name and before is not spec


def collisions(exercise):
    """Return pairs of declared mistakes, of different sentences, that no case tells apart.

    A declared mistake that does what the right answer does is in a pair with "the right answer".
    """
    found, known = [], []
    for wrong in exercise.wrong:
        outputs = [wrong.of] if wrong.of else exercise.outputs
        for function in wrong.answers:
            seen = [
                exercise.behaviour(wrong, function, case, exercise.outputs.index(output))
                for output in outputs
                for case in exercise.all
            ]
            right = [
                (exercise.want[case].got[exercise.outputs.index(output)], None)
                for output in outputs
                for case in exercise.all
            ]
            if _alike(seen, right):
                found.append((wrong.problem, "the right answer"))
            for other, of, others in known:
                if other != wrong.problem and of == wrong.of and _alike(seen, others):
                    found.append((wrong.problem, other))
            known.append((wrong.problem, wrong.of, seen))
    return found


def _alike(a, b):
    look = type if any(e is None for _, e in a) else repr  # nothing but errors: by their words
    return all(
        look(e) == look(f) and (e is not None or equal(x, y))
        for (x, e), (y, f) in zip(a, b, strict=True)
    )
