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
    for day in days:
        signs = "".join(column(day.statuses.get(task.number, "⬜"), 3) for task in day.tasks)
        left = f"{day.minutes_left} minutes left" if day.open else "done"
        click.echo(f"day {day.number}  {signs}{'   ' * (most - len(day.tasks))}  {left}")
        if day.problem:
            click.echo(f"       {day.problem}")
    every = [task for day in days for task in day.tasks]
    left = [(day, task) for day in days for task in day.open]
    click.echo(f"{len(every) - len(left)} of {len(every)} exercises are right")
    if left:
        hours, minutes = divmod(sum(day.minutes_left for day in days), 60)
        day, task = left[0]
        click.echo(f"{hours} h {minutes} min left")
        click.echo(
            f"next: {task.number} {task.title}, {task.minutes} minutes, "
            f"in {seen_from_here(day.path)}"
        )
