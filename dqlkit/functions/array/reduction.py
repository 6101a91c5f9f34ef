"""One value of the elements of an array: sums, means, extremes, percentiles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dqlkit.functions.aggregation.moments import add_up
from dqlkit.functions.aggregation.ranks import nearest_rank, rankable, ranked, ranked_type
from dqlkit.functions.encoded_members import read_each
from dqlkit.functions.function import Function, known, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Array, Constant, Double, Long, Number, Percentage, T
from dqlkit.types import order
from dqlkit.types.kinds import ANY, BOOLEAN, DOUBLE, DURATION, LONG, STRING, TIMESTAMP, Type, Variant, element_type
from dqlkit.types.kinds import Array as ArrayType
from dqlkit.types.order import order_key
from dqlkit.types.values import Value, type_name

_LONGS, _DOUBLES = ArrayType(LONG), ArrayType(DOUBLE)
_RANKED = tuple(ArrayType(kind) for kind in (LONG, DOUBLE, BOOLEAN, TIMESTAMP, DURATION))


def numbers(array: list[Value]) -> list[Number]:
    """The elements that are numbers."""
    return [element for element in array if type(element) in (int, float)]


def of_elements(kind: Type) -> bool:
    """As a `where` word: an array whose elements have one type that Polars orders as DQL does."""
    return isinstance(kind, ArrayType) and kind.element in (LONG, STRING, BOOLEAN, TIMESTAMP, DURATION)


@scalar(known_as=("array_size", "arraylength"))
def array_size(array: Array[Anything]) -> Long:
    """How many elements there are, nulls counted.

    >>> arraySize(array(1, null))
    2
    """
    return len(array)


@scalar
def array_sum(array: Array[Anything]) -> Double:
    """The sum of the numbers among the elements, 0 where there are none.

    >>> arraySum(array(1, 2, null, "3"))
    3.0
    """
    return add_up(numbers(array))


@scalar
def array_avg(array: Array[Anything]) -> Double:
    """The mean of the numbers among the elements, 0 where there are none.

    >>> arrayAvg(array(1, 2))
    1.5
    """
    found = numbers(array)
    return add_up(found) / len(found) if found else 0.0


def _ordered(array: list[Value]) -> list[Value]:
    """What `arrayMin` and `arrayMax` look at: the numbers if there are any, else all elements if of one kind."""
    found = numbers(array) or [element for element in array if element is not None]
    names = set(map(type_name, found))
    return sorted(found, key=order_key) if names <= {"long", "double"} or names in _COMPARABLE else []


_COMPARABLE = ({"boolean"}, {"string"}, {"timestamp"}, {"duration"})


@scalar
def array_min(array: Array[T]) -> T | None:
    """The least element; null where there is none.

    Among numbers other elements do not count; texts, booleans, points in time and durations compare with their like,
    and a mix of these is null [decided: the sources disagree].

    >>> arrayMin(array(3, "a", 1.5))
    1.5
    >>> arrayMin(array("b", "a"))
    "a"
    """
    return next(iter(_ordered(array)), None)


@scalar
def array_max(array: Array[T]) -> T | None:
    """The greatest element; null where there is none. What compares is as for `arrayMin`.

    >>> arrayMax(array(2, 3, 1))
    3
    """
    return next(reversed(_ordered(array)), None)


@scalar
def array_median(expression: Array[Anything]) -> Anything:
    """The 50th percentile of the elements; see `percentile`. Null where they are of different kinds.

    >>> arrayMedian(array(2, 3, 7, 7, 1))
    3.0
    """
    return array_percentile(expression, 50)


@scalar
def array_percentile(expression: Array[Anything], percentile: Constant[Percentage]) -> Anything:
    """The least element that at least so many percent of the elements do not exceed; see `percentile`.

    Nulls do not count; null where the elements are of different kinds.

    >>> arrayPercentile(array(1, 2, 3, 4), 75)
    3.0
    """
    values = [element for element in expression if element is not None]
    return nearest_rank(values, percentile) if rankable(values) else None


@array_median.returns
def _(expression: Type) -> Type:
    return ranked_type(element_type(expression))


@array_percentile.returns
def _(expression: Type, percentile: Type) -> Type:
    return ranked_type(element_type(expression))


def _or_zero(array, value):
    return pl.when(array.is_not_null()).then(value.fill_null(0.0))


array_size.polars(lambda array: array.list.len())


@array_size.polars(array=ANY)
def _(array):
    def read(values):
        return read_each(values, "array", lambda data: len(order.parts(data)), pl.Int64)

    return array.map_batches(read, return_dtype=pl.Int64, is_elementwise=True)


array_sum.polars(lambda array: _or_zero(array, array.list.sum()), array=_DOUBLES)
array_sum.polars(lambda array: _or_zero(array, _wide(array).list.sum().cast(pl.Float64)), array=_LONGS)
array_avg.polars(lambda array: _or_zero(array, array.list.mean()), array=_DOUBLES)
array_avg.polars(lambda array: _or_zero(array, array.list.agg(_exact_mean(pl.element()))), array=_LONGS)
array_min.polars(lambda array: array.list.agg(pl.element().min()), array=of_elements)
array_max.polars(lambda array: array.list.agg(pl.element().max()), array=of_elements)
array_min.polars(lambda array: array.list.agg(pl.element().min()), array=_DOUBLES)
array_max.polars(lambda array: array.list.agg(pl.element().nan_max()), array=_DOUBLES)


def _of_many_types(kind: Type) -> bool:
    return isinstance(kind, ArrayType) and isinstance(kind.element, Variant)


@array_sum.polars(array=_of_many_types)
def _(array, of_type):
    return _or_zero(array, _mixed_sum(of_type(LONG), of_type(DOUBLE)))


@array_avg.polars(array=_of_many_types)
def _(array, of_type):
    longs, doubles = of_type(LONG), of_type(DOUBLE)
    count = sum(numbers.list.eval(pl.element().is_not_null()).list.sum() for numbers in (longs, doubles))
    return _or_zero(array, pl.when(count > 0).then(_mixed_sum(longs, doubles) / count))


def _mixed_sum(longs, doubles):
    return _wide(longs).list.sum().cast(pl.Float64).fill_null(0.0) + doubles.list.sum().fill_null(0.0)


def _exact_mean(longs):
    return pl.when(longs.count() > 0).then(longs.cast(pl.Int128).sum().cast(pl.Float64) / longs.count())


def _wide(array):
    """Longs in 128 bits, so that no sum of them overflows."""
    return array.list.eval(pl.element().cast(pl.Int128))


@array_median.polars(expression=_RANKED)
def _(expression, types):
    return expression.list.agg(ranked(pl.element(), 50, types["expression"].element))


@array_percentile.polars(expression=_RANKED, percentile=known)
def _(expression, percentile, types):
    return expression.list.agg(ranked(pl.element(), percentile, types["expression"].element))


# ---- aggregations of the elements -----------------------------------------------------------------------------------


def over_elements(function: Function[..., Any], whole: Function[..., Any]) -> None:
    """Let a function of one array be typed and lowered as an aggregation of its elements is."""

    @function.returns
    def _(array: Type) -> Type:
        return whole.result([element_type(array)])

    @function.polars
    def _(array, types):
        built = (lowering.build(pl.element()) for lowering in _fitting(whole, types))
        return next((array.list.agg(one) for one in built), None)


def _fitting(whole: Function[..., Any], types: dict[str, Type]) -> Iterator[Any]:
    """The lowerings of an aggregation that want nothing but the elements."""
    parameter = whole.signature.parameters[0]
    (kind,) = types.values()
    element = element_type(kind)
    if element.name in whole.accepted(parameter):
        yield from (one for one in whole.lowerings if not one.wants and one.holds_for(parameter, element, False))
