"""The command line: ``python -m lib``, or ``dlbh`` where the course is installed.

One command a file, each with the name of its command. Nothing else in ``lib`` imports click.
"""
