"""The built book as the tests see it: where it is, whether it is fresh, what its pages hold."""

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
SOURCES = ["_config.yml", "_toc.yml", "book/**/*", "lessons/*.ipynb", "solutions/*.ipynb"]
SOURCES += ["lib/**/*.py", "CITATION.cff", "results/*"]


def require_fresh_book():
    """Fail with one clear sentence if the pages are missing or older than their sources."""
    stamp = HTML / ".built"
    if not stamp.is_file():
        pytest.fail("The book is not built, or its build gave warnings: run `make book`.")
    built = stamp.stat().st_mtime
    sources = (path for pattern in SOURCES for path in ROOT.glob(pattern) if path.is_file())
    for source in sources:
        path = source.relative_to(ROOT)
        made_by_tools = any(part == "__pycache__" or part.startswith(".") for part in path.parts)
        if not made_by_tools and source.stat().st_mtime > built:
            pytest.fail(f"The book is older than {path}: run `make book`.")


@cache
def toc_pages():
    """Return the pages of ``_toc.yml`` in order, without suffix: ``lessons/day01_setup``."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))

    def walk(entry):
        if isinstance(entry, list):
            for part in entry:
                yield from walk(part)
        elif isinstance(entry, dict):
            yield from (entry[key] for key in ("root", "file") if key in entry)
            for key in ("parts", "chapters", "sections"):
                yield from walk(entry.get(key))

    return list(walk(toc))


@dataclass
class Page(HTMLParser):
    """What a built page holds: its anchors, its links, what it loads, its text."""

    path: Path
    ids: set = field(default_factory=set)
    links: list = field(default_factory=list)  # href of every <a>
    loads: list = field(default_factory=list)  # what the browser fetches by itself
    source: str = ""

    def __post_init__(self):
        super().__init__()
        self.source = self.path.read_text(encoding="utf-8")
        self.feed(self.source)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids.update(attrs[key] for key in ("id", "name") if attrs.get(key))
        if tag == "a" and attrs.get("href"):
            self.links.append(attrs["href"])
        elif tag == "link":
            if attrs.get("rel") not in ("next", "prev", "index", "search", "canonical", "author"):
                self.loads.append(attrs.get("href"))
        elif tag in ("script", "img", "iframe", "source", "video", "audio", "embed", "object"):
            self.loads += [attrs[key] for key in ("src", "srcset", "data") if attrs.get(key)]


@cache
def page(path):
    """Return the parsed page of a built file."""
    return Page(path)


def all_pages():
    """Return every page that a reader can reach (not what an older build may have left behind)."""
    return [page(HTML / f"{name}.html") for name in ["index", "search", *toc_pages()]]
