"""Fields that are read and cannot be there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dqlkit.diagnostics import Span
from dqlkit.languages.dql.matching import nearest
from dqlkit.languages.syntax.tree import Binary, Index, Name, walk
from dqlkit.lint.conditions import operands
from dqlkit.lint.flows import reads, remover
from dqlkit.lint.subject import Subject
from dqlkit.plan.operators import Field
from dqlkit.plan.schema import Schema

__all__ = ["Lost", "hyphenated_members", "lost_fields"]


class Lost(NamedTuple):
    """`stage` is the command that dropped it, if one did; `prefixed` the same field as a join brought it."""

    name: str
    span: Span
    stage: str
    prefixed: str
    help: str


def lost_fields(subject: Subject) -> Iterator[Lost]:
    """Every field that is read where no record has it, once."""
    seen: set[Span] = {part.span for member in hyphenated_members(subject) for part in walk(member) if isinstance(part, Name)}
    for flow in subject.flows:
        for operator, schema in flow:
            if schema.open and not schema.gone:
                continue
            siblings = {field.name for field in getattr(operator, "fields", ()) if isinstance(field, Field)}
            for column, span in reads(operator):
                if span in seen or column.name in siblings or _may_be(column.name, schema):
                    continue
                seen.add(span)
                dropped = remover(flow, column.name, operator)
                stage = subject.text[dropped.start : dropped.end].split(None, 1)[0] if dropped else ""
                from_source = dropped == flow[0][0].span
                help = _help(column.name, schema, "" if from_source else stage)
                yield Lost(column.name, span, stage, _prefixed(column.name, schema), help)


def hyphenated_members(subject: Subject) -> Iterator[Binary]:
    """Members of records whose name is read as a subtraction: `tags[cost-center]`."""
    for node in subject.every(Index):
        inner = node.index
        if isinstance(inner, Binary) and inner.operator == "-" and " " not in subject.source(inner):
            if all(isinstance(part, Name) for part in operands(inner, "-")):
                yield inner


def _may_be(name: str, schema: Schema) -> bool:
    """Whether a field may be there, be it as a member of a record."""
    parts = name.split(".")
    if any(f"({'.'.join(parts[:k])})" in known for k in range(1, len(parts)) for known in schema.fields):
        return True  # `getNodeName(a.b)` without a name is called `a.b.name`
    return any(schema.may_have(".".join(parts[:k])) for k in range(1, len(parts) + 1))


def _prefixed(name: str, schema: Schema) -> str:
    return next((prefix + name for prefix in ("right.", "lookup.") if prefix + name in schema.fields), "")


def _help(name: str, schema: Schema, stage: str) -> str:
    guess = nearest(name, schema.fields) if not schema.open else ""
    if guess:
        return f"Did the query mean `{guess}`?"
    if stage:
        return f"Read it before `{stage}`, or keep it there."
    return f"There are {', '.join(f'`{known}`' for known in list(schema.fields)[:8])}." if schema.fields else ""
