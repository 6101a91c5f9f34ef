"""Join: records of two queries side by side where keys are equal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from dqlkit.frozen import frozen, replace
from dqlkit.plan.expressions import Expression
from dqlkit.plan.grouping import JoinKey, Key, key_of
from dqlkit.plan.operators import Amount, Evaluator, Operator, Ordering, Row, Rows, Stage
from dqlkit.plan.ops.project import only
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import ANY, Array, Record

if TYPE_CHECKING:
    from dqlkit.plan.resolve import Resolver

__all__ = ["Join", "JoinKey", "Kind", "Nest", "taken"]

Kind: TypeAlias = Literal["inner", "leftOuter", "outer", "semi"]


def taken(names: Iterable[str], fields: Sequence[tuple[str, str]], prefix: str) -> dict[str, str]:
    """The fields that the joined side adds: output name and own name of each. `fields` are pairs of new and old name,
    all if empty."""
    pairs = fields or [(name, name) for name in names]
    return {prefix + new: old for new, old in pairs}


def join_key(expressions: Iterable[Expression], row: Row, interpreter: Evaluator) -> Key | None:
    """The join key of a record; None where a part of it is null."""
    values = [interpreter.value(expression, row) for expression in expressions]
    return None if any(value is None for value in values) else key_of(values)


def indexed(rows: Rows, keys: Sequence[Expression], interpreter: Evaluator) -> dict[Key, list[Row]]:
    """Records by key, those with a null in it left out."""
    index: dict[Key, list[Row]] = {}
    for row in rows:
        key = join_key(keys, row, interpreter)
        if key is not None:
            index.setdefault(key, []).append(row)
    return index


@frozen
class Join(Stage):
    """Every pair of records with equal keys: all fields of the left one, those of the right one under `prefix`.

    `leftOuter` keeps left records without a partner, `outer` right ones too; the missing side is null. `semi`, which no
    language has, keeps left records that have a partner, and brings nothing. With `first_only`
    a left record takes its first partner only (a lookup). Before joining, `replaced` fields of the left side go.
    `unordered` leaves the order of the records to the engine.

    Pairs come in the order of the left records, right ones without a partner last, in their own order [decided: the
    service promises none].
    """

    other: Operator
    keys: tuple[JoinKey, ...]
    kind: Kind = "inner"
    prefix: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    first_only: bool = False
    unordered: bool = False

    computes = True

    @property
    def ordering(self) -> Ordering:
        return "kept" if self.first_only else "lost"

    @property
    def amount(self) -> Amount:
        if self.kind == "semi":
            return "fewer"
        if self.kind == "inner":
            return "fewer" if self.first_only else "any"
        return "same" if self.first_only and self.kind == "leftOuter" else "more"

    @property
    def adds(self) -> bool:
        return self.kind == "outer"

    def reads(self) -> list[Expression]:
        return [key.left for key in self.keys]

    def keeps(self, name: str) -> bool:
        if not self._left([name]) or not name.startswith(self.prefix):
            return bool(self._left([name]))
        own = name.removeprefix(self.prefix)
        return own not in dict(self.fields) if self.fields else not self.other.schema.may_have(own)

    @property
    def inputs(self) -> tuple[Operator, ...]:
        return (self.source, self.other)

    def brought(self, names: Iterable[str]) -> dict[str, str]:
        """The fields that the other side adds: output name and own name of each."""
        return {} if self.kind == "semi" else taken(names, self.fields, self.prefix)

    def _left(self, names: Iterable[str]) -> list[str]:
        """The left side's fields; a lookup first removes those that an earlier one with its prefix added."""
        gone = self.first_only and self.prefix and not self.fields
        return [name for name in names if not (gone and name.startswith(self.prefix))]

    def inferred(self) -> Schema:
        schema, other = self.source.schema, self.other.schema
        brought = self.brought(other.fields)
        left = schema.without(schema.fields.keys() - self._left(schema.fields))
        known = left.with_fields((new, other.type(old)) for new, old in brought.items())
        return known if self.fields or not other.open else known.opened()

    def simpler(self, resolver: Resolver) -> Operator:
        """The fields of both sides by name."""
        names = self.other.schema.fields
        if self.fields or not names or self.kind == "semi":
            return self
        left = only(self.source, self._left(self.source.schema.fields))
        return replace(self, source=left, fields=tuple((name, name) for name in names))

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        right = list(interpreter.run(self.other))
        names = self.brought(dict.fromkeys(name for row in right for name in row))
        index = indexed(right, [key.right for key in self.keys], interpreter)
        once = self.first_only or self.kind == "semi"
        met: set[int] = set()
        for row in rows:
            row = {name: row[name] for name in self._left(row)}
            key = join_key([key.left for key in self.keys], row, interpreter)
            partners = index.get(key, []) if key is not None else []
            met.update(map(id, partners))
            for partner in partners[: 1 if once else None]:
                yield row | _brought(partner, names)
            if not partners and self.kind in ("leftOuter", "outer"):
                yield row | _brought({}, names)
        if self.kind == "outer":
            for row in right:
                if id(row) not in met:
                    yield _brought(row, names)


def _brought(row: Row, names: Mapping[str, str]) -> dict[str, Any]:
    return {new: row.get(old) for new, old in names.items()}


@frozen
class Nest(Stage):
    """Every left record with an array of its partners as records in the field `name`, null without a partner."""

    other: Operator
    name: str
    keys: tuple[JoinKey, ...]
    fields: tuple[tuple[str, str], ...] = ()

    computes = True

    def reads(self) -> list[Expression]:
        return [key.left for key in self.keys]

    def keeps(self, name: str) -> bool:
        return name != self.name

    @property
    def inputs(self) -> tuple[Operator, ...]:
        return (self.source, self.other)

    def inferred(self) -> Schema:
        other = self.other.schema
        brought = Record((new, other.type(old)) for new, old in self.brought(other.fields).items())
        return self.source.schema.with_fields([(self.name, Array(ANY if other.open else brought))])

    def brought(self, names: Iterable[str]) -> dict[str, str]:
        """Names of the members of a partner, with the names of the other side."""
        return taken(names, self.fields, "")

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        right = list(interpreter.run(self.other))
        names = taken(dict.fromkeys(name for row in right for name in row), self.fields, "")
        index = indexed(right, [key.right for key in self.keys], interpreter)
        for row in rows:
            key = join_key([key.left for key in self.keys], row, interpreter)
            partners = index.get(key) if key is not None else None
            yield row | {self.name: partners and [_brought(partner, names) for partner in partners]}
