"""What a table looks like: its fields and their types, and how many records have them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial, reduce
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen, replace
from dqlkit.functions.aggregation.counting import count
from dqlkit.plan.calls import call
from dqlkit.plan.expressions import Column, Expression, literal
from dqlkit.plan.grouping import grouped
from dqlkit.plan.operators import Evaluator, Field, Operator, Reader, Row, Rows, Stage
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.append import Append
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.records import Records
from dqlkit.plan.ops.row_by_row import RowByRow
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import ANY, DOUBLE, LONG, NULL, STRING, Array, members
from dqlkit.types.order import order_key
from dqlkit.types.values import Value, type_name

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver

__all__ = ["Describe", "Snapshot", "Summary"]


@frozen
class Describe(Reader):
    """One record per field of a table: `field`, `data_types` (an array of names, in the order of the names)."""

    ordering = "made"

    def inferred(self) -> Schema:
        return Schema({"field": STRING, "data_types": Array(STRING)})

    def simpler(self, resolver: Resolver) -> Operator:
        scan = resolver.scan(self)
        if ANY in scan.schema.fields.values():  # only the values know
            return RowByRow(scan, "describe", partial(_described, scan.schema), self.schema)
        return Records(tuple(map(literal, _described(scan.schema, ()))))

    def rows(self, interpreter: Evaluator) -> Rows:
        records = interpreter.table(self.table)
        return _described(Schema({name: ANY for record in records for name in record}), records)


def _described(schema: Schema, records: Rows) -> Iterator[Row]:
    """The types of the fields by the schema; where it does not know one, the types of the values."""
    found: dict[str, set[str]] = {
        name: {option.name for option in members(kind) if option != NULL} for name, kind in schema.fields.items()
    }
    unclear = [name for name, kind in schema.fields.items() if kind == ANY]
    for record in records:
        for name in unclear:
            value = record.get(name)
            found[name].update([] if value is None else [type_name(value)])
    yield from ({"field": name, "data_types": sorted(kinds)} for name, kinds in found.items())


@frozen
class Snapshot(Reader):
    """One record per field (and combination of the fields `by`): `field`, `relative_count` from 0 to 100, `by`."""

    by: tuple[str, ...] = ()

    ordering = "made"
    groups = True

    def inferred(self) -> Schema:
        keys = self.known or Schema({}, open=True)
        return Schema({"field": STRING, "relative_count": DOUBLE, **{name: keys.type(name) for name in self.by}})

    def simpler(self, resolver: Resolver) -> Operator:
        scan = resolver.scan(self)
        return RowByRow(scan, "fetch … snapshot", self._counted, replace(self, known=scan.schema).schema)

    def rows(self, interpreter: Evaluator) -> Rows:
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

    def simpler(self, resolver: Resolver) -> Operator:
        """Each field's values are counted on columns; only the counts go through Python."""
        counts: list[Operator] = []
        for name in self.fields:
            groups = Aggregate(self.source, (Field("value", Column(name)),), (Field("count", call(count)),))
            named = Field("field", literal(name))
            counts.append(Project(groups, (named, Field("value", Column("value")), Field("count", Column("count")))))
        return RowByRow(reduce(Append, counts), "fieldsSummary", self._summaries, self.schema)

    def _summaries(self, counts: Rows) -> Iterator[Row]:
        groups: dict[str, list[tuple[Value, int]]] = {name: [] for name in self.fields}
        for row in counts:
            groups[row["field"]].append((row["value"], row["count"]))
        return (self._summary(name, values) for name, values in groups.items())

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
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
