"""Whether a column holds one of some values, for lowerings."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dqlkit.functions.lazy import pl
from dqlkit.types.kinds import BINARY, BOOLEAN, DOUBLE, DURATION, LONG, NULL, STRING, TIMESTAMP, Type
from dqlkit.types.order import order_key
from dqlkit.types.values import LONG_MAX, LONG_MIN, Value, type_name

if TYPE_CHECKING:
    import polars

__all__ = ["among"]

_PLAIN = (LONG, DOUBLE, BOOLEAN, STRING, BINARY, TIMESTAMP, DURATION)


def among(column, kind: Type, key: Callable[[], polars.Expr], values: Sequence[Value]):
    """Which values of a column equal one of `values`, as `==` has it; null for null.

    `key` makes the form of the column that compares as bytes, for types that have no other.
    """
    if kind == NULL:
        return _is_in(column, [])
    if kind not in _PLAIN:
        return _is_in(key(), [order_key(value) for value in values if value is not None])
    if kind in (LONG, DOUBLE):
        numbers = (_as(kind, value) for value in _of(values, "long", "double"))
        return _is_in(column, [number for number in numbers if number is not None])
    return _is_in(column.to_physical(), [getattr(value, "nanos", value) for value in _of(values, kind.name)])


def _as(kind: Type, number: float) -> float | None:
    """The number of that type that equals another, None where there is none: not every long is a double."""
    if kind == DOUBLE:
        return float(number) if float(number) == number or number != number else None
    whole = int(number) if math.isfinite(number) and number == int(number) else None
    return whole if whole is not None and LONG_MIN <= whole <= LONG_MAX else None


def _is_in(column, values: Sequence[Value]):
    return column.is_in(values) if values else pl.when(column.is_not_null()).then(False)


def _of(values: Sequence[Value], *names: str) -> list[Value]:
    return [value for value in values if type_name(value) in names]
