"""``python -m lib``: the framework from a terminal, without a line of Python."""

from lib.cli.main import main

if __name__ == "__main__":
    main()
