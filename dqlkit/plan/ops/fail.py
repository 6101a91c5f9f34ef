"""Fail: end the query when a record meets a condition."""

from __future__ import annotations

from dqlkit.diagnostics import Span, error
from dqlkit.errors import DqlkitError
from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Expression
from dqlkit.plan.operators import Evaluator, Rows, Stage
from dqlkit.types.text import text_of
from dqlkit.types.values import Value

__all__ = ["Fail"]


@frozen
class Fail(Stage):
    """Every record passes unless the condition is true for one; then the query ends with the message of that record.
    Records that a later `limit` spares may not be looked at."""

    condition: Expression
    message: Expression

    acts = True

    def failure(self, message: Value) -> DqlkitError:
        """The error that ends the query."""
        return DqlkitError([error("R010", self.span or Span(0, 0), f"failIf: {text_of(message)}")])

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        for row in rows:
            if interpreter.value(self.condition, row) is True:
                raise self.failure(interpreter.value(self.message, row))
            yield row
