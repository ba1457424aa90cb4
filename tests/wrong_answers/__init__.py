"""Answers to the exercises, wrong and right, written from the lessons alone.

A module a day. Their writers had not seen the checks. Each wrong answer is marked with the
mistake it makes; ``judged.json`` holds the line that its check printed and how well that line names
the mistake, as someone judged who wrote neither: ``named``, ``partly``, ``not``, or ``misled``.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """An answer to an exercise; ``mistake`` is empty if it is right."""

    number: str
    name: str
    mistake: str
    answer: Any

    @property
    def key(self):
        """What it is called in ``judged.json``."""
        return f"{self.number} {self.name}"


ANSWERS: list[Answer] = []
JUDGED = Path(__file__).parent / "judged.json"
NOTHING = object()


def wrong(number, mistake, value=NOTHING):
    """Register a wrong value, or decorate a wrong function or class."""

    def register(answer, name=None):
        ANSWERS.append(Answer(number, name or answer.__name__, mistake, answer))
        return answer

    if value is NOTHING:
        return register
    return register(value, getattr(value, "__name__", repr(value)))  # a lambda has no name but this


def right(number, value=NOTHING):
    """Register a right value, or decorate a right function or class."""
    return wrong(number, "", value)


def judgements():
    """Return how the lines were judged: key -> {"line": ..., "verdict": ...}."""
    return json.loads(JUDGED.read_text(encoding="utf-8"))
