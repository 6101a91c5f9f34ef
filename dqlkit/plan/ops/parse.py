"""Parse: the exports of a pattern as fields."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Call, Column, Expression, literal
from dqlkit.plan.operators import Field, Rows, Stage
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

__all__ = ["Parse"]

_HELD = "\0parsed"


@frozen
class Parse(Stage):
    """Each export of the pattern becomes a field and replaces one of its name.

    Where the text does not match, is no text, or `prerequisite` is not true, all exports are null; with `preserve` a
    field that was there keeps its value [inferred for the prerequisite].
    """

    text: Expression
    pattern: str
    preserve: bool = False
    prerequisite: Expression | None = None
    base_time: Expression | None = None

    computes = True

    def reads(self) -> list[Expression]:
        return [*Stage.reads(self), *(Column(name) for name in self.exports if self.preserve)]

    def keeps(self, name: str) -> bool:
        return name not in self.exports

    @property
    def parsed(self) -> Expression:
        """The record of all exports, null for a failure."""
        from dqlkit.functions.flow import if_  # here: what runs patterns takes long to load
        from dqlkit.functions.pattern import parsed_record

        text = self.text if self.prerequisite is None else Call(if_, (self.prerequisite, self.text, None))
        return Call(parsed_record, (text, literal(self.pattern), self.base_time))

    @property
    def exports(self) -> Collection[str]:
        """The names of the fields that come out."""
        from dqlkit.languages.dpl import compiled

        return compiled(self.pattern).exports

    def fields(self) -> Iterator[Field]:
        """The exports, taken out of the record."""
        from dqlkit.functions.boolean import is_not_null
        from dqlkit.functions.flow import if_
        from dqlkit.functions.get import get_record_field

        for name in self.exports:
            value: Expression = Call(get_record_field, (Column(_HELD), literal(name)))
            if self.preserve:
                value = Call(if_, (Call(is_not_null, (Column(_HELD),)), value, Column(name)))
            yield Field(name, value)

    def inferred(self) -> Schema:
        schema = self.source.schema
        held = schema.with_fields([(_HELD, infer(self.parsed, schema))])
        return schema.with_fields((field.name, infer(field.expression, held)) for field in self.fields())

    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        held = frame.with_fields([(_HELD, compiler.expression(self.parsed, frame))])
        made = held.with_fields((field.name, compiler.expression(field.expression, held)) for field in self.fields())
        return made.only(dict.fromkeys([*frame.schema.fields, *(field.name for field in self.fields())]))

    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
        fields = list(self.fields())
        for row in rows:
            held = row | {_HELD: interpreter.value(self.parsed, row)}
            yield row | {field.name: interpreter.value(field.expression, held) for field in fields}
