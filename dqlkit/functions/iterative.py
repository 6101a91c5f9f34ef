"""Iterative functions: what is computed for each element of arrays (`a[]`), taken together.

The body sees the array of what the loop yields. What holds no `[]` is no loop: the result is null then, unless it is an
array itself. `iIndex()` is part of the loop: languages bind it to the position themselves.
"""

from __future__ import annotations

from dqlkit.functions.aggregation.choice import maximum, minimum
from dqlkit.functions.aggregation.moments import avg, total
from dqlkit.functions.array.reduction import over_elements
from dqlkit.functions.function import iterative
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Array, Boolean, Long, M, O, T
from dqlkit.types.kinds import BOOLEAN, NULL
from dqlkit.types.kinds import Array as ArrayType


@iterative
def i_any(expression: Array[Boolean]) -> Boolean | None:
    """Whether it is true for any element; as `or` of all, so null where none is true and some are null [inferred].

    >>> iAny(array(1, 5)[] > 4)
    true
    >>> iAny(array(1, 2)[] > 4)
    false
    """
    if True in expression:
        return True
    return None if None in expression else False


@iterative
def i_collect_array(expression: Array[T]) -> Array[T]:
    """The array of what each element yields.

    >>> iCollectArray(array(1, 2)[] + array(10, 20)[])
    array(11, 22)
    """
    return expression


@iterative(experimental=True)
def i_sum(expression: Array[M]) -> Anything:
    """The sum over the elements; see `sum`.

    >>> iSum(array(1, 2)[] * 2)
    6.0
    """
    return total.aggregate([expression], len(expression))


@iterative(experimental=True)
def i_avg(expression: Array[M]) -> Anything:
    """The mean over the elements; see `avg`.

    >>> iAvg(array(1, null, 2)[])
    1.5
    """
    return avg.aggregate([expression], len(expression))


@iterative(experimental=True)
def i_min(expression: Array[O]) -> Anything:
    """The least of the elements; see `min`.

    >>> iMin(array(3, 1, 2)[])
    1
    """
    return minimum.aggregate([expression], len(expression))


@iterative(experimental=True)
def i_max(expression: Array[O]) -> Anything:
    """The greatest of the elements; see `max`.

    >>> iMax(array(3, 1, 2)[])
    3
    """
    return maximum.aggregate([expression], len(expression))


@i_any.polars(expression=(ArrayType(BOOLEAN), ArrayType(NULL)))
def _(expression):
    true = expression.list.any()
    return pl.when(true | ~expression.list.eval(pl.element().is_null()).list.any()).then(true)


i_collect_array.polars(lambda expression: expression)
for _function, _whole in ((i_sum, total), (i_avg, avg), (i_min, minimum), (i_max, maximum)):
    over_elements(_function, _whole)


@iterative
def i_index() -> Long:
    """The position of the current element, from 0; only beside something that loops.

    >>> iCollectArray(array("a", "b")[] != "" and iIndex() == 1)
    array(false, true)
    """
    raise NotImplementedError("the loop knows its position")
