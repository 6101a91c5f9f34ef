"""`sort`: order records."""

from __future__ import annotations

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Sorted
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.sort import Sort


@command(known_as={"order by": ""})
def sort(source: Operator, *expression: Sorted) -> Operator:
    """By the first expression, ties by the next; `asc` is the default. Records that tie keep their order.

    >>> data record(a = 1), record(a = 3), record() | sort a desc
    {"a":null}
    {"a":3}
    {"a":1}
    """
    return Sort(source, expression)


@sort.lifts(Sort)
def _(operator: Sort) -> Written:
    return written(expression=operator.keys)
