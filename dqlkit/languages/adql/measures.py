"""Aggregations that only ADQL has: sums that stay whole, and measures of fields with several values.

No query calls these by name. A metric of ADQL is bound to the aggregation that every language has; where its field may
hold several values in an event, `over_values` puts the one of this file in its place, and `as_metric` takes it back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dqlkit.frozen import replace
from dqlkit.functions.aggregation import choice, counting, distinct, moments
from dqlkit.functions.aggregation.ranks import percentile, percentile_from_samples, percentiles
from dqlkit.functions.boolean import is_not_null
from dqlkit.functions.function import Function, Lowering, aggregation
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Long, Number, Values
from dqlkit.languages.adql.calls import call, is_call, operands
from dqlkit.plan.expressions import Call, Expression
from dqlkit.types.kinds import DOUBLE, LONG, NULL, STRING, TIMESTAMP, Type, join_all, members
from dqlkit.types.kinds import Array as ArrayType
from dqlkit.types.values import wrap

__all__ = ["as_metric", "integer_sum", "over_values", "shared_measure"]

_FROM_SAMPLES = "percentileFromSamples"
_TO_ARRAY = "toArray"


@aggregation(name="integerSum", overloads="long -> long; double -> double", only="adql", category="adql")
def integer_sum(expression: Values[Number]) -> Number | None:
    """The sum, of whole numbers a whole one; null without values. Beyond 64 bits it wraps around."""
    if not expression:
        return None
    whole = [value for value in expression if isinstance(value, int)]
    return wrap(sum(whole)) if len(whole) == len(expression) else moments.add_up(expression)


integer_sum.polars(lambda expression: pl.when(expression.count() > 0).then(expression.sum()), expression=(LONG, DOUBLE))


@aggregation(name="countValues", only="adql", category="adql")
def count_values(expression: Values[Anything]) -> Long:
    """How many values there are."""
    return len(expression)


count_values.polars(lambda expression: expression.count())


# ---- fields with several values -------------------------------------------------------------------------------------


def _of_values(one: Function[..., Any]) -> Function[..., Any]:
    """An aggregation over all values of a field that may hold several in a record: an array stands for its elements."""

    def body(expression: Values[Anything]) -> Anything:
        items = (item for value in expression for item in (value if isinstance(value, list) else [value]))
        values = [item for item in items if item is not None]
        return one.aggregate([values], len(values))

    body.__doc__ = f"As `{one.name}`, over every value of a field that holds several."
    body.__name__, body.__module__ = f"{one.name}OfValues", __name__
    function = aggregation(name=f"{one.name}OfValues", only="adql", category="adql")(body)
    parameter = one.signature.parameters[0]

    @function.returns
    def _(expression: Type) -> Type:
        kind = join_all(o.element if isinstance(o, ArrayType) else o for o in members(expression) or (expression,))
        return one.result([kind]) if kind != NULL or one is not count_values else LONG

    @function.polars
    def _(expression: Any, types: Any) -> Any:
        kind = types["expression"]
        element = kind.element if isinstance(kind, ArrayType) else kind
        values = expression.explode().drop_nulls() if isinstance(kind, ArrayType) else expression
        fitting = (
            low for low in one.lowerings if low.holds_for(parameter, element, False) and _is_simple(low, element)
        )
        lowering = next(fitting, None)
        return lowering and lowering.build(values, **({"comparable": lambda: [values]} if lowering.wants else {}))

    return function


def _is_simple(lowering: Lowering, element: Type) -> bool:
    """Whether the lowering needs no more than the column, in a form that Polars compares as we do."""
    return lowering.wants <= {"comparable"} and element in (STRING, LONG, DOUBLE, TIMESTAMP)


_SINGLE = (
    count_values,
    integer_sum,
    moments.avg,
    choice.minimum,
    choice.maximum,
    moments.stddev,
    distinct.count_distinct_exact,
)
#: Aggregations that other languages have for what a metric means.
_SAME: dict[Function[..., Any], Function[..., Any]] = {
    moments.total: integer_sum,
    distinct.count_distinct: distinct.count_distinct_exact,
    distinct.count_distinct_approx: distinct.count_distinct_exact,
}
_OF_VALUES = {one: _of_values(one) for one in _SINGLE}
_SINGLE_OF = {several: one for one, several in _OF_VALUES.items()}


def over_values(measured: Call, each: Callable[[Expression], Expression]) -> Expression:
    """An aggregation of a field with several values in an event; `each` makes an array of an expression over it."""
    value = measured.arguments[0]
    assert isinstance(value, Expression)
    if measured.function is counting.count_if and is_call(value, is_not_null):
        return replace(measured, function=_OF_VALUES[count_values], arguments=(each(operands(value)[0]),))
    if measured.function in (percentile, percentiles):
        samples, numbers = call(_TO_ARRAY, each(value)), operands(measured)[1:]
        found = [call(_FROM_SAMPLES, samples, one, span=measured.span) for one in numbers]
        return found[0] if measured.function is percentile else call("array", *found, span=measured.span)
    several = _OF_VALUES.get(measured.function)
    return measured if several is None else replace(measured, function=several, arguments=(each(value),))


def shared_measure(node: Expression) -> Expression | None:
    """The aggregation that every language has and that comes nearest to one of this file; None for any other."""
    if not isinstance(node, Call) or (node.function not in _SINGLE_OF and node.function is not integer_sum):
        return None
    single = as_metric(node) or node
    assert isinstance(single, Call)
    return replace(single, function=moments.total) if single.function is integer_sum else single


def as_metric(node: Expression) -> Expression | None:
    """The aggregation of single values that a metric is bound to, for one that comes to the same.

    That is one that `over_values` made, or another sum or count of different values. None for any other expression.
    """
    if not isinstance(node, Call):
        return None
    if node.function in _SAME:
        return Call(_SAME[node.function], node.arguments[:1], span=node.span)
    if node.function is percentile_from_samples:
        samples, number, *weight = operands(node)
        value = _sampled(samples)
        return None if value is None or weight else call("percentile", value, number, span=node.span)
    if is_call(node, "array"):
        return _percentiles(node)
    one = _SINGLE_OF.get(node.function)
    if one is count_values:
        return call("countIf", call(is_not_null, *operands(node)), span=node.span)
    return replace(node, function=one) if one is not None else None


def _sampled(samples: Expression) -> Expression | None:
    """The value that samples are made of, perhaps under a condition."""
    if is_call(samples, _TO_ARRAY):
        return operands(samples)[0]
    if not is_call(samples, "if") or samples.argument("else") is not None:
        return None
    condition, value = operands(samples)
    inner = _sampled(value)
    return None if inner is None else call("if", condition, inner, span=samples.span)


def _percentiles(node: Call) -> Expression | None:
    """Percentiles over the same samples, one by one, as one aggregation."""
    found = [as_metric(one) for one in operands(node) if is_call(one, _FROM_SAMPLES)]
    parts = [operands(one) for one in found if one is not None]
    if not parts or len(parts) < len(operands(node)) or any(value != parts[0][0] for value, *_ in parts):
        return None
    return call("percentiles", parts[0][0], *(number for _, number in parts), span=node.span)
