"""An order that no later stage can see is not made: a sort goes, a join and an aggregation need not keep one.

Before:

    fetch logs | sort content asc | lookup [fetch hosts], sourceField:host, lookupField:id, fields:{team}
    | summarize n = count(), by:{team}

After:

    Aggregate keys={team} values={n = count()}
      Join keys={{host, id}} kind=leftOuter prefix= fields={{team, team}} first_only=True unordered=True
        Scan table=logs
        Scan table=hosts
"""

from __future__ import annotations

from dqlkit.frozen import replace
from dqlkit.optimise.known import Known
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.join import Join
from dqlkit.plan.ops.sort import Sort

__all__ = ["OF", "change"]

#: The operators that make an order.
OF = (Aggregate, Join, Sort)


def change(operator: Aggregate | Join | Sort, known: Known) -> Operator:
    if isinstance(operator, Sort):
        return operator if known.ordered else operator.source
    return operator if operator.unordered or known.ordered else replace(operator, unordered=True)
