"""E003."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("E003", "assignment-in-condition", severity="error", passes_on=True)
def assignment_in_condition(subject: Subject) -> Findings:
    """`=` where values are compared.

    What: `=` names a value; `==` compares two.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | filter status = "ERROR" | summarize n = count()`
    Good: `fetch logs, from:-1h | filter status == "ERROR" | summarize n = count()`
    """
    return subject.reported()
