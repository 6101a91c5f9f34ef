"""Values as the answers of the Grail query API spell them in JSON: one table of types, for reading and for writing.

| type | JSON |
| --- | --- |
| boolean, string | as they are |
| double | number; `"NaN"`, `"Infinity"`, `"-Infinity"` as text |
| long, duration | text of digits, a duration in nanoseconds |
| timestamp | text, RFC 3339 with nine digits and the offset of the query's time zone |
| timeframe | `{"start", "end"}`, in UTC whatever the query's time zone is, with three digits |
| geopoint | `{"latitude", "longitude"}` |
| ip, uid, smartscapeid | text |
| binary | base64 text |
| array, record | array, object |
| null | null |

A timeframe whose bounds are no whole milliseconds has nine digits, so that nothing is lost [decided].

Reading takes a value only as it is written here, a long also as a number and a double also as text [decided: tools
rewrite answers so]; all else is a `ValueError`. A value that is written well but does not fit into the type, such as a
time of the year 9999 or a long of 70 bits, is an `OverflowError`.
"""

from __future__ import annotations

import math
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dqlkit import compiled
from dqlkit.frozen import frozen
from dqlkit.functions.exact_names import member_named
from dqlkit.functions.lazy import pl
from dqlkit.regex import regex
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
)
from dqlkit.types.text import format_double, format_instant, parse_instant, text_of, timezone
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
from dqlkit.wire.shape import Json

__all__ = ["BY_NAME", "NAMES", "NON_FINITE", "Scalar", "double", "wire", "wire_column", "wire_series"]


@frozen
class Scalar:
    """A scalar type: its name on the wire, and its values from JSON and to JSON in a time zone.

    `column` makes a whole column one of the same JSON at once; None where its values have no one form.
    """

    name: str
    kind: Type
    read: Callable[[Json], Value]
    write: Callable[[Any, str], Json]
    column: Callable[[pl.Series, str], pl.Series | None] = lambda column, zone: None


_WHOLE = regex(r"-?[0-9]+")
_NUMBER = regex(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
#: The doubles that JSON has no number for, by the texts that stand for them.
NON_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_UID = regex(r"[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_UID_FORMS = {16: "uid64", 32: "uid128", 36: "uuid"}
_INSTANT = regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:]+(\.[0-9]{1,9})?([Zz]|[+-][0-9:]+)?")
_EARLIEST_YEAR, _LATEST_YEAR = 1678, 2261
_YEAR_1900, _YEAR_2100 = -2_208_988_800 * 10**9, 4_102_444_800 * 10**9


def _only(kind: type) -> Callable[[Json], Value]:
    """A reader of values of one class of Python."""

    def read(value: Json) -> Value:
        if type(value) is not kind:
            raise ValueError
        return value

    return read


_text = _only(str)


def _read_long(value: Json) -> int:
    if type(value) is str and _WHOLE.fullmatch(value):
        value = int(value) if len(value) <= 20 else LONG_MAX + 1
    if type(value) is not int:
        raise ValueError
    if not LONG_MIN <= value <= LONG_MAX:
        raise OverflowError
    return value


def _read_double(value: Json) -> float:
    if isinstance(value, str):  # also a number that no double holds, which readers of JSON leave as it is written
        if value in NON_FINITE:
            return NON_FINITE[value]
        number = float(value) if _NUMBER.fullmatch(value) else math.nan
    elif type(value) in (int, float):
        number = float(value)
    else:
        raise ValueError
    if number != number:
        raise ValueError
    if math.isinf(number):
        raise OverflowError
    return number


def double(value: Json) -> Value:
    """A double; a number beyond its range as it is, for who makes columns counts it."""
    try:
        return _read_double(value)
    except OverflowError:
        return value


def _read_timestamp(value: Json) -> Timestamp:
    if not _INSTANT.fullmatch(_text(value)):
        raise ValueError
    instant = parse_instant(value)
    if instant is None:
        raise OverflowError if not _EARLIEST_YEAR <= int(value[:4]) <= _LATEST_YEAR else ValueError
    return instant


def _read_timeframe(value: Json) -> Timeframe:
    if type(value) is not dict or value.keys() != {"start", "end"}:
        raise ValueError
    return Timeframe(_read_timestamp(value["start"]), _read_timestamp(value["end"]))


def _read_ip(value: Json) -> Ip:
    if "%" in _text(value):  # the zone of a link-local address, which the type has no room for
        raise OverflowError
    address = Ip.parse(value)
    if address is None:
        raise ValueError
    return address


def _read_uid(value: Json) -> Uid:
    if not _UID.fullmatch(_text(value)):
        raise ValueError
    return Uid(_UID_FORMS[len(value)], int(value.replace("-", ""), 16))


def _read_geo_point(value: Json) -> GeoPoint:
    if type(value) is not dict or value.keys() != {"latitude", "longitude"}:
        raise ValueError
    return GeoPoint(_read_double(value["latitude"]), _read_double(value["longitude"]))


def _same(value: Value, _: str) -> Json:
    return value


def _as_text(value: Value, _: str) -> Json:
    return text_of(value)


def _write_double(value: float, _: str) -> Json:
    return value if math.isfinite(value) else format_double(value)


def _write_timeframe(value: Timeframe, _: str) -> Json:
    return {"start": _bound(value.start), "end": _bound(value.end)}


def _bound(instant: Timestamp) -> str:
    text = format_instant(instant)
    return text if instant.nanos % 1_000_000 else text.removesuffix("000000Z") + "Z"


def _plain(column: pl.Series, _: str) -> pl.Series:
    return column


def _doubles(column: pl.Series, _: str) -> pl.Series | None:
    # null where all are null: nothing to spell out either
    return column if column.is_finite().all() in (True, None) else None


def _digits(column: pl.Series, _: str) -> pl.Series:
    return column.cast(pl.Int64).cast(pl.String)  # a tenth of what `to_physical` costs a short column


def _instants(column: pl.Series, zone: str) -> pl.Series | None:
    info = timezone(zone)
    text = "%Y-%m-%dT%H:%M:%S%.9f"
    if isinstance(info, ZoneInfo) and not _in_zone_tables(column):
        return None
    if isinstance(info, ZoneInfo):
        zoned = column.dt.convert_time_zone(info.key).dt.strftime(text + "%:z")
        return zoned.str.replace("+00:00", "Z", literal=True)
    offset = info.utcoffset(None) if info else None
    if not offset:
        texts = compiled.instants and compiled.instants.written(column.to_physical())
        return pl.Series(compiled.Column(texts)) if texts else column.dt.strftime(text + "Z")
    suffix = format_instant(Timestamp(0), zone)[-6:]
    # Adding a timedelta would round to microseconds.
    local = column.dt.offset_by(f"{offset // timedelta(seconds=1)}s")
    return local.dt.strftime(text + suffix)


def _in_zone_tables(column: pl.Series) -> bool:
    """Whether the engine knows the offsets of all instants: its tables of zones end in 2100, and begin with 1900."""
    return column.to_physical().is_between(_YEAR_1900, _YEAR_2100 - 1).all()


#: Every scalar type, with the class of Python that its values have.
_SCALARS: dict[type, Scalar] = {
    bool: Scalar("boolean", BOOLEAN, _only(bool), _same, _plain),
    int: Scalar("long", LONG, _read_long, lambda value, _: str(value), _digits),
    float: Scalar("double", DOUBLE, _read_double, _write_double, _doubles),
    str: Scalar("string", STRING, _text, _same, _plain),
    bytes: Scalar(
        "binary",
        BINARY,
        lambda value: b64decode(_text(value), validate=True),
        lambda value, _: b64encode(value).decode(),
    ),
    Timestamp: Scalar("timestamp", TIMESTAMP, _read_timestamp, format_instant, _instants),
    Duration: Scalar(
        "duration", DURATION, lambda value: Duration(_read_long(value)), lambda value, _: str(value.nanos), _digits
    ),
    Timeframe: Scalar("timeframe", TIMEFRAME, _read_timeframe, _write_timeframe),
    Ip: Scalar("ip_address", IP, _read_ip, _as_text),
    Uid: Scalar("uid", UID, _read_uid, _as_text),
    SmartscapeId: Scalar("smartscape_id", SMARTSCAPE_ID, lambda value: SmartscapeId(_text(value)), _as_text),
    GeoPoint: Scalar(
        "geo_point",
        GEOPOINT,
        _read_geo_point,
        lambda value, _: {"latitude": value.latitude, "longitude": value.longitude},
    ),
}

#: Scalar types by their name on the wire; `ip` is how DQL itself calls an address, and other tools write.
BY_NAME: dict[str, Scalar] = {scalar.name: scalar for scalar in _SCALARS.values()} | {
    scalar.kind.name: scalar for scalar in _SCALARS.values()
}

#: The names of scalar types on the wire, by type.
NAMES: dict[Type, str] = {scalar.kind: scalar.name for scalar in _SCALARS.values()}

_WRITERS: dict[type, Callable[[Any, str], Json]] = {
    **{cls: scalar.write for cls, scalar in _SCALARS.items()},
    type(None): _same,
    list: lambda value, zone: [wire(item, zone) for item in value],
    dict: lambda value, zone: {name: wire(member, zone) for name, member in value.items()},
}
_COLUMNS = {scalar.kind: scalar.column for scalar in _SCALARS.values()}


def wire(value: Value, zone: str = "UTC") -> Json:
    """The JSON form of one value."""
    return _WRITERS[type(value)](value, zone)


def wire_series(column: pl.Series, kind: Type, zone: str = "UTC", *, numbers: bool = False) -> pl.Series | None:
    """The same values in a column of their JSON forms; None where these have no one type.

    With `numbers` long and duration are numbers.
    """
    if isinstance(kind, Array):
        return _array_series(column, kind.element, zone, numbers)
    if isinstance(kind, Record):
        return _record_series(column, kind, zone, numbers) if kind.fields else None
    if numbers and kind in (LONG, DURATION):
        return column.to_physical()
    write = _COLUMNS.get(kind)
    return write(column, zone) if write else column if kind == NULL else None


def _array_series(column: pl.Series, element: Type, zone: str, numbers: bool) -> pl.Series | None:
    items = _items(column)
    written = wire_series(items, element, zone, numbers=numbers)
    if written is None:
        return None
    if written is items:
        return column
    from dqlkit.engines.polars.physical import arrays_of

    return arrays_of(written, column.list.len())


def _record_series(column: pl.Series, record: Record, zone: str, numbers: bool) -> pl.Series | None:
    written: dict[str, pl.Series] = {}
    for name, kind in record.fields:
        found = wire_series(member_named(column, record, name), kind, zone, numbers=numbers)
        if found is None:
            return None
        written[name] = found
    made = pl.DataFrame(written).to_struct("")
    return made.to_frame().select(pl.when(column.is_not_null()).then(pl.col(""))).to_series()


def wire_column(column: pl.Series, kind: Type, zone: str = "UTC") -> list[Json]:
    """The JSON forms of a column whose values have the type `kind`: as `wire` writes them, uniform columns at once."""
    if isinstance(kind, Array):
        return _arrays(column, kind, zone)
    if isinstance(kind, Record) and kind.fields:
        return _objects(column, kind, zone)
    written = wire_series(column, kind, zone)
    return _each(column, kind, zone) if written is None else written.to_list()


def _each(column: pl.Series, kind: Type, zone: str) -> list[Json]:
    from dqlkit.engines.polars.physical import values_of

    return [wire(value, zone) for value in values_of(column, kind)]


def _items(column: pl.Series) -> pl.Series:
    """The elements of all arrays."""
    present = column.drop_nulls()
    return present.filter(present.list.len() > 0).explode()


def _arrays(column: pl.Series, kind: Array, zone: str) -> list[Json]:
    items = iter(wire_column(_items(column), kind.element, zone))
    return [None if length is None else [next(items) for _ in range(length)] for length in column.list.len().to_list()]


def _objects(column: pl.Series, record: Record, zone: str) -> list[Json]:
    columns = [wire_column(member_named(column, record, name), kind, zone) for name, kind in record.fields]
    names, rows = [name for name, _ in record.fields], zip(*columns, strict=True)
    missing = column.is_null().to_list()
    return [None if gone else dict(zip(names, row, strict=True)) for gone, row in zip(missing, rows, strict=True)]
