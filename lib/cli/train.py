"""``train``: a network of the course, from its first weights to files that can be used."""

import shlex
from contextlib import closing

import click
from click.core import ParameterSource

from lib.cli.errors import UserError
from lib.cli.options import CLASSES, FOLDER, Augmentation, Digits, Real, Whole, WorkerCount, words
from lib.cli.recipe import OPTIMIZERS, RATES, SCHEDULES, experiment, new_recipe
from lib.cli.sources import SOURCES
from lib.cli.unfinished import Unfinished, best_epoch
from lib.files import make_folder
from lib.models.architecture import BUILDERS, write_down
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
@click.option("--schedule", default="constant", show_default=True,
              type=click.Choice(list(SCHEDULES)),
              help="How the learning rate changes: not at all, to a tenth after each third of the "
              "epochs, down half a cosine, or up and down again.")  # fmt: skip
@click.option("--label-smoothing", default=0.0, show_default=True,
              type=Real(0.1, zero=True, below=1),
              help="The share of each label to spread evenly over all classes.")  # fmt: skip
@click.option("--augment", type=Augmentation(), default={},
              help="Distort each training image at random, for example shift=2,rotation=10: see "
              "lib.data.Augment.  [default: not at all]")  # fmt: skip
@click.option("--seed", default=0, show_default=True, type=Whole(0, 0),
              help="Decides all that is random: the same seed and as many workers give the same "
              "numbers.")  # fmt: skip
@click.option("--workers", default="auto", show_default=True, type=WorkerCount(),
              help="How many processes share out each batch; auto uses all cores where that "
              "pays.")  # fmt: skip
@click.option("--output", default="saved_models", show_default=True, type=FOLDER,
              help="The folder for the results.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with a training that was interrupted.")
@click.option("--restart", is_flag=True, help="Throw an interrupted training away and start over.")
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
    recipe = _interrupted(ctx, unfinished, settings) if resume else new_recipe(model, settings)
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
            if not restart and unfinished.epochs_done:
                raise UserError(
                    f"{unfinished.folder} holds an interrupted training, {unfinished.progress()}; "
                    "go on with it by adding --resume, or throw it away by adding --restart"
                )
            unfinished.begin()
        try:
            _run(training, recipe, unfinished)
        except KeyboardInterrupt:
            raise Stopped(_how_to_go_on(ctx, unfinished)) from None
        except WorkerError as error:
            raise UserError(f"{error}: {_how_to_go_on(ctx, unfinished)}") from error
        finally:
            if not unfinished.epochs_done:
                unfinished.remove()


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
            unfinished.checkpoint, workers=recipe["workers"], on_batch=lambda: bar.update()
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
        disable=None,  # where stderr is no terminal
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


def _how_to_go_on(ctx, unfinished):
    """Return what to say after Ctrl-C."""
    if not unfinished.epochs_done:
        return "Stopped in the first epoch, so there is nothing to go on with."
    command = [*ctx.command_path.split(), ctx.params["model"], "--resume"]
    if ctx.get_parameter_source("output") == ParameterSource.COMMANDLINE:
        command += ["--output", str(ctx.params["output"])]
    return f"Stopped after {unfinished.progress()}; go on with: {shlex.join(command)}"


def _interrupted(ctx, unfinished, settings):
    """Return the recipe of the training to go on with, if it is what the options ask for."""
    content = unfinished.read()
    if content is None:
        raise UserError(
            f"there is no interrupted training of {unfinished.model} in {unfinished.output}; "
            "begin one without --resume"
        )
    if not unfinished.checkpoint.exists():
        raise unfinished.damaged(unfinished.checkpoint, "it is missing")
    # what older trainings do not mention, as it was then
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
