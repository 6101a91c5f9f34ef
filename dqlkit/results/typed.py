"""Values as JSON that keeps numbers: long and duration are numbers here, while the vendor's form writes them as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.types.kinds import DURATION, LONG, Array, Record, Type, Variant, members
from dqlkit.types.values import Duration, Value
from dqlkit.wire.shape import Json
from dqlkit.wire.values import wire, wire_column

if TYPE_CHECKING:
    import polars as pl

__all__ = ["typed_column"]


def typed_column(column: pl.Series, kind: Type, zone: str = "UTC") -> list[Json]:
    """The values of a column of the type `kind`."""
    if kind == LONG:
        return column.to_list()
    if isinstance(kind, (Array, Record, Variant)) or kind == DURATION or not members(kind):
        from dqlkit.engines.polars.physical import values_of

        return [_typed(value, zone) for value in values_of(column, kind)]
    return wire_column(column, kind, zone)


def _typed(value: Value, zone: str) -> Json:
    if type(value) is int:
        return value
    if isinstance(value, Duration):
        return value.nanos
    if isinstance(value, list):
        return [_typed(item, zone) for item in value]
    if isinstance(value, dict):
        return {name: _typed(member, zone) for name, member in value.items()}
    return wire(value, zone)
