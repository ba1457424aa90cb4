"""Ctrl-C: what it does while a command is imported, and while it runs."""

import os
import signal


def begin_imports():
    """Let Ctrl-C end the program on the spot: while modules are imported nothing has begun yet.

    A ``KeyboardInterrupt`` in the middle of an import would end in a traceback, or in an
    ``ImportError`` of a module that takes it for something else.
    """
    if signal.getsignal(signal.SIGINT) == signal.default_int_handler:  # a shell may ignore it
        signal.signal(signal.SIGINT, _stop)


def end_imports():
    """Let Ctrl-C be a ``KeyboardInterrupt``, for the command that runs now."""
    if signal.getsignal(signal.SIGINT) == _stop:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _stop(*_):
    os.write(2, b"Stopped.\n")
    os._exit(130)
