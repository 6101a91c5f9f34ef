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

from collections.abc import Mapping

from dqlkit.frozen import replace
from dqlkit.optimise.demand import Demand, by_demand
from dqlkit.plan.facts import Facts
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.join import Join
from dqlkit.plan.ops.sort import Sort

__all__ = ["rewrite"]


def rewrite(plan: Operator, facts: Mapping[str, Facts]) -> Operator:
    return by_demand(plan, _free)


def _free(operator: Operator, demand: Demand) -> Operator:
    if demand.ordered:
        return operator
    if isinstance(operator, Sort):
        return operator.source
    if isinstance(operator, (Aggregate, Join)) and not operator.unordered:
        return replace(operator, unordered=True)
    return operator
