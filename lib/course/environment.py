"""Is this machine ready? A table with a row for each thing the course needs, and how to fix it.

It needs nothing but Python itself, so it also runs where everything else is missing:

    python lib/course/environment.py
"""

import importlib.util
import platform
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

__all__ = ["check_environment"]

PYTHON = "3.11"
PACKAGES = {"numpy": "2.0", "matplotlib": "3.9", "scikit-learn": "1.5", "ipykernel": "6.0"}

INSTALL = "in the folder of the course: python -m pip install -c constraints.txt"
AGAIN = "then restart the kernel"


class Row(NamedTuple):
    """One line of the table; ``fix`` is empty where all is well."""

    name: str
    needed: str
    found: str
    fix: str = ""


def check_environment():
    """Print what the course needs, what this machine has, and how to fix what is missing.

    It only looks: nothing is installed or changed, and nothing it meets makes it raise.

    Examples
    --------
    >>> check_environment()  # doctest: +ELLIPSIS
          name          needed              found
    OK    Python        3.11 or newer       (measured ...)
    OK    numpy         2.0 or newer        (measured ...)
    OK    matplotlib    3.9 or newer        (measured ...)
    OK    scikit-learn  1.5 or newer        (measured ...)
    OK    ipykernel     6.0 or newer        (measured ...)
    OK    Git           2.23 or newer       (measured ...)
    OK    lib           from this folder    from this folder
    OK    MNIST         70 000 images       70 000 images
    8 of 8 OK: this machine is ready.
    """
    show(rows())


def show(table):
    """Print a table of rows; a find that may differ is put inside ``(measured …)``."""
    print(f"      {'name':14}{'needed':20}found")
    for row in table:
        found = row.found
        if found != row.needed:
            found = f"(measured {found.replace(')', ']')})"  # the first ")" ends the measured part
        status = "FAIL" if row.fix else "OK"
        print(f"{status:6}{row.name:14}{row.needed:20}{found}")
        if row.fix:
            print(f"      fix: {row.fix}")
    failed = sum(bool(row.fix) for row in table)
    if failed:
        print(f"{failed} of {len(table)} to fix, from the top down; then run this again.")
    else:
        print(f"{len(table)} of {len(table)} OK: this machine is ready.")


def rows():
    """Return the table as a list of rows.

    Returns
    -------
    list of Row
    """
    return [
        python_row(),
        *[package_row(name, least) for name, least in PACKAGES.items()],
        git_row(),
        lib_row(),
        data_row(),
    ]


def python_row():
    """Look at the Python that runs this."""
    fix = "install a newer one from python.org, then make .venv again with it"
    return version_row("Python", platform.python_version(), PYTHON, fix)


def package_row(name, least):
    """Look for an installed package, without importing it."""
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        found = None
    return version_row(name, found, least, f"{INSTALL} {name}; {AGAIN}")


def git_row():
    """Ask Git for its version."""
    try:
        answer = subprocess.run(["git", "--version"], capture_output=True, text=True, timeout=10)
        found = re.search(r"\d+(\.\d+)+", answer.stdout)
    except (OSError, subprocess.SubprocessError):  # not installed, or it does not answer
        found = None
    fix = "install it from git-scm.com, then open a new terminal"
    return version_row("Git", found and found[0], "2.23", fix)


def version_row(name, found, least, fix):
    """Compare a version (None where there is none) with the least that will do."""
    enough = found is not None and _numbers(found) >= _numbers(least)
    return Row(name, f"{least} or newer", found or "nothing", "" if enough else fix)


def _numbers(version):
    """Turn "3.11.2rc1" into (3, 11): as text, "3.9" would come after "3.11"."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def lib_row():
    """Look where ``import lib`` leads from the current folder."""
    name, needed = "lib", "from this folder"
    fix = f"in the folder of the course: python -m pip install -e . ; {AGAIN}"
    here = Path.cwd()
    parents = (
        p for p in (here, *here.parents) if (p / "lib" / "course" / "environment.py").is_file()
    )
    course = next(parents, Path(__file__).resolve().parents[2])
    try:
        spec = importlib.util.find_spec("lib")
    except ValueError:  # something half imported goes by that name
        spec = None
    if spec is None or spec.origin is None:  # nothing, or a mere folder called lib
        return Row(name, needed, "nothing", fix)
    found = Path(spec.origin).resolve().parents[1]
    if found != course.resolve():
        return Row(name, needed, f"another one, from {found}", fix)
    return Row(name, needed, needed)


def data_row():
    """Load MNIST, which also compares the checksums of its files."""
    name, needed = "MNIST", "70 000 images"
    try:
        from lib.data import load_mnist

        x_train, _, x_test, _ = load_mnist()
    except ImportError:
        return Row(name, needed, "could not look", "fix the rows above first")
    except Exception as error:  # whatever it is, the table is where it belongs
        return Row(name, needed, type(error).__name__, " ".join(str(error).split()))
    return Row(name, needed, f"{len(x_train) + len(x_test):,} images".replace(",", " "))


if __name__ == "__main__":
    table = rows()
    show(table)
    sys.exit(any(row.fix for row in table))
