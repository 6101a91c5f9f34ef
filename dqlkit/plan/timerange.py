"""Time ranges as queries give them: two bounds, or one timeframe, written in any of the accepted forms."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass

from dqlkit.functions.context import Context
from dqlkit.plan.expressions import Expression
from dqlkit.types.text import parse_instant
from dqlkit.types.values import Duration, Timeframe, Timestamp, Value

__all__ = ["TimeRange", "time_field"]

_TIME_FIELDS = ("timestamp", "start_time", "time", "startTime", "eventTimestamp")


def time_field(table: str, fields: Container[str]) -> str:
    """The field a range acts on: `timestamp`, else the start of spans or API events, else an AppDynamics event's time."""
    return next((name for name in _TIME_FIELDS if name in fields), "timestamp")


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Constant expressions: timestamps, durations (offsets to now), ISO-8601 text, nanoseconds; or a timeframe."""

    start: Expression | None
    end: Expression | None
    timeframe: Expression | None

    def resolve(self, constant: Callable[[Expression], Value], context: Context) -> Timeframe | None:
        """The range in force: what is written, else the query's own timeframe, else None (everything).

        One missing bound is the query's timeframe's, else open at the start and now at the end.
        """
        given = context.timeframe
        if self.timeframe is not None:
            value = constant(self.timeframe)
            return value if isinstance(value, Timeframe) else _read_timeframe(value, context)
        if self.start is None and self.end is None:
            return given
        start = None if self.start is None else _instant(constant(self.start), context)
        end = None if self.end is None else _instant(constant(self.end), context)
        earliest = given.start if given else Timestamp(-(2**63))
        return Timeframe(start or earliest, end or (given.end if given else context.now))


def _instant(value: Value, context: Context) -> Timestamp | None:
    if isinstance(value, Duration):
        return Timestamp(context.now.nanos + value.nanos)
    if isinstance(value, str):
        return parse_instant(value, context.timezone)
    return Timestamp(value) if type(value) is int else value if isinstance(value, Timestamp) else None


def _read_timeframe(value: Value, context: Context) -> Timeframe | None:
    start, slash, end = value.partition("/") if isinstance(value, str) else ("", "", "")
    bounds = [parse_instant(text, context.timezone) for text in (start, end)]
    return Timeframe(*bounds) if slash and all(bounds) else None  # type: ignore[arg-type]
