"""A group of commands that imports each of them when it is used."""

import importlib

import click

from lib.cli.errors import or_did_you_mean
from lib.cli.interrupt import begin_imports, end_imports

EPILOG = """\b
Examples:
  python -m lib train lenet5 --digits 0-3 --epochs 5 --seed 0
  python -m lib test saved_models/lenet5_best.npz --samples 1000
  python -m lib predict seven.png

Every command explains itself: python -m lib train --help"""


class Commands(click.Group):
    """A group whose commands are named beforehand and imported when they are used."""

    def __init__(self, places, **settings):
        super().__init__(**settings)
        self.places = places

    def list_commands(self, ctx):
        """Return the names in the order in which one needs them."""
        return list(self.places)

    def get_command(self, ctx, name):
        """Import a command: the function ``train`` of ``lib.cli.train``, and so on."""
        if name not in self.places:
            return None
        begin_imports()
        module = importlib.import_module(self.places[name])
        end_imports()
        return getattr(module, name)

    def resolve_command(self, ctx, args):
        """Find the command that the line begins with, or say which there are."""
        if args and args[0] not in self.places:
            answer = or_did_you_mean(args[0], self.list_commands(ctx))
            raise click.UsageError(f"the command {args[0]!r} {answer}", ctx)
        return super().resolve_command(ctx, args)


def commands(places):
    """Return the group of all commands."""
    return Commands(
        places,
        name="lib",
        help="Train networks, test them and ask them about images, from the terminal.",
        epilog=EPILOG,
        context_settings={
            "help_option_names": ["-h", "--help"],
            "max_content_width": 100,
            "show_default": True,
        },
        no_args_is_help=True,
    )
