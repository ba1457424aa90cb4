"""Print the built book into one PDF: contents, chapters, page numbers.

    python book/print_edition.py

`make pdf` builds the book before and after. Chromium prints each page as the reader
sees it, formulas included; the contents go in front, every page gets its number.
"""

import base64
import html
import io
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, NameObject

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
PDF = ROOT / "_build" / "deep-learning-by-hand.pdf"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_CHROMIUM = "no Chromium: install it (apt install chromium) or name it in $CHROMIUM"
MARGIN = {"top": "14mm", "bottom": "16mm", "left": "14mm", "right": "14mm"}
A4 = {"width": 687, "height": 1009}  # what the margins leave, in pixels of 1/96 inch
READY = """async () => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  for (const image of document.images) image.loading = "eager";
  await window.MathJax?.startup?.promise;
  await document.fonts.ready;
  await Promise.all([...document.images].map(image => image.decode().catch(() => {})));
  const frame = () => new Promise(requestAnimationFrame);
  await frame(), await frame(), await frame();  // book.js makes wide things fit
  return document.querySelector("h1").firstChild.textContent.trim();
}"""
FONT = HTML / "_static" / "fonts" / "source-serif-4-latin-wght-normal.woff2"
STYLE = """
  @page { size: A4; margin: 22mm 20mm }
  body { font: 11pt/1.5 Book } h1 { font-size: 30pt; margin: 0 0 4mm }
  h2 { font-size: 12pt; margin: 5mm 0 1mm } p { margin: 0; display: flex; gap: 2mm }
  p i { flex: 1; border-bottom: 1px dotted; margin-bottom: 1.5mm }
  a { color: inherit; text-decoration: none }
"""


def find_chromium():
    """Return the path of Chromium, None if there is none."""
    return os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, CHROMIUM)), None
    )


def chapters():
    """Yield the parts of the table of contents as (caption, [page, …])."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    yield "", [toc["root"]]
    for part in toc["parts"]:
        pages = []
        for chapter in part["chapters"]:
            pages.append(chapter["file"])
            pages += [section["file"] for section in chapter.get("sections", ())]
        yield part["caption"], pages


def print_sheet(tab, style, body):
    """Return pages of our own, printed in the book's letters."""
    font = base64.b64encode(FONT.read_bytes()).decode()
    face = f"@font-face {{ font-family: Book; src: url(data:;base64,{font});"
    style = f"{face} font-weight: 200 900 }} {style}"
    tab.set_content(f"<!doctype html><style>{style}</style>{body}")
    tab.evaluate("() => document.fonts.ready")
    return PdfReader(io.BytesIO(tab.pdf(prefer_css_page_size=True)))


def print_pages(tab, names):
    """Return for each page of the book its title and what Chromium prints of it."""
    printed = {}
    tab.emulate_media(media="print", color_scheme="light")
    tab.set_viewport_size(A4)
    for name in names:
        tab.goto((HTML / f"{name}.html").as_uri())
        title = tab.evaluate(READY)
        pdf = tab.pdf(format="A4", margin=MARGIN, print_background=True)
        printed[name] = title, PdfReader(io.BytesIO(pdf))
    return printed


def print_contents(tab, rows):
    """Return the contents: rows of (title, page of the book, number)."""
    lines = ["<h1>Deep Learning by Hand</h1>"]
    lines += ["<p>Neural networks in NumPy, one day at a time</p>"]
    for title, name, number in rows:
        title = html.escape(title)
        link = f"<a href='{HTML.as_uri()}/{name}.html'>{title}</a>"
        lines.append(f"<p>{link}<i></i>{number}</p>" if name else f"<h2>{title}</h2>")
    return print_sheet(tab, STYLE, "".join(lines))


def print_numbers(tab, count):
    """Return that many empty pages, each with its number at the foot."""
    style = "@page { size: A4; margin: 0 } body { margin: 0 }"
    style += " p { margin: 0; padding-top: 284mm; height: 12mm; break-after: page;"
    style += " font: 9pt Book; text-align: center; width: 210mm }"
    pages = "".join(f"<p>{k}</p>" for k in range(1, count + 1))
    return print_sheet(tab, style, pages)


def lead_inside(writer, starts):
    """Let links to other pages of the book lead to their place in the PDF."""
    for page in writer.pages:
        kept = ArrayObject()
        for reference in page.get("/Annots", ()):
            link = reference.get_object()
            address = urlsplit(link.get("/A", {}).get("/URI", ""))
            if address.scheme == "file":
                path = Path(unquote(address.path))
                name = path.relative_to(HTML).with_suffix("").as_posix()
                if name not in starts:  # what cannot be printed, such as the recogniser
                    continue
                del link["/A"]
                target = writer.pages[starts[name]].indirect_reference
                link[NameObject("/Dest")] = ArrayObject([target, NameObject("/Fit")])
            kept.append(reference)
        page[NameObject("/Annots")] = kept


def main():
    chromium = find_chromium()
    if not chromium:
        sys.exit(NO_CHROMIUM)
    parts = list(chapters())
    names = [name for _, pages in parts for name in pages]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        tab = browser.new_page()
        tab.set_default_timeout(120_000)  # a busy machine is slow, not broken
        printed = print_pages(tab, names)
        front = 1
        while True:  # the contents are in front: their length moves all page numbers
            starts, rows, at = {}, [], front
            for caption, pages in parts:
                rows += [(caption, None, None)] if caption else []
                for name in pages:
                    title, pdf = printed[name]
                    starts[name] = at
                    rows.append((title, name, at + 1))
                    at += len(pdf.pages)
            contents = print_contents(tab, rows)
            if len(contents.pages) == front:
                break
            front = len(contents.pages)
        numbers = print_numbers(tab, at)
        browser.close()

    writer = PdfWriter()
    for _, pdf in [("Contents", contents), *printed.values()]:
        writer.append(pdf, import_outline=False)
    for page, number in zip(writer.pages, numbers.pages, strict=False):
        page.merge_page(number)
        page.compress_content_streams()  # merging unpacked them
    lead_inside(writer, starts)
    for caption, pages in parts:
        part = (
            writer.add_outline_item(title=caption, page_number=starts[pages[0]])
            if caption
            else None
        )
        for name in pages:
            writer.add_outline_item(
                title=printed[name][0], page_number=starts[name], parent=part
            )
    writer.add_metadata({"/Title": "Deep Learning by Hand"})
    writer.compress_identical_objects()
    writer.write(PDF)
    size = PDF.stat().st_size / 1e6
    print(f"{PDF.name}: {len(writer.pages)} pages, {size:.1f} MB, in {PDF.parent}")


if __name__ == "__main__":
    main()
