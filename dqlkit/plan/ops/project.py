"""Project: exactly the named fields, computed from the record that comes in."""

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

__all__ = ["Project"]


@frozen
class Project(Stage):
    """Of two fields with one name the later one wins."""

    fields: tuple[Field, ...]

    closes = True

    @property
    def computes(self) -> bool:
        return any(field.computes for field in self.fields)

    def keeps(self, name: str) -> bool:
        return next((field.copies(name) for field in reversed(self.fields) if field.name == name), False)

    def inferred(self) -> Schema:
        return Schema({field.name: infer(field.expression, self.source.schema) for field in self.fields})

    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        return frame.select((field.name, compiler.expression(field.expression, frame)) for field in self.fields)

    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
        return ({field.name: interpreter.value(field.expression, row) for field in self.fields} for row in rows)
