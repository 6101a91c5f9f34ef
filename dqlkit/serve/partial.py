"""Queries that may answer over part of the records: previews while a query runs, and answers of queries whose time is over."""

from __future__ import annotations

import time
from threading import Event, Lock
from typing import TYPE_CHECKING

from dqlkit.errors import DqlkitError
from dqlkit.frozen import field, mutable, replace
from dqlkit.limits import Limits
from dqlkit.run.execution import Execution, Tell, run_apart
from dqlkit.serve.problems import warning

if TYPE_CHECKING:
    from dqlkit.languages.statement import Statement
    from dqlkit.results import Result
    from dqlkit.run.options import Options, Tables

__all__ = ["Partial", "execution_of"]

_PAUSE = 0.05
#: The least seconds for an answer over part of the records.
_LEAST = 5.0


@mutable(eq=False)
class Partial:
    """A query over tables of which only the `newest` records are read. It runs when somebody asks for it, once."""

    statement: Statement
    tables: Tables
    options: Options
    newest: int
    _execution: Execution | None = None
    _lock: Lock = field(default_factory=Lock)

    def found(self, seconds: float = 0.0) -> Result | None:
        """Its answer, after waiting so long for it; None where there is none yet, or it failed."""
        with self._lock:
            if self._execution is None:
                self._execution = Execution(self._run)
        try:
            return self._execution.result(seconds)
        except (TimeoutError, DqlkitError):
            return None

    @property
    def is_over(self) -> bool:
        return self._execution is not None and self._execution.state != "RUNNING"

    def cancel(self) -> None:
        if self._execution is not None:
            self._execution.cancel()

    def _run(self, tell: Tell, cancelled: Event) -> Result:
        limits = self.options.limits or Limits()
        options = replace(self.options, limits=replace(limits, seconds=max(_seconds(self.options), _LEAST)))
        return run_apart(self.statement, self.tables, options, cancelled=cancelled)


def execution_of(statement: Statement, tables: Tables, options: Options, part: Partial | None) -> Execution:
    """A query that is started. Where its time is over, it answers over part of the records and says so.

    The time is a soft limit: that answer may take as long again, and at least some seconds; where it does not come either, the
    query has failed [decided].
    """

    def run(tell: Tell, cancelled: Event) -> Result:
        until = time.monotonic() + _seconds(options)
        try:
            return run_apart(statement, tables, options, tell=tell, cancelled=cancelled)
        except DqlkitError:
            if part is None or time.monotonic() < until:
                raise
            while (found := part.found(_PAUSE)) is None:
                if part.is_over or cancelled.is_set():
                    raise
            return _told(found, options, part)
        finally:
            if part is not None:
                part.cancel()

    return Execution(run)


def _seconds(options: Options) -> float:
    return float("inf") if options.limits is None or options.limits.seconds is None else options.limits.seconds


def _told(found: Result, options: Options, part: Partial) -> Result:
    text = "The query had no answer after %1$s seconds; this is the answer over the newest %2$s records of each table."
    notice = warning("FETCH_TIMEOUT", text, f"{_seconds(options):g}", str(part.newest))
    found.metadata["grail"]["notifications"].append(notice)
    return found
