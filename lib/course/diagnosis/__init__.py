"""Name the mistake in an answer by what the answer does.

What other parts of the course may rely on, all of it in ``lib.course.checks``:

``judge(number, answer)``
    Judges without printing and never raises. Returns a ``Verdict`` with ``status`` (⬜ ✅ ❌ or ❓),
    ``line`` (what ``check`` prints), and ``problem`` and ``hint``, the two halves of a ❌ line
    ("" otherwise): answers with one mistake have one ``problem``, so they can be counted.
``mistakes(number)``
    The declared mistakes of an exercise, in order, as ``Mistake(problem, hint)`` pairs.
``exercises(day)``
    ``{number: title}`` of a day.
"""
