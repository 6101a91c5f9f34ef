"""Choose: fields kept or dropped by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.names import NamePattern
from dqlkit.plan.operators import Evaluator, Operator, Rows, Stage
from dqlkit.plan.ops.project import only
from dqlkit.plan.schema import Schema

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver

__all__ = ["Choose"]


@frozen
class Choose(Stage):
    """Keeps the existing fields that one of the patterns matches, or with `drop` the others. Never makes a field."""

    patterns: tuple[NamePattern, ...]
    drop: bool = False

    @property
    def closes(self) -> bool:
        return not self.drop

    def keeps(self, name: str) -> bool:
        return bool(self.chosen([name]))

    def needs(self, wanted: frozenset[str] | None) -> frozenset[str] | None:
        if wanted is None and not self.drop and not any(pattern.wildcard for pattern in self.patterns):
            return frozenset(pattern.text for pattern in self.patterns)
        return wanted

    def chosen(self, names: Iterable[str]) -> list[str]:
        """Which of the fields stay, in their order."""
        return [name for name in names if any(p.matches(name) for p in self.patterns) != self.drop]

    def inferred(self) -> Schema:
        schema = self.source.schema
        if self.drop:
            names = [*schema.fields, *(pattern.text for pattern in self.patterns if not pattern.wildcard)]
            return schema.without(set(names) - set(self.chosen(names)))
        named = [pattern.text for pattern in self.patterns if not pattern.wildcard and schema.may_have(pattern.text)]
        kept = schema.only(dict.fromkeys([*self.chosen(schema.fields), *named]))
        return kept.opened() if schema.open and any(pattern.wildcard for pattern in self.patterns) else kept

    def simpler(self, resolver: Resolver) -> Operator:
        return only(self.source, self.chosen(self.source.schema.fields))

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        for row in rows:
            yield {name: row[name] for name in self.chosen(row)}
