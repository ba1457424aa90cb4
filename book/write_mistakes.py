"""Write the page of mistakes from the checks.

python book/write_mistakes.py
"""

import json
import re
from collections import Counter, defaultdict
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path
from textwrap import indent
from typing import NamedTuple

import nbformat

from lib.course.checks import mistakes
from lib.course.numbering import CLINIC, NUMBER, day_of, in_words, sort_key

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "book" / "mistakes.md"
HEADING = re.compile(rf"^#+ +Exercise +({NUMBER}) +· +(.+)", re.MULTILINE)
ABOUT = """\
# Mistakes, by what you see

*Your code runs, the shapes fit, and the number is wrong. Which line is it, and which
question would have shown you?*

If that is where you are, begin with the eight mistakes below. Each starts from what you
see on the screen, and leads to the line, the cause and the cure. If yours is not among
them, look up [what you see](#what-you-see), or go to [your exercise](#by-exercise): the
lid of its box names two likely ones.

**If you learn**, open the box of an exercise after you have solved it: it shows what
you avoided by luck. **If you teach**, read it before the lesson, and have the question
ready. [Grade a class](instructors.md#grade-a-class) counts which of them yours makes.

## The same few, again and again

First what you see, then the line behind it. Find what is wrong before you open the
question.

"""


class Family(NamedTuple):
    """A kind of mistake: what is seen, a line that makes it, why, and what helps."""

    symptom: str
    task: str
    line: str
    cause: str
    cure: str
    forms: tuple  # (exercise, problem), the line's own first
    question: str = ""  # if the line's own is one that every check knows


FAMILIES = [
    Family(
        "A square table runs, but its rows do not add up to 1. Others stop with "
        "an error.",
        "Each row of `counts`, `(N, K)`, is divided by its sum:",
        "return counts / counts.sum(axis=1)",
        "The sums have lost an axis. Broadcasting aligns their shape `(N,)` with "
        "the last axis, so each of them divides a column, not its row. That runs if "
        "N equals K.",
        "`keepdims=True`, and a trial with N different from K.",
        (
            ("1.4", "the sums lost their axis, so each meets a column, not its row"),
            (
                "3.3",
                "the sums of the rows lost their axis, so each meets a column, "
                "not its row",
            ),
            ("10.2", "an axis of length 1 has gone"),
        ),
    ),
    Family(
        "Every entry of a gradient is off by the same factor: the size of the batch.",
        "`dZ` is `(P - Y) / len(X)`, and the gradient for the weights is",
        "dW = X.T @ dZ / len(X)",
        "The mean is taken twice: `dZ` has its 1/N already. If every entry is N times "
        "too large, it was not taken at all.",
        "Divide once, where the loss is a mean. Every gradient after it has the "
        "factor.",
        (
            ("3.5", "dW is divided by N"),
            ("3.4", "every entry is N times too large: no mean was taken"),
            ("6.3", "dgamma is a mean"),
        ),
    ),
    Family(
        "As many images as classes: it runs, with wrong numbers. More images: an "
        "error.",
        "`dZ`, a copy of `P`, has a row for each image. In each row, 1 is taken "
        "from the target's entry:",
        "dZ[targets, np.arange(len(P))] -= 1",
        "Two axes have changed places: this is row `targets[n]`, column `n`.",
        "Say the axes aloud, rows first, and try sizes that all differ.",
        (
            ("3.4", "row numbers and targets have changed places in the index"),
            ("9.4", "only wrong when the image is square"),
            ("2.5", "only wrong when there are as many labels as classes"),
            ("5.6", "only wrong when O equals C"),
            ("6.3", "only wrong when N equals D"),
        ),
    ),
    Family(
        "The loss rises from the first step, and at a smaller rate it rises more "
        "slowly.",
        "With the gradient `dw`, `db`, one step of descent is",
        "return w + learning_rate * dw, b + learning_rate * db",
        "The gradient points uphill, and this step follows it.",
        "Minus. If a sign is in doubt, poke: raise one number, and see if the "
        "loss falls.",
        (
            ("3.2", "the step goes uphill"),
            ("3.4", "every sign is turned round"),
            ("6.5", "the step goes uphill"),
        ),
    ),
    Family(
        "The first call is right. The next, with the same array, is not.",
        "`P`, `(N, K)`, holds probabilities that are needed again:",
        "dZ = P\ndZ[np.arange(len(P)), targets] -= 1",
        "`dZ` is a second name for `P`, not a second array: the line writes into both.",
        "`P.copy()`, or an operation that makes a new array, such as `P - Y`.",
        (("3.4", "your function changed P"),),
        "which line writes into an array that it was given?",
    ),
    Family(
        "Change any channel but the last, and the result stays the same.",
        "`window` and `weight[o]` have shape `(C, KH, KW)`. The products of all "
        "channels are added up:",
        "total = 0\n"
        "for c in range(len(window)):\n"
        "    total = (window[c] * weight[o, c]).sum()\n"
        "y[n, o, h, w] = total + bias[o]",
        "Each channel overwrites what the one before it gave.",
        "`+=`, after a start at 0.",
        (
            ("5.3", "only the last channel counts"),
            ("3.1", "only the last error counts"),
            ("3.5", "only the last image counts"),
            ("5.6", "where windows overlap, the last one replaces the others"),
        ),
    ),
    Family(
        "The nearest image looks nothing like the question. An image one grey darker "
        "than it counts as far away.",
        "`images` and `question` are `uint8`. The differences, before they are "
        "squared:",
        "difference = (images - question).astype(np.float64)",
        "The dtype cannot hold the results: in arrays of `uint8`, 97 - 100 is 253, and "
        "nothing says so. Here the wider dtype comes too late. Without it, the squares "
        "would go wrong as well: that of 16 is 0.",
        "Change the dtype first, then compute: `question.astype(np.float64)`.",
        (
            ("1.5", "the differences are taken in uint8, and only then made wider"),
            ("2.4", "the mean was subtracted in uint8"),
            ("2.5", "only wrong when labels are uint8 and classes is 300"),
            ("9.4", "products of 8 bits roll over at 256"),
        ),
    ),
    Family(
        "The first batch is right, and every batch after it is wrong.",
        "A layer, in `forward(self, x)`, remembers for the way back which "
        "numbers passed:",
        'if not hasattr(self, "passed"):\n    self.passed = x > 0',
        "Something is left over from the call before: the mask of the first batch.",
        "Set it again in every call. In a test, call twice, with different arrays.",
        (
            ("4.5", "only wrong when a layer sees a second batch"),
            ("2.6", "the second walk has the order of the first"),
            ("10.1", "a second call with the same value gives something else"),
        ),
    ),
]
TASKS = {
    "1.1": "Which of nine names in a project belong in `.gitignore`?",
    "1.2": "Write down six shapes that come from `images`, `(10000, 28, 28)`.",
    "1.3": "Make every pixel of `uint8` images brighter by a number, and stop at 255.",
    "1.4": "Divide each row of a table by its sum, without a loop.",
    "1.5": "Find the image with the smallest squared distance to a question.",
    "1.6": "Let the k nearest images vote on a digit; the smaller digit wins a tie.",
    "2.1": "Read the shape of an array from sixteen bytes.",
    "2.2": "Turn the bytes of an IDX file into an array, however many axes it has.",
    "2.3": "Draw the same share of each class at random for a test set.",
    "2.4": "Standardise two sets with the mean and standard deviation of the first.",
    "2.5": "Turn labels into rows of 0 with a single 1.",
    "2.6": "Write a class that hands out batches, in a new order on each walk.",
    "3.1": "Write the mean squared error of two arrays.",
    "3.2": "Take one step of gradient descent for a line with two weights.",
    "3.3": "Write a softmax for a batch that survives scores of ±1000.",
    "3.4": "Return the gradient of the mean cross-entropy for the scores of a batch.",
    "3.5": "Return the gradients of a linear layer's weights and biases for a batch.",
    "3.6": "From the losses so far, say whether to stop, and which epoch was best.",
    "4.1": "Work out one missing gradient on a graph, along two paths.",
    "4.2": "Take a gradient back through a tanh, given its output.",
    "4.3": "Return a layer's gradients for weights and biases, without a loop.",
    "4.4": "Return a layer's gradient for its input, without a loop.",
    "4.5": "Write ReLU as a layer with a way forward and a way back.",
    "4.6": "Choose the weights of a network of two ReLU units that solves XOR.",
    "5.1": "Compute one response of a template of 3 × 3 by hand.",
    "5.2": "How many windows fit, given size, kernel, stride and padding?",
    "5.3": "Write a convolution with loops.",
    "5.4": "Lay out the windows of an image as the columns of a table.",
    "5.5": "Take a gradient back through max pooling in squares of 2 × 2.",
    "5.6": "Take a gradient back through a convolution, to its input.",
    "5.7": "Convolve a row of four pixels with four products instead of six.",
    "6.1": "How large is a signal after many linear layers?",
    "6.2": "Write the way forward of batch normalisation.",
    "6.3": "Write the way back of batch normalisation.",
    "6.4": "Switch off a share of the numbers, and scale up the rest.",
    "6.5": "Write one step of Adam.",
    "7.1": "Return the mean squared error of each image by itself.",
    "7.2": "Walk in a straight line from one code to another, and draw the way.",
    "7.3": "Do one step of k-means: the nearest centres, then the new means.",
    "7.4": "Write the adjusted Rand index of groups and digits.",
    "7.5": "Find the β that gives a code as many neighbours as asked for.",
    "7.6": "Return the gradient of t-SNE for all points of a map.",
    "8.1": "Return the standard error of an accuracy.",
    "8.2": "Slant an image by moving its rows sideways.",
    "8.3": "Return the gradient of the cross-entropy with smoothed labels.",
    "8.4": "Let several networks answer together.",
    "8.5": "Compute the expected calibration error from confidences and hits.",
    "8.6": "Of all patterns of signs, which share gives a mean as large as this one?",
    "8.7": "How likely are fair coins to fall as unevenly as this?",
    "9.1": "Turn a difference of images so that ink is positive and paper is 0.",
    "9.2": "Find the level of grey that best divides a histogram in two.",
    "9.3": "Number the connected parts of a mask, row by row.",
    "9.4": "Return the row and the column of an image's centre of mass.",
    "9.5": "Hide a square around each pixel, and return how much a score falls.",
    "10.1": "List the values of a graph, each of them after its parents.",
    "10.2": "Take a gradient back through broadcasting, to the shape it came from.",
    "10.3": "How low is the best of n tries on average?",
    "10.4": "Return the gradient of the contrastive loss for the directions.",
    "10.5": "Return the gradient of a loss that compares features, for the picture.",
    "10.6": "Take a gradient back through a random draw, to its mean and log-variance.",
}
SYMPTOMS = {  # what is seen: how the checks put it
    "An axis too many, or one too few": r"\ban axis\b|too many axes|lost their axis",
    "`nan` or `inf`": r"\bnan\b|\binf\b|overflows",
    "Every number is off by the same factor": r"times too|it is (half|twice)|"
    r"half as long|was doubled|^sums are used|^(it|the \w+|dW|db) (is|was|were) "
    r"divided by (N\b|the number of (images|rows|pixels|classes|pictures|entries))",
    "The sign is wrong": r"the sign (is|was) (turned|lost)|every sign is turned|"
    r"gradient is turned round|uphill",
    "Rows and columns are exchanged": r"rows? and columns? .*(changed|swapped)|"
    r"transposed|^each column|wrong axis|^columns move|row numbers and targets|O and C",
    "It goes wrong only if two lengths are equal": r"only wrong when (.* )?"
    r"(as many .* as|square$|equally long|equals [A-Z]$|([A-Zd]|in|out) are equal)",
    "The first call is right, the next is not": r"second (call|batch|walk)",
    "Only the first of something counts, or only the last": r"^only the (first|last) "
    r"(error|point|image|row|channel|template|axis)|^only the template's first|"
    r"the last one replaces",
    "Off by one": r"counted from 1|k \+ 1|one epoch too (early|late)|off by one",
    "Numbers are rounded, or start again at 0": r"\bu?int\d|float16|"
    r"rounded (down|up|to)|roll over|start again at 0|whole shares",
    "The opposite wins": r"^(it is |this is )?the "
    r"(farthest|smallest (number|value|of)|darkest|brightest image)",
}
DAYS = """\
## By exercise

**Where these come from.** They are constructed; nobody has counted them in a class. The
authors of the checks wrote wrong answers and gave each a sentence and a question, which
`check` prints when an answer behaves like it. To test the checks, more wrong answers
were written from the lessons alone, without sight of that list. What was thought of
both times is listed first, as *likely*.

**What is counted.** Sentences: {mistakes} for {exercises} exercises, {likely} of them
likely. The same slip in three exercises counts three times, and {edges} sentences name
no slip, only the case that fails: *only wrong when N equals K*. What a check says about
an answer to any exercise, such as a transposed result or an error, is not listed.

| day | exercises | mistakes | the most in |
|---|---:|---:|---|
"""
REPORT = re.compile(r"Reported: (“.*?”)")
JUDGED = ROOT / "tests" / "wrong_answers" / "judged.json"
FORMAL = re.compile(
    r"only wrong when|it does not return|it returns lists|the list is empty"
    r"|.*reverse order|.*do not hold row numbers"
    r"|.*(?:is|are) (?:not|none) (?:an?|of|two|one|three|four)\b"
)


def headings():
    """Return the file, the title and the report of each exercise, by number."""
    found = {}
    for path in sorted([*ROOT.glob("lessons/*.ipynb"), *ROOT.glob("book/*.ipynb")]):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                for number, title in HEADING.findall(cell.source):
                    report = REPORT.search(cell.source)
                    file = path.relative_to(ROOT).as_posix()
                    found[number] = file, title.strip(), report[1] if report else ""
    return found


def likely(known):
    """Return the mistakes that others made as well: ``{"3.1": {problem, …}}``.

    They wrote wrong answers from the lessons alone; a check's line says what it saw.
    """
    found = {number: set() for number in known}
    for answer in json.loads(JUDGED.read_text(encoding="utf-8")).values():
        number, said = answer["line"].removeprefix("❌ ").split(" ", 1)
        said = said.rsplit(". Hint: ", 1)[0]
        if seen := [problem for problem, _ in known.get(number, ()) if problem in said]:
            found[number].add(max(seen, key=len))
    return found


def page():
    """Return the text of the page."""
    where = headings()
    numbers = sorted(where, key=sort_key)
    known = {number: found for number in numbers if (found := mistakes(number))}
    met = likely(known)
    days = {}
    for number in known:
        days.setdefault(day_of(number), []).append(number)
    title = {number: f"{where[number][1]} ({number})" for number in known}
    problems = [problem for found in known.values() for problem, _ in found]
    counted = DAYS.format(
        mistakes=f"{len(problems):,}".replace(",", "\N{NO-BREAK SPACE}"),
        likely=sum(map(len, met.values())),
        edges=sum(problem.startswith("only wrong when") for problem in problems),
        exercises=len(known),
    )
    parts = [ABOUT, families(known, title), index(known, title), counted]
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
            parts.append(folded("In each of these exercises", by_question(ordered)))
        if day == CLINIC:
            often = Counter(mistake for number in some for mistake in known[number])
            against = [m for m, n in often.items() if n > 1 and m not in common]
            against.sort(key=lambda mistake: not mistake[0].startswith("it is not"))
            parts.append(folded("In several of them", by_question(against)))
            common |= set(against)
        for number in some:
            own = [m for m in known[number] if m not in common]
            file, _, report = where[number]
            exercise = f"../{file}#exercise-{number.replace('.', '-').lower()}"
            task = TASKS.get(number) or f"{report} What does this run have?"
            parts.append(
                f"\n### {title[number]}\n\n{task} [The exercise]({exercise})\n"
            )
            on_top = lid(own, met[number])
            if day == CLINIC:  # the report says what is seen
                on_top = f"{len(own)} more wrong answers, and what speaks against each"
            parts.append(folded(on_top, in_two(own, met[number])))
    return "".join(parts)


def lid(found, met):
    """Return what two likely mistakes look like, and how many others there are."""
    some, hints = [], set()
    for problem, hint in sorted(found, key=lambda m: m[0] not in met):
        if not FORMAL.match(problem) and hint not in hints and len(some) < 2:
            hints.add(hint)
            some.append(in_html(problem.split(": ")[0]))
    return " · ".join([*some, f"{len(found) - len(some)} more"])


def in_two(found, met):
    """Return the likely mistakes, then the others."""
    seen = set()
    found = sorted(found, key=lambda mistake: bool(FORMAL.match(mistake[0])))
    parts = {
        "Likely": [mistake for mistake in found if mistake[0] in met],
        "Less likely": [mistake for mistake in found if mistake[0] not in met],
    }
    return "\n\n".join(
        f"**{heading}**\n\n{by_question(some, seen)}"
        for heading, some in parts.items()
        if some
    )


def families(known, title):
    """Return the kinds of mistakes that come back, with an example and its question."""
    rows = []
    for kind in FAMILIES:
        (first, _), *others = kind.forms
        # The KeyError of a form that no check knows any more stops the page
        hints = [
            dict(known[n])[problem] for n, problem in kind.forms if not kind.question
        ]
        others = sorted({number for number, _ in others}, key=sort_key)
        also = ", ".join(link(title[number], number) for number in others)
        answer = f"**Cause.** {kind.cause}\n\n**Cure.** {kind.cure}"
        answer += (
            f"\n\nAlso in {also}."
            if also
            else f"\n\nEvery check looks for it, and says *{kind.forms[0][1]}*."
        )
        question = in_html(kind.question or hints[0])
        item = (
            f"**{kind.symptom}**\\\n{kind.task}\n\n```python\n{kind.line}\n```\n\n"
            f"<details>\n<summary>{question}</summary>\n\n{answer} The line is from "
            f"{link(title[first])}.\n\n</details>"
        )
        rows.append(f"1. {indent(item, '   ').lstrip()}\n\n")
    return "".join(rows)


def index(known, title):
    """Return what may be seen, and the exercises whose checks have a sentence on it."""
    rows = [
        "## What you see\n",
        "Each number leads to an exercise whose box has a sentence on it. The\n"
        "question below that sentence may help you as well. If a whole training run\n"
        "looks wrong, go to [the clinic](#the-clinic).\n",
        "| symptom | exercises |\n|---|---|",
    ]
    for seen, words in SYMPTOMS.items():
        found = [
            link(title[number], number)
            for number, some in known.items()
            if day_of(number) != CLINIC
            and any(re.search(words, problem) for problem, _ in some)
        ]
        assert found, seen
        rows.append(f"| {seen} | {', '.join(found)} |")
    return "\n".join(rows) + "\n\n"


def link(heading, words=None):
    """Return a link to a heading of the page."""
    anchor = re.sub(r"[^\w]+", "-", heading.lower()).strip("-")
    return f"[{words or heading}](#{anchor})"


def folded(summary, text):
    """Return a text that opens when its first line is clicked."""
    return (
        f'\n<details class="mistakes">\n<summary>{summary}</summary>\n\n'
        f"{text}\n\n</details>\n"
    )


def by_question(found, seen=None):
    """Return mistakes as a list: those with one question, a line each, and it."""
    problems, seen = defaultdict(list), set() if seen is None else seen
    for problem, hint in found:
        problems[hint].append(problem)
    rows = []
    for hint, some in problems.items():
        lines = [plain(capital(problem)) for problem in alike(some, seen)]
        lines.append(f"*{plain(capital(hint))}*")
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
    text = "".join(
        f"`{part}`" if k % 2 else re.sub(r"([\\`*_\[\]<>$|~{}])", r"\\\1", part)
        for k, part in enumerate(parts)
    )
    return re.sub(r"\((\d+\.\d+)\)", to_equation, text)


@cache
def equations():
    """Return the file of each equation: ``{"3.1": "lessons/day03_linear.ipynb"}``."""
    return {
        number: path.relative_to(ROOT).as_posix()
        for path in [*ROOT.glob("lessons/*.ipynb"), *ROOT.glob("book/*.ipynb")]
        for number in re.findall(
            r"\\\\tag\{([\d.]+)\}", path.read_text(encoding="utf-8")
        )
    }


def to_equation(match):
    """Return ``(3.1)`` as a link to that equation, anything else as it is."""
    file = equations().get(match[1])
    anchor = f"equation-{match[1].replace('.', '-')}"
    return f"[{match[0]}](../{file}#{anchor})" if file else match[0]


def in_html(question):
    """Return a question of a check as HTML, where Markdown is not read."""
    text = re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(question, quote=False))
    return capital(text)


def capital(text):
    """Return a sentence with a capital, unless it begins with a name."""
    # np.zeros, dW and β stay as they are written
    name = re.match(
        r"\w*[._]\w|[b-z]\b|\w[A-Z0₀-₉]|\w+\(|[^\x00-\x7f]|"
        r"(d[abmwxyz]|d?gamma|d?beta|lr|grad|std|nan|inf|u?int\d+|float\d+|keepdims|"
        r"argsort|argmax|min|max|reshape|backward|depth|train and|test is|target was|"
        r"labels needs)\b",
        text,
    )
    return text if name else text[0].upper() + text[1:]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
