"""`dedup`: one record per combination of values."""

from __future__ import annotations

from dqlkit.functions.vocabulary import Boolean, Natural
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Hint, Many, Plain, Sorted, Value
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.dedup import Dedup


@command(
    akin={"distinct": "Use `dedup`."},
    phrases={
        "dedup N X sortby -Y": "dedup X, sort:{Y desc}, limit:N",
        "dedup N X sortby Y": "dedup X, sort:{Y}, limit:N",
        "dedup N X": "dedup X, limit:N",
        "dedup X sortby -Y": "dedup X, sort:{Y desc}",
        "dedup X sortby Y": "dedup X, sort:{Y}",
    },
)
def dedup(
    source: Operator,
    *expression: Value,
    sort: Many[Sorted] = (),
    filter_push_through: Hint[Plain[Boolean]] = False,
    limit: Plain[Natural] = 1,
) -> Operator:
    """Keep one record per combination of values, or `limit` of them: the first in the order of `sort`.

    `filterPushThrough` speaks to the vendor's planner and changes nothing here.

    >>> data record(a = 1, b = 1), record(a = 1, b = 2) | dedup a, sort: {b desc}
    {"a":1,"b":2}
    """
    return Dedup(source, expression, sort, limit)


@dedup.lifts(Dedup)
def _(operator: Dedup) -> Written:
    return written(expression=operator.keys, sort=operator.sort, limit=operator.count)
