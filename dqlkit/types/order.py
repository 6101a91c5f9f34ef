"""The one total order over all values (`sort`, `takeMin`, `takeMax`), and its form as bytes.

Rank first: boolean, number, binary, string, timestamp, duration, timeframe, uid, ip, array, record, then types without
a published rank, then null. Long and double are one class, compared by number. Strings go by code point.

`encode` writes a value so that the bytes of two values compare as the values do, and `decode` reads it back exactly.
This is how a column of mixed types travels through the engine: sorting, grouping, joining and removing duplicates work
on the bytes, and only computation decodes. The layout follows the idea of tuple layers in ordered key-value stores.
A number carries a last byte that says long or double, so that 7 and 7.0 keep their types; `key` is the encoding
without it, under which equal numbers are equal bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from dqlkit.types.values import Duration, GeoPoint, Ip, SmartscapeId, Timeframe, Timestamp, Uid, Value

__all__ = ["RANK", "decode", "encode", "key", "order_key"]

#: The first byte of an encoding. 0x00 ends arrays and records, so ranks begin above it.
RANK: dict[str, int] = {
    "boolean": 0x10,
    "number": 0x20,
    "binary": 0x30,
    "string": 0x40,
    "timestamp": 0x50,
    "duration": 0x58,
    "timeframe": 0x60,
    "uid": 0x70,
    "ip": 0x80,
    "array": 0x90,
    "record": 0xA0,
    "smartscapeid": 0xB0,
    "geopoint": 0xB8,
    "null": 0xF0,
}
LONG_TAG, DOUBLE_TAG = b"\x01", b"\x02"
_UID_FORMS = ("uid64", "uid128", "uuid")
_SIGN = 1 << 63
_MASK = (1 << 64) - 1


def _ordered_long(number: int) -> bytes:
    return struct.pack(">Q", (number + _SIGN) & _MASK)


def _ordered_double(number: float) -> bytes:
    if number != number:
        return b"\xff" * 8
    (bits,) = struct.unpack(">Q", struct.pack(">d", number + 0.0))
    return struct.pack(">Q", bits ^ _MASK if bits & _SIGN else bits | _SIGN)


def _number(value: float, tag: bytes) -> bytes:
    near = float(value)
    # A double holds 53 bits; what a long has beyond them follows as a second key.
    rest = value - int(near) if tag is LONG_TAG else 0
    return b"\x20" + _ordered_double(near) + struct.pack(">h", int(rest)) + tag


def _terminated(raw: bytes) -> bytes:
    return raw.replace(b"\x00", b"\x00\xff") + b"\x00"


def _array(value: list[Value]) -> bytes:
    return b"\x90" + b"".join(map(encode, value)) + b"\x00"


def _record(value: dict[str, Value]) -> bytes:
    return b"\xa0" + b"".join(encode(name) + encode(member) for name, member in value.items()) + b"\x00"


_WRITERS: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda _: b"\xf0",
    bool: lambda value: b"\x10\x01" if value else b"\x10\x00",
    int: lambda value: _number(value, LONG_TAG),
    float: lambda value: _number(value, DOUBLE_TAG),
    bytes: lambda value: b"\x30" + _terminated(value),
    str: lambda value: b"\x40" + _terminated(value.encode("utf-8", "surrogatepass")),
    Timestamp: lambda value: b"\x50" + _ordered_long(value.nanos),
    Duration: lambda value: b"\x58" + _ordered_long(value.nanos),
    Timeframe: lambda value: b"\x60" + _ordered_long(value.start.nanos) + _ordered_long(value.end.nanos),
    Uid: lambda value: b"\x70" + bytes([_UID_FORMS.index(value.form)]) + value.bits.to_bytes(16, "big"),
    Ip: lambda value: b"\x80" + bytes([value.version]) + value.bits.to_bytes(16, "big"),
    list: _array,
    dict: _record,
    SmartscapeId: lambda value: b"\xb0" + _terminated(value.text.encode("utf-8", "surrogatepass")),
    GeoPoint: lambda value: b"\xb8" + _ordered_double(value.latitude) + _ordered_double(value.longitude),
}


def encode(value: Value) -> bytes:
    """The bytes of a value; their order is the order of the values."""
    return _WRITERS[type(value)](value)


def key(encoded: bytes) -> bytes:
    """The part of an encoding that takes part in ordering and grouping."""
    return encoded[:11] if encoded[0] == 0x20 else encoded


def order_key(value: Value) -> bytes:
    """A sort key under which any two values compare as DQL orders them, null last."""
    return key(encode(value))


def decode(encoded: bytes) -> Value:
    """The value that `encode` wrote."""
    return _read(encoded, 0)[0]


def _read(data: bytes, at: int) -> tuple[Value, int]:
    return _READERS[data[at]](data, at + 1)


def _long_at(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">Q", data, at)[0]) - _SIGN


def _double_at(data: bytes, at: int) -> float:
    (bits,) = struct.unpack_from(">Q", data, at)
    plain = bits ^ _SIGN if bits & _SIGN else bits ^ _MASK
    return float(struct.unpack(">d", struct.pack(">Q", plain))[0])


def _read_number(data: bytes, at: int) -> tuple[float, int]:
    near = _double_at(data, at)
    if data[at + 10 : at + 11] == DOUBLE_TAG:
        return near, at + 11
    return int(near) + struct.unpack_from(">h", data, at + 8)[0], at + 11


def _read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    parts = []
    while True:
        end = data.index(b"\x00", at)
        parts.append(data[at:end])
        if data[end + 1 : end + 2] != b"\xff":
            return b"\x00".join(parts), end + 1
        at = end + 2


def _read_text(data: bytes, at: int) -> tuple[str, int]:
    raw, at = _read_bytes(data, at)
    return raw.decode("utf-8", "surrogatepass"), at


def _read_array(data: bytes, at: int) -> tuple[list[Value], int]:
    items = []
    while data[at]:
        item, at = _read(data, at)
        items.append(item)
    return items, at + 1


def _read_record(data: bytes, at: int) -> tuple[dict[str, Value], int]:
    members: dict[str, Value] = {}
    while data[at]:
        name, at = _read(data, at)
        members[name], at = _read(data, at)
    return members, at + 1


def _read_smartscape(data: bytes, at: int) -> tuple[SmartscapeId, int]:
    text, at = _read_text(data, at)
    return SmartscapeId(text), at


_READERS: dict[int, Callable[[bytes, int], tuple[Value, int]]] = {
    0x10: lambda data, at: (data[at] == 1, at + 1),
    0x20: _read_number,
    0x30: _read_bytes,
    0x40: _read_text,
    0x50: lambda data, at: (Timestamp(_long_at(data, at)), at + 8),
    0x58: lambda data, at: (Duration(_long_at(data, at)), at + 8),
    0x60: lambda data, at: (Timeframe(Timestamp(_long_at(data, at)), Timestamp(_long_at(data, at + 8))), at + 16),
    0x70: lambda data, at: (Uid(_UID_FORMS[data[at]], int.from_bytes(data[at + 1 : at + 17], "big")), at + 17),
    0x80: lambda data, at: (Ip(data[at], int.from_bytes(data[at + 1 : at + 17], "big")), at + 17),
    0x90: _read_array,
    0xA0: _read_record,
    0xB0: _read_smartscape,
    0xB8: lambda data, at: (GeoPoint(_double_at(data, at), _double_at(data, at + 8)), at + 16),
    0xF0: lambda _, at: (None, at),
}
