"""Values as text, and text as values: `toString`, ISO-8601, addresses, durations.

Sources: the conversion functions' documented results; what they leave open is marked [decided].
"""

from __future__ import annotations

import datetime as dt
import json
import re
from base64 import b64encode
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from dqlkit.regex import regex
from dqlkit.types.units import SECOND
from dqlkit.types.values import Duration, GeoPoint, Ip, SmartscapeId, Timeframe, Timestamp, Uid, Value

__all__ = [
    "EPOCH",
    "ISO_8601",
    "TIME_OF_DAY",
    "format_double",
    "format_instant",
    "parse_instant",
    "parse_moment",
    "quoted",
    "text_of",
    "timezone",
]

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

#: A date, or a date and a time with or without seconds, fraction and zone.
ISO_8601 = (
    r"^[ \t\r\n]*(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ](?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9])"
    r"(?::(?P<second>[0-5][0-9])(?:[.,](?P<fraction>[0-9]{1,9})[0-9]*)?)?"
    r"[ \t]*(?P<zone>[Zz]|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)?)?[ \t\r\n]*$"
)
_ISO = regex(ISO_8601)
#: The same where it is in UTC and has seconds.
_USUAL = regex(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]{1,9}))?Z")
#: A time without a date, as a pattern for Polars too.
TIME_OF_DAY = r"[ \t\r\n]*[Tt]?(?:[01][0-9]|2[0-3]):[0-5][0-9](?:[:Zz.,+ \t\r\n-].*)?"
_TIME_OF_DAY = regex(TIME_OF_DAY)
_OFFSET = regex(r"(?:UTC|GMT|Z)?([+-])(\d{1,2})(?::?(\d{2}))?")


@lru_cache(maxsize=64)
def timezone(name: str) -> dt.tzinfo | None:
    """The zone of an IANA name, `Z`, `UTC` or an offset such as `+02:00`; None where there is none."""
    if name in ("", "Z", "UTC"):
        return dt.UTC
    offset = _OFFSET.fullmatch(name)
    if offset:
        sign, hours, minutes = offset.groups()
        length = dt.timedelta(hours=int(hours), minutes=int(minutes or 0))
        return dt.timezone(-length if sign == "-" else length) if length < dt.timedelta(hours=24) else None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # slow to load, and most times are UTC

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def parse_instant(text: str, zone: str = "UTC") -> Timestamp | None:
    """ISO-8601 date, or date and time with or without seconds, fraction and zone; None for anything else.

    Text without a zone is in `zone`. Fractions beyond nanoseconds are cut.
    """
    usual = _USUAL.fullmatch(text)
    if usual:
        return _usual_instant(*usual.groups())
    match = _ISO.fullmatch(text)
    if not match:
        return None
    parts = match.groupdict()
    try:
        local = dt.datetime.fromisoformat(parts["date"]).replace(
            hour=int(parts["hour"] or 0), minute=int(parts["minute"] or 0), second=int(parts["second"] or 0)
        )
    except ValueError:
        return None
    info = timezone(_zone_name(parts["zone"])) if parts["zone"] else timezone(zone)
    nanos = int((parts["fraction"] or "0").ljust(9, "0"))
    return None if info is None else instant_of(local.replace(tzinfo=info), nanos)


def _usual_instant(date: str, hour: str, minute: str, second: str, fraction: str | None) -> Timestamp | None:
    """The instant of a time in UTC, as almost all times of exports are written."""
    midnight = _midnight(date)
    if midnight is None:
        return None
    seconds = midnight + int(hour) * 3600 + int(minute) * 60 + int(second)
    total = seconds * SECOND + (int(fraction.ljust(9, "0")) if fraction else 0)
    return Timestamp(total) if -(2**63) <= total < 2**63 else None


@lru_cache(4096)
def _midnight(date: str) -> int | None:
    """The seconds from 1970 to the beginning of a day in UTC; None for no day of the calendar."""
    try:
        return (dt.date.fromisoformat(date) - EPOCH.date()).days * 86_400
    except ValueError:
        return None


def parse_moment(text: str, zone: str, now: Timestamp) -> Timestamp | None:
    """As `parse_instant`; a time without a date is one of the day that it is `now` in the zone it is written in."""
    if not _TIME_OF_DAY.fullmatch(text):
        return parse_instant(text, zone)
    time = text.strip().lstrip("Tt")
    written = _ISO.fullmatch(f"2000-01-01T{time}")
    if not written:
        return None
    own = _zone_name(written["zone"]) if written["zone"] else zone
    return parse_instant(f"{moment_of(now, own)[0]:%Y-%m-%d}T{time}", zone)


def _zone_name(text: str) -> str:
    return "UTC" if text in "Zz" else text


def instant_of(moment: dt.datetime, nanos: int = 0) -> Timestamp | None:
    """A zoned moment of whole seconds and its nanoseconds; None outside the range of 64 bits."""
    seconds = (moment - EPOCH) // dt.timedelta(seconds=1)
    total = seconds * SECOND + nanos
    return Timestamp(total) if -(2**63) <= total < 2**63 else None


def moment_of(instant: Timestamp, zone: str = "UTC") -> tuple[dt.datetime, int]:
    """The wall clock in a zone, to the second, and the nanoseconds beyond it."""
    seconds, nanos = divmod(instant.nanos, SECOND)
    moment = EPOCH + dt.timedelta(seconds=seconds)
    return moment.astimezone(timezone(zone) or dt.UTC), nanos


def format_instant(instant: Timestamp, zone: str = "UTC") -> str:
    """RFC 3339 with nine digits and the zone's offset, `Z` for none: the form of the wire."""
    moment, nanos = moment_of(instant, zone)
    offset = moment.strftime("%z")
    shown = "Z" if offset in ("+0000", "") else f"{offset[:3]}:{offset[3:5]}"
    return f"{moment.strftime('%Y-%m-%dT%H:%M:%S').rjust(19, '0')}.{nanos:09d}{shown}"


def format_double(number: float) -> str:
    """The shortest text that reads back as the number, in the vendor's spelling of the odd ones."""
    if number != number:
        return "NaN"
    if number in (float("inf"), float("-inf")):
        return "Infinity" if number > 0 else "-Infinity"
    shown = repr(number)
    mantissa, e, exponent = shown.partition("e")
    if not e:
        return shown
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent)}"


def _timestamp(value: Timestamp) -> str:
    moment, nanos = moment_of(value)
    return f"{moment.strftime('%Y-%m-%dT%H:%M:%S')}.{nanos:09d} +0000"


def _duration(value: Duration) -> str:
    """`mm:ss.nanoseconds`, with hours in front where there are any [decided]."""
    seconds, nanos = divmod(abs(value.nanos), SECOND)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    shown = f"{hours:02d}:" if hours else ""
    return f"{'-' if value.nanos < 0 else ''}{shown}{minutes:02d}:{seconds:02d}.{nanos:09d}"


def _ip(value: Ip) -> str:
    """IPv4 dotted; IPv6 in groups of four digits with the longest run of zero groups cut out."""
    if value.version == 4:
        return ".".join(str(byte) for byte in value.bits.to_bytes(4, "big"))
    groups = [f"{value.bits >> shift & 0xFFFF:04x}" for shift in range(112, -1, -16)]
    text = ":".join(groups)
    runs = sorted(re.finditer(r"(?:^|:)0000(?::0000)*(?=:|$)", text), key=lambda run: -len(run.group()))
    if not runs:
        return text
    start, end = runs[0].span()
    return f"{text[:start]}::{text[end + 1 :]}"


def _uid(value: Uid) -> str:
    if value.form == "uid64":
        return f"{value.bits:016x}"
    text = f"{value.bits:032x}"
    if value.form == "uid128":
        return text
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _array(value: list[Value]) -> str:
    return "[" + ", ".join(map(_inside, value)) + "]"


def _record(value: dict[str, Value]) -> str:
    return "{" + ", ".join(f"{quoted(name)}:{_inside(member)}" for name, member in value.items()) + "}"


def _inside(value: Value) -> str:
    """A value inside of an array or a record: texts stand in quotes, and so does all else that is no number, boolean,
    array, record or null [decided: answers of the service show numbers, texts and arrays]."""
    if value is None:
        return "null"
    shown = _TEXTS[type(value)](value)
    return shown if isinstance(value, (bool, int, float, list, dict)) else quoted(shown)


def quoted(text: str) -> str:
    """A text in quotes, escaped as in JSON."""
    return json.dumps(text, ensure_ascii=False)


_TEXTS: dict[type, Callable[[Any], str]] = {
    bool: lambda value: "true" if value else "false",
    int: str,
    float: format_double,
    str: lambda value: value,
    bytes: lambda value: b64encode(value).decode(),
    Timestamp: _timestamp,
    Duration: _duration,
    Timeframe: lambda value: f"{_timestamp(value.start)}/{_timestamp(value.end)}",
    Ip: _ip,
    Uid: _uid,
    SmartscapeId: lambda value: value.text,
    GeoPoint: lambda value: f"{value.latitude} {value.longitude}",
    list: _array,
    dict: _record,
}


def text_of(value: Value) -> str | None:
    """What `toString` yields: null for null."""
    return None if value is None else _TEXTS[type(value)](value)
