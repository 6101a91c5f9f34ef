"""What is known of the fields of a stream of records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dqlkit.types.kinds import ANY, NULL, Type

__all__ = ["Schema"]


@dataclass(frozen=True, slots=True)
class Schema:
    """Fields and their types in output order. An `open` schema may hold more fields than it names."""

    fields: Mapping[str, Type]
    open: bool = False

    def type(self, name: str) -> Type:
        """The type of a field: `NULL` where there is none, `ANY` where there may be one."""
        return self.fields.get(name, ANY if self.open else NULL)

    def with_fields(self, fields: Iterable[tuple[str, Type]]) -> Schema:
        """Fields added at the end or replaced where they stand."""
        return Schema({**self.fields, **dict(fields)}, self.open)

    def only(self, names: Iterable[str]) -> Schema:
        """Exactly these fields in this order."""
        return Schema({name: self.type(name) for name in names})

    def without(self, names: Iterable[str]) -> Schema:
        gone = set(names)
        return Schema({name: kind for name, kind in self.fields.items() if name not in gone}, self.open)
