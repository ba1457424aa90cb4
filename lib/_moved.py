"""Modules that have another name now: importing one by its old name says what to write instead.

A reader's copy of a lesson outlives such a change; ``python -m lib lessons refresh`` rewrites it.
"""

import sys

# the module of that name, and the line that takes the place of importing from it
MOVED = {
    "lib.architecture": "from lib.models import architecture",
    "lib.archive": "from lib.serialization import archive",
    "lib.checkpoint": "from lib.training import Checkpoint",
    "lib.checks": "from lib.course import check",
    "lib.claims": "from lib.course import claim, measured, timed",
    "lib.environment": "from lib.course import check_environment",
    "lib.evaluation": "from lib.training import evaluate",
    "lib.history": "from lib.training import History",
    "lib.reference": "from lib import loops",
}


class _Moved:
    """The last that Python asks for a module, when it is nowhere to be found."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        """Raise an ImportError of one sentence for a module that has moved."""
        if name in MOVED:
            raise ImportError(
                f"{name} has moved: write `{MOVED[name]}`, or let "
                "`python -m lib lessons refresh N` write it into your copy of lesson N",
                name=name,
            )


sys.meta_path.append(_Moved)
