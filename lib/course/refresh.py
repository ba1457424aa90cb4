"""How a new lesson comes into a reader's copy: one notebook is made of three.

``old`` is the lesson as it was copied; ``mine`` is the copy, with the reader's answers; ``new`` is
the lesson as it is now.
"""

import copy
import re
import uuid
from collections import defaultdict

import nbformat

from lib._moved import MOVED
from lib.course.numbering import NUMBER

IMPORT = re.compile(
    rf"^(\s*(?:from|import) +)({'|'.join(map(re.escape, MOVED))})(?![\w.])", re.MULTILINE
)
# `from lib import nn, reference`, and what it was imported for
REFERENCE = re.compile(
    r"(?<=^from lib import )(.*)\breference\b|\breference(?=\.(?:conv|max_pool|avg_pool)2d)",
    re.MULTILINE,
)
HEADING = re.compile(rf"^#+ +(?:Exercise +({NUMBER})\b)?(.*)", re.MULTILINE)


def carry_over(old, mine, new):
    """Return the new lesson with what the reader wrote into the old one.

    An exercise is the cells from its heading to its ``check("5.2", …)``. The code that the reader
    wrote or changed there takes the place of the new lesson's last cell in it, the one with the
    check. Any other cell of the lesson that the reader changed stays so, if the new lesson has not
    changed it. All else that the reader wrote is kept at the end of its section or, if that
    section is gone, of the one before.

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

    # first: which of the reader's cells are answers, which replace a cell, which are merely kept?
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

    # then: the new lesson, section by section, with each of them in its place
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
