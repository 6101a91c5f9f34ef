"""Tables of Arrow, from files and from memory, as tables.

Columns of types that Polars and DQL have go there as they are; the others value by value (`arrow_values`), and a notice
says what became of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
import pyarrow as pa

from dqlkit.engines.polars.frame import Frame
from dqlkit.functions.context import Notice
from dqlkit.functions.exact_names import column_named
from dqlkit.plan.schema import Schema
from dqlkit.sources.arrow_values import values_of_arrow
from dqlkit.sources.frames import table_of
from dqlkit.sources.kinds_text import typed_scan
from dqlkit.sources.lazy import pc
from dqlkit.sources.names import unique_names
from dqlkit.sources.table import FrameTable, facts_of
from dqlkit.types.kinds import Type
from dqlkit.types.values import LONG_MAX, LONG_MIN
from dqlkit.wire import Reading

__all__ = ["fits", "is_known", "may_overflow", "notices_of", "scannable", "table_of_arrow", "together_of", "validated"]

_TEXTS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
_KNOWN = (
    pa.types.is_boolean,
    pa.types.is_integer,
    pa.types.is_float32,
    pa.types.is_float64,
    *_TEXTS,
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_binary_view,
    pa.types.is_fixed_size_binary,
    pa.types.is_null,
    pa.types.is_decimal128,
    pa.types.is_timestamp,
    pa.types.is_duration,
    pa.types.is_date,
)
_UNITS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}
#: Decimals of so many digits are told apart by doubles.
_DIGITS = 15


def is_known(kind: Any) -> bool:
    """Whether Polars reads columns of this type, and DQL has all of their values or some."""
    if isinstance(kind, pa.BaseExtensionType):
        return False
    if pa.types.is_dictionary(kind):
        return any(test(kind.value_type) for test in _TEXTS)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return is_known(kind.value_type) and not may_overflow(kind.value_type)
    if pa.types.is_struct(kind):
        return kind.num_fields > 0 and all(is_known(one.type) and not may_overflow(one.type) for one in kind)
    return any(test(kind) for test in _KNOWN)


def may_overflow(kind: Any) -> bool:
    """Whether columns of this type may hold what 64 bits of DQL do not."""
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind):
        return bool(kind.unit != "ns")
    return bool(pa.types.is_date(kind) or pa.types.is_uint64(kind))


def scannable(schema: Any) -> bool:
    """Whether Polars can scan a file of these columns without a look at their values."""
    return len(set(schema.names)) == len(schema) and all(
        is_known(field.type) and not may_overflow(field.type) for field in schema
    )


def validated(table: Any) -> Any:
    """A table whose buffers hold what they say, so that no reader of them leaves its memory."""
    table.validate(full=True)
    return table


def fits(table: Any) -> bool:
    """Whether all values of a table fit the types that its columns have in DQL."""
    return all(_fits(table.column(at)) for at in range(table.num_columns))


def table_of_arrow(table: Any, kinds: Mapping[str, Type], format: str) -> FrameTable:
    """An Arrow table; `kinds` are the types of fields that a file declares for dqlkit."""
    notices: list[Notice] = []
    table = table.rename_columns(unique_names(table.column_names, notices))
    odd = [field.name for field in table.schema if not _fits(table.column(field.name))]
    notices += notices_of(table.schema)
    plain = typed_scan(_polars(table.drop_columns(odd)).lazy(), kinds)
    if not odd:
        return FrameTable(plain, facts_of(plain.lazy.collect()), format, tuple(notices))
    values = {name: values_of_arrow(table.column(name)) for name in odd}
    notices += _beyond(table, values)
    columns = [dict(zip(odd, row, strict=True)) for row in zip(*values.values(), strict=True)]
    rest = table_of(Reading(format, columns), ())
    return together_of(FrameTable(plain, format=format, notices=tuple(notices)), rest, table.column_names)


def together_of(plain: FrameTable, rest: FrameTable, names: Sequence[str]) -> FrameTable:
    """Tables of the same records with their fields side by side, in the order of the names."""
    kinds = {**plain.schema.fields, **rest.schema.fields}
    given = [name for name in names if name in kinds]
    parts = [part.frame.collect() for part in (plain, rest) if part.schema.fields]
    data = pl.concat(parts, how="horizontal").select(map(column_named, given))
    schema = Schema({name: kinds[name] for name in given}).as_stored()
    return FrameTable(Frame(data.lazy(), schema), facts_of(data), plain.format, (*plain.notices, *rest.notices))


def _polars(table: Any) -> pl.DataFrame:
    if not table.num_columns:
        return pl.DataFrame(height=table.num_rows)
    data = pl.from_arrow(table)
    assert isinstance(data, pl.DataFrame)
    return data


def _fits(column: Any) -> bool:
    """Whether all values of a column fit the type that it has in DQL."""
    kind = column.type
    if not is_known(kind):
        return False
    if not may_overflow(kind):
        return True
    counts = (
        column if pa.types.is_integer(kind) else column.cast(pa.int32() if pa.types.is_date32(kind) else pa.int64())
    )
    unit = _unit(kind)
    bounds = [bound.as_py() for bound in pc.min_max(counts).values()]
    return all(bound is None or LONG_MIN <= bound * unit <= LONG_MAX for bound in bounds)


def _unit(kind: Any) -> int:
    if pa.types.is_date32(kind):
        return 86_400_000_000_000
    if pa.types.is_date64(kind):
        return _UNITS["ms"]
    return 1 if pa.types.is_integer(kind) else _UNITS[kind.unit]


def _beyond(table: Any, values: Mapping[str, list[Any]]) -> Iterator[Notice]:
    """How many values of columns that have a type in DQL do not fit it."""
    for name, found in values.items():
        kind = table.schema.field(name).type
        if is_known(kind):
            count = sum(isinstance(one, str) for one in found)
            if count:
                values_are = "1 value is" if count == 1 else f"{count} values are"
                yield Notice("VALUES_OUT_OF_RANGE", f"`{name}`: {values_are} beyond 64 bits and read as text.")


def notices_of(schema: Any) -> Iterator[Notice]:
    """What becomes of columns whose types DQL does not have."""
    for field in schema:
        what = _told(field.type)
        if what:
            yield Notice("FIELDS_OF_OTHER_TYPES", f"`{field.name}`: DQL has no type {field.type}; {what}.")


def _told(kind: Any) -> str:
    if pa.types.is_time(kind):
        return "times of day are read as text"
    if pa.types.is_map(kind):
        return "maps are read as records where their keys are texts, else as arrays"
    if pa.types.is_interval(kind):
        return "intervals are read as records"
    if pa.types.is_union(kind):
        return "each value has its own type"
    if pa.types.is_decimal(kind) and kind.precision > _DIGITS:
        return "decimals are read as the nearest doubles"
    if pa.types.is_struct(kind):
        return next(filter(None, (_told(member.type) for member in kind)), "")
    return _told(kind.value_type) if hasattr(kind, "value_type") and pa.types.is_nested(kind) else ""
