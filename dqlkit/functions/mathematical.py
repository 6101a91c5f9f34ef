"""Mathematical functions."""

from __future__ import annotations

import math

from dqlkit.functions.function import scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Long, N
from dqlkit.types.kinds import DURATION, LONG, TIMESTAMP
from dqlkit.types.values import Duration, Timestamp


@scalar
def round_(expression: N, *, decimals: Long = 0) -> N:
    """To a number of decimals, halves toward positive infinity; a long stays as it is.

    >>> round(-0.5)
    0.0
    >>> round(0.55, decimals:1)
    0.6
    """
    if isinstance(expression, int) or not math.isfinite(expression):
        return expression
    scale = 10.0**decimals
    return math.floor(expression * scale + 0.5) / scale


round_.polars(lambda expression, decimals: expression, expression=LONG)


@scalar(
    overloads="long, long -> long; long, double -> double; double, long -> double; double, double -> double; "
    "timestamp, duration -> timestamp; duration, duration -> duration; timestamp, long -> timestamp"
)
def bin(expression: Anything, interval: Anything, *, at: Anything | None = None) -> Anything:
    """Down to a multiple of `interval`, counted from `at` (zero, or the epoch in UTC whatever the query's zone).

    >>> bin(17, 5)
    15
    >>> bin(-1, 5)
    -5
    """
    value, step, origin = (getattr(x, "nanos", x) for x in (expression, interval, 0 if at is None else at))
    if not step > 0:
        return None
    lower = (value - origin) // step * step + origin
    return type(expression)(lower) if isinstance(expression, (Timestamp, Duration)) else lower


@bin.polars
def _(expression, interval, *, at, types):
    if at is not None:
        return None
    if types["expression"] == LONG and types["interval"] == LONG:
        return pl.when(interval > 0).then(expression - expression.mod(interval))
    if types["expression"] in (TIMESTAMP, DURATION) and types["interval"] == DURATION:
        value, step = expression.to_physical(), interval.to_physical()
        lower = pl.when(step > 0).then(value - value.mod(step))
        return lower.cast(pl.Datetime("ns", "UTC") if types["expression"] == TIMESTAMP else pl.Duration("ns"))
    return None
