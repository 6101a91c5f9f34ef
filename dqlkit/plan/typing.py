"""The static type of an expression over a schema."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from dqlkit.functions.function import ABSENT
from dqlkit.plan.expressions import Argument, Call, Column, Expression, Item, Literal, Loop
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import ANY, LONG, NULL, Array, Type, element_type

__all__ = ["ArgumentTypes", "argument_types", "element_type", "infer"]

ArgumentTypes: TypeAlias = list[Type | tuple[Type, ...] | None]
"""Types aligned with the parameters of a function: a tuple for a variadic one, None where nothing was given."""

Visit: TypeAlias = Callable[[Call, ArgumentTypes], None]


def infer(expression: Expression, schema: Schema, items: Sequence[Type] = (), visit: Visit | None = None) -> Type:
    """The type of an expression; `items` are the types of the innermost loop's elements.

    `visit` is shown every call with the types of its arguments, inner calls first.
    """
    match expression:
        case Literal():
            return expression.kind
        case Column():
            return schema.type(expression.name)
        case Item():
            return LONG if expression.index < 0 else items[expression.index]
        case Loop():
            elements = [element_type(infer(source, schema, items, visit)) for source in expression.sources]
            return NULL if NULL in elements else Array(infer(expression.body, schema, elements, visit))
        case Call():
            constants = [a.value if isinstance(a, Literal) else ABSENT for a in expression.arguments]
            types = argument_types(expression, schema, items, visit)
            if visit is not None:
                visit(expression, types)
            return expression.function.result(types, constants)
    raise AssertionError(expression)


def argument_types(call: Call, schema: Schema, items: Sequence[Type] = (), visit: Visit | None = None) -> ArgumentTypes:
    """Types aligned with the parameters, as `Function.result` wants them."""

    def one(argument: Argument) -> Type | tuple[Type, ...] | None:
        if isinstance(argument, tuple):
            return tuple(infer(item, schema, items, visit) for item in argument)
        if isinstance(argument, Expression):
            return infer(argument, schema, items, visit)
        return None if argument is None else ANY

    return [one(argument) for argument in call.arguments]
