"""Append: the records of another query behind one's own."""

from __future__ import annotations

from itertools import chain

from dqlkit.frozen import frozen
from dqlkit.plan.operators import Evaluator, Operator, Rows, Stage
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import join

__all__ = ["Append"]


@frozen
class Append(Stage):
    """Has the fields of both sides; a field with a different type on each side is of mixed type."""

    other: Operator

    ordering = "lost"
    amount = "more"
    adds = True

    @property
    def inputs(self) -> tuple[Operator, ...]:
        return (self.source, self.other)

    def inferred(self) -> Schema:
        schema = self.source.schema
        other = self.other.schema
        names = dict.fromkeys([*schema.fields, *other.fields])
        fields = {name: join(schema.type(name), other.type(name)) for name in names}
        return Schema(fields, schema.open or other.open)

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        return chain(rows, interpreter.run(self.other))
