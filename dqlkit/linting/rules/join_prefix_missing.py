"""B004."""

from __future__ import annotations

from dqlkit.linting.lost import lost_fields
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("B004", "join-prefix-missing", severity="warning", words=("join", "lookup"))
def join_prefix_missing(subject: Subject) -> Findings:
    """A field of a `join` or `lookup` without its prefix.

    What: What they bring is called `right.…` and `lookup.…`, or as `prefix:` says.
    Why: The name alone is a field that no record has: null.
    Bad: `fetch logs, from:-1h | summarize n = count(), by:{id} | lookup [ fetch hosts | fields id, name ],
    sourceField:id, lookupField:id | sort name`
    Good: `fetch logs, from:-1h | summarize n = count(), by:{id} | lookup [ fetch hosts | fields id, name ],
    sourceField:id, lookupField:id | sort lookup.name`
    """
    for lost in lost_fields(subject):
        if lost.prefixed:
            yield subject.finding(lost.span, f"There is no field `{lost.name}`.", help=f"Write `{lost.prefixed}`.")
