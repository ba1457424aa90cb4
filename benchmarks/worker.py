"""Times one network in one framework whenever it is asked to: a line in, a line of JSON out.

A process of its own, because a BLAS reads its settings once, when it is loaded. ``bench.py`` starts
one worker for each competitor and lets them take turns.
"""

import importlib.metadata
import json
import sys
import time

import numpy as np
from networks import NETWORKS


def kernel():
    """Return which matrix routines NumPy calls and for which processor they were written."""
    from threadpoolctl import threadpool_info

    blas = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return ", ".join(
        f"{pool['internal_api']} {pool['version']} {pool.get('architecture', '')}".strip()
        for pool in blas
    )


def peak_memory():
    """Return the most memory this process has held so far, in MB; None where nobody counts it."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1e6 if sys.platform == "darwin" else 1e3))


def matrix_product(size=1024):
    """Return a step that multiplies two large matrices: what the processor can do at best."""
    a = np.random.default_rng(0).random((size, size), dtype=np.float32)
    return lambda: a @ a


def competitor(network, variant, batch_size, cores):
    """Return the step of a competitor, and what it runs on."""
    rng = np.random.default_rng(0)
    if variant == "matmul":
        return matrix_product(), {}
    if variant == "lib":
        about = {"version": f"NumPy {np.__version__}", "kernel": kernel()}
        return NETWORKS[network].lib(batch_size, rng, cores=cores), about
    if variant in NETWORKS[network].torch:
        import torch

        torch.set_num_threads(cores)
        kernels = f"oneDNN, MKL {torch.backends.cpu.get_cpu_capability()}"
        about = {"version": f"PyTorch {torch.__version__}", "kernel": kernels}
        return NETWORKS[network].torch[variant](batch_size, rng), about
    from compiled import COMPILED
    from others import OTHERS

    if (network, variant) in COMPILED:
        package = importlib.metadata.version(variant)
        return COMPILED[network, variant](batch_size, rng), {"version": f"{variant} {package}"}
    return OTHERS[variant](batch_size, rng), {}


def main(network, variant, batch_size, cores, clock):
    """Warm up, report what is running, then time steps for as many seconds as stdin says.

    The clock is a function of ``time``: ``perf_counter``, or ``process_time`` for the work alone.
    """
    step, about = competitor(network, variant, batch_size, cores)
    clock = getattr(time, clock)
    begun, worked = time.perf_counter(), clock()
    for done in range(1, 31):
        step()
        if done == 1:  # what is compiled, is compiled here
            about["first_step"] = round(clock() - worked, 4)
        if done >= 3 and time.perf_counter() - begun > 1:
            break
    print(json.dumps(about | {"peak_memory": peak_memory()}), flush=True)
    for line in sys.stdin:
        end = time.perf_counter() + float(line)
        seconds = []
        while not seconds or time.perf_counter() < end:
            start = clock()
            step()
            seconds.append(clock() - start)
        print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
