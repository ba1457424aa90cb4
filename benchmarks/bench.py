"""How fast is the framework? A training step against PyTorch's on the same processor.

Run it with ``make bench``. One step is forward, loss, backward and optimiser, on one batch of
float32 images. The competitors run in processes of their own, with the same number of cores:
PyTorch with as many threads, ``lib`` with as many workers where they pay. They take turns (A B A B
…), so that whatever else the machine is doing hits both. All are started afresh at least once: how
a process finds its memory laid out can cost it a third of its speed for good. What is quoted is the
median of all steps, and the ratio of medians with its quartiles over the turns: the times change
from machine to machine, the ratio hardly does.
"""

import argparse
import itertools
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from networks import NETWORKS

from lib.experiments.machine import machine

HERE = Path(__file__).parent
RESULTS = HERE.parent / "results" / "bench.json"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
SLOWED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # some shells set these; they can halve a BLAS


class Worker:
    """A process that times one network in one framework."""

    def __init__(
        self, network, variant, batch_size, cores, python=sys.executable, clock="perf_counter"
    ):
        environment = {name: value for name, value in os.environ.items() if name not in SLOWED}
        # more cores are used by more processes in lib, and by more threads in PyTorch
        threads = 1 if variant == "lib" else cores
        environment |= dict.fromkeys(THREADS, str(threads))
        environment["PYTHONPATH"] = str(HERE.parent)  # lib, for the Python of an environment apart
        self.process = subprocess.Popen(
            [python, HERE / "worker.py", network, variant, str(batch_size), str(cores), clock],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def ready(self):
        """Wait until the first steps are done, and return what the process runs on."""
        return self._answer()

    def time(self, seconds):
        """Time steps for so many seconds, or one step if that takes longer; return their times."""
        print(seconds, file=self.process.stdin, flush=True)
        return self._answer()

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


class Patience:
    """Waits for moments in which other programs leave the processor alone.

    Parameters
    ----------
    seconds : float
        How long it waits, all in all. After that a turn counts whatever else is going on.
    """

    def __init__(self, seconds):
        self.left, self.disturbed, self.turns = seconds, 0, 0

    def turn(self, worker, seconds):
        """Let a worker have its turn, again and again until nobody disturbs it."""
        while True:
            start = time.perf_counter()
            undisturbed = quiet()
            steps = worker.time(seconds) if undisturbed or self.left <= 0 else None
            undisturbed = undisturbed and quiet()
            if undisturbed or self.left <= 0:
                self.turns += 1
                self.disturbed += not undisturbed
                return steps
            self.left -= time.perf_counter() - start


def quiet(seconds=0.05, most=0.2):
    """Return whether others use less than ``most`` cores now; True where nobody can tell."""

    def used():
        fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
        user, nice, system, _, _, *interrupts = map(int, fields[:8])
        return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")

    try:
        before, start = used(), time.perf_counter()
        time.sleep(seconds)
        return used() - before <= most * (time.perf_counter() - start)
    except OSError:  # not on macOS and Windows
        return True


def in_turns(competitors, rounds, seconds, patience):
    """Let the competitors take turns.

    Parameters
    ----------
    competitors : dict of str to dict
        By variant, the other arguments of ``Worker``.
    rounds : int
        How many turns each has.
    seconds : float
        How long a turn takes.
    patience : Patience
        Waits for quiet moments.

    Returns
    -------
    turns : dict of str to list of lists of float
        By variant, the seconds of each step of each turn.
    about : dict of str to dict
        By variant, what it runs on.
    """
    workers = {v: Worker(**settings, variant=v) for v, settings in competitors.items()}
    try:
        about = {variant: worker.ready() for variant, worker in workers.items()}
        turns = {variant: [] for variant in workers}
        for _ in range(rounds):
            for variant, worker in workers.items():
                turns[variant].append(patience.turn(worker, seconds))
    finally:
        for worker in workers.values():
            worker.close()
    return turns, about


def median(turns):
    """Return the time of the median step."""
    return statistics.median(itertools.chain(*turns))


def measure(network, batch_size, cores, starts, rounds, seconds, patience, flops):
    """Time one network in ``lib`` and in every variant of PyTorch.

    After the first start only the fastest variant of PyTorch goes on.

    Returns
    -------
    dict
        Images per second by median (``lib``, ``torch``), the quotient (``ratio``) with its
        quartiles over the turns, what ``lib`` would do if matrix products, of which the machine
        does ``flops`` a second, were all it had to do (``limit``), and how it was measured.
    """
    title, _, variants, _ = NETWORKS[network]
    settings = {"network": network, "batch_size": batch_size, "cores": cores}
    everybody = dict.fromkeys(["lib", *variants], settings)
    turns, about = in_turns(everybody, rounds, seconds, patience)
    best = min(variants, key=lambda variant: median(turns[variant]))
    both = {"lib": settings, best: settings}
    for _ in range(starts - 1):
        more, about_now = in_turns(both, rounds, seconds, patience)
        for variant in both:
            turns[variant] += more[variant]
            peaks = about[variant]["peak_memory"], about_now[variant]["peak_memory"]
            about[variant]["peak_memory"] = max(p or 0 for p in peaks)
    lib, torch = turns["lib"], turns[best]
    ratios = [
        statistics.median(theirs) / statistics.median(ours)
        for ours, theirs in zip(lib, torch, strict=True)
    ]
    quartiles = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else [ratios[0]] * 3
    return settings | {
        "title": title,
        "lib": round(batch_size / median(lib)),
        "torch": round(batch_size / median(torch)),
        "ratio": round(median(torch) / median(lib), 2),
        "ratio_quartiles": [round(quartiles[0], 2), round(quartiles[2], 2)],
        "limit": round(flops / NETWORKS[network].flops),
        "torch_variant": best,
        "turns": len(lib),
        "steps": sum(map(len, lib)),
        "lib_with": about["lib"],
        "torch_with": about[best],
    }


def measure_products(cores, rounds, seconds, patience):
    """Return how many floating-point operations a second a large matrix product does."""
    settings = {"network": "a", "batch_size": 1, "cores": cores}
    turns, _ = in_turns({"matmul": settings}, rounds, seconds, patience)
    return 2 * 1024**3 / median(turns["matmul"])


def measure_others(patience):
    """Time network c in other NumPy frameworks and in loops; return images per second by name."""
    with tempfile.TemporaryDirectory() as folder:
        print("installing other NumPy frameworks into an environment apart …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python"
        command = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r"]
        subprocess.run([*command, HERE / "requirements.txt"], check=True)
        one = {"network": "c", "cores": 1, "python": python}
        competitors = {
            "lib": {"network": "c", "cores": 1, "batch_size": 128},
            "dezero": one | {"batch_size": 128},
            "smallpebble": one | {"batch_size": 32},
            "numpy-ml": one | {"batch_size": 4},
            "loops": one | {"batch_size": 4},
        }
        turns, _ = in_turns(competitors, rounds=3, seconds=0.3, patience=patience)
    return {
        name: float(f"{settings['batch_size'] / median(turns[name]):.3g}")
        for name, settings in competitors.items()
    }


def geometric_mean(numbers):
    """Return the number whose logarithm is the mean of the logarithms."""
    return math.exp(statistics.fmean(map(math.log, numbers)))


def table(record):
    """Return the record as lines of text."""
    results = record["results"]
    lines = [
        f"{'images/s, medians':26} {'cores':>5} {'lib':>9} {'PyTorch':>9} {'ratio':>6} "
        f"{'quartiles':>11} {'limit':>9}"
    ]
    lines += [
        f"{r['title']:26} {r['cores']:5} {r['lib']:9,} {r['torch']:9,} {r['ratio']:6.2f} "
        f"{'{:.2f}–{:.2f}'.format(*r['ratio_quartiles']):>11} {r['limit']:9,}   "
        f"(PyTorch: {r['torch_variant']})"
        for r in results
    ]
    for kind in sorted({(r["cores"], r["batch_size"]) for r in results}):
        some = [r["ratio"] for r in results if (r["cores"], r["batch_size"]) == kind]
        if len(some) == len(NETWORKS):
            lines.append(
                f"{kind[0]} core{'s' * (kind[0] > 1)}, batch {kind[1]}: geometric mean of the "
                f"ratios {geometric_mean(some):.2f}"
            )
    for r in results:
        if (r["network"], r["batch_size"], r["cores"]) == ("d", 128, 1):
            ours, theirs = r["lib_with"]["peak_memory"], r["torch_with"]["peak_memory"]
            lines.append(f"peak memory of d at batch 128: lib {ours} MB, PyTorch {theirs} MB")
    ours, theirs = results[0]["lib_with"], results[0]["torch_with"]
    lines += [
        f"lib: {ours['version']}, {ours['kernel']}",
        f"PyTorch: {theirs['version'].removeprefix('PyTorch ')}, {theirs['kernel']}",
        "float32, {processor}, {system}, Python {python}".format(**record["machine"]),
    ]
    share = record["disturbed_turns"]
    lines.append(f"turns in which other programs used the processor: {share:.0%}")
    if "others" in record:
        others = (f"{name} {speed:,.0f}" for name, speed in record["others"].items())
        lines.append(f"network c in NumPy elsewhere, images/s: {', '.join(others)}")
    return "\n".join(lines)


def main():
    """Measure, print, store."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--network", action="append", choices=NETWORKS, help="may be repeated; all by default"
    )
    parser.add_argument("--batch-size", type=int, default=128, help="128 by default")
    parser.add_argument("--cores", type=int, action="append", help="1 and 2 by default")
    parser.add_argument("--starts", type=int, default=2, help="how often to start everybody")
    parser.add_argument("--rounds", type=int, default=8, help="turns of each competitor at a time")
    parser.add_argument("--seconds", type=float, default=0.2, help="how long a turn takes")
    parser.add_argument("--patience", type=float, default=30, help="seconds to wait for quiet")
    parser.add_argument("--no-others", action="store_true", help="only PyTorch to compare with")
    parser.add_argument("--output", type=Path, help="where to write; by default results/bench.json")
    options = parser.parse_args()
    patience, results = Patience(options.patience), []
    for cores in options.cores or [1, 2]:
        flops = measure_products(cores, options.rounds, options.seconds, patience)
        for name in options.network or NETWORKS:
            print(f"{name}, {cores} core{'s' * (cores > 1)} …", file=sys.stderr)
            turns = options.starts, options.rounds, options.seconds, patience
            results.append(measure(name, options.batch_size, cores, *turns, flops))
    record = {"machine": machine(), "results": results}
    record["disturbed_turns"] = round(patience.disturbed / patience.turns, 3)
    if not options.no_others:
        record["others"] = measure_others(patience)
    print(table(record))
    whole = not (options.network or options.cores) and options.batch_size == 128
    if whole or options.output:
        output = options.output or RESULTS
        output.parent.mkdir(exist_ok=True)
        output.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
