"""``lessons``: your own copy of the lessons, to write in."""

import contextlib

import click

from lib.cli.errors import UserError
from lib.cli.output import seen_from_here
from lib.course.numbering import CLINIC, in_words


class Day(click.ParamType):
    """A day's number, or C for the clinic."""

    name = "day"

    def convert(self, value, param, ctx):
        """Return the number, or C."""
        try:
            return CLINIC if str(value).upper() == CLINIC else int(value)
        except ValueError:
            self.fail(f"{value!r} is neither the number of a day nor C, the clinic", param, ctx)


@click.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  python -m lib lessons
  python -m lib lessons refresh 5""",
)
@click.pass_context
def lessons(ctx):
    """Copy the lessons into work/, where you can write in them.

    A lesson that is there already stays as it is. If it has changed since you copied it, you are
    told, and `lessons refresh` brings the new one with your answers in it.
    """
    if ctx.invoked_subcommand is not None:
        return
    with _course() as course:
        copied, changed = course.copy_missing(), course.changed()
    if copied:
        click.echo(f"Copied into {seen_from_here(course.work)}: {_days(copied)}.")
    if changed:
        numbers = " ".join(map(str, changed))
        click.echo(
            f"{_days(changed)} changed since you copied; for the new version with your answers: "
            f"python -m lib lessons refresh {numbers}"
        )


@lessons.command(epilog="Example: python -m lib lessons refresh 5")
@click.argument("days", metavar="[DAY]...", type=Day(), nargs=-1)
def refresh(days):
    """Bring the new lesson of each DAY into work/, with your answers in it.

    The clinic is day C. Without a DAY, all lessons that have changed since you copied them. Your
    copy as it was is kept next to it, named with the date.
    """
    with _course() as course:
        course.copy_missing()
        for day in days or course.changed() or course.days():
            if old := course.refresh(day):
                old = seen_from_here(old)
                click.echo(
                    f"{in_words(day)} is the new lesson with your answers; your old copy is {old}"
                )
            else:
                click.echo(f"{in_words(day)} is up to date")


@contextlib.contextmanager
def _course():
    from lib.course.copies import LessonError, Lessons

    try:
        yield Lessons()
    except LessonError as error:
        raise UserError(str(error)) from error


def _days(days):
    """Return days in words: ``days 3, 5 and the clinic``."""
    whole = [day for day in days if day != CLINIC]
    words = [f"day{'s' if len(whole) > 1 else ''} {', '.join(map(str, whole))}"] if whole else []
    return " and ".join(words + [in_words(CLINIC)] * (CLINIC in days))
