"""A page of the reference opens with a question, says where it is met, and has code that runs."""

import doctest
import inspect
import pydoc
import re
import sys
import types
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from book_reference import figure, with_imports
from lib import plot
from lib.course import checks
from lib.metrics import sharpness

ROOT = Path(__file__).parent.parent
API = ROOT / "book" / "api"
EVERY = sorted(API.glob("*.md"))
PAGES = [path for path in EVERY if path.stem != "index"]
MOST = 10  # lines of an example that the reader types


@pytest.fixture(autouse=True)
def nothing_was_asked_before(monkeypatch):
    """An example shows a first hint and a first case, and is run again as a doctest of lib."""
    monkeypatch.setattr(checks, "_hinted", {})
    monkeypatch.setattr(checks, "_failed", {})


def opening(path):
    """Return what stands above the first object of a page."""
    return re.split(r"^## ", path.read_text(encoding="utf-8"), maxsplit=1, flags=re.M)[0]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_opens_with_its_question_and_says_where_it_is_met(path):
    title, question, *rest = opening(path).split("\n\n")
    assert re.fullmatch(r"# .+ · `lib\.[\w.]+`(, `lib\.[\w.]+`)*", title)
    assert re.fullmatch(r"\*[A-Z][^*]*\?\*", question)
    assert "lessons/" in "\n\n".join(rest)


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_the_example_of_a_page_prints_what_the_page_says(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # it may write files
    monkeypatch.setenv("MPLBACKEND", "agg")
    (example,) = re.findall(r"```pycon\n(.*?)```", opening(path), re.S)
    typed = [line for line in example.splitlines() if line.startswith((">>> ", "... "))]
    assert len(typed) <= MOST
    test = doctest.DocTestParser().get_doctest(example, {}, path.stem, str(path), 0)
    said = []
    doctest.DocTestRunner().run(test, out=said.append)
    assert not said, "".join(said)


def test_an_experiment_of_your_own_runs_as_the_page_tells_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = API / "experiments.md"
    text = path.read_text(encoding="utf-8").removeprefix(opening(path))
    told = "\n".join(re.findall(r"```pycon\n(.*?)```", text, re.S))
    told = re.sub(r"\d+\.\d\d s +", "...", told)  # time differs
    told = re.sub(r"CPU time +seeds", "CPU time...seeds", told)
    test = doctest.DocTestParser().get_doctest(told, {}, path.stem, str(path), 0)
    said = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    assert not said, "".join(said)
    (shown,) = re.findall(r"```text\n(\{.*?)```", text, re.S)
    record = Path("mine/flowers_momentum.json").read_text(encoding="utf-8")
    assert set(re.findall(r'"(\w+)":', shown)) <= set(re.findall(r'"(\w+)":', record))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_with_much_on_it_helps_to_choose(path):
    objects = re.findall(r"^##+ (\w+)$", path.read_text(encoding="utf-8"), re.M)
    choices = set(re.findall(r"\]\(#(\w+)\)", opening(path)))
    assert choices <= {name.lower() for name in objects}
    assert len(objects) <= 20 or len(choices) >= 10


def entries():
    """Yield (module, object) for each entry of the reference."""
    for path in PAGES:
        for name in re.findall(r"^\.\. auto\w+:: (lib\.[\w.]+)$", path.read_text("utf-8"), re.M):
            thing = pydoc.locate(name)
            members = vars(thing).items() if inspect.isclass(thing) else ()
            members = [member for own, member in members if not own.startswith("_")]
            for each in (thing, *filter(inspect.isfunction, members)):
                if ">>> " in (each.__doc__ or ""):
                    yield pytest.param(each, id=f"{name}:{each.__name__}")


@pytest.mark.parametrize("thing", list(entries()))
def test_an_example_runs_as_it_is_copied_from_its_page(thing, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    lines = inspect.getdoc(thing).splitlines()
    example = "\n".join(with_imports(lines, sys.modules[thing.__module__]))
    test = doctest.DocTestParser().get_doctest(example, {}, thing.__name__, None, 0)
    said = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    assert not said, "".join(said)


def test_an_example_imports_each_name_once():
    example = [">>> np.sqrt(np.ones(2)), np.pi, partial(sharpness)"]
    module = types.SimpleNamespace(__name__="lib.x", np=np, partial=partial, sharpness=sharpness)
    assert with_imports(example, module)[:-1] == [
        ">>> import numpy as np",
        ">>> from functools import partial",
        ">>> from lib.metrics import sharpness",
    ]


def test_what_is_met_here_only_is_used_nowhere_else():
    rows = re.findall(r"^\| (\[`.+?) \|.*here only", (API / "index.md").read_text("utf-8"), re.M)
    names = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    used = [
        *ROOT.glob("lessons/*.ipynb"),
        *ROOT.glob("lib/cli/*.py"),
        *ROOT.glob("lib/training/*.py"),
    ]
    sources = "\n".join(path.read_text("utf-8") for path in used)
    assert names
    assert not [name for name in names if re.search(rf"\b{name}\b", sources)]


def test_the_colours_of_the_page_are_those_of_the_figures():
    text = (API / "plot.md").read_text("utf-8")
    rows = re.findall(r"^\| (<span .+?) \| `plot\.(\w+)` \|", text, re.M)
    told = {name: re.findall(r"background:(#\w{6})", swatches) for swatches, name in rows}
    public = {name: getattr(plot, name) for name in plot.__all__ if name.isupper()}
    assert told == {name: [c] if isinstance(c, str) else c for name, c in public.items()}


def test_a_figure_is_shown_with_the_lines_that_add_to_it():
    code = figure("plot.latent_map")[2]
    assert code.startswith("plot.latent_map(")
    assert "plt.gca().set(" in code
    assert "plt.show()" not in code


def test_a_figure_that_no_lesson_draws_is_not_shown():
    with pytest.raises(ValueError, match=r"^no lesson draws figure 1 with"):
        figure("plot.nothing")
