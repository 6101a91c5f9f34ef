"""A017."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("A017", "approximate-distinct", severity="info", languages=("adql",), default=False)
def adql_approximate_distinct(subject: Subject) -> Findings:
    """A count of distinct values that may be an estimate.

    What: `distinctcount` is exact up to 3,000 values.
    Why: Above that the number is near the true one. Off unless it is selected.
    Bad: `SELECT distinctcount(application) FROM transactions`
    Good: `SELECT count(application) FROM transactions`
    """
    for call in subject.calls("distinctcount"):
        yield subject.finding(call.span, "The count is an estimate above 3,000 values.")
