"""Sort: a stable order by the values of expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Column, Expression
from dqlkit.plan.operators import Rows, Stage
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.types.order import order_key
from dqlkit.types.values import Value

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

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
    """By the first key, ties by the next; records that tie on all keep their order. Values order as `types.order`."""

    keys: tuple[Order, ...]

    ordering = "made"

    def polars(self, compiler: Compiler) -> Frame:
        groups = self.source
        if isinstance(groups, Aggregate) and not groups.unordered and groups.keeps_keys:
            # Sorted once, by the order of groups too where these tie: so a limit needs not even sort all of them.
            ties = (Order(Column(field.name)) for field in groups.keys)
            return Sort(replace(groups, unordered=True), (*self.keys, *ties)).polars(compiler)
        return Stage.polars(self, compiler)

    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        return frame.sort(
            [compiler.expression(key.expression, frame) for key in self.keys],
            descending=[key.descending for key in self.keys],
            nulls_last=[key.nulls_last for key in self.keys],
        )

    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
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
