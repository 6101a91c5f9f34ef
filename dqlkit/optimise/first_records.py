"""Of a large table the first records of an order are found in two passes: one finds how far they go, by the key alone,
the other reads the fields of those few.

Before:

    fetch logs | filter isNotNull(duration) | sort duration desc | limit 3

After:

    Limit count=3
      Sort keys={duration descending} first=3
        Filter condition=isNotNull(duration)
          Scan table=logs
"""

from __future__ import annotations

from collections.abc import Mapping

from dqlkit.frozen import replace
from dqlkit.optimise.cost import is_plain
from dqlkit.optimise.known import Known
from dqlkit.plan.expressions import Column
from dqlkit.plan.facts import Facts
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.limit import Limit
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.scan import Scan
from dqlkit.plan.ops.sort import Sort

__all__ = ["OF", "change"]

OF = (Limit,)

#: Smaller tables are read once.
_MANY = 200_000
#: More records than this are no few.
_FEW = 10_000


def change(operator: Limit, known: Known) -> Operator:
    sort = operator.source
    if not isinstance(sort, Sort) or operator.count is None or sort.first:
        return operator
    wanted = operator.offset + operator.count
    if not 0 < wanted <= _FEW or not isinstance(sort.keys[0].expression, Column):
        return operator
    if not _is_cheap(sort.source, known.facts) or len(sort.schema.fields) <= len(sort.keys):
        return operator
    return replace(operator, source=replace(sort, first=wanted))


def _is_cheap(operator: Operator, facts: Mapping[str, Facts]) -> bool:
    """Whether it costs little to go over the records twice: they are a large table's, chosen by plain conditions."""
    while isinstance(operator, (Filter, Project)):
        if operator.computes or (isinstance(operator, Filter) and not is_plain(operator.condition)):
            return False
        operator = operator.source
    rows = facts[operator.table].rows if isinstance(operator, Scan) and operator.table in facts else None
    return rows is not None and rows >= _MANY
