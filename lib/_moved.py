"""Modules that have another name now: importing one by its old name says what to write instead.

A reader's copy of a lesson outlives such a change; ``python -m lib lessons refresh`` rewrites it.
"""

import sys

# what a module is called now, and what is most often imported from it
MOVED = {
    "lib.architecture": ("lib.models.architecture", "rebuild"),
    "lib.archive": ("lib.serialization.archive", "read_archive"),
    "lib.checkpoint": ("lib.training.checkpoint", "Checkpoint"),
    "lib.checks": ("lib.course", "check"),
    "lib.claims": ("lib.course", "claim, measured, timed"),
    "lib.data.files": ("lib.data.image_sets", "DATA_FOLDER"),
    "lib.environment": ("lib.course", "check_environment"),
    "lib.evaluation": ("lib.training.evaluation", "evaluate"),
    "lib.history": ("lib.training.history", "History"),
    "lib.reference": ("lib.loops", "conv2d"),
}


class _Moved:
    """A finder, which Python asks for a module after all others have failed to find it."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        """Raise an ImportError of one sentence for a module that has moved."""
        if name in MOVED:
            module, names = MOVED[name]
            raise ImportError(
                f"{name} is now {module}: write `from {module} import {names}`, or let "
                "`python -m lib lessons refresh N` rewrite your copy of lesson N",
                name=name,
            )


sys.meta_path.append(_Moved)
