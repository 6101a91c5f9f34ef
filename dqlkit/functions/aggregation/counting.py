"""Aggregations that count."""

from __future__ import annotations

from dqlkit.functions.function import Part, aggregation, operator
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Array, Boolean, Long, T, Values
from dqlkit.types.kinds import BOOLEAN
from dqlkit.types.order import order_key
from dqlkit.types.values import wrap

__all__ = ["add_longs", "all_different", "all_different_in", "count", "count_if", "count_values", "how_many"]


@aggregation(scales=True, in_series=True, of_metrics=True)
def count(*, records: int = 0) -> Long:
    """The number of records, those without any field included."""
    return records


@aggregation(scales=True, in_series=True)
def count_if(condition: Values[Boolean]) -> Long:
    """The number of records for which the condition is true."""
    return condition.count(True)


count.polars(lambda: pl.len())
count_if.polars(lambda condition: condition.sum())


# ---- in parts -------------------------------------------------------------------------------------------------------


@aggregation(only="plan")
def add_longs(expression: Values[Long]) -> Long | None:
    """The sum of longs as a long, for numbers that cannot become too large together."""
    return wrap(sum(expression)) if expression else None


@aggregation(only="plan")
def count_values(expression: Values[Anything]) -> Long:
    """How many records have a value."""
    return len(expression)


@aggregation(only="plan", by_order=True)
def all_different(expression: Values[T]) -> Array[T]:
    """The different values, however many there are, as they first come."""
    found: dict[bytes, T] = {}
    for value in expression:
        found.setdefault(order_key(value), value)
    return list(found.values())


@aggregation(only="plan", by_order=True)
def all_different_in(arrays: Values[Array[T]]) -> Array[T]:
    """The different elements of arrays."""
    found: list[T] = all_different.body([value for array in arrays for value in array])
    return found


@operator("", name="howMany", category="general", only="plan")
def how_many(array: Array[T]) -> Long:
    """The number of elements."""
    return len(array)


add_longs.polars(lambda expression: pl.when(expression.count() > 0).then(expression.sum()))
count_values.polars(lambda expression: expression.count())
how_many.polars(lambda array: array.list.len(), array=lambda kind: kind.name == "array")


@all_different.polars
def _(expression, comparable):
    (key,) = comparable()
    return expression.filter(key.is_first_distinct() & key.is_not_null()).implode()


count.in_parts(Part(count, add_longs))
count_if.in_parts(Part(count_if, add_longs), condition=BOOLEAN)
