"""Describe a wrong result where no function reproduces it: factors, terms, places, numbers."""

import itertools

import numpy as np

from lib.course.diagnosis.compare import TOLERANCE, equal, factor, number

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
    return f"the number of {AXES[axes][axis]} of {name}" if axes < 3 else f"axis {axis} of {name}"


def times(c):
    size = abs(c)
    text = f"{size:.4g} times too large" if size > 1 else f"{1 / size:.4g} times too small"
    text = "" if abs(size - 1) < TOLERANCE else text
    return " and ".join(filter(None, (text, "of the wrong sign" if c < 0 else "")))


def say_factor(exercise, what, told):
    """Describe a factor that is one number, or one of the sizes, in all pairs (case, factor)."""
    numbers = [sizes(exercise, case) for case, _ in told]
    factors = [c for _, c in told]
    if all(abs(c / factors[0] - 1) < TOLERANCE * 10 for c in factors):
        if abs(factors[0] + 1) < TOLERANCE:
            return f"{what} has the wrong sign", "what is taken away from what?"
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
    for a, b in itertools.permutations(numbers[0], 2):
        if len({n.get(a) for n in numbers}) > 1 and all(
            n.get(a) and n.get(b) and abs(abs(c) * n[b] / n[a] - 1) < TOLERANCE
            for n, c in zip(numbers, factors, strict=True)
        ):
            return (
                f"{what} is {times(factors[0])} where {a} is {numbers[0][a]:g} and {b} is "
                f"{numbers[0][b]:g}: one of them is used for the other"
            ), "which of the two is it in the formula?"
    return None


def by_factor(exercise, pairs, wants):
    """Find one factor between the answer and what it should be."""
    told = []
    for p, w in zip(pairs, wants, strict=True):
        if equal(w, 0 * w) and p.agrees(w):
            continue
        c = factor(p.got, w)
        if c is None:
            return None
        told.append((p.case, c))
    if not told or all(abs(c - 1) < 1e-6 for _, c in told):
        return None
    return say_factor(exercise, "every number" if pairs[0].want.ndim else "the number", told)


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
    for name, told in found.items():
        if not told or all(abs(c - 1) < 1e-6 for _, c in told):
            continue
        if all(abs(c) < 1e-6 for _, c in told):
            said.append(f"the part {name} is missing")
        elif any(abs(c) < 1e-6 for _, c in told):
            return None
        elif text := say_factor(exercise, f"the part {name}", told):
            said.append(text[0])
        else:
            return None
    if len(said) in (1, 2) and len(said) < max(2, len(terms)):
        return " and ".join(said), "how does the formula write this part?"
    return None


def by_place(exercise, output, pairs):
    """Say where in the result the wrong numbers are, if it is the same place in all cases."""
    pairs = [p for p in pairs if not p.right]
    if any(p.got is None for p in pairs):
        return None
    if moved := by_shift(output, pairs):
        return moved
    if any(p.got.shape != p.want.shape for p in pairs):
        for a, (what, how) in itertools.product(range(4), (("sum", np.sum), ("mean", np.mean))):
            if all(p.got.ndim > a and equal(how(p.got, axis=a), p.want) for p in pairs):
                shapes = f"shape {pairs[0].got.shape}, not {pairs[0].want.shape}"
                return f"{output} has {shapes}; its {what} along axis {a} would be right", (
                    "what has to happen to that axis?"
                )
        return None
    if any(not np.isfinite(p.got).all() and np.isfinite(p.want).all() for p in pairs):
        return None
    wrong = [~np.isclose(p.got, p.want, p.tolerance, p.tolerance) for p in pairs]
    for where, place, hint in places(exercise, output):
        inside = [place(p) for p in pairs]
        if any(i is None or i.shape != m.shape for i, m in zip(inside, wrong, strict=True)):
            continue
        beyond = any((m & ~i).any() for i, m in zip(inside, wrong, strict=True))
        rest = any((~i).any() for i in inside)
        some = sum(m.sum() for m in wrong) >= 0.5 * sum(i.sum() for i in inside)
        if beyond or not rest or not some:  # a few wrong numbers are in many places by chance
            continue
        told = [
            (p.case, factor(p.got[i], p.want[i]))
            for p, i in zip(pairs, inside, strict=True)
            if i.any()
        ]
        text = say_factor(exercise, "each", told) if told and all(c for _, c in told) else None
        p, m = next((p, m) for p, m in zip(pairs, wrong, strict=True) if m.any())
        at = tuple(np.argwhere(m)[0])
        numbers = text[0] if text else f"{p.got[at]:.5g}, where {p.want[at]:.5g} is expected"
        return f"{output} is wrong only {where}: {numbers}", hint
    return None


def places(exercise, output):
    """Yield (name, function of a pair to a mask, question)."""
    for name, mask in exercise.parts.get(output, {}).items():
        yield name, lambda p, f=mask: f(*p.case.args), f"what is special {name}?"
    for i, name in enumerate(exercise.names):
        for what, f in (("negative", np.less), ("0", np.equal), ("positive", np.greater)):
            yield f"where {name} is {what}", (
                lambda p, i=i, f=f: f(p.case.args[i], 0)
                if p.want.ndim and np.shape(p.case.args[i]) == p.want.shape else None
            ), f"what should happen where {name} is {what}?"  # fmt: skip
    for a in range(4):
        kind = ("row", "column")[a] if a < 2 else f"entry of axis {a}"
        for at, which in ((0, "first"), (-1, "last")):
            yield (
                f"in the {which} {kind}",
                lambda p, a=a, at=at: edge(p.want, a, at),
                ("where does your loop or slice start and end?"),
            )
            yield (
                f"outside the {which} {kind}",
                lambda p, a=a, at=at: ~edge(p.want, a, at),
                ("do the others get their turn?"),
            )
    yield "at the borders", lambda p: ~inner(p.want), "what lies beyond the border?"
    yield "away from the borders", lambda p: inner(p.want), "what is different inside?"


def edge(w, axis, at):
    inside = np.zeros(w.shape, bool)
    if axis < w.ndim:
        inside[(*[slice(None)] * axis, at)] = True
    return inside


def inner(w):
    inside = np.zeros(w.shape, bool)
    if w.ndim > 1:
        inside[..., 1:-1, 1:-1] = True
    return inside


def by_shift(output, pairs):
    """Say that the result is moved, or is a piece of the right one: along its last two axes."""
    moves = []
    for p in pairs:
        g, w = p.got, p.want
        if g.ndim != w.ndim or w.ndim < 2 or g.shape[:-2] != w.shape[:-2] or min(w.shape[-2:]) < 3:
            return None
        fitting = []
        for move in itertools.product(range(-4, 5), repeat=2):
            ends = list(zip(move, w.shape[-2:], g.shape[-2:], strict=True))
            here = [slice(max(0, d), max(0, min(n, m + d))) for d, n, m in ends]
            there = [slice(max(0, -d), max(0, min(m, n - d))) for d, n, m in ends]
            a, b = w[(..., *here)], g[(..., *there)]
            if a.size >= 0.25 * w.size and a.size > 3 and np.abs(a).max() > 0 and equal(b, a):
                fitting.append(move)
        if not fitting:
            return None
        moves.append(min(fitting, key=lambda m: abs(m[0]) + abs(m[1])))
    p, (i, j) = pairs[0], moves[0]
    if p.got.shape != p.want.shape:
        where = f"would be right {i} rows further down and {j} columns further right"
        where = "is right as far as it goes" if (i, j) == (0, 0) else where
        return (
            f"{output} has shape {p.got.shape}, not {p.want.shape}; what is there {where}"
        ), "what happens at the edges: which are missing or too many?"
    if (i, j) == (0, 0) or moves.count((i, j)) < len(moves):
        return None
    return f"{output} is moved: the number that belongs at [{i}, {j}] came at [0, 0]", (
        "at which end, or at both, does your code put the border or start to count?"
    )


def in_numbers(exercise, output, p):
    """Say what is different in one case, when nothing better is known."""
    if p.got is None:
        return f"{output} is missing"
    if p.got.shape != p.want.shape:
        return f"{output} has shape {p.got.shape}, expected {p.want.shape}"
    if 1 < p.want.size <= 8 and p.want.ndim == 1 and not exercise.secret:
        got, want = (", ".join(map(shown, w)) for w in (p.got, p.want))
        return f"{output}: [{got}], expected [{want}]"
    if exercise.run and p.want.dtype == bool and p.want.ndim == 0 and p.want:
        ask = exercise.asks.get(output, "")
        return f"this is not so: {output}" if isinstance(ask, str) else ask[0]
    off = ~np.isclose(p.got, p.want, p.tolerance, p.tolerance, equal_nan=True)
    bad = off & ~np.isfinite(p.got) & np.isfinite(p.want)
    if not off.any():  # all is within the tolerance of large numbers, not of small ones
        off = np.abs(p.got - p.want) == np.abs(p.got - p.want).max()
    at = tuple(int(i) for i in np.argwhere(bad if bad.any() else off)[0])
    where = f"{output}[{', '.join(map(str, at))}]" if at else output
    given = [
        f"{name} is {np.asarray(a)[at]:g}"
        for name, a in zip(exercise.names, p.case.args, strict=False)
        if at and name in exercise.elementwise and np.shape(a) == p.want.shape
    ]
    if p.want.ndim == 0 and sum(map(np.size, p.case.args)) <= 12:
        given = [
            f"{name} is {shown_argument(a)}"
            for name, a in zip(exercise.names, p.case.args, strict=False)
            if number(a) is not None
        ]
    given = f", where {' and '.join(given)}" if given else ""
    share = f"; {off.sum()} of {off.size} numbers are wrong" if off.size > 1 else ""
    expected = ", which is not it" if exercise.secret else f", expected {shown(p.want[at])}"
    return f"{where} is {shown(p.got[at])}{expected}{given}{share}"


def shown_argument(a):
    return (
        f"{a:.4g}"
        if isinstance(a, float)
        else str(a.round(4).tolist() if isinstance(a, np.ndarray) else a)
    )


def shown(value):
    return str(bool(value)) if value.dtype == bool else f"{value:.6g}"
