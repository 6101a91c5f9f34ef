"""Literal records: `data record(…)`, `data json: "…"`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Expression
from dqlkit.plan.operators import Row, Rows, Source
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer
from dqlkit.types.kinds import NULL, Record, Type, join

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

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

    def polars(self, compiler: Compiler) -> Frame:
        return compiler.records(self._values(compiler.constant))

    def rows(self, interpreter: Interpreter) -> Rows:
        return self._values(interpreter.constant)
