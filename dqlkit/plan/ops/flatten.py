"""Flatten: members of a record as fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from dqlkit.frozen import frozen
from dqlkit.functions.get import get_record_field
from dqlkit.functions.members import leaf, leaf_paths, leaves, paths_in
from dqlkit.plan.calls import call
from dqlkit.plan.expressions import Column, Expression, literal
from dqlkit.plan.operators import Evaluator, Field, Operator, Rows, Stage
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer
from dqlkit.types.kinds import ANY, Record, Type

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver

__all__ = ["Flatten"]

Path: TypeAlias = tuple[str, ...]


@frozen
class Flatten(Stage):
    """Members become fields named `prefix` and the path, joined by dots; the record itself stays.

    Records are opened down to `depth` levels; an opened record makes no field itself, all other values do. With
    `fields` (new and old name) only those members, without prefix. What is no record adds nothing [inferred].
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
        """The path of each field to make; None where the types do not tell it."""
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

    def simpler(self, resolver: Resolver) -> Operator:
        paths = self.paths(self.source.schema)
        if paths is not None:
            return Extend(self.source, tuple(Field(name, _member(self.field, path)) for name, path in paths.items()))
        depth = literal(self.depth)
        found = paths_in(resolver.different(self.source, call(leaf_paths, Column(self.field), depth)))
        return Extend(
            self.source,
            tuple(
                Field(self._name(path), call(leaf, Column(self.field), literal(list(path)), depth)) for path in found
            ),
        )

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        for row in rows:
            value = row.get(self.field)
            if self.fields:
                members = value if isinstance(value, dict) else {}
                yield row | {new: members.get(old) for new, old in self.fields}
            else:
                yield row | {self._name(path): leaf for path, leaf in leaves(value, self.depth)}


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


def _member(field: str, path: Path) -> Expression:
    node: Expression = Column(field)
    for name in path:
        node = call(get_record_field, node, literal(name))
    return node
