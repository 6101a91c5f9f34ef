"""The length of duration literals."""

from __future__ import annotations

from dqlkit.types.units import UNITS

__all__ = ["nanoseconds"]


def nanoseconds(amount: int, unit: str) -> int | None:
    """The length of a duration literal; a day counts 24 hours; None for months, quarters and years."""
    factor = UNITS.get(unit) or UNITS.get(unit.lower() if unit != "M" else "")
    return None if factor is None else amount * factor
