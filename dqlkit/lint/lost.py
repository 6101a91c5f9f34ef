"""Fields that are read and cannot be there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dqlkit.diagnostics import Span
from dqlkit.languages.dql.matching import nearest
from dqlkit.languages.syntax.tree import Binary, Expression, Index, Name, walk
from dqlkit.lint.conditions import operands
from dqlkit.lint.flows import reads, remover
from dqlkit.lint.subject import Subject, shared
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.ops.project import Project
from dqlkit.plan.schema import Schema

__all__ = ["Lost", "hyphenated_members", "lost_fields"]


class Lost(NamedTuple):
    """`stage` is the command that dropped it, if one did; `prefixed` the same field as a join brought it."""

    name: str
    span: Span
    stage: str
    prefixed: str
    help: str


@shared
def lost_fields(subject: Subject) -> list[Lost]:
    """Every field that is read where no record has it, once."""
    return list(_lost(subject))


def _lost(subject: Subject) -> Iterator[Lost]:
    members = list(hyphenated_members(subject))
    seen = {part.span for member in members for part in walk(member) if isinstance(part, Name)}
    for flow in subject.flows:
        for operator, schema in flow:
            if schema.open and not schema.gone:
                continue
            siblings = {f.name for f in operator.fields} if isinstance(operator, (Extend, Project)) else frozenset()
            for column, span in reads(operator):
                if span in seen or column.name in siblings or _may_be(column.name, schema):
                    continue
                seen.add(span)
                dropped = remover(flow, column.name, operator)
                stage = subject.text[dropped.start : dropped.end].split(None, 1)[0] if dropped else ""
                from_source = dropped == flow[0][0].span
                help = _help(column.name, schema, "" if from_source else stage)
                yield Lost(column.name, span, stage, _prefixed(column.name, schema), help)


def hyphenated_members(subject: Subject) -> Iterator[Expression]:
    """Members of records whose name is read as a subtraction: `tags[cost-center]`."""
    for node in subject.every(Index):
        inner = node.index
        together = isinstance(inner, Binary) and inner.operator == "-" and " " not in subject.source(inner)
        if together and all(isinstance(part, Name) for part in operands(inner, "-")):
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
