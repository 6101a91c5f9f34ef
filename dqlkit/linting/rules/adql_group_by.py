"""A002."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("A002", "group-by-clause", severity="error", languages=("adql",), passes_on=True)
def adql_group_by(subject: Subject) -> Findings:
    """A grouping clause, which ADQL does not have.

    What: Plain fields in front of an aggregation are what it is grouped by.
    Why: The query does not run.
    Bad: `SELECT application, count(*) FROM transactions GROUP BY application LIMIT 10`
    Good: `SELECT application, count(*) FROM transactions LIMIT 10`
    """
    return subject.reported()
