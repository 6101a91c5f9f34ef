"""The value of an expression for one record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dqlkit.functions.context import Context
from dqlkit.functions.function import ABSENT
from dqlkit.plan.expressions import Argument, Call, Column, Expression, Item, Literal, Loop
from dqlkit.plan.operators import Operator
from dqlkit.types.values import Value

__all__ = ["Subquery", "constant", "evaluate", "positions"]

Subquery = Callable[[Operator], list[dict[str, Any]]]


def _no_subquery(operator: Operator) -> list[dict[str, Any]]:
    raise AssertionError("a constant holds no sub-query")


def evaluate(
    expression: Expression,
    row: Mapping[str, Value],
    context: Context,
    items: Sequence[Value] = (),
    subquery: Subquery = _no_subquery,
) -> Value:
    """The value of `expression` over `row`; `items` are the elements of the innermost loop, the position last."""

    def value(expression: Expression) -> Value:
        return evaluate(expression, row, context, items, subquery)

    def argument(argument: Argument) -> Value:
        if argument is None:
            return ABSENT
        if isinstance(argument, tuple):
            return [value(item) for item in argument]
        return subquery(argument) if isinstance(argument, Operator) else value(argument)

    match expression:
        case Literal():
            return expression.value
        case Column():
            return row.get(expression.name)
        case Item():
            return items[expression.index]
        case Call():
            return expression.function.evaluate([argument(a) for a in expression.arguments], context)
        case Loop():
            return _loop(expression, [value(source) for source in expression.sources], row, context, subquery)
    raise AssertionError(expression)


def constant(expression: Expression, context: Context) -> Value:
    """The value of an expression that reads no field."""
    return evaluate(expression, {}, context)


def positions(arrays: Sequence[Value]) -> list[tuple[Value, ...]] | None:
    """For each position the elements of all arrays there, followed by the position; None unless all arrays have one
    length."""
    if not all(type(array) is list for array in arrays) or len(set(map(len, arrays))) != 1:
        return None
    return list(zip(*arrays, range(len(arrays[0])), strict=True))


def _loop(
    loop: Loop, sources: Sequence[Value], row: Mapping[str, Value], context: Context, subquery: Subquery
) -> Value:
    found = positions(sources)
    return None if found is None else [evaluate(loop.body, row, context, items, subquery) for items in found]
