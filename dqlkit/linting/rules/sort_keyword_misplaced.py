"""E016."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("E016", "sort-keyword-misplaced", severity="error", passes_on=True)
def sort_keyword_misplaced(subject: Subject) -> Findings:
    """`asc` or `desc` outside of a sort.

    What: Only `sort`, and `sort:` of `dedup`, put records in order.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | fields timestamp desc, content`
    Good: `fetch logs, from:-1h | fields timestamp, content`
    """
    return subject.reported()
