"""Flatten: members of a record as fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from dqlkit.frozen import frozen
from dqlkit.functions.get import get_record_field
from dqlkit.plan.calls import call
from dqlkit.plan.expressions import Column, Expression, literal
from dqlkit.plan.operators import Rows, Stage
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer
from dqlkit.types.kinds import ANY, Record, Type

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

__all__ = ["Flatten"]

Path: TypeAlias = tuple[str, ...]


@frozen
class Flatten(Stage):
    """Members become fields named `prefix` and the path, joined by dots; the record itself stays.

    Down to `depth` levels: a record that was opened does not show itself, what is no record does. With `fields` (new and
    old name) only those members, without prefix. What is no record adds nothing [inferred].
    """

    field: str
    prefix: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    depth: int = 1

    computes = True

    def reads(self) -> list[Expression]:
        return [Column(self.field)]

    def keeps(self, name: str) -> bool:
        made = (name == new for new, _ in self.fields) if self.fields else (name.startswith(self._name(())),)
        return not any(made)

    def _name(self, path: Path) -> str:
        return (f"{self.field}." if self.prefix is None else self.prefix) + ".".join(path)

    def paths(self, schema: Schema) -> dict[str, Path] | None:
        """The path of each field to make; None where only the values tell."""
        if self.fields:
            return {new: (old,) for new, old in self.fields}
        kind = schema.type(self.field)
        return {self._name(path): path for path in _paths(kind, self.depth)} if _is_known(kind) else None

    def inferred(self) -> Schema:
        schema = self.source.schema
        paths = self.paths(schema)
        if paths is None:
            return schema.opened()
        return schema.with_fields((name, infer(_member(self.field, path), schema)) for name, path in paths.items())

    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        paths = self.paths(frame.schema)
        if paths is None:
            return self._by_value(frame, compiler)
        columns = ((name, compiler.expression(_member(self.field, path), frame)) for name, path in paths.items())
        return frame.with_fields(columns)

    def _by_value(self, frame: Frame, compiler: Compiler) -> Frame:
        """A field whose records differ: only the data knows the paths."""
        values = frame.only([self.field]).values()[self.field]
        met = dict.fromkeys(path for value in values for path, _ in _leaves(value, self.depth))
        column = frame.column(self.field)

        def leaf(path: Path) -> Callable[[Any], Any]:
            return lambda value: dict(_leaves(value, self.depth)).get(path)

        made = ((self._name(path), compiler.per_value("fieldsFlatten", column, leaf(path), ANY)) for path in met)
        return frame.with_fields(made)

    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
        for row in rows:
            value = row.get(self.field)
            if self.fields:
                members = value if isinstance(value, dict) else {}
                yield row | {new: members.get(old) for new, old in self.fields}
            else:
                yield row | {self._name(path): leaf for path, leaf in _leaves(value, self.depth)}


def _is_known(kind: Type) -> bool:
    """Whether the static type tells every path."""
    if isinstance(kind, Record):
        return all(_is_known(member) for _, member in kind.fields)
    return kind != ANY and not (kind.name == "any" and any(o.name == "record" for o in getattr(kind, "options", ())))


def _paths(kind: Type, depth: int) -> Iterator[Path]:
    if isinstance(kind, Record):
        for name, member in kind.fields:
            if isinstance(member, Record) and depth > 1:
                yield from ((name, *rest) for rest in _paths(member, depth - 1))
            else:
                yield (name,)


def _leaves(value: Any, depth: int) -> Iterator[tuple[Path, Any]]:
    if not isinstance(value, Mapping):
        return
    for name, member in value.items():
        if isinstance(member, Mapping) and depth > 1:
            yield from (((name, *path), leaf) for path, leaf in _leaves(member, depth - 1))
        else:
            yield (name,), member


def _member(field: str, path: Path) -> Expression:
    node: Expression = Column(field)
    for name in path:
        node = call(get_record_field, node, literal(name))
    return node
