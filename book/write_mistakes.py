"""Write the two pages of mistakes from the checks.

python book/write_mistakes.py
"""

import json
import re
from collections import Counter, defaultdict
from functools import cache
from html import escape
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

import nbformat

from lib.course.checks import mistakes
from lib.course.numbering import CLINIC, NUMBER, day_of, in_words, sort_key

ROOT = Path(__file__).resolve().parent.parent
SEEN = ROOT / "book" / "symptoms.txt"  # which sentences belong to what is seen
EDGE = "only wrong when "
HEADING = re.compile(rf"^#+ +Exercise +({NUMBER}) +· +(.+)", re.MULTILINE)
ABOUT = """\
# Mistakes, by what you see

*Your code runs, and the number is wrong. Which line is it, and how do you find it?*

Look up your symptom: there are twelve. Under each stands its usual cause and a test
that works on your own code, in this course or outside it. Then comes a line that is
wrong in that way. Find what is wrong with it before you open the question.

Folded under each symptom are its forms in the exercises: what a check says, and *the
question* it asks. [The other page](mistakes_by_exercise.md) has them by exercise.

If a whole training run looks wrong, and not one number, go to [the
clinic](../lessons/clinic.ipynb).

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
        "A square table runs, but its rows do not add up to 1. Most others "
        "stop with an error.",
        "Each row of `counts`, `(N, K)`, is divided by its sum:",
        "return counts / counts.sum(axis=1)",
        "The sums have lost an axis. Broadcasting aligns their shape `(N,)` with "
        "the last axis, so each of them divides a column, not its row. That runs if "
        "N equals K. It runs too if K is 1, and gives a table `(N, N)`.",
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
        "With as many images as classes it runs, and the numbers are wrong. With more "
        "it stops with an error, and with fewer only for some targets.",
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
        "The nearest image looks nothing like the question. An image one grey "
        "level darker than the question counts as far away.",
        "`images` and `question` are `uint8`. The differences, before they are "
        "squared:",
        "difference = (images - question).astype(np.float64)",
        "The dtype cannot hold the results: in arrays of `uint8`, 97 − 100 is 253, and "
        "nothing says so. Here the wider dtype comes too late. Without `.astype`, the "
        "squares would go wrong as well: in `uint8`, 16² is 0.",
        "Change the dtype first, then compute: `question.astype(np.float64)`.",
        (
            ("1.5", "the differences are taken in uint8, and only then made wider"),
            ("2.4", "the mean was subtracted in uint8"),
            ("2.5", "only wrong when labels are uint8 and classes is 300"),
            ("9.4", "products of 8 bits roll over at 256"),
        ),
    ),
    Family(
        "The first batch is right, and later ones of the same size are wrong.",
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
    Family(
        "The weights learn. The biases stay where they began.",
        "`dZ`, `(N, K)`, is `(P - Y) / N`: a gradient for each score of a softmax. "
        "That for the `K` biases is",
        "db = dZ.sum()",
        "Without `axis`, `sum` adds up the whole table: one number for all biases, and "
        "broadcasting lets it pass. Here it is 0, or a rounding away from it, because "
        "each row of `P - Y` adds up to 0.",
        "`dZ.sum(axis=0)`, `(K,)`: add up over the axis that the biases do not have.",
        (
            ("3.5", "db is one number"),
            ("7.1", "one number came out for all images"),
            ("10.2", "everything was added up to one number"),
        ),
    ),
    Family(
        "Right for scores around 10. For scores around 1000, `nan`.",
        "The softmax of scores `Z`, `(N, K)`:",
        "e = np.exp(Z)\nreturn e / e.sum(axis=1, keepdims=True)",
        "exp(1000) is `inf`: the largest `float64` is about exp(709.8), the largest "
        "`float32` exp(88.7). And `inf / inf` is `nan`. A single one makes the mean "
        "loss `nan`, and after one step every weight.",
        "Take the largest score of each row away first. The softmax stays the same, "
        "and exp never meets a number above 0.",
        (
            ("3.3", "large scores overflow: exp(1000) is inf"),
            ("1.5", "float16 is too small: the sums become inf"),
        ),
    ),
    Family(
        "An image of 5 × 5 pixels and a template of 5 × 5: no window fits, it says.",
        "How many windows fit into `size` pixels with a frame of `padding`?",
        "return (size + 2 * padding - kernel) // stride",
        "The division counts the steps from the first window to the last. There is one "
        "window more than there are steps.",
        "`+ 1`. The smallest case, in which you can count by hand, shows it.",
        (
            ("5.2", "one window is missing"),
            ("6.1", "one layer too few"),
            ("7.2", "the walk does not arrive at b"),
        ),
    ),
    Family(
        "With `p` = 0.5 it looks right. With `p` = 0.1, nine of ten numbers are 0.",
        "Dropout sets a share `p` of the numbers to 0, and scales up the others:",
        "mask = (rng.random(x.shape) < p) / (1 - p)",
        "A number of `rng.random` is less than 0.1 in one of ten cases, and those are "
        "the ones that stay: the comparison is turned round.",
        "`>= p`. Try a value far from ½, where a thing and its opposite differ.",
        (
            ("6.4", "p is the share that is kept, not the one that is dropped"),
            ("8.5", "that is one minus the error"),
            ("9.1", "paper was taken for ink"),
        ),
    ),
    Family(
        "Multiply the loss by 2: the gradients before this layer stay the same.",
        "ReLU, on the way back, in `backward(self, grad_output)`:",
        "return self.passed.astype(float)",
        "This is the layer's own slope. The chain rule multiplies it by what arrives "
        "from the layer after it, and that is in `grad_output`.",
        "`grad_output * self.passed`. In a test, give an argument two values, and "
        "expect two answers.",
        (
            ("4.5", "grad_output has no effect"),
            ("4.2", "grad_output has no effect"),
            ("4.4", "grad_output has no effect"),
            ("5.5", "grad_output has no effect"),
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
WARD = "which of the names in that table fits what the run shows?"
DAYS = """\
# Mistakes, by exercise

*Which mistakes does the check of an exercise know, and what does it ask?*

**If you have solved an exercise,** open its box and see what you avoided. Before
that, it would give the answer away.

**If you teach,** read the boxes of a day before the lesson, and have the questions
ready. [Grade a class](instructors.md#grade-a-class) counts which of these mistakes
yours makes. The same slip in different exercises stands together on [the page by what
you see](mistakes.md).

**Where they come from.** They are constructed; nobody has counted them in a class.
The authors of the checks wrote wrong answers and gave each a sentence and a question,
which `check` prints when an answer behaves like it. To test the checks, a second set
of wrong answers was written from the lessons alone, without sight of that list. In
each box, the mistakes that are in both sets come first.

**What is counted.** Sentences: {mistakes} for {exercises} exercises, {likely} of them
in both sets. The same slip in three exercises counts three times, and {edges}
sentences name no slip, only the case that fails. They are the last line of a box:
*Right, except when N equals K*. What a check says about an answer to any exercise,
such as a transposed result or an error, is not listed.
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


def pages():
    """Return the text of both pages, by file."""
    where = headings()
    numbers = sorted(where, key=sort_key)
    known = {number: found for number in numbers if (found := mistakes(number))}
    return {
        ROOT / "book/mistakes.md": ABOUT + by_sight(known, where),
        ROOT / "book/mistakes_by_exercise.md": by_exercise(known, where),
    }


def by_exercise(known, where):
    """Return what the check of each exercise knows, day by day."""
    met = likely(known)
    problems = [problem for found in known.values() for problem, _ in found]
    parts = [
        DAYS.format(
            mistakes=f"{len(problems):,}".replace(",", "\N{NO-BREAK SPACE}"),
            likely=sum(map(len, met.values())),
            edges=sum(problem.startswith(EDGE) for problem in problems),
            exercises=len(known),
        )
    ]
    for day, some in groupby(known, key=day_of):
        some = list(some)
        parts.append(f"\n## {in_words(day).capitalize()}\n")
        common = set.intersection(*(set(known[number]) for number in some))
        if common:
            ordered = [m for m in known[some[0]] if m in common]
            parts.append(folded("In each of these exercises", by_question(ordered)))
        if day == CLINIC:
            often = Counter(mistake for number in some for mistake in known[number])
            against = [m for m, n in often.items() if n > 1 and m not in common]
            name, common = "`diagnosis` is none of the names", common | set(against)
            against = [m for m in against if not m[0].startswith(name)]
            against.append((f"{name} in the table of its ward", WARD))
            against.sort(key=lambda mistake: not mistake[0].startswith("it is not"))
            parts.append(folded("In several of them", by_question(against)))
        for number in some:
            own = [m for m in known[number] if m not in common]
            own.sort(key=lambda m: (m[0] not in met[number], bool(FORMAL.match(m[0]))))
            _, title, report = where[number]
            task = TASKS.get(number) or f"{report} What does this run have?"
            slips = sum(not problem.startswith(EDGE) for problem, _ in own)
            parts.append(
                folded(
                    f"<strong>{number}</strong> {escape(title)} · "
                    f"{slips} mistake{'s' * (slips > 1)}",
                    f"{task} [The exercise]({in_lesson(where, number)})\n\n"
                    + by_question(own),
                )
            )
    return "".join(parts)


def worked(kind, known, where):
    """Return a mistake as it is met: its sight and its line, the rest to be opened."""
    (first, problem), *others = kind.forms
    # The KeyError of a form that no check knows any more stops the page
    hints = [dict(known[n])[said] for n, said in kind.forms if not kind.question]
    others = sorted({number for number, _ in others}, key=sort_key)
    also = ", ".join(f"[{n}]({in_lesson(where, n)})" for n in others)
    also = (
        f"Also in {also}."
        if also
        else f"Every check looks for it, and says *{problem}*."
    )
    return (
        f"**{kind.symptom}**\\\n{kind.task}\n\n```python\n{kind.line}\n```\n"
        + folded(
            in_html(kind.question or hints[0]),
            f"**Cause.** {kind.cause}\n\n**Cure.** {kind.cure}\n\nThe line is from "
            f"[{where[first][1]} ({first})]({in_lesson(where, first)}). {also}",
            "answer",
        )
    )


def symptoms(known):
    """Return what is seen: ``[(symptom, places in FAMILIES, {cause: [mistake, …]})]``.

    A mistake is ``(exercise, problem, question)``. A line of the table that no sentence
    of a check begins with, or more than one, stops the page.
    """
    found = []
    for line in SEEN.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            symptom, _, places = line[2:].partition(" | ")
            causes, cause = {}, ""
            found.append((symptom, [int(place) for place in places.split()], causes))
        elif line.startswith("> "):
            continue  # see advice
        elif line.startswith("- "):
            cause = line[2:]
        else:
            number, start = line.split(" ", 1)
            some = [m for m in known[number] if m[0].startswith(start)]
            some = [m for m in some if m[0] == start] or some
            assert len(some) == 1, (symptom, line, some)
            causes.setdefault(cause, []).append((number, *some[0]))
    return found


def advice():
    """Return the usual cause of what is seen, and a test for it, by symptom."""
    lines = SEEN.read_text(encoding="utf-8").splitlines()
    return {
        line[2:].partition(" | ")[0]: below.removeprefix("> ")
        for line, below in pairwise(lines)
        if line.startswith("# ") and below.startswith("> ")
    }


def by_sight(known, where):
    """Return what may be seen: its cause, a test, a line, its forms in exercises."""
    rows, tests = [], advice()
    for symptom, places, causes in symptoms(known):
        rows.append(f"## {capital(symptom)}\n\n{tests[symptom]}\n")
        rows += [worked(FAMILIES[n - 1], known, where) for n in places]
        for cause, some in causes.items():
            lines = []
            for (number, hint), alike in groupby(some, key=lambda m: (m[0], m[2])):
                said = [problem for _, problem, _ in alike]
                said[1:] = [problem.removeprefix(EDGE) for problem in said[1:]]
                lines.append(
                    f"- [{where[number][1]}]({in_lesson(where, number)}): "
                    f"{plain(capital('; '.join(said)))}. *{plain(capital(hint))}*"
                )
            name = f"{in_html(cause or 'in the exercises')} · {len(some)} times"
            rows.append(folded(name, "\n".join(lines)))
        rows.append("")
    return "\n".join(rows)


def in_lesson(where, number):
    """Return the address of an exercise in its lesson."""
    return f"../{where[number][0]}#exercise-{number.replace('.', '-').lower()}"


def folded(summary, text, kind="mistakes"):
    """Return a text that opens when its first line is clicked."""
    # Sphinx keeps numbers and units together, but not in what is HTML already
    summary = re.sub(
        r"(\d) (?=%|images|pixels|epochs|seconds)", "\\1\N{NO-BREAK SPACE}", summary
    )
    return (
        f'\n<details class="{kind}">\n<summary>{summary}</summary>\n\n'
        f"{text}\n\n</details>\n"
    )


def by_question(found):
    """Return mistakes as a list: those with one question, a line each, and it."""
    problems, cases, rows = defaultdict(list), [], []
    found, shapes = one_of_six(found)
    for problem, hint in found:
        if problem.startswith(EDGE):
            cases.append(plain(problem.removeprefix("only wrong ")))
        else:
            problems[hint].append(problem)
    for hint, some in problems.items():
        lines = [plain(capital(problem)) for problem in alike(some)]
        lines.append(f"*{plain(capital(hint))}*")
        rows.append("- " + "\\\n  ".join(lines))
    rows += shapes
    if cases:
        cases[-1] = "or " * (len(cases) > 1) + cases[-1]
        rows.append(f"- Right, except {'; '.join(cases)}")
    return "\n".join(rows)


def one_of_six(found):
    """Return the mistakes without those of one shape among six, and these as a list."""
    ends, hints, others = [], defaultdict(list), []
    for problem, hint in found:
        if not (
            match := re.match(r"your shape of (.+?) ((?:is|has|does) .+)", problem)
        ):
            others.append((problem, hint))
        elif "tuple" in hint:
            others.append(("one of the six shapes is not a tuple", hint))
        else:
            ends.append(match[2])
            hints[hint].append(match[1])
    if not ends:
        return found, []
    lines = [f"One of the six shapes {'; '.join(dict.fromkeys(ends))}"]
    for hint, some in hints.items():
        names = ", ".join(plain(name) for name in dict.fromkeys(some))
        lines.append(f"{names}: *{plain(capital(hint))}*")
    return list(dict.fromkeys(others)), ["- " + "\\\n  ".join(lines)]


def alike(problems):
    """Return sentences; three or more that begin with the same four words are one."""
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
        yield f"{' '.join(words[0][:same])} … {ends}"


# What is code in a sentence of a check, although it has no backticks there
CODE = re.compile(
    r"(?<![\w.])(?:"
    r"\.(?:gitignore|venv|astype)|__\w+__|requirements\.txt|by=0|0:1"
    r"|[A-Za-z]\w*(?:\.[A-Za-z]\w*)+(?:\((?:[^()]|\([^()]*\))*\))?"  # np.max(…)
    r"|[A-Za-z]\w*\[[^\]]*\]|len\(\)"  # P[…, …]
    r"|[a-z]+_[a-z]{3,}[a-z_]*|mean\([^()]*\)"  # grad_output, not y_i
    r"|u?int\d+|float\d+|keepdims|arg(?:min|max|sort)|d[WbZzx]|dgamma|dbeta|nan|-?inf"
    r"|std|grad|lr|eps|betas|rng|True|False|reshape(?= (?:moves?|was))|backward(?!s)"
    r"|labels(?= needs)|by(?= is \d)|(?:n )?\*\* 1 / 2|p \* 1 - p|x \* mask"
    r"|254 // 255|u >= p|2 \^ n|\[\x22a\x22, \x22b\x22\])(?![A-Za-z0-9_])"
    r"|(?<!\S)(?:\*\*?|<=?|//|\+=|==|>=|=(?= or)|/(?= (?:do|comes))|-$)(?=$|[\s?,])"
)
SYMBOLS = [  # and how its mathematics is set
    (r" - (?=\S)", " − "),
    (r"(?<![\w.)\]])-(?=[\d\w])", "−"),
    (r"\b(y|u|x|s)_([ijn]{1,2})\b", lambda m: m[1] + m[2].translate(LOWERED)),
    (r"e\^\(v/2\) ε", "ε exp(v/2)"),
    (r"e\^\(v/2\)", "exp(v/2)"),
    (r"\^H", "ᴴ"),
    (r"e\^v\b", "exp(v)"),
    (r"\bm-hat", "m̂"),
    (r"\bs-hat", "ŝ"),
    (r"\bbeta\b", "β"),
]
LOWERED = str.maketrans("ijn", "ᵢⱼₙ")


def typeset(sentence):
    """Return the pieces of a sentence of a check: ``[(is it code?, text), …]``."""
    parts = sentence.split("`")
    if len(parts) % 2 == 0:
        parts = [sentence]
    pieces = []
    for k, part in enumerate(parts):
        if k % 2:
            pieces.append((True, part))
            continue
        end = 0
        for match in CODE.finditer(part):
            pieces += [(False, part[end : match.start()]), (True, match[0])]
            end = match.end()
        pieces.append((False, part[end:]))
    return [(code, text if code else symbols(text)) for code, text in pieces if text]


def symbols(text):
    """Return a text with minus signs, indices and powers as they are printed."""
    for pattern, sign in SYMBOLS:
        text = re.sub(pattern, sign, text)
    return text


def plain(sentence):
    """Return a sentence of a check as Markdown: code as code, the rest literally."""
    text = "".join(
        f"`{part}`" if code else re.sub(r"([\\`*_\[\]<>$|~{}])", r"\\\1", part)
        for code, part in typeset(sentence)
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
    return "".join(
        f"<code>{escape(part, quote=False)}</code>"
        if code
        else re.sub(r"(?<=\w)'", "’", escape(part, quote=False))
        for code, part in typeset(capital(question))
    )


def capital(text):
    """Return a sentence with a capital, unless it begins with a name."""
    # np.zeros, dW and β stay as they are written
    name = re.match(
        r"\w*[._]\w|[b-z](?:\b|²)|\w[A-Z0₀-₉]|\w+\(|[^\x00-\x7f]|"
        r"(d[abmwxyz]|d?gamma|d?beta|lr|grad|std|nan|inf|u?int\d+|float\d+|keepdims|"
        r"argsort|argmax|min|max|reshape|backward|depth|train and|test is|target was|"
        r"labels needs)\b",
        text,
    )
    return text if name else text[0].upper() + text[1:]


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
