"""What the notebooks need in addition to the framework: checks, guesses, claims and more.

    from lib.course import check, claim

Each is fetched when it is asked for: the environment table also runs where NumPy is missing.
"""

import importlib

__all__ = [
    "ClaimError",
    "about",
    "case",
    "check",
    "check_environment",
    "claim",
    "guess",
    "hint",
    "measured",
    "outcome",
    "timed",
    "use",
]

HOMES = {
    "check": "checks",
    "case": "checks",
    "hint": "checks",
    "about": "claims",
    "claim": "claims",
    "guess": "guesses",
    "outcome": "guesses",
    "measured": "claims",
    "timed": "claims",
    "ClaimError": "claims",
    "check_environment": "environment",
    "use": "choice",
}


def __getattr__(name):
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{HOMES[name]}"), name)
