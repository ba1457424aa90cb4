"""The drawing of ``lib`` has every part, and an arrow only where there is an import."""

import itertools
import re
from pathlib import Path

from book_parts import arrows, below, drawing, imports, later, rows

ROOT = Path(__file__).parent.parent
USES, EVERYWHERE = imports(), imports(everywhere=True)


def test_every_part_of_lib_is_drawn_once():
    parts = {p.stem for p in (ROOT / "lib").iterdir() if p.suffix == ".py" or p.is_dir()}
    parts = {part for part in parts if not part.startswith("_")}
    assert set(re.findall(r"<text [^>]*>(\w+)<", drawing(USES, EVERYWHERE))) == parts == set(USES)


def test_arrows_are_imports_lead_down_and_tell_everything():
    direct, dashed, levels = arrows(USES), later(USES, EVERYWHERE), rows(EVERYWHERE)
    height = {part: k for k, level in enumerate(levels) for part in level}
    both = {part: direct[part] | dashed[part] for part in USES}
    for part, others in both.items():
        assert direct[part] <= USES[part] <= EVERYWHERE[part]
        assert dashed[part] <= EVERYWHERE[part] - USES[part]
        assert all(height[other] < height[part] for other in others)
    assert all(below(part, direct) == below(part, USES) for part in USES)
    assert all(below(part, both) == below(part, EVERYWHERE) for part in USES)


def test_an_import_that_comes_new_is_an_arrow_more(tmp_path):
    (tmp_path / "nn.py").write_text("import numpy\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/loader.py").write_text("from lib import nn\nfrom lib.nn import Module\n")
    (tmp_path / "training.py").write_text("from lib.data.loader import x\nimport lib.nn\n")
    uses = imports(tmp_path)
    assert uses == {"nn": set(), "data": {"nn"}, "training": {"data", "nn"}}
    assert arrows(uses) == {"nn": set(), "data": {"nn"}, "training": {"data"}}


def test_no_two_boxes_of_a_row_touch_and_none_leaves_the_drawing():
    svg = drawing(USES, EVERYWHERE)
    width = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    boxes = {}
    for x, y, own in re.findall(r'<rect x="(-?\d+)" y="(\d+)" width="(\d+)"', svg):
        boxes.setdefault(y, []).append((int(x), int(x) + int(own)))
    for row in map(sorted, boxes.values()):
        assert row[0][0] > 0 and row[-1][1] < width
        assert all(left[1] < right[0] for left, right in itertools.pairwise(row))


def test_no_arrow_passes_behind_a_box():
    svg = drawing(USES, EVERYWHERE)
    boxes = [
        tuple(map(int, box))
        for box in re.findall(r'<rect x="(-?\d+)" y="(\d+)" width="(\d+)"', svg)
    ]
    passed = re.findall(r" (\d+) (\d+)V\d+", svg)  # where an arrow goes straight down through a row
    assert len(passed) > 4
    for x, y in (map(int, place) for place in passed):
        assert not any(y == top and left <= x <= left + own for left, top, own in boxes)


def test_an_import_inside_a_function_is_a_dashed_arrow_unless_others_tell_it(tmp_path):
    (tmp_path / "nn.py").write_text("import numpy\n")
    (tmp_path / "plot.py").write_text("")
    (tmp_path / "data.py").write_text("import lib.nn\n")
    (tmp_path / "course.py").write_text(
        "from lib.data import x\ndef chart():\n    from lib import nn, plot\n"
    )
    uses, everywhere = imports(tmp_path), imports(tmp_path, everywhere=True)
    assert uses["course"] == {"data"} and everywhere["course"] == {"data", "nn", "plot"}
    assert later(uses, everywhere)["course"] == {"plot"}
    svg = drawing(uses, everywhere)
    assert svg.count('<path class="later"') == 1
    assert "course on data; data on nn. Inside functions: course on plot." in svg
