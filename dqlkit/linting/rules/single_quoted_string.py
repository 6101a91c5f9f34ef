"""E002."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("E002", "single-quoted-string", severity="error", passes_on=True)
def single_quoted_string(subject: Subject) -> Findings:
    """A string in single quotes.

    What: Strings stand in double quotes, or in three of them.
    Why: The query does not run; in other languages single quotes are the usual ones.
    Bad: `fetch logs, from:-1h | filter status == 'ERROR' | summarize n = count()`
    Good: `fetch logs, from:-1h | filter status == "ERROR" | summarize n = count()`
    """
    return subject.reported()
