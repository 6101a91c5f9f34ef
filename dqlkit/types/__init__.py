"""The types of the data, shared by both languages: what exists, what a value is, how types join.

DQL is typed value by value; a column is not. A column whose values all have one type carries that type. One that mixes
types is a `Variant`, which remembers what it may hold; `ANY` is the variant of which nothing is known.
"""

from __future__ import annotations

from dqlkit.types.kinds import (
    ANY,
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
    Variant,
    join,
    join_all,
    members,
)
from dqlkit.types.values import (
    Duration,
    GeoPoint,
    Ip,
    SmartscapeId,
    Timeframe,
    Timestamp,
    Uid,
    Value,
    type_of,
)

__all__ = [
    "ANY",
    "BINARY",
    "BOOLEAN",
    "DOUBLE",
    "DURATION",
    "GEOPOINT",
    "IP",
    "LONG",
    "NULL",
    "SMARTSCAPE_ID",
    "STRING",
    "TIMEFRAME",
    "TIMESTAMP",
    "UID",
    "Array",
    "Duration",
    "GeoPoint",
    "Ip",
    "Record",
    "SmartscapeId",
    "Timeframe",
    "Timestamp",
    "Type",
    "Uid",
    "Value",
    "Variant",
    "join",
    "join_all",
    "members",
    "type_of",
]
