"""Fail with Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.plan.ops.fail import Fail

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["fail"]


def fail(operator: Fail, frame: Frame, compiler: Compiler) -> Frame:
    """The records pass on; the first one that meets the condition ends the run."""
    condition = compiler.condition(operator.condition, frame)
    message = compiler.expression(operator.message, frame)

    def check(batch: pl.DataFrame) -> pl.DataFrame:
        failing = frame.replace(batch.lazy()).filter(condition).select([("message", message)])
        for record in failing.records_of(failing.lazy.head(1).collect()):
            compiler.guard.fail(operator.failure(record["message"]))
        return batch

    return frame.replace(frame.lazy.map_batches(check, streamable=True))
