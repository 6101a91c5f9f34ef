"""Casts: a value if it already has the type, null if not. Nothing is converted; the `to…` functions do that.

A cast that can never succeed is an error before the query runs (E013), as it is for the vendor's service.
"""

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
    >>> asBoolean(array(true, "true")[1])
    null
    """
    return value


@scalar
def as_long(value: Long) -> Long:
    """The value if it is a long.

    >>> asLong(3)
    3
    >>> asLong(array(3, 3.0)[1])
    null
    """
    return value


@scalar
def as_double(value: Double) -> Double:
    """The value if it is a double.

    >>> asDouble(3.5)
    3.5
    >>> asDouble(array(3.5, 3)[1])
    null
    """
    return value


@scalar
def as_number(value: Number) -> Number:
    """The value if it is a long or a double.

    >>> asNumber(3)
    3
    >>> asNumber(array(3, "3")[1])
    null
    """
    return value


@scalar(rewrites=True)
def as_string(value: String) -> String:
    """The value if it is a string.

    >>> asString("a")
    "a"
    >>> asString(array("a", 1)[1])
    null
    """
    return value


@scalar
def as_binary(value: Binary) -> Binary:
    """The value if it is binary data.

    >>> asBinary(decodeBase64ToBinary("YQ=="))
    decodeBase64ToBinary("YQ==")
    """
    return value


@scalar
def as_timestamp(value: Timestamp) -> Timestamp:
    """The value if it is a timestamp.

    >>> asTimestamp(toTimestamp(0))
    toTimestamp(0)
    >>> asTimestamp(array(now(), 0)[1])
    null
    """
    return value


@scalar
def as_duration(value: Duration) -> Duration:
    """The value if it is a duration.

    >>> asDuration(15s)
    15s
    >>> asDuration(array(15s, "15")[1])
    null
    """
    return value


@scalar
def as_timeframe(value: Timeframe) -> Timeframe:
    """The value if it is a timeframe.

    >>> asTimeframe(timeframe(from: -2h))
    timeframe(from: -2h)
    """
    return value


@scalar
def as_ip(value: Ip) -> Ip:
    """The value if it is an IP address.

    >>> asIp(ip("127.0.0.1"))
    ip("127.0.0.1")
    >>> asIp(array(ip("127.0.0.1"), "127.0.0.1")[1])
    null
    """
    return value


@scalar
def as_uid(value: Uid) -> Uid:
    """The value if it is a UID.

    >>> asUid(uid64(123))
    uid64(123)
    >>> asUid(array(uid64(123), 123)[1])
    null
    """
    return value


@scalar
def as_smartscape_id(value: SmartscapeId) -> SmartscapeId:
    """The value if it is a Smartscape id.

    >>> asSmartscapeId(smartscapeId("HOST", 1))
    smartscapeId("HOST", 1)
    >>> asSmartscapeId(array(smartscapeId("HOST", 1), "HOST-0000000000000001")[1])
    null
    """
    return value


@scalar(experimental=True)
def as_geopoint(value: GeoPoint) -> GeoPoint:
    """The value if it is a geopoint.

    >>> asGeopoint(toGeopoint("48.2, 16.37"))
    toGeopoint("48.2, 16.37")
    """
    return value


@scalar
def as_array(value: Array[T]) -> Array[T]:
    """The value if it is an array.

    >>> asArray(array(1, 2))
    array(1, 2)
    >>> asArray(array(array(1), 1)[1])
    null
    """
    return value


@scalar
def as_record(value: Record) -> Record:
    """The value if it is a record.

    >>> asRecord(record(a = 1))[a]
    1
    >>> asRecord(array(record(a = 1), 1)[1])
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
