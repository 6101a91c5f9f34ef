"""Compiles core operators to lazy frames: the table of which function compiles which operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dqlkit.engines.polars.aggregate import aggregate
from dqlkit.engines.polars.append import append
from dqlkit.engines.polars.checked import CHECKED, check_frame
from dqlkit.engines.polars.dedup import dedup
from dqlkit.engines.polars.expand import expand
from dqlkit.engines.polars.fail import fail
from dqlkit.engines.polars.filter import filter
from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.join import join, nest
from dqlkit.engines.polars.limit import limit
from dqlkit.engines.polars.place import place
from dqlkit.engines.polars.project import project
from dqlkit.engines.polars.records import records
from dqlkit.engines.polars.row_by_row import row_by_row
from dqlkit.engines.polars.save import save
from dqlkit.engines.polars.scan import scan
from dqlkit.engines.polars.sort import sort
from dqlkit.engines.polars.timeseries import timeseries
from dqlkit.engines.polars.top import top
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.append import Append
from dqlkit.plan.ops.dedup import Dedup
from dqlkit.plan.ops.expand import Expand
from dqlkit.plan.ops.fail import Fail
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.join import Join, Nest
from dqlkit.plan.ops.limit import Limit
from dqlkit.plan.ops.place import Place
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.records import Records
from dqlkit.plan.ops.row_by_row import RowByRow
from dqlkit.plan.ops.save import Save
from dqlkit.plan.ops.scan import Scan
from dqlkit.plan.ops.sort import Sort
from dqlkit.plan.ops.timeseries import OnGrid
from dqlkit.plan.ops.top import Top

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["CORE", "compiled"]

#: Compiles an operator, given the frames of its inputs and the compiler.
_COMPILED: Mapping[type[Operator], Callable[..., Frame]] = {
    Aggregate: aggregate,
    Append: append,
    Dedup: dedup,
    Expand: expand,
    Fail: fail,
    Filter: filter,
    Join: join,
    Limit: limit,
    Nest: nest,
    OnGrid: timeseries,
    Place: place,
    Project: project,
    Records: records,
    RowByRow: row_by_row,
    Save: save,
    Scan: scan,
    Sort: sort,
    Top: top,
}

#: The operators that the engine knows.
CORE = frozenset(_COMPILED)


def compiled(operator: Operator, inputs: Sequence[Frame], compiler: Compiler) -> Frame:
    """The frame of an operator of the core over the frames that it reads, with the schema that was inferred for it."""
    frame = _COMPILED[type(operator)](operator, *inputs, compiler).typed(operator.schema)
    if CHECKED:
        check_frame(operator, frame)
    return compiler.guard.measured(frame)
