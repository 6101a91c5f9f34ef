"""`funnel()`: how many of something get through a row of steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.languages.adql.calls import aggregate, call, is_call, operands, operate
from dqlkit.languages.adql.canonical import label
from dqlkit.languages.adql.tree import Query, Select
from dqlkit.languages.syntax import tree
from dqlkit.plan.expressions import Column, Expression, literal
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.expand import Expand
from dqlkit.plan.ops.filter import Filter

if TYPE_CHECKING:
    from dqlkit.languages.adql.expressions import ExpressionBinder

__all__ = ["Funnel", "find_funnel"]


@dataclass(slots=True)
class Funnel:
    """A call of `funnel` and the names of its steps."""

    call: tree.Call
    alias: str

    def plan(self, binder: ExpressionBinder, source: Callable[[Expression | None], Operator], query: Query) -> Operator:
        """One record: for each step the number of ids with an event for it and for all steps before it."""
        first, *steps = (argument.value for argument in self.call.arguments)
        identity = binder.value(first)
        conditions = [binder.condition(step) for step in steps]
        where = binder.condition(query.where.condition) if query.where else None
        plan = source(where)
        each = binder.scope.each(identity)
        if binder.scope.is_nested(identity):
            plan = Expand(plan, Field("each id", call("arrayDistinct", call("toArray", each))), span=self.call.span)
            identity = Column("each id", span=identity.span)
        plan = Filter(plan, call("isNotNull", identity), span=self.call.span)
        reached = tuple(
            Field(f"step {k}", operate("greater", aggregate("countIf", c, span=c.span), literal(0)))
            for k, c in enumerate(conditions, 1)
        )
        plan = Aggregate(plan, (Field("id", identity),), reached, span=self.call.span)
        passed: Expression | None = None
        counts = []
        for name, step in zip(self._names(len(steps)), reached, strict=True):
            column = Column(step.name)
            passed = column if passed is None else operate("and", passed, column)
            counts.append(Field(name, aggregate("countIf", passed)))
        return Aggregate(plan, (), tuple(counts), span=self.call.span)

    def _names(self, count: int) -> list[str]:
        """The names in the alias, one for each step; else what the steps say."""
        names = [name.strip() for name in self.alias.split(",")] if self.alias else []
        if len(names) == count and len(set(names)) == count and all(names):
            return names
        return (
            [label(argument.value) for argument in self.call.arguments[1:]]
            if not names
            else [f"{self.alias} {k}" for k in range(1, count + 1)]
        )


def find_funnel(select: Select) -> Funnel | None:
    """The call of `funnel` in a list."""
    for item in select.items:
        node = item.value
        if isinstance(node, tree.Call) and node.function.name.lower() == "funnel" and len(node.arguments) > 1:
            return Funnel(node, item.alias.name if item.alias else "")
    return None


@frozen
class Step:
    """A step of a funnel in a plan."""

    name: str
    condition: Expression


def steps_of(inner: Aggregate, outer: Aggregate) -> list[Step] | None:
    """The steps of the funnel that two aggregations make; None where they are none."""
    if len(inner.keys) != 1 or outer.keys or len(inner.values) != len(outer.values):
        return None
    steps = []
    passed: Expression | None = None
    for reached, count in zip(inner.values, outer.values, strict=True):
        condition = _reached(reached.expression)
        passed = Column(reached.name) if passed is None else operate("and", passed, Column(reached.name))
        if condition is None or count.expression != aggregate("countIf", passed):
            return None
        steps.append(Step(count.name, condition))
    return steps


def _reached(node: Expression) -> Expression | None:
    """The condition of `countIf(condition) > 0`."""
    if not is_call(node, "greater"):
        return None
    counted, zero = operands(node)
    return operands(counted)[0] if is_call(counted, "countIf") and zero == literal(0) else None
