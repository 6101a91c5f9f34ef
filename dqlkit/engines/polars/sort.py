"""Sort with Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.engines.polars.frame import Frame
from dqlkit.plan.ops.sort import Sort

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["sort"]


def sort(operator: Sort, frame: Frame, compiler: Compiler) -> Frame:
    """A stable sort in the order of the values."""
    return frame.sort(
        [compiler.expression(key.expression, frame) for key in operator.keys],
        descending=[key.descending for key in operator.keys],
        nulls_last=[key.nulls_last for key in operator.keys],
    )
