"""The environment table: each thing that can be missing is a FAIL row that says how to fix it."""

import importlib.util
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from lib.course import environment
from lib.data import image_sets

SCRIPT = Path(environment.__file__)


@pytest.fixture
def table(capsys, monkeypatch):
    """Print the table and return it as text; MNIST is really loaded only where it is asked for."""

    def printed(mnist=False):
        if not mnist:
            monkeypatch.setattr(environment, "data_row", lambda: environment.Row("MNIST", "", ""))
        environment.check_environment()
        return capsys.readouterr().out

    return printed


def line_and_fix(text, name):
    """Return the row of that name and the line below it."""
    lines = text.splitlines()
    at = next(i for i, line in enumerate(lines) if line[6:].startswith(name))
    return lines[at], lines[at + 1]


def assert_fails(text, name, *, found, fix):
    line, below = line_and_fix(text, name)
    assert line.startswith("FAIL") and f"(measured {found}" in line
    assert below.startswith("      fix: ") and fix in below
    assert "to fix" in text.splitlines()[-1]


def test_this_machine_is_ready(table):
    text = table(mnist=True)
    assert "FAIL" not in text and "fix" not in text
    assert text.splitlines()[-1] == "8 of 8 OK: this machine is ready."
    for name, found in [("lib", "from this folder"), ("MNIST", "70 000 images")]:
        assert line_and_fix(text, name)[0].endswith(f" {found}"), "nothing there was measured"


def test_only_what_is_measured_may_differ_between_machines(table, monkeypatch):
    def blanked():
        return re.sub(r"\(measured [^)]*\)", "(measured)", table())

    before = blanked()
    monkeypatch.setattr(metadata, "version", lambda name: "99.1.0 (local) build")
    assert blanked() == before


@pytest.mark.parametrize("name", environment.PACKAGES)
def test_a_missing_package(table, monkeypatch, name):
    real = metadata.version

    def version(asked):
        if asked == name:
            raise metadata.PackageNotFoundError(name)
        return real(asked)

    monkeypatch.setattr(metadata, "version", version)
    assert_fails(table(), name, found="nothing", fix=f"pip install -c constraints.txt {name};")


@pytest.mark.parametrize("version", ["1.26.4", "1.9", "0.1rc1"])
def test_an_old_package(table, monkeypatch, version):
    monkeypatch.setattr(metadata, "version", lambda name: version if name == "numpy" else "99.0")
    assert_fails(table(), "numpy", found=version, fix="pip install -c constraints.txt numpy;")


def test_a_package_whose_metadata_is_damaged(table, monkeypatch):
    monkeypatch.setattr(metadata, "version", lambda name: None)
    assert_fails(table(), "numpy", found="nothing", fix="pip install")


@pytest.mark.parametrize("version", ["3.9.18", "3.10.0", "2.7.18"])
def test_an_old_python(table, monkeypatch, version):
    monkeypatch.setattr(environment.platform, "python_version", lambda: version)
    assert_fails(table(), "Python", found=version, fix="python.org")


@pytest.mark.parametrize("version", ["3.11.0", "3.14.0rc1", "4.0"])
def test_a_newer_python(monkeypatch, version):
    monkeypatch.setattr(environment.platform, "python_version", lambda: version)
    assert not environment.python_row().fix


def test_no_git(table, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert_fails(table(), "Git", found="nothing", fix="git-scm.com")


def test_a_git_that_does_not_answer(table, monkeypatch):
    def run(*args, **kwargs):
        raise subprocess.TimeoutExpired("git", 10)

    monkeypatch.setattr(environment.subprocess, "run", run)
    assert_fails(table(), "Git", found="nothing", fix="git-scm.com")


def test_lib_cannot_be_imported(table, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert_fails(table(), "lib", found="nothing", fix="pip install -e .")


def test_lib_is_half_imported(table, monkeypatch):
    monkeypatch.setattr(sys.modules["lib"], "__spec__", None)
    assert_fails(table(), "lib", found="nothing", fix="pip install -e .")


def test_lib_comes_from_another_copy_of_the_course(table, monkeypatch, tmp_path):
    copy = tmp_path / "copy of the course (old)"
    (copy / "lib" / "course").mkdir(parents=True)
    (copy / "lessons").mkdir()
    (copy / "lib" / "course" / "environment.py").write_text("")
    monkeypatch.chdir(copy / "lessons")
    text = table()
    assert_fails(text, "lib", found="another one, from ", fix="pip install -e .")
    assert str(SCRIPT.parents[2]) in line_and_fix(text, "lib")[0]


def test_data_is_missing(table, monkeypatch, tmp_path):
    monkeypatch.delenv("DLBH_DATA", raising=False)
    monkeypatch.setattr(image_sets, "DATA_FOLDER", tmp_path)
    assert_fails(
        table(mnist=True), "MNIST", found="MissingFileError", fix="load_mnist(download=True)"
    )


def test_data_is_damaged(table, monkeypatch, tmp_path):
    folder = tmp_path / "MNIST" / "raw"
    folder.mkdir(parents=True)
    for name in image_sets.FILES:
        (folder / name).write_bytes(b"<html>not found</html>")
    monkeypatch.setenv("DLBH_DATA", str(tmp_path))
    assert_fails(table(mnist=True), "MNIST", found="DataError", fix="load_mnist(download=True)")


def test_as_a_script_it_needs_nothing_but_python():
    """``-I -S``: no folder of packages, not even this one; what a newcomer starts with."""
    run = subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT], capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 1 and run.stderr == ""
    for name in [*environment.PACKAGES, "lib"]:
        assert_fails(run.stdout, name, found="nothing", fix="pip install")
    assert_fails(run.stdout, "MNIST", found="could not look", fix="rows above")


def test_as_a_script_on_a_ready_machine():
    run = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.isascii(), "a Windows terminal may not know other characters"
