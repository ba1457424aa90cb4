"""Judge the answers of one notebook, in a process that nothing else depends on.

    python -P -m lib.course.answers NOTEBOOK

It writes a line of JSON for each exercise when it begins with it and when it is judged, and a last
one at the end. ``grading.py`` starts it, and stops it.
"""

import ast
import builtins
import contextlib
import json
import os
import re
import sys

import nbformat

from lib.course.checks import judge
from lib.course.numbering import NUMBER, sort_key
from lib.course.slices import checks, slice_for, statements

MEMORY = 2 * 2**30  # bytes
SECONDS = 60
FILE = 2**28  # bytes of the largest file that may be written


def main():
    """Judge the notebook that the command line names."""
    report = own_output()
    limit()
    sys.path.append(os.getcwd())  # last: a numpy.py of the hand-in is not NumPy
    try:
        notebook = nbformat.read(sys.argv[1], as_version=4)
        found, unreadable = statements(notebook)
    except Exception as error:
        report(problem=f"is not a notebook ({type(error).__name__})")
        return
    answers = checks(found)
    for number in sorted(answers, key=sort_key):
        report(begun=number)
        report(exercise=number, **verdict(found, number, *answers[number]))
    for source, error in unreadable:
        for number in exercises_in(source):
            if number not in answers:
                report(
                    exercise=number,
                    status="❌",
                    hint="",
                    problem=f"the cell is not valid Python ({error.msg}, line {error.lineno})",
                )
    report(done=True)


def verdict(found, number, place, answer):
    """Run what an answer depends on, and judge it; return status, problem and hint."""
    names = {"__name__": "__main__", "__builtins__": builtins}
    try:
        for node in slice_for(found, place, answer):
            exec(compile(ast.Module([node], []), "<answer>", "exec"), names)
        value = eval(compile(ast.Expression(answer), "<answer>", "eval"), names)
    except BaseException as error:  # SystemExit is no reason to leave the other exercises unjudged
        message = " ".join(str(error).split())
        problem = f"a line that it needs raised {type(error).__name__}: {message}"
        return {"status": "❌", "problem": problem, "hint": ""}
    judged = judge(number, value)
    problem = judged.line if judged.status == "❓" else judged.problem
    return {"status": judged.status, "problem": problem, "hint": judged.hint}


def exercises_in(source):
    """Return the numbers that a cell which cannot be parsed hands to ``check``."""
    return re.findall(rf"""\bcheck\(\s*["']({NUMBER})["']""", source)


def own_output():
    """Keep stdout for the report, and let all that answers print go nowhere."""
    report = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)

    def write(**line):
        print(json.dumps(line), file=report, flush=True)

    return write


def limit():
    """Set limits that the system keeps, where it has such."""
    try:
        import resource
    except ImportError:  # Windows: the grader watches alone
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, 2 * SECONDS),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        # the system may have a lower one already, or none of this kind
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
