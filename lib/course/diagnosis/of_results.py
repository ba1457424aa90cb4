"""Wrong functions that need no declaration: changes of the right result.

Each is a problem, a question, and a function from the right array to a wrong one. A change that
does not fit returns None or raises.
"""

import itertools

import numpy as np

ENDS = ((0, "first"), (-1, "last"))


def fits(axis, change, longer=0):
    """Apply a change only to arrays that have the axis, with more than ``longer`` entries."""
    return lambda w: change(w) if np.ndim(w) > axis and np.shape(w)[axis] > longer else None


def spread(change):
    """Return the change that repeats what another one returns, to the shape of the array."""
    return lambda w: np.broadcast_to(change(w), w.shape).copy()


def only(w, axis, at):
    """Return an array that is 0 but for one entry of an axis."""
    result, index = np.zeros_like(w), [slice(None)] * w.ndim
    index[axis] = at
    result[tuple(index)] = w[tuple(index)]
    return result


def structural():
    """Yield changes that move or merge numbers; they may also be a second mistake."""
    yield "every sign is turned round", "what is subtracted from what?", lambda w: -w
    for n in (2, 3, 4):
        for order in itertools.permutations(range(n)):
            if order == tuple(range(n)):
                continue
            what = "the result is transposed" if n == 2 else f"its axes come in the order {order}"
            turn = lambda w, o=order, n=n: w.transpose(o) if w.ndim == n else None  # noqa: E731
            yield what, "which axis of your result is which? Write its shape next to it.", turn
            yield (
                "the numbers are right but in the wrong places, as if a reshape had been used for "
                "a transpose",
                "does reshape move numbers, or only cut the same row of numbers at other places?",
                lambda w, turn=turn: turn(w).reshape(w.shape),
            )
    for at in range(5):
        yield (
            f"an axis of length 1 is left over, number {at}",
            "which step keeps an axis it could drop?",
            lambda w, at=at: np.expand_dims(w, at) if at <= w.ndim else None,
        )
    yield (
        "two axes of length 1 are left over",
        "which of your steps keep them?",
        lambda w: w[None, None],
    )
    yield (
        "one axis of length 1 is missing",
        "which step drops an axis?",
        lambda w: w.squeeze() if 1 in w.shape else None,
    )
    yield (
        "all its axes are merged into one",
        "which shape is asked for?",
        lambda w: w.ravel() if w.ndim > 1 else None,
    )
    for a in range(4):
        left = "which axes should be left at the end?"
        yield (
            f"the numbers come in reverse order along axis {a}",
            "where does yours start?",
            fits(a, lambda w, a=a: np.flip(w, a), 1),
        )
        for by, way in ((1, "late"), (-1, "early")):
            yield (
                f"everything is one place too {way} along axis {a}",
                "does counting start at 0 or at 1?",
                fits(a, lambda w, a=a, by=by: np.roll(w, by, a), 1),
            )
        for what, how in (("sum", np.sum), ("mean", np.mean)):
            total = lambda w, a=a, how=how: how(w, axis=a, keepdims=True)  # noqa: E731
            yield (
                f"it is the {what} along axis {a} of what is asked for",
                left,
                fits(a, lambda w, a=a, how=how: how(w, axis=a)),
            )
            yield (
                f"it is the {what} along axis {a} of what is asked for, with an axis of length 1",
                left,
                fits(a, total, 1),
            )
            yield (
                f"along axis {a} all numbers are equal: the {what} of what they should be",
                "which axis is summed over, and which is left?",
                fits(a, spread(total), 1),
            )
        for at, which in ENDS:
            yield (
                f"only the {which} entry of axis {a} is there",
                "what happens to the others?",
                fits(a, lambda w, a=a, at=at: w.take(at, a), 1),
            )
            yield (
                f"along axis {a} every entry is a copy of the {which} one",
                "does each get its own?",
                fits(a, spread(lambda w, a=a, at=at: np.expand_dims(w.take(at, a), a)), 1),
            )
            yield (
                f"along axis {a} only the {which} entry is filled, the others are 0",
                "when does your loop end, and what does each round write?",
                fits(a, lambda w, a=a, at=at: only(w, a, at), 1),
            )
        yield (
            f"the numbers add up one after the other along axis {a}",
            "is something not set back to 0?",
            fits(a, lambda w, a=a: np.cumsum(w, a), 1),
        )
        yield (
            f"the numbers are sorted along axis {a}",
            "must the order stay?",
            fits(a, lambda w, a=a: np.sort(w, a), 1),
        )
    for what, how in (("sum", np.sum), ("mean", np.mean)):
        yield (
            f"one number came back, the {what} of what is asked for",
            "how many are asked for?",
            lambda w, how=how: how(w) if w.ndim else None,
        )
    yield (
        "only whether a number is positive came back",
        "is a number asked for, or a yes or no?",
        lambda w: w > 0,
    )


def of_values():
    """Yield changes of the numbers themselves."""
    for a in range(4):
        for what, how in (("largest", np.argmax), ("smallest", np.argmin)):
            yield (
                f"it is the place of the {what} number along axis {a}",
                "is a place asked for, or a value?",
                fits(a, lambda w, a=a, how=how: how(w, axis=a)),
            )
        for what, how in (("largest", np.max), ("smallest", np.min)):
            yield (
                f"it is the {what} along axis {a} of the numbers asked for",
                "which axes should be left at the end?",
                fits(a, lambda w, a=a, how=how: how(w, axis=a)),
            )
    for what, how in (
        ("square", np.square),
        ("root", lambda w: np.sqrt(w + 0.0)),
        ("absolute value", np.abs),
        ("logarithm", lambda w: np.log(w + 0.0)),
        ("exponential", np.exp),
        ("reciprocal", lambda w: 1 / (w + 0.0)),
    ):
        yield (
            f"it is the {what} of what is asked for",
            f"which step of yours takes the {what}, and does the text ask for it?",
            how,
        )
    for digits in (1, 2, 3, 4):
        yield (
            f"the numbers are rounded to {digits} decimals",
            "is rounding asked for?",
            lambda w, digits=digits: np.round(w, digits) if w.dtype.kind == "f" else None,
        )
    for by, more in ((1, "one more"), (-1, "one less")):
        yield (
            f"every number is {more} than it should be",
            "does something count from 1, or count its own end?",
            lambda w, by=by: w + by,
        )
    yield "it is 1 minus what is asked for", "is x asked for, or 1 - x?", lambda w: 1 - w
    for what, how in (("cut off behind the point", np.trunc), ("rounded", np.round)):
        yield f"the numbers are {what}", "what is the dtype of the array you write into?", how
    yield (
        "numbers above 255 start again at 0",
        "what is the largest number a uint8 can hold?",
        lambda w: np.asarray(w % 256) if w.dtype.kind in "iu" else None,
    )
    yield "negative numbers became 0", "do they have to be positive?", lambda w: np.maximum(w, 0)
    yield (
        "only half precision (float16) is left",
        "which dtype do you compute in?",
        lambda w: w.astype(np.float16).astype(float) if w.dtype.kind == "f" else None,
    )


STRUCTURAL, VALUES = tuple(structural()), tuple(of_values())
