"""Workers: one batch, shared out among several processes, a core for each.

A loss is a mean over the rows of a batch, so its gradient is one too: cut the batch into shards,
let a process find the gradient of each, weight it by its share of the rows, and add up. Nothing
else changes, except for what looks at the batch as a whole. That is BatchNorm alone; its sums over
a shard are added to those of the others before anyone goes on.

All processes have the same weights, in memory that they share. Each has an array of its own for its
gradients, which the first process adds to its own, always in the same order. All else goes through
a pipe to each worker: its rows, the sums of BatchNorm, its part of the loss. Why processes and not
threads: Python's threads take turns at one lock, and a NumPy call on a small array takes no longer
than changing hands.
"""

import multiprocessing
import os
import signal
import threading
from contextlib import contextmanager, nullcontext, suppress

import numpy as np

from lib.nn.conv import Convolution
from lib.nn.normalization import shared_sums
from lib.nn.speed import plain, short_buffers, short_cuts

ROWS = 32  # fewer rows for each worker would not be worth a message


class WorkerError(RuntimeError):
    """A worker ended before its work was done: it was killed, for example, or out of memory.

    The training stops; it can go on from its last checkpoint.
    """


def how_many(workers, model, loss, batch_size, most=None):
    """Return the number of workers: the one asked for or, for ``"auto"``, the one that pays.

    Parameters
    ----------
    workers : int or "auto"
        With ``"auto"`` a network with convolutions gets one worker for each core, as long as each
        has 32 rows of a batch; a network without takes so short a time for a batch that handing it
        out costs more, and gets one.
    model : Module
        What is trained.
    loss : Loss
        One that compares rows with each other needs the whole batch: one worker.
    batch_size : int
        How many rows there are to share out.
    most : int, optional
        How many cores ``"auto"`` may use; all by default.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If it is neither ``"auto"`` nor a number of at least 1, or if the loss allows only one.
    """
    whole_batch = not getattr(loss, "rows_alone", True)
    if workers == "auto" and whole_batch:
        return 1
    if workers == "auto":
        pays = any(isinstance(module, Convolution) for _, module in model.named_modules())
        alone = multiprocessing.current_process().daemon  # such a process may start no others
        return max(1, min(most or cores(), batch_size // ROWS)) if pays and not alone else 1
    if isinstance(workers, bool) or not isinstance(workers, (int, np.integer)) or workers < 1:
        raise ValueError(f'workers must be a number ≥ 1, or "auto", got {workers!r}')
    if whole_batch and workers > 1:
        raise ValueError(
            f"{type(loss).__name__} compares the rows of a batch with each other, so {workers} "
            "workers cannot share it out; use workers=1"
        )
    return int(workers)


def cores():
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def gradient(model, loss, x, y, share=1):
    """Add the gradient of a batch, times its share of a larger one, to that of the model.

    Returns
    -------
    tuple of float and ndarray
        The loss, times the share, and the predictions.
    """
    pred = model(x)
    value = loss(pred, y)
    grad = loss.backward()
    model.backward_params(grad if share == 1 else grad * grad.dtype.type(share))
    return share * value, pred


class Workers:
    """Processes that find the gradient of a batch together.

    Use it in a ``with`` block: at its end, whatever happened, the other processes are gone and the
    model has its weights in memory of its own again.

    Parameters
    ----------
    model : Module
        What is trained.
    loss : Loss
        What measures its mistakes. It must be a mean over rows, so ``NTXentLoss``, which compares
        rows with each other, cannot be shared out.
    count : int
        How many processes work, this one among them.
    method : {"fork", "spawn", "forkserver"}, optional
        How to start the others; by default as ``multiprocessing`` does on this system.

    Examples
    --------
    >>> from lib import models, nn, optim
    >>> from lib.training import train_step
    >>> rng, loss = np.random.default_rng(0), nn.CrossEntropyLoss()
    >>> model = models.mlp((784, 10), rng=rng)
    >>> sgd = optim.SGD(model.parameters(), lr=0.1)
    >>> x, y = rng.random((64, 784), np.float32), rng.integers(0, 10, 64)
    >>> with Workers(model, loss, count=2) as workers:  # this process and one more
    ...     value = train_step(model, loss, sgd, x, y, workers=workers)
    """

    def __init__(self, model, loss, count, method=None):
        context = multiprocessing.get_context(method)
        self.model, self.loss, self.parameters = model, loss, model.parameters()
        self.generators = _generators(model)
        self.pipes, self.processes, self.grads = [], [], []
        self.own = [p.data for p in self.parameters]
        weights = [context.RawArray("B", p.data.nbytes) for p in self.parameters]
        for p, memory in zip(self.parameters, weights, strict=True):
            array = _array(memory, p.data)
            array[...] = p.data
            p.data = array
        try:
            with _ctrl_c_ignored():
                for rank in range(1, count):
                    self._start(context, rank, weights)
        except BaseException:
            self.close()
            raise

    def _start(self, context, rank, weights):
        grads = [context.RawArray("B", p.grad.nbytes) for p in self.parameters]
        ours, theirs = context.Pipe()
        self.pipes.append(ours)
        arguments = self.pipes, self.model, self.loss, weights, grads, short_cuts()
        process = context.Process(target=_serve, args=(rank, theirs, *arguments), daemon=True)
        process.start()
        theirs.close()
        self.processes.append(process)
        self.grads.append([_array(g, p.grad) for g, p in zip(grads, self.parameters, strict=True)])

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        """End the other processes, and give the model its own memory back."""
        for pipe in self.pipes:
            pipe.close()
        for process in self.processes:
            process.kill()
            process.join()
        for p, array in zip(self.parameters, self.own, strict=True):
            array[...] = p.data
            p.data = array
        self.pipes, self.processes, self.parameters, self.own = [], [], [], []

    def gradient(self, x, y):
        """Add the gradient of a batch to that of the model.

        Parameters
        ----------
        x, y : ndarray
            One batch of inputs and targets, in the model's dtype.

        Returns
        -------
        tuple of float and ndarray
            The loss of the batch, and the predictions.

        Raises
        ------
        WorkerError
            If a worker has ended, because it was killed for example.
        """
        N = len(x)
        shards = max(1, min(len(self.pipes) + 1, N))  # each has one row at least
        rows = [slice(N * i // shards, N * (i + 1) // shards) for i in range(shards)]
        share = [(r.stop - r.start) / max(N, 1) for r in rows]
        seeds = [int(rng.integers(2**63)) for rng in self.generators]
        self.busy = range(shards - 1)
        for i in self.busy:
            shard = x[rows[i + 1]], y[rows[i + 1]], share[i + 1]
            self._send(i, (*shard, self.model.training, seeds))
        token = shared_sums.set(self._together)
        try:
            value, pred = gradient(self.model, self.loss, x[rows[0]], y[rows[0]], share[0])
        finally:
            shared_sums.reset(token)
        preds = [pred]
        for i in self.busy:
            theirs, pred = self._receive(i)
            value += theirs
            preds.append(pred)
            for p, grad in zip(self.parameters, self.grads[i], strict=True):
                p.grad += grad
        return value, np.concatenate(preds)

    def _together(self, *sums):
        """Return the sums of all shards, added in the same order each time."""
        totals = sums
        for i in self.busy:
            totals = [a + b for a, b in zip(totals, self._receive(i), strict=True)]
        for i in self.busy:
            self._send(i, totals)
        return totals

    def _send(self, i, message):
        try:
            self.pipes[i].send(message)
        except OSError:
            raise self._lost(i) from None

    def _receive(self, i):
        try:
            answer = self.pipes[i].recv()
        except (EOFError, OSError):
            raise self._lost(i) from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _lost(self, i):
        """Return what to say about a worker that has ended."""
        self.processes[i].join(1)
        code = self.processes[i].exitcode or 0
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return WorkerError(
            f"a worker process {how} in the middle of a batch, so the training stops here; it can "
            "go on from its last checkpoint"
        )


def _serve(rank, pipe, others, model, loss, weights, grads, fast):
    """Find the gradient of one shard after the other, until the first process is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in others:  # a pipe ends only when all copies of its other end are closed
        other.close()
    for p, w, g in zip(model.parameters(), weights, grads, strict=True):
        p.data, p.grad = _array(w, p.data), _array(g, p.grad)
    generators = _generators(model)

    def together(*sums):
        pipe.send(sums)
        return pipe.recv()

    shared_sums.set(together)
    with suppress(EOFError, OSError), nullcontext() if fast else plain():
        while True:
            x, y, share, training, seeds = pipe.recv()
            for rng, seed in zip(generators, seeds, strict=True):
                rng.bit_generator.state = type(rng.bit_generator)([seed, rank]).state
            model.train(training).zero_grad()
            try:
                with short_buffers(), np.errstate(over="ignore", invalid="ignore"):
                    answer = gradient(model, loss, x, y, share)
            except Exception as error:  # whatever it is, the first process raises it
                answer = error
            pipe.send(answer)


def _array(memory, like):
    """Return shared memory as an array of the shape and dtype of another one."""
    return np.frombuffer(memory, like.dtype).reshape(like.shape)


def _generators(model):
    """Return the random generators that the layers draw from, each once."""
    shown = (getattr(layer, "rng", None) for _, layer in model.named_modules())
    return list({id(rng): rng for rng in shown if rng is not None}.values())


@contextmanager
def _ctrl_c_ignored():
    """Start processes that do not hear Ctrl-C: it reaches all of them, but the first decides."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are none of its business
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
