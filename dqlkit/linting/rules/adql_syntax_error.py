"""A001."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("A001", "adql-syntax-error", severity="error", languages=("adql",), unread=True, passes_on=True)
def adql_syntax_error(subject: Subject) -> Findings:
    """Text that is no ADQL.

    What: The text cannot be read at this place.
    Why: The query does not run.
    Bad: `SELECT responseTime FRM transactions`
    Good: `SELECT responseTime FROM transactions`
    """
    return subject.reported()
