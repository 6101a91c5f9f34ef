"""Blocks of JSON records made into one table.

A block is decoded as records of the wanted fields, all others are skipped as they lie there. Types are found on the
columns of each block; once all are read, each field has the type that holds those of its blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from operator import attrgetter
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

#: The values of each field, and how many records there are.
Fields = tuple[Mapping[str, Sequence[Value]], int]


def table_of_blocks(blocks: Blocks, times: Collection[str], want: Want) -> FrameTable:
    """A table of what is wanted of all blocks; `times` are the fields to take for times."""
    records, parts = Records(), Parts(times)
    decode = _Whole(records) if want.fields is None else _Some(records, sorted(want.fields))
    limit = want.limit
    for block in blocks:
        fields, count = _fields(block, blocks, decode, records, parts.height)
        parts.add(
            {name: values for name, values in fields.items() if want.fields is None or name in want.fields}, count
        )
        if limit is not None and parts.height >= limit:
            break
    reading = Reading()
    records.tell(reading)
    if blocks.skipped:
        lines = "1 line is" if blocks.skipped == 1 else f"{blocks.skipped} lines are"
        reading.notices[Notice("RECORDS_SKIPPED", f"{lines} left out, since they cannot be read.")] = None
    return parts.table(reading, limit)


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
    rows = records.read(blocks.exact(block, count))
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}, len(rows)


class _Whole:
    """A decoder of all fields."""

    def __init__(self, records: Records) -> None:
        self._own = records.members

    def __call__(self, block: bytes) -> Fields | None:
        rows = _OBJECTS.decode_lines(block)
        shapes = set(map(tuple, rows))
        if any(members.issubset(shape) for members in self._own for shape in shapes):
            return None
        if len(shapes) == 1:
            (names,) = shapes
            columns: Iterator[Sequence[Value]] = zip(*map(dict.values, rows), strict=True)
            return dict(zip(names, columns, strict=True)), len(rows)
        found = dict.fromkeys(name for shape in dict.fromkeys(map(tuple, rows)) for name in shape)
        return {name: [row.get(name) for row in rows] for name in found}, len(rows)


class _Some:
    """A decoder of some fields. All other members are skipped, and not made values of."""

    def __init__(self, records: Records, names: Sequence[str]) -> None:
        #: One member for each shape of records, its longest name: where no record has it, none has the shape.
        self._telling = [max(sorted(members), key=len) for members in records.members]
        self._names = names
        places = {name: f"f{place}" for place, name in enumerate(dict.fromkeys([*names, *self._telling]))}
        self._get: dict[str, Callable[[Any], Value]] = {name: attrgetter(place) for name, place in places.items()}
        members: list[Any] = [(place, Any, UNSET) for place in places.values()]
        row = msgspec.defstruct("Row", members, rename={place: name for name, place in places.items()}, gc=False)
        self._rows: msgspec.json.Decoder[Any] = msgspec.json.Decoder(row)

    def __call__(self, block: bytes) -> Fields | None:
        rows = self._rows.decode_lines(block)
        if any(set(map(type, map(self._get[name], rows))) - {_UNSET} for name in self._telling):
            return None
        columns = {name: list(map(self._get[name], rows)) for name in self._names}
        return {name: found for name, values in columns.items() if (found := _present(values))}, len(rows)


def _present(values: list[Value]) -> list[Value]:
    """The values of a field that some record has, null where one does not; none for a field that no record has."""
    classes = set(map(type, values))
    if _UNSET not in classes:
        return values
    return [None if value is UNSET else value for value in values] if len(classes) > 1 else []
