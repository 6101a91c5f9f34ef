"""The schema of a stream of records: its fields and their types, as far as they are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dqlkit.frozen import field, frozen
from dqlkit.types.kinds import ANY, NULL, Type

__all__ = ["Schema"]


@frozen
class Schema:
    """Fields and their types in output order. An `open` schema may hold more fields than it names, but none of `gone`.

    `stored` names the fields that come from a table and were not computed: there null means that the record does not
    have the field. In every other field, which some stage *made*, null means null.

    `inferred` caches the types of expressions by identity, since checks and stages ask for the same ones.
    """

    fields: Mapping[str, Type]
    open: bool = False
    gone: frozenset[str] = frozenset()
    stored: frozenset[str] = frozenset()
    inferred: dict[int, tuple[object, Type]] = field(default_factory=dict, compare=False, repr=False)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle without the cache: identities mean nothing in another process."""
        return Schema, (self.fields, self.open, self.gone, self.stored)

    def type(self, name: str) -> Type:
        """The type of a field: `NULL` where there is none, `ANY` where there may be one."""
        found = self.fields.get(name)
        return found if found is not None else ANY if self.open and name not in self.gone else NULL

    def may_have(self, name: str) -> bool:
        """Whether a record may have the field."""
        return name in self.fields or (self.open and name not in self.gone)

    def with_fields(self, fields: Iterable[tuple[str, Type]]) -> Schema:
        """Made fields, added at the end or replaced where they stand."""
        added = dict(fields)
        return Schema({**self.fields, **added}, self.open, self.gone.difference(added), self.stored.difference(added))

    def only(self, names: Iterable[str]) -> Schema:
        """Exactly these fields in this order."""
        kept = {name: self.type(name) for name in names}
        return Schema(kept, stored=self.stored.intersection(kept))

    def ordered(self, first: Iterable[str]) -> Schema:
        """The same fields, some of them first."""
        names = dict.fromkeys((*(name for name in first if name in self.fields), *self.fields))
        return Schema({name: self.fields[name] for name in names}, self.open, self.gone, self.stored)

    def as_stored(self) -> Schema:
        """The schema of a table: every field is stored."""
        return Schema(self.fields, self.open, self.gone, frozenset(self.fields))

    def as_made(self) -> Schema:
        """The same fields, all of them made."""
        return Schema(self.fields, self.open, self.gone) if self.stored else self

    def without(self, names: Iterable[str]) -> Schema:
        """All but these fields."""
        dropped = frozenset(names)
        left = {name: kind for name, kind in self.fields.items() if name not in dropped}
        return Schema(left, self.open, self.gone | dropped if self.open else frozenset(), self.stored - dropped)

    def opened(self) -> Schema:
        """The same fields and perhaps more."""
        return Schema(self.fields, open=True, stored=self.stored)

    def fresh(self, stem: str) -> str:
        """A name that no field has, for a temporary column."""
        name = f"\x01{stem}"
        while name in self.fields:
            name += "'"
        return name
