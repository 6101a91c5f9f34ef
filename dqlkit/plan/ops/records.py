"""Records: records that are written in the query itself, `data record(…)` or `data json: "…"`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Expression, literal
from dqlkit.plan.operators import Evaluator, Operator, Row, Rows, Source
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer
from dqlkit.types.kinds import NULL, Record, Type, join

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver

__all__ = ["Records"]


@frozen
class Records(Source):
    """One record per constant expression, each of which is a record. They may differ in fields and types."""

    expressions: tuple[Expression, ...]

    ordering = "made"

    def _values(self, constant: Callable[[Expression], Any]) -> list[Row]:
        values = map(constant, self.expressions)
        return [dict(value) if isinstance(value, dict) else {} for value in values]

    def inferred(self) -> Schema:
        none = Schema({})
        kinds = [infer(expression, none) for expression in self.expressions]
        if not all(isinstance(kind, Record) for kind in kinds):
            return Schema({}, open=True)
        fields: dict[str, Type] = {}
        for kind in kinds:
            assert isinstance(kind, Record)
            fields |= {name: join(fields.get(name, NULL), member) for name, member in kind.fields}
        return Schema(fields)

    def simpler(self, resolver: Resolver) -> Operator:
        records = tuple(map(literal, self._values(resolver.constant)))
        return self if records == self.expressions else Records(records)

    def rows(self, interpreter: Evaluator) -> Rows:
        return self._values(interpreter.constant)
