"""Points in time."""

from __future__ import annotations

import re

from dqlkit.functions.clock import instants, timestamps
from dqlkit.functions.lazy import pl
from dqlkit.languages.dpl.matchers.matcher import matcher
from dqlkit.languages.dpl.program import Clock
from dqlkit.languages.dpl.timestamps import ZONE, Format, zone_of
from dqlkit.types.kinds import TIMESTAMP
from dqlkit.types.locales import LANGUAGES, language_of
from dqlkit.types.text import instant_of, moment_of, parse_instant, timezone
from dqlkit.types.values import Timestamp

_DEFAULT = "yyyy-MM-dd HH:mm:ss"
_DATE_AND_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]"
_FRACTION = r"(?:[.,][0-9]{1,9})?"
_ISO_ZONE = r"(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)"


@matcher(
    "TIME",
    regex=lambda format, locale: Format.of(format, locale).regex,
    exports=TIMESTAMP,
    first=lambda format, locale: Format.of(format, locale).first,
    more=lambda format, locale: Format.of(format, locale).more,
    default="format",
    other_names={"tz": "timezone"},
    textual=True,
)
def timestamp(
    text: str, *, format: str = _DEFAULT, timezone: str = "", locale: str = "", clock: Clock
) -> Timestamp | None:
    """A point in time in a format of letters, by default `yyyy-MM-dd HH:mm:ss`; in milliseconds.

    Without a zone in the text or the configuration it is in the zone of the query; without a year in the one of now, or
    of `baseTime`.

    >>> TIMESTAMP:t <- "2016-03-14 23:37:07"
    {"t": "2016-03-14T23:37:07.000000000Z"}
    >>> TIMESTAMP('dd. MMMM yyyy', locale='de'):t <- "3. März 2024"
    null
    >>> TIMESTAMP('d. MMMM yyyy', locale='de'):t <- "3. März 2024"
    {"t": "2024-03-03T00:00:00.000000000Z"}
    >>> TIMESTAMP('s'):t <- "1576590440"
    {"t": "2019-12-17T13:47:20.000000000Z"}
    """
    return Format.of(format, locale).read(text, timezone or clock.zone, clock)


@timestamp.checks
def _(format: str, timezone: str, locale: str) -> tuple[str, str] | None:
    """What is wrong with a configuration: the option and the message."""
    if language_of(locale) not in LANGUAGES and locale.lower() != "english":
        return "locale", f"expected one of the languages {', '.join(LANGUAGES)}, found `{locale}`"
    if timezone and zone_of(timezone) is None:
        return "timezone", f"expected a time zone, found `{timezone}`"
    if not Format.of(format, locale).fields:
        return "format", f"expected letters of a date or a time, found `{format}`"
    return None


#: How the formats' fields are spelled for Polars, where that means the same.
_CHRONO = {
    "yyyy": "%Y", "MM": "%m", "M": "%m", "MMM": "%b", "MMMM": "%B", "dd": "%d", "d": "%d", "HH": "%H", "H": "%H",
    "mm": "%M", "m": "%M", "ss": "%S", "SSS": "%3f", "Z": "%z", "z": "%z",
}  # fmt: skip
_NEEDED = {"month", "day"}


def _chrono(format: str, locale: str) -> str:
    """The format for Polars, "" where it has none."""
    read = Format.of(format, locale)
    given = {field.name for field in read.fields}
    spelled = [p.replace("%", "%%") if isinstance(p, str) else _CHRONO.get(p.letter * p.count, "") for p in read.parts]
    months = any(field.letter == "M" and field.count > 2 for field in read.fields)
    if not given >= _NEEDED or not all(spelled) or (months and language_of(locale) != "en"):
        return ""
    return re.sub(r"\\(.)", r"\1", "".join(spelled))


def _timestamp_columns(text: pl.Expr, format: str, timezone: str, locale: str, clock: Clock) -> pl.Expr:
    chrono = _chrono(format, locale)
    if "%Y" not in chrono:
        year = moment_of(clock.base, clock.zone)[0].year
        text, chrono = pl.lit(f"{year:04d} ") + text, f"%Y {chrono}"
    if "%z" in chrono:
        moment = text.str.to_datetime(chrono, time_unit="us", strict=False, time_zone="UTC").dt.replace_time_zone(None)
        return timestamps(moment.to_physical())  # type: ignore[no-any-return,no-untyped-call]
    wall = text.str.to_datetime(chrono, time_unit="us", strict=False)
    return timestamps(instants(wall, _zone_name(timezone or clock.zone)))  # type: ignore[no-any-return,no-untyped-call]


def _zone_name(name: str) -> str:
    """A name under which everybody knows the zone: that of an abbreviation is its offset."""
    if timezone(name) is not None:
        return name
    info = zone_of(name)
    seconds = 0 if info is None else round(info.utcoffset(None).total_seconds())  # type: ignore[union-attr]
    sign, minutes = "-" if seconds < 0 else "+", abs(seconds) // 60
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"


timestamp.polars(_timestamp_columns, where=lambda format, locale: bool(_chrono(format, locale)))


def _iso(text: str, clock: Clock) -> Timestamp | None:
    offset = re.sub("(?i:z)$", "Z", text)
    return parse_instant(offset)


def _named_zone(text: str, clock: Clock) -> Timestamp | None:
    """The same with the name of a zone."""
    name = re.search(r"[A-Za-z/_]+$", text)
    if name is None or name.group() in "Zz":
        return _iso(text, clock)
    local = _iso(text[: name.start()] + "Z", clock)
    info = zone_of(name.group())
    if local is None or info is None:
        return None
    moment, nanos = moment_of(local)
    return instant_of(moment.replace(tzinfo=info), nanos)


@matcher(regex=_DATE_AND_TIME + _FRACTION + _ISO_ZONE, exports=TIMESTAMP, first="0-9", more="0-9:")
def iso8601(text: str, *, clock: Clock) -> Timestamp | None:
    """`2019-01-01T13:23:45Z`, with `Z` or an offset; a fraction of up to nanoseconds may stand before it [decided].

    >>> ISO8601:t <- "2019-01-01T13:23:45+02:00 x"
    {"t": "2019-01-01T11:23:45.000000000Z"}
    """
    return _iso(text, clock)


@matcher(
    regex=f"{_DATE_AND_TIME}{_FRACTION}(?:{_ISO_ZONE}|{ZONE})",
    exports=TIMESTAMP,
    first="0-9",
    more="A-Za-z0-9:/_+-",
)
def jsontimestamp(text: str, *, clock: Clock) -> Timestamp | None:
    """`2019-01-01T13:23:45.123Z`; zones may have names.

    >>> JSONTIMESTAMP:t <- "2019-01-01T01:01:01.123PST"
    {"t": "2019-01-01T09:01:01.123000000Z"}
    """
    return _named_zone(text, clock)


def _iso_columns(text: pl.Expr) -> pl.Expr:
    """Up to nine digits of a fraction, `Z` or an offset with its minutes; what is odd is left to the body, and so are
    years near or beyond the ends of the range of timestamps, where Polars would go astray."""
    year = text.str.slice(0, 4)
    plain = text.str.replace("[Zz]$", "+0000").str.replace(",", ".", literal=True)
    moment = plain.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%z", time_unit="ns", strict=False, time_zone="UTC")
    return pl.when(year.is_between(pl.lit("1700"), pl.lit("2200"))).then(moment.dt.replace_time_zone("UTC"))


iso8601.polars(_iso_columns)
jsontimestamp.polars(_iso_columns)


@matcher(
    regex=Format.of("dd/MMM/yyyy:HH:mm:ss Z").regex,
    exports=TIMESTAMP,
    first="0-9 ",
    more="A-Za-z0-9:/_+-",
)
def httpdate(text: str, *, clock: Clock) -> Timestamp | None:
    """`14/Mar/2016:23:34:25 +0200`, as web servers log it.

    >>> '[' HTTPDATE:t ']' <- "[14/Mar/2016:23:34:25 +0200]"
    {"t": "2016-03-14T21:34:25.000000000Z"}
    """
    return Format.of("dd/MMM/yyyy:HH:mm:ss Z").read(text, "UTC", clock)


httpdate.polars(lambda text, clock: _timestamp_columns(text, "dd/MMM/yyyy:HH:mm:ss Z", "", "", clock))
