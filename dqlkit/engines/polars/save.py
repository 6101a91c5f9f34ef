"""Save with Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.engines.polars.frame import Frame
from dqlkit.plan.ops.save import Save

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["save"]


def save(operator: Save, frame: Frame, compiler: Compiler) -> Frame:
    """The records pass on; what is to be written is written once the query has run."""
    kept = frame if operator.most is None else frame.replace(frame.lazy.head(operator.most))
    compiler.save(operator.name, kept, operator.overwrite, operator.span)
    return frame
