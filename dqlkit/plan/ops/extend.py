"""Extend: fields added to each record, or replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.operators import Evaluator, Field, Operator, Rows, Stage, copied
from dqlkit.plan.ops.project import Project, series_made
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver

__all__ = ["Extend"]


@frozen
class Extend(Stage):
    """All expressions read the incoming record; none reads the result of another [inferred]."""

    fields: tuple[Field, ...]

    @property
    def computes(self) -> bool:
        return any(field.computes for field in self.fields)

    def keeps(self, name: str) -> bool:
        return all(field.name != name or field.copies(name) for field in self.fields)

    def series_after(self, names: frozenset[str]) -> frozenset[str]:
        return names - {field.name for field in self.fields} | series_made(self.fields, names)

    def inferred(self) -> Schema:
        schema = self.source.schema
        return schema.with_fields((field.name, infer(field.expression, schema)) for field in self.fields)

    def simpler(self, resolver: Resolver) -> Operator:
        names = self.source.schema.fields
        made = {field.name: field for field in self.fields}
        fields = {name: copied(name) for name in names} | made
        return Project(self.source, tuple(fields.values()), frozenset(names.keys() - made.keys()))

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        for row in rows:
            yield row | {field.name: interpreter.value(field.expression, row) for field in self.fields}
