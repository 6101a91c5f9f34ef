"""Top with Polars: the first groups of nested ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.typed import Typed, sort_key
from dqlkit.frozen import frozen
from dqlkit.functions.exact_names import column_named
from dqlkit.plan.expressions import Call, Expression
from dqlkit.plan.ops.sort import Order
from dqlkit.plan.ops.top import Top

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["top"]


@frozen
class _Ranked:
    """A level of groups: the key columns, the sort keys (each with its name and whether it aggregates), and how many
    groups stay."""

    groups: Sequence[str]
    keys: Sequence[tuple[str, Order, Typed]]
    count: int | None


def top(operator: Top, frame: Frame, compiler: Compiler) -> Frame:
    """Records in the nested order of the levels, those of the first groups of each level only."""
    groups = [frame.schema.fresh(f"group{k}") for k in range(len(operator.levels))]
    levels = []
    for depth, level in enumerate(operator.levels):
        ranks = [(o, compiler.expression(o.expression, frame)) for o in level.ranks]
        keys = [(frame.schema.fresh(f"rank{depth}.{k}"), order, typed) for k, (order, typed) in enumerate(ranks)]
        levels.append(_Ranked(groups[: depth + 1], keys, level.count))
    lazy = frame.lazy.with_columns(
        sort_key(frame.column(level.key)).alias(name) for level, name in zip(operator.levels, groups, strict=True)
    )
    lazy = lazy.with_columns(_over(level, key).alias(key[0]) for level in levels for key in level.keys)
    by = [(name, order) for level in levels for name, order, _ in level.keys]
    lazy = lazy.sort(
        [name for name, _ in by],
        descending=[order.descending for _, order in by],
        nulls_last=[order.nulls_last for _, order in by],
        maintain_order=True,
    )
    for ranked in levels:
        if ranked.count is not None:
            lazy = lazy.filter(_rank(ranked) < ranked.count)
    return frame.replace(lazy.select(map(column_named, frame.schema.fields)))


def _over(level: _Ranked, key: tuple[str, Order, Typed]) -> pl.Expr:
    _, order, typed = key
    value = sort_key(typed)
    return (value if _aggregates(order.expression) else value.first()).over(level.groups)


def _rank(level: _Ranked) -> pl.Expr:
    """The position, from 0, of a record's group among the groups of its parent group, for sorted records."""
    *above, own = level.groups
    number = pl.col(own).rle_id()
    return number.over(above) if above else number


def _aggregates(expression: Expression) -> bool:
    return isinstance(expression, Call) and expression.function.family == "aggregation"
