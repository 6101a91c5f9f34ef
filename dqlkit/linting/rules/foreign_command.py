"""E005."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("E005", "foreign-command", severity="error", passes_on=True)
def foreign_command(subject: Subject) -> Findings:
    """A command of another language.

    What: `where`, `project`, `extend`, `stats`, `order by` and others have other names in DQL.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | where status == "ERROR" | summarize n = count()`
    Good: `fetch logs, from:-1h | filter status == "ERROR" | summarize n = count()`
    """
    return subject.reported()
