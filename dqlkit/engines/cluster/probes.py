"""A look at the first records of a table, before a plan is cut."""

from __future__ import annotations

from collections.abc import Mapping

from dqlkit.engines.polars import Compiler
from dqlkit.engines.table import Table
from dqlkit.frozen import replace
from dqlkit.functions.aggregation.counting import count
from dqlkit.functions.context import Context
from dqlkit.plan.calls import call
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.limit import Limit
from dqlkit.plan.ops.scan import Scan
from dqlkit.plan.walk import map_operators, operators

__all__ = ["rarely_repeat"]

#: Tables with fewer records than this are not worth a look, which is at so many records. Of fewer nothing is concluded.
_MANY, _LOOK, _FEW = 1_000_000, 20_000, 2_000
#: Groups hold more than one record where of a hundred records more than this share one.
_SHARED = 2


def rarely_repeat(groups: Aggregate, tables: Mapping[str, Table], context: Context) -> bool:
    """Whether hardly any of the first records share a group, so that it costs more to sum up parts than it saves."""
    scans = [one for one in operators(groups) if isinstance(one, Scan)]
    if len(scans) != 1 or (tables[scans[0].table].facts.rows or 0) < _MANY:
        return False

    def first(operator: Operator) -> Operator:
        return Limit(operator, _LOOK) if isinstance(operator, Scan) else operator

    name = groups.schema.fresh("count")
    look = replace(groups, source=map_operators(groups.source, first), values=(Field(name, call(count)),))
    compiler = Compiler(tables, context)
    counts = compiler.guard.run(compiler.frame(look))[name]
    records = int(counts.sum())
    return records >= _FEW and (records - len(counts)) * 100 <= records * _SHARED
