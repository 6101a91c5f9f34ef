"""Nested: members deep inside of records as fields named by their path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.functions.members import follow, lead, path_type
from dqlkit.plan.expressions import Call, Column, Expression, literal
from dqlkit.plan.operators import Evaluator, Field, Operator, Rows, Stage
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import Type

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver

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
        """The fields to make: those whose path can exist in the input."""
        named = ((".".join(path), path) for path in self.paths)
        return [(name, path) for name, path in named if name not in names and _stem(path, names)]

    def inferred(self) -> Schema:
        schema = self.source.schema
        return schema.with_fields((name, _type(path, schema)) for name, path in self._missing(schema.fields))

    def simpler(self, resolver: Resolver) -> Operator:
        schema = self.source.schema
        return Extend(self.source, tuple(self._fields(schema)))

    def _fields(self, schema: Schema) -> Iterator[Field]:
        for name, path in self._missing(schema.fields):
            stem = _stem(path, schema.fields)
            yield Field(name, Call(lead, (Column(".".join(path[:stem])), literal(list(path[stem:])))))

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        rows = list(rows)
        missing = self._missing({name: None for row in rows for name in row})
        for row in rows:
            stems = ((name, path, _stem(path, row)) for name, path in missing)
            yield row | {name: follow(path[stem:], row.get(".".join(path[:stem]))) for name, path, stem in stems}


def _stem(path: Sequence[str], names: Mapping[str, object]) -> int:
    """How many parts of the path name a field; 0 where none do."""
    return next((k for k in range(len(path) - 1, 0, -1) if ".".join(path[:k]) in names), 0)


def _type(path: Sequence[str], schema: Schema) -> Type:
    stem = _stem(path, schema.fields)
    return path_type(schema.type(".".join(path[:stem])), path[stem:])
