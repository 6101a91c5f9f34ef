"""The nursery process, from which workers are forked, and the main loop of a worker.

It has everything imported and has run nothing, for Polars does not survive a fork once it has threads.
"""

from __future__ import annotations

import os
import signal
import socket
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext, suppress
from multiprocessing.connection import Connection
from threading import Lock, Thread

import polars as pl

from dqlkit.errors import DqlkitError, internal_error
from dqlkit.languages.statement import Statement
from dqlkit.limits import Limits, Watch
from dqlkit.run.answer import answer
from dqlkit.run.messages import Answered, Failed, Job, Progress, Wanted, received, sent
from dqlkit.sources.progress import Share, followed

__all__ = ["serve"]

#: What Polars reads of the environment: how much it holds before it writes to disk, and how many parts of a file it reads ahead.
_BUDGET, _AHEAD = "POLARS_OOC_MEMORY_BUDGET_MB", "POLARS_ROW_GROUP_PREFETCH_SIZE"
#: The share of a limit of memory, in percent, that Polars fills before it writes to disk.
_SHARE = 40
#: Progress is told not more often than this, in seconds.
_SELDOM = 0.05


def serve(control: int) -> None:
    """Fork a worker for each request that comes over a socket; end with all of them when the other side has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches every process of the group
    _warm()
    children: set[int] = set()
    with socket.socket(fileno=control) as requests:
        while True:
            message, descriptors, _, _ = socket.recv_fds(requests, 16, 1)
            children = {pid for pid in children if not os.waitpid(pid, os.WNOHANG)[0]}
            if not message or not descriptors:
                break
            pid = os.fork()
            if not pid:
                requests.close()
                _work(descriptors[0])
            os.close(descriptors[0])
            children.add(pid)
            requests.send(str(pid).encode())
    for pid in children:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _warm() -> None:
    """Load what every query needs: the parse tables of the grammars, and the binders."""
    _ = Statement("fetch t | filter a == 1 | summarize count(), by:{a}").diagnostics
    _ = Statement("SELECT a FROM t", "adql").diagnostics


def _work(descriptor: int) -> None:
    """Run one query after the other until the connection closes; then this process ends."""
    os.dup2(
        os.open(os.devnull, os.O_WRONLY), 2
    )  # a panic of the engine is told as a diagnostic, and not on the terminal
    try:
        connection, asked = Connection(descriptor), _Asked()
        while True:
            job = received(connection)
            assert isinstance(job, Job)
            _run(job, connection, asked)
    except (EOFError, OSError):
        pass
    finally:
        os._exit(0)


def _run(job: Job, connection: Connection, asked: _Asked) -> None:
    """Run a query, and send its answer back."""
    try:
        os.chdir(job.directory)
        _spill_within(job.options.limits)
        statement = Statement(job.text, job.language, job.part, job.schemas)
        if job.plan is not None:
            statement = statement.with_plan(job.plan)
        tables = _Tables(job.tables, connection)
        progress = _Stages(_telling(connection)) if job.followed else None
        with followed(Share(progress.read)) if progress else nullcontext():
            asked.running = Watch(progress=progress.run if progress else None)
            found = answer(statement, tables, job.options, asked.running)
        sent(connection, Answered(found))
    except (EOFError, OSError):
        raise
    except DqlkitError as problem:
        sent(connection, Failed(problem, _trace(problem.__cause__)))
    except BaseException as problem:
        sent(connection, Failed(internal_error(problem, job.text), _trace(problem)))


class _Asked:
    """Ends the query that runs where this process is asked to end, so that what works for it elsewhere is told."""

    def __init__(self) -> None:
        self.running = Watch()
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
        Thread(target=self._wait, name="dqlkit end", daemon=True).start()

    def _wait(self) -> None:
        signal.sigwait([signal.SIGTERM])
        self.running.stopped = "it was cancelled"


def _spill_within(limits: Limits | None) -> None:
    """Have Polars write to disk what does not fit, before the limit of memory ends the query; and read less ahead."""
    budget = limits.memory * _SHARE // 100 // 2**20 if limits is not None and limits.memory is not None else None
    if budget is None and _BUDGET not in os.environ:
        return
    for name, value in ((_BUDGET, budget), (_AHEAD, None if budget is None else 2)):
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = str(max(value, 1))
    pl.Config.reload_env_vars()


def _trace(problem: BaseException | None) -> str:
    return "" if problem is None else "".join(traceback.format_exception(problem))


def _telling(connection: Connection) -> Callable[[float], None]:
    """A function that tells progress, from whichever thread, but not too often."""
    lock, told = Lock(), time.monotonic()

    def tell(share: float) -> None:
        nonlocal told
        with lock:
            if time.monotonic() - told > _SELDOM:
                told = time.monotonic()
                sent(connection, Progress(share))

    return tell


class _Stages:
    """Progress of a query: half of it is the reading of files that have to be read before the query runs."""

    def __init__(self, tell: Callable[[float], None]) -> None:
        self._tell = tell
        self._before = 0.0

    def read(self, share: float) -> None:
        """So much of the files has been read."""
        self._before = share / 2
        self._tell(self._before)

    def run(self, share: float) -> None:
        """So much of the records has come in."""
        self._tell(self._before + (1 - self._before) * share)


class _Tables(Mapping[str, object]):
    """The tables of the other side, each fetched when it is first read."""

    def __init__(self, names: tuple[str, ...], connection: Connection) -> None:
        self._names, self._connection = names, connection
        self._held: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._held:
            sent(self._connection, Wanted(name))
            self._held[name] = received(self._connection)
        return self._held[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
