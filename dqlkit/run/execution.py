"""Runs queries in a separate process, so that they can be killed at any moment."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Literal, TypeAlias

from dqlkit.diagnostics import Span, error
from dqlkit.engines.polars.limits import ended
from dqlkit.errors import DqlkitError, internal_error
from dqlkit.frozen import replace
from dqlkit.limits import Limits
from dqlkit.run import workers
from dqlkit.run.messages import Answered, Failed, Job, Progress, Wanted, received, sent
from dqlkit.run.options import LOCAL
from dqlkit.run.workers import Worker

if TYPE_CHECKING:
    from dqlkit.languages.statement import Statement
    from dqlkit.results import Result
    from dqlkit.run.options import Options, Tables

__all__ = ["Execution", "State", "run_apart"]

State: TypeAlias = Literal["RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"]
Tell: TypeAlias = Callable[[float], None]

#: The interval at which limits are checked, in seconds.
_PAUSE = 0.02
#: The memory limit where only the number of values is limited: bytes per value, and a fixed amount besides.
_CELL, _BESIDES = 128, 1 << 30


class Execution:
    """A query under way in another process.

    `progress` grows from 0 to 1, where there is much to read: with the bytes of files that are read before the query runs, up
    to a half, then with the share of the tables' records that have come in. `cancel` ends the query at once, from any
    thread; it does nothing to one that is done.
    """

    def __init__(self, run: Callable[[Tell, Event], Result]) -> None:
        """Start `run` in a thread; it tells progress, and ends early when the event is set."""
        self.state: State = "RUNNING"
        self.progress = 0.0
        self._run = run
        self._result: Result | None = None
        self._error: DqlkitError | None = None
        self._lock, self._cancelled, self._done = Lock(), Event(), Event()
        Thread(target=self._follow, name="dqlkit execution", daemon=True).start()

    def __repr__(self) -> str:
        return f"<Execution {self.state} {self.progress:.0%}>"

    def cancel(self) -> None:
        """End the query. Its `result` is then the error R030."""
        with self._lock:
            if self.state == "RUNNING":
                self.state, self._error = "CANCELLED", ended("it was cancelled", help="")
                self._cancelled.set()

    def result(self, timeout: float | None = None) -> Result:
        """Wait for the answer. Raises `DqlkitError` where there is none, `TimeoutError` after `timeout` seconds."""
        if not self._done.wait(timeout):
            raise TimeoutError(f"the query still runs after {timeout} seconds")
        if self._error is not None:
            raise self._error
        assert self._result is not None
        return self._result

    def _follow(self) -> None:
        try:
            result = self._run(self._tell, self._cancelled)
            self._finish("SUCCEEDED", result, None)
        except DqlkitError as problem:
            self._finish("FAILED", None, problem)
        except BaseException as problem:
            self._finish("FAILED", None, internal_error(problem))

    def _tell(self, share: float) -> None:
        self.progress = max(self.progress, share)

    def _finish(self, state: State, result: Result | None, problem: DqlkitError | None) -> None:
        with self._lock:
            if self.state == "RUNNING":
                self.state, self._result, self._error = state, result, problem
                self.progress = 1.0 if result is not None else self.progress
        self._done.set()


def run_apart(
    statement: Statement,
    tables: Tables,
    options: Options,
    *,
    tell: Tell | None = None,
    cancelled: Event | None = None,
) -> Result:
    """The answer to a statement, found by another process within the limits. However this ends, the query has ended too."""
    worker = workers.take()
    try:
        bounds = _Bounds(worker, options.limits or Limits(), cancelled)
        sent(worker.connection, _job(statement, tables, options, tell is not None))
        message = _followed(worker, tables, bounds, tell)
    except BaseException:
        if options.engine == LOCAL:
            worker.kill()
        else:
            worker.end()
        raise
    workers.give_back(worker)
    if isinstance(message, Failed):
        raise message.error from (_ElsewhereError(message.trace) if message.trace else None)
    return message.result


def _job(statement: Statement, tables: Tables, options: Options, followed: bool) -> Job:
    limits = None if options.limits is None else replace(options.limits, cancel=None)  # events stay in their process
    return Job(
        statement.text,
        statement.language,
        statement.part,
        statement.schemas,
        statement.other_plan,
        replace(options, limits=limits),
        tuple(tables),
        os.getcwd(),
        followed,
    )


def _followed(worker: Worker, tables: Tables, bounds: _Bounds, tell: Tell | None) -> Answered | Failed:
    """Serve the worker's requests until it has an answer."""
    while True:
        bounds.check()
        if not worker.connection.poll(_PAUSE):
            continue
        try:
            message = received(worker.connection)
        except (EOFError, ConnectionError):
            raise _died() from None
        if isinstance(message, Wanted):
            _send_table(worker, message.name, tables[message.name])
        elif isinstance(message, Progress):
            if tell is not None:
                tell(message.share)
        else:
            assert isinstance(message, Answered | Failed)
            return message


def _send_table(worker: Worker, name: str, table: object) -> None:
    try:
        sent(worker.connection, table)
    except (EOFError, ConnectionError):
        raise _died() from None
    except Exception as problem:
        message = f"the table `{name}` cannot be sent to the process that runs the query: {problem}"
        help = "Collect a lazy frame first, or run without limits."
        raise DqlkitError([error("R034", Span(0, 0), message, help=help)]) from problem


def _died() -> DqlkitError:
    message = "the query was ended: its process died, for lack of memory or by a fault in the engine"
    return DqlkitError([error("R033", Span(0, 0), message, help="Filter earlier; if that does not help, report it.")])


class _ElsewhereError(Exception):
    """An exception of the other process, as its trace."""


class _Bounds:
    """The limits that this process enforces on the worker: time, memory, cancelling."""

    def __init__(self, worker: Worker, limits: Limits, cancelled: Event | None) -> None:
        self.worker, self.limits = worker, limits
        self.until = None if limits.seconds is None else time.monotonic() + limits.seconds
        self.events = [event for event in (limits.cancel, cancelled) if event is not None]
        self.before = worker.memory() or 0
        self.most = limits.memory
        if self.most is None and limits.cells is not None:
            self.most = limits.cells * _CELL + _BESIDES

    def check(self) -> None:
        """Raise where the query has to end."""
        if any(event.is_set() for event in self.events):
            raise ended("it was cancelled", help="")
        if self.until is not None and time.monotonic() > self.until:
            raise ended(f"it took more than {self.limits.seconds} seconds")
        if self.most is not None and (self.worker.memory() or 0) - self.before > self.most:
            raise ended(self._too_large())

    def _too_large(self) -> str:
        if self.limits.memory is None:
            return f"more memory than {self.limits.cells} cells can take would be needed"
        return f"it holds more than {self.limits.memory} bytes"
