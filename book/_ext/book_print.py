"""The print edition: once `make pdf` has made it, the front page leads to it.

Without it the link leads to where the book says how to make it, so that it always works.
"""

import posixpath
from pathlib import Path

from docutils import nodes

PDF = Path(__file__).resolve().parents[2] / "_build" / "deep-learning-by-hand.pdf"
WORDS = "print edition"


def take_along(app, config):
    """Copy the print edition into the book, if there is one."""
    if PDF.is_file():
        config.html_extra_path = [*config.html_extra_path, str(PDF)]


def read_front_page_again(app, env, added, changed, removed):
    """Name the page whose link depends on whether the print edition is there."""
    return [app.config.root_doc]


def lead_to_it(app, doctree, docname):
    """Let the words *print edition* lead to the file."""
    if PDF.is_file():
        for link in doctree.findall(nodes.reference):
            if link.astext() == WORDS:
                link["refuri"] = posixpath.relpath(PDF.name, posixpath.dirname(docname))


def setup(app):
    app.connect("config-inited", take_along)
    app.connect("env-get-outdated", read_front_page_again)
    app.connect("doctree-resolved", lead_to_it)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
