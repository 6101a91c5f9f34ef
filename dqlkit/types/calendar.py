"""Calendar arithmetic on points in time, in a time zone and with its changes of the clock."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange

from dqlkit.types.text import instant_of, moment_of
from dqlkit.types.values import Timestamp, wrap

__all__ = ["DAY", "align_instant", "shift_instant"]

DAY = 86_400_000_000_000
_FIXED = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000}
_MONTHS = {"M": 1, "q": 3, "y": 12}
_DAYS = {"d": 1, "w": 7}


def shift_instant(moment: Timestamp, amount: int, unit: str, zone: str) -> Timestamp | None:
    """`amount` units later; the wall clock keeps its time of day. None outside the range of timestamps."""
    if unit in _FIXED:
        return Timestamp(wrap(moment.nanos + amount * _FIXED[unit]))
    local, nanos = moment_of(moment, zone)
    try:
        if unit in _DAYS:
            moved = local.replace(tzinfo=None) + dt.timedelta(days=amount * _DAYS[unit])
        else:
            moved = _add_months(local.replace(tzinfo=None), amount * _MONTHS[unit])
        return instant_of(moved.replace(tzinfo=local.tzinfo), nanos)
    except (OverflowError, ValueError):
        return None


def _add_months(local: dt.datetime, months: int) -> dt.datetime:
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    return local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))


def align_instant(moment: Timestamp, amount: int, unit: str, zone: str) -> Timestamp | None:
    """Down to a full unit of the wall clock. Units up to the hour take divisors of the next larger unit; `w` is a week
    from Monday, `w0` to `w7` one from Sunday (0 and 7), Monday (1) … [the locale's week start is Monday, decided]."""
    if unit in ("ns", "us", "ms", "s") or (unit == "m" and amount <= 60):
        step = amount * _FIXED[unit]
        return Timestamp(moment.nanos - moment.nanos % step)
    local, _ = moment_of(moment, zone)
    midnight = local.replace(hour=0, minute=0, second=0)
    if unit == "h":
        return instant_of(local.replace(hour=local.hour - local.hour % amount, minute=0, second=0))
    if unit[0] == "w":
        first = int(unit[1:] or 1) % 7
        return instant_of(_days_before(midnight, (midnight.isoweekday() - first) % 7))
    months = {"M": local.month - 1, "q": (local.month - 1) % 3, "y": local.month - 1}
    if unit == "d":
        return instant_of(midnight)
    month = 1 if unit == "y" else local.month - (months[unit] if unit == "q" else 0)
    return instant_of(midnight.replace(month=month, day=1))


def _days_before(midnight: dt.datetime, days: int) -> dt.datetime:
    return (midnight.replace(tzinfo=None) - dt.timedelta(days=days)).replace(tzinfo=midnight.tzinfo)
