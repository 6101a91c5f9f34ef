"""The one order over all values, the one equality, and values as bytes that keep both.

Rank first: boolean, number, binary, string, timestamp, duration, timeframe, uid, ip, array, record, then types without
a published rank, then null. Long and double are one class, compared by number and exactly. Strings go by code point.
Arrays compare element by element. Records compare by their members in the order of the names: how a record was written
does not count, and a member that is null is as good as none [decided]. 0.0 and -0.0 are one number, and so are all NaN,
which come after the others [decided].

`order_key` of a value are the bytes for all of that: two values are equal, or one comes before the other, as their keys
are. `==`, `in`, `sort`, `dedup`, groups, joins and every function that compares values go by it, and by nothing else.

`encode` writes a value so that `decode` reads it back exactly: 7 and 7.0, 0.0 and -0.0, and the order and the nulls in a
record. This is how a column of mixed types travels through the engine; only computation decodes. The layout follows the
idea of tuple layers in ordered key-value stores. `key` turns an encoding into the key of its value, which for most
types is the encoding itself: a number leaves out its last byte, which says what number it is.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from dqlkit.types.values import Duration, GeoPoint, Ip, SmartscapeId, Timeframe, Timestamp, Uid, Value

__all__ = [
    "NESTED",
    "RANK",
    "decode",
    "encode",
    "key",
    "member",
    "member_finder",
    "order_key",
    "parts",
    "same",
]

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
#: The types whose key is no slice of the encoding: it has to be computed.
NESTED = (bytes([RANK["array"]]), bytes([RANK["record"]]))
#: The last byte of a number: a long, a double, the double -0.0.
LONG_TAG, DOUBLE_TAG, MINUS_ZERO_TAG = b"\x01", b"\x02", b"\x03"
_UID_FORMS = ("uid64", "uid128", "uuid")
_SIGN = 1 << 63
_MASK = (1 << 64) - 1


def _ordered_long(number: int) -> bytes:
    return struct.pack(">Q", (number + _SIGN) & _MASK)


#: Translation table that inverts all bits of a byte.
_TURNED = bytes(range(255, -1, -1))
_pack_double = struct.Struct(">d").pack


def _ordered_double(number: float) -> bytes:
    if number != number:
        return b"\xff" * 8
    raw = _pack_double(number + 0.0)
    return raw.translate(_TURNED) if raw[0] & 0x80 else bytes((raw[0] | 0x80,)) + raw[1:]


def _long(value: int) -> bytes:
    near = _double_below(value)
    return b"\x20" + _ordered_double(near) + struct.pack(">h", value - int(near)) + LONG_TAG


def _double_below(value: int) -> float:
    """The greatest double that is not above a long. It holds 53 bits; what is left follows as a second key, and is never
    negative, so that the keys are in order."""
    near = float(value)
    return math.nextafter(near, -math.inf) if int(near) > value else near


def _double(value: float) -> bytes:
    tag = MINUS_ZERO_TAG if value == 0 and math.copysign(1, value) < 0 else DOUBLE_TAG
    return b"\x20" + _ordered_double(value) + b"\x00\x00" + tag


def _terminated(raw: bytes) -> bytes:
    return raw.replace(b"\x00", b"\x00\xff") + b"\x00"


def _array(value: list[Value]) -> bytes:
    return b"\x90" + b"".join(map(encode, value)) + b"\x00"


def _record(value: dict[str, Value]) -> bytes:
    parts = [b"\xa0"]
    for name, held in value.items():
        parts += (_name(name), _WRITERS[type(held)](held))
    return b"".join((*parts, b"\x00"))


@lru_cache(maxsize=4096)
def _name(name: str) -> bytes:
    """The encoding of a member's name: there are few, and each stands in every record."""
    return encode(name)


_WRITERS: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda _: b"\xf0",
    bool: lambda value: b"\x10\x01" if value else b"\x10\x00",
    int: _long,
    float: _double,
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
    """The bytes of a value, from which it can be read back."""
    return _WRITERS[type(value)](value)


def order_key(value: Value) -> bytes:
    """The bytes by which values are ordered and are equal, null last."""
    if type(value) is list:
        return b"\x90" + b"".join(map(order_key, value)) + b"\x00"
    if type(value) is dict:
        held = sorted((_name(name), one) for name, one in value.items() if one is not None)
        return b"\xa0" + b"".join(name + order_key(one) for name, one in held) + b"\x00"
    return _number_key(encode(value))


def _number_key(encoded: bytes) -> bytes:
    return encoded[:11] if encoded[0] == 0x20 else encoded


def key(encoded: bytes) -> bytes:
    """The `order_key` of the value that an encoding holds."""
    return order_key(decode(encoded)) if encoded[:1] in NESTED else _number_key(encoded)


def same(left: Value, right: Value) -> bool | None:
    """DQL equality: null where either side is null; a null inside of an array equals a null."""
    if left is None or right is None:
        return None
    return order_key(left) == order_key(right)


def decode(encoded: bytes) -> Value:
    """The value that `encode` wrote. Raises `ValueError` for other bytes, as a damaged file may hold."""
    try:
        return _read(encoded, 0)[0]
    except (LookupError, OverflowError, TypeError, struct.error, RecursionError) as fault:
        raise ValueError(f"no value has the bytes {encoded[:20]!r}") from fault


def _read(data: bytes, at: int) -> tuple[Value, int]:
    return _READERS[data[at]](data, at + 1)


def _long_at(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">Q", data, at)[0]) - _SIGN


def _double_at(data: bytes, at: int) -> float:
    (bits,) = struct.unpack_from(">Q", data, at)
    plain = bits ^ _SIGN if bits & _SIGN else bits ^ _MASK
    return float(struct.unpack(">d", struct.pack(">Q", plain))[0])


def _read_number(data: bytes, at: int) -> tuple[int | float, int]:
    near, tag = _double_at(data, at), data[at + 10 : at + 11]
    if tag != LONG_TAG:
        return near if tag == DOUBLE_TAG else -0.0, at + 11
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


#: How many bytes a value has whose first byte is this; of other values the end has to be found.
WIDTHS = {0x10: 2, 0x20: 12, 0x50: 9, 0x58: 9, 0x60: 17, 0x70: 18, 0x80: 18, 0xB8: 17, 0xF0: 1}
#: The first bytes of values that end with the first zero that no 0xFF follows.
TERMINATED = (0x30, 0x40, 0xB0)


# ---- members, without reading the rest --------------------------------------------------------------------------------

_TEXT = rb"\x40[^\x00]*+(?:\x00\xff[^\x00]*+)*+\x00"
_SCALAR = (
    rb"[\x30\x40\xb0][^\x00]*+(?:\x00\xff[^\x00]*+)*+\x00"
    rb"|\x20.{11}|\x10.|\xf0|[\x50\x58].{8}|[\x60\xb8].{16}|[\x70\x80].{17}"
)


def _nested(depth: int) -> bytes:
    """The pattern of a value with so many arrays and records inside of one another."""
    inside = rb"|[\x90\xa0](?:%b)*+\x00" % _nested(depth - 1) if depth else b""
    return rb"(?>%b%b)" % (_SCALAR, inside)


_DEPTH = 3


@lru_cache(maxsize=512)
def member_finder(name: str) -> Callable[[bytes], re.Match[bytes] | None]:
    """A regular expression that finds a member's encoding in that of a record, as group 1. Where it does not match, use
    `member`."""
    found, value = re.escape(encode(name)) + rb"(?!\xff)", _nested(_DEPTH)
    return re.compile(rb"\xa0(?:(?!%b)%b%b)*+%b(%b)" % (found, _TEXT, value, found, value), re.S).match


@lru_cache(maxsize=512)
def member_start(name: str) -> bytes:
    """A regular expression for an encoded record up to the encoding of a member's name, for engines that never go back:
    what is possessive or atomic here is so anyway, since no encoding begins another one."""
    value = _nested(_DEPTH).replace(b"*+", b"*").replace(b"(?>", b"(?:")
    text = _TEXT.replace(b"*+", b"*")
    found = b"".join(b"\\x%02x" % byte for byte in encode(name))
    return rb"(?s)^\xa0(?:%b%b)*?%b" % (text, value, found)


@lru_cache(maxsize=1)
def _whole() -> Callable[[bytes], re.Match[bytes] | None]:
    return re.compile(_nested(_DEPTH + 1), re.S).fullmatch


def member(encoded: bytes, name: str) -> bytes | None:
    """The encoding of a member of an encoded record, or of a bound of a timeframe; None where it is null or missing."""
    found = member_finder(name)(encoded)
    if found is not None:
        value = found[1]
    elif encoded[0] == 0x60 and name in ("start", "end"):
        at = 1 if name == "start" else 9
        value = b"\x50" + encoded[at : at + 8]
    elif encoded[0] != 0xA0 or _whole()(encoded):
        return None
    else:  # nested deeper than the patterns are
        value = encode(decode(encoded).get(name))
    return None if value == b"\xf0" else value


@lru_cache(maxsize=1)
def _values() -> Callable[..., list[bytes]]:
    return re.compile(_nested(_DEPTH), re.S).findall


def parts(encoded: bytes) -> list[bytes]:
    """The encodings inside of that of an array or a record: its elements, or its names and members by turns."""
    found = _values()(encoded, 1, len(encoded) - 1)
    if sum(map(len, found)) == len(encoded) - 2:
        return found
    value: Any = decode(encoded)  # nested deeper than the pattern is, where it finds what is inside of values
    inside = value if isinstance(value, list) else [one for member in value.items() for one in member]
    return list(map(encode, inside))
