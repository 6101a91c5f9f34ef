"""E008."""

from __future__ import annotations

from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.subject import Subject


@rule("E008", "command-position", severity="error")
def command_position(subject: Subject) -> Findings:
    """A command in a place where it cannot stand.

    What: A command that brings records begins a query or a sub-query; it does not follow a pipe.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | fetch spans, from:-1h | summarize n = count()`
    Good: `fetch logs, from:-1h | append [ fetch spans, from:-1h ] | summarize n = count()`
    """
    return subject.reported("E008")
