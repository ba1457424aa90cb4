"""Where a reader is: what the notebooks in ``work/`` show, and how many minutes are left.

Nothing is stored for it. A check has printed ✅, ❌ or ⬜ into the notebook, and there it is read.
"""

import re
from typing import NamedTuple

from lib.course.copies import LessonError, Lessons, read
from lib.course.numbering import NUMBER
from lib.course.signs import PLAIN

HEADING = re.compile(rf"^#+ +Exercise +({NUMBER}) +· +(.+)", re.MULTILINE)
MINUTES = re.compile(r"\*(?:Warm-up|Core|Stretch), (\d+) minutes\.\*")
SIGNS = {shown: sign for sign in "⬜✅❌" for shown in (sign, PLAIN[sign])}
VERDICT = re.compile(rf"^({'|'.join(map(re.escape, SIGNS))}) ({NUMBER}) ", re.MULTILINE)


class Task(NamedTuple):
    """An exercise as its lesson states it."""

    number: str
    title: str
    minutes: int


class Day(NamedTuple):
    """A day of a reader: the file in ``work/``, its exercises, and what each check has said.

    The clinic counts as a day. ``problem`` says why the file cannot be read; then all exercises
    count as not attempted.
    """

    number: object  # 3, or "C"
    path: object
    tasks: list
    statuses: dict
    problem: str = ""

    @property
    def open(self):
        """The exercises that are not right yet."""
        return [task for task in self.tasks if self.statuses.get(task.number) != "✅"]

    @property
    def minutes_left(self):
        """How long the exercises that are not right yet take."""
        return sum(task.minutes for task in self.open)


def tasks(notebook):
    """Return the exercises of a lesson, in order.

    Raises
    ------
    LessonError
        One of them does not say how many minutes it takes.
    """
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (heading := HEADING.search(cell.source)):
            minutes = MINUTES.search(cell.source)
            if minutes is None:
                raise LessonError(
                    f"exercise {heading[1]} does not say how long it takes; "
                    "write *Core, 10 minutes.* below its heading"
                )
            found.append(Task(heading[1], heading[2].strip(), int(minutes[1])))
    return found


def statuses(notebook):
    """Return what the checks of a notebook have said, as stored in it: ``{"3.1": "✅", ...}``.

    Of several checks of an exercise the last counts; a stub counts only if nothing else is there.
    """
    found = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for shown, number in VERDICT.findall(output.get("text", "")):
                if SIGNS[shown] != "⬜" or number not in found:
                    found[number] = SIGNS[shown]
    return found


def progress(lessons=None):
    """Return every day of the course, as far as the reader has come.

    Parameters
    ----------
    lessons : Lessons, optional
        The lessons and their copies; by default those of this course.

    Returns
    -------
    list of Day
        A lesson that was not copied yet has nothing attempted.

    Raises
    ------
    LessonError
        There are no lessons.
    """
    lessons = lessons or Lessons()
    days = []
    for day, name in lessons.days().items():
        path, said, problem = lessons.work / name, {}, ""
        if path.exists():
            try:
                said = statuses(read(path))
            except LessonError as error:
                problem = str(error)
        days.append(Day(day, path, tasks(read(lessons.tracked / name)), said, problem))
    return days
