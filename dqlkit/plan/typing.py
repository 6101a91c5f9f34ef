"""The static type of an expression over a schema."""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.functions.function import ABSENT
from dqlkit.plan.expressions import Argument, Call, Column, Expression, Item, Literal, Loop
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import ANY, LONG, NULL, Array, Type, element_type

__all__ = ["argument_types", "element_type", "infer"]


def infer(expression: Expression, schema: Schema, items: Sequence[Type] = ()) -> Type:
    """The type of an expression; `items` are the types of the innermost loop's elements."""
    match expression:
        case Literal():
            return expression.kind
        case Column():
            return schema.type(expression.name)
        case Item():
            return LONG if expression.index < 0 else items[expression.index]
        case Loop():
            elements = [element_type(infer(source, schema, items)) for source in expression.sources]
            return NULL if NULL in elements else Array(infer(expression.body, schema, elements))
        case Call():
            constants = [a.value if isinstance(a, Literal) else ABSENT for a in expression.arguments]
            return expression.function.result(argument_types(expression, schema, items), constants)
    raise AssertionError(expression)


def argument_types(call: Call, schema: Schema, items: Sequence[Type] = ()) -> list[Type | tuple[Type, ...] | None]:
    """Types aligned with the parameters, as `Function.result` wants them."""

    def one(argument: Argument) -> Type | tuple[Type, ...] | None:
        if isinstance(argument, tuple):
            return tuple(infer(item, schema, items) for item in argument)
        if isinstance(argument, Expression):
            return infer(argument, schema, items)
        return None if argument is None else ANY

    return [one(argument) for argument in call.arguments]
