"""`filter`: keep records."""

from __future__ import annotations

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Condition
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.filter import Filter


@command(
    known_as={"where": "", "having": "Use `filter` after `summarize`."},
    phrases={"having C": "filter C"},
)
def filter(source: Operator, condition: Condition) -> Operator:
    """Keep the records for which the condition is true; false and null go.

    >>> data record(a = 1), record(a = 2), record() | filter a > 1
    {"a":2}
    """
    return Filter(source, condition)


@filter.lifts(Filter)
def _(operator: Filter) -> Written | None:
    return None if operator.negated else written(condition=operator.condition)
