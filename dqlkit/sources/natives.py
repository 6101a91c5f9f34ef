"""Values that Python programs hold, as DQL values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address
from typing import Any
from uuid import UUID

from dqlkit.sources.errors import SourceError
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
_VALUES = (type(None), bool, float, str, bytes, Timestamp, Duration, Timeframe, Ip, Uid, SmartscapeId, GeoPoint)


def _moment(value: dt.datetime) -> Timestamp:
    zoned = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
    return Timestamp((zoned - _EPOCH) // _MICROSECOND * 1000)


_READERS: dict[type, Callable[[Any], Value]] = {
    **dict.fromkeys(_VALUES, lambda value: value),
    int: lambda value: value if LONG_MIN <= value <= LONG_MAX else float(value),
    list: lambda value: [native_value(item) for item in value],
    tuple: lambda value: [native_value(item) for item in value],
    dict: lambda value: {str(name): native_value(member) for name, member in value.items()},
    dt.datetime: _moment,
    dt.date: lambda value: _moment(dt.datetime(value.year, value.month, value.day)),
    dt.timedelta: lambda value: Duration(value // _MICROSECOND * 1000),
    Decimal: float,
    IPv4Address: lambda value: Ip(4, int(value)),
    IPv6Address: lambda value: Ip(6, int(value)),
    UUID: lambda value: Uid("uuid", value.int),
}


def native_value(value: Any) -> Value:
    """A Python value as a DQL value; a datetime without a zone is UTC. An error for types DQL does not know."""
    read = _READERS.get(type(value))
    if read is None:
        known = "None, bool, int, float, str, bytes, list, dict, datetime, timedelta, Decimal, UUID or an IP address"
        raise SourceError.of("R104", f"expected {known}, found {type(value).__qualname__} {value!r}.")
    return read(value)


def native_record(record: Mapping[str, Any]) -> dict[str, Value]:
    """A record of Python values as one of DQL values."""
    return {str(name): native_value(value) for name, value in record.items()}
