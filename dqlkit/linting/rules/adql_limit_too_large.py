"""A012."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("A012", "limit-too-large", severity="warning", languages=("adql",), passes_on=True)
def adql_limit_too_large(subject: Subject) -> Findings:
    """A `LIMIT` above what the service gives.

    What: 10,000 records, 1,000 groups of the first field, 100 of each further one.
    Why: The service lowers it without a word.
    Bad: `SELECT responseTime FROM transactions LIMIT 50000`
    Good: `SELECT responseTime FROM transactions LIMIT 10000`
    """
    return subject.reported()
