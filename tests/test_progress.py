"""Progress is read from what the checks have printed into the notebooks in work/."""

import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output

from built_book import ROOT
from lib.course.checks import exercises
from lib.course.copies import LessonError, Lessons
from lib.course.numbering import CLINIC, day_of_file
from lib.course.progress import progress, statuses, tasks

LESSONS = sorted(ROOT.glob("lessons/*.ipynb"))


@pytest.fixture
def course(tmp_path):
    """A course of lessons 3 and 5, copied as by a reader."""
    (tmp_path / "lessons").mkdir()
    for path in LESSONS:
        if path.name[:5] in ("day03", "day05"):
            shutil.copy(path, tmp_path / "lessons")
    course = Lessons(tmp_path)
    course.copy_missing()
    return course


def say(course, day, number, *lines):
    """Store what the check of an exercise has printed, as Jupyter would."""
    path = course.work / course.days()[day]
    notebook = nbformat.read(path, as_version=4)
    cell = next(c for c in notebook.cells if f'check("{number}"' in c.source)
    cell.outputs = [new_output("stream", text="".join(f"{line}\n" for line in lines))]
    nbformat.write(notebook, path)


def only(day, course):
    return next(found for found in progress(course) if found.number == day)


# -- minutes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_the_minutes_of_the_exercises_add_up_to_those_of_the_day(lesson):
    notebook = nbformat.read(lesson, as_version=4)
    [stated] = re.findall(r"(\d+) (?:minutes )?for the exercises", notebook.cells[0].source)
    assert sum(task.minutes for task in tasks(notebook)) == int(stated)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_every_exercise_is_found_with_its_minutes(lesson):
    day = day_of_file(lesson.name)
    found = {task.number for task in tasks(nbformat.read(lesson, as_version=4))}
    elsewhere = {"5.7"}  # on a page of the book
    assert found == set(exercises(day)) - elsewhere


def test_an_exercise_without_minutes_is_an_error_that_names_it(course):
    notebook = nbformat.read(course.tracked / course.days()[3], as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("*Core, ", "*Core ")
    with pytest.raises(LessonError, match=r"exercise 3\.3 does not say how long"):
        tasks(notebook)


# -- what the checks have said --------------------------------------------------------------------


def test_a_new_copy_has_nothing_attempted(course):
    day = only(3, course)
    assert set(day.statuses.values()) == {"⬜"} and day.open == day.tasks


def test_what_is_right_is_no_longer_left(course):
    before = only(3, course).minutes_left
    say(course, 3, "3.1", "✅ 3.1 mse — 3 of 3")
    say(course, 3, "3.2", "❌ 3.2 gradient_step — w is 1. Hint: why?")
    day = only(3, course)
    assert (day.statuses["3.1"], day.statuses["3.2"], day.statuses["3.3"]) == ("✅", "❌", "⬜")
    assert day.open[0].number == "3.2"
    assert day.minutes_left == before - day.tasks[0].minutes
    assert only(5, course).minutes_left == sum(task.minutes for task in only(5, course).tasks)


def test_plain_signs_count_as_well(course):
    say(course, 3, "3.1", "[ok] 3.1 mse - 3 of 3")
    say(course, 3, "3.2", "[wrong] 3.2 gradient_step - w is 1. Hint: why?")
    assert list(only(3, course).statuses.values())[:2] == ["✅", "❌"]


def test_a_stub_that_was_left_does_not_hide_the_answer(course):
    path = course.work / course.days()[3]
    say(course, 3, "3.1", "✅ 3.1 mse — 3 of 3")
    notebook = nbformat.read(path, as_version=4)
    stub = new_code_cell('check("3.1", ...)')
    stub.outputs = [new_output("stream", text="⬜ 3.1 not attempted yet\n")]
    notebook.cells.append(stub)
    assert statuses(notebook)["3.1"] == "✅"
    stub.outputs = [new_output("stream", text="❌ 3.1 mse — no. Hint: why?\n")]
    assert statuses(notebook)["3.1"] == "❌"


def test_outputs_of_other_kinds_say_nothing(course):
    notebook = nbformat.read(course.work / course.days()[5], as_version=4)
    notebook.cells[1].outputs = [
        new_output("display_data", data={"text/plain": "✅ 5.1 a"}),
        new_output("stream", text="see ✅ 5.1 above\n✅ 5.2x\n"),
        new_output("error", ename="E", evalue="✅ 5.1 ", traceback=["✅ 5.1 "]),
    ]
    assert set(statuses(notebook).values()) == {"⬜"}


def test_a_notebook_that_cannot_be_read_is_said_and_the_others_are_shown(course):
    (course.work / course.days()[3]).write_text("{")
    say(course, 5, "5.2", "✅ 5.2 output_size — 4 of 4")
    assert "is not a notebook" in only(3, course).problem
    assert only(5, course).statuses["5.2"] == "✅"


# -- the command ----------------------------------------------------------------------------------


def run(folder, *words, encoding="utf-8"):
    """Run a command of a whole course in a folder of its own."""
    if not (folder / "lib").exists():
        shutil.copytree(ROOT / "lib", folder / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    return subprocess.run(
        [sys.executable, "-m", "lib", *words],
        cwd=folder,
        capture_output=True,
        encoding=encoding,
        env=os.environ | {"PYTHONPATH": str(folder), "PYTHONIOENCODING": encoding},
        timeout=60,
    )


@pytest.mark.parametrize(
    ("encoding", "row"),
    [
        ("utf-8", "day 3  ✅ ❌ ⬜ ⬜ ⬜ ⬜"),
        ("cp1252", "day 3  [ok] [wrong] [ ] [ ] [ ] [ ]"),
        ("ascii", "day 3  [ok] [wrong] [ ] [ ] [ ] [ ]"),
    ],
)
def test_a_line_for_each_day_and_the_next_exercise(course, tmp_path, encoding, row):
    say(course, 3, "3.1", "✅ 3.1 mse — 3 of 3")
    say(course, 3, "3.2", "❌ 3.2 gradient_step — w is 1. Hint: why?")
    left = [only(day, course).minutes_left for day in (3, 5)]
    done = run(tmp_path, "progress", encoding=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith(row) and lines[0].endswith(f"  {left[0]} minutes left")
    assert lines[1].startswith("day 5  ") and lines[1].endswith(f"  {left[1]} minutes left")
    assert lines[2].startswith("1 of 12 exercises right, ")
    assert lines[3].startswith("next: 3.2 One step downhill, 5 minutes, in work")


def test_nothing_is_written(course, tmp_path):
    run(tmp_path, "progress")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "work").rglob("*")}
    run(tmp_path, "progress")
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "work").rglob("*")}


def test_all_that_is_done_is_said_to_be_done(course, tmp_path):
    for day in (3, 5):
        for task in only(day, course).tasks:
            say(course, day, task.number, f"✅ {task.number} well — 3 of 3")
    lines = run(tmp_path, "progress").stdout.splitlines()
    assert lines == ["day 3  ✅ ✅ ✅ ✅ ✅ ✅   done", "day 5  ✅ ✅ ✅ ✅ ✅ ✅   done",
                     "12 of 12 exercises right"]  # fmt: skip


def test_the_clinic_has_a_line_of_its_own(course, tmp_path):
    shutil.copy(ROOT / "lessons/clinic.ipynb", tmp_path / "lessons")
    course.copy_missing()
    say(course, CLINIC, "C.11", "✅ C.11 case 11 — 1 of 1")
    rows = run(tmp_path, "progress").stdout.splitlines()[:3]
    assert [row.split("  ")[0] for row in rows] == ["day 3", "day 5", "the clinic"]
    assert rows[2] == f"the clinic  {'⬜ ' * 10}✅ ⬜   55 minutes left"


def test_without_copies_you_are_told_how_to_get_them(course, tmp_path):
    shutil.rmtree(tmp_path / "work")
    done = run(tmp_path, "progress")
    assert done.returncode == 1 and "python -m lib lessons copies them" in done.stderr
    assert len(done.stderr.splitlines()) == 1
