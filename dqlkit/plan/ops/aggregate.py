"""Aggregate: one record per group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dqlkit.plan.expressions import Call, Column, Expression, Literal, rewrite, walk
from dqlkit.plan.operators import Field, Row, Rows, Stage
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer
from dqlkit.types.order import order_key

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

__all__ = ["Aggregate", "aggregations"]


def aggregations(expression: Expression) -> list[Call]:
    """The aggregations that an expression holds."""
    return [n for n in walk(expression) if isinstance(n, Call) and n.function.family == "aggregation"]


@dataclass(frozen=True, slots=True)
class Aggregate(Stage):
    """Keys first, then values. A value may compute with aggregations (`sum(a) / count()`) and with keys.

    Without keys there is exactly one record, even for no input; with keys there is one per combination, where null is a
    combination like any other and equal numbers are one group [undecided by the vendor]. Output comes in ascending
    order of the keys, null last, as the vendor's documentation shows it; no order is promised there.
    """

    keys: tuple[Field, ...]
    values: tuple[Field, ...]

    def schema(self, schema: Schema) -> Schema:
        return Schema({f.name: infer(f.expression, schema) for f in (*self.keys, *self.values)})

    @property
    def calls(self) -> dict[Call, str]:
        """Each different aggregation with the name of the column that holds it between the two steps."""
        found = dict.fromkeys(call for field in self.values for call in aggregations(field.expression))
        return {call: f"\0aggregation{k}" for k, call in enumerate(found)}

    def outputs(self) -> Iterator[Field]:
        """The output fields as computed from the keys and the aggregated columns."""
        calls = self.calls
        keys = {field.expression: field.name for field in self.keys}

        def held(node: Expression) -> Expression | None:
            if isinstance(node, Call) and node in calls:
                return Column(calls[node])
            return Column(keys[node]) if node in keys else None

        yield from (Field(field.name, Column(field.name)) for field in self.keys)
        yield from (Field(field.name, rewrite(field.expression, held)) for field in self.values)

    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        keys = [(field.name, compiler.expression(field.expression, frame)) for field in self.keys]
        calls, frame = _constants_as_columns(self.calls, frame, compiler)
        columns = [(name, compiler.expression(call, frame)) for call, name in calls.items()]
        grouped = frame.aggregate(keys, columns)
        return grouped.select((field.name, compiler.expression(field.expression, grouped)) for field in self.outputs())

    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
        groups: dict[tuple[bytes, ...], tuple[Row, list[Row]]] = {} if self.keys else {(): ({}, [])}
        for row in rows:
            values = {field.name: interpreter.value(field.expression, row) for field in self.keys}
            group = groups.setdefault(tuple(map(order_key, values.values())), (values, []))
            group[1].append(row)
        outputs = list(self.outputs())
        for _, (keys, members) in sorted(groups.items(), key=lambda item: item[0]):
            held = keys | {name: interpreter.aggregate(call, members) for call, name in self.calls.items()}
            yield {field.name: interpreter.value(field.expression, held) for field in outputs}


def _constants_as_columns(
    calls: Mapping[Call, str], frame: Frame, compiler: Compiler
) -> tuple[dict[Call, str], Frame]:
    """`sum(1)` counts one per record: what an aggregation is to see of each record must be a column."""
    columns: dict[Expression, str] = {}

    def held(node: Expression) -> Expression | None:
        if isinstance(node, Literal):
            return Column(columns.setdefault(node, f"\0literal{len(columns)}"))
        return None

    def changed(call: Call) -> Call:
        roles = [parameter.kind.role for parameter in call.function.signature.parameters]
        arguments = [
            rewrite(a, held) if role == "values" and isinstance(a, Literal) else a
            for role, a in zip(roles, call.arguments, strict=True)
        ]
        return replace(call, arguments=tuple(arguments))

    changed_calls = {changed(call): name for call, name in calls.items()}
    added = [(name, compiler.expression(node, frame)) for node, name in columns.items()]
    return changed_calls, frame.with_fields(added) if added else frame
