"""Say where a result is wrong, or how much, where no function reproduces it."""

import itertools

import numpy as np

from lib.course.diagnosis.compare import equal, factor, number
from lib.course.diagnosis.factors import say_factor

LINES = "in the first", "in the last"


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
        many = sum(m.sum() for m in wrong) >= 0.5 * sum(i.sum() for i in inside)
        in_line = where.startswith(LINES) and len(pairs) >= 3
        if beyond or not rest or not (many or in_line):  # a few are in many places by chance
            continue
        by_case = [
            (p.case, factor(p.got[i], p.want[i]))
            for p, i in zip(pairs, inside, strict=True)
            if i.any()
        ]
        one_factor_each = by_case and all(c for _, c in by_case)
        text = say_factor(exercise, "each", by_case) if one_factor_each else None
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
            yield (
                f"where {name} is {what}",
                sign_mask(i, f),
                f"what should happen where {name} is {what}?",
            )
    lines = [
        (f"{which} {kind}", lambda p, a=a, at=at: edge(p.want, a, at))
        for a, kind in enumerate(("row", "column", "entry of axis 2", "entry of axis 3"))
        for at, which in ((0, "first"), (-1, "last"))
    ]
    for line, mask in lines:
        yield f"in the {line}", mask, "where does your loop or slice start and end?"
    yield "at the borders", lambda p: ~inner(p.want), "what lies beyond the border?"
    yield "away from the borders", lambda p: inner(p.want), "what is different inside?"
    ask = exercise.question(output)
    for line, mask in lines:  # whole numbers are right there by chance
        yield (
            f"outside the {line}",
            lambda p, mask=mask: None if p.want.dtype.kind in "iub" else ~mask(p),
            ask,
        )


def sign_mask(i, compare):
    """Return a function from a pair to a mask: where argument ``i`` is negative, for example."""

    def mask(p):
        a = p.case.args[i]
        fits = signed(a, compare) and np.shape(a) == p.want.shape
        return compare(a, 0) if fits else None

    return mask


def signed(a, f):
    """Tell whether the sign of an argument may matter: a mask has none, and most is positive."""
    kind = np.asarray(a).dtype.kind
    return np.ndim(a) and kind in "iuf" and (f is not np.greater or np.less(a, 0).any())


def edge(w, axis, at):
    """Return a mask of the first or last entry of an axis."""
    inside = np.zeros(w.shape, bool)
    if axis < w.ndim:
        inside[(*[slice(None)] * axis, at)] = True
    return inside


def inner(w):
    """Return a mask of all that is not at the borders of the last two axes."""
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
    lists = p.want.ndim == p.got.ndim == 1 and max(p.want.size, p.got.size) <= 8
    if p.got.shape != p.want.shape and not (lists and exercise.run):
        return f"{output} has shape {p.got.shape}, expected {p.want.shape}"
    if lists and (p.want.size > 1 or exercise.run) and not exercise.secret:
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
    """Return an argument as a message shows it."""
    if isinstance(a, float):
        return f"{a:.4g}"
    return str(a.round(4).tolist() if isinstance(a, np.ndarray) else a)


def shown(value):
    """Return a number of the result as a message shows it."""
    return str(bool(value)) if value.dtype == bool else f"{value:.6g}"
