"""Functions of points in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from dqlkit.functions.clock import wall_clock
from dqlkit.functions.context import Context
from dqlkit.functions.function import known, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Constant, Duration, Locale, Long, String, TimeFormat, Timestamp, Zone
from dqlkit.types.dateformat import Letters, Part, read_format
from dqlkit.types.dateformat import format_timestamp as as_text
from dqlkit.types.locales import LANGUAGES, language_of
from dqlkit.types.text import moment_of
from dqlkit.types.units import SECOND
from dqlkit.types.values import wrap


@scalar(akin={"ago": "now() - {}", "today": "now()@d", "current_date": "now()@d", "getdate": "now()"})
def now(*, context: Context) -> Timestamp:
    """The moment the query runs, one and the same all through it."""
    return context.now


# ---- as text --------------------------------------------------------------------------------------------------------


@scalar
def format_timestamp(
    timestamp: Timestamp,
    *,
    interval: Constant[Duration] | None = None,
    format: Constant[TimeFormat] = "yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS",
    timezone: Constant[Zone] | None = None,
    locale: Constant[Locale] | None = None,
    context: Context,
) -> String | None:
    """A point in time as text, in the pattern letters of Java's `DateTimeFormatter` and in the query's time zone.

    `interval` rounds down first, to a multiple counted from the epoch in UTC as `bin` counts [decided]. Weeks are ISO
    weeks whatever the locale [decided]. The locale names months and days in English, Dutch, French, German, Italian,
    Portuguese or Spanish; other languages get the English names, and a notification says so.

    >>> formatTimestamp(toTimestamp("2024-05-17T10:44:30Z"), format: "EEEE d MMM, HH:mm VV", timezone: "Asia/Tokyo")
    "Friday 17 May, 19:44 Asia/Tokyo"
    >>> formatTimestamp(toTimestamp("2024-05-17T10:44:30Z"), interval: 15m, format: "HH:mm", timezone: "UTC")
    "10:30"
    """
    parts = read_format(format)
    if parts is None or (interval is not None and interval.nanos <= 0):
        return None
    if interval is not None:
        timestamp = Timestamp(wrap(timestamp.nanos - timestamp.nanos % interval.nanos))
    locale = context.locale if locale is None else locale
    if language_of(locale) not in LANGUAGES:
        context.notify("LOCALE_NOT_SUPPORTED", f"Months and days have English names: `{locale}` is not known.")
    return as_text(timestamp, parts, timezone or context.timezone, locale)


#: The fields that Polars writes as the body does, by letter, then by how many of it.
_STRFTIME = {
    "u": {1: "%Y", 2: "%y", 4: "%Y"},
    "y": {1: "%Y", 2: "%y", 4: "%Y"},
    "M": {1: "%-m", 2: "%m", 3: "%b", 4: "%B"},
    "L": {1: "%-m", 2: "%m", 3: "%b", 4: "%B"},
    "Y": {4: "%G"},
    "w": {1: "%-V", 2: "%V"},
    "D": {1: "%-j", 3: "%j"},
    "d": {1: "%-d", 2: "%d"},
    "E": {1: "%a", 2: "%a", 3: "%a", 4: "%A"},
    "H": {1: "%-H", 2: "%H"},
    "h": {1: "%-I", 2: "%I"},
    "m": {1: "%-M", 2: "%M"},
    "s": {1: "%-S", 2: "%S"},
    "a": {1: "%p"},
}


@format_timestamp.polars(interval=known, format=known, timezone=known, locale=known)
def _(timestamp, *, interval, format, timezone, locale, context):
    parts = read_format(format)
    names_known = language_of(context.locale if locale is None else locale) == "en"
    if not parts or not names_known or (interval is not None and interval.nanos <= 0):
        return None
    if interval is not None:
        nanos = timestamp.to_physical()
        timestamp = (nanos - nanos % interval.nanos).cast(pl.Datetime("ns", "UTC"))
    pieces = _pieces(parts, timestamp, timezone or context.timezone)
    return None if pieces is None else pl.when(timestamp.is_not_null()).then(pl.concat_str(pieces))


def _pieces(parts: Sequence[Part], timestamp, zone: str):
    """Expressions for the parts, one for each run of them that Polars writes in one go; None where it cannot."""
    pieces = []
    for digits, run in groupby(parts, key=_fraction_digits):
        directives = [_directive(part, zone) for part in run]
        if digits:
            pieces += [timestamp.dt.strftime("%9f").str.head(digits)] * len(directives)
        elif None in directives:
            return None
        else:
            pieces.append(wall_clock(timestamp, zone).dt.strftime("".join(filter(None, directives))))
    return pieces


def _fraction_digits(part: Part) -> int:
    """How many digits of the second's fraction a part shows; they lie beyond what a wall clock holds."""
    return part.count if isinstance(part, Letters) and part.letter == "S" and not part.width else 0


def _directive(part: Part, zone: str) -> str | None:
    if part == Letters("V", 2):
        part = zone
    if isinstance(part, str):
        return part.replace("%", "%%")
    return None if part.width else _STRFTIME.get(part.letter, {}).get(part.count)


# ---- parts of the date and time -------------------------------------------------------------------------------------


def _local(timestamp: Timestamp, zone: str) -> dt.datetime:
    return moment_of(timestamp, zone)[0]


@scalar
def get_year(timestamp: Timestamp, *, timezone: Zone = "UTC") -> Long:
    """The year, in UTC unless a time zone is given.

    >>> getYear(toTimestamp("2024-05-17T10:44:30Z"))
    2024
    """
    return _local(timestamp, timezone).year


@scalar
def get_month(timestamp: Timestamp, *, timezone: Zone = "UTC") -> Long:
    """The month from 1 to 12, in UTC unless a time zone is given.

    >>> getMonth(toTimestamp("2024-05-31T22:30:00Z"), timezone: "Europe/Berlin")
    6
    """
    return _local(timestamp, timezone).month


@scalar
def get_day_of_month(timestamp: Timestamp, *, timezone: Zone = "UTC") -> Long:
    """The day of the month from 1, in UTC unless a time zone is given.

    >>> getDayOfMonth(toTimestamp("2024-05-17T10:44:30Z"))
    17
    """
    return _local(timestamp, timezone).day


@scalar
def get_day_of_week(timestamp: Timestamp, *, timezone: Zone = "UTC") -> Long:
    """The day of the week from 1 (Monday) to 7 (Sunday), in UTC unless a time zone is given.

    >>> getDayOfWeek(toTimestamp("2024-05-17T10:44:30Z"))
    5
    """
    return _local(timestamp, timezone).isoweekday()


@scalar
def get_day_of_year(timestamp: Timestamp, *, timezone: Zone = "UTC") -> Long:
    """The day of the year from 1, in UTC unless a time zone is given.

    >>> getDayOfYear(toTimestamp("2024-02-01T00:00:00Z"))
    32
    """
    return _local(timestamp, timezone).timetuple().tm_yday


@scalar
def get_week_of_year(timestamp: Timestamp, *, timezone: Zone = "UTC") -> Long:
    """The ISO week, in UTC unless a time zone is given.

    The week begins on Monday, and the first one has at least four days in the year [inferred: US weeks would fit too].

    >>> getWeekOfYear(toTimestamp("2024-12-30T00:00:00Z"))
    1
    """
    return _local(timestamp, timezone).isocalendar().week


@scalar
def get_hour(timestamp: Timestamp, *, timezone: Zone = "UTC") -> Long:
    """The hour from 0 to 23, in UTC unless a time zone is given.

    >>> getHour(toTimestamp("2024-05-17T22:44:30Z"), timezone: "+05:30")
    4
    """
    return _local(timestamp, timezone).hour


@scalar
def get_minute(timestamp: Timestamp, *, timezone: Zone = "UTC") -> Long:
    """The minute from 0 to 59, in UTC unless a time zone is given.

    >>> getMinute(toTimestamp("2024-05-17T10:44:30Z"))
    44
    """
    return _local(timestamp, timezone).minute


@scalar
def get_second(timestamp: Timestamp, *, timezone: Zone = "UTC") -> Long:
    """The second from 0 to 59, in UTC unless a time zone is given.

    >>> getSecond(toTimestamp("2024-05-17T10:44:30.9Z"))
    30
    """
    return _local(timestamp, timezone).second


get_year.polars(lambda timestamp, timezone: wall_clock(timestamp, timezone).dt.year(), timezone=known)
get_month.polars(lambda timestamp, timezone: wall_clock(timestamp, timezone).dt.month(), timezone=known)
get_day_of_month.polars(lambda timestamp, timezone: wall_clock(timestamp, timezone).dt.day(), timezone=known)
get_day_of_week.polars(lambda timestamp, timezone: wall_clock(timestamp, timezone).dt.weekday(), timezone=known)
get_day_of_year.polars(lambda timestamp, timezone: wall_clock(timestamp, timezone).dt.ordinal_day(), timezone=known)
get_week_of_year.polars(lambda timestamp, timezone: wall_clock(timestamp, timezone).dt.week(), timezone=known)
get_hour.polars(lambda timestamp, timezone: wall_clock(timestamp, timezone).dt.hour(), timezone=known)
get_minute.polars(lambda timestamp, timezone: wall_clock(timestamp, timezone).dt.minute(), timezone=known)
get_second.polars(lambda timestamp, timezone: wall_clock(timestamp, timezone).dt.second(), timezone=known)


# ---- since the epoch ------------------------------------------------------------------------------------------------


@scalar
def unix_seconds_from_timestamp(timestamp: Timestamp) -> Long:
    """Whole seconds since 1970-01-01T00:00:00Z, rounded down, before it too [inferred].

    >>> unixSecondsFromTimestamp(toTimestamp("1970-01-01T00:01:00.5Z"))
    60
    """
    return timestamp.nanos // SECOND


@scalar
def unix_millis_from_timestamp(timestamp: Timestamp) -> Long:
    """Whole milliseconds since 1970-01-01T00:00:00Z, rounded down, before it too [inferred].

    >>> unixMillisFromTimestamp(toTimestamp("1969-12-31T23:59:59.9999Z"))
    -1
    """
    return timestamp.nanos // 1_000_000


@scalar
def unix_nanos_from_timestamp(timestamp: Timestamp) -> Long:
    """Nanoseconds since 1970-01-01T00:00:00Z.

    >>> unixNanosFromTimestamp(toTimestamp("1970-01-01T00:00:00.000000007Z"))
    7
    """
    return timestamp.nanos


unix_seconds_from_timestamp.polars(lambda timestamp: timestamp.to_physical() // SECOND)
unix_millis_from_timestamp.polars(lambda timestamp: timestamp.to_physical() // 1_000_000)
unix_nanos_from_timestamp.polars(lambda timestamp: timestamp.to_physical())
