"""Makes tables of records and of columns of values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import dtype_of, values_of
from dqlkit.engines.polars.typed import converted
from dqlkit.engines.table import Facts
from dqlkit.functions.context import Notice
from dqlkit.plan.schema import Schema
from dqlkit.sources.columns import Changes, Column, column_of
from dqlkit.sources.instants import instant_column, instants
from dqlkit.sources.table import FrameTable, facts_of
from dqlkit.types.kinds import NULL, STRING, TIMESTAMP, Type, join_all
from dqlkit.types.values import Value
from dqlkit.wire import Reading

__all__ = ["Parts", "table_of", "table_of_columns"]


def table_of(reading: Reading, times: Collection[str]) -> FrameTable:
    """A table of what documents hold; `times` are the fields to take for times, unless the documents say their types."""
    records = reading.records
    names = dict.fromkeys(name for record in records for name in record)
    parts = Parts(frozenset(times) - reading.declared)
    parts.add({name: [record.get(name) for record in records] for name in names}, len(records))
    return parts.table(reading)


def table_of_columns(columns: Mapping[str, Column], times: Collection[str], format: str) -> FrameTable:
    """A table of columns that have their types already."""
    parts = Parts(times)
    parts.take(columns, len(next(iter(columns.values()))[0]) if columns else 0)
    return parts.table(Reading(format))


class Parts:
    """Records that come in parts, each of which has its own fields and types, put together to one table.

    `times` are the fields of which values become timestamps where they are times.
    """

    def __init__(self, times: Collection[str]) -> None:
        self.height = 0
        self._times = times
        self._parts: list[tuple[dict[str, Column], int]] = []
        self._changes = Changes()
        self._others: Counter[str] = Counter()
        self._timed: set[str] = set()

    def add(self, fields: Mapping[str, Sequence[Value]], height: int) -> None:
        """More records, as the values of their fields."""
        self.take({name: column_of(name, values, self._changes) for name, values in fields.items()}, height)

    def take(self, columns: Mapping[str, Column], height: int) -> None:
        """More records, as columns with their types."""
        timed = {n: self._with_times(n, column) if n in self._times else column for n, column in columns.items()}
        self._parts.append((timed, height))
        self.height += height

    def table(self, reading: Reading, limit: int | None = None, changes: Changes | None = None) -> FrameTable:
        """All records, or as many as the limit says; of such a part nobody knows how many there are.

        `changes` are those of columns that others made.
        """
        data, kinds = _together(self._parts, self.height)
        schema = Schema(kinds, stored=frozenset(kinds.keys() - reading.made))
        changed = (*(changes.notices() if changes else ()), *self._changes.notices())
        notices = (*reading.notices, *changed, *self._notices())
        if limit is not None and self.height >= limit:
            return FrameTable(Frame(data.head(limit).lazy(), schema), Facts(), reading.format, notices)
        return FrameTable(Frame(data.lazy(), schema), facts_of(data), reading.format, notices)

    def _with_times(self, name: str, column: Column) -> Column:
        """A column with its times as timestamps; values that are none stay, and are counted."""
        series, kind = column
        if kind in (TIMESTAMP, NULL):
            return column
        quick = instant_column(series) if kind == STRING else None
        if quick is not None:
            self._timed.add(name)
            return quick, TIMESTAMP
        values, others = instants(name, values_of(series, kind))
        self._others[name] += others
        if others == len(series) - series.null_count():
            return column
        self._timed.add(name)
        return column_of(name, values, self._changes)

    def _notices(self) -> Iterator[Notice]:
        for name, count in self._others.items():
            if count and name in self._timed:
                values = "1 value is no time and stays" if count == 1 else f"{count} values are no times and stay"
                message = f"`{name}`: {values} as read; time ranges leave such records out."
                yield Notice("VALUES_OF_OTHER_TYPES", message)


def _together(parts: Sequence[tuple[dict[str, Column], int]], height: int) -> tuple[pl.DataFrame, dict[str, Type]]:
    """The parts one after the other; each field with the type that holds those of all parts."""
    found: dict[str, dict[Type, None]] = {}
    for columns, _ in parts:
        for name, (_, kind) in columns.items():
            found.setdefault(name, {})[kind] = None
    kinds = {name: join_all(own) for name, own in found.items()}
    whole = {name: _whole(name, kind, parts) for name, kind in kinds.items()}
    return (pl.DataFrame(whole) if whole else pl.DataFrame(height=height)), kinds


def _whole(name: str, kind: Type, parts: Sequence[tuple[dict[str, Column], int]]) -> pl.Series:
    pieces = []
    for columns, height in parts:
        series, own = columns.get(name, (None, NULL))
        if series is None or own == NULL:
            pieces.append(pl.repeat(None, height, dtype=dtype_of(kind), eager=True))
        elif own == kind:
            pieces.append(series)
        else:
            pieces.append(converted(series, own, kind))
    return pl.concat([piece.alias(name) for piece in pieces], rechunk=False)
