"""Makes one table of blocks of JSON records.

A block is decoded as records of the wanted fields, all others are skipped as they lie there. Types are found on the
columns of each block; once all are read, each field has the type that holds those of its blocks.
"""

from __future__ import annotations

import gc
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from functools import partial
from operator import attrgetter, countOf
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET

from dqlkit.engines.table import Want
from dqlkit.regex import regex
from dqlkit.sources.columns import Changes, Column, column_of
from dqlkit.sources.frames import Parts
from dqlkit.sources.json_blocks import Blocks
from dqlkit.sources.json_scan import UNREADABLE
from dqlkit.sources.json_strict import Strict, strict_decoder
from dqlkit.sources.json_text import Bytes
from dqlkit.sources.options import left_out
from dqlkit.sources.table import FrameTable
from dqlkit.types.kinds import NULL, Type, join
from dqlkit.types.values import Value
from dqlkit.wire import Reading, Records

__all__ = ["struct_of", "table_of_blocks", "uncollected"]

_UNSET = type(UNSET)
_OBJECTS = msgspec.json.Decoder(dict[str, Any])

#: Records of more members are made dictionaries.
_MOST_NAMES = 256

#: The type of a member that no record has.
_NONE = Annotated[int, msgspec.Meta(gt=0, lt=0)]

#: Arrow is not worth its start for smaller blocks.
_WORTH = 1 << 14
#: After so many blocks that were not as expected nothing is expected any more.
_MOST_REFUSED = 4

#: Objects with all of their members, and what msgspec refuses in names that it is told.
_NAMED = dict[str, Any]
_REFUSED = regex(r'[\\"\x00-\x1f]')

Values: TypeAlias = Mapping[str, Sequence[Value]]

#: The columns of the fields, and how many records there are.
Fields: TypeAlias = tuple[dict[str, Column], int]


def table_of_blocks(blocks: Blocks, times: Collection[str], want: Want) -> FrameTable:
    """A table of what is wanted of all blocks; `times` are the fields to take for times."""
    records, parts = Records(), Parts(times)
    decode = _Whole(records) if want.fields is None else _Some(want.fields, records)
    for block in blocks:
        with uncollected():
            fields, count = _fields(block, blocks, decode, records, parts.height)
            parts.take(fields, count)
            del fields  # without cycles it is gone at once
        if want.limit is not None and parts.height >= want.limit:
            break
    reading = Reading()
    records.tell(reading)
    reading.notices |= dict.fromkeys(left_out(blocks.skipped, blocks.unit))
    return parts.table(reading, want.limit, decode.changes)


def _fields(block: Bytes, blocks: Blocks, decode: _Decoder, records: Records, count: int) -> Fields:
    """The columns of a block: decoded at once where these are plain records, else read one by one."""
    try:
        found = decode.block(block)
        if found is not None:
            records.skip(found[1])
            return found
    except UNREADABLE:
        pass
    rows = blocks.records(records, blocks.exact(block, count))
    names = dict.fromkeys(name for row in rows for name in row)
    return decode.values({name: [row.get(name) for row in rows] for name in names}), len(rows)


class _Decoder(ABC):
    """Decodes the blocks of one file. What the blocks before held, later ones are expected to hold; others are looked at anew.

    `changes` counts the values that had to be changed.
    """

    def __init__(self, records: Records) -> None:
        self.changes = Changes()
        self._records = records
        self._kinds: dict[str, Type] = {}
        self._strict: Strict | None = None
        self._may_be_strict = False
        self._rows: dict[tuple[tuple[str, ...], bool], _Rows] = {}
        self._refused = 0

    def block(self, block: Bytes) -> Fields | None:
        """The columns of a block of plain records; None for one that may hold others."""
        return self._expected(block) or self._any(block)

    def values(self, values: Values) -> dict[str, Column]:
        """The columns of values that were read in another way."""
        found = {name: column_of(name, own, self.changes) for name, own in values.items()}
        self._learn({name: kind for name, (_, kind) in found.items()})
        return found

    def _learn(self, kinds: Mapping[str, Type]) -> None:
        """Expect these types as well as those before."""
        joined = {name: join(self._kinds.get(name, NULL), kind) for name, kind in kinds.items()}
        if joined and joined.items() <= self._kinds.items():
            return
        self._kinds |= joined
        self._strict = None
        self._may_be_strict = self._is_usual() and self._refused < _MOST_REFUSED

    def _expected(self, block: Bytes) -> Fields | None:
        if len(block) < _WORTH or not self._is_strict():
            return None
        assert self._strict is not None
        found = self._strict(block)
        if found is None:
            self._refused += 1
            return None
        columns, height = found
        doubtful = tuple(name for name in self._kinds if name not in columns)
        if doubtful:
            values, counted = self._reader(doubtful)(block)
            assert counted == height
            columns |= self.values(values)
        return {name: columns[name] for name in self._kinds if name in columns}, height

    def _is_strict(self) -> bool:
        """Whether there is a decoder of what is expected; it is made when a block is large enough for it."""
        if self._may_be_strict and self._strict is None:
            self._strict = self._decoder()
            self._may_be_strict = self._strict is not None
        return self._strict is not None

    def _reader(self, names: tuple[str, ...], closed: bool = False) -> _Rows:
        key = (names, closed)
        if key not in self._rows:
            self._rows[key] = _Rows(names, self._records, closed)
        return self._rows[key]

    @abstractmethod
    def _is_usual(self) -> bool:
        """Whether records of the fields that are known can be told from those that are more than plain ones."""

    @abstractmethod
    def _decoder(self) -> Strict | None:
        """A decoder of the fields that are known; None where there is none."""

    @abstractmethod
    def _any(self, block: Bytes) -> Fields | None:
        """The columns of a block of whatever records; None for one that may hold more than plain ones."""


class _Some(_Decoder):
    """A decoder of the wanted fields alone. Those that no record had so far are not looked for until one has them."""

    def __init__(self, names: Collection[str], records: Records) -> None:
        super().__init__(records)
        self._names = names
        self._telling = _telling(records)
        self._all = _Rows(sorted(names), records)
        self._met: set[str] = set()
        self._usual = self._all

    def values(self, values: Values) -> dict[str, Column]:
        return super().values({name: own for name, own in values.items() if name in self._names})

    def _is_usual(self) -> bool:
        return self._telling.isdisjoint(self._names)

    def _decoder(self) -> Strict | None:
        return strict_decoder(self._kinds, self._telling.union(self._names) - self._kinds.keys())

    def _any(self, block: Bytes) -> Fields | None:
        try:
            values, height = self._usual(block)
        except msgspec.ValidationError:
            values, height = self._all(block)
        if not self._met >= values.keys() or self._usual is self._all:
            self._met |= values.keys()
            self._usual = _Rows(self._met, self._records, absent=self._names, met=True)
        return self.values(values), height


class _Whole(_Decoder):
    """A decoder of all fields."""

    def _is_usual(self) -> bool:
        return len(self._kinds) <= _MOST_NAMES and not self._may_be_others([self._kinds.keys()])

    def _decoder(self) -> Strict | None:
        return strict_decoder(self._kinds)

    def _may_be_others(self, shapes: Iterable[Set[str]]) -> bool:
        """Whether records with these members may be more than plain ones."""
        return any(members <= shape for shape in shapes for members in self._records.members)

    def _any(self, block: Bytes) -> Fields | None:
        if self._kinds and len(self._kinds) <= _MOST_NAMES and are_plain(self._kinds):
            with suppress(msgspec.ValidationError):
                values, height = self._reader(tuple(self._kinds), closed=True)(block)
                return self.values(values), height
        rows = _OBJECTS.decode_lines(block)
        shapes = dict.fromkeys(map(tuple, rows))
        if self._may_be_others(map(frozenset, shapes)):
            return None
        names = dict.fromkeys(name for shape in shapes for name in shape)
        return self.values({name: [row.get(name) for row in rows] for name in names}), len(rows)


def _telling(records: Records) -> set[str]:
    """One member for each shape of records that are more than plain ones, its longest name: where no record has it, none has
    the shape."""
    return {max(sorted(members), key=len) for members in records.members}


class _Rows:
    """A decoder of some fields, which skips all other members, or where it is closed refuses them.

    It refuses records that are more than plain ones, and those with a field that is said to be absent. Fields that were
    `met` before need not be told from missing ones.
    """

    def __init__(
        self,
        names: Iterable[str],
        records: Records,
        closed: bool = False,
        absent: Collection[str] = (),
        met: bool = False,
    ) -> None:
        telling = _telling(records)
        types = dict.fromkeys([*absent, *telling], _NONE) | dict.fromkeys(names, Any)
        known = types.keys() - telling if met else set()
        row, getters = struct_of(types, closed, known)
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(row)
        unread = (
            {name for name, kind in types.items() if kind is _NONE} if row is _NAMED else ()
        )  # a struct refuses them itself
        self._telling = [getters[name] for name in types if name in unread or (types[name] is Any and name in telling)]
        self._fields = {
            name: (get, _values if name in known else _present) for name, get in getters.items() if types[name] is Any
        }

    def __call__(self, block: Bytes) -> tuple[Values, int]:
        rows = self._decoder.decode_lines(block)
        if any(countOf(map(get, rows), UNSET) < len(rows) for get in self._telling):
            raise msgspec.ValidationError("records that may be more than plain ones")
        columns = ((name, values(get, rows)) for name, (get, values) in self._fields.items())
        return {name: values for name, values in columns if values}, len(rows)


def struct_of(
    types: Mapping[str, Any], closed: bool = False, known: Collection[str] = ()
) -> tuple[Any, dict[str, Callable[[Any], Value]]]:
    """A class of records with members of these types, and what gets each of them; `UNSET` where a record does not have it,
    or null for members that are `known`.

    All other members are skipped, or refused where it is `closed`. Names that msgspec does not take make it a
    mapping, which holds all members.
    """
    if not are_plain(types):
        return _NAMED, {name: partial(_member, name, None if name in known else UNSET) for name in types}
    places = {name: f"f{place}" for place, name in enumerate(types)}
    members: list[Any] = [(place, types[name], None if name in known else UNSET) for name, place in places.items()]
    rename = {place: name for name, place in places.items()}
    row = msgspec.defstruct("Row", members, rename=rename, gc=False, forbid_unknown_fields=closed)
    return row, {name: attrgetter(place) for name, place in places.items()}


def are_plain(names: Iterable[str]) -> bool:
    """Whether msgspec takes these for the names of members: without quotes, backslashes and control characters."""
    return not any(_REFUSED.search(name) for name in names)


def _member(name: str, missing: Value, row: Mapping[str, Value]) -> Value:
    return row.get(name, missing)


def _values(get: Callable[[Any], Value], rows: Sequence[Any]) -> list[Value]:
    return list(map(get, rows))


def _present(get: Callable[[Any], Value], rows: Sequence[Any]) -> list[Value]:
    """The values of a field that some record has, null where one does not; none for a field that no record has."""
    if rows and get(rows[0]) is UNSET and countOf(map(get, rows), UNSET) == len(rows):
        return []
    values = list(map(get, rows))
    return [None if value is UNSET else value for value in values] if _UNSET in set(map(type, values)) else values


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cycles meanwhile: parsed JSON has none, and makes so many objects that searching takes most of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
