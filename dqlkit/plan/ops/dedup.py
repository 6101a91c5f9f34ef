"""Dedup: one record, or a few, per combination of values."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen, replace
from dqlkit.plan.expressions import Expression
from dqlkit.plan.grouping import Key, key_of
from dqlkit.plan.operators import Evaluator, Operator, Rows, Stage
from dqlkit.plan.ops.sort import Order, Sort

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver

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

    def simpler(self, resolver: Resolver) -> Operator:
        return replace(self, source=Sort(self.source, self.sort), sort=()) if self.sort else self

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        if self.sort:
            rows = Sort(self.source, self.sort).records(rows, interpreter)
        seen: Counter[Key] = Counter()
        for row in rows:
            key = key_of(interpreter.value(expression, row) for expression in self.keys)
            seen[key] += 1
            if seen[key] <= self.count:
                yield row
