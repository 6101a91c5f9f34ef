"""Functions that keep the type of a number: absolute values, signs, rounding, bins."""

from __future__ import annotations

import math
from itertools import product

from dqlkit.functions.function import known, scalar
from dqlkit.functions.lazy import pl, quotient
from dqlkit.functions.vocabulary import Anything, Constant, Double, Duration, Long, Natural, Record, Timestamp
from dqlkit.types.kinds import DOUBLE, DURATION, LONG, TIMESTAMP, Type, join_all, members
from dqlkit.types.kinds import Record as RecordType
from dqlkit.types.values import LONG_MAX, LONG_MIN, wrap

_NUMBERS = (LONG, DOUBLE)
_KEPT = "long -> long; double -> double"


def _whole(number: float) -> float:
    """Down to a whole number, still a double; infinities are as they are."""
    return float(math.floor(number)) if math.isfinite(number) else number


@scalar(overloads=_KEPT + "; duration -> duration")
def abs_(expression: Anything) -> Anything:
    """The number, or the duration, without its sign.

    >>> abs(-5)
    5
    """
    if isinstance(expression, Duration):
        return Duration(wrap(abs(expression.nanos)))
    return wrap(abs(expression)) if isinstance(expression, int) else abs(expression)


@scalar(overloads=_KEPT)
def signum(expression: Anything) -> Anything:
    """-1, 0 or 1, as the number is below, at or above 0.

    >>> signum(-42.13)
    -1.0
    """
    if expression != expression:
        return expression
    return type(expression)((expression > 0) - (expression < 0))


@scalar(overloads=_KEPT)
def floor(expression: Anything) -> Anything:
    """Down to a whole number; a long stays as it is.

    >>> floor(-0.5)
    -1.0
    """
    return expression if isinstance(expression, int) else _whole(expression)


@scalar(overloads=_KEPT)
def ceil(expression: Anything) -> Anything:
    """Up to a whole number; a long stays as it is.

    >>> ceil(0.5)
    1.0
    """
    return expression if isinstance(expression, int) else 0.0 - _whole(-expression)


@scalar(overloads=_KEPT)
def round_(expression: Anything, *, decimals: Constant[Natural] = 0) -> Anything:
    """To a number of decimals, halves toward positive infinity; a long stays as it is.

    >>> round(-0.5)
    0.0
    >>> round(0.55, decimals:1)
    0.6
    """
    if isinstance(expression, int):
        return expression
    scale = 10.0 ** min(decimals, _MOST_DECIMALS)
    scaled = expression * scale
    whole = _whole(scaled)
    rounded = (whole + (scaled - whole >= 0.5)) / scale  # the rest is exact, which `scaled + 0.5` is not
    return rounded if math.isfinite(rounded) else expression


#: A double has no more decimals than these, all its digits counted.
_MOST_DECIMALS = 308

for _keeping in (floor, ceil):
    _keeping.polars(lambda expression: expression, expression=LONG)
abs_.polars(lambda expression: expression.abs(), expression=(DOUBLE, DURATION))
abs_.polars(lambda expression: pl.when(expression < 0).then(-expression).otherwise(expression), expression=LONG)
signum.polars(lambda expression: expression.sign(), expression=_NUMBERS)
floor.polars(lambda expression: expression.floor(), expression=DOUBLE)
round_.polars(lambda expression, decimals: expression, expression=LONG)


@ceil.polars(expression=DOUBLE)
def _(expression):
    return pl.when(expression.is_between(-1, 0, closed="right")).then(0.0).otherwise(expression.ceil())  # never -0.0


@round_.polars(expression=DOUBLE, decimals=known)
def _(expression, decimals):
    if decimals is None:
        return pl.lit(None, pl.Float64)
    if decimals < 0:
        return None
    scale = 10.0 ** min(decimals, _MOST_DECIMALS)
    scaled = expression * scale
    whole = scaled.floor() + pl.when(scaled - scaled.floor() >= 0.5).then(1.0).otherwise(0.0)
    rounded = quotient(whole, scale) if scale > 1 else whole
    return pl.when(rounded.is_finite()).then(rounded).otherwise(expression)


# ---- bins -----------------------------------------------------------------------------------------------------------


@scalar(akin={"date_trunc": "bin(time, 1h)", "startofday": "bin({}, 1d)", "startofhour": "bin({}, 1h)"})
def bin_(
    expression: Long | Double | Timestamp | Duration,
    interval: Long | Double | Duration,
    *,
    at: Long | Double | Timestamp | Duration | None = None,
) -> Anything:
    """Down to a multiple of `interval`, counted from `at` (zero, or the epoch in UTC whatever the query's zone).

    For points in time and durations a long counts nanoseconds. An interval that is not above 0 makes null, and so does a
    bound that 64 bits do not hold [decided].

    >>> bin(17, 5)
    15
    >>> bin(-1, 5)
    -5
    >>> bin(-42.13, 10, at:5)
    -45.0
    """
    numbers = _as_numbers(expression, interval, at)
    if numbers is None:
        return None
    return _like(expression, _lower(*numbers))


@scalar
def range_(
    expression: Long | Double | Timestamp | Duration,
    interval: Long | Double | Duration,
    *,
    at: Long | Double | Timestamp | Duration | None = None,
) -> Record | None:
    """The bounds of the bin that a value lies in, as `start` and `end`; see `bin`.

    >>> range(17, 5)
    record(start = 15, end = 20)
    """
    numbers = _as_numbers(expression, interval, at)
    if numbers is None:
        return None
    lower = _lower(*numbers)
    return {"start": _like(expression, lower), "end": _like(expression, lower + numbers[1])}


def _as_numbers(expression: Anything, interval: Anything, at: Anything) -> tuple[float, float, float] | None:
    """Value, step and origin as longs (of nanoseconds for time), as doubles if one is; None if they do not fit."""
    given = (expression, interval, 0 if at is None else at)
    timed = isinstance(expression, (Timestamp, Duration))
    if timed and isinstance(at, Timestamp) and isinstance(expression, Duration):
        return None
    numbers = [one.nanos if timed and isinstance(one, (Timestamp, Duration)) else one for one in given]
    if not all(isinstance(one, (int, float) if not timed else int) for one in numbers) or not 0 < numbers[1] < math.inf:
        return None
    value, step, origin = numbers if all(isinstance(one, int) for one in numbers) else map(float, numbers)
    return value, step, origin


def _lower(value: float, step: float, origin: float) -> float:
    if isinstance(value, int):
        return value - (value - origin) % step
    return _whole((value - origin) / step) * step + origin


def _like(expression: Anything, number: float) -> Anything:
    """A number as a value of the kind of the expression, null where 64 bits do not hold it."""
    if isinstance(number, int) and not LONG_MIN <= number <= LONG_MAX:
        return None
    return type(expression)(int(number)) if isinstance(expression, (Timestamp, Duration)) else number


@bin_.returns
def _(expression: Type, interval: Type, at: Type | None) -> Type:
    return _binned(expression, interval, at)


@range_.returns
def _(expression: Type, interval: Type, at: Type | None) -> Type:
    kind = _binned(expression, interval, at)
    return RecordType([("start", kind), ("end", kind)])


def _binned(*kinds: Type | None) -> Type:
    """A point in time or a duration stays one; numbers are doubles where any of them is."""
    options = [members(kind) or (LONG, DOUBLE, DURATION, TIMESTAMP) for kind in kinds if kind is not None]
    timed = join_all(option for option in options[0] if option in (TIMESTAMP, DURATION))
    counted = [case for case in product(*options) if set(case) <= set(_NUMBERS)]
    return join_all([timed, *(DOUBLE if DOUBLE in case else LONG for case in counted)])


def _bounds(expression, interval, at, types):
    """Whether there are bounds, and both as columns of numbers; None where the body has to look."""
    kinds = [kind for kind in types.values() if kind is not None]
    if set(kinds) == {LONG} or (kinds[0] in (TIMESTAMP, DURATION) and set(kinds[1:]) <= {DURATION, LONG}):
        value, step = expression.to_physical(), interval.to_physical()
        origin = 0 if at is None else at.to_physical().mod(step)  # no difference of these overflows
        lower = value - (value.mod(step) - origin).mod(step)
        upper = lower + step
        # A bound that 64 bits do not hold has wrapped around, to the other side of the value.
        return step > 0, pl.when(lower <= value).then(lower), pl.when(upper > value).then(upper)
    if set(kinds) <= set(_NUMBERS):
        value, step = expression.cast(pl.Float64), interval.cast(pl.Float64)
        origin = 0.0 if at is None else at.cast(pl.Float64)
        lower = quotient(value - origin, step).floor() * step + origin
        return (step > 0) & step.is_finite(), lower, lower + step
    return None


def _as_column(number, kind):
    timed = {TIMESTAMP: pl.Datetime("ns", "UTC"), DURATION: pl.Duration("ns")}
    return number.cast(timed[kind]) if kind in timed else number


@bin_.polars
def _(expression, interval, *, at, types):
    found = _bounds(expression, interval, at, types)
    if found is None:
        return None
    there, lower, _ = found
    return _as_column(pl.when(there).then(lower), types["expression"])


@range_.polars
def _(expression, interval, *, at, types):
    found = _bounds(expression, interval, at, types)
    if found is None:
        return None
    there, *bounds = found
    named = zip(("start", "end"), bounds, strict=True)
    columns = [_as_column(bound, types["expression"]).alias(name) for name, bound in named]
    known = pl.all_horizontal(one.is_not_null() for one in (expression, interval, *([] if at is None else [at])))
    return pl.when(there & known).then(pl.struct(columns))
