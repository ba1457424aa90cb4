"""Each lesson opens with five questions about the day before; their numbers are recomputed here.

The questions are one Markdown cell, each answer folded in ``<details>``. The cell's metadata says
in ``numbers`` how every number of the answers comes about, as an expression of Python:

    "numbers": {"101 770": "784 * 128 + 128 + 128 * 10 + 10"}

Expressions may use what is in ``NAMES``, among it a stored run, ``record("mlp")``.
"""

import ast
import json
import math
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from lib import models, nn
from lib.data import load_mnist

ROOT = Path(__file__).parent.parent
LESSONS = [p for p in sorted(ROOT.glob("lessons/day*.ipynb")) if p.stem >= "day02"]
ANSWER = re.compile(r"<details>\s*<summary>(.*?)</summary>\n\n(.*?)\n\n</details>", re.DOTALL)
A_PLACE = re.compile(r"\[[^\]]*\]\([^)]*\)|\b(?:days?|sections?|exercise) [\d.]+(?: and \d+)?")


def record(name):
    return json.loads((ROOT / f"results/{name}.json").read_text(encoding="utf-8"))


NAMES = {"np": np, "math": math, "nn": nn, "models": models, "record": record}
NAMES |= {"load_mnist": load_mnist, "adjusted_rand_score": adjusted_rand_score}


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def recall(request):
    cells = nbformat.read(request.param, as_version=4).cells
    found = [c for c in cells if c.cell_type == "markdown" and c.source.startswith("## Recall")]
    assert len(found) == 1, "a lesson has one cell that starts with '## Recall'"
    return found[0]


def says(text, value):
    """Tell whether a text is the value, rounded to the decimals that the text has."""
    if isinstance(value, bool | str | tuple | list):
        return text == str(value)
    digits = text.replace(" ", "").replace("\N{MINUS SIGN}", "-")
    decimals = len(digits.partition(".")[2])
    return digits == f"{float(value):.{decimals}f}"


def test_five_questions_have_folded_answers(recall):
    assert len(ANSWER.findall(recall.source)) == 5 == recall.source.count("<details>")


def test_every_number_of_the_answers_has_an_expression(recall):
    text = A_PLACE.sub("", " ".join(answer for _, answer in ANSWER.findall(recall.source)))
    for number in sorted(recall.metadata.get("numbers", {}), key=len, reverse=True):
        assert number in text, f"{number} is in no answer"
        text = text.replace(number, "")
    assert not re.search(r"\d", text), text


def test_every_number_is_what_its_expression_gives(recall):
    for number, expression in recall.metadata.get("numbers", {}).items():
        tree = ast.parse(expression, mode="eval")
        assert not isinstance(tree.body, ast.Constant), f"{number}: say how it comes about"
        value = eval(compile(tree, number, "eval"), NAMES)
        assert says(number, value), f"{number} is {value}"


@pytest.mark.parametrize(
    ("text", "value", "right"),
    [("101 770", 101770, True), ("97.8", 97.82, True), ("97.9", 97.82, False),
     ("(64, 10)", (64, 10), True), ("\N{MINUS SIGN}0.5", -0.5, True), ("0.1", 0.16, False)],
)  # fmt: skip
def test_a_number_is_right_to_its_last_digit(text, value, right):
    assert says(text, value) == right
