"""Whatever the terminal can show, checks and claims say what they have to say."""

import os
import re
import subprocess
import sys

import pytest

PROGRAM = """
from lib.course import check, claim, timed
check("3.1", ...)
check("3.1", lambda prediction, target: ((prediction - target) ** 2).mean())
check("3.1", lambda prediction, target: prediction)
check("3.99", ...)
claim("test accuracy", 0.93, at_least=0.92)
claim("λ", 0.5, at_least=0, at_most=1)
timed("a sum", lambda: sum(range(10)))
"""


def printed(encoding):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode(encoding.partition(":")[0]).splitlines()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_lacks_the_signs_gets_plain_ones(encoding):
    dash = "—" if encoding == "cp1252" else "-"
    lines = printed(encoding)
    assert lines[0] == "[ ] 3.1 not attempted yet"
    assert re.fullmatch(rf"\[ok\] 3.1 mse {dash} (\d+) of \1", lines[1])
    assert lines[2].startswith(f"[wrong] 3.1 mse {dash} ")
    assert lines[3].startswith("[?] there is no exercise 3.99")
    assert lines[4] == "[ok] test accuracy >= 92 % (measured 93.00 %)"
    assert lines[5] == "[ok] ? >= 0 and <= 1 (measured 0.5)"
    assert lines[6].startswith("a sum (measured ")


def test_a_terminal_that_has_them_shows_them():
    assert [line[0] for line in printed("utf-8")] == ["⬜", "✅", "❌", "❓", "✓", "✓", "a"]
