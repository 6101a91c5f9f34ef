"""A014."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("A014", "too-many-terms", severity="error", languages=("adql",), passes_on=True)
def adql_too_many_terms(subject: Subject) -> Findings:
    """More than five fields to group by.

    What: An aggregation is grouped by at most five fields.
    Why: The query does not run.
    Bad: `SELECT a, b, c, d, e, f, count(*) FROM transactions LIMIT 9`
    Good: `SELECT a, b, c, d, e, count(*) FROM transactions LIMIT 9`
    """
    return subject.reported()
