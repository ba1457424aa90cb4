"""``python -m lib experiments``: list, run and report the recorded experiments."""

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from lib.experiments.records import RESULTS, RecordError
from lib.experiments.registry import EXPERIMENTS, SEARCHES, find
from lib.experiments.report import listing, table
from lib.experiments.sweep import run as sweep

results_option = click.option(
    "--results",
    type=click.Path(file_okay=False, path_type=Path),
    default=RESULTS,
    show_default="results/",
    help="The folder of the records.",
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    help="How many runs at a time; they share the cores.",
)
dask_option = click.option(
    "--dask", metavar="ADDRESS", help="Run on a Dask cluster: tcp://host:8786."
)
again_option = click.option("--again", is_flag=True, help="Replace what is recorded.")


@click.group()
def experiments():
    """Run the course's experiments, and report what they gave.

    \b
    Examples:
      python -m lib experiments list
      python -m lib experiments run cnn2
      python -m lib experiments run "grid_*" --jobs 2
      python -m lib experiments search autoencoders
      python -m lib experiments report
    """


@experiments.command("list")
@results_option
def list_(results):
    """Name the experiments, and say which of their runs are recorded."""
    click.echo(_worded(listing, results))


@experiments.command()
@click.argument("names", nargs=-1, metavar="NAME...")
@click.option("--all", "everything", is_flag=True, help="Run every experiment of the course.")
@jobs_option
@dask_option
@again_option
@results_option
def run(names, everything, jobs, dask, again, results):
    """Run experiments by NAME; * stands for anything.

    What is recorded already is not run again. What was interrupted goes on from its last finished
    epoch.

    \b
    Examples:
      python -m lib experiments run iris
      python -m lib experiments run "autoencoder_*" --jobs 2
      python -m lib experiments run --all --dask tcp://127.0.0.1:8786
    """
    if bool(names) == everything:
        raise click.UsageError("give the names of experiments, or --all")
    try:
        chosen = list(EXPERIMENTS.values()) if everything else find(*names)
    except KeyError as error:
        raise click.ClickException(error.args[0]) from error
    cores = 1 if dask else None  # on a cluster each run has a core, here they share all
    with _going_on(), _cluster(dask):
        records = _worded(sweep, chosen, jobs=jobs, cores=cores, again=again, results=results)
    click.echo(table(list(records.values())))


@experiments.command()
@click.argument("name", metavar="NAME", type=click.Choice(list(SEARCHES)))
@click.option(
    "--trials", type=click.IntRange(min=1), help="How many settings to try for each side."
)
@click.option(
    "--sampler",
    type=click.Choice(["random", "tpe"]),
    help="How settings are drawn: at random, or where earlier ones were good (tpe).",
)
@jobs_option
@dask_option
@again_option
@results_option
def search(name, trials, sampler, jobs, dask, again, results):
    """Try settings for the experiments of the search NAME, and record what each of them gave.

    All sides of the comparison get the same number of trials. They are judged on validation
    images; the test set is not looked at. What was interrupted goes on.

    \b
    Example:
      python -m lib experiments search autoencoders --jobs 2
      python -m lib experiments search autoencoders --trials 40 --sampler tpe
    """
    from lib.experiments.search import search, summary

    plan, asked = SEARCHES[name], {"trials": trials, "sampler": sampler}
    if plan.grid and any(asked.values()):
        raise click.UsageError(f"{name} tries its whole grid; leave out --trials and --sampler")
    plan = replace(plan, **{option: value for option, value in asked.items() if value})
    with _going_on(), _cluster(dask) as cores:
        record = _worded(search, plan, jobs=cores or jobs, again=again, results=results)
    click.echo(summary(record))


@experiments.command()
@results_option
def combine(results):
    """Measure day 8's trained networks together, and write results/day08_*.npz.

    They look at several views of each image, or answer as one. Needs the weights that
    accuracy_smoothing and accuracy_best leave in the folder when they are run; for the small
    network, which learns from all of them, also those of accuracy_distilled.

    \b
    Example:
      python -m lib experiments combine
    """
    from lib.experiments.combining import combine

    _worded(combine, results)


@experiments.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@results_option
def keep(names, results):
    """Copy the weights of the first seed of experiments to results/NAME.npz.

    Needs the weights that an experiment with weights=True leaves in the folder when it is run.

    \b
    Example:
      python -m lib experiments keep lenet5 autoencoder_2
    """
    from lib.experiments.keeping import keep

    for name in names:
        click.echo(_worded(keep, name, results))


@experiments.command()
@click.argument("names", nargs=-1, metavar="[NAME...]")
@results_option
def report(names, results):
    """Print what is recorded, a line for each experiment."""
    from lib.experiments.report import recorded_experiments

    try:
        chosen = find(*(names or ["*"]))
    except KeyError as error:
        raise click.ClickException(error.args[0]) from error
    click.echo(table(_worded(recorded_experiments, chosen, results)))


def _worded(function, *args, **settings):
    """Call a function; what is wrong with a record is a sentence, not a traceback."""
    try:
        return function(*args, **settings)
    except RecordError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _going_on():
    """After Ctrl-C, say how to go on."""
    try:
        yield
    except KeyboardInterrupt as stop:
        raise click.Abort(
            "stopped; the same command goes on from the last finished epoch"
        ) from stop


@contextmanager
def _cluster(address):
    """Let joblib send its runs to a Dask cluster, if an address is given; yield its cores."""
    if address is None:
        yield None
        return
    try:
        import joblib
        from dask.distributed import Client
    except ImportError as error:
        raise click.ClickException(
            f"--dask needs {error.name}, which is not installed: "
            'python -m pip install "dask[distributed]"'
        ) from error
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise click.ClickException(f"no Dask cluster answers at {address}: {error}") from error
    with client, joblib.parallel_config(backend="dask"):
        yield sum(client.nthreads().values())
