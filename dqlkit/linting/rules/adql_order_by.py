"""A021."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("A021", "order-by", severity="error", languages=("adql",), passes_on=True)
def adql_order_by(subject: Subject) -> Findings:
    """`ORDER BY` something that is not in the list.

    What: Groups are ordered by a field or an alias of the list.
    Why: The query does not run.
    Bad: `SELECT application, count(*) AS n FROM transactions ORDER BY m LIMIT 10`
    Good: `SELECT application, count(*) AS n FROM transactions ORDER BY n LIMIT 10`
    """
    return subject.reported()
