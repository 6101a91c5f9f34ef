"""Combine: time series of two sources side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.calls import call
from dqlkit.plan.expressions import Column, Expression, literal
from dqlkit.plan.operators import Amount, Evaluator, Field, Operator, Rows, Stage, copied
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.append import Append
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.project import only
from dqlkit.plan.schema import Schema

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver

__all__ = ["Combine"]


@frozen
class Combine(Stage):
    """One record for each combination of the fields `keys` that both sides have, with `union` that any has; null is a
    value like any other. The other fields of both sides stand in it, those in `order` as they stand there. Each side has
    a combination at most once."""

    other: Operator
    keys: tuple[str, ...]
    union: bool = False
    order: tuple[str, ...] = ()

    ordering = "lost"
    groups = computes = True

    @property
    def inputs(self) -> tuple[Operator, ...]:
        return (self.source, self.other)

    @property
    def amount(self) -> Amount:
        return "more" if self.union else "fewer"

    @property
    def adds(self) -> bool:
        return self.union

    def series_after(self, names: frozenset[str]) -> frozenset[str]:
        return names | self.other.series_after(frozenset())  # several metrics of one `timeseries`

    def reads(self) -> list[Expression]:
        return [Column(name) for name in self.keys]

    def keeps(self, name: str) -> bool:
        return name in self.keys or name not in self.other.schema.fields

    def inferred(self) -> Schema:
        other = self.other.schema
        both = self.source.schema.as_made().with_fields(
            (name, kind) for name, kind in other.fields.items() if name not in self.keys
        )
        return both.ordered((*self.keys, *self.order)) if self.order else both

    def simpler(self, resolver: Resolver) -> Operator:
        return self._grouped()

    def rows(self, interpreter: Evaluator) -> Rows:
        return interpreter.run(self._grouped())

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        raise AssertionError("it reads two streams")

    def _grouped(self) -> Operator:
        """The records of both sides grouped by the keys, with a count where only groups of both sides are kept."""
        from dqlkit.functions.aggregation.choice import take_any  # here: a linter knows the operator, and runs none
        from dqlkit.functions.aggregation.counting import count
        from dqlkit.functions.operators import equals

        names = self.schema
        sides = names.fresh("sides")
        keys = tuple(map(copied, self.keys))
        values = tuple(Field(name, call(take_any, Column(name))) for name in names.fields if name not in self.keys)
        grouped = Aggregate(Append(self.source, self.other), keys, (*values, Field(sides, call(count))))
        kept = grouped if self.union else Filter(grouped, call(equals, Column(sides), literal(2)))
        return only(kept, names.fields)
