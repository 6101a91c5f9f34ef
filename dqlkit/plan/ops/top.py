"""Top: of nested groups, the first ones at every level."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Call, Column, Expression
from dqlkit.plan.grouping import grouped
from dqlkit.plan.operators import Evaluator, Row, Rows, Stage
from dqlkit.plan.ops.sort import Order, in_order

__all__ = ["Level", "Top"]


@frozen
class Level:
    """Groups by the field `key` within the groups of the level above.

    They come in the order of `order`, whose expressions are aggregations over the records of a group or fields of its
    first record; groups that tie come in ascending order of the key. `count` of them stay, all where it is None.
    """

    key: str
    order: tuple[Order, ...]
    count: int | None = None

    @property
    def ranks(self) -> tuple[Order, ...]:
        """The complete sort order, with the key as tie-breaker."""
        own = Column(self.key)
        return self.order if any(o.expression == own for o in self.order) else (*self.order, Order(own))


@frozen
class Top(Stage):
    """Records that stand for groups, one per combination of the levels' keys, in the nested order of the levels."""

    levels: tuple[Level, ...]

    ordering = "made"
    amount = "fewer"

    def reads(self) -> list[Expression]:
        return [*Stage.reads(self), *(Column(level.key) for level in self.levels)]

    def describe(self, show: Callable[[object], str]) -> str:
        levels = (
            f"{'all' if level.count is None else level.count} {level.key} by {show(level.order)}"
            for level in self.levels
        )
        return f"Top {'; '.join(levels)}"

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        return self._nested(list(rows), self.levels, interpreter)

    def _nested(self, rows: list[Row], levels: Sequence[Level], interpreter: Evaluator) -> Iterator[Row]:
        if not levels:
            yield from rows
            return
        level, *below = levels
        groups = [group.members for group in grouped(rows, lambda row: {level.key: row.get(level.key)})]
        ordered = in_order(groups, level.ranks, lambda expression, group: _value(expression, group, interpreter))
        for group in islice(ordered, level.count):
            yield from self._nested(group, below, interpreter)


def _aggregates(expression: Expression) -> bool:
    return isinstance(expression, Call) and expression.function.family == "aggregation"


def _value(expression: Expression, group: list[Row], interpreter: Evaluator) -> object:
    if isinstance(expression, Call) and _aggregates(expression):
        return interpreter.aggregate(expression, group)
    return interpreter.value(expression, group[0])
