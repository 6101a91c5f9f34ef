"""The first groups of nested ones."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.typed import Typed, sort_key
from dqlkit.frozen import frozen
from dqlkit.plan.ops.sort import Order

__all__ = ["Ranked", "top"]


@frozen
class Ranked:
    """A level of groups: the fields that make them, what orders them (and whether it aggregates), how many stay."""

    names: Sequence[str]
    keys: Sequence[tuple[Typed, bool]]
    orders: Sequence[Order]
    count: int | None


def top(frame: Frame, levels: Sequence[Ranked]) -> Frame:
    """Records in the nested order of the levels, those of the first groups of each level only."""
    lazy = frame.lazy.with_columns(
        sort_key(frame.column(name)).alias(_group(name))
        for name in dict.fromkeys(name for level in levels for name in level.names)
    )
    lazy = lazy.with_columns(
        _over(typed, aggregates, level).alias(f"\x01{depth} {k}")
        for depth, level in enumerate(levels)
        for k, (typed, aggregates) in enumerate(level.keys)
    )
    by = [(f"\x01{depth} {k}", order) for depth, level in enumerate(levels) for k, order in enumerate(level.orders)]
    lazy = lazy.sort(
        [name for name, _ in by],
        descending=[order.descending for _, order in by],
        nulls_last=[order.nulls_last for _, order in by],
        maintain_order=True,
    )
    for level in levels:
        if level.count is not None:
            lazy = lazy.filter(_rank(level) < level.count)
    return frame.replace(lazy.select(list(frame.schema.fields)))


def _group(name: str) -> str:
    return f"\x01group {name}"


def _over(typed: Typed, aggregates: bool, level: Ranked) -> pl.Expr:
    key = sort_key(typed)
    return (key if aggregates else key.first()).over([_group(name) for name in level.names])


def _rank(level: Ranked) -> pl.Expr:
    """Of sorted records, how many groups of the level come before within the group above, from 0."""
    *above, own = (_group(name) for name in level.names)
    number = pl.col(own).rle_id()
    return number.over(above) if above else number
