"""C012."""

from __future__ import annotations

from collections.abc import Collection

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject
from dqlkit.plan.flow import Flow
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.choose import Choose
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.join import Join
from dqlkit.plan.ops.limit import Limit
from dqlkit.plan.ops.parse import Parse
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.sort import Sort
from dqlkit.plan.ops.timeseries import Timeseries

#: Stages after which only what they name is left, and those that read no more than they name.
_LAST = (Aggregate, Project, Timeseries)
_NAMES = frozenset({"summarize", "maketimeseries", "fields"})
_PLAIN = (Extend, Parse, Filter, Sort, Limit)


@rule("C012", "unused-computation", severity="warning", weight=1)
def unused_computation(subject: Subject) -> Findings:
    """A computed field that nothing reads.

    What: `fieldsAdd` computes a field, and no stage up to the next `fields` or aggregation, which drops it, reads it; or
    a `parse` or `lookup` of which no field is read.
    Why: The work is for nothing, and readers look for its use.
    Bad: `fetch logs, from:-1h | fieldsAdd short = lower(status) | summarize n = count(), by:{host.name}`
    Good: `fetch logs, from:-1h | summarize n = count(), by:{host.name}`
    """
    for flow in subject.flows:
        for index, (operator, _) in enumerate(flow):
            if isinstance(operator, (Parse, Join)) and operator.span is not None:
                names = _brought(operator)
                if names and all(_unread(subject, name, flow[index:]) for name in names):
                    yield subject.finding(operator.span, "No field of it is read.", help="Remove it.")
            elif isinstance(operator, Extend):
                for field in operator.fields:
                    span = field.expression.span
                    if span is not None and _is_named(field.name) and _unread(subject, field.name, flow[index:]):
                        yield subject.finding(span, f"`{field.name}` is not read.", help="Remove it.")


def _brought(operator: Parse | Join) -> Collection[str]:
    """The fields of a `parse`, or of a `lookup`, which changes nothing else: by their prefix where it does not list them."""
    if isinstance(operator, Parse):
        return operator.exports
    if not operator.first_only or operator.kind != "leftOuter":
        return ()
    if operator.fields:
        return [operator.prefix + new for new, _ in operator.fields]
    return [operator.prefix[:-1]] if operator.prefix[-1:] == "." else ()


def _is_named(name: str) -> bool:
    """Whether a field has a name of its own, and not the text of its expression."""
    return not any(character in name for character in "([`")


def _unread(subject: Subject, name: str, flow: Flow) -> bool:
    """Whether nothing reads a field that the first stage computes: neither its other fields nor what follows."""
    if any(_covers(column.name, name) for column, _ in subject.reads(flow[0][0])):
        return False
    for operator, _ in flow[1:]:
        if any(_covers(column.name, name) for column, _ in subject.reads(operator)):
            return False
        if isinstance(operator, _LAST):
            return _command(subject, operator) in _NAMES and not _hidden(operator, name)
        if isinstance(operator, Choose):
            kept = any(pattern.wildcard or _covers(pattern.text, name) for pattern in operator.patterns)
            return not operator.drop and not kept
        if not isinstance(operator, _PLAIN):
            return False
        if isinstance(operator, Parse) and name in operator.exports:
            return False
        if isinstance(operator, Extend) and any(field.name == name for field in operator.fields):
            return False
    return False


def _command(subject: Subject, operator: Operator) -> str:
    """The name of the command that a stage was written as."""
    span = operator.span
    return subject.text[span.start : span.end].split(None, 1)[0].lower() if span is not None else ""


def _covers(read: str, name: str) -> bool:
    return read == name or read.startswith(name + ".") or name.startswith(read + ".")


def _hidden(operator: Operator, name: str) -> bool:
    """Whether a stage reads fields that it does not name: the time of a series."""
    return (
        isinstance(operator, Timeseries) and operator.time is None and name in ("timestamp", "start_time", "timeframe")
    )
