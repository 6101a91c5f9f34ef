"""How DQL values are stored in Polars columns, in both directions.

| type | column |
| --- | --- |
| boolean, long, double, string, binary | Boolean, Int64, Float64, String, Binary |
| timestamp, duration | Datetime("ns", "UTC"), Duration("ns") |
| timeframe, record | Struct |
| array | List |
| null | Boolean, all null |
| ip, uid, smartscapeid, geopoint, variants, records without members | Binary, as `types.order` encodes them |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import polars as pl

from dqlkit.engines.polars.encoding import decode_values, encode_values
from dqlkit.errors import SourceError
from dqlkit.functions.exact_names import member_named
from dqlkit.types import order
from dqlkit.types.kinds import (
    BINARY,
    BOOLEAN,
    DOUBLE,
    DURATION,
    LONG,
    NULL,
    STRING,
    TIMEFRAME,
    TIMESTAMP,
    Array,
    Record,
    Type,
)
from dqlkit.types.values import Duration, Timeframe, Timestamp, Value

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "LEVELS",
    "arrays_of",
    "arrow_has",
    "arrow_table",
    "dtype_of",
    "is_encoded",
    "kind_of",
    "series_of",
    "values_of",
]

_INSTANT = pl.Datetime("ns", "UTC")
_SIMPLE: dict[Type, Any] = {
    BOOLEAN: pl.Boolean,
    LONG: pl.Int64,
    DOUBLE: pl.Float64,
    STRING: pl.String,
    BINARY: pl.Binary,
    NULL: pl.Boolean,
    TIMESTAMP: _INSTANT,
    DURATION: pl.Duration("ns"),
    TIMEFRAME: pl.Struct({"start": _INSTANT, "end": _INSTANT}),
}
_KINDS = {
    pl.Boolean: BOOLEAN,
    pl.String: STRING,
    pl.Categorical: STRING,
    pl.Enum: STRING,
    pl.Binary: BINARY,
    pl.Float32: DOUBLE,
    pl.Float64: DOUBLE,
    pl.Null: NULL,
    pl.Date: TIMESTAMP,
    pl.Datetime: TIMESTAMP,
    pl.Duration: DURATION,
}


def is_encoded(kind: Type) -> bool:
    """Whether columns of this type hold the bytes of `types.order`."""
    return dtype_of(kind) == pl.Binary and kind != BINARY


def dtype_of(kind: Type) -> Any:
    """The Polars type of a column."""
    simple = _SIMPLE.get(kind)
    if simple is not None:
        return simple
    if isinstance(kind, Array):
        return pl.List(dtype_of(kind.element))
    if isinstance(kind, Record) and kind.fields:
        return pl.Struct({name: dtype_of(member) for name, member in kind.fields})
    return pl.Binary


def kind_of(dtype: Any) -> Type:
    """The DQL type of a column from outside; integers of any width are longs."""
    if dtype.is_integer():
        return LONG
    if isinstance(dtype, (pl.List, pl.Array)):
        return Array(kind_of(dtype.inner))
    if isinstance(dtype, pl.Struct):
        return Record((field.name, kind_of(field.dtype)) for field in dtype.fields)
    return DOUBLE if isinstance(dtype, pl.Decimal) else _KINDS[dtype.base_type()]


def series_of(values: Sequence[Value], kind: Type, name: str = "") -> pl.Series:
    """A column of these values, each of which must be null or of the type."""
    if is_encoded(kind):
        return encode_values(values, name)
    if isinstance(kind, Record):
        return _record_series(values, kind, name)
    if isinstance(kind, Array) or kind == TIMEFRAME:
        write = _writer(kind)
        return pl.Series(name, [None if value is None else write(value) for value in values], dtype_of(kind))
    if kind in (TIMESTAMP, DURATION):
        nanos = [None if value is None else value.nanos for value in values]
        return pl.Series(name, nanos, pl.Int64).cast(dtype_of(kind))
    return pl.Series(name, values, dtype_of(kind), strict=True)


def _record_series(values: Sequence[Value], kind: Record, name: str) -> pl.Series:
    members = {
        member: series_of([None if value is None else value.get(member) for value in values], of, member)
        for member, of in kind.fields
    }
    made = pl.DataFrame(members).to_struct(name)
    if not any(value is None for value in values):
        return made
    present = pl.Series([value is not None for value in values])
    return made.to_frame().select(pl.when(present).then(pl.col(name))).to_series().alias(name)


def _writer(kind: Type) -> Callable[[Value], Any]:
    """A function from one value to what Polars builds nested columns from."""
    if is_encoded(kind):
        return order.encode
    if isinstance(kind, Array):
        element = _nullable(_writer(kind.element))
        return lambda value: [element(item) for item in value]
    if isinstance(kind, Record):
        members = [(name, _nullable(_writer(member))) for name, member in kind.fields]
        return lambda value: {name: write(value.get(name)) for name, write in members}
    if kind == TIMEFRAME:
        return lambda value: {"start": value.start.nanos, "end": value.end.nanos}
    if kind in (TIMESTAMP, DURATION):
        return lambda value: value.nanos
    return lambda value: value


def _nullable(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else convert(value)


def arrays_of(items: pl.Series, lengths: pl.Series) -> pl.Series:
    """A column of arrays that hold so many of the items each, in their order; null where the length is null."""
    if not arrow_has(items.dtype):
        values = iter(items.to_list())
        made = [None if length is None else list(islice(values, length)) for length in lengths]
        return pl.Series(made, dtype=pl.List(items.dtype))
    # by way of Polars: `pyarrow.array` would import pandas, where that is installed
    import pyarrow as pa

    ends = lengths.fill_null(0).cast(pl.Int64).cum_sum()
    offsets = pl.concat([pl.Series([0], dtype=pl.Int64), ends]).to_arrow()
    array = pa.LargeListArray.from_arrays(offsets, items.alias("").to_arrow(), mask=lengths.is_null().to_arrow())
    column, dtype = pl.Series(array), pl.List(items.dtype)
    return column if column.dtype == dtype else column.cast(dtype)


def arrow_table(data: pl.DataFrame) -> pa.Table:
    """The columns as an Arrow table. Raises `SourceError` where Arrow cannot hold a name."""
    deep = next((name for name, dtype in data.schema.items() if _levels(dtype) > LEVELS), None)
    if deep is not None:
        problem = f"`{deep}` has values of more than {LEVELS} levels, which Arrow and Parquet cannot hold."
        raise SourceError.of("R105", problem)
    bad = next((n for n, dtype in data.schema.items() if "\0" in n or not _is_named_plainly(dtype)), None)
    if bad is not None:
        name = bad.replace("\0", "\\0")
        problem = f"`{name}` has a name with a character of code 0, which Arrow and Parquet cannot hold."
        raise SourceError.of("R105", problem)
    return data.to_arrow()


def arrow_has(dtype: Any) -> bool:
    """Whether Arrow can take over columns of a type of Polars."""
    return _is_named_plainly(dtype) and _levels(dtype) <= LEVELS and not _has_long_numbers(dtype)


#: How deeply values may be nested inside each other: Arrow, and so Parquet, hold no more than 100, of which arrays are two.
LEVELS = 48


def _levels(dtype: Any) -> int:
    return max((1 + _levels(inner) for inner in _inner(dtype)), default=0)


def _has_long_numbers(dtype: Any) -> bool:
    return dtype in (pl.Int128, pl.UInt128) or any(map(_has_long_numbers, _inner(dtype)))


def _inner(dtype: Any) -> list[Any]:
    """The types inside a type."""
    if isinstance(dtype, (pl.List, pl.Array)):
        return [dtype.inner]
    return [field.dtype for field in dtype.fields] if isinstance(dtype, pl.Struct) else []


def _is_named_plainly(dtype: Any) -> bool:
    """Whether Arrow can tell the names in a type: for Polars a character of code 0 ends there."""
    if isinstance(dtype, pl.List):
        return _is_named_plainly(dtype.inner)
    fields = dtype.fields if isinstance(dtype, pl.Struct) else ()
    return all("\0" not in field.name and _is_named_plainly(field.dtype) for field in fields)


def values_of(series: pl.Series, kind: Type) -> list[Value]:
    """The values of a column."""
    if is_encoded(kind):
        return decode_values(series)
    if kind == NULL:
        return [None] * len(series)
    if isinstance(kind, Array):
        return _array_values(series, kind)
    if isinstance(kind, Record):
        return _record_values(series, kind)
    if kind == TIMEFRAME:
        bounds = zip(*(values_of(series.struct.field(name), TIMESTAMP) for name in ("start", "end")), strict=True)
        return [None if start is None else Timeframe(start, end) for start, end in bounds]
    if kind in (TIMESTAMP, DURATION):
        wrap = Timestamp if kind == TIMESTAMP else Duration
        return [None if nanos is None else wrap(nanos) for nanos in series.to_physical().to_list()]
    return series.to_list()


def _array_values(series: pl.Series, kind: Array) -> list[Value]:
    lengths = series.list.len().to_list()
    present = series.drop_nulls()
    flat = iter(values_of(present.filter(present.list.len() > 0).explode(), kind.element))
    return [None if length is None else [next(flat) for _ in range(length)] for length in lengths]


def _record_values(series: pl.Series, kind: Record) -> list[Value]:
    names = [name for name, _ in kind.fields]
    columns = [values_of(member_named(series, kind, name), member) for name, member in kind.fields]
    return [
        None if missing else dict(zip(names, row, strict=True))
        for missing, row in zip(series.is_null().to_list(), zip(*columns, strict=True), strict=True)
    ]
