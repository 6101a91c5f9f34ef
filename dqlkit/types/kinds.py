"""Static types: a name, and for arrays, records and variants what is inside."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any, Self

from dqlkit.frozen import field, frozen

__all__ = [
    "ANY",
    "NULL",
    "Array",
    "Record",
    "Type",
    "Variant",
    "depth",
    "element_type",
    "is_own_key",
    "join",
    "join_all",
    "may_be_array",
    "members",
]


_SCALARS: dict[object, Any] = {}


@frozen(strict=True)
class Type:
    """A type by its DQL name. The scalar types below are its only direct instances, and each is one object however often
    it is made: so types are compared and looked up at once."""

    name: str

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __new__(cls, given: object = "") -> Self:
        if cls is not Type:
            return object.__new__(cls)
        found: Self = _SCALARS.setdefault(given, object.__new__(cls))
        return found

    def __reduce__(self) -> tuple[object, ...]:
        return Type, (self.name,)

    def __str__(self) -> str:
        return self.shown(_LEVELS)

    @property
    def said(self) -> str:
        """The type as a message names it."""
        return self.name

    def shown(self, levels: int) -> str:
        """The type as text, cut below `levels` levels."""
        return self.name


#: How many levels of a type are shown: types share their parts, so their text can be far larger than they are in
#: memory.
_LEVELS = 6


@frozen(strict=True)
class _Nested(Type):
    """A type with others inside. Its hash is kept, for what is inside may be shared many times over."""

    hash: int = field(compare=False, repr=False)

    def __hash__(self) -> int:
        return self.hash


@frozen(strict=True)
class Array(_Nested):
    """An array whose elements have the type `element` (a `Variant` where they differ)."""

    element: Type

    __hash__ = _Nested.__hash__

    def __init__(self, element: Type) -> None:
        object.__setattr__(self, "name", "array")
        object.__setattr__(self, "element", element)
        object.__setattr__(self, "hash", hash((Array, element)))

    def __reduce__(self) -> tuple[object, ...]:
        return Array, (self.element,)

    def shown(self, levels: int) -> str:
        return f"array<{self.element.shown(levels - 1)}>" if levels else "array<…>"


@frozen(strict=True)
class Record(_Nested):
    """A record with exactly these members, in this order. Records that differ in members are a `Variant`."""

    fields: tuple[tuple[str, Type], ...]

    __hash__ = _Nested.__hash__

    def __init__(self, fields: Iterable[tuple[str, Type]]) -> None:
        object.__setattr__(self, "name", "record")
        object.__setattr__(self, "fields", tuple(fields))
        object.__setattr__(self, "hash", hash((Record, self.fields)))

    def __reduce__(self) -> tuple[object, ...]:
        return Record, (self.fields,)

    def member(self, name: str) -> Type:
        """The type of a member; `NULL` where there is none."""
        return next((kind for key, kind in self.fields if key == name), NULL)

    def shown(self, levels: int) -> str:
        if not levels:
            return "record{…}"
        return "record{" + ", ".join(f"{name}: {kind.shown(levels - 1)}" for name, kind in self.fields) + "}"


@frozen(strict=True)
class Variant(_Nested):
    """A value of one of `options`, or of any type where `options` is empty."""

    options: frozenset[Type]

    __hash__ = _Nested.__hash__

    def __init__(self, options: Iterable[Type] = ()) -> None:
        object.__setattr__(self, "name", "any")
        object.__setattr__(self, "options", frozenset(options))
        object.__setattr__(self, "hash", hash((Variant, self.options)))

    def __reduce__(self) -> tuple[object, ...]:
        return Variant, (self.options,)

    @property
    def said(self) -> str:
        return " or ".join(sorted(option.name for option in self.options)) or "any"

    def shown(self, levels: int) -> str:
        if not levels:
            return "any"
        return "|".join(sorted(option.shown(levels - 1) for option in self.options)) or "any"


BOOLEAN = Type("boolean")
LONG = Type("long")
DOUBLE = Type("double")
STRING = Type("string")
TIMESTAMP = Type("timestamp")
TIMEFRAME = Type("timeframe")
DURATION = Type("duration")
BINARY = Type("binary")
IP = Type("ip")
UID = Type("uid")
SMARTSCAPE_ID = Type("smartscapeid")
GEOPOINT = Type("geopoint")
NULL = Type("null")
ANY = Variant()

#: A variant with more alternatives than this becomes `ANY`, since nothing is decided by so long a list.
_MOST_OPTIONS = 8


#: Types each of whose values is equal to no other one (unlike 0.0 and -0.0, or 1 and 1.0).
_OWN_KEYS = frozenset({BOOLEAN, LONG, STRING, BINARY, TIMESTAMP, DURATION})


def is_own_key(kind: Type) -> bool:
    """Whether equal values of the type are the same, so that any of them stands for all."""
    return kind in _OWN_KEYS


def members(kind: Type) -> tuple[Type, ...]:
    """The types that a value of this static type may have; empty where nothing is known."""
    if isinstance(kind, Variant):
        return tuple(sorted(kind.options, key=str))
    return (kind,)


def join(left: Type, right: Type) -> Type:
    """The narrowest type that holds every value of both. Nothing is widened: long and double stay apart."""
    if left == right or right == NULL:
        return left
    if left == NULL:
        return right
    if left == ANY or right == ANY:
        return ANY
    options = list(members(left))
    for option in members(right):
        _add(options, option)
    return options[0] if len(options) == 1 else Variant(options) if len(options) <= _MOST_OPTIONS else ANY


def _add(options: list[Type], kind: Type) -> None:
    """Merge a type with the option of the same kind, so that the order in which types are joined does not matter."""
    for place, option in enumerate(options):
        joined = _merged(option, kind)
        if joined is not None:
            options[place] = joined
            return
    options.append(kind)


def _merged(left: Type, right: Type) -> Type | None:
    """One type for two arrays, or for two records with the same members; None where both types stay as options."""
    if isinstance(left, Array) and isinstance(right, Array):
        return Array(join(left.element, right.element))
    if isinstance(left, Record) and isinstance(right, Record) and _same_members(left, right):
        return Record((name, join(kind, right.member(name))) for name, kind in left.fields)
    return left if left == right else None


def join_all(kinds: Iterable[Type]) -> Type:
    """The join of all, `NULL` for none."""
    return reduce(join, kinds, NULL)


def may_be_array(kind: Type) -> bool:
    """Whether a value of the type may be an array."""
    return kind == ANY or any(isinstance(option, Array) for option in members(kind))


def element_type(kind: Type) -> Type:
    """The type of an array's elements; `NULL` where the type can be no array."""
    if kind == ANY:
        return ANY
    arrays = [option.element for option in members(kind) if isinstance(option, Array)]
    return join_all(arrays) if arrays else NULL


def depth(kind: Type) -> int:
    """How many arrays and records are nested inside each other; 0 for a scalar."""
    if isinstance(kind, Array):
        return 1 + depth(kind.element)
    if isinstance(kind, Record):
        return 1 + max((depth(member) for _, member in kind.fields), default=0)
    return max(map(depth, members(kind)), default=0) if isinstance(kind, Variant) else 0


def _same_members(left: Record, right: Record) -> bool:
    return {name for name, _ in left.fields} == {name for name, _ in right.fields}
