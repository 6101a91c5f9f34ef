"""Filter: only the records for which a condition is true."""

from __future__ import annotations

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Expression
from dqlkit.plan.operators import Evaluator, Rows, Stage

__all__ = ["Filter"]


@frozen
class Filter(Stage):
    """Keeps the records whose condition is true; with `negated` drops just those (null is kept then)."""

    condition: Expression
    negated: bool = False

    amount = "fewer"

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        for row in rows:
            if (interpreter.value(self.condition, row) is True) != self.negated:
                yield row
