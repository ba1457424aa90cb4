"""``train --resume``: which command goes on with a training, and whether it is the same training.

The recipe in ``history.json`` says what was begun. Options that are given again must agree with it.
"""

import shlex

from click.core import ParameterSource

from lib.cli.errors import UserError
from lib.cli.options import words
from lib.cli.recipe import experiment
from lib.models.architecture import write_down


def how_to_go_on(ctx, unfinished):
    """Return what to say after Ctrl-C."""
    if not unfinished.epochs_done:
        return "Stopped in the first epoch, so there is nothing to go on with."
    command = [*ctx.command_path.split(), ctx.params["model"], "--resume"]
    if ctx.get_parameter_source("output") == ParameterSource.COMMANDLINE:
        command += ["--output", str(ctx.params["output"])]
    return f"Stopped after {unfinished.progress()}; go on with: {shlex.join(command)}"


def recipe_to_go_on_with(ctx, unfinished, settings):
    """Return the recipe of the training to go on with, if it is what the options ask for."""
    content = unfinished.read()
    if content is None:
        raise UserError(
            f"there is no interrupted training of {unfinished.model} in {unfinished.output}; "
            f"begin one {'with --restart' if unfinished.best.exists() else 'without --resume'}"
        )
    if not unfinished.checkpoint.exists():
        raise unfinished.damaged(unfinished.checkpoint, "it is missing")
    # older trainings lack these options; they were trained with these values
    recipe = content["recipe"]
    for name, then in {"workers": 1, "label_smoothing": 0.0}.items():
        recipe.setdefault(name, then)
    _check(ctx, unfinished, recipe)
    for name, value in write_down(settings).items():
        given = ctx.get_parameter_source(name) == ParameterSource.COMMANDLINE
        if given and value != recipe[name]:
            option = next(p.opts[0] for p in ctx.command.params if p.name == name)
            raise UserError(
                f"{option} is {_word(value)}, but the training was begun with "
                f"{_word(recipe[name])}; leave it out to go on with that, or start over with "
                "--restart"
            )
    return recipe


def _word(value):
    """Return a value as one would write it behind its option."""
    if isinstance(value, dict):
        return ",".join(f"{name}={amount}" for name, amount in value.items())
    return words(value) if isinstance(value, list) else value


def _check(ctx, unfinished, recipe):
    """Raise an error unless a recipe says what the options could have said."""
    try:
        if recipe["model"] != unfinished.model:
            raise ValueError(f"its model is {recipe['model']!r}")
        for option in ctx.command.params:
            if option.name in recipe and recipe[option.name] not in (None, {}):
                option.type.convert(_word(recipe[option.name]), option, ctx)
        experiment(recipe)
    except Exception as error:  # a file may say anything
        raise unfinished.damaged(unfinished.folder / "history.json", error) from error
