"""Limit with Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.engines.polars.frame import Frame
from dqlkit.plan.ops.limit import Limit

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["limit"]


def limit(operator: Limit, frame: Frame, compiler: Compiler) -> Frame:
    """So many records after so many others."""
    return frame.replace(frame.lazy.slice(operator.offset, operator.count))
