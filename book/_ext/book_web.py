"""What a search engine and a shared link see, and the buttons that need the project's address.

The address is the line ``repository-code: https://github.com/owner/name`` of ``CITATION.cff``.
While there is no such line, nothing shows that would need it: no button for Colab, for editing, for
reporting an error or for downloading a notebook, no line that says where to ask, no ``og:image``.
"""

import html
import re
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.errors import ConfigError

PLACEHOLDER = "<address of the project>"  # stands in a page wherever the address belongs
COLAB = "https://colab.research.google.com"
PICTURE = "_static/page.png"
LONGEST = 200  # characters of a description that a search engine may show


def read_address(citation):
    """Return the project's address, "" while it has none.

    Parameters
    ----------
    citation : Path
        ``CITATION.cff``.

    Raises
    ------
    ConfigError
        The address is none of GitHub's, so that no button could be made from it.
    """
    address = yaml.safe_load(citation.read_text(encoding="utf-8")).get("repository-code", "")
    if address and not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+", address):
        raise ConfigError(
            f"{citation.name} has repository-code {address!r}; write it as "
            "https://github.com/owner/name, without anything behind, or leave the line out"
        )
    return address


def site(address):
    """Return where GitHub publishes the pages of a project.

    Examples
    --------
    >>> site("https://github.com/Owner/name")
    'https://owner.github.io/name/'
    """
    owner, name = address.split("/")[-2:]
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def use_address(app, config):
    """Turn on what needs the project's address, if it has one."""
    config.book_address = address = read_address(Path(app.srcdir, "CITATION.cff"))
    ask = f'Stuck, or is something wrong? <a href="{address}/issues">Ask or report it here.</a>'
    config.html_theme_options |= {
        "repository_url": address,
        "repository_branch": "main",
        "use_repository_button": bool(address),
        "use_edit_page_button": bool(address),
        "use_issues_button": bool(address),
        "use_download_button": bool(address),
        "launch_buttons": {"colab_url": COLAB} if address else {},
        "extra_footer": ask if address else "",
    }


def write_address(app, docname, source):
    """Put the address where a page has a place for it."""
    if app.config.book_address:
        source[0] = source[0].replace(PLACEHOLDER, app.config.book_address)


def name_the_report(app, pagename, templatename, context, doctree):
    """Call the theme's "Open issue" what a reader would call it."""
    for button in context.get("header_buttons", []):
        for entry in button.get("buttons", []):
            if entry.get("label") == "source-issues-button":
                entry["text"] = entry["tooltip"] = "Report an error"


def first_words(doctree):
    """Return the first paragraph of a page, cut after a sentence if it is too long."""
    paragraphs = (
        " ".join(paragraph.astext().split())
        for paragraph in doctree.findall(nodes.paragraph)
        if isinstance(paragraph.parent, nodes.section)
    )
    words = next((text for text in paragraphs if text.endswith((".", ":"))), "")  # no mere button
    text, *rest = re.split(r"(?<=[.!?]) (?=\S)", words)
    for sentence in rest:
        if len(text) + 1 + len(sentence) > LONGEST:
            break
        text += " " + sentence
    return text


def describe_page(app, pagename, templatename, context, doctree):
    """Give a page a title and a description of its own, and a link to it the same."""
    if doctree is None:  # the search page
        return
    book, address = app.config.html_title, app.config.book_address
    title = re.sub("<[^>]*>", "", html.unescape(context["title"]))
    if pagename == app.config.root_doc:
        title = f"{book} · Neural networks in NumPy, one day at a time"
        context["docstitle"], context["title"] = "", html.escape(title)
    words = first_words(doctree)
    tags = {"og:type": "article", "og:site_name": book, "og:title": title, "og:description": words}
    if address:
        tags["og:url"] = f"{site(address)}{pagename}.html"
        tags["og:image"] = site(address) + PICTURE
    head = f'\n<meta name="description" content="{html.escape(words)}" />' + "".join(
        f'\n<meta property="{name}" content="{html.escape(text)}" />' for name, text in tags.items()
    )
    context["metatags"] = context.get("metatags", "") + head
    if pagename == app.config.root_doc:
        lead_in(Path(app.outdir), f"{pagename}.html", title, head)


def lead_in(folder, front, title, head):
    """Write the page at the top of the folder, which people link to: it leads to the front."""
    Path(folder, "index.html").write_text(
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8" />'
        f"<title>{html.escape(title)}</title>{head}\n"
        '<link rel="icon" href="_static/favicon.svg" />'
        f'<meta http-equiv="refresh" content="0; url={front}" /></head>'
        f'<body><a href="{front}">{html.escape(title)}</a></body></html>\n',
        encoding="utf-8",
    )


def setup(app):
    app.add_config_value("book_address", "", "env")
    app.connect("config-inited", use_address)
    app.connect("source-read", write_address)
    app.connect("html-page-context", name_the_report, priority=900)
    app.connect("html-page-context", describe_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
