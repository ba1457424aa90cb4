"""How a work looks on the bibliography page: who and when, the title, where, and why to read it.

Every kind of work has the same four parts, so that the eye finds the same thing in the same
place; ``book.css`` puts each part on a line of its own. Without it they still read in order.
"""

import re

from docutils import nodes
from pybtex.plugin import register_plugin
from pybtex.richtext import HRef, Symbol, Tag, Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting import BaseStyle
from sphinxcontrib.bibtex.nodes import bibliography

SHOWN = {  # the ids of a work that readers can follow, as they are shown
    "doi": ("https://doi.org/{}", "doi:{}"),
    "eprint": ("https://arxiv.org/abs/{}", "arXiv:{}"),
    "url": ("{}", "{}"),
}


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


def setup(app):
    register_plugin("pybtex.style.formatting", "book", BookStyle)
    app.connect("doctree-read", frame_works)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
