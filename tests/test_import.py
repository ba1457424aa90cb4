"""Importing the framework is quick and needs NumPy alone."""

import os
import subprocess
import sys

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
    # Processor time, Python's start included: the clock of a busy machine counts others' work.
    timed = f"{code}\nimport time\nprint(time.process_time())"
    assert min(float(run(timed).stdout) for _ in range(5)) < 0.3


def test_importing_loads_nothing_heavy():
    code = f"{EVERYTHING}\nimport sys\nprint(*(name for name in {HEAVY} if name in sys.modules))"
    assert run(code).stdout.split() == []
