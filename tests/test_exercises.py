"""Every exercise has one check and one solution; checks pass the right and name the wrong."""

import ast
import inspect
import itertools
import re
import runpy
from pathlib import Path

import nbformat
import numpy as np
import pytest

from lib.course.checks import exercises, judge
from lib.course.copies import Lessons
from lib.course.exercises import clinic
from lib.course.numbering import CLINIC, day_of, day_of_file, sort_key

ROOT = Path(__file__).parent.parent
LESSONS = sorted(ROOT.glob("lessons/*.ipynb"))


def checked_cells(*paths):
    """Map each number checked in notebooks to the cells that check it."""
    found = {}
    for cell in (cell for path in paths for cell in nbformat.read(path, as_version=4).cells):
        if cell.cell_type == "code":
            for number in re.findall(r'^check\("([\dC.]+)"', cell.source, re.MULTILINE):
                found.setdefault(number, []).append(cell)
    return found


def left_for_the_reader(lesson):
    """Map the numbers of a day to the cells of its lesson, and of the book's pages, that check."""
    found = checked_cells(lesson, *ROOT.glob("book/*.ipynb"))
    return {n: cells for n, cells in found.items() if day_of(n) == day_of_file(lesson.name)}


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
    day = day_of_file(lesson.name)
    stubs, solved = left_for_the_reader(lesson), checked_cells(ROOT / "solutions" / lesson.name)
    assert len(stubs) == 12 if day == CLINIC else 4 <= len(stubs) <= 7
    assert set(stubs) == set(solved) == set(exercises(day))
    assert all(len(cells) == 1 for cells in [*stubs.values(), *solved.values()])


def test_exercises_are_met_in_the_order_of_their_numbers_or_the_text_says_so(lesson):
    cells = nbformat.read(lesson, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    met = re.findall(r"^####? Exercise ([\dC.]+)", text, re.MULTILINE)
    for before, after in itertools.pairwise(met):
        if sort_key(before) > sort_key(after):
            ahead, _, _ = text.partition(f"## Exercise {before}")
            assert f"This is exercise {before}, and it comes before {after} on purpose:" in ahead


def test_the_exercises_of_a_lesson_are_left_for_the_reader(lesson):
    for number, [cell] in left_for_the_reader(lesson).items():
        assert f"⬜ {number} not attempted yet" in printed(cell)


def test_the_solutions_pass_their_checks_with_the_signatures_of_the_lesson(lesson):
    stubs, solved = left_for_the_reader(lesson), checked_cells(ROOT / "solutions" / lesson.name)
    for number, [cell] in solved.items():
        assert re.search(rf"^✅ {re.escape(number)} .* — (\d+) of \1$", printed(cell), re.MULTILINE)
        assert signatures(stubs[number][0]).items() <= signatures(cell).items()


def test_a_case_of_the_clinic_is_the_same_function_in_the_lesson_and_in_its_check():
    for number, [cell] in left_for_the_reader(ROOT / "lessons/clinic.ipynb").items():
        case = ast.parse(inspect.getsource(getattr(clinic, f"case_{number[2:]}"))).body[0]
        functions = [n for n in ast.parse(cell.source).body if isinstance(n, ast.FunctionDef)]
        assert [ast.unparse(function) for function in functions] == [ast.unparse(case)]
        assert 10 <= len(ast.unparse(case).splitlines()) <= 15


@pytest.mark.parametrize("place", range(12))
def test_a_case_of_the_clinic_is_not_attempted_until_its_code_or_its_diagnosis_changes(place):
    lesson = nbformat.read(ROOT / "lessons/clinic.ipynb", as_version=4)
    code = [cell.source for cell in lesson.cells if cell.cell_type == "code"]
    number, source = f"C.{place + 1}", next(s for s in code if f'check("C.{place + 1}"' in s)
    tree, names = ast.parse(source), dict(vars(clinic))
    (case,) = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    exec(compile(ast.Module([case], []), "<cell>", "exec"), names)  # as Jupyter does
    left = names[case.name]
    assert judge(number, (..., left)).status == "⬜"
    exec(ast.unparse(case).replace("(model, chart)", "(chart, model)"), names)
    assert judge(number, (..., names[case.name])).status == "❌"


IN_THE_SOLUTION = [  # what each of the page's lines stands in place of
    "return counts / counts.sum(axis=1, keepdims=True)",
    "dW = X.T @ dZ",
    "dZ[np.arange(len(P)), targets] -= 1",
    "return w - learning_rate * dw, b - learning_rate * db",
    "dZ = P.copy()\n    dZ[np.arange(len(P)), targets] -= 1",
    "y[n, o, h, w] = (window * weight[o]).sum() + bias[o]",
    "difference = images - question.astype(np.float64)",
    "self.passed = x > 0",
    "db = dZ.sum(axis=0)",
    "e = np.exp(shifted)\n    return e / e.sum(axis=1, keepdims=True)",
    "return (size + 2 * padding - kernel) // stride + 1",
    "mask = (rng.random(x.shape) >= p) / (1 - p)",
    "return grad_output * self.passed",
]


def test_each_line_on_the_page_of_mistakes_makes_the_mistake_it_stands_for():
    families = runpy.run_path(str(ROOT / "book/write_mistakes.py"))["FAMILIES"]
    for kind, old in zip(families, IN_THE_SOLUTION, strict=True):
        number, mistake = kind.forms[0]
        file = ROOT / "solutions" / Lessons().days()[day_of(number)]
        [cell] = checked_cells(file)[number]
        source, _, call = cell.source.partition("\n\n\ncheck(")
        assert source.count(old) == 1, (number, old)
        margin = re.search(rf"^( *).*{re.escape(old)}", source, re.M)[1]
        source = source.replace(old, kind.line.replace("\n", f"\n{margin}"))
        names = {"np": np}
        exec(source, names)
        name = re.search(r", (\w+)\)", call)[1]
        verdict = judge(number, names[name])
        assert mistake in verdict.line
        assert not kind.question or kind.question in verdict.line
