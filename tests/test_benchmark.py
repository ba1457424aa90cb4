"""The benchmark compares like with like and says what it compared."""

import itertools
import json
import multiprocessing
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
import numpy as np
import pytest

from lib import models, nn

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import others  # noqa: E402
from compiled import COMPILED  # noqa: E402
from networks import NETWORKS  # noqa: E402

MODELS = {
    "a": models.mlp,
    "b": models.lenet5,
    "c": models.cnn2,
    "d": models.cnn_bn_dropout,
    "e": models.four_block_cnn,
    "f": models.autoencoder,
}


@pytest.fixture
def torch():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    torch.manual_seed(0)
    return torch


@pytest.mark.parametrize("name", NETWORKS)
def test_every_competitor_starts_untrained_and_learns_its_batch(name, torch):
    network = NETWORKS[name]
    untrained = 1 / 12 if name == "f" else np.log(10)  # the variance of the images; a blind guess
    for make in [network.lib, *network.torch.values()]:
        step = make(8, np.random.default_rng(0))
        first, *_, last = (step() for _ in range(30))
        assert first == pytest.approx(untrained, rel=0.3)
        assert last < first


@pytest.mark.parametrize("name", NETWORKS)
def test_both_sides_have_the_same_weights(name, torch):
    ours = MODELS[name](rng=np.random.default_rng(0))
    (variant, *_) = NETWORKS[name].torch.values()
    theirs = variant.args[0](torch.nn)
    shapes = [tuple(parameter.shape) for parameter in theirs.parameters()]
    assert [parameter.data.shape for parameter in ours.parameters()] == shapes


@pytest.mark.parametrize("name", NETWORKS)
def test_the_limit_counts_the_multiplications_of_every_layer(name):
    model = MODELS[name](rng=np.random.default_rng(0)).eval()
    counts = []

    def counted(layer, forward):
        def run(x):
            y = forward(x)
            pixels = y[0, 0].size if isinstance(layer, nn.Conv2d) else 1
            counts.append(layer.weight.data.size * pixels)
            return y

        return run

    for _, layer in model.named_modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            layer.forward = counted(layer, layer.forward)
    model(np.zeros((1, 1, 28, 28), np.float32))
    assert NETWORKS[name].products == (sum(counts), counts[0])


def test_the_loops_learn_what_the_layers_learn():
    fast = NETWORKS["c"].lib(2, np.random.default_rng(0))
    slow = others.loops(2, np.random.default_rng(0))
    for _ in range(2):
        assert slow() == pytest.approx(fast(), rel=1e-4)


@pytest.mark.parametrize("cores", [1, 2])
def test_a_short_run_prints_and_stores_the_ratio(cores, torch, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Nehalem")  # an old kernel, which workers must not use
    output = tmp_path / "bench.json"
    options = f"--network c --cores {cores} --no-others --starts 2 --rounds 2 --seconds 0.1"
    command = [sys.executable, BENCHMARKS / "bench.py", *options.split(), "--output", output]
    run = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    record = json.loads(output.read_text(encoding="utf-8"))
    (result,) = record["results"]
    assert f"{result['ratio']:.2f}" in run.stdout
    assert result["ratio"] == pytest.approx(result["lib"] / result["torch"], rel=0.02)
    assert result["turns"] == 4
    assert result["ratio_quartiles"] == sorted(result["ratio_quartiles"])
    assert result["limit"] > 0
    assert result["lib_with"]["kernel"] in run.stdout
    assert record["machine"]["processor"] in run.stdout
    assert "Nehalem" not in run.stdout


def test_the_record_is_of_every_network_on_one_core_and_on_two():
    record = json.loads((BENCHMARKS.parent / "results" / "bench.json").read_text("utf-8"))
    measured = [(r["network"], r["cores"]) for r in record["results"]]
    assert sorted(measured) == sorted(itertools.product(NETWORKS, (1, 2)))
    assert all(r["batch_size"] == 128 and r["turns"] >= 15 for r in record["results"])


def three_losses(network, variant):
    step = COMPILED[network, variant](4, np.random.default_rng(0))
    return [float(step()) for _ in range(3)]


@pytest.mark.parametrize("network, variant", COMPILED)
def test_what_is_compiled_learns_what_the_layers_learn(network, variant):
    pytest.importorskip(variant, reason=f"{variant} is not installed")
    fast = NETWORKS[network].lib(4, np.random.default_rng(0))
    # in a process of its own: where JAX is at work, no later test may fork
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        compiled = process.submit(three_losses, network, variant).result()
    assert compiled == pytest.approx([fast() for _ in range(3)], rel=1e-4)


def test_the_record_of_what_is_compiled_has_every_competitor():
    record = json.loads((BENCHMARKS.parent / "results" / "compiled.json").read_text("utf-8"))
    rows = [(row["network"], row["with"]) for row in record["results"]]
    assert rows == [("a", "lib"), ("a", "torch"), ("a", "jax"), ("c", "lib"), ("c", "torch"),
                    ("c", "jax"), ("c", "numba"), ("c", "loops")]  # fmt: skip


def test_day_10_prints_the_same_with_and_without_pytorch(torch, monkeypatch, capsys):
    said = []
    monkeypatch.chdir(BENCHMARKS.parent / "lessons")
    cells = nbformat.read("day10_beyond.ipynb", as_version=4).cells
    for missing in (False, True):
        if missing:
            monkeypatch.setitem(sys.modules, "torch", None)
        names = {}
        for cell in cells:
            if cell.cell_type == "code":
                exec(cell.source, names)
            if cell.id == "table":
                break
        said.append(re.sub(r"\(measured [^)]*\)|≈ *\S+", "#", capsys.readouterr().out))
    assert said[0] == said[1]
    assert "1.weight after ten steps" in said[1]
