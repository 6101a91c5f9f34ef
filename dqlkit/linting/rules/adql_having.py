"""A020."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("A020", "having", severity="error", languages=("adql",), passes_on=True)
def adql_having(subject: Subject) -> Findings:
    """`HAVING` that cannot be answered.

    What: `HAVING` compares aliases of metrics of the list.
    Why: The query does not run.
    Bad: `SELECT application, count(*) AS n FROM transactions HAVING m > 3 LIMIT 10`
    Good: `SELECT application, count(*) AS n FROM transactions HAVING n > 3 LIMIT 10`
    """
    return subject.reported()
