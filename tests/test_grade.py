"""Grading a class: whatever one hand-in does, the others get their grades."""

import ast
import csv
import itertools
import math
import re
import runpy
import shutil
import subprocess
import sys
import time

import nbformat
import numpy as np
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from built_book import ROOT
from lib import loops
from lib.course import grading
from lib.course.checks import judge, mistakes
from lib.course.grading import grade, grade_one, hand_ins
from lib.course.numbering import CLINIC, day_of, sort_key
from lib.course.slices import checks, slice_for, statements

RIGHT = """
def mse(prediction, target):
    return ((prediction - target) ** 2).mean()

check("3.1", mse)
"""
IMPORTS = "import numpy as np\nfrom lib.course import check"
WRONG = RIGHT.replace("** 2", "* 2")


def hand_in(path, *cells):
    """Write a notebook with these cells."""
    path.parent.mkdir(exist_ok=True)
    nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in (IMPORTS, *cells)]), path)


def graded(path):
    [found] = hand_ins(path.parent)
    return grade_one(found)


def status(path, *cells, number="3.1"):
    hand_in(path, *cells)
    return graded(path).verdicts[number]["status"]


# -- what is run ----------------------------------------------------------------------------------


def needed(*cells):
    """Return, as text, what would be run before the answer of 3.1 is judged."""
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    found, _ = statements(notebook)
    return [ast.unparse(node) for node in slice_for(found, *checks(found)["3.1"])]


def test_only_what_an_answer_depends_on_is_run():
    assert needed(
        "import numpy as np\nimport time",
        "x = load()\ntime.sleep(1000)",
        "two = 2\nthree = 3",
        "def square(x):\n    return x ** two",
        "model = train(x)",
        "def mse(p, t):\n    return np.mean(square(p - t))",
        'check("3.1", mse)\ntwo = 5',
    ) == [
        "import numpy as np",
        "two = 2",
        "def square(x):\n    return x ** two",
        "def mse(p, t):\n    return np.mean(square(p - t))",
    ]


def test_a_function_uses_what_its_names_are_when_it_is_called():
    assert needed("two = 1", "def f(x):\n    return two", "two = 2", 'check("3.1", f)') == [
        "def f(x):\n    return two",
        "two = 2",
    ]
    assert needed("a = 1", "b = a", "a = 2", 'check("3.1", b)') == ["a = 1", "b = a"]


def test_changes_to_a_value_are_run_too():
    cells = "a = [0]", "a[0] = 1", "a.append(2)", "a += [3]", "b = [4]", 'check("3.1", a)'
    assert needed(*cells) == ["a = [0]", "a[0] = 1", "a.append(2)", "a += [3]"]


def test_names_that_were_bound_further_down_are_found():
    cells = "def f():\n    return helper()", 'check("3.1", f)', "def helper():\n    return 1"
    assert needed(*cells) == ["def f():\n    return helper()", "def helper():\n    return 1"]


def test_lines_for_ipython_do_no_harm(tmp_path):
    cells = "%matplotlib inline\n!pip install lots", "%%time\n" + RIGHT
    assert status(tmp_path / "a.ipynb", *cells) == "✅"


# -- what comes out -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "sign"),
    [
        (RIGHT, "✅"),
        (WRONG, "❌"),
        ('def mse(p, t):\n    ...\n\ncheck("3.1", mse)', "⬜"),
        (RIGHT + "\nraise ValueError", "✅"),
        (WRONG + RIGHT, "✅"),
        (RIGHT + WRONG, "❌"),
    ],
)
def test_an_answer_gets_the_verdict_of_its_check(tmp_path, cell, sign):
    assert status(tmp_path / "a.ipynb", cell) == sign


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ('check("3.1", nowhere)', "a line that it needs raised NameError"),
        ('def mse(p, t:\n    pass\n\ncheck("3.1", mse)', "the cell is not valid Python"),
        ('import sys\nx = sys.exit(0)\ncheck("3.1", x)', "a line that it needs raised SystemExit"),
        ("big = [np.ones(2**28) for _ in range(99)]\ncheck('3.1', big)", "raised MemoryError"),
    ],
)
def test_an_answer_that_cannot_be_run_is_wrong_and_the_others_are_judged(tmp_path, cell, words):
    later = 'def step(w, b, x, y, learning_rate): ...\n\ncheck("3.2", step)'
    hand_in(tmp_path / "a.ipynb", cell, later)
    verdicts = graded(tmp_path / "a.ipynb").verdicts
    assert verdicts["3.1"]["status"] == "❌" and words in verdicts["3.1"]["problem"]
    assert verdicts["3.2"]["status"] == "⬜"


HANGS = 'while True:\n    x = 1\ncheck("3.2", x)'
BAD = {
    "hangs": ([HANGS], "is still running after 20 seconds, in exercise 3.2"),
    "exits": (["import os\nx = os._exit(3)\ncheck('3.2', x)"], "ended by itself, with code 3, in"),
    "kills": (["import os\nx = os.kill(os.getpid(), 9)\ncheck('3.2', x)"], "with code -9, in"),
    "empty": ([], 'holds no exercise: there is no check("3.1", …) in it'),
}
EATS = """
import subprocess, sys
eat = "import time; x = b'1' * 200_000_000; time.sleep(99)"
x = [subprocess.Popen([sys.executable, "-c", eat]) for _ in range(2)], time.sleep(99)
check("3.2", x)
"""
DELETES = """
import os, shutil
here = os.getcwd()
x = shutil.rmtree(here)
"""


def test_whatever_one_hand_in_does_the_others_get_their_grades(tmp_path, monkeypatch):
    monkeypatch.setattr(grading, "SECONDS", 20)
    for name, (cells, _) in BAD.items():
        hand_in(tmp_path / f"{name}.ipynb", *([RIGHT, *cells] if cells else []))
    hand_in(tmp_path / "deletes" / "day03.ipynb", DELETES + RIGHT.replace("mse)", "x or mse)"))
    hand_in(tmp_path / "right.ipynb", RIGHT)
    hand_in(tmp_path / "zoe" / "day03.ipynb", RIGHT)
    (tmp_path / "essay.pdf").write_bytes(b"%PDF")
    (tmp_path / "broken.ipynb").write_text("{")
    (tmp_path / "list.ipynb").write_text("[]")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    found = {g.hand_in.path.stem: g for g in grade(hand_ins(tmp_path))}
    found["zoe"], found["deletes"] = found.pop("day03"), None
    for name, (cells, words) in BAD.items():
        assert words in found[name].problem, name
        assert [v["status"] for v in found[name].verdicts.values()] == ["✅"] * bool(cells)
    for name in ("essay", "broken", "list"):
        assert found[name].problem.startswith("is not a notebook") and not found[name].verdicts
    for name in ("right", "zoe"):
        assert found[name].problem == "" and found[name].verdicts["3.1"]["status"] == "✅"
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_a_hand_in_that_deletes_its_folder_deletes_a_copy(tmp_path):
    path = tmp_path / "dora" / "day03.ipynb"
    hand_in(path, DELETES, RIGHT.replace("mse)", "x or mse)"))
    assert graded(path).verdicts["3.1"]["status"] == "✅"
    assert path.exists()


def test_what_a_hand_in_starts_is_stopped_with_it_and_its_memory_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(grading, "MEMORY", 2**28)
    hand_in(tmp_path / "a.ipynb", "import time\n" + EATS)
    start = time.monotonic()
    assert "takes more than 0.25 GB of memory" in graded(tmp_path / "a.ipynb").problem
    assert time.monotonic() - start < 30

    def what_eats():
        return [p for p in psutil.process_iter(["cmdline"])
                if any("200_000_000" in part for part in p.info["cmdline"] or [])]  # fmt: skip

    while what_eats() and time.monotonic() - start < 40:
        time.sleep(0.1)  # a killed process takes a moment to go
    assert not what_eats()


def test_a_module_of_the_students_own_is_found_but_does_not_hide_numpy(tmp_path):
    hand_in(tmp_path / "eva" / "day03.ipynb", "from mine import mse\n\ncheck('3.1', mse)")
    (tmp_path / "eva" / "mine.py").write_text(RIGHT.split("check")[0])
    (tmp_path / "eva" / "numpy.py").write_text("raise SystemExit")
    [found] = hand_ins(tmp_path)
    assert grade_one(found).verdicts["3.1"]["status"] == "✅"


def test_what_a_hand_in_reports_about_itself_cannot_upset_the_table(tmp_path):
    forged = """
import os
for fd in range(3, 20):
    try:
        os.write(fd, b'{"exercise": "x", "status": "y"}\\n[1]\\n{"exercise": "3.2"}\\n')
    except OSError:
        pass
x = None
"""
    hand_in(tmp_path / "a.ipynb", forged + RIGHT.replace("mse)", "x or mse)"))
    assert list(graded(tmp_path / "a.ipynb").verdicts) == ["3.1"]


def test_an_exercise_that_does_not_exist_is_said(tmp_path):
    hand_in(tmp_path / "a.ipynb", RIGHT, RIGHT.replace('"3.1"', '"3.99"'))
    grades = graded(tmp_path / "a.ipynb")
    assert list(grades.verdicts) == ["3.1"]
    assert "there is no exercise 3.99" in grades.problem


# -- the command ----------------------------------------------------------------------------------


def run(*words, encoding="utf-8", code=0):
    done = subprocess.run(
        [sys.executable, "-m", "lib", "grade", *map(str, words)],
        capture_output=True,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding},
        timeout=100,
    )
    assert done.returncode == code, done.stderr
    return (done.stderr if code else done.stdout).decode(encoding)


@pytest.fixture
def a_class(tmp_path):
    folder = tmp_path / "handed in"
    folder.mkdir()
    hand_in(folder / "anna.ipynb", RIGHT)
    for name in ("ben", "cem"):
        hand_in(folder / f"{name}.ipynb", WRONG)
    hand_in(folder / "=dan.ipynb", 'check("3.1", lambda p, t: (p - t).mean() ** 2)')
    (folder / "eva").mkdir()
    shutil.copy(ROOT / "solutions/day03_linear.ipynb", folder / "eva")
    (folder / "fay.txt").write_text("my dog ate it")
    return folder


def test_the_table_shows_who_is_right_and_the_commonest_mistake_comes_first(a_class):
    shutil.copytree(ROOT / "solutions", a_class / "eva", dirs_exist_ok=True)
    text = run(a_class)
    assert "anna     ✅" in text and "ben      ❌" in text
    assert text.count("✅") >= 50  # Eva handed in all solutions
    mistakes = [line for line in text.splitlines() if " × 3.1 " in line]
    assert [line[:8] for line in mistakes] == ["2 × 3.1 ", "1 × 3.1 "]
    assert "\n    ben, cem\n" in text
    assert text.splitlines()[-1] == "fay.txt is not a notebook"


def test_the_csv_holds_every_verdict(a_class, tmp_path):
    run(a_class, "--csv", tmp_path / "grades.csv")
    with open(tmp_path / "grades.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    of = {(row["student"], row["exercise"]): row for row in rows}
    assert of["anna", "3.1"]["status"] == "right"
    assert of["anna", "3.2"]["status"] == "not graded"
    assert of["ben", "3.1"]["status"] == "wrong" and of["ben", "3.1"]["mistake"]
    assert of["'=dan", "3.1"]["question"]
    assert {row["status"] for row in rows if row["student"] == "eva"} == {"right"}


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_plain_terminal_shows_the_table_too(tmp_path, encoding):
    hand_in(tmp_path / "anna.ipynb", RIGHT)
    assert "anna     [ok]" in run(tmp_path, encoding=encoding)


def test_a_folder_that_cannot_be_graded_gets_one_sentence(tmp_path):
    assert "is empty; put each student's notebook" in run(tmp_path, code=1)
    assert "is not a folder; name the one" in run(tmp_path / "x", code=1)


def test_the_pages_of_mistakes_are_what_the_checks_know():
    written = runpy.run_path(str(ROOT / "book/write_mistakes.py"))
    for path, text in written["pages"]().items():
        assert path.read_text(encoding="utf-8") == text


def test_code_on_the_page_by_exercise_makes_the_mistake_that_is_told_below_it():
    written = runpy.run_path(str(ROOT / "book/write_mistakes.py"))
    where, plain, capital = (written[name] for name in ("headings", "plain", "capital"))
    names = {number: name for number, (*_, name) in where().items()}
    written["likely"](dict.fromkeys(names, ()))  # brings the answers in
    answers = [answer for answer in written["wrong_answers"].ANSWERS if not answer.mistake]
    numbers = {a.number for a in answers if callable(a.answer) and day_of(a.number) != CLINIC}
    text = (ROOT / "book/mistakes_by_exercise.md").read_text(encoding="utf-8")
    folded = r"\n*<.+\n<summary>{}</summary>\n\n{}\n\n</details>\n"
    hint, answer = folded.format("A hint", r"\*(.+)\*"), folded.format(".+", r"(.+)\.")
    riddle = re.compile(rf"```python\n((?:.*\n)+?)```\n{hint}{answer}")
    right = re.compile(r"<summary>A right answer</summary>\n\n```python\n((?:.*\n)+?)```\n")
    found = {}
    for box in text.split('<details class="mistakes" id="mistakes-')[1:]:
        number = box[: box.index('"')].replace("-", ".").upper()
        if riddles := riddle.findall(box):
            found[number] = riddles
            known = {"np": np, "math": math, "itertools": itertools, "loops": loops}
            exec(right.search(box)[1], known)
            assert judge(number, known[names[number]]).status == "✅", number
    assert set(found) == numbers
    for number, riddles in found.items():
        assert len(riddles) == 3, number
        for code, question, said in riddles:
            known = {"np": np, "math": math, "itertools": itertools, "loops": loops}
            exec(code, known)
            verdict = judge(number, known[names[number]])
            assert verdict.status == "❌", (number, code)
            assert plain(capital(verdict.hint)) == question, (number, code)
            said = re.sub(r"^`\S+`: ", "", said).replace("`", "").lower()
            assert plain(verdict.problem).replace("`", "").lower().endswith(said), (number, code)


def test_what_is_seen_names_sentences_of_the_checks():
    written = runpy.run_path(str(ROOT / "book/write_mistakes.py"))
    known = {number: mistakes(number) for number in written["TASKS"]}
    shown, found = [], written["symptoms"](known)  # a line without its one sentence stops it
    for symptom, places, causes in found:
        shown += places
        named = [mistake for some in causes.values() for mistake in some]
        assert len(named) == len(set(named)) > 5, symptom
        for some in causes.values():
            numbers = [number for number, *_ in some]
            assert numbers == sorted(numbers, key=sort_key), symptom
    assert sorted(shown) == list(range(1, len(written["FAMILIES"]) + 1))
    assert list(written["advice"]()) == [symptom for symptom, *_ in found]
    [off_by_one] = [causes for symptom, _, causes in found if "One too many" in symptom]
    numbers = {number for some in off_by_one.values() for number, *_ in some}
    assert {"2.5", "5.2", "6.1", "7.2", "7.3", "9.2", "9.3"} <= numbers


def test_a_sentence_of_a_check_is_set_with_its_code_and_signs():
    written = runpy.run_path(str(ROOT / "book/write_mistakes.py"))
    for sentence, set_so in {
        "is it p - y or y - p?": "is it p − y or y − p?",
        "-4 is the response": "−4 is the response",
        "the chi-squared one-hot": "the chi-squared one-hot",
        "np.max or np.maximum?": "`np.max` or `np.maximum`?",
        "which is x.reshape(N, C, …)": "which is `x.reshape(N, C, …)`",
        "y_i - y_j, in uint8": "yᵢ − yⱼ, in `uint8`",
        "= or += in the loop": "`=` or `+=` in the loop",
        "grad_output by `by`": "`grad_output` by `by`",
        "the third part has x_hat²": "the third part has `x_hat`²",
        "m-hat is 2^H": "m̂ is 2ᴴ",
    }.items():
        assert written["plain"](sentence) == set_so
    assert written["in_html"]("is it < or <=?") == (
        "Is it <code>&lt;</code> or <code>&lt;=</code>?"
    )
