"""What the tables and drawings of the reference say is what the code does."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from lib import models, nn
from lib.page import KNOWN
from lib.recognition import STEPS
from lib.recognition.made import TROUBLES

API = Path(__file__).parent.parent / "book" / "api"


def built(name):
    return getattr(models, name)(rng=np.random.default_rng(0)).eval()


def drawing(name):
    """Return the lines of the drawing in a model's docstring, as (what happens, shape)."""
    docstring = inspect.getdoc(getattr(models, name))
    lines = re.findall(r"^ {4}(\S.*?) {2,}\(N, ([\d, ]+)\)$", docstring, re.M)
    return [(what, tuple(map(int, shape.split(", ")))) for what, shape in lines]


@pytest.mark.parametrize("name", models.__all__)
def test_a_model_has_as_many_weights_as_are_said(name):
    weights = f"{sum(p.data.size for p in built(name).parameters()):,}".replace(",", " ")
    assert f" {weights} weights" in inspect.getdoc(getattr(models, name))
    page = (API / "models.md").read_text(encoding="utf-8")
    for said in re.findall(rf"^\| \[`{name}`\]\(#{name}\) \| ([\d ]+) \|", page, re.M):
        assert said == weights


@pytest.mark.parametrize("name", [name for name in models.__all__ if name != "mlp"])
def test_the_drawing_of_a_model_shows_its_layers_and_their_shapes(name):
    model, lines = built(name), drawing(name)
    parts = [model.encoder, model.decoder] if isinstance(model, nn.AutoEncoder) else [model]
    layers = [layer for part in parts for layer in part]
    x = np.zeros((1, 1, 28, 28), np.float32)
    shapes, output = [x.shape[1:]], model(x).shape[1:]
    for layer in layers:
        x = layer(x)
        shapes.append(x.shape[1:])
    passed = iter([*shapes, output])
    assert all(shape in passed for _, shape in lines)  # all of them, and in this order
    words = " ".join(what for what, _ in lines)
    convolutions = nn.Conv2d, nn.ConvTranspose2d
    assert words.count("template") == sum(isinstance(layer, convolutions) for layer in layers)
    assert words.count("Linear") == sum(isinstance(layer, nn.Linear) for layer in layers)


def test_the_page_on_recognition_has_the_steps_in_their_order_and_all_troubles():
    page = (API / "recognition.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| `([\w ]+)` \| \[`(\w+)`\]", page, re.M)
    steps = [(name, step.__name__) for name, step in STEPS.items()]
    assert rows == [(str(number), *step) for number, step in enumerate(steps, 1)]
    cells = re.findall(r"^\| ((?:`[\w ,]+`(?:, )?)+) \|", page.partition("trouble |")[2], re.M)
    assert re.findall("`([^`]+)`", " ".join(cells)) == list(TROUBLES)


def test_the_page_on_pages_names_the_layers_that_a_page_can_run():
    text = (API / "page.md").read_text(encoding="utf-8")
    (sentence,) = re.findall(r"keys of `page\.KNOWN`: (.*?)\.", text)
    assert set(re.findall(r"`(\w+)`", sentence)) == {layer.__name__ for layer in KNOWN}
