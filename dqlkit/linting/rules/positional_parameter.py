"""E012."""

from __future__ import annotations

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("E012", "positional-parameter", severity="error", languages=("dql", "adql"), passes_on=True)
def positional_parameter(subject: Subject) -> Findings:
    """A value without the name that it needs.

    What: Parameters that may be left out are always named.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | fieldsAdd head = substring(content, 0, 9) | fields timestamp, head`
    Good: `fetch logs, from:-1h | fieldsAdd head = substring(content, from:0, to:9) | fields timestamp, head`
    """
    return subject.reported()
