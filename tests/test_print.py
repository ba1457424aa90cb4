"""The print edition: contents, numbers on every page, links that lead inside, one clear refusal."""

import os
import re
import subprocess
import sys

import pytest
from pypdf import PdfReader

import built_book
import print_edition
from built_book import ROOT, toc_pages
from test_browser import find_chromium

PARTS = [
    ("", ["book/index"]),
    ("Lessons", ["lessons/clinic"]),
    ("Reference", ["book/notation", "book/scaling"]),
]


def test_the_print_edition_has_every_page_of_the_book_in_its_order():
    assert [name for _, pages in print_edition.chapters() for name in pages] == toc_pages()


@pytest.fixture(scope="module")
def pdf(tmp_path_factory):
    find_chromium()
    built_book.require_fresh_book()
    path = tmp_path_factory.mktemp("print") / "book.pdf"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(print_edition, "chapters", lambda: iter(PARTS))
        patch.setattr(print_edition, "PDF", path)
        print_edition.main()
    return PdfReader(path)


def test_each_page_carries_its_number_and_the_contents_give_it(pdf):
    for number, page in enumerate(pdf.pages, start=1):
        assert re.search(rf"(^|\n){number}\s*$", page.extract_text())
    contents = re.findall(r"^(.+?) *(\d+)$", pdf.pages[0].extract_text(), re.M)
    for title, number in contents[:-1]:  # the last is the page's own number
        assert title.strip() in " ".join(pdf.pages[int(number) - 1].extract_text().split())
    assert len(contents) >= 3


def test_every_page_is_of_the_size_of_paper_and_no_link_leads_into_a_folder(pdf):
    inside = 0
    for page in pdf.pages:
        sides = [float(side) for side in page.mediabox[2:]]
        assert abs(sides[0] - 595.3) < 1.5 and abs(sides[1] - 841.9) < 1.5, sides  # A4, in points
        for link in page.get("/Annots", ()):
            link = link.get_object()
            assert not link.get("/A", {}).get("/URI", "").startswith("file:")
            inside += "/Dest" in link
    assert inside >= 3


def test_the_code_of_an_exercise_is_printed_also_where_a_screen_folds_it(pdf):
    text = "".join(page.extract_text() for page in pdf.pages)
    assert all(f"def case_{number}(" in text for number in range(1, 13))
    assert "Show the code" not in text and "Hide the code" not in text


def test_without_chromium_it_says_in_one_sentence_what_to_do(tmp_path):
    environment = {k: v for k, v in os.environ.items() if k != "CHROMIUM"}
    done = subprocess.run(
        [sys.executable, ROOT / "book/print_edition.py"],
        env=environment | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == print_edition.NO_CHROMIUM
