"""Values: plain Python objects, one class per DQL type.

null is `None`, boolean `bool`, long `int` (64-bit signed), double `float`, string `str`, binary `bytes`, array `list`,
record `dict`. The rest are the small classes below. A value's exact class says its type: `True` is never a long.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from dqlkit.frozen import frozen
from dqlkit.types.kinds import (
    BINARY,
    BOOLEAN,
    DOUBLE,
    DURATION,
    GEOPOINT,
    IP,
    LONG,
    NULL,
    SMARTSCAPE_ID,
    STRING,
    TIMEFRAME,
    TIMESTAMP,
    UID,
    Array,
    Record,
    Type,
    join_all,
)

__all__ = [
    "LONG_MAX",
    "LONG_MIN",
    "Duration",
    "GeoPoint",
    "Ip",
    "SmartscapeId",
    "Timeframe",
    "Timestamp",
    "Uid",
    "Value",
    "type_name",
    "type_of",
    "wrap",
]

LONG_MIN = -(2**63)
LONG_MAX = 2**63 - 1


@frozen(strict=True, order=True)
class Timestamp:
    """An instant: nanoseconds since 1970-01-01T00:00:00Z."""

    nanos: int


@frozen(strict=True, order=True)
class Duration:
    """A length of time in nanoseconds."""

    nanos: int


@frozen(strict=True, order=True)
class Timeframe:
    """From `start` (inclusive) to `end` (exclusive)."""

    start: Timestamp
    end: Timestamp


@frozen(strict=True, order=True)
class Ip:
    """An address: `version` 4 or 6, `bits` as an unsigned integer."""

    version: int
    bits: int

    @classmethod
    def parse(cls, text: str) -> Ip | None:
        """The address a text spells, or None."""
        import ipaddress  # a start that reads no address does without

        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return None
        return cls(address.version, int(address))


@frozen(strict=True, order=True)
class Uid:
    """An identifier of 64 or 128 bits; `form` is `uid64`, `uid128` or `uuid`."""

    form: str
    bits: int


@frozen(strict=True, order=True)
class SmartscapeId:
    """A topology id such as `HOST-000000000000007B`."""

    text: str


@frozen(strict=True, order=True)
class GeoPoint:
    latitude: float
    longitude: float


Value: TypeAlias = Any
"""A DQL value: one of the classes above or a plain Python one.

It is `Any`, since with a union every body of a function would have to narrow types that its signature guarantees."""

_SCALARS: dict[type, Type] = {
    type(None): NULL,
    bool: BOOLEAN,
    int: LONG,
    float: DOUBLE,
    str: STRING,
    bytes: BINARY,
    Timestamp: TIMESTAMP,
    Timeframe: TIMEFRAME,
    Duration: DURATION,
    Ip: IP,
    Uid: UID,
    SmartscapeId: SMARTSCAPE_ID,
    GeoPoint: GEOPOINT,
}

_NAMES: dict[type, str] = {cls: kind.name for cls, kind in _SCALARS.items()} | {list: "array", dict: "record"}


def type_name(value: Value) -> str:
    """The name of a value's type, `null` for None."""
    return _NAMES[type(value)]


def type_of(value: Value) -> Type:
    """The exact type of a value, looking into arrays and records."""
    kind = _SCALARS.get(type(value))
    if kind is not None:
        return kind
    if type(value) is list:
        return Array(join_all(map(type_of, value)))
    return Record((name, type_of(member)) for name, member in value.items())


def wrap(number: int) -> int:
    """A long after overflow: two's complement, as in the vendor's runtime. [inferred: undocumented]"""
    return (number - LONG_MIN) % 2**64 + LONG_MIN
