"""Look at what came back before its numbers: too much, too little, the order, the type; errors."""

import inspect
import itertools

import numpy as np

from lib.course.diagnosis.compare import Pair, equal, number
from lib.course.diagnosis.declare import Case
from lib.course.diagnosis.run import observe
from lib.course.diagnosis.translation import translate


def wrong_dtype(exercise, seen):
    """Look at the dtype of right numbers, where the exercise asks for one."""
    for s in seen if exercise.dtype else ():
        for output, value in zip(exercise.outputs, s.got, strict=False):
            dtype = getattr(value, "dtype", None)
            if dtype != exercise.dtype:
                is_now = f"its dtype is {dtype}" if dtype else f"it is a {type(value).__name__}"
                want = f"an array of {np.dtype(exercise.dtype)} is asked for"
                return f"the numbers of {output} are right, but {is_now}, where {want}", (
                    "which dtype is asked for, and where does yours come from?"
                )
    return None


def returned(exercise, seen, answer):
    """Look at what came back, before its numbers: nothing, too much, too little, the order."""
    first = next((s for s in seen if not s.error), None)
    if first is None or exercise.run or first.case.run:
        return kinds(exercise, seen)
    n, raw, wants = len(exercise.outputs), first.raw, exercise.want[first.case].got
    names = ", ".join(exercise.outputs)
    ask = "what does the exercise ask you to return, and what is behind your `return`?"
    if raw is None and exercise.cases is not None:
        return f"{exercise.outputs[0] if n == 1 else 'the result'} is None", (
            "does every path through your code end with `return`?"
        )
    if exercise.cases is None and number(raw) is None:
        text = isinstance(raw, tuple | list) and any(isinstance(item, str) for item in raw)
        is_now = "holds text" if text else f"is a {type(raw).__name__}"
        return f"{names} {is_now}, not numbers", "how does Python write numbers?"
    if inspect.isgenerator(raw) or isinstance(raw, dict | str | set):
        return f"a {type(raw).__name__} came back, not {names}", ask
    if n == 1:
        return kinds(exercise, seen)
    if not isinstance(raw, tuple | list) and (len(first.got) != n or one_output(raw, wants)):
        which = [o for o, w in zip(exercise.outputs, wants, strict=True) if equal(raw, w)]
        which = f" ({which[0]})" if which else ""
        return f"one thing came back{which}, not {n}: {names}", ask
    if len(first.got) != n:
        came = "one thing" if len(first.got) == 1 else f"{len(first.got)} things"
        return f"{came} came back, not {n}: {names}", ask
    for order in itertools.permutations(range(n)):
        if order != tuple(range(n)) and all(
            not s.error
            and len(s.got) == n
            and all(equal(s.got[i], exercise.want[s.case].got[o]) for i, o in enumerate(order))
            for s in seen
        ):
            got = ", ".join(exercise.outputs[o] for o in order)
            return f"the order of what came back is {got}, not {names}", "which comes first?"
    return kinds(exercise, seen)


def one_output(array, wants):
    """Tell whether an array has the shape of one output, and not that of all of them stacked."""
    stacked = (len(wants), *np.shape(wants[0]))
    return np.shape(array) in map(np.shape, wants) and np.shape(array) != stacked


def kinds(exercise, seen):
    """Find an output that is None, several things where one is wanted, or no array of numbers."""
    for s in seen:
        when = f" when {s.case.when}" if s.case.when else ""
        for output, value, want in zip(
            exercise.outputs, s.got, exercise.want[s.case].got, strict=False
        ):
            if value is None:
                return f"{output} is None{when}", "does every path through your code `return`?"
            alone = isinstance(value, tuple) and len(value) == 1 and np.shape(want) != (1,)
            if alone and np.shape(number(value[0])) == np.shape(want):
                return f"a tuple of one came back for {output}{when}", (
                    "is there a comma after the value?"
                )
            if (
                isinstance(value, tuple | list)
                and len(value) > 1
                and np.shape(want) != (len(value),)
            ):
                for at, item in enumerate(value):
                    if equal(item, want, exercise.tolerance):
                        return (
                            f"{len(value)} things came back where one is asked for ({output}); "
                            f"number {at + 1} is right"
                        ), "what does the exercise ask you to return, and what is behind `return`?"
            if number(value) is None and number(want) is not None:
                what = f"a {type(value).__name__}{when}"
                if np.ndim(want) == 0:
                    return f"{output} is not a number but {what}", "what does the text ask for?"
                return f"{output} is not an array of numbers but {what}", (
                    "are its rows of one length, and all its entries numbers?"
                )
    return None


def raised_everywhere(exercise, seen, answer):
    """Speak about an error that comes in every case, or about arguments in another order."""
    if not all(s.error for s in seen if not s.case.when):
        return None
    for s in seen if exercise.run else ():  # a stage before the error may be wrong by itself
        want = exercise.want[s.case]
        if not all(Pair(exercise, s, want, k).right for k in range(len(s.got))):
            return None
    orders = itertools.permutations(range(len(exercise.names)))
    for order in orders if not exercise.run and 1 < len(exercise.names) <= 4 else ():
        cases = [c for c in exercise.all[:2] if len(c.args) == len(order)]
        tried = [observe(exercise, answer, Case(tuple(c.args[i] for i in order))) for c in cases]
        if cases and all(
            not t.error
            and len(t.got) == len(exercise.outputs)
            and all(map(equal, t.got, exercise.want[c].got))
            for t, c in zip(tried, cases, strict=True)
        ):
            mine = ", ".join(exercise.names[i] for i in order)
            return f"it works with the arguments in the order {mine}", (
                f"in which order does the exercise hand them over: ({', '.join(exercise.names)})?"
            )
    if not all(s.error for s in seen):
        return None
    for wrong in exercise.wrong:  # a declared mistake may fail with the same words
        for function in wrong.answers:
            alone = bool(wrong.of) and not exercise.run
            errors = (observe(exercise, function, s.case, alone=alone).error for s in seen)
            if all(repr(e) == repr(s.error) for e, s in zip(errors, seen, strict=True)):
                return wrong.problem, wrong.hint
    return translate(exercise, seen[0].error, "", seen[0].stage)
