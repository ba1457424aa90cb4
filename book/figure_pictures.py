"""Take the pictures that stand in for the living figures where no script runs.

    python book/figure_pictures.py [NAME …]

Each figure is opened in Chromium, brought into a telling state, and photographed.
"""

import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from print_edition import FLAGS, find_chromium

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book" / "_ext"))

from book_figures import FIGURES  # noqa: E402

# figure -> what to do before the picture is taken, and how tall it is
STATES = {
    "line": ("document.querySelector('#rate').value = 0.75; figure.walk(10)", 480),
    "templates": ("document.querySelector('[value=products]').click()", 400),
    "graph": ("figure.go(Graph.STEPS)", 420),
    "mlp": ("figure.learner.train(3000, 0.5); figure.draw()", 600),
    "sliding": ("", 400),
    "lenet": ("", 760),
    "latent": ("", 420),
    "tsne": ("", 720),
}


SEVEN = [(0.25, 0.2), (0.5, 0.19), (0.74, 0.2), (0.62, 0.4), (0.5, 0.61), (0.42, 0.82)]


def draw_seven(tab):
    """Write a 7 on the pad with the mouse."""
    box = tab.locator("#pad").bounding_box()
    first, *others = [
        (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN
    ]
    tab.mouse.move(*first)
    tab.mouse.down()
    for point in others:
        tab.mouse.move(*point, steps=4)
    tab.mouse.up()


def main():
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=FLAGS
        )
        for name in sys.argv[1:] or FIGURES:
            path = Path(folder, f"{name}.html")
            path.write_text(FIGURES[name](), encoding="utf-8")
            state, height = STATES[name]
            tab = browser.new_page(
                viewport={"width": 720, "height": height}, color_scheme="light"
            )
            tab.goto(path.as_uri())
            tab.evaluate(f"document.querySelector('h1').hidden = true; {state}")
            if tab.locator("#pad").count():
                draw_seven(tab)
            tab.evaluate("document.fonts.ready")
            picture = ROOT / "book" / "_static" / "explore" / f"{name}.png"
            tab.screenshot(path=picture)
            few = Image.open(picture).convert("RGB")
            few = few.quantize(128, dither=Image.Dither.NONE)
            few.save(picture, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
