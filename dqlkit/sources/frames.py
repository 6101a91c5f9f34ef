"""Makes tables of records and of columns of values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import values_of
from dqlkit.engines.table import Facts
from dqlkit.functions.context import Notice
from dqlkit.plan.schema import Schema
from dqlkit.sources.columns import Changes, Column, column_of
from dqlkit.sources.instants import instants
from dqlkit.sources.parts import Gathered
from dqlkit.sources.table import FrameTable, facts_of, facts_of_all
from dqlkit.types.kinds import NULL, STRING, TIMESTAMP
from dqlkit.types.values import Value
from dqlkit.wire import Reading
from dqlkit.wire.instants import instant_column

__all__ = ["Parts", "by_field", "table_of", "table_of_columns"]


def table_of(reading: Reading, times: Collection[str]) -> FrameTable:
    """A table of what documents hold; `times` are the fields to take for times, unless the documents say their types."""
    parts, records = Parts(frozenset(times) - reading.declared), reading.records
    parts.add(by_field(records), len(records))
    return parts.table(reading)


def by_field(records: Sequence[Mapping[str, Value]]) -> dict[str, list[Value]]:
    """The values of each field of records, null where one does not have it."""
    names = dict.fromkeys(name for record in records for name in record)
    return {name: [record.get(name) for record in records] for name in names}


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
        self._times = times
        self._all = Gathered()
        self._changes = Changes()
        self._others: Counter[str] = Counter()
        self._timed: set[str] = set()

    @property
    def height(self) -> int:
        """How many records there are so far."""
        return self._all.height

    def add(self, fields: Mapping[str, Sequence[Value] | Column], height: int) -> None:
        """More records, as the values of their fields, or as columns."""
        columns = {
            name: own if isinstance(own, tuple) else column_of(name, own, self._changes) for name, own in fields.items()
        }
        self.take(columns, height)

    def take(self, columns: Mapping[str, Column], height: int) -> None:
        """More records, as columns with their types."""
        timed = {n: self._with_times(n, column) if n in self._times else column for n, column in columns.items()}
        self._all.add(timed, height)

    def table(self, reading: Reading, limit: int | None = None, changes: Changes | None = None) -> FrameTable:
        """All records, or as many as the limit says; of such a part nobody knows how many there are.

        `changes` are those of columns that others made.
        """
        whole = self._all.whole() if self._all.is_held else None
        kinds, lazy = self._all.kinds, self._all.lazy() if whole is None else whole.lazy()
        schema = Schema(kinds, stored=frozenset(kinds.keys() - reading.made))
        changed = (*(changes.notices() if changes else ()), *self._changes.notices())
        notices = (*reading.notices, *changed, *self._notices())
        if limit is not None and self.height >= limit:
            return FrameTable(Frame(lazy.head(limit), schema), Facts(), reading.format, notices)
        facts = facts_of_all(lazy, self.height) if whole is None else facts_of(whole)
        return FrameTable(Frame(lazy, schema), facts, reading.format, notices, is_held=self._all.is_held)

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
