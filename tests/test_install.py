"""What is installed: every version stated once, and all that comes with it held still."""

import re

from built_book import ROOT

REQUIREMENTS = (ROOT / "requirements.txt").read_text(encoding="utf-8")
PARTS = dict(re.findall(r"^# (Course|Tests|Benchmark)\b.*\n((?:.+\n)+)", REQUIREMENTS, re.M))


def pinned(text):
    """Return ``{package: version}`` of the lines ``package==version``."""
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.M))


def test_every_package_that_is_named_is_pinned_under_one_of_the_headings():
    named = [line for line in REQUIREMENTS.splitlines() if line and not line.startswith("#")]
    assert set(PARTS) == {"Course", "Tests", "Benchmark"}
    assert all(re.match(r"[\w.-]+==[\w.]+(\s+#.*)?$", line) for line in named if line != "-e .")
    assert sum(len(pinned(part)) for part in PARTS.values()) == len(named) - 1
    assert "-e ." in PARTS["Course"]


def test_the_course_does_without_what_only_tests_and_benchmark_need():
    course = set(pinned(PARTS["Course"]))
    assert course.isdisjoint({"torch", "torchvision", "playwright", "dask", "pytest"})


def test_the_constraints_hold_every_version_and_agree_with_the_list():
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "-e ." not in text and "--hash" not in text
    constraints = pinned(text)
    for package, version in pinned(REQUIREMENTS).items():
        assert constraints[package] == version, f"{package}: run the command in constraints.txt"
