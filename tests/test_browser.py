"""The built book in a real browser: every page, light and dark, on a desk and on a phone."""

import contextlib
import functools
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.parse
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from matplotlib import rc_params_from_file
from playwright.sync_api import sync_playwright

import built_book
import print_edition
from built_book import HTML, ROOT, toc_pages
from lib import plot
from print_edition import FLAGS

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 360, "height": 740}
PAGES = [*toc_pages(), "search"]


def find_chromium():
    if found := print_edition.find_chromium():
        return found
    if os.environ.get("CI") == "true":
        pytest.fail(print_edition.NO_CHROMIUM)
    pytest.skip(print_edition.NO_CHROMIUM)


@pytest.fixture(scope="module")
def browser():
    executable = find_chromium()
    built_book.require_fresh_book()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def server():
    """Serve the book on this machine and return its address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=HTML)) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}/"
        httpd.shutdown()
        thread.join()


@contextlib.contextmanager
def visit(browser, base, **options):
    """Open a tab that reports whatever goes wrong in it, and fail on leaving if anything did."""
    context = browser.new_context(reduced_motion="reduce", **options)
    tab = context.new_page()
    tab.set_default_timeout(120_000)  # a busy machine is slow, not broken
    wrong = []
    tab.on(
        "console", lambda m: m.type == "error" and wrong.append(f"console: {m.text} {m.location}")
    )
    tab.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    tab.on(
        "requestfailed",  # what was under way when the page was left has not failed
        lambda r: r.failure == "net::ERR_ABORTED" or wrong.append(f"failed: {r.url}"),
    )
    tab.on("response", lambda r: r.status >= 400 and wrong.append(f"{r.status}: {r.url}"))
    tab.on(
        "request",
        lambda r: r.url.startswith((base, "data:", "blob:")) or wrong.append(f"outside: {r.url}"),
    )
    try:
        yield tab
    finally:
        context.close()
    assert not wrong, wrong


def open_page(tab, base, name):
    tab.goto(f"{base}{name}.html")
    tab.evaluate("() => window.MathJax?.startup?.promise")
    tab.evaluate("() => document.fonts.ready")


# -- what every page must be ---------------------------------------------------------------------

BROKEN = """() => {
  const article = document.querySelector("article") ?? document.body;
  const wrong = [];
  for (const bad of article.querySelectorAll("mjx-merror, [data-mjx-error]"))
    wrong.push("broken formula: " + bad.textContent);
  for (const formula of article.querySelectorAll(".math"))
    if (!formula.querySelector("mjx-container")) wrong.push("raw formula: " + formula.textContent);
  const words = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const node = words.currentNode;
    const quoted = node.parentElement.closest("pre, code, script, style");
    if (!quoted && /\\$\\$|\\\\\\(|\\\\\\[/.test(node.data))
      wrong.push("raw formula: " + node.data.trim());
  }
  for (const image of document.images)
    if (!image.complete || image.naturalWidth === 0) wrong.push("no image: " + image.src);
  return wrong;
}"""

# A formula may scroll on a phone, if it opens at its left end and fades where it goes on.
CUT = """(phone) => {
  const width = document.documentElement.clientWidth, wrong = [];
  const say = (what, e) => wrong.push(`${what}: ${e.textContent.trim().slice(0, 60)}`);
  if (document.documentElement.scrollWidth > width)
    wrong.push(`the page is ${document.documentElement.scrollWidth} wide, the window ${width}`);
  const places = "pre, div.math, .output, .pst-scrollable-table-container";
  const inside = `:is(svg, mjx-container, ${places}) *`;
  for (const e of document.querySelectorAll(`article *:not(${inside})`)) {
    const { left, right, width: own } = e.getBoundingClientRect();
    if (own && (left < -1 || right > width + 1)) say("out of the window", e);
  }
  for (const e of document.querySelectorAll(`article :is(${places}, div.highlight)`)) {
    if (e.scrollWidth <= e.clientWidth + 1) continue;
    const cut = `cut by ${e.scrollWidth - e.clientWidth}`;
    if (!phone || !e.matches("div.math")) say(cut, e);
    else {
      const starts = e.firstElementChild.getBoundingClientRect().left;
      const opens = e.scrollLeft === 0 && starts >= e.getBoundingClientRect().left - 1;
      if (!opens) say("opened scrolled", e);
      if (getComputedStyle(e).maskImage === "none") say("no sign that it scrolls", e);
    }
  }
  return wrong;
}"""

COLOURS = """() => {
  const [page, title] = [document.body, document.querySelector("h1")].map(e => getComputedStyle(e));
  return [page.backgroundColor, page.color, title.color].join();
}"""

WIDE = """() => [...document.querySelectorAll(".pst-scrollable-table-container, div.math")]
  .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.tabIndex)"""

# two frames: the layout is done, and observers of sizes have been called
SETTLED = """() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"""

LINKS = """() => [...document.querySelectorAll("a[href]")].map(a => a.href)"""
IDS = """() => [...document.querySelectorAll("[id], a[name]")].map(e => e.id || e.name)"""


def violations(tab):
    """Return what axe-core calls serious or critical, formulas left to MathJax."""
    found = (
        Axe()
        .run(tab, options={"resultTypes": ["violations"], "preload": False})
        .response["violations"]
    )
    grave = [rule for rule in found if rule["impact"] in ("serious", "critical")]
    return [
        f"{rule['id']}: {node['html'][:150]} {node['failureSummary'][:250]}"
        for rule in grave
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opened_from_the_folder_is_whole_and_accessible(browser, name):
    base = HTML.as_uri() + "/"
    with visit(browser, base, viewport=DESK, color_scheme="light") as tab:
        open_page(tab, base, name)
        assert tab.evaluate(BROKEN) == []
        for window, scheme in states(name):
            tab.set_viewport_size(window)
            tab.emulate_media(color_scheme=scheme)
            tab.wait_for_function(
                "scheme => document.documentElement.dataset.theme === scheme", arg=scheme
            )
            tab.evaluate(SETTLED)
            assert violations(tab) == [], f"{scheme}, {window['width']} wide"


@pytest.fixture(scope="module")
def tab(browser):
    """Return one tab for all pages: to open the book again for each takes longer than to look."""
    with visit(browser, HTML.as_uri() + "/", viewport=DESK) as tab:
        yield tab


GOES_ON = """() => { // of each line of code that takes two: where it begins, where it goes on
  const places = [];
  for (const line of document.querySelectorAll("article .highlight .line")) {
    const left = new Map(), text = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    while (text.nextNode()) {
      range.setStart(text.currentNode, text.currentNode.data.search(/\\S|$/));
      range.setEnd(text.currentNode, text.currentNode.data.length);
      for (const { top, left: x, width } of range.getClientRects())
        if (width) left.set(Math.round(top / 10), Math.min(x, left.get(Math.round(top / 10)) ?? x));
    }
    if (left.size > 1) places.push([...left].sort(([a], [b]) => a - b).map(([, x]) => x));
  }
  return places;
}"""


@pytest.mark.parametrize("name", ["lessons/day01_setup", "book/api/losses"])
def test_on_a_phone_a_line_of_code_goes_on_further_in_than_it_began(browser, server, name):
    with visit(browser, server, viewport=PHONE) as tab:
        open_page(tab, server, name)
        places = tab.evaluate(GOES_ON)
        assert len(places) > 3
        for first, *later in places:
            assert min(later) > first + 10, (first, later)


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_a_link_to_an_exercise_leads_to_its_heading(browser, server, window):
    with visit(browser, server, viewport=window) as tab:
        tab.emulate_media(reduced_motion="no-preference")  # the page glides to it while it settles
        tab.goto(f"{server}lessons/day05_cnn.html#exercise-5-6")
        tab.evaluate("() => window.MathJax?.startup?.promise")
        tab.wait_for_timeout(2000)
        top = tab.locator("#exercise-5-6 > h3").bounding_box()["y"]
        assert 0 <= top < 200, top


def test_a_link_to_a_folded_box_opens_it(browser, server):
    with visit(browser, server, viewport=DESK) as tab:
        tab.goto(f"{server}book/mistakes_by_exercise.html#mistakes-5-4")
        tab.wait_for_selector("#mistakes-5-4[open]")
        tab.evaluate("() => location.hash = 'mistakes-2-4'")
        tab.wait_for_selector("#mistakes-2-4[open]")
        tab.wait_for_timeout(2000)
        assert 0 <= tab.locator("#mistakes-2-4").bounding_box()["y"] < 200


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_off_on_a_desk_a_phone_or_paper(tab, name):
    tab.set_viewport_size(DESK)
    tab.emulate_media(media="screen")
    open_page(tab, HTML.as_uri() + "/", name)
    for window, media in ((DESK, "screen"), (PHONE, "screen"), (print_edition.A4, "print")):
        tab.set_viewport_size(window)
        tab.emulate_media(media=media)
        tab.evaluate(SETTLED)
        assert tab.evaluate(CUT, window is PHONE) == [], f"{media}, {window['width']} wide"


def test_on_a_phone_columns_get_smaller_letters_and_sentences_go_on_in_the_next_line(tab):
    sizes = """() => [...document.querySelectorAll("div.cell_output pre")].map(pre =>
      [pre.textContent, parseFloat(getComputedStyle(pre).fontSize)])"""
    open_page(tab, HTML.as_uri() + "/", "lessons/day03_linear")
    tab.set_viewport_size(PHONE)
    tab.emulate_media(media="screen")
    tab.evaluate(SETTLED)
    printed = tab.evaluate(sizes)
    sentences = [block for block in printed if "\n" not in block[0].strip()]
    columns = [block for block in printed if block not in sentences]
    widest = max(columns, key=lambda block: max(map(len, block[0].splitlines())))
    longest = max(sentences, key=lambda block: len(block[0]))
    assert 7 <= widest[1] < 10 and len(longest[0]) > 60 and longest[1] > 12


LESSONS = [name for name in PAGES if name.startswith("lessons/")]
FIGURES = """() => [...document.querySelectorAll("div.cell_output img")].map(figure => {
  const { left, right, width } = figure.getBoundingClientRect();
  return { left, right, enlarged: width / figure.naturalWidth };
})"""


@pytest.mark.parametrize("name", LESSONS)
def test_on_a_phone_a_figure_is_as_wide_as_the_screen_and_its_text_as_large(tab, name):
    style = rc_params_from_file(Path(plot.__file__).with_name("book.mplstyle"))
    drawn = {key: style[key] / 72 * style["figure.dpi"] for key in ("font.size", "xtick.labelsize")}
    open_page(tab, HTML.as_uri() + "/", name)
    tab.set_viewport_size(PHONE)
    tab.emulate_media(media="screen")
    tab.evaluate(SETTLED)
    figures = tab.evaluate(FIGURES)
    assert len(figures) >= 8
    for figure in figures:
        assert (figure["left"], figure["right"]) == pytest.approx((0, PHONE["width"]), abs=0.5)
        assert drawn["font.size"] * figure["enlarged"] >= 8.4
        assert drawn["xtick.labelsize"] * figure["enlarged"] >= 7.5
    assert tab.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]


def test_on_a_phone_columns_that_an_example_prints_keep_their_lines(tab):
    open_page(tab, HTML.as_uri() + "/", "book/api/experiments")
    tab.set_viewport_size(PHONE)
    tab.emulate_media(media="screen")
    tab.evaluate(SETTLED)
    lines = tab.evaluate("""() => [...document.querySelectorAll(".line.columns")].map(e => ({
      text: e.textContent, letters: parseFloat(getComputedStyle(e).fontSize),
      left: e.closest("pre").getBoundingClientRect().right - e.getBoundingClientRect().right,
      lines: e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).fontSize)}))""")
    assert any("epochs to 99 %" in line["text"] for line in lines)
    for line in lines:
        assert line["letters"] >= 7 and line["left"] >= 0 and line["lines"] < 2, line


def test_between_a_phone_and_a_desk_a_lesson_does_not_move_sideways(tab):
    open_page(tab, HTML.as_uri() + "/", "lessons/day04_mlp")
    tab.emulate_media(media="screen")
    for width in (600, 601, 768, 830, 831, 1000):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.evaluate(SETTLED)
        assert tab.evaluate("() => document.documentElement.scrollWidth") <= width


def states(name):
    """Return the windows and colours to look at a page in.

    axe takes seconds for a long page. So each window and each colour comes once a page, as no
    colour depends on the width, nor the layout on the colour; the front page has all four.
    """
    crossed = [(DESK, "dark"), (PHONE, "light")] if name == "book/index" else []
    return [(DESK, "light"), (PHONE, "dark"), *crossed]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_from_a_server_is_whole_on_a_narrow_phone_in_the_dark(browser, server, name):
    with visit(browser, server, viewport=NARROW, color_scheme="dark") as tab:
        open_page(tab, server, name)
        assert tab.evaluate(BROKEN) == []


def test_every_link_leads_where_it_says(browser, server):
    """Walk the book as a reader could: from the front page, through every link, to every anchor."""
    waiting, anchors, wanted = [f"{server}index.html"], {}, set()
    with visit(browser, server, viewport=DESK) as tab:
        while waiting:
            address = waiting.pop()
            if address in anchors:
                continue
            tab.goto(address, wait_until="domcontentloaded")
            tab.wait_for_url(lambda url: "index.html" not in url or "book/" in url or "api/" in url)
            anchors[address] = anchors[tab.url.partition("#")[0]] = set(tab.evaluate(IDS))
            for link in tab.evaluate(LINKS):
                target, _, anchor = link.partition("#")
                if target.startswith(server):
                    wanted.add((target, urllib.parse.unquote(anchor)))
                    if target.endswith(".html"):
                        waiting.append(target)
    visited = {urllib.parse.urlsplit(a).path.strip("/").removesuffix(".html") for a in anchors}
    assert set(toc_pages()) <= visited
    for target, anchor in wanted:
        if target.endswith(".html") and anchor:
            assert anchor in anchors[target], f"{target}#{anchor}"


# -- the project's address ------------------------------------------------------------------------

ADDRESS = "https://github.com/owner/course"
NEEDS_AN_ADDRESS = {
    "colab": "a[href^='https://colab.research.google.com/github/owner/course/blob/main/lessons/']",
    "edit": "a[href='https://github.com/owner/course/edit/main/lessons/day01_setup.ipynb']",
    "report": "a[href^='https://github.com/owner/course/issues/new']",
    "download": "a[href$='_sources/lessons/day01_setup.ipynb']",
    "ask": "footer a[href='https://github.com/owner/course/issues']",
    "picture": "meta[property='og:image']",
}


@pytest.fixture(scope="module")
def book_with(tmp_path_factory):
    """Return a function that builds the book of a project with this address, or with none."""

    @functools.cache
    def build(address):
        folder = tmp_path_factory.mktemp("book")
        for name in ("book", "lessons", "solutions", "lib"):
            shutil.copytree(ROOT / name, folder / name)
        for name in ("_config.yml", "_toc.yml"):
            shutil.copy(ROOT / name, folder / name)
        citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
        citation.pop("repository-code", None)
        citation |= {"repository-code": address} if address else {}
        (folder / "CITATION.cff").write_text(yaml.safe_dump(citation), encoding="utf-8")
        command = [Path(sys.executable).with_name("jupyter-book"), "build", folder, "-W", "-n"]
        built = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if built.returncode:
            raise RuntimeError(built.stdout + built.stderr)
        return folder / "_build" / "html"

    return build


def test_without_an_address_nothing_shows_that_needs_one(browser, book_with):
    base = book_with("").as_uri() + "/"
    with visit(browser, base, viewport=DESK) as tab:
        for name in ("book/index", "book/how_to_use", "lessons/day01_setup"):
            open_page(tab, base, name)
            assert tab.locator(NEEDS_AN_ADDRESS["download"]).count() == 0
            assert tab.locator(NEEDS_AN_ADDRESS["picture"]).count() == 0
            for words in (
                "Launch interactive content",
                "Source repositories",
                "Download this page",
            ):
                assert tab.locator(f"[aria-label='{words}']").count() == 0
            links = " ".join(tab.evaluate(LINKS))
            assert not re.search(r"colab\.research|github\.com/\S*/(edit|issues)", links)


def test_with_an_address_everything_shows_that_needs_one(browser, book_with):
    base = book_with(ADDRESS).as_uri() + "/"
    with visit(browser, base, viewport=DESK, color_scheme="light") as tab:
        open_page(tab, base, "lessons/day01_setup")
        for what, selector in NEEDS_AN_ADDRESS.items():
            assert tab.locator(selector).count() >= 1, what
        for words in ("Launch interactive content", "Source repositories", "Download this page"):
            assert tab.locator(f"button[aria-label='{words}']").is_visible()
        tab.locator("button[aria-label='Source repositories']").click()
        assert tab.get_by_text("Report an error").is_visible()
        picture = tab.locator(NEEDS_AN_ADDRESS["picture"]).get_attribute("content")
        assert picture == "https://owner.github.io/course/_static/page.png"
        assert (book_with(ADDRESS) / "_static/page.png").is_file()
        assert violations(tab) == []
        open_page(tab, base, "book/how_to_use")
        assert f"git clone {ADDRESS}" in tab.locator("article").inner_text()


def test_an_address_that_no_button_could_be_made_from_is_refused(book_with):
    with pytest.raises(RuntimeError, match=r"write it as https://github\.com/owner/name"):
        book_with("www.example.org/course")


# -- what a reader does --------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["folder", "server"])
def test_a_search_finds_the_page_and_leads_to_it(browser, server, place):
    base = HTML.as_uri() + "/" if place == "folder" else server
    with visit(browser, base, viewport=DESK) as tab:
        open_page(tab, base, "book/index")
        tab.keyboard.press("Control+k")
        tab.keyboard.type("overfitting")
        tab.keyboard.press("Enter")
        result = tab.locator("ul.search li a", has_text="Glossary").first
        result.wait_for()
        result.click()
        tab.wait_for_url("**/glossary.html*")
        assert "overfitting" in tab.locator("article").inner_text()


SEARCHES = {  # what a reader types, what the first result leads to, and a page that is among all
    "3.4": ("day03_linear.html#exercise-3-4", "day03"),
    "exercise 3.4": ("day03_linear.html#exercise-3-4", "day03"),
    "Exercise C.10": ("clinic.html#exercise-c-10", "clinic"),
    "Exercise 6.1": ("#exercise-6-1", "day06"),
    "np.argsort": ("", "day06"),
    "backprop": ("", "day04"),
    "gray": ("", "day09"),
    "normalization": ("", "day06"),
}


@pytest.mark.parametrize("typed", SEARCHES)
def test_a_search_finds_what_readers_type(browser, server, typed):
    first, among = SEARCHES[typed]
    with visit(browser, server, viewport=DESK) as tab:
        tab.goto(f"{server}search.html?q={typed}")
        tab.locator("#search-progress:empty, .search-summary").first.wait_for(state="attached")
        tab.get_by_text("search finished").or_(tab.get_by_text("page(s)")).first.wait_for()
        links = tab.locator("ul.search li > a").evaluate_all("all => all.map(a => a.href)")
        assert first in links[0], links
        assert any(among in link for link in links), links


def test_a_copy_button_copies_no_prompts_and_no_output(browser, server):
    with visit(browser, server, viewport=DESK, permissions=["clipboard-read"]) as tab:
        open_page(tab, server, "book/api/optim")  # examples with >>> and what they print
        shown = tab.locator("div.doctest pre").first.inner_text()
        assert ">>> " in shown
        tab.locator("div.doctest button.copybtn").first.click()
        copied = tab.evaluate("() => navigator.clipboard.readText()")
        lines = shown.splitlines()
        code = [line[4:] for line in lines if line.startswith((">>> ", "... "))]
        assert copied.split("\n") == code and len(code) < len(lines)
        open_page(tab, server, "lessons/day03_linear")
        assert tab.locator("div.cell_input button.copybtn").count() > 10
        assert tab.locator("div.cell_output button.copybtn").count() == 0


def test_a_search_for_nothing_says_so(browser, server):
    with visit(browser, server, viewport=DESK) as tab:
        tab.goto(f"{server}search.html?q=xyzzyplugh")
        tab.get_by_text("did not match any documents").wait_for()


def test_the_switch_changes_the_colours_and_the_choice_is_kept(browser, server):
    with visit(browser, server, viewport=DESK, color_scheme="light") as tab:
        open_page(tab, server, "book/index")
        light = tab.evaluate(COLOURS)
        seen = {}
        for _ in range(3):
            tab.locator("button.theme-switch-button:visible").first.click()
            mode = tab.evaluate("document.documentElement.dataset.mode")
            seen[mode] = tab.evaluate(COLOURS)
        assert set(seen) == {"light", "dark", "auto"}
        assert seen["light"] == seen["auto"] == light
        assert seen["dark"] != light
        while tab.evaluate("document.documentElement.dataset.mode") != "dark":
            tab.locator("button.theme-switch-button:visible").first.click()
        open_page(tab, server, "book/glossary")
        assert tab.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_reader_goes_from_a_card_to_an_exercise_to_its_solution_and_back_in_the_menu(
    browser, server
):
    with visit(browser, server, viewport=DESK) as tab:
        open_page(tab, server, "book/index")
        tab.locator(".sd-card", has_text="How far do straight lines go?").click()
        tab.wait_for_url("**/lessons/day03_linear.html")
        tab.locator(
            "#exercise-3-1 a[href*='solutions/day03_linear.html#exercise-3-1']"
        ).first.click()
        tab.wait_for_url("**/solutions/day03_linear.html#exercise-3-1")
        heading = tab.locator("#exercise-3-1 > :is(h2, h3)").first
        assert 0 <= heading.bounding_box()["y"] < DESK["height"] / 2
        tab.locator("nav.bd-links a", has_text="Notation").click()
        tab.wait_for_url("**/book/notation.html")


def test_a_number_in_brackets_leads_to_its_equation(browser, server):
    with visit(browser, server, viewport=DESK) as tab:
        open_page(tab, server, "lessons/day03_linear")
        link = tab.locator("article a[href^='#equation-3-']").first
        anchor = link.get_attribute("href")
        link.click()
        equation = tab.locator(anchor)
        assert 0 <= equation.bounding_box()["y"] < DESK["height"]
        assert equation.locator("mjx-container").count() == 1


def test_a_phone_opens_the_menu_and_goes_to_a_lesson(browser, server):
    with visit(browser, server, viewport=PHONE, has_touch=True) as tab:
        open_page(tab, server, "book/index")
        tab.locator("button.primary-toggle:visible").tap()
        tab.locator("nav.bd-links a:visible", has_text="Day 2 · Data").first.tap()
        tab.wait_for_url("**/lessons/day02_data.html")


def test_wide_code_scrolls_inside_itself_and_can_be_reached_by_keyboard(browser, server):
    with visit(browser, server, viewport={"width": 200, "height": 400}) as tab:
        open_page(tab, server, "lessons/day03_linear")
        tab.evaluate(SETTLED)
        reachable = tab.evaluate(WIDE)
        assert reachable, "no table or formula is wider than this?"
        assert set(reachable) == {0}


def test_the_front_page_runs_the_recogniser_in_a_frame(browser):
    base = HTML.as_uri() + "/"
    with visit(browser, base, viewport=DESK, color_scheme="light") as tab:
        open_page(tab, base, "book/index")
        place = tab.locator(".explore")
        place.scroll_into_view_if_needed()
        tab.locator(".explore.answers").wait_for()
        assert not place.locator("img").is_visible()
        framed = tab.frame_locator(".explore iframe")
        framed.locator("body:not([inert])").wait_for(state="attached")
        pad = framed.locator("#pad")
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 5)
        tab.mouse.down()
        tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + 4 * box["height"] / 5, steps=9)
        tab.mouse.up()
        framed.locator("#answer .said", has_text="1").wait_for()
        frame = next(frame for frame in tab.frames if "explore/" in frame.url)
        tall = frame.evaluate("document.documentElement.getBoundingClientRect().height")
        tab.wait_for_function(
            "tall => document.querySelector('.explore iframe').clientHeight >= tall - 1", arg=tall
        )
        before = frame.evaluate("document.documentElement.dataset.theme")
        tab.evaluate("document.documentElement.dataset.theme = 'dark'")
        frame.wait_for_function("document.documentElement.dataset.theme === 'dark'")
        assert before == "light"


LIVE = {  # lesson -> its living figures, from top to bottom
    "day03_linear": ["templates", "line"],
    "day04_mlp": ["graph", "mlp"],
    "day05_cnn": ["sliding", "lenet"],
    "day07_autoencoders": ["latent", "tsne"],
}


@pytest.mark.parametrize("lesson", LIVE)
def test_a_lesson_loads_its_figures_when_they_are_reached_and_not_before(browser, lesson):
    base = HTML.as_uri() + "/"
    with visit(browser, base, viewport=DESK, color_scheme="dark") as tab:
        open_page(tab, base, f"lessons/{lesson}")
        assert not [frame.url for frame in tab.frames if "explore/" in frame.url]
        places = tab.locator(".explore")
        for place, name in zip(places.all(), LIVE[lesson], strict=True):
            place.scroll_into_view_if_needed()
            place.locator("iframe").wait_for(state="attached")
            tab.wait_for_function(
                "p => p.classList.contains('answers')", arg=place.element_handle()
            )
            assert not place.locator("img").is_visible()
            frame = next(f for f in tab.frames if f.url.endswith(f"explore/{name}.html"))
            frame.wait_for_function("document.documentElement.dataset.theme === 'dark'")
            frame.wait_for_function("innerHeight >= document.documentElement.scrollHeight - 1")


def test_without_scripts_a_picture_a_sentence_and_a_link_take_the_place_of_a_page(browser):
    context = browser.new_context(viewport=DESK, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{HTML.as_uri()}/book/recogniser.html")
    assert tab.locator(".explore img").is_visible()
    assert tab.get_by_text("This is a picture of it.").is_visible()
    tab.get_by_role("link", name="Open it as a page of its own").click()
    tab.wait_for_url("**/explore/recogniser.html")
    context.close()


def test_a_page_in_a_frame_is_printed_as_its_picture(browser):
    base = HTML.as_uri() + "/"
    with visit(browser, base, viewport=DESK) as tab:
        open_page(tab, base, "book/recogniser")
        tab.locator(".explore.answers").wait_for()
        tab.emulate_media(media="print")
        assert tab.locator(".explore img").is_visible()
        assert not tab.locator(".explore iframe").is_visible()
