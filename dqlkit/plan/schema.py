"""What is known of the fields of a stream of records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from dqlkit.frozen import frozen
from dqlkit.types.kinds import ANY, NULL, Type

__all__ = ["Schema"]


@frozen
class Schema:
    """Fields and their types in output order. An `open` schema may hold more fields than it names, but none of `gone`.

    `inferred` keeps the types of expressions that were asked for, by identity; checks and stages ask for the same ones.
    """

    fields: Mapping[str, Type]
    open: bool = False
    gone: frozenset[str] = frozenset()
    inferred: dict[int, tuple[object, Type]] = field(default_factory=dict, compare=False, repr=False)

    def type(self, name: str) -> Type:
        """The type of a field: `NULL` where there is none, `ANY` where there may be one."""
        found = self.fields.get(name)
        return found if found is not None else ANY if self.may_have(name) else NULL

    def may_have(self, name: str) -> bool:
        """Whether a record may have the field."""
        return name in self.fields or (self.open and name not in self.gone)

    def with_fields(self, fields: Iterable[tuple[str, Type]]) -> Schema:
        """Fields added at the end or replaced where they stand."""
        added = dict(fields)
        return Schema({**self.fields, **added}, self.open, self.gone - added.keys())

    def only(self, names: Iterable[str]) -> Schema:
        """Exactly these fields in this order."""
        return Schema({name: self.type(name) for name in names})

    def without(self, names: Iterable[str]) -> Schema:
        """All but these fields."""
        dropped = frozenset(names)
        left = {name: kind for name, kind in self.fields.items() if name not in dropped}
        return Schema(left, self.open, self.gone | dropped if self.open else frozenset())

    def opened(self) -> Schema:
        """The same fields and perhaps more."""
        return Schema(self.fields, open=True, gone=frozenset())
