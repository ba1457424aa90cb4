"""The benchmark compares like with like and says what it compared."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from networks import NETWORKS  # noqa: E402


@pytest.fixture(autouse=True)
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed")


@pytest.mark.parametrize("name", NETWORKS)
def test_every_competitor_starts_untrained_and_learns_its_batch(name, torch):
    torch.manual_seed(0)
    network = NETWORKS[name]
    for make in [network.lib, *network.torch.values()]:
        step = make(32, np.random.default_rng(0))
        first, *_, last = (step() for _ in range(50))
        assert first == pytest.approx(np.log(10), abs=0.3)
        assert last < first


def test_a_short_run_prints_and_stores_the_ratio(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Nehalem")  # an old kernel, which workers must not use
    output = tmp_path / "bench.json"
    command = [sys.executable, BENCHMARKS / "bench.py", "--rounds", "1", "--output", output]
    run = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    (result,) = json.loads(output.read_text(encoding="utf-8"))
    assert f"{result['ratio']:.2f}" in run.stdout
    assert result["ratio"] == pytest.approx(result["lib"] / result["torch"], abs=0.01)
    assert result["threads"] == 1
    assert result["lib_with"]["kernel"] in run.stdout
    assert "Nehalem" not in run.stdout
