"""What a table looks like: its fields and their types, and how many records have them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Column, Expression
from dqlkit.plan.grouping import grouped
from dqlkit.plan.operators import Reader, Row, Rows, Stage
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import ANY, DOUBLE, LONG, NULL, STRING, Array, Type, members
from dqlkit.types.order import order_key
from dqlkit.types.values import Value, type_name

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

__all__ = ["Describe", "Snapshot", "Summary"]


@frozen
class Describe(Reader):
    """One record per field of a table: `field`, `data_types` (an array of names, in the order of the names)."""

    ordering = "made"

    def inferred(self) -> Schema:
        return Schema({"field": STRING, "data_types": Array(STRING)})

    def polars(self, compiler: Compiler) -> Frame:
        frame = compiler.table(self.table)
        return compiler.records([_described(name, kind, frame) for name, kind in frame.schema.fields.items()])

    def rows(self, interpreter: Interpreter) -> Rows:
        found: dict[str, set[str]] = {}
        for record in interpreter.table(self.table):
            for name, value in record.items():
                found.setdefault(name, set()).update([] if value is None else [type_name(value)])
        return [{"field": name, "data_types": sorted(kinds)} for name, kinds in found.items()]


def _described(name: str, kind: Type, frame: Frame) -> Row:
    if kind == ANY:  # only the values know
        found = {type_name(value) for value in frame.only([name]).values()[name] if value is not None}
    else:
        found = {option.name for option in members(kind) if option != NULL}
    return {"field": name, "data_types": sorted(found)}


@frozen
class Snapshot(Reader):
    """One record per field (and combination of the fields `by`): `field`, `relative_count` from 0 to 100, `by`."""

    by: tuple[str, ...] = ()

    ordering = "made"
    groups = True

    def inferred(self) -> Schema:
        return Schema({"field": STRING, "relative_count": DOUBLE, **dict.fromkeys(self.by, ANY)})

    def polars(self, compiler: Compiler) -> Frame:
        return compiler.records(self._counted(compiler.table(self.table).records()))

    def rows(self, interpreter: Interpreter) -> Rows:
        return self._counted(interpreter.table(self.table))

    def _counted(self, records: Iterable[Row]) -> list[Row]:
        rows: list[Row] = []
        for _, keys, group in grouped(records, lambda record: {name: record.get(name) for name in self.by}):
            present = Counter(name for record in group for name, value in record.items() if value is not None)
            shares = ((name, 100.0 * times / len(group)) for name, times in sorted(present.items()))
            rows += ({"field": name, "relative_count": share, **keys} for name, share in shares)
        return rows


@frozen
class Summary(Stage):
    """One record per field: `field`, `rawCount`, `count` and `values`, its commonest values with how often each occurs.

    Both counts are of records in which the field is there; they differ only where the vendor sampled. [inferred] Values
    of one count come in their order.
    """

    fields: tuple[str, ...]
    top: int = 20

    ordering = "made"
    amount = "any"
    groups = computes = adds = closes = True

    def reads(self) -> list[Expression]:
        return [Column(name) for name in self.fields]

    def keeps(self, name: str) -> bool:
        return False

    def inferred(self) -> Schema:
        return Schema({"field": STRING, "rawCount": LONG, "count": LONG, "values": Array(ANY)})

    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        from dqlkit.functions.aggregation.counting import count
        from dqlkit.plan.calls import call
        from dqlkit.plan.operators import Field
        from dqlkit.plan.ops.aggregate import Aggregate

        counted = (Field("count", call(count)),)
        summaries = []
        for name in self.fields:
            plan = Aggregate(self.source, (Field("value", Column(name)),), counted)
            groups = [] if name not in frame.schema.fields else plan.frame(frame, compiler).records()
            summaries.append(self._summary(name, [(row["value"], row["count"]) for row in groups]))
        return compiler.records(summaries)

    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
        rows = list(rows)
        for name in self.fields:
            groups = grouped(rows, partial(_only, name))
            yield self._summary(name, [(group.values[name], len(group.members)) for group in groups])

    def _summary(self, name: str, groups: list[tuple[Value, int]]) -> Row:
        present = [(value, count) for value, count in groups if value is not None]
        present.sort(key=lambda group: (-group[1], order_key(group[0])))
        total = sum(count for _, count in present)
        top = [{"value": value, "count": count} for value, count in present[: self.top]]
        return {"field": name, "rawCount": total, "count": total, "values": top}


def _only(name: str, row: Row) -> Row:
    return {name: row.get(name)}
