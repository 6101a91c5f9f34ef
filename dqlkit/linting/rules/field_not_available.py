"""B005."""

from __future__ import annotations

from dqlkit.linting.lost import lost_fields
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("B005", "field-not-available", severity="warning")
def field_not_available(subject: Subject) -> Findings:
    """A field that an earlier stage dropped.

    What: `fields`, `fieldsKeep`, `fieldsRemove`, `fieldsRename`, `summarize` or `makeTimeseries` left a field behind
    that is read further down.
    Why: It is null there for every record.
    Bad: `fetch logs, from:-1h | summarize n = count(), by:{status} | filter host.name == "web"`
    Good: `fetch logs, from:-1h | filter host.name == "web" | summarize n = count(), by:{status}`
    """
    for lost in lost_fields(subject):
        if not lost.prefixed:
            where = f" after `{lost.stage}`" if lost.stage else ""
            yield subject.finding(lost.span, f"There is no field `{lost.name}`{where}.", help=lost.help)
