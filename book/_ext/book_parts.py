"""The drawing of ``lib``: its parts, and which leans on which.

It is made from the ``import`` lines whenever the book is built, so it is never out of date. An
arrow that two others together already tell is left out. A dashed one stands for an import inside
a function, which is run only when the function is called. One that passes a row is given a gap
between the boxes of that row, and the rows are ordered so that few arrows cross, as in Sugiyama,
Tagawa and Toda (1981).
"""

import ast
from itertools import combinations, pairwise
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

LIB = Path(__file__).resolve().parents[2] / "lib"
WIDE, TALL, STEP, GAP = 126, 36, 84, 26  # a box, from row to row, and room for an arrow in a row
SWEEPS = 12  # up and down again, after which the order of the rows no longer changes


def imports(lib=LIB, *, everywhere=False):
    """Return for each part of ``lib`` the parts whose names it imports at the top of a file.

    With ``everywhere`` imports inside functions count as well.
    """
    found = {}
    for path in sorted(lib.rglob("*.py")):
        part = path.relative_to(lib).parts[0].removesuffix(".py")
        if part.startswith("_"):
            continue
        uses = found.setdefault(part, set())
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree) if everywhere else tree.body:
            if isinstance(node, ast.ImportFrom) and node.module == "lib":
                uses |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lib."):
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


def later(uses, everywhere):
    """Return the arrows for imports inside functions, without what all others already tell."""
    return {part: others - uses[part] for part, others in arrows(everywhere).items()}


def rows(uses):
    """Return the parts in rows: each rests on parts of lower rows, the lowest on none."""

    def height(part):
        return 1 + max(map(height, uses[part]), default=-1)

    heights = {part: height(part) for part in uses}
    return [
        [p for p in sorted(uses) if heights[p] == k]
        for k in range(max(heights.values(), default=-1) + 1)
    ]


def paths(levels, direct):
    """Return each arrow as the places it visits: its ends, and a gap in each row between them."""
    row = {part: k for k, level in enumerate(levels) for part in level}
    return [
        [part, *((part, other, k) for k in range(row[part] + 1, row[other])), other]
        for part, others in sorted(direct.items())
        for other in sorted(others)
    ]


def ordered(levels, steps):
    """Return the rows, each sorted by where its neighbours in the row above or below are."""
    levels = [list(level) for level in levels]
    best = levels
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for k in range(1, len(levels)) if down else range(len(levels) - 2, -1, -1):
            neighbours = levels[k - 1] if down else levels[k + 1]
            at = {place: (i + 0.5) / len(neighbours) for i, place in enumerate(neighbours)}
            pairs = [(b, a) if down else (a, b) for a, b in steps]
            means = {}
            for i, place in enumerate(levels[k]):
                seen = [at[other] for this, other in pairs if this == place and other in at]
                means[place] = sum(seen) / len(seen) if seen else (i + 0.5) / len(levels[k])
            levels[k] = sorted(levels[k], key=means.get)
        best = min(best, [list(level) for level in levels], key=lambda rows: crossings(rows, steps))
    return best


def crossings(levels, steps):
    """Return how often two arrows cross between two rows."""
    at = {place: (k, i) for k, level in enumerate(levels) for i, place in enumerate(level)}
    ends = [(at[a], at[b]) for a, b in steps]
    return sum(
        a[0] == c[0] and (a[1] - c[1]) * (b[1] - d[1]) < 0
        for (a, b), (c, d) in combinations(ends, 2)
    )


def wide(place):
    """Return how wide a place in a row is: a box, or a gap for an arrow."""
    return WIDE if isinstance(place, str) else GAP


def drawing(uses, everywhere=None):
    """Return the drawing as SVG; ``everywhere`` also has the imports inside functions."""
    everywhere = everywhere or uses
    levels, dashed = rows(everywhere)[::-1], later(uses, everywhere)
    direct = {part: others | dashed[part] for part, others in arrows(uses).items()}
    ways = paths(levels, direct)
    steps = [step for way in ways for step in pairwise(way)]
    for k, level in enumerate(levels):
        level += [place for way in ways for place in way[1:-1] if place[2] == k]
    width = 8 + max((sum(wide(p) + 8 for p in level) for level in levels), default=0)
    centre = {}
    for k, level in enumerate(ordered(levels, steps)):
        x = (width - sum(wide(place) + 8 for place in level)) / 2
        for place in level:
            centre[place] = x + wide(place) / 2 + 4, 8 + k * STEP
            x += wide(place) + 8
    lines = []
    for way in ways:
        points = [centre[place] for place in way]
        line = f"M{points[0][0]:.0f} {points[0][1] + TALL}"
        for (x, y), (u, v) in pairwise(points):
            end = v - 5 if (u, v) == points[-1] else v
            middle = (y + TALL + v) / 2
            line += f"C{x:.0f} {middle:.0f} {u:.0f} {middle:.0f} {u:.0f} {end}"
            line += "" if (u, v) == points[-1] else f"V{v + TALL}"
        look = ' class="later"' if way[-1] in dashed[way[0]] else ""
        lines.append(f'<path{look} d="{line}" marker-end="url(#to)"/>')
    boxes = [
        f'<rect x="{x - WIDE / 2:.0f}" y="{y}" width="{WIDE}" height="{TALL}" rx="6"/>'
        f'<text x="{x:.0f}" y="{y + 24}">{part}</text>'
        for part, (x, y) in sorted((p, centre[p]) for p in uses)
    ]
    told = "; ".join(f"{p} on {', '.join(sorted(u))}" for p, u in arrows(uses).items() if u)
    if any(dashed.values()):
        told += ". Inside functions: "
        told += "; ".join(f"{p} on {', '.join(sorted(u))}" for p, u in dashed.items() if u)
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
        return [nodes.raw("", drawing(imports(), imports(everywhere=True)), format="html")]


def setup(app):
    app.add_directive("lib-parts", Parts)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
