"""The arguments of a call as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import polars as pl

from dqlkit.engines.polars.typed import Typed
from dqlkit.functions.function import Function
from dqlkit.types.kinds import Type

__all__ = ["Given", "held", "rowwise", "types_of"]

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


def types_of(one: Given) -> Type | tuple[Type, ...] | None:
    """The type of an argument, or the types of several."""
    if isinstance(one, Typed):
        return one.kind
    if isinstance(one, tuple):
        return tuple(item.kind for item in one)
    return None


def rowwise(function: Function[..., Any], given: Sequence[Given]) -> list[Typed]:
    """The arguments that are not constant."""
    return [
        item
        for parameter, one in zip(function.signature.parameters, given, strict=True)
        if parameter.kind.role != "constant"
        for item in (one if isinstance(one, tuple) else (one,))
        if isinstance(item, Typed)
    ]
