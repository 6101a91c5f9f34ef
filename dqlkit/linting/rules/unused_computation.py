"""C012."""

from __future__ import annotations

from collections.abc import Collection

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject
from dqlkit.plan.flow import Flow
from dqlkit.plan.ops.choose import Choose
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.ops.join import Join
from dqlkit.plan.ops.parse import Parse


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
    """Whether nothing reads a field that the first stage makes, neither its other fields nor what follows, before a
    stage drops it."""
    for index, (operator, _) in enumerate(flow):
        if any(_covers(read, name) for read in subject.names_read(operator)):
            return False
        if index and (operator.reads_all or not operator.inputs):
            return False
        if isinstance(operator, Choose) and any(p.wildcard or _covers(p.text, name) for p in operator.patterns):
            return operator.drop and not operator.keeps(name)
        if index and (operator.closes or not operator.keeps(name)):
            return operator.closes and not operator.keeps(name)
    return False


def _covers(read: str, name: str) -> bool:
    """Whether one is the other, or a member of it."""
    return read == name or read.startswith(name + ".") or name.startswith(read + ".")
