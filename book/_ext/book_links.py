r"""Short, lasting anchors; frames around exercises.

A lesson links with plain Markdown, so that the link reads well in Jupyter, on
GitHub and in the book alike:

* a heading by its words in lower case, ``glossary.md#learning-rate``;
* an exercise by its number alone, ``day03_linear.ipynb#exercise-3-4``;
* a cited work by its key in ``references.bib``, ``bibliography.md#lecun1998``;
* an equation of the same page not at all: ``(3.2)`` in the text becomes a link
  to the equation that carries ``\tag{3.2}``;
* an equation of another page by its number, ``day03_linear.ipynb#equation-3-2``;
* a folded box by the id in its HTML, ``mistakes_by_exercise.md#mistakes-3-4``.
"""

import re

from docutils import nodes
from sphinx.transforms import SphinxTransform

EXERCISE = re.compile(r"exercise\s+(\d+|C)\.(\d+)\b", re.IGNORECASE)
SECTION_NUMBER = re.compile(r"^\d+\s*[·.]\s*")
TAG = re.compile(r"\\tag\{(\d+\.\d+[a-z]?)\}")
BOX = re.compile(r'<details\b[^>]* id="([^"]+)"')
REFERENCE = re.compile(r"\((\d+\.\d+[a-z]?)\)")


def slug(title):
    """Return the anchor of a heading: ``Exercise 3.4 · …`` gives ``exercise-3-4``."""
    if match := EXERCISE.match(title.strip()):
        return f"exercise-{match[1].lower()}-{match[2]}"
    title = SECTION_NUMBER.sub("", title.strip().lower())
    return re.sub(r"[^\w]+", "-", title).strip("-")


class HeadingAnchors(SphinxTransform):
    """Make the anchors of ``slug`` the ids of the built page, too."""

    default_priority = 400

    def apply(self):
        known = self.env.metadata[self.env.docname].get("myst_slugs", {})
        for section in self.document.findall(nodes.section):
            short = section.get("slug")
            if short is None:
                continue
            if short not in section["ids"]:
                if short in self.document.ids:
                    continue
                self.document.ids[short] = section
                section["ids"].insert(0, short)
            else:
                section["ids"].remove(short)
                section["ids"].insert(0, short)
            line, _, text = known[short]
            known[short] = (line, short, text)


class EquationLinks(SphinxTransform):
    """Turn ``(3.2)`` in the text into a link to the equation tagged 3.2."""

    default_priority = 410

    def apply(self):
        tagged = set()
        known = self.env.metadata[self.env.docname].setdefault("myst_slugs", {})
        for equation in self.document.findall(nodes.math_block):
            for number in TAG.findall(equation.astext()):
                anchor = "equation-" + number.replace(".", "-")
                if anchor not in self.document.ids:
                    self.document.ids[anchor] = equation
                    equation["ids"].append(anchor)
                    known[anchor] = (None, anchor, f"({number})")
                    tagged.add(number)
        if not tagged:
            return
        for text in list(self.document.findall(nodes.Text)):
            if isinstance(text.parent, nodes.paragraph | nodes.emphasis | nodes.strong):
                self.link(text, tagged)

    def link(self, text, tagged):
        pieces, start = [], 0
        for match in REFERENCE.finditer(text):
            if match[1] not in tagged:
                continue
            anchor = "equation-" + match[1].replace(".", "-")
            pieces.append(nodes.Text(text[start : match.start()]))
            pieces.append(nodes.reference("", match[0], refid=anchor, internal=True))
            start = match.end()
        if pieces:
            pieces.append(nodes.Text(text[start:]))
            text.parent.replace(text, [p for p in pieces if p.astext()])


class ExerciseFrames(SphinxTransform):
    """Frame an exercise from its heading to the cell with its ``check(...)``."""

    default_priority = 420

    def apply(self):
        for section in list(self.document.findall(nodes.section)):
            if not section.get("slug", "").startswith("exercise-"):
                continue
            for end, child in enumerate(section.children):
                if "cell" in child.get("classes", []) and "check(" in child.astext():
                    body = nodes.compound(classes=["exercise-body"])
                    body += section.children[1 : end + 1]
                    section.children[1 : end + 1] = []
                    section.insert(1, body)
                    section["classes"].append("exercise")
                    break


def name_boxes(app, doctree):
    """Let ``mistakes_by_exercise.md#mistakes-3-4`` find the box with that id."""
    anchors = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    for raw in doctree.findall(nodes.raw):
        for anchor in BOX.findall(raw.astext()):
            anchors[anchor] = (None, anchor, anchor)


def name_cited_works(app, doctree):
    """Let ``bibliography.md#lecun1998`` find the entry of that key."""
    docname = app.env.docname
    domain = app.env.get_domain("cite")
    anchors = app.env.metadata[docname].setdefault("myst_slugs", {})
    for place, bibliography in domain.bibliographies.items():
        if place.docname == docname:
            for key in bibliography.keys:
                node = bibliography.citation_nodes[key]
                anchors[key] = (None, node["ids"][0], key)


def setup(app):
    app.add_transform(HeadingAnchors)
    app.add_transform(EquationLinks)
    app.add_transform(ExerciseFrames)
    app.connect("doctree-read", name_boxes)
    app.connect("doctree-read", name_cited_works)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "2"}
