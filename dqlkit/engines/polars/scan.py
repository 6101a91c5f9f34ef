"""Scan with Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.typed import constant
from dqlkit.engines.table import Want
from dqlkit.plan.ops.scan import Scan
from dqlkit.plan.timerange import time_field
from dqlkit.types.kinds import TIMESTAMP

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["scan"]


def scan(operator: Scan, compiler: Compiler) -> Frame:
    """The records of the table, by time where a range is asked for."""
    table = compiler.tables[operator.table]
    wanted = Want(compiler.fields_read(operator))
    frame = compiler.guard.scanned(operator.table, table, table.scan(wanted).frame)
    if operator.within is None:
        return frame
    time = compiler.as_timestamp(frame.column(time_field(operator.table, frame.schema.fields)))
    start, end = (constant(bound, TIMESTAMP).expression for bound in (operator.within.start, operator.within.end))
    return frame.filter((time >= start) & (time < end))
