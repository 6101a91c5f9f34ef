"""Units of time: their lengths in nanoseconds, and the calendar units, whose lengths differ."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["DAY", "HOUR", "MINUTE", "MONTHS", "SECOND", "UNITS", "WEEK", "counted"]

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

#: Nanoseconds per unit, in every accepted spelling. `m` is a minute, `M` a month: only there case counts.
UNITS: dict[str, int] = {
    "ns": 1,
    "us": 1_000,
    "ms": 1_000_000,
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), SECOND),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), HOUR),
    **dict.fromkeys(("d", "day", "days"), DAY),
    "w": WEEK,
}

#: The units that differ in length, in months.
MONTHS = {"M": 1, "q": 3, "y": 12}


def counted(nanos: int, units: Iterable[str]) -> tuple[int, str] | None:
    """A length as a whole number of a unit: of the first unit that divides it."""
    return next(((nanos // UNITS[unit], unit) for unit in units if not nanos % UNITS[unit]), None)
