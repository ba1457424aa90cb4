"""The built book, read as files: every page there, every link whole, nothing from elsewhere."""

import html
import importlib
import inspect
import json
import pkgutil
import re
import urllib.parse

import numpy as np
import pytest

import built_book
import lib
from built_book import HTML, ROOT, all_pages, page, toc_pages
from lib import nn, optim
from lib.course.checks import exercises, judge
from lib.course.copies import Lessons
from lib.course.diagnosis.declare import EXERCISES
from lib.data import DataLoader, Dataset, MissingFileError, load_fashion_mnist, load_kmnist
from lib.gradcheck import gradcheck
from lib.training import fit

WRITTEN = {int(path.stem[3:5]) for path in ROOT.glob("lessons/day*.ipynb")}
DAYS_TO_COME = set(range(1, 11)) - WRITTEN


@pytest.fixture(scope="module", autouse=True)
def _fresh_book():
    built_book.require_fresh_book()


def is_external(link):
    return re.match(r"[a-z][a-z0-9+.-]*:|//", link) is not None


# -- pages ---------------------------------------------------------------------------------------


def test_every_page_of_the_table_of_contents_is_built():
    missing = [name for name in toc_pages() if not (HTML / f"{name}.html").is_file()]
    assert not missing


def test_every_notebook_and_every_page_is_in_the_table_of_contents():
    written = [*ROOT.glob("lessons/*.ipynb"), *ROOT.glob("solutions/*.ipynb")]
    written += [*ROOT.glob("book/*.md"), *ROOT.glob("book/*.ipynb"), *ROOT.glob("book/api/*.md")]
    names = {path.relative_to(ROOT).with_suffix("").as_posix() for path in written}
    assert names == set(toc_pages())


def test_the_front_page_leads_into_the_book():
    assert "book/index.html" in page(HTML / "index.html").source


def test_no_page_shows_a_traceback():
    for built in all_pages():
        assert "Traceback (most recent call last)" not in built.source, built.path
        assert not re.search(r'class="[^"]*\boutput traceback\b', built.source), built.path


def test_no_page_shows_markup_that_was_not_understood():
    for name in toc_pages():
        built = page(HTML / f"{name}.html")
        assert "system-message" not in built.source, name
        text = re.sub(r"<(pre|code|script)\b.*?</\1>", "", built.source, flags=re.DOTALL)
        text = re.sub(r"<[^>]*>", "", text)
        for leftover in ("```", ":::", "{ref}", "{doc}", "{cite", "](http", "](../"):
            assert leftover not in text, f"{name} shows {leftover}"


def test_every_page_has_a_title_and_a_description_of_its_own():
    titles, descriptions = {}, {}
    for name in toc_pages():
        source = page(HTML / f"{name}.html").source
        titles[name] = re.search(r"<title>(.*?)</title>", source, re.S)[1]
        assert len(re.findall('<meta name="description"', source)) == 1, name
        descriptions[name] = re.search('<meta name="description" content="(.*?)"', source)[1]
        assert 50 <= len(html.unescape(descriptions[name])) <= 200, name
        assert descriptions[name].endswith("."), name
    for own in (titles, descriptions):
        assert len(set(own.values())) == len(own)


def test_the_page_at_the_top_says_what_the_front_page_says():
    front, top = (page(HTML / path).source for path in ("book/index.html", "index.html"))
    for tag in ("<title>.*</title>", '<meta name="description" .*>', '<meta property="og:.*>'):
        assert re.findall(tag, top) == re.findall(tag, front) != []


# -- links ---------------------------------------------------------------------------------------


def test_every_internal_link_leads_to_a_page_and_an_anchor_that_exist():
    broken = []
    for built in all_pages():
        for link in built.links:
            if is_external(link):
                continue
            address, _, anchor = link.partition("#")
            address = urllib.parse.unquote(address.partition("?")[0])
            target = (built.path.parent / address).resolve() if address else built.path
            if not target.is_file():
                broken.append(f"{built.path.relative_to(HTML)} -> {link}")
            elif anchor and urllib.parse.unquote(anchor) not in page(target).ids:
                broken.append(f"{built.path.relative_to(HTML)} -> {link} (no such anchor)")
    assert not broken


def test_links_between_notebooks_and_pages_lead_to_the_file_in_jupyter_too():
    link = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)\s]*)?\)")
    for source in [*ROOT.glob("*/*.ipynb"), *ROOT.glob("book/**/*.md")]:
        text = source.read_text(encoding="utf-8")
        if source.suffix == ".ipynb":
            cells = json.loads(text)["cells"]
            text = "".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
        text = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
        for target in link.findall(text):
            assert (source.parent / target).is_file(), f"{source.name} links to {target}"


def test_every_exercise_is_linked_with_its_solution_by_its_number():
    """The exercises of a day are in its lesson; a page of the book may hold one more."""
    days = {}
    for path in [*ROOT.glob("lessons/*.ipynb"), *ROOT.glob("book/*.ipynb")]:
        built = page(HTML / path.relative_to(ROOT).with_suffix(".html"))
        exercises = {anchor for anchor in built.ids if is_exercise(anchor)}
        assert exercises or path.parent.name == "book", f"{path.stem} has no exercise"
        for anchor in exercises:
            day = anchor.split("-")[1]
            name = "clinic" if day == "c" else f"day{int(day):02}_*"
            (solution,) = ROOT.glob(f"solutions/{name}.ipynb")
            assert f"../solutions/{solution.stem}.html#{anchor}" in built.links, anchor
            days.setdefault(solution.stem, set()).add(anchor)
    for name, exercises in days.items():
        assert exercises == {a for a in page(HTML / f"solutions/{name}.html").ids if is_exercise(a)}


def is_exercise(anchor):
    return re.fullmatch(r"exercise-(\d+|c)-\d+", anchor) is not None


def test_an_equation_that_is_referred_to_is_a_link_to_it():
    for lesson in ROOT.glob("lessons/*.ipynb"):
        built = page(HTML / f"lessons/{lesson.stem}.html")
        text = re.sub(
            r"<(pre|code|a|div class=\"math)\b.*?</(pre|code|a|div)>", "", built.source, flags=re.S
        )
        for number in re.findall(r"\\tag\{([^}]*)\}", built.source):
            anchor = "equation-" + number.replace(".", "-")
            assert anchor in built.ids, f"{lesson.stem}: equation {number} has no anchor"
            if f"({number})" in text:
                assert f"#{anchor}" in built.links, f"{lesson.stem}: ({number}) is no link"


def test_a_tap_on_a_figure_opens_its_file():
    figures = 0
    for name in toc_pages():
        built = page(HTML / f"{name}.html")
        figure_file = (
            r'<img [^>]*src="([^"]*_images/(?:[0-9a-f]{64}|\w+_(?:curves|examples|digits))\.png)"'
        )
        for figure in re.findall(figure_file, built.source):
            assert figure in built.links, name
            figures += 1
    assert figures > 50


def test_days_to_come_are_named_but_not_linked():
    index = page(HTML / "book/index.html")
    cards = re.split(r'<div class="sd-card ', index.source)[1:]
    clinic = cards.pop(7)
    assert "The clinic" in clinic and "lessons/clinic" in clinic
    assert len(cards) == 10
    for day, card in enumerate(cards, start=1):
        assert f"Day {day} ·" in card.replace("\N{NO-BREAK SPACE}", " ")
        assert ("To come" in card) == (day in DAYS_TO_COME), f"day {day}"
        assert (f"lessons/day{day:02d}_" in card) == (day in WRITTEN), f"day {day}"
    ahead = re.compile("|".join(f"day{day:02d}_" for day in DAYS_TO_COME) or "(?!)")
    for built in all_pages():
        assert not any(ahead.search(link) for link in built.links), built.path


def test_the_front_page_gives_each_day_the_time_that_its_lesson_gives_and_their_sum():
    index = (ROOT / "book/index.md").read_text(encoding="utf-8")
    said = re.findall(r"^\*(\d+) hours?(?: (\d+) minutes)?\*$", index, re.M)
    minutes = re.compile(r"(\d+) minutes to read, (\d+) for the exercises")
    lessons = [ROOT / "lessons" / name for name in Lessons().days().values()]
    found = [minutes.search(path.read_text(encoding="utf-8")) for path in lessons]
    minutes = [int(m[1]) + int(m[2]) for m in found]
    assert [60 * int(hours) + int(rest or 0) for hours, rest in said] == minutes
    for name in ("book/index.md", "README.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert re.search(r"about (\d+) hours", text)[1] == str(round(sum(minutes) / 60)), name
    page_source = (ROOT / "book/instructors.md").read_text(encoding="utf-8")
    planned = re.findall(r"^\| (?:day \d+|the clinic)[^|]*\| (\d+) \+ (\d+) \|", page_source, re.M)
    assert planned == [m.groups() for m in found]


def test_the_exercise_that_instructors_are_shown_names_the_mistake_as_they_are_told(monkeypatch):
    exercises(3)  # the real ones stay
    monkeypatch.setitem(EXERCISES, "3.9", None)  # and this one goes again
    del EXERCISES["3.9"]
    page_source = (ROOT / "book/instructors.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page_source, re.S)
    exec(example, {})
    assert f"\n{judge('3.9', lambda x: np.sum(x, axis=0)).line}\n" in page_source
    assert judge("3.9", lambda x: x.sum(axis=1)).status == "✅"


# -- nothing from elsewhere ----------------------------------------------------------------------


def test_no_page_loads_anything_from_another_host():
    for built in all_pages():
        outside = [
            load for load in built.loads if is_external(load) and not load.startswith("data:")
        ]
        assert not outside, built.path


def test_no_style_sheet_loads_anything_from_another_host():
    for sheet in HTML.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"(@import|url\()\s*['\"]?\s*(https?:)?//", text), sheet


def test_no_page_names_a_service_that_would_run_code_elsewhere():
    for built in all_pages():
        for word in ("thebe", "mybinder.org", "unpkg.com", "cdn.jsdelivr", "cdnjs."):
            assert word not in built.source, f"{built.path} names {word}"


# -- the reference, the glossary, the bibliography -----------------------------------------------


SUBMODULES = [
    "lib.course.checks",
    "lib.course.claims",
    "lib.course.environment",
    "lib.models.architecture",
    "lib.nn.init",
    "lib.serialization.archive",
    "lib.training.checkpoint",
]  # packages apart: what has a page of the reference of its own, or a part of one


def public_objects():
    """Yield (name, object) for everything that the modules of ``lib`` offer."""
    modules = [f"lib.{m.name}" for m in pkgutil.iter_modules(lib.__path__)]
    for name in [*modules, *SUBMODULES]:
        module = importlib.import_module(name)
        names = getattr(module, "__all__", None) or [
            n
            for n, thing in vars(module).items()
            if not n.startswith("_") and getattr(thing, "__module__", None) == name
        ]
        for n in names:
            thing = getattr(module, n)
            if inspect.isclass(thing) or inspect.isfunction(thing):
                yield f"{name}.{n}", thing


def documented_objects():
    ids = set().union(*(page(path).ids for path in (HTML / "book/api").glob("*.html")))
    for name in ids:
        module, _, attribute = name.rpartition(".")
        if name.startswith("lib."):
            try:
                yield getattr(importlib.import_module(module), attribute)
            except ModuleNotFoundError:
                continue  # the id of a method: its "module" is a class


def test_the_reference_has_everything_public():
    documented = {id(thing) for thing in documented_objects()}
    missing = [name for name, thing in public_objects() if id(thing) not in documented]
    assert not missing


def test_every_public_object_has_a_heading_of_its_own():
    for path in (ROOT / "book/api").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        headings = re.findall(r"^##+ (\w+)$", text, re.M)
        directives = re.findall(r"^\.\. auto\w+:: lib\.(?:\w+\.)*(\w+)$", text, re.M)
        assert headings == directives, path.name


def test_the_glossary_is_in_alphabetical_order_and_explains_in_sentences():
    text = (ROOT / "book/glossary.md").read_text(encoding="utf-8")
    entries = re.split(r"^### ", text, flags=re.M)[1:]
    entries = [re.split(r"^## ", entry, flags=re.M)[0] for entry in entries]
    terms = [entry.partition("\n")[0] for entry in entries]
    letters = [re.sub("[^a-z]", "", term.lower()) for term in terms]
    assert letters == sorted(letters)
    assert len(set(terms)) == len(terms) >= 45
    place = re.compile(r"\]\((\.\./lessons/\w+\.ipynb|command_line\.md|api/\w+\.md)#[\w-]+\)\.$")
    for entry in entries:
        body = entry.partition("\n")[2].strip()
        if not re.fullmatch(r"See \[.+\]\(#[\w-]+\)\.", body):
            assert place.search(body), entry  # where it is explained
            assert len(body.split()) >= 12, entry


def test_a_letter_at_the_top_of_the_glossary_leads_to_its_terms():
    text = (ROOT / "book/glossary.md").read_text(encoding="utf-8")
    assert re.findall(r"\[([A-Z])\]\(#[a-z]\)", text) == re.findall(r"^## ([A-Z])$", text, re.M)
    for part in re.split(r"^## ", text, flags=re.M)[1:]:
        terms = re.findall(r"^### .*?([A-Za-z])", part, re.M)
        assert {term.upper() for term in terms} == {part[0]}


def test_every_reference_is_on_the_bibliography_page_once():
    keys = re.findall(r"^@\w+\{(\w+),", (ROOT / "book/references.bib").read_text("utf-8"), re.M)
    source = (ROOT / "book/bibliography.md").read_text(encoding="utf-8")
    listed = re.findall(r"^([a-z]+\d{4})$", source, re.M)
    assert sorted(listed) == sorted(keys)
    built = page(HTML / "book/bibliography.html").source
    entries = re.findall(r'<li>\s*<p[^>]*>|<li [^>]*id="[a-z]+\d{4}', built)
    assert len(entries) >= len(keys)
    shown = html.unescape(re.sub(r"<[^>]*>", "", built))
    works = (ROOT / "book/references.bib").read_text("utf-8")
    for why in re.findall(r"^ *note *= *\{(.*)\}$", works, re.M):
        assert why.replace(r"\%", "%") in shown.replace("\N{NO-BREAK SPACE}", " ")
    article = shown[shown.index("What the course builds on") :]
    assert not re.search(r"[{}\\]|\$", article.partition("Vaswani")[0])  # LaTeX, not understood


def test_a_work_leads_back_to_the_lessons_that_cite_it():
    built = page(HTML / "book/bibliography.html").source
    for lesson in ROOT.glob("lessons/*.ipynb"):
        for key in set(re.findall(r"bibliography\.md#(\w+)", lesson.read_text(encoding="utf-8"))):
            entry = re.search(rf'<li id="{key}-\d+">.*?</li>', built, re.S)[0]
            assert f'href="../lessons/{lesson.stem}.html"' in entry, (key, lesson.stem)


def test_a_work_leads_back_to_the_docstrings_that_cite_it():
    built = page(HTML / "book/bibliography.html").source
    for key, there in {"johnson2016": "losses", "kingma2015": "optim"}.items():
        entry = re.search(rf'<li id="{key}-\d+">.*?</li>', built, re.S)[0]
        assert f'href="api/{there}.html"' in entry


# -- troubleshooting quotes what the reader sees --------------------------------------------------

RNG = np.random.default_rng(0)
F32 = np.float32


def backward_with_a_wrong_shape():
    layer = nn.Linear(784, 10, rng=RNG)
    layer(np.zeros((64, 784), F32))
    layer.backward(np.zeros(64, F32))


QUOTED = {
    "images into Linear": lambda: nn.Linear(784, 10, rng=RNG)(np.zeros((64, 28, 28), F32)),
    "one sample": lambda: nn.Linear(784, 10, rng=RNG)(np.zeros(784, F32)),
    "pixels": lambda: nn.Linear(784, 10, rng=RNG)(np.zeros((64, 784), np.uint8)),
    "float64": lambda: nn.Linear(784, 10, rng=RNG)(np.zeros((64, 784))),
    "backward first": lambda: nn.Linear(784, 10, rng=RNG).backward(np.zeros((64, 10), F32)),
    "gradient of wrong shape": backward_with_a_wrong_shape,
    "(4, 1) and (4,)": lambda: nn.MSELoss()(np.zeros((4, 1), F32), np.zeros(4, F32)),
    "label 10": lambda: nn.CrossEntropyLoss()(np.zeros((1, 10), F32), np.array([10])),
    "float labels": lambda: nn.CrossEntropyLoss()(np.zeros((1, 10), F32), np.array([1.0])),
    "model for parameters": lambda: optim.SGD(nn.Tanh(), lr=0.1),
    "class for layer": lambda: nn.Sequential(nn.Tanh),
    "check in float32": lambda: gradcheck(nn.Tanh(), np.zeros((4, 3), F32)),
}


@pytest.mark.parametrize("case", QUOTED)
def test_troubleshooting_quotes_the_message_as_it_is(case):
    with pytest.raises((ValueError, TypeError, RuntimeError)) as error:
        QUOTED[case]()
    page_source = (ROOT / "book/troubleshooting.md").read_text(encoding="utf-8")
    assert f"`{error.value}`" in page_source


@pytest.mark.parametrize("load", [load_kmnist, load_fashion_mnist])
def test_troubleshooting_quotes_what_a_missing_data_set_says(load, monkeypatch, tmp_path):
    monkeypatch.setenv("DLBH_DATA", str(tmp_path))
    monkeypatch.setattr("lib.data.image_sets.DATA_FOLDER", tmp_path)
    with pytest.raises(MissingFileError, match=r"lacks train-images-idx3-ubyte\.gz, "):
        load()


def test_troubleshooting_quotes_what_a_training_says_that_overflows():
    net, rows = nn.Linear(3, 2, rng=RNG), Dataset(np.ones((8, 3), F32), np.zeros((8, 2), F32))
    with pytest.raises(FloatingPointError) as error:
        fit(net, nn.MSELoss(), optim.SGD(net.parameters(), lr=1e30), DataLoader(rows, 1), epochs=1)
    page_source = (ROOT / "book/troubleshooting.md").read_text(encoding="utf-8")
    quoted = re.search(r"`FloatingPointError: (.*?) …`", page_source)[1]
    assert str(error.value).replace("became inf", "became nan").startswith(quoted)


# -- numbers keep together ------------------------------------------------------------------------


def test_no_line_begins_with_the_full_stop_of_a_formula():
    for name in toc_pages():
        source = page(HTML / f"{name}.html").source
        formula = r'<span class="math notranslate nohighlight">[^<]*</span>'
        assert not re.search(rf"(?<!together\">){formula}[.,;:!?)]", source), name


def test_no_line_can_break_within_a_shape():
    source = page(HTML / "book/notation.html").source
    shapes = re.findall(r'<code class="([^"]*)"><span class="pre">\(N,</span> ', source)
    assert len(shapes) > 5 and all("short" in classes.split() for classes in shapes)


def test_no_line_can_break_within_a_number_or_between_it_and_its_unit():
    torn = re.compile(r"\d (?:%|\d{3}(?!\d)|(?:pixels|epochs|images|seconds|minutes|MB)\b|× \d)")
    apart = re.compile(
        r"<(pre|code|script|svg|div class=\"math)\b.*?</(pre|code|script|svg|div)>", re.S
    )
    for name in toc_pages():
        article = re.search(r"<article.*</article>", page(HTML / f"{name}.html").source, re.S)[0]
        text = re.sub(
            r'<span class="math.*?</span>|<[^>]*>', "", apart.sub("", article), flags=re.S
        )
        assert not torn.search(text), f"{name}: {torn.search(text)}"
