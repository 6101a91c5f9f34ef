"""Aggregation in parts: where the records of a group are in several places, each place aggregates its own, and what
comes of that is aggregated once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dqlkit.frozen import frozen, replace
from dqlkit.functions.function import Function, InParts
from dqlkit.plan.expressions import Argument, Call, Column, Expression
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.project import Project
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer

__all__ = ["Halves", "in_parts"]


@frozen
class Halves:
    """An aggregation of some of the records, `first`, and what makes the whole answer of the results of all parts, one
    after the other in the order of the records. Both are of core operators."""

    first: Aggregate
    then: Callable[[Operator], Operator]


def in_parts(aggregate: Aggregate) -> Halves | None:
    """The halves of an aggregation of the core; None where one of its functions needs all records of a group at once."""
    schema = aggregate.source.schema
    works = [_work(k, field, schema) for k, field in enumerate(aggregate.values)]
    if not aggregate.keys and not aggregate.values:
        return None
    found = [work for work in works if work is not None]
    if len(found) < len(works):
        return None
    taken = {key.name for key in aggregate.keys}
    firsts = tuple(field for work in found for field in work.firsts)
    if taken & {field.name for field in firsts}:
        return None
    keys = tuple(Field(key.name, Column(key.name)) for key in aggregate.keys)
    merged = tuple(field for work in found for field in work.merged)
    finished = (*keys, *(work.finished for work in found))

    def then(parts: Operator) -> Operator:
        return Project(Aggregate(parts, keys, merged, aggregate.unordered), finished)

    return Halves(replace(aggregate, values=firsts, unordered=True), then)


@frozen
class _Work:
    """One aggregation in parts: what the first half computes, how it is merged, and the field that is made of that."""

    firsts: list[Field]
    merged: list[Field]
    finished: Field


def _work(number: int, field: Field, schema: Schema) -> _Work | None:
    call = field.expression
    way = _way(call, schema)
    if way is None or not isinstance(call, Call):
        return None
    names = [f"\x01part{number}.{k}" for k, _ in enumerate(way.parts)]
    firsts = [Field(n, _call(part.of, call)) for n, part in zip(names, way.parts, strict=True)]
    merged = [Field(n, _call(part.merged, call, Column(n))) for n, part in zip(names, way.parts, strict=True)]
    results = tuple(map(Column, names))
    return _Work(firsts, merged, Field(field.name, results[0] if way.finish is None else Call(way.finish, results)))


def _way(call: Expression, schema: Schema) -> InParts | None:
    """How an aggregation is computed in parts; one by position, over the elements of arrays, is not."""
    if not isinstance(call, Call):
        return None
    return call.function.parts_for(
        [infer(one, schema) if isinstance(one, Expression) else None for one in call.arguments]
    )


def _call(function: Function[..., Any], whole: Call, first: Expression | None = None) -> Call:
    """A call with those arguments of another whose names it knows, and with `first` for its first one."""
    given = {p.python: one for p, one in zip(whole.function.signature.parameters, whole.arguments, strict=True)}
    arguments: list[Argument] = [given.get(parameter.python) for parameter in function.signature.parameters]
    if first is not None:
        arguments[0] = first
    return Call(function, tuple(arguments))
