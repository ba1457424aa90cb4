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


OF_AN_ARGUMENT = (
    ("{} counts as 1", one),
    ("{} counts as 0", lambda a: 0 * a),
    ("the sign of {} is turned", lambda a: -a),
    ("the sign of {} is lost", np.abs),
    ("{} is squared", lambda a: small(np.square(a))),
    ("the root of {} is taken", np.sqrt),
    ("{} counts twice", lambda a: small(2 * a)),
    ("{} counts half", lambda a: a / 2),
    ("{0} - 1 takes the place of {0}", lambda a: a - 1 if whole(a) else None),
    ("{0} + 1 takes the place of {0}", lambda a: a + 1 if whole(a) else None),
    ("1 - {0} takes the place of {0}", lambda a: 1 - a),
    ("1 / {0} takes the place of {0}", lambda a: 1 / a),
    ("{} is rounded down", np.floor),
    ("exp({0}) takes the place of {0}", lambda a: small(np.exp(a))),
    ("log({0}) takes the place of {0}", np.log),
    ("tanh({0}) takes the place of {0}", np.tanh),
    ("only whether {} is positive counts", lambda a: 1.0 * (a > 0)),
    ("only the sign of {} counts", np.sign),
    ("{} is transposed", fits(1, np.transpose)),
    ("{} was reshaped where it should be transposed", fits(1, lambda a: a.reshape(a.T.shape).T)),
    *(
        entry
        for axis, single, several in ((0, "row", "rows"), (1, "column", "columns"))
        for entry in (
            *(
                (f"the {which} {single} of {{}} is used for all",
                 fits(axis, spread(lambda a, x=axis, at=at: a.take([at], x)), 1))
                for at, which in ENDS
            ),
            *(
                (f"only the {which} {single} of {{}} counts",
                 fits(axis, lambda a, x=axis, at=at: only(a, x, at), 1))
                for at, which in ENDS
            ),
            *(
                (f"the {which} {single} of {{}} is left out",
                 fits(axis, lambda a, x=axis, at=at: a - only(a, x, at), 1))
                for at, which in ENDS
            ),
            *(
                (f"each {single} of {{}} is replaced by the {what} of its {several}",
                 fits(axis, spread(lambda a, x=axis, how=how: how(a, x, keepdims=True)), 1))
                for what, how in (("mean", np.mean), ("sum", np.sum))
            ),
        )
    ),
    ("the first number of {} is used for all", lambda a: np.full_like(a, np.ravel(a)[0])),
    ("the mean of {} is used for all its numbers", lambda a: np.full_like(a, a.mean())),
    ("{} is read in reverse", lambda a: a[::-1]),
    ("{} is sorted", np.sort),
    ("{} is shifted by one", lambda a: np.roll(a, 1, 0)),
    ("{} is shifted by one, the other way", lambda a: np.roll(a, -1, 0)),
    ("{} is divided by its largest number", lambda a: a / np.max(a) if np.ndim(a) else None),
    ("the mean of {} is taken away first", lambda a: a - np.mean(a) if np.ndim(a) else None),
)  # fmt: skip


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
