"""Points in time as the classic APIs write them: `1700000000000`, `2026-01-05T10:00:00Z`, `now-3h`, `now-1d/d`."""

from __future__ import annotations

import re

from dqlkit.regex import regex
from dqlkit.types.calendar import align_instant, shift_instant
from dqlkit.types.text import parse_instant
from dqlkit.types.units import UNITS
from dqlkit.types.values import Timestamp

__all__ = ["read_moment"]

_RELATIVE = regex(r"now(?:-(?P<amount>\d{1,9})(?P<unit>[mhdwMy]))?(?:/(?P<down>[mhdwMy]))?")
_MILLIS = 1_000_000


def read_moment(text: str, now: Timestamp) -> Timestamp | None:
    """The point in time; None where the text tells none. Days and longer units follow the calendar, in UTC."""
    if re.fullmatch(r"-?\d{1,18}", text):
        return Timestamp(int(text) * _MILLIS)
    relative = _RELATIVE.fullmatch(text)
    if relative is None:
        return parse_instant(text)
    moment: Timestamp | None = now
    if relative["amount"]:
        moment = _before(now, int(relative["amount"]), relative["unit"])
    if moment is not None and relative["down"]:
        moment = align_instant(moment, 1, relative["down"], "UTC")
    return moment


def _before(now: Timestamp, amount: int, unit: str) -> Timestamp | None:
    if unit in "mh":
        return Timestamp(now.nanos - amount * UNITS[unit])
    return shift_instant(now, -amount, unit, "UTC")
