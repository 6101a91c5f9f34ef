"""Metrics: one value, or several, for the events of a group. Events without a value count for none but `count(*)`."""

from __future__ import annotations

from dqlkit.frozen import replace
from dqlkit.functions.aggregation import choice, counting, distinct, moments
from dqlkit.functions.boolean import is_not_null
from dqlkit.languages.adql.calls import aggregate, call, is_call, operands, operate
from dqlkit.languages.adql.function import Written, metric, written
from dqlkit.languages.adql.logic import all_of
from dqlkit.languages.adql.measures import integer_sum
from dqlkit.languages.adql.vocabulary import EVENTS, Counted, Metric, Number, Percentage, Test, Value, Writer
from dqlkit.plan.expressions import Call, Column, Expression, Literal
from dqlkit.types.kinds import NULL, Record


@metric
def avg(x: Number) -> Expression:
    """The mean, a float.

    >>> avg(ms)
    80.0
    """
    return Call(moments.avg, (x,))


@metric
def sum_(x: Number) -> Expression:
    """The sum, of whole numbers a whole one; null where there is no value [decided].

    >>> sum(ms)
    240
    """
    return Call(integer_sum, (x,))


@metric
def min_(x: Value) -> Expression:
    """The least number or the first date.

    >>> min(ms)
    40
    """
    return Call(choice.minimum, (x,))


@metric
def max_(x: Value) -> Expression:
    """The greatest number or the last date.

    >>> max(ms)
    120
    """
    return Call(choice.maximum, (x,))


@metric
def stdev(x: Number) -> Expression:
    """The standard deviation of all values, not of a sample.

    >>> stdev(ms)
    32.65986323710904
    """
    return Call(moments.stddev, (x,))


@metric
def distinctcount(x: Value) -> Expression:
    """How many different values there are. The service estimates beyond 3,000; here the number is exact.

    >>> distinctcount(app)
    2
    """
    return Call(distinct.count_distinct_exact, (x,))


@metric(several=True)
def percentile(x: Number, p: Percentage, *more: Percentage) -> Expression:
    """The value below which `p` percent of all lie; several percentages give a list of values.

    >>> percentile(ms, 50)
    80.0
    >>> percentile(ms, 10, 90)
    [40.0, 120.0]
    """
    return aggregate("percentiles" if more else "percentile", x, p, *more)


@metric(several=True)
def stats(x: Number) -> Expression:
    """Count, least, greatest, mean and sum of a number, as one value with five members.

    >>> stats(ms)
    {"count": 3, "min": 40, "max": 120, "avg": 80.0, "sum": 240}
    """
    members = {
        "count": count.body(x),
        "min": Call(choice.minimum, (x,)),
        "max": Call(choice.maximum, (x,)),
        "avg": Call(moments.avg, (x,)),
        "sum": Call(integer_sum, (x,)),
    }
    names = Literal(dict.fromkeys(members), Record((name, NULL) for name in members))
    return call("record", names, *members.values())


@metric
def count(x: Counted) -> Expression:
    """How many events there are: `count(*)`; or how many of them have a value: `count(field)`.

    >>> count(*)
    4
    >>> count(ms)
    3
    """
    return Call(counting.count, ()) if x is EVENTS else Call(counting.count_if, (call(is_not_null, x),))


@count.lifts
def _(node: Call, _writer: Writer) -> Written | None:
    if node.function is counting.count:
        return written(x=EVENTS)
    if node.function is not counting.count_if or not is_call(operands(node)[0], is_not_null):
        return None
    return written(x=operands(operands(node)[0])[0])


@metric
def filter_(metric: Metric, condition: Test) -> Expression:
    """A metric over those events of the group that meet a condition.

    >>> filter(count(*), WHERE app = 'Shop')
    2
    >>> filter(avg(ms), WHERE app = 'Shop')
    100.0
    """
    if metric.function is counting.count:
        return Call(counting.count_if, (condition,))
    value, *rest = metric.arguments
    assert isinstance(value, Expression)
    if metric.function is counting.count_if:
        return Call(counting.count_if, (all_of([value, condition]),))
    return Call(metric.function, (call("if", condition, value), *rest))


@filter_.lifts
def _(node: Call, _writer: Writer) -> Written | None:
    if node.function.family != "aggregation" or not node.arguments:
        return None
    value, *rest = node.arguments
    if node.function is counting.count_if and isinstance(value, Expression):
        return _counted(value)
    if not is_call(value, "if") or value.argument("else") is not None:
        return None
    condition, value = operands(value)
    return written(metric=replace(node, arguments=(value, *rest)), condition=condition)


def _counted(condition: Expression) -> Written | None:
    """Events that meet a condition; those of them that have a field, where the condition asks for that first."""
    if is_call(condition, is_not_null):
        (value,) = operands(condition)
        if not is_call(value, "if") or value.argument("else") is not None:
            return None
        met, counted = operands(value)
        return written(metric=Call(counting.count_if, (call(is_not_null, counted),)), condition=met)
    first, rest = _first_of_all(condition)
    if rest is not None and is_call(first, is_not_null) and isinstance(operands(first)[0], Column):
        return written(metric=Call(counting.count_if, (first,)), condition=rest)
    return written(metric=Call(counting.count, ()), condition=condition)


def _first_of_all(condition: Expression) -> tuple[Expression, Expression | None]:
    """The first of several conditions that all have to hold, and the others."""
    if not is_call(condition, "and"):
        return condition, None
    left, right = operands(condition)
    first, rest = _first_of_all(left)
    return first, right if rest is None else operate("and", rest, right, span=condition.span)
