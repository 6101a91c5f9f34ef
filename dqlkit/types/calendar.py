"""Calendar arithmetic on timestamps in a time zone, daylight-saving changes included."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from dqlkit.types.text import EPOCH, instant_of, moment_of, timezone
from dqlkit.types.units import DAY, HOUR, MINUTE, MONTHS, SECOND, UNITS
from dqlkit.types.values import LONG_MIN, Timestamp

__all__ = [
    "align_instant",
    "aligns",
    "clock_step",
    "offsets",
    "parts_of",
    "shift_instant",
    "week_start",
]

_NONE = dt.timedelta()
_DAYS = {"d": 1, "w": 7}

#: For each unit, how many of it make the next larger one. The number in an alignment (`@15m`) must divide that.
_WHOLES = {1: 1_000, 1_000: 1_000, 1_000_000: 1_000, SECOND: 60, MINUTE: 60, HOUR: 24}


# ---- moving ---------------------------------------------------------------------------------------------------------


def shift_instant(moment: Timestamp, amount: int, unit: str, zone: str) -> Timestamp | None:
    """`amount` days, weeks, months, quarters or years later; the wall clock keeps its time of day.

    Of a time that the clock shows twice the one with the offset of the original instant counts, else the first; a time
    in a gap moves forward by the length of the gap. None for another unit, an unknown zone, and outside the range of
    timestamps.
    """
    info = timezone(zone)
    if info is None or not (unit in _DAYS or unit in MONTHS):
        return None
    local, nanos = moment_of(moment, zone)
    try:
        if unit in _DAYS:
            moved = local.replace(tzinfo=None) + dt.timedelta(days=amount * _DAYS[unit])
        else:
            moved = _add_months(local.replace(tzinfo=None), amount * MONTHS[unit])
        return instant_of(_with_offset(moved, info, local.utcoffset()), nanos)
    except (OverflowError, ValueError):
        return None


def _add_months(local: dt.datetime, months: int) -> dt.datetime:
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    from calendar import monthrange  # with `locale`, which most runs have no use for

    return local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))


def _with_offset(wall: dt.datetime, info: dt.tzinfo, offset: dt.timedelta | None) -> dt.datetime:
    first, second = (wall.replace(tzinfo=info, fold=fold) for fold in (0, 1))
    twice = (first.utcoffset() or _NONE) > (second.utcoffset() or _NONE)
    return second if twice and second.utcoffset() == offset else first


# ---- rounding down --------------------------------------------------------------------------------------------------


def align_instant(moment: Timestamp, amount: int, unit: str, zone: str) -> Timestamp | None:
    """Down to a full unit of the wall clock; None where `aligns` says no.

    Hours and smaller units count from the midnight of the current offset, so `@24h` is not `@d` on the day of a change
    of the clock. Days and larger units begin when their first day does: at the first of two midnights, or after the gap
    where there is none.
    """
    info = timezone(zone)
    if info is None or not aligns(amount, unit):
        return None
    local, _ = moment_of(moment, zone)
    step = clock_step(amount, unit)
    if step:
        aligned = moment.nanos - (moment.nanos + _seconds(local) * SECOND) % step
        return Timestamp(aligned) if aligned >= LONG_MIN else None
    first = _first_day(local.date(), unit)
    return instant_of(dt.datetime(first.year, first.month, first.day, tzinfo=info))


def parts_of(unit: str) -> int | None:
    """How many of a unit make the next larger one, which the number in an alignment must divide; 1 for the units of the
    calendar, which take no number; None for no unit."""
    if UNITS.get(unit) in _WHOLES:
        return _WHOLES[UNITS[unit]]
    return 1 if UNITS.get(unit) == DAY or unit in MONTHS or week_start(unit) is not None else None


def aligns(amount: int, unit: str) -> bool:
    """Whether an alignment (`@`) may have this step: one calendar unit, or a number of units that divides the next
    larger unit."""
    parts = parts_of(unit)
    return parts is not None and amount > 0 and parts % amount == 0


def clock_step(amount: int, unit: str) -> int:
    """The nanoseconds of a unit up to the hour; 0 for the units of the calendar."""
    length = UNITS.get(unit, DAY)
    return amount * length if length < DAY else 0


def week_start(unit: str) -> int | None:
    """The weekday (Monday is 0) that a week begins with: `w` and `w1` Monday, …, `w0` and `w7` Sunday; None if no week.

    `w` is a week of the locale at the vendor's; Monday here [decided: the vendor's guides say so].
    """
    if unit == "w":
        return 0
    return (int(unit[1]) - 1) % 7 if len(unit) == 2 and unit[0] == "w" and unit[1] in "01234567" else None


def _first_day(day: dt.date, unit: str) -> dt.date:
    week = week_start(unit)
    if week is not None:
        return day - dt.timedelta(days=(day.weekday() - week) % 7)
    if unit in MONTHS:
        return day.replace(month=day.month - (day.month - 1) % MONTHS[unit], day=1)
    return day


# ---- zones as tables ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def offsets(zone: str, year: int) -> tuple[tuple[int, int], ...]:
    """The offsets of a known zone within a year of UTC: the second since 1970 that each begins, and its seconds.

    Zones answer for single moments only; no offset has ever held for less than two days.
    """
    info = timezone(zone)
    assert info is not None, zone
    step = 86_400
    at, end = ((dt.datetime(y, 1, 1, tzinfo=dt.UTC) - EPOCH).days * step for y in (year, year + 1))
    found = [(at, _offset(at, info))]
    for right in range(at + step, end + 1, step):
        if _offset(right, info) != found[-1][1]:
            found.append(_change(right - step, right, info))
    return tuple(found)


def _offset(second: int, info: dt.tzinfo) -> int:
    return _seconds((EPOCH + dt.timedelta(seconds=second)).astimezone(info))


def _seconds(moment: dt.datetime) -> int:
    return round((moment.utcoffset() or _NONE).total_seconds())


def _change(left: int, right: int, info: dt.tzinfo) -> tuple[int, int]:
    """The second at which the offset of `right` begins, which is not the one of `left`."""
    new = _offset(right, info)
    while right - left > 1:
        middle = (left + right) // 2
        left, right = (left, middle) if _offset(middle, info) == new else (middle, right)
    return right, new
