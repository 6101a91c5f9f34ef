"""Converts Python values to DQL values."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address
from typing import Any
from uuid import UUID

from dqlkit.sources.errors import SourceError
from dqlkit.sources.json_text import Digits, Mended, Spelled
from dqlkit.types.json import mended
from dqlkit.types.values import (
    LONG_MAX,
    LONG_MIN,
    Duration,
    GeoPoint,
    Ip,
    SmartscapeId,
    Timeframe,
    Timestamp,
    Uid,
    Value,
)

__all__ = ["native_record", "native_value"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_VALUES = (type(None), bool, int, float, bytes, Timestamp, Duration, Timeframe, Ip, Uid, SmartscapeId, GeoPoint)


def _moment(value: dt.datetime) -> Value:
    """A timestamp; ISO-8601 text for a time that 64 bits of nanoseconds cannot tell."""
    zoned = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
    nanos = (zoned - _EPOCH) // _MICROSECOND * 1000
    return Timestamp(nanos) if _is_long(nanos) else Spelled(zoned.isoformat())


def _length(value: dt.timedelta) -> Value:
    nanos = value // _MICROSECOND * 1000
    return Duration(nanos) if _is_long(nanos) else Spelled(value)


def _text(value: str) -> str:
    """Half a surrogate pair is no character: it becomes U+FFFD, as in JSON."""
    if value.isascii() or (sound := mended(value)) == value:
        return value
    return Mended(sound)


def _is_long(value: int) -> bool:
    return LONG_MIN <= value <= LONG_MAX


def _object(value: Mapping[Any, Any]) -> dict[str, Value]:
    """A record; an error where two keys would become one name."""
    members = {str(_text(str(name))): native_value(member) for name, member in value.items()}
    if len(members) < len(value):
        names = Counter(map(str, value))
        twice = ", ".join(f"`{name}`" for name, count in names.items() if count > 1)
        raise SourceError.of("R104", f"expected each name once in a record, found keys that are one name: {twice}.")
    return members


def _decimal(value: Decimal) -> Value:
    """The nearest double; a number beyond doubles stays text."""
    number = math.nan if value.is_nan() else float(value)
    return Digits(value) if math.isinf(number) and value.is_finite() else number


_READERS: dict[type, Callable[[Any], Value]] = {
    **dict.fromkeys(_VALUES, lambda value: value),
    str: _text,
    list: lambda value: [native_value(item) for item in value],
    tuple: lambda value: [native_value(item) for item in value],
    dict: _object,
    dt.datetime: _moment,
    dt.date: lambda value: _moment(dt.datetime(value.year, value.month, value.day)),
    dt.timedelta: _length,
    Decimal: _decimal,
    IPv4Address: lambda value: Ip(4, int(value)),
    IPv6Address: lambda value: Ip(6, int(value)),
    UUID: lambda value: Uid("uuid", value.int),
}


def _time(value: dt.time) -> str:
    return value.isoformat()


def _named_tuple(value: Any) -> Value:
    return _object(value._asdict())


def _numpy(value: Any) -> Value:
    """A scalar or an array of NumPy."""
    if value.shape:
        return native_value(value.tolist())
    if value.dtype.kind in "mM":
        return _numpy_time(value)
    plain = value.item()
    return float(plain) if type(plain) is type(value) else native_value(plain)


def _numpy_time(value: Any) -> Value:
    """A time or a duration; text for one that 64 bits of nanoseconds cannot tell."""
    if value != value:
        return None
    kind = "datetime64[ns]" if value.dtype.kind == "M" else "timedelta64[ns]"
    fine = value.astype(kind)
    if fine.astype(value.dtype) != value:
        return Spelled(value)
    nanos = int(fine.astype("int64"))
    return Timestamp(nanos) if value.dtype.kind == "M" else Duration(nanos)


def _pandas(value: Any) -> Value:
    """A scalar of pandas: a time, a duration, or what says that there is none; text for any other, such as a period."""
    exact = getattr(value, "to_numpy", None)
    if exact is not None:
        return _numpy_time(exact())
    return None if type(value).__name__ in ("NaTType", "NAType") else str(value)


#: How values of classes that derive from these are read.
_FAMILIES: dict[type, Callable[[Any], Value]] = {
    str: str.__str__,
    int: lambda value: _READERS[int](int.__index__(value) + 0),
    float: float.__float__,
    bytes: bytes,
    bytearray: bytes,
    Mapping: _object,
    list: lambda value: [native_value(item) for item in value],
    tuple: lambda value: _named_tuple(value) if hasattr(value, "_asdict") else [native_value(item) for item in value],
    dt.datetime: _moment,
    dt.date: lambda value: _moment(dt.datetime(value.year, value.month, value.day)),
    dt.time: _time,
    dt.timedelta: _length,
    Decimal: _decimal,
    UUID: lambda value: Uid("uuid", value.int),
}


def _reader(cls: type) -> Callable[[Any], Value] | None:
    """How values of a class are read that is none of DQL's, and none of Python's own."""
    package = cls.__module__.partition(".")[0]
    if package == "numpy":
        return _numpy
    if package == "pandas":
        return _pandas
    return next((read for family, read in _FAMILIES.items() if issubclass(cls, family)), None)


def native_value(value: Any) -> Value:
    """A Python value as a DQL value; a datetime without a zone is UTC. An error for types DQL does not know."""
    read = _READERS.get(type(value)) or _reader(type(value))
    if read is None:
        known = (
            "None, bool, int, float, str, bytes, list, dict, datetime, time, timedelta, Decimal, UUID or an IP address"
        )
        raise SourceError.of("R104", f"expected {known}, found {type(value).__qualname__} {value!r}.")
    return read(value)


def native_record(record: Mapping[str, Any]) -> dict[str, Value]:
    """A record of Python values as one of DQL values."""
    return _object(record)
