"""Parse: the exports of a pattern as fields."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Call, Column, Expression, literal
from dqlkit.plan.operators import Evaluator, Field, Operator, Rows, Stage
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.ops.project import only
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer
from dqlkit.types.kinds import ANY

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver

__all__ = ["Parse"]


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

    def fields(self, held: str) -> Iterator[Field]:
        """The exports, taken out of the record that the field `held` holds."""
        from dqlkit.functions.boolean import is_not_null
        from dqlkit.functions.flow import if_
        from dqlkit.functions.get import get_record_field

        for name in self.exports:
            value: Expression = Call(get_record_field, (Column(held), literal(name)))
            if self.preserve:
                value = Call(if_, (Call(is_not_null, (Column(held),)), value, Column(name)))
            yield Field(name, value)

    def inferred(self) -> Schema:
        schema = self.source.schema
        held = schema.fresh("parsed")
        whole = schema.with_fields([(held, infer(self.parsed, schema))])
        return schema.with_fields((field.name, infer(field.expression, whole)) for field in self.fields(held))

    def simpler(self, resolver: Resolver) -> Operator:
        names = self.source.schema.fields
        held = self.source.schema.fresh("parsed")
        fields = tuple(self.fields(held))
        for field in fields if not self.preserve else ():
            resolver.overrides(field.name, self.source.schema)
        made = Extend(Extend(self.source, (Field(held, self.parsed),)), fields)
        return only(made, dict.fromkeys([*names, *(field.name for field in fields)]))

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        for row in rows:
            held = Schema(dict.fromkeys(row, ANY)).fresh("parsed")
            whole = row | {held: interpreter.value(self.parsed, row)}
            yield row | {field.name: interpreter.value(field.expression, whole) for field in self.fields(held)}
