"""E004."""

from __future__ import annotations

from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.subject import Subject


@rule("E004", "foreign-operator", severity="error")
def foreign_operator(subject: Subject) -> Findings:
    """An operator of another language.

    What: `&&`, `||`, `!==`, `like`, `between`, `is null`, a list after `in`: DQL has words and functions for them.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | filter status in ["ERROR", "WARN"] | summarize n = count()`
    Good: `fetch logs, from:-1h | filter in(status, "ERROR", "WARN") | summarize n = count()`
    """
    return subject.reported("E004")
