"""C009."""

from __future__ import annotations

from dqlkit.languages.dql.tree import Command, Pipeline
from dqlkit.languages.syntax.tree import Group, Name
from dqlkit.linting.orders import groups
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.scans import argument, scans
from dqlkit.linting.stages import stage
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


@rule("C009", "high-cardinality-group", severity="info", weight=2, options={"high-cardinality": ()}, words=("fetch",))
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
        last = _last_word(subject, scan.pipeline)
        by = argument(last, "by") if last is not None and scan.pipeline is subject.parsed.tree else None
        if by is not None:
            for member in by.value.members if isinstance(by.value, Group) else [by]:
                if isinstance(member.value, Name) and member.value.name in many:
                    name = member.value.name
                    yield subject.finding(member.value.span, f"`{name}` makes very many groups.", help="Group by less.")


def _last_word(subject: Subject, pipeline: Pipeline) -> Command | None:
    """The aggregation whose groups all come out; None where some of them are chosen, by their order or a condition."""
    for command in reversed(pipeline.commands):
        operator = stage(subject, command)
        if groups(subject, command):
            return command
        if operator is None or operator.amount not in ("same", "more"):
            return None
    return None
