"""A reader's own copy of the lessons, in ``work/``.

The lessons in ``lessons/`` belong to Git. A reader writes into copies, and each lesson as it was
copied is kept in ``work/.copied/``. When a lesson has changed since, ``refresh.py`` makes one
notebook of the three.
"""

import datetime
import itertools
from pathlib import Path

import nbformat

from lib.course.numbering import day_of_file, in_words, sort_key
from lib.course.refresh import carry_over, changed_copy, with_new_imports
from lib.files import write_file

ROOT = Path(__file__).resolve().parents[2]


class LessonError(ValueError):
    """A lesson cannot be copied or refreshed; the message says why, and what to do."""


class Lessons:
    """The lessons of a folder of the course, and a reader's copies of them.

    Parameters
    ----------
    root : Path
        The folder with ``lessons/``, in which ``work/`` is made.
    """

    def __init__(self, root=ROOT):
        self.tracked, self.work = root / "lessons", root / "work"
        self.copied = self.work / ".copied"

    def days(self):
        """Return the names of the lessons' files by their days, the clinic's by "C".

        Raises
        ------
        LessonError
            There are none.
        """
        found = [*self.tracked.glob("day[0-9][0-9]_*.ipynb"), *self.tracked.glob("clinic.ipynb")]
        names = {day_of_file(path.name): path.name for path in found}
        if not names:
            raise LessonError(f"there are no lessons in {self.tracked}; clone the whole course")
        return {day: names[day] for day in sorted(names, key=sort_key)}

    def copy_missing(self):
        """Copy the lessons that are not in ``work/`` yet; return their days."""
        self.copied.mkdir(parents=True, exist_ok=True)
        missing = [day for day, name in self.days().items() if not (self.work / name).exists()]
        for day in missing:
            name = self.days()[day]
            lesson = (self.tracked / name).read_bytes()
            write_file(self.copied / name, lesson)
            write_file(self.work / name, lesson)
        return missing

    def changed(self):
        """Return the days whose lesson is no longer as it was copied."""
        return [
            day
            for day, name in self.days().items()
            if (self.work / name).exists() and not same(self.tracked / name, self.copied / name)
        ]

    def refresh(self, day):
        """Bring the lesson of a day into the reader's copy.

        The copy as it was stays next to it, named with the date. Whatever happens half-way, each
        file is whole, and the same call again finishes the work.

        Returns
        -------
        Path or None
            The file that keeps the reader's copy as it was; None if there was nothing to change.

        Raises
        ------
        LessonError
            There is no such lesson, or a file is not a notebook.
        NotSavedError
            A file could not be written; those written before are whole.
        """
        names = self.days()
        if day not in names:
            among = ", ".join(map(str, names))
            raise LessonError(f"there is no lesson of {in_words(day)}; the days are {among}")
        lesson, written, base = (f / names[day] for f in (self.tracked, self.work, self.copied))
        if not written.exists():
            self.copy_missing()
            return None
        mine, new = read(written), read(lesson)
        if same(lesson, base):
            result = changed_copy(mine, cells=[with_new_imports(cell) for cell in mine.cells])
        else:
            result = carry_over(read(base) if base.exists() else None, mine, new)
        kept = None
        if result != mine:
            kept = free_name(written)
            write_file(kept, written.read_bytes())
            write_file(written, (nbformat.writes(result) + "\n").encode())
        write_file(base, lesson.read_bytes())
        return kept


def same(one, other):
    """Tell whether ``one``, which exists, holds the same as ``other``, which may be missing."""
    return other.exists() and one.read_bytes() == other.read_bytes()


def read(path):
    """Read a notebook.

    Raises
    ------
    LessonError
        It is none.
    """
    try:
        return nbformat.read(path, as_version=4)
    except (ValueError, AttributeError, KeyError, nbformat.ValidationError) as error:
        raise LessonError(
            f"{path} is not a notebook ({type(error).__name__}); rename it, "
            "then `python -m lib lessons` copies the lesson again"
        ) from error


def free_name(path):
    """Return the path with today's date behind the name, and a number if that is taken."""
    stem = f"{path.stem}_{datetime.date.today().isoformat()}"
    stems = itertools.chain([stem], (f"{stem}_{n}" for n in itertools.count(2)))
    return next(p for p in map(path.with_stem, stems) if not p.exists())
