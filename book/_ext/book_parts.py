"""The drawing of ``lib``: its parts, and which leans on which.

It is made from the ``import`` lines whenever the book is built, so it is never out of date. An
arrow that two others together already tell is left out.
"""

import ast
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

LIB = Path(__file__).resolve().parents[2] / "lib"
WIDE, TALL, STEP = 126, 36, 80  # a box, and from row to row


def imports(lib=LIB):
    """Return for each part of ``lib`` the parts whose names it imports."""
    found = {}
    for path in sorted(lib.rglob("*.py")):
        part = path.relative_to(lib).parts[0].removesuffix(".py")
        if part.startswith("_"):
            continue
        uses = found.setdefault(part, set())
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.module == "lib":
                uses |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module.startswith("lib."):
                uses.add(node.module.split(".")[1])
            elif isinstance(node, ast.Import):
                uses |= {a.name.split(".")[1] for a in node.names if a.name.startswith("lib.")}
    return {part: {u for u in uses if u in found and u != part} for part, uses in found.items()}


def below(part, uses):
    """Return everything that a part leans on, directly or through others."""
    return uses[part].union(*(below(other, uses) for other in uses[part]))


def arrows(uses):
    """Return for each part those it leans on directly, without what others already tell."""
    return {
        part: direct - set().union(*(below(other, uses) for other in direct))
        for part, direct in uses.items()
    }


def rows(uses):
    """Return the parts in rows: each rests on parts of lower rows, the lowest on none."""

    def height(part):
        return 1 + max(map(height, uses[part]), default=-1)

    heights = {part: height(part) for part in uses}
    return [
        [p for p in sorted(uses) if heights[p] == k]
        for k in range(max(heights.values(), default=-1) + 1)
    ]


def drawing(uses):
    """Return the drawing as SVG."""
    levels = rows(uses)[::-1]
    width = 8 + max(map(len, levels), default=0) * (WIDE + 8)
    place = {}
    for k, level in enumerate(levels):
        for i, part in enumerate(level):
            place[part] = width * (2 * i + 1) / (2 * len(level)), 8 + k * STEP
    lines, boxes = [], []
    for part, direct in sorted(arrows(uses).items()):
        x, y = place[part]
        for other in sorted(direct):
            u, v = place[other]
            lines.append(f'<path d="M{x:.0f} {y + TALL}L{u:.0f} {v - 5}" marker-end="url(#to)"/>')
        boxes.append(
            f'<rect x="{x - WIDE / 2:.0f}" y="{y}" width="{WIDE}" height="{TALL}" rx="6"/>'
            f'<text x="{x:.0f}" y="{y + 24}">{part}</text>'
        )
    told = "; ".join(f"{p} on {', '.join(sorted(u))}" for p, u in arrows(uses).items() if u)
    return (
        f'<svg class="parts" viewBox="0 0 {width} {16 + TALL + STEP * (len(levels) - 1)}" '
        f'role="img" aria-label="The parts of lib. It leans {told}.">'
        '<defs><marker id="to" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>'
        f"<g>{''.join(lines)}</g>{''.join(boxes)}</svg>"
    )


class Parts(SphinxDirective):
    """Draw the parts of ``lib``."""

    def run(self):
        for path in LIB.rglob("*.py"):
            self.env.note_dependency(str(path))
        return [nodes.raw("", drawing(imports()), format="html")]


def setup(app):
    app.add_directive("lib-parts", Parts)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
