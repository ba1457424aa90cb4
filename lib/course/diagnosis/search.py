"""Decide what to say about an answer: the first thing that is true of all it did."""

import copy
import re
import warnings
from dataclasses import dataclass

import numpy as np

from lib.course.diagnosis.catalogue import STRUCTURAL, VALUES, of_arguments
from lib.course.diagnosis.compare import Pair, equal, number
from lib.course.diagnosis.declare import Case
from lib.course.diagnosis.errors import translate
from lib.course.diagnosis.places import by_factor, by_place, by_terms, in_numbers
from lib.course.diagnosis.returned import raised_everywhere, returned, wrong_dtype
from lib.course.diagnosis.run import TimeUp, observe, try_out


@dataclass(frozen=True)
class Finding:
    """What is wrong with an answer, the question that leads out, and the first case that fails."""

    problem: str
    hint: str
    case: Case


def diagnose(exercise, answer):
    """Return None for a right answer, and a Finding for a wrong one."""
    answer = exercise.answer(answer)
    seen, again = try_out(exercise, answer)
    with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
        found = decide(exercise, answer, seen, again)
        if not found:
            return None
        return Finding(*found, failing(exercise, seen))


def failing(exercise, seen):
    """Return the first case that goes wrong."""
    for s in seen:
        want = exercise.want[s.case]
        if s.error or s.changed or len(s.got) != len(want.got):
            return s.case
        if not all(Pair(exercise, s, want, k).right for k in range(len(want.got))):
            return s.case
    return seen[0].case


def name_axes(exercise, text):
    """Add to an axis of the result the name that the exercise gives it."""
    axes = exercise.shapes.get(exercise.outputs[0], ()) if len(exercise.outputs) == 1 else ()

    def named(match):
        a = int(match[1])
        return f"axis {a} ({axes[a]})" if a < len(axes) else match[0]

    return re.sub(r"\baxis (\d)\b", named, text)


def decide(exercise, answer, seen, again):
    if isinstance(seen[-1].error, TimeUp):
        case = seen[-1].case
        return translate(exercise, seen[-1].error, f" when {case.when}" if case.when else "")
    for step in (returned, raised_everywhere):
        if found := step(exercise, seen, answer):
            return found
    table = {
        output: [Pair(exercise, s, exercise.want[s.case], k) for s in seen]
        for k, output in enumerate(exercise.outputs)
    }
    repeat = [Pair(exercise, again, exercise.want[again.case], k) for k in range(len(table))]
    if all(pairs[0].right for pairs in table.values()) and not all(p.right for p in repeat):
        return "the first call is right; the same call, later, gives something else", (
            "what does your code remember from one call to the next?"
        )
    changed = next((s for s in seen if s.changed), None)
    plain = all(p.right for pairs in table.values() for p in pairs if not p.case.when)
    if changed and (plain or exercise.asks):
        when = f" when {changed.case.when}" if changed.case.when else ""
        hint = changed.case.hint or "which line writes into an array that it was given?"
        return changed.changed + when, hint
    if len(table) > 1 and (found := by_whole(exercise, table)):
        return found
    wrong = [o for o in exercise.order if not all(p.right for p in table[o])]
    wrong.sort(key=lambda o: all(p.right or p.got is None for p in table[o]))  # errors last
    for search in (by_name, last_resort):
        for output in wrong:
            k = exercise.outputs.index(output)
            if found := search(exercise, output, k, table[output]):
                problem, hint = found
                plainly = isinstance(exercise.asks.get(output), tuple)
                if len(exercise.outputs) > 1 and output not in problem and not plainly:
                    problem = f"{output}: {problem}"
                return problem + (f" (and {changed.changed})" if changed else ""), hint
    late = next((s for s in seen if s.error), None)  # all is right, and then it fails
    if late:
        problem, hint = translate(exercise, late.error)
        when = f"only wrong when {late.case.when}: " if late.case.when else ""
        return when + problem, late.case.hint or hint
    return wrong_dtype(exercise, seen)


def by_whole(exercise, table):
    """Name a declared mistake that does the same to every output."""
    pairs = [(k, p) for k, pairs in enumerate(table.values()) for p in pairs]
    known = (
        (wrong, [exercise.behaviour(wrong, function, p.case, k) for k, p in pairs])
        for wrong in exercise.wrong if not wrong.of for function in wrong.answers
    )  # fmt: skip
    return by_declared([p for _, p in pairs], known)


def by_name(exercise, output, k, pairs):
    """Name a function that is wrong in the same way: in all cases, or in all ordinary ones."""
    plain = [p for p in pairs if not p.case.when]
    ran = [p for p in pairs if p.got is not None or not p.case.when]  # edge cases may fail besides
    if all(p.right for p in plain) or output in exercise.asks:  # what must be so, no result
        return by_declared(pairs, declared(exercise, output, k, pairs))
    for some in (pairs, ran, plain) if len(ran) < len(pairs) else (pairs, plain):
        known = declared(exercise, output, k, some)
        if found := by_declared(some, known):
            return found
        if some is pairs and (found := by_argument(exercise, pairs)):
            return found
        if found := by_derived(exercise, output, k, some):
            return found
    return besides(exercise, output, k, plain) or by_argument(exercise, pairs, constant=True)


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
    for problem, hint, change in (*STRUCTURAL, *VALUES):
        if all(p.agrees(attempt(change, p.want)) for p in pairs):
            return name_axes(exercise, problem), hint
    return (
        by_factor(exercise, pairs, [p.want for p in pairs])
        or by_terms(exercise, output, pairs)
        or by_changed_arguments(exercise, k, pairs)
    )


def declared(exercise, output, k, pairs):
    """Yield the declared mistakes that concern an output, with what each does in these cases."""
    concern = [w for w in exercise.wrong if w.of == output] + [
        w for w in exercise.wrong if not w.of
    ]
    for wrong in concern if pairs else ():
        for function in wrong.answers:
            yield wrong, [exercise.behaviour(wrong, function, p.case, k) for p in pairs]


def alike(pair, value, error):
    """An error agrees with an error of the same type."""
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


def besides(exercise, output, k, pairs):
    """Name a declared mistake with a second one: a factor, or a structural change."""
    if exercise.secret or any(p.got is None for p in pairs):
        return None
    known = declared(exercise, output, k, pairs)
    integers = all(p.want.dtype.kind in "iu" for p in pairs)
    for w, others in known:
        made = [number(value) for value, _ in others]
        if any(m is None for m in made) or all(
            p.agrees(m) for p, m in zip(pairs, made, strict=True)
        ):
            continue
        if text := by_factor(exercise, pairs, made):
            return f"{w.problem}; besides, {text[0]}", w.hint
        for problem, _, change in (*STRUCTURAL, *(VALUES if integers else ())):
            if all(p.agrees(attempt(change, m)) for p, m in zip(pairs, made, strict=True)):
                return f"{w.problem}; besides, {problem}", w.hint
    return None


def attempt(change, want):
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
        told = [(at[a], at[b]) for n, a, b in exercise.exchanged if n == name and b in at]
        told = [(p, q) for p, q in told if not equal(p.want, q.want) and p.got is not None]
        told = [(p, q) for p, q in told if np.isfinite(p.got).any()]  # nan agrees with nan
        numbers = 2 if any(p.want.dtype.kind == "f" for p, _ in told) else 6  # by chance?
        if sum(p.want.size for p, _ in told) >= numbers and all(q.agrees(p.got) for p, q in told):
            idle.append((name, told[0]))
    always = all(p.got is not None and equal(p.got, pairs[0].got) for p in pairs)
    if not idle or (always or len(idle) == len(exercise.names)) != constant:
        return None
    if constant:
        return "the result is always the same, whatever goes in", "where are the arguments used?"
    name, (p, q) = idle[0]
    i = exercise.names.index(name)
    values = f" ({p.case.args[i]} and {q.case.args[i]} give the same)"
    return f"{name} has no effect{'' if np.ndim(p.case.args[i]) else values}", (
        f"where does your code use {name}?"
    )


def last_resort(exercise, output, k, pairs):
    """Say what is wrong with one output by case, by place, or else in numbers."""
    plain = [p for p in pairs if not p.case.when]
    wrong = [p for p in pairs if not p.right]
    if all(p.right for p in plain):
        p, whens = wrong[0], [*dict.fromkeys(p.case.when for p in wrong)]
        more = f" and in {len(whens) - 1} more cases" if len(whens) > 2 else ""
        when = f"only wrong when {' and when '.join(whens[:1] if more else whens)}{more}"
        for w, others in declared(exercise, output, k, wrong if len(wrong) > 1 else ()):
            if all(alike(q, *o) for q, o in zip(wrong, others, strict=True)):
                return f"{when}: {w.problem}", w.hint
        if p.error:
            problem, hint = translate(exercise, p.error)
            return f"{when}: {problem}", p.case.hint or hint
        hint = p.case.hint or exercise.question(output)
        return f"{when}: {in_numbers(exercise, output, p)}", hint
    if not exercise.secret and (found := by_place(exercise, output, plain)):
        return name_axes(exercise, found[0]), found[1]
    error = next((p for p in plain if p.error), None)
    if error:
        fine = [*dict.fromkeys(p.case.when for p in pairs if p.right and p.case.when)]
        return translate(exercise, error.error, f", but not when {fine[0]}" if fine else "")
    fine = [*dict.fromkeys(p.case.when for p in pairs if p.right and p.case.when)]
    said = f"right only when {' or when '.join(fine[:2])}; else " if 0 < len(fine) < 3 else ""
    if any(p.right for p in plain):
        said = ""
    first = next(p for p in wrong if not p.case.when)
    return said + in_numbers(exercise, output, first), exercise.question(output)
