"""Move: fields gathered into one record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.functions.create import record
from dqlkit.plan.calls import call
from dqlkit.plan.expressions import Column, Expression, literal
from dqlkit.plan.names import NamePattern
from dqlkit.plan.operators import Evaluator, Field, Operator, Rows, Stage
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.ops.project import only
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer
from dqlkit.types.kinds import ANY

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver

__all__ = ["Move"]


@frozen
class Move(Stage):
    """The fields that an `include` pattern matches and no `exclude` one become members of the record `target`."""

    target: str
    include: tuple[NamePattern, ...]
    exclude: tuple[NamePattern, ...] = ()

    reads_all = True

    def keeps(self, name: str) -> bool:
        return name != self.target and not self.moved([name])

    def moved(self, names: Iterable[str]) -> list[str]:
        """The fields that move, in their order."""
        return [
            name
            for name in names
            if any(p.matches(name) for p in self.include) and not any(p.matches(name) for p in self.exclude)
        ]

    def record(self, moved: list[str]) -> Expression:
        """The record of the fields that move."""
        return call(record, literal(dict.fromkeys(moved)), *map(Column, moved))

    def inferred(self) -> Schema:
        schema = self.source.schema
        moved = self.moved(schema.fields)
        kind = ANY if schema.open else infer(self.record(moved), schema)
        return schema.without(moved).with_fields([(self.target, kind)])

    def simpler(self, resolver: Resolver) -> Operator:
        names = self.source.schema.fields
        moved = self.moved(names)
        gathered = Extend(self.source, (Field(self.target, self.record(moved)),))
        return only(gathered, dict.fromkeys([*(name for name in names if name not in moved), self.target]))

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        for row in rows:
            moved = self.moved(row)
            rest = {name: value for name, value in row.items() if name not in moved}
            yield rest | {self.target: {name: row[name] for name in moved}}
