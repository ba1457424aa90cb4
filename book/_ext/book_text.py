"""What holds for the text of every page: numbers keep together, figures have words.

* A number is not parted from its thousands or its unit: ``60 000 images`` stays on one line. So
  does short code, such as a shape, a name in a table, an option of a command with what it is set
  to, a word with hyphens in a command, and a formula with its full stop.
* The figures of a code cell are described by its metadata ``alt``, one sentence each. A tap opens
  a figure's file, and that of a page's picture: on a phone its letters are small.
* Printed sentences go on in the next line where the screen ends; columns do not (``book.css``).
* A line of code that goes on in the next begins there further in than it began, so that Python's
  blocks can still be seen. It does not end before its first word, and a long name ends at a dot or
  a bracket. Columns that an example prints get smaller letters instead.
"""

import html
import re
from itertools import groupby, pairwise

from docutils import nodes

UNITS = (
    r"%|×|°|px|pixels?|bytes?|bits?|[kMG]?B|[mµn]?s|seconds?|min|minutes?|hours?|days?|"
    r"dpi|mm|cm|epochs?|steps?|images?|digits?|weights?|parameters?|points?|times"
)
SIGN = "[×·=≈≥≤±]"
TOGETHER = re.compile(
    r"(?<=\d) (?=\d{3}(?!\d))"  # 60 000
    rf"|(?<=\d) (?=(?:{UNITS})(?![\w-]))"  # 5 %, 28 pixels
    rf"|(?<=[\d\w)]) (?={SIGN} [\d\w(])|(?<=[\d\w)] {SIGN}) (?=[\d\w(])"  # 28 × 28, K = 3
    r"|(?<=\b[Dd]ay) (?=\d)|(?<=\b[Ss]ection) (?=\d)|(?<=\b[Ee]xercise) (?=\d)"
)
SENTENCES = re.compile(r"[^\n]*|(?:[✓✎⬜✅❌][^\n]*\n?)*")  # one line, or the lines of checks
PRINTED = '<span class="go">'  # in a line that an example prints
WIDEST = 76  # letters that can still be read where a phone has so many in a line
COLUMNS = re.compile(r"\S {2,}\d")  # a number with a gap before it
CLOSING = re.compile(r"[.,;:!?)]+")
SHORT = 16  # characters
CODE = re.compile(
    r'(<div class="(?:doctest )?highlight-(?:python|pycon|default)\b[^>]*>'
    r'<div class="highlight"><pre>)(.*?)(?=</pre>)',
    re.DOTALL,
)
TAG = re.compile("(<[^>]+>)")
INDENT = re.compile(r'^(?:<span class="w">)?( +)(?:</span>)?(?=.)')
LONG = re.compile(r"\S{20,}")  # what a phone has to break inside
NAME = re.compile(r"[\w.]{1,26}")  # in a table: as much as half of a phone holds
OPTION = re.compile(r"--?[a-z][\w-]*(?: \S{1,12})?|[a-z]+(?:-[a-z]+){1,2}")  # --lr 0.1, one-cycle
HYPHENS = re.compile(r"(?<![^\s>])[\w-]*-[\w-]{1,30}(?![^<]*>)")  # a word with some, no tag
COMMANDS = re.compile(r'(?<=<div class="highlight-bash notranslate">).*?(?=</pre>)', re.DOTALL)
QUOTED = (nodes.literal, nodes.FixedTextElement, nodes.math, nodes.raw)


def together(text):
    """Replace each space at which a number would be torn apart by one that no line breaks at."""
    return TOGETHER.sub("\N{NO-BREAK SPACE}", text)


def keep_numbers(app, doctree, docname):
    """Apply ``together`` to all text that is not code or a formula."""
    for text in list(doctree.findall(nodes.Text)):
        if not isinstance(text.parent, QUOTED) and (new := together(text)) != text:
            text.parent.replace(text, nodes.Text(new))


def keep_punctuation(app, doctree, docname):
    """Let no line begin with the punctuation that follows a formula."""
    for formula in list(doctree.findall(nodes.math)):
        parent, place = formula.parent, formula.parent.index(formula) + 1
        after = parent[place] if place < len(parent) else None
        if isinstance(after, nodes.Text) and (match := CLOSING.match(after)):
            both = nodes.inline("", "", formula.deepcopy(), nodes.Text(match[0]))
            both["classes"].append("together")
            parent[place - 1 : place + 1] = [both, nodes.Text(after[match.end() :])]


def keep_short_code(app, doctree, docname):
    """Mark code that no line should break in: short code, an option, and a name in a table."""
    for literal in doctree.findall(nodes.literal):
        if len(literal.astext()) <= SHORT or OPTION.fullmatch(literal.astext()):
            literal["classes"].append("short")
    for table in doctree.findall(nodes.table):
        for literal in table.findall(nodes.literal):
            if NAME.fullmatch(literal.astext()):
                literal["classes"].append("name")


def describe_figures(app, doctree, docname):
    """Give each figure of a code cell the text that the cell's metadata has for it in ``alt``."""
    for cell in doctree.findall(nodes.container):
        texts = cell.get("cell_metadata", {}).get("alt", [])
        texts = [texts] if isinstance(texts, str) else texts
        # a figure without a text is found by the tests
        for image, text in zip(cell.findall(nodes.image), texts, strict=False):
            image["alt"] = text
        for image in cell.findall(nodes.image):
            image["width"] = "100%"  # Sphinx links an image of a given width to its file


def open_pictures(app, doctree, docname):
    """Let a tap on a picture that stands by itself on a page open its file."""
    for image in doctree.findall(nodes.image):
        if isinstance(image.parent, nodes.paragraph) and len(image.parent) == 1:
            image["width"] = "100%"


def mark_sentences(app, doctree, docname):
    """Mark what a cell prints that has no columns to keep, and what a command prints that has."""
    for output in doctree.findall(nodes.container):
        if "cell_output" in output["classes"]:
            for block in output.findall(nodes.literal_block):
                if SENTENCES.fullmatch(block.astext().strip("\n")):
                    block["classes"].append("sentences")
    for block in doctree.findall(nodes.literal_block):
        text = block.astext()
        if block.get("language") == "text" and (COLUMNS.search(text) or text.startswith("{")):
            block["classes"].append("columns")


def breakable(line, text):
    """Let a long word of a line of code go on in the next one after a dot, a bracket or a sign."""
    places = {m.start() + k + 1 for m in LONG.finditer(text) for k in where(m[0])}
    parts, at = [], 0
    for part in TAG.split(line) if places else [line]:
        if part.startswith("<"):
            parts.append(part)
            continue
        cuts = [0, *(p - at for p in sorted(places) if 0 < p - at <= len(part)), len(part)]
        parts.append("<wbr>".join(part[a:b] for a, b in pairwise(cuts)))
        at += len(part)
    return "".join(parts)


def where(word):
    """Return the places in a long word after which it may go on in the next line."""
    return [m.start() for m in re.finditer(r"""[.(\[=](?=[A-Za-z_"'])""", word)]


def indent_what_goes_on(app, pagename, templatename, context, doctree):
    """Mark each line of code, and say by how many characters it is indented."""

    def code(match):
        lines = match[2].split("\n")
        return match[1] + "\n".join(keep_columns(lines, [mark(line) for line in lines]))

    def mark(line):
        text = TAG.sub("", line)
        if not text.strip():
            return line
        indent = len(text) - len(text.lstrip())
        line = INDENT.sub(r'<span class="in">\1</span>', breakable(line, text))
        return f'<span class="line" style="--in:{indent}">{line}</span>'

    if "body" in context:
        context["body"] = CODE.sub(code, context["body"])


def keep_columns(lines, marked):
    """Mark the lines that an example prints in columns, and say how many letters the widest has."""
    for printed, group in groupby(range(len(lines)), lambda k: PRINTED in lines[k]):
        places = list(group)
        texts = [html.unescape(TAG.sub("", lines[k])) for k in places]
        wide = max(map(len, texts))
        if printed and len(texts) > 1 and wide <= WIDEST and COLUMNS.search("\n".join(texts)):
            for k in places:
                style = f'<span class="line columns" style="--wide:{wide};'
                marked[k] = marked[k].replace('<span class="line" style="', style, 1)
    return marked


def keep_hyphens(app, pagename, templatename, context, doctree):
    """Let no line of a command break at a hyphen."""
    if "body" in context:
        context["body"] = COMMANDS.sub(
            lambda command: HYPHENS.sub(r'<span class="together">\g<0></span>', command[0]),
            context["body"],
        )


def setup(app):
    app.connect("doctree-resolved", keep_numbers)
    app.connect("doctree-resolved", keep_punctuation)
    app.connect("doctree-resolved", keep_short_code)
    app.connect("doctree-resolved", describe_figures)
    app.connect("doctree-resolved", open_pictures)
    app.connect("doctree-resolved", mark_sentences)
    app.connect("html-page-context", indent_what_goes_on)
    app.connect("html-page-context", keep_hyphens)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
