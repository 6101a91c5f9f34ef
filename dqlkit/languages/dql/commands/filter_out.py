"""`filterOut`: drop records."""

from __future__ import annotations

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Condition
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.filter import Filter


@command
def filter_out(source: Operator, condition: Condition) -> Operator:
    """Drop the records for which the condition is true; false and null stay.

    >>> data record(a = 1), record(a = 2), record() | filterOut a > 1
    {"a":1}
    {"a":null}
    """
    return Filter(source, condition, negated=True)


@filter_out.lifts(Filter)
def _(operator: Filter) -> Written | None:
    return written(condition=operator.condition) if operator.negated else None
