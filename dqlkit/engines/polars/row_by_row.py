"""RowByRow with Polars: the records of a whole frame go through Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import dtype_of
from dqlkit.plan.ops.row_by_row import RowByRow

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["row_by_row"]


def row_by_row(operator: RowByRow, frame: Frame, compiler: Compiler) -> Frame:
    """Apply the operator's function to all records, in one step that Polars pushes nothing through."""
    kinds = operator.makes.fields
    compiler.calls.row_by_row[operator.label] = ", ".join(map(str, dict.fromkeys(frame.schema.fields.values())))

    def run(data: pl.DataFrame) -> pl.DataFrame:
        made = list(operator.convert(frame.records_of(data)))
        return Frame.table_of(made, kinds)

    lazy = frame.lazy.map_batches(run, schema={name: dtype_of(kind) for name, kind in kinds.items()})
    return Frame(lazy, operator.makes)
