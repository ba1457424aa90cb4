"""``grade``: the answers of a class, and what most of them got wrong."""

import csv
import io
from collections import defaultdict

import click

from lib.cli.errors import UserError
from lib.cli.options import FOLDER, ONE_FILE
from lib.course.numbering import day_of, sort_key

WORDS = {"✅": "right", "❌": "wrong", "⬜": "not attempted", "": "not graded"}


@click.command(
    epilog="""\b
Examples:
  python -m lib grade handed_in
  python -m lib grade handed_in --csv grades.csv"""
)
@click.argument("folder", type=FOLDER)
@click.option("--csv", "table", type=ONE_FILE, help="Also write every verdict into this table.")
def grade(folder, table):
    """Check the answers in the notebooks of FOLDER, and show what most got wrong.

    FOLDER holds a notebook or a sub-folder for each student. The answers are run on a copy, each
    notebook in a process with limits of time and memory. That stops accidents, not malice: grade
    strangers' notebooks in a throw-away account or a container.
    """
    from tqdm import tqdm

    from lib.course.grading import grade as grade_all
    from lib.course.grading import hand_ins
    from lib.files import write_file

    if not folder.is_dir():
        raise UserError(
            f"{folder} is not a folder; name the one that holds the handed-in notebooks"
        )
    found = hand_ins(folder)
    if not found:
        raise UserError(
            f"{folder} is empty; put each student's notebook into it, or a folder with it"
        )
    with tqdm(total=len(found), unit="notebook", leave=False, disable=None) as bar:
        graded = grade_all(found, lambda grades: bar.update())
    verdicts = by_student(graded)
    days = sorted({day_of(number) for row in verdicts.values() for number in row}, key=sort_key)
    for number in days:
        show_day(number, verdicts)
    show_mistakes(verdicts)
    for grades in graded:
        if grades.problem:
            click.echo(f"{grades.hand_in.path.relative_to(folder)} {grades.problem}")
    if table:
        write_file(table, as_csv(verdicts).encode("utf-8-sig"))  # so that Excel reads it as UTF-8


def by_student(graded):
    """Return ``{student: {number: verdict}}``; of several hand-ins the later one counts."""
    students = {grades.hand_in.student: {} for grades in graded}
    for grades in graded:
        students[grades.hand_in.student] |= grades.verdicts
    return students


def show_day(number, verdicts):
    """Print a row for each student who handed in that day, and a column for each exercise."""
    from lib.course.signs import column

    rows = {who: row for who, row in verdicts.items() if any(day_of(n) == number for n in row)}
    numbers = {n for row in rows.values() for n in row if day_of(n) == number}
    numbers = sorted(numbers, key=sort_key)
    width = max(map(len, [*rows, "student"]))
    click.echo(f"{'student':{width}}  {''.join(f'{n:8}' for n in numbers)}".rstrip())
    for student, row in rows.items():
        signs = (column(row[n]["status"] if n in row else "", 8) for n in numbers)
        click.echo(f"{student:{width}}  {''.join(signs)}".rstrip())
    right = (sum(n in row and row[n]["status"] == "✅" for row in rows.values()) for n in numbers)
    click.echo(f"{'right':{width}}  {''.join(f'{count:<8}' for count in right)}".rstrip())
    click.echo()


def show_mistakes(verdicts):
    """Print every mistake with those who made it, the commonest first."""
    made = defaultdict(list)
    for student, row in verdicts.items():
        for number, verdict in row.items():
            if verdict["status"] == "❌":
                made[number, verdict["problem"], verdict["hint"]].append(student)
    for (number, problem, hint), students in sorted(
        made.items(), key=lambda item: (-len(item[1]), sort_key(item[0][0]))
    ):
        click.echo(f"{len(students)} × {number} {problem}")
        if hint:
            click.echo(f"    {hint}")
        click.echo(f"    {', '.join(students)}\n")


def as_csv(verdicts):
    """Return a table with a line for each student and each exercise of the days handed in."""
    from lib.course.checks import exercises

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["student", "exercise", "title", "status", "mistake", "question"])
    for student, row in verdicts.items():
        days = sorted(set(map(day_of, row)), key=sort_key)
        for day in days:
            for number, title in exercises(day).items():
                verdict = row.get(number, {"status": "", "problem": "", "hint": ""})
                words = WORDS[verdict["status"]], verdict["problem"], verdict["hint"]
                writer.writerow([as_text(student), number, title, *words])
    return text.getvalue()


def as_text(name):
    """Return a name that a spreadsheet does not take for a formula."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@")) else name
