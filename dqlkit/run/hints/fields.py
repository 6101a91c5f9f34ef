"""Fields that a query reads and no record has."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from dqlkit.functions.context import Notice
from dqlkit.plan.expressions import Column
from dqlkit.plan.operators import Operator, calls, nodes
from dqlkit.plan.ops.search import ANY_FIELD
from dqlkit.plan.schema import Schema
from dqlkit.run.hints.outcome import Outcome
from dqlkit.types.kinds import Record, Type

__all__ = ["missing_fields"]


def missing_fields(outcome: Outcome) -> Iterator[Notice]:
    """A notice for each field that a stage reads and no record has there."""
    if not outcome.tables:
        return
    for flow in outcome.flows:
        for operator, schema in flow:
            come_in = [source.schema for source in operator.inputs]
            for column in _read(operator):
                if not any(one.may_have(column.name) for one in come_in):
                    yield _missing(outcome, column, schema, _values(operator))


def _read(operator: Operator) -> Iterator[Column]:
    """The fields that are written in the text of a stage."""
    found = (node for node in nodes(operator) if isinstance(node, Column))
    return (column for column in found if column != ANY_FIELD)


def _values(operator: Operator) -> set[int]:
    """The names that stand on the right of a sign, by identity: texts without quotes do."""
    return {id(call.arguments[1]) for call in calls(operator) if call.function.symbol and len(call.arguments) == 2}


def _missing(outcome: Outcome, column: Column, schema: Schema, values: set[int]) -> Notice:
    name, known = column.name, outcome.known_names()
    if name in known:
        return Notice("FIELD_DOES_NOT_EXIST", f"The field `{name}` is dropped or renamed before it is read.")
    return Notice("FIELD_DOES_NOT_EXIST", f"No record has the field `{name}`.{_guess(column, schema, known, values)}")


def _guess(column: Column, schema: Schema, known: list[str], values: set[int]) -> str:
    member = _member(column.name, schema, known)
    near = get_close_matches(column.name, [*schema.fields, *known], n=1)
    if member:
        return f" A member of a record is written `{member}`."
    if near:
        return f" Did the query mean `{near[0]}`?"
    return " A text stands in double quotes." if id(column) in values else ""


def _member(name: str, schema: Schema, known: list[str]) -> str:
    """`a[b][c]` for `a.b.c` where there is such a member, or may be."""
    for dot in (place for place, sign in enumerate(name) if sign == "."):
        base, rest = name[:dot], name[dot + 1 :]
        if base in known:
            path = _path(schema.type(base), rest) if base in schema.fields else [rest]
            if path:
                return base + "".join(f"[{member}]" for member in path)
    return ""


def _path(kind: Type, name: str) -> list[str]:
    """The names of the members that lead to what `name` spells with dots; none where nothing does."""
    if not isinstance(kind, Record):
        return []
    if any(name == member for member, _ in kind.fields):
        return [name]
    tails = (
        (member, _path(inner, name[len(member) + 1 :]))
        for member, inner in kind.fields
        if name.startswith(f"{member}.")
    )
    return next(([member, *tail] for member, tail in tails if tail), [])
