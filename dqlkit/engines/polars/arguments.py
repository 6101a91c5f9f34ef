"""The arguments of a call as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import polars as pl

from dqlkit.engines.polars.typed import Typed

__all__ = ["Given", "held"]

Given: TypeAlias = Typed | tuple[Typed, ...] | None
"""An argument: a column, several of a variadic parameter, or nothing."""


def held(given: Sequence[Given]) -> tuple[list[Given], dict[str, Typed]]:
    """The arguments as columns `c0`, `c1`, … of their own, and what these columns hold. Constants stay constants."""
    columns: dict[str, Typed] = {}

    def column(item: Typed) -> Typed:
        if item.is_constant:
            return item
        name = f"c{len(columns)}"
        columns[name] = item
        return Typed(pl.col(name), item.kind)

    def argument(one: Given) -> Given:
        if isinstance(one, tuple):
            return tuple(map(column, one))
        return column(one) if isinstance(one, Typed) else one

    return [argument(one) for one in given], columns
