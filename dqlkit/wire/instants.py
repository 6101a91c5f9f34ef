"""Times as numbers: milliseconds since 1970, as the events APIs and AppDynamics write them; and times as ingest takes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dqlkit import compiled
from dqlkit.functions.lazy import arrow_pays, pl
from dqlkit.regex import regex
from dqlkit.types.text import parse_instant
from dqlkit.types.units import MINUTE
from dqlkit.types.values import LONG_MAX, LONG_MIN, Timestamp, Value

if TYPE_CHECKING:
    import polars

__all__ = ["from_millis", "ingest_time", "instant_column", "to_millis"]

_MILLI = 1_000_000


def from_millis(value: Value) -> Value:
    """A number of milliseconds as a timestamp. Anything else stays, also a number that is out of the type's range."""
    inside = type(value) is int and LONG_MIN <= value * _MILLI <= LONG_MAX
    return Timestamp(value * _MILLI) if inside else value


def to_millis(value: Value) -> Value:
    """A timestamp as whole milliseconds; anything else as it is. What is finer than milliseconds, the APIs do not have."""
    return value.nanos // _MILLI if type(value) is Timestamp else value


#: Text of so many bytes that Arrow takes for a time with a zone has minutes; shorter ones may have hours alone.
_WITH_MINUTES = 20
#: Near the ends of what 64 bits of nanoseconds tell, a zone may move a time beyond them.
_BOUND = 2**62


def instant_column(texts: polars.Series) -> polars.Series | None:
    """Text that is all in forms which compiled code or Arrow reads, as `parse_instant` does, as timestamps at once; None where it
    has to be read one by one."""
    nanos = compiled.instants and compiled.instants.read(texts)
    if nanos:
        return pl.Series(compiled.Column(nanos)).cast(pl.Datetime("ns", "UTC"))
    if not arrow_pays(len(texts)) or (texts.str.len_bytes() < _WITH_MINUTES).any():
        return None
    import pyarrow as pa
    import pyarrow.compute as pc

    try:  # Arrow is ten times as fast as Polars here
        found = pl.Series(pc.cast(texts.alias("").to_arrow(), pa.timestamp("ns", "UTC")))
    except pa.ArrowInvalid:
        return None
    return found if found.to_physical().is_between(-_BOUND, _BOUND).all() else None


#: How many nanoseconds a number counts that ingest takes for a time, for numbers up to a limit.
_UNITS = ((10**11, 1_000_000_000), (10**14, _MILLI), (10**16 - 1, 1_000), (LONG_MAX, 1))
_DIGITS = regex(r"[0-9]{1,19}")
#: `Oct 11 22:14:15`, as syslog writes times.
_SYSLOG = regex(r"[A-Z][a-z]{2} [ 0-9][0-9] \d\d:\d\d:\d\d")
_AHEAD = 10 * MINUTE


def ingest_time(value: Value, now: Timestamp) -> Timestamp:
    """The time that the platform stores for one that was sent: number or digits since 1970, RFC 3339, or RFC 3164.

    What is no time is the time of ingest; what is more than ten minutes ahead is ten minutes ahead.
    """
    found = None if value is None else _time_of(value, now)
    return Timestamp(min(found.nanos, now.nanos + _AHEAD)) if found is not None else now


def _time_of(value: Value, now: Timestamp) -> Timestamp | None:
    if type(value) is str:
        if _DIGITS.fullmatch(value):
            value = int(value)
        elif _SYSLOG.fullmatch(value):
            return _syslog(value, now)
        else:
            return parse_instant(value)
    if type(value) is not int or not 0 < value <= LONG_MAX:
        return None
    nanos = value * next(unit for limit, unit in _UNITS if value <= limit)
    return Timestamp(nanos) if nanos <= LONG_MAX else None


def _syslog(text: str, now: Timestamp) -> Timestamp | None:
    """A time without a year is of this one, or of the last where it would be ahead."""
    year = datetime.fromtimestamp(now.nanos / 1e9, UTC).year
    for one in (year, year - 1):
        try:
            found = datetime.strptime(f"{one} {text}", "%Y %b %d %H:%M:%S").replace(tzinfo=UTC)
        except ValueError:
            continue
        nanos = int(found.timestamp()) * 1_000_000_000
        if nanos <= now.nanos + _AHEAD:
            return Timestamp(nanos)
    return None
