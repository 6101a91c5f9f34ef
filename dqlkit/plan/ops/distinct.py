"""Distinct: each different record once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Column
from dqlkit.plan.operators import Evaluator, Operator, Rows, Stage
from dqlkit.plan.ops.dedup import Dedup
from dqlkit.types.order import order_key

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver

__all__ = ["Distinct"]


@frozen
class Distinct(Stage):
    """The first of each set of equal records; a missing field equals a null one."""

    ordering = "lost"
    amount = "fewer"
    reads_all = True

    def simpler(self, resolver: Resolver) -> Operator:
        return Dedup(self.source, tuple(map(Column, self.source.schema.fields)))

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        seen: set[bytes] = set()
        for row in rows:
            key = order_key(row)
            if key not in seen:
                seen.add(key)
                yield row
