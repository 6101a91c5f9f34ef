"""The grid of a time series over a whole table is known before it runs where the table knows its first and last time.

Before:

    fetch logs | makeTimeseries n = count(), interval:1d | fields n

After:

    Project fields={n = #series0}
      OnGrid series={#series0 = count()} time=timestamp asked=2026-01-01T00:00:00.000000000 +0000/… interval=24:00:00…
        Scan table=logs
"""

from __future__ import annotations

from dqlkit.frozen import replace
from dqlkit.optimise.known import Known
from dqlkit.plan.expressions import Column
from dqlkit.plan.facts import Facts
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.scan import Scan
from dqlkit.plan.ops.timeseries import OnGrid
from dqlkit.plan.timerange import time_field
from dqlkit.types.kinds import TIMESTAMP
from dqlkit.types.values import Timeframe, Timestamp

__all__ = ["OF", "change"]

OF = (OnGrid,)


def change(operator: OnGrid, known: Known) -> Operator:
    if operator.asked is not None or not isinstance(operator.time, Column):
        return operator
    name, source = operator.time.name, operator.source
    while isinstance(source, Project) and source.keeps(name):
        source = source.source
    if not isinstance(source, Scan) or source.within is not None:
        return operator
    facts, fields = known.facts.get(source.table, Facts()), source.schema.fields
    is_time = name == time_field(source.table, fields) and fields.get(name) == TIMESTAMP
    if not is_time or facts.first is None or facts.last is None:
        return operator
    bounds = (Timestamp(at + operator.moved) for at in (facts.first, facts.last + 1))
    return replace(operator, asked=Timeframe(*bounds)).narrowed()
