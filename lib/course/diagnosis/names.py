"""Name the wrong function that does what an answer does."""

import copy
import re

import numpy as np

from lib.course.diagnosis.compare import equal, number
from lib.course.diagnosis.declare import Case
from lib.course.diagnosis.factors import by_factor, by_terms
from lib.course.diagnosis.of_arguments import of_arguments
from lib.course.diagnosis.of_results import STRUCTURAL, VALUES
from lib.course.diagnosis.places import shown
from lib.course.diagnosis.run import observe


def name_axes(exercise, text):
    """Add to an axis of the result the name that the exercise gives it."""
    axes = exercise.shapes.get(exercise.outputs[0], ()) if len(exercise.outputs) == 1 else ()

    def named(match):
        a = int(match[1])
        return f"axis {a} ({axes[a]})" if a < len(axes) else match[0]

    return re.sub(r"\baxis (\d)\b", named, text)


def by_whole(exercise, table):
    """Name a declared mistake that does the same to every output."""
    pairs = [(k, p) for k, pairs in enumerate(table.values()) for p in pairs]
    known = (
        (wrong, [exercise.behaviour(wrong, function, p.case, k) for k, p in pairs])
        for wrong in exercise.wrong
        if not wrong.of
        for function in wrong.answers
    )
    return by_declared([p for _, p in pairs], known)


def by_name(exercise, output, k, pairs):
    """Name a function that is wrong in the same way: in all cases, or in all ordinary ones."""
    plain = [p for p in pairs if not p.case.when]
    ran = [p for p in pairs if p.got is not None or not p.case.when]  # edge cases may also fail
    if all(p.right for p in plain) or output in exercise.asks:  # what must be so, no result
        return by_declared(pairs, declared(exercise, output, k, pairs))
    tries = (pairs, ran, plain) if len(ran) < len(pairs) else (pairs, plain)
    for some in tries:
        numbers = any(p.got is not None and np.isfinite(p.got).any() for p in some)
        known = declared(exercise, output, k, some)
        if (numbers or some is pairs) and (found := by_declared(some, known)):
            return found  # on plain cases alone, nan proves nothing
        if some is pairs and (found := by_argument(exercise, pairs)):
            return found
        if found := by_derived(exercise, output, k, some):
            return found
    return in_addition(exercise, output, k, plain) or by_argument(exercise, pairs, constant=True)


def by_declared(pairs, known):
    """Name a declared mistake that does the same on all of these cases."""
    if any(p.got is not None for p in pairs) and not all(p.right for p in pairs):
        for wrong, others in known:
            if all(alike(p, *other) for p, other in zip(pairs, others, strict=True)):
                return wrong.problem, wrong.hint
    return None


def by_derived(exercise, output, k, pairs):
    """Name a change of the right result, or of its arguments, that fits all of these cases."""
    if exercise.secret or sum(p.want.size for p in pairs if p.want.dtype.kind != "b") < 4:
        return None  # one number is the square, the root or the sum of many things
    if any(p.got is None for p in pairs):
        return by_changed_arguments(exercise, k, pairs, needed=2)
    if not all(np.isfinite(p.got).any() for p in pairs if not p.case.when):
        return None  # nan agrees with nan, which proves nothing
    for name, mask in exercise.parts.get(output, {}).items():
        masks = [mask(*p.case.args) for p in pairs]
        if all(p.agrees(p.want[m]) for p, m in zip(pairs, masks, strict=True)):
            return f"only the numbers {name} came back", f"which shape should {output} have?"
    if found := by_constant(pairs):
        return found
    for problem, hint, change in (*STRUCTURAL, *VALUES):
        if same(pairs, [attempt(change, p.want) for p in pairs]):
            return name_axes(exercise, problem), hint
    return (
        by_factor(exercise, pairs, [p.want for p in pairs])
        or by_terms(exercise, output, pairs)
        or by_changed_arguments(exercise, k, pairs)
    )


def by_constant(pairs):
    """Name the number that every number of every result is."""
    numbers = {n for p in pairs for n in np.unique(p.got)}
    if len(numbers) != 1:
        return None
    (c,) = numbers
    if all(p.want.ndim == 0 for p in pairs):
        return f"the result is always {c:.5g}", "what does your result depend on?"
    if c == 0:
        return "every number is 0", "which line writes into your result, and does it ever run?"
    return f"every number is {c:.5g}", "what does each number of your result depend on?"


def declared(exercise, output, k, pairs):
    """Yield the declared mistakes that concern an output, with what each does in these cases."""
    concern = [w for w in exercise.wrong if w.of == output] + [
        w for w in exercise.wrong if not w.of
    ]
    for wrong in concern if pairs else ():
        for function in wrong.answers:
            yield wrong, [exercise.behaviour(wrong, function, p.case, k) for p in pairs]


def same(pairs, made):
    """Tell whether all results agree; where a change does not fit, being right will do."""
    fits = [m is not None for m in made]
    return sum(fits) > 1 and all(
        p.agrees(m) if m is not None else p.right for p, m in zip(pairs, made, strict=True)
    )


def alike(pair, value, error):
    """Tell whether an output is equal to a value, or its error of the same type as an error."""
    if pair.error or error:
        return type(pair.error) is type(error)
    return pair.agrees(value)


def by_changed_arguments(exercise, k, pairs, needed=0):
    """Name an argument that is used in a wrong way: the right function does the rest.

    Where the right function itself fails on such arguments, an error of the answer agrees with it;
    ``needed`` says in how many cases there must be wrong numbers that agree.
    """
    if sum(p.got is not None and not p.right for p in pairs) < needed:
        return None
    for problem, hint, change in of_arguments(exercise):
        for p in sorted(pairs, key=lambda p: p.right):  # a wrong one decides soonest
            made = with_arguments(exercise, change, p.case, k)
            if not (p.got is None and made is None and needed) and not p.agrees(made):
                break
        else:
            return problem, hint
    return None


def with_arguments(exercise, change, case, k):
    """Return output k of the right function for changed arguments, or None."""
    defaults = [p.default for p in exercise.parameters.values()]
    try:
        args = change((*copy.deepcopy(case.args), *defaults[len(case.args) :]))
    except Exception:  # a change that these arguments do not allow
        return None
    if any(a is None for a in args):
        return None
    seen = observe(exercise, exercise.right, Case(args, run=case.run))
    return None if seen.error or len(seen.got) <= k else seen.got[k]


def in_addition(exercise, output, k, pairs):
    """Name a declared mistake with a second one: a named size, or a change of axes or order.

    Whole numbers agree with much by chance: there, the second one must change the shape.
    """
    if exercise.secret or any(p.got is None for p in pairs):
        return None
    known = declared(exercise, output, k, pairs)
    integers = all(p.want.dtype.kind in "iub" for p in pairs)
    for w, others in known:
        made = [number(value) for value, _ in others]
        if any(m is None for m in made) or all(
            p.agrees(m) for p, m in zip(pairs, made, strict=True)
        ):
            continue
        if not integers and (text := by_factor(exercise, pairs, made, named=True)):
            return f"{w.problem}; in addition, {text[0]}", w.hint
        for problem, _, change in (*STRUCTURAL, *(VALUES if integers else ())):
            turned = [number(attempt(change, m)) for m in made]
            if integers and any(
                t is None or t.shape == m.shape for t, m in zip(turned, made, strict=True)
            ):
                continue
            if all(p.agrees(t) for p, t in zip(pairs, turned, strict=True)):
                return f"{w.problem}; in addition, {problem}", w.hint
    return None


def attempt(change, want):
    """Return the right result, changed; None where the change does not fit."""
    try:
        return change(want)
    except Exception:  # a change that this result does not allow
        return None


def by_argument(exercise, pairs, constant=False):
    """Name an argument whose exchange changes nothing, wherever it should.

    Where none has an effect, the result is always the same, which is said only if ``constant``.
    """
    at, idle = {p.case: p for p in pairs}, []
    for name in exercise.names:
        swaps = [(at[a], at[b]) for n, a, b in exercise.exchanged if n == name and b in at]
        swaps = [(p, q) for p, q in swaps if not equal(p.want, q.want) and p.got is not None]
        swaps = [(p, q) for p, q in swaps if np.isfinite(p.got).any()]  # nan agrees with nan
        # two floats do not agree by chance; of small integers it takes more to be sure
        numbers = 2 if any(p.want.dtype.kind == "f" for p, _ in swaps) else 6
        if sum(p.want.size for p, _ in swaps) >= numbers and all(q.agrees(p.got) for p, q in swaps):
            idle.append((name, swaps[0]))
    always = all(p.got is not None and equal(p.got, pairs[0].got) for p in pairs)
    if not idle or (always or len(idle) == len(exercise.names)) != constant:
        return None
    if constant:
        what = shown(pairs[0].got) if always and pairs[0].got.ndim == 0 else "the same"
        return f"the result is always {what}, whatever goes in", "what does your result depend on?"
    name, (p, q) = idle[0]
    i = exercise.names.index(name)
    values = f" ({p.case.args[i]} and {q.case.args[i]} give the same)"
    return f"{name} has no effect on the result{'' if np.ndim(p.case.args[i]) else values}", (
        f"where does your code use {name}, and does what it changes reach the result?"
    )
