"""Pages that answer, in the book: each is one file of its own, shown in a frame.

In the text such a page is a picture in a paragraph of its own, ``![…](_static/explore/NAME.png)``,
perhaps with a link and a sentence. That is what Jupyter, GitHub and paper show. Here the paragraph
gets a mark with the address of ``explore/NAME.html``, and ``book.js`` puts a frame with the page in
the picture's place. ``PAGES`` says what goes into each.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform

from book_figures import FIGURES

PICTURE = re.compile(r"_static/explore/(\w+)\.png$")


def recogniser():
    """Return the page that reads digits."""
    from lib.page import recogniser_page

    return recogniser_page()


PAGES = {"recogniser": recogniser} | FIGURES


class Places(SphinxTransform):
    """Mark the paragraphs whose picture stands for a page."""

    default_priority = 430

    def apply(self):
        depth = self.env.docname.count("/")
        for image in list(self.document.findall(nodes.image)):
            match, paragraph = PICTURE.search(image["uri"]), image.parent
            if match is None or match[1] not in PAGES:
                continue
            while not isinstance(paragraph, nodes.paragraph):
                paragraph = paragraph.parent
            address = f"{'../' * depth}explore/{match[1]}.html"
            link = f'<p><a href="{address}">Open it as a page of its own.</a></p>'
            before = nodes.raw("", f'<div class="explore" data-page="{address}">', format="html")
            paragraph.replace_self(
                [before, paragraph.deepcopy(), nodes.raw("", f"{link}</div>", format="html")]
            )


def write_pages(app, exception):
    """Write the pages into the built book."""
    if exception is None and app.builder.format == "html":
        folder = Path(app.outdir, "explore")
        folder.mkdir(exist_ok=True)
        for name, make in PAGES.items():
            (folder / f"{name}.html").write_text(make(), encoding="utf-8")


def setup(app):
    app.add_transform(Places)
    app.connect("build-finished", write_pages, priority=400)  # before the build is called good
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
