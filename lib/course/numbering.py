"""The numbers of exercises: "3.4" is the fourth of day 3, "C.4" the fourth of the clinic.

A day is a whole number; the clinic, between days 7 and 8, is the letter C.
"""

CLINIC = "C"
NUMBER = rf"(?:\d+|{CLINIC})\.\d+"  # of an exercise, for regular expressions


def day_of(number):
    """Return the day of an exercise: ``3``, or ``"C"``.

    Raises
    ------
    ValueError
        If its day is neither a whole number nor the clinic's letter.
    """
    day = str(number).partition(".")[0]
    return CLINIC if day == CLINIC else int(day)


def day_of_file(name):
    """Return the day of a lesson by its file's name: ``day03_linear.ipynb`` is 3."""
    return CLINIC if name.startswith("clinic") else int(name[3:5])


def sort_key(number):
    """Return what days and exercises are sorted by: 3.10 after 3.9, the clinic after day 7."""
    day, _, place = str(number).partition(".")
    return (7.5 if day == CLINIC else int(day)), int(place or 0)


def in_words(day):
    """Return a day in words: ``day 3``, or ``the clinic``."""
    return "the clinic" if day == CLINIC else f"day {day}"
