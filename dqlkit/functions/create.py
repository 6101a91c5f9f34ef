"""Functions that make values out of others."""

from __future__ import annotations

import datetime as dt

from dqlkit.functions.clock import read_timestamps
from dqlkit.functions.context import Context
from dqlkit.functions.function import known, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.network import digits_of
from dqlkit.functions.vocabulary import (
    AnyNumber,
    Anything,
    Array,
    Duration,
    Ip,
    Long,
    Names,
    Number,
    Record,
    SmartscapeId,
    Spelled,
    String,
    T,
    Timeframe,
    Timestamp,
    Uid,
    Unit,
    Zone,
)
from dqlkit.types.kinds import DOUBLE, LONG, STRING, TIMESTAMP, Type
from dqlkit.types.kinds import Record as RecordType
from dqlkit.types.text import instant_of, parse_instant
from dqlkit.types.text import timezone as zone_of
from dqlkit.types.units import SECOND, UNITS
from dqlkit.types.values import LONG_MAX, LONG_MIN, wrap


@scalar(nulls="see")
def array(*expression: AnyNumber[T]) -> Array[T]:
    """An array of the values, null among them.

    >>> array(1, 2)[1]
    2
    """
    return list(expression)


@array.polars(expression=lambda kind: kind.name not in ("array", "record"))
def _(*expression):
    return pl.concat_list(expression) if expression else None


@array.polars
def _(*expression):
    """Polars would join lists, so they are put in records, and taken out where they are elements."""
    held = [pl.struct(one.alias("item")) for one in expression]
    return pl.concat_list(held).list.eval(pl.element().struct.field("item")) if held else None


@scalar(nulls="see")
def record(names: Names, *expression: AnyNumber[Anything]) -> Record:
    """A record; members are named by an alias, else as a column of the expression would be.

    >>> record(a = 1, b = "x")[b]
    "x"
    """
    return dict(zip(names, expression, strict=True))


@record.returns
def _(names: RecordType, expression: tuple[Type, ...]) -> Type:
    return RecordType((name, kind) for (name, _), kind in zip(names.fields, expression, strict=True))


@record.polars(names=known)
def _(names, *expression):
    members = dict(zip(names, expression, strict=True))
    return pl.struct([value.alias(name) for name, value in members.items()]) if members else None


# ---- times ----------------------------------------------------------------------------------------------------------


@scalar
def duration(value: Number, unit: Unit) -> Duration | None:
    """A length of time: so many of a unit, rounded to whole nanoseconds, halves to the even one.

    Days have 24 hours and weeks 7 days; months, quarters and years have no length: null, as is what 64 bits do not hold
    [decided].

    >>> duration(1.5, "h")
    90m
    >>> duration(1, "M")
    null
    """
    length = UNITS.get(unit)
    if length is None:
        return None
    nanos = value * length
    if isinstance(nanos, float):
        return Duration(round(nanos)) if abs(nanos) < 2**63 else None
    return Duration(nanos) if LONG_MIN <= nanos <= LONG_MAX else None


@scalar
def timestamp(
    year: Long,
    month: Long,
    day: Long,
    hour: Long,
    minute: Long,
    second: Long,
    *,
    millis: Long = 0,
    micros: Long = 0,
    nanos: Long = 0,
    timezone: Zone | None = None,
    context: Context,
) -> Timestamp | None:
    """A point in time from its parts, in the query's time zone unless one is given; null for a date there is not.

    `millis`, `micros` and `nanos` add up [decided].

    >>> timestamp(2024, 5, 17, 10, 44, 30, millis: 250, timezone: "+02:00")
    toTimestamp("2024-05-17T08:44:30.25Z")
    >>> timestamp(2023, 2, 29, 0, 0, 0)
    null
    """
    try:
        clock = dt.datetime(year, month, day, hour, minute, second, tzinfo=zone_of(timezone or context.timezone))
    except (ValueError, OverflowError):
        return None
    return instant_of(clock, millis * 1_000_000 + micros * 1_000 + nanos)


@scalar
def timestamp_from_unix_seconds(seconds: Long) -> Timestamp | None:
    """The point in time so many seconds after 1970-01-01T00:00:00Z; null outside the range of timestamps.

    >>> timestampFromUnixSeconds(1715942670)
    toTimestamp("2024-05-17T10:44:30Z")
    """
    return _since_epoch(seconds, SECOND)


@scalar
def timestamp_from_unix_millis(millis: Long) -> Timestamp | None:
    """The point in time so many milliseconds after 1970-01-01T00:00:00Z; null outside the range of timestamps.

    >>> timestampFromUnixMillis(1715942670250)
    toTimestamp("2024-05-17T10:44:30.25Z")
    """
    return _since_epoch(millis, 1_000_000)


@scalar
def timestamp_from_unix_nanos(nanos: Long) -> Timestamp:
    """The point in time so many nanoseconds after 1970-01-01T00:00:00Z.

    >>> timestampFromUnixNanos(0)
    toTimestamp("1970-01-01T00:00:00Z")
    """
    return Timestamp(nanos)


def _since_epoch(amount: int, length: int) -> Timestamp | None:
    nanos = amount * length
    return Timestamp(nanos) if LONG_MIN <= nanos <= LONG_MAX else None


@scalar
def timeframe(
    from_: Spelled[Duration | String | Timestamp], *, to: Duration | String | Timestamp | None = None, context: Context
) -> Timeframe | None:
    """A range of time. Its bounds are points in time, ISO-8601 text, or durations counted from now; the end is now.

    >>> timeframe(from: "2024-05-17T10:00:00Z", to: "2024-05-17T10:30:00Z")
    toTimeframe("2024-05-17T10:00:00Z/2024-05-17T10:30:00Z")
    >>> getEnd(timeframe(from: -2h)) == now()
    true
    """
    start = _bound(from_, context)
    end = context.now if to is None else _bound(to, context)
    return None if start is None or end is None else Timeframe(start, end)


def _bound(value: Duration | str | Timestamp, context: Context) -> Timestamp | None:
    match value:
        case Duration(nanos):
            return Timestamp(wrap(context.now.nanos + nanos))
        case str():
            return parse_instant(value, context.timezone)
    return value


@duration.polars(unit=known)
def _(value, unit, *, types):
    length = UNITS.get(unit)
    if length is None:
        return pl.lit(None, pl.Duration("ns"))
    if types["value"] == DOUBLE:
        nanos = value * float(length)
        return pl.when(nanos.abs() < 2.0**63).then(nanos.round()).cast(pl.Int64).cast(pl.Duration("ns"))
    return _scaled(value, length).cast(pl.Duration("ns"))


@duration.polars(value=LONG)
def _(value, unit):
    lengths = unit.replace_strict(UNITS, default=None, return_dtype=pl.Int64)
    nanos = value * lengths
    return pl.when(nanos.truncdiv(lengths) == value).then(nanos).cast(pl.Duration("ns"))


timestamp_from_unix_seconds.polars(lambda seconds: _scaled(seconds, SECOND).cast(pl.Datetime("ns", "UTC")))
timestamp_from_unix_millis.polars(lambda millis: _scaled(millis, 1_000_000).cast(pl.Datetime("ns", "UTC")))
timestamp_from_unix_nanos.polars(lambda nanos: nanos.cast(pl.Datetime("ns", "UTC")))


def _scaled(amount, length: int):
    fits = amount.is_between(-(2**63 // length), (2**63 - 1) // length)
    return pl.when(fits).then(amount * length)


@timeframe.polars
def _(from_, *, to, context, types):
    now = pl.lit(context.now.nanos).cast(pl.Datetime("ns", "UTC"))
    start = _instants(from_, types["from_"], context)
    end = now if to is None else _instants(to, types["to"], context)
    both = start.is_not_null() & end.is_not_null()
    return pl.when(both).then(pl.struct(start.alias("start"), end.alias("end")))


def _instants(value, kind: Type, context: Context):
    if kind == STRING:
        return read_timestamps(value, context.timezone)
    return value if kind == TIMESTAMP else (value.to_physical() + context.now.nanos).cast(pl.Datetime("ns", "UTC"))


# ---- addresses and identifiers --------------------------------------------------------------------------------------


@scalar
def ip(expression: String) -> Ip | None:
    """An address of version 4 or 6 from its text; null for any other text.

    >>> toString(ip("2001:db8::1"))
    "2001:0db8::0001"
    """
    return Ip.parse(expression)


ip.polars(lambda expression: digits_of(expression, STRING).str.decode("hex"))


@scalar
def uid64(expression: Long) -> Uid:
    """An identifier of 64 bits.

    >>> toString(uid64(123))
    "000000000000007b"
    """
    return Uid("uid64", expression % 2**64)


@scalar
def uid128(first_expression: Long, second_expression: Long) -> Uid:
    """An identifier of 128 bits: the upper 64 and the lower 64.

    >>> toString(uid128(1, -1))
    "0000000000000001ffffffffffffffff"
    """
    return Uid("uid128", first_expression % 2**64 << 64 | second_expression % 2**64)


@scalar
def uuid(most_significant_bits: Long, least_significant_bits: Long) -> Uid:
    """A UUID of 128 bits: the upper 64 and the lower 64.

    >>> toString(uuid(123, 456))
    "00000000-0000-007b-0000-0000000001c8"
    """
    return Uid("uuid", most_significant_bits % 2**64 << 64 | least_significant_bits % 2**64)


@scalar
def smartscape_id(type: String, numeric_id: Long) -> SmartscapeId:
    """A topology id from its type and its 64 bits.

    >>> toString(smartscapeId("HOST", 123))
    "HOST-000000000000007B"
    """
    return SmartscapeId(f"{type}-{numeric_id % 2**64:016X}")
