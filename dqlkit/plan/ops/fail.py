"""Fail: end the query when a record meets a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.diagnostics import Span, error
from dqlkit.errors import DqlkitError
from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Expression
from dqlkit.plan.operators import Rows, Stage
from dqlkit.types.text import text_of
from dqlkit.types.values import Value

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

__all__ = ["Fail"]


@frozen
class Fail(Stage):
    """Every record passes unless the condition is true for one; then the query ends with the message of that record."""

    condition: Expression
    message: Expression

    acts = True

    def _failure(self, message: Value) -> DqlkitError:
        return DqlkitError([error("R010", self.span or Span(0, 0), f"failIf: {text_of(message)}")])

    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        failing = frame.filter(compiler.condition(self.condition, frame))
        message = failing.select([("message", compiler.expression(self.message, failing))])
        for record in message.replace(message.lazy.head(1)).records():
            raise self._failure(record["message"])
        return frame

    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
        for row in rows:
            if interpreter.value(self.condition, row) is True:
                raise self._failure(interpreter.value(self.message, row))
            yield row
