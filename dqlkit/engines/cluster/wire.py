"""How records travel between places: as Arrow tables with plain columns, which every cluster takes.

Columns are named `c0`, `c1`, … in the order of the fields. Longs, doubles, booleans and texts go as they are, and so do
arrays of them; times and durations as nanoseconds in int64, since clusters cut them to microseconds; everything else goes as
bytes: those of `types.order`, from which each value can be read back. The schema travels with the fragment that reads
the records.

The last column is null in every record. What was noticed while records were made stands in it, in a row of its own, which
goes with the records until the driver reads it.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from typing import Any

import polars as pl
import pyarrow as pa

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import dtype_of, is_encoded, series_of, values_of
from dqlkit.engines.polars.typed import converted
from dqlkit.functions.context import Notice
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
_NOTICES = ("notices", pa.binary())
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
    return pa.schema([*((f"c{k}", _column(kind)) for k, kind in enumerate(schema.fields.values())), _NOTICES])


def to_wire(data: pl.DataFrame, schema: Schema, notices: Iterable[Notice] = ()) -> Any:
    """Records and notices as an Arrow table."""
    columns = arrow_schema(schema)
    sent = [_sent(data[name], kind).to_arrow() for name, kind in schema.fields.items()]
    arrays = [column.cast(of.type) for column, of in zip(sent, columns, strict=False)]
    records = pa.Table.from_arrays([*arrays, pa.nulls(data.height, pa.binary())], schema=columns)
    return pa.concat_tables([records, _row_of([*notices], columns)])


def _row_of(notices: list[Notice], columns: Any) -> Any:
    """The notices in a row, if there are any."""
    if not notices:
        return columns.empty_table()
    nulls = [pa.nulls(1, column.type) for column in columns][:-1]
    return pa.Table.from_arrays([*nulls, pa.array([pickle.dumps(notices)], pa.binary())], schema=columns)


def from_wire(table: Any, schema: Schema) -> tuple[Frame, list[Notice]]:
    """The records of an Arrow table, of which columns behind the last field are left out, and the notices."""
    last = table.column(table.num_columns - 1)
    notices = [notice for packed in last.drop_null().to_pylist() for notice in pickle.loads(packed)]
    records = table.filter(last.is_null()) if notices else table
    columns = [
        _received(pl.Series(name, records.column(k)), kind).alias(name)
        for k, (name, kind) in enumerate(schema.fields.items())
    ]
    data = pl.DataFrame(columns) if columns else pl.DataFrame(height=records.num_rows)
    return Frame(data.lazy(), schema), notices


def _sent(column: pl.Series, kind: Type) -> pl.Series:
    if kind in _NANOSECONDS:
        return column.to_physical()
    return column if _goes_as_it_is(kind) else converted(column, kind, ANY)


def _received(column: pl.Series, kind: Type) -> pl.Series:
    if _goes_as_it_is(kind):
        return column.cast(dtype_of(kind))
    return series_of(values_of(column, ANY), kind)
