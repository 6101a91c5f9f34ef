"""A007."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("A007", "range-on-string", severity="error", languages=("adql",), passes_on=True)
def adql_range_on_string(subject: Subject) -> Findings:
    """Texts compared by size.

    What: `<`, `>` and `BETWEEN` are for numbers and dates.
    Why: The query does not run.
    Bad: `SELECT application FROM transactions WHERE application > 'x'`
    Good: `SELECT application FROM transactions WHERE responseTime > 3`
    """
    return subject.reported()
