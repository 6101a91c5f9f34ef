"""Makes one table of blocks of JSON records.

A block is decoded as records of the wanted fields, all others are skipped as they lie there. Types are found on the
columns of each block; once all are read, each field has the type that holds those of its blocks.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from operator import attrgetter, countOf
from typing import Any, Protocol

import msgspec
from msgspec import UNSET

from dqlkit.engines.table import Want
from dqlkit.functions.context import Notice
from dqlkit.sources.frames import Parts
from dqlkit.sources.json_blocks import UNREADABLE, Blocks
from dqlkit.sources.table import FrameTable
from dqlkit.types.values import Value
from dqlkit.wire import Reading, Records

__all__ = ["table_of_blocks"]

_UNSET = type(UNSET)
_OBJECTS = msgspec.json.Decoder(dict[str, Any])

#: Records of more members are made dictionaries.
_MOST_NAMES = 256

#: The values of each field, and how many records there are.
Fields = tuple[Mapping[str, Sequence[Value]], int]


def table_of_blocks(blocks: Blocks, times: Collection[str], want: Want) -> FrameTable:
    """A table of what is wanted of all blocks; `times` are the fields to take for times."""
    records, parts = Records(), Parts(times)
    decode = _Whole(records) if want.fields is None else _Rows(sorted(want.fields), records)
    for block in blocks:
        with _uncollected():
            fields, count = _fields(block, blocks, decode, records, parts.height)
            chosen = {name: own for name, own in fields.items() if want.fields is None or name in want.fields}
            parts.add(chosen, count)
            del fields, chosen  # without cycles they are gone at once
        if want.limit is not None and parts.height >= want.limit:
            break
    reading = Reading()
    records.tell(reading)
    if blocks.skipped:
        lines = (
            "1 line cannot be read and is" if blocks.skipped == 1 else f"{blocks.skipped} lines cannot be read and are"
        )
        reading.notices[Notice("RECORDS_SKIPPED", f"{lines} left out.")] = None
    return parts.table(reading, want.limit)


class _Decoder(Protocol):
    def __call__(self, block: bytes) -> Fields | None: ...


def _fields(block: bytes, blocks: Blocks, decode: _Decoder, records: Records, count: int) -> Fields:
    """The columns of a block: decoded at once where these are plain records, else read one by one."""
    try:
        found = decode(block)
        if found is not None:
            records.skip(found[1])
            return found
    except UNREADABLE:
        pass
    rows = blocks.records(records, blocks.exact(block, count))
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}, len(rows)


class _Whole:
    """A decoder of all fields: of those that were met before at once, of others once they are met."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._rows: _Rows | None = None
        self._names: dict[str, None] = {}

    def __call__(self, block: bytes) -> Fields | None:
        if self._rows is not None:
            with suppress(msgspec.ValidationError):
                return self._rows(block)
        rows = _OBJECTS.decode_lines(block)
        shapes = dict.fromkeys(map(tuple, rows))
        if any(members.issubset(shape) for members in self._records.members for shape in shapes):
            return None
        found = dict.fromkeys(name for shape in shapes for name in shape)
        self._names |= found
        self._rows = _Rows(self._names, self._records, closed=True) if len(self._names) <= _MOST_NAMES else None
        return {name: [row.get(name) for row in rows] for name in found}, len(rows)


class _Rows:
    """A decoder of some fields. All other members are skipped, and not made values of; or refused where it is closed."""

    def __init__(self, names: Iterable[str], records: Records, closed: bool = False) -> None:
        #: One member for each shape of records, its longest name: where no record has it, none has the shape.
        telling = [max(sorted(members), key=len) for members in records.members]
        places = {name: f"f{place}" for place, name in enumerate(dict.fromkeys([*names, *telling]))}
        members: list[Any] = [(place, Any, UNSET) for place in places.values()]
        rename = {place: name for name, place in places.items()}
        row = msgspec.defstruct("Row", members, rename=rename, gc=False, forbid_unknown_fields=closed)
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(row)
        self._telling = [attrgetter(places[name]) for name in telling]
        self._fields = {name: attrgetter(places[name]) for name in names}

    def __call__(self, block: bytes) -> Fields | None:
        rows = self._decoder.decode_lines(block)
        if any(countOf(map(get, rows), UNSET) < len(rows) for get in self._telling):
            return None
        columns = ((name, _present(get, rows)) for name, get in self._fields.items())
        return {name: values for name, values in columns if values}, len(rows)


def _present(get: Callable[[Any], Value], rows: Sequence[Any]) -> list[Value]:
    """The values of a field that some record has, null where one does not; none for a field that no record has."""
    if rows and get(rows[0]) is UNSET and countOf(map(get, rows), UNSET) == len(rows):
        return []
    values = list(map(get, rows))
    return [None if value is UNSET else value for value in values] if _UNSET in set(map(type, values)) else values


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for cycles meanwhile: parsed JSON has none, and makes so many objects that searching takes most of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
