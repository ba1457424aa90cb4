"""Write the page of mistakes from the checks.

python book/write_mistakes.py
"""

import re
from collections import defaultdict
from pathlib import Path

import nbformat

from lib.course.checks import exercises, mistakes
from lib.course.numbering import NUMBER, day_of, in_words, sort_key

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "book" / "mistakes.md"
HEADING = re.compile(rf"^#+ +Exercise +({NUMBER}) +· +(.+)", re.MULTILINE)
ABOUT = """\
# What people get wrong

Every mistake that the checks know by name, with the question that leads out of it: an
atlas for teachers, and for the oral question about one line. Of what a check says about
*any* answer (a transposed result, a changed input, an error) nothing is listed here. If
you are working through the lessons yourself, read an exercise's mistakes after you have
solved it.

The page is made from the checks by `python book/write_mistakes.py`. How to find out
which of them your class makes is under [Grade a class](instructors.md#grade-a-class).
"""


def headings():
    """Return the file and the title of each exercise: ``{"3.1": (file, title)}``."""
    found = {}
    for path in sorted([*ROOT.glob("lessons/*.ipynb"), *ROOT.glob("book/*.ipynb")]):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                for number, title in HEADING.findall(cell.source):
                    found[number] = path.relative_to(ROOT).as_posix(), title.strip()
    return found


def page():
    """Return the text of the page."""
    parts, where = [ABOUT], headings()
    days = sorted(set(map(day_of, where)), key=sort_key)
    for day in days:
        known = {
            number: found for number in exercises(day) if (found := mistakes(number))
        }
        if known:
            parts.append(f"## {in_words(day).capitalize()}\n")
        common = (
            set.intersection(*map(set, known.values())) if len(known) > 1 else set()
        )
        if common:
            ordered = [m for m in next(iter(known.values())) if m in common]
            parts.append(f"In each of these exercises:\n\n{by_question(ordered)}\n")
        for number, found in known.items():
            file, title = where[number]
            anchor = f"exercise-{number.replace('.', '-').lower()}"
            parts.append(f"### {title} ({number})\n")
            parts.append(by_question([m for m in found if m not in common]))
            parts.append(f"\n[The exercise](../{file}#{anchor})\n")
    return "\n".join(parts)


def by_question(found):
    """Return mistakes as a list; those with the same question are under it."""
    problems = defaultdict(list)
    for problem, hint in found:
        problems[hint].append(plain(problem))
    rows = []
    for hint, some in problems.items():
        question = f"*{plain(hint)}*"
        if len(some) == 1:
            rows.append(f"- {some[0]}: {question}")
        else:
            rows += [f"- {question}", *(f"  - {problem}" for problem in some)]
    return "\n".join(rows)


def plain(sentence):
    """Return a sentence of a check as Markdown that shows it letter by letter."""
    return re.sub(r"([\\`*_\[\]<>$|~{}])", r"\\\1", sentence)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
