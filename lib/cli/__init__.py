"""The command line: ``python -m lib``, or ``dlbh`` where the course is installed.

One command a file; ``main.py`` says which. ``experiments`` is in ``lib/experiments/cli.py``, and
nothing else in ``lib`` imports click.
"""
