"""Say what an error means, with the shapes at the line that raised it."""

import ast
import linecache
import re
import sysconfig
from itertools import islice
from pathlib import Path

import numpy as np

from lib.course.diagnosis.run import SECONDS

LIB = str(Path(__file__).parents[2])
INSTALLED = tuple({sysconfig.get_path(p) for p in ("stdlib", "platstdlib", "purelib", "platlib")})

# a piece of the message, what it means, the question
MEANINGS = (
    ("truth value of an array", "a whole array was used where one yes or no is needed",
     "which of `if`, `while`, `max`, `min`, `and`, `or` gets an array, and what has NumPy for it?"),
    ("bitwise_xor", "`^` is not a power in Python", "which sign raises a number to a power?"),
    ("unsupported operand type(s) for ^", "`^` is not a power in Python",
     "which sign raises a number to a power?"),
    ("converted to Python scalar", "a function for a single number got a whole array",
     "`math`, `int` and `float` know single numbers only; what has NumPy for arrays?"),
    ("scalar index", "an array was used where a whole number is needed, as an axis or a size",
     "in which order does that function take its arguments?"),
    ("object is not callable", "something was called that is not a function",
     "did you write ( ) after a number, an array or a name that you gave away?"),
    ("cannot be interpreted as an integer", "a whole number is needed where something else came",
     "is that a float, as / gives, or a tuple where single sizes are needed?"),
    ("only integers, slices", "an array was indexed with something that is not a whole number",
     "is that a float, as / gives?"),
    ("indices must be integers", "a list was indexed with something that is not a whole number",
     "is that an array or a float, and would a NumPy array take it?"),
    ("multiple values for argument", "two values were given for one argument",
     "which of them did you give by its place, and which by its name?"),
    ("cannot unpack", "one thing was taken apart into several", "how many things are there?"),
    ("to unpack", "the number of names on the left is not the number of things on the right",
     "how many things are there?"),
    ("cannot reshape", "a reshape asks for another number of entries than there are",
     "which sizes did you write in, and which has your array here?"),
    ("out of bounds", "an index lies beyond the end of its axis",
     "how long is that axis here, and which length did you take for granted?"),
    ("index out of range", "an index lies beyond the end of a list",
     "how long is it here, and which length did you take for granted?"),
    ("too many indices", "there are more indices than axes", "how many axes has that array here?"),
    ("Cannot cast ufunc", "fractions were written into an array of whole numbers",
     "which line uses +=, -=, *= or /=, on an array of which dtype?"),
    ("cannot convert float NaN", "nan was turned into a whole number",
     "where does the nan come from?"),
    ("division by zero", "something was divided by 0", "for which input is that 0, and what then?"),
    ("read-only", "an array that can only be read was written to", "where could you copy it?"),
    ("inhomogeneous", "rows of different lengths were made into an array",
     "how long is each of its rows?"),
    ("setting an array element", "an array was written into the place of one number",
     "which shape has what you write, and which the place it goes to?"),
    ("'NoneType'", "None was used where a value is needed",
     "which of your functions or variables holds None there, and where should it be set?"),
    ("must match exactly", "arrays to be joined differ in length along another axis",
     "along which axis should they be joined, and do the other axes agree?"),
    ("incompatible dimensions", "the axes that are to be summed over differ in length",
     "which axis should each of the two be summed over?"),
    ("fromstring", "np.fromstring reads text, not bytes",
     "which function reads numbers from a buffer?"),
    ("Not a gzipped file", "bytes that are unpacked already were unpacked again",
     "is that argument still packed?"),
    ("does not match format", "the text is not in the expected format", "what does it look like?"),
    ("list' object has no attribute", "a list was used like an array",
     "what makes an array of a list?"),
    ("tuple' object has no attribute", "a tuple was used like an array",
     "what makes an array of a tuple?"),
)  # fmt: skip
KINDS = {
    "SystemExit": ("your code asked Python to exit", "which line does that, and what should happen "
                   "there instead?"),
    "RecursionError": ("function calls go too deep",
                       "which function calls itself, and which call ends the chain?"),
    "MemoryError": ("more memory was asked for than there is", "which array is that large?"),
    "NotImplementedError": ("a part is not written yet", "which line raises NotImplementedError?"),
    "UnboundLocalError": ("a variable was used before it was set", "is it set on every path that "
                          "leads to this line?"),
}  # fmt: skip


def place(error):
    """Return (code, frame) of the expression of the reader's that raised, or (None, None)."""
    found, trace = None, error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if (
            not name.startswith((LIB, *INSTALLED))
            and "<__array" not in name
            and "<frozen" not in name
        ):
            found = trace
        trace = trace.tb_next
    if found is None:
        return None, None
    code = found.tb_frame.f_code
    # where in the source each instruction is from; tb_lasti counts bytes, two an instruction
    first, last, start, end = next(islice(code.co_positions(), found.tb_lasti // 2, None))
    lines = linecache.getlines(code.co_filename)[(first or 1) - 1 : last or 0]
    if not lines or start is None:
        return "", found.tb_frame
    lines = [line.encode() for line in lines]
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    return " ".join(b" ".join(lines).decode(errors="replace").split()), found.tb_frame


def shapes_at(code, frame):
    """Return [(name, shape)] of the arrays in an expression: names, attributes, transposes."""
    try:
        tree = ast.parse(code, mode="eval")
    except SyntaxError:
        return []
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    found = {}
    for node in ast.walk(tree):
        root = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if (
            id(node) not in inner
            and isinstance(node, ast.Name | ast.Attribute)
            and isinstance(root, ast.Name)
        ):
            try:
                value = eval(ast.unparse(node), frame.f_globals, frame.f_locals)
            except Exception:  # a name that is not there is the error itself
                continue
            if isinstance(value, np.ndarray):
                found[node.col_offset, ast.unparse(node)] = value.shape
    return list(dict((name, shape) for (_, name), shape in sorted(found.items())).items())


def translate(exercise, error, when="", stage=""):
    """Turn an error into a problem and a question. ``when`` says in which cases it came."""
    text, kind = " ".join(str(error).split()), type(error).__name__
    code, frame = place(error)
    at = f" in `{code}`" if code and len(code) <= 80 else ""
    shapes = shapes_at(code, frame) if code else []
    with_shapes = "; ".join(f"{name} has shape {shape}" for name, shape in shapes[:4])
    with_shapes = f" ({with_shapes})" if with_shapes else ""
    raised = f"your code raised {kind}{at}{when}: {text}{with_shapes}"
    if kind == "TimeUp":
        return f"your code was still running after {exercise.seconds or SECONDS} seconds{when}", (
            "which loop does not end, or does it go through far more numbers than there are?"
        )
    if frame is None:
        return called(exercise, error, when, stage)
    if kind in KINDS:
        meaning, hint = KINDS[kind]
        return f"{meaning}{at}{when} ({kind}{': ' if text else ''}{text})", hint
    if isinstance(error, AssertionError):
        return f"an assertion of your own failed{at}{when}{': ' if text else ''}{text}", (
            "is what it demands true of this input, and does the exercise demand it?"
        )
    sizes = re.search(r"size (\d+) is different from (\d+)", text)
    if (
        "matmul" in text
        or "not aligned" in text
        or "shape-mismatch for sum" in text
        or "core dimension" in text
    ):
        met = ""
        if sizes:
            met = f": an axis of length {sizes[2]} meets one of length {sizes[1]}"
        elif found := re.search(r"(\d+) \(dim \d+\) != (\d+)", text):
            met = f": an axis of length {found[1]} meets one of length {found[2]}"
        elif "enough dimensions" in text:
            return (
                f"a matrix product got a single number{at}{when}{with_shapes}",
                "what is multiplied there?",
            )
        return f"a matrix product does not fit{at}{when}{met}{with_shapes}", (
            "a product sums over an axis that both have; which axis should that be?"
        )
    if "broadcast" in text:
        given = [tuple(map(int, re.findall(r"\d+", s))) for s in re.findall(r"\(([\d, ]*)\)", text)]
        if len(given) > 1:
            meet = [(x, y) for x, y in zip(given[0][::-1], given[1][::-1], strict=False)
                    if x != y and 1 not in (x, y)]  # fmt: skip
            pair = f"; counted from the right, {meet[0][0]} meets {meet[0][1]}" if meet else ""
            with_shapes = with_shapes or f" ({given[0]} and {given[1]})"
            return f"two shapes do not fit together{at}{when}{with_shapes}{pair}", (
                "which axes should meet, and where would an axis of length 1 help?"
            )
    for piece, meaning, hint in MEANINGS:
        if piece in text:
            return f"{meaning}{at}{when}{with_shapes} ({kind}: {text})", hint
    if isinstance(error, AttributeError) and "self" in (code or ""):
        return raised, (
            "is it saved on `self` before it is used (by forward, for backward), and spelt alike?"
        )
    if isinstance(error, NameError):
        return raised, "is that name spelt right, and where does your code give it a value?"
    if isinstance(error, AttributeError):
        return raised, "is that name spelt right, and does that object have it?"
    if isinstance(error, TypeError) and "argument" in text:
        return raised, "what does the function called there take, and what does it get from you?"
    return raised, "call it on a small input and look at the values just before that line."


def called(exercise, error, when, stage):
    """Speak about an error that came before or after the reader's own lines."""
    text, kind = " ".join(str(error).split()), type(error).__name__
    names = ", ".join(exercise.names)
    if isinstance(error, TypeError) and "argument" in text:
        if exercise.run:
            hint = "does each method take `self` first, and then what the lesson hands to it?"
            if "__init__" in text:
                hint = "what does the lesson put between the brackets when it makes one?"
            return f"your code could not be called as the lesson does{when}: {text}", hint
        return f"your function could not be called with ({names}){when}: {text}", (
            "which arguments, and how many, does the exercise ask for?"
        )
    if isinstance(error, TypeError) and "not callable" in text:
        return f"there is no function to call{when}: {text}", (
            "did you hand over the function itself, without calling it?"
        )
    if "non-iterator" in text:
        return f"`__iter__` returned something that cannot be walked through{when}: {text}", (
            "`return` or `yield`?"
        )
    if isinstance(error, AttributeError):
        return f"something that the lesson uses is missing{when}: {text}", (
            "which names does the exercise ask for, and are they spelt like that?"
        )
    after = f" after {stage}" if stage else ""
    return f"what your code gave{after} cannot be used{when} ({kind}: {text})", (
        "what does the exercise ask you to return?"
    )
