"""What a record must hold: all of it is checked when the file is read, and never again after.

The rules are JSON Schema, a standard way to say what is in a JSON file. Those for the settings of
an experiment come from the annotations of ``Experiment`` itself.
"""

import json
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from types import NoneType
from typing import get_args, get_type_hints

from lib.experiments.experiment import Experiment
from lib.files import printable

__all__ = ["RecordError", "checking", "read"]

FORMAT = 1

TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", tuple: "array",
         Callable: "object", NoneType: "null"}  # fmt: skip
TEXT = {"type": "string"}
# The limits keep infinity out: that is what Python reads 1e999 as, which is valid JSON.
NUMBER = {"type": "number", "minimum": -1e300, "maximum": 1e300}
MAYBE = NUMBER | {"type": ["number", "null"]}
COUNT = {"type": "integer", "minimum": 0, "maximum": 2**63}
SHARE = {"type": ["number", "null"], "minimum": 0, "maximum": 1}


class RecordError(ValueError):
    """A record is missing, damaged, or does not hold what it was asked for."""


def _list(items, least=0):
    return {"type": "array", "items": items, "minItems": least}


def _object(optional=(), **properties):
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _settings(described):
    """Return the rules for the fields of a dataclass, as its annotations give them."""
    hints = get_type_hints(described)
    properties = {
        f.name: {"type": [TYPES[kind] for kind in get_args(hints[f.name]) or [hints[f.name]]]}
        for f in fields(described)
    }
    return _object([f.name for f in fields(described) if f.default is not MISSING], **properties)


# Without Git, as in a folder that came as an archive, nobody knows the commit.
MACHINE = _object(
    ("modified",),
    commit={"type": ["string", "null"]}, modified={"type": ["boolean", "null"]}, processor=TEXT,
)  # fmt: skip
FILE = _object(sha256=TEXT, bytes=COUNT)
EVALUATED = _object(loss=NUMBER, accuracy=SHARE) | {"additionalProperties": NUMBER}
EPOCH = _object(
    ("test_loss", "test_accuracy"),
    epoch=COUNT,
    train_loss=NUMBER, train_accuracy=SHARE, validation_loss=NUMBER, validation_accuracy=SHARE,
    test_loss=NUMBER, test_accuracy=SHARE,
    lr=NUMBER, seconds=NUMBER, cpu_seconds=NUMBER,
)  # fmt: skip
RUN = _object(
    ("workers", "weights", "validation"),
    seed=COUNT, parameters=COUNT, epochs=_list(EPOCH, 1), seconds=NUMBER, cpu_seconds=NUMBER,
    workers=COUNT, weights=FILE, validation=EVALUATED, test=EVALUATED, machine=MACHINE,
)  # fmt: skip
TRIAL = _object(
    ("validation_loss", "validation_accuracy", "epochs", "diverged", "pruned"),
    side=TEXT, number=COUNT, settings={"type": "object"}, value=MAYBE, cpu_seconds=NUMBER,
    validation_loss=NUMBER, validation_accuracy=SHARE, epochs=COUNT, diverged=TEXT, pruned=TEXT,
) | {
    "if": {"properties": {"value": {"type": "null"}}},
    "then": {"anyOf": [{"required": ["diverged"]}, {"required": ["pruned"]}]},
    "else": {"required": ["validation_loss", "validation_accuracy", "epochs"]},
}  # fmt: skip
PLAN = _object(
    ("sampler", "prune"),
    name=TEXT, title=TEXT, effort=COUNT, grid={"type": ["object", "null"]}, seed=COUNT,
    sides=_list(TEXT), sampler=TEXT, prune={"type": "boolean"},
)  # fmt: skip
LOOK = _object(cpu_seconds=NUMBER, validation=EVALUATED, test=EVALUATED)
ROW = _object(
    name=TEXT, title=TEXT, weights=_list(TEXT), sha256=_list(TEXT), runs=_list(LOOK, 1),
    machine=MACHINE,
)  # fmt: skip
SCHEMAS = {
    "experiment": _object(format=COUNT, experiment=_settings(Experiment), runs=_list(RUN)),
    "search": _object(format=COUNT, search=PLAN, trials=_list(TRIAL), machine=MACHINE),
    "combined": _object(
        format=COUNT, rows=_list(ROW), files={"type": "object", "additionalProperties": FILE}
    ),
}
SCHEMAS["experiment"]["properties"]["experiment"]["properties"]["seeds"] = _list(COUNT)


@cache
def _checker(kind):
    """Return the function that checks a record of some kind."""
    import fastjsonschema

    return fastjsonschema.compile(SCHEMAS[kind])


def read(path, kind, *, missing, advice):
    """Read a record and check all of it.

    Parameters
    ----------
    path : Path
        The file.
    kind : {"experiment", "search", "combined"}
        What it should be.
    missing, advice : str
        What to say, and to do, where there is no such file or where it is damaged.

    Returns
    -------
    dict

    Raises
    ------
    RecordError
        It is not there, damaged, or from a newer version; the message names the file and the field.
    """
    try:
        text = Path(path).read_bytes()
    except FileNotFoundError as error:
        raise RecordError(missing) from error
    with checking(path, advice):
        content = json.loads(text.decode(), parse_constant=_refuse)
        version = content.get("format") if isinstance(content, dict) else None
        if isinstance(version, int) and version > FORMAT:
            raise RecordError(f"{path} was written by a newer version of this library; update it")
        return _valid(content, kind)


@contextmanager
def checking(path, advice):
    """Turn whatever goes wrong while a record is read into a ``RecordError`` with some advice."""
    try:
        yield
    except (RecordError, OSError):
        raise
    except Exception as error:  # a file may say anything
        why = printable(str(error) or type(error).__name__)
        raise RecordError(f"{path} is damaged: {why}; {advice}") from error


def _valid(content, kind):
    """Return the content if all rules hold; or raise a ValueError with the field, in short."""
    import fastjsonschema

    try:
        return _checker(kind)(content)
    except fastjsonschema.JsonSchemaValueException as error:
        raise ValueError(error.message.removeprefix("data.")) from error


def _refuse(name):
    raise ValueError(f"{name} is not a JSON number")
