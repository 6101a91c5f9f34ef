"""A019."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("A019", "value-behind-metric", severity="warning", languages=("adql",), passes_on=True)
def adql_value_behind_metric(subject: Subject) -> Findings:
    """A field behind the metrics of a list.

    What: Fields in front of the first metric are what it is grouped by; one behind it groups nothing.
    Why: It is null in every record.
    Bad: `SELECT count(*), application FROM transactions LIMIT 10`
    Good: `SELECT application, count(*) FROM transactions LIMIT 10`
    """
    return subject.reported()
