"""B009."""

from __future__ import annotations

from dqlkit.linting.orders import choices
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject
from dqlkit.plan.ops.limit import Limit


@rule("B009", "limit-before-aggregate", severity="warning", words=("limit",))
def limit_before_aggregate(subject: Subject) -> Findings:
    """Numbers that are made from an undefined choice of records.

    What: A `limit` of records that were not sorted stands before an aggregation.
    Why: Counts and averages are those of the few records that came first. There is no fix: an early `limit` also ends
    the scan, which may be what is wanted.
    Bad: `fetch logs, from:-1h | limit 100 | summarize n = count(), by:{status}`
    Good: `fetch logs, from:-1h | summarize n = count(), by:{status} | sort n desc | limit 100`
    """
    for choice in choices(subject):
        if isinstance(choice.operator, Limit) and not choice.ordered and choice.aggregated:
            yield subject.finding(
                choice.command.span,
                "What follows aggregates only the records that happen to come first.",
                help="Aggregate first, then limit.",
            )
