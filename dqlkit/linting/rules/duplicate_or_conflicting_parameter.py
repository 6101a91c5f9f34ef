"""E011."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("E011", "duplicate-or-conflicting-parameter", severity="error", passes_on=True)
def duplicate_or_conflicting_parameter(subject: Subject) -> Findings:
    """A parameter given twice, or two that exclude each other.

    What: `from` and `timeframe`, `interval` and `bins`, `time` and `spread` say the same thing in two ways.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h, timeframe:"2026-01-01T00:00:00Z/2026-01-02T00:00:00Z" | summarize n = count()`
    Good: `fetch logs, from:-1h | summarize n = count()`
    """
    return subject.reported()
