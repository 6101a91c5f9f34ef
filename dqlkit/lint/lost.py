"""Fields that are read and cannot be there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dqlkit.diagnostics import Span
from dqlkit.languages.dql.matching import nearest
from dqlkit.lint.flows import reads, remover
from dqlkit.lint.subject import Subject
from dqlkit.plan.schema import Schema

__all__ = ["Lost", "lost_fields"]


class Lost(NamedTuple):
    """`stage` is the command that dropped it, if one did; `prefixed` the same field as a join brought it."""

    name: str
    span: Span
    stage: str
    prefixed: str
    help: str


def lost_fields(subject: Subject) -> Iterator[Lost]:
    """Every field that is read where no record has it, once."""
    seen: set[Span] = set()
    for flow in subject.flows:
        for operator, schema in flow:
            if schema.open and not schema.gone:
                continue
            for column, span in reads(operator):
                if span in seen or _may_be(column.name, schema):
                    continue
                seen.add(span)
                dropped = remover(flow, column.name, operator)
                stage = subject.text[dropped.start : dropped.end].split(None, 1)[0] if dropped else ""
                yield Lost(column.name, span, stage, _prefixed(column.name, schema), _help(column.name, schema, stage))


def _may_be(name: str, schema: Schema) -> bool:
    """Whether a field may be there, be it as a member of a record."""
    parts = name.split(".")
    return any(schema.may_have(".".join(parts[:k])) for k in range(1, len(parts) + 1))


def _prefixed(name: str, schema: Schema) -> str:
    return next((prefix + name for prefix in ("right.", "lookup.") if prefix + name in schema.fields), "")


def _help(name: str, schema: Schema, stage: str) -> str:
    guess = nearest(name, schema.fields) if not schema.open else ""
    if guess:
        return f"Did the query mean `{guess}`?"
    return f"Read it before `{stage}`, or keep it there." if stage else ""
