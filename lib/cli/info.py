"""``info``: what is in this file?"""

import click

from lib.cli.options import ONE_FILE


@click.command(epilog="Example: python -m lib info saved_models/lenet5_best.npz")
@click.argument("file", type=ONE_FILE)
def info(file):
    """Show the architecture, the parameters and the provenance of the model in FILE."""
    from lib import serialization
    from lib.cli.models import describe

    notes = describe(file)
    click.echo(f"{file}: {_call(notes['architecture'])}\n")
    model = serialization.load(file)
    click.echo(f"{model!r}\n")

    sizes = {name: p.data.shape for name, p in model.named_parameters()}
    counts = {name: p.data.size for name, p in model.named_parameters()}
    width = max(map(len, sizes))
    for name, shape in sizes.items():
        click.echo(f"  {name:{width}} {_spaced(counts[name]):>10}  {' × '.join(map(str, shape))}")
    dtype = model.parameters()[0].data.dtype
    click.echo(f"  {'together':{width}} {_spaced(sum(counts.values())):>10}  {dtype}\n")

    notes = notes["metadata"] | {"lib": notes["library"], "numpy": notes["numpy"]}
    notes.pop("history", None)  # what it came to in the end is enough here
    provenance = notes.pop("recipe", {}) | notes
    width = max(map(len, provenance))
    for name, value in provenance.items():
        if value is not None and value != {}:
            click.echo(f"  {name.replace('_', ' '):{width}}  {_word(value)}")


def _call(architecture):
    """Return an architecture as Python would write it."""
    if architecture is None:
        return "a network of one's own"
    if "members" in architecture:
        return f"lib.nn.Ensemble({', '.join(map(_call, architecture['members']))})"
    arguments = ", ".join(f"{k}={_word(v)}" for k, v in architecture["arguments"].items())
    return f"lib.models.{architecture['name']}({arguments})"


def _word(value):
    """Return a value as one would write it."""
    if isinstance(value, dict):
        return value.get("nn") or ", ".join(f"{k} {_word(v)}" for k, v in value.items())
    if isinstance(value, list):
        return " ".join(map(_word, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _spaced(number):
    return f"{number:,}".replace(",", " ")
