"""Name the mistake in an answer by what the answer does.

**The mistake is the wrong function that does what the answer does on every input.** An answer is
run on the cases of its exercise, and three kinds of wrong function are compared with it: those that
the exercise *declares* (what people write), those *derived from the right result* (transposed, its
sign turned, one factor, one term of a formula missing, …) and those *derived from the arguments*
(one counts as 0, is transposed, only its first row is used, two are exchanged, …). Where no
function fits, the line says in which named case or at which place the result is wrong, and else
gives numbers. A line never states what was not found true of the answer on all the cases it speaks
of.

To read it, begin with ``declare`` (an exercise), ``run`` (an answer on its cases) and ``decision``
(what to say first); then ``names`` with ``of_results``, ``of_arguments`` and ``factors`` (wrong
functions), ``places`` (where else), ``returned`` and ``translation``.

What other parts of the course rely on is in ``lib.course.checks``:

``judge(number, answer)``
    Judges without printing and never raises. Returns a ``Verdict``: ``status`` (⬜ ✅ ❌ or ❓),
    ``line`` (what ``check`` prints), and for ❌ ``problem`` and ``hint``, its two halves.
``mistakes(number)``
    The declared mistakes of an exercise, in order, as ``Mistake(problem, hint)``.
``exercises(day)``
    ``{number: title}`` of a day.

Declare an exercise
-------------------
A day's exercises are in ``lib/course/exercises/dayXX.py``. The smallest declaration::

    def pairs(rng):
        for N in (5, 5, 8):  # the first two of the same shape: their arguments are exchanged
            yield Case((rng.normal(size=N), rng.normal(size=N)))
        yield Case((np.array([1.0]), np.array([3.0])), "there is one point only", "what is …?")

    declare(
        "3.1", "mse",
        right=lambda prediction, target: ((prediction - target) ** 2).mean(),
        cases=pairs,
        wrong=[
            Wrong("you squared the mean error", "which comes first in (3.1), square or mean?",
                  lambda p, t: (p - t).mean() ** 2),
        ],
        hints=("a question", "a nearer one", "all but the line"),
    )

``right``
    A function with the arguments' names as the lesson has them; they appear in the lines. For an
    exercise without arguments, a value; leave ``cases`` out then.
``cases``
    A function of a generator (its seed is the exercise's number) that yields ``Case``: **plain**
    ones first, at least three, the first two of the same shapes, with sizes that all differ
    ("16 times too large" must not fit N and K alike), and with every argument different. The engine
    exchanges one argument at a time between neighbours of the same shapes, so it can tell "eps has
    no effect"; arguments that cannot be exchanged go into ``fixed=("axis",)``. Then **edge cases**:
    ``Case(args, "x is exactly 0", "a question")``. The name completes "only wrong when …". An edge
    case must be within the text of the lesson: what a reader cannot know is not a mistake. Whole
    numbers as results need about ten plain cases, real numbers three.
``wrong``
    ``Wrong(problem, hint, function, …)``: what was seen, the question that leads out (never the
    solution), and one or more wrong answers that the sentence is true of. Variants of one mistake
    go into one ``Wrong``. ``of="dW"`` if it concerns one output of several: each function returns
    that output alone then. First leave the list empty and look at what the engine says by itself;
    declare only what it does not say well, and what people really write.
``hints``
    Two or three for ``hint("3.1")``. The first is also the question when nothing else is known. The
    last says all but the line.

And where they help:

``outputs=("dW", "db")``
    The names of what comes back, or ``("the gradient",)``. ``order`` is the order in which they are
    looked at, where one follows from another. ``asks={"db": "…"}``: a question for each; or,
    for an output that is a yes or no, ``(what to say where it is no, question)``.
``shapes={"W": ("out", "in"), "the gradient": ("N", "in")}``
    Names of the axes, for lines such as "8 times too small where N is 8".
``terms={"the gradient": {"p": f, "y": g}}``
    Functions of the arguments that add up to the right result. A wrong coefficient is named.
``parts={"the gradient": {"at the targets": mask}}``
    Functions of the arguments that give a mask of the result: "wrong only at the targets".
``dtype=np.float32``
    What the result's dtype must be. ``tolerance``: absolute and relative, 1e-6 if not given.
``secret=True``
    The line must not show the right number, because that number is the answer.
``start=function``
    The function that the cell holds before the reader changes it, where an answer is a pair of a
    diagnosis and a changed function. As long as both are as they were, it is not attempted.
``seconds=60``
    How long one call may take, where an answer trains a network; 10 seconds if not given.
``run=once``
    How an answer is used and looked at, if it is not one call: a generator of (name of the stage,
    value), one for each of ``outputs``, in their order. For a class::

        def once(Layer, x, grad_output):
            layer = Layer()
            yield "forward", layer.forward(x)
            yield "backward", layer.backward(grad_output)

    The arguments are copies; the engine looks at them after every stage and says which stage
    changed one. A case may have a ``run`` of its own (a layer that sees a second batch).
    With ``run`` the wrong answers are whole answers (classes), and ``of`` says which output counts.
    ``takes=lambda x, grad_output: None`` gives the arguments' names. Where many answers are right
    (random splits, weights to choose), ``run`` yields *what must be so* of an answer: counts, sums,
    signs, "every row once". The first output that is wrong is spoken about.

``pytest tests/test_diagnosis.py -k 3.1`` shows that no two declared mistakes of the exercise do the
same on all cases; if two do, add a case that tells them apart, or merge their sentences. Day 4 has
one exercise of each kind: a number, functions, two outputs, a class, and many right answers.
"""

from lib.course.diagnosis.declare import (
    EXERCISES,
    Case,
    Exercise,
    Mistake,
    Wrong,
    collisions,
    declare,
)

__all__ = ["EXERCISES", "Case", "Exercise", "Mistake", "Wrong", "collisions", "declare"]
