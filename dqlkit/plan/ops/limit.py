"""Limit: the first records of the current order."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.operators import Rows, Stage

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

__all__ = ["Limit"]


@frozen
class Limit(Stage):
    """At most `count` records (all where it is None), after the first `offset`."""

    count: int | None
    offset: int = 0

    amount = "fewer"
    chooses = True

    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        return frame.replace(frame.lazy.slice(self.offset, self.count))

    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
        return islice(rows, self.offset, None if self.count is None else self.offset + self.count)
