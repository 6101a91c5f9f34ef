"""Operators. They are functions with a symbol; the tables of argument types are the vendor's."""

from __future__ import annotations

import math

from dqlkit.functions.context import Context
from dqlkit.functions.function import operator
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import (
    Anything,
    Block,
    Boolean,
    Duration,
    Ip,
    Long,
    String,
    Timeframe,
    Timestamp,
)
from dqlkit.types.calendar import DAY, align_instant, shift_instant
from dqlkit.types.kinds import BINARY, BOOLEAN, DOUBLE, DURATION, LONG, STRING, TIMESTAMP
from dqlkit.types.order import order_key
from dqlkit.types.values import same, wrap

_NUMBERS = (LONG, DOUBLE)
_COUNTED = (LONG, DOUBLE, DURATION)
_COMPARED = (LONG, DOUBLE, STRING, TIMESTAMP, DURATION)

_ARITHMETIC = "long, long -> long; long, double -> double; double, long -> double; double, double -> double; "


def _shift(address: Ip, by: float) -> Ip | None:
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
        case (Timeframe(start, end), Duration() as by) | (Duration() as by, Timeframe(start, end)):
            return Timeframe(add(start, by), add(end, by))
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
        case Timeframe(start, end), Duration():
            return Timeframe(subtract(start, right), subtract(end, right))
        case Ip(), Ip(bits=bits):
            return _shift(left, -bits)
        case Ip(), int() | float():
            return _shift(left, -right)
        case int(), int():
            return wrap(left - right)
    return left - right


def _whole_nanos(amount: float) -> Duration | None:
    return Duration(round(amount)) if math.isfinite(amount) and abs(amount) < 2**63 else None


@operator(
    "*",
    overloads=_ARITHMETIC
    + "long, duration -> duration; double, duration -> duration; duration, long -> duration; "
    + "duration, double -> duration",
)
def multiply(left: Anything, right: Anything) -> Anything:
    """Multiply numbers, or a duration by a number (rounded to whole nanoseconds).

    >>> 6 * 7
    42
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

    >>> 7 / 2
    3
    >>> 7 / 2.0
    3.5
    """
    match left, right:
        case int(), int():
            return _truncated(left, right) if right else None
        case Duration(a), Duration(b):
            return _float_quotient(float(a), float(b))
        case Duration(nanos), _:
            return _whole_nanos(nanos / right) if right else None
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
            return left - right * _truncated(left, right) if right else None
        case Duration(a), Duration(b):
            return Duration(a - b * _truncated(a, b)) if b else None
    return math.fmod(left, right) if right and math.isfinite(left) else math.nan


@operator("+", name="shift", overloads="timestamp, long, string -> timestamp; duration, long, string -> duration; "
    "timeframe, long, string -> timeframe")
def shift(moment: Anything, amount: Long, unit: String, *, context: Context) -> Anything:
    """Move a point in time by days, weeks, months, quarters or years of the query's time zone: `now() - 1M`.

    The wall clock stays where it is, and a day that a shorter month lacks becomes its last one. A duration takes a day
    as 24 hours and has no months: null then.

    >>> toTimestamp("2024-03-31T00:00:00Z") - 1M
    toTimestamp("2024-02-29T00:00:00Z")
    """
    match moment:
        case Timestamp():
            return shift_instant(moment, amount, unit, context.timezone)
        case Timeframe(start, end):
            return Timeframe(*(shift_instant(bound, amount, unit, context.timezone) for bound in (start, end)))
        case Duration(nanos):
            days = {"d": 1, "w": 7}.get(unit)
            return None if days is None else Duration(wrap(nanos + amount * days * DAY))


@operator("@", name="align", overloads="timestamp, long, string -> timestamp; duration, long, string -> timestamp")
def align(moment: Anything, amount: Long, unit: String, *, context: Context) -> Timestamp | None:
    """Down to the last full unit of the query's time zone: `now()@h`, `timestamp@15m`, `-1d@d`, `now()@w1`.

    A duration counts from now.

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
subtract.polars(lambda left, right: left - right, left=_NUMBERS, right=_NUMBERS)
subtract.polars(lambda left, right: left - right, left=(TIMESTAMP, DURATION), right=DURATION)
subtract.polars(lambda left, right: left - right, left=TIMESTAMP, right=TIMESTAMP)
multiply.polars(lambda left, right: left * right, left=_NUMBERS, right=_NUMBERS)
negate.polars(lambda operand: -operand, operand=_COUNTED)


@divide.polars
def _(left, right, types):
    if types["left"] == LONG and types["right"] == LONG:
        return pl.when(right != 0).then(left.truncdiv(right))
    if types["left"] in _NUMBERS and types["right"] in _NUMBERS:
        return left.cast(pl.Float64) / right.cast(pl.Float64)
    return None


@modulo.polars
def _(left, right, types):
    if types["left"] == LONG and types["right"] == LONG:
        return pl.when(right != 0).then(left - right * left.truncdiv(right))
    return None


# ---- comparison -----------------------------------------------------------------------------------------------------


@operator("==", name="equals")
def equals(left: Anything, right: Anything) -> Boolean | None:
    """Whether two values are equal. Null compares to null; values of different types are not equal, numbers by value.

    NaN equals itself, as it does in the order of values [decided].

    >>> 1 == 1.0
    true
    >>> 1 == "1"
    false
    """
    return same(left, right)


@operator("!=", name="notEquals")
def not_equals(left: Anything, right: Anything) -> Boolean:
    """The opposite of `==`; null where that is null.

    >>> 1 != "1"
    true
    """
    return not same(left, right)


_EQUATED = (BOOLEAN, STRING, TIMESTAMP, DURATION, BINARY)

equals.polars(lambda left, right: left == right, left=_NUMBERS, right=_NUMBERS)
not_equals.polars(lambda left, right: left != right, left=_NUMBERS, right=_NUMBERS)
for _kind in _EQUATED:
    equals.polars(lambda left, right: left == right, left=_kind, right=_kind)
    not_equals.polars(lambda left, right: left != right, left=_kind, right=_kind)


@equals.polars
def _(left, right, comparable):
    one, other = comparable()
    return one == other


@not_equals.polars
def _(left, right, comparable):
    one, other = comparable()
    return one != other


_ORDERED = (
    "long, long -> boolean; long, double -> boolean; double, long -> boolean; double, double -> boolean; "
    "string, string -> boolean; timestamp, timestamp -> boolean; duration, duration -> boolean; ip, ip -> boolean; "
    "smartscapeid, smartscapeid -> boolean"
)


@operator("<", overloads=_ORDERED)
def less(left: Anything, right: Anything) -> Boolean:
    """Whether the left value comes first; null for types that have no common order. NaN comes after all numbers.

    >>> "A" < "a"
    true
    """
    return order_key(left) < order_key(right)


@operator("<=", name="lessOrEqual", overloads=_ORDERED)
def less_or_equal(left: Anything, right: Anything) -> Boolean:
    """Not after.

    >>> 2 <= 2.0
    true
    """
    return order_key(left) <= order_key(right)


@operator(">", overloads=_ORDERED)
def greater(left: Anything, right: Anything) -> Boolean:
    """Whether the left value comes last.

    >>> 3 > 2.5
    true
    """
    return order_key(left) > order_key(right)


@operator(">=", name="greaterOrEqual", overloads=_ORDERED)
def greater_or_equal(left: Anything, right: Anything) -> Boolean:
    """Not before.

    >>> 1 >= 2
    false
    """
    return order_key(left) >= order_key(right)


for _function, _build in (
    (less, lambda left, right: left < right),
    (less_or_equal, lambda left, right: left <= right),
    (greater, lambda left, right: left > right),
    (greater_or_equal, lambda left, right: left >= right),
):
    _function.polars(_build, left=_NUMBERS, right=_NUMBERS)
    for _kind in (STRING, TIMESTAMP, DURATION):
        _function.polars(_build, left=_kind, right=_kind)


@operator("in", name="inQuery", nulls="see")
def in_query(needle: Anything, query: Block) -> Boolean | None:
    """Whether a value equals one of the values of a sub-query's only column; null for null [inferred]."""
    if needle is None:
        return None
    return any(same(needle, value) is True for row in query for value in row.values())


# ---- logic ----------------------------------------------------------------------------------------------------------


@operator("and", name="and", nulls="see")
def and_(left: Boolean, right: Boolean) -> Boolean | None:
    """True where both are; false where one is false, whatever the other; else null.

    >>> true and false
    false
    """
    if left is False or right is False:
        return False
    return True if left and right else None


@operator("or", name="or", nulls="see")
def or_(left: Boolean, right: Boolean) -> Boolean | None:
    """False where both are; true where one is true, whatever the other; else null.

    >>> true or null
    true
    """
    if left or right:
        return True
    return None if left is None or right is None else False


@operator("xor")
def xor(left: Boolean, right: Boolean) -> Boolean:
    """True where exactly one is true; null where one is null.

    >>> true xor true
    false
    """
    return left is not right


@operator("not", name="not")
def not_(operand: Boolean) -> Boolean:
    """The opposite; null for null.

    >>> not true
    false
    """
    return not operand


and_.polars(lambda left, right: left & right)
or_.polars(lambda left, right: left | right)
xor.polars(lambda left, right: left ^ right)
not_.polars(lambda operand: ~operand)
