"""How fast is the framework? A training step against PyTorch's on the same processor.

Run it with ``make bench``. One step is forward, loss, backward and optimiser, on one batch of
float32 images. The competitors run in processes of their own, with the same number of threads, and
take turns (A B A B …), so that whatever else the machine is doing hits both. What is quoted is the
median, and the ratio of medians: the times change from machine to machine, the ratio hardly does.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

from networks import NETWORKS

HERE = Path(__file__).parent
RESULTS = HERE.parent / "results" / "bench.json"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
SLOWED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # some shells set these; they can halve a BLAS


class Worker:
    """A process that times one network in one framework."""

    def __init__(self, network, variant, batch_size, threads):
        environment = {name: value for name, value in os.environ.items() if name not in SLOWED}
        environment |= dict.fromkeys(THREADS, str(threads))
        self.process = subprocess.Popen(
            [sys.executable, HERE / "worker.py", network, variant, str(batch_size), str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.about = self._answer()
        self.seconds = []

    def time(self, steps):
        """Time some more steps."""
        print(steps, file=self.process.stdin, flush=True)
        self.seconds += self._answer()

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


def measure(network, batch_size, threads, rounds, steps=50):
    """Time one network in every framework and variant, in turns.

    Returns
    -------
    dict
        Images per second by median (``lib``, ``torch``), the quotient (``ratio``), and with what
        they were measured.
    """
    title, _, variants = NETWORKS[network]
    workers = {}
    try:
        for variant in ["lib", *variants]:
            workers[variant] = Worker(network, variant, batch_size, threads)
        for _ in range(rounds):
            for worker in workers.values():
                worker.time(steps)
    finally:
        for worker in workers.values():
            worker.close()
    speed = {v: batch_size / statistics.median(w.seconds) for v, w in workers.items()}
    best = max(variants, key=speed.get)
    return {
        "network": network,
        "title": title,
        "batch_size": batch_size,
        "threads": threads,
        "steps": rounds * steps,
        "lib": round(speed["lib"]),
        "lib_with": workers["lib"].about,
        "torch": round(speed[best]),
        "torch_variant": best,
        "torch_with": workers[best].about,
        "ratio": round(speed["lib"] / speed[best], 2),
    }


def table(results):
    """Return the results as lines of text."""
    lines = [
        f"{'network':28} {'batch':>5} {'lib':>9} {'PyTorch':>9} {'ratio':>6}   images/s, medians"
    ]
    lines += [
        f"{r['title']:28} {r['batch_size']:5} {r['lib']:9,} {r['torch']:9,} {r['ratio']:6.2f}   "
        f"(PyTorch: {r['torch_variant']})"
        for r in results
    ]
    ours, theirs = results[0]["lib_with"], results[0]["torch_with"]
    threads = results[0]["threads"]
    lines += [
        f"lib: {ours['version']}, {ours['kernel']}",
        f"PyTorch: {theirs['version'].removeprefix('PyTorch ')}, {theirs['kernel']}",
        f"{threads} thread{'s' if threads > 1 else ''}, float32, {platform.machine()}, "
        f"Python {platform.python_version()}",
    ]
    return "\n".join(lines)


def main():
    """Measure, print, store."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--network", action="append", choices=NETWORKS, help="may be repeated; all by default"
    )
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=20, help="turns of 50 steps each")
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args()
    results = [
        measure(name, options.batch_size, options.threads, options.rounds)
        for name in options.network or NETWORKS
    ]
    print(table(results))
    options.output.parent.mkdir(exist_ok=True)
    options.output.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
