"""Filter with Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.engines.polars.frame import Frame
from dqlkit.plan.ops.filter import Filter

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["filter"]


def filter(operator: Filter, frame: Frame, compiler: Compiler) -> Frame:
    """The records for which the condition is true, or with `negated` is not."""
    condition = compiler.condition(operator.condition, frame)
    return frame.filter(~condition.fill_null(False) if operator.negated else condition)
