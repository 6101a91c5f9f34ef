"""Records and columns of values made into a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import series_of, values_of
from dqlkit.errors import SourceError
from dqlkit.functions.context import Notice
from dqlkit.plan.schema import Schema
from dqlkit.sources.instants import instant_column, instants
from dqlkit.sources.table import FrameTable, facts_of
from dqlkit.sources.uniform import Column
from dqlkit.types.kinds import NULL, STRING, TIMESTAMP, Type, depth, join_all
from dqlkit.types.values import Value, type_of
from dqlkit.wire import Reading

__all__ = ["table_of", "table_of_columns"]

_NESTED = (list, dict)

#: How deeply arrays and records may be nested inside each other.
_LEVELS = 100


def table_of(reading: Reading, times: Collection[str]) -> FrameTable:
    """A table of what documents hold; `times` are the fields to take for times, unless the documents say their types."""
    records = reading.records
    names = dict.fromkeys(name for record in records for name in record)
    columns = {name: _column(name, [record.get(name) for record in records]) for name in names}
    table = _table(columns, len(records), frozenset(times) - reading.declared, reading.format, reading.made)
    return replace(table, notices=(*reading.notices, *table.notices))


def table_of_columns(columns: Mapping[str, Column], times: Collection[str], format: str) -> FrameTable:
    """A table of columns that have their types already."""
    return _table(columns, 0, times, format)


def _column(name: str, values: Sequence[Value]) -> Column:
    try:
        kind = _kind(values)
        if depth(kind) <= _LEVELS:
            return series_of(values, kind), kind
    except RecursionError:
        pass
    raise SourceError.of("R102", f"field `{name}`: expected values of at most {_LEVELS} levels, found deeper ones.")


def _kind(values: Sequence[Value]) -> Type:
    """The type that holds all values. One value stands for all of its class, but arrays and records differ."""
    examples = {type(value): value for value in values}
    scalars = [value for cls, value in examples.items() if cls not in _NESTED]
    nested = [value for value in values if type(value) in _NESTED] if len(scalars) < len(examples) else []
    return join_all(dict.fromkeys(map(type_of, [*nested, *scalars])))


def _timed(name: str, column: Column, notices: list[Notice]) -> Column:
    """A column with its times as timestamps; values that are none stay, and are counted in a notice."""
    series, kind = column
    if kind in (TIMESTAMP, NULL):
        return column
    quick = instant_column(series) if kind == STRING else None
    if quick is not None:
        return quick, TIMESTAMP
    found = instants(name, values_of(series, kind))
    if found is None:
        return column
    values, others = found
    if others:
        count = "1 value is no time and stays" if others == 1 else f"{others} values are no times and stay"
        notices.append(
            Notice("VALUES_OF_OTHER_TYPES", f"`{name}`: {count} as read; time ranges leave such records out.")
        )
    return _column(name, values)


def _table(
    columns: Mapping[str, Column], height: int, times: Collection[str], format: str, made: Collection[str] = ()
) -> FrameTable:
    notices: list[Notice] = []
    timed = {name: _timed(name, column, notices) if name in times else column for name, column in columns.items()}
    series = [column.alias(name) for name, (column, _) in timed.items()]
    data = pl.DataFrame(series) if series else pl.DataFrame(height=height)
    schema = Schema({name: kind for name, (_, kind) in timed.items()}, stored=frozenset(timed.keys() - made))
    return FrameTable(Frame(data.lazy(), schema), facts_of(data), format, tuple(notices))
