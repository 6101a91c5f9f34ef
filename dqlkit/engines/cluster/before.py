"""What is done to the records of a part before they travel, so that fewer of them do, with fewer fields."""

from __future__ import annotations

from collections.abc import Iterable

from dqlkit.engines.cluster.spreads import Spread
from dqlkit.frozen import replace
from dqlkit.optimise.demand import Demand
from dqlkit.plan.expressions import Call, Column, Expression, walk
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.dedup import Dedup
from dqlkit.plan.ops.join import Join, Nest
from dqlkit.plan.ops.limit import Limit
from dqlkit.plan.ops.place import Place
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.timeseries import OnGrid
from dqlkit.plan.parts import Halves, in_parts, series_in_parts
from dqlkit.plan.walk import operators

__all__ = [
    "counts_once",
    "each_once",
    "first_of",
    "firsts_of",
    "halves_of",
    "is_read",
    "kept",
    "narrowed",
    "read_of_right",
    "reads_one_field",
]


def kept(spread: Spread, wanted: Iterable[str] | None) -> list[str]:
    """Those of the fields that are wanted, and the place."""
    names = spread.plan.schema.fields
    return list(names) if wanted is None else [name for name in names if name in {*wanted, spread.place}]


def first_of(plan: Operator, most: int) -> Operator:
    """The first records, chosen before anything is computed for each."""
    if isinstance(plan, (Place, Project)):
        return replace(plan, source=first_of(plan.source, most))
    return Limit(plan, most)


def firsts_of(plan: Operator, dedup: Dedup) -> Operator:
    """The first records by their keys, chosen before anything else is computed for each."""
    if isinstance(plan, Project):
        copied = {field.name for field in plan.fields if field.copies(field.name)}
        if copied.issuperset(_read(dedup.keys)):
            return replace(plan, source=firsts_of(plan.source, dedup))
    if isinstance(plan, Place) and plan.name not in _read(dedup.keys):
        return replace(plan, source=firsts_of(plan.source, dedup))
    return replace(dedup, source=plan)


def narrowed(operator: Join | Nest, wanted: Demand) -> Join | Nest:
    """A join that brings no more fields than are wanted; one at least, since none stands for all."""
    if isinstance(operator, Nest) or wanted.fields is None or not operator.fields:
        return operator
    kept = [pair for pair in operator.fields if operator.prefix + pair[0] in wanted.fields]
    return replace(operator, fields=tuple(kept or operator.fields[:1]))


def is_read(plan: Operator) -> bool:
    """Whether a plan only reads tables, so that each worker can do it as well as the driver."""
    return not any(operator.computes for operator in operators(plan))


def read_of_right(join: Join) -> list[str]:
    """The fields of the right side that a join reads."""
    known = join.other.schema.fields
    brought = {*join.brought(known).values(), *_read(key.right for key in join.keys)}
    return [name for name in known if name in brought]


def _read(expressions: Iterable[Expression]) -> set[str]:
    """The fields that expressions read."""
    return {node.name for one in expressions for node in walk(one) if isinstance(node, Column)}


def each_once(spread: Spread) -> Spread:
    """Each record of a part once, in no order."""
    fields = tuple(Field(name, Column(name)) for name in spread.fields)
    return replace(spread, plan=Aggregate(spread.plan, fields, (), unordered=True), place="")


def halves_of(operator: Aggregate | OnGrid, disjoint: bool = False) -> Halves | None:
    """The halves of an aggregation; with `disjoint` of parts that have no values in common. Arrays that may hold a value of
    each record do not travel: a cluster takes no row of many megabytes. Their records travel instead."""
    halves = series_in_parts(operator) if isinstance(operator, OnGrid) else in_parts(operator, disjoint)
    return halves if halves is not None and halves.bounded else None


def reads_one_field(operator: Aggregate | OnGrid) -> bool:
    """Whether all calls are of one field, as it is."""
    calls = operator.calls if isinstance(operator, Aggregate) else ()
    read = {call.arguments for call in calls if isinstance(call, Call)}
    return len(read) == 1 and all(isinstance(one, Column) for arguments in read for one in arguments)


def counts_once(operator: Aggregate | OnGrid) -> bool:
    """Whether equal records count once."""
    if not isinstance(operator, Aggregate):
        return False
    return all(isinstance(call, Call) and call.function.once for call in operator.calls)
