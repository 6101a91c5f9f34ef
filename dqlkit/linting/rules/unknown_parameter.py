"""E009."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("E009", "unknown-parameter", severity="error", passes_on=True)
def unknown_parameter(subject: Subject) -> Findings:
    """A parameter that the command or function does not have.

    What: Nothing has this name there; the nearest one that exists is suggested, else to leave it out.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | summarize n = count(), bye:{host.name}`
    Good: `fetch logs, from:-1h | summarize n = count(), by:{host.name}`
    """
    return subject.reported()
