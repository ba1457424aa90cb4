"""Every exercise has one check and one solution; checks pass the right and name the wrong."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

from lib.course.checks import exercises

ROOT = Path(__file__).parent.parent
LESSONS = sorted(ROOT.glob("lessons/*.ipynb"))


def checked_cells(*paths):
    """Map each number checked in notebooks to the cells that check it."""
    found = {}
    for cell in (cell for path in paths for cell in nbformat.read(path, as_version=4).cells):
        if cell.cell_type == "code":
            for number in re.findall(r'^check\("([\d.]+)"', cell.source, re.MULTILINE):
                found.setdefault(number, []).append(cell)
    return found


def left_for_the_reader(lesson):
    """Map the numbers of a day to the cells of its lesson, and of the book's pages, that check."""
    found = checked_cells(lesson, *ROOT.glob("book/*.ipynb"))
    return {n: cells for n, cells in found.items() if n.startswith(f"{int(lesson.name[3:5])}.")}


def printed(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def signatures(cell):
    """Every function of a cell with the names of its arguments."""
    return {
        node.name: ast.unparse(node.args)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.FunctionDef)
    }


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return request.param


def test_a_lesson_has_four_to_seven_exercises_each_with_one_check_and_one_solution(lesson):
    day = int(lesson.name[3:5])
    stubs, solved = left_for_the_reader(lesson), checked_cells(ROOT / "solutions" / lesson.name)
    assert 4 <= len(stubs) <= 7
    assert set(stubs) == set(solved) == set(exercises(day))
    assert all(len(cells) == 1 for cells in [*stubs.values(), *solved.values()])


def test_the_exercises_of_a_lesson_are_left_for_the_reader(lesson):
    for number, [cell] in left_for_the_reader(lesson).items():
        assert f"⬜ {number} not attempted yet" in printed(cell)


def test_the_solutions_pass_their_checks_with_the_signatures_of_the_lesson(lesson):
    stubs, solved = left_for_the_reader(lesson), checked_cells(ROOT / "solutions" / lesson.name)
    for number, [cell] in solved.items():
        assert re.search(rf"^✅ {re.escape(number)} .* — (\d+) of \1$", printed(cell), re.MULTILINE)
        assert signatures(stubs[number][0]).items() <= signatures(cell).items()
