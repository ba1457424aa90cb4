"""The page of notation has every symbol of every formula, its place, and its name in the code."""

import re
from functools import cache
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "book/notation.md"
LESSONS = [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("lessons/day*.ipynb"))]
BEFORE_THE_TABLES = "\n## Sizes\n"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
GREEK = ["alpha", "beta", "gamma", "varepsilon", "theta", "lambda", "mu", "sigma", "tau", "varphi"]
FORMULA = r"\$\$(.+?)\$\$|(?<![\\$\w])\$(?!\$)((?:(?!\n\n)[^$])+?)\$(?!\d)"
HEADING = r"^(#+) ([^\n]+)$"
BAR = r"(?<!\\)\|"
CODE = r"```.*?```|`[^`\n]+`"
WORDS = r"\\tag\{.*?\}|\\(?:text|begin|end|substack)\{.*?\}"
MARKS = (
    r"\\(?:alpha|beta|gamma|varepsilon|eta|theta|lambda|mu|sigma|tau|varphi|ell|nabla|sum|odot|top"
    r"|prod|arg|max|min|infty|log|lVert|leftarrow|lfloor|binom|(?:hat|tilde|bar|mathrm).+)"
)
SYMBOL = re.compile(
    r"\\(?:hat|tilde|bar)\s*\{?\\?[A-Za-z]+|\\(?:mathrm|operatorname)\{\w+\}|\\[A-Za-z]+|\[\w =|dZ"
    r"|[A-Za-z']|\|"
)
SAME = {r"\lvert": "|", r"\rvert": "|", r"\|": "|", r"\bigl|": "|"}
FILES = [f"{folder}/*.ipynb" for folder in ("lessons", "solutions", "book")] + ["book/**/*.md"]


def day(path):
    """Return the day of a lesson, and a large number for any other page."""
    return int(match[1]) if (match := re.match(r"lessons/day(\d+)", path)) else 99


# the pages in whose blocks letters mean something of their own, in the order of the blocks
BLOCKS = {f"Day {day(path)}": path for path in LESSONS}
BLOCKS |= {"How fast can NumPy be?": "book/how_fast.ipynb", "On all cores": "book/scaling.md"}


def symbols(formula):
    """Return the symbols of a formula: letters, marks on letters, signs, names."""
    found = set()
    for symbol in SYMBOL.findall(re.sub(WORDS, "", formula)):
        symbol = symbol.replace("operatorname", "mathrm")
        symbol = re.sub(r"[{}\s]", "", SAME.get(symbol, symbol))
        if symbol == "dZ":
            continue
        if symbol[0] != "\\" or re.fullmatch(MARKS, symbol):
            found.add("[k=" if symbol[0] == "[" else symbol)
    return found


def slug(title):
    if match := re.match(r"Exercise (\w+)\.(\d+)", title):
        return f"exercise-{match[1]}-{match[2]}".lower()
    return re.sub(r"[^\w]+", "-", re.sub(r"^\d+ · ", "", title).lower()).strip("-")


@cache
def sections(path):
    """Return ``{anchor: text}`` of a page; an equation has the text up to the next heading."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = nbformat.reads(text, 4).cells
        text = "\n\n".join(
            c.source if c.cell_type == "markdown" else f"```\n{c.source}\n```" for c in cells
        )
    bare = re.sub("```.*?```", lambda code: re.sub(r"[^\n]", " ", code[0]), text, flags=re.S)
    heads = [(m.start(), len(m[1]), slug(m[2])) for m in re.finditer(HEADING, bare, re.M)]
    found = {}
    for k, (start, level, anchor) in enumerate(heads):
        after = heads[k + 1 :]
        own = text[start : after[0][0] if after else None]
        found[anchor] = text[start : next((s for s, depth, _ in after if depth <= level), None)]
        for number in re.findall(r"\\tag\{([\d.]+)\}", own):
            found[f"equation-{number.replace('.', '-')}"] = own
    return found


def formulas(text):
    without_code = re.sub(CODE, "`", text, flags=re.S)
    return [a or b for a, b in re.findall(FORMULA, without_code, re.S)]


def used(text):
    return set().union(*map(symbols, formulas(text)))


@cache
def rows():
    """Return each row of the page's tables: table, symbols, page and anchor named, code, symbol."""
    tables = PAGE.read_text(encoding="utf-8").split(BEFORE_THE_TABLES)[1]
    found = []
    for heading, body in re.findall(r"(?:^|\n##+ )([^\n]*)\n(.*?)(?=\n##|$)", tables, re.S):
        for row in re.findall(r"^\| (\$.*) \|$", body, re.M):
            first, code, *_, last = re.split(r" \| ", row)
            file, anchor = re.search(r"\]\(([^)#]*)#([^)]*)\)$", last).groups()
            path = file.removeprefix("../") if file.startswith("../") else f"book/{file}"
            found.append((heading or "Sizes", used(first), path, anchor, code, first))
    return found


def test_every_symbol_of_every_formula_is_on_the_page_of_notation():
    known = set().union(*(row[1] for row in rows()))
    for path in (path for pattern in FILES for path in ROOT.glob(pattern)):
        if path != PAGE:
            for anchor, text in sections(path).items():
                missing = used(text) - known
                assert not missing, f"{path.name}#{anchor}: {missing}"


def test_each_symbol_is_used_where_the_page_of_notation_says():
    for heading, these, path, anchor, *_ in rows():
        text = sections(ROOT / path)[anchor]
        there = used(text)
        if heading == "Sizes" or heading in BLOCKS:
            shapes = " ".join(re.findall(CODE, text, re.S))
            there |= set(re.findall(r"\b[A-Z]\b|(?<=, )[a-z](?=\))", shapes))
        if heading == "Operations" and len(these) > 1:  # the letter stands for any
            these = {symbol for symbol in these if not re.fullmatch("[a-z]", symbol)}
        assert these <= there, f"{path}#{anchor}: {these - there}"


def test_the_first_day_named_is_the_first_that_uses_the_symbol():
    sizes = set().union(*(row[1] for row in rows() if row[0] == "Sizes"))
    first, named = {}, {}
    for path in LESSONS:
        for symbol in set().union(*map(used, sections(ROOT / path).values())):
            first[symbol] = min(day(path), first.get(symbol, 99))
    for _, these, path, *_ in rows():
        for symbol in these:
            named[symbol] = min(day(path), named.get(symbol, 99))
    for symbol, of in named.items():  # a size may be met in a shape, before any formula
        assert of == first.get(symbol, 99) or (symbol in sizes and of < first[symbol]), symbol


def test_each_row_has_the_cells_of_its_table():
    r"""A bar in a formula would end the cell: ``p_{j \mid i}`` draws one that does not."""
    for table in re.findall(r"(?:^\|.*\|\n)+", PAGE.read_text(encoding="utf-8"), re.M):
        heading, *rows = table.splitlines()
        for row in rows:
            assert len(re.findall(BAR, row)) == len(re.findall(BAR, heading)), row


def names_in_code(path):
    """Return each name in the code of a page, in that of its solutions, and between their words."""
    pages = [ROOT / page for page in {path, path.replace("lessons/", "solutions/")}]
    text = "\n\n".join(part for page in pages for part in sections(page).values())
    return set(re.findall(r"\w+", " ".join(re.findall(CODE, text, re.S))))


def test_each_name_of_a_letter_in_a_block_is_in_the_code_there():
    for heading, _, path, anchor, code, _ in rows():
        if heading in BLOCKS:
            names = set(re.findall(r"[A-Za-z_]\w*", " ".join(re.findall("`(.*?)`", code))))
            assert (code == "–") == (not names)
            missing = names - names_in_code(path)
            assert not missing, f"{path}#{anchor}: {missing}"


def in_its_lesson(path):
    """Return the lesson of a page of solutions, and any other page as it is."""
    return path.replace("solutions/", "lessons/")


def test_each_page_has_a_block_of_its_own_letters_and_each_day_leads_to_its_own():
    headings = [heading for heading, *_ in rows()]
    assert [heading for heading in dict.fromkeys(headings) if heading in BLOCKS] == list(BLOCKS)
    for heading, _, path, *_ in rows():
        if heading in BLOCKS:
            assert in_its_lesson(path) == BLOCKS[heading]
    for path in LESSONS:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert f"[symbols](../book/notation.md#day-{day(path)})" in text


def number_of_section(path, anchor):
    """Return the number of the last numbered heading up to an anchor, as in ``## 3 · The bend``."""
    text = "\n".join(
        cell.source for cell in nbformat.read(ROOT / path, 4).cells if cell.cell_type == "markdown"
    )
    number = None
    for title in re.findall(r"^#+ ([^\n]+)$", text, re.M):
        number = match[1] if (match := re.match(r"(\d+) · ", title)) else number
        if slug(title) == anchor:
            return number


def test_a_row_of_a_block_says_the_section_or_the_equation_that_it_leads_to():
    page = PAGE.read_text(encoding="utf-8").split("\n## Day by day\n")[1]
    for words, path, anchor in re.findall(r"\[([^\]]+)\]\(([^)#]+)#([^)]+)\) \|$", page, re.M):
        if words[0] == "§":
            path = path.removeprefix("../") if path.startswith("../") else f"book/{path}"
            assert words[1:] == number_of_section(path, anchor)
        elif words[0] == "(":
            assert f"equation-{words[1:-1].replace('.', '-')}" == anchor
        elif match := re.fullmatch(r"(exercise|solution) (\d+)\.(\d+)", words):
            assert f"exercise-{match[2]}-{match[3]}" == anchor
            assert (match[1] == "solution") == ("solutions/" in path)


def place_in_the_alphabet(symbol):
    """Return what to sort by: the first letter of a symbol, Latin before Greek, capitals first."""
    for number, name in enumerate(GREEK):
        if symbol.startswith(f"$\\{name}"):
            return 26 + number, False
    plain = re.sub(r"\\(?:bar|hat|tilde|mathrm)|\\(?=[ij]math|ell)", "", symbol)
    letter = re.search("[A-Za-z]", plain.replace("ell", "l"))[0]
    return LETTERS.index(letter.lower()), letter.islower()


def test_the_letters_of_a_block_are_in_the_order_of_the_alphabet_then_of_the_lesson():
    for heading, page in BLOCKS.items():
        order = list(sections(ROOT / page))
        places = [
            (*place_in_the_alphabet(symbol), order.index(anchor))
            for of, _, _, anchor, _, symbol in rows()
            if of == heading
        ]
        assert places == sorted(places)
