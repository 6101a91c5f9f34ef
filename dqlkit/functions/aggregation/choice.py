"""Aggregations that answer one of the values."""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.functions.function import Part, aggregation
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import O, T, Values
from dqlkit.types.kinds import BINARY, BOOLEAN, DOUBLE, DURATION, LONG, STRING, TIMESTAMP, Variant
from dqlkit.types.order import order_key
from dqlkit.types.values import Value

__all__ = ["first", "last", "maximum", "minimum", "take_any", "take_first", "take_last", "take_max", "take_min"]

_NUMBERS = Variant((LONG, DOUBLE))
_ORDERED = (BOOLEAN, LONG, STRING, BINARY, TIMESTAMP, DURATION)


@aggregation(name="min", in_series=True, of_metrics=True)
def minimum(expression: Values[O]) -> O | None:
    """The least value: numbers, texts, booleans, points in time or durations, never mixed."""
    return _as_mixed(expression, min(expression, key=order_key)) if expression else None


@aggregation(name="max", in_series=True, of_metrics=True)
def maximum(expression: Values[O]) -> O | None:
    """The greatest value: numbers, texts, booleans, points in time or durations, never mixed."""
    return _as_mixed(expression, max(expression, key=order_key)) if expression else None


def _as_mixed(values: Sequence[Value], found: Value) -> Value:
    """Where longs and doubles mix the result is a double, as a sum of them is."""
    return float(found) if {type(value) for value in values} == {int, float} else found


@aggregation
def take_min(expression: Values[T]) -> T | None:
    """The first value in the order of `sort`, of whatever types."""
    return min(expression, key=order_key, default=None)


@aggregation
def take_max(expression: Values[T]) -> T | None:
    """The last value in the order of `sort`, of whatever types."""
    return max(expression, key=order_key, default=None)


@aggregation(by_order=True)
def take_first(expression: Values[T]) -> T | None:
    """The first value in the order of the records that is not null."""
    return expression[0] if expression else None


@aggregation(by_order=True)
def take_last(expression: Values[T]) -> T | None:
    """The last value in the order of the records that is not null."""
    return expression[-1] if expression else None


@aggregation(by_order=True)
def first(expression: Values[T]) -> T | None:
    """What `takeFirst` gives: the first value that is not null [decided: no page describes it, published queries use it]."""
    return expression[0] if expression else None


@aggregation(by_order=True)
def last(expression: Values[T]) -> T | None:
    """What `takeLast` gives: the last value that is not null [decided: the list of aggregations names it, without more]."""
    return expression[-1] if expression else None


@aggregation(by_order=True)
def take_any(expression: Values[T]) -> T | None:
    """Any value that is not null: here the first one."""
    return expression[0] if expression else None


for _least in (minimum, take_min):
    _least.polars(lambda expression: expression.min(), expression=(*_ORDERED, DOUBLE))
for _greatest in (maximum, take_max):
    _greatest.polars(lambda expression: expression.max(), expression=_ORDERED)
    _greatest.polars(lambda expression: expression.nan_max(), expression=DOUBLE)


@minimum.polars(expression=_NUMBERS)
def _(expression, of_type, encoded):
    longs, doubles = of_type(LONG).min(), of_type(DOUBLE).min()
    return _of_both(longs, doubles, doubles.is_nan() | (longs.cast(pl.Float64) < doubles), encoded)


@maximum.polars(expression=_NUMBERS)
def _(expression, of_type, encoded):
    longs, doubles = of_type(LONG).max(), of_type(DOUBLE).nan_max()
    return _of_both(longs, doubles, longs.cast(pl.Float64) > doubles, encoded)


def _of_both(longs, doubles, of_longs, encoded):
    """The extreme of the longs, of the doubles, or of both, which is a double."""
    one = pl.when(doubles.is_null()).then(encoded(longs, LONG)).when(longs.is_null()).then(encoded(doubles, DOUBLE))
    return one.otherwise(encoded(pl.when(of_longs).then(longs.cast(pl.Float64)).otherwise(doubles), DOUBLE))


@take_min.polars
def _(expression, comparable):
    (key,) = comparable()
    return expression.sort_by(key, nulls_last=True, maintain_order=True).first()


@take_max.polars
def _(expression, comparable):
    (key,) = comparable()
    return expression.sort_by(key, descending=True, nulls_last=True, maintain_order=True).first()


for _earliest in (take_first, first):
    _earliest.polars(lambda expression: expression.first(ignore_nulls=True))
for _latest in (take_last, last):
    _latest.polars(lambda expression: expression.last(ignore_nulls=True))
take_any.polars(lambda expression: expression.first(ignore_nulls=True))
for _extreme in (minimum, maximum):
    _extreme.in_parts(Part(_extreme, _extreme), expression=(*_ORDERED, DOUBLE))
for _chosen in (take_min, take_max, take_first, first, take_last, last, take_any):
    _chosen.in_parts(Part(_chosen, _chosen))
