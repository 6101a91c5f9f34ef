"""Casts: a value if it already has the type, null if not. Nothing is converted; the `to…` functions do that."""

from __future__ import annotations

from dqlkit.functions.function import restricted, scalar
from dqlkit.functions.vocabulary import (
    Array,
    Binary,
    Boolean,
    Double,
    Duration,
    GeoPoint,
    Ip,
    Long,
    Number,
    Record,
    SmartscapeId,
    String,
    T,
    Timeframe,
    Timestamp,
    Uid,
)


@scalar
def as_boolean(value: Boolean) -> Boolean:
    """The value if it is a boolean.

    >>> asBoolean(true)
    true
    >>> asBoolean("true")
    null
    """
    return value


@scalar
def as_long(value: Long) -> Long:
    """The value if it is a long.

    >>> asLong(3)
    3
    >>> asLong(3.0)
    null
    """
    return value


@scalar
def as_double(value: Double) -> Double:
    """The value if it is a double.

    >>> asDouble(3.5)
    3.5
    >>> asDouble(3)
    null
    """
    return value


@scalar
def as_number(value: Number) -> Number:
    """The value if it is a long or a double.

    >>> asNumber(3)
    3
    >>> asNumber("3")
    null
    """
    return value


@scalar
def as_string(value: String) -> String:
    """The value if it is a string.

    >>> asString("a")
    "a"
    >>> asString(1)
    null
    """
    return value


@scalar
def as_binary(value: Binary) -> Binary:
    """The value if it is binary data.

    >>> asBinary("a")
    null
    """
    return value


@scalar
def as_timestamp(value: Timestamp) -> Timestamp:
    """The value if it is a timestamp.

    >>> asTimestamp(toTimestamp(0))
    toTimestamp(0)
    >>> asTimestamp(0)
    null
    """
    return value


@scalar
def as_duration(value: Duration) -> Duration:
    """The value if it is a duration.

    >>> asDuration(15s)
    15s
    >>> asDuration("15")
    null
    """
    return value


@scalar
def as_timeframe(value: Timeframe) -> Timeframe:
    """The value if it is a timeframe.

    >>> asTimeframe("2024-05-17T10:00:00Z/2024-05-17T10:30:00Z")
    null
    """
    return value


@scalar
def as_ip(value: Ip) -> Ip:
    """The value if it is an IP address.

    >>> asIp(ip("127.0.0.1"))
    ip("127.0.0.1")
    >>> asIp("127.0.0.1")
    null
    """
    return value


@scalar
def as_uid(value: Uid) -> Uid:
    """The value if it is a UID.

    >>> asUid(uid64(123))
    uid64(123)
    >>> asUid(123)
    null
    """
    return value


@scalar
def as_smartscape_id(value: SmartscapeId) -> SmartscapeId:
    """The value if it is a Smartscape id.

    >>> asSmartscapeId(smartscapeId("HOST", 1))
    smartscapeId("HOST", 1)
    >>> asSmartscapeId("HOST-0000000000000001")
    null
    """
    return value


@scalar(experimental=True)
def as_geopoint(value: GeoPoint) -> GeoPoint:
    """The value if it is a geopoint.

    >>> asGeopoint("48.2, 16.37")
    null
    """
    return value


@scalar
def as_array(value: Array[T]) -> Array[T]:
    """The value if it is an array.

    >>> asArray(array(1, 2))
    array(1, 2)
    >>> asArray(1)
    null
    """
    return value


@scalar
def as_record(value: Record) -> Record:
    """The value if it is a record.

    >>> asRecord(record(a = 1))[a]
    1
    >>> asRecord(1)
    null
    """
    return value


for _cast in (
    as_boolean,
    as_long,
    as_double,
    as_number,
    as_string,
    as_binary,
    as_timestamp,
    as_duration,
    as_timeframe,
    as_ip,
    as_uid,
    as_smartscape_id,
    as_geopoint,
    as_array,
    as_record,
):
    _types = _cast.signature.parameters[0].kind.types
    _cast.returns(lambda value, types=_types: restricted(value, types))
    _cast.polars(lambda value: value)
