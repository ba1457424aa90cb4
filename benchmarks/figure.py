"""Draws what bench.py measured: images per second beside PyTorch's, under the machine's limit."""

import matplotlib.pyplot as plt

from lib.plot.style import BLACK, BLUE, GREY, WIDTH


def draw(record, path, batch_size=128, threads=1):
    """Draw a pair of bars for each network, and a line where matrix products alone would end.

    Parameters
    ----------
    record : dict
        What bench.py writes.
    path : path
        Where the picture goes.
    batch_size, threads : int, optional
        Which of the measurements to draw.
    """
    rows = [
        r for r in record["results"] if (r["batch_size"], r["threads"]) == (batch_size, threads)
    ]
    figure, axes = plt.subplots(figsize=(WIDTH, 3.4), layout="constrained")
    for x, r in enumerate(rows):
        axes.bar(x - 0.2, r["lib"], 0.38, color=BLUE, label="lib" if x == 0 else None)
        axes.bar(
            x + 0.2, r["torch"], 0.38, color=GREY, hatch="//", label="PyTorch" if x == 0 else None
        )
        axes.hlines(
            r["limit"],
            x - 0.42,
            x + 0.42,
            color=BLACK,
            linestyle=":",
            label="matrix products alone" if x == 0 else None,
        )
        axes.text(x, 1.15 * r["limit"], f"{r['ratio']:.2f} ×", ha="center", va="bottom")
    axes.set_yscale("log")
    axes.set_ylim(bottom=min(min(r["lib"], r["torch"]) for r in rows) / 3)
    axes.set_ylim(top=4 * max(r["limit"] for r in rows))
    names = [r["title"].split(",")[0].split("  ")[1].replace("_", " ") for r in rows]
    axes.set_xticks(range(len(rows)), [name.replace(" ", "\n", 1) for name in names])
    axes.set_ylabel("training, images per second")
    axes.legend(loc="upper right", ncols=3)
    figure.savefig(path, dpi=100)
    plt.close(figure)
