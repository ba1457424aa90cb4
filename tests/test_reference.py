"""A page of the reference opens with a question, says where it is met, and has code that runs."""

import doctest
import re
from pathlib import Path

import pytest

API = Path(__file__).parent.parent / "book" / "api"
EVERY = sorted(API.glob("*.md"))
PAGES = [path for path in EVERY if path.stem != "index"]
MOST = 10  # lines of an example that the reader types


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


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_with_much_on_it_helps_to_choose(path):
    objects = re.findall(r"^##+ (\w+)$", path.read_text(encoding="utf-8"), re.M)
    choices = set(re.findall(r"\]\(#(\w+)\)", opening(path)))
    assert choices <= {name.lower() for name in objects}
    assert len(objects) <= 20 or len(choices) >= 10
