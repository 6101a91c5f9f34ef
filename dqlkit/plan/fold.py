"""Constant expressions computed before a query runs."""

from __future__ import annotations

from dqlkit.functions.function import ABSENT
from dqlkit.functions.signature import parameter_names
from dqlkit.plan.expressions import Argument, Call, Expression, Literal, literal
from dqlkit.plan.operators import Operator

__all__ = ["fold"]


def fold(expression: Expression) -> Literal | None:
    """The literal that an expression evaluates to; None where it depends on a record, the clock, or a random number."""
    if isinstance(expression, Literal):
        return expression
    if not isinstance(expression, Call) or not _is_pure(expression):
        return None
    values = [_value(argument) for argument in expression.arguments]
    if any(value is _UNKNOWN for value in values):
        return None
    return literal(expression.function.evaluate(values), expression.span)


_UNKNOWN = object()


def _is_pure(call: Call) -> bool:
    function = call.function
    scalar = function.family in ("scalar", "operator") and not function.volatile and not function.online
    return scalar and not function.takes_blocks and "context" not in parameter_names(function.body)


def _value(argument: Argument) -> object:
    if argument is None:
        return ABSENT
    if isinstance(argument, Operator):
        return _UNKNOWN
    if isinstance(argument, tuple):
        values = [_value(item) for item in argument]
        return _UNKNOWN if _UNKNOWN in values else values
    folded = fold(argument)
    return _UNKNOWN if folded is None else folded.value
