"""Longs beside doubles, compared exactly, for lowerings.

Polars compares a long with a double as doubles, of which 2^53 is the last whole number with a neighbour at 1. Here the
longs that have become equal to a double by that are compared once more, as whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dqlkit.functions.lazy import pl
from dqlkit.types.kinds import DOUBLE, LONG, Type
from dqlkit.types.values import Value

if TYPE_CHECKING:
    import polars

__all__ = ["exact", "longs_of"]

Compare = Callable[[Any, Any], Any]
_EXACT = 2**53


def exact(compare: Compare) -> Callable[..., Any]:
    """A comparison of two columns of numbers that holds for a long beside a double too."""

    def build(left: polars.Expr, right: polars.Expr, types: Mapping[str, Type], constants: Mapping[str, Value]) -> Any:
        kinds = types["left"], types["right"]
        if kinds not in ((LONG, DOUBLE), (DOUBLE, LONG)) or any(map(_is_small, constants.values())):
            return compare(left, right)
        near_left, near_right = left.cast(pl.Float64), right.cast(pl.Float64)
        # What exceeds whole numbers of 128 bits is no neighbour of a long.
        whole = compare(left.cast(pl.Int128, strict=False), right.cast(pl.Int128, strict=False))
        alike = (near_left == near_right) & (near_left.abs() >= _EXACT) & near_left.is_finite()
        return pl.when(alike).then(whole).otherwise(compare(near_left, near_right))

    return build


def _is_small(number: Value) -> bool:
    """Whether it is so near to zero that it compares exactly as a double."""
    return number is not None and abs(number) < _EXACT


def longs_of(doubles: polars.Expr) -> polars.Expr:
    """The longs that doubles equal, null where they equal none."""
    return pl.when(doubles == doubles.floor()).then(doubles).cast(pl.Int64, strict=False)
