"""Write the page of mistakes from the checks.

python book/write_mistakes.py
"""

import re
from collections import defaultdict
from html import escape
from itertools import groupby
from pathlib import Path
from textwrap import indent

import nbformat

from lib.course.checks import mistakes
from lib.course.numbering import NUMBER, day_of, in_words, sort_key

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "book" / "mistakes.md"
HEADING = re.compile(rf"^#+ +Exercise +({NUMBER}) +· +(.+)", re.MULTILINE)
ABOUT = """\
# What people get wrong

*Your code runs, the shapes fit, and the number is wrong. Which line is it, and which
question would have shown you?*

Behind every `check` of this course is a list of wrong answers, each known by what it
does: {mistakes} of them, for {exercises} exercises. A check names the one it sees. Then
it asks a question in place of the answer, one that you can ask yourself the next time.
Here are all of them. We thought of them ourselves, or met them in answers written to
try the checks; nobody has counted them in a class.

**If you teach**, you see before the lesson where a class may go astray, and have a
question ready when you talk about one line with a student.
[Grade a class](instructors.md#grade-a-class) counts which of them yours makes. **If you
learn**, open the list of an exercise after you have solved it. You will find your own
detour in it, and a few that you missed by luck.

What a check says about *any* answer (a transposed result, a changed input, an error) is
not listed. The page is made from the checks by `python book/write_mistakes.py`.

## The same few, again and again

Read a hundred of them and you begin to see the same ones in other clothes. These seven
come back on day after day. Each shows a line written for an exercise, below a comment
that says what you need to know. Find what is wrong, then open the question.

"""
FAMILIES = {  # the answer: a line that makes the first of its mistakes, and all of them
    "**A mean is taken twice, or not at all.** `dZ` has the mean's 1/N already, and "
    "this line divides by N again: `dW` is N times too small.": (
        "# dZ = (P - Y) / len(X)\ndW = X.T @ dZ / len(X)",
        ("3.5", "dW is divided by N"),
        ("3.4", "every entry is N times too large: no mean was taken"),
        ("6.3", "dgamma is a mean"),
        ("7.1", "it was divided by N as well"),
        ("10.5", "this is the gradient of a sum of squares"),
    ),
    "**An axis is lost, and broadcasting finds another partner.** The sums have shape "
    "`(N,)`, so each of them divides a column, not its row; it runs if N equals K.": (
        "# counts: (N, K); each row is to add up to 1\n"
        "return counts / counts.sum(axis=1)",
        ("1.4", "the sums lost their axis, so each meets a column, not its row"),
        (
            "3.3",
            "the sums of the rows lost their axis, so each meets a column, not its row",
        ),
        ("10.2", "an axis of length 1 has gone"),
    ),
    "**Two axes change places, and a square case hides it.** The index asks for row "
    "`targets[n]` and column `n`, and finds both if there are as many images as "
    "classes.": (
        "# dZ is a copy of P: (N, K), a row for each image\n"
        "dZ[targets, np.arange(len(P))] -= 1",
        ("3.4", "row numbers and targets have changed places in the index"),
        ("9.4", "only wrong when the image is square"),
        ("2.5", "only wrong when there are as many labels as classes"),
        ("5.6", "only wrong when O equals C"),
        ("6.3", "only wrong when N equals D"),
    ),
    "**The last one replaces the others.** Each channel overwrites what the one before "
    "it gave, so only the last channel counts.": (
        "# window and weight[o]: (C, KH, KW)\n"
        "for c in range(C):\n"
        "    y[n, o, h, w] = (window[c] * weight[o, c]).sum() + bias[o]",
        ("5.3", "only the last channel counts"),
        ("3.1", "only the last error counts"),
        ("3.5", "only the last image counts"),
        ("5.6", "where windows overlap, the last one replaces the others"),
    ),
    "**A number does not fit its dtype, and nothing says so.** The subtraction is done "
    "in `uint8`, where every pixel darker than the mean comes out as a large number.": (
        "# train: uint8, from 0 to 255\nz_train = (train - np.uint8(mean)) / std",
        ("2.4", "the mean was subtracted in uint8"),
        ("1.5", "the squares overflow in int16"),
        ("2.5", "only wrong when labels are uint8 and classes is 300"),
        ("9.4", "products of 8 bits roll over at 256"),
    ),
    "**A negative index counts from the end.** Above row 0 comes row -1, which is the "
    "last one, so ink at opposite rims is connected.": (
        "# (i, j) is next to a pixel with ink\n"
        "if i < H and j < W and mask[i, j] and not labels[i, j]:",
        ("9.3", "ink at opposite rims is connected"),
        ("2.3", "only wrong when a class is too rare for a test row"),
        ("5.6", "grad_output was read at negative places"),
    ),
    "**Something is remembered from the call before.** A second batch is let through "
    "where the first was positive.": (
        "# in forward(self, x) of a layer ReLU, called with one batch after another\n"
        'if not hasattr(self, "passed"):\n    self.passed = x > 0',
        ("4.5", "only wrong when a layer sees a second batch"),
        ("2.6", "the second walk has the order of the first"),
        ("10.1", "a second call with the same value gives something else"),
    ),
}
DAYS = """\
## All of them

| day | exercises | mistakes | most of them in |
|---|---:|---:|---|
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
    where = headings()
    numbers = sorted(where, key=sort_key)
    known = {number: found for number in numbers if (found := mistakes(number))}
    days = {}
    for number in known:
        days.setdefault(day_of(number), []).append(number)
    title = {number: f"{where[number][1]} ({number})" for number in known}
    all_of_them = sum(map(len, known.values()))
    about = ABOUT.format(
        mistakes=f"{all_of_them:,}".replace(",", "\N{NO-BREAK SPACE}"),
        exercises=len(known),
    )
    parts = [about, families(known, title), DAYS]
    for day, some in days.items():
        most = max(some, key=lambda number: len(known[number]))
        parts.append(
            f"| {link(in_words(day).capitalize())} | {len(some)} "
            f"| {sum(len(known[number]) for number in some)} "
            f"| {link(title[most])}: {len(known[most])} |\n"
        )
    for day, some in days.items():
        parts.append(f"\n## {in_words(day).capitalize()}\n")
        common = set.intersection(*(set(known[number]) for number in some))
        if common:
            ordered = [m for m in known[some[0]] if m in common]
            parts.append(folded("In each of these exercises", ordered))
        for number in some:
            own = [m for m in known[number] if m not in common]
            file = where[number][0]
            exercise = f"../{file}#exercise-{number.replace('.', '-').lower()}"
            parts.append(f"\n### {title[number]}\n")
            parts.append(folded(count(own), own, f"[The exercise]({exercise})\n\n"))
    return "".join(parts)


def count(found):
    """Return how many mistakes there are, with how many questions, and the first."""
    questions = len({hint for _, hint in found})
    first = in_html(found[0][1])
    return f"{len(found)} mistakes, {questions} questions. The first: {first}"


def families(known, title):
    """Return the kinds of mistakes that come back, with an example and its question."""
    rows = []
    for answer, (line, *forms) in FAMILIES.items():
        # The KeyError of a form that no check knows any more stops the page
        hints = [dict(known[number])[problem] for number, problem in forms]
        (first, _), *others = forms
        code = f"```python\n{line}\n```"
        also = ", ".join(link(title[number], number) for number, _ in others)
        folded = (
            f"<details>\n<summary>{in_html(hints[0])}</summary>\n\n"
            f"{answer} Also in {also}.\n\n</details>"
        )
        item = indent(f"{link(title[first])}\n\n{code}\n\n{folded}", "   ")
        rows.append(f"1. {item.lstrip()}\n\n")
    return "".join(rows)


def link(heading, words=None):
    """Return a link to a heading of the page."""
    anchor = re.sub(r"[^\w]+", "-", heading.lower()).strip("-")
    return f"[{words or heading}](#{anchor})"


def folded(summary, found, before=""):
    """Return mistakes as a list that opens when its first line is clicked."""
    return (
        f'\n<details class="mistakes">\n<summary>{summary}</summary>\n\n'
        f"{before}{by_question(found)}\n\n</details>\n"
    )


def by_question(found):
    """Return mistakes as a list: those with one question, a line each, and it."""
    problems, seen = defaultdict(list), set()
    for problem, hint in found:
        problems[hint].append(problem)
    rows = []
    for hint, some in problems.items():
        lines = [*map(plain, alike(some, seen)), f"*{plain(hint)}*"]
        rows.append("- " + "\\\n  ".join(lines))
    return "\n".join(rows)


def alike(problems, seen):
    """Return sentences; three or more that begin with the same four words are one.

    Endings that are in ``seen`` are not listed a second time.
    """
    for _, some in groupby(problems, key=lambda problem: problem.split()[:4]):
        some = list(some)
        if len(some) < 3:
            yield from some
            continue
        words = [problem.split() for problem in some]
        same = 0
        while len({tuple(w[: same + 1]) for w in words}) == 1:
            same += 1
        ends = "; ".join(" ".join(w[same:]) for w in words)
        which = "any of the same" if ends in seen else ends
        yield f"{' '.join(words[0][:same])} … {which}"
        seen.add(ends)


def plain(sentence):
    """Return a sentence of a check as Markdown: code as code, the rest literally."""
    parts = sentence.split("`")
    if len(parts) % 2 == 0:
        parts = [sentence]
    return "".join(
        f"`{part}`" if k % 2 else re.sub(r"([\\`*_\[\]<>$|~{}])", r"\\\1", part)
        for k, part in enumerate(parts)
    )


def in_html(question):
    """Return a question of a check as HTML, where Markdown is not read."""
    text = re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(question, quote=False))
    name = re.match(r"\w*[._]\w", text)  # np.zeros stays as it is written
    return text if name else text[0].upper() + text[1:]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
