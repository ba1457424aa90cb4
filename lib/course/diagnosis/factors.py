"""Find a factor between an answer and what it should be: of everything, or of one term."""

import itertools

import numpy as np

from lib.course.diagnosis.compare import TOLERANCE, equal, factor

AXES = {1: ("entries",), 2: ("rows", "columns")}


def sizes(exercise, case):
    """Return the named numbers of a case: lengths of axes, and arguments that are numbers."""
    found = {}
    for name, a in zip(exercise.names, case.args, strict=False):
        axes = exercise.shapes.get(name)
        if isinstance(a, int | float | np.number) and not isinstance(a, bool):
            found[name] = a
        for axis, n in enumerate(np.shape(a) if isinstance(a, np.ndarray | list) else ()):
            found.setdefault(axes[axis] if axes else axis_name(name, axis, np.ndim(a)), n)
    for a, b in itertools.combinations(list(found), 2):
        found[f"{a} · {b}"] = found[a] * found[b]
    return found


def axis_name(name, axis, axes):
    """Return what to call the length of an axis that the exercise gives no name."""
    return f"the number of {AXES[axes][axis]} of {name}" if axes < 3 else f"axis {axis} of {name}"


def times(c):
    """Return a factor in words: ``"2 times too large"``, ``"of the wrong sign"``."""
    size = abs(c)
    text = f"{size:.4g} times too large" if size > 1 else f"{1 / size:.4g} times too small"
    text = "" if abs(size - 1) < TOLERANCE else text
    return " and ".join(filter(None, (text, "of the wrong sign" if c < 0 else "")))


def say_factor(exercise, what, by_case, named=False):
    """Describe a factor that is one number, or one of the sizes, in all pairs (case, factor).

    With ``named`` it must be the length of an axis or the sign, not any number.
    """
    numbers = [sizes(exercise, case) for case, _ in by_case]
    factors = [c for _, c in by_case]
    if all(abs(c / factors[0] - 1) < TOLERANCE * 10 for c in factors):
        if abs(factors[0] + 1) < TOLERANCE:
            return f"{what} has the wrong sign", "what is taken away from what?"
        if named:
            return None
        size = max(abs(factors[0]), 1 / abs(factors[0]))
        return f"{what} is {times(factors[0])}, in every case", (
            f"where could a factor of {size:.4g} come from, or get lost?"
        )
    forms = (
        ("{}", lambda v: v), ("{}", lambda v: 1 / v), ("{} - 1", lambda v: v - 1),
        ("{} and a 2", lambda v: 2 * v), ("{} and a 2", lambda v: 2 / v),
        ("{} and a 2", lambda v: v / 2), ("the square of {}", lambda v: v * v),
        ("the square of {}", lambda v: 1 / v / v), ("the root of {}", lambda v: v**0.5),
        ("the root of {}", lambda v: v**-0.5),
        ("{0} - 1 in the place of {0}", lambda v: v / (v - 1)),
        ("{0} in the place of {0} - 1", lambda v: (v - 1) / v),
    )  # fmt: skip
    if named:
        forms = forms[:2]
        numbers = [{k: v for k, v in n.items() if k not in exercise.names} for n in numbers]
    for name in numbers[0]:
        values = [n.get(name, 0) for n in numbers]
        if len(set(values)) < 2 or 0 in values:
            continue
        for text, form in forms:
            try:
                fit = all(abs(abs(c) / abs(form(v)) - 1) < TOLERANCE
                          for c, v in zip(factors, values, strict=True))  # fmt: skip
            except (ZeroDivisionError, TypeError, OverflowError):
                continue
            if fit:
                extra = "" if text == "{}" else f" (it is {text.format(name)} in every case)"
                return f"{what} is {times(factors[0])} where {name} is {values[0]:g}{extra}", (
                    f"where does {name} come in: never, once, or twice?"
                )
    for a, b in itertools.permutations(() if named else numbers[0], 2):
        if len({n.get(a) for n in numbers}) > 1 and all(
            n.get(a) and n.get(b) and abs(abs(c) * n[b] / n[a] - 1) < TOLERANCE
            for n, c in zip(numbers, factors, strict=True)
        ):
            return (
                f"{what} is {times(factors[0])} where {a} is {numbers[0][a]:g} and {b} is "
                f"{numbers[0][b]:g}: one of them is used for the other"
            ), "which of the two is it in the formula?"
    return None


def by_factor(exercise, pairs, wants, named=False):
    """Find one factor between the answer and what it should be."""
    by_case = []
    for p, w in zip(pairs, wants, strict=True):
        if equal(w, 0 * w) and p.agrees(w):
            continue
        c = factor(p.got, w)
        if c is None:
            return None
        by_case.append((p.case, c))
    if not by_case or all(abs(c - 1) < TOLERANCE for _, c in by_case):
        return None
    return say_factor(
        exercise, "every number" if pairs[0].want.ndim else "the number", by_case, named
    )


def by_terms(exercise, output, pairs):
    """Find the coefficient of each term of the formula, and name the one that is not 1."""
    terms = exercise.terms.get(output)
    if not terms or any(p.got.shape != p.want.shape for p in pairs):
        return None
    found = {name: [] for name in terms}
    for p in pairs:
        columns = [
            np.broadcast_to(term(*p.case.args), p.want.shape).ravel() for term in terms.values()
        ]
        table = np.array(columns, float).T
        use = np.abs(table).max(axis=0, initial=0) > 1e-9
        if len(table) <= use.sum() or np.linalg.matrix_rank(table[:, use]) < use.sum():
            continue
        if not np.isfinite(p.got).all():
            return None
        c = np.linalg.lstsq(table[:, use], p.got.ravel().astype(float), rcond=None)[0]
        if not equal(table[:, use] @ c, p.got.ravel()):
            return None
        for name, value in zip(np.array(list(terms))[use], c, strict=True):
            found[name].append((p.case, value))
    said = []
    for name, by_case in found.items():
        if not by_case or all(abs(c - 1) < TOLERANCE for _, c in by_case):
            continue
        if all(abs(c) < TOLERANCE for _, c in by_case):
            said.append(f"the part {name} is missing")
        elif any(abs(c) < TOLERANCE for _, c in by_case):
            return None
        elif text := say_factor(exercise, f"the part {name}", by_case):
            said.append(text[0])
        else:
            return None
    if len(said) in (1, 2) and len(said) < max(2, len(terms)):
        return " and ".join(said), "how does the formula write this part?"
    return None
