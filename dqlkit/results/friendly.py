"""Converts answers to columns of types that other tools have.

Scalars, arrays and records keep their types. Addresses and ids become text, a geopoint a struct of two doubles. A column
of longs and doubles becomes one of doubles, so that other tools can calculate with it. A column of other mixed types
becomes text, each value as `toString` writes it, since columns elsewhere have one type; `Result.records` keeps the types,
and `mixed` tells which columns these are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.types.kinds import DOUBLE, GEOPOINT, IP, LONG, SMARTSCAPE_ID, STRING, UID, Array, Record, Type, Variant
from dqlkit.types.text import text_of
from dqlkit.types.values import GeoPoint, Value

if TYPE_CHECKING:
    import polars as pl

__all__ = ["friendly_column", "friendly_kind", "mixed"]

_POINT = Record([("latitude", DOUBLE), ("longitude", DOUBLE)])


def friendly_kind(kind: Type) -> Type:
    """The type to which a column of type `kind` is converted."""
    if isinstance(kind, Array):
        return Array(friendly_kind(kind.element))
    if isinstance(kind, Record) and kind.fields:
        return Record((name, friendly_kind(member)) for name, member in kind.fields)
    if isinstance(kind, Variant) and kind.options == {LONG, DOUBLE}:
        return DOUBLE
    if kind in (IP, UID, SMARTSCAPE_ID) or isinstance(kind, (Variant, Record)):
        return STRING
    return _POINT if kind == GEOPOINT else kind


def mixed(kind: Type) -> Type | None:
    """The mix of types in a type that becomes text elsewhere; None where nothing does."""
    if isinstance(kind, Variant):
        return kind if friendly_kind(kind) == STRING else None
    inner = [kind.element] if isinstance(kind, Array) else []
    if isinstance(kind, Record):
        inner = [member for _, member in kind.fields]
    return next((found for one in inner if (found := mixed(one)) is not None), None)


def friendly_column(column: pl.Series, kind: Type) -> pl.Series:
    """The same values in a column of `friendly_kind(kind)`."""
    from dqlkit.engines.polars.physical import series_of, values_of

    plain = friendly_kind(kind)
    if plain == kind:
        return column
    return series_of([_friendly(value, plain) for value in values_of(column, kind)], plain, column.name)


def _friendly(value: Value, kind: Type) -> Value:
    if value is None:
        return None
    if kind == STRING:
        return text_of(value)
    if kind == DOUBLE:
        return float(value)
    if isinstance(kind, Array):
        return [_friendly(item, kind.element) for item in value]
    if isinstance(value, GeoPoint):
        return {"latitude": value.latitude, "longitude": value.longitude}
    if isinstance(kind, Record):
        return {name: _friendly(value.get(name), member) for name, member in kind.fields}
    return value
