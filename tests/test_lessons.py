"""A reader's copy of the lessons: made once, never overwritten, and brought up to date whole."""

import os
import re
import shutil
import subprocess
import sys
from glob import glob

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from built_book import ROOT
from lib.course.copies import LessonError, Lessons
from lib.course.numbering import CLINIC, NUMBER, day_of_file
from lib.course.refresh import carry_over

NAMES = {day_of_file(path.name): path.name for path in sorted(ROOT.glob("lessons/*.ipynb"))}
CHECK = re.compile(rf'\bcheck\("({NUMBER})"')


def lesson(day=5):
    return nbformat.read(ROOT / "lessons" / NAMES[day], as_version=4)


def index(notebook, number):
    """Return where ``check(number, …)`` is."""
    return next(i for i, c in enumerate(notebook.cells) if f'check("{number}"' in c.source)


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def change(notebook, number, source):
    notebook.cells[index(notebook, number)].source = source


@pytest.fixture
def course(tmp_path):
    """Lessons 3 and 5 in a folder of their own, copied as by a reader."""
    (tmp_path / "lessons").mkdir()
    for day in (3, 5):
        shutil.copy(ROOT / "lessons" / NAMES[day], tmp_path / "lessons")
    course = Lessons(tmp_path)
    assert course.copy_missing() == [3, 5]
    return course


def mine(course, edit=None):
    """Return the reader's copy of day 5, after an edit that is saved as Jupyter would."""
    path = course.work / NAMES[5]
    notebook = nbformat.read(path, as_version=4)
    if edit:
        edit(notebook)
        nbformat.write(notebook, path)
    return notebook


def upstream(course, edit):
    notebook = nbformat.read(course.tracked / NAMES[5], as_version=4)
    edit(notebook)
    nbformat.write(notebook, course.tracked / NAMES[5])


ANSWER = 'def output_size(n, k, s, p):\n    return 42  # mine\n\n\ncheck("5.2", output_size)'


def answer(notebook):
    change(notebook, "5.2", ANSWER)


def reword(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source += "\n\nA new sentence."


# -- copies ---------------------------------------------------------------------------------------


def test_a_copy_is_the_lesson_byte_for_byte_and_stays_once_it_is_there(course):
    for day in (3, 5):
        copy = course.work / NAMES[day]
        assert copy.read_bytes() == (ROOT / "lessons" / NAMES[day]).read_bytes()
    mine(course, answer)
    before = (course.work / NAMES[5]).read_bytes()
    assert course.copy_missing() == [] and course.changed() == []
    assert (course.work / NAMES[5]).read_bytes() == before


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this folder is no repository")
def test_git_never_sees_the_copies():
    paths = ["work/day05_cnn.ipynb", "work/.copied/day05_cnn.ipynb"]
    answer = subprocess.run(
        ["git", "check-ignore", *paths], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert answer.stdout.split() == paths


@pytest.mark.parametrize("day", NAMES)
def test_what_a_lesson_links_to_is_there_from_its_copy_too(day):
    for cell in lesson(day).cells:
        text = re.sub(r"```.*?```|`[^`]*`|\$[^$]*\$", "", cell.source, flags=re.DOTALL)
        links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
        for target in links if cell.cell_type == "markdown" else re.findall(r"\"(\.\..*?)\"", text):
            pattern = re.sub(r"\{[^}]*\}", "*", target)  # f"../results/{name}.npz"
            assert glob(pattern, root_dir=ROOT / "lessons"), target
            assert target.startswith("../") or target in NAMES.values(), target


def test_a_lesson_that_changed_is_noticed_and_no_other(course):
    mine(course, answer)
    upstream(course, reword)
    assert course.changed() == [5]
    course.refresh(5)
    assert course.changed() == []


# -- what is carried over -------------------------------------------------------------------------


@pytest.mark.parametrize("day", NAMES)
def test_every_answer_of_a_day_comes_into_a_lesson_changed_from_top_to_bottom(day):
    old, copy, new = lesson(day), lesson(day), lesson(day)
    numbers = [
        n for cell in copy.cells if cell.cell_type == "code" for n in CHECK.findall(cell.source)
    ]
    for number in numbers:
        change(copy, number, f'answer = "mine {number}"\ncheck("{number}", answer)')
        new.cells[index(new, number)].source += "\n# a new remark"
    for i, cell in enumerate(new.cells):
        cell.id = f"new-{i}"
    reword(new)
    result = carry_over(old, copy, new)
    expected = sources(new)
    for number in numbers:
        expected[index(new, number)] = f'answer = "mine {number}"\ncheck("{number}", answer)'
    assert sources(result) == expected and numbers
    nbformat.validate(result)


def test_an_untouched_copy_becomes_the_new_lesson(course):
    upstream(course, reword)
    course.refresh(5)
    assert (course.work / NAMES[5]).read_bytes() == (course.tracked / NAMES[5]).read_bytes()


def test_outputs_of_an_answer_come_with_it():
    copy, new = lesson(), lesson()
    answer(copy)
    cell = copy.cells[index(copy, "5.2")]
    cell.outputs = [nbformat.v4.new_output("stream", text="✅ 5.2\n")]
    reword(new)
    assert carry_over(lesson(), copy, new).cells[index(new, "5.2")].outputs == cell.outputs


def test_cells_before_the_check_stay_before_it_and_a_heading_of_ones_own_cuts_nothing():
    copy, new = lesson(), lesson()
    at = index(copy, "5.2")
    answer(copy)
    copy.cells[at:at] = [new_markdown_cell("## My notes"), new_code_cell("def helper(): return 1")]
    reword(new)
    new.cells.insert(index(new, "5.2"), new_code_cell("# new in this exercise"))
    result = sources(carry_over(lesson(), copy, new))
    at = result.index(ANSWER)
    assert result[at - 3 : at] == [
        "# new in this exercise",
        "## My notes",
        "def helper(): return 1",
    ]


def test_a_check_moved_into_a_cell_of_its_own_stays_behind_the_answer():
    copy, new = lesson(), lesson()
    change(copy, "5.2", "def output_size(n, k, s, p):\n    return 42")
    copy.cells.insert(
        sources(copy).index("def output_size(n, k, s, p):\n    return 42") + 1,
        new_code_cell('check("5.2", output_size)'),
    )
    reword(new)
    new.cells[index(new, "5.2")].source += "\n# a new remark"
    result = sources(carry_over(lesson(), copy, new))
    at = result.index('check("5.2", output_size)')
    assert result[at - 1] == "def output_size(n, k, s, p):\n    return 42"
    assert not any("a new remark" in source for source in result)
    assert len(result) == len(new.cells) + 1


def test_own_cells_are_kept_at_the_end_of_their_section_in_their_order():
    copy, new = lesson(), lesson()
    at = index(copy, "5.2")
    copy.cells[at + 1 : at + 1] = [
        new_code_cell("output_size(28, 5, 1, 0)"),
        new_code_cell("# two"),
    ]
    reword(new)
    result = carry_over(lesson(), copy, new)
    texts = sources(result)
    first = texts.index("output_size(28, 5, 1, 0)")
    assert texts[first + 1] == "# two"
    assert first > index(result, "5.2")
    following = result.cells[first + 2]
    assert following.cell_type == "markdown" and following.source.startswith("#")
    assert not any(c.source.startswith("#") and c.cell_type == "markdown"
                   for c in result.cells[index(result, "5.2") : first])  # fmt: skip


def test_an_edited_cell_stays_unless_the_lesson_changed_it_too_and_then_both_are_there():
    copy, new = lesson(), lesson()
    one, two = [c for c in copy.cells if c.cell_type == "code" and not CHECK.search(c.source)][4:6]
    one.source += "\n# mine"
    two.source += "\n# mine"
    theirs = next(c for c in new.cells if c.id == two.id)
    theirs.source += "\n# theirs"
    texts = sources(carry_over(lesson(), copy, new))
    assert texts.count(one.source) == texts.count(two.source) == texts.count(theirs.source) == 1
    assert texts.index(one.source) == sources(copy).index(one.source)
    assert texts.index(theirs.source) < texts.index(two.source)


def test_what_belonged_to_an_exercise_or_a_section_that_is_gone_is_kept():
    copy, new = lesson(), lesson()
    answer(copy)
    copy.cells.append(new_code_cell("# a last word"))
    del new.cells[index(new, "5.2") - 1 :]
    result = carry_over(lesson(), copy, new)
    assert sources(result) == [*sources(new), ANSWER, "# a last word"]


def test_a_notebook_whose_editor_dropped_the_ids_loses_nothing():
    copy, new = lesson(), lesson()
    answer(copy)
    copy.cells.append(new_code_cell("# a last word"))
    for cell in copy.cells:
        cell.pop("id")
    copy.nbformat_minor = 4
    reword(new)
    result = carry_over(lesson(), copy, new)
    expected = sources(new)
    expected[index(new, "5.2")] = ANSWER
    assert sources(result) == [*expected, "# a last word"]
    nbformat.validate(result)


def test_answers_are_found_even_if_it_is_not_known_what_was_copied(course):
    mine(course, answer)
    shutil.rmtree(course.copied)
    course.copied.mkdir()
    upstream(course, reword)
    assert course.changed() == [3, 5]
    course.refresh(5)
    result, new = mine(course), nbformat.read(course.tracked / NAMES[5], as_version=4)
    expected = sources(new)
    expected[index(new, "5.2")] = ANSWER
    assert sources(result) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from lib.checks import check", "from lib.course import check"),
        ("from lib.claims import claim, timed", "from lib.course import claim, timed"),
        ("    from lib.history import History", "    from lib.training.history import History"),
        ("import lib.reference as loops", "import lib.loops as loops"),
        ("from lib import nn, reference, optim", "from lib import nn, loops, optim"),
        ("y = reference.conv2d(x, w)", "y = loops.conv2d(x, w)"),
        ("reference = my_reference(x)", "reference = my_reference(x)"),
        ("from lib.checksums import x", "from lib.checksums import x"),
        ('print("from lib.checks import check")', 'print("from lib.checks import check")'),
    ],
)
@pytest.mark.parametrize("changed", [True, False])
def test_old_imports_are_rewritten_in_what_the_reader_wrote(course, before, after, changed):
    mine(course, lambda notebook: notebook.cells.append(new_code_cell(f"x = 1\n{before}\n")))
    if changed:
        upstream(course, reword)
    course.refresh(5)
    assert mine(course).cells[-1].source == f"x = 1\n{after}\n"


# -- files ----------------------------------------------------------------------------------------


def test_the_old_file_stays_with_the_date_in_its_name_and_none_is_overwritten(course):
    contents = []
    for i in range(3):
        mine(course, lambda notebook, i=i: notebook.cells.append(new_code_cell(f"# {i}")))
        contents.append((course.work / NAMES[5]).read_bytes())
        upstream(course, reword)
        kept = course.refresh(5)
        assert re.fullmatch(r"day05_cnn_\d{4}-\d\d-\d\d(_\d)?\.ipynb", kept.name)
        assert kept.read_bytes() == contents[-1]
    assert len(list(course.work.glob("day05_cnn_*.ipynb"))) == 3


def test_a_second_refresh_changes_nothing(course):
    mine(course, answer)
    upstream(course, reword)
    assert course.refresh(5)
    files = {path: path.read_bytes() for path in course.work.rglob("*.ipynb")}
    assert course.refresh(5) is None
    assert {path: path.read_bytes() for path in course.work.rglob("*.ipynb")} == files


KILLED = """
import os, sys
from lib.course import copies
real, left = copies.write_file, int(sys.argv[2])
def write_file(path, content):
    global left
    if left == 0:
        os._exit(9)
    left -= 1
    real(path, content)
copies.write_file = write_file
copies.Lessons(copies.Path(sys.argv[1])).refresh(5)
"""


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_a_refresh_that_is_killed_half_way_loses_nothing_and_can_be_repeated(course, writes):
    mine(course, answer)
    mine(course, lambda notebook: notebook.cells.append(new_code_cell("# a last word")))
    upstream(course, reword)
    new = nbformat.read(course.tracked / NAMES[5], as_version=4)
    new.cells[index(new, "5.2")].source = ANSWER
    command = [sys.executable, "-c", KILLED, course.work.parent, str(writes)]
    assert subprocess.run(command, cwd=ROOT, timeout=60).returncode == 9
    assert sources(mine(course))[-1] == "# a last word" and ANSWER in sources(mine(course))
    assert course.changed() == [5]
    course.refresh(5)
    assert sources(mine(course)) == [*sources(new), "# a last word"]
    assert course.changed() == []


def test_a_damaged_copy_is_named_and_left_alone(course):
    (course.work / NAMES[5]).write_text("{", encoding="utf-8")
    upstream(course, reword)
    with pytest.raises(LessonError, match=r"day05_cnn\.ipynb is not a notebook .* rename it"):
        course.refresh(5)
    assert (course.work / NAMES[5]).read_text(encoding="utf-8") == "{"


def test_an_unknown_day_lists_those_there_are(course):
    with pytest.raises(LessonError, match="there is no lesson of day 4; the days are 3, 5"):
        course.refresh(4)


def test_the_clinic_comes_between_days_7_and_8():
    assert list(Lessons().days()) == [1, 2, 3, 4, 5, 6, 7, CLINIC, 8, 9, 10]


# -- the command ----------------------------------------------------------------------------------


def test_the_command_copies_says_what_changed_and_refreshes(tmp_path):
    shutil.copytree(ROOT / "lib", tmp_path / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "lessons").mkdir()
    for day in (3, 5):
        shutil.copy(ROOT / "lessons" / NAMES[day], tmp_path / "lessons")

    def run(*words):
        done = subprocess.run(
            [sys.executable, "-m", "lib", "lessons", *words],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stdout + done.stderr

    assert run() == (0, f"Copied into {'work'}: days 3, 5.\n")
    assert run() == (0, "")
    course = Lessons(tmp_path)
    mine(course, answer)
    upstream(course, reword)
    code, text = run()
    assert code == 0 and len(text.splitlines()) == 1
    assert text.startswith("day 5 changed since") and "python -m lib lessons refresh 5" in text
    code, text = run("refresh", "5")
    assert code == 0 and re.search(r"work.day05_cnn_[\d-]+\.ipynb", text)
    assert ANSWER in sources(mine(course))
    assert run("refresh") == (0, "day 3 is up to date\nday 5 is up to date\n")
    code, text = run("refresh", "4")
    assert code == 1 and text == "Error: there is no lesson of day 4; the days are 3, 5\n"
    assert run("refresh", "five")[0] == 2
    shutil.copy(ROOT / "lessons" / NAMES[CLINIC], tmp_path / "lessons")
    shutil.rmtree(course.work)
    assert run() == (0, "Copied into work: days 3, 5 and the clinic.\n")
    assert run("refresh", "C") == (0, "the clinic is up to date\n")
