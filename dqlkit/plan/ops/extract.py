"""Extract: the members of a JSON text as fields."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Expression
from dqlkit.plan.operators import Row, Rows, Stage
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import ANY

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

__all__ = ["Extract"]


def read_object(text: Any) -> dict[str, Any]:
    """The object that a text spells; nothing where it spells none."""
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@frozen
class Extract(Stage):
    """Each member becomes a field, unless there is one of that name: those go as a record into the field `conflicts`,
    or are dropped where no such field is asked for."""

    text: Expression
    conflicts: str = ""

    computes = True

    def keeps(self, name: str) -> bool:
        return name != self.conflicts

    def inferred(self) -> Schema:
        return self.source.schema.opened()

    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        column = compiler.expression(self.text, frame)
        objects = compiler.per_value("jsonExtract", column, lambda text: read_object(text) or None, ANY)
        holder = frame.with_fields([("\x01json", objects)])
        values = holder.only(["\x01json"]).values()["\x01json"]
        names = dict.fromkeys(name for value in values if value for name in value)
        held = holder.column("\x01json")
        free = [name for name in names if name not in frame.schema.fields]
        made = [(name, compiler.per_value("jsonExtract", held, partial(_member, name), ANY)) for name in free]
        if self.conflicts:
            taken = set(names) - set(free)
            made.append((self.conflicts, compiler.per_value("jsonExtract", held, lambda v: _chosen(v, taken), ANY)))
        return holder.with_fields(made).only([*frame.schema.fields, *(name for name, _ in made)])

    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
        rows = list(rows)
        names = {name for row in rows for name in row}
        for row in rows:
            found = read_object(interpreter.value(self.text, row))
            added: Row = {name: value for name, value in found.items() if name not in names}
            if self.conflicts:
                added[self.conflicts] = _chosen(found, names)
            yield row | added


def _member(name: str, value: Any) -> Any:
    return (value or {}).get(name)


def _chosen(value: Any, names: set[str]) -> Any:
    chosen = {name: member for name, member in (value or {}).items() if name in names}
    return chosen or None
