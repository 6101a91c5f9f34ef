"""E006."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("E006", "unknown-command", severity="error", passes_on=True)
def unknown_command(subject: Subject) -> Findings:
    """A command that does not exist.

    What: Nothing has this name; the nearest one that exists is suggested.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | sumarize n = count() | fields n`
    Good: `fetch logs, from:-1h | summarize n = count()`
    """
    return subject.reported()
