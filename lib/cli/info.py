"""``info``: what is in this file?"""

import click

from lib.cli.options import takes_model
from lib.files import printable


@click.command(epilog="Example: python -m lib info saved_models/lenet5_best.npz")
@takes_model
def info(model):
    """Show the architecture, the parameters and the provenance of the model in MODEL.npz."""
    from lib import serialization
    from lib.cli.models import describe
    from lib.serialization.archive import reading

    notes, network = describe(model), serialization.load(model)
    with reading(model):
        text = "\n".join([f"{model}: {_call(notes['architecture'])}\n", *_lines(network, notes)])
    click.echo(text)


def _lines(model, notes):
    """Return what there is to say about a model and what its file notes."""
    sizes = {name: p.data.shape for name, p in model.named_parameters()}
    counts = {name: p.data.size for name, p in model.named_parameters()}
    width = max(map(len, sizes))
    lines = [f"{model!r}\n"]
    for name, shape in sizes.items():
        lines.append(f"  {name:{width}} {_spaced(counts[name]):>10}  {' × '.join(map(str, shape))}")
    dtype = model.parameters()[0].data.dtype
    lines.append(f"  {'together':{width}} {_spaced(sum(counts.values())):>10}  {dtype}\n")

    notes = notes["metadata"] | {"lib": notes["library"], "numpy": notes["numpy"]}
    notes.pop("history", None)  # what it came to in the end is enough here
    provenance = notes.pop("recipe", {}) | notes
    said = {name: value for name, value in provenance.items() if value is not None and value != {}}
    width = max(map(len, said))
    return lines + [
        f"  {printable(name.replace('_', ' ')):{width}}  {_word(value)}"
        for name, value in said.items()
    ]


def _call(architecture):
    """Return an architecture as Python would write it."""
    if architecture is None:
        return "a network of your own"
    if "members" in architecture:
        return f"lib.nn.Ensemble({', '.join(map(_call, architecture['members']))})"
    arguments = ", ".join(f"{k}={_word(v)}" for k, v in architecture["arguments"].items())
    return f"lib.models.{architecture['name']}({arguments})"


def _word(value):
    """Return a value as one would write it."""
    if isinstance(value, dict):
        if value.keys() == {"nn"}:
            return _word(value["nn"])
        return ", ".join(f"{printable(k)} {_word(v)}" for k, v in value.items())
    if isinstance(value, list):
        return " ".join(map(_word, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else printable(str(value))


def _spaced(number):
    return f"{number:,}".replace(",", " ")
