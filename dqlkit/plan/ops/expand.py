"""Expand: a record for each element of an array."""

from __future__ import annotations

from dqlkit.frozen import frozen
from dqlkit.plan.operators import Evaluator, Field, Rows, Stage
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer
from dqlkit.types.kinds import ANY, Array, join_all, members

__all__ = ["Expand"]


@frozen
class Expand(Stage):
    """The field holds the elements, at most the first `count` of each record.

    A null element makes a record; an empty array and null make none. What is no array is taken as an array of one
    [decided: undocumented, and so no data is lost].
    """

    field: Field
    count: int | None = None

    amount = "any"
    computes = True

    def keeps(self, name: str) -> bool:
        return name != self.field.name

    def inferred(self) -> Schema:
        schema = self.source.schema
        kind = infer(self.field.expression, schema)
        elements = (one.element if isinstance(one, Array) else one for one in members(kind))
        return schema.with_fields([(self.field.name, ANY if kind == ANY else join_all(elements))])

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        for row in rows:
            value = interpreter.value(self.field.expression, row)
            elements = value if isinstance(value, list) else [] if value is None else [value]
            for element in elements[: self.count]:
                yield row | {self.field.name: element}
