"""Arithmetic operators, and the arithmetic of time. The tables of argument types are the vendor's."""

from __future__ import annotations

import math

from dqlkit.functions.clock import instants, offset_seconds, timestamps, wall_clock
from dqlkit.functions.context import Context
from dqlkit.functions.function import known, operator
from dqlkit.functions.lazy import pl, quotient
from dqlkit.functions.vocabulary import Anything, CalendarUnit, ClockUnit, Duration, Ip, Long, Timeframe, Timestamp
from dqlkit.types.calendar import align_instant, aligns, clock_step, shift_instant, week_start
from dqlkit.types.kinds import DOUBLE, DURATION, LONG, TIMEFRAME, TIMESTAMP
from dqlkit.types.text import timezone
from dqlkit.types.units import DAY, MONTHS, SECOND
from dqlkit.types.values import LONG_MIN, wrap

_NUMBERS = (LONG, DOUBLE)
_COUNTED = (LONG, DOUBLE, DURATION)
_FIXED_DAYS = {"d": DAY, "w": 7 * DAY}

_ARITHMETIC = "long, long -> long; long, double -> double; double, long -> double; double, double -> double; "


def _shift(address: Ip, by: float) -> Ip | None:
    if not math.isfinite(by):
        return None
    bits = address.bits + int(by)
    return Ip(address.version, bits) if 0 <= bits < 2 ** (32 if address.version == 4 else 128) else None


@operator(
    "+",
    overloads=_ARITHMETIC
    + "long, ip -> ip; double, ip -> ip; ip, long -> ip; ip, double -> ip; ip, ip -> ip; "
    + "timestamp, duration -> timestamp; duration, timestamp -> timestamp; duration, duration -> duration; "
    + "duration, timeframe -> timeframe; timeframe, duration -> timeframe",
)
def add(left: Anything, right: Anything) -> Anything:
    """Add numbers, durations, a duration to a point or a range of time, or a number to an address.

    Longs wrap around at 64 bits [inferred: undocumented]. Strings are joined by `concat`, not by `+`.

    >>> 1 + 2.5
    3.5
    """
    match left, right:
        case (Timestamp(a), Duration(b)) | (Duration(a), Timestamp(b)):
            return Timestamp(wrap(a + b))
        case Duration(a), Duration(b):
            return Duration(wrap(a + b))
        case (Timeframe(start, end), Duration(b)) | (Duration(b), Timeframe(start, end)):
            return Timeframe(Timestamp(wrap(start.nanos + b)), Timestamp(wrap(end.nanos + b)))
        case Ip(), Ip(bits=bits):
            return _shift(left, bits)
        case Ip(), int() | float():
            return _shift(left, right)
        case int() | float(), Ip():
            return _shift(right, left)
        case int(), int():
            return wrap(left + right)
    return left + right


@operator(
    "-",
    name="subtract",
    overloads=_ARITHMETIC
    + "timestamp, timestamp -> duration; timestamp, duration -> timestamp; duration, duration -> duration; "
    + "timeframe, duration -> timeframe; ip, long -> ip; ip, double -> ip; ip, ip -> ip",
)
def subtract(left: Anything, right: Anything) -> Anything:
    """Subtract; two points in time are a duration apart.

    >>> 5 - 7
    -2
    """
    match left, right:
        case Timestamp(a), Timestamp(b):
            return Duration(wrap(a - b))
        case Timestamp(a), Duration(b):
            return Timestamp(wrap(a - b))
        case Duration(a), Duration(b):
            return Duration(wrap(a - b))
        case Timeframe(start, end), Duration(b):
            return Timeframe(Timestamp(wrap(start.nanos - b)), Timestamp(wrap(end.nanos - b)))
        case Ip(), Ip(bits=bits):
            return _shift(left, -bits)
        case Ip(), int() | float():
            return _shift(left, -right)
        case int(), int():
            return wrap(left - right)
    return left - right


def _whole_nanos(amount: float) -> Duration | None:
    return Duration(round(amount)) if abs(amount) < 2**63 else None


@operator(
    "*",
    overloads=_ARITHMETIC
    + "long, duration -> duration; double, duration -> duration; duration, long -> duration; "
    + "duration, double -> duration",
)
def multiply(left: Anything, right: Anything) -> Anything:
    """Multiply numbers, or a duration by a number (rounded to whole nanoseconds, halves to the even one [decided]).

    >>> 6 * 7
    42
    >>> 90s * 0.5
    45s
    """
    match left, right:
        case (Duration(nanos), factor) | (factor, Duration(nanos)):
            return Duration(wrap(nanos * factor)) if type(factor) is int else _whole_nanos(nanos * factor)
        case int(), int():
            return wrap(left * right)
    return left * right


def _truncated(left: int, right: int) -> int:
    quotient = abs(left) // abs(right)
    return wrap(quotient if (left < 0) == (right < 0) else -quotient)


def _float_quotient(left: float, right: float) -> float:
    """IEEE division: by zero is infinite, or no number [decided: the vendor has functions that test for both]."""
    if right:
        return left / right
    return math.nan if not left or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1.0, right)


@operator(
    "/",
    overloads=_ARITHMETIC + "duration, long -> duration; duration, double -> duration; duration, duration -> double",
)
def divide(left: Anything, right: Anything) -> Anything:
    """Divide. Two longs divide without a fraction, toward zero; a long by zero is null [inferred].

    A duration by a number is rounded to whole nanoseconds; two durations give their ratio.

    >>> 7 / 2
    3
    >>> 7 / 2.0
    3.5
    >>> 1h / 15m
    4.0
    """
    match left, right:
        case int(), int():
            return _truncated(left, right) if right else None
        case Duration(a), Duration(b):
            return _float_quotient(float(a), float(b))
        case Duration(nanos), _:
            return _whole_nanos(float(nanos) / right) if right else None
    return _float_quotient(float(left), float(right))


@operator("%", overloads=_ARITHMETIC + "duration, duration -> duration")
def modulo(left: Anything, right: Anything) -> Anything:
    """The rest of a division, with the sign of the dividend [inferred]; by zero null for longs, no number for doubles.

    >>> 7 % 4
    3
    >>> -7 % 4
    -3
    """
    match left, right:
        case int(), int():
            return wrap(left - right * _truncated(left, right)) if right else None
        case Duration(a), Duration(b):
            return Duration(wrap(a - b * _truncated(a, b))) if b else None
    return math.fmod(left, right) if right and math.isfinite(left) else math.nan


@operator(
    "+",
    name="shift",
    overloads="timestamp, long, string -> timestamp; duration, long, string -> duration; "
    "timeframe, long, string -> timeframe",
)
def shift(moment: Anything, amount: Long, unit: CalendarUnit, *, context: Context) -> Anything:
    """Move a point in time by days, weeks, months, quarters or years of the query's time zone: `now() - 1M`.

    The wall clock stays where it is, and a day that a shorter month lacks becomes its last one; a time that the clock
    skips is as much later [inferred: so does the vendor's runtime]. A duration takes a day as 24 hours and has no
    months: null then.

    >>> toTimestamp("2024-03-31T00:00:00Z") - 1M
    toTimestamp("2024-02-29T00:00:00Z")
    """
    match moment:
        case Timestamp():
            return shift_instant(moment, amount, unit, context.timezone)
        case Timeframe(start, end):
            first, last = (shift_instant(bound, amount, unit, context.timezone) for bound in (start, end))
            return Timeframe(first, last) if first and last else None
        case Duration(nanos):
            return Duration(wrap(nanos + amount * _FIXED_DAYS[unit])) if unit in _FIXED_DAYS else None


@operator("@", name="align", overloads="timestamp, long, string -> timestamp; duration, long, string -> timestamp")
def align(moment: Anything, amount: Long, unit: ClockUnit, *, context: Context) -> Timestamp | None:
    """Down to the last full unit of the query's time zone: `now()@h`, `timestamp@15m`, `-1d@d`, `now()@w1`.

    A duration counts from now. Hours take divisors of 24, minutes and seconds of 60, smaller units of 1000; the units
    of the calendar stand alone, and `w` begins on Monday (`w0` to `w7` say the day, Sunday is 0 and 7).

    >>> toTimestamp("2024-05-17T10:44:30Z")@15m
    toTimestamp("2024-05-17T10:30:00Z")
    """
    if isinstance(moment, Duration):
        moment = Timestamp(wrap(context.now.nanos + moment.nanos))
    return align_instant(moment, amount, unit, context.timezone)


@operator("-", overloads="long -> long; double -> double; duration -> duration")
def negate(operand: Anything) -> Anything:
    """The negative of a number or duration.

    >>> -(3)
    -3
    """
    if isinstance(operand, Duration):
        return Duration(wrap(-operand.nanos))
    return wrap(-operand) if isinstance(operand, int) else -operand


add.polars(lambda left, right: left + right, left=_NUMBERS, right=_NUMBERS)
add.polars(lambda left, right: left + right, left=(TIMESTAMP, DURATION), right=DURATION)
add.polars(lambda left, right: right + left, left=DURATION, right=TIMESTAMP)
add.polars(lambda left, right: _moved(left, right), left=TIMEFRAME, right=DURATION)
add.polars(lambda left, right: _moved(right, left), left=DURATION, right=TIMEFRAME)
subtract.polars(lambda left, right: left - right, left=_NUMBERS, right=_NUMBERS)
subtract.polars(lambda left, right: left - right, left=(TIMESTAMP, DURATION), right=DURATION)
subtract.polars(lambda left, right: left - right, left=TIMESTAMP, right=TIMESTAMP)
subtract.polars(lambda left, right: _moved(left, -right), left=TIMEFRAME, right=DURATION)
multiply.polars(lambda left, right: left * right, left=_NUMBERS, right=_NUMBERS)
multiply.polars(lambda left, right: _duration(_nanos(left) * _nanos(right)), left=DURATION, right=LONG)
multiply.polars(lambda left, right: _duration(_nanos(left) * _nanos(right)), left=LONG, right=DURATION)
multiply.polars(lambda left, right: _rounded(_double(left) * right), left=DURATION, right=DOUBLE)
multiply.polars(lambda left, right: _rounded(left * _double(right)), left=DOUBLE, right=DURATION)
divide.polars(lambda left, right: pl.when(right != 0).then(left.truncdiv(right)), left=LONG, right=LONG)
divide.polars(lambda left, right: quotient(_double(left), _double(right)), left=_NUMBERS, right=_NUMBERS)
divide.polars(lambda left, right: quotient(_double(left), _double(right)), left=DURATION, right=DURATION)
divide.polars(lambda left, right: _rounded(quotient(_double(left), _double(right))), left=DURATION, right=_NUMBERS)
modulo.polars(lambda left, right: _rest(left, right), left=LONG, right=LONG)
modulo.polars(lambda left, right: _duration(_rest(_nanos(left), _nanos(right))), left=DURATION, right=DURATION)
negate.polars(lambda operand: -operand, operand=(LONG, DOUBLE, DURATION))


def _moved(timeframe, by):
    bounds = [(timeframe.struct.field(name) + by).alias(name) for name in ("start", "end")]
    return pl.when(timeframe.is_not_null() & by.is_not_null()).then(pl.struct(bounds))


def _rest(left, right):
    return pl.when(right != 0).then(left - right * left.truncdiv(right))


def _instant():
    return pl.Datetime("ns", "UTC")


def _nanos(moment):
    return moment.to_physical()


def _double(number):
    return _nanos(number).cast(pl.Float64)


def _duration(nanos):
    return nanos.cast(pl.Duration("ns"))


def _rounded(nanos):
    return _duration(pl.when(nanos.abs() < 2.0**63).then(nanos.round()).cast(pl.Int64))


@shift.polars(amount=known, unit=known)
def _(moment, amount, unit, *, context, types):
    if types["moment"] == DURATION:
        return _duration(_nanos(moment) + wrap(amount * _FIXED_DAYS[unit])) if unit in _FIXED_DAYS else None
    if types["moment"] == TIMESTAMP:
        return _shifted(moment, amount, unit, context.timezone)
    start, end = (_shifted(moment.struct.field(name), amount, unit, context.timezone) for name in ("start", "end"))
    both = start.is_not_null() & end.is_not_null()
    return pl.when(both).then(pl.struct(start.alias("start"), end.alias("end")))


def _shifted(instant, amount, unit, zone):
    by = f"{amount * MONTHS[unit]}mo" if unit in MONTHS else f"{amount * _FIXED_DAYS.get(unit, 0) // DAY}d"
    known = unit in MONTHS or unit in _FIXED_DAYS
    if not known or timezone(zone) is None or len(by) > 8:  # months or days by the hundred thousand lead out of range
        return pl.lit(None, _instant())
    nanos = _nanos(instant)
    moved = wall_clock(instant, zone).dt.offset_by(by)
    return timestamps(instants(moved, zone, like=offset_seconds(nanos // SECOND, zone)), nanos % 1_000)


@align.polars(amount=known, unit=known)
def _(moment, amount, unit, *, context, types):
    zone = context.timezone
    if timezone(zone) is None or not aligns(amount, unit):
        return pl.lit(None, _instant())
    instant = moment if types["moment"] == TIMESTAMP else (context.now.nanos + _nanos(moment)).cast(_instant())
    step = clock_step(amount, unit)
    if step:
        return _stepped(instant, step, zone)
    return timestamps(instants(_first(wall_clock(instant, zone), unit), zone))


def _stepped(instant, step, zone):
    nanos = _nanos(instant)
    ahead = offset_seconds(nanos // SECOND, zone) * SECOND
    beyond = (nanos % step + ahead % step) % step
    return pl.when(nanos >= LONG_MIN + beyond).then(nanos - beyond).cast(_instant())


def _first(wall, unit):
    week = week_start(unit)
    if week is None:
        return wall.dt.truncate({"M": "1mo", "q": "1q", "y": "1y"}.get(unit, "1d"))
    days = pl.duration(days=week)
    return (wall - days).dt.truncate("1w") + days
