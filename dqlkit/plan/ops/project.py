"""Project: exactly the named fields, computed from the record that comes in."""

from __future__ import annotations

from collections.abc import Iterable

from dqlkit.frozen import field, frozen
from dqlkit.plan.expressions import Column, Loop
from dqlkit.plan.operators import Evaluator, Field, Operator, Rows, Stage, copied
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer

__all__ = ["Project", "only", "series_made"]


@frozen
class Project(Stage):
    """Of two fields with one name the later one wins. `kept` names the fields that come from a stage which only selects
    or renames: they stay stored where the copied field is stored. All other fields are made."""

    fields: tuple[Field, ...]
    kept: frozenset[str] = field(default=frozenset(), repr=False)

    closes = True

    @property
    def computes(self) -> bool:
        return any(field.computes for field in self.fields)

    def keeps(self, name: str) -> bool:
        return next((field.copies(name) for field in reversed(self.fields) if field.name == name), False)

    def series_after(self, names: frozenset[str]) -> frozenset[str]:
        return series_made(self.fields, names)

    def inferred(self) -> Schema:
        source = self.source.schema
        fields = {field.name: infer(field.expression, source) for field in self.fields}
        stored = {
            f.name for f in self.fields if isinstance(f.expression, Column) and f.expression.name in source.stored
        }
        return Schema(fields, stored=self.kept.intersection(stored))

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        for row in rows:
            yield {field.name: interpreter.value(field.expression, row) for field in self.fields}


def series_made(fields: Iterable[Field], names: frozenset[str]) -> frozenset[str]:
    """The computed fields that are time series where fields of these names are: loops, and plain copies of series."""
    made = ((one.name, one.expression) for one in fields)
    return frozenset(
        name for name, how in made if isinstance(how, Loop) or (isinstance(how, Column) and how.name in names)
    )


def only(source: Operator, names: Iterable[str]) -> Operator:
    """The records of an operator with just these of its fields, as they are."""
    names = list(names)
    if names == list(source.schema.fields):
        return source
    return Project(source, tuple(map(copied, names)), frozenset(names))
