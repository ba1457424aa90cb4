"""The two drawings of the page about cores: a batch that is shared out, and what that gains.

The first has no numbers of its own. The second is made from the records ``results/bench.json`` and
``results/scaling.json`` whenever the book is built, so it is never out of date.
"""

import json
from statistics import median

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from lib.experiments.records import RESULTS

WIDE = 560  # of both drawings: on a phone the letters stay large enough to be read
BATCH = 128, 2  # images, processes
ARROW = (
    '<defs><marker id="{0}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto-start-reverse"><path d="M0 0L8 4L0 8z"/></marker></defs>'
)


def box(x, y, width, height, *lines, kind=""):
    """Return a box with lines of text in its middle, the first of them bold."""
    top = y + height / 2 + 6 - 11 * (len(lines) - 1)
    bold = ' class="head"'
    texts = [
        f'<text{"" if k else bold} x="{x + width / 2:g}" y="{top + 22 * k:g}">{line}</text>'
        for k, line in enumerate(lines)
    ]
    shape = f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'
    return shape + "".join(texts)


def arrow(path, words="", at=(0, 0), side="start", both=False):
    """Return an arrow, and what is written next to it."""
    start = ' marker-start="url(#shard)"' if both else ""
    line = f'<path d="{path}" marker-end="url(#shard)"{start}/>'
    lines = [
        f'<text class="note {side}" x="{at[0]}" y="{at[1] + 19 * k}">{word}</text>'
        for k, word in enumerate(words.split("\n") if words else [])
    ]
    return line + "".join(lines)


def shared_batch():
    """Return the drawing of a batch that two processes share out, as SVG."""
    images, processes = BATCH
    each = images // processes
    strip = []
    for k in range(16):
        x = 23 + 27 * k + 84 * (k >= 8)
        strip.append(
            f'<rect class="row {"second" * (k >= 8)}" x="{x}" y="34" width="22" height="22"/>'
        )
    work = "forward, loss,", "backward"
    parts = [
        f'<text class="head" x="280" y="18">one batch, {images} images</text>',
        *strip,
        '<path class="cut" d="M280 28V64"/>',
        arrow("M130 62V100", f"{each} images", (142, 87)),
        arrow("M430 62V100", f"{each} images, by pipe", (418, 87), "end"),
        box(20, 106, 210, 84, "first process", *work),
        box(330, 106, 210, 84, "worker", *work, kind="second"),
        arrow("M236 148H324", "BatchNorm’s\nsums", (280, 118), "middle", both=True),
        arrow("M150 190V232"),
        arrow("M410 190V232"),
        box(80, 238, 150, 46, "its gradients"),
        box(330, 238, 150, 46, "its gradients", kind="second"),
        arrow("M330 261H236", "added", (282, 252), "middle"),
        arrow("M150 284V326"),
        box(80, 332, 150, 46, "the optimiser"),
        arrow("M150 378V420", "takes one step", (162, 405)),
        box(20, 426, 520, 46, "the weights, in memory that both see", kind="shared"),
        arrow("M46 426V196", "reads", (56, 224)),
        arrow("M514 426V196", "reads", (504, 224), "end"),
    ]
    told = (
        f"A batch of {images} images is cut in two. The first process takes {each} of them, a "
        f"worker gets {each} through a pipe. Each goes forward, to the loss and backward, and in "
        "between they exchange the sums of BatchNorm. The gradients of the worker are added to "
        "those of the first process, whose optimiser takes one step. It changes the weights, which "
        "lie in memory that both processes read."
    )
    return (
        f'<svg class="shards" viewBox="0 0 {WIDE} 480" role="img" aria-label="{told}">'
        f"{ARROW.format('shard')}{''.join(parts)}</svg>"
    )


def gains(bench, scaling):
    """Return what two cores gain: (heading, [(what, times as fast as one), …]) for each kind."""
    speed = {(row["network"], row["cores"]): row for row in bench["results"]}
    batches = [
        (row["title"][1:].strip(), speed[row["network"], 2]["lib"] / row["lib"])
        for row in bench["results"]
        if row["cores"] == 1
    ]
    runs = []
    for work, title in scaling["titles"].items():
        times = {way: median(seconds) for way, seconds in scaling["seconds"][work].items()}
        runs.append((title, times["one process"] / times["two processes"]))
    return [("each batch shared out", batches), ("whole runs shared out", runs)]


def gained(found):
    """Return the bars of ``gains`` as SVG."""
    left, unit = 250, 130  # where the bars begin, and how long a gain of 1 is
    parts, told, y = [], [], 22
    for kind, (heading, rows) in zip(("", "second"), found, strict=True):
        parts.append(f'<text class="head start" x="0" y="{y}">{heading}</text>')
        for what, gain in rows:
            y += 27
            parts.append(
                f'<text class="end" x="{left - 10}" y="{y}">{what}</text>'
                f'<rect class="bar {kind}" x="{left}" y="{y - 14}" width="{unit * gain:.0f}" '
                f'height="18"/><text class="end" x="{WIDE}" y="{y}">{gain:.2f}</text>'
            )
        told.append(f"{heading}: " + ", ".join(f"{what} {gain:.2f}" for what, gain in rows))
        y += 42
    for level, words in ((1, "as one core"), (2, "twice")):
        x = left + unit * level
        parts.append(f'<path class="level" d="M{x} 30V{y - 40}"/>')
        parts.append(f'<text class="note middle" x="{x}" y="{y - 20}">{words}</text>')
    label = f"How many times as fast two cores are as one. {'; '.join(told)}."
    return (
        f'<svg class="shards" viewBox="0 0 {WIDE} {y - 10}" role="img" aria-label="{label}">'
        f"{''.join(parts)}</svg>"
    )


class SharedBatch(SphinxDirective):
    """Draw how a batch is shared out."""

    def run(self):
        return [nodes.raw("", shared_batch(), format="html")]


class CoresGain(SphinxDirective):
    """Draw what two cores gain, from the records."""

    def run(self):
        records = []
        for name in ("bench", "scaling"):
            path = RESULTS / f"{name}.json"
            self.env.note_dependency(str(path))
            records.append(json.loads(path.read_text(encoding="utf-8")))
        return [nodes.raw("", gained(gains(*records)), format="html")]


def setup(app):
    app.add_directive("shared-batch", SharedBatch)
    app.add_directive("cores-gain", CoresGain)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
