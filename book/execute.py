"""Run the notebooks again and store what they show.

    python book/execute.py lessons/day03_linear.ipynb …

`make notebooks` runs them all. A notebook whose outputs say the same as before is left
as it is, byte for byte: figures that look the same, and lines that differ only inside
``(measured …)`` or behind ``≈``, keep their stored form.
"""

import argparse
import base64
import io
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
CELL_METADATA = ("tags", "alt", "numbers", "jupyter")  # all that a cell of ours carries
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def plain(text):
    """Blank what may differ between machines, as the tests do (tests/outputs.cfg)."""
    text = re.sub(r"\(measured [^)]*\)", "(measured)", text)
    return re.sub(r" *≈ *([-+−]?[\d.,]+(e[-+]?\d+)?|nan|inf)", "≈", text)


def pixels(png):
    return np.asarray(
        Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"), dtype=float
    )


def looks_same(old, new):
    """Two pictures a reader could not tell apart: rounding moved a few pixels."""
    old, new = pixels(old), pixels(new)
    return old.shape == new.shape and np.abs(old - new).mean() < 0.5


def says_same(old, new):
    """Two outputs that tell the reader the same."""
    if old.output_type != new.output_type:
        return False
    if old.output_type == "stream":
        return old.name == new.name and plain(old.text) == plain(new.text)
    if old.output_type == "error" or old.data.keys() != new.data.keys():
        return False
    return all(
        looks_same(old.data[kind], new.data[kind])
        if kind == "image/png"
        else plain(str(old.data[kind])) == plain(str(new.data[kind]))
        for kind in old.data
    )


def execute(path):
    """Run one notebook in its own folder, write it back; return whether it changed."""
    before = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(before, as_version=4)
    stored = [cell.get("outputs", []) for cell in notebook.cells]
    NotebookClient(
        notebook,
        timeout=600,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    same = []
    for cell, old in zip(notebook.cells, stored, strict=True):
        cell.metadata = {k: v for k in CELL_METADATA if (v := cell.metadata.get(k))}
        new = cell.get("outputs", [])
        for output in new:
            if "metadata" in output:
                output.metadata = {}
        same.append(len(old) == len(new) and all(map(says_same, old, new)))
    if all(same):  # all or none: numbers of two runs would contradict each other
        for cell, old in zip(notebook.cells, stored, strict=True):
            if cell.cell_type == "code":
                cell.outputs = old
    notebook.metadata = METADATA
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    after = nbformat.writes(notebook) + "\n"
    if after != before:
        path.write_text(after, encoding="utf-8")
    return after != before


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "notebooks", nargs="*", type=Path, help="all of them by default"
    )
    chosen = parser.parse_args().notebooks
    chosen = chosen or [
        n for f in ("lessons", "solutions", "book") for n in ROOT.glob(f"{f}/*.ipynb")
    ]
    with ThreadPoolExecutor(2) as pool:  # two at a time, a core each
        for path, changed in zip(
            sorted(chosen), pool.map(execute, sorted(chosen)), strict=True
        ):
            what = "updated" if changed else "as it was"
            print(f"{path.resolve().relative_to(ROOT)}: {what}")


if __name__ == "__main__":
    main()
