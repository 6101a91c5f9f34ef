"""Aggregations by rank: percentiles."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dqlkit.functions.aggregation.moments import add_up
from dqlkit.functions.function import aggregation, known, operator
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import (
    Anything,
    Array,
    Boolean,
    Constant,
    Double,
    Duration,
    Long,
    Number,
    Percentage,
    T,
    Timestamp,
    Values,
)
from dqlkit.types.kinds import (
    ANY,
    BOOLEAN,
    DOUBLE,
    DURATION,
    LONG,
    TIMESTAMP,
    Type,
    Variant,
    element_type,
    join_all,
    members,
)
from dqlkit.types.kinds import Array as ArrayType
from dqlkit.types.order import order_key
from dqlkit.types.values import Value, type_name

__all__ = [
    "RANKED",
    "at_percentage",
    "median",
    "nearest_rank",
    "percent_rank",
    "percentile",
    "percentile_from_samples",
    "percentiles",
    "rankable",
    "ranked",
    "ranked_type",
    "sorted_values",
]

#: The types of values that are ranked; a field of one of them has no others.
RANKED = (BOOLEAN, LONG, DOUBLE, TIMESTAMP, DURATION)
_NUMBERS = (LONG, DOUBLE)
_RANKED = "long -> double; double -> double; boolean -> boolean; timestamp -> timestamp; duration -> duration"


#: A share that rounding puts a hair above a whole number of values is that number.
_HAIR = 1 - 2.0**-50


def nearest_rank(values: Sequence[Value], percentage: Number, weights: Sequence[Number] | None = None) -> Value:
    """The least value that so many percent of all values, or of their weight, do not exceed; longs as doubles."""
    weights = [1.0] * len(values) if weights is None else weights
    pairs = [(value, weight) for value, weight in zip(values, weights, strict=True) if 0 < weight < math.inf]
    pairs.sort(key=lambda pair: order_key(pair[0]))
    wanted = add_up([weight for _, weight in pairs]) * percentage / 100 * _HAIR
    reached, found = 0.0, None
    for value, weight in pairs:
        reached, found = reached + weight, value
        if reached >= wanted:
            break
    return float(found) if type(found) is int else found


@aggregation(
    overloads=_RANKED,
    in_series=True,
    of_metrics=True,
    akin={f"p{percentage}": f"percentile({{}}, {percentage})" for percentage in (50, 75, 90, 95, 99)},
)
def percentile(
    expression: Values[Anything], percentile: Constant[Percentage], *, weight: Values[Number] | Number = 1
) -> Anything:
    """The least value that at least so many percent of the records do not exceed.

    `weight` says for how many records one counts; one without a positive weight does not. The vendor estimates from a
    histogram, whose answer lies close to a value that occurs; so here it is a value that occurs, exactly, and never a
    point between two of them [decided: this also holds for booleans and for weights].
    """
    return nearest_rank(expression, percentile, weight if isinstance(weight, list) else None)


@aggregation(overloads=_RANKED, in_series=True, of_metrics=True)
def median(expression: Values[Anything], *, weight: Values[Number] | Number = 1) -> Anything:
    """The 50th percentile: of an even number of values the lower one of the middle [decided: see `percentile`]."""
    return nearest_rank(expression, 50, weight if isinstance(weight, list) else None)


@aggregation(order=("expression", "weight"))
def percentiles(
    expression: Values[Boolean | Long | Double | Timestamp | Duration],
    *percentile: Constant[Percentage],
    weight: Values[Number] | Number = 1,
) -> Array[Anything] | None:
    """Several percentiles, in the order in which they are asked for."""
    weights = weight if isinstance(weight, list) else None
    return [nearest_rank(expression, wanted, weights) for wanted in percentile] if expression else None


@aggregation(in_series=True)
def percentile_from_samples(
    expression: Values[Array[Anything]],
    percentile: Constant[Percentage],
    *,
    original_count: Values[Number] | None = None,
) -> Anything:
    """A percentile over the elements of all arrays, each of which is a sample of its record.

    `originalCount` says how many values a sample stands for: its elements share that weight evenly [inferred].
    """
    samples = [[value for value in sample if value is not None] for sample in expression]
    counts = original_count or [len(sample) for sample in samples]
    weights = [count / len(sample) for sample, count in zip(samples, counts, strict=True) for _ in sample]
    values = [value for sample in samples for value in sample]
    return nearest_rank(values, percentile, weights) if rankable(values) else None


@aggregation(in_series=True, of_metrics=True)
def percent_rank(
    expression: Values[Boolean | Long | Double | Timestamp | Duration],
    value: Constant[Boolean | Long | Double | Timestamp | Duration],
) -> Double | None:
    """The share of values that come before `value`, from 0 to 1; equal ones do not count [decided: undocumented]."""
    if not expression or not rankable([value, *expression]):
        return None
    return sum(order_key(one) < order_key(value) for one in expression) / len(expression)


def rankable(values: Sequence[Value]) -> bool:
    """Whether all values are numbers, or all of one other kind that can be ranked."""
    kinds = {"number" if kind in ("long", "double") else kind for kind in map(type_name, values)}
    return kinds in ({"number"}, {"boolean"}, {"timestamp"}, {"duration"})


def ranked_type(kind: Type) -> Type:
    """The type of a percentile of values of a type."""
    if kind == ANY:
        return Variant((BOOLEAN, DOUBLE, TIMESTAMP, DURATION))
    doubled = (DOUBLE if option == LONG else option for option in members(kind))
    return join_all(option for option in doubled if option in (BOOLEAN, DOUBLE, TIMESTAMP, DURATION))


@percentiles.returns
def _(expression: Type, weight: Type | None, percentile: tuple[Type, ...]) -> Type:
    return ArrayType(ranked_type(expression))


@percentile_from_samples.returns
def _(expression: Type, percentile: Type, original_count: Type | None) -> Type:
    return ranked_type(element_type(expression))


def ranked(expression, percentage, kind):
    """The lowering of `nearest_rank`."""
    if kind in _NUMBERS:
        return expression.cast(pl.Float64).quantile(percentage / 100 * _HAIR, "equiprobable")
    return expression.drop_nulls().sort().get(_place_of(expression.count(), percentage), null_on_oob=True)


def _place(count: int, percentage: float) -> int:
    """Where among so many sorted values a percentile stands."""
    return max(math.ceil(count * float(percentage) / 100 * _HAIR), 1) - 1


def _place_of(counts, percentage):
    """The same of columns."""
    return (counts * float(percentage) / 100 * _HAIR).ceil().clip(lower_bound=1).cast(pl.Int64) - 1


@percentile.polars(percentile=known)
def _(expression, percentile, *, weight, types):
    return ranked(expression, percentile, types["expression"]) if isinstance(weight, int) else None


@median.polars
def _(expression, *, weight, types):
    return ranked(expression, 50, types["expression"]) if isinstance(weight, int) else None


@percentiles.polars(percentile=known)
def _(expression, *percentile, weight, types):
    if not isinstance(weight, int) or not all(wanted is not None and 0 <= wanted <= 100 for wanted in percentile):
        return None
    found = [ranked(expression, wanted, types["expression"]) for wanted in percentile]
    return pl.when(expression.count() > 0).then(pl.concat_list(found))


# ---- several percentiles of one value -------------------------------------------------------------------------------


@aggregation(only="plan")
def sorted_values(expression: Values[Anything]) -> Array[T]:
    """All values, in ascending order."""
    return sorted(expression, key=order_key)


@operator("", name="atPercentage", category="general", only="plan")
def at_percentage(array: Array[T], percentage: Constant[Percentage]) -> T | None:
    """Of sorted values the least that so many percent of them do not exceed."""
    return array[_place(len(array), percentage)] if array else None


@sorted_values.returns
def _(expression: Type) -> Type:
    return ArrayType(expression)


@sorted_values.polars(expression=RANKED)
def _(expression, grouped):
    values = expression.drop_nulls()
    return (
        values.implode().list.sort() if grouped else values.sort().implode()
    )  # each list by one processor, or all by both


@at_percentage.polars(array=lambda kind: isinstance(kind, ArrayType), percentage=known)
def _(array, percentage):
    return array.list.get(_place_of(array.list.len(), percentage), null_on_oob=True)
