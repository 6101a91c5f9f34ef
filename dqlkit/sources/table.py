"""Tables over lazy frames, which every reader returns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl
from polars.exceptions import PanicException, PolarsError

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.table import EVERYTHING, Facts, Scan, Table, Want
from dqlkit.frozen import field, frozen, replace
from dqlkit.functions.context import Notice
from dqlkit.plan.schema import Schema
from dqlkit.plan.timerange import time_field
from dqlkit.types.units import DAY

if TYPE_CHECKING:
    from dqlkit.sources.files import Unread
    from dqlkit.sources.inspection import Inspection

__all__ = [
    "Check",
    "Dataset",
    "Deferred",
    "FrameTable",
    "damage_told",
    "facts_of",
    "facts_of_all",
    "narrowed",
    "together",
    "whole",
]


Check: TypeAlias = Callable[[Collection[str] | None], None]
"""Looks at how the values of some fields are stored, None for all fields."""


@frozen
class FrameTable:
    """A table over a lazy frame. Polars itself pushes fields, conditions and limits down into the files it scans.

    `format` names what the records were read from; `notices` are what is worth knowing about how they were read. `verify`
    reads a file that is scanned lazily as a whole, and raises `SourceError` where it is damaged; `checks` do so before a scan,
    for damage that would end the process. Records that this process
    keeps on disk are not held: they are collected before they go to another process. `parts` are tables whose records, one
    after the other, are those of this one, where it was put together of several; `ranges` are the facts of ranges of the
    records that follow one another and can be read by themselves, such as the row groups of a file. What is read `at_once` is
    read as a whole, whichever of its records are wanted. `listed` yields the same table with the files at an address as its
    parts, which takes asking for them.
    """

    frame: Frame
    facts: Facts = Facts()
    format: str = ""
    notices: tuple[Notice, ...] = ()
    verify: tuple[Callable[[], None], ...] = ()
    checks: tuple[Check, ...] = field(default=(), compare=False, repr=False)
    is_held: bool = True
    parts: tuple[FrameTable, ...] = field(default=(), compare=False, repr=False)
    ranges: tuple[Facts, ...] = field(default=(), compare=False, repr=False)
    at_once: bool = False
    listed: Callable[[], FrameTable] | None = field(default=None, compare=False, repr=False)

    @property
    def schema(self) -> Schema:
        return self.frame.schema

    def __reduce__(self) -> tuple[object, ...]:
        frame = self.frame if self.is_held else self.frame.replace(self.frame.collect().lazy())
        return FrameTable, (frame, self.facts, self.format, self.notices, self.verify, self.checks)

    def scan(self, want: Want) -> Scan:
        for check in self.checks:
            check(want.fields)
        return Scan(self.frame, want.conditions)

    def checked(self) -> FrameTable:
        """The table after all of its checks."""
        self.scan(EVERYTHING)
        return replace(self, checks=()) if self.checks else self

    def shares(self, least: int) -> tuple[FrameTable, ...]:
        """The table as tables whose records follow one another, of at least so many records each but for the last. Only tables
        of ranges are divided, between these."""
        shares, start, rows = [], 0, 0
        for number, one in enumerate(self.ranges, 1):
            rows += one.rows or 0
            if rows >= least or number == len(self.ranges):
                frame = self.frame.replace(self.frame.lazy.slice(start, rows))
                shares.append(FrameTable(frame, Facts(rows), self.format))
                start, rows = start + rows, 0
        return tuple(shares) if len(shares) > 1 else (self,)

    @classmethod
    def of_all(cls, tables: Sequence[FrameTable]) -> FrameTable:
        """The records of several tables, one after the other."""
        frame = reduce(Frame.concat, (table.frame for table in tables))
        made = {name for table in tables for name in table.schema.fields.keys() - table.schema.stored}
        schema = Schema(frame.schema.fields, stored=frozenset(frame.schema.fields.keys() - made))
        formats = dict.fromkeys(table.format for table in tables)
        notices = tuple(notice for table in tables for notice in table.notices)
        verify = tuple(check for table in tables for check in table.verify)
        checks = tuple(check for table in tables for check in table.checks)
        held = all(table.is_held for table in tables)
        return cls(
            Frame(frame.lazy, schema),
            Facts.of_all(table.facts for table in tables),
            ", ".join(formats),
            notices,
            verify,
            checks,
            held,
            tuple(tables),
        )


class Deferred:
    """A table that is read on demand, and only as far as a query needs it, unless it is read `at_once`. What was read is kept
    for later queries. `unread` are the files whose records, one after the other, are those of the table, where other
    processes can read them too."""

    def __init__(
        self, read: Callable[[Want], FrameTable], unread: Sequence[Unread] = (), at_once: bool = False
    ) -> None:
        self.unread = unread
        self._read, self._at_once = read, at_once
        self._found: dict[tuple[frozenset[str] | None, int | None], FrameTable] = {}

    def narrowed(self, want: Want) -> FrameTable:
        """The table with the wanted fields alone, and no more records than the limit."""
        want = EVERYTHING if self._at_once else want
        for (fields, limit), table in self._found.items():
            if limit in (None, want.limit) and (fields is None or (want.fields is not None and want.fields <= fields)):
                return table
        found = self._found[want.fields, want.limit] = self._read(want)
        return found

    @property
    def schema(self) -> Schema:
        return self.narrowed(EVERYTHING).schema

    @property
    def facts(self) -> Facts:
        return self.narrowed(EVERYTHING).facts

    def scan(self, want: Want) -> Scan:
        return self.narrowed(want).scan(want)


@contextmanager
def damage_told(tables: Iterable[Table]) -> Iterator[None]:
    """Where the engine fails over a file that is damaged, the error says that."""
    try:
        yield
    except (PolarsError, PanicException):
        for table in tables:
            for check in getattr(table, "verify", ()):
                check()
        raise


def narrowed(table: Table, want: Want) -> Table:
    """The part of a table that is wanted, if it is a deferred one; other tables as they are."""
    return table.narrowed(want) if isinstance(table, Deferred) else table


def whole(table: FrameTable | Deferred) -> FrameTable:
    """All of a table."""
    return table if isinstance(table, FrameTable) else table.narrowed(EVERYTHING)


def together(tables: Sequence[FrameTable | Deferred]) -> FrameTable | Deferred:
    """The records of several tables, one after the other."""
    if len(tables) == 1:
        return tables[0]
    ready = [table for table in tables if isinstance(table, FrameTable)]
    if len(ready) == len(tables):
        return FrameTable.of_all(ready)
    unread = [getattr(table, "unread", ()) for table in tables]
    return Deferred(
        lambda want: FrameTable.of_all([t if isinstance(t, FrameTable) else t.narrowed(want) for t in tables]),
        [one for own in unread for one in own] if all(unread) else (),
    )


@frozen(strict=True)
class Dataset:
    """A table that was read once and can be queried often, as users of the library see it."""

    table: FrameTable = field(repr=False)

    @property
    def schema(self) -> dict[str, str]:
        """The DQL types of the fields by name: `{"total": "long", "tags": "array"}`."""
        return {name: kind.name for name, kind in self.table.schema.fields.items()}

    @property
    def facts(self) -> Facts:
        """How many records there are, how many bytes they are stored in, their first and last time; None if unknown."""
        return self.table.facts

    @property
    def format(self) -> str:
        """What the records were read from."""
        return self.table.format

    @property
    def notes(self) -> list[str]:
        """What was altered while the records were read, or is missing."""
        return [notice.message for notice in self.table.notices]

    def inspect(self, values: bool = False) -> Inspection:
        """Format, records, fields with their types and how many records have them, first and last time, notes; with
        `values` frequent values of texts too."""
        from dqlkit.sources.inspection import inspection_of

        return inspection_of(self.table, values)


def facts_of(data: pl.DataFrame) -> Facts:
    """The facts of records in memory: the extent of their times is a look at one column."""
    time = time_field("", data.schema)
    nanos = _nanos(data.schema.get(time))
    if nanos is None:
        return Facts(data.height)
    column = data.get_column(time).to_physical()
    return _extent(data.height, column.min(), column.max(), nanos)


def facts_of_all(records: pl.LazyFrame, count: int) -> Facts:
    """The facts of so many records, of which the column of their times is read."""
    schema = records.collect_schema()
    time = time_field("", schema)
    nanos = _nanos(schema.get(time))
    if nanos is None:
        return Facts(count)
    times = pl.col(time).to_physical()
    bounds = records.select(times.min().alias("first"), times.max().alias("last")).collect(engine="streaming")
    first, last = bounds.row(0)
    return _extent(count, first, last, nanos)


def _extent(count: int, first: Any, last: Any, nanos: int) -> Facts:
    return Facts(count) if first is None else Facts(count, None, first * nanos, last * nanos)


def _nanos(dtype: pl.DataType | None) -> int | None:
    """How many nanoseconds one unit of a column of times has; None for other columns."""
    if isinstance(dtype, pl.Datetime):
        return {"ns": 1, "us": 1_000, "ms": 1_000_000}[dtype.time_unit]
    return DAY if dtype == pl.Date else None
