"""Helpers to build and to inspect calls in the plan."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeGuard

from dqlkit import functions
from dqlkit.diagnostics import Span
from dqlkit.frozen import replace
from dqlkit.functions import Function
from dqlkit.functions.function import Family
from dqlkit.functions.operators import equals, greater, greater_or_equal, less, less_or_equal, not_equals
from dqlkit.plan.calls import call as plan_call
from dqlkit.plan.expressions import Argument, Call, Expression, Literal
from dqlkit.types.values import Timestamp

__all__ = [
    "ARITHMETIC",
    "COMPARISONS",
    "MILLIS",
    "aggregate",
    "call",
    "distinct_members",
    "instant",
    "is_aggregation",
    "is_call",
    "members",
    "millis",
    "operands",
    "operate",
    "placed",
]

#: Nanoseconds in a millisecond, ADQL's unit of time.
MILLIS = 1_000_000

#: Signs of ADQL and their functions in the plan.
ARITHMETIC = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "modulo"}
COMPARISONS: dict[str, Function[..., Any]] = {
    "=": equals,
    "!=": not_equals,
    "<": less,
    "<=": less_or_equal,
    ">": greater,
    ">=": greater_or_equal,
}

Named: TypeAlias = Function[..., Any] | str
"""A function, or the name of one whose file is imported only where it is wanted."""


def call(function: Named, *arguments: Argument, span: Span | None = None, **named: Argument) -> Call:
    """A call of a function; named arguments by their Python names."""
    return plan_call(_found(function), *arguments, span=span, **named)


def operate(function: Named, *operands: Expression, span: Span | None = None) -> Call:
    """A call of an operator."""
    return Call(_found(function, "operator"), operands, span=span)


def aggregate(name: str, *arguments: Argument, span: Span | None = None) -> Call:
    """A call of an aggregation by its name."""
    return plan_call(_found(name, "aggregation"), *arguments, span=span)


def _found(function: Named, *families: Family) -> Function[..., Any]:
    if isinstance(function, Function):
        return function
    found = functions.find(function, *families)
    assert found is not None, function
    return found


def is_call(node: object, *functions: Named) -> TypeGuard[Call]:
    """Whether this is a call of one of these functions."""
    return isinstance(node, Call) and (node.function in functions or node.function.name in functions)


def is_aggregation(node: object) -> TypeGuard[Call]:
    """Whether this is a call of an aggregation."""
    return isinstance(node, Call) and node.function.family == "aggregation"


def operands(node: Expression) -> list[Expression]:
    """The arguments of a call, those of a variadic parameter one by one."""
    assert isinstance(node, Call)
    given = (one for a in node.arguments for one in (a if isinstance(a, tuple) else (a,)))
    return [one for one in given if isinstance(one, Expression)]


def placed(made: Expression, span: Span) -> Expression:
    """Give a span to calls and constants of an expression that were not written in the text."""
    if made.span is not None or not isinstance(made, (Call, Literal)):
        return made
    if isinstance(made, Literal):
        return replace(made, span=span)
    return replace(made, arguments=tuple(_placed(argument, span) for argument in made.arguments), span=span)


def _placed(argument: Argument, span: Span) -> Argument:
    if isinstance(argument, Expression):
        return placed(argument, span)
    return tuple(placed(one, span) for one in argument) if isinstance(argument, tuple) else argument


def members(values: Expression) -> Expression:
    """The values of an array; a single value is an array of itself."""
    return call("toArray", values)


def distinct_members(values: Expression) -> Expression:
    """Each of the values of an array once."""
    return call("arrayDistinct", members(values))


def millis(date: Expression) -> Expression:
    """A point in time as a number of milliseconds since 1970."""
    return call("unixMillisFromTimestamp", date, span=date.span)


def instant(value: int) -> Timestamp:
    """A number of milliseconds since 1970 as a point in time."""
    return Timestamp(value * MILLIS)
