"""How fast is the framework? A training step against PyTorch's on the same processor.

Run it with ``make bench``. One step is forward, loss, backward and optimiser, on one batch of
float32 images. The competitors run in processes of their own, with the same number of threads, and
take turns (A B A B …), so that whatever else the machine is doing hits both. All are started anew
several times: how a process finds its memory laid out can cost it a third of its speed for good.
What is quoted is the median of all steps, and the ratio of medians: the times change from machine
to machine, the ratio hardly does.
"""

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from networks import NETWORKS

HERE = Path(__file__).parent
RESULTS = HERE.parent / "results" / "bench.json"
FIGURE = HERE.parent / "book" / "_static" / "bench.png"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
SLOWED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # some shells set these; they can halve a BLAS


class Worker:
    """A process that times one network in one framework."""

    def __init__(self, network, variant, batch_size, threads, python=sys.executable):
        environment = {name: value for name, value in os.environ.items() if name not in SLOWED}
        environment |= dict.fromkeys(THREADS, str(threads))
        environment["PYTHONPATH"] = str(HERE.parent)  # lib, for the Python of an environment apart
        self.batch_size = batch_size
        self.process = subprocess.Popen(
            [python, HERE / "worker.py", network, variant, str(batch_size), str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.about = self._answer()
        self.seconds, self.processor_seconds = [], []

    def time(self, seconds):
        """Time steps for so many seconds, or one step if that takes longer."""
        print(seconds, file=self.process.stdin, flush=True)
        wall, processor = self._answer()
        self.seconds += wall
        self.processor_seconds += processor

    @property
    def speed(self):
        """Images per second, by the median step."""
        return self.batch_size / statistics.median(self.seconds)

    @property
    def processor_speed(self):
        """Images per second of the processor's time, which other programs take less from."""
        return self.batch_size / statistics.median(self.processor_seconds)

    def close(self):
        """Let the process end, and wait for it."""
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("a worker ended too early; its error is printed above")
        return json.loads(line)


def in_turns(competitors, starts, rounds, seconds):
    """Let the competitors take turns, and return them as a dictionary of workers."""
    before = {}
    for _ in range(starts):
        workers = {}
        try:
            for variant, settings in competitors.items():
                workers[variant] = Worker(**settings, variant=variant)
            for _ in range(rounds):
                for worker in workers.values():
                    worker.time(seconds)
        finally:
            for worker in workers.values():
                worker.close()
        for variant, earlier in before.items():
            workers[variant].seconds += earlier.seconds
            workers[variant].processor_seconds += earlier.processor_seconds
        before = workers
    return workers


def measure(network, batch_size, threads, starts, rounds, seconds):
    """Time one network in ``lib`` and in every variant of PyTorch.

    Returns
    -------
    dict
        Images per second by median (``lib``, ``torch``), the quotient (``ratio``), what ``lib``
        would do if matrix products were all it had to do (``limit``), and how it was measured.
    """
    title, _, variants, _ = NETWORKS[network]
    settings = {"network": network, "batch_size": batch_size, "threads": threads}
    competitors = dict.fromkeys(["lib", "matmul", *variants], settings)
    workers = in_turns(competitors, starts, rounds, seconds)
    lib, best = workers["lib"], max(variants, key=lambda variant: workers[variant].speed)
    torch = workers[best]
    flops = 2 * 1024**3 / statistics.median(workers["matmul"].seconds)
    return settings | {
        "title": title,
        "lib": round(lib.speed),
        "torch": round(torch.speed),
        "ratio": round(lib.speed / torch.speed, 2),
        "ratio_of_processor_time": round(
            lib.processor_speed / max(workers[v].processor_speed for v in variants), 2
        ),
        "limit": round(flops / NETWORKS[network].flops),
        "torch_variant": best,
        "steps": len(lib.seconds),
        "lib_with": lib.about,
        "torch_with": torch.about,
    }


def measure_others():
    """Time network c in other NumPy frameworks and in loops; return images per second by name."""
    with tempfile.TemporaryDirectory() as folder:
        print("installing other NumPy frameworks into an environment apart …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python"
        command = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r"]
        subprocess.run([*command, HERE / "requirements.txt"], check=True)
        one = {"network": "c", "threads": 1, "python": python}
        competitors = {
            "lib": {"network": "c", "threads": 1, "batch_size": 128},
            "dezero": one | {"batch_size": 128},
            "smallpebble": one | {"batch_size": 32},
            "numpy-ml": one | {"batch_size": 4},
            "loops": one | {"batch_size": 4},
        }
        workers = in_turns(competitors, starts=1, rounds=3, seconds=0.5)
    return {name: float(f"{worker.speed:.3g}") for name, worker in workers.items()}


def geometric_mean(numbers):
    """Return the number whose logarithm is the mean of the logarithms."""
    return math.exp(statistics.fmean(map(math.log, numbers)))


def table(results):
    """Return the results as lines of text."""
    lines = [
        f"{'images/s, medians':26} {'batch':>5} {'threads':>7} {'lib':>9} {'PyTorch':>9} "
        f"{'ratio':>6} {'limit':>9}"
    ]
    lines += [
        f"{r['title']:26} {r['batch_size']:5} {r['threads']:7} {r['lib']:9,} {r['torch']:9,} "
        f"{r['ratio']:6.2f} {r['limit']:9,}   (PyTorch: {r['torch_variant']})"
        for r in results
    ]
    for kind in sorted({(r["threads"], r["batch_size"]) for r in results}):
        some = [r["ratio"] for r in results if (r["threads"], r["batch_size"]) == kind]
        if len(some) == len(NETWORKS):
            lines.append(
                f"{kind[0]} thread{'s' * (kind[0] > 1)}, batch {kind[1]}: geometric mean of the "
                f"ratios {geometric_mean(some):.2f}"
            )
    for r in results:
        if (r["network"], r["batch_size"], r["threads"]) == ("d", 128, 1):
            ours, theirs = r["lib_with"]["peak_memory"], r["torch_with"]["peak_memory"]
            lines.append(f"peak memory of d at batch 128: lib {ours} MB, PyTorch {theirs} MB")
    ours, theirs = results[0]["lib_with"], results[0]["torch_with"]
    lines += [
        f"lib: {ours['version']}, {ours['kernel']}",
        f"PyTorch: {theirs['version'].removeprefix('PyTorch ')}, {theirs['kernel']}",
        f"float32, {platform.machine()}, Python {platform.python_version()}",
    ]
    return "\n".join(lines)


def main():
    """Measure, print, store, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--network", action="append", choices=NETWORKS, help="may be repeated; all by default"
    )
    parser.add_argument("--batch-size", type=int, action="append", help="64 and 128 by default")
    parser.add_argument("--threads", type=int, action="append", help="1 and 2 by default")
    parser.add_argument("--starts", type=int, default=3, help="how often to start everybody anew")
    parser.add_argument("--rounds", type=int, default=4, help="turns of each competitor at a time")
    parser.add_argument("--seconds", type=float, default=0.4, help="how long a turn takes")
    parser.add_argument("--no-others", action="store_true", help="only PyTorch to compare with")
    parser.add_argument("--output", type=Path, help="where to write; by default results/bench.json")
    options = parser.parse_args()
    results = []
    for threads in options.threads or [1, 2]:
        for batch_size in options.batch_size or [64, 128]:
            for name in options.network or NETWORKS:
                print(f"{name}, batch {batch_size}, {threads} threads …", file=sys.stderr)
                turns = options.starts, options.rounds, options.seconds
                results.append(measure(name, batch_size, threads, *turns))
    record = {"results": results}
    print(table(results))
    if not options.no_others:
        record["others"] = measure_others()
        print("network c, images/s:", *(f"{n} {v:,.0f}" for n, v in record["others"].items()))
    whole = not (options.network or options.batch_size or options.threads)
    if whole or options.output:
        output = options.output or RESULTS
        output.parent.mkdir(exist_ok=True)
        output.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    if whole:
        from figure import draw

        draw(record, FIGURE)


if __name__ == "__main__":
    main()
