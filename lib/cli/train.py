"""``train``: a network of the course, from its first weights to files that can be used."""

import shlex

import click
from click.core import ParameterSource

from lib import models  # noqa: F401  (importing it fills BUILDERS)
from lib.cli.errors import UserError
from lib.cli.options import CLASSES, FOLDER, Augmentation, Digits, Real, Whole, words
from lib.cli.output import make_folder
from lib.cli.recipe import OPTIMIZERS, SCHEDULES, WITH_MOMENTUM, Recipe
from lib.cli.sources import SOURCES
from lib.cli.unfinished import Unfinished
from lib.models.architecture import BUILDERS

RATES = ", ".join(f"{rate:g} for {name}" for name, (_, rate) in OPTIMIZERS.items())


class Stopped(click.ClickException):
    """Ctrl-C; the message says how to go on."""

    exit_code = 130


@click.command(
    epilog="""\b
Examples:
  python -m lib train lenet5 --digits 0-3 --epochs 5 --seed 0
  python -m lib train cnn3 --schedule one-cycle --lr 0.004 --augment shift=2,rotation=10
  python -m lib train mlp --data fashion-mnist-subset --optimizer sgd --lr 0.1
  python -m lib train lenet5 --resume"""
)
@click.argument("model", metavar="MODEL", type=click.Choice(list(BUILDERS)))
@click.option("--data", default="mnist", show_default=True, type=click.Choice(list(SOURCES)),
              help="The data set.")  # fmt: skip
@click.option("--digits", "--classes", "classes", type=Digits(), default=tuple(range(CLASSES)),
              help="Only these classes, such as 0-3 or 3,5,8.  [default: all]")  # fmt: skip
@click.option("--samples", type=Whole(1, 5000), help="Only so many images.  [default: all]")
@click.option("--epochs", default=5, show_default=True, type=Whole(1, 5),
              help="How often to go through the images.")  # fmt: skip
@click.option("--batch-size", default=64, show_default=True, type=Whole(1, 64),
              help="Images in a batch.")  # fmt: skip
@click.option("--optimizer", default="adam", show_default=True, type=click.Choice(list(OPTIMIZERS)),
              help="What turns gradients into steps.")  # fmt: skip
@click.option("--lr", type=Real(0.001), help=f"The learning rate.  [default: {RATES}]")
@click.option("--momentum", type=Real(0.9, zero=True, below=1),
              help="For sgd and rmsprop.  [default: 0.9 for sgd, 0 for rmsprop]")  # fmt: skip
@click.option("--weight-decay", default=0.0, show_default=True, type=Real(0.01, zero=True),
              help="Pulls the weights towards zero.")  # fmt: skip
@click.option("--schedule", default="constant", show_default=True, type=click.Choice(SCHEDULES),
              help="How the learning rate changes: not at all, to a tenth after each third of the "
              "epochs, down half a cosine, or up and down again.")  # fmt: skip
@click.option("--augment", type=Augmentation(), default={},
              help="Distort each training image at random, for example shift=2,rotation=10: see "
              "lib.data.Augment.  [default: not at all]")  # fmt: skip
@click.option("--seed", default=0, show_default=True, type=Whole(0, 0),
              help="Decides all that is random: the same seed gives the same numbers.")  # fmt: skip
@click.option("--output", default="saved_models", show_default=True, type=FOLDER,
              help="The folder for the results.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with a training that was interrupted.")
@click.option("--restart", is_flag=True, help="Throw an interrupted training away and begin anew.")
@click.pass_context
def train(ctx, model, output, resume, restart, **settings):
    """Train MODEL and save it.

    MODEL is one of {models}.

    A tenth of the training images is held back to validate with; the test set is not looked at.
    When the training is complete, the folder holds MODEL_best.npz, the weights of the epoch with
    the best validation accuracy; MODEL_final.npz, those of the last epoch; training_curves.png;
    and history.json, the numbers of every epoch.

    Ctrl-C stops a training, and --resume goes on with it, to the same numbers as if nothing had
    happened. Until it is complete, all of it is in the folder MODEL_unfinished.
    """
    if resume and restart:
        raise click.UsageError("--resume goes on and --restart begins anew; give one of them", ctx)
    from lib.cli.run import Run

    unfinished = Unfinished(output / f"{model}_unfinished", model)
    recipe = _interrupted(ctx, unfinished, settings) if resume else _new(model, settings)
    run = Run(recipe, output, unfinished)
    if not resume:
        make_folder(output)
        if unfinished.epochs_done and not restart:
            raise UserError(
                f"{unfinished.folder} holds an interrupted training, {unfinished.progress()}; "
                "go on with it by adding --resume, or throw it away by adding --restart"
            )
        unfinished.begin(recipe)
    try:
        run()
    except KeyboardInterrupt:
        raise Stopped(_how_to_go_on(ctx, unfinished)) from None
    finally:
        if not unfinished.epochs_done:
            unfinished.remove()


train.help = train.help.format(models=", ".join(BUILDERS))


def _how_to_go_on(ctx, unfinished):
    """Return what to say after Ctrl-C."""
    if not unfinished.epochs_done:
        return "Stopped in the first epoch, so there is nothing to go on with."
    command = [*ctx.command_path.split(), ctx.params["model"], "--resume"]
    if ctx.get_parameter_source("output") == ParameterSource.COMMANDLINE:
        command += ["--output", str(ctx.params["output"])]
    return f"Stopped after {unfinished.progress()}; go on with: {shlex.join(command)}"


def _new(model, settings):
    """Return the recipe that the options ask for."""
    name, momentum = settings["optimizer"], settings["momentum"]
    if momentum is not None and name not in WITH_MOMENTUM:
        raise UserError(
            f"--momentum {momentum:g} does not go with {name}, which has a momentum of its own; "
            "leave it out or use --optimizer sgd"
        )
    if momentum is None and name in WITH_MOMENTUM:
        settings["momentum"] = 0.9 if name == "sgd" else 0.0
    if settings["augment"] and model.endswith("autoencoder"):
        raise UserError(
            f"--augment does not go with {model}, which has to draw the very image it was shown; "
            "leave it out"
        )
    if settings["lr"] is None:
        settings["lr"] = OPTIMIZERS[name][1]
    return Recipe(model=model, **settings)


def _interrupted(ctx, unfinished, settings):
    """Return the recipe of the training to go on with, if it is what the options ask for."""
    recipe = unfinished.recipe()
    for name, value in settings.items():
        given = ctx.get_parameter_source(name) == ParameterSource.COMMANDLINE
        if given and value != getattr(recipe, name):
            option = next(p.opts[0] for p in ctx.command.params if p.name == name)
            then = getattr(recipe, name)
            raise UserError(
                f"{option} is {_word(value)}, but the training was begun with {_word(then)}; "
                "leave it out to go on with that, or begin anew with --restart"
            )
    return recipe


def _word(value):
    return words(value) if isinstance(value, tuple) else value
