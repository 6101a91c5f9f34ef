"""What only ADQL means: its search functions, its sum, and aggregations over fields with several values.

No query calls these by name; the clauses and functions of ADQL stand for them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from dqlkit.functions import aggregation as dql
from dqlkit.functions.function import Function, Lowering, aggregation, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Array, Long, Number, String, Values
from dqlkit.functions.words import words_of
from dqlkit.types.kinds import DOUBLE, LONG, NULL, STRING, TIMESTAMP, Type, join_all, members
from dqlkit.types.kinds import Array as ArrayType
from dqlkit.types.values import wrap

__all__ = ["base_of", "integer_sum", "over_values", "words"]


# ---- search ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(words_of(text))


@scalar(nulls="see", only="adql")
def words(expression: Anything) -> Array[String]:
    """The words of a full text, or of all texts of an array, as the search engine splits them (see `words_of`)."""
    texts = expression if isinstance(expression, list) else [expression]
    return [word for text in texts if isinstance(text, str) for word in _words(text)]


# ---- aggregation ----------------------------------------------------------------------------------------------------


@aggregation(name="integerSum", overloads="long -> long; double -> double", only="adql")
def integer_sum(expression: Values[Number]) -> Number | None:
    """The sum, of whole numbers a whole one; null without values. Beyond 64 bits it wraps around."""
    if not expression:
        return None
    whole = [value for value in expression if isinstance(value, int)]
    return wrap(sum(whole)) if len(whole) == len(expression) else dql.add_up(expression)


integer_sum.polars(lambda expression: pl.when(expression.count() > 0).then(expression.sum()), expression=(LONG, DOUBLE))


@aggregation(name="countValues", only="adql")
def count_values(expression: Values[Anything]) -> Long:
    """How many values there are."""
    return len(expression)


count_values.polars(lambda expression: expression.count())


def _over_values(one: Function[..., Any]) -> Function[..., Any]:
    """An aggregation over all values of a field that may hold several in a record: an array stands for its elements."""

    def body(expression: Values[Anything]) -> Anything:
        items = (item for value in expression for item in (value if isinstance(value, list) else [value]))
        values = [item for item in items if item is not None]
        return one.aggregate([values], len(values))

    body.__doc__ = f"As `{one.name}`, over every value of a field that holds several."
    body.__name__, body.__module__ = f"{one.name}OfValues", __name__
    function = aggregation(name=f"{one.name}OfValues", only="adql")(body)
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


_SINGLE: dict[str, Function[..., Any]] = {
    one.name: one
    for one in (count_values, integer_sum, dql.avg, dql.minimum, dql.maximum, dql.stddev, dql.count_distinct_exact)
}
_OVER_VALUES = {name: _over_values(one) for name, one in _SINGLE.items()}


def over_values(name: str) -> Function[..., Any]:
    """The aggregation over several values that corresponds to the one of that name over single ones."""
    return _OVER_VALUES[name]


def base_of(function: Function[..., Any]) -> Function[..., Any] | None:
    """The aggregation over single values that an aggregation of this file goes back to; None for all others."""
    if function is integer_sum:
        return integer_sum
    return _BASES.get(function.name)


_BASES = {function.name: _SINGLE[name] for name, function in _OVER_VALUES.items()}
