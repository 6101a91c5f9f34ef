"""Time ranges as queries give them: two bounds, or one timeframe, written in any of the accepted forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from typing import NoReturn

from dqlkit.diagnostics import Span, error
from dqlkit.errors import DqlkitError
from dqlkit.frozen import frozen
from dqlkit.functions.arithmetic import shift
from dqlkit.functions.context import Context
from dqlkit.plan.expressions import Call, Expression
from dqlkit.regex import regex
from dqlkit.types.calendar import align_instant, shift_instant
from dqlkit.types.text import parse_moment, text_of
from dqlkit.types.units import MONTHS, UNITS
from dqlkit.types.values import LONG_MAX, LONG_MIN, Duration, Timeframe, Timestamp, Value

__all__ = ["OPEN", "TIME_FIELDS", "TimeRange", "bound_of", "instant_of", "time_field"]

#: Fields that place a record in time, the likeliest first.
TIME_FIELDS = ("timestamp", "start_time", "time", "startTime", "eventTimestamp")


def time_field(table: str, fields: Container[str]) -> str:
    """The field a range acts on: `timestamp`, else the start of spans or API events, else an AppDynamics event's time."""
    return next((name for name in TIME_FIELDS if name in fields), "timestamp")


#: The start of a range that has none.
OPEN = Timestamp(-(2**63))

_RELATIVE = regex(
    r"(?:now(?:\(\))?)?\s*(?:(?P<sign>[+-])\s*(?P<amount>\d{1,9})(?P<unit>[A-Za-z]+))?"
    r"\s*(?:@(?P<step>\d{0,9})(?P<whole>[A-Za-z]+\d?))?"
)


@frozen
class TimeRange:
    """Constant expressions: timestamps, durations (offsets to now), ISO-8601 text, nanoseconds; or a timeframe."""

    start: Expression | None
    end: Expression | None
    timeframe: Expression | None

    def resolve(self, constant: Callable[[Expression], Value], context: Context) -> Timeframe | None:
        """The range in force: what is written, else the query's own timeframe, else None (everything).

        One missing bound is the query's timeframe's, else open at the start and now at the end. A bound before the first
        moment that 64 bits of nanoseconds tell (in 1677), or after the last (in 2262), is that moment [decided: so a range
        of all times may be written, as `from:now() - 9999y`]. Raises `DqlkitError` for a bound that tells no time.
        """
        given = context.timeframe
        if self.timeframe is not None:
            return _read_timeframe(self.timeframe, constant(self.timeframe), context)
        if self.start is None and self.end is None:
            return given
        start = given.start if given else OPEN
        end = given.end if given else context.until or context.now
        return Timeframe(
            start if self.start is None else _instant(self.start, constant, context),
            end if self.end is None else _instant(self.end, constant, context),
        )


def _instant(written: Expression, constant: Callable[[Expression], Value], context: Context) -> Timestamp:
    value = constant(written)
    if isinstance(value, Duration):
        return _moved(context.now, value.nanos)
    if value is None and isinstance(written, Call) and written.function is shift:
        moment, amount, _ = (constant(one) for one in written.arguments if isinstance(one, Expression))
        value = _end(amount > 0) if isinstance(moment, Timestamp) and isinstance(amount, int) else None
    found = bound_of(value, context) if isinstance(value, str) else Timestamp(value) if type(value) is int else value
    return found if isinstance(found, Timestamp) else _no_time(written, value)


def instant_of(text: str, context: Context) -> Timestamp | None:
    """ISO-8601, a time of today, or a time relative to now, as `now-2h`, `-30m` and `now-1d@d`."""
    relative = _RELATIVE.fullmatch(text.strip())
    if not relative or not text.strip():
        return parse_moment(text, context.timezone, context.now)
    moment = _shifted(relative, context)
    if moment is None or not relative["whole"]:
        return moment
    return align_instant(moment, int(relative["step"] or 1), relative["whole"], context.timezone)


def _shifted(relative: re.Match[str], context: Context) -> Timestamp | None:
    if not relative["amount"]:
        return context.now
    unit = UNITS.get(relative["unit"], relative["unit"])
    amount = int(relative["sign"] + relative["amount"])
    if isinstance(unit, int):
        return _moved(context.now, amount * unit)
    return shift_instant(context.now, amount, unit, context.timezone) or (_end(amount > 0) if unit in MONTHS else None)


def bound_of(text: str, context: Context) -> Timestamp | None:
    """As `instant_of`; a date that is beyond all moments there are is the one at that end."""
    found = instant_of(text, context)
    is_date = text[:4].isdecimal() and parse_moment(f"2000{text[4:]}", context.timezone, context.now) is not None
    return _end(text[:4] > "2000") if found is None and is_date else found


def _end(late: bool) -> Timestamp:
    """The last moment there is, or the first."""
    return Timestamp(LONG_MAX if late else LONG_MIN)


def _moved(moment: Timestamp, nanos: int) -> Timestamp:
    """A moment that much later, or the last (or the first) there is."""
    return Timestamp(min(max(moment.nanos + nanos, LONG_MIN), LONG_MAX))


def _no_time(written: Expression, value: Value) -> NoReturn:
    message = f"expected a point in time, found `{text_of(value) or 'null'}`"
    help = "Write ISO-8601 as `2026-01-31T12:00:00Z`, an offset as `-2h`, or a timestamp."
    raise DqlkitError([error("R004", written.span or Span(0, 0), message, help=help)])


def _read_timeframe(written: Expression, value: Value, context: Context) -> Timeframe:
    if isinstance(value, Timeframe):
        return value
    start, slash, end = value.partition("/") if isinstance(value, str) else ("", "", "")
    bounds = [bound_of(text, context) for text in (start, end)]
    first, last = bounds
    return Timeframe(first, last) if slash and first and last else _no_time(written, value)
