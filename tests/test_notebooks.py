"""The notebooks are executed, tidy, light and say what they measured, not what one machine did."""

import ast
import base64
import builtins
import json
import re
import runpy
import symtable
from pathlib import Path

import nbformat
import pytest

from lib.course.numbering import CLINIC, day_of_file

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted(
    n for folder in ("lessons", "solutions", "book") for n in ROOT.glob(f"{folder}/*.ipynb")
)
PRINTED = 72  # characters in a line that fits a phone, as in book/_static/book.css
LESSONS = [path for path in NOTEBOOKS if path.parent.name == "lessons"]


def code_cells(path):
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


def markdown(path):
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def notebook(request):
    return request.param


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return request.param


def test_there_are_notebooks():
    assert LESSONS


def test_every_code_cell_has_been_run_from_top_to_bottom(notebook):
    # nbval passes over cells that were never run without looking at them
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_no_output_is_an_error_a_warning_or_an_svg(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text
            assert "image/svg+xml" not in output.get("data", {})


def test_no_output_holds_an_address_in_memory_or_a_path_of_this_machine(notebook):
    for cell in code_cells(notebook):
        text = json.dumps(
            [o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in cell.outputs]
        )
        assert not re.search(r"\b0x[0-9a-f]{6,}\b", text)
        assert str(ROOT) not in text and "/home/" not in text and "/tmp/" not in text


def test_metadata_is_what_jupyter_needs_and_nothing_else(notebook):
    content = nbformat.read(notebook, as_version=4)
    assert content.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert all(
        set(cell.metadata) <= {"tags", "alt", "numbers", "jupyter"} for cell in content.cells
    )
    ids = [cell.id for cell in content.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9-]+", i) for i in ids)


def test_the_file_is_written_the_way_jupyter_writes_it(notebook):
    text = notebook.read_text(encoding="utf-8")
    assert text == nbformat.writes(nbformat.reads(text, as_version=4)) + "\n"


def test_outputs_that_nbval_ignores_are_rare_and_say_why(notebook):
    ignored = [
        c for c in code_cells(notebook)
        if "nbval-ignore-output" in c.metadata.get("tags", []) or "NBVAL_IGNORE_OUTPUT" in c.source
    ]  # fmt: skip
    assert len(ignored) <= 1
    assert all("# output ignored because" in cell.source for cell in ignored)


def test_figures_are_light_and_as_wide_as_all_others(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                png = base64.b64decode(output.data["image/png"])
                assert len(png) <= 80_000, f"{len(png)} bytes in the figure of {cell.id}"
                assert int.from_bytes(png[16:20], "big") == 960, "figures are 6.4 in at 150 dpi"


def test_every_figure_has_an_alt_text_of_its_own(notebook):
    texts = []
    for cell in code_cells(notebook):
        figures = sum("image/png" in output.get("data", {}) for output in cell.outputs)
        alt = cell.metadata.get("alt", [])
        alt = [alt] if isinstance(alt, str) else alt
        assert len(alt) == figures, f"{cell.id} draws {figures} figures and describes {len(alt)}"
        texts += alt
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert text.endswith(".") and 20 <= len(text) <= 250, text


def test_what_a_cell_prints_fits_a_phone(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            text = output.get("text") or output.get("data", {}).get("text/plain", "")
            if "image/png" not in output.get("data", {}):
                for line in text.splitlines():
                    assert len(line) <= PRINTED, f"{cell.id} prints {len(line)} characters: {line}"


def test_a_cell_that_draws_ends_with_show(notebook):
    for cell in code_cells(notebook):
        if any("image/png" in output.get("data", {}) for output in cell.outputs):
            assert "plt.show()" in cell.source


def test_a_code_cell_fits_a_screen(lesson):
    for cell in code_cells(lesson):
        assert cell.source.count("\n") < 30, cell.id


def test_a_lesson_has_the_parts_that_every_lesson_has(lesson):
    text, day = markdown(lesson), day_of_file(lesson.name)
    assert text.startswith("# The clinic · " if day == CLINIC else f"# Day {day} · ")
    for words in ("You will learn", "You will build", "You need", "Time", "(../book/notation.md"):
        assert words in text
    headings = " / ".join(re.findall(r"^###? (.*)", text, re.MULTILINE))
    wanted = ["Healthy runs"] if day == CLINIC else ["Measured", "What breaks"]
    parts = [headings.index(p) for p in (*wanted, "Take-away", "Further reading")]
    assert parts == sorted(parts)


def names_of(source):
    """Return the global names that a cell sets, and those that it reads."""
    sets, reads = set(), set()
    tables = [symtable.symtable(source, "cell", "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        for symbol in table.get_symbols():
            top = table.get_type() == "module"
            if top and (symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()):
                sets.add(symbol.get_name())
            if symbol.is_referenced() and (top or symbol.is_global()):
                reads.add(symbol.get_name())
    return sets, reads


def test_the_parts_of_day_10_share_no_names_but_those_of_its_first_cell():
    """Its readers are told so: each part runs after the first cell, in any order."""
    parts = [[]]
    for cell in nbformat.read(ROOT / "lessons/day10_beyond.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            parts[-1].append(names_of(cell.source))
        elif re.search(r"^## (Part \d|Capstone)", cell.source, re.M):
            parts.append([])
    (first,), *parts = parts
    sets = [set().union(*(cell[0] for cell in cells)) for cells in parts]
    for k, cells in enumerate(parts):
        known, kept = first[0] | set(dir(builtins)), set()
        for cell_sets, cell_reads in cells:
            kept |= (cell_reads - cell_sets) - known  # what an earlier cell of the part has set
            assert cell_reads <= known | sets[k]
        elsewhere = set().union(*sets[:k], *sets[k + 1 :])
        assert not kept & elsewhere


def test_what_is_quoted_from_another_day_is_what_that_day_printed():
    def printed(name):
        return "".join(
            output.get("text", "")
            for cell in code_cells(ROOT / f"lessons/{name}.ipynb")
            for output in cell.outputs
        )

    def measured(name, promise):
        return re.search(rf"{promise} .*\(measured ([\d.]+) %\)", printed(name))[1]

    nearest = float(measured("day01_setup", "60 000 images remembered"))
    day2 = (ROOT / "lessons/day02_data.ipynb").read_text(encoding="utf-8")
    assert f"misread {100 - nearest:.1f} %" in day2 and f"{nearest:.1f} % for day 1's" in day2
    assert f"12.0, 5.0, {100 - nearest:.1f}, 0.95]" in day2
    page = (ROOT / "book/how_to_use.md").read_text(encoding="utf-8")
    accuracy = measured("day03_linear", "✓ test accuracy ≥ 92 %")
    assert f"✓ test accuracy ≥ 92 % (measured {accuracy} %)" in page


def test_every_numbered_equation_is_referred_to_and_every_reference_has_its_equation(notebook):
    text = markdown(notebook)
    tags = re.findall(r"\\tag\{([\d.]+)\}", text)
    assert len(set(tags)) == len(tags)
    comments = "\n".join(re.findall(r"#.*", "\n".join(c.source for c in code_cells(notebook))))
    text = re.sub(r"```.*?```|\$[^$]*\$", "", text, flags=re.DOTALL)
    referred = set(re.findall(r"\((\d{1,2}\.\d{1,2})\)", text + comments))
    if notebook.parent.name == "solutions":  # a solution speaks of its lesson's equations
        tags = re.findall(r"\\tag\{([\d.]+)\}", markdown(ROOT / "lessons" / notebook.name))
        assert referred <= set(tags)
    else:
        assert referred == set(tags)


def test_nothing_is_random_without_a_visible_generator(notebook):
    for cell in code_cells(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "np.random":
                assert node.attr in ("default_rng", "Generator"), cell.id


def test_a_notebook_keeps_the_outputs_of_one_run(tmp_path):
    """One cell says something new, so the measured number of the other is taken as well."""
    execute = runpy.run_path(str(ROOT / "book/execute.py"))["execute"]
    sources = 'print("(measured 1)")', 'print("now")'
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for cell, text in zip(cells, ("(measured 2)\n", "then\n"), strict=True):
        cell.outputs = [nbformat.v4.new_output("stream", text=text)]
    path = tmp_path / "two_cells.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert execute(path)
    assert [cell.outputs[0].text for cell in code_cells(path)] == ["(measured 1)\n", "now\n"]
    assert not execute(path)


# What a second run of a cell would find used up or changed: names from earlier cells that the cell
# deletes, computes from themselves, or changes by a method; a state that is taken and not restored.
CHANGING = {"append", "extend", "insert", "pop", "popitem", "remove", "clear", "sort", "reverse",
            "fill", "update", "setdefault", "add", "discard"}  # fmt: skip


def used_up(source):
    """Return what in a cell would be other in a second run of it."""
    own, found, states = set(), [], {}
    for statement in ast.parse(source).body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            own.add(statement.name)
            continue
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        loops = [node for node in ast.walk(statement) if isinstance(node, ast.comprehension)]
        inner = [node for loop in loops for node in ast.walk(loop.target)]  # names of its own
        inner += [node for node in ast.walk(statement) if isinstance(node, ast.arg)]  # of a lambda
        inner = {getattr(node, "id", None) or getattr(node, "arg", None) for node in inner}
        names = [node for node in names if node.id not in inner]
        read = {node.id for node in names if isinstance(node.ctx, ast.Load)} - own
        bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        deleted = {node.id for node in names if isinstance(node.ctx, ast.Del)}
        found += [f"del {name}" for name in deleted - own]
        # what gives the same once more
        same = re.fullmatch(r"(\w+) = (\1\.(reshape|astype)|use)\(.*\)", ast.unparse(statement))
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and not same:
            found += [f"{name} from itself" for name in read & bound]
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            found += [f"{name} from itself" for name in bound - own]
        for node in ast.walk(statement):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            holder, method = node.func.value, node.func.attr
            if isinstance(holder, ast.Name) and method in CHANGING and holder.id in read - bound:
                found.append(f"{holder.id}.{method}")
            if method == "state_dict" and isinstance(statement, ast.Assign):
                states[ast.unparse(statement.targets[0])] = ast.unparse(holder)
            if method == "load_state_dict":
                states.pop(ast.unparse(node.args[0]), None)
        own |= bound
    return found + [f"the state of {holder} is not restored" for holder in states.values()]


def test_every_cell_can_be_run_twice_in_a_row(lesson):
    found = {cell.id: used_up(cell.source) for cell in code_cells(lesson)}
    assert not {name: what for name, what in found.items() if what}


@pytest.mark.parametrize(
    "source",
    [
        "b = a + 1\ndel a",
        "a = a / 255",
        "a += 1",
        "a.append(1)",
        "state = net.state_dict()\nnet.train()\nnet(x)",
    ],
)
def test_a_cell_that_cannot_be_run_twice_is_found(source):
    assert used_up(source)
    assert not used_up("a, net = [], 1\n" + source.replace("state = net.state_dict()", ""))
