"""The drawings of the page about cores show what the records hold, and nothing overlaps."""

import json
import re
from pathlib import Path

import pytest

from book_shards import WIDE, gained, gains, shared_batch

RESULTS = Path(__file__).parent.parent / "results"


def record(name):
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def test_a_gain_is_the_speed_of_two_cores_over_that_of_one():
    rows = [
        {"network": "a", "cores": 1, "title": "a  dense, SGD", "lib": 100},
        {"network": "a", "cores": 2, "title": "a  dense, SGD", "lib": 150},
    ]
    seconds = {"sweep": {"one process": [9, 8, 1], "two processes": [4, 9, 3]}}
    found = gains({"results": rows}, {"titles": {"sweep": "a sweep"}, "seconds": seconds})
    assert [rows for _, rows in found] == [[("dense, SGD", 1.5)], [("a sweep", 2.0)]]


def test_every_network_and_every_kind_of_run_has_its_bar():
    found = gains(record("bench"), record("scaling"))
    svg = gained(found)
    assert len(found[0][1]) == len({row["network"] for row in record("bench")["results"]})
    assert [what for what, _ in found[1][1]] == list(record("scaling")["titles"].values())
    assert svg.count('class="bar') == sum(len(rows) for _, rows in found)
    for what, gain in found[0][1] + found[1][1]:
        assert f">{what}</text>" in svg and f">{gain:.2f}</text>" in svg
        assert f"{what} {gain:.2f}" in re.search('aria-label="([^"]*)"', svg)[1]


@pytest.mark.parametrize("svg", [shared_batch(), gained(gains(record("bench"), record("scaling")))])
def test_no_two_boxes_overlap_and_none_leaves_the_drawing(svg):
    width, height = map(int, re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups())
    assert width == WIDE
    found = re.findall(r'<rect [^>]*x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', svg)
    boxes = [(x, y, x + w, y + h) for x, y, w, h in (map(int, four) for four in found)]
    assert len(boxes) == svg.count("<rect")
    for k, (left, top, right, bottom) in enumerate(boxes):
        assert 0 <= left < right <= width and 0 <= top < bottom <= height
        for x, y, u, v in boxes[:k]:
            assert right <= x or u <= left or bottom <= y or v <= top
