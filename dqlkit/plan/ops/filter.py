"""Filter: only the records for which a condition is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Expression
from dqlkit.plan.operators import Rows, Stage

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

__all__ = ["Filter"]


@frozen
class Filter(Stage):
    """Keeps the records whose condition is true; with `negated` drops just those (null is kept then)."""

    condition: Expression
    negated: bool = False

    amount = "fewer"

    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        condition = compiler.condition(self.condition, frame)
        return frame.filter(~condition.fill_null(False) if self.negated else condition)

    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
        return (row for row in rows if (interpreter.value(self.condition, row) is True) != self.negated)
