"""Records and columns of values made into a frame."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import series_of, values_of
from dqlkit.plan.schema import Schema
from dqlkit.sources.instants import instant_column, instants
from dqlkit.sources.uniform import Column
from dqlkit.types.kinds import NULL, STRING, TIMESTAMP, Type, join_all
from dqlkit.types.values import Value, type_of

__all__ = ["frame_of", "frame_of_columns"]

_NESTED = (list, dict)


def frame_of(records: Sequence[Mapping[str, Value]], times: Collection[str]) -> Frame:
    """A frame of records that may differ in fields and types; `times` are the fields to take for times."""
    names = dict.fromkeys(name for record in records for name in record)
    columns = {name: _column([record.get(name) for record in records]) for name in names}
    return _frame(columns, len(records), times)


def frame_of_columns(columns: Mapping[str, Column], times: Collection[str]) -> Frame:
    """A frame of columns that have their types already."""
    return _frame(columns, 0, times)


def _column(values: Sequence[Value]) -> Column:
    kind = _kind(values)
    return series_of(values, kind), kind


def _kind(values: Sequence[Value]) -> Type:
    """The type that holds all values. One value stands for all of its class, but arrays and records differ."""
    examples = {type(value): value for value in values}
    scalars = [value for cls, value in examples.items() if cls not in _NESTED]
    nested = [value for value in values if type(value) in _NESTED] if len(scalars) < len(examples) else []
    return join_all(dict.fromkeys(map(type_of, [*nested, *scalars])))


def _timed(name: str, column: Column, times: Collection[str]) -> Column:
    series, kind = column
    if name not in times or kind in (TIMESTAMP, NULL):
        return column
    quick = instant_column(series) if kind == STRING else None
    if quick is not None:
        return quick, TIMESTAMP
    found = instants(name, values_of(series, kind))
    return column if found is None else _column(found)


def _frame(columns: Mapping[str, Column], height: int, times: Collection[str]) -> Frame:
    timed = {name: _timed(name, column, times) for name, column in columns.items()}
    data = pl.DataFrame([series.alias(name) for name, (series, _) in timed.items()]) if timed else None
    lazy = (pl.DataFrame(height=height) if data is None else data).lazy()
    return Frame(lazy, Schema({name: kind for name, (_, kind) in timed.items()}))
