"""E015."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("E015", "field-access-mode", severity="error", passes_on=True)
def field_access_mode(subject: Subject) -> Findings:
    """A field written where it is only read, or read where it is written.

    What: `fieldsRename` needs `new = old`; `fieldsKeep` and `fieldsRemove` take names alone.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | fieldsKeep timestamp, level = loglevel`
    Good: `fetch logs, from:-1h | fieldsKeep timestamp, loglevel`
    """
    return subject.reported()
