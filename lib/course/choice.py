"""Yours or ours: the lessons go on with what the reader wrote, as soon as it is right.

softmax = use("3.3", softmax)
"""

import copy
import time

import numpy as np

from lib.course.checks import exercises, judge
from lib.course.numbering import day_of
from lib.course.ours import OURS
from lib.course.signs import say

SLOW = 10  # times lib's time; said in words below
SOON = 0.001  # seconds for a batch: too short to be noticed
BATCHES = 10  # trained with a slow answer


def use(number, answer):
    """Return the reader's answer if its check is green and ``lib``'s otherwise, and say which.

    Parameters
    ----------
    number : str
        The exercise, such as ``"3.3"``.
    answer : object
        The reader's function or class; ``...`` where nothing was written yet.

    Returns
    -------
    object
        A function or class with the arguments that the exercise names. An answer more than ten
        times slower than ``lib``'s is used for ten batches; from then on it is ``lib``'s.

    Raises
    ------
    ValueError
        If ``lib`` has nothing to use in the place of that exercise.

    Examples
    --------
    >>> softmax = use("3.3", ...)
    3.3 softmax: lib's
    >>> softmax(np.array([[1000.0, 0.0]]))
    array([[1., 0.]])
    """
    if number not in OURS:
        raise ValueError(
            f"use() got the exercise {number!r}, in whose place lib has nothing; "
            f"the exercises are {', '.join(OURS)}"
        )
    if isinstance(answer, (TenBatches, SlowLayer)):  # the cell is run again
        answer = answer.yours
    chosen, words = _choose(number, answer)
    title = exercises(day_of(number))[number]
    say(f"{number} {title}: {words}")
    return chosen


def _choose(number, answer):
    """Return what is used, and the words that say which it is."""
    ours, batch = OURS[number]
    if answer is ours or (status := judge(number, answer).status) == "⬜":
        return ours, "lib's"
    if status != "✅":
        return ours, "lib's, because the check of yours is not green"
    try:
        slow = too_slow(answer, ours, batch)
    except Exception as error:  # a check tries small arrays; a batch may still be too much
        return ours, f"lib's, because yours raised {type(error).__name__} on a whole batch"
    if slow:
        swap = SlowLayer if isinstance(answer, type) else TenBatches
        words = "yours for ten batches, then lib's: too slow"
        return swap(answer, ours), words
    return answer, "yours"


def too_slow(answer, ours, batch):
    """Tell whether an answer takes more than ten times as long as ``lib``'s, on one batch."""
    least = min(seconds(ours, batch) for _ in range(3))
    # what disturbs a run makes it longer: only an answer that is slow three times is slow
    return all(seconds(answer, batch) > max(SLOW * least, SOON) for _ in range(3))


def seconds(answer, batch):
    """Return how long a function takes, or a layer forwards and backwards."""
    arguments = batch(np.random.default_rng(0))
    start = time.perf_counter()
    with np.errstate(all="ignore"):
        if isinstance(answer, type):
            layer = answer()
            layer.backward(layer.forward(*arguments))
        else:
            answer(*arguments)
    return time.perf_counter() - start


class TenBatches:
    """A slow function: it computes ten batches, then ``lib``'s takes its place."""

    def __init__(self, yours, ours):
        self.yours, self.ours, self.left = yours, ours, BATCHES

    def __call__(self, *arguments, **settings):
        """Call the one whose turn it is."""
        self.left -= 1
        return (self.yours if self.left >= 0 else self.ours)(*arguments, **settings)


class SlowLayer(TenBatches):
    """A slow layer: called without arguments, as a class is, it makes a layer that is swapped."""

    params = ()

    def __call__(self):
        """Return a layer of the reader's that becomes one of ``lib``'s after ten batches."""
        return SwappedLayer(self.yours(), self.ours())


class SwappedLayer:
    """The layer that ``SlowLayer`` makes."""

    params = ()

    def __init__(self, yours, ours):
        self.now, self.ours, self.left = yours, ours, BATCHES

    def forward(self, x):
        """Return what the layer whose turn it is makes of ``x``."""
        self.left -= 1
        if self.left < 0:
            self.now = self.ours
        return self.now.forward(x)

    def backward(self, grad_output):
        """Go backwards through the layer that went forwards."""
        return self.now.backward(grad_output)


def own_count(answer):
    """Return a slow function with a count of its own: each layer has its ten batches."""
    return copy.copy(answer) if isinstance(answer, TenBatches) else answer


def turn(answer, batch):
    """Return the function for a batch, counted from 1, in which it is called more than once."""
    if isinstance(answer, TenBatches):
        return answer.yours if batch <= BATCHES else answer.ours
    return answer
