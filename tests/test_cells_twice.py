"""Every cell of a lesson can be run twice in a row, and the lesson then finished.

Readers do it all the time: they change a number and run the cell again. A cell that uses up its own
input, or trains on from where its first run ended, fails here or in a claim further down.
"""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

LESSONS = sorted((Path(__file__).parents[1] / "lessons").glob("*.ipynb"))


def run_twice(notebook, folder):
    """Run each code cell, and run it again before the next one."""
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.cell_type == "code":
            again = deepcopy(cell)
            again.id += "-again"
            cells.append(again)
    notebook.cells = cells
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(folder)}}).execute()


@pytest.fixture(scope="module")
def runs():
    """Start all lessons, two at a time, each in a process of its own."""
    with ThreadPoolExecutor(2) as pool:
        yield {
            lesson: pool.submit(run_twice, nbformat.read(lesson, as_version=4), lesson.parent)
            for lesson in LESSONS
        }


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_every_cell_can_be_run_twice_in_a_row(lesson, runs):
    runs[lesson].result()


@pytest.mark.parametrize(
    "source",
    [
        "b = a[0] + 1\ndel a",
        "a = a[0]",
        "a.append(1)\nassert len(a) == 2",
    ],
)
def test_a_cell_that_cannot_be_run_twice_is_found(source, tmp_path):
    cells = [nbformat.v4.new_code_cell(text) for text in ("a = [1]", source)]
    with pytest.raises(CellExecutionError):
        run_twice(nbformat.v4.new_notebook(cells=cells), tmp_path)
