"""Functions that the vendor's analytics answer."""

from __future__ import annotations

from itertools import pairwise

from dqlkit.functions.function import scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Array, Double, Long
from dqlkit.types.kinds import DOUBLE, LONG
from dqlkit.types.kinds import Array as ArrayType

#: The vendor forecasts no further.
_FURTHEST = 600


@scalar(experimental=True)
def impute(expression: Array[Anything]) -> Array[Double | None] | None:
    """The array with each gap filled on a straight line between its neighbours; all elements as doubles.

    Nulls at either end have but one neighbour and stay [inferred]. Null where an element is no number.

    >>> impute(array(1, null, null, 4))
    array(1.0, 2.0, 3.0, 4.0)
    """
    if not all(element is None or type(element) in (int, float) for element in expression):
        return None
    known = [k for k, element in enumerate(expression) if element is not None]
    filled = [None if element is None else float(element) for element in expression]
    for left, right in pairwise(known):
        step = (float(expression[right]) - float(expression[left])) / (right - left)
        filled[left + 1 : right] = [float(expression[left]) + step * k for k in range(1, right - left)]
    return filled


@scalar(experimental=True, online=True)
def forecast(expression: Array[Anything], *, horizon: Long = 10) -> Array[Double | None] | None:
    """The next values of a series: `horizon` of them, at most 600.

    The vendor's models are not at hand: every value is null.

    >>> forecast(array(1, 2, 3), horizon:2)
    array(null, null)
    """
    return [None] * horizon if 1 <= horizon <= _FURTHEST else None


impute.polars(
    lambda expression: expression.list.eval(pl.element().cast(pl.Float64).interpolate()),
    expression=(ArrayType(LONG), ArrayType(DOUBLE)),
)
