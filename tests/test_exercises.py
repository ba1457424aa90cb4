"""Every exercise has one check and one solution; checks pass the right and name the wrong."""

import ast
import inspect
import itertools
import re
import runpy
import types
from pathlib import Path

import nbformat
import numpy as np
import pytest

from lib import loops
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


def test_each_line_on_the_page_of_mistakes_makes_the_mistake_it_stands_for():
    for kind in runpy.run_path(str(ROOT / "book/write_mistakes.py"))["FAMILIES"]:
        if not kind.check:
            continue
        number, mistake = kind.check
        file = ROOT / "solutions" / Lessons().days()[day_of(number)]
        [cell] = checked_cells(file)[number]
        source, _, call = cell.source.partition("\n\n\ncheck(")
        first = kind.right.partition("\n")[0]
        margin = re.search(rf"^( *).*{re.escape(first)}", source, re.M)[1]
        right, line = (text.replace("\n", f"\n{margin}") for text in (kind.right, kind.line))
        assert source.count(right) == 1, (number, right)
        names = {"np": np, "loops": loops}
        exec(source.replace(right, line), names)
        name = re.search(r", (\w+)\)", call)[1]
        verdict = judge(number, names[name])
        assert mistake in verdict.line
        assert not kind.question or kind.question in verdict.line


def test_a_column_less_a_row_is_a_table_on_the_page_of_mistakes():
    families = runpy.run_path(str(ROOT / "book/write_mistakes.py"))["FAMILIES"]
    (kind,) = (kind for kind in families if not kind.check)
    target = np.array([1.0, 2.0, 6.0])
    names = {"prediction": np.array([[1.0], [2.0], [6.0]]), "target": target}
    assert eval(kind.right, names) == 0 < eval(kind.line, names)
    names["prediction"] = np.full((3, 1), target.mean())
    assert eval(kind.line, names) == pytest.approx(target.var())  # and no answer is better
    for other in np.random.default_rng(0).normal(3, 2, (99, 3, 1)):
        assert eval(kind.line, names | {"prediction": other}) > target.var()


def test_the_tests_on_the_page_of_mistakes_find_what_they_are_for(capsys):
    text = (ROOT / "book/mistakes.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\(.*?\)) - (\(.*?\))` \| (.*) \|$", text, re.M)
    assert len(rows) == 4
    for *shapes, what in rows:
        one, other = (np.ones(eval(shape)) for shape in shapes)
        if "error" in what:
            with pytest.raises(ValueError):
                one - other
        else:
            assert (one - other).shape == ((4, 3) if "each row" in what else (3, 3))
    code = {}
    for section in re.split("^##+ ", text, flags=re.M)[1:]:
        section = section.partition("\n**")[0]  # from there on it is a line to practise on
        some = re.findall(r"^```python\n(.*?)^```", section, re.M | re.S)
        code[section.partition("\n")[0]] = "\n".join(s for s in some if "import numpy" not in s)
    W = np.array([[1.0, 2.0], [3.0, -1.0]])
    names = {"np": np, "W": W, "loss": lambda W: (W**2).sum(), "dW": -2 * W}
    exec(code["Make it small, and compare"], names)
    shapes, error, *ratios = capsys.readouterr().out.splitlines()
    assert shapes == "(2, 2) (2, 2)" and float(error) == pytest.approx(2)
    assert ratios == ["[[-1. -1.]", " [-1. -1.]]"]
    (without_lib,) = re.findall(r"^```python\n(import numpy.*?)^```", text, re.M | re.S)
    ours = {"np": np}
    exec(without_lib, ours)
    assert (ours["numerical_gradient"](names["loss"], W) == names["right"]).all()
    assert ours["relative_error"](names["dW"], names["right"]) == float(error)
    with pytest.raises(AssertionError):
        ours["numerical_gradient"](names["loss"], np.array([1, 2]))
    layers = [types.SimpleNamespace(forward=lambda x: 2 * x) for _ in range(3)]
    names |= {"layers": layers, "i": 1, "inputs": [W, W, W], "numbers": W}
    exec(code["Find the line"], names)
    assert np.allclose(names["right"], 4 * 2 * 4 * W)  # of a loss that is a sum of squares
    assert f"```text\n{capsys.readouterr().out}```" in text
    exec(code["Find the line"].replace("1 - H)", "1 - H**2)"), names)
    assert capsys.readouterr().out.endswith("dA True\n[1. 1. 1. 1. 1.]\n")
    exec(code["The sign is wrong"], names | {"W": W})
    assert float(capsys.readouterr().out) > 0
    exec(code["The sign is wrong"], names | {"W": W, "dW": 2 * W})
    assert float(capsys.readouterr().out) < 0
    with pytest.raises(AssertionError):
        exec(code["The shape is not what you expected"], {"db": np.ones(()), "b": np.ones(3)})
    for f, place in ((np.transpose, "3"), (lambda x: x.reshape(3, 2), "1")):
        exec(code["The numbers are in the wrong places"], {"np": np, "f": f})
        assert capsys.readouterr().out == f"{place}\n"
    with np.errstate():
        with pytest.raises(AssertionError):
            exec(code["`nan` or `inf`"], {"np": np, "x": np.array([np.nan])})
        with pytest.raises(FloatingPointError):
            exec(code["`nan` or `inf`"], {"np": np, "x": np.full(3, 1e3), "f": np.exp})
    twice, names = code["The first call is right, the next is not"], {"x": np.ones(3)}
    names |= {"np": np, "other": np.zeros(3), "fresh": lambda x: x + 1}
    exec(twice, names | {"f": lambda x: x + 1})
    seen = []
    for said, f in {
        "f writes": lambda x: np.add(x, 1, out=x),
        "f remembers": lambda x: (seen.append(x), seen[0] + 1)[1],
    }.items():
        with pytest.raises(AssertionError, match=said):
            exec(twice, names | {"x": np.ones(3), "f": f})
    exec(
        code["Part of the data changes nothing"],
        {"np": np, "x": np.array([1, 2, 4], np.uint8), "f": np.cumsum},
    )
    names = {"np": np, "x": np.array([1, 2, 4]), "f": lambda x: x[0]}
    exec(code["Part of the data changes nothing"], names)
    all_rows, first = np.split(np.array(capsys.readouterr().out.split(), float), 2)
    assert all_rows[1::2].any() and first[1] > 0 and first[3::2].tolist() == [0, 0]
    names = {"np": np, "x": np.full(3, 16, np.uint8), "f": lambda x: x**2}
    exec(code["Numbers are rounded, or wrap around"], names)
    assert capsys.readouterr().out == "uint8 256.0\n"
    exec(code["Changing an argument changes nothing"], {"x": 2, "f": lambda x, p: x / 2})
    assert capsys.readouterr().out == "0.1 1.0\n0.5 1.0\n0.9 1.0\n"
