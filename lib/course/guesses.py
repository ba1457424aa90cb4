"""Guesses: what a reader expects of a result, shown next to the result.

If you have written a number down, the right one surprises you, and you remember it. So a lesson
asks for a guess before it measures:

    guess("5.a", ...)                    # how many times faster?
    …
    outcome("5.a", slow / fast, "×")     # 5.a you guessed 10 ×; it is (measured 287 ×)

Nothing depends on a guess: without one the lesson runs to its end all the same.
"""

from lib.course.claims import measured
from lib.course.signs import say

_guesses = {}  # number -> what the reader wrote


def guess(number, answer):
    """Keep a guess until the result is known, and print one line about it.

    Parameters
    ----------
    number : str
        The question, such as ``"5.a"``.
    answer : object
        A number or a few words; ``...`` as long as the reader has written nothing.

    Examples
    --------
    >>> guess("5.a", ...)
    ✎ 5.a no guess yet; write yours in place of the three dots
    >>> guess("5.a", 10)
    ✎ 5.a your guess is 10
    """
    if answer is ...:
        _guesses.pop(number, None)
        say(f"✎ {number} no guess yet; write yours in place of the three dots")
    else:
        _guesses[number] = answer
        say(f"✎ {number} your guess is {answer}")


def outcome(number, value, unit=None, spec=".3g", *, exact=False):
    """Print the result of a question next to the reader's guess.

    Parameters
    ----------
    number : str
        The question, such as ``"5.a"``.
    value : float or str
        What came out, in the unit in which the question asked.
    unit : str, optional
        Printed behind the numbers, such as ``"%"``.
    spec : str, optional
        How the number is formatted.
    exact : bool, optional
        Whether it is the same on every machine: then it is printed without ``(measured …)``.

    Examples
    --------
    >>> guess("5.a", 10)
    ✎ 5.a your guess is 10
    >>> outcome("5.a", 287.4, "×")
    ✎ 5.a you guessed 10 ×; it is (measured 287 ×)
    >>> outcome("5.b", "the sigmoid")
    ✎ 5.b no guess; it is (measured the sigmoid)
    >>> outcome("5.c", 156, "weights", "d", exact=True)
    ✎ 5.c no guess; it is 156 weights
    """
    suffix = "" if unit is None else f" {unit}"
    words = f"you guessed {_guesses[number]}{suffix}" if number in _guesses else "no guess"
    text = (value if isinstance(value, str) else format(value, spec)) + suffix
    say(f"✎ {number} {words}; it is {text if exact else measured(text)}")
