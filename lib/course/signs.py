"""Signs that every terminal can show: where ``✓`` cannot be printed, ``[ok]`` is.

A terminal on Windows, or a file, may know some 200 characters or only the 95 of ASCII. Python then
refuses to print any other. Here that refusal is given an answer, an *error handler* named
``plain-signs``, which ``str.encode`` and ``sys.stdout`` understand.
"""

import codecs
import sys

PLAIN = {
    "⬜": "[ ]",
    "✅": "[ok]",
    "❌": "[wrong]",
    "❓": "[?]",
    "💡": "[hint]",
    "✎": "[guess]",
    "✓": "[ok]",
    "✗": "[broken]",
    "≥": ">=",
    "≤": "<=",
    "≈": "~",
    "±": "+-",
    "×": "x",
    "·": ".",
    "…": "...",
    "—": "-",
    "–": "-",
    "−": "-",
    "µ": "u",
    "█": "#",
    "∂": "d",
    "²": "^2",
    "₀": "0",
    "₁": "1",
}


def plain_signs(error):
    """Return what to write for characters that an encoding lacks, and where to go on."""
    lacking = error.object[error.start : error.end]
    return "".join(PLAIN.get(character, "?") for character in lacking), error.end


codecs.register_error("plain-signs", plain_signs)


def use_plain_signs():
    """Let everything that this program prints have plain signs where the terminal lacks others."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="plain-signs")


def say(text):
    """Print a line, with plain signs for those that the terminal cannot show."""
    print(_as_shown(text))


def column(text, width):
    """Return a sign, or signs, as the terminal shows them and as wide as a column of a table."""
    shown = _as_shown(text)
    places = sum(2 if character in "⬜✅❌❓" else 1 for character in shown)
    return shown + " " * max(width - places, 1)


def _as_shown(text):
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "plain-signs").decode(encoding)
