"""A Polars expression with its DQL type, and the ways from one type to another that lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import polars as pl

from dqlkit.engines.polars.encoding import concatenated, decode_values, decoded, encoded
from dqlkit.engines.polars.physical import dtype_of, is_encoded, series_of, values_of
from dqlkit.frozen import frozen
from dqlkit.functions.exact_names import member_named
from dqlkit.types import order
from dqlkit.types.kinds import (
    ANY,
    BINARY,
    BOOLEAN,
    DOUBLE,
    DURATION,
    LONG,
    NULL,
    STRING,
    TIMESTAMP,
    Array,
    Record,
    Type,
    members,
)
from dqlkit.types.values import Value

__all__ = ["Typed", "constant", "converted", "is_kind", "key_bytes", "narrow", "promote", "sort_key"]

_MISSING = object()
#: The types of which a whole column becomes bytes at once.
_PLAIN = (BOOLEAN, DOUBLE, DURATION, LONG, STRING, TIMESTAMP)
#: So many bytes of an encoded number are its key.
_NUMBER_KEY = 11


@frozen
class Typed:
    """`constant` is the value where the expression is a literal."""

    expression: pl.Expr
    kind: Type
    constant: Value = _MISSING

    @property
    def is_constant(self) -> bool:
        return self.constant is not _MISSING


def constant(value: Value, kind: Type) -> Typed:
    """A literal."""
    if value is None or kind in (LONG, DOUBLE):
        return Typed(_plain(repr(value), value, kind), kind, value)
    if kind in (BOOLEAN, STRING):
        return Typed(_text(value), kind, value)
    if kind in (TIMESTAMP, DURATION):  # plain literals too, which scans can compare with the statistics of a file
        return Typed(pl.lit(value.nanos, dtype_of(kind)), kind, value)
    return Typed(pl.lit(series_of([value], kind)).first(), kind, value)


@lru_cache(maxsize=1024)
def _plain(shown: str, value: Value, kind: Type) -> pl.Expr:
    """A null or a number; making one takes Polars longer than most expressions. `shown` tells zeros apart."""
    return pl.lit(value, dtype_of(kind))


@lru_cache(maxsize=1024)
def _text(value: str | bool) -> pl.Expr:
    """A text or a boolean, which are never equal."""
    return pl.lit(value)


def promote(typed: Typed, kind: Type) -> Typed:
    """The same values in a column of a wider type."""
    if typed.kind == kind:
        return typed
    if typed.is_constant:
        return constant(typed.constant, kind)
    return Typed(_promoted(typed.expression, typed.kind, kind), kind)


def _promoted(expression: pl.Expr, old: Type, new: Type) -> pl.Expr:
    if old == NULL:
        return expression.cast(dtype_of(new))
    if dtype_of(old) == dtype_of(new) and is_encoded(old) == is_encoded(new):
        return expression
    if isinstance(old, Array) and isinstance(new, Array):
        return expression.list.eval(_promoted(pl.element(), old.element, new.element))
    if isinstance(old, Record) and isinstance(new, Record):
        members = [
            _promoted(member_named(expression, old, name), kind, new.member(name)).alias(name)
            for name, kind in old.fields
        ]
        return pl.when(expression.is_not_null()).then(pl.struct(members))
    return in_batches(expression, lambda series: converted(series, old, new), new)


def converted(series: pl.Series, old: Type, new: Type) -> pl.Series:
    """The values of a column in a column of a wider type."""
    whole = encoded(series, old) if is_encoded(new) else None
    return series_of(values_of(series, old), new) if whole is None else whole


def in_batches(expression: pl.Expr, convert: Callable[[pl.Series], pl.Series], kind: Type) -> pl.Expr:
    """Apply a function of a whole column."""
    return expression.map_batches(convert, return_dtype=dtype_of(kind), is_elementwise=True)


def rank_of(kind: Type) -> bytes:
    """The first byte of an encoded value of this type."""
    return bytes([order.RANK["number" if kind in (LONG, DOUBLE) else kind.name]])


def is_kind(encoded: pl.Expr, kind: Type) -> pl.Expr:
    """Which values of an encoded column have the type."""
    ranked = encoded.bin.head(1) == rank_of(kind)
    if kind in (LONG, DOUBLE):
        long = encoded.bin.tail(1) == order.LONG_TAG
        return ranked & (long if kind == LONG else ~long)
    return ranked


def narrow(typed: Typed, kind: Type) -> Typed:
    """The values of an encoded column that have the type, null for the others."""
    chosen = pl.when(is_kind(typed.expression, kind)).then(typed.expression)
    return Typed(in_batches(chosen, lambda series: _decoded(series, kind), kind), kind)


def _decoded(series: pl.Series, kind: Type) -> pl.Series:
    whole = decoded(series, kind)
    return series_of(decode_values(series), kind) if whole is None else whole


def sort_key(typed: Typed) -> pl.Expr:
    """An expression that Polars orders and compares as DQL orders and compares the values."""
    expression, kind = typed.expression, typed.kind
    if isinstance(kind, Record) and kind.fields:
        return in_batches(expression, lambda series: _record_keys(series, kind), BINARY)
    if isinstance(kind, (Array, Record)) or kind.name == "timeframe":
        return in_batches(expression, lambda series: _keys(values_of(series, kind)), BINARY)
    if not is_encoded(kind):
        return expression
    rank = expression.bin.head(1)
    keys = pl.when(rank == rank_of(LONG)).then(expression.bin.head(_NUMBER_KEY)).otherwise(expression)
    if not any(isinstance(option, (Array, Record)) for option in members(kind) or (Array(kind),)):
        return keys
    nested = pl.when(rank.is_in(order.NESTED)).then(expression)
    return pl.coalesce(in_batches(nested, _nested_keys, BINARY), keys)


def key_bytes(typed: Typed) -> pl.Expr:
    """The bytes of `order.order_key` for values of any type, null too."""
    if typed.kind in _PLAIN and not typed.is_constant:
        return in_batches(typed.expression, lambda column: _bytes_of(column, typed.kind), BINARY)
    nested = isinstance(typed.kind, (Array, Record)) and not typed.is_constant
    return sort_key(typed if nested else promote(typed, ANY)).fill_null(pl.lit(order.encode(None)))


def _record_keys(records: pl.Series, kind: Record) -> pl.Series:
    """The keys of records: of the members that are not null, in the order of their names."""
    members = [(order.encode(name), member_named(records, kind, name), member) for name, member in kind.fields]
    members.sort(key=lambda one: one[0])
    held = pl.DataFrame([values.alias(str(k)) for k, (_, values, _) in enumerate(members)])
    parts = [
        pl.when(pl.col(str(k)).is_not_null())
        .then(pl.lit(name) + key_bytes(Typed(pl.col(str(k)), member)))
        .otherwise(pl.lit(b""))
        for k, (name, _, member) in enumerate(members)
    ]
    keys = held.select(concatenated([pl.lit(rank_of(kind)), *parts, pl.lit(b"\x00")])).to_series()
    return keys.zip_with(records.is_not_null(), pl.Series([None], dtype=pl.Binary)) if records.null_count() else keys


def _bytes_of(column: pl.Series, kind: Type) -> pl.Series:
    made = encoded(column, kind)
    assert made is not None
    keys = made.bin.head(_NUMBER_KEY) if kind in (LONG, DOUBLE) else made
    return keys.fill_null(order.encode(None)) if keys.null_count() else keys


def _nested_keys(encoded: pl.Series) -> pl.Series:
    if encoded.null_count() == len(encoded):
        return encoded
    return pl.Series([None if data is None else order.key(data) for data in encoded.to_list()], dtype=pl.Binary)


def _keys(values: list[Any]) -> pl.Series:
    return pl.Series([None if value is None else order.order_key(value) for value in values], dtype=pl.Binary)
