"""Arrays as series of measurements: running sums, moving windows, differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from dqlkit.functions.aggregation.moments import add_up
from dqlkit.functions.arithmetic import subtract
from dqlkit.functions.array.reduction import numbers
from dqlkit.functions.function import known, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Array, Constant, Double, Natural, Number
from dqlkit.types.kinds import DOUBLE, DURATION, LONG, NULL, TIMESTAMP, Type, element_type, join_all, members
from dqlkit.types.kinds import Array as ArrayType
from dqlkit.types.order import order_key
from dqlkit.types.values import Duration, Value

_NUMERIC = (ArrayType(LONG), ArrayType(DOUBLE))
_SUBTRACTED = (*_NUMERIC, ArrayType(TIMESTAMP), ArrayType(DURATION))
#: Wider windows run row by row; the vendor has none.
_WIDEST = 60


def _numeric(array: list[Value]) -> bool:
    return all(element is None or type(element) in (int, float) for element in array)


@scalar
def array_cumulative_sum(array: Array[Anything]) -> Array[Double] | None:
    """The sum up to each element, as doubles; at a null it stays what it was, null before the first number [inferred].

    Null where any element is something else than a number.

    >>> arrayCumulativeSum(array(2, null, 7))
    array(2.0, 2.0, 9.0)
    """
    if not _numeric(array):
        return None
    sums: list[Double | None] = []
    whole, rest, running = 0, 0.0, None  # whole numbers are added up exactly
    for element in array:
        if element is not None:
            whole, rest = (whole + element, rest) if type(element) is int else (whole, rest + element)
            running = float(whole) + rest
        sums.append(running)
    return sums  # type: ignore[return-value]


def _windows(array: list[Value], size: int, of: Callable[[Sequence[Number]], Value]) -> list[Value] | None:
    """The value of each element and those before it, `size` at most; null where all of them are."""
    if size < 1 or not _numeric(array):
        return None
    windows = (numbers(array[max(0, end - size) : end]) for end in range(1, len(array) + 1))
    return [of(window) if window else None for window in windows]


@scalar
def array_moving_sum(array: Array[Anything], window_size: Constant[Natural]) -> Array[Double] | None:
    """For each element the sum of it and of those before it, `windowSize` in all; nulls do not count.

    Null where any element is something else than a number, or the window has no size.

    >>> arrayMovingSum(array(2, null, 7), 2)
    array(2.0, 2.0, 7.0)
    """
    return _windows(array, window_size, add_up)


@scalar
def array_moving_avg(array: Array[Anything], window_size: Constant[Natural]) -> Array[Double] | None:
    """For each element the mean of it and of those before it; see `arrayMovingSum`.

    >>> arrayMovingAvg(array(2, 3, 7), 2)
    array(2.0, 2.5, 5.0)
    """
    return _windows(array, window_size, lambda window: add_up(window) / len(window))


@scalar
def array_moving_min(array: Array[Anything], window_size: Constant[Natural]) -> Array[Anything] | None:
    """For each element the least of it and of those before it; see `arrayMovingSum`.

    >>> arrayMovingMin(array(2, 3, 1), 2)
    array(2, 2, 1)
    """
    return _windows(array, window_size, lambda window: min(window, key=order_key))


@scalar
def array_moving_max(array: Array[Anything], window_size: Constant[Natural]) -> Array[Anything] | None:
    """For each element the greatest of it and of those before it; see `arrayMovingSum`.

    >>> arrayMovingMax(array(2, 3, 1), 2)
    array(2, 3, 3)
    """
    return _windows(array, window_size, lambda window: max(window, key=order_key))


def _difference(left: Value, right: Value) -> Value:
    return None if left is None or right is None else subtract.evaluate([left, right])


@scalar
def array_diff(array: Array[Anything]) -> Array[Anything]:
    """What each element exceeds the one before it by, as `-` has it: null at the first, and where either is null.

    >>> arrayDiff(array(2, 3, 1, null, 5))
    array(null, 1, -2, null, null)
    """
    return [_difference(*pair) for pair in zip(array, [None, *array], strict=False)]


@scalar
def array_delta(array: Array[Anything]) -> Array[Anything]:
    """By how much each element exceeds the last one before it that is not null, 0 where it is less.

    Null at the first element and at nulls [inferred].

    >>> arrayDelta(array(2, 3, 1, null, 5))
    array(null, 1, 0, null, 4)
    """
    found: list[Value] = []
    before: Value = None
    for element in array:
        found.append(_not_negative(_difference(element, before)))
        before = before if element is None else element
    return found


def _not_negative(value: Value) -> Value:
    if isinstance(value, Duration):
        return Duration(max(value.nanos, 0))
    return type(value)(0) if isinstance(value, (int, float)) and value < 0 else value


def _numbers_of(array: Type, window_size: Type | None = None) -> Type:
    kinds = members(element_type(array)) or (LONG, DOUBLE)
    found = join_all(kind for kind in kinds if kind in (LONG, DOUBLE, NULL))
    return ArrayType(found)


array_moving_min.returns(_numbers_of)
array_moving_max.returns(_numbers_of)


@array_diff.returns
@array_delta.returns
def _(array: Type) -> Type:
    element = element_type(array)
    return ArrayType(subtract.result([element, element]))


# ---- lowerings ------------------------------------------------------------------------------------------------------


def _sum(elements):
    return pl.when(_count(elements) > 0).then(pl.sum_horizontal(elements))


def _exact(elements):
    """The sum of whole numbers, in 128 bits."""
    whole = pl.sum_horizontal([element.cast(pl.Int128) for element in elements])
    return pl.when(_count(elements) > 0).then(whole.cast(pl.Float64))


def _count(elements):
    return pl.sum_horizontal([element.is_not_null() for element in elements])


def _max(elements):
    unknown = pl.any_horizontal([element.is_nan() for element in elements])
    return pl.when(unknown).then(math.nan).otherwise(pl.max_horizontal(elements))


def _moving(combine):
    """A lowering: each element beside those before it."""

    def lowering(array, window_size):
        if window_size is None or not 1 <= window_size <= _WIDEST:
            return None
        return array.list.eval(combine([pl.element().shift(k) for k in range(window_size)]))

    return lowering


for _function, _kinds, _combine in (
    (array_moving_sum, (ArrayType(LONG),), _exact),
    (array_moving_sum, (ArrayType(DOUBLE),), _sum),
    (array_moving_avg, (ArrayType(LONG),), lambda elements: _exact(elements) / _count(elements)),
    (array_moving_avg, (ArrayType(DOUBLE),), lambda elements: _sum(elements) / _count(elements)),
    (array_moving_min, _NUMERIC, lambda elements: pl.min_horizontal(elements)),
    (array_moving_max, (ArrayType(LONG),), lambda elements: pl.max_horizontal(elements)),
    (array_moving_max, (ArrayType(DOUBLE),), _max),
):
    _function.polars(_moving(_combine), array=_kinds, window_size=known)
array_diff.polars(lambda array: array.list.eval(pl.element() - pl.element().shift(1)), array=_SUBTRACTED)
array_delta.polars(lambda array: array.list.eval(_rise().clip(0)), array=_NUMERIC)
array_cumulative_sum.polars(
    lambda array: array.list.eval(pl.element().cum_sum().forward_fill()), array=ArrayType(DOUBLE)
)
array_cumulative_sum.polars(
    lambda array: array.list.eval(pl.element().cast(pl.Int128).cum_sum().forward_fill().cast(pl.Float64)),
    array=ArrayType(LONG),
)


def _rise():
    return pl.element() - pl.element().forward_fill().shift(1)


@array_delta.polars(array=(ArrayType(TIMESTAMP), ArrayType(DURATION)))
def _(array):
    return array.list.eval(_rise().clip(pl.duration(nanoseconds=0)))
