"""E007."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("E007", "unknown-function", severity="error", languages=("dql", "adql"), passes_on=True)
def unknown_function(subject: Subject) -> Findings:
    """A function that does not exist.

    What: Nothing has this name; names that other languages use are known, for others the nearest one is suggested.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | summarize n = countIf(starts_with(content, "GET"))`
    Good: `fetch logs, from:-1h | summarize n = countIf(startsWith(content, "GET"))`
    """
    return subject.reported()
