"""Records and columns of values made into a frame."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import series_of
from dqlkit.plan.schema import Schema
from dqlkit.sources.instants import instant_column, instants
from dqlkit.sources.uniform import Column
from dqlkit.types.kinds import LONG, STRING, TIMESTAMP, join_all
from dqlkit.types.values import Value, type_of

__all__ = ["frame_of", "frame_of_columns"]


def frame_of(records: Sequence[Mapping[str, Value]], times: Collection[str]) -> Frame:
    """A frame of records that may differ in fields and types; `times` are the fields to take for times."""
    names = dict.fromkeys(name for record in records for name in record)
    columns = {name: _column(instants(name, [record.get(name) for record in records], times)) for name in names}
    return _frame(columns, len(records))


def frame_of_columns(columns: Mapping[str, Column], times: Collection[str]) -> Frame:
    """A frame of columns that have their types already."""
    return _frame({name: _timed(name, column, times) for name, column in columns.items()}, 0)


def _column(values: Sequence[Value]) -> Column:
    kind = join_all(dict.fromkeys(map(type_of, values)))
    return series_of(values, kind), kind


def _timed(name: str, column: Column, times: Collection[str]) -> Column:
    series, kind = column
    if name not in times or kind not in (STRING, LONG):
        return column
    quick = instant_column(series) if kind == STRING else None
    return (quick, TIMESTAMP) if quick is not None else _column(instants(name, series.to_list(), times))


def _frame(columns: Mapping[str, Column], height: int) -> Frame:
    data = pl.DataFrame([series.alias(name) for name, (series, _) in columns.items()]) if columns else None
    lazy = (pl.DataFrame(height=height) if data is None else data).lazy()
    return Frame(lazy, Schema({name: kind for name, (_, kind) in columns.items()}))
