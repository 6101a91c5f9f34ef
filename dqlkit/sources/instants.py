"""Decides which values of an export are times.

JSON has no type for a time, so a value is taken for one by the name of its field and by what it is, both: the name is one
of `TIME_FIELDS`, and the value is an ISO-8601 date with a time of day; text without a zone is UTC. In the fields that say
when an event happened (`_EPOCH_FIELDS`) numbers and digits since 1970 are times as well, as the ingest APIs take them: up
to 10^11 seconds, up to 10^14 milliseconds, below 10^16 microseconds, else nanoseconds. Numbers below 10^8 are none
[decided: they are counters more often than seconds of the year 1970]. What is no time stays what it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.regex import regex
from dqlkit.types.text import parse_instant
from dqlkit.types.values import LONG_MAX, Timestamp, Value

__all__ = ["TIME_FIELDS", "instants"]

TIME_FIELDS: frozenset[str] = frozenset(
    {
        "timestamp",
        "time",
        "start_time",
        "end_time",
        "startTime",
        "endTime",
        "event.start",
        "event.end",
        "eventTimestamp",
        "pickupTimestamp",
    }
)
_EPOCH_FIELDS = frozenset({"timestamp", "eventTimestamp", "pickupTimestamp"})
_EARLIEST = 10**8
#: How many nanoseconds a number since 1970 counts, for numbers up to a limit.
_UNITS = ((10**11, 1_000_000_000), (10**14, 1_000_000), (10**16 - 1, 1_000), (LONG_MAX, 1))
_EPOCH = regex(r"[0-9]{9,19}")
_WITH_TIME = regex(r"\s*[+-]?\d{4,6}-\d\d-\d\d[Tt ]\d\d:")


def instants(name: str, values: Sequence[Value]) -> tuple[list[Value], int]:
    """The values of a field with the times among them as timestamps, and how many are none."""
    read = _epoch_or_text if name in _EPOCH_FIELDS else _instant
    found = [read(value) for value in values]
    others = sum(instant is None and value is not None for instant, value in zip(found, values, strict=True))
    return [value if instant is None else instant for instant, value in zip(found, values, strict=True)], others


def _epoch_or_text(value: Value) -> Timestamp | None:
    number = int(value) if type(value) is str and _EPOCH.fullmatch(value) else value
    if type(number) is not int:
        return _instant(value)
    if not _EARLIEST <= number <= LONG_MAX:
        return None
    nanos = number * next(unit for limit, unit in _UNITS if number <= limit)
    return Timestamp(nanos) if nanos <= LONG_MAX else None


def _instant(value: Value) -> Timestamp | None:
    if type(value) is str:
        return parse_instant(value) if _WITH_TIME.match(value) else None
    return value if type(value) is Timestamp else None
