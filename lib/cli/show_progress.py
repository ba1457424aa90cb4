"""``progress``: how far you have come, and what is next."""

import click

from lib.cli.errors import UserError
from lib.cli.output import seen_from_here


@click.command(epilog="Example: python -m lib progress")
def progress():
    """Show which exercises are right, how many minutes are left, and what is next.

    It reads what the checks have printed into your notebooks in work/, as you last saved them.
    """
    from lib.course.copies import LessonError
    from lib.course.numbering import in_words
    from lib.course.progress import progress as days_so_far
    from lib.course.signs import column

    try:
        days = days_so_far()
    except LessonError as error:
        raise UserError(str(error)) from error
    if not any(day.path.exists() for day in days):
        raise UserError(
            f"{seen_from_here(days[0].path.parent)} holds no lesson yet; "
            "python -m lib lessons copies them into it"
        )
    most = max(len(day.tasks) for day in days)
    wide = max(len(in_words(day.number)) for day in days)
    for day in days:
        signs = [column(day.statuses.get(task.number, "⬜"), 3) for task in day.tasks]
        row = "".join(signs) + "   " * (most - len(day.tasks))
        left = f"{day.minutes_left} minutes left" if day.open else "done"
        click.echo(f"{in_words(day.number):{wide}}  {row}  {day.problem or left}")
    every = sum(len(day.tasks) for day in days)
    still = [(day, task) for day in days for task in day.open]
    summary = f"{every - len(still)} of {every} exercises right"
    if not still:
        click.echo(summary)
        return
    hours, minutes = divmod(sum(day.minutes_left for day in days), 60)
    click.echo(f"{summary}, {hours} h {minutes} min left")
    day, task = still[0]
    place = seen_from_here(day.path)
    click.echo(f"next: {task.number} {task.title}, {task.minutes} minutes, in {place}")
