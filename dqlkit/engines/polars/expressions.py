"""Expressions compiled over a frame."""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.engines.polars.calls import Calls, Given
from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.loops import compile_loop
from dqlkit.engines.polars.typed import Typed, constant
from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Argument, Call, Column, Expression, Item, Literal, Loop

__all__ = ["Expressions"]


@frozen
class Expressions:
    """Compiles expressions; `calls` compiles the calls in them."""

    calls: Calls

    def compile(self, expression: Expression, frame: Frame, items: Sequence[Typed] = ()) -> Typed:
        """The column that an expression yields; `items` are the elements of the innermost loop, the position last."""
        match expression:
            case Literal():
                return constant(expression.value, expression.kind)
            case Column():
                return frame.column(expression.name)
            case Item():
                return items[expression.index]
            case Call():
                given = [self._argument(argument, frame, items) for argument in expression.arguments]
                return self.calls.compile(expression.function, given)
            case Loop():
                sources = [self.compile(source, frame, items) for source in expression.sources]
                return compile_loop(expression, sources, frame, self.compile)
        raise AssertionError(expression)

    def _argument(self, argument: Argument, frame: Frame, items: Sequence[Typed]) -> Given:
        if isinstance(argument, tuple):
            return tuple(self.compile(item, frame, items) for item in argument)
        assert argument is None or isinstance(argument, Expression), "sub-queries are joined before a plan is compiled"
        return None if argument is None else self.compile(argument, frame, items)
