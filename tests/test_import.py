"""Importing the framework is quick, needs NumPy alone, and runs one way."""

import ast
import os
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import lib
from lib._moved import MOVED

ROOT = Path(lib.__file__).parents[1]
EVERYTHING = "from lib import data, gradcheck, metrics, models, nn, optim, training"
HEAVY = ["matplotlib", "torch", "torchvision", "sklearn", "tqdm", "scipy"]

# From the bottom to the top: each may import itself and what comes before it, nothing else.
ORDER = [
    "lib",
    "lib.files",
    "lib.loops",
    "lib.nn",
    "lib.metrics",
    "lib.gradcheck",
    "lib.optim",
    "lib.data",
    "lib.models",
    "lib.serialization",
    "lib.training",
    "lib.recognition",
    "lib.plot",
    "lib.course",
    "lib.experiments",
    "lib.page",
    "lib.cli",
    "lib.__main__",
]


def run(code, *options, cwd=None):
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *options, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
    )


@pytest.mark.parametrize("code", ["import lib", EVERYTHING])
def test_importing_takes_less_than_three_tenths_of_a_second(code):
    # Processor time, Python's start included: the clock of a busy machine counts others' work.
    timed = f"{code}\nimport time\nprint(time.process_time())"
    assert min(float(run(timed).stdout) for _ in range(5)) < 0.3


def test_importing_loads_nothing_heavy():
    code = f"{EVERYTHING}\nimport sys\nprint(*(name for name in {HEAVY} if name in sys.modules))"
    imported = run(code)
    assert (imported.returncode, imported.stdout.split()) == (0, [])


def test_the_environment_table_needs_no_numpy():
    """``-S``: no folder of packages."""
    table = run("from lib.course import check_environment\ncheck_environment()", "-S", cwd=ROOT)
    assert (table.returncode, table.stderr) == (0, "")
    assert "FAIL  numpy" in table.stdout


# -- one way --------------------------------------------------------------------------------------


def modules():
    """Map the name of every module of ``lib`` to its file."""
    files = sorted((ROOT / "lib").rglob("*.py"))
    names = (".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files)
    return {name.removesuffix(".__init__"): file for name, file in zip(names, files, strict=True)}


MODULES = modules()


def imports(name):
    """Yield the modules of ``lib`` that a module imports, wherever in it that happens."""
    for node in ast.walk(ast.parse(MODULES[name].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] == "lib")
        elif isinstance(node, ast.ImportFrom):
            package = name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]
            above = package.split(".")[: package.count(".") + 2 - node.level] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            if origin.partition(".")[0] == "lib":
                inside = [f"{origin}.{alias.name}" for alias in node.names]
                yield from (module if module in MODULES else origin for module in inside)


def part(name):
    """Return the package or single file that a module belongs to: ``lib.nn`` for ``lib.nn.conv``"""
    return ".".join(name.split(".")[:2]) if name != "lib._moved" else "lib"


def test_every_part_of_lib_has_its_place_in_the_order():
    assert {part(name) for name in MODULES} == set(ORDER)


@pytest.mark.parametrize("name", MODULES)
def test_no_import_runs_upward(name):
    place = ORDER.index(part(name))
    assert [other for other in imports(name) if ORDER.index(part(other)) > place] == []


def test_no_import_runs_in_a_circle():
    graph = {name: set(imports(name)) for name in MODULES}
    assert len(list(TopologicalSorter(graph).static_order())) == len(MODULES)


def test_no_two_files_have_one_name():
    names = [file.name for file in MODULES.values() if file.name != "__init__.py"]
    assert sorted(names) == sorted(set(names))


# -- old names ------------------------------------------------------------------------------------


@pytest.mark.parametrize("old", MOVED)
def test_an_old_import_is_answered_with_the_new_line(old):
    module, names = MOVED[old]
    package, _, name = old.rpartition(".")
    for line in (f"from {old} import {names}", f"import {old}", f"from {package} import {name}"):
        assert run(line).stderr.splitlines()[-1] == (
            f"ImportError: {old} is now {module}: write `from {module} import {names}`, or let "
            "`python -m lib lessons refresh N` rewrite your copy of lesson N"
        )
    assert run(f"from {module} import {names}").returncode == 0


def test_a_name_that_never_was_is_python_s_own_to_answer():
    assert "No module named 'lib.chess'" in run("import lib.chess").stderr
