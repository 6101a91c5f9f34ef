"""Extract: the members of a JSON text as fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.functions import find
from dqlkit.functions.members import leaf_paths, object_, paths_in, read_object, selected, selected_members
from dqlkit.plan.expressions import Call, Column, Expression, literal
from dqlkit.plan.operators import Evaluator, Field, Operator, Row, Rows, Stage
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.ops.project import only
from dqlkit.plan.schema import Schema

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver

__all__ = ["Extract"]


@frozen
class Extract(Stage):
    """Each member becomes a field. Members whose name a field has already are collected in the record `conflicts`, or
    dropped where no such field is asked for. A field that is called so already is replaced, and the answer says so
    [decided: so the vendor documents it of `parse`]."""

    text: Expression
    conflicts: str = ""

    computes = True

    def keeps(self, name: str) -> bool:
        return name != self.conflicts

    def inferred(self) -> Schema:
        return self.source.schema.opened()

    def simpler(self, resolver: Resolver) -> Operator:
        schema = self.source.schema
        members = Call(leaf_paths, (Call(object_, (self.text,)), literal(1)))
        found = [name for (name,) in paths_in(resolver.different(self.source, members))]
        held = schema.fresh("json")
        get = find("getRecordField")
        assert get is not None
        free = [name for name in found if name not in schema.fields]
        made = [Field(name, Call(get, (Column(held), literal(name)))) for name in free]
        if self.conflicts:
            resolver.overrides(self.conflicts, schema)
            taken = [name for name in found if name in schema.fields]
            made.append(Field(self.conflicts, Call(selected, (Column(held), literal(taken)))))
        holder = Extend(self.source, (Field(held, Call(object_, (self.text,))),))
        return only(Extend(holder, tuple(made)), dict.fromkeys([*schema.fields, *(field.name for field in made)]))

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        rows = list(rows)
        names = {name for row in rows for name in row}
        for row in rows:
            found = read_object(interpreter.value(self.text, row))
            added: Row = {name: value for name, value in found.items() if name not in names}
            if self.conflicts:
                added[self.conflicts] = selected_members(found, names)
            yield row | added
