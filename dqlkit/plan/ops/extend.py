"""Extend: fields added to each record, or replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.operators import Field, Rows, Stage
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

__all__ = ["Extend"]


@frozen
class Extend(Stage):
    """All expressions see the record that comes in, never each other [inferred]."""

    fields: tuple[Field, ...]

    @property
    def computes(self) -> bool:
        return any(field.computes for field in self.fields)

    def keeps(self, name: str) -> bool:
        return all(field.name != name or field.copies(name) for field in self.fields)

    def inferred(self) -> Schema:
        schema = self.source.schema
        return schema.with_fields((field.name, infer(field.expression, schema)) for field in self.fields)

    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        return frame.with_fields((field.name, compiler.expression(field.expression, frame)) for field in self.fields)

    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
        return (row | {field.name: interpreter.value(field.expression, row) for field in self.fields} for row in rows)
