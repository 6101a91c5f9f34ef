"""`summarize`: one record per group."""

from __future__ import annotations

from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Aggregated, Assigned, Many
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.aggregate import Aggregate

#: Advice for commands of other languages that group.
GROUPS = "Use `summarize`, with `by:{…}` for the groups."


@command(
    order=("by", "aggregation"),
    known_as={"stats": GROUPS, "aggregate": GROUPS},
    phrases={
        "summarize X having C": "summarize X | filter C",
        "stats X by Y": "summarize X, by:{Y}",
        "chart X by Y": "summarize X, by:{Y}",
    },
    akin={"transaction": "Use `summarize …, by:{…}`.", "group by": "Use `summarize …, by:{…}`."},
)
def summarize(source: Operator, *aggregation: Aggregated, by: Many[Assigned] = ()) -> Operator:
    """Group the records and aggregate each group; the fields of `by` come first.

    Without `by` there is exactly one record, even for no input.

    >>> data record(a = 1, b = "x"), record(a = 2, b = "x") | summarize n = count(), sum(a), by: {b}
    {"b":"x","n":2,"sum(a)":3.0}
    """
    return Aggregate(source, by, aggregation)


@summarize.lifts(Aggregate)
def _(operator: Aggregate) -> Written:
    return written(aggregation=operator.values, by=operator.keys)
