"""Aggregation in parts: where the records of a group are in several places, each place aggregates its own, and what
comes of that is aggregated once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dqlkit.frozen import frozen, replace
from dqlkit.functions.aggregation.choice import minimum
from dqlkit.functions.function import Function, InParts
from dqlkit.functions.mathematical.rounding import bin_
from dqlkit.plan.calls import call
from dqlkit.plan.expressions import Argument, Call, Column, Expression, literal, rewrite
from dqlkit.plan.operators import Field, Operator, copied
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.timeseries import OnGrid
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer
from dqlkit.types.kinds import NULL, TIMESTAMP, Array, is_own_key
from dqlkit.types.values import Duration

__all__ = ["Halves", "in_parts", "series_in_parts"]


@frozen
class Halves:
    """An aggregation of some of the records, `first`, and what makes the whole answer of the results of all parts, one
    after the other in the order of the records. Both are of core operators."""

    first: Aggregate
    then: Callable[[Operator], Operator]
    bounded: bool = True
    """Whether the results of a part are no longer than some limit, whatever the number of its records."""


def in_parts(aggregate: Aggregate, disjoint: bool = False) -> Halves | None:
    """The halves of an aggregation of the core; None where one of its functions needs all records of a group at once. With
    `disjoint` no value is in two parts."""
    schema = aggregate.source.schema
    works = [_work(k, field, schema, disjoint) for k, field in enumerate(aggregate.values)]
    if not aggregate.keys and not aggregate.values:
        return None
    found = [work for work in works if work is not None]
    if len(found) < len(works):
        return None
    taken = {key.name for key in aggregate.keys}
    firsts = tuple(field for work in found for field in work.firsts)
    if taken & {field.name for field in firsts}:
        return None
    keys = tuple(copied(key.name) for key in aggregate.keys)
    merged = tuple(field for work in found for field in work.merged)
    finished = (*keys, *(work.finished for work in found))

    def then(parts: Operator) -> Operator:
        return Project(Aggregate(parts, keys, merged, aggregate.unordered), finished)

    return Halves(replace(aggregate, values=firsts, unordered=True), then, all(work.bounded for work in found))


def series_in_parts(series: OnGrid) -> Halves | None:
    """The halves of a time series: the first one aggregates the records of each slot, the second lays them out. None where
    the slots depend on the records, where a record counts in several, where a function needs all records of one, or where
    keys of several types are equal: the first record tells which one stands for all, and slots do not know theirs."""
    schema = series.source.schema
    if series.needs_extent or series.moved or infer(series.time, schema) != TIMESTAMP:
        return None
    if not all(is_own_key(infer(key.expression, schema)) for key in series.keys):
        return None
    found = {one.name: _work(k, Field(one.name, one.expression), schema) for k, one in enumerate(series.series)}
    works = {name: work for name, work in found.items() if work is not None}
    if any(not one.bounds and one.name not in works for one in series.series):
        return None
    grid = series.grid(None)
    if grid.timeframe.start.nanos != grid.start or grid.start % grid.interval:
        return None
    slot = call(bin_, series.time, literal(Duration(grid.interval)))
    firsts = [field for work in works.values() for field in work.firsts]
    values = (*firsts, Field(_TIME, call(minimum, series.time)))
    first = Aggregate(series.source, (*series.keys, Field(_SLOT, slot)), values, unordered=True)
    merged = tuple(
        replace(one, expression=works[one.name].whole) if one.name in works else one for one in series.series
    )
    keys = tuple(copied(key.name) for key in series.keys)
    if {key.name for key in keys} & {_SLOT, _TIME, *(field.name for field in firsts)}:
        return None

    def then(parts: Operator) -> Operator:
        return replace(series, source=parts, keys=keys, series=merged, time=Column(_TIME))

    bounded = all(work.bounded for work in works.values())
    return Halves(first, then, bounded) if then(first).schema.fields == series.schema.fields else None


#: The slot of records that are aggregated before they are laid out, and a time within it.
_SLOT, _TIME = "\x01slot", "\x01time"


@frozen
class _Work:
    """One aggregation in parts: what the first half computes, how it is merged, and the field that is made of that."""

    firsts: list[Field]
    merged: list[Field]
    finished: Field
    bounded: bool

    @property
    def whole(self) -> Expression:
        """The finished value as one expression over the results of parts."""
        held = {field.name: field.expression for field in self.merged}
        return rewrite(self.finished.expression, lambda node: held.get(node.name) if isinstance(node, Column) else None)


def _work(number: int, field: Field, schema: Schema, disjoint: bool = False) -> _Work | None:
    call = field.expression
    way = _way(call, schema, disjoint)
    if way is None or not isinstance(call, Call):
        return None
    names = [f"\x01part{number}.{k}" for k, _ in enumerate(way.parts)]
    firsts = [Field(n, _call(part.of, call)) for n, part in zip(names, way.parts, strict=True)]
    merged = [Field(n, _call(part.merged, call, Column(n))) for n, part in zip(names, way.parts, strict=True)]
    results = tuple(map(Column, names))
    finished = Field(field.name, results[0] if way.finish is None else Call(way.finish, results))
    kinds = (infer(first.expression, schema) for first in firsts)
    bounded = all(part.bounded or not isinstance(kind, Array) for part, kind in zip(way.parts, kinds, strict=True))
    return _Work(firsts, merged, finished, bounded)


def _way(call: Expression, schema: Schema, disjoint: bool) -> InParts | None:
    """How an aggregation is computed in parts; one by position, over the elements of arrays, is not."""
    if not isinstance(call, Call) or infer(call, schema) == NULL:  # a constant is out of its bounds, say
        return None
    types = [infer(one, schema) if isinstance(one, Expression) else None for one in call.arguments]
    return call.function.parts_for(types, disjoint)


def _call(function: Function[..., Any], whole: Call, first: Expression | None = None) -> Call:
    """A call with those arguments of another whose names it knows, and with `first` for its first one."""
    given = {p.python: one for p, one in zip(whole.function.signature.parameters, whole.arguments, strict=True)}
    arguments: list[Argument] = [given.get(parameter.python) for parameter in function.signature.parameters]
    if first is not None:
        arguments[0] = first
    return Call(function, tuple(arguments))
