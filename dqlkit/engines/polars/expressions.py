"""Expressions compiled over a frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dqlkit.engines.polars.calls import Given
from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.loops import compile_loop
from dqlkit.engines.polars.typed import Typed, constant
from dqlkit.plan.expressions import Argument, Call, Column, Expression, Item, Literal, Loop
from dqlkit.plan.operators import Operator

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["compile_expression"]


def compile_expression(expression: Expression, frame: Frame, compiler: Compiler, items: Sequence[Typed] = ()) -> Typed:
    """The column that an expression yields; `items` are the elements of the innermost loop, the position last."""

    def compile(expression: Expression) -> Typed:
        return compile_expression(expression, frame, compiler, items)

    def argument(argument: Argument) -> Given:
        if isinstance(argument, tuple):
            return tuple(compile(item) for item in argument)
        if isinstance(argument, Operator):
            return compiler.subquery(argument)
        return None if argument is None else compile(argument)

    match expression:
        case Literal():
            return constant(expression.value, expression.kind)
        case Column():
            return frame.column(expression.name)
        case Item():
            return items[expression.index]
        case Call():
            return compiler.calls.compile(expression.function, [argument(a) for a in expression.arguments])
        case Loop():
            return compile_loop(expression, [compile(source) for source in expression.sources], frame, compiler)
    raise AssertionError(expression)
