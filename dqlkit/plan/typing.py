"""The static type of an expression over a schema."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from dqlkit.functions.function import ABSENT
from dqlkit.plan.expressions import Call, Column, Expression, Item, Literal, Loop
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import ANY, LONG, NULL, Array, Type, element_type, may_be_array
from dqlkit.types.values import Value

__all__ = ["ArgumentTypes", "element_type", "infer"]

ArgumentTypes: TypeAlias = list[Type | tuple[Type, ...] | None]
"""Types aligned with the parameters of a function: a tuple for a variadic one, None where nothing was given."""

Visit: TypeAlias = Callable[[Call, ArgumentTypes, Type], None]


def infer(expression: Expression, schema: Schema, visit: Visit | None = None) -> Type:
    """The type of an expression over records of a schema.

    `visit` is shown every call with the types of its arguments and its own, inner calls first.
    """
    if type(expression) is Column:  # as most are
        return schema.type(expression.name)
    known = schema.inferred.get(id(expression)) if visit is None else None
    if known is None:
        known = schema.inferred[id(expression)] = expression, _infer(expression, schema, (), visit)
    return known[1]


def _infer(expression: Expression, schema: Schema, items: Sequence[Type], visit: Visit | None) -> Type:
    """`items` are the types of the innermost loop's elements."""
    if type(expression) is Column:  # the most common ones first
        return schema.type(expression.name)
    if type(expression) is Literal:
        return expression.kind
    if type(expression) is Call:
        types: ArgumentTypes = []
        for argument in expression.arguments:
            if type(argument) is Column:
                types.append(schema.type(argument.name))
            elif type(argument) is Literal:
                types.append(argument.kind)
            elif isinstance(argument, Expression):
                types.append(_infer(argument, schema, items, visit))
            elif isinstance(argument, tuple):
                types.append(tuple([_infer(item, schema, items, visit) for item in argument]))
            else:
                types.append(None if argument is None else ANY)
        function = expression.function
        result = function.result(types, _constants(expression) if function.reads_constants else ())
        if visit is not None:
            visit(expression, types, result)
        return result
    if isinstance(expression, Item):
        return LONG if expression.index < 0 else items[expression.index]
    assert isinstance(expression, Loop), expression
    sources = [_infer(source, schema, items, visit) for source in expression.sources]
    if not all(map(may_be_array, sources)):
        return NULL
    return Array(_infer(expression.body, schema, list(map(element_type, sources)), visit))


def _constants(call: Call) -> list[Value]:
    return [argument.value if isinstance(argument, Literal) else ABSENT for argument in call.arguments]
