"""How far ``lib`` and PyTorch are apart on the same network: the table of day 10, kept.

``python benchmarks/pytorch.py`` runs the cells of the lesson up to the table, and writes what they
find to ``results/pytorch.json``. The lesson shows these numbers where PyTorch is not installed.
"""

import json
import os
from pathlib import Path

import matplotlib
import nbformat

from lib.experiments.machine import machine

ROOT = Path(__file__).parents[1]
LESSON = ROOT / "lessons" / "day10_beyond.ipynb"
RESULTS = ROOT / "results" / "pytorch.json"


def differences():
    """Run the lesson up to its function ``differences``; return its numbers in both precisions."""
    matplotlib.use("agg")
    names = {}
    for cell in nbformat.read(LESSON, as_version=4).cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
        if "differences" in names:
            return {kind: names["differences"](kind) for kind in ("float32", "float64")}
    raise LookupError(f"{LESSON.name} has no function differences")


def main():
    """Measure, print, store."""
    import torch

    os.chdir(LESSON.parent)  # where its cells run
    record = {"machine": machine(), "torch": torch.__version__, "differences": differences()}
    print(json.dumps(record["differences"], indent=1))
    RESULTS.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
