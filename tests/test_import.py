"""Importing the framework is quick and needs NumPy alone."""

import os
import subprocess
import sys
import time

import pytest

EVERYTHING = "from lib import data, gradcheck, metrics, models, nn, optim, training"
HEAVY = ["matplotlib", "torch", "torchvision", "sklearn", "tqdm", "scipy"]


def run(code):
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.parametrize("code", ["import lib", EVERYTHING])
def test_importing_takes_less_than_three_tenths_of_a_second(code):
    def seconds():
        start = time.perf_counter()
        run(code)
        return time.perf_counter() - start

    # The best of several, since a busy machine makes any single one slow.
    assert min(seconds() for _ in range(7)) < 0.3


def test_importing_loads_nothing_heavy():
    code = f"{EVERYTHING}\nimport sys\nprint(*(name for name in {HEAVY} if name in sys.modules))"
    assert run(code).stdout.split() == []
