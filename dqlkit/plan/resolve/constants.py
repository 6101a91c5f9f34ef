"""Calls of constants, computed once: the clock, the zone and the range of a query are constants too."""

from __future__ import annotations

from dqlkit.frozen import replace
from dqlkit.functions.context import Context
from dqlkit.functions.function import ABSENT
from dqlkit.plan.expressions import Argument, Call, Expression, Literal, Loop
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer

__all__ = ["computed"]

_NO_FIELDS = Schema({})
_COMPUTED = frozenset({"scalar", "operator", "iterative"})


def computed(expression: Expression, context: Context) -> Expression:
    """The expression with every call of constants as its value. Random functions and sub-queries are not constants."""
    if isinstance(expression, Loop):
        sources = tuple(computed(source, context) for source in expression.sources)
        return replace(expression, sources=sources, body=computed(expression.body, context))
    if not isinstance(expression, Call):
        return expression
    call = replace(expression, arguments=tuple(_argument(one, context) for one in expression.arguments))
    function = call.function
    if function.family not in _COMPUTED or function.volatile or not all(map(_is_constant, call.arguments)):
        return call
    value = function.evaluate([_value(one) for one in call.arguments], context)
    return Literal(value, infer(call, Schema({})), span=call.span)


def _argument(argument: Argument, context: Context) -> Argument:
    if isinstance(argument, tuple):
        return tuple(computed(item, context) for item in argument)
    return computed(argument, context) if isinstance(argument, Expression) else argument


def _is_constant(argument: Argument) -> bool:
    if isinstance(argument, tuple):
        return all(isinstance(item, Literal) for item in argument)
    return argument is None or isinstance(argument, Literal)


def _value(argument: Argument) -> object:
    if isinstance(argument, tuple):
        return [item.value for item in argument if isinstance(item, Literal)]
    return argument.value if isinstance(argument, Literal) else ABSENT
