"""How much faster a search and a sweep are with two processes, here and on a Dask cluster.

Run it with ``python benchmarks/scaling.py``; it writes ``results/scaling.json``. Each command is a
whole process, from its start to its record, in a folder of its own. All of them take turns, three
times over. It is the clock that counts here, so nothing else should be running.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lib.experiments.machine import machine

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "results" / "scaling.json"
ROUNDS = 3
WORK = {
    "search": ("search tpe_0", "a search of 27 short trials"),
    "sweep": ("run fashion_mlp fashion_mlp_relu", "a sweep of ten short runs"),
}


def seconds(command, *options):
    """Return how long a command of the course's experiments takes, without any earlier results."""
    with tempfile.TemporaryDirectory() as results:
        words = [sys.executable, "-m", "lib", "experiments", *command.split(), *options]
        start = time.perf_counter()
        subprocess.run(
            [*words, "--results", results], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
        return round(time.perf_counter() - start, 2)


def main():
    from distributed import LocalCluster

    measured = {name: {} for name in WORK}
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        ways = {
            "one process": ("--jobs", "1"),
            "two processes": ("--jobs", "2"),
            "Dask, two workers": ("--dask", cluster.scheduler_address),
        }
        for _ in range(ROUNDS):
            for name, (command, _) in WORK.items():
                for way, options in ways.items():
                    times = measured[name].setdefault(way, [])
                    times.append(seconds(command, *options))
                    print(f"{name}, {way}: {times[-1]} s", flush=True)
    titles = {name: title for name, (_, title) in WORK.items()}
    content = {"titles": titles, "seconds": measured, "machine": machine()}
    RESULTS.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
