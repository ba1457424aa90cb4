"""How the commands write a figure, in one step or not at all, and how they name a path."""

import io
from pathlib import Path

from lib.files import write_file


def write_figure(path):
    """Write the current figure as a PNG, and close it."""
    import matplotlib.pyplot as plt

    buffer = io.BytesIO()
    plt.savefig(buffer, format="png")
    plt.close()
    write_file(path, buffer.getvalue())


def seen_from_here(path):
    """Return a path relative to the current folder, if it is in or below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
