"""Conversion functions: a value as another type, null where it has none there.

An array stands for its first element (`unwraps=True`) in all but `toArray` and `toString`; `toLong(a[])` converts each.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dqlkit.functions.clock import read_timestamps
from dqlkit.functions.context import Context
from dqlkit.functions.function import scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.network import digits_of
from dqlkit.functions.vocabulary import (
    Anything,
    Array,
    Boolean,
    Double,
    Duration,
    GeoPoint,
    Ip,
    Long,
    Number,
    SmartscapeId,
    String,
    T,
    Timeframe,
    Timestamp,
    Uid,
)
from dqlkit.types.kinds import (
    ANY,
    BOOLEAN,
    DOUBLE,
    DURATION,
    IP,
    LONG,
    SMARTSCAPE_ID,
    STRING,
    TIMEFRAME,
    TIMESTAMP,
    UID,
    Type,
    members,
)
from dqlkit.types.kinds import Array as ArrayType
from dqlkit.types.text import parse_instant, text_of
from dqlkit.types.values import LONG_MAX, LONG_MIN

_LONG = r"^[+-]?[0-9]+$"
_DOUBLE = r"^[+-]?(?:NaN|Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)$"
_SMARTSCAPE_ID = r"^[A-Z][A-Z0-9_]*-[0-9A-F]{16}$"
_UIDS = {
    "uid64": r"^[0-9A-Fa-f]{16}$",
    "uid128": r"^[0-9A-Fa-f]{32}$",
    "uuid": r"^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
}
_GEOPOINT = re.compile(r"\s*([+-]?[0-9]+(?:\.[0-9]+)?)(?:\s*,\s*|\s+)([+-]?[0-9]+(?:\.[0-9]+)?)\s*")


def _long(number: float) -> int | None:
    """The whole part, as far as 64 bits hold it; NaN and infinity have none."""
    return int(number) if LONG_MIN <= number < 2**63 else None


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None and not text.endswith("\n")


# ---- booleans and numbers -------------------------------------------------------------------------------------------


@scalar(unwraps=True)
def to_boolean(value: Boolean | Number | String) -> Boolean | None:
    """`true` and `false` in any letter case, or a number, which is true unless its whole part is zero.

    Other texts are null [decided: so the documented results, against the prose that has them false], and so is NaN.

    >>> toBoolean("TRUE")
    true
    >>> toBoolean("yes")
    null
    >>> toBoolean(-0.5)
    false
    """
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return None if value != value else abs(value) >= 1


@scalar(unwraps=True)
def to_long(value: Boolean | Number | Duration | Ip | String | Timestamp | Uid) -> Long | None:
    """A long: a double without its fraction, digits with an optional sign, 1 or 0, nanoseconds, the bits of an id.

    What 64 bits do not hold is null, and so is text with a fraction [decided: nothing is dropped silently]. The bits of
    a `uid64` are signed.

    >>> toLong(-3.9)
    -3
    >>> toLong("42")
    42
    >>> toLong("3.7")
    null
    """
    match value:
        case str():
            return _within(int(value)) if _matches(_LONG, value) and len(value) < 400 else None
        case Duration(nanos) | Timestamp(nanos):
            return nanos
        case Ip(bits=bits):
            return _within(bits)
        case Uid(form="uid64", bits=bits):
            return bits if bits <= LONG_MAX else bits - 2**64
        case Uid(bits=bits):
            return _within(bits)
    return _long(value)


def _within(number: int) -> int | None:
    return number if LONG_MIN <= number <= LONG_MAX else None


@scalar(unwraps=True)
def to_double(value: Boolean | Number | Duration | Ip | String | Timestamp | Uid) -> Double | None:
    """A double: a number, decimal text (also `NaN` and `Infinity`), 1 or 0, nanoseconds, the bits of an id.

    >>> toDouble("2.5")
    2.5
    >>> toDouble("1A3")
    null
    """
    match value:
        case str():
            return float(value) if _matches(_DOUBLE, value) else None
        case Duration(nanos) | Timestamp(nanos):
            return float(nanos)
        case Ip(bits=bits):
            return float(bits)
        case Uid(form="uid64", bits=bits):
            return float(bits if bits <= LONG_MAX else bits - 2**64)
        case Uid(bits=bits):
            return float(bits)
    return float(value)


_COUNTED = (LONG, DOUBLE, DURATION, TIMESTAMP)

to_boolean.polars(lambda value: value, value=BOOLEAN)
to_boolean.polars(lambda value: value != 0, value=LONG)
to_boolean.polars(lambda value: pl.when(value.is_not_nan()).then(value.abs() >= 1), value=DOUBLE)
to_long.polars(lambda value: value.to_physical(), value=(LONG, DURATION, TIMESTAMP))
to_long.polars(lambda value: value.cast(pl.Int64, strict=False), value=(BOOLEAN, DOUBLE))
to_long.polars(lambda value: _where(value, _LONG).cast(pl.Int64, strict=False), value=STRING)
to_double.polars(lambda value: value.to_physical().cast(pl.Float64), value=(BOOLEAN, *_COUNTED))
to_double.polars(lambda value: _where(value, _DOUBLE).cast(pl.Float64, strict=False), value=STRING)


@to_boolean.polars(value=STRING)
def _(value):
    text = value.str.to_lowercase()
    return pl.when(text == "true").then(True).when(text == "false").then(False)


def _where(value, pattern: str):
    return pl.when(value.str.contains(pattern)).then(value)


# ---- times ----------------------------------------------------------------------------------------------------------


@scalar(unwraps=True)
def to_timestamp(value: Number | String | Timestamp, *, context: Context) -> Timestamp | None:
    """A point in time: nanoseconds since 1970, or ISO-8601 text.

    The text may leave out the time, the seconds and the zone, which then is the query's.

    >>> toTimestamp("2024-05-17T12:44:30.5+0200") == toTimestamp(1715942670500000000)
    true
    >>> toTimestamp("yesterday")
    null
    """
    match value:
        case Timestamp():
            return value
        case str():
            return parse_instant(value, context.timezone)
    nanos = _long(value)
    return None if nanos is None else Timestamp(nanos)


@scalar(unwraps=True)
def to_duration(value: Number | Duration | String | Timeframe) -> Duration | None:
    """A duration: nanoseconds as a number or as text, whose fraction is dropped, or the length of a timeframe.

    >>> toDuration("1000000")
    1ms
    >>> toDuration("42s")
    null
    """
    match value:
        case Duration():
            return value
        case Timeframe(start, end):
            nanos = _within(end.nanos - start.nanos)
        case str():
            number = to_long(value) if _matches(_LONG, value) else to_double(value)
            nanos = None if number is None else _long(number)
        case _:
            nanos = _long(value)
    return None if nanos is None else Duration(nanos)


@scalar(unwraps=True)
def to_timeframe(value: String | Timeframe, *, context: Context) -> Timeframe | None:
    """A range of time: two ISO-8601 times with a `/` between them.

    >>> toDuration(toTimeframe("2024-05-17T10:00:00Z/2024-05-17T10:30:00Z"))
    30m
    """
    if isinstance(value, Timeframe):
        return value
    start, _, end = value.partition("/")
    bounds = [parse_instant(text, context.timezone) for text in (start, end)]
    return None if None in bounds else Timeframe(*bounds)  # type: ignore[arg-type]


to_timestamp.polars(lambda value: value, value=TIMESTAMP)
to_timestamp.polars(lambda value: value.cast(pl.Datetime("ns", "UTC")), value=LONG)
to_timestamp.polars(lambda value: value.cast(pl.Int64, strict=False).cast(pl.Datetime("ns", "UTC")), value=DOUBLE)
to_timestamp.polars(lambda value, *, context: read_timestamps(value, context.timezone), value=STRING)
to_duration.polars(lambda value: value, value=DURATION)
to_duration.polars(lambda value: value.cast(pl.Duration("ns")), value=LONG)
to_duration.polars(lambda value: value.cast(pl.Int64, strict=False).cast(pl.Duration("ns")), value=DOUBLE)
to_timeframe.polars(lambda value: value, value=TIMEFRAME)


@to_duration.polars(value=STRING)
def _(value):
    whole = _where(value, _LONG).cast(pl.Int64, strict=False)
    rest = _where(value, _DOUBLE).cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
    return pl.when(value.str.contains(_LONG)).then(whole).otherwise(rest).cast(pl.Duration("ns"))


@to_duration.polars(value=TIMEFRAME)
def _(value):
    start, end = (value.struct.field(name).to_physical() for name in ("start", "end"))
    fits = (start <= end) == (end - start >= 0)  # what does not fit wraps around
    return pl.when(fits).then(end - start).cast(pl.Duration("ns"))


# ---- addresses, identifiers, places ---------------------------------------------------------------------------------


@scalar(unwraps=True)
def to_ip(value: Number | Ip | String) -> Ip | None:
    """An address from its text, or a version 4 address from its 32 bits, signed or not.

    >>> toString(toIp(1234567890))
    "73.150.2.210"
    >>> toIp("300.0.0.1")
    null
    """
    if isinstance(value, Ip):
        return value
    if isinstance(value, str):
        return Ip.parse(value)
    bits = _long(value)
    return Ip(4, bits % 2**32) if bits is not None and -(2**31) <= bits < 2**32 else None


@scalar(unwraps=True)
def to_uid(value: Number | String | Uid) -> Uid | None:
    """An identifier: 16 hexadecimal digits (`uid64`), 32 (`uid128`) or a dashed text (`uuid`), or a number (`uid64`).

    >>> toString(toUid(123))
    "000000000000007b"
    >>> toUid("7b")
    null
    """
    if isinstance(value, Uid):
        return value
    if isinstance(value, str):
        form = next((form for form, pattern in _UIDS.items() if _matches(pattern, value)), None)
        return None if form is None else Uid(form, int(value.replace("-", ""), 16))
    bits = _long(value)
    return None if bits is None else Uid("uid64", bits % 2**64)


@scalar(unwraps=True)
def to_smartscape_id(value: SmartscapeId | String) -> SmartscapeId | None:
    """A topology id from its text: a type in capitals, a dash and 16 hexadecimal digits in capitals.

    >>> toSmartscapeId("HOST-000000000000007B") == smartscapeId("HOST", 123)
    true
    >>> toSmartscapeId("host-1")
    null
    """
    if isinstance(value, SmartscapeId):
        return value
    return SmartscapeId(value) if _matches(_SMARTSCAPE_ID, value) else None


@scalar(unwraps=True, experimental=True)
def to_geopoint(value: GeoPoint | String) -> GeoPoint | None:
    """A place from its latitude and longitude in degrees, with a comma or blanks between [decided: undocumented].

    >>> toString(toGeopoint("48.2, 16.37"))
    "48.2 16.37"
    """
    if isinstance(value, GeoPoint):
        return value
    match = _GEOPOINT.fullmatch(value)
    latitude, longitude = map(float, match.groups()) if match else (91.0, 0.0)
    return GeoPoint(latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


# Below is how `types.order` writes these: a rank, and text that ends with a zero, or a form and 16 bytes.
to_ip.polars(lambda value: value, value=IP)
to_ip.polars(lambda value: digits_of(value, STRING).str.decode("hex"), value=STRING)
to_uid.polars(lambda value: value, value=UID)
to_smartscape_id.polars(lambda value: value, value=SMARTSCAPE_ID)


@to_smartscape_id.polars(value=STRING)
def _(value):
    return pl.lit(b"\xb0") + _where(value, _SMARTSCAPE_ID).cast(pl.Binary) + pl.lit(b"\x00")


@to_uid.polars(value=STRING)
def _(value):
    leads = {"uid64": b"\x70\x00" + bytes(8), "uid128": b"\x70\x01", "uuid": b"\x70\x02"}
    bits = value.str.replace_all("-", "", literal=True).str.decode("hex", strict=False)
    forms = [pl.when(value.str.contains(_UIDS[form])).then(pl.lit(lead) + bits) for form, lead in leads.items()]
    return pl.coalesce(forms)


# ---- any type -------------------------------------------------------------------------------------------------------


@scalar
def to_array(value: Anything) -> Array[T]:
    """An array as it is, any other value as the only element of one.

    >>> toArray(1)
    array(1)
    """
    return value if isinstance(value, list) else [value]


@to_array.returns
def _(value: Type) -> Type:
    options = {option if isinstance(option, ArrayType) else ArrayType(option) for option in members(value)}
    return options.pop() if len(options) == 1 else ArrayType(ANY)


@scalar
def to_string(value: Anything) -> String | None:
    """A value as text; a string is itself.

    Times are in UTC, durations minutes, seconds and nanoseconds with hours in front where there are any [decided],
    records JSON. Elements of an array stand without quotes, null among them as `null`.

    >>> toString(array(1, "a"))
    "[1, a]"
    >>> toString(5m)
    "05:00.000000000"
    """
    return text_of(value)


@scalar(deprecated="the value itself: every field may hold values of any type")
def to_variant(value: T) -> T:
    """The value itself.

    >>> toVariant(1)
    1
    """
    return value


to_variant.polars(lambda value: value)
to_array.polars(lambda value: value, value=lambda kind: kind.name == "array")
to_array.polars(
    lambda value: pl.when(value.is_not_null()).then(pl.concat_list([value])),
    value=lambda kind: kind.name not in ("any", "record"),
)


@to_string.polars(value=lambda kind: kind in _TEXTS or (isinstance(kind, ArrayType) and kind.element in _TEXTS))
def _(value, *, types):
    return as_text(value, types["value"])


def as_text(value, kind: Type):
    """The text of a column, None where its type is written value by value."""
    if isinstance(kind, ArrayType) and not isinstance(kind.element, ArrayType):
        element = as_text(pl.element(), kind.element)
        return None if element is None else "[" + value.list.eval(element.fill_null("null")).list.join(", ") + "]"
    write = _TEXTS.get(kind)
    return write(value) if write else None


def _double_text(value):
    """The digits are the same as Python's; how Polars writes exponents is not."""
    text = value.cast(pl.String).str.replace("inf", "Infinity", literal=True)
    small = text.str.replace(r"^(-?)0\.0000([1-9])(\d*)$", "${1}${2}.${3}E-5").str.replace(".E", ".0E", literal=True)
    return small.str.replace(r"e\+?", "E").str.replace(r"^(-?\d)E", "${1}.0E")


def _duration_text(value):
    nanos = value.to_physical()
    seconds = nanos.truncdiv(1_000_000_000)
    hours, minutes = seconds.truncdiv(3_600), seconds.truncdiv(60) - seconds.truncdiv(3_600) * 60
    rest = [(minutes, ":"), (seconds - seconds.truncdiv(60) * 60, "."), (nanos - seconds * 1_000_000_000, "")]
    shown = [_digits(number, 9 if end == "" else 2) + end for number, end in rest]
    sign = pl.when(nanos < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return sign + pl.when(hours != 0).then(_digits(hours, 2) + ":").otherwise(pl.lit("")) + pl.concat_str(shown)


def _digits(number, count: int):
    return number.abs().cast(pl.String).str.zfill(count)


_TEXTS: dict[Type, Callable[..., Any]] = {
    STRING: lambda value: value,
    LONG: lambda value: value.cast(pl.String),
    BOOLEAN: lambda value: value.cast(pl.String),
    DOUBLE: _double_text,
    DURATION: _duration_text,
    TIMESTAMP: lambda value: value.dt.strftime("%Y-%m-%dT%H:%M:%S%.9f +0000"),
}
