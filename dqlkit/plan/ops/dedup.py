"""Dedup: one record, or a few, per combination of values."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Expression
from dqlkit.plan.grouping import Key, key_of
from dqlkit.plan.operators import Rows, Stage
from dqlkit.plan.ops.sort import Order, Sort

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

__all__ = ["Dedup"]


@frozen
class Dedup(Stage):
    """Keeps the first `count` records of each combination of `keys`, in the order of `sort`, or as they come.

    Null is a value like any other [inferred]. The records come out in that order too; the vendor promises none.
    """

    keys: tuple[Expression, ...]
    sort: tuple[Order, ...] = ()
    count: int = 1

    ordering = "lost"
    amount = "fewer"

    @property
    def chooses(self) -> bool:
        return not self.sort

    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        from dqlkit.engines.polars.joins import first_of_each

        if self.sort:
            frame = Sort(self.source, self.sort).frame(frame, compiler)
        return first_of_each(frame, [compiler.expression(key, frame) for key in self.keys], self.count)

    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
        if self.sort:
            rows = Sort(self.source, self.sort).records(rows, interpreter)
        seen: Counter[Key] = Counter()
        for row in rows:
            key = key_of(interpreter.value(expression, row) for expression in self.keys)
            seen[key] += 1
            if seen[key] <= self.count:
                yield row
