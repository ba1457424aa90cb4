"""How a work looks on the bibliography page: who and when, the title, where, and why to read it.

Every kind of work has the same four parts, so that the eye finds the same thing in the same
place; ``book.css`` puts each part on a line of its own. Without it they still read in order.
Below them are links back to the lessons, the other notebooks and the pages of the reference that
cite the work.
"""

import re
from pathlib import Path

from docutils import nodes
from pybtex.plugin import register_plugin
from pybtex.richtext import HRef, Symbol, Tag, Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting import BaseStyle
from sphinx import addnodes
from sphinx.util.nodes import make_refnode
from sphinxcontrib.bibtex.nodes import bibliography

from book_reference import WORK, key_of

SHOWN = {  # the ids of a work that readers can follow, as they are shown
    "doi": ("https://doi.org/{}", "doi:{}"),
    "eprint": ("https://arxiv.org/abs/{}", "arXiv:{}"),
    "url": ("{}", "{}"),
}
CITES = re.compile(r"bibliography\.md#(\w+)")


def dashes(text):
    return Text(Symbol("ndash")).join(text.split("--"))


class BookStyle(BaseStyle):
    """One form for all works: articles, papers of conferences, books and pages."""

    default_sorting_style = "author_year_title"
    default_name_style = "plain"
    default_label_style = "number"

    def format_entry(self, label, entry, bib_data=None):
        fields = {name: Text.from_latex(value) for name, value in entry.fields.items()}
        return FormattedEntry(entry.key, self.text(entry, fields), label)

    def text(self, entry, fields):
        title = fields["title"] if entry.type == "book" else fields["title"].capitalize()
        place = [part for part in (self.place(fields), *self.addresses(entry.fields)) if part]
        parts = [
            Text(self.authors(entry), ", ", fields["year"]),
            Tag("strong", dashes(title)),
            Text(". ").join(place),
            Tag("em", fields["note"], "."),
        ]
        return Text(" ").join(parts)

    def authors(self, entry):
        *first, last = (self.format_name(person).format() for person in entry.persons["author"])
        if str(last) == "others":
            return Text(Text(", ").join(first), " and others")
        return Text(Text(", ").join(first), " and ", last) if first else last

    def place(self, fields):
        """Return where a work appeared: *Nature* 323(6088), 533–536."""
        place = Text()
        for name in ("journal", "booktitle"):
            if name in fields:
                place += Tag("em", dashes(fields[name]))
        if "series" in fields:
            place += Text(", ", fields["series"])
        if "volume" in fields:
            place += Text(" ", fields["volume"])
        if "number" in fields:
            place += Text("(", fields["number"], ")")
        for name, form in (("pages", "{}"), ("edition", "{} edition"), ("publisher", "{}")):
            if name in fields:
                words = Text(dashes(fields[name]), form.removeprefix("{}"))
                place = Text(place, ", ", words) if place else words
        return place

    def addresses(self, fields):
        for name, (target, shown) in SHOWN.items():
            if name in fields:
                text = shown.format(re.sub(r"^https?://(www\.)?|/$", "", fields[name]))
                yield HRef(target.format(fields[name]), text, external=True)


def frame_works(app, doctree):
    """Put each list of works into a frame that ``book.css`` knows."""
    for works in list(doctree.findall(bibliography)):
        frame = nodes.container(classes=["works"])
        works.replace_self(frame)
        frame += works
        # when one of these changes, so does the page
        for path in [*notebooks(app.srcdir), *sorted(Path(app.srcdir, "lib").rglob("*.py"))]:
            app.env.note_dependency(str(path))


def notebooks(folder):
    """Return the lessons in their order, and then the other notebooks of the book."""
    lessons = sorted(Path(folder, "lessons").glob("day*.ipynb"))
    return [
        *lessons,
        Path(folder, "lessons/clinic.ipynb"),
        *sorted(Path(folder).glob("book/*.ipynb")),
    ]


def cited_in(env):
    """Return ``{key: [pages that cite the work]}``: notebooks by a link, docstrings by a name."""
    pages = {}
    for path in notebooks(env.srcdir):
        page = path.relative_to(env.srcdir).with_suffix("").as_posix()
        for key in dict.fromkeys(CITES.findall(path.read_text(encoding="utf-8"))):
            pages.setdefault(key, []).append(page)
    for page in sorted(name for name in env.found_docs if name.startswith("book/api/")):
        entries = env.get_doctree(page).findall(addnodes.desc_content)
        works = [key_of(work) for entry in entries for work in WORK.finditer(entry.astext())]
        for key in dict.fromkeys(works):
            pages.setdefault(key, []).append(page)
    return pages


def link_back(app, doctree, docname):
    """Say below each work which pages cite it."""
    places = [p for p in app.env.get_domain("cite").bibliographies if p.docname == docname]
    if not places:
        return
    pages = cited_in(app.env)
    keys = {node["ids"][0]: key for key, node in cited_works(app, places)}
    for item in doctree.findall(nodes.list_item):
        key = keys.get(next(iter(item["ids"]), None))
        if key in pages:
            line = nodes.inline(classes=["cited"])
            line += nodes.Text("Cited in ")
            for place, page in enumerate(pages[key]):
                line += nodes.Text(", ") if place else []
                words = nodes.Text(name(app, page))
                line += make_refnode(app.builder, docname, page, "", words)
            item[0] += [nodes.Text(" "), line]


def cited_works(app, places):
    """Yield the key and the entry of every work on the page."""
    for place in places:
        works = app.env.get_domain("cite").bibliographies[place]
        yield from ((key, works.citation_nodes[key]) for key in works.keys)


def name(app, page):
    """Return how a page is named in a sentence: day 4, the clinic, or by its title."""
    if day := re.search(r"/day(\d+)", page):
        return f"day {int(day[1])}"
    title = app.env.titles[page].astext().partition(" · ")[0]  # without the code's lib.nn
    return "the clinic" if page.endswith("/clinic") else title


def setup(app):
    register_plugin("pybtex.style.formatting", "book", BookStyle)
    app.connect("doctree-read", frame_works)
    app.connect("doctree-resolved", link_back, priority=400)  # book_text.py keeps numbers together
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
