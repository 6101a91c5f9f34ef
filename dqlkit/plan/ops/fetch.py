"""Fetch: the records of a table, within a time range where one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Expression
from dqlkit.plan.operators import Evaluator, Operator, Reader, Rows
from dqlkit.plan.schema import Schema
from dqlkit.types.values import Timeframe

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver
    from dqlkit.plan.timerange import TimeRange

__all__ = ["Fetch"]


@frozen
class Fetch(Reader):
    """All records of `table`. `start` and `end` are constant expressions, or a `timeframe` stands for both.

    Only an explicit range filters: exports are old, and without one all of them count. The range acts on the table's
    time field.
    """

    start: Expression | None = None
    end: Expression | None = None
    timeframe: Expression | None = None

    narrows = True

    def inferred(self) -> Schema:
        return self.known or Schema({}, open=True)

    @property
    def range(self) -> TimeRange:
        from dqlkit.plan.timerange import TimeRange  # only who runs a query asks for it: a linter starts often

        return TimeRange(self.start, self.end, self.timeframe)

    def asked(self, engine: Evaluator | Resolver) -> Timeframe | None:
        """The range in force, if there is one."""
        return self.range.resolve(engine.constant, engine.context)

    def simpler(self, resolver: Resolver) -> Operator:
        return resolver.scan(self, self.asked(resolver))

    def rows(self, interpreter: Evaluator) -> Rows:
        from dqlkit.plan.ops.scan import Scan

        return Scan(self.table, self.asked(interpreter)).rows(interpreter)
