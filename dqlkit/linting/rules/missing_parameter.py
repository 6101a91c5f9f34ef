"""E010."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("E010", "missing-parameter", severity="error", languages=("dql", "adql"), passes_on=True)
def missing_parameter(subject: Subject) -> Findings:
    """A parameter that is needed and not given.

    What: A command or function lacks a value without which it means nothing.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | fieldsAdd parts = splitString(content) | fields timestamp, parts`
    Good: `fetch logs, from:-1h | fieldsAdd parts = splitString(content, ",") | fields timestamp, parts`
    """
    return subject.reported()
