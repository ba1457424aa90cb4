"""Times one network in one framework whenever it is asked to: a line in, a line of JSON out.

A process of its own, because a BLAS reads its settings once, when it is loaded. ``bench.py`` starts
one worker for each competitor and lets them take turns.
"""

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


def main(network, variant, batch_size, threads):
    """Warm up, report what is running, then time ``n`` steps for every line ``n`` on stdin."""
    if variant == "lib":
        make, about = (
            NETWORKS[network].lib,
            {"version": f"NumPy {np.__version__}", "kernel": kernel()},
        )
    else:
        import torch

        torch.set_num_threads(threads)
        kernels = f"oneDNN, MKL {torch.backends.cpu.get_cpu_capability()}"
        make = NETWORKS[network].torch[variant]
        about = {"version": f"PyTorch {torch.__version__}", "kernel": kernels}
    step = make(batch_size, np.random.default_rng(0))
    for _ in range(30):
        step()
    print(json.dumps(about), flush=True)
    for line in sys.stdin:
        seconds = []
        for _ in range(int(line)):
            start = time.perf_counter()
            step()
            seconds.append(time.perf_counter() - start)
        print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
