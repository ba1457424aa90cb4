"""What the reference adds to the docstrings it shows.

An example begins with the imports it needs, so that it can be copied on its own; a word in code
that names another entry leads to it, and ``(Kingma and Ba, 2015)`` leads to the bibliography. A
page shows the figure that a lesson draws with a function: ``{lesson-figure} plot.curves``.
"""

import ast
import base64
import builtins
import doctest
import re
import sys
from pathlib import Path
from types import ModuleType

import nbformat
from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from book_links import slug
from lib.course.numbering import day_of_file, in_words, sort_key

ROOT = Path(__file__).resolve().parents[2]
WORK = re.compile(
    r"([A-Z][\w'-]+)(?:(?:, [A-Z][\w'-]+)*,? and [A-Z][\w'-]+| et al\.)?,? \(?((?:19|20)\d\d)\)?"
)


# -- examples that can be copied -----------------------------------------------------------------


def needed(example):
    """Return the names that the lines of an example use before they give them a value."""
    source = "".join(part.source for part in doctest.DocTestParser().get_examples(example))
    own, wanted = set(dir(builtins)), []
    for statement in ast.parse(source).body:
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        bound |= {node.arg for node in ast.walk(statement) if isinstance(node, ast.arg)}
        wanted += [n.id for n in names if n.id not in own | bound]
        own |= bound
        for node in ast.walk(statement):
            if isinstance(node, ast.Import | ast.ImportFrom):
                own |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ClassDef | ast.FunctionDef):
                own.add(node.name)
    return list(dict.fromkeys(wanted))


def home(name, thing):
    """Return the module that a reader imports a name from: the package, if it offers it."""
    module = getattr(thing, "__module__", None) or ""
    parts = module.split(".")
    for k in range(2, len(parts)):
        package = sys.modules[".".join(parts[:k])]
        if getattr(package, name, None) is thing:
            return package.__name__
    return module


def imports(example, module):
    """Return the import lines that an example from a module needs: of modules, and of names."""
    modules, froms = [], {}
    for name in needed(example):
        thing = vars(module).get(name)
        if isinstance(thing, ModuleType):
            package, _, last = thing.__name__.rpartition(".")
            if package == "lib" and last == name:
                froms.setdefault("lib", []).append(name)
            else:
                alias = f" as {name}" if name != thing.__name__ else ""
                modules.append(f"import {thing.__name__}{alias}")
        elif thing is not None:
            where = home(name, thing)
            offered = getattr(sys.modules.get(where), name, None) is thing
            froms.setdefault(where if offered else module.__name__, []).append(name)
    return modules, [f"from {m} import {', '.join(names)}" for m, names in froms.items()]


def with_imports(lines, module):
    """Return the lines of a docstring, with what its first example has to import in front of it."""
    prompts = [i for i, line in enumerate(lines) if line.lstrip().startswith(">>> ")]
    if not prompts:
        return lines
    first = last = prompts[0]
    while re.match(r"\s*>>> (import|from) ", lines[last]):
        last += 1
    margin = lines[first].partition(">>> ")[0]
    typed = imports("\n".join(lines), module)
    modules, names = ([f"{margin}>>> {line}" for line in some] for some in typed)
    return [*lines[:first], *modules, *lines[first:last], *names, *lines[last:]]


def add_imports(app, what, name, thing, options, lines):
    module = sys.modules.get(getattr(thing, "__module__", None) or "")
    if module is not None:
        lines[:] = with_imports(lines, module)


# -- words that lead somewhere -------------------------------------------------------------------


def key_of(work):
    """Return the bibliography's key for what ``WORK`` found: Johnson et al. (2016), johnson2016."""
    return re.sub(r"\W", "", work[1]).lower() + work[2]


class WordsThatLead(SphinxPostTransform):
    """Link code words to their entries, and works to the bibliography, inside docstrings."""

    default_priority = 5

    def run(self):
        if not self.env.docname.startswith("book/api/"):
            return
        entries = self.entries()
        works = self.env.metadata["book/bibliography"].get("myst_slugs", {})  # see book_links.py
        for entry in self.document.findall(addnodes.desc):
            if entry.parent is not None and not inside(entry, addnodes.desc_content):
                self.link_words(entry, entries)
                self.link_works(entry, works)

    def entries(self):
        """Return the anchor of each name that only one entry has, and of its longer forms."""
        found = {}
        for full, entry in self.env.domains["py"].objects.items():
            parts = full.split(".")
            for k in range(1, len(parts)) if entry.objtype in ("class", "function") else ():
                found.setdefault(".".join(parts[-k:]), []).append((entry.docname, entry.node_id))

        def rank(end):  # of several with one name, a layer or an optimiser is meant
            return not end[1].startswith(("lib.nn.", "lib.optim."))

        ordered = {word: sorted(set(ends), key=rank) for word, ends in found.items()}
        return {
            word: ends[0]
            for word, ends in ordered.items()
            if len(ends) == 1 or rank(ends[0]) < rank(ends[1])
        }

    def link_words(self, entry, entries):
        own = {name.astext() for name in entry.findall(addnodes.desc_sig_name)}
        own |= {name.astext() for name in entry.findall(addnodes.desc_name)}
        own |= {
            n.astext() for term in entry.findall(nodes.term) for n in term.findall(nodes.strong)
        }
        for word in list(entry.findall(nodes.literal)):
            text = word.astext().removesuffix("()")
            if text in entries and text not in own and not inside(word, nodes.reference):
                docname, anchor = entries[text]
                if re.fullmatch("[a-z0-9]+", text) and docname != self.env.docname:
                    continue  # a word as short as `run` may mean anything
                self.replace(word, docname, anchor, word.deepcopy())

    def link_works(self, entry, works):
        for text in list(entry.findall(nodes.Text)):
            if inside(text, nodes.reference, nodes.literal, nodes.literal_block, nodes.math):
                continue
            pieces, at = [], 0
            for work in WORK.finditer(text.astext()):
                key = key_of(work)
                if key in works:
                    words = work[0] if "(" in work[0] else work[0].rstrip(")")
                    pieces += [nodes.Text(text.astext()[at : work.start()])]
                    pieces += [
                        self.reference("book/bibliography", works[key][1], nodes.Text(words))
                    ]
                    at = work.start() + len(words)
            if pieces:
                text.parent.replace(text, [*pieces, nodes.Text(text.astext()[at:])])

    def reference(self, docname, anchor, content):
        there = self.app.builder.get_relative_uri(self.env.docname, docname)
        return nodes.reference("", "", content, refuri=f"{there}#{anchor}", internal=True)

    def replace(self, node, docname, anchor, content):
        node.parent.replace(node, self.reference(docname, anchor, content))


def inside(node, *kinds):
    """Return whether a node is somewhere in a node of these kinds."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, kinds):
            return True
    return False


# -- back from the source ------------------------------------------------------------------------


def lead_back(app, pagename, templatename, context, doctree):
    """Correct the links from a module's source back to its entries.

    viewcode names all entries of a module after the first: ``lib.course.judge`` for
    ``lib.course.checks.judge``, because ``lib.course.check`` comes before it.
    """
    if not pagename.startswith("_modules/"):
        return
    module = pagename.removeprefix("_modules/").replace("/", ".")
    entries = app.env.domains["py"].objects

    def right(link):
        parts = link[2].split(".")
        names = [link[2], *(".".join([module, *parts[k:]]) for k in range(len(parts)))]
        return link[1] + next((name for name in names if name in entries), link[2])

    context["body"] = re.sub(
        r'(class="viewcode-back" href="[^"#]*#)([^"]+)', right, context["body"]
    )


# -- figures from the lessons --------------------------------------------------------------------


def drawing(source, call):
    """Return a call and what its cell adds to the figure before it shows it, as in the cell."""
    body = ast.parse(source).body
    first = next((k for k, line in enumerate(body) if line.lineno == call.lineno), None)
    shown = (k for k, line in enumerate(body) if ast.unparse(line) == "plt.show()")
    last = next((k for k in shown if first is not None and k > first), None)
    if last is None or last == first + 1:
        return ast.get_source_segment(source, call)
    lines = source.splitlines()[body[first].lineno - 1 : body[last - 1].end_lineno]
    return "\n".join(lines)


def figures(call):
    """Yield the notebook, heading, code, picture and words of each figure drawn by a function."""
    lessons = ROOT.glob("lessons/*.ipynb")
    lessons = sorted(lessons, key=lambda path: sort_key(day_of_file(path.name)))
    for path in [*lessons, *ROOT.glob("book/*.ipynb")]:
        heading = ""
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                heading = ([heading, *re.findall(r"^##+ (?!Exercise)(.+)$", cell.source, re.M)])[-1]
            elif f"{call}(" in cell.source:
                calls = [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Call)]
                calls = [node for node in calls if ast.unparse(node.func) == call]
                pngs = [
                    o.data["image/png"] for o in cell.outputs if "image/png" in o.get("data", {})
                ]
                if calls and len(pngs) == 1:  # of two pictures, which one would it be?
                    code = drawing(cell.source, calls[0])
                    yield (
                        path,
                        heading,
                        code,
                        base64.b64decode(pngs[0]),
                        cell.metadata.get("alt", call),
                    )


def figure(call, number=1):
    """Return the first figure that a lesson draws with a function, or another one by its number."""
    found = list(figures(call))
    if not 1 <= number <= len(found):
        raise ValueError(
            f"no lesson draws figure {number} with {call}, but {len(found)} of them; "
            "name a number up to that, or a function that a lesson draws with"
        )
    return found[number - 1]


class LessonFigure(SphinxDirective):
    """Show a figure that a lesson draws with a function, the call, and where both are from."""

    required_arguments = 1
    optional_arguments = 1

    def run(self):
        call, *number = self.arguments
        path, heading, code, png, alt = figure(call, *map(int, number))
        self.env.note_dependency(str(path))
        file = Path(self.env.srcdir, "_build", "figures", f"{call}.png")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(png)
        image = nodes.image(uri=f"/_build/figures/{file.name}", alt=alt, width="30em")
        day = in_words(day_of_file(path.name)) if path.parent.name == "lessons" else "Results"
        place = f"../../{path.relative_to(ROOT)}#{slug(heading)}"
        words = self.parse_text_to_nodes(f"{day[0].upper()}{day[1:]}: [{heading}]({place})")
        shown = nodes.literal_block(code, code, language="python")
        return [nodes.container("", image, *words, shown, classes=["from-lesson"])]


def setup(app):
    app.connect("autodoc-process-docstring", add_imports)
    app.connect("html-page-context", lead_back)
    app.add_post_transform(WordsThatLead)
    app.add_directive("lesson-figure", LessonFigure)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
