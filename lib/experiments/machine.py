"""What a run was made on: versions, processor, threads and the commit."""

import datetime
import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import lib

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("numpy", "scikit-learn", "joblib", "threadpoolctl")


def machine():
    """Describe this machine and this code, as a record holds it.

    Returns
    -------
    dict
        Versions, processor, BLAS library with its kernel and number of threads, the commit, and
        whether ``lib`` had been ``modified`` since; both are None where Git cannot tell, as in a
        folder that came as an archive.
    """
    blas = _blas()
    commit = _commit()
    return {
        "lib": lib.__version__,
        "python": platform.python_version(),
        **{name: _version(name) for name in PACKAGES},
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "blas": " ".join(str(blas.get(k, "")) for k in ("internal_api", "version", "architecture")),
        "threads": blas.get("num_threads"),
        "commit": commit,
        "modified": _modified() if commit else None,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def _blas():
    from threadpoolctl import threadpool_info

    libraries = [info for info in threadpool_info() if info["user_api"] == "blas"]
    own = [info for info in libraries if "numpy" in info["filepath"]]
    return (own or libraries or [{}])[0]


def _version(package):
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _processor():
    """Return the processor's name; Linux knows it better than Python does."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or sys.platform


def _commit():
    """Return the commit of this folder; None if it is no repository, or only lies in one."""
    top = _git("rev-parse", "--show-toplevel")
    return _git("rev-parse", "HEAD") if top and Path(top).resolve() == ROOT else None


def _modified():
    changes = _git("status", "--porcelain", "--", "lib")
    return None if changes is None else bool(changes)


def _git(*words):
    """Ask Git something about this folder; None where there is no Git, or nothing to ask about."""
    try:
        answer = subprocess.run(
            ["git", "-C", ROOT, *words], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
