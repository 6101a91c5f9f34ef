"""Rename: fields under other names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Column, Expression
from dqlkit.plan.operators import Evaluator, Field, Operator, Rows, Stage
from dqlkit.plan.ops.project import Project
from dqlkit.plan.schema import Schema

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver

__all__ = ["Rename"]


@frozen
class Rename(Stage):
    """Pairs of new and old name. A field keeps its place; one that bore the new name before is replaced. A field that
    is not there is not made [inferred]."""

    pairs: tuple[tuple[str, str], ...]

    def reads(self) -> list[Expression]:
        return [Column(old) for _, old in self.pairs]

    def keeps(self, name: str) -> bool:
        return all(new == old or name not in (new, old) for new, old in self.pairs)

    def series_after(self, names: frozenset[str]) -> frozenset[str]:
        renamed = dict(self.pairs)
        left = names.difference(renamed.values(), renamed)
        return left | {new for new, old in renamed.items() if old in names}

    def renamed(self, names: Iterable[str]) -> dict[str, str]:
        """New names in order, each with the old one."""
        new = {old: name for name, old in self.pairs}
        names = list(names)
        taken = {name for name, old in self.pairs if old in names}
        return {new.get(name, name): name for name in names if name in new or name not in taken}

    def inferred(self) -> Schema:
        schema = self.source.schema
        implied = {old: schema.type(old) for _, old in self.pairs if schema.may_have(old)}
        known = Schema({**schema.fields, **implied}, stored=schema.stored)
        fields = {new: known.type(old) for new, old in self.renamed(known.fields).items()}
        gone = schema.gone.union(old for _, old in self.pairs).difference(fields) if schema.open else frozenset()
        stored = {new for new, old in self.renamed(known.fields).items() if old in known.stored}
        return Schema(fields, schema.open, gone, frozenset(stored))

    def simpler(self, resolver: Resolver) -> Operator:
        pairs = self.renamed(self.source.schema.fields)
        fields = tuple(Field(new, Column(old)) for new, old in pairs.items())
        return Project(self.source, fields, frozenset(pairs)) if pairs else self.source

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        for row in rows:
            yield {new: row[old] for new, old in self.renamed(row).items()}
