"""Records as bytes in the journal: frames, each a length and what MessagePack makes of some records.

Many records are packed by column, which is half as long and read five times as fast; few, as they are. Frames can be put
together, so that one row of the journal holds those of all who waited for a transaction. A timestamp is packed as a map,
which no other value of a stored record is; a column of timestamps, as one map.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import msgspec

from dqlkit.frozen import frozen
from dqlkit.types.values import LONG_MAX, LONG_MIN, Timestamp, Value

__all__ = ["MANY", "Block", "blocks", "is_plain_array", "pack", "pack_block", "unpacked"]

_encode = msgspec.msgpack.Encoder(enc_hook=lambda moment: {"nanos": moment.nanos}).encode
_decode = msgspec.msgpack.Decoder().decode
_LENGTH = 4
_SCALARS = {bool, float, str, Timestamp, type(None)}
_ELEMENTS = {bool, int, float, str}
#: From so many records on a frame has columns. A block has at most so many places per value.
MANY, _SPARSE = 16, 4


@frozen
class Block:
    """Records by field: as many values of each as there are records, null where one has none."""

    height: int
    values: Mapping[str, list[Any]]

    @classmethod
    def of(cls, records: Sequence[Mapping[str, Any]], names: Iterable[str] | None = None) -> Block:
        """Records with fields of these names; None stands for all."""
        alike = cls.alike(records) if names is None else None
        if alike is not None:
            return alike
        wanted = dict.fromkeys(chain.from_iterable(records)) if names is None else names
        return cls(len(records), {name: [record.get(name) for record in records] for name in wanted})

    @classmethod
    def alike(cls, records: Sequence[Mapping[str, Any]]) -> Block | None:
        """Records that have the same fields in the same order, as most have; None for others. This is four times as fast."""
        names = [*records[0]] if records else []
        if not records or not all([*record] == names for record in records):
            return None
        columns = map(list, zip(*(record.values() for record in records), strict=True))
        return cls(len(records), dict(zip(names, columns, strict=True)))


def blocks(records: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    """Records as blocks: one, or more where they have so few fields in common that most places of one would be empty."""
    alike = Block.alike(records)
    if alike is not None:
        yield alike
        return
    names = dict.fromkeys(chain.from_iterable(records))
    if len(names) * len(records) <= _SPARSE * sum(map(len, records)):
        yield Block.of(records, names)
    else:
        half = len(records) // 2
        yield from blocks(records[:half])
        yield from blocks(records[half:])


def pack(records: Sequence[Mapping[str, Value]]) -> bytes:
    """Records as frames. Raises `TypeError` for what a store does not hold: it holds scalars, and arrays of one type of them."""
    if len(records) >= MANY:
        return b"".join(map(pack_block, blocks(records)))
    for record in records:
        for name, value in record.items():
            kind = type(value)
            if kind not in _SCALARS and not (kind is int and LONG_MIN <= value <= LONG_MAX):
                _check(name, value)
    return _frame(records)


def pack_block(block: Block) -> bytes:
    """A frame of a block; raises as `pack` does."""
    columns = {name: _column(name, values) for name, values in block.values.items()}
    return _frame({"height": block.height, "values": columns})


def _frame(content: object) -> bytes:
    packed = _encode(content)
    return len(packed).to_bytes(_LENGTH, "big") + packed


def _column(name: str, values: list[Any]) -> Any:
    """A column as it is packed, checked."""
    kinds = set(map(type, values))
    if kinds == {Timestamp}:
        return {"nanos": [moment.nanos for moment in values]}
    if not kinds <= _SCALARS:
        for value in values:
            if type(value) not in _SCALARS:
                _check(name, value)
    return values


def _check(name: str, value: Value) -> None:
    if not _is_stored(value):
        raise TypeError(f"{name}: a store holds no such value: {value!r:.80}")


def _is_stored(value: Value) -> bool:
    if type(value) is int:
        return LONG_MIN <= value <= LONG_MAX
    return type(value) is list and is_plain_array(value)


def is_plain_array(value: list[Value]) -> bool:
    """Whether the elements of an array are scalars of one type; some may be null."""
    classes = set(map(type, value)) - {type(None)}
    plain = len(classes) <= 1 and classes <= _ELEMENTS
    return plain and (int not in classes or all(item is None or LONG_MIN <= item <= LONG_MAX for item in value))


def unpacked(rows: Iterable[bytes]) -> Block:
    """The records of rows of the journal, in their order."""
    found, few = _Growing(), list[dict[str, Any]]()
    for frame in chain.from_iterable(map(_frames, rows)):
        if type(frame) is list:
            few += frame
            continue
        found.add(Block.of(few))
        few = []
        found.add(_block(frame))
    found.add(Block.of(few))
    return found.block


class _Growing:
    """A block that others are put behind."""

    def __init__(self) -> None:
        self._height, self._values = 0, dict[str, list[Any]]()

    def add(self, block: Block) -> None:
        for name, values in block.values.items():
            own = self._values.setdefault(name, [])
            own += [None] * (self._height - len(own))
            own += values
        self._height += block.height

    @property
    def block(self) -> Block:
        for own in self._values.values():
            own += [None] * (self._height - len(own))
        return Block(self._height, self._values)


def _block(frame: Mapping[str, Any]) -> Block:
    columns = {name: _moments(values) if type(values) is dict else values for name, values in frame["values"].items()}
    return Block(frame["height"], columns)


def _moments(column: Mapping[str, list[int]]) -> list[Any]:
    return [{"nanos": nanos} for nanos in column["nanos"]]


def _frames(data: bytes) -> Iterator[Any]:
    view, at = memoryview(data), 0
    while at < len(view):
        end = at + _LENGTH + int.from_bytes(view[at : at + _LENGTH], "big")
        yield _decode(view[at + _LENGTH : end])
        at = end
