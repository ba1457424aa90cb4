"""The exercises of day 1: what Git leaves out, shapes, copies, broadcasting, nearest neighbours."""

import numpy as np

from lib.course.diagnosis import Case, Wrong, declare

# ---------------------------------------------------------------- 1.1

KEPT = {".gitignore", "README.md", "lessons", "lib", "requirements.txt"}
LEFT_OUT = {".venv", "__pycache__", ".ipynb_checkpoints", "password.txt"}


def look_at_names(answer):
    strings = isinstance(answer, list | tuple | set) and all(isinstance(n, str) for n in answer)
    yield "strings", strings
    names = {name.strip().strip("/") for name in answer}
    yield "some", len(names) > 0
    yield "known", names <= KEPT | LEFT_OUT
    yield "not the opposite", names != KEPT
    yield "not by the dot", names != {name for name in KEPT | LEFT_OUT if name[0] == "."}
    yield "the list itself", ".gitignore" not in names
    yield "requirements", "requirements.txt" not in names
    yield "by hand", not names & {"lib", "lessons", "README.md"}
    yield "password", "password.txt" in names
    yield "environment", ".venv" in names
    yield "made", names >= LEFT_OUT


OUT = {
    "strings": ("the answer is not a list of strings", 'does it look like ["a", "b"]?'),
    "some": ("the list is empty", "would you publish all nine?"),
    "known": ("there is a name in it that is not among the nine names", "how does Git spell it?"),
    "not the opposite": ("these are the names to commit",
                         "what does .gitignore list: what Git keeps, or what it shall not see?"),
    "not by the dot": ("these are the names that begin with a dot, and no others",
                       "does a dot say who made a file, or who may see it?"),
    "the list itself": (".gitignore would ignore itself",
                        "how do others who join get this list?"),
    "requirements": ("requirements.txt would stay out",
                     "from what do others make .venv again?"),
    "by hand": ("what someone wrote by hand would stay out",
                "can any command bring it back if the disk breaks?"),
    "password": ("the password would be committed",
                 "who can read a repository, and all of its history?"),
    "environment": ("the virtual environment would be committed",
                    "how many files does it have, and which command makes it again?"),
    "made": ("something that Python or Jupyter makes by itself would be committed",
             "which of the names did you never type?"),
}
declare(
    "1.1", "what stays out", right=sorted(LEFT_OUT), run=look_at_names, outputs=tuple(OUT),
    asks=OUT,
    hints=(
        "which of the nine can a command make again, and which must stay private?",
        "go through the nine: did someone write it by hand, does a program make it, is it secret?",
        "three are made by programs (Python, Jupyter, the command for environments), one is "
        "secret.",
    ),
)

# ---------------------------------------------------------------- 1.2

PLACE = "a number in brackets picks one place: what happens to its axis?"
AXIS = "which axis does it name, and what happens to an axis that is named?"
SHAPES = {
    "images[0]": ((28, 28), PLACE),
    "images[:, 14]": ((10000, 28), PLACE),
    "images[0:1]": ((1, 28, 28), "does a slice remove its axis, and how many places has 0:1?"),
    "images.mean(axis=0)": ((28, 28), AXIS),
    "images.reshape(len(images), -1)": ((10000, 784), "how many numbers are left for the -1?"),
    "images.max(axis=(1, 2))": ((10000,), AXIS),
}


def look_at_shapes(answer):
    yield "six", isinstance(answer, list | tuple) and len(answer) == 6
    wants = [want for want, _ in SHAPES.values()]
    yield "in order", list(answer) != wants[::-1]
    for got, (code, (want, _)) in zip(answer, SHAPES.items(), strict=True):
        yield f"{code} a tuple", isinstance(got, list | tuple)
        got = tuple(got)
        yield f"{code} changed", got != IMAGES
        yield f"{code} some axis", len(got) > 0
        yield f"{code} reversed", got == want or got != want[::-1]
        yield f"{code} few", len(got) >= len(want)
        yield f"{code} many", len(got) <= len(want)
        if "reshape" in code:
            yield f"{code} all numbers", np.prod(got) == np.prod(IMAGES)
        yield code, got == want


IMAGES = 10000, 28, 28
SIX = "is there one for each of the six?"
ASKS = {
    "six": ("the answer is not a list of six shapes", SIX),
    "in order": ("the six shapes are in reverse order", "which line comes first?"),
}
for code, (_, question) in SHAPES.items():
    ASKS[f"{code} a tuple"] = (
        f"your shape of {code} is not a tuple",
        "how does Python write a tuple, even of a single number?",
    )
    ASKS[f"{code} changed"] = f"your shape of {code} is that of images itself", question
    ASKS[f"{code} some axis"] = f"your shape of {code} is that of a single number", question
    ASKS[f"{code} reversed"] = f"your shape of {code} is read from right to left", question
    ASKS[f"{code} few"] = f"your shape of {code} has lost an axis too many", question
    ASKS[f"{code} many"] = f"your shape of {code} has too many axes", question
    if "reshape" in code:
        ASKS[f"{code} all numbers"] = (
            f"your shape of {code} does not hold as many numbers as images does",
            question,
        )
    ASKS[code] = f"your shape of {code} has the right number of axes, but a wrong length", question
declare(
    "1.2", "shapes in your head", right=[shape for shape, _ in SHAPES.values()],
    run=look_at_shapes, outputs=tuple(ASKS), asks=ASKS,
    hints=(
        "write (10000, 28, 28) down and cross out what each of the six removes.",
        "a number in brackets and a named axis remove an axis; a slice keeps it, with its own "
        "length; reshape keeps the number of numbers.",
        "two of the six lose axis 0, one loses axis 1, one loses both axes of the pixels, one "
        "keeps three axes, and one puts 28 · 28 numbers into a row.",
    ),
)

# ---------------------------------------------------------------- 1.3


def brighten(images, by):
    return np.minimum(images.astype(int) + by, 255).astype(np.uint8)


def scaled(wide):
    return wide / max(wide.max(), 255) * 255


def write_into_the_result(answer, images, by):
    result = answer(images, by)
    yield "your function", np.array(result)
    if isinstance(result, np.ndarray) and result.flags.writeable:
        result[...] = 255 - result
    yield "writing into your result", 0


def pictures(rng):
    for shape, by in (((2, 3, 4), 100), ((2, 3, 4), 60), ((3, 5, 2), 7)):
        yield Case((rng.integers(0, 256, shape, dtype=np.uint8), by))
    levels = np.array([[0, 154, 155], [156, 254, 255]], dtype=np.uint8)
    yield Case((levels, 100), "a pixel ends at 254, 255 or 256", "where exactly does a pixel stop?")
    yield Case((levels, 255), "by is 255", "try a pixel of 0 and one of 1.")
    yield Case((levels, 0), "by is 0", "what changes when nothing is added?")
    yield Case((levels[0], 20), "the images have one axis only", "which shapes are allowed?")
    yield Case((levels, 0), "someone writes into the result, with by=0",
               "is what you return a new array, or the one you were given?",
               write_into_the_result)


WIDE = "what is the dtype of the sum, and is 300 still there when you limit it?"
declare(
    "1.3", "brighten", right=brighten, cases=pictures, dtype=np.uint8,
    outputs=("the brightened images",),
    wrong=[
        Wrong("200 + 100 became 44: the sums start again at 0", WIDE,
              lambda i, by: (i.astype(int) + by) % 256),
        Wrong("200 + 100 became 300", "where does a pixel stop?", lambda i, by: i.astype(int) + by),
        Wrong("pixels that would pass 255 became 0", "where does a pixel stop?",
              lambda i, by: np.where(i.astype(int) + by > 255, 0, i.astype(int) + by)),
        Wrong("pixels that would pass 255 stayed as they were", "where does a pixel stop?",
              lambda i, by: np.where(i.astype(int) + by > 255, i, i.astype(int) + by)),
        Wrong("pixels stop at 254", "which is the largest number of uint8?",
              lambda i, by: np.minimum(i.astype(int) + by, 254)),
        Wrong("pixels stop at 1", "how bright is white here?",
              lambda i, by: np.clip(i.astype(int) + by, 0, 1)),
        Wrong("pixels above 127 are read as negative numbers", "how far does int8 go?",
              lambda i, by: np.clip(i.astype(np.int8) + np.int64(by), 0, 255)),
        Wrong("nothing became brighter", "which array do you return?", lambda i, by: i + 0),
        Wrong("the images became darker", "plus or minus?",
              lambda i, by: np.maximum(i.astype(int) - by, 0)),
        Wrong("every pixel was multiplied", "does a pixel grow by `by`, or by a factor?",
              lambda i, by: np.minimum(i.astype(int) * by, 255),
              lambda i, by: i.astype(int) * by % 256),
        Wrong("every pixel became `by`", "what does a pixel start from?",
              lambda i, by: np.full(i.shape, by)),
        Wrong("the brightest pixel was brought to 255, and the others with it",
              "by how much does every pixel grow?",
              lambda i, by: (i.astype(int) + by) * 255 // (i.astype(int) + by).max(),
              lambda i, by: scaled(i.astype(float) + by).astype(np.uint8),
              lambda i, by: scaled(i.astype(float) + by).round()),
    ],
    hints=(
        "try two pixels by hand: 100 + 100, then 200 + 100.",
        "a sum of uint8 numbers is a uint8 as well; what can you convert to before you add, and "
        "back to after the limit?",
        "convert a copy to a wider integer, add, take the smaller of each number and 255, convert "
        "back to uint8.",
    ),
)

# ---------------------------------------------------------------- 1.4


def tables(rng):
    for N, K in ((4, 6), (4, 6), (7, 3)):
        yield Case((rng.random((N, K)) * 9 + 0.5,))
    yield Case((np.array([[1.0, 3, 4], [2, 2, 6], [9, 1, 0]]),), "N equals K",
               "what is the shape of the sum, and where does broadcasting align it?")
    yield Case((np.arange(1, 9).reshape(2, 4),), "the counts are whole numbers",
               "can the array you write into hold a fraction?")
    yield Case((np.array([[1.0, 3, 4, 8]]),), "there is one row only",
               "what is the shape of the result?")
    yield Case(
        (np.array([[2.0], [5.0]]),),
        "there is one column only",
        "what is the share of the only one?",
    )


def in_whole_numbers(counts):
    result = np.zeros_like(counts)
    result[:] = counts / counts.sum(axis=1, keepdims=True)
    return result


declare(
    "1.4", "shares", right=lambda counts: counts / counts.sum(axis=1, keepdims=True),
    cases=tables, outputs=("the result",),
    shapes={"counts": ("N", "K"), "the result": ("N", "K")},
    wrong=[
        Wrong("the sums lost their axis, so each meets a column, not its row",
              "what is the shape of the sum, and where does broadcasting align it?",
              lambda c: c / c.sum(axis=1)),
        Wrong("each column adds up to 1, not each row", "which axis has to disappear in the sum?",
              lambda c: c / c.sum(axis=0)),
        Wrong("only the whole table adds up to 1", "how many sums are there?",
              lambda c: c / c.sum()),
        Wrong("every share is rounded down", "what do // and / do?",
              lambda c: c // c.sum(axis=1, keepdims=True)),
        Wrong("whole counts get whole shares", "what is the dtype of the array you fill?",
              in_whole_numbers),
        Wrong("these are the sums", "what is to be divided by them?",
              lambda c: c.sum(axis=1, keepdims=True), lambda c: c.sum(axis=1),
              lambda c: np.broadcast_to(c.sum(axis=1, keepdims=True), c.shape)),
        Wrong("each row is divided by its largest count", "what should add up to 1?",
              lambda c: c / c.max(axis=1, keepdims=True)),
        Wrong("each row is divided by its mean", "what should add up to 1?",
              lambda c: c / c.mean(axis=1, keepdims=True)),
        Wrong("each row is divided by the number of columns, K", "what should add up to 1?",
              lambda c: c / c.shape[1]),
        Wrong("each row is divided by the number of rows, N", "what should add up to 1?",
              lambda c: c / len(c)),
        Wrong("each row is divided by its length as a vector", "sum or root of a sum of squares?",
              lambda c: c / np.linalg.norm(c, axis=1, keepdims=True)),
        Wrong("the sum is divided by the counts", "which of the two is divided by the other?",
              lambda c: c.sum(axis=1, keepdims=True) / c),
        Wrong("a softmax was taken", "is there an exponential in the text?",
              lambda c: np.exp(c) / np.exp(c).sum(axis=1, keepdims=True),
              lambda c: np.exp(c - c.max()) / np.exp(c - c.max()).sum(axis=1, keepdims=True)),
        Wrong("these are percent", "what should each row add up to?",
              lambda c: 100 * c / c.sum(axis=1, keepdims=True)),
        Wrong("every row is divided by the sum of the first one", "does each row get its own sum?",
              lambda c: c / c[0].sum()),
    ],
    hints=(
        "print the sum of each row of your result: is it 1?",
        "counts has the shape (N, K); which shape must the sums have, so that each meets its row?",
        "sum over axis 1 and keep that axis with length 1 (keepdims); then divide counts by it.",
    ),
)

# ---------------------------------------------------------------- 1.5


def nearest_image(images, question):
    return squares(images.astype(float) - question).argmin()


def squares(differences):
    return (differences**2).sum(axis=(1, 2))


def look_alikes(rng):
    """A question, and images that differ from it at some pixels by some greys."""
    for N in (6, 6, 9, 9, 7, 7, 5, 5, 8, 8):
        question = rng.integers(0, 256, (28, 28))
        greys = rng.permutation(np.linspace(4, 150, N))
        share = rng.permutation(np.linspace(0.03, 1, N))
        sign = rng.choice([-1, 1], (N, 28, 28)) * (rng.random((N, 28, 28)) < share[:, None, None])
        sign[::2] = np.abs(sign[::2])
        images = np.clip(question + sign * greys[:, None, None].astype(int), 0, 255)
        yield Case((images.astype(np.uint8), question.astype(np.uint8)))
    grey = np.full((28, 28), 100, dtype=np.uint8)

    def flat(*greys):  # images of one grey each
        return np.repeat(np.array(greys, dtype=np.uint8), 784).reshape(-1, 28, 28)

    yield Case((flat(160, 0, 103, 250, 84), grey), "images are of one grey each",
               "what is (84 - 100) ** 2 in uint8, and what is 0 - 100?")
    yield Case((flat(97, 108), grey), "97 and 108 compete for 100",
               "what is 97 - 100 in uint8, and when do you change the dtype?")
    two = flat(100, 100)
    two[0, :, :3], two[1, :, :25] = 140, 106
    yield Case((two, grey), "a few large differences compete with many small ones",
               "what happens to each difference before you add them up?")
    two = flat(100, 110)
    two[0, 0, 0] = 250
    yield Case((two, grey), "a single large difference competes with 784 small ones",
               "do all the differences count, or only the largest?")
    yield Case(
        (flat(255, 240, 250), flat(0)[0]),
        "differences are as large as 255",
        "how large is 255 · 255, how large 784 of them, and which dtype can hold that?",
    )
    yield Case((flat(100), grey), "there is one image only", "what is the only position?")


DTYPE = "what is 97 - 100 in uint8, and when do you change the dtype?"
declare(
    "1.5", "nearest_image", right=nearest_image, cases=look_alikes, outputs=("the position",),
    shapes={"images": ("N", "rows", "columns"), "question": ("rows", "columns")},
    wrong=[
        Wrong("everything is computed in uint8, where -16 squared is 0", DTYPE,
              lambda i, q: squares(i - q).argmin()),
        Wrong("the differences are taken in uint8, and only then made wider", DTYPE,
              lambda i, q: squares((i - q).astype(float)).argmin(),
              lambda i, q: squares(1.0 * np.abs(i - q)).argmin()),
        Wrong("the squares overflow in int16", "how large is 255 · 255?",
              lambda i, q: squares(i.astype(np.int16) - q.astype(np.int16)).argmin(),
              lambda i, q: squares(i.astype(np.int16) - q).argmin(),
              lambda i, q: ((i.astype(np.int16) - q) ** 2).sum((1, 2)).argmin()),
        Wrong("float16 is too small: the sums become inf", "how large is the largest float16?",
              lambda i, q: squares(i.astype(np.float16) - q.astype(np.float16)).argmin()),
        Wrong("the differences are read as int8, which ends at 127", "how large can a pixel be?",
              lambda i, q: squares(i.astype(np.int8).astype(float) - q.astype(np.int8)).argmin()),
        Wrong("the darkest image wins: nothing is squared",
              "what does -100 do to a sum, if you do not square it?",
              lambda i, q: (i.astype(float) - q).sum(axis=(1, 2)).argmin(),
              lambda i, q: i.astype(float).sum(axis=(1, 2)).argmin()),
        Wrong("the brightest image wins: nothing is squared",
              "what does -100 do to a sum, if you do not square it?",
              lambda i, q: (q - i.astype(float)).sum(axis=(1, 2)).argmin(),
              lambda i, q: (i.astype(float) * q).sum(axis=(1, 2)).argmax()),
        Wrong("all positions came back, in order of distance", "how many are asked for?",
              lambda i, q: squares(i.astype(float) - q).argsort()),
        Wrong("positive and negative differences cancel before the square",
              "which comes first, sum or square?",
              lambda i, q: ((i.astype(float) - q).sum(axis=(1, 2)) ** 2).argmin(),
              lambda i, q: np.abs((i.astype(float) - q).sum(axis=(1, 2))).argmin()),
        Wrong("absolute differences are added up, not squares",
              "what happens to each difference before you add them up?",
              lambda i, q: np.abs(i.astype(float) - q).sum(axis=(1, 2)).argmin()),
        Wrong("only the largest difference counts", "do all the differences count?",
              lambda i, q: np.abs(i.astype(float) - q).max(axis=(1, 2)).argmin()),
        Wrong("it is the farthest image", "do you look for the smallest or the largest?",
              lambda i, q: squares(i.astype(float) - q).argmax()),
        Wrong("it is the distance, not the position", "do you return a distance, or a place?",
              lambda i, q: squares(i.astype(float) - q).min(),
              lambda i, q: squares(i.astype(float) - q).min() ** 0.5),
        Wrong("these are the distances of all images", "which of them is the smallest?",
              lambda i, q: squares(i.astype(float) - q), lambda i,
              q: squares(i.astype(float) - q) ** 0.5),
        Wrong("positions are counted from 1", "what is the position of the first image?",
              lambda i, q: squares(i.astype(float) - q).argmin() + 1),
        Wrong("it is the image itself, not its position", "what is asked for?",
              lambda i, q: i[squares(i.astype(float) - q).argmin()]),
        Wrong("it is the position of a pixel in the row of all pixels, not of an image",
              "over which axes do you add up: one sum an image?",
              lambda i, q: ((i.astype(float) - q) ** 2).argmin(),
              lambda i, q: ((i.astype(float) - q) ** 2).sum(axis=1).argmin(),
              lambda i, q: ((i.astype(float) - q) ** 2).sum(axis=2).argmin(),
              lambda i, q: ((i.astype(float) - q) ** 2).sum(axis=0).argmin()),
        Wrong("there is a position for every row or column of pixels",
              "which axes have to disappear before you look for the smallest?",
              lambda i, q: ((i.astype(float) - q) ** 2).sum(axis=2).argmin(axis=0),
              lambda i, q: ((i.astype(float) - q) ** 2).sum(axis=1).argmin(axis=0),
              lambda i, q: ((i.astype(float) - q) ** 2).argmin(axis=0),
              lambda i, q: ((i.astype(float) - q) ** 2).sum(axis=0).argmin(axis=0)),
        Wrong("only the first row of pixels counts", "do all the pixels count?",
              lambda i, q: squares((i.astype(float) - q)[:, :1]).argmin()),
        Wrong("it is how many pixels are equal that decides", "how is a squared distance made?",
              lambda i, q: (i == q).sum(axis=(1, 2)).argmax()),
    ],
    hints=(
        "which axes have to disappear before you look for the smallest?",
        "three steps: differences (N, 28, 28), squares added up over both axes of the pixels (N,), "
        "and the place of the smallest. Which dtype can hold -100, and 65025 · 784?",
        "convert to float before you subtract; square; sum over axes 1 and 2; argmin.",
    ),
)

# ---------------------------------------------------------------- 1.6


def nearest(distances, labels, k):
    return labels[distances.argsort(axis=1, kind="stable")[:, :k]]


def count(picked):
    return (picked[:, :, None] == np.arange(10)).sum(axis=1)


def vote(distances, labels, k):
    return count(nearest(distances, labels, k)).argmax(axis=1)


def elections(rng):
    for k in (4, 6):
        yield Case((rng.random((7, 12)), rng.permutation(np.repeat([1, 4, 7, 9], 3)), k))
    for k in (5, 5, 3):
        yield Case((rng.random((9, 20)), rng.integers(0, 10, 20), k))
    yield Case((np.arange(6.0)[None], np.array([9, 9, 9, 0, 1, 0]), 3), "9 wins",
               "how many digits can win?")
    yield Case((np.arange(6.0)[None], np.array([0, 0, 9, 9, 9, 9]), 3), "0 wins",
               "how many digits can win, and which is the first?")
    yield Case((np.array([[1.0, 2, 3, 4]]), np.array([3, 5, 5, 3]), 3),
               "the nearest image loses the vote", "who has a say?")
    yield Case(
        (np.array([[1.0, 2, 3, 4]]), np.array([8, 2, 2, 8]), 4),
        "two digits tie",
        "which of two equal counts does your code prefer, and which is asked for?",
    )
    yield Case(
        (rng.random((5, 10)), rng.integers(0, 10, 10), 1), "k is 1", "what is a vote of one?"
    )
    yield Case((rng.random((3, 8)), rng.integers(3, 7, 8), 8), "all images vote",
               "how many neighbours are there when k is as large as M?")
    yield Case((rng.random((6, 6)), rng.integers(0, 10, 6), 3),
               "there are as many questions as images",
               "which axis holds the images of one question?")
    yield Case((rng.random((1, 12)), rng.integers(0, 10, 12), 5), "there is one question only",
               "which shape do your arrays have for Q = 1?")
    yield Case((rng.integers(300, 9000, (5, 30)) * 1000, rng.integers(0, 10, 30), 7),
               "distances are large whole numbers", "which numbers may a distance be?")


USED, TIE = "where does your code use k?", "which of them does the exercise ask for?"
FIVE, TEN = "between a 1 and a 9, is a 5 a sensible answer?", "how many digits are there?"
declare(
    "1.6", "vote", right=vote, cases=elections, outputs=("the votes",),
    shapes={"distances": ("Q", "M"), "labels": ("M",), "the votes": ("Q",)},
    wrong=[
        Wrong("only the nearest image has a say", USED, lambda d, y, k: nearest(d, y, k)[:, 0]),
        Wrong("every question gets the label of row 0",
              "labels needs the positions of the nearest images; did it get their distances?",
              lambda d, y, k: np.full(len(d), y[0])),
        Wrong("the farthest images vote", "at which end does argsort put the smallest?",
              lambda d, y, k: vote(-d, y, k)),
        Wrong("the neighbours are sorted along the wrong axis",
              "the images of one question: along which axis do they lie?",
              lambda d, y, k: count(y[d.argsort(axis=0)[:, :k]]).argmax(axis=1),
              lambda d, y, k: count(y[d.argsort(axis=0)[:k].T]).argmax(axis=1)),
        Wrong("in a tie the larger digit wins", "which of two equal counts does argmax return?",
              lambda d, y, k: 9 - count(nearest(d, y, k))[:, ::-1].argmax(axis=1)),
        Wrong("in a tie the nearer digit wins", TIE,
              lambda d, y, k: np.array([max(row, key=[*row].count) for row in nearest(d, y, k)])),
        Wrong("in a tie the farther digit wins", TIE,
              lambda d, y, k: np.array(
                  [max(row[::-1], key=[*row].count) for row in nearest(d, y, k)])),
        Wrong("the labels are averaged", FIVE,
              lambda d, y, k: nearest(d, y, k).mean(axis=1).round(),
              lambda d, y, k: nearest(d, y, k).mean(axis=1).astype(int),
              lambda d, y, k: nearest(d, y, k).mean(axis=1)),
        Wrong("the median label wins", "is the middle one the most frequent?",
              lambda d, y, k: np.median(nearest(d, y, k), axis=1),
              lambda d, y, k: np.median(nearest(d, y, k), axis=1).astype(int)),
        Wrong("the smallest of the labels wins", "is the smallest the most frequent?",
              lambda d, y, k: nearest(d, y, k).min(axis=1)),
        Wrong("the largest of the labels wins", "is the largest the most frequent?",
              lambda d, y, k: nearest(d, y, k).max(axis=1)),
        Wrong("these are the neighbours' labels, not yet a vote", "how do you count them?",
              nearest),
        Wrong("these are the counts", "which digit has the largest count in each row?",
              lambda d, y, k: count(nearest(d, y, k))),
        Wrong("these are the largest counts", "which digit has them?",
              lambda d, y, k: count(nearest(d, y, k)).max(axis=1)),
        Wrong("the winner was looked for along the questions", "which axis holds the ten counts?",
              lambda d, y, k: count(nearest(d, y, k)).argmax(axis=0)),
        Wrong("the counts run along the digits, so each neighbour counts 1",
              "do you count along the neighbours or the digits?",
              lambda d, y, k: (nearest(d, y, k)[:, :, None] == np.arange(10)).sum(2).argmax(1)),
        Wrong("it is the place of the winner among the neighbours, not the digit",
              "what does argmax return, and what is at that place?",
              lambda d, y, k: np.array(
                  [np.argmax([[*row].count(v) for v in row]) for row in nearest(d, y, k)])),
        Wrong("it is the place of the winner among the digits that occur, not the digit",
              "which digit is at that place?",
              lambda d, y, k: np.array([np.unique(row, return_counts=True)[1].argmax()
                                        for row in nearest(d, y, k)])),
        Wrong("the positions vote, not the labels", "what does labels[positions] give?",
              lambda d, y, k: np.argsort(d, axis=1)[:, :k].min(axis=1),
              lambda d, y, k: count(np.argsort(d, axis=1)[:, :k]).argmax(axis=1)),
        Wrong("the least frequent digit wins", "which count do you look for?",
              lambda d, y, k: count(nearest(d, y, k)).argmin(axis=1)),
        Wrong("one vote is held for all questions together", "how many votes are asked for?",
              lambda d, y, k: np.bincount(nearest(d, y, k).ravel()).argmax(),
              lambda d, y, k: np.full(len(d), np.bincount(nearest(d, y, k).ravel()).argmax())),
        Wrong("all images vote, near or far", USED, lambda d, y, k: vote(d, y, d.shape[1])),
        Wrong("the first k images vote, near or not", "is the order you found used?",
              lambda d, y, k: vote(np.broadcast_to(np.arange(d.shape[1]), d.shape), y, k)),
        Wrong("the labels are sorted, not the distances", "by what is 'near' decided?",
              lambda d, y, k: vote(d, np.sort(y), k)),
        Wrong("k + 1 neighbours vote", "how many does your slice hold?",
              lambda d, y, k: vote(d, y, k + 1)),
        Wrong("k - 1 neighbours vote", "how many does your slice hold?",
              lambda d, y, k: vote(d, y, k - 1) if k > 1 else np.zeros(len(d))),
        Wrong("the nearest image is skipped", "is the question itself among the images here?",
              lambda d, y, k: (count(nearest(d, y, k + 1)) - count(nearest(d, y, 1))).argmax(1),
              lambda d, y, k: count(nearest(d, y, k)[:, 1:]).argmax(1)),
        *(Wrong(f"there are always {n} neighbours", USED, lambda d, y, k, n=n: vote(d, y, n))
          for n in (3, 4, 5)),
        Wrong("near neighbours count for more", "does a vote have a weight here?",
              lambda d, y, k: np.array([
                  np.bincount(y[np.argsort(r)[:k]], 1 / (np.sort(r)[:k] + 1e-12)).argmax()
                  for r in d])),
        Wrong("the digits 0 to 8 can win, 9 cannot", TEN,
              lambda d, y, k: count(nearest(d, y, k))[:, :9].argmax(axis=1)),
        Wrong("the digits 1 to 9 can win, 0 cannot", TEN,
              lambda d, y, k: count(nearest(d, y, k))[:, 1:].argmax(axis=1) + 1),
        Wrong("digits are counted from 1", "which digit is at place 0?",
              lambda d, y, k: count(nearest(d, y, k))[:, 1:].argmax(axis=1)),
    ],
    hints=(
        "take one question: what are the labels of its k nearest images, and which is the most "
        "frequent?",
        "argsort each row and keep k positions (Q, k); labels[positions] has the same shape. "
        "Compare it, with a new last axis, with np.arange(10): (Q, k, 10).",
        "add the comparisons up over the neighbours' axis: ten counts for each question (Q, 10); "
        "argmax along the digits takes the smaller digit in a tie by itself.",
    ),
)
