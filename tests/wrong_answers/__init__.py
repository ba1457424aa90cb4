"""Wrong answers to the exercises: the mistakes people make, and the hint each must meet.

A module a day. Each answer is registered with a fragment of the line its check has to print, so
that a check cannot pass by finding fault with something else.
"""

from typing import Any, NamedTuple


class Wrong(NamedTuple):
    number: str
    fragment: str
    name: str
    answer: Any


ANSWERS: list[Wrong] = []


def wrong(number, fragment, value=...):
    """Register a wrong value at once, or decorate a wrong function or class."""
    if value is not ...:
        ANSWERS.append(Wrong(number, fragment, repr(value), value))
        return None

    def register(answer):
        ANSWERS.append(Wrong(number, fragment, answer.__name__, answer))
        return answer

    return register
