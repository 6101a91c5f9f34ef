"""C009."""

from __future__ import annotations

from dqlkit.languages.syntax.tree import Group, Name
from dqlkit.linting.orders import AGGREGATES
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.scans import argument, scans
from dqlkit.linting.subject import Subject

#: Fields with nearly as many values as there are records.
_MANY = frozenset(
    [
        "trace.id",
        "trace_id",
        "span.id",
        "span_id",
        "dt.rum.session.id",
        "session.id",
        "session_id",
        "request.id",
        "request_id",
        "event.id",
        "user.id",
        "user_id",
        "dt.rum.user.id",
        "dt.trace_id",
        "dt.span_id",
    ]
)

_TELLING = AGGREGATES | {"limit"}


@rule("C009", "high-cardinality-group", severity="warning", weight=2, options={"high-cardinality": ()})
def high_cardinality_group(subject: Subject) -> Findings:
    """Groups of nearly one record each.

    What: The result has a record for each trace, span, session, request or user (option `high-cardinality` adds names).
    A step on the way to a further aggregation is no matter, nor are groups of which a `limit` keeps the first.
    Why: There are about as many groups as records, all of which are kept until the end.
    Bad: `fetch spans, from:-1h | summarize n = count(), by:{trace.id}`
    Good: `fetch spans, from:-1h | summarize n = count(), by:{service.name}`
    """
    many = _MANY.union(subject.option("high-cardinality"))
    for scan in scans(subject):
        commands = [c for c in scan.pipeline.commands if c.name.name.lower() in _TELLING]
        last = [c for c in commands[-1:] if c.name.name.lower() in AGGREGATES]
        for by in (argument(command, "by") for command in last if scan.pipeline is subject.parsed.tree):
            if by is None:
                continue
            for member in by.value.members if isinstance(by.value, Group) else [by]:
                if isinstance(member.value, Name) and member.value.name in many:
                    name = member.value.name
                    yield subject.finding(member.value.span, f"`{name}` makes very many groups.", help="Group by less.")
