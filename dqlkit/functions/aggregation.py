"""Aggregations: one value for the records of a group."""

from __future__ import annotations

import math

from dqlkit.functions.function import aggregation
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Boolean, Constant, Double, Long, M, O, Values
from dqlkit.types.kinds import DOUBLE, DURATION, LONG, STRING, TIMESTAMP
from dqlkit.types.order import order_key
from dqlkit.types.values import Duration, wrap

_MEASURES = "long -> double; double -> double; duration -> duration"


@aggregation
def count(*, records: int = 0) -> Long:
    """The number of records, those without any field included."""
    return records


@aggregation
def count_if(condition: Values[Boolean]) -> Long:
    """The number of records for which the condition is true."""
    return condition.count(True)


@aggregation(name="sum", overloads=_MEASURES)
def total(expression: Values[M]) -> Anything:
    """The sum: a double for numbers (even for longs alone), a duration for durations; null without values.

    Mixed kinds make null.
    """
    if not expression:
        return None
    if isinstance(expression[0], Duration):
        return Duration(wrap(sum(value.nanos for value in expression)))  # type: ignore[attr-defined]
    return math.fsum(expression) if all(map(math.isfinite, expression)) else float(sum(expression))  # type: ignore[arg-type]


@aggregation(overloads=_MEASURES)
def avg(expression: Values[M]) -> Anything:
    """The mean: a double for numbers, a duration for durations (rounded toward zero); null without values."""
    if not expression:
        return None
    if isinstance(expression[0], Duration):
        whole = sum(value.nanos for value in expression)  # type: ignore[attr-defined]
        return Duration(int(whole / len(expression)))
    return total.body(expression) / len(expression)


@aggregation(name="min")
def minimum(expression: Values[O]) -> O | None:
    """The least value: numbers, texts, booleans, points in time or durations, never mixed; null without values."""
    return _extreme(expression, min)


@aggregation(name="max")
def maximum(expression: Values[O]) -> O | None:
    """The greatest value: numbers, texts, booleans, points in time or durations, never mixed; null without values."""
    return _extreme(expression, max)


def _extreme(values, choose):
    """Where longs and doubles mix the result is a double, as a sum of them is."""
    if not values:
        return None
    found = choose(values, key=order_key)
    return float(found) if {type(value) for value in values} == {int, float} else found


@aggregation
def count_distinct(expression: Values[Anything], *, precision: Constant[Long] = 14) -> Long:
    """How many different values there are, null not counted.

    The vendor estimates; dqlkit counts exactly, which lies within any precision asked for.
    """
    return len({order_key(value) for value in expression})


count.polars(lambda: pl.len())
count_if.polars(lambda condition: condition.sum())
total.polars(lambda expression: pl.when(expression.count() > 0).then(expression.cast(pl.Float64).sum()), expression=(LONG, DOUBLE))
total.polars(lambda expression: pl.when(expression.count() > 0).then(expression.sum()), expression=DURATION)
avg.polars(lambda expression: expression.cast(pl.Float64).mean(), expression=(LONG, DOUBLE))
for _kind in (LONG, STRING, TIMESTAMP, DURATION):
    minimum.polars(lambda expression: expression.min(), expression=_kind)
    maximum.polars(lambda expression: expression.max(), expression=_kind)
minimum.polars(lambda expression: expression.nan_min(), expression=DOUBLE)
maximum.polars(lambda expression: expression.nan_max(), expression=DOUBLE)


@count_distinct.polars
def _(expression, *, precision, comparable):
    (value,) = comparable()
    return value.drop_nulls().n_unique()
