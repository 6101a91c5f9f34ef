"""Which fields of an export are times.

JSON has no type for a time, so a field is taken for one by its name and by its values, both: the name is one of
`TIME_FIELDS` and every value is an ISO-8601 date with a time of day. Text without a zone is UTC. The two time fields of
AppDynamics events may be epoch milliseconds as well, as their documentation has it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from dqlkit.types.text import parse_instant
from dqlkit.types.values import Timestamp, Value
from dqlkit.wire.instants import from_millis

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
_EPOCH_FIELDS = frozenset({"eventTimestamp", "pickupTimestamp"})
_EPOCH_RANGE = range(10**11, 10**14)
_USUAL = r"^(19|20)\d\d-\d\d-\d\dT\d\d:\d\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$"
_WITH_TIME = re.compile(r"\s*[+-]?\d{4,6}-\d\d-\d\d[Tt ]\d\d:")


def instants(name: str, values: Sequence[Value]) -> list[Value] | None:
    """The values of a field as timestamps; None where one of them is no time."""
    if name in _EPOCH_FIELDS and all(value is None or _is_epoch(value) for value in values):
        return [from_millis(value) for value in values]
    found: list[Value] = []
    for value in values:
        instant = _instant(value)
        if instant is None and value is not None:
            return None
        found.append(instant)
    return found


def instant_column(texts: pl.Series) -> pl.Series | None:
    """Text that is all in the one usual form as timestamps at once; None where it has to be read one by one."""
    if not texts.str.contains(_USUAL).all():
        return None
    found = texts.str.to_datetime("%+", time_unit="ns", time_zone="UTC", strict=False)
    return found if found.null_count() == texts.null_count() else None


def _is_epoch(value: Value) -> bool:
    return type(value) is int and value in _EPOCH_RANGE


def _instant(value: Value) -> Timestamp | None:
    if type(value) is str:
        return parse_instant(value) if _WITH_TIME.match(value) else None
    return value if type(value) is Timestamp else None
