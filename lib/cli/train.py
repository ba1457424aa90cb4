"""``train``: a network of the course, from its first weights to files that can be used."""

import shlex
from contextlib import closing

import click

from lib.cli.errors import UserError
from lib.cli.options import (
    CLASSES,
    FOLDER,
    Augmentation,
    Choice,
    Digits,
    Integer,
    Number,
    WorkerCount,
    words,
)
from lib.cli.recipe import OPTIMIZERS, RATES, SCHEDULES, experiment, new_recipe
from lib.cli.resume import how_to_go_on, recipe_to_go_on_with
from lib.cli.sources import SOURCES
from lib.cli.unfinished import Unfinished, best_epoch
from lib.files import make_folder
from lib.models.architecture import BUILDERS
from lib.serialization import ModelFileError


class Stopped(click.ClickException):
    """Ctrl-C; the message says how to go on."""

    exit_code = 130


@click.command(
    epilog=f"""MODEL is one of {", ".join(BUILDERS)}.

\b
Examples:
  python -m lib train lenet5 --digits 0-3 --epochs 5 --seed 0
  python -m lib train cnn3 --schedule one-cycle --lr 0.004 --augment shift=2,rotation=10
  python -m lib train mlp --data fashion-mnist-subset --optimizer sgd --lr 0.1
  python -m lib train lenet5 --resume"""
)
@click.argument("model", metavar="MODEL", type=Choice(BUILDERS))
@click.option("--data", default="mnist", type=Choice(SOURCES), help="The data set.")
@click.option(
    "--digits",
    "--classes",
    "classes",
    type=Digits(),
    default=tuple(range(CLASSES)),
    show_default="all",
    help="Only these classes, such as 0-3 or 3,5,8.",
)
@click.option(
    "--samples",
    type=Integer(min=1, example=5000),
    show_default="all",
    help="Only this many images.",
)
@click.option(
    "--epochs", default=5, type=Integer(min=1), help="How often to go through the images."
)
@click.option("--batch-size", default=64, type=Integer(min=1), help="Images in a batch.")
@click.option(
    "--optimizer",
    default="adam",
    type=Choice(OPTIMIZERS),
    help="What turns gradients into steps.",
)
@click.option(
    "--lr",
    type=Number(min=0, min_open=True, example=0.001),
    show_default=RATES,
    help="The learning rate.",
)
@click.option(
    "--momentum",
    type=Number(min=0, max=1, max_open=True, example=0.9),
    show_default="0.9 for sgd, 0 for rmsprop",
    help="For sgd and rmsprop.",
)
@click.option(
    "--weight-decay",
    default=0.0,
    type=Number(min=0, example=0.01),
    help="Pulls the weights towards zero.",
)
@click.option(
    "--schedule",
    default="constant",
    type=Choice(SCHEDULES),
    help="How the learning rate changes: not at all, to a tenth after each third of the epochs, "
    "down half a cosine, or up and down again.",
)
@click.option(
    "--label-smoothing",
    default=0.0,
    type=Number(min=0, max=1, max_open=True, example=0.1),
    help="The share of each label to spread evenly over all classes.",
)
@click.option(
    "--augment",
    type=Augmentation(),
    default={},
    show_default="not at all",
    help="Distort each training image at random, for example shift=2,rotation=10: see "
    "lib.data.Augment.",
)
@click.option(
    "--seed",
    default=0,
    type=Integer(min=0),
    help="Decides all that is random: the same seed and as many workers give the same numbers.",
)
@click.option(
    "--workers",
    default="auto",
    type=WorkerCount(min=1),
    help="How many processes share out each batch; auto uses all cores where that pays.",
)
@click.option("--output", default="saved_models", type=FOLDER, help="The folder for the results.")
@click.option("--resume", is_flag=True, help="Go on with a training that was interrupted.")
@click.option(
    "--restart", is_flag=True, help="Start over, in place of an interrupted or a finished training."
)
@click.pass_context
def train(ctx, model, output, resume, restart, **settings):
    """Train MODEL and save it.

    A tenth of the training images is held back to validate with; the test set is not looked at.
    When the training is complete, the folder holds MODEL_best.npz, the weights of the epoch with
    the best validation accuracy; MODEL_final.npz, those of the last epoch; training_curves.png;
    and history.json, the numbers of every epoch.

    Ctrl-C stops a training, and --resume goes on with it, to the same numbers as if nothing had
    happened. Until it is complete, all of it is in the folder MODEL_unfinished.
    """
    if resume and restart:
        raise click.UsageError("--resume goes on and --restart starts over; give one of them", ctx)
    from lib.experiments.runner import Training
    from lib.training.workers import WorkerError, how_many

    unfinished = Unfinished(output, model)
    # in the order of the options, not in that of the command line
    settings = {p.name: settings[p.name] for p in ctx.command.params if p.name in settings}
    if resume:
        recipe = recipe_to_go_on_with(ctx, unfinished, settings)
    else:
        recipe = new_recipe(model, settings)
    try:
        training = Training(experiment(recipe), recipe["seed"])
    except ValueError as error:
        raise UserError(
            f"--samples {recipe['samples']} leaves some class of {words(recipe['classes'])} without"
            f" an image to train or validate on; take more, {20 * len(recipe['classes'])} at least"
        ) from error
    # what "auto" comes to here; a training that goes on elsewhere keeps it
    recipe["workers"] = how_many(
        recipe["workers"], training.model, training.loss, recipe["batch_size"]
    )
    make_folder(output, "--output")
    with unfinished.alone():
        if not resume:
            unfinished.begin(restart)
        try:
            _run(training, recipe, unfinished)
        except KeyboardInterrupt:
            raise Stopped(how_to_go_on(ctx, unfinished)) from None
        except WorkerError as error:
            raise UserError(f"{error}: {how_to_go_on(ctx, unfinished)}") from error
        finally:
            if not unfinished.epochs_done:
                unfinished.remove()
    command = [*ctx.parent.command_path.split(), "test", str(unfinished.best)]
    click.echo(f"\nnext, try it on test images: {shlex.join(command)}")


def _run(training, recipe, unfinished):
    """Train, print a line for each epoch, and put the results into their places."""
    from tqdm import tqdm

    history, batches, epochs = training.history, len(training.train), recipe["epochs"]
    weights = sum(parameter.data.size for parameter in training.model.parameters())
    click.echo(
        f"{recipe['model']} with {weights} weights, on {training.experiment.title}\n"
        f"{len(training.train.dataset)} images to train, {len(training.validation)} to validate "
        "with\n"
    )
    try:
        walk = training.epochs(
            unfinished.checkpoint,
            workers=recipe["workers"],
            on_batch=lambda: bar.update(),  # the bar below, which is there when a batch is done
        )
    except ModelFileError as error:
        raise unfinished.damaged(unfinished.checkpoint, error) from error
    unfinished.keep(training, recipe)
    if history.epochs:
        click.echo(f"going on after epoch {len(history)} of {epochs}")
    click.echo("  epoch   train loss   validation loss   accuracy     time")
    # a bar of all epochs, which also tells the time left
    bar = tqdm(
        total=epochs * batches,
        initial=len(history) * batches,
        bar_format="{desc} {percentage:3.0f} % |{bar}| {remaining} left",
        desc="training",
        leave=False,
        disable=None,  # where stderr is not a terminal
    )
    with closing(walk), closing(bar):
        for measured in walk:
            note = "   best so far" if unfinished.keep(training, recipe) else ""
            line = _line(len(history), epochs, measured, history.laps[-1].seconds)
            with tqdm.external_write_mode():  # the bar makes room for it
                click.echo(line + note)
    best, final, *others = unfinished.finish(training, recipe)
    chosen = f"epoch {best_epoch(history.epochs)}, the best by its validation "
    click.echo(f"\n{best}  {chosen}{training.experiment.measure}")
    click.echo(f"{final}  epoch {len(history)}")
    for path in others:
        click.echo(path)


def _line(epoch, of, measured, seconds):
    """Return a row of the table."""
    train, validation = (
        f"{loss:.4f}" if loss < 1000 else f"{loss:.2e}"
        for loss in (measured.train_loss, measured.validation_loss)
    )
    accuracy = measured.validation_accuracy
    accuracy = "–" if accuracy is None else f"{100 * accuracy:.2f} %"
    return f"{f'{epoch}/{of}':>7}{train:>13}{validation:>18}{accuracy:>11} {seconds:7.1f} s"
