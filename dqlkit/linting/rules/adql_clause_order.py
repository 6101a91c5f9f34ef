"""A003."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("A003", "clause-order", severity="error", languages=("adql",), passes_on=True)
def adql_clause_order(subject: Subject) -> Findings:
    """Clauses in another order than theirs.

    What: `WHERE`, `SINCE` and `UNTIL`, `HAVING`, `ORDER BY`, `LIMIT` stand in this order.
    Why: The query does not run.
    Bad: `SELECT responseTime FROM transactions LIMIT 5 ORDER BY responseTime`
    Good: `SELECT responseTime FROM transactions ORDER BY responseTime LIMIT 5`
    """
    return subject.reported()
