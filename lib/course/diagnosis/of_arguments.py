"""Wrong functions that need no declaration: the right function with changed arguments.

Each is a problem, a question, and a function from a tuple of arguments to another. A change that
does not fit returns None or raises.
"""

import itertools

import numpy as np

from lib.course.diagnosis.of_results import ENDS, fits, only, spread


def small(number):
    """Let a derived argument pass unless it is a size that would fill the memory."""
    return None if np.ndim(number) == 0 and abs(number) > 5000 else number


def whole(a):
    """Tell whether an argument is a number, or holds integers: may one be added to it?"""
    return np.ndim(a) == 0 or np.asarray(a).dtype.kind in "iu"


def one(a):
    """Return ones in the place of an argument."""
    return np.ones_like(a) if np.ndim(a) else type(a)(1)


def of_an_argument():
    """Yield changes of one argument: what is said of it, with its name for {}, and the change."""
    yield "{} counts as 1", one
    yield "{} counts as 0", lambda a: 0 * a
    yield "the sign of {} is turned", lambda a: -a
    yield "the sign of {} is lost", np.abs
    yield "{} is squared", lambda a: small(np.square(a))
    yield "the root of {} is taken", np.sqrt
    yield "{} counts twice", lambda a: small(2 * a)
    yield "{} counts half", lambda a: a / 2
    yield "{0} - 1 takes the place of {0}", lambda a: a - 1 if whole(a) else None
    yield "{0} + 1 takes the place of {0}", lambda a: a + 1 if whole(a) else None
    yield "1 - {0} takes the place of {0}", lambda a: 1 - a
    yield "1 / {0} takes the place of {0}", lambda a: 1 / a
    yield "{} is rounded down", np.floor
    yield "exp({0}) takes the place of {0}", lambda a: small(np.exp(a))
    yield "log({0}) takes the place of {0}", np.log
    yield "tanh({0}) takes the place of {0}", np.tanh
    yield "only whether {} is positive counts", lambda a: 1.0 * (a > 0)
    yield "only the sign of {} counts", np.sign
    yield "{} is transposed", fits(1, np.transpose)
    turned = fits(1, lambda a: a.reshape(a.T.shape).T)
    yield "{} was reshaped where it should be transposed", turned
    yield from of_an_axis(0, "row", "rows")
    yield from of_an_axis(1, "column", "columns")
    yield "the first number of {} is used for all", lambda a: np.full_like(a, np.ravel(a)[0])
    yield "the mean of {} is used for all its numbers", lambda a: np.full_like(a, a.mean())
    yield "{} is read in reverse", lambda a: a[::-1]
    yield "{} is sorted", np.sort
    yield "{} is shifted by one", lambda a: np.roll(a, 1, 0)
    yield "{} is shifted by one, the other way", lambda a: np.roll(a, -1, 0)
    scaled = lambda a: a / np.max(a) if np.ndim(a) else None  # noqa: E731
    yield "{} is divided by its largest number", scaled
    yield "the mean of {} is taken away first", lambda a: a - np.mean(a) if np.ndim(a) else None


def of_an_axis(axis, single, several):
    """Yield changes of the rows or the columns of an argument."""
    for at, which in ENDS:
        used = spread(lambda a, at=at: a.take([at], axis))
        yield f"the {which} {single} of {{}} is used for all", fits(axis, used, 1)
    for at, which in ENDS:
        counts = fits(axis, lambda a, at=at: only(a, axis, at), 1)
        yield f"only the {which} {single} of {{}} counts", counts
    for at, which in ENDS:
        left = fits(axis, lambda a, at=at: a - only(a, axis, at), 1)
        yield f"the {which} {single} of {{}} is left out", left
    for what, how in (("mean", np.mean), ("sum", np.sum)):
        merged = fits(axis, spread(lambda a, how=how: how(a, axis, keepdims=True)), 1)
        yield f"each {single} of {{}} is replaced by the {what} of its {several}", merged


OF_AN_ARGUMENT = tuple(of_an_argument())


def of_arguments(exercise):
    """Yield changes of the arguments: one at a time, then one in the place of another."""
    for i, (name, parameter) in enumerate(exercise.parameters.items()):
        asked = f"where does your code use {name}, and does it use it as it comes?"
        changes = [(text.format(name), f) for text, f in OF_AN_ARGUMENT]
        if isinstance(parameter.default, int | float):
            changes.insert(
                0, (f"{name} is always {parameter.default:g}", lambda a, d=parameter.default: d)
            )
        for text, f in changes:
            yield text, asked, lambda args, i=i, f=f: (*args[:i], f(args[i]), *args[i + 1 :])
    # the smaller claim first: where one argument is not used at all, both are true
    for i, j in itertools.permutations(range(len(exercise.names)), 2):
        a, b = exercise.names[i], exercise.names[j]
        yield (
            f"{b} is used where {a} belongs",
            f"where is {a} used?",
            (lambda args, i=i, j=j: (*args[:i], args[j], *args[i + 1 :])),
        )
        if i < j:
            yield (
                f"{a} and {b} have changed places",
                "which is which?",
                (
                    lambda args, i=i, j=j: tuple(
                        args[{i: j, j: i}.get(k, k)] for k in range(len(args))
                    )
                ),
            )
