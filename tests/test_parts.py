"""The drawing of ``lib`` has every part, and an arrow only where there is an import."""

import itertools
import re
from pathlib import Path

from book_parts import arrows, below, drawing, imports, rows

ROOT = Path(__file__).parent.parent
USES = imports()


def test_every_part_of_lib_is_drawn_once():
    parts = {p.stem for p in (ROOT / "lib").iterdir() if p.suffix == ".py" or p.is_dir()}
    parts = {part for part in parts if not part.startswith("_")}
    assert set(re.findall(r"<text [^>]*>(\w+)<", drawing(USES))) == parts == set(USES)


def test_arrows_are_imports_lead_down_and_tell_everything():
    direct, levels = arrows(USES), rows(USES)
    height = {part: k for k, level in enumerate(levels) for part in level}
    for part, others in direct.items():
        assert others <= USES[part]
        assert all(height[other] < height[part] for other in others)
    assert all(below(part, direct) == below(part, USES) for part in USES)


def test_an_import_that_comes_new_is_an_arrow_more(tmp_path):
    (tmp_path / "nn.py").write_text("import numpy\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/loader.py").write_text("from lib import nn\nfrom lib.nn import Module\n")
    (tmp_path / "training.py").write_text("from lib.data.loader import x\nimport lib.nn\n")
    uses = imports(tmp_path)
    assert uses == {"nn": set(), "data": {"nn"}, "training": {"data", "nn"}}
    assert arrows(uses) == {"nn": set(), "data": {"nn"}, "training": {"data"}}


def test_no_two_boxes_of_a_row_touch_and_none_leaves_the_drawing():
    svg = drawing(USES)
    width = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    boxes = {}
    for x, y, own in re.findall(r'<rect x="(-?\d+)" y="(\d+)" width="(\d+)"', svg):
        boxes.setdefault(y, []).append((int(x), int(x) + int(own)))
    for row in map(sorted, boxes.values()):
        assert row[0][0] > 0 and row[-1][1] < width
        assert all(left[1] < right[0] for left, right in itertools.pairwise(row))


def test_no_arrow_passes_behind_a_box():
    svg = drawing(USES)
    boxes = [
        tuple(map(int, box))
        for box in re.findall(r'<rect x="(-?\d+)" y="(\d+)" width="(\d+)"', svg)
    ]
    passed = re.findall(r" (\d+) (\d+)V\d+", svg)  # where an arrow goes straight down through a row
    assert len(passed) > 4
    for x, y in (map(int, place) for place in passed):
        assert not any(y == top and left <= x <= left + own for left, top, own in boxes)
