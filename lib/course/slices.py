"""The part of a notebook that an answer depends on: its *slice*.

Running a lesson takes minutes. To check one answer it is enough to run the statements that bind
the names it uses, those that bind the names *they* use, and so on.
"""

import ast
import re
import symtable
from typing import NamedTuple

# a line for IPython, such as `%matplotlib inline` or `!pip install x`, is none of Python's
COMMAND = re.compile(r"^(\s*)[%!].*", re.MULTILINE)


class Statement(NamedTuple):
    """A statement of a notebook and the names it has to do with.

    ``now`` are read when it is run, ``later`` when a function that it defines is called. If it
    ``changes`` something, what it binds also depends on what that was before.
    """

    node: ast.stmt
    binds: frozenset
    now: frozenset
    later: frozenset
    changes: bool


def statements(notebook):
    """Return the statements of all code cells, and the cells that are not Python.

    Returns
    -------
    list of Statement
    list of tuple of str and SyntaxError
        The source of each cell that cannot be read, and why.
    """
    found, unreadable = [], []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        try:
            tree = parse(cell.source)
        except (SyntaxError, ValueError) as error:  # ValueError: a null byte
            unreadable.append((cell.source, error))
            continue
        found += [describe(node) for node in tree.body]
    return found, unreadable


def parse(source):
    """Parse a cell; without the lines for IPython if it is not valid Python with them."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.parse(COMMAND.sub(r"\1pass", source))


def describe(node):
    """Return a statement with its names."""
    table = symtable.symtable(ast.unparse(node), "cell", "exec")
    symbols = table.get_symbols()
    binds = {s.get_name() for s in symbols if s.is_assigned() or s.is_imported()}
    changed = set(parts_assigned(node)) - binds
    later = {
        symbol.get_name()
        for inner in inside(table)
        for symbol in inner.get_symbols()
        if symbol.is_global()
    }
    plain = isinstance(
        node, (ast.Assign, ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    )
    return Statement(
        node,
        frozenset(binds | changed),
        frozenset(s.get_name() for s in symbols if s.is_referenced()),
        frozenset(later),
        bool(changed) or not plain,
    )


def inside(table):
    """Yield the tables of all functions and classes of a statement."""
    for child in table.get_children():
        yield child
        yield from inside(child)


def parts_assigned(node):
    """Yield ``x`` for ``x[0] = …`` and ``x.part = …``, and for a bare ``x.append(…)``."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        target = node.value.func
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            yield target.value.id
    for part in ast.walk(node):
        if isinstance(part, (ast.Subscript, ast.Attribute)) and isinstance(part.ctx, ast.Store):
            while isinstance(part, (ast.Subscript, ast.Attribute)):
                part = part.value
            if isinstance(part, ast.Name):
                yield part.id


def checks(found):
    """Return the last ``check(number, answer)`` of each exercise.

    Returns
    -------
    dict
        From the number to the place of the statement and the expression of the answer.
    """
    return {
        call.args[0].value: (place, call.args[1])
        for place, statement in enumerate(found)
        for call in ast.walk(statement.node)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).split(".")[-1] == "check"
        and len(call.args) == 2
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def slice_for(found, place, answer):
    """Return the statements to run, in order, before an answer can be evaluated.

    Parameters
    ----------
    found : list of Statement
        All of the notebook's.
    place : int
        Which of them checks the answer.
    answer : ast.expr
        What it checks.

    Returns
    -------
    list of ast.stmt
    """
    wanted, chosen = describe(ast.Expr(answer)), set()
    modules = {
        name for s in found if isinstance(s.node, (ast.Import, ast.ImportFrom)) for name in s.binds
    }
    todo = [(name, place) for name in wanted.now | wanted.later]
    seen = set()
    while todo:
        name, before = todo.pop()
        if (name, before) in seen:
            continue
        seen.add((name, before))
        for at in binding(found, name, before, name in modules) - chosen:
            chosen.add(at)
            todo += [(needed, at) for needed in found[at].now]
            todo += [(needed, max(at, place)) for needed in found[at].later]
    return [found[at].node for at in sorted(chosen)]


def binding(found, name, before, is_module):
    """Return the places that make a name what it is: where it was bound last, and changed since."""
    places = set()
    for at in range(before - 1, -1, -1):
        if name not in found[at].binds:
            continue
        if not found[at].changes:
            return places | {at}
        if not is_module:  # plt.show() changes nothing that matters
            places.add(at)
    if places:
        return places
    after = (at for at in range(before, len(found)) if name in found[at].binds)
    return {at for at in [next(after, None)] if at is not None}  # the cells ran in another order
