"""Enforces limits and counts records while a frame runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock
from typing import Literal, NoReturn

import polars as pl

from dqlkit.diagnostics import Span, error
from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.table import Facts, Table
from dqlkit.errors import DqlkitError
from dqlkit.frozen import mutable
from dqlkit.functions.exact_names import member_named
from dqlkit.limits import Limits, Watch
from dqlkit.plan.timerange import time_field
from dqlkit.types.kinds import TIMESTAMP, Array, Record, Type, Variant

__all__ = ["Guard", "ended"]

#: Progress is only reported for tables with more records than this.
_MANY = 100_000
#: So few records are held in memory at once.
_FEW = 10_000
#: So many records are handed over at once.
_PART = 1 << 14
#: About so many bytes of an encoded value count as one cell.
_CELL = 16


class Guard:
    """Counts what a query reads and produces, and ends it where a limit is exceeded or it is stopped from outside."""

    def __init__(self, limits: Limits | None = None, watch: Watch | None = None) -> None:
        self.limits = limits or Limits()
        self.watch = watch or Watch()
        self.made = 0
        self._counting = Lock()  # batches come at the same time
        self.problem: DqlkitError | None = None
        self._scans: dict[str, list[_Seen]] = {}
        self._expected = 0
        self._read: int | None = 0  # None where nobody knows how many

    def scanned(self, name: str, table: Table, frame: Frame) -> Frame:
        """The records of a table; counted as they are read where the table does not know how many there are."""
        rows = table.facts.rows
        self._read = None if rows is None or self._read is None else self._read + rows
        if rows is not None and (self.watch.progress is None or rows < _MANY):
            return frame
        time = time_field(name, frame.schema.fields)
        seen = _Seen(time if frame.schema.type(time) == TIMESTAMP else "")
        self._scans.setdefault(name, []).append(seen)
        self._expected += rows or 0

        def count(batch: pl.DataFrame) -> pl.DataFrame:
            seen.add(batch)
            self._told()
            return batch

        known = rows is not None  # otherwise records are counted before conditions apply
        return frame.replace(_step(frame.lazy, count, conditions=known))

    def facts(self, name: str, table: Table) -> Facts:
        """The facts of a table after the run."""
        known, seen = table.facts, self._scans.get(name, [])
        if known.rows is not None or not seen:
            return known
        most = max(seen, key=lambda one: one.rows)
        return Facts(most.rows, known.bytes, most.first, most.last)

    def counted(self, lazy: pl.LazyFrame, weight: pl.Expr) -> pl.LazyFrame:
        """The frame, with the sum of `weight` counted as batches pass: the number of records that will be made of
        it."""
        self._read = None  # there may be many more
        most = self.limits.rows
        if most is None:
            return _step(lazy, self._passed, conditions=True)

        def count(batch: pl.DataFrame) -> pl.DataFrame:
            made = batch.select(weight.cast(pl.Int64).sum()).item() or 0
            with self._counting:
                self.made += made
            if self.made > most:
                self._stop(f"more than {most} records would be made on the way")
            return self._passed(batch)

        return _step(lazy, count, fields=False)

    def _passed(self, batch: pl.DataFrame) -> pl.DataFrame:
        self._told()
        return batch

    def measured(self, frame: Frame) -> Frame:
        """The frame, with the values in made arrays and records counted as they pass, where cells are limited."""
        most = self.limits.cells
        if most is None:
            return frame
        kinds = {name: kind for name, kind in frame.schema.fields.items() if name not in frame.schema.stored}
        nested = [name for name, kind in kinds.items() if isinstance(kind, (Array, Record, Variant))]
        if not nested:
            return frame
        if max(_width(kinds[name], {}) for name in nested) > most:
            raise ended(f"a record of more than {most} cells would be made on the way")
        passed = _Seen("")

        def count(batch: pl.DataFrame) -> pl.DataFrame:
            cells = sum(_cells(batch[name], frame.schema.type(name)) for name in nested)
            with self._counting:
                passed.rows += cells
            if passed.rows > most:
                self._stop(f"more than {most} cells would be made on the way")
            return self._passed(batch)

        return frame.replace(_step(frame.lazy, count, fields=False))

    def collect(self, frame: Frame) -> pl.DataFrame:
        """Run the frame within the limits."""
        data = self.run(frame if self.limits.rows is None else frame.replace(frame.lazy.head(self.limits.rows + 1)))
        if self.limits.rows is not None and data.height > self.limits.rows:
            raise ended(f"the result has more than {self.limits.rows} records")
        most = self.limits.cells
        if most is not None and sum(_cells(data[name], kind) for name, kind in frame.schema.fields.items()) > most:
            raise ended(f"the result has more than {most} cells")
        return data

    def run(self, frame: Frame) -> pl.DataFrame:
        """Run a frame whose records are no answer: only those made on the way are limited."""
        try:
            self._told()
            with nullcontext() if self._engine == "in-memory" else _little_ahead(pl.thread_pool_size()):
                return frame.lazy.collect(engine=self._engine)
        except (_Stopped, pl.exceptions.PolarsError) as problem:
            raise self.problem or (ended(self.watch.stopped) if self.watch.stopped else problem) from None

    def hand(self, frame: Frame, take: Callable[[pl.DataFrame], None]) -> None:
        """Run the frame and hand over its records in parts, in order. What `take` raises ends the run."""
        with _little_ahead(1):
            self._told()
            batches = frame.lazy.collect_batches(engine=self._engine)
            while (batch := self._next(batches)) is not None:
                for part in batch.iter_slices(_PART):
                    take(part)

    def _next(self, batches: Iterator[pl.DataFrame]) -> pl.DataFrame | None:
        """The next batch of a run; None where it has ended."""
        try:
            return next(batches, None)
        except (_Stopped, pl.exceptions.PolarsError) as problem:
            raise self.problem or (ended(self.watch.stopped) if self.watch.stopped else problem) from None

    @property
    def _engine(self) -> Literal["in-memory", "streaming"]:
        """The engine of Polars that is quicker: few records are not worth the start of the one that streams."""
        return "in-memory" if self._read is not None and self._read <= _FEW else "streaming"

    def fail(self, problem: DqlkitError) -> NoReturn:
        """End the query from inside of a batch, with this error."""
        self.problem = problem
        raise _Stopped(str(problem))

    def _stop(self, reason: str) -> None:
        self.watch.stopped = self.watch.stopped or reason
        raise _Stopped(reason)

    def told(self, share: float) -> None:
        """Stop if asked to, and report a progress that is known from elsewhere."""
        if self.watch.stopped:
            raise ended(self.watch.stopped)
        if self.watch.progress is not None:
            self.watch.progress(min(share, 1.0))

    def _told(self) -> None:
        """Stop if asked to, and report progress."""
        if self.watch.stopped:
            raise _Stopped(self.watch.stopped)
        if self.watch.progress is not None and self._expected:
            read = sum(one.rows for scans in self._scans.values() for one in scans)
            self.watch.progress(min(read / self._expected, 1.0))


def _step(
    lazy: pl.LazyFrame, look: Callable[[pl.DataFrame], pl.DataFrame], *, conditions: bool = False, fields: bool = True
) -> pl.LazyFrame:
    """Call a function with each batch that passes. The flags say whether Polars may push later conditions and
    projections below it."""
    return lazy.map_batches(
        look,
        predicate_pushdown=conditions,
        projection_pushdown=fields,
        slice_pushdown=True,
        validate_output_schema=False,
        streamable=True,
    )


#: What Polars asks the environment: how many row groups of a file it reads ahead.
_AHEAD = "POLARS_ROW_GROUP_PREFETCH_SIZE"


@contextmanager
def _little_ahead(groups: int) -> Iterator[None]:
    """Meanwhile Polars reads so many row groups ahead, unless the environment says how many. By itself it reads eight and
    more, and holds them: one for each processor is as fast. It reads on while a batch is written, and would hold most of
    a large file."""
    if _AHEAD in os.environ:
        yield
        return
    os.environ[_AHEAD] = str(groups)
    pl.Config.reload_env_vars()
    try:
        yield
    finally:
        os.environ.pop(_AHEAD, None)
        pl.Config.reload_env_vars()


class _Stopped(RuntimeError):
    """Raised inside a batch to end the query."""


@mutable
class _Seen:
    """Statistics of one scan: the number of records, and the extent of their times where the time field is read."""

    time: str
    rows: int = 0
    first: int | None = None
    last: int | None = None

    def add(self, batch: pl.DataFrame) -> None:
        self.rows += batch.height
        if self.time in batch.columns:
            nanos = batch[self.time].to_physical()
            self.first = _nearest(min, self.first, nanos.min())
            self.last = _nearest(max, self.last, nanos.max())


def _nearest(choose: Callable[[Iterable[int]], int], *values: object) -> int | None:
    known = [value for value in values if isinstance(value, int)]
    return choose(known) if known else None


def _width(kind: Type, known: dict[int, int]) -> int:
    """How many values one value of a type has at least; types share their parts, and each part is counted once."""
    if isinstance(kind, Array):
        return _width(kind.element, known)
    if not isinstance(kind, Record):
        return 1
    if id(kind) not in known:
        known[id(kind)] = sum(_width(member, known) for _, member in kind.fields)
    return known[id(kind)]


def _cells(column: pl.Series, kind: Type) -> int:
    """How many values a column holds, those in arrays and records counted."""
    if isinstance(kind, Array):
        items = column.drop_nulls()
        inner = items.filter(items.list.len() > 0).explode()
        return len(column) + _cells(inner, kind.element)
    if isinstance(kind, Record) and kind.fields:
        return sum(_cells(member_named(column, kind, name), member) for name, member in kind.fields)
    if column.dtype == pl.Binary:
        return max(len(column), int(column.bin.size().sum()) // _CELL)
    return len(column)


def ended(reason: str, help: str = "Filter earlier, or raise the limit.") -> DqlkitError:
    """Why a query ended before its answer."""
    return DqlkitError([error("R030", Span(0, 0), f"the query was ended: {reason}", help=help)])
