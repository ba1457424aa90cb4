"""Grade a class: judge the answers of many notebooks, each in a process of its own.

A hand-in may hang, exit, eat memory or delete its folder. It does so to a copy, in a process that
is stopped when it takes too long or too much; the grader only reads what that process reported.
"""

import contextlib
import json
import os
import re
import shutil
import site
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from lib.course.answers import MEMORY, SECONDS
from lib.course.numbering import NUMBER

REPORT = 2**20  # bytes that are read of what a process reports
STATUSES = ("✅", "❌", "⬜")
ROOT = Path(__file__).resolve().parents[2]  # the folder with lib in it


@dataclass(frozen=True)
class HandIn:
    """A file that was handed in: by whom, and what is copied along with it."""

    student: str
    path: Path
    folder: Path | None  # the student's own, if there is one


@dataclass
class Grades:
    """What became of a hand-in: its verdicts, and why there are no more."""

    hand_in: HandIn
    verdicts: dict = field(default_factory=dict)  # number -> {"status", "problem", "hint"}
    problem: str = ""


def hand_ins(folder):
    """Return the files of a folder that are to be graded.

    A student is a sub-folder with notebooks, or a file. Whatever else is in the folder is listed
    too, so that nothing is passed over in silence.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    list of HandIn
    """
    found = []
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_file():
            found.append(HandIn(entry.stem, entry, None))
        elif entry.is_dir():
            files = sorted(p for p in entry.rglob("*") if p.is_file() and not hidden(p, entry))
            notebooks = [path for path in files if path.suffix == ".ipynb"]
            found += [HandIn(entry.name, path, entry) for path in notebooks or files]
    return found


def hidden(path, folder):
    """Tell whether a file, or a folder on the way to it, has a name that begins with a dot."""
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def grade(found, on_grades=lambda grades: None):
    """Judge hand-ins, several at a time.

    Parameters
    ----------
    found : list of HandIn
        From ``hand_ins``.
    on_grades : callable, optional
        Called with each ``Grades`` as soon as it is there.

    Returns
    -------
    list of Grades
        In the order of the hand-ins.
    """
    stop = threading.Event()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            futures = [pool.submit(grade_one, hand_in, stop) for hand_in in found]
            graded = []
            for future in futures:
                graded.append(future.result())
                on_grades(graded[-1])
            return graded
        except BaseException:  # Ctrl-C among them: stop what is running, begin nothing more
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise


def grade_one(hand_in, stop=None):
    """Judge one hand-in on a copy of it.

    Returns
    -------
    Grades
    """
    grades = Grades(hand_in)
    if hand_in.path.suffix != ".ipynb":
        grades.problem = "is not a notebook"
        return grades
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place,
        tempfile.TemporaryFile() as report,
    ):
        try:
            copied = copy(hand_in, Path(place) / "hand-in")
        except OSError as error:
            grades.problem = f"cannot be copied ({error.strerror or type(error).__name__})"
            return grades
        ended = run(copied, report, stop)
        report.seek(0)
        read_report(grades, report.read(REPORT).decode(errors="replace"), ended)
    return grades


def copy(hand_in, place):
    """Copy a hand-in with its folder, and return the path of the notebook in the copy."""
    if hand_in.folder is None:
        place.mkdir()
        return Path(shutil.copy(hand_in.path, place))
    shutil.copytree(hand_in.folder, place, symlinks=True)
    return place / hand_in.path.relative_to(hand_in.folder)


def run(notebook, report, stop=None):
    """Judge a notebook in a process of its own; return why it was stopped, or its exit code."""
    names = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "lib.course.answers", notebook.name],
        cwd=notebook.parent,
        env=kept
        | {
            "HOME": str(notebook.parent),
            "USERPROFILE": str(notebook.parent),
            "TMP": str(notebook.parent),
            "TMPDIR": str(notebook.parent),
            "PYTHONPATH": str(ROOT),
            "PYTHONUSERBASE": site.getuserbase(),
            "MPLBACKEND": "agg",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        },
        stdin=subprocess.DEVNULL,
        stdout=report,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return watch(process, stop or threading.Event())
    finally:
        end(process)


def watch(process, stop):
    """Wait for a process; return its exit code, or in words why it has to be stopped."""
    last = time.monotonic() + SECONDS
    while time.monotonic() < last and not stop.is_set():
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(0.1)
        if memory(process) > MEMORY:
            return f"takes more than {MEMORY / 2**30:g} GB of memory"
    return f"is still running after {SECONDS} seconds"


def family(process):
    """Return a process and those that it started, as far as they are still there."""
    try:
        first = psutil.Process(process.pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def memory(process):
    """Return the bytes that a process and those that it started have in memory."""
    total = 0
    for member in family(process):
        with contextlib.suppress(psutil.Error):
            total += member.memory_info().rss
    return total


def end(process):
    """End a process and all that it started."""
    for member in family(process):
        with contextlib.suppress(psutil.Error):
            member.kill()
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, 9)  # those that lost their parent are in its group
    process.wait()


def read_report(grades, text, ended):
    """Take down what the process reported, and why it reported no more."""
    begun, done = "", False
    for line in text.splitlines():
        try:
            entry = {name: printable(value) for name, value in json.loads(line).items()}
        except (ValueError, AttributeError):  # cut off, or written by the hand-in itself
            continue
        begun, done = entry.get("begun", begun), done or "done" in entry
        known = re.fullmatch(NUMBER, entry.get("exercise", ""))
        if known and entry.get("status") in STATUSES:
            verdict = {name: entry.get(name, "") for name in ("status", "problem", "hint")}
            grades.verdicts[entry["exercise"]] = verdict
        elif "problem" in entry:
            grades.problem = entry["problem"]
    if done and not grades.verdicts and not grades.problem:
        grades.problem = 'holds no exercise: there is no check("3.1", …) in it'
    elif not done and not grades.problem:
        grades.problem = ended if isinstance(ended, str) else f"ended by itself, with code {ended}"
        if begun:
            grades.problem += f", in exercise {begun}"


def printable(value):
    """Return a text in one line, without what would steer a terminal."""
    words = " ".join(str(value).split())
    return "".join(character for character in words if character.isprintable())[:300]
