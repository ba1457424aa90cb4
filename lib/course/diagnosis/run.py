"""Run an answer on copies of a case's inputs, with a time limit, and look at it afterwards."""

import contextlib
import copy
import ctypes
import io
import threading
import time
import warnings
from dataclasses import dataclass

import numpy as np

from lib.course.diagnosis.compare import number, unchanged

SECONDS = 10  # a right answer takes milliseconds, loops over every number some seconds


class TimeUp(BaseException):
    """Raised in the reader's code when it has run too long. `except Exception` lets it pass."""


@contextlib.contextmanager
def time_limit(seconds):
    """Raise TimeUp in the calling thread if the body takes longer.

    A second thread does it with an asynchronous exception, so it works in a notebook, on every
    system, and outside the main thread; a single call of NumPy is not interrupted.
    """
    thread, over, lock = ctypes.c_ulong(threading.get_ident()), threading.Event(), threading.Lock()
    set_error = ctypes.pythonapi.PyThreadState_SetAsyncExc

    def watch():
        wait = seconds
        while not over.wait(wait):
            with lock:
                if not over.is_set():
                    set_error(thread, ctypes.py_object(TimeUp))
            wait = 0.2  # again, for code that catches everything

    watcher = threading.Thread(target=watch, daemon=True)
    with contextlib.suppress(RuntimeError):  # in a browser there are no threads, and no limit
        watcher.start()
    try:
        yield
    finally:
        while True:
            try:
                with lock:
                    over.set()
                set_error(thread, None)  # one that is on its way is called back
                break
            except TimeUp:
                continue


@dataclass(eq=False)
class Seen:
    """What an answer did in one case: its outputs, or an error, and what it changed."""

    case: object
    raw: object = None  # what came back, as it came
    got: tuple = ()  # one entry for each output
    error: BaseException | None = None
    stage: str = ""  # the last stage that was reached
    changed: str = ""


def observe(exercise, function, case, *, limit=None, alone=False):
    """Run a function on copies of a case's arguments, and look at them after every stage.

    ``alone`` takes what comes back as a single output even where the exercise has several.
    Whatever the function raises is kept, an interrupt by the reader excepted.
    """
    given, seen = copy.deepcopy(case.args), Seen(case)
    run = case.run or exercise.run
    several = len(exercise.outputs) > 1 and not alone
    outputs = []
    try:
        with (
            time_limit(limit) if limit else contextlib.nullcontext(),
            warnings.catch_warnings(action="ignore"),
            np.errstate(all="ignore"),
        ):
            if run is None:
                seen.raw = kept(function(*given))
                pair = several and (isinstance(seen.raw, tuple | list) or np.ndim(number(seen.raw)))
                seen.got = tuple(seen.raw) if pair else (seen.raw,)
                look(exercise, case, given, seen, "your function")
            else:
                for stage, value in run(function, *given):
                    seen.stage = stage
                    outputs.append(kept(value))
                    look(exercise, case, given, seen, stage)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # the reader's code may raise anything, SystemExit too
        seen.error = error
    if run is not None:
        seen.raw = seen.got = tuple(outputs)
    return seen


def try_out(exercise, answer):
    """Run an answer on all cases, and once more on the first: (list of Seen, the second time).

    What it prints is shown once. After a case that ran out of time the others are left out, and a
    slow answer is spared the cases with exchanged arguments.
    """
    limit = exercise.seconds or SECONDS
    seen, start = [], time.monotonic()
    for case in exercise.all:
        if case in exercise.given or time.monotonic() - start < limit:
            with contextlib.redirect_stdout(io.StringIO()) if seen else contextlib.nullcontext():
                seen.append(observe(exercise, answer, case, limit=limit))
        if isinstance(seen[-1].error, TimeUp):
            return seen, seen[-1]
    with contextlib.redirect_stdout(io.StringIO()):
        return seen, observe(exercise, answer, exercise.all[0], limit=limit)


def look(exercise, case, given, seen, stage):
    """Note the first argument that a stage has changed."""
    for name, before, after in zip(exercise.names, case.args, given, strict=False):
        if not seen.changed and not unchanged(before, after):
            if np.shape(before) == np.shape(after):
                now, then = np.asarray(after), np.asarray(before)
                some = f"{np.count_nonzero(now != then)} of its {np.size(before)} numbers"
            else:
                some = f"its shape was {np.shape(before)} and is {np.shape(after)}"
            seen.changed = f"{stage} changed {name} ({some})"


def kept(value):
    """Copy what came back, so that a later call cannot change it."""
    try:
        return copy.deepcopy(value)
    except Exception:  # a generator cannot be copied
        return value
