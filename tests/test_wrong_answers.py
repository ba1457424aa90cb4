"""Checks meet answers that were written from the lessons alone, wrong ones and right ones.

Each wrong answer is marked with its mistake. Whether the line names it was judged once by hand, by
someone who wrote neither; the judgement belongs to that line, so a line that changes must be judged
again: ``python tests/test_wrong_answers.py`` prints those, and takes verdicts from standard input.
"""

import contextlib
import importlib
import io
import json
import re
import sys
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from lib.course.checks import exercises, judge
from wrong_answers import ANSWERS, JUDGED, judgements

DAYS = *range(1, 11), "C"
for day in DAYS:
    importlib.import_module(f"wrong_answers.{'clinic' if day == 'C' else f'day{day:02d}'}")
WRONG = [answer for answer in ANSWERS if answer.mistake]
RIGHT = [answer for answer in ANSWERS if not answer.mistake]
VERDICTS = "named", "partly", "not", "misled"
NUMBERS = [number for day in DAYS for number in exercises(day)]


@cache
def judged():
    return judgements()


def verdict_on(answer):
    with contextlib.redirect_stdout(io.StringIO()):  # some answers print
        return judge(answer.number, answer.answer)


def steady(line):
    """Blank numbers: they may differ in their last digit from machine to machine."""
    for older, newer in OLDER_NUMPY.items():
        line = line.replace(older, newer)
    return re.sub(r"-?\d+\.\d+(e-?\d+)?", "#", line)


OLDER_NUMPY = {  # NumPy 2.1 takes an array of one number for a number, and says so
    "only length-1 arrays can be": "only 0-dimensional arrays can be",
    ", but not when a pixel ends at 254, 255 or 256": "",
}


@pytest.mark.parametrize("answer", RIGHT, ids=lambda answer: answer.key)
def test_a_right_answer_is_accepted(answer):
    verdict = verdict_on(answer)
    assert verdict.status == "✅", verdict.line


@pytest.mark.parametrize("answer", WRONG, ids=lambda answer: answer.key)
def test_a_wrong_answer_is_caught_with_the_line_that_was_judged(answer):
    verdict = verdict_on(answer)
    assert verdict.status == "❌", verdict.line
    assert steady(verdict.line) == steady(judged()[answer.key]["line"]), "judge this line again"
    assert judged()[answer.key]["verdict"] in VERDICTS[:3], "a line that misleads"


def test_the_judgements_belong_to_these_answers():
    assert set(judged()) == {answer.key for answer in WRONG}


@pytest.mark.parametrize("number", NUMBERS)
def test_every_exercise_has_eight_wrong_answers_and_three_right_ones(number):
    assert sum(answer.number == number for answer in WRONG) >= 8
    assert sum(answer.number == number for answer in RIGHT) >= 3


def test_mistakes_are_named():
    table = defaultdict(Counter)
    for answer in WRONG:
        table[answer.number][judged()[answer.key]["verdict"]] += 1
    for number, counts in table.items():
        print(f"{number}  {counts['named']:2} of {counts.total():2} named", dict(counts))
        assert counts["named"] >= 0.65 * counts.total(), number
    total = sum(table.values(), Counter())
    print(f"all  {total['named']} of {total.total()} named", dict(total))
    assert total["named"] >= 0.85 * total.total()


def main():
    """Print what has no verdict for its line; read verdicts, one line each: key, tab, verdict."""
    known = judgements() if JUDGED.exists() else {}
    given = {} if sys.stdin.isatty() else dict(
        line.rstrip("\n").split("\t") for line in sys.stdin if "\t" in line
    )  # fmt: skip
    kept = {}
    for answer in WRONG:
        line, old = verdict_on(answer).line, known.get(answer.key)
        if answer.key in given:
            kept[answer.key] = {"line": line, "verdict": given[answer.key]}
        elif old and steady(old["line"]) == steady(line):
            kept[answer.key] = old
        else:
            print(f"{answer.key}\t{answer.mistake}\t{line}")
    rows = (f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in kept.items())
    text = ",\n".join(rows)
    Path(JUDGED).write_text("{\n" + text + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
