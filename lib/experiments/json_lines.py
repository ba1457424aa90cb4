"""JSON files: written in one step, and laid out so that a difference can be read line by line."""

import json

from lib.files import write_file


def write_json(path, content):
    """Write a file in one step: if the process is killed half-way, the old one is as it was."""
    write_file(path, (_lines(content) + "\n").encode())


def _lines(value, indent=""):
    """Return JSON with one line for each innermost list or dictionary: an epoch is a line."""
    parts = value.values() if isinstance(value, dict) else value
    if not any(isinstance(part, (dict, list, tuple)) for part in parts):
        return json.dumps(value, ensure_ascii=False)
    deeper = indent + " "
    texts = [
        _lines(p, deeper)
        if isinstance(p, (dict, list, tuple))
        else json.dumps(p, ensure_ascii=False)
        for p in parts
    ]
    if isinstance(value, dict):
        texts = [f"{json.dumps(key)}: {text}" for key, text in zip(value, texts, strict=True)]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n{deeper}" + f",\n{deeper}".join(texts) + f"\n{indent}{closing}"


def rounded(row):
    """Return the numbers of a row with six digits: what follows differs between machines."""
    return {name: None if value is None else float(f"{value:.6g}") for name, value in row.items()}
