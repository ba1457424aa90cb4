"""A reader's own copy of the lessons, in ``work/``, and how a new lesson comes into it.

The lessons in ``lessons/`` belong to Git. A reader writes into copies, and what was copied is kept
in ``work/.copied/``. So there are three versions of a lesson: ``old``, as it was copied; ``mine``,
with the reader's answers; and ``new``, as it is now. ``carry_over`` makes one of them.
"""

import copy
import datetime
import itertools
import re
import uuid
from collections import defaultdict
from pathlib import Path

import nbformat

from lib._moved import MOVED
from lib.course.numbers import NUMBER, day_of_file, in_order, said
from lib.files import write_file

ROOT = Path(__file__).resolve().parents[2]

IMPORT = re.compile(
    rf"^(\s*(?:from|import) +)({'|'.join(map(re.escape, MOVED))})(?![\w.])", re.MULTILINE
)
# `from lib import nn, reference`, and what it was imported for
REFERENCE = re.compile(
    r"(?<=^from lib import )(.*)\breference\b|\breference(?=\.(?:conv|max_pool|avg_pool)2d)",
    re.MULTILINE,
)
HEADING = re.compile(rf"^#+ +(?:Exercise +({NUMBER})\b)?(.*)", re.MULTILINE)


class LessonError(ValueError):
    """A lesson cannot be copied or refreshed; the message says why, and what to do."""


# -- one notebook into another --------------------------------------------------------------------


def carry_over(old, mine, new):
    """Return the new lesson with what the reader wrote into the old one.

    An exercise is the cells from its heading to its ``check("5.2", …)``. The code that the reader
    wrote or changed there takes the place of the new lesson's last cell in it, the one with the
    check. Any other cell of the lesson that the reader changed stays so, if the new lesson has not
    changed it. All else that the reader wrote is kept at the end of its section; if there is no
    such section any more, of the one before.

    Parameters
    ----------
    old : NotebookNode or None
        The lesson as it was copied; None if that is not known.
    mine : NotebookNode
        The reader's copy.
    new : NotebookNode
        The lesson as it is now.

    Returns
    -------
    NotebookNode
    """
    known = [*new.cells, *(old.cells if old else [])]  # of two with one id, the old one counts
    by_id = {cell.id: cell for cell in known}
    by_source = {cell.source: cell for cell in known}
    now = {cell.id: cell.source for cell in new.cells}
    ids_lost = not any(cell.get("id") in by_id for cell in mine.cells)  # some editors drop them

    def origin(cell):
        """Return the lesson's cell that this one was, or None for one of the reader's own."""
        return by_source.get(cell.source) if ids_lost else by_id.get(cell.get("id"))

    sections = list(split(new, origin))
    names = [name for name, _ in sections]
    answers, kept, changed = defaultdict(list), defaultdict(list), {}
    place = names[0]
    for name, cells in split(mine, origin):
        place = name if name in names else place
        end = end_of_exercise(name, cells)
        for i, cell in enumerate(cells):
            was = origin(cell)
            if not cell.source.strip() or (was and was.source == cell.source):
                continue
            if i < end and name in names and (was is None or cell.cell_type == "code"):
                answers[name].append(cell)
            elif was is None:
                kept[place].append(cell)
            elif old and now.get(was.id) == was.source:
                changed[was.id] = cell
            elif old and now.get(was.id) != cell.source:
                kept[place].append(cell)

    result = []
    for name, cells in sections:
        end = end_of_exercise(name, cells)
        answer = answers.pop(name, [])
        replaced = {was.id for cell in answer if (was := origin(cell))}
        if end_of_exercise(name, answer):
            replaced.add(cells[end - 1].id)
        task, check, rest = cells[: max(end - 1, 0)], cells[max(end - 1, 0) : end], cells[end:]
        merged = [c for c in task if c.id not in replaced] + answer
        merged += [c for c in check if c.id not in replaced] + rest
        result += [changed.get(cell.get("id"), cell) for cell in merged] + kept.pop(name, [])
    written = {id(cell) for cell in mine.cells}
    result = [with_new_imports(cell) if id(cell) in written else cell for cell in result]
    return nbformat.v4.new_notebook(cells=with_ids(result), metadata=mine.metadata)


def split(notebook, origin):
    """Yield the sections of a notebook as pairs of name and cells.

    A section begins at a heading of the lesson; a heading that the reader wrote begins none. Its
    name is the number of its exercise, ``"5.2"``, or the heading's words.
    """
    name, cells = "", []
    for cell in notebook.cells:
        was = origin(cell) if cell.cell_type == "markdown" else None
        if was and (heading := HEADING.search(was.source)):
            if cells:
                yield name, cells
            name, cells = heading[1] or heading[2].strip(), []
        cells.append(cell)
    yield name, cells


def end_of_exercise(number, cells):
    """Return how many cells there are up to ``check("5.2", …)``; 0 if there is no such cell."""
    check = re.compile(rf"""\bcheck\(\s*["']{re.escape(number)}["']""")
    return next(
        (i for i, c in enumerate(cells, 1) if c.cell_type == "code" and check.search(c.source)), 0
    )


def with_new_imports(cell):
    """Return a cell in which every import from ``lib`` has the name of today."""
    if cell.cell_type != "code":
        return cell
    source = IMPORT.sub(lambda found: found[1] + MOVED[found[2]][0], cell.source)
    source = REFERENCE.sub(lambda found: (found[1] or "") + "loops", source)
    return cell if source == cell.source else changed_copy(cell, source=source)


def with_ids(cells):
    """Return the cells, with a new id for each that has none or that of an earlier one."""
    seen, result = {None}, []
    for cell in cells:
        if cell.get("id") in seen:
            cell = changed_copy(cell, id=uuid.uuid4().hex[:8])
        seen.add(cell.id)
        result.append(cell)
    return result


def changed_copy(cell, **changes):
    """Return a copy of a cell, or of a notebook, with some of its parts changed."""
    result = copy.deepcopy(cell)
    result.update(changes)
    return result


# -- the files ------------------------------------------------------------------------------------


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
        return {day: names[day] for day in sorted(names, key=in_order)}

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
            raise LessonError(f"there is no lesson of {said(day)}; the days are {among}")
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
    """Tell whether two files hold the same, as far as both exist."""
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
