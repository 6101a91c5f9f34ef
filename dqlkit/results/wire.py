"""Values as the answers of the Grail query API spell them in JSON.

| type | JSON |
| --- | --- |
| boolean, string | as they are |
| double | number; `"NaN"`, `"Infinity"`, `"-Infinity"` as text |
| long, duration | text of digits, a duration in nanoseconds |
| timestamp | text, RFC 3339 with nine digits and the offset of the query's time zone |
| timeframe, geopoint | `{"start", "end"}`, `{"latitude", "longitude"}` |
| ip, uid, smartscapeid | text |
| binary | base64 text |
| array, record | array, object |
| null | null |

`wire` writes one value. `wire_column` writes a whole column and gives the same, with uniform columns at full speed.
"""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dqlkit.functions.lazy import pl
from dqlkit.types.kinds import BOOLEAN, DOUBLE, DURATION, LONG, STRING, TIMEFRAME, TIMESTAMP, Array, Record, Type
from dqlkit.types.text import format_double, format_instant, text_of, timezone
from dqlkit.types.values import Duration, GeoPoint, Ip, SmartscapeId, Timeframe, Timestamp, Uid, Value

__all__ = ["wire", "wire_column"]

_YEAR_1900, _YEAR_2100 = -2_208_988_800 * 10**9, 4_102_444_800 * 10**9


def _same(value: Value, _: str) -> Any:
    return value


def _text(value: Value, _: str) -> Any:
    return text_of(value)


def _double(value: float, _: str) -> Any:
    return value if math.isfinite(value) else format_double(value)


def _timeframe(value: Timeframe, zone: str) -> Any:
    return {"start": format_instant(value.start, zone), "end": format_instant(value.end, zone)}


_WRITERS: dict[type, Callable[[Any, str], Any]] = {
    type(None): _same,
    bool: _same,
    str: _same,
    int: lambda value, _: str(value),
    float: _double,
    bytes: lambda value, _: b64encode(value).decode(),
    Timestamp: format_instant,
    Duration: lambda value, _: str(value.nanos),
    Timeframe: _timeframe,
    Ip: _text,
    Uid: _text,
    SmartscapeId: _text,
    GeoPoint: lambda value, _: {"latitude": value.latitude, "longitude": value.longitude},
    list: lambda value, zone: [wire(item, zone) for item in value],
    dict: lambda value, zone: {name: wire(member, zone) for name, member in value.items()},
}


def wire(value: Value, zone: str = "UTC") -> Any:
    """The JSON form of one value."""
    return _WRITERS[type(value)](value, zone)


def wire_column(column: pl.Series, kind: Type, zone: str = "UTC") -> list[Any]:
    """The JSON forms of a column whose values have the type `kind`."""
    if isinstance(kind, Array):
        return _arrays(column, kind, zone)
    if isinstance(kind, Record) and kind.fields:
        return _objects(column, dict(kind.fields), zone)
    if kind == TIMEFRAME:
        return _objects(column, {"start": TIMESTAMP, "end": TIMESTAMP}, zone)
    write = _COLUMNS.get(kind)
    return write(column, zone) if write else _each(column, kind, zone)


def _each(column: pl.Series, kind: Type, zone: str) -> list[Any]:
    from dqlkit.engines.polars.physical import values_of

    return [_WRITERS[type(value)](value, zone) for value in values_of(column, kind)]


def _plain(column: pl.Series, _: str) -> list[Any]:
    return column.to_list()


def _doubles(column: pl.Series, _: str) -> list[Any]:
    values = column.to_list()
    # null where all are null: nothing to spell out either
    return values if column.is_finite().all() in (True, None) else [v if v is None else _double(v, "") for v in values]


def _digits(column: pl.Series, _: str) -> list[Any]:
    return column.to_physical().cast(pl.String).to_list()


def _instants(column: pl.Series, zone: str) -> list[Any]:
    info = timezone(zone)
    text = "%Y-%m-%dT%H:%M:%S%.9f"
    if isinstance(info, ZoneInfo) and not _in_zone_tables(column):
        return _each(column, TIMESTAMP, zone)
    if isinstance(info, ZoneInfo):
        zoned = column.dt.convert_time_zone(info.key).dt.strftime(text + "%:z")
        return zoned.str.replace("+00:00", "Z", literal=True).to_list()
    offset = info.utcoffset(None) if info else None
    if not offset:
        return column.dt.strftime(text + "Z").to_list()
    suffix = format_instant(Timestamp(0), zone)[-6:]
    # Adding a timedelta would round to microseconds.
    local = column.dt.offset_by(f"{offset // timedelta(seconds=1)}s")
    return local.dt.strftime(text + suffix).to_list()


def _in_zone_tables(column: pl.Series) -> bool:
    """Whether the engine knows the offsets of all instants: its tables of zones end in 2100, and begin with 1900."""
    return column.to_physical().is_between(_YEAR_1900, _YEAR_2100 - 1).all()


_COLUMNS: dict[Type, Callable[[Any, str], list[Any]]] = {
    BOOLEAN: _plain,
    STRING: _plain,
    DOUBLE: _doubles,
    LONG: _digits,
    DURATION: _digits,
    TIMESTAMP: _instants,
}


def _arrays(column: pl.Series, kind: Array, zone: str) -> list[Any]:
    present = column.drop_nulls()
    items = iter(wire_column(present.filter(present.list.len() > 0).explode(), kind.element, zone))
    return [None if length is None else [next(items) for _ in range(length)] for length in column.list.len().to_list()]


def _objects(column: pl.Series, members: dict[str, Type], zone: str) -> list[Any]:
    columns = [wire_column(column.struct.field(name), member, zone) for name, member in members.items()]
    rows = zip(*columns, strict=True)
    missing = column.is_null().to_list()
    return [None if gone else dict(zip(members, row, strict=True)) for gone, row in zip(missing, rows, strict=True)]
