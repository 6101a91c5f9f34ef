"""A004."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("A004", "query-too-long", severity="error", languages=("adql",), passes_on=True)
def adql_query_too_long(subject: Subject) -> Findings:
    """A query of more than 5,000 characters.

    What: The service takes no longer ones.
    Why: The query does not run.
    Bad: a query of 5,001 characters
    Good: `SELECT responseTime FROM transactions`
    """
    return subject.reported()
