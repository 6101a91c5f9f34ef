"""A005."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("A005", "missing-space", severity="error", languages=("adql",), passes_on=True)
def adql_missing_space(subject: Subject) -> Findings:
    """A word or sign that runs into the next one.

    What: Keywords have a blank on both sides, and so have `+` and `-` in front of a number.
    Why: The query does not run, or `-1` is read as a number of its own.
    Bad: `SELECT responseTime FROM transactions LIMIT10`
    Good: `SELECT responseTime FROM transactions LIMIT 10`
    """
    return subject.reported()
