"""Nested: members deep inside of records as fields named by their path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Column, Expression
from dqlkit.plan.operators import Rows, Stage
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import element_type
from dqlkit.types.kinds import ANY, NULL, Array, Record, Type, join_all, members

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

__all__ = ["Nested"]


@frozen
class Nested(Stage):
    """For each path a field of its name, parts joined by dots: what the path leads to in the records.

    A path leads through records, and through arrays of them to an array of what each holds; nulls are left out of it,
    and nothing at all is null. A field that already has the name of the path stays as it is.
    """

    paths: tuple[tuple[str, ...], ...]

    computes = True

    def reads(self) -> list[Expression]:
        return [Column(".".join(path[:k])) for path in self.paths for k in range(1, len(path))]

    def _missing(self, names: Mapping[str, object]) -> list[tuple[str, tuple[str, ...]]]:
        """The fields to make: those whose path can lead anywhere."""
        named = ((".".join(path), path) for path in self.paths)
        return [(name, path) for name, path in named if name not in names and _stem(path, names)]

    def inferred(self) -> Schema:
        schema = self.source.schema
        return schema.with_fields((name, _type(path, schema)) for name, path in self._missing(schema.fields))

    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        fields = []
        for name, path in self._missing(frame.schema.fields):
            stem = _stem(path, frame.schema.fields)
            kind = _type(path, frame.schema)
            column = frame.column(".".join(path[:stem]))
            fields.append((name, compiler.per_value("nested field", column, partial(_follow, path[stem:]), kind)))
        return frame.with_fields(fields)

    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
        rows = list(rows)
        missing = self._missing({name: None for row in rows for name in row})
        for row in rows:
            stems = ((name, path, _stem(path, row)) for name, path in missing)
            yield row | {name: _follow(path[stem:], row.get(".".join(path[:stem]))) for name, path, stem in stems}


def _stem(path: Sequence[str], names: Mapping[str, object]) -> int:
    """How many parts of the path name a field; 0 where none do."""
    return next((k for k in range(len(path) - 1, 0, -1) if ".".join(path[:k]) in names), 0)


def _type(path: Sequence[str], schema: Schema) -> Type:
    stem = _stem(path, schema.fields)
    return _member(schema.type(".".join(path[:stem])), path[stem:])


def _member(kind: Type, path: Sequence[str]) -> Type:
    if kind == ANY or not path:
        return kind
    return join_all(_step(option, path) for option in members(kind))


def _step(kind: Type, path: Sequence[str]) -> Type:
    if isinstance(kind, Array):
        inner = _member(element_type(kind), path)
        return NULL if inner == NULL else Array(_leaf(inner))
    return _member(kind.member(path[0]), path[1:]) if isinstance(kind, Record) else NULL


def _leaf(kind: Type) -> Type:
    """What an array of values of this type holds once it is flat."""
    if kind == ANY:
        return ANY
    return join_all(_leaf(o.element) if isinstance(o, Array) else o for o in members(kind))


def _follow(path: Sequence[str], value: Any) -> Any:
    """What a path leads to in a value."""
    if not path or value is None:
        return value
    if isinstance(value, list):
        found = [leaf for item in value for leaf in _leaves(_follow(path, item))]
        return found or None
    return _follow(path[1:], value.get(path[0])) if isinstance(value, dict) else None


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif value is not None:
        yield value
