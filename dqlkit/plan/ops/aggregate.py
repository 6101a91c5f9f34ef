"""Aggregate: one record per group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen, replace
from dqlkit.plan.expressions import Call, Column, Expression, children, rewrite, walk
from dqlkit.plan.grouping import Group, grouped
from dqlkit.plan.loops import by_position, is_aggregation
from dqlkit.plan.operators import Amount, Evaluator, Field, Operator, Row, Rows, Stage, copied
from dqlkit.plan.ops.project import Project
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer
from dqlkit.types.kinds import ANY

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver

__all__ = ["Aggregate", "aggregations"]


def aggregations(expression: Expression) -> list[Expression]:
    """The aggregations that an expression holds: calls, or loops around calls, which aggregate by position."""
    if is_aggregation(expression):
        return [expression]
    return [found for child in children(expression) for found in aggregations(child)]


@frozen
class Aggregate(Stage):
    """Keys first, then values. A value may compute with aggregations (`sum(a) / count()`) and with keys.

    Without keys there is exactly one record, even for no input; with keys there is one per combination, where null is a
    combination like any other and equal numbers are one group [undecided by the vendor]. Output comes in ascending
    order of the keys, null last, as the vendor's documentation shows it; no order is promised there. `unordered` leaves
    it to what comes next.

    An aggregation over the elements of arrays (`sum(a[])`) yields an array, as long as the longest one of the group; a
    record whose array ends earlier takes no part in the later positions [decided: undocumented].
    """

    keys: tuple[Field, ...]
    values: tuple[Field, ...]
    unordered: bool = False

    ordering = "lost"
    groups = computes = closes = True

    @property
    def amount(self) -> Amount:
        return "fewer" if self.keys else "one"

    @property
    def adds(self) -> bool:
        return not self.keys

    def keeps(self, name: str) -> bool:
        return self.keeps_keys and any(field.copies(name) for field in self.keys)

    def inferred(self) -> Schema:
        source = self.source.schema
        if self._plain:
            made = ((one.name, infer(one.expression, source)) for one in (*self.keys, *self.values))
            return Schema(dict(made))
        keys = {key.name: infer(key.expression, source) for key in self.keys}
        held = Schema(keys | {name: infer(call, source) for call, name in self.calls.items()})
        return Schema({field.name: infer(field.expression, held) for field in self.outputs()})

    @property
    def keeps_keys(self) -> bool:
        """Whether no value has the name of a key and so replaces it."""
        return len({field.name for field in (*self.keys, *self.values)}) == len(self.keys) + len(self.values)

    @property
    def calls(self) -> dict[Expression, str]:
        """Each different aggregation with the name of the column that holds it between the two steps."""
        found = dict.fromkeys(one for field in self.values for one in aggregations(by_position(field.expression)))
        keys = Schema(dict.fromkeys((key.name for key in self.keys), ANY))
        return {aggregation: keys.fresh(f"aggregation{k}") for k, aggregation in enumerate(found)}

    def outputs(self) -> Iterator[Field]:
        """The output fields as computed from the keys and the aggregated columns."""
        held = self.calls | {field.expression: field.name for field in self.keys}

        def column(node: Expression) -> Expression | None:
            return Column(held[node]) if node in held else None

        yield from (copied(field.name) for field in self.keys)
        yield from (Field(field.name, rewrite(by_position(field.expression), column)) for field in self.values)

    @property
    def alone(self) -> dict[Expression, str]:
        """Each aggregation with the name of the field that it is, where every field is one of its own; else nothing."""
        names = {one.expression: one.name for one in self.values} if self._plain and self.keeps_keys else {}
        return names if len(names) == len(self.values) else {}

    @property
    def _plain(self) -> bool:
        """Whether each value is the call of an aggregation, as in most queries."""
        return all(isinstance(one.expression, Call) and is_aggregation(one.expression) for one in self.values)

    def ungrouped(self) -> Iterator[Column]:
        """The fields that values read outside of aggregations and that are no keys, so that groups have no value of them."""
        if self._plain:
            return
        held = {*self.calls.values(), *(key.name for key in self.keys)}
        for value in list(self.outputs())[len(self.keys) :]:
            fields = (node for node in walk(value.expression) if isinstance(node, Column))
            yield from (field for field in fields if field.name not in held)

    def simpler(self, resolver: Resolver) -> Operator:
        """An aggregation, and a projection that computes with its results and drops all but the last of equal names."""
        keys = tuple({key.name: key for key in self.keys}.values())
        if keys == self.keys and self.keeps_keys and all(is_aggregation(value.expression) for value in self.values):
            return self
        whole = replace(self, keys=keys)
        calls = tuple(Field(name, call) for call, name in whole.calls.items())
        return Project(replace(whole, values=calls), tuple(whole.outputs()))

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        def keys_of(row: Row) -> Row:
            return {field.name: interpreter.value(field.expression, row) for field in self.keys}

        groups = grouped(rows, keys_of) or ([] if self.keys else [Group((), {}, [])])
        calls, outputs = self.calls, list(self.outputs())
        for _, keys, members in sorted(groups, key=lambda group: group.key):
            held = keys | {name: interpreter.aggregate(call, members) for call, name in calls.items()}
            yield {field.name: interpreter.value(field.expression, held) for field in outputs}
