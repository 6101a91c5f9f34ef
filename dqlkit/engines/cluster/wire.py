"""How records travel between places: as Arrow tables with plain columns, which every cluster takes.

Columns are named `c0`, `c1`, … in the order of the fields. Longs, doubles, booleans and texts go as they are, and so do
arrays of them; times and durations as nanoseconds in int64, since clusters cut them to microseconds; everything else goes as
bytes: those of `types.order`, from which each value can be read back. The schema travels with the fragment that reads
the records.
"""

from __future__ import annotations

from typing import Any

import polars as pl
import pyarrow as pa

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import dtype_of, is_encoded, series_of, values_of
from dqlkit.engines.polars.typed import converted
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import ANY, BINARY, BOOLEAN, DOUBLE, DURATION, LONG, NULL, STRING, TIMESTAMP, Array, Type

__all__ = ["arrow_schema", "from_wire", "to_wire"]

_PLAIN: dict[Type, Any] = {
    BINARY: pa.binary(),
    BOOLEAN: pa.bool_(),
    DOUBLE: pa.float64(),
    DURATION: pa.int64(),
    LONG: pa.int64(),
    NULL: pa.bool_(),
    STRING: pa.string(),
    TIMESTAMP: pa.int64(),
}
_NANOSECONDS = (DURATION, TIMESTAMP)
_LISTED = (BOOLEAN, DOUBLE, LONG, STRING)


def _goes_as_it_is(kind: Type) -> bool:
    return kind in _PLAIN or is_encoded(kind) or (isinstance(kind, Array) and kind.element in _LISTED)


def _column(kind: Type) -> Any:
    if isinstance(kind, Array) and kind.element in _LISTED:
        return pa.list_(_PLAIN[kind.element])
    return _PLAIN.get(kind, pa.binary())


def arrow_schema(schema: Schema) -> Any:
    """The columns of records with these fields."""
    return pa.schema([(f"c{k}", _column(kind)) for k, kind in enumerate(schema.fields.values())])


def to_wire(data: pl.DataFrame, schema: Schema) -> Any:
    """Records as an Arrow table. Where they have no fields, their number travels as a column."""
    if not schema.fields:
        return pa.table({"c0": pa.nulls(data.height, pa.bool_())})
    columns = [_sent(data[name], kind) for name, kind in schema.fields.items()]
    return pa.Table.from_arrays(
        [column.to_arrow().cast(of.type) for column, of in zip(columns, arrow_schema(schema), strict=True)],
        schema=arrow_schema(schema),
    )


def from_wire(table: Any, schema: Schema) -> Frame:
    """The records of an Arrow table, of which columns behind the last field are left out."""
    if not schema.fields:
        return Frame(pl.DataFrame(height=table.num_rows).lazy(), schema)
    columns = [
        _received(pl.Series(name, table.column(k)), kind).alias(name)
        for k, (name, kind) in enumerate(schema.fields.items())
    ]
    return Frame(pl.DataFrame(columns).lazy(), schema)


def _sent(column: pl.Series, kind: Type) -> pl.Series:
    if kind in _NANOSECONDS:
        return column.to_physical()
    return column if _goes_as_it_is(kind) else converted(column, kind, ANY)


def _received(column: pl.Series, kind: Type) -> pl.Series:
    if _goes_as_it_is(kind):
        return column.cast(dtype_of(kind))
    return series_of(values_of(column, ANY), kind)
