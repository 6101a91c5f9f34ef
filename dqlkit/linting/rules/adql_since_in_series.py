"""A015."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("A015", "since-in-series", severity="warning", languages=("adql",), passes_on=True)
def adql_since_in_series(subject: Subject) -> Findings:
    """`SINCE` or `UNTIL` beside `series()`.

    What: The range of a series is the one that the query is run with.
    Why: The clause does nothing.
    Bad: `SELECT series(eventTimestamp, '1m'), count(*) FROM transactions SINCE 1 hour LIMIT 10`
    Good: `SELECT series(eventTimestamp, '1m'), count(*) FROM transactions LIMIT 10`
    """
    return subject.reported()
