"""Where every command begins and ends: it finds the command, and turns what went wrong into words.

Whatever a command raises ends here, in one sentence on stderr and an exit code: 0 if all went
well, 1 if something could not be done, 2 if the command line itself is wrong, 130 after Ctrl-C.
Only a mistake in our own code still shows a traceback: it is not the reader's to put right.
"""

import importlib.util
import os
import signal
import sys

from lib.cli.interrupt import begin_imports

# command -> where it is; a command is imported when it is used, so that each starts quickly
COMMANDS = {
    "lessons": "lib.cli.lessons",
    "progress": "lib.cli.show_progress",
    "train": "lib.cli.train",
    "test": "lib.cli.test",
    "predict": "lib.cli.predict",
    "info": "lib.cli.info",
    "page": "lib.cli.write_page",
    "data": "lib.cli.data_files",
    "experiments": "lib.experiments.cli",
    "grade": "lib.cli.grade",
}


def main():
    """Run the command that the terminal gave, and leave with its exit code."""
    begin_imports()
    os.environ["MPLBACKEND"] = "agg"  # figures go into files, which need no screen
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # it was closed before we began
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
    from lib.course.signs import use_plain_signs

    use_plain_signs()
    try:
        try:
            code = _run()
            sys.stdout.flush()  # here, where a full disk or a closed pipe is still an error
        except BrokenPipeError:  # the reader of our output, such as head, has seen enough
            _abandon_output()
            code = 1
        except OSError as error:
            _abandon_output()
            code = _say(f"{error.filename or 'the output'} was not written ({error.strerror})")
    except KeyboardInterrupt:
        code = _say("Stopped.", 130)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # nothing is left that Ctrl-C could interrupt
    # Python remembers an interrupt that fell into `exec` (a dataclass is written by it), though it
    # was caught, and `python -m` would then end by the signal. Another `exec` makes it forget.
    exec("")
    sys.exit(code)


def _run():
    """Run the command; return its exit code."""
    for name in ("click", "filelock", "tqdm", "matplotlib"):
        if importlib.util.find_spec(name) is None:
            return _say(
                f"the command line needs {name}, which is not installed; "
                f"in the folder of the course: python -m pip install -c constraints.txt {name}"
            )
    import click

    from lib.cli.errors import one_sentence
    from lib.cli.group import commands

    try:
        return commands(COMMANDS).main(standalone_mode=False) or 0
    except (KeyboardInterrupt, click.Abort) as stop:
        # train says more, since there is something to go on with
        return _say(str(stop) or "Stopped; nothing that was saved before is lost.", 130)
    except click.exceptions.NoArgsIsHelpError as shown:
        click.echo(shown.format_message(), err=True)
        return shown.exit_code
    except BrokenPipeError:
        raise
    except Exception as error:
        sentence = one_sentence(error)
        if sentence is None:
            raise
        return _say(sentence, getattr(error, "exit_code", 1))


def _say(sentence, code=1):
    """Print one sentence on stderr and return the exit code that goes with it."""
    sys.stdout.flush()
    print(sentence if code == 130 else f"Error: {sentence}", file=sys.stderr)
    return code


def _abandon_output():
    """Let nothing more be written to stdout."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
