"""A013."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("A013", "limit-arity", severity="error", languages=("adql",), passes_on=True)
def adql_limit_arity(subject: Subject) -> Findings:
    """More numbers after `LIMIT` than there are fields for them.

    What: A query of records has one limit, one of groups a limit per field.
    Why: The query does not run, or the number does nothing.
    Bad: `SELECT application, responseTime FROM transactions LIMIT 5, 6`
    Good: `SELECT application, responseTime FROM transactions LIMIT 5`
    """
    return subject.reported()
