"""E001."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("E001", "syntax-error", severity="error", unread=True, passes_on=True)
def syntax_error(subject: Subject) -> Findings:
    """Text that is no DQL.

    What: The text cannot be read at this place; what stands after it is still looked at.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | filter (status == "ERROR" | summarize n = count()`
    Good: `fetch logs, from:-1h | filter (status == "ERROR") | summarize n = count()`
    """
    return subject.reported()
