"""Limit with Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.engines.polars.frame import Frame
from dqlkit.plan.ops.limit import Limit

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["limit"]

#: The most records that Polars counts.
_MOST = 2**32 - 1


def limit(operator: Limit, frame: Frame, compiler: Compiler) -> Frame:
    """So many records after so many others."""
    count = None if operator.count is None else min(operator.count, _MOST)
    return frame.replace(frame.lazy.slice(operator.offset, count))
