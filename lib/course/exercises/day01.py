"""The checks of day 1: what Git leaves out, shapes, copies, broadcasting, nearest neighbours."""

import numpy as np

from lib.course.checks import exercise, expect, expect_array


@exercise("1.1", "what stays out")
def what_stays_out(answer):
    strings = isinstance(answer, (list, tuple, set)) and all(isinstance(n, str) for n in answer)
    yield expect(strings, "the answer is not a list of strings", 'does it look like ["a", "b"]?')
    names = {name.strip().strip("/") for name in answer}
    kept = {".gitignore", "README.md", "lessons", "lib", "requirements.txt"}
    left_out = {".venv", "__pycache__", ".ipynb_checkpoints", "password.txt"}
    unknown = ", ".join(sorted(names - kept - left_out))
    yield expect(not unknown, f"{unknown} is not among the nine names", "how does Git spell it?")
    other = "what does .gitignore list: what Git keeps, or what it shall not see?"
    yield expect(names != kept, "these are the names to commit", other)
    itself = ".gitignore would ignore itself"
    yield expect(".gitignore" not in names, itself, "how do others who join get this list?")
    needed = "requirements.txt would stay out"
    yield expect("requirements.txt" not in names, needed, "from what do others make .venv again?")
    lost = "what someone wrote by hand would stay out"
    by_hand = names & {"lib", "lessons", "README.md"}
    yield expect(not by_hand, lost, "can any command bring it back if the disk breaks?")
    secret = "the password would be committed"
    read = "who can read a repository, and all of its history?"
    yield expect("password.txt" in names, secret, read)
    room = "the virtual environment would be committed"
    again = "how many files does it have, and which command makes it again?"
    yield expect(".venv" in names, room, again)
    made = "something that Python or Jupyter makes by itself would be committed"
    yield expect(left_out <= names, made, "which of the names did nobody ever type?")


@exercise("1.2", "shapes in your head")
def shapes(answer):
    place = "a number in brackets picks one place: what happens to its axis?"
    axis = "which axis does it name, and what happens to an axis that is named?"
    expected = {
        "images[0]": ((28, 28), place),
        "images[:, 14]": ((10000, 28), place),
        "images[0:1]": ((1, 28, 28), "does a slice remove its axis, and how many places has 0:1?"),
        "images.mean(axis=0)": ((28, 28), axis),
        "images.reshape(len(images), -1)": ((10000, 784), "how many numbers are left for the -1?"),
        "images.max(axis=(1, 2))": ((10000,), axis),
    }
    six = isinstance(answer, (list, tuple)) and len(answer) == 6
    yield expect(six, "the answer is not a list of six shapes", "is there one for each of the six?")
    for got, (code, (want, hint)) in zip(answer, expected.items(), strict=True):
        yield expect(
            isinstance(got, tuple),
            f"your shape of {code} is {got!r}, which is not a tuple",
            "how does Python write a tuple, even of a single number?",
        )
        yield expect(got == want, f"{code} does not have the shape {got}", hint)


@exercise("1.3", "brighten")
def brighten(answer):
    images = np.array([[[0, 100], [155, 156]], [[200, 250], [254, 255]]], dtype=np.uint8)
    before = images.copy()
    got = answer(images, 100)
    changed = "the images you were given have changed"
    same = np.array_equal(images, before)
    yield expect(same, changed, "does your function write into them, or into a copy?")
    sums = before.astype(int) + 100
    yield expect_array(
        got,
        np.minimum(sums, 255),
        "try two pixels by hand: 100 + 100, then 200 + 100.",
        what="the brightened images",
        mistakes=[
            (
                sums % 256,
                "200 + 100 became 44",
                "which dtype has the sum, and is 300 still there when you limit it?",
            ),
            (sums, "200 + 100 became 300", "where does a pixel stop?"),
            (before, "nothing became brighter", "which array do you return?"),
            (
                np.minimum(sums, 255).reshape(-1),
                "the numbers are right, but in one row",
                "which shape did the images have?",
            ),
        ],
    )
    dtype = getattr(got, "dtype", "of a list")
    yield expect(
        dtype == np.uint8,
        f"the result has the dtype {dtype}, expected uint8",
        "which dtype do pixels have in a file, and how do you get back to it?",
    )
    yield expect(
        not np.shares_memory(answer(images, 0), images),
        "with by=0 you return the very array you were given",
        "what happens to the original when someone writes into your result?",
    )
    yield expect_array(
        answer(images[0, 0], 255), [255, 255], "try images of one axis, and by=255.", what="a row"
    )


@exercise("1.4", "shares")
def shares(answer):
    counts = np.array([[1.0, 3, 4], [2, 2, 6], [9, 1, 0]])  # N equals K: no shape shows a slip
    before = counts.copy()
    got = answer(counts)
    changed = "the counts you were given have changed"
    same = np.array_equal(counts, before)
    yield expect(same, changed, "where does your function write into `counts`?")
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    yield expect_array(
        got,
        counts / rows[:, None],
        "print the sum of each row of your result: is it 1?",
        what="the result",
        mistakes=[
            (
                counts / rows,
                "every row is divided by all the sums, number by number",
                "which shape has the sum, and where does broadcasting align it?",
            ),
            (counts / columns, "each column adds up to 1", "which axis has to disappear?"),
            (
                counts / counts.sum(),
                "only the whole table adds up to 1",
                "how many sums are there?",
            ),
            (counts // rows[:, None], "every share is rounded down", "what do // and / do?"),
            (rows[:, None], "these are the sums", "what is to be divided by them?"),
        ],
    )
    table = np.arange(1, 9).reshape(2, 4)  # whole numbers, as counts are
    want = table / table.sum(axis=1, keepdims=True)
    whole = (want // 1, "whole counts get whole shares", "which dtype has the array you fill?")
    what = "the 2 × 4 result"
    yield expect_array(answer(table), want, "try 2 rows of 4.", what=what, mistakes=[whole])
    yield expect_array(answer(table[:1]), want[:1], "try a single row.", what="the 1 × 4 result")


@exercise("1.5", "nearest_image")
def nearest_image(answer):
    question = np.full((28, 28), 100, dtype=np.uint8)

    def flat(*greys):  # images of one grey each
        return np.repeat(np.array(greys, dtype=np.uint8), 784).reshape(-1, 28, 28)

    images = flat(160, 0, 103, 250, 84)
    got = answer(images, question)
    same = np.array_equal(images, flat(160, 0, 103, 250, 84)) and (question == 100).all()
    changed = "the images you were given have changed"
    yield expect(same, changed, "does your function write into its arguments?")
    yield expect(got is not None, "the result is None", "does your function `return`?")
    yield expect(
        np.shape(got) == (),
        f"the result has shape {np.shape(got)}, expected a single position",
        "which axes have to disappear before you look for the smallest?",
    )
    yield expect(
        got in range(5),
        f"{got:g} is not the position of one of 5 images",
        "do you return a distance, or a place? And how many sums did you choose from?",
    )
    named = {
        0: ("position 0 is not the nearest", "over which axes do you add up: one sum an image?"),
        1: ("the darkest image wins", "what does -100 do to a sum, if you do not square it?"),
        3: ("that is the farthest image", "do you look for the smallest or the largest?"),
        4: ("84 counts as nearer to 100 than 103 does", "what is (84 - 100) ** 2 in uint8?"),
    }
    yield expect(got == 2, *named.get(int(got), ("", "")))
    yield expect(
        answer(flat(97, 108), question) == 0,
        "108 counts as nearer to 100 than 97 does",
        "what is 97 - 100 in uint8, and when do you change the dtype?",
    )
    two = flat(100, 100)
    two[0, :, :3] = 140  # 3 · 40² = 4800 a row, but 3 · 40 = 120
    two[1, :, :25] = 106  # 25 · 6² = 900 a row, but 25 · 6 = 150
    problem = "a few large differences count for less than many small ones"
    hint = "what happens to each difference before you add them up?"
    yield expect(answer(two, question) == 1, problem, hint)
    two = flat(100, 110)
    two[0, 0, 0] = 150  # 50² = 2500 in all, against 784 · 10² = 78 400
    problem = "a single large difference outweighs 784 small ones"
    hint = "do all the differences count, or only the largest?"
    yield expect(answer(two, question) == 0, problem, hint)


@exercise("1.6", "vote")
def vote(answer):
    rng = np.random.default_rng(19)  # every mistake below gives other votes
    distances, labels = rng.random((6, 12)), rng.permutation(np.repeat([1, 4, 7, 9], 3))
    order = distances.argsort(axis=1)
    down = distances.argsort(axis=0)
    four = labels[order[:, :4]]
    counts = (four[:, :, None] == np.arange(10)).sum(axis=1)
    first = np.take_along_axis(counts, four, axis=1).argmax(axis=1)

    def most_frequent(picked):  # (Q, k) -> (Q,)
        return np.array([np.bincount(row, minlength=10).argmax() for row in picked])

    before = distances.copy(), labels.copy()
    got = answer(distances, labels, 4)
    same = np.array_equal(distances, before[0]) and np.array_equal(labels, before[1])
    changed = "the distances or labels you were given have changed"
    yield expect(same, changed, "a.sort() sorts in place; what does np.argsort(a) do?")
    known = {
        "only the nearest image has a say": (four[:, 0], "where does your code use k?"),
        "the farthest images vote": (
            most_frequent(labels[order[:, -4:]]),
            "at which end does argsort put the smallest?",
        ),
        "the neighbours are sorted along the wrong axis": (
            most_frequent(labels[down[:, :4]]),
            "the images of one question: along which axis do they lie?",
        ),
        "in a tie the larger digit wins": (
            9 - counts[:, ::-1].argmax(axis=1),
            "which of two equal counts does argmax return?",
        ),
        "in a tie the nearer digit wins": (
            four[np.arange(6), first],
            "which of them does the exercise ask for?",
        ),
        "the labels are averaged": (
            four.mean(axis=1).round(),
            "between a 1 and a 9, is a 5 a sensible answer?",
        ),
        "these are the counts": (counts, "which digit has the largest count in each row?"),
        "these are the largest counts": (counts.max(axis=1), "which digit has them?"),
        "every vote is 0": (np.zeros(6), "do you count along the neighbours or the digits?"),
        "the positions vote, not the labels": (
            order[:, :4].min(axis=1),  # each occurs once, and of equals the smallest wins
            "what does labels[positions] give?",
        ),
    }
    yield expect_array(
        got,
        most_frequent(four),
        "take one question: which labels have its k nearest images, and which is most frequent?",
        what="the votes",
        mistakes=[(wrong, problem, hint) for problem, (wrong, hint) in known.items()],
    )
    for k in (1, 10, 12):
        want = most_frequent(labels[order[:, :k]])
        hint = f"with k={k}, how many neighbours does your code count?"
        yield expect_array(answer(distances, labels, k), want, hint, what=f"the vote with k={k}")
    want = most_frequent(four[:1])
    yield expect_array(answer(distances[:1], labels, 4), want, "try one question.", what="one vote")
