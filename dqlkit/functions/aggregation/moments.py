"""Aggregations that compute: sums, means, spreads."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dqlkit.functions.function import aggregation
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Double, M, Number, Values
from dqlkit.types.kinds import DOUBLE, DURATION, LONG, Variant
from dqlkit.types.values import Duration, wrap

__all__ = ["add_up", "avg", "correlation", "stddev", "total", "variance"]

_NUMBERS = (LONG, DOUBLE)
_MIXED = Variant(_NUMBERS)
_MEASURES = "long -> double; double -> double; duration -> duration"


def add_up(numbers: Sequence[Number]) -> Double:
    """The sum as a double. Longs are added up exactly and rounded once.

    So are doubles here; an engine may add them in any order, in doubles, so that digits are lost where large ones cancel
    one another: of 1e16, 1 and -1e16 the sum is 1 or 0 [decided].
    """
    whole = sum(number for number in numbers if type(number) is int)
    doubles = [number for number in numbers if type(number) is float]
    if not doubles:
        return float(whole)
    near = float(whole)
    try:
        return math.fsum((*doubles, near, float(whole - int(near))))
    except (OverflowError, ValueError):  # beyond the largest double, or infinities of both signs
        return sum(doubles) + near


@aggregation(
    name="sum",
    overloads=_MEASURES,
    scales=True,
    in_series=True,
    of_metrics=True,
    akin={"sumif": "sum(if(condition, value))"},
)
def total(expression: Values[M]) -> Anything:
    """The sum: a double for numbers (even for longs alone), a duration for durations."""
    if not expression:
        return None
    if isinstance(expression[0], Duration):
        return Duration(wrap(sum(value.nanos for value in expression)))  # type: ignore[attr-defined]
    return add_up(expression)  # type: ignore[arg-type]


@aggregation(
    overloads=_MEASURES,
    in_series=True,
    of_metrics=True,
    known_as=("average", "mean"),
    akin={"avgif": "avg(if(condition, value))"},
)
def avg(expression: Values[M]) -> Anything:
    """The mean: a double for numbers, a duration for durations (rounded toward zero)."""
    if not expression:
        return None
    if isinstance(expression[0], Duration):
        whole = sum(value.nanos for value in expression)  # type: ignore[attr-defined]
        return Duration(abs(whole) // len(expression) * (1 if whole > 0 else -1))
    return add_up(expression) / len(expression)  # type: ignore[arg-type]


def _deviations(numbers: Sequence[Number]) -> list[Double]:
    """The distances from the mean, computed from those to the first number: exact where all are equal."""
    distances = [float(number) - float(numbers[0]) for number in numbers]
    mean = add_up([distance / len(distances) for distance in distances])
    return [distance - mean for distance in distances]


@aggregation
def variance(expression: Values[Number]) -> Double | None:
    """The mean square of the distances from the mean: of the whole population, not an estimate from a sample.

    Null where it is no finite number, as for functions of doubles [inferred].
    """
    if not expression:
        return None
    found = add_up([d * d for d in _deviations(expression)]) / len(expression)
    return found if math.isfinite(found) else None


@aggregation
def stddev(expression: Values[Number]) -> Double | None:
    """The standard deviation of the whole population: the square root of the variance."""
    found = variance(expression)
    return None if found is None else math.sqrt(found)


@aggregation
def correlation(expression1: Values[Number], expression2: Values[Number]) -> Double | None:
    """Pearson's coefficient, from -1 to 1; null where one side never changes.

    Records in which one side is null are left out [inferred].
    """
    if not expression1 or any(min(side) == max(side) for side in (expression1, expression2)):
        return None
    left, right = _deviations(expression1), _deviations(expression2)
    spread = math.sqrt(add_up([d * d for d in left])) * math.sqrt(add_up([d * d for d in right]))
    found = add_up([a * b for a, b in zip(left, right, strict=True)]) / spread if spread else math.nan
    return found if math.isfinite(found) else None


def _some(expression, value):
    """Null where there is nothing to add."""
    return pl.when(expression.count() > 0).then(value)


def _variance(expression):
    numbers = expression.cast(pl.Float64)
    found, least = numbers.var(ddof=0), numbers.min()
    equal = (least == numbers.nan_max()) & least.is_finite()  # also where their sum is beyond the largest double
    return pl.when(equal).then(0.0).when(found.is_finite()).then(found)


def _exact(expression):
    """The sum of whole numbers, in 128 bits."""
    return expression.to_physical().cast(pl.Int128).sum()


def _mixed(of_type):
    """The sum of longs and doubles: the longs exactly, with what rounding their sum leaves over."""
    whole = _exact(of_type(LONG))
    near = whole.cast(pl.Float64)
    rest = (whole - near.cast(pl.Int128, strict=False)).cast(pl.Float64)
    return near + of_type(DOUBLE).sum() + rest.fill_null(0.0)


total.polars(lambda expression, of_type: _some(expression, _mixed(of_type)), expression=_MIXED)
avg.polars(lambda expression, of_type: _some(expression, _mixed(of_type) / expression.count()), expression=_MIXED)
total.polars(lambda expression: _some(expression, _exact(expression).cast(pl.Float64)), expression=LONG)
total.polars(lambda expression: _some(expression, expression.sum()), expression=(DOUBLE, DURATION))
avg.polars(lambda expression: expression.mean(), expression=DOUBLE)
variance.polars(lambda expression: _variance(expression), expression=_NUMBERS)
stddev.polars(lambda expression: _variance(expression).sqrt(), expression=_NUMBERS)


@avg.polars(expression=LONG)
def _(expression):
    return _some(expression, _exact(expression).cast(pl.Float64) / expression.count())


@avg.polars(expression=DURATION)
def _(expression):
    nanos = _exact(expression)
    mean = nanos.abs() // expression.count() * nanos.sign()
    return _some(expression, mean.cast(pl.Int64).cast(pl.Duration("ns")))


@correlation.polars(expression1=_NUMBERS, expression2=_NUMBERS)
def _(expression1, expression2):
    both = expression1.is_not_null() & expression2.is_not_null()
    left, right = (side.cast(pl.Float64).filter(both) for side in (expression1, expression2))
    changing = (left.min() != left.max()) & (right.min() != right.max())
    x, y = left - left.mean(), right - right.mean()
    found = (x * y).sum() / ((x * x).sum().sqrt() * (y * y).sum().sqrt())
    return pl.when(changing & found.is_finite()).then(found)
