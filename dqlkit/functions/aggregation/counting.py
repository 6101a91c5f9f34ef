"""Aggregations that count."""

from __future__ import annotations

from dqlkit.functions.function import Part, aggregation, known, operator
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Array, Boolean, Constant, Long, Precision, T, Values
from dqlkit.types.kinds import BOOLEAN
from dqlkit.types.order import order_key
from dqlkit.types.values import wrap

__all__ = ["add_longs", "count", "count_distinct", "count_distinct_approx", "count_distinct_exact", "count_if"]


@aggregation(scales=True, in_series=True, of_metrics=True)
def count(*, records: int = 0) -> Long:
    """The number of records, those without any field included."""
    return records


@aggregation(scales=True, in_series=True)
def count_if(condition: Values[Boolean]) -> Long:
    """The number of records for which the condition is true."""
    return condition.count(True)


@aggregation(in_series=True)
def count_distinct_exact(expression: Values[Anything]) -> Long:
    """How many different values there are, null not counted; 1 and 1.0 are one."""
    return len({order_key(value) for value in expression})


@aggregation(in_series=True)
def count_distinct_approx(expression: Values[Anything], *, precision: Constant[Precision] = 14) -> Long:
    """How many different values there are: over all records an estimate where more than 50,000 have a value.

    It is mostly within 2 %. Fewer values are counted exactly, and so are those of groups and where a `precision` above 14
    is asked for [decided: the vendor does not say how it estimates].
    """
    return count_distinct_exact(expression)


@aggregation(in_series=True, of_metrics=True, known_as=("dcount", "uniquecount", "count_distinct"))
def count_distinct(expression: Values[Anything], *, precision: Constant[Precision] = 14) -> Long:
    """Another name of `countDistinctApprox`."""
    return count_distinct_exact(expression)


count.polars(lambda: pl.len())
count_if.polars(lambda condition: condition.sum())


def _distinct(comparable):
    (value,) = comparable()
    return value.drop_nulls().n_unique()


count_distinct_exact.polars(lambda expression, comparable: _distinct(comparable))


#: Up to so many values are counted exactly.
_FEW = 50_000


def _estimated(precision, grouped, comparable):
    if grouped or (precision is not None and precision > 14):
        return _distinct(comparable)
    (value,) = comparable()
    # As an expression the estimate goes batch by batch, which makes it five times as coarse.
    return value.drop_nulls().map_batches(_estimate, return_dtype=pl.Int64, returns_scalar=True)


def _estimate(values):
    return pl.Series([values.n_unique() if len(values) <= _FEW else values.approx_n_unique()], dtype=pl.Int64)


for _function in (count_distinct_approx, count_distinct):
    _function.polars(
        lambda expression, precision, grouped, comparable: _estimated(precision, grouped, comparable), precision=known
    )


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
for _distinct_count in (count_distinct_exact, count_distinct_approx, count_distinct):
    _distinct_count.in_parts(Part(all_different, all_different_in), finish=how_many)
