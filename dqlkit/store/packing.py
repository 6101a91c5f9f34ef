"""Records as bytes in the journal: frames, each a length and a MessagePack array of records.

Frames can be put together as they are, so that one row of the journal holds those of all who waited for a transaction.
A timestamp is packed as a map, which no other value of a stored record is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from dqlkit.types.values import LONG_MAX, LONG_MIN, Timestamp, Value

__all__ = ["Packed", "is_plain_array", "pack", "unpack"]

Packed = dict[str, Any]
"""A record as it was packed: its timestamps are maps."""

_encode = msgspec.msgpack.Encoder(enc_hook=lambda moment: {"nanos": moment.nanos}).encode
_decode = msgspec.msgpack.Decoder(list[dict[str, Any]]).decode
_LENGTH = 4
_SCALARS = {bool, float, str, Timestamp, type(None)}
_ELEMENTS = {bool, int, float, str}


def pack(records: Sequence[Mapping[str, Value]]) -> bytes:
    """One frame. Raises `TypeError` for what a store does not hold: it holds scalars, and arrays of scalars of one type."""
    for record in records:
        for name, value in record.items():
            kind = type(value)
            if kind is not str and kind not in _SCALARS and not _is_stored(value):
                raise TypeError(f"{name}: a store holds no such value: {value!r:.80}")
    packed = _encode(records)
    return len(packed).to_bytes(_LENGTH, "big") + packed


def _is_stored(value: Value) -> bool:
    if type(value) is int:
        return LONG_MIN <= value <= LONG_MAX
    return type(value) is list and is_plain_array(value)


def is_plain_array(value: list[Value]) -> bool:
    """Whether the elements of an array are scalars of one type; some may be null."""
    classes = set(map(type, value)) - {type(None)}
    plain = len(classes) <= 1 and classes <= _ELEMENTS
    return plain and (int not in classes or all(item is None or LONG_MIN <= item <= LONG_MAX for item in value))


def unpack(data: bytes) -> Iterator[list[Packed]]:
    """The records of each frame."""
    view, at = memoryview(data), 0
    while at < len(view):
        end = at + _LENGTH + int.from_bytes(view[at : at + _LENGTH], "big")
        yield _decode(view[at + _LENGTH : end])
        at = end
