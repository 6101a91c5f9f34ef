"""Limit: the first records of the current order."""

from __future__ import annotations

from itertools import islice

from dqlkit.frozen import frozen
from dqlkit.plan.operators import Evaluator, Rows, Stage

__all__ = ["Limit"]


@frozen
class Limit(Stage):
    """At most `count` records (all where it is None), after the first `offset`."""

    count: int | None
    offset: int = 0

    amount = "fewer"
    chooses = True

    def enough(self, wanted: int | None) -> int | None:
        counts = [count for count in (self.count, wanted) if count is not None]
        return self.offset + min(counts) if counts else None

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        return islice(rows, self.offset, None if self.count is None else self.offset + self.count)
