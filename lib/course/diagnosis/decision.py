"""Decide what to say about an answer: the first thing that is true of all it did."""

import re
import warnings
from dataclasses import dataclass

import numpy as np

from lib.course.diagnosis.compare import Pair
from lib.course.diagnosis.declare import Case
from lib.course.diagnosis.names import alike, by_name, by_whole, declared, name_axes
from lib.course.diagnosis.places import by_place, in_numbers
from lib.course.diagnosis.returned import raised_everywhere, returned, wrong_dtype
from lib.course.diagnosis.run import TimeUp, try_out
from lib.course.diagnosis.translation import translate


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


def decide(exercise, answer, seen, again):
    """Return problem and hint, or None for a right answer: the questions in their order."""
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
    wrong.sort(key=lambda o: all(p.right for p in table[o] if not p.case.when))  # edge cases last
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
    fine = [*dict.fromkeys(p.case.when for p in pairs if p.right and p.case.when)]
    if not exercise.secret and (found := by_place(exercise, output, plain)):
        return name_axes(exercise, found[0]), found[1]
    error = next((p for p in plain if p.error), None)
    if error:
        if re.search("broadcast|matmul|aligned|dimension", str(error.error)):
            fine = [when for when in fine if re.search("equal|square", when)]
        return translate(exercise, error.error, f", but not when {fine[0]}" if fine else "")
    said = f"right only when {' or when '.join(fine[:2])}; else " if 0 < len(fine) < 3 else ""
    if any(p.right for p in plain) or isinstance(exercise.asks.get(output), tuple):
        said = ""
    first = next(p for p in wrong if not p.case.when)
    return said + in_numbers(exercise, output, first), exercise.question(output)
