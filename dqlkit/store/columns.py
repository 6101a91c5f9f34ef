"""The columns of a stored table: one per field and type of its values, so that nothing is cast.

The first type of a field has a column of the field's name, another one `name:type`. Delta tells no letter case apart and
Spark refuses some characters, so a column may be called otherwise; what a column really is stands in its metadata in the
Delta schema, under `dqlkit.field` and `dqlkit.type`.

| type | column |
| --- | --- |
| boolean, long, double, string | boolean, long, double, string |
| timestamp | timestamp in microseconds; what is finer, in a column `name:nanos` beside it, null where there is none |
| array of one of these | array; an array that mixes types, or is nested, is no value of a store |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import polars as pl

from dqlkit.engines.polars.typed import Typed, promote
from dqlkit.frozen import frozen
from dqlkit.store.packing import Block
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG, STRING, TIMESTAMP, Array, Type, Variant

__all__ = ["Column", "Layout", "frame_of", "logical"]

_MICROS = pl.Datetime("us", "UTC")
_NANOS = pl.Datetime("ns", "UTC")


@frozen
class Kind:
    """A type of stored values: its name, its type in DQL, the column's type in Polars and in Delta, and how it is filled."""

    name: str
    type: Type
    dtype: Any
    delta: str
    fill: Callable[[list[Any]], pl.Series]


def _plain(dtype: Any) -> Callable[[list[Any]], pl.Series]:
    return lambda values: pl.Series(values, dtype=dtype, strict=True)


def _micros(values: list[Any]) -> pl.Series:
    counts = [None if value is None else value["nanos"] // 1000 for value in values]
    return pl.Series(counts, dtype=pl.Int64).cast(_MICROS)


def _rest(values: list[Any]) -> pl.Series:
    return pl.Series([None if value is None else value["nanos"] % 1000 or None for value in values], dtype=pl.Int16)


_SCALARS = (
    Kind("boolean", BOOLEAN, pl.Boolean, "boolean", _plain(pl.Boolean)),
    Kind("long", LONG, pl.Int64, "long", _plain(pl.Int64)),
    Kind("double", DOUBLE, pl.Float64, "double", _plain(pl.Float64)),
    Kind("string", STRING, pl.String, "string", _plain(pl.String)),
)
_ARRAYS = tuple(
    Kind(
        f"array-{kind.name}", Array(kind.type), pl.List(kind.dtype), f"array<{kind.delta}>", _plain(pl.List(kind.dtype))
    )
    for kind in _SCALARS
)
_NANOS_KIND = Kind("nanos", LONG, pl.Int16, "short", _rest)
_KINDS = {
    kind.name: kind
    for kind in (*_SCALARS, Kind("timestamp", TIMESTAMP, _MICROS, "timestamp", _micros), _NANOS_KIND, *_ARRAYS)
}
_CLASSES = {bool: "boolean", int: "long", float: "double", str: "string", dict: "timestamp"}


@frozen
class Column:
    """A column: its name, the field whose values it holds, and the name of their type."""

    name: str
    field: str
    type: str

    @property
    def kind(self) -> Kind:
        return _KINDS[self.type]


class Layout:
    """The columns of a table. New ones are added as values need them."""

    def __init__(self, columns: Iterable[Column] = ()) -> None:
        self.columns: dict[tuple[str, str], Column] = {(column.field, column.type): column for column in columns}
        self._taken = {column.name.casefold() for column in self.columns.values()}

    def place(self, field: str, type: str) -> Column:
        """The column for values of a field that have a type."""
        found = self.columns.get((field, type))
        if found is None:
            found = self.columns[field, type] = Column(self._free(field, type), field, type)
            self._taken.add(found.name.casefold())
        return found

    def fields(self) -> dict[str, list[Column]]:
        """The columns of each field."""
        found: dict[str, list[Column]] = {}
        for column in self.columns.values():
            found.setdefault(column.field, []).append(column)
        return found

    def _free(self, field: str, type: str) -> str:
        plain = re.sub(r"[ ,;{}()=\x00-\x1f\x7f]", "_", field) or "_"
        names = [plain] if type != "nanos" else []
        names += [f"{plain}:{type}"]
        number = 2
        while names[0].casefold() in self._taken:
            names = [*names[1:], f"{plain}:{type}:{number}"]
            number += 1
        return names[0]


def frame_of(records: Block, layout: Layout) -> pl.DataFrame:
    """Records as the columns of a layout, which learns the columns that are new."""
    made: dict[str, pl.Series] = {}
    for name, column in records.values.items():
        for type, values in _by_type(column).items():
            made |= _columns(layout, name, type, values)
    return pl.DataFrame(made) if made else pl.DataFrame(height=records.height)


def _columns(layout: Layout, field: str, type: str, values: list[Any]) -> dict[str, pl.Series]:
    column = layout.place(field, type)
    made = {column.name: column.kind.fill(values)}
    if type == "timestamp":
        rest = _rest(values)
        if rest.null_count() < len(rest):
            made[layout.place(field, "nanos").name] = rest
    return made


def _by_type(values: list[Any]) -> dict[str, list[Any]]:
    """The values by the names of their types, each list as long as all and null where a value has another type."""
    classes = set(map(type, values)) - {type(None)}
    if len(classes) == 1 and (one := next(iter(classes))) in _CLASSES:
        return {_CLASSES[one]: values}
    parts: dict[str, list[Any]] = {}
    for at, value in enumerate(values):
        if value is not None:
            parts.setdefault(_type_of(value), [None] * len(values))[at] = value
    return parts


def _type_of(value: Any) -> str:
    if type(value) is not list:
        return _CLASSES[type(value)]
    inside = next((type(item) for item in value if item is not None), str)
    return f"array-{_CLASSES[inside]}"


def logical(layout: Layout) -> tuple[list[tuple[str, Typed]], Mapping[str, Type]]:
    """The fields of a layout as expressions over its columns, and their types."""
    fields = {field: _whole({column.type: column for column in own}) for field, own in layout.fields().items()}
    return list(fields.items()), {field: typed.kind for field, typed in fields.items()}


def _whole(columns: Mapping[str, Column]) -> Typed:
    parts = [_typed(column, columns.get("nanos")) for name, column in columns.items() if name != "nanos"]
    if len(parts) == 1:
        return parts[0]
    kind = Variant(part.kind for part in parts)
    return Typed(pl.coalesce(promote(part, kind).expression for part in parts), kind)


def _typed(column: Column, rest: Column | None) -> Typed:
    expression = pl.col(column.name)
    if column.type == "timestamp":
        expression = expression.cast(_NANOS)
        if rest is not None:
            expression = expression + pl.duration(nanoseconds=pl.col(rest.name).fill_null(0), time_unit="ns")
    return Typed(expression, column.kind.type)
