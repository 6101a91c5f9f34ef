"""Aggregations that compute: sums, means, spreads."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dqlkit.functions.aggregation.counting import add_longs, count_values
from dqlkit.functions.function import Part, aggregation, operator
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Array, Double, Long, M, Number, Values
from dqlkit.types.kinds import DOUBLE, DURATION, LONG, Variant
from dqlkit.types.order import order_key
from dqlkit.types.values import Duration, wrap

__all__ = ["add_up", "avg", "correlation", "stddev", "total", "variance"]

_NUMBERS = (LONG, DOUBLE)
_MIXED = Variant(_NUMBERS)
_MEASURES = "long -> double; double -> double; duration -> duration"


def add_up(numbers: Sequence[Number]) -> Double:
    """The sum as a double. Longs are added up exactly and rounded once.

    Doubles are added up exactly by this definition, but an engine may add them in any order, in doubles, so that digits are
    lost where large ones cancel one another: of 1e16, 1 and -1e16 the sum is 1 or 0 [decided].
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
avg.polars(lambda expression: _some(expression, expression.sum() / expression.count()), expression=DOUBLE)
variance.polars(lambda expression: _variance(expression), expression=_NUMBERS)
stddev.polars(lambda expression: _variance(expression).sqrt(), expression=_NUMBERS)


@avg.polars(expression=LONG)
def _(expression):
    return _some(expression, _exact(expression).cast(pl.Float64) / expression.count())


@avg.polars(expression=DURATION)
def _(expression):
    return _some(expression, _toward_zero(_exact(expression), expression.count()))


def _toward_zero(nanos, count):
    """The mean as a duration."""
    return (nanos.abs() // count * nanos.sign()).cast(pl.Int64, wrap_numerical=True).cast(pl.Duration("ns"))


@correlation.polars(expression1=_NUMBERS, expression2=_NUMBERS)
def _(expression1, expression2):
    both = expression1.is_not_null() & expression2.is_not_null()
    left, right = (side.cast(pl.Float64).filter(both) for side in (expression1, expression2))
    changing = (left.min() != left.max()) & (right.min() != right.max())
    x, y = left - left.mean(), right - right.mean()
    found = (x * y).sum() / ((x * x).sum().sqrt() * (y * y).sum().sqrt())
    return pl.when(changing & found.is_finite()).then(found)


# ---- in parts -------------------------------------------------------------------------------------------------------

#: A whole number is taken apart into so many lower bits and the others, whose sums fit into longs.
_HALF = 2**32


@aggregation(only="plan", overloads="long -> long; duration -> long")
def high_sum(expression: Values[M]) -> Long | None:
    """The sum of the upper bits of whole numbers."""
    return sum(_whole(value) // _HALF for value in expression) if expression else None


@aggregation(only="plan", overloads="long -> long; duration -> long")
def low_sum(expression: Values[M]) -> Long | None:
    """The sum of the lower bits of whole numbers."""
    return sum(_whole(value) % _HALF for value in expression) if expression else None


def _whole(value: Anything) -> int:
    return value.nanos if isinstance(value, Duration) else int(value)


@operator("", name="wholeSum", category="general", only="plan")
def whole_sum(high: Long, low: Long) -> Double:
    """The sum of which these are the halves, rounded once."""
    return float(high * _HALF + low)


@operator("", name="wholeMean", category="general", only="plan")
def whole_mean(high: Long, low: Long, count: Long) -> Double | None:
    """The mean of numbers whose sum has these halves."""
    return float(high * _HALF + low) / count if count else None


@operator("", name="durationMean", category="general", only="plan")
def duration_mean(high: Long, low: Long, count: Long) -> Duration | None:
    """The mean of durations whose sum has these halves, rounded toward zero."""
    whole = high * _HALF + low
    return Duration(wrap(abs(whole) // count * (1 if whole > 0 else -1))) if count else None


@operator("", name="meanOf", category="general", only="plan")
def mean_of(sum: Double, count: Long) -> Double | None:
    """The quotient of a sum and a number of values."""
    return sum / count if count else None


@aggregation(only="plan")
def moments(expression: Values[Number]) -> Array[Double] | None:
    """Number, mean, sum of the squares of the distances from it, least and greatest value.

    Where the squares are beyond the largest double, or values are infinite, mean and sum are no numbers.
    """
    if not expression:
        return None
    distances = _deviations(expression)
    mean, spread = float(expression[0]) - distances[0], add_up([d * d for d in distances])
    if not math.isfinite(spread):
        mean = spread = math.nan
    return [float(len(expression)), mean, spread, *_ends(expression)]


def _ends(numbers: Sequence[Number]) -> tuple[Double, Double]:
    return float(min(numbers, key=order_key)), float(max(numbers, key=order_key))


@aggregation(only="plan")
def merged_moments(states: Values[Array[Double]]) -> Array[Double] | None:
    """The moments of all values, from those of parts."""
    if not states:
        return None
    count = sum(state[0] for state in states)
    mean = sum(state[1] * (state[0] / count) for state in states)
    spread = sum(state[2] + state[0] * (state[1] - mean) ** 2 for state in states)
    lowest, highest = min((s[3] for s in states), key=order_key), max((s[4] for s in states), key=order_key)
    return [count, mean, spread, lowest, highest]


@operator("", name="varianceOf", category="general", only="plan")
def variance_of(state: Array[Double]) -> Double | None:
    """The variance of values with these moments."""
    if state[3] == state[4] and math.isfinite(state[3]):
        return 0.0
    found = state[2] / state[0]
    return found if math.isfinite(found) else None


@operator("", name="deviationOf", category="general", only="plan")
def deviation_of(state: Array[Double]) -> Double | None:
    """The standard deviation of values with these moments."""
    found = variance_of.body(state)
    return None if found is None else math.sqrt(found)


total.in_parts(Part(high_sum, add_longs), Part(low_sum, add_longs), finish=whole_sum, expression=LONG)
total.in_parts(Part(total, total), expression=(DOUBLE, DURATION))
_counted = Part(count_values, add_longs)
avg.in_parts(Part(high_sum, add_longs), Part(low_sum, add_longs), _counted, finish=whole_mean, expression=LONG)
avg.in_parts(Part(high_sum, add_longs), Part(low_sum, add_longs), _counted, finish=duration_mean, expression=DURATION)
avg.in_parts(Part(total, total), _counted, finish=mean_of, expression=DOUBLE)
variance.in_parts(Part(moments, merged_moments, bounded=True), finish=variance_of, expression=_NUMBERS)
stddev.in_parts(Part(moments, merged_moments, bounded=True), finish=deviation_of, expression=_NUMBERS)

high_sum.polars(lambda expression: _some(expression, (expression.to_physical() // _HALF).sum()))
low_sum.polars(lambda expression: _some(expression, (expression.to_physical() % _HALF).sum()))


@moments.polars(expression=_NUMBERS)
def _(expression):
    numbers = expression.cast(pl.Float64)
    first = numbers.drop_nulls().first()
    moved = numbers - first  # as the body has it: sums of distances are in reach where sums of values are not
    count, spread = numbers.count().cast(pl.Float64), moved.var(ddof=0) * numbers.count()
    found = (pl.when(spread.is_finite()).then(one).otherwise(math.nan) for one in (first + moved.mean(), spread))
    return _some(expression, pl.concat_list(count, *found, numbers.min(), numbers.nan_max()))


def _joined(high, low):
    """The whole number whose halves these are, in 128 bits."""
    return high.cast(pl.Int128) * _HALF + low.cast(pl.Int128)


whole_sum.polars(lambda high, low: _joined(high, low).cast(pl.Float64))
whole_mean.polars(lambda high, low, count: pl.when(count != 0).then(_joined(high, low).cast(pl.Float64) / count))
mean_of.polars(lambda sum, count: pl.when(count != 0).then(sum / count))
duration_mean.polars(lambda high, low, count: pl.when(count != 0).then(_toward_zero(_joined(high, low), count)))
