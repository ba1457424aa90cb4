"""The front door: what is installed, what is collected, what runs elsewhere."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import lib
from built_book import ROOT

EVERYTHING = (ROOT / "requirements.txt").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
COURSE = set(PROJECT["optional-dependencies"]["course"])


def pinned(text):
    """Return ``{package: version}`` of the lines ``package==version``."""
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.M))


def test_every_package_that_is_named_is_pinned():
    named = [line for line in EVERYTHING.splitlines() if line and line[0] != "#" and line != "-e ."]
    assert all(re.match(r"[\w.-]+==[\w.]+(\s+#.*)?$", line) for line in named)
    assert len(pinned(EVERYTHING)) == len(named)
    assert "\n-e .\n" in EVERYTHING
    assert EVERYTHING.isascii(), "Windows reads it in another encoding"


def test_the_course_is_the_first_part_of_the_list_and_does_without_the_rest():
    first, _, _ = EVERYTHING.partition("# Tests")
    assert set(pinned(first)) == COURSE
    assert COURSE.isdisjoint({"torch", "torchvision", "playwright", "dask", "pytest"})


def test_the_constraints_hold_every_version_and_agree_with_the_list():
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "-e ." not in text and "--hash" not in text
    constraints = pinned(text)
    for package, version in pinned(EVERYTHING).items():
        assert constraints[package] == version, f"{package}: run the command in constraints.txt"


def test_day_one_says_what_make_lab_installs():
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r'^\$\(COURSE\):[^#]*?\t\$\(PIP\) -e "\.\[course\]"$', make, re.M | re.S)
    day = (ROOT / "lessons/day01_setup.ipynb").read_text(encoding="utf-8")
    assert 'python -m pip install -e \\".[course]\\" -c constraints.txt' in day


def test_the_plain_lines_are_the_same_wherever_they_are_written():
    readme, how_to_use = (
        re.search(r"```powershell\n(.*?)```", (ROOT / name).read_text("utf-8"), re.S)[
            1
        ].splitlines()
        for name in ("README.md", "book/how_to_use.md")
    )
    workflow = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert [line for line in readme if "jupyter-book" not in line] == how_to_use
    assert all(line in workflow for line in readme)
    assert all(line.removeprefix(".venv\\Scripts\\") in make for line in readme[-2:])


# -- what is collected ----------------------------------------------------------------------------


def collected(*words, cwd=ROOT):
    """Return the files that ``pytest --nbval`` collects something from."""
    command = [sys.executable, "-m", "pytest", "--nbval", "--collect-only", "-q", *words]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return {line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this folder is no repository")
def test_the_bare_command_collects_every_tracked_notebook_and_every_test():
    tracked = subprocess.run(
        ["git", "ls-files", "*.ipynb", "tests/test_*.py"],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert collected() == set(tracked.stdout.split())


@pytest.mark.parametrize("words", [[], ["."]])
def test_neither_copies_nor_what_was_built_is_ever_collected(tmp_path, words):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
    for folder in ("tests", "lessons", "solutions", "book", "work", "work/.copied", "_build/html",
                   ".venv", "lessons/.ipynb_checkpoints"):  # fmt: skip
        (tmp_path / folder).mkdir(parents=True)
        nbformat.write(notebook, tmp_path / folder / "day01.ipynb")
    shutil.copy(ROOT / "tests/outputs.cfg", tmp_path / "tests")
    found = {Path(path).parent.as_posix() for path in collected(*words, cwd=tmp_path)}
    assert found == {"tests", "lessons", "solutions", "book"}


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_without_a_browser_the_last_line_says_how_many_tests_were_skipped(workers):
    names = {"PATH", "CHROMIUM", "CI"}
    environment = {name: value for name, value in os.environ.items() if name not in names}
    command = [sys.executable, "-m", "pytest", "-q", *workers, "tests/test_browser.py"]
    done = subprocess.run(
        [*command, "-k", "search"],
        cwd=ROOT, env=environment | {"PATH": ""}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert re.fullmatch(
        r"\d+ browser tests were skipped: no Chromium: install it .* or name it in \$CHROMIUM",
        done.stdout.splitlines()[-1],
    )


# -- elsewhere ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "files"),
    [("github-workflows", ".github/workflows/*.yml"), ("citation-file-format", "CITATION.cff")],
)
def test_what_github_reads_is_as_github_wants_it(schema, files):
    command = [Path(sys.executable).with_name("check-jsonschema"), "--builtin-schema"]
    found = list(ROOT.glob(files))
    done = subprocess.run(
        [*command, f"vendor.{schema}", *found], capture_output=True, text=True, timeout=60
    )
    assert found and done.returncode == 0, done.stdout + done.stderr


def test_one_version_is_named_everywhere():
    cited = re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text("utf-8"), re.M)[1]
    newest = re.search(r"^## ([\d.]+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)[1]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert settings["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "lib.__version__"}
    assert cited == newest == lib.__version__


def test_the_cell_for_colab_makes_a_lesson_run(tmp_path):
    page = (ROOT / "book/how_to_use.md").read_text(encoding="utf-8")
    (cell,) = re.findall(r"```text\n(!git clone.*?)```", page, re.S)
    cell = cell.replace("<address of the project>", str(ROOT)).replace("/content", str(tmp_path))
    lesson = nbformat.read(ROOT / "lessons/day03_linear.ipynb", as_version=4)
    lesson.cells[0] = nbformat.v4.new_code_cell(cell)
    code = [i for i, c in enumerate(lesson.cells) if c.cell_type == "code"][:5]
    lesson.cells = lesson.cells[: code[-1] + 1]
    lesson.cells.append(nbformat.v4.new_code_cell("import lib; print(lib.__file__)"))
    client = NotebookClient(lesson, resources={"metadata": {"path": str(tmp_path)}}, timeout=120)
    client.execute()
    assert lesson.cells[-1].outputs[0].text.strip() == str(tmp_path / "course/lib/__init__.py")


# An extension that dies, as by a power cut, when the second page is half written.
DIES = """
import os, signal
from pathlib import Path

def die(app, pagename, *_):
    if pagename == "second" and os.environ.get("DIE"):
        Path(app.outdir, "second.html").write_text("<html><bo")
        os.kill(os.getpid(), signal.SIGKILL)

def setup(app):
    app.connect("html-page-context", die)
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGKILL")
def test_a_build_of_the_book_that_is_killed_half_way_is_made_good_by_the_next(tmp_path):
    (tmp_path / "dies.py").write_text(DIES)
    (tmp_path / "conf.py").write_text(
        f"import sys; sys.path[:0] = [{str(ROOT / 'book/_ext')!r}, {str(tmp_path)!r}]\n"
        "extensions = ['myst_parser', 'book_build', 'dies']\nexclude_patterns = ['_build']\n"
    )
    (tmp_path / "index.md").write_text("# Book\n\n```{toctree}\nfirst\nsecond\nthird\n```\n")
    for name in ("first", "second", "third"):
        (tmp_path / f"{name}.md").write_text(f"# The {name}\n\nText of the {name} page.\n")

    def build(**environment):
        command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", tmp_path, html]
        return subprocess.run(command, env=os.environ | environment, timeout=120).returncode

    html = tmp_path / "_build/html"
    assert build() == 0 and (html / ".built").exists()
    for name in ("first", "second"):  # which are to be built again
        path = tmp_path / f"{name}.md"
        path.write_text(path.read_text() + "More.\n")
    assert build(DIE="1") == -signal.SIGKILL
    assert not (html / ".built").exists()  # so that it is not taken for a whole one
    assert build() == 0 and (html / ".built").exists()
    for name in ("first", "second"):
        assert "More." in (html / f"{name}.html").read_text("utf-8")
    assert "</html>" in (html / "second.html").read_text("utf-8")


def test_a_second_build_still_finds_the_exercises_of_pages_that_did_not_change(tmp_path):
    (tmp_path / "lessons").mkdir()
    (tmp_path / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT / 'book/_ext')!r})\n"
        'extensions = ["myst_parser", "book_search"]\n'
    )
    (tmp_path / "lessons/day01.md").write_text("# Day 1\n\n## Exercise 1.3 · Rows\n\nCount.\n")
    for words in ("first", "second"):
        (tmp_path / "index.md").write_text(f"# {words}\n\n```{{toctree}}\nlessons/day01\n```\n")
        command = [sys.executable, "-m", "sphinx", "-q", tmp_path, tmp_path / "html"]
        subprocess.run(command, check=True, capture_output=True)
        index = (tmp_path / "html/searchindex.js").read_text(encoding="utf-8")
        assert words in index and "exercise 1.3" in index
