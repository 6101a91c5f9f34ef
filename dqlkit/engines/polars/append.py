"""Append with Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.engines.polars.frame import Frame
from dqlkit.plan.ops.append import Append

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["append"]


def append(operator: Append, frame: Frame, other: Frame, compiler: Compiler) -> Frame:
    """The records of both, the other's last."""
    return frame.concat(other)
