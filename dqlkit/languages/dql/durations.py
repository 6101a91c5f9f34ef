"""Duration literals: their units."""

from __future__ import annotations

__all__ = ["UNITS", "nanoseconds"]

_SECOND = 1_000_000_000

#: Nanoseconds per unit, in every accepted spelling. `m` is a minute, `M` a month: only there case counts.
UNITS: dict[str, int] = {
    "ns": 1,
    "us": 1_000,
    "ms": 1_000_000,
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), _SECOND),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60 * _SECOND),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3_600 * _SECOND),
    **dict.fromkeys(("d", "day", "days"), 86_400 * _SECOND),
    "w": 7 * 86_400 * _SECOND,
}


def nanoseconds(amount: int, unit: str) -> int | None:
    """The length of a duration literal; a day counts 24 hours; None for months, quarters and years."""
    factor = UNITS.get(unit) or UNITS.get(unit.lower() if unit != "M" else "")
    return None if factor is None else amount * factor
