"""Calls of constants, computed once: the clock, the zone and the range of a query are constants too."""

from __future__ import annotations

from dqlkit.functions.context import Context
from dqlkit.functions.function import ABSENT
from dqlkit.plan.expressions import Argument, Call, Expression, Literal, map_children
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer

__all__ = ["computed", "is_computed"]

_NO_FIELDS = Schema({})
_COMPUTED = frozenset({"scalar", "operator", "iterative"})


def computed(expression: Expression, context: Context) -> Expression:
    """The expression with every call of constants as its value. Random functions and sub-queries are not constants."""
    call = map_children(expression, lambda one: computed(one, context))
    if not isinstance(call, Call) or not is_computed(call):
        return call
    function = call.function
    value = function.evaluate([_value(one) for one in call.arguments], context)
    return Literal(value, infer(call, Schema({})), span=call.span)


def is_computed(expression: Expression) -> bool:
    """Whether an expression is a call of constants."""
    if not isinstance(expression, Call) or not all(map(_is_constant, expression.arguments)):
        return False
    return expression.function.family in _COMPUTED and not expression.function.volatile


def _is_constant(argument: Argument) -> bool:
    if isinstance(argument, tuple):
        return all(isinstance(item, Literal) for item in argument)
    return argument is None or isinstance(argument, Literal)


def _value(argument: Argument) -> object:
    if isinstance(argument, tuple):
        return [item.value for item in argument if isinstance(item, Literal)]
    return argument.value if isinstance(argument, Literal) else ABSENT
