"""Sort: a stable order by the values of expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from dqlkit.frozen import frozen, replace
from dqlkit.plan.expressions import Column, Expression
from dqlkit.plan.operators import Evaluator, Operator, Rows, Stage
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.project import Project
from dqlkit.types.order import order_key
from dqlkit.types.values import Value

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver

__all__ = ["NULLS_FIRST_WHEN_DESCENDING", "Order", "Sort", "in_order"]

T = TypeVar("T")

#: Null is last in ascending order. For descending order no source says; the whole order is taken to be reversed.
NULLS_FIRST_WHEN_DESCENDING = True


@frozen
class Order:
    """One sort key."""

    expression: Expression
    descending: bool = False

    @property
    def nulls_last(self) -> bool:
        return not (self.descending and NULLS_FIRST_WHEN_DESCENDING)


@frozen
class Sort(Stage):
    """By the first key, ties by the next; records that tie on all keep their order. Values order as `types.order`.

    With `first` no more than so many records of the result are wanted, and it pays to go over the input twice to find
    them."""

    keys: tuple[Order, ...]
    first: int | None = None

    ordering = "made"

    def simpler(self, resolver: Resolver) -> Operator:
        """Merge with the sort of an aggregation below: sort once, with the group keys as tie-breakers. A limit then
        needs no full sort."""
        made = self.source if isinstance(self.source, Project) else None
        groups = made.source if made else self.source
        if not isinstance(groups, Aggregate) or groups.unordered:
            return self
        ties = [field.name for field in groups.keys]
        if made and not all(made.keeps(name) for name in ties):
            return self
        unordered = replace(groups, unordered=True)
        source = replace(made, source=unordered) if made else unordered
        return replace(self, source=source, keys=(*self.keys, *(Order(Column(name)) for name in ties)))

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        return in_order(rows, self.keys, interpreter.value)


def in_order(items: Iterable[T], keys: Sequence[Order], value: Callable[[Expression, T], Value]) -> list[T]:
    """Items by the first key, ties by the next; those that tie on all keep their order."""
    ordered = list(items)
    for key in reversed(keys):
        pairs = [(value(key.expression, item), item) for item in ordered]
        present = sorted(
            (pair for pair in pairs if pair[0] is not None), key=lambda pair: order_key(pair[0]), reverse=key.descending
        )
        absent = [pair for pair in pairs if pair[0] is None]
        pairs = [*present, *absent] if key.nulls_last else [*absent, *present]
        ordered = [item for _, item in pairs]
    return ordered
