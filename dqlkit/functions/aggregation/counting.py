"""Aggregations that count."""

from __future__ import annotations

from dqlkit.functions.function import aggregation, known
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Boolean, Constant, Long, Precision, Values
from dqlkit.types.order import order_key

__all__ = ["count", "count_distinct", "count_distinct_approx", "count_distinct_exact", "count_if"]


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
